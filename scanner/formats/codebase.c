/* codebase.c - see codebase.h. */
#include "formats/codebase.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "code/classfile.h"
#include "code/dex.h"
#include "formats/codeparts.h"

/* Memory of the tables of one DEX file, of the class files of one container, of the program. */
static const size_t UNIT_LIMIT = 1U << 30, PROGRAM_LIMIT = 2U << 30;

enum { DECLARED_MAX = 20000, PACKERS_MAX = 32 };

struct names {
	char **items;
	size_t count, room;
};

struct codebase {
	struct code_request request;
	pthread_mutex_t lock; /* of what follows */
	struct code_entry *entries;
	size_t count, room;
	struct names packages, declared, packers;
};

struct codebase *codebase_new(const struct code_request *request)
{
	struct codebase *codebase = calloc(1, sizeof *codebase);

	if (!codebase)
		fault_out_of_memory();
	codebase->request = *request;
	pthread_mutex_init(&codebase->lock, NULL);
	return codebase;
}

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

void codebase_free(struct codebase *codebase)
{
	for (size_t i = 0; i < codebase->count; i++) {
		struct code_entry *entry = &codebase->entries[i];
		if (entry->dex)
			arena_free(&entry->arena);
		bytes_free(&entry->bytes);
		free((char *)entry->path);
		free((char *)entry->container_path);
	}
	free(codebase->entries);
	names_free(&codebase->packages);
	names_free(&codebase->declared);
	names_free(&codebase->packers);
	pthread_mutex_destroy(&codebase->lock);
	free(codebase);
}

/* --- what comes in -----------------------------------------------------------------------------
 */

static char *copy_text(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		fault_out_of_memory();
	return copy;
}

static void add_name(struct codebase *codebase, struct names *names, const char *name, size_t most)
{
	pthread_mutex_lock(&codebase->lock);
	bool known = names->count >= most;
	for (size_t i = 0; i < names->count && !known && most < 100; i++)
		known = strcmp(names->items[i], name) == 0;
	if (!known && names->count == names->room) {
		names->room = names->room ? names->room * 2 : 16;
		names->items = reallocarray(names->items, names->room, sizeof *names->items);
		if (!names->items)
			fault_out_of_memory();
	}
	if (!known)
		names->items[names->count++] = copy_text(name);
	pthread_mutex_unlock(&codebase->lock);
}

void codebase_app(const struct inspection *inspection, const char *package)
{
	if (inspection->codebase && package && *package)
		add_name(inspection->codebase, &inspection->codebase->packages, package, 64);
}

void codebase_declared(const struct inspection *inspection, const char *class_name)
{
	if (inspection->codebase)
		add_name(inspection->codebase, &inspection->codebase->declared, class_name,
		         DECLARED_MAX);
}

void codebase_packer(struct codebase *codebase, const char *rule)
{
	add_name(codebase, &codebase->packers, rule, PACKERS_MAX);
}

/* What is stored in a container inside the bundle dies with it; the bundle itself stays. */
static struct bytes keep(struct inspection *inspection, struct cursor body)
{
	struct bytes kept = {.data = body.data, .size = body.size};

	if (inspection->bytes && inspection->bytes->owned) {
		kept.owned = inspection->bytes->owned;
		inspection->bytes->owned = NULL;
	} else if (inspection->entry->container && inspection->entry->container->depth) {
		uint8_t *copy = malloc(body.size ? body.size : 1);
		if (!copy)
			fault_out_of_memory();
		memcpy(copy, body.data, body.size);
		kept.data = kept.owned = copy;
	}
	return kept;
}

static void add_entry(struct inspection *inspection, struct code_entry *entry)
{
	struct codebase *codebase = inspection->codebase;
	const struct container *container = inspection->entry->container;

	entry->id = inspection->entry->id;
	entry->path = copy_text(inspection->entry->path);
	if (container)
		entry->container = container->id;
	entry->container_path = copy_text(container ? container->path : "");
	pthread_mutex_lock(&codebase->lock);
	if (codebase->count == codebase->room) {
		codebase->room = codebase->room ? codebase->room * 2 : 16;
		codebase->entries =
			reallocarray(codebase->entries, codebase->room, sizeof *codebase->entries);
		if (!codebase->entries)
			fault_out_of_memory();
	}
	codebase->entries[codebase->count++] = *entry;
	pthread_mutex_unlock(&codebase->lock);
}

