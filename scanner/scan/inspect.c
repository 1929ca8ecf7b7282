/* inspect.c - jobs over the entries of a bundle. */
#include "scan/inspect.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "formats/entries.h"
#include "formats/format.h"
#include "formats/unsupported.h"
#include "formats/yara.h"
#include "intake/limits.h"
#include "scan/identify.h"
#include "scan/whole.h"
#include "scan/windows.h"

/* Sources that any entry may feed, whatever its kind. */
enum { ANY_ENTRY = BIT(ENTRIES) | BIT(CERTIFICATES) | BIT(KEYS) | BIT(RULES) };

/* Memory of one inspection beside the entry itself. */
static const size_t ARENA_LIMIT = 128U << 20;

/* Containers that are opened between two rests of the threads: it bounds how many are open at once.
 */
enum { NESTED_TOGETHER = 64 };

struct nested;

struct inspector {
	struct outbox *outbox;
	struct pool *pool;
	pthread_mutex_t lock; /* of what follows */
	struct nested *nested;
	size_t nested_count, nested_room;
	_Atomic uint64_t stages[STAGE_COUNT]; /* nanoseconds */
	_Atomic uint64_t bytes_known, bytes_done;
	_Atomic uint64_t told; /* when progress was last told, in nanoseconds */
	_Atomic uint32_t seen; /* BIT()s of sources that had something to read */
};

/* A container and the bytes it lies in live until the last of its entries is done. */
struct holder {
	struct inspector *inspector;
	struct holder *parent;
	struct container *container;
	struct bytes bytes;
	const char *module;
	_Atomic size_t users;
};

struct entry_job {
	struct holder *holder;
	const struct entry *entry;
	bool beyond; /* not to be read: the bundle unpacks to more than its limit */
};

/*
 * An entry that is a container itself, with its bytes and its facts so far. It waits until the
 * threads have nothing to do: containers are opened one after the other in the order of entries,
 * so that what the limits of the bundle leave out does not hang on which thread was faster.
 */
struct nested {
	struct entry_job *job;
	struct facts facts;
	struct bytes bytes;
};

/* What a thread keeps between jobs. */
struct thread {
	struct inspector *inspector;
	struct rules_scanner *rules;
	struct text messages;
};

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

/* Adds the time since `start` to a stage and returns the time. */
static uint64_t lap(struct inspector *inspector, enum stage stage, uint64_t start)
{
	uint64_t end = now();

	atomic_fetch_add_explicit(&inspector->stages[stage], end - start, memory_order_relaxed);
	return end;
}

/* Tells the parent how far the work is, four times a second at most. */
static void tell_progress(struct inspector *inspector)
{
	uint64_t last = atomic_load_explicit(&inspector->told, memory_order_relaxed);
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	uint64_t clock = (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
	if (clock - last < 250000000U ||
	    !atomic_compare_exchange_strong(&inspector->told, &last, clock))
		return;
	uint64_t numbers[2] = {atomic_load(&inspector->bytes_done),
	                       atomic_load(&inspector->bytes_known)};
	uint8_t payload[16];
	for (size_t i = 0; i < sizeof payload; i++)
		payload[i] = (uint8_t)(numbers[i / 8] >> 8 * (i % 8));
	outbox_send(inspector->outbox, MESSAGE_PROGRESS, payload, sizeof payload);
}

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

static void holder_release(struct holder *holder)
{
	while (holder && atomic_fetch_sub(&holder->users, 1) == 1) {
		struct holder *parent = holder->parent;
		container_close(holder->container);
		bytes_free(&holder->bytes);
		free(holder);
		holder = parent;
	}
}

static void entry_run(void *argument, void *state);

static void add_entries(struct holder *holder)
{
	struct container *container = holder->container;

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
		pool_add(holder->inspector->pool, entry_run, job, entry->size);
	}
}

static struct holder *holder_new(struct inspector *inspector, struct holder *parent,
                                 struct container *container, struct bytes bytes)
{
	struct holder *holder = calloc(1, sizeof *holder);

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
	return holder;
}

/* What only a package of an app is named. */
static bool is_package(const struct entry *entry)
{
	static const char *const endings[] = {".apk", ".apks", ".xapk", ".apkm", ".aab",
	                                      ".hap", ".hsp",  ".app",  ".ipa",  NULL};

	return entry_name_ends(entry, endings);
}

static bool lies_in_app(const struct entry *entry)
{
	return container_find(entry->container, "AndroidManifest.xml") != NULL;
}

static uint32_t all_sources(void)
{
	uint32_t sources = ANY_ENTRY;

	for (size_t i = 0; i < formats_count; i++)
		sources |= formats[i]->sources;
	return sources;
}

/*
 * What a container that cannot be opened keeps from us. A package, or whatever lies in a set of
 * packages, may be a module of the app with a manifest of its own; a damaged archive among an
 * app's assets is not.
 */
