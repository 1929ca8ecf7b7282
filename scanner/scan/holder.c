/* holder.c - containers while their entries are read. */
#include <stdlib.h>

#include "scan/inspector.h"

/* Memory of the rows about one container's signatures. */
static const size_t ARENA_LIMIT = 128U << 20;

struct signing_job {
	struct holder *holder;
	size_t index;
};

static void send_signing(struct holder *holder)
{
	struct inspector *inspector = holder->inspector;
	struct text messages = {0};
	uint64_t time = inspector_time();
	struct facts facts;
	struct arena arena;

	facts_init(&facts, holder->container->id, holder->container->path);
	arena_init(&arena, ARENA_LIMIT);
	struct inspection inspection = {.arena = &arena,
	                                .facts = &facts,
	                                .module = holder->module,
	                                .keyring = inspector->keyring};
	signing_finish(holder->signing, &inspection);
	inspector_lap(inspector, STAGE_SIGN, time);
	outbox_facts(inspector->outbox, &messages, &facts);
	outbox_flush(inspector->outbox, &messages);
	text_free(&messages);
	arena_free(&arena);
	facts_free(&facts);
}

void holder_release(struct holder *holder)
{
	while (holder && atomic_fetch_sub(&holder->users, 1) == 1) {
		struct holder *parent = holder->parent;
		if (holder->signing)
			send_signing(holder);
		container_close(holder->container);
		bytes_free(&holder->bytes);
		free(holder);
		holder = parent;
	}
}

struct holder *holder_new(struct inspector *inspector, struct holder *parent,
                          struct container *container, struct cursor data, struct bytes bytes)
{
	struct holder *holder = calloc(1, sizeof *holder);
	uint64_t time = inspector_time();

	if (!holder)
		fault_out_of_memory();
	*holder = (struct holder){.inspector = inspector,
	                          .parent = parent,
	                          .container = container,
	                          .bytes = bytes,
	                          .module = container->depth ? container->path : "base",
	                          .users = 1};
	if (parent)
		atomic_fetch_add(&parent->users, 1);
	holder->signing = signing_open(container, data, &inspector->signing);
	if (holder->signing)
		atomic_fetch_or(&inspector->seen, signing_sources(holder->signing));
	inspector_lap(inspector, STAGE_SIGN, time);
	return holder;
}

static void run_signing(void *argument, void *state)
{
	struct signing_job *job = argument;
	uint64_t time = inspector_time();

	(void)state;
	signing_run(job->holder->signing, job->index);
	inspector_lap(job->holder->inspector, STAGE_SIGN, time);
	holder_release(job->holder);
	free(job);
}

static void add_signing(struct holder *holder)
{
	size_t count = holder->signing ? signing_jobs(holder->signing) : 0;

	for (size_t i = 0; i < count; i++) {
		struct signing_job *job = malloc(sizeof *job);
		if (!job)
			fault_out_of_memory();
		*job = (struct signing_job){holder, i};
		atomic_fetch_add(&holder->users, 1);
		/* before all entries, but behind the digests of the file that take longer */
		pool_add(holder->inspector->pool, run_signing, job, UINT64_MAX - 3);
	}
}

void holder_start(struct holder *holder)
{
	struct container *container = holder->container;

	add_signing(holder);
	for (size_t i = 0; i < container->count; i++) {
		struct entry *entry = &container->entries[i];
		if (entry->type != ENTRY_FILE)
			continue;
		struct entry_job *job = malloc(sizeof *job);
		if (!job)
			fault_out_of_memory();
		*job = (struct entry_job){holder, entry, !entry_count(entry).ok};
		atomic_fetch_add(&holder->users, 1);
		atomic_fetch_add(&holder->inspector->bytes_known, entry->size);
		pool_add(holder->inspector->pool, inspector_entry, job, entry->size);
	}
}
