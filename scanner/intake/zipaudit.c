/* zipaudit.c - central header against local header against data descriptor, and names. */
#include "intake/zipaudit.h"

#include <string.h>

#include "intake/path.h"
#include "intake/ziplayout.h"

enum {
	LOCAL_SIZE = 30,
	EXTRA_ZIP64 = 0x0001,
	EXTRA_NAME = 0x7075, /* Info-ZIP Unicode path, APPNOTE 4.6.9 */
	PAGE = 4096,
};

static const uint32_t local_signature = 0x04034b50, descriptor_signature = 0x08074b50;

struct local {
	uint32_t crc, packed, size;
	uint16_t flags, method, name_len, extra_len;
	const uint8_t *name;
	struct cursor extra;
};

static RESULT read_local(struct cursor c, uint64_t at, struct local *out)
{
	uint32_t signature;

	TRY(cursor_seek(&c, at));
	TRY(cursor_u32le(&c, &signature));
	ENSURE(signature == local_signature, ZIP_OFFSET, at, "no local header");
	TRY(cursor_skip(&c, 2));
	TRY(cursor_u16le(&c, &out->flags));
	TRY(cursor_u16le(&c, &out->method));
	TRY(cursor_skip(&c, 4));
	TRY(cursor_u32le(&c, &out->crc));
	TRY(cursor_u32le(&c, &out->packed));
	TRY(cursor_u32le(&c, &out->size));
	TRY(cursor_u16le(&c, &out->name_len));
	return cursor_u16le(&c, &out->extra_len);
}

/* One entry under audit. */
struct subject {
	struct zipview *view;
	struct zip_record *record;
	struct oddity_list *odd;
	struct local local;
	char name[PATH_BRIEF];
};

#define ODD(subject, code, at, ...) oddity_add((subject)->odd, DIAG_##code, at, __VA_ARGS__)

/* A header that leaves sizes to the data descriptor may hold zeros. */
static bool agrees(const struct local *local, uint32_t written, uint64_t central)
{
	if ((local->flags & ZIP_FLAG_DESCRIPTOR) && written == 0)
		return true;
	return written == central || written == UINT32_MAX;
}

static void compare_fields(const struct subject *s)
{
	const struct zip_record *record = s->record;
	const struct local *local = &s->local;
	uint64_t at = record->local;

	if (local->method != record->method)
		ODD(s, ZIP_HEADER_MISMATCH, at + 8,
		    "'%s': method is %u in the local header, %u in the central one", s->name,
		    local->method, record->method);
	if ((local->flags ^ record->flags) & ZIP_FLAG_DESCRIPTOR)
		ODD(s, ZIP_HEADER_MISMATCH, at + 6,
		    "'%s': flags are %#x in the local header, %#x in the central one", s->name,
		    local->flags, record->flags);
	if (!agrees(local, local->packed, record->packed))
		ODD(s, ZIP_HEADER_MISMATCH, at + 18,
		    "'%s': packed size is %u in the local header, %llu in the central one", s->name,
		    local->packed, (unsigned long long)record->packed);
	if (!agrees(local, local->size, record->size))
		ODD(s, ZIP_HEADER_MISMATCH, at + 22,
		    "'%s': size is %u in the local header, %llu in the central one", s->name,
		    local->size, (unsigned long long)record->size);
	if (!agrees(local, local->crc, record->crc) ||
	    (local->crc != record->crc && local->crc == UINT32_MAX))
		ODD(s, ZIP_HEADER_MISMATCH, at + 14,
		    "'%s': CRC-32 is %08x in the local header, %08x in the central one", s->name,
		    local->crc, record->crc);
}

/*
 * Where the name ends: as the local header says or, where its length is wrong but the name itself
 * stands there, as the central one says.
 */
