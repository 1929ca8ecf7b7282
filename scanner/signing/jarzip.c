/*
 * jarzip.c - entries as Android's verifier reads them: what a local header repeats must agree with
 * the central one (APPNOTE.TXT 4.3.7; AOSP apksig, LocalFileRecord).
 */
#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"
#include "intake/unpack.h"
#include "intake/zipview.h"
#include "signing/jarsigner.h"

/* The local header at `record->local`: only what it shares with the central one. */
struct local {
	uint32_t signature, crc, packed, size;
	uint16_t flags, name_len, extra_len;
	const uint8_t *name;
};

static RESULT read_local(const struct zipview *view, const struct zip_record *record,
                         struct local *out)
{
	struct cursor c = view->file;

	TRY(cursor_seek(&c, record->local));
	TRY(cursor_u32le(&c, &out->signature));
	TRY(cursor_skip(&c, 2));
	TRY(cursor_u16le(&c, &out->flags));
	TRY(cursor_skip(&c, 6));
	TRY(cursor_u32le(&c, &out->crc));
	TRY(cursor_u32le(&c, &out->packed));
	TRY(cursor_u32le(&c, &out->size));
	TRY(cursor_u16le(&c, &out->name_len));
	TRY(cursor_u16le(&c, &out->extra_len));
	return cursor_bytes(&c, out->name_len, &out->name);
}

static bool described_alike(const struct zip_record *record, const struct local *local)
{
	bool later = local->flags & ZIP_FLAG_DESCRIPTOR;

	if (later != !!(record->flags & ZIP_FLAG_DESCRIPTOR))
		return false;
	return later || (local->crc == record->crc && local->packed == record->packed &&
	                 local->size == record->size);
}

struct result jar_zip_check(const struct entry *entry, uint64_t size)
{
	const struct zipview *view = entry->container->state;
	const struct zip_record *record = &view->records[entry->index];
	struct local local = {0};

	TRY(read_local(view, record, &local));
	ENSURE(local.signature == 0x04034b50, ZIP_OFFSET, record->local,
	       "no local header (APPNOTE.TXT 4.3.7)");
	ENSURE(local.name_len == record->name_len &&
	               memcmp(local.name, record->name, record->name_len) == 0,
	       ZIP_HEADER_MISMATCH, record->local,
	       "local and central header (APPNOTE.TXT 4.3.7, 4.3.12) have different names");
	ENSURE(described_alike(record, &local), ZIP_HEADER_MISMATCH, record->local,
	       "local and central header (APPNOTE.TXT 4.3.7, 4.3.12) have different sizes or "
	       "CRC-32");
	uint64_t data = record->local + 30 + local.name_len + local.extra_len;
	uint64_t len = record->method == ZIP_STORED ? record->size : record->packed;
	ENSURE(data + len <= view->end.directory, ZIP_OFFSET, record->local,
	       "the data run into the central directory");
	ENSURE(size == record->size, ZIP_SIZE, record->at,
	       "the entry has %llu bytes, %llu are announced", (unsigned long long)size,
	       (unsigned long long)record->size);
	return OK;
}

struct result jar_zip_check_place(const struct entry *entry)
{
	const struct zipview *view = entry->container->state;
	const struct zip_record *record = &view->records[entry->index];
	struct local local = {0};

	TRY(read_local(view, record, &local));
	ENSURE(record->data == record->local + 30 + local.name_len + local.extra_len,
	       ZIP_HEADER_MISMATCH, record->local,
	       "the data do not lie where the local header (APPNOTE.TXT 4.3.7) has them");
	ENSURE(record->method != ZIP_STORED || record->size == record->packed, ZIP_SIZE, record->at,
	       "the entry is stored and has two sizes (APPNOTE.TXT 4.4.8, 4.4.9)");
	return OK;
}

bool jar_zip_odd_method(const struct entry *entry)
{
	const struct zipview *view = entry->container->state;
	uint16_t method = view->records[entry->index].method;

	return method != ZIP_STORED && method != ZIP_DEFLATED;
}

/* Unpacked bytes on their way into memory. */
struct gathering {
	uint8_t *bytes;
	size_t size, room;
};

static RESULT gather(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	struct gathering *g = state;

	ENSURE(len <= g->room - g->size, ZIP_SIZE, at, "the entry is larger than announced");
	memcpy(g->bytes + g->size, bytes, len);
	g->size += len;
	return OK;
}

/* Whatever is not stored is taken for deflated, and a stream without its end for whole. */
struct result jar_zip_inflate(const struct entry *entry, struct bytes *out)
{
	const struct zipview *view = entry->container->state;
	const struct zip_record *record = &view->records[entry->index];
	struct gathering g = {.room = (size_t)record->size};
	struct cursor packed;

	ENSURE(!record->refused && record->method != ZIP_STORED, ZIP_METHOD_UNREAD, record->at,
	       "compression method %u (APPNOTE.TXT 4.4.5)", record->method);
	ENSURE(record->size <= JAR_MANIFEST_BYTES_MAX, LIMIT_ENTRY, record->at,
	       "the entry has %llu bytes", (unsigned long long)record->size);
	TRY(limit_count_excess(record->size));
	TRY(cursor_slice(&view->file, record->data, record->packed, &packed));
	g.bytes = malloc(g.room + 1);
	if (!g.bytes)
		fault_out_of_memory();
	struct result whole = unpack_record(record, packed.data, ZIP_DEFLATED, gather, &g);
	*out = (struct bytes){g.bytes, g.size, g.bytes};
	/* too long is too long; what is short of its end must be as long as it says */
	if (whole.ok || (g.size == g.room && fault_last()->code != DIAG_ZIP_SIZE))
		return OK;
	bytes_free(out);
	return FAILED;
}

struct result jar_zip_directory(const struct container *container)
{
	const struct zipview *view = container->state;

	ENSURE(view->count == view->end.count, ZIP_COUNT, view->end.at,
	       "the end record (APPNOTE.TXT 4.3.16) counts %llu entries, there are %zu",
	       (unsigned long long)view->end.count, view->count);
	ENSURE(view->directory_end <= view->end.directory + view->end.directory_size, ZIP_OFFSET,
	       view->end.at, "the central directory is longer than the end record says");
	return OK;
}
