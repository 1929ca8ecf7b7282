/*
 * zip.c - a ZIP archive with fixed times, entries in the order of their names and aligned data.
 *
 * Layout (APPNOTE.TXT 4.3): local headers with their data, the central directory, the end record.
 * Stored data begins at a multiple of 4 bytes, and of 4096 for native libraries; the extra field
 * 0xd935 holds the padding, as Android's tools write it.
 */
#include <stdlib.h>
#include <string.h>
#include <libdeflate.h>

#include "make_bundle/make_bundle.h"

enum {
	ZIP_TIME = 0,
	ZIP_DATE = 1 << 9 | 1 << 5 | 1, /* 1981-01-01 */
	ZIP_UTF8 = 0x0800,
	ZIP_PADDING = 0xd935,
	PADDING_LEAST = 6
};

struct written {
	size_t at, len; /* local header and packed bytes */
	uint32_t crc;
	bool deflated;
};

void zip_maker_add(struct zip_maker *zip, const char *name, struct text *body, bool deflate)
{
	for (size_t i = 0; i < zip->count; i++)
		if (!strcmp(zip->items[i].name, name)) {
			text_free(&zip->items[i].body);
			zip->items[i].body = *body;
			zip->items[i].deflate = deflate;
			*body = (struct text){0};
			return;
		}
	zip->items = bytes_room(zip->items, zip->count, &zip->room, sizeof *zip->items);
	char *copy = strdup(name);
	if (!copy)
		fault_out_of_memory();
	zip->items[zip->count++] = (struct zip_item){copy, *body, deflate};
	*body = (struct text){0};
}

void zip_maker_free(struct zip_maker *zip)
{
	for (size_t i = 0; i < zip->count; i++) {
		free(zip->items[i].name);
		text_free(&zip->items[i].body);
	}
	free(zip->items);
	*zip = (struct zip_maker){0};
}

static int item_order(const void *a, const void *b)
{
	const struct zip_item *first = a, *second = b;

	return strcmp(first->name, second->name);
}

bool zip_pack(const struct text *body, struct text *out)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(9);
	char *room = malloc(body->len + 1);

	if (!compressor || !room)
		fault_out_of_memory();
	size_t len =
		libdeflate_deflate_compress(compressor, body->data, body->len, room, body->len);
	libdeflate_free_compressor(compressor);
	if (len > 0)
		text_add(out, room, len);
	free(room);
	return len > 0;
}

/* The fields that local header and central directory have in common. */
static void fields_write(const struct zip_item *item, const struct written *written, size_t extra,
                         struct text *out)
{
	bytes_u16(out, written->deflated ? 20 : 10);
	bytes_u16(out, ZIP_UTF8);
	bytes_u16(out, written->deflated ? 8 : 0);
	bytes_u16(out, ZIP_TIME);
	bytes_u16(out, ZIP_DATE);
	bytes_u32(out, written->crc);
	bytes_u32(out, (uint32_t)written->len);
	bytes_u32(out, (uint32_t)item->body.len);
	bytes_u16(out, (unsigned)strlen(item->name));
	bytes_u16(out, (unsigned)extra);
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), tail = strlen(end);

	return len >= tail && !strcmp(name + len - tail, end);
}

/* Bytes of the extra field that let stored data begin where it should. */
static size_t padding(const struct zip_item *item, size_t at, size_t *step)
{
	*step = ends_with(item->name, ".so") ? 4096 : 4;
	size_t start = at + 30 + strlen(item->name);

	if (start % *step == 0)
		return 0;
	size_t more = (*step - (start + PADDING_LEAST) % *step) % *step;
	return PADDING_LEAST + more;
}

static void padding_write(size_t extra, size_t step, struct text *out)
{
	if (extra == 0)
		return;
	bytes_u16(out, ZIP_PADDING);
	bytes_u16(out, (unsigned)(extra - 4));
	bytes_u16(out, (unsigned)step);
	bytes_zero(out, extra - PADDING_LEAST);
}

static void local_write(const struct zip_item *item, struct written *written, struct text *out)
{
	struct text deflated DEFER(text_free) = {0};
	size_t step = 0, extra = 0;

	written->at = out->len;
	written->crc = libdeflate_crc32(0, item->body.data, item->body.len);
	written->deflated = item->deflate && item->body.len > 0 && zip_pack(&item->body, &deflated);
	const struct text *data = written->deflated ? &deflated : &item->body;
	written->len = data->len;
	if (!written->deflated)
		extra = padding(item, out->len, &step);
	bytes_u32(out, 0x04034b50);
	fields_write(item, written, extra, out);
	text_puts(out, item->name);
	padding_write(extra, step, out);
	text_add(out, data->data, data->len);
}

static void central_write(const struct zip_item *item, const struct written *written,
                          struct text *out)
{
	bytes_u32(out, 0x02014b50);
	bytes_u16(out, 20);
	fields_write(item, written, 0, out);
	bytes_zero(out, 10);
	bytes_u32(out, (uint32_t)written->at);
	text_puts(out, item->name);
}

RESULT zip_maker_write(struct zip_maker *zip, struct text *out)
{
	struct text central DEFER(text_free) = {0};

	ENSURE(zip->count > 0 && zip->count < 0xffff, USAGE, AT_NONE,
	       "%zu entries do not fit a ZIP", zip->count);
	qsort(zip->items, zip->count, sizeof *zip->items, item_order);
	for (size_t i = 0; i < zip->count; i++) {
		struct written written;
		local_write(&zip->items[i], &written, out);
		central_write(&zip->items[i], &written, &central);
	}
	ENSURE(out->len < UINT32_MAX - central.len, USAGE, AT_NONE, "the archive passes 4 GiB");
	size_t at = out->len;
	text_add(out, central.data, central.len);
	bytes_u32(out, 0x06054b50);
	bytes_u32(out, 0);
	bytes_u16(out, (unsigned)zip->count);
	bytes_u16(out, (unsigned)zip->count);
	bytes_u32(out, (uint32_t)central.len);
	bytes_u32(out, (uint32_t)at);
	bytes_u16(out, 0);
	return OK;
}
