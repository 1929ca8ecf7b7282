/* facts.c - writing facts: rows are encoded as they are made. */
#include "facts/facts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/records.h"

/* Rows of one kind that one entry may have: below a group, and below another row. */
enum { ROWS_MAX = 5000, NESTED_ROWS_MAX = 20000 };

/* One DEX file makes as many calls as a whole bundle has of other things. */
enum { CODE_ROWS_TIMES = 8 };

void facts_init(struct facts *facts, struct entry_id entry, const char *in)
{
	*facts = (struct facts){.in = in, .entry = entry, .kind = ROW_NONE};
}

void facts_free(struct facts *facts)
{
	text_free(&facts->rows);
	text_free(&facts->row);
	text_free(&facts->unread);
	text_free(&facts->side);
}

static bool is_set(const struct facts *facts, enum fact_attr attr)
{
	return facts->set[attr / 64] >> (attr % 64) & 1;
}

/* A program error: fatal where tests run, and a stated gap in the row elsewhere. */
static void misuse(const char *what, enum fact_attr attr)
{
#ifdef PARASOL_CHECK
	char path[128];

	fprintf(stderr, "facts: %s: %s/@%s\n", what,
	        vocabulary_path(fact_attrs[attr].row, path, sizeof path), fact_attrs[attr].name);
	abort();
#else
	(void)what;
	(void)attr;
#endif
}

static void add_unread(struct facts *facts, enum fact_attr attr)
{
	if (facts->unread.len)
		text_puts(&facts->unread, " ");
	text_puts(&facts->unread, fact_attrs[attr].name);
	facts->set[attr / 64] |= 1ULL << (attr % 64);
}

static void end_row(struct facts *facts)
{
	if (facts->kind == ROW_NONE || facts->dropped)
		return;
	for (int i = 0; i < FACT_COUNT && !facts->loose; i++) {
		enum fact_attr attr = (enum fact_attr)i;
		if (fact_attrs[i].row != facts->kind || !(fact_attrs[i].flags & FACT_ALWAYS) ||
		    is_set(facts, attr))
			continue;
		misuse("a row ends without", attr);
		add_unread(facts, attr);
	}
	if (facts->unread.len) {
		record_put_attr(&facts->row, ATTR_UNREAD, facts->unread.data, facts->unread.len);
		facts->attrs++;
	}
	record_put_head(&facts->rows, facts->kind, facts->serial, facts->parent, facts->attrs);
	text_add(&facts->rows, facts->row.data ? facts->row.data : "", facts->row.len);
	facts->kind = ROW_NONE;
}

int entry_id_compare(const struct entry_id *a, const struct entry_id *b)
{
	for (uint32_t i = 0; i < a->depth && i < b->depth; i++)
		if (a->at[i] != b->at[i])
			return a->at[i] < b->at[i] ? -1 : 1;
	return a->depth < b->depth ? -1 : a->depth > b->depth;
}

static bool too_many(struct facts *facts, enum fact_row kind)
{
	uint32_t most = fact_rows[fact_rows[kind].parent].group ? ROWS_MAX : NESTED_ROWS_MAX;
	char path[128];

	if (fact_rows[kind].sources == BIT(CODE))
		most *= CODE_ROWS_TIMES;
	if (++facts->count[kind] <= most)
		return false;
	if (facts->count[kind] == most + 1) {
		facts_issue(facts, DIAG_FACTS_COUNT, AT_NONE, "more than %u rows of %s", most,
		            vocabulary_path(kind, path, sizeof path));
		for (int source = 0; source < SOURCE_COUNT; source++) {
			if (fact_rows[kind].sources >> source & 1)
				facts_gap(facts, (enum source)source, STATUS_LIMIT,
				          DIAG_FACTS_COUNT);
		}
	}
	return true;
}

uint32_t facts_row(struct facts *facts, enum fact_row kind, uint32_t parent)
{
	end_row(facts);
	facts->row.len = 0;
	facts->unread.len = 0;
	facts->attrs = 0;
	memset(facts->set, 0, sizeof facts->set);
	facts->kind = kind;
	facts->parent = parent;
	/* children of a refused row are refused with it */
	bool orphan = !fact_rows[fact_rows[kind].parent].group && parent == UINT32_MAX;
	facts->dropped = orphan || too_many(facts, kind);
	return facts->dropped ? UINT32_MAX : ++facts->serial;
}

static bool begin_attr(struct facts *facts, enum fact_attr attr)
{
	if (fact_attrs[attr].row != facts->kind || is_set(facts, attr)) {
		misuse("set twice, or on a row of another kind", attr);
		return false;
	}
	if (facts->dropped)
		return false;
	facts->set[attr / 64] |= 1ULL << (attr % 64);
	facts->attrs++;
	return true;
}

void facts_bytes(struct facts *facts, enum fact_attr attr, const void *bytes, size_t len)
{
	struct text clean = {0};

	if (!begin_attr(facts, attr))
		return;
	text_clean(&clean, bytes, len < FACT_VALUE_MAX ? len : FACT_VALUE_MAX);
	if (len > FACT_VALUE_MAX)
		text_printf(&clean, "\xe2\x80\xa6[%zu bytes]", len);
	record_put_attr(&facts->row, (uint16_t)attr, clean.data, clean.len);
	text_free(&clean);
}