static uint64_t name_end(const struct subject *s)
{
	const struct zip_record *record = s->record;
	struct cursor name = s->view->file;
	uint64_t at = record->local + LOCAL_SIZE;
	bool there = cursor_slice(&s->view->file, at, record->name_len, &name).ok &&
	             memcmp(name.data, record->name, record->name_len) == 0;

	if (s->local.name_len != record->name_len)
		ODD(s, ZIP_HEADER_MISMATCH, record->local + 26,
		    "'%s': name length is %u in the local header, %u in the central one", s->name,
		    s->local.name_len, record->name_len);
	else if (!there)
		ODD(s, ZIP_HEADER_MISMATCH, at, "'%s': the local header has another name", s->name);
	return at + (there && record->name_len ? record->name_len : s->local.name_len);
}

static void place_data(struct subject *s)
{
	struct zip_record *record = s->record;
	uint64_t bound = s->view->end.directory;
	uint64_t extra = name_end(s);

	record->data = extra + s->local.extra_len;
	record->end = record->data;
	if (record->data > bound) {
		ODD(s, ZIP_HEADER_MISMATCH, record->local + 28,
		    "'%s': name and extra field of the local header run past the data", s->name);
		zipview_refuse(record, DIAG_ZIP_OFFSET,
		               "its data would begin in the central directory");
		return;
	}
	if (!cursor_slice(&s->view->file, extra, s->local.extra_len, &s->local.extra).ok)
		s->local.extra = cursor_over(NULL, 0, DIAG_ZIP_EXTRA);
	if (record->packed > bound - record->data) {
		ODD(s, ZIP_SIZE, record->at + 20, "'%s': %llu packed bytes, past the data at %llu",
		    s->name, (unsigned long long)record->packed, (unsigned long long)bound);
		zipview_refuse(record, DIAG_ZIP_SIZE,
		               "its data would run into the central directory");
		return;
	}
	record->end = record->data + record->packed;
	record->loadable = true;
}

/* Whether a descriptor of a given form stands at the cursor (APPNOTE 4.3.9). */
static bool descriptor_fits(struct cursor c, const struct zip_record *record, bool wide)
{
	uint64_t packed = 0, size = 0;
	uint32_t crc = 0, narrow_packed = 0, narrow_size = 0;

	if (!cursor_u32le(&c, &crc).ok)
		return false;
	if (wide)
		return cursor_u64le(&c, &packed).ok && cursor_u64le(&c, &size).ok &&
		       crc == record->crc && packed == record->packed && size == record->size;
	return cursor_u32le(&c, &narrow_packed).ok && cursor_u32le(&c, &narrow_size).ok &&
	       crc == record->crc && narrow_packed == (uint32_t)record->packed &&
	       narrow_size == (uint32_t)record->size;
}

static void check_descriptor(struct subject *s)
{
	struct zip_record *record = s->record;
	struct cursor c = s->view->file;
	uint32_t first = 0;

	if (!record->loadable || !(s->local.flags & ZIP_FLAG_DESCRIPTOR))
		return;
	if (record->method == ZIP_STORED && record->packed)
		ODD(s, ZIP_DATADESC, record->local + 6, "'%s': stored, with a data descriptor",
		    s->name);
	c.size = (size_t)s->view->end.directory;
	bool marked = cursor_seek(&c, record->end).ok && cursor_u32le(&c, &first).ok &&
	              first == descriptor_signature;
	c.pos = (size_t)record->end + (marked ? 4 : 0);
	bool wide = descriptor_fits(c, record, true);
	if (wide || descriptor_fits(c, record, false)) {
		record->end = c.pos + (wide ? 20 : 12);
		return;
	}
	ODD(s, ZIP_DATADESC, record->end, "'%s': its data descriptor %s", s->name,
	    marked ? "disagrees with the central header" : "is missing");
	if (marked && cursor_left(&c) >= 12)
		record->end = c.pos + 12;
}

/* Zeros at the end are padding, which zipalign writes. */
static bool extra_is_sound(struct cursor c)
{
	uint16_t id, size;
	struct cursor body;

	while (cursor_left(&c) >= 4) {
		if (!cursor_u16le(&c, &id).ok || !cursor_u16le(&c, &size).ok ||
		    !cursor_window(&c, size, &body).ok)
			return false;
	}
	while (cursor_left(&c)) {
		uint8_t byte = 0;
		if (!cursor_u8(&c, &byte).ok || byte)
			return false;
	}
	return true;
}

