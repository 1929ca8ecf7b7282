/* bundle.c - the bundle as a whole: its container, those inside it, and the end. */
#include <stdlib.h>
#include <string.h>

#include "formats/entries.h"
#include "scan/identify.h"
#include "scan/inspector.h"
#include "scan/whole.h"

/* Containers that are opened between two rests of the threads: it bounds how many are open at once.
 */
enum { NESTED_TOGETHER = 64 };

static void *thread_open(void *argument)
{
	struct thread *thread = calloc(1, sizeof *thread);

	if (!thread)
		fault_out_of_memory();
	thread->inspector = argument;
	thread->rules = rules_open();
	return thread;
}

static void thread_close(void *state)
{
	struct thread *thread = state;

	outbox_flush(thread->inspector->outbox, &thread->messages);
	rules_close(thread->rules);
	text_free(&thread->messages);
	free(thread);
}

static void check_package(const struct entry *entry, const struct container *container,
                          struct facts *facts)
{
	static const char *const ending[] = {".apk", NULL};

	if (!entry_name_ends(entry, ending) || container_find(container, "AndroidManifest.xml"))
		return;
	facts_issue(facts, DIAG_APK_NO_MANIFEST, AT_NONE, "no entry AndroidManifest.xml");
	facts_gap(facts, SOURCE_MANIFEST, STATUS_ERROR, DIAG_APK_NO_MANIFEST);
}

/* A holder of the container in an entry, which is not started yet; NULL if nothing can be read. */
static struct holder *open_nested(struct nested *nested)
{
	const struct bytes bytes = nested->bytes;
	struct holder *parent = nested->job->holder;
	const struct entry *entry = nested->job->entry;
	struct container *container;

	if (!container_open(bytes.data, bytes.size, entry->path, entry->container, entry->id,
	                    &nested->facts, &container)
	             .ok) {
		if (fault_last()->code == DIAG_BUNDLE_TYPE)
			inspector_no_container(entry, &nested->facts);
		else
			facts_fault(&nested->facts, inspector_container_lost(entry));
		return NULL;
	}
	check_package(entry, container, &nested->facts);
	nested->bytes = (struct bytes){0};
	return holder_new(parent->inspector, parent, container,
	                  cursor_over(bytes.data, bytes.size, DIAG_ARCHIVE_DATA), bytes);
}

struct result inspect_start(struct outbox *outbox, unsigned threads, uint32_t sources,
                            const struct code_request *code, const struct signing_request *signing,
                            struct inspector **out)
{
	struct inspector *inspector = calloc(1, sizeof *inspector);

	if (!inspector)
		fault_out_of_memory();
	inspector->outbox = outbox;
	inspector->sources = sources;
	inspector->keyring = keyring_new();
	inspector->codebase = codebase_new(code);
	inspector->signing = *signing;
	pthread_mutex_init(&inspector->lock, NULL);
	struct result started =
		pool_start(threads, thread_open, thread_close, inspector, &inspector->pool);
	if (started.ok)
		*out = inspector;
	else
		free(inspector);
	return started;
}

/* A container; or a lone file, if it is no container but of a kind that is known. */
static RESULT open_bundle(const void *data, size_t size, const char *name, const char *label,
                          struct facts *facts, struct container **out)
{
	struct entry_id id = {0};

	if (container_open(data, size, label, NULL, id, facts, out).ok)
		return OK;
	if (fault_last()->code != DIAG_BUNDLE_TYPE)
		return FAILED;
	return container_of_file(data, size, name, out);
}

static const char *lone_content(const struct container *container, const void *data, size_t size)
{
	if (container->kind != CONTAINER_FILE)
		return NULL;
	return content_kind(&container->entries[0], cursor_over(data, size, DIAG_ARCHIVE_DATA));
}

/*
 * Says of the bundle as a whole what no entry can say. Where its kind is not known or its manifest
 * is not read, the bundle itself is a gap: then no control can tell whether it applies.
 */
static void bundle_issues(struct facts *facts, const struct container *container,
                          const struct identity *identity)
{
	enum diag code = identity->recognised ? DIAG_UNSUPPORTED_BUNDLE : DIAG_BUNDLE_TYPE;

	if (!identity->recognised || !identity->supported) {
		facts_issue(facts, code, AT_NONE,
		            "a bundle of kind %s is not judged by this release", identity->kind);
		facts_gap(facts, SOURCE_BUNDLE, STATUS_UNSUPPORTED, code);
	}
	if (identity->recognised && !identity->supported)
		facts_gap(facts, SOURCE_MANIFEST, STATUS_UNSUPPORTED, code);
	if (strcmp(identity->kind, "apk") == 0 &&
	    !container_find(container, "AndroidManifest.xml")) {
		facts_issue(facts, DIAG_APK_NO_MANIFEST, AT_NONE, "no entry AndroidManifest.xml");
		facts_gap(facts, SOURCE_MANIFEST, STATUS_ERROR, DIAG_APK_NO_MANIFEST);
	}
}

