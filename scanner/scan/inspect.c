/* inspect.c - one entry. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "formats/entries.h"
#include "intake/limits.h"
#include "scan/inspector.h"
#include "scan/windows.h"

/* Memory of one inspection beside the entry itself. */
static const size_t ARENA_LIMIT = 128U << 20;

uint64_t inspector_lap(struct inspector *inspector, enum stage stage, uint64_t start)
{
	uint64_t end = inspector_time();

	atomic_fetch_add_explicit(&inspector->stages[stage], end - start, memory_order_relaxed);
	return end;
}

/* Tells the parent how far the work is, four times a second at most. */
static void tell_progress(struct inspector *inspector)
{
	uint64_t last = atomic_load_explicit(&inspector->told, memory_order_relaxed);
	uint64_t clock = clock_read(CLOCK_MONOTONIC_COARSE);

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

bool inspector_is_package(const struct entry *entry)
{
	static const char *const endings[] = {".apk", ".apks", ".xapk", ".apkm", ".aab",
	                                      ".hap", ".hsp",  ".app",  ".ipa",  NULL};

	return entry_name_ends(entry, endings);
}

bool inspector_lies_in_app(const struct entry *entry)
{
	return container_find(entry->container, "AndroidManifest.xml") != NULL;
}

uint32_t inspector_all_sources(void)
{
	uint32_t sources = ANY_ENTRY | BIT(SIGNING);

	for (size_t i = 0; i < formats_count; i++)
		sources |= formats[i]->sources;
	return sources;
}

uint32_t inspector_container_lost(const struct entry *entry)
{
	return inspector_is_package(entry) || !inspector_lies_in_app(entry)
	               ? inspector_all_sources()
	               : (uint32_t)ANY_ENTRY;
}

void inspector_no_container(const struct entry *entry, struct facts *facts)
{
	if (!inspector_is_package(entry))
		return;
	facts_issue(facts, DIAG_BUNDLE_TYPE, AT_NONE,
	            "named like a package, and no archive that is read");
	facts_gaps(facts,
	           inspector_lies_in_app(entry) ? (uint32_t)ANY_ENTRY : inspector_all_sources(),
	           STATUS_UNSUPPORTED, DIAG_BUNDLE_TYPE);
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

/*
 * What any of them writes may hang on another: certificates on the network configuration, keys on
 * certificates. Only these sources need none.
 */
enum { WITHOUT_FORMATS = BIT(ENTRIES) | BIT(RULES) | BIT(SIGNING) };

static void run_formats(struct entry_job *job, struct facts *facts, struct cursor body,
                        struct bytes *bytes)
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
		                                .module = job->holder->module,
		                                .keyring = job->holder->inspector->keyring,
		                                .codebase = job->holder->inspector->codebase,
		                                .bytes = bytes};
		if (!format->inspect(&inspection, body).ok)
			facts_fault(facts, format->sources);
		arena_free(&arena);
	}
}

/* A packing product's mark on an app says that the code which runs lies elsewhere. */
static void note_packer(const struct entry_job *job, const struct rules_scanner *rules)
{
	const char *rule = rules_tagged(rules, "hardening");

	if (rule)
		codebase_packer(job->holder->inspector->codebase, rule);
}

static void inspect_bytes(struct entry_job *job, struct thread *thread, struct facts *facts,
                          struct bytes *bytes)
{
	struct inspector *inspector = thread->inspector;
	struct cursor body = cursor_over(bytes->data, bytes->size, DIAG_ARCHIVE_DATA);
	uint8_t hash[DIGEST_MAX];
	uint64_t time = inspector_time();

	digest(DIGEST_SHA256, bytes->data, bytes->size, hash);
	time = inspector_lap(inspector, STAGE_HASH, time);
	const char *kind = content_kind(job->entry, body);
	entry_facts(facts, job->entry, kind, bytes->size, hash);
	if (inspector->sources & ~(uint32_t)WITHOUT_FORMATS)
		run_formats(job, facts, body, bytes);
	time = inspector_lap(inspector, STAGE_PARSE, time);
	if (!rules_scan(thread->rules, job->entry, kind, body, facts).ok)
		facts_fault(facts, BIT(RULES));
	else
		note_packer(job, thread->rules);
	time = inspector_lap(inspector, STAGE_RULES, time);
	if (job->holder->signing)
		signing_entry(job->holder->signing, job->entry, body, hash);
	inspector_lap(inspector, STAGE_SIGN, time);
}

/* What could have been in an entry that cannot be read: by its name, and anything. */
static uint32_t sources_lost(const struct entry *entry)
{
	uint32_t sources = ANY_ENTRY;

	if (inspector_is_package(entry))
		return inspector_all_sources();
	for (size_t i = 0; i < formats_count; i++) {
		if (formats[i]->bid(entry, (struct cursor){0}))
			sources |= formats[i]->sources;
	}
	return sources;
}

/* Nothing is known of the entry but its name. */
static void lose(const struct entry_job *job, struct facts *facts)
{
	facts_fault(facts, sources_lost(job->entry));
	if (job->holder->signing)
		signing_entry_unread(job->holder->signing, job->entry);
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
		if (inspector_is_package(job->entry) || container_bid(first.data, first.len))
			lost = inspector_container_lost(job->entry);
		entry_facts(facts, job->entry, content_kind(job->entry, head), size, hash);
		facts_issue(facts, DIAG_LIMIT_ENTRY, AT_NONE,
		            "%llu bytes are above the limit parse", (unsigned long long)size);
		facts_gaps(facts, lost, STATUS_LIMIT, DIAG_LIMIT_ENTRY);
		if (job->holder->signing)
			signing_entry(job->holder->signing, job->entry, (struct cursor){0}, hash);
	} else {
		lose(job, facts);
	}
	text_free(&first);
}

void inspector_entry_done(struct text *messages, struct nested *entry)
{
	struct inspector *inspector = entry->job->holder->inspector;
	uint64_t time = inspector_time();

	outbox_facts(inspector->outbox, messages, &entry->facts);
	inspector_lap(inspector, STAGE_SEND, time);
	facts_free(&entry->facts);
	bytes_free(&entry->bytes);
	holder_release(entry->job->holder);
	free(entry->job);
}

void inspector_entry(void *argument, void *state)
{
	struct entry_job *job = argument;
	struct thread *thread = state;
	struct inspector *inspector = thread->inspector;
	struct bytes bytes = {0};
	struct facts facts;
	uint64_t time = inspector_time();

	facts_init(&facts, job->entry->id, job->entry->path);
	struct result read =
		job->beyond ? limit_count_bytes(0) : entry_read(job->entry, &facts, &bytes);
	inspector_lap(inspector, STAGE_UNPACK, time);
	if (read.ok) {
		inspect_bytes(job, thread, &facts, &bytes);
	} else if (fault_last()->code == DIAG_LIMIT_ENTRY) {
		inspect_large(job, thread, &facts);
	} else {
		lose(job, &facts);
	}
	atomic_fetch_add(&inspector->bytes_done, job->entry->size);
	tell_progress(inspector);
	bool container = container_bid(bytes.data, bytes.size);
	if (read.ok && !container)
		inspector_no_container(job->entry, &facts);
	if (container)
		queue_nested(&(struct nested){job, facts, bytes});
	else
		inspector_entry_done(&thread->messages, &(struct nested){job, facts, bytes});
}
