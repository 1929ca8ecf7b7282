/*
 * scan.h - from a file to its facts document, through a worker.
 */
#ifndef PARASOL_SCAN_SCAN_H
#define PARASOL_SCAN_SCAN_H

#include "base/text.h"
#include "facts/doc.h"
#include "formats/codebase.h"
#include "scan/message.h"

struct scan_request {
	const char *path;
	const char *label; /* paths of entries begin with it; NULL: with nothing */
	uint32_t sources;  /* BIT()s of those that are asked for; 0: all. Others may stay unread */
	struct code_request code; /* what is asked of code */
	const char *idsig; /* file with a v4 signature; NULL: PATH.idsig, if it is there */
	int64_t min_sdk,
		max_sdk;  /* platform versions to judge signatures for; -1: the manifest's */
	unsigned threads; /* 0: one for each processor this process may use */
	bool sandbox, require_sandbox;
	/* told of bytes read and known, now and then; may be NULL */
	void (*progress)(void *state, uint64_t done, uint64_t known);
	void *progress_state;
};

/* What happened beside the facts; volatile. */
struct scan_run {
	bool sandbox;    /* asked for */
	unsigned layers; /* CAGE_... that held */
	unsigned threads;
	uint64_t peak_memory;         /* bytes, of the worker, with the mapped bundle */
	uint64_t peak_anonymous;      /* bytes, without what is mapped from files; sampled */
	uint64_t wall;                /* nanoseconds */
	uint64_t stages[STAGE_COUNT]; /* nanoseconds, of all threads */
	bool ended;                   /* the worker came to its end */
	struct text output;           /* what libraries printed, clean, at most 4 KiB */
};

/* Loads everything that must be loaded before a cage closes. Once per process; `sources` as in
 * struct scan_request. */
RESULT scan_start(uint32_t sources);

/*
 * Scans a file. Succeeds even if the worker died: then the facts are those that came before, the
 * sources are not complete, and an issue says why. Fails with USAGE (no such file) or SYSTEM.
 * Both outputs are the caller's: fact_doc_free, scan_run_free.
 */
RESULT scan_bundle(const struct scan_request *request, struct fact_doc **facts,
                   struct scan_run *run);

void scan_run_free(struct scan_run *run);

#endif