void facts_clean(struct facts *facts, enum fact_attr attr, const char *value)
{
	size_t len = value ? strlen(value) : 0;

	if (!value)
		return;
	if (len > FACT_VALUE_MAX || !text_is_clean(value, len))
		facts_bytes(facts, attr, value, len);
	else if (begin_attr(facts, attr))
		record_put_attr(&facts->row, (uint16_t)attr, value, len);
}

void facts_text(struct facts *facts, enum fact_attr attr, const char *value)
{
	if (value)
		facts_bytes(facts, attr, value, strlen(value));
}

void facts_int(struct facts *facts, enum fact_attr attr, int64_t value)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRId64, value);

	if (begin_attr(facts, attr))
		record_put_attr(&facts->row, (uint16_t)attr, digits, (size_t)len);
}

void facts_bool(struct facts *facts, enum fact_attr attr, bool value)
{
	facts_text(facts, attr, value ? "true" : "false");
}

void facts_hex(struct facts *facts, enum fact_attr attr, const void *bytes, size_t len)
{
	struct text hex = {0};

	text_hex(&hex, bytes, len);
	facts_bytes(facts, attr, hex.data ? hex.data : "", hex.len);
	text_free(&hex);
}

void facts_unread(struct facts *facts, enum fact_attr attr)
{
	if (fact_attrs[attr].row != facts->kind)
		misuse("unread on a row of another kind", attr);
	else if (!is_set(facts, attr))
		add_unread(facts, attr);
}

static void side_attr(struct text *row, enum fact_attr attr, const char *value, uint16_t *count)
{
	record_put_attr(row, (uint16_t)attr, value, strlen(value));
	*count = (uint16_t)(*count + 1);
}

static const char *kind_name(enum fault_kind kind)
{
	static const char *const names[] = {"notice",      "malformed", "limit",
	                                    "unsupported", "usage",     "system"};

	return names[kind];
}

static void put_issue(struct facts *facts, enum diag code, uint64_t at, const char *why)
{
	struct text row = {0}, clean = {0};
	uint16_t count = 0;
	char digits[24];

	text_clean(&clean, why, strlen(why));
	side_attr(&row, FACT_ISSUE_CODE, diag_name(code), &count);
	side_attr(&row, FACT_ISSUE_KIND, kind_name(diag_kind(code)), &count);
	side_attr(&row, FACT_ISSUE_IN, facts->in, &count);
	if (at != AT_NONE && at <= INT64_MAX) {
		snprintf(digits, sizeof digits, "%" PRIu64, at);
		side_attr(&row, FACT_ISSUE_OFFSET, digits, &count);
	}
	side_attr(&row, FACT_ISSUE_WHY, clean.data, &count);
	record_put_head(&facts->side, ROW_ISSUE, 0, 0, count);
	text_add(&facts->side, row.data, row.len);
	text_free(&row);
	text_free(&clean);
}

void facts_issue(struct facts *facts, enum diag code, uint64_t at, const char *format, ...)
{
	char why[400], path[128];
	va_list args;

	/* one entry may be odd in a thousand places; the first hundred tell the story */
	if (facts->count[ROW_ISSUE] > 100)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	if (facts->count[ROW_ISSUE]++ < 100)
		put_issue(facts, code, at, why);
	else
		put_issue(facts, DIAG_FACTS_COUNT, AT_NONE,
		          vocabulary_path(ROW_ISSUE, path, sizeof path));
}

void facts_gap(struct facts *facts, enum source source, enum source_status status, enum diag code)
{
	struct text row = {0};
	uint16_t count = 0;

	side_attr(&row, FACT_GAP_IN, facts->in, &count);
	side_attr(&row, FACT_GAP_STATUS, source_status_name(status), &count);
	side_attr(&row, FACT_GAP_CODE, diag_name(code), &count);
	record_put_head(&facts->side, ROW_GAP, 0, (uint32_t)source, count);
	text_add(&facts->side, row.data, row.len);
	text_free(&row);
}

void facts_gaps(struct facts *facts, uint32_t sources, enum source_status status, enum diag code)
{
	for (int source = 0; source < SOURCE_COUNT; source++) {
		if (sources >> source & 1)
			facts_gap(facts, (enum source)source, status, code);
	}
}

void facts_fault(struct facts *facts, uint32_t sources)
{
	struct fault fault = *fault_last();
	enum source_status status = source_status_of(diag_kind(fault.code));

	facts_issue(facts, fault.code, fault.at, "%s", fault.why);
	/* a failure is never nothing: even a notice that stopped a reader left something unread */
	facts_gaps(facts, sources, status == STATUS_COMPLETE ? STATUS_PARTIAL : status, fault.code);
}

void facts_finish(struct facts *facts)
{
	end_row(facts);
	if (facts->side.len) {
		text_add(&facts->rows, facts->side.data, facts->side.len);
		facts->side.len = 0;
	}
}
