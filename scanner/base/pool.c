/* pool.c - a heap of jobs, and threads that take the heaviest. */
#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
	pool_job run;
	void *argument;
	uint64_t weight;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t changed, idle;
	struct job *heap; /* heaviest first */
	size_t count, room;
	size_t running;
	bool ending;
	void *(*open)(void *);
	void (*close)(void *);
	void *argument;
	unsigned threads;
	pthread_t ids[];
};

static void swap(struct job *a, struct job *b)
{
	struct job kept = *a;

	*a = *b;
	*b = kept;
}

static void push(struct pool *pool, struct job job)
{
	if (pool->count == pool->room) {
		pool->room = pool->room ? pool->room * 2 : 1024;
		pool->heap = reallocarray(pool->heap, pool->room, sizeof *pool->heap);
		if (!pool->heap)
			fault_out_of_memory();
	}
	size_t at = pool->count++;
	pool->heap[at] = job;
	for (; at && pool->heap[(at - 1) / 2].weight < pool->heap[at].weight; at = (at - 1) / 2)
		swap(&pool->heap[at], &pool->heap[(at - 1) / 2]);
}

static struct job pop(struct pool *pool)
{
	struct job top = pool->heap[0];
	size_t at = 0;

	pool->heap[0] = pool->heap[--pool->count];
	for (;;) {
		size_t best = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < pool->count;
		     child++) {
			if (pool->heap[child].weight > pool->heap[best].weight)
				best = child;
		}
		if (best == at)
			return top;
		swap(&pool->heap[at], &pool->heap[best]);
		at = best;
	}
}

static void *work(void *argument)
{
	struct pool *pool = argument;
	void *state = NULL;
	bool opened = false;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (!pool->count && !(pool->ending && !pool->running))
			pthread_cond_wait(&pool->changed, &pool->lock);
		if (!pool->count)
			break;
		struct job job = pop(pool);
		pool->running++;
		pthread_mutex_unlock(&pool->lock);
		if (!opened && pool->open)
			state = pool->open(pool->argument);
		opened = true;
		job.run(job.argument, state);
		pthread_mutex_lock(&pool->lock);
		pool->running--;
		if (!pool->count && !pool->running) {
			pthread_cond_broadcast(&pool->changed);
			pthread_cond_broadcast(&pool->idle);
		}
	}
	pthread_mutex_unlock(&pool->lock);
	if (opened && pool->close)
		pool->close(state);
	return NULL;
}

struct result pool_start(unsigned threads, void *(*open)(void *), void (*close)(void *),
                         void *argument, struct pool **out)
{
	struct pool *pool = calloc(1, sizeof *pool + threads * sizeof pool->ids[0]);

	if (!pool)
		fault_out_of_memory();
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->changed, NULL);
	pthread_cond_init(&pool->idle, NULL);
	pool->open = open;
	pool->close = close;
	pool->argument = argument;
	while (pool->threads < threads &&
	       pthread_create(&pool->ids[pool->threads], NULL, work, pool) == 0)
		pool->threads++;
	if (pool->threads == 0) {
		free(pool);
		FAIL(SYSTEM, AT_NONE, "no thread can be started");
	}
	*out = pool;
	return OK;
}

void pool_add(struct pool *pool, pool_job run, void *job, uint64_t weight)
{
	pthread_mutex_lock(&pool->lock);
	push(pool, (struct job){run, job, weight});
	pthread_cond_signal(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

void pool_wait(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (pool->count || pool->running)
		pthread_cond_wait(&pool->idle, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

void pool_finish(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->threads; i++)
		pthread_join(pool->ids[i], NULL);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->changed);
	pthread_cond_destroy(&pool->idle);
	free(pool->heap);
	free(pool);
}
