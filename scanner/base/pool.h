/* pool.h - jobs over threads. Jobs may add jobs; the pool ends when none is left. */
#ifndef PARASOL_BASE_POOL_H
#define PARASOL_BASE_POOL_H

#include "base/fault.h"

struct pool;
typedef void (*pool_job)(void *job, void *state);

/*
 * Starts `threads` threads, which wait. `open` makes the state that a thread hands to its jobs,
 * `close` frees it; both may be NULL.
 */
RESULT pool_start(unsigned threads, void *(*open)(void *), void (*close)(void *), void *argument,
                  struct pool **out);

/* Adds a job; those of higher weight run first. May be called from jobs. */
void pool_add(struct pool *pool, pool_job run, void *job, uint64_t weight);

/* Waits until all jobs are done; more may be added afterwards. Not for jobs. */
void pool_wait(struct pool *pool);

/* Waits until all jobs are done, ends the threads and frees the pool. */
void pool_finish(struct pool *pool);

#endif
