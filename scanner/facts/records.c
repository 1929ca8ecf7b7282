/* records.c - the wire form of rows, written and checked. */
#include "facts/records.h"

#include <string.h>

static void put(struct text *out, uint64_t value, unsigned width)
{
	char bytes[8];

	for (unsigned i = 0; i < width; i++)
		bytes[i] = (char)(value >> 8 * i);
	text_add(out, bytes, width);
}

void record_put_attr(struct text *row, uint16_t attr, const char *value, size_t len)
{
	put(row, attr, 2);
	put(row, len, 4);
	text_add(row, value, len);
	put(row, 0, 1);
}

void record_put_head(struct text *rows, enum fact_row kind, uint32_t serial, uint32_t parent,
                     uint16_t count)
{
	put(rows, kind, 2);
	put(rows, serial, 4);
	put(rows, parent, 4);
	put(rows, count, 2);
}

void batch_write(struct facts *facts, struct text *out)
{
	facts_finish(facts);
	put(out, facts->entry.depth, 4);
	for (uint32_t i = 0; i < facts->entry.depth; i++)
		put(out, facts->entry.at[i], 4);
	text_add(out, facts->rows.data ? facts->rows.data : "", facts->rows.len);
}

struct result batch_open(const void *bytes, size_t len, struct entry_id *id, struct cursor *rows)
{
	struct cursor c = cursor_over(bytes, len, DIAG_WORKER_RECORD);
	struct entry_id read = {0};

	TRY(cursor_u32le(&c, &read.depth));
	ENSURE(read.depth <= ENTRY_DEPTH_MAX, WORKER_RECORD, 0, "a batch of depth %u", read.depth);
	for (uint32_t i = 0; i < read.depth; i++)
		TRY(cursor_u32le(&c, &read.at[i]));
	*id = read;
	return cursor_slice(&c, c.pos, cursor_left(&c), rows);
}

struct result record_attr(struct cursor *attrs, uint16_t *attr, const char **value, size_t *len)
{
	const uint8_t *bytes;
	uint32_t size;
	uint16_t number;

	TRY(cursor_u16le(attrs, &number));
	TRY(cursor_u32le(attrs, &size));
	TRY(cursor_bytes(attrs, (uint64_t)size + 1, &bytes));
	ENSURE(bytes[size] == 0, WORKER_RECORD, cursor_at(attrs), "a value without its end");
	*attr = number;
	*value = (const char *)bytes;
	*len = size;
	return OK;
}

struct result record_next(struct cursor *rows, struct record *out)
{
	struct record record = {0};
	const char *value;
	uint16_t kind, attr;
	size_t len;

	TRY(cursor_u16le(rows, &kind));
	TRY(cursor_u32le(rows, &record.serial));
	TRY(cursor_u32le(rows, &record.parent));
	TRY(cursor_u16le(rows, &record.count));
	ENSURE(kind < ROW_COUNT && !fact_rows[kind].group, WORKER_RECORD, cursor_at(rows),
	       "a row of kind %u", kind);
	record.kind = (enum fact_row)kind;
	size_t start = rows->pos;
	for (uint16_t i = 0; i < record.count; i++)
		TRY(record_attr(rows, &attr, &value, &len));
	TRY(cursor_slice(rows, start, rows->pos - start, &record.attrs));
	*out = record;
	return OK;
}

static bool is_number(const char *value, size_t len)
{
	size_t start = len && value[0] == '-' ? 1 : 0;

	if (len == start || len > 20)
		return false;
	for (size_t i = start; i < len; i++) {
		if (value[i] < '0' || value[i] > '9')
			return false;
	}
	return true;
}

static bool fits(enum fact_type type, const char *value, size_t len)
{
	switch (type) {
	case TYPE_INT:
	case TYPE_DAY:
		return is_number(value, len);
	case TYPE_BOOL:
		return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
	default:
		return text_is_clean(value, len);
	}
}

/* A space-separated list of attributes that the row has. */
static bool names_attrs(enum fact_row row, const char *value)
{
	while (*value) {
		size_t len = strcspn(value, " ");
		if (vocabulary_attr(row, value, len) == FACT_COUNT)
			return false;
		value += len;
		value += *value == ' ';
	}
	return true;
}

static RESULT check_attrs(const struct record *record)
{
	struct cursor attrs = record->attrs;
	uint64_t seen[FACT_COUNT / 64 + 1] = {0}; /* one bit more, for @unread */
	const char *value;
	uint16_t attr;
	size_t len;

	for (uint16_t i = 0; i < record->count; i++) {
		TRY(record_attr(&attrs, &attr, &value, &len));
		ENSURE(memchr(value, 0, len) == NULL, WORKER_RECORD, cursor_at(&attrs),
		       "a NUL in a value");
		ENSURE(attr == ATTR_UNREAD ||
		               (attr < FACT_COUNT && fact_attrs[attr].row == record->kind),
		       WORKER_RECORD, cursor_at(&attrs), "attribute %u on a row of another kind",
		       attr);
		unsigned bit = attr == ATTR_UNREAD ? FACT_COUNT : attr;
		ENSURE(!(seen[bit / 64] >> (bit % 64) & 1), WORKER_RECORD, cursor_at(&attrs),
		       "attribute %u twice", attr);
		seen[bit / 64] |= 1ULL << (bit % 64);
		if (attr == ATTR_UNREAD) {
			ENSURE(names_attrs(record->kind, value), WORKER_RECORD, cursor_at(&attrs),
			       "@unread names what the row has not");
			continue;
		}
		ENSURE(fits(fact_attrs[attr].type, value, len), WORKER_RECORD, cursor_at(&attrs),
		       "a value of @%s that is not of its type", fact_attrs[attr].name);
	}
	return OK;
}

/* Rows whose parent is a row must follow it in the same batch. `kinds` is indexed by serial. */
static RESULT check_parent(const struct record *record, const struct text *kinds)
{
	enum fact_row parent = fact_rows[record->kind].parent;

	if (record->kind == ROW_GAP) {
		ENSURE(record->parent < SOURCE_COUNT, WORKER_RECORD, AT_NONE, "a gap of no source");
		return OK;
	}
	ENSURE(record->kind != ROW_SOURCE, WORKER_RECORD, AT_NONE,
	       "a source row is not the worker's");
	if (fact_rows[parent].group) {
		ENSURE(record->parent == 0, WORKER_RECORD, AT_NONE, "a parent where there is none");
		return OK;
	}
	ENSURE(record->parent > 0 && record->parent <= kinds->len &&
	               (unsigned char)kinds->data[record->parent - 1] == parent,
	       WORKER_RECORD, AT_NONE, "a row without its parent");
	return OK;
}

_Static_assert(ROW_COUNT < 255, "row kinds fit a byte");

static RESULT check_rows(struct cursor rows, struct text *kinds)
{
	struct record record;

	while (cursor_left(&rows)) {
		TRY(record_next(&rows, &record));
		TRY(check_attrs(&record));
		TRY(check_parent(&record, kinds));
		if (record.serial == 0)
			continue;
		ENSURE(record.serial == kinds->len + 1, WORKER_RECORD, cursor_at(&rows),
		       "row %u where %zu is due", record.serial, kinds->len + 1);
		text_add(kinds, (char[]){(char)record.kind}, 1);
	}
	return OK;
}

struct result batch_check(const void *bytes, size_t len)
{
	struct text kinds = {0};
	struct entry_id id;
	struct cursor rows;

	TRY(batch_open(bytes, len, &id, &rows));
	struct result checked = check_rows(rows, &kinds);
	text_free(&kinds);
	return checked;
}