struct result codebase_dex(struct inspection *inspection, struct cursor body)
{
	struct code_entry entry = {.dex = true};

	arena_init(&entry.arena, UNIT_LIMIT);
	entry.bytes = keep(inspection, body);
	body.data = entry.bytes.data;
	if (!dex_read(body, &entry.arena, &entry.unit).ok) {
		arena_free(&entry.arena);
		/* others still look at the bytes: their owner frees them */
		if (inspection->bytes)
			inspection->bytes->owned = entry.bytes.owned;
		else
			bytes_free(&entry.bytes);
		return FAILED;
	}
	add_entry(inspection, &entry);
	return OK;
}

struct result codebase_class(struct inspection *inspection, struct cursor body)
{
	struct code_entry entry = {.dex = false};

	entry.bytes = keep(inspection, body);
	add_entry(inspection, &entry);
	return OK;
}

/* --- order -------------------------------------------------------------------------------------
 */

static int compare_entries(const void *left, const void *right)
{
	return entry_id_compare(&((const struct code_entry *)left)->id,
	                        &((const struct code_entry *)right)->id);
}

/* --- facts of an entry -------------------------------------------------------------------------
 */

static struct facts *facts_at(struct code_entry *entry)
{
	if (!entry->facts) {
		entry->facts = malloc(sizeof *entry->facts);
		if (!entry->facts)
			fault_out_of_memory();
		facts_init(entry->facts, entry->id, entry->path);
	}
	return entry->facts;
}

struct facts *code_unit_facts(struct code_work *work, const struct unit *unit)
{
	(void)work;
	return facts_at(unit->owner);
}

struct facts *code_facts(struct code_work *work, struct class_at class)
{
	struct code_entry *first = class.unit->owner;

	return class.unit->kind == UNIT_DEX
	               ? facts_at(first)
	               : facts_at(&work->entries[class.unit->classes[class.index].entry]);
}

/* --- units -------------------------------------------------------------------------------------
 */

static size_t same_container(const struct codebase *codebase, size_t first)
{
	size_t end = first + 1;

	while (end < codebase->count && !codebase->entries[end].dex &&
	       entry_id_compare(&codebase->entries[end].container,
	                        &codebase->entries[first].container) == 0)
		end++;
	return end;
}

/* Class files of one container that follow each other make up one unit. */
static struct unit *read_classes(struct codebase *codebase, size_t first, size_t end,
                                 struct arena *arena)
{
	struct class_reader *reader = class_reader_new();
	struct unit *unit = NULL;

	for (size_t i = first; i < end; i++)
		class_reader_add(reader, (uint32_t)i,
		                 cursor_over(codebase->entries[i].bytes.data,
		                             codebase->entries[i].bytes.size, DIAG_CLASS_PARSE));
	if (!class_reader_finish(reader, arena, &unit).ok)
		facts_fault(facts_at(&codebase->entries[first]), BIT(CODE));
	return unit;
}

static size_t make_units(struct codebase *codebase, struct arena *arena, struct unit **units)
{
	size_t count = 0;

	for (size_t i = 0; i < codebase->count;) {
		struct code_entry *entry = &codebase->entries[i];
		size_t end = entry->dex ? i + 1 : same_container(codebase, i);
		if (!entry->dex)
			entry->unit = read_classes(codebase, i, end, arena);
		if (entry->unit) {
			entry->unit->owner = entry;
			entry->unit->order = (uint32_t)count;
			units[count++] = entry->unit;
		}
		i = end;
	}
	return count;
}

