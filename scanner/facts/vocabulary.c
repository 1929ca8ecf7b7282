/* vocabulary.c - tables made from vocabulary.def, and look-ups in them. */
#include "facts/vocabulary.h"

#include <stdio.h>
#include <string.h>

/* Parents are named without a prefix in the table; rows and groups need different ones here. */
enum {
#define GROUP(id, name, parent) PARENT_##id = ROW_GROUP_##id,
#include "facts/vocabulary.def"
	PARENT_COMPONENT = ROW_COMPONENT,
	PARENT_INTENT_FILTER = ROW_INTENT_FILTER,
	PARENT_NETWORK_CONFIG = ROW_NETWORK_CONFIG,
	PARENT_BACKUP_SET = ROW_BACKUP_SET,
	PARENT_CERTIFICATE = ROW_CERTIFICATE,
	PARENT_KEY = ROW_KEY,
	PARENT_KEYSTORE = ROW_KEYSTORE,
	PARENT_PROFILE = ROW_PROFILE,
	PARENT_SIGNING = ROW_SIGNING,
	PARENT_COMPANION = ROW_COMPANION,
	PARENT_CALL = ROW_CALL,
	PARENT_OVERRIDE = ROW_OVERRIDE,
	PARENT_SOURCE = ROW_SOURCE,
	PARENT_NONE = ROW_NONE
};

enum { ALWAYS = FACT_ALWAYS, SOMETIMES = FACT_SOMETIMES, KEY = FACT_KEY, SHOWN = FACT_SHOWN };

const struct row_info fact_rows[ROW_COUNT] = {
#define GROUP(id, name, parent) \
	[ROW_GROUP_##id] = {name, (enum fact_row)PARENT_##parent, true, 0, ""},
#define ROW(id, name, parent, sources, meaning) \
	[ROW_##id] = {name, (enum fact_row)PARENT_##parent, false, sources, meaning},
#include "facts/vocabulary.def"
};

const struct attr_info fact_attrs[FACT_COUNT] = {
#define ATTR(row, id, name, type, flags, meaning) {name, ROW_##row, TYPE_##type, flags, meaning},
#include "facts/vocabulary.def"
};

const char *const source_names[SOURCE_COUNT] = {
#define SOURCE(id, name, meaning) name,
#include "facts/vocabulary.def"
};

const char *const source_meanings[SOURCE_COUNT] = {
#define SOURCE(id, name, meaning) meaning,
#include "facts/vocabulary.def"
};

const char *source_status_name(enum source_status status)
{
	static const char *const names[] = {"complete",    "absent", "partial",
	                                    "unsupported", "limit",  "error"};

	return names[status];
}

enum source_status source_status_of(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_NOTICE:
		return STATUS_COMPLETE;
	case FAULT_LIMIT:
		return STATUS_LIMIT;
	case FAULT_UNSUPPORTED:
		return STATUS_UNSUPPORTED;
	default:
		return STATUS_ERROR;
	}
}

static bool same(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && memcmp(name, text, len) == 0;
}

enum fact_row vocabulary_child(enum fact_row parent, const char *name, size_t len)
{
	for (int row = 0; row < ROW_COUNT; row++) {
		if (fact_rows[row].parent == parent && same(fact_rows[row].name, name, len))
			return (enum fact_row)row;
	}
	return ROW_NONE;
}

enum fact_attr vocabulary_attr(enum fact_row row, const char *name, size_t len)
{
	for (int attr = 0; attr < FACT_COUNT; attr++) {
		if (fact_attrs[attr].row == row && same(fact_attrs[attr].name, name, len))
			return (enum fact_attr)attr;
	}
	return FACT_COUNT;
}

const char *vocabulary_path(enum fact_row row, char *out, size_t room)
{
	enum fact_row chain[8];
	size_t depth = 0, used = 0;

	for (; row != ROW_NONE && depth < 8; row = fact_rows[row].parent)
		chain[depth++] = row;
	out[0] = '\0';
	while (depth-- && used < room) {
		int wrote = snprintf(out + used, room - used, "/%s", fact_rows[chain[depth]].name);
		used += wrote > 0 ? (size_t)wrote : 0;
	}
	return out;
}

/* Levenshtein distance, for names of at most 40 characters; more counts as far. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[41];

	if (a_len > 40 || b_len > 40)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			if (row[j - 1] + 1 < change)
				change = row[j - 1] + 1;
			if (row[j] + 1 < change)
				change = row[j] + 1;
			row[j] = change;
		}
	}
	return row[b_len];
}

const char *vocabulary_near(enum fact_row row, bool attribute, const char *name, size_t len)
{
	const char *best = NULL;
	size_t least = len / 2 + 1;
	int count = attribute ? (int)FACT_COUNT : (int)ROW_COUNT;

	for (int i = 0; i < count; i++) {
		enum fact_row owner = attribute ? fact_attrs[i].row : fact_rows[i].parent;
		const char *other = attribute ? fact_attrs[i].name : fact_rows[i].name;
		size_t far = owner == row ? distance(name, len, other, strlen(other)) : SIZE_MAX;
		if (far < least) {
			least = far;
			best = other;
		}
	}
	return best;
}
