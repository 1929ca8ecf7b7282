/*
 * sign_zip.c - adds to a ZIP archive that this program (or a well-behaved tool) wrote.
 *
 * Offsets (APPNOTE.TXT): end record 4.3.16: 8 and 10 entries, 12 size and 16 offset of the
 * directory, 20 comment length. Central header 4.3.12: 10 method, 20 packed size, 24 size, 28, 30
 * and 32 lengths of name, extra field and comment, 42 offset of the local header.
 */
#include <stdlib.h>
#include <string.h>
#include <libdeflate.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

enum {
	END_SIZE = 22,
	CENTRAL_SIZE = 46,
	LOCAL_SIZE = 30,
	UTF8 = 0x0800,
	DATE = 1 << 9 | 1 << 5 | 1
};

static uint32_t u16(const struct text *zip, size_t at)
{
	const uint8_t *p = (const uint8_t *)zip->data + at;

	return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(const struct text *zip, size_t at)
{
	return u16(zip, at) | u16(zip, at + 2) << 16;
}

RESULT sign_zip_read(const struct text *zip, struct sign_zip *out)
{
	ENSURE(zip->len >= END_SIZE, USAGE, AT_NONE, "not a ZIP archive");
	size_t at = zip->len - END_SIZE;
	while (at > 0 &&
	       (u32(zip, at) != 0x06054b50 || at + END_SIZE + u16(zip, at + 20) != zip->len))
		at--;
	ENSURE(u32(zip, at) == 0x06054b50, USAGE, AT_NONE, "the archive has no end record");
	*out = (struct sign_zip){u32(zip, at + 16), at, u16(zip, at + 10)};
	ENSURE(out->directory <= at && u32(zip, at + 12) == at - out->directory, USAGE, AT_NONE,
	       "the central directory does not end at the end record");
	return OK;
}

static RESULT body_read(const struct text *zip, size_t central, struct text *out)
{
	size_t packed = u32(zip, central + 20), size = u32(zip, central + 24);
	size_t local = u32(zip, central + 42);

	ENSURE(local + LOCAL_SIZE <= zip->len, USAGE, AT_NONE, "a local header lies outside");
	size_t data = local + LOCAL_SIZE + u16(zip, local + 26) + u16(zip, local + 28);
	ENSURE(data <= zip->len && packed <= zip->len - data, USAGE, AT_NONE, "data lie outside");
	if (u16(zip, central + 10) == 0) {
		text_add(out, zip->data + data, packed);
		return OK;
	}
	struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
	char *room = malloc(size + 1);
	if (!inflater || !room)
		fault_out_of_memory();
	bool good = libdeflate_deflate_decompress(inflater, zip->data + data, packed, room, size,
	                                          NULL) == LIBDEFLATE_SUCCESS;
	libdeflate_free_decompressor(inflater);
	if (good)
		text_add(out, room, size);
	free(room);
	ENSURE(good, USAGE, AT_NONE, "an entry cannot be inflated");
	return OK;
}

RESULT sign_zip_visit(const struct text *zip, sign_visit *each, void *state)
{
	struct sign_zip place;

	TRY(sign_zip_read(zip, &place));
	size_t at = place.directory;
	for (unsigned i = 0; i < place.count; i++) {
		struct text name DEFER(text_free) = {0}, body DEFER(text_free) = {0};
		ENSURE(at + CENTRAL_SIZE <= place.end && u32(zip, at) == 0x02014b50 &&
		               at + CENTRAL_SIZE + u16(zip, at + 28) <= place.end,
		       USAGE, AT_NONE, "entry %u has no central header", i);
		text_add(&name, zip->data + at + CENTRAL_SIZE, u16(zip, at + 28));
		TRY(body_read(zip, at, &body));
		TRY(each(state, name.len ? name.data : "", &body));
		at += CENTRAL_SIZE + u16(zip, at + 28) + u16(zip, at + 30) + u16(zip, at + 32);
	}
	return OK;
}

static RESULT insert_at(struct text *zip, size_t at, const struct text *bytes)
{
	struct text out = {0};

	ENSURE(zip->len + bytes->len < UINT32_MAX, USAGE, AT_NONE, "the archive passes 4 GiB");
	text_add(&out, zip->data, at);
	text_add(&out, bytes->data, bytes->len);
	text_add(&out, zip->data + at, zip->len - at);
	text_free(zip);
	*zip = out;
	return OK;
}

RESULT sign_zip_insert(struct text *zip, const struct text *bytes)
{
	struct sign_zip place;

	TRY(sign_zip_read(zip, &place));
	TRY(insert_at(zip, place.directory, bytes));
	bytes_put_u32(zip, place.end + bytes->len + 16, (uint32_t)(place.directory + bytes->len));
	return OK;
}

/* From the version needed to the length of the extra field, alike in both headers. */
static void fields_write(const char *name, const struct text *body, size_t packed, struct text *out)
{
	bytes_u16(out, 20);
	bytes_u16(out, UTF8);
	bytes_u16(out, packed ? 8 : 0);
	bytes_u16(out, 0);
	bytes_u16(out, DATE);
	bytes_u32(out, libdeflate_crc32(0, body->data, body->len));
	bytes_u32(out, (uint32_t)(packed ? packed : body->len));
	bytes_u32(out, (uint32_t)body->len);
	bytes_u16(out, (unsigned)strlen(name));
	bytes_u16(out, 0);
}

static void local_write(const char *name, const struct text *body, const struct text *packed,
                        struct text *out)
{
	const struct text *data = packed->len ? packed : body;

	bytes_u32(out, 0x04034b50);
	fields_write(name, body, packed->len, out);
	text_puts(out, name);
	text_add(out, data->data, data->len);
}

static void central_write(const char *name, const struct text *body, const struct text *packed,
                          size_t local, struct text *out)
{
	bytes_u32(out, 0x02014b50);
	bytes_u16(out, 20);
	fields_write(name, body, packed->len, out);
	bytes_zero(out, 10);
	bytes_u32(out, (uint32_t)local);
	text_puts(out, name);
}

RESULT sign_zip_append(struct text *zip, const char *name, const struct text *body)
{
	struct text packed DEFER(text_free) = {0}, local DEFER(text_free) = {0};
	struct text central DEFER(text_free) = {0};
	struct sign_zip place;

	TRY(sign_zip_read(zip, &place));
	ENSURE(place.count < 0xfffe, USAGE, AT_NONE, "too many entries");
	if (!zip_pack(body, &packed))
		packed.len = 0;
	local_write(name, body, &packed, &local);
	central_write(name, body, &packed, place.directory, &central);
	TRY(sign_zip_insert(zip, &local));
	TRY(insert_at(zip, place.end + local.len, &central));
	size_t end = place.end + local.len + central.len;
	bytes_put_u16(zip, end + 8, place.count + 1);
	bytes_put_u16(zip, end + 10, place.count + 1);
	bytes_put_u32(zip, end + 12, (uint32_t)(end - place.directory - local.len));
	return OK;
}
