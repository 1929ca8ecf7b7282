/* zipview.c - the central directory of a ZIP and the local headers it points to. */
#include "intake/zipview.h"

#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"
#include "intake/path.h"
#include "intake/zipaudit.h"

enum {
	CENTRAL_SIZE = 46,
	EXTRA_ZIP64 = 0x0001,
	EXTRA_AES = 0x9901,
	MADE_BY_UNIX = 3,
};

static const uint32_t central_signature = 0x02014b50;

void zipview_refuse(struct zip_record *record, enum diag code, const char *why)
{
	if (record->refused)
		return;
	record->refused = true;
	record->refusal = code;
	record->why = why;
}

/* The fields of a central header, and how long it is with what follows. */
struct central {
	uint32_t packed, size, offset;
	uint16_t comment_len;
};

static RESULT read_central(struct cursor *c, struct zip_record *record, struct central *out)
{
	uint32_t signature;

	record->at = cursor_at(c);
	TRY(cursor_u32le(c, &signature));
	ENSURE(signature == central_signature, ZIP_OFFSET, record->at,
	       "no central header at %llu (APPNOTE 4.3.12)", (unsigned long long)record->at);
	TRY(cursor_u16le(c, &record->made_by));
	TRY(cursor_skip(c, 2));
	TRY(cursor_u16le(c, &record->flags));
	TRY(cursor_u16le(c, &record->method));
	TRY(cursor_skip(c, 4));
	TRY(cursor_u32le(c, &record->crc));
	TRY(cursor_u32le(c, &out->packed));
	TRY(cursor_u32le(c, &out->size));
	TRY(cursor_u16le(c, &record->name_len));
	TRY(cursor_u16le(c, &record->extra_len));
	TRY(cursor_u16le(c, &out->comment_len));
	TRY(cursor_u16le(c, &record->disk));
	TRY(cursor_skip(c, 2));
	TRY(cursor_u32le(c, &record->attributes));
	TRY(cursor_u32le(c, &out->offset));
	TRY(cursor_bytes(c, record->name_len, &record->name));
	TRY(cursor_bytes(c, record->extra_len, &record->extra));
	return cursor_skip(c, out->comment_len);
}

/* The body of an extra field (APPNOTE 4.5); false if there is none. */
static bool find_extra(const uint8_t *extra, size_t len, uint16_t wanted, struct cursor *out)
{
	struct cursor c = cursor_over(extra, len, DIAG_ZIP_EXTRA);
	uint16_t id, size;

	while (cursor_left(&c) >= 4 && cursor_u16le(&c, &id).ok && cursor_u16le(&c, &size).ok &&
	       cursor_window(&c, size, out).ok) {
		if (id == wanted)
			return true;
	}
	return false;
}

/* A field of all ones stands in the ZIP64 extra field (APPNOTE 4.5.3), in this order. */
static bool widen(struct cursor *extra, uint32_t field, uint64_t *out)
{
	*out = field;
	return field != UINT32_MAX || cursor_u64le(extra, out).ok;
}

static void resolve(const struct zipview *view, struct zip_record *record,
                    const struct central *central)
{
	struct cursor extra = cursor_over(NULL, 0, DIAG_ZIP_ZIP64);
	uint64_t offset = 0, bound = view->file.size;

	find_extra(record->extra, record->extra_len, EXTRA_ZIP64, &extra);
	bool whole = widen(&extra, central->size, &record->size) &&
	             widen(&extra, central->packed, &record->packed) &&
	             widen(&extra, central->offset, &offset);
	bool wide = central->size == UINT32_MAX || central->packed == UINT32_MAX ||
	            central->offset == UINT32_MAX;
	record->local = offset;
	if (wide && !whole)
		zipview_refuse(record, DIAG_ZIP_ZIP64, "the ZIP64 extra field is too short");
	else if (wide && (record->packed > bound || offset > bound))
		zipview_refuse(record, DIAG_ZIP_ZIP64,
		               "the ZIP64 extra field points outside the file");
	if (!record->refused)
		record->local += view->end.base;
	record->aes = find_extra(record->extra, record->extra_len, EXTRA_AES, &extra);
}

