/*
 * probe.h - for unit tests: runs formats over bytes as the scan would, and asks for the facts.
 */
#ifndef PARASOL_TESTS_PROBE_H
#define PARASOL_TESTS_PROBE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "facts/doc.h"
#include "formats/format.h"

struct probe {
	struct entry entry;
	struct facts facts;
	struct fact_doc *doc;
};

static inline void probe_open(struct probe *probe, const char *name)
{
	*probe = (struct probe){0};
	probe->entry.name = probe->entry.path = name;
	probe->entry.name_len = strlen(name);
	facts_init(&probe->facts, probe->entry.id, name);
}

/* Runs one format if it bids; true if it did. */
static inline bool probe_run(struct probe *probe, const struct format *format, const void *bytes,
                             size_t len)
{
	struct cursor body = cursor_over(bytes, len, DIAG_ARCHIVE_DATA);
	struct arena arena;
	struct inspection inspection = {
		.entry = &probe->entry, .arena = &arena, .facts = &probe->facts, .module = "base"};

	if (!format->bid(&probe->entry, body))
		return false;
	arena_init(&arena, 64 << 20);
	if (!format->inspect(&inspection, body).ok)
		facts_fault(&probe->facts, format->sources);
	arena_free(&arena);
	return true;
}

static inline void probe_finish(struct probe *probe)
{
	probe->doc = fact_doc_new();
	fact_doc_add_facts(probe->doc, &probe->facts);
	for (int source = 0; source < SOURCE_COUNT; source++)
		fact_doc_source_done(probe->doc, (enum source)source, STATUS_COMPLETE);
	fact_doc_finish(probe->doc);
}

static inline void probe_close(struct probe *probe)
{
	fact_doc_free(probe->doc);
	facts_free(&probe->facts);
}

/* The value in the row of a kind with a number, from 0; NULL if there is none. */
static inline const char *probe_value(const struct probe *probe, size_t index, enum fact_attr attr)
{
	const struct doc_row *row = fact_doc_first(probe->doc, fact_attrs[attr].row);

	while (row && index--)
		row = fact_doc_next(probe->doc, row);
	return row ? doc_row_value(probe->doc, row, attr) : NULL;
}

/* True if there is an issue with a code. */
static inline bool probe_issue(const struct probe *probe, const char *code)
{
	for (size_t i = 0; i < fact_doc_count(probe->doc, ROW_ISSUE); i++)
		if (strcmp(probe_value(probe, i, FACT_ISSUE_CODE), code) == 0)
			return true;
	return false;
}

#define assert_fact(probe, index, attr, want) \
	do { \
		const char *got_ = probe_value(probe, index, attr); \
		assert_non_null(got_); \
		assert_string_equal(got_, want); \
	} while (0)

#endif