static int by_entry(const void *left, const void *right)
{
	return entry_id_compare(&((const struct nested *)left)->job->entry->id,
	                        &((const struct nested *)right)->job->entry->id);
}

/*
 * Waits until all jobs are done and opens the containers that they found, some at a time, and what
 * is found in those first: depth by depth, so that few are held. As deep as containers may nest.
 */
static void open_found(struct inspector *inspector, struct text *messages)
{
	pool_wait(inspector->pool);
	struct nested *found = inspector->nested;
	size_t count = inspector->nested_count;
	inspector->nested = NULL;
	inspector->nested_count = inspector->nested_room = 0;
	if (count)
		qsort(found, count, sizeof *found, by_entry);
	for (size_t i = 0; i < count; i++) {
		uint64_t time = inspector_time();
		struct holder *holder = open_nested(&found[i]);
		inspector_lap(inspector, STAGE_OPEN, time);
		inspector_entry_done(messages, &found[i]);
		if (holder) {
			/* batches of one place count in the order in which they arrive */
			outbox_flush(inspector->outbox, messages);
			holder_start(holder);
			holder_release(holder);
		}
		if (i % NESTED_TOGETHER == NESTED_TOGETHER - 1 || i + 1 == count)
			open_found(inspector, messages);
	}
	free(found);
}

/* Every source has run to its end; it is absent if there was nothing for it. */
static void send_ends(struct inspector *inspector)
{
	uint32_t seen = atomic_load(&inspector->seen) | ANY_ENTRY | BIT(BUNDLE);

	for (int source = 0; source < SOURCE_COUNT; source++) {
		uint8_t state[2] = {(uint8_t)source,
		                    seen >> source & 1 ? STATUS_COMPLETE : STATUS_ABSENT};
		outbox_send(inspector->outbox, MESSAGE_SOURCE, state, sizeof state);
	}
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		uint64_t time = atomic_load(&inspector->stages[stage]);
		uint8_t payload[9] = {(uint8_t)stage};
		for (int i = 0; i < 8; i++)
			payload[1 + i] = (uint8_t)(time >> 8 * i);
		outbox_send(inspector->outbox, MESSAGE_TIMING, payload, sizeof payload);
	}
	outbox_send(inspector->outbox, MESSAGE_END, "", 0);
}

static void send_batch(void *state, struct facts *facts)
{
	struct inspector *inspector = state;
	struct text messages = {0};

	outbox_facts(inspector->outbox, &messages, facts);
	outbox_flush(inspector->outbox, &messages);
	text_free(&messages);
}

/* Opens the bundle, says what it is and starts on its entries. */
static void begin(struct inspector *inspector, const void *data, size_t size, const char *name,
                  const char *label)
{
	struct identity identity = {"unknown", "file", false, false};
	struct container *container = NULL;
	struct holder *holder = NULL;
	uint64_t time = inspector_time();
	struct facts facts;

	facts_init(&facts, (struct entry_id){0}, "");
	if (open_bundle(data, size, name, label, &facts, &container).ok) {
		identity = identify(container, lone_content(container, data, size));
		bundle_issues(&facts, container, &identity);
		holder = holder_new(inspector, NULL, container,
		                    cursor_over(data, size, DIAG_ARCHIVE_DATA), (struct bytes){0});
	} else {
		signing_unreadable(&inspector->signing, "base", &facts);
		facts_fault(&facts, UINT32_MAX);
	}
	send_batch(inspector, &facts);
	facts_free(&facts);
	inspector_lap(inspector, STAGE_OPEN, time);
	if (inspector->sources & (BIT(BUNDLE) | BIT(MANIFEST)))
		whole_add(inspector->pool,
		          &(struct whole){.data = data,
		                          .size = size,
		                          .entries = container ? container->count : 0,
		                          .identity = identity,
		                          .outbox = inspector->outbox,
		                          .time = &inspector->stages[STAGE_HASH]});
	if (holder) {
		holder_start(holder);
		holder_release(holder);
	}
}

/* What only the whole bundle tells of its certificates and keys. */
static void end_keyring(struct inspector *inspector)
{
	uint64_t time = inspector_time();

	keyring_finish(inspector->keyring, send_batch, inspector);
	keyring_free(inspector->keyring);
	inspector_lap(inspector, STAGE_KEYRING, time);
}

/* What only all of its code tells. */
static void end_codebase(struct inspector *inspector)
{
	uint64_t time = inspector_time();

	codebase_finish(inspector->codebase, send_batch, inspector);
	codebase_free(inspector->codebase);
	inspector_lap(inspector, STAGE_CODE, time);
}

void inspect_bundle(struct inspector *inspector, const void *data, size_t size, const char *name,
                    const char *label)
{
	struct text messages = {0};

	begin(inspector, data, size, name, label);
	open_found(inspector, &messages);
	outbox_flush(inspector->outbox, &messages);
	text_free(&messages);
	pool_finish(inspector->pool);
	end_keyring(inspector);
	end_codebase(inspector);
	send_ends(inspector);
	pthread_mutex_destroy(&inspector->lock);
	free(inspector);
}
