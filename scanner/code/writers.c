/*
 * writers.c - which methods may write a field, themselves or through those they call.
 *
 * A search for the last write to a field goes into a call only if this says that it may matter. The
 * set is made backwards: the methods that hold a write, their callers, and so on for some levels.
 */
#include <stdlib.h>
#include <string.h>

#include "code/multimap.h"
#include "code/tracing.h"

/* Names that very many classes share are taken only where the class is the same. */
enum { LEVELS = 3, METHODS_MAX = 400, COMMON = 200 };

struct field_writers {
	const struct field *field;
	struct field_writers *next; /* in its bucket */
	struct method_at *methods;
	uint32_t count, room;
	uint64_t *seen; /* hashes of methods and of signatures; open addressing, power of two */
	uint32_t seen_count, seen_room;
};

enum { BUCKETS = 1024 };

struct writers_table {
	struct field_writers *buckets[BUCKETS];
};

static uint64_t method_key(struct method_at method)
{
	return hash_join((uint64_t)(uintptr_t)method.unit, method.index);
}

static bool has(const struct field_writers *writers, uint64_t key)
{
	if (!writers->seen_room)
		return false;
	size_t slot = (size_t)(key >> 8) & (writers->seen_room - 1);
	while (writers->seen[slot] && writers->seen[slot] != key)
		slot = (slot + 1) & (writers->seen_room - 1);
	return writers->seen[slot] == key;
}

static void put_key(struct field_writers *writers, uint64_t key)
{
	size_t slot = (size_t)(key >> 8) & (writers->seen_room - 1);

	while (writers->seen[slot] && writers->seen[slot] != key)
		slot = (slot + 1) & (writers->seen_room - 1);
	writers->seen_count += writers->seen[slot] == 0;
	writers->seen[slot] = key;
}

static void add_key(struct field_writers *writers, uint64_t key)
{
	if (writers->seen_count * 2 >= writers->seen_room) {
		uint64_t *old = writers->seen;
		uint32_t room = writers->seen_room;
		writers->seen_room = room ? room * 2 : 16;
		writers->seen = calloc(writers->seen_room, sizeof *writers->seen);
		if (!writers->seen)
			fault_out_of_memory();
		writers->seen_count = 0;
		for (uint32_t i = 0; i < room; i++)
			if (old[i])
				put_key(writers, old[i]);
		free(old);
	}
	put_key(writers, key);
}

static void add_method(const struct program *program, struct field_writers *writers,
                       struct method_at method)
{
	if (has(writers, method_key(method)) || writers->count >= METHODS_MAX)
		return;
	if (writers->count == writers->room) {
		writers->room = writers->room ? writers->room * 2 : 8;
		writers->methods =
			reallocarray(writers->methods, writers->room, sizeof *writers->methods);
		if (!writers->methods)
			fault_out_of_memory();
	}
	writers->methods[writers->count++] = method;
	add_key(writers, method_key(method));
	add_key(writers, program_signature(program, method.unit, method_of(method)->ref));
}

static void add_holders(const struct program *program, struct field_writers *writers,
                        const struct unit *unit, const struct site_index *index, uint32_t item)
{
	for (uint32_t i = index->first[item]; i < index->first[item + 1]; i++)
		add_method(program, writers, (struct method_at){unit, index->sites[i].method});
}

static void add_callers(const struct program *program, struct field_writers *writers,
                        struct method_at method)
{
	uint64_t signature = program_signature(program, method.unit, method_of(method)->ref);
	struct refs refs = program_method_refs(program, signature);
	const char *class = method_class_of(method);
	bool virtual = method_name_of(method)[0] != '<' && refs.count <= COMMON &&
	               !(method_of(method)->flags & (ACCESS_STATIC | ACCESS_PRIVATE));

	if (!virtual)
		refs = program_class_refs(program, class, signature);
	for (uint32_t i = 0; i < refs.count && writers->count < METHODS_MAX; i++) {
		const struct unit *unit = refs.items[i].unit;
		const char *named =
			unit_type(unit, unit->method_refs[refs.items[i].index].type);
		if (!virtual || program_extends(program, class, named) ||
		    program_extends(program, named, class))
			add_holders(program, writers, unit, &unit->calls, refs.items[i].index);
	}
}

static struct field_writers *make(struct trace *trace, const struct field *field,
                                  struct class_at owner)
{
	const struct program *program = trace->program;
	struct field_writers *writers = calloc(1, sizeof *writers);
	const char *name =
		unit_string(owner.unit, owner.unit->field_refs[field->ref].name);
	struct refs refs = program_field_refs(program, name);

	if (!writers)
		fault_out_of_memory();
	writers->field = field;
	for (uint32_t i = 0; i < refs.count; i++) {
		const struct unit *unit = refs.items[i].unit;
		uint32_t ref = refs.items[i].index;
		if (unit->puts.first[ref] == unit->puts.first[ref + 1])
			continue;
		if (lookup_field(trace, unit, ref)->field == field)
			add_holders(program, writers, unit, &unit->puts, ref);
	}
	for (uint32_t level = 0, from = 0; level < LEVELS; level++) {
		uint32_t end = writers->count;
		for (; from < end; from++)
			add_callers(program, writers, writers->methods[from]);
	}
	return writers;
}

const struct field_writers *writers_of(struct trace *trace, const struct unit *unit, uint32_t ref)
{
	const struct field_info *info = lookup_field(trace, unit, ref);
	const struct field *field = info->field;
	struct class_at owner = info->owner;

	if (!owner.unit || !field)
		return NULL;
	if (!trace->writers) {
		trace->writers = calloc(1, sizeof *trace->writers);
		if (!trace->writers)
			fault_out_of_memory();
	}
	struct field_writers **bucket =
		&trace->writers->buckets[((uintptr_t)field / sizeof *field) % BUCKETS];
	for (struct field_writers *found = *bucket; found; found = found->next)
		if (found->field == field)
			return found;
	struct field_writers *made = make(trace, field, owner);
	made->next = *bucket;
	*bucket = made;
	return made;
}

bool writers_may(const struct trace *trace, const struct field_writers *writers,
                 const struct flow *flow, const struct insn *call)
{
	const struct unit *unit = flow->body.unit;

	return has(writers, program_signature(trace->program, unit, call->ref));
}

void writers_free(struct writers_table *table)
{
	for (size_t i = 0; table && i < BUCKETS; i++) {
		while (table->buckets[i]) {
			struct field_writers *next = table->buckets[i]->next;
			free(table->buckets[i]->methods);
			free(table->buckets[i]->seen);
			free(table->buckets[i]);
			table->buckets[i] = next;
		}
	}
	free(table);
}
