/* classunit.c - the unit that class_reader_finish makes of what was added. */
#include <string.h>

#include "code/body.h"
#include "code/classreader.h"

/* A copy of a table in the arena, in a function that returns struct result. */
#define COPY(table, arena, count) \
	do { \
		void *copy = arena_take(arena, (size_t)(count) + 1, sizeof *(table)); \
		if (!copy) \
			return FAILED; \
		if (count) \
			memcpy(copy, table, (size_t)(count) * sizeof *(table)); \
		(table) = copy; \
	} while (0)

static RESULT copy_strings(const struct class_reader *reader, struct unit *unit)
{
	size_t size = 0;
	char *at;

	for (uint32_t i = 0; i < unit->string_count; i++)
		size += (size_t)reader->strings[i].len + 1;
	ALLOC(at, unit->arena, size);
	ALLOC(unit->strings, unit->arena, unit->string_count);
	for (uint32_t i = 0; i < unit->string_count; i++) {
		const struct class_string *string = &reader->strings[i];
		unit->strings[i] = at;
		if (string->len)
			memcpy(at, string->bytes, string->len);
		at += string->len + 1;
	}
	return OK;
}

static RESULT copy_issues(struct unit *unit)
{
	COPY(unit->issues, unit->arena, unit->issue_count);
	for (uint32_t i = 0; i < unit->issue_count; i++) {
		const char *why = unit->issues[i].why;
		unit->issues[i].why = arena_copy(unit->arena, why, strlen(why));
		if (!unit->issues[i].why)
			return FAILED;
	}
	return OK;
}

static RESULT copy_tables(struct unit *unit)
{
	COPY(unit->types, unit->arena, unit->type_count);
	COPY(unit->type_list, unit->arena, unit->type_list_count);
	COPY(unit->protos, unit->arena, unit->proto_count);
	COPY(unit->method_refs, unit->arena, unit->method_ref_count);
	COPY(unit->field_refs, unit->arena, unit->field_ref_count);
	COPY(unit->classes, unit->arena, unit->class_count);
	COPY(unit->fields, unit->arena, unit->field_count);
	COPY(unit->methods, unit->arena, unit->method_count);
	COPY(unit->annotations, unit->arena, unit->annotation_count);
	return copy_issues(unit);
}

static RESULT copy_state(const struct class_reader *reader, struct unit *unit)
{
	struct class_state *state;

	ALLOC(state, unit->arena, 1);
	*state = reader->state;
	COPY(state->pools, unit->arena, unit->class_count);
	COPY(state->constants, unit->arena, reader->constant_count);
	COPY(state->bootstraps, unit->arena, reader->bootstrap_count);
	COPY(state->array_types, unit->arena, unit->type_count);
	unit->state = state;
	return OK;
}

static RESULT index_sites(struct class_reader *reader, struct unit *unit)
{
	struct arena *arena = unit->arena;

	TRY(site_list_index(&reader->calls, unit->method_ref_count, arena, &unit->calls));
	TRY(site_list_index(&reader->gets, unit->field_ref_count, arena, &unit->gets));
	TRY(site_list_index(&reader->puts, unit->field_ref_count, arena, &unit->puts));
	TRY(site_list_index(&reader->news, unit->type_count, arena, &unit->news));
	return site_list_index(&reader->texts, unit->string_count, arena, &unit->texts);
}

/* The marker that R8 and D8 leave: "~~R8{...}". */
static const char *find_marker(const struct unit *unit)
{
	static const char *const starts[] = {"~~R8{", "~~D8{", "~~L8{"};

	for (uint32_t i = 0; i < unit->string_count; i++)
		for (size_t k = 0; unit->strings[i][0] == '~' && k < 3; k++)
			if (strncmp(unit->strings[i], starts[k], strlen(starts[k])) == 0)
				return unit->strings[i];
	return NULL;
}

static RESULT make(struct class_reader *reader, struct arena *arena, struct unit **out)
{
	struct unit *unit;

	ALLOC(unit, arena, 1);
	*unit = reader->unit;
	unit->kind = UNIT_CLASSES;
	unit->arena = arena;
	unit->read_body = class_read_body;
	unit->read_line = class_read_line;
	TRY(copy_strings(reader, unit));
	TRY(copy_tables(unit));
	TRY(copy_state(reader, unit));
	TRY(index_sites(reader, unit));
	unit->marker = find_marker(unit);
	TRY(unit_index(unit));
	*out = unit;
	return OK;
}

struct result class_reader_finish(struct class_reader *reader, struct arena *arena,
                                  struct unit **out)
{
	struct result made = make(reader, arena, out);

	class_reader_free(reader);
	return made;
}
