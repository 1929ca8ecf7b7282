/* ziplayout.c - the bytes of a ZIP in their order: entries, gaps, overlaps. */
#include "intake/ziplayout.h"

#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"
#include "intake/path.h"
#include "intake/zipread.h"

enum {
	LOCAL_SIZE = 30,
	PADDING = 4096, /* zeros up to a page are padding */
};

/* Bytes that shared entries may unpack to, in all. */
static const uint64_t shared_budget = 64ULL << 20;

static int by_place(const void *left, const void *right, void *state)
{
	const struct zip_record *records = state;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	if (records[a].local != records[b].local)
		return records[a].local < records[b].local ? -1 : 1;
	return a < b ? -1 : a > b;
}

static bool all_zero(struct cursor part)
{
	for (size_t i = 0; i < part.size; i++) {
		if (part.data[i])
			return false;
	}
	return true;
}

/*
 * Packagers of the Android Gradle plugin fill free space with local headers that have no name, no
 * data and an extra field of zeros. Skips them.
 */
static void skip_filler(struct cursor *gap)
{
	struct cursor head, extra;
	uint16_t extra_len = 0;

	while (cursor_slice(gap, gap->pos, LOCAL_SIZE, &head).ok &&
	       memcmp(head.data, "PK\3\4", 4) == 0) {
		struct cursor sizes = head;
		if (!cursor_slice(&head, 14, 14, &sizes).ok || !all_zero(sizes) ||
		    !cursor_seek(&head, 28).ok || !cursor_u16le(&head, &extra_len).ok ||
		    !cursor_slice(gap, gap->pos + LOCAL_SIZE, extra_len, &extra).ok ||
		    !all_zero(extra))
			return;
		gap->pos += LOCAL_SIZE + (size_t)extra_len;
	}
}

static void hidden(struct cursor gap, const uint8_t *header, struct oddity_list *odd)
{
	uint64_t at = (uint64_t)(header - gap.data);
	struct cursor name = cursor_over(NULL, 0, DIAG_ZIP_TRUNCATED);
	char brief[PATH_BRIEF];
	uint16_t len = 0;

	if (cursor_seek(&gap, at + 26).ok && cursor_u16le(&gap, &len).ok)
		cursor_slice(&gap, at + LOCAL_SIZE, len, &name).ok ? (void)0
								   : (void)(name.size = 0);
	oddity_add(odd, DIAG_ZIP_HIDDEN_ENTRY, gap.origin + at,
	           "a local header for '%s' that the central directory does not list",
	           path_brief(name.data ? name.data : (const uint8_t *)"", name.size, brief));
}

static void report_gap(const struct zipview *view, uint64_t from, uint64_t to,
                       struct oddity_list *odd)
{
	struct cursor gap;

	if (from >= to || !cursor_slice(&view->file, from, to - from, &gap).ok)
		return;
	skip_filler(&gap);
	struct cursor rest;
	if (!cursor_window(&gap, cursor_left(&gap), &rest).ok || !rest.size ||
	    (rest.size < PADDING && all_zero(rest)))
		return;
	const uint8_t *header = memmem(rest.data, rest.size, "PK\3\4", 4);
	if (header)
		hidden(rest, header, odd);
	if (!header || header != rest.data)
		oddity_add(odd, DIAG_ZIP_GAP, rest.origin, "%zu bytes at %llu belong to no entry",
		           rest.size, (unsigned long long)rest.origin);
}

static void report_prefix(struct zipview *view, uint64_t first, struct oddity_list *odd)
{
	struct cursor prefix;

	if (!cursor_slice(&view->file, 0, first, &prefix).ok)
		return;
	skip_filler(&prefix);
	view->prefixed = cursor_left(&prefix) || view->end.base;
	if (view->prefixed)
		oddity_add(odd, DIAG_ZIP_PREFIX, 0, "%llu bytes precede the first entry",
		           (unsigned long long)first);
}

static void overlap(struct zip_record *before, struct zip_record *record, struct oddity_list *odd)
{
	char one[PATH_BRIEF], two[PATH_BRIEF];

	record->shared = before->shared = true;
	path_brief(before->name, before->name_len, one);
	path_brief(record->name, record->name_len, two);
	oddity_add(odd, DIAG_ZIP_OVERLAP, record->local, "'%s' and '%s' share bytes", one, two);
	if (before->method != ZIP_DEFLATED && before->local != record->local)
		oddity_add(odd, DIAG_ZIP_SIZE, before->at + 24,
		           "'%s': its %llu bytes run into the next entry", one,
		           (unsigned long long)before->packed);
}

/* Walks the entries as they lie in the file. */
static void walk(struct zipview *view, const uint32_t *order, size_t count, struct oddity_list *odd)
{
	struct zip_record *furthest = NULL;

	for (size_t i = 0; i < count; i++) {
		struct zip_record *record = &view->records[order[i]];
		if (!furthest)
			report_prefix(view, record->local, odd);
		else if (record->local < furthest->end)
			overlap(furthest, record, odd);
		else
			report_gap(view, furthest->end, record->local, odd);
		if (!furthest || record->end > furthest->end)
			furthest = record;
	}
	uint64_t to = view->signing_at ? view->signing_at : view->end.directory;
	if (furthest)
		report_gap(view, furthest->end, to, odd);
	report_gap(view, view->directory_end, view->end.limit, odd);
}

/* What an entry can unpack to: an announced size beyond what deflate can do is a lie. */
static uint64_t honest_size(const struct zip_record *record)
{
	uint64_t most =
		record->method == ZIP_STORED ? record->packed : record->packed * 1032 + 1024;

	if (record->packed > UINT64_MAX / 2048 || record->size < most)
		most = record->size;
	return most > record->packed ? most : record->packed;
}

/* In the directory's order, so that the same entries are refused on every run. */
static void keep_budget(struct zipview *view)
{
	uint64_t shared = 0, total = 0, most = limit_total(view->file.size);

	for (size_t i = 0; i < view->count; i++) {
		struct zip_record *record = &view->records[i];
		uint64_t size = honest_size(record);
		if (record->refused || zipread_expands(record, size))
			continue;
		if (__builtin_add_overflow(total, size, &total) || total > most)
			zipview_refuse(record, DIAG_LIMIT_TOTAL,
			               "the entries before it are as large as the limit for the "
			               "whole archive");
		if (!record->shared)
			continue;
		if (__builtin_add_overflow(shared, size, &shared) || shared > shared_budget)
			zipview_refuse(record, DIAG_ZIP_OVERLAP,
			               "it shares bytes with other entries, which are read up to "
			               "64 MiB in all");
	}
}

struct result ziplayout_run(struct zipview *view, struct arena *arena, struct oddity_list *odd)
{
	uint32_t *order;
	size_t count = 0;

	ALLOC(order, arena, view->count);
	for (size_t i = 0; i < view->count; i++) {
		if (view->records[i].loadable || view->records[i].data)
			order[count++] = (uint32_t)i;
	}
	qsort_r(order, count, sizeof *order, by_place, view->records);
	walk(view, order, count, odd);
	keep_budget(view);
	return OK;
}