static void write_issues(struct code_work *work, const struct unit *unit)
{
	for (uint32_t i = 0; i < unit->issue_count; i++) {
		const struct code_issue *issue = &unit->issues[i];
		struct facts *facts = unit->kind == UNIT_DEX
		                              ? code_unit_facts(work, unit)
		                              : facts_at(&work->entries[issue->entry]);
		facts_issue(facts, issue->code, issue->at, "%s", issue->why);
		if (diag_kind(issue->code) != FAULT_NOTICE)
			facts_gap(facts, SOURCE_CODE, source_status_of(diag_kind(issue->code)),
			          issue->code);
	}
	if (unit->partial && unit->issue_count == 0)
		facts_gap(code_unit_facts(work, unit), SOURCE_CODE, STATUS_PARTIAL, DIAG_CODE_BODY);
}

/* --- a unit's own row --------------------------------------------------------------------------
 */

static bool has_short_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strlen(dot ? dot + 1 : name) <= 2;
}

static int64_t short_names(const struct code_work *work, const struct unit *unit)
{
	uint64_t counted = 0, brief = 0;
	char name[512];

	for (uint32_t i = 0; i < unit->class_count; i++) {
		name_of_class(unit_type(unit, unit->classes[i].type), name, sizeof name);
		if (!work->watch || watch_list_library(work->watch, name))
			continue;
		counted++;
		brief += has_short_name(name);
	}
	return counted ? (int64_t)(brief * 100 / counted) : 0;
}

static void write_unit(struct code_work *work, const struct unit *unit)
{
	const struct code_entry *first = unit->owner;
	struct facts *facts = code_unit_facts(work, unit);
	int64_t bodies = 0, native = 0;

	for (uint32_t i = 0; i < unit->method_count; i++) {
		bodies += unit->methods[i].code != NULL;
		native += (unit->methods[i].flags & ACCESS_NATIVE) != 0;
	}
	facts_row(facts, ROW_UNIT, 0);
	facts_clean(facts, FACT_UNIT_IN,
	            unit->kind == UNIT_DEX ? first->path : first->container_path);
	facts_text(facts, FACT_UNIT_KIND, unit->kind == UNIT_DEX ? "dex" : "class");
	facts_int(facts, FACT_UNIT_VERSION, unit->version);
	facts_int(facts, FACT_UNIT_CLASSES, unit->class_count);
	facts_int(facts, FACT_UNIT_METHODS, bodies);
	facts_int(facts, FACT_UNIT_NATIVE_METHODS, native);
	facts_int(facts, FACT_UNIT_INSTRUCTIONS, (int64_t)unit->instruction_count);
	facts_int(facts, FACT_UNIT_CALLS, (int64_t)unit->call_count);
	facts_int(facts, FACT_UNIT_TEXTS, (int64_t)unit->text_count);
	facts_int(facts, FACT_UNIT_SHORT_NAMES, short_names(work, unit));
	if (unit->marker) {
		facts_text(facts, FACT_UNIT_COMPILER,
		           strncmp(unit->marker, "~~R8", 4) == 0 ? "r8" : "d8");
		code_text(facts, FACT_UNIT_MARKER, unit->marker);
	}
}

/* --- hidden code -------------------------------------------------------------------------------
 */

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool is_defined(const struct program *program, const char *name)
{
	char descriptor[1024];
	size_t len = strlen(name);

	if (len + 3 > sizeof descriptor)
		return true;
	descriptor[0] = 'L';
	for (size_t i = 0; i < len; i++)
		descriptor[i + 1] = name[i] == '.' ? '/' : name[i];
	memcpy(descriptor + len + 1, ";", 2);
	return program_class(program, descriptor).unit != NULL;
}

static void write_hidden(struct facts *facts, const char *reason)
{
	facts_gap(facts, SOURCE_CODE, STATUS_UNSUPPORTED, DIAG_CODE_HIDDEN);
	facts_row(facts, ROW_HIDDEN_CODE, 0);
	facts_text(facts, FACT_HIDDEN_CODE_REASON, reason);
}

/* Classes that the manifest declares stand in the bytecode, unless something unpacks it first. */
static void check_declared(const struct codebase *codebase, const struct code_work *work,
                           struct facts *facts)
{
	const struct names *declared = &codebase->declared;
	const char *example = NULL;
	int64_t missing = 0;