static bool has_second_name(const struct subject *s, struct cursor extra, uint64_t at)
{
	uint16_t id, size;
	struct cursor body;

	while (cursor_left(&extra) >= 4 && cursor_u16le(&extra, &id).ok &&
	       cursor_u16le(&extra, &size).ok && cursor_window(&extra, size, &body).ok) {
		const struct zip_record *record = s->record;
		if (id != EXTRA_NAME || body.size < 5)
			continue;
		size_t len = body.size - 5;
		char other[PATH_BRIEF];
		if (len == record->name_len && memcmp(body.data + 5, record->name, len) == 0)
			continue;
		ODD(s, ZIP_NAME, at, "'%s': an extra field calls it '%s' (APPNOTE 4.6.9)", s->name,
		    path_brief(body.data + 5, len, other));
		return true;
	}
	return false;
}

static void check_extra(const struct subject *s)
{
	const struct zip_record *record = s->record;
	struct cursor central = cursor_over(record->extra, record->extra_len, DIAG_ZIP_EXTRA);
	uint64_t at = record->at + 46 + record->name_len;

	if (!extra_is_sound(central))
		ODD(s, ZIP_EXTRA, at,
		    "'%s': the extra field of the central header is not well formed", s->name);
	else if (!extra_is_sound(s->local.extra))
		ODD(s, ZIP_EXTRA, record->local + 28,
		    "'%s': the extra field of the local header is not well formed", s->name);
	if (!has_second_name(s, central, at))
		has_second_name(s, s->local.extra, record->local + 28);
}

/* The platform maps libraries from the package, so they begin on a page. */
static void check_alignment(const struct subject *s)
{
	const struct zip_record *record = s->record;
	size_t len = record->name_len;

	if (record->loadable && record->method == ZIP_STORED && len > 7 &&
	    memcmp(record->name, "lib/", 4) == 0 && memcmp(record->name + len - 3, ".so", 3) == 0 &&
	    record->data % PAGE)
		ODD(s, ZIP_ALIGN, record->data, "'%s': stored at %llu, not at a multiple of %d",
		    s->name, (unsigned long long)record->data, PAGE);
}

static void check_name(const struct subject *s)
{
	const struct zip_record *record = s->record;
	const char *why = path_unsafe(record->name, record->name_len);

	if (why)
		ODD(s, NAME_UNSAFE, record->at + 46, "'%s': the name %s", s->name, why);
	if (!record->name_len)
		ODD(s, ZIP_NAME, record->at + 28, "an entry has an empty name");
}

static void check_mode(const struct subject *s)
{
	uint32_t kind = s->record->made_by >> 8 == 3 ? s->record->attributes >> 28 : 0;

	if (kind == 0xa)
		ODD(s, ENTRY_LINK, s->record->at + 38, "'%s' is a symbolic link", s->name);
	else if (kind == 1 || kind == 2 || kind == 6 || kind == 0xc)
		ODD(s, ENTRY_SPECIAL, s->record->at + 38, "'%s' is a device, a pipe or a socket",
		    s->name);
}

static void audit_central(const struct subject *s)
{
	const struct zip_record *record = s->record;

	check_name(s);
	check_mode(s);
	if (record->disk)
		ODD(s, ZIP_MULTIDISK, record->at + 34, "'%s': on disk %u", s->name, record->disk);
	if (record->method != ZIP_STORED && record->method != ZIP_DEFLATED)
		ODD(s, ZIP_METHOD, record->at + 10, "'%s': compression method %u", s->name,
		    record->method);
}

