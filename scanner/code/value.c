/* value.c - see value.h. */
#include "code/value.h"

#include <string.h>

static const struct value cut = {.kind = VALUE_CUT};
static const struct value derived = {.kind = VALUE_DERIVED};
static const struct value nothing = {.kind = VALUE_NUMBER};
const struct values values_none = {0, NULL};
const struct values values_zero = {1, &nothing};
const struct values values_cut = {1, &cut};
const struct values values_derived = {1, &derived};

bool value_is_object(const struct value *value)
{
	return value->kind == VALUE_OBJECT || value->kind == VALUE_RUNTIME ||
	       value->kind == VALUE_PARAM;
}

bool value_same(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NUMBER:
		return a->number == b->number;
	case VALUE_TEXT:
	case VALUE_CLASS:
	case VALUE_FIELD:
		return a->len == b->len && strcmp(a->text, b->text) == 0;
	case VALUE_ARRAY:
		return a->len == b->len && a->width == b->width &&
		       memcmp(a->bytes, b->bytes, (size_t)a->len * a->width) == 0;
	case VALUE_DERIVED:
	case VALUE_CUT:
		return true;
	default:
		return a->frame == b->frame && a->insn == b->insn;
	}
}

void gather_add(struct gather *gather, const struct value *value)
{
	for (uint32_t i = 0; i < gather->count; i++)
		if (value_same(&gather->items[i], value))
			return;
	if (gather->count < VALUES_MAX) {
		gather->items[gather->count++] = *value;
		return;
	}
	/* too many: what they have in common is said instead */
	struct values all = {gather->count, gather->items};
	struct values more = {1, value};
	const struct values *both[] = {&all, &more};
	const struct values *worst = values_worst(gather->arena, both, 2);
	gather->count = 1;
	gather->items[0] = worst->items[0];
}

void gather_all(struct gather *gather, const struct values *values)
{
	for (uint32_t i = 0; i < values->count; i++)
		gather_add(gather, &values->items[i]);
}

const struct values *gather_done(const struct gather *gather)
{
	struct values *set = arena_take(gather->arena, 1, sizeof *set);
	struct value *items = arena_take(gather->arena, gather->count + 1, sizeof *items);

	if (!set || !items)
		return &values_cut;
	memcpy(items, gather->items, gather->count * sizeof *items);
	*set = (struct values){gather->count, items};
	return set;
}

const struct values *values_of(struct arena *arena, struct value value)
{
	struct gather gather;

	gather_init(&gather, arena);
	gather_add(&gather, &value);
	return gather_done(&gather);
}

const struct values *values_number(struct arena *arena, int64_t number)
{
	return values_of(arena, (struct value){.kind = VALUE_NUMBER, .number = number});
}

const struct values *values_text(struct arena *arena, const char *text, size_t len)
{
	if (len > TEXT_MAX)
		return &values_derived;
	char *copy = arena_copy(arena, text, len);
	if (!copy)
		return &values_cut;
	return values_of(arena, (struct value){.kind = VALUE_TEXT,
	                                       .text = copy,
	                                       .len = (uint32_t)len});
}

bool values_have(const struct values *values, enum value_kind kind)
{
	for (uint32_t i = 0; i < values->count; i++)
		if (values->items[i].kind == kind)
			return true;
	return false;
}

bool values_all(const struct values *values, enum value_kind kind)
{
	for (uint32_t i = 0; i < values->count; i++)
		if (values->items[i].kind != kind)
			return false;
	return values->count > 0;
}

const struct value *values_only(const struct values *values, enum value_kind kind)
{
	return values->count == 1 && values->items[0].kind == kind ? &values->items[0] : NULL;
}

static unsigned badness(const struct value *value)
{
	switch (value->kind) {
	case VALUE_RUNTIME:
		return 4;
	case VALUE_CUT:
		return 3;
	case VALUE_PARAM:
		return 2;
	default:
		return 1;
	}
}

const struct values *values_worst(struct arena *arena, const struct values *const *sets,
                                  uint32_t count)
{
	const struct value *worst = NULL;

	for (uint32_t s = 0; s < count; s++)
		for (uint32_t i = 0; i < sets[s]->count; i++)
			if (!worst || badness(&sets[s]->items[i]) > badness(worst))
				worst = &sets[s]->items[i];
	if (!worst || badness(worst) == 1)
		return &values_derived;
	return values_of(arena, *worst);
}

const struct values *values_keep(struct arena *arena, const struct values *values)
{
	struct gather gather;

	gather_init(&gather, arena);
	for (uint32_t i = 0; i < values->count; i++) {
		struct value item = values->items[i];
		if (item.kind == VALUE_TEXT)
			item.text = arena_copy(arena, item.text, item.len);
		if (item.kind == VALUE_TEXT && !item.text)
			return NULL;
		gather_add(&gather, &item);
	}
	const struct values *kept = gather_done(&gather);
	return kept == &values_cut ? NULL : kept;
}

void gather_worst(struct gather *gather, const struct value *a, const struct value *b)
{
	const struct values left = {1, a}, right = {b ? 1 : 0, b};
	const struct values *both[] = {&left, &right};

	gather_all(gather, values_worst(gather->arena, both, 2));
}