static uint32_t container_lost(const struct entry *entry)
{
	return is_package(entry) || !lies_in_app(entry) ? all_sources() : (uint32_t)ANY_ENTRY;
}

/* Named like a package, and no container: a module that was not read, unless it is an asset. */
static void no_container(const struct entry *entry, struct facts *facts)
{
	if (!is_package(entry))
		return;
	facts_issue(facts, DIAG_BUNDLE_TYPE, AT_NONE,
	            "named like a package, and no archive that is read");
	facts_gaps(facts, lies_in_app(entry) ? (uint32_t)ANY_ENTRY : all_sources(),
	           STATUS_UNSUPPORTED, DIAG_BUNDLE_TYPE);
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

static void queue_nested(const struct nested *nested)
{
	struct inspector *inspector = nested->job->holder->inspector;

	pthread_mutex_lock(&inspector->lock);
	if (inspector->nested_count == inspector->nested_room) {
		inspector->nested_room = inspector->nested_room ? inspector->nested_room * 2 : 64;
		inspector->nested =
			reallocarray(inspector->nested, inspector->nested_room, sizeof *nested);
		if (!inspector->nested)
			fault_out_of_memory();
	}
	inspector->nested[inspector->nested_count++] = *nested;
	pthread_mutex_unlock(&inspector->lock);
}

/* The entries of a container become jobs. */
static void open_nested(struct nested *nested)
{
	struct entry_job *job = nested->job;
	const struct entry *entry = job->entry;
	struct container *container;

	if (!container_open(nested->bytes.data, nested->bytes.size, entry->path, entry->container,
	                    entry->id, &nested->facts, &container)
	             .ok) {
		if (fault_last()->code == DIAG_BUNDLE_TYPE)
			no_container(entry, &nested->facts);
		else
			facts_fault(&nested->facts, container_lost(entry));
		return;
	}
	check_package(entry, container, &nested->facts);
	struct holder *holder =
		holder_new(job->holder->inspector, job->holder, container, nested->bytes);
	nested->bytes = (struct bytes){0};
	add_entries(holder);
	holder_release(holder);
}

static void run_formats(struct entry_job *job, struct facts *facts, struct cursor body)
{
	for (size_t i = 0; i < formats_count; i++) {
		const struct format *format = formats[i];
		struct arena arena;

		if (!format->bid(job->entry, body))
			continue;
		atomic_fetch_or(&job->holder->inspector->seen, format->sources);
		arena_init(&arena, ARENA_LIMIT);
		struct inspection inspection = {.entry = job->entry,
		                                .arena = &arena,
		                                .facts = facts,
		                                .module = job->holder->module};
		if (!format->inspect(&inspection, body).ok)
			facts_fault(facts, format->sources);
		arena_free(&arena);
	}
}

static void inspect_bytes(struct entry_job *job, struct thread *thread, struct facts *facts,
                          const struct bytes *bytes)
{
	struct inspector *inspector = thread->inspector;
	struct cursor body = cursor_over(bytes->data, bytes->size, DIAG_ARCHIVE_DATA);
	uint8_t hash[DIGEST_MAX];
	uint64_t time = now();

	digest(DIGEST_SHA256, bytes->data, bytes->size, hash);
	time = lap(inspector, STAGE_HASH, time);
	const char *kind = content_kind(job->entry, body);
	entry_facts(facts, job->entry, kind, bytes->size, hash);
	run_formats(job, facts, body);
	time = lap(inspector, STAGE_PARSE, time);
	if (!rules_scan(thread->rules, job->entry, kind, body, facts).ok)
		facts_fault(facts, BIT(RULES));
	lap(inspector, STAGE_RULES, time);
}

/* What could have been in an entry that cannot be read: by its name, and anything. */
static uint32_t sources_lost(const struct entry *entry)
{
	uint32_t sources = ANY_ENTRY;

	if (is_package(entry))
		return all_sources();
	for (size_t i = 0; i < formats_count; i++) {
		if (formats[i]->bid(entry, (struct cursor){0}))
			sources |= formats[i]->sources;
	}
	return sources;
}

/* Too large for parsers: hashed and searched in windows; whatever parses it is short of it. */
static void inspect_large(struct entry_job *job, struct thread *thread, struct facts *facts)
{
	struct text first = {0};
	uint8_t hash[32];
	uint64_t size;
	uint32_t lost = sources_lost(job->entry) & ~(uint32_t)(BIT(ENTRIES) | BIT(RULES));

	if (windows_read(job->entry, thread->rules, facts, hash, &first, &size).ok) {
		struct cursor head = cursor_over(first.data, first.len, DIAG_ARCHIVE_DATA);
		/* what lies in a container was neither listed nor searched */
		if (is_package(job->entry) || container_bid(first.data, first.len))
			lost = container_lost(job->entry);
		entry_facts(facts, job->entry, content_kind(job->entry, head), size, hash);
		facts_issue(facts, DIAG_LIMIT_ENTRY, AT_NONE,
		            "%llu bytes are above the limit parse", (unsigned long long)size);
		facts_gaps(facts, lost, STATUS_LIMIT, DIAG_LIMIT_ENTRY);
	} else {
		facts_fault(facts, sources_lost(job->entry));
	}
	text_free(&first);
}

/* Sends the facts of an entry and lets go of it. */
static void entry_done(struct text *messages, struct nested *entry)
{
	struct inspector *inspector = entry->job->holder->inspector;
	uint64_t time = now();

	outbox_facts(inspector->outbox, messages, &entry->facts);
	lap(inspector, STAGE_SEND, time);
	facts_free(&entry->facts);
	bytes_free(&entry->bytes);
	holder_release(entry->job->holder);
	free(entry->job);
}

static void entry_run(void *argument, void *state)
{
	struct entry_job *job = argument;
	struct thread *thread = state;
	struct inspector *inspector = thread->inspector;
	struct bytes bytes = {0};
	struct facts facts;
	uint64_t time = now();

	facts_init(&facts, job->entry->id, job->entry->path);
	struct result read =
		job->beyond ? limit_count_bytes(0) : entry_read(job->entry, &facts, &bytes);
	lap(inspector, STAGE_UNPACK, time);
	if (read.ok) {
		inspect_bytes(job, thread, &facts, &bytes);
	} else if (fault_last()->code == DIAG_LIMIT_ENTRY) {
		inspect_large(job, thread, &facts);
	} else {
		facts_fault(&facts, sources_lost(job->entry));
	}
	atomic_fetch_add(&inspector->bytes_done, job->entry->size);
	tell_progress(inspector);
	bool container = container_bid(bytes.data, bytes.size);
	if (read.ok && !container)
		no_container(job->entry, &facts);
	if (container)
		queue_nested(&(struct nested){job, facts, bytes});
	else
		entry_done(&thread->messages, &(struct nested){job, facts, bytes});
}

struct result inspect_start(struct outbox *outbox, unsigned threads, struct inspector **out)
{
	struct inspector *inspector = calloc(1, sizeof *inspector);

	if (!inspector)
		fault_out_of_memory();
	inspector->outbox = outbox;
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
static RESULT open_bundle(const void *data, size_t size, const char *name, struct facts *facts,
                          struct container **out)
{
	struct entry_id id = {0};

	if (container_open(data, size, "", NULL, id, facts, out).ok)
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
	if (strcmp(identity->kind, "apk") == 0) {
		if (!container_find(container, "AndroidManifest.xml")) {
			facts_issue(facts, DIAG_APK_NO_MANIFEST, AT_NONE,
			            "no entry AndroidManifest.xml");
			facts_gap(facts, SOURCE_MANIFEST, STATUS_ERROR, DIAG_APK_NO_MANIFEST);
		}
		unsupported_signing(facts);
	}
}

static int by_entry(const void *left, const void *right)
{
	const struct entry_id *a = &((const struct nested *)left)->job->entry->id;
	const struct entry_id *b = &((const struct nested *)right)->job->entry->id;

	for (uint32_t i = 0; i < a->depth && i < b->depth; i++) {
		if (a->at[i] != b->at[i])
			return a->at[i] < b->at[i] ? -1 : 1;
	}
	return a->depth < b->depth ? -1 : a->depth > b->depth;
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
		uint64_t time = now();
		open_nested(&found[i]);
		lap(inspector, STAGE_OPEN, time);
		entry_done(messages, &found[i]);
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

void inspect_bundle(struct inspector *inspector, const void *data, size_t size, const char *name)
{
	struct container *container = NULL;
	struct text messages = {0};
	struct facts facts;
	uint64_t time = now();
	struct identity identity = {"unknown", "file", false, false};

	facts_init(&facts, (struct entry_id){0}, "");
	if (open_bundle(data, size, name, &facts, &container).ok) {
		identity = identify(container, lone_content(container, data, size));
		bundle_issues(&facts, container, &identity);
	} else {
		facts_fault(&facts, UINT32_MAX);
	}
	outbox_facts(inspector->outbox, &messages, &facts);
	outbox_flush(inspector->outbox, &messages);
	facts_free(&facts);
	lap(inspector, STAGE_OPEN, time);
	whole_add(inspector->pool, &(struct whole){.data = data,
	                                           .size = size,
	                                           .entries = container ? container->count : 0,
	                                           .identity = identity,
	                                           .outbox = inspector->outbox,
	                                           .time = &inspector->stages[STAGE_HASH]});
	if (container) {
		struct holder *holder = holder_new(inspector, NULL, container, (struct bytes){0});
		add_entries(holder);
		holder_release(holder);
	}
	open_found(inspector, &messages);
	outbox_flush(inspector->outbox, &messages);
	text_free(&messages);
	pool_finish(inspector->pool);
	send_ends(inspector);
	pthread_mutex_destroy(&inspector->lock);
	free(inspector);
}
