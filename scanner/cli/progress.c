/* progress.c - the line is drawn when a scan takes longer than a second, and is wiped at its end.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

void progress_start(struct progress *progress, bool quiet)
{
	*progress = (struct progress){.wanted = !quiet && isatty(STDERR_FILENO) && !getenv("CI"),
	                              .start = clock_read(CLOCK_MONOTONIC)};
}

void progress_tell(void *state, uint64_t done, uint64_t known)
{
	struct progress *progress = state;

	if (!progress->wanted || clock_read(CLOCK_MONOTONIC) - progress->start < 1000000000U)
		return;
	unsigned percent = known ? (unsigned)(done < known ? done * 100 / known : 100) : 0;
	fprintf(stderr, "\r%3u%%  %llu of %llu MB", percent, (unsigned long long)(done >> 20),
	        (unsigned long long)(known >> 20));
	fflush(stderr);
	progress->shown = true;
}

void progress_finish(struct progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r%40s\r", "");
}