static void audit_record(struct subject *s)
{
	struct zip_record *record = s->record;
	struct cursor data = s->view->file;

	path_brief(record->name, record->name_len, s->name);
	audit_central(s);
	if (record->refused) {
		ODD(s, ZIP_ZIP64, record->at, "'%s': %s (APPNOTE 4.5.3)", s->name, record->why);
		return;
	}
	data.size = (size_t)s->view->end.directory;
	if (!read_local(data, record->local, &s->local).ok) {
		ODD(s, ZIP_OFFSET, record->at + 42, "'%s': no local header at %llu (APPNOTE 4.3.7)",
		    s->name, (unsigned long long)record->local);
		zipview_refuse(record, DIAG_ZIP_OFFSET, "there is no local header at its offset");
		return;
	}
	record->local_flags = s->local.flags;
	compare_fields(s);
	place_data(s);
	check_descriptor(s);
	check_extra(s);
	check_alignment(s);
}

static bool same(const struct zip_record *a, const struct zip_record *b)
{
	return a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0;
}

static bool same_but_case(const struct zip_record *a, const struct zip_record *b)
{
	if (a->name_len != b->name_len)
		return false;
	for (size_t i = 0; i < a->name_len; i++) {
		uint8_t x = a->name[i], y = b->name[i];
		if (x != y && ((x ^ y) != 0x20 || (x | 0x20) < 'a' || (x | 0x20) > 'z'))
			return false;
	}
	return true;
}

static bool below(const struct zip_record *file, const struct zip_record *other)
{
	return file->name_len && file->name[file->name_len - 1] != '/' &&
	       other->name_len > file->name_len && other->name[file->name_len] == '/' &&
	       memcmp(file->name, other->name, file->name_len) == 0;
}

static void collide(const struct zip_record *a, const struct zip_record *b, struct oddity_list *odd)
{
	char one[PATH_BRIEF], two[PATH_BRIEF];

	path_brief(a->name, a->name_len, one);
	path_brief(b->name, b->name_len, two);
	if (below(a, b))
		oddity_add(odd, DIAG_ZIP_NAME_COLLISION, b->at,
		           "'%s' is a file, and a folder in '%s'", one, two);
	else if (same_but_case(a, b))
		oddity_add(odd, DIAG_ZIP_NAME_COLLISION, b->at, "'%s' and '%s' differ only by case",
		           one, two);
}

/* Equal names stand together in the sorted order, the first one in the directory first. */
static void audit_names(const struct zipview *view, struct oddity_list *odd)
{
	size_t next;

	for (size_t i = 0; i < view->count; i = next) {
		const struct zip_record *record = &view->records[view->by_name[i]];
		char name[PATH_BRIEF];
		for (next = i + 1; next < view->count; next++) {
			if (!same(record, &view->records[view->by_name[next]]))
				break;
		}
		if (next - i > 1)
			oddity_add(
				odd, DIAG_ZIP_DUPLICATE, record->at,
				"%zu entries are called '%s'; the first is taken for the loader's",
				next - i, path_brief(record->name, record->name_len, name));
		if (next < view->count)
			collide(record, &view->records[view->by_name[next]], odd);
	}
}

static void audit_directory(const struct zipview *view, struct oddity_list *odd)
{
	const struct zip_end *end = &view->end;
	uint64_t announced = end->directory + end->directory_size;

	if (end->count != view->count)
		oddity_add(odd, DIAG_ZIP_COUNT, end->at + 10,
		           "%llu entries announced, %zu are there", (unsigned long long)end->count,
		           view->count);
	if (view->directory_end < announced)
		oddity_damage(odd, DIAG_ZIP_TRUNCATED, view->directory_end,
		              "central directory: unreadable from %llu on, %llu bytes before its "
		              "announced end",
		              (unsigned long long)view->directory_end,
		              (unsigned long long)(announced - view->directory_end));
	else if (view->directory_end > announced)
		oddity_add(odd, DIAG_ZIP_EOCD, end->at + 12,
		           "central directory: %llu bytes longer than announced",
		           (unsigned long long)(view->directory_end - announced));
}

struct result zipaudit_run(struct zipview *view, struct arena *arena, struct oddity_list *odd)
{
	struct subject subject = {.view = view, .odd = odd};

	audit_directory(view, odd);
	for (size_t i = 0; i < view->count; i++) {
		subject.record = &view->records[i];
		subject.local = (struct local){0};
		audit_record(&subject);
	}
	audit_names(view, odd);
	return ziplayout_run(view, arena, odd);
}
