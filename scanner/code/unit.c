/* unit.c - look-ups in a unit's tables, whatever file they came from. */
#include "code/unit.h"

#include <stdlib.h>
#include <string.h>

#include "code/body.h"
#include "code/mutf8.h"

uint32_t body_at(const struct body *body, uint32_t pc)
{
	uint32_t low = 0, high = body->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (body->insns[middle].pc <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	/* the first of those that one bytecode became */
	while (low > 1 && body->insns[low - 2].pc == body->insns[low - 1].pc)
		low--;
	return body->count ? (low ? low - 1 : 0) : NO_INDEX;
}

/* --- texts in order --------------------------------------------------------------------------- */

/* A table of things that have a text each. */
struct table {
	const struct unit *unit;
	uint32_t count;
	const char *(*text)(const struct unit *unit, uint32_t item);
};

static int compare(const struct table *table, uint32_t a, uint32_t b)
{
	return mutf8_compare(table->text(table->unit, a), table->text(table->unit, b));
}

/* Where the ascending run that begins at `from` ends. */
static uint32_t run_end(const struct table *table, const uint32_t *order, uint32_t from)
{
	uint32_t at = from + 1;

	while (at < table->count && compare(table, order[at - 1], order[at]) <= 0)
		at++;
	return at;
}

/* Joins the runs [from, middle) and [middle, to), both ascending, by way of `spare`. */
static void join_runs(const struct table *table, uint32_t *order, uint32_t *spare, uint32_t from,
                      uint32_t middle, uint32_t to)
{
	uint32_t a = 0, b = middle, out = from, count = middle - from;

	memcpy(spare, order + from, count * sizeof *spare);
	while (a < count && b < to) {
		if (compare(table, spare[a], order[b]) <= 0)
			order[out++] = spare[a++];
		else
			order[out++] = order[b++];
	}
	memcpy(order + out, spare + a, (count - a) * sizeof *order);
}

/* Joins every two neighbouring runs, given by their starts; the number of runs that are left. */
static uint32_t join_pairs(const struct table *table, uint32_t *order, uint32_t *spare,
                           uint32_t *starts, uint32_t runs)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < runs; i += 2) {
		uint32_t from = starts[i];
		if (i + 1 < runs)
			join_runs(table, order, spare, from, starts[i + 1],
			          i + 2 < runs ? starts[i + 2] : table->count);
		starts[left++] = from;
	}
	return left;
}

/* Sorts by joining the runs that are there: files are nearly in order, and equal texts stay so. */
static void sort(const struct table *table, uint32_t *order)
{
	uint32_t *spare = calloc(table->count, 2 * sizeof *spare);
	uint32_t *starts = spare + table->count, runs = 0;

	if (!spare)
		fault_out_of_memory();
	for (uint32_t at = 0; at < table->count; at = run_end(table, order, at))
		starts[runs++] = at;
	while (runs > 1)
		runs = join_pairs(table, order, spare, starts, runs);
	free(spare);
}

/* Types whose strings are in order are in the order of their strings. */
static bool has_sorted_types(const struct unit *unit)
{
	if (unit->string_order)
		return false;
	for (uint32_t i = 1; i < unit->type_count; i++)
		if (unit->types[i - 1] > unit->types[i])
			return false;
	return true;
}

static bool is_sorted(const struct table *table)
{
	for (uint32_t i = 1; i < table->count; i++)
		if (compare(table, i - 1, i) > 0)
			return false;
	return true;
}

/* The order of a table, unless the table is in order. */
static RESULT make_order(const struct table *table, struct arena *arena, uint32_t **out)
{
	uint32_t *order;

	if (is_sorted(table))
		return OK;
	ALLOC(order, arena, table->count);
	for (uint32_t i = 0; i < table->count; i++)
		order[i] = i;
	sort(table, order);
	*out = order;
	return OK;
}

/* The first of the items with a text, or NO_INDEX. */
static uint32_t find(const struct table *table, const uint32_t *order, const char *text)
{
	uint32_t low = 0, high = table->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (mutf8_compare(table->text(table->unit, order ? order[middle] : middle), text) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == table->count)
		return NO_INDEX;
	uint32_t item = order ? order[low] : low;
	return mutf8_compare(table->text(table->unit, item), text) == 0 ? item : NO_INDEX;
}

static const char *string_text(const struct unit *unit, uint32_t item)
{
	return unit->strings[item];
}

static struct table strings_of(const struct unit *unit)
{
	return (struct table){unit, unit->string_count, string_text};
}

static struct table types_of(const struct unit *unit)
{
	return (struct table){unit, unit->type_count, unit_type};
}

/* Types that have one descriptor, as damaged files may, have one class. */
static void join_classes(struct unit *unit)
{
	struct table types = types_of(unit);

	for (uint32_t i = 1; i < unit->type_count; i++) {
		uint32_t a = unit->type_order ? unit->type_order[i - 1] : i - 1;
		uint32_t b = unit->type_order ? unit->type_order[i] : i;
		if (unit->types[a] != unit->types[b] &&
		    (unit->strings_sorted || compare(&types, a, b) != 0))
			continue;
		if (unit->class_of_type[b] > unit->class_of_type[a])
			unit->class_of_type[b] = unit->class_of_type[a];
	}
}

struct result unit_index(struct unit *unit)
{
	struct table strings = strings_of(unit), types = types_of(unit);

	unit->string_order = unit->type_order = NULL;
	if (!unit->strings_sorted)
		TRY(make_order(&strings, unit->arena, &unit->string_order));
	if (!has_sorted_types(unit))
		TRY(make_order(&types, unit->arena, &unit->type_order));
	ALLOC(unit->class_of_type, unit->arena, (size_t)unit->type_count + 1);
	for (uint32_t i = 0; i < unit->type_count; i++)
		unit->class_of_type[i] = NO_INDEX;
	for (uint32_t i = unit->class_count; i-- > 0;)
		if (unit->classes[i].type < unit->type_count)
			unit->class_of_type[unit->classes[i].type] = i;
	join_classes(unit);
	return OK;
}

uint32_t unit_find_string(const struct unit *unit, const char *text)
{
	struct table strings = strings_of(unit);

	return find(&strings, unit->string_order, text);
}

uint32_t unit_find_type(const struct unit *unit, const char *descriptor)
{
	struct table types = types_of(unit);

	return find(&types, unit->type_order, descriptor);
}

uint32_t unit_find_class(const struct unit *unit, uint32_t type)
{
	return type < unit->type_count ? unit->class_of_type[type] : NO_INDEX;
}
