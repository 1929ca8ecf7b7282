/*
 * worker.h - the process that reads hostile bytes.
 *
 * One worker per bundle. It opens nothing: it inherits the bundle and the ends of two pipes, one
 * for messages (message.h) and one for its standard output and error.
 */
#ifndef PARASOL_SCAN_WORKER_H
#define PARASOL_SCAN_WORKER_H

#include <sys/types.h>

#include "base/fault.h"
#include "formats/codebase.h"

struct worker_request {
	int bundle; /* open for reading; a regular file */
	uint64_t size;
	int idsig; /* likewise, the v4 signature beside it; -1 if there is none */
	uint64_t idsig_size;
	int64_t min_sdk, max_sdk; /* -1: the manifest's */
	uint32_t sources;         /* BIT()s of those that are asked for */
	struct code_request code; /* what is asked of code */
	const char *label; /* as in struct scan_request; "" for none */
	const char *name;         /* last part of the path, for a lone file */
	unsigned threads;
	bool sandbox;         /* close the cage */
	bool require_sandbox; /* read nothing unless every layer holds */
};

struct worker {
	pid_t pid;
	int messages; /* the parent's end, to be read */
	int output;   /* likewise: what libraries print */
};

/*
 * Starts a worker. Everything that libraries load lazily must have been loaded (scan_start).
 * Fails with SYSTEM.
 */
RESULT worker_start(const struct worker_request *request, struct worker *out);

#endif