/* The headers that are there, whatever number is announced. */
static size_t count_records(const struct zipview *view, uint64_t *behind)
{
	struct cursor c = view->file;
	struct zip_record record;
	struct central central;
	size_t count = 0;

	c.size = (size_t)view->end.limit;
	*behind = view->end.directory;
	if (!cursor_seek(&c, view->end.directory).ok)
		return 0;
	while (cursor_left(&c) >= CENTRAL_SIZE && read_central(&c, &record, &central).ok) {
		*behind = c.pos;
		count++;
	}
	return count;
}

static RESULT read_records(struct zipview *view, struct arena *arena)
{
	struct cursor c = view->file;

	view->count = count_records(view, &view->directory_end);
	ENSURE(view->count, ZIP_TRUNCATED, view->end.directory,
	       "central directory: its first header is cut off");
	TRY(limit_count_entries(view->count));
	ALLOC(view->records, arena, view->count);
	c.size = (size_t)view->end.limit;
	TRY(cursor_seek(&c, view->end.directory));
	for (size_t i = 0; i < view->count; i++) {
		struct central central;
		TRY(read_central(&c, &view->records[i], &central));
		resolve(view, &view->records[i], &central);
	}
	return OK;
}

static const uint8_t *ranks(void)
{
	/* letters without case; "/" before everything else */
	static const uint8_t table[256] = {
#define R1(n) [n] = (n) == '/' ? 0 : (n) < '/' ? (n) + 1 : (n) >= 'A' && (n) <= 'Z' ? (n) + 32 : (n)
#define R4(n) R1(n), R1(n + 1), R1(n + 2), R1(n + 3)
#define R16(n) R4(n), R4(n + 4), R4(n + 8), R4(n + 12)
#define R64(n) R16(n), R16(n + 16), R16(n + 32), R16(n + 48)
		R64(0), R64(64), R64(128), R64(192)};
#undef R1
#undef R4
#undef R16
#undef R64
	return table;
}

int zipview_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	const uint8_t *rank = ranks();
	size_t len = a_len < b_len ? a_len : b_len;

	for (size_t i = 0; i < len; i++) {
		if (a[i] != b[i] && rank[a[i]] != rank[b[i]])
			return rank[a[i]] < rank[b[i]] ? -1 : 1;
	}
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return len ? memcmp(a, b, len) : 0;
}

static int by_name(const void *left, const void *right, void *state)
{
	const struct zip_record *records = state;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int order = zipview_compare(records[a].name, records[a].name_len, records[b].name,
	                            records[b].name_len);

	return order ? order : a < b ? -1 : a > b;
}

static RESULT sort_names(struct zipview *view, struct arena *arena)
{
	ALLOC(view->by_name, arena, view->count);
	for (size_t i = 0; i < view->count; i++)
		view->by_name[i] = (uint32_t)i;
	qsort_r(view->by_name, view->count, sizeof *view->by_name, by_name, view->records);
	return OK;
}

static enum entry_type type_of(const struct zip_record *record)
{
	uint32_t kind = record->made_by >> 8 == MADE_BY_UNIX ? record->attributes >> 28 : 0;

	if (kind == 0xa)
		return ENTRY_LINK;
	if (kind == 1 || kind == 2 || kind == 6 || kind == 0xc)
		return ENTRY_SPECIAL;
	if (record->name_len && record->name[record->name_len - 1] == '/' && !record->size)
		return ENTRY_FOLDER;
	return ENTRY_FILE;
}

static RESULT fill_entry(struct container *container, uint32_t index, uint32_t ordinal,
                         struct text *path)
{
	struct zipview *view = container->state;
	const struct zip_record *record = &view->records[index];
	struct entry *entry = &container->entries[index];

	path->len = 0;
	path_add(path, container->path, record->name, record->name_len, index, ordinal);
	entry->path = arena_copy(&container->arena, path->data, path->len);
	entry->name = arena_copy(&container->arena, record->name, record->name_len);
	if (!entry->path || !entry->name)
		return FAILED;
	entry->name_len = record->name_len;
	entry->type = type_of(record);
	entry->size = record->size;
	entry->packed = record->packed;
	entry->container = container;
	entry->index = index;
	entry->shadowed = ordinal > 1;
	entry->id = container->id;
	entry->id.at[entry->id.depth++] = index;
	return OK;
}

static bool same_name(const struct zip_record *a, const struct zip_record *b)
{
	return a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0;
}

