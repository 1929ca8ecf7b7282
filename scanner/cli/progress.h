/* progress.h - one line on standard error while a long scan runs, on a terminal only. */
#ifndef PARASOL_CLI_PROGRESS_H
#define PARASOL_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown, wanted;
	uint64_t start; /* nanoseconds */
};

void progress_start(struct progress *progress, bool quiet);

/* For scan_request.progress; `state` is the struct progress. */
void progress_tell(void *state, uint64_t done, uint64_t known);

void progress_finish(struct progress *progress);

#endif