	for (size_t i = 0; i < declared->count; i++) {
		if (is_defined(work->program, declared->items[i]))
			continue;
		missing++;
		if (!example)
			example = declared->items[i];
	}
	/* an app may declare what it no longer has; half of it is no oversight */
	if (missing * 2 <= (int64_t)declared->count)
		return;
	facts_issue(facts, DIAG_CODE_HIDDEN, AT_NONE,
	            "%lld of %zu classes that the manifest declares are in no bytecode file",
	            (long long)missing, declared->count);
	write_hidden(facts, "components");
	facts_int(facts, FACT_HIDDEN_CODE_DECLARED, (int64_t)declared->count);
	facts_int(facts, FACT_HIDDEN_CODE_MISSING, missing);
	facts_text(facts, FACT_HIDDEN_CODE_EXAMPLE, example);
}

static void check_hidden(struct codebase *codebase, struct code_work *work, struct facts *facts)
{
	struct names *packers = &codebase->packers;

	if (codebase->declared.count) {
		qsort(codebase->declared.items, codebase->declared.count, sizeof(char *),
		      compare_names);
		check_declared(codebase, work, facts);
	}
	if (packers->count == 0)
		return;
	qsort(packers->items, packers->count, sizeof *packers->items, compare_names);
	facts_issue(facts, DIAG_CODE_HIDDEN, AT_NONE,
	            "the bundle carries the mark of a packing product (rule %s)",
	            packers->items[0]);
	for (size_t i = 0; i < packers->count; i++) {
		write_hidden(facts, "packer");
		facts_text(facts, FACT_HIDDEN_CODE_RULE, packers->items[i]);
	}
}

/* --- the end -----------------------------------------------------------------------------------
 */

static void write_watch(const struct code_work *work, struct facts *facts)
{
	facts_row(facts, ROW_WATCH, 0);
	facts_text(facts, FACT_WATCH_SHA256, work->watch->sha256);
}

static void analyse(struct code_work *work, struct unit **units, size_t count, struct facts *root)
{
	for (size_t i = 0; i < count; i++) {
		write_issues(work, units[i]);
		write_unit(work, units[i]);
	}
	if (!work->watch)
		return;
	write_watch(work, root);
	work->trace = trace_new(work->program);
	code_write_calls(work);
	code_write_overrides(work);
	code_write_field_reads(work);
	code_write_classes(work);
	code_write_texts(work);
	trace_free(work->trace);
}

static void send_facts(struct codebase *codebase, struct facts *root, codebase_send send,
                       void *state)
{
	send(state, root);
	facts_free(root);
	for (size_t i = 0; i < codebase->count; i++) {
		struct code_entry *entry = &codebase->entries[i];
		if (!entry->facts)
			continue;
		send(state, entry->facts);
		facts_free(entry->facts);
		free(entry->facts);
	}
}

void codebase_finish(struct codebase *codebase, codebase_send send, void *state)
{
	struct unit **units = calloc(codebase->count + 1, sizeof *units);
	struct arena arena;
	struct facts root;
	uint32_t duplicates = 0;

	if (!units)
		fault_out_of_memory();
	if (codebase->count)
		qsort(codebase->entries, codebase->count, sizeof *codebase->entries,
		      compare_entries);
	arena_init(&arena, PROGRAM_LIMIT);
	facts_init(&root, (struct entry_id){0}, "");
	struct code_work work = {.watch = codebase->request.watch,
	                         .mapping = codebase->request.mapping,
	                         .entries = codebase->entries,
	                         .arena = &arena,
	                         .packages = (const char *const *)codebase->packages.items,
	                         .package_count = codebase->packages.count};
	size_t count = make_units(codebase, &arena, units);
	if (!program_new((const struct unit *const *)units, (uint32_t)count, &arena, &work.program,
	                 &duplicates)
	             .ok) {
		facts_fault(&root, BIT(CODE));
	} else {
		if (duplicates)
			facts_issue(&root, DIAG_CODE_DUPLICATE, AT_NONE,
			            "%u classes are defined more than once", duplicates);
		check_hidden(codebase, &work, &root);
		if (count)
			analyse(&work, units, count, &root);
	}
	send_facts(codebase, &root, send, state);
	arena_free(&arena);
	free(units);
}