static RESULT fill_entries(struct container *container, struct text *path)
{
	struct zipview *view = container->state;
	uint32_t ordinal = 0;

	container->count = view->count;
	ALLOC(container->entries, &container->arena, view->count);
	for (size_t i = 0; i < view->count; i++) {
		const uint32_t *index = &view->by_name[i];
		bool again = i && same_name(&view->records[index[0]], &view->records[index[-1]]);
		ordinal = again ? ordinal + 1 : 1;
		TRY(fill_entry(container, *index, ordinal, path));
	}
	return OK;
}

static void find_signing_block(struct zipview *view)
{
	static const char magic[] = "APK Sig Block 42";
	struct cursor c = view->file, tail;
	uint64_t behind = view->end.directory, size, first;

	if (behind < 32 || !cursor_slice(&c, behind - 24, 24, &tail).ok ||
	    memcmp(tail.data + 8, magic, 16) != 0 || !cursor_u64le(&tail, &size).ok)
		return;
	if (size < 24 || size > behind - 8 || !cursor_seek(&c, behind - 8 - size).ok ||
	    !cursor_u64le(&c, &first).ok)
		return;
	/* a block whose sizes disagree is not one for the loader; it is still no gap */
	view->signing_at = behind - 8 - size;
	view->signing_size = first == size ? size + 8 : 0;
}

static bool is_harmony_magic(const uint8_t *magic)
{
	return memcmp(magic, "<hap sign block>", 16) == 0 ||
	       memcmp(magic, "HAP Sig Block 42", 16) == 0;
}

static void find_harmony_block(struct zipview *view)
{
	uint64_t behind = view->end.directory, size;
	struct cursor tail;

	if (behind < ZIP_HARMONY_TAIL ||
	    !cursor_slice(&view->file, behind - ZIP_HARMONY_TAIL, ZIP_HARMONY_TAIL, &tail).ok ||
	    !is_harmony_magic(tail.data + 12) || !cursor_skip(&tail, 4).ok ||
	    !cursor_u64le(&tail, &size).ok)
		return;
	view->harmony = true;
	if (size < ZIP_HARMONY_TAIL || size > behind)
		return;
	view->signing_at = behind - size;
	view->harmony_size = size;
}

static RESULT open_view(struct container *container, struct zipview *view, struct oddity_list *odd)
{
	struct text path = {0};

	TRY(zipend_find(view->file, odd, &view->end));
	TRY(read_records(view, &container->arena));
	TRY(sort_names(view, &container->arena));
	find_signing_block(view);
	find_harmony_block(view);
	TRY(zipaudit_run(view, &container->arena, odd));
	struct result done = fill_entries(container, &path);
	text_free(&path);
	return done;
}

struct result zipview_open(struct container *container, const void *data, size_t size,
                           struct facts *facts)
{
	struct oddity_list odd;
	struct zipview *view;

	ALLOC(view, &container->arena, 1);
	view->file = cursor_over(data, size, DIAG_ZIP_TRUNCATED);
	container->kind = CONTAINER_ZIP;
	container->format = "zip";
	container->state = view;
	oddity_init(&odd, facts);
	struct result done = open_view(container, view, &odd);
	oddity_finish(&odd);
	return done;
}

const struct entry *zipview_find(const struct container *container, const char *name)
{
	const struct zipview *view = container->state;
	size_t low = 0, high = view->count, len = strlen(name);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct zip_record *record = &view->records[view->by_name[middle]];
		if (zipview_compare(record->name, record->name_len, (const uint8_t *)name, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == view->count)
		return NULL;
	const struct entry *entry = &container->entries[view->by_name[low]];
	bool same = entry->name_len == len && memcmp(entry->name, name, len) == 0;
	return same && entry->type != ENTRY_FOLDER ? entry : NULL;
}

bool zipview_signing_block(const struct container *container, uint64_t *at, uint64_t *size)
{
	const struct zipview *view = container->state;

	if (container->kind != CONTAINER_ZIP || !view->signing_size)
		return false;
	*at = view->signing_at;
	*size = view->signing_size;
	return true;
}

bool zipview_harmony_block(const struct container *container, uint64_t *at, uint64_t *size)
{
	const struct zipview *view = container->state;

	if (container->kind != CONTAINER_ZIP || !view->harmony)
		return false;
	*at = view->harmony_size ? view->signing_at : view->end.directory - ZIP_HARMONY_TAIL;
	*size = view->harmony_size;
	return true;
}
