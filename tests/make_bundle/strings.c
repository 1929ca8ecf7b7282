/*
 * strings.c - the string pool of binary XML and of resource tables.
 *
 * Layout (AOSP ResourceTypes.h, ResStringPool_header): type 0x0001, header size 28, chunk size,
 * string count, style count, flags, offset of the strings, offset of the styles; then one offset
 * for each string, then the strings. A UTF-16 string is its length in units, the units and a zero
 * unit. A UTF-8 string is its length in UTF-16 units, its length in bytes, the bytes and a zero
 * byte.
 */
#include <stdlib.h>
#include <string.h>

#include "make_bundle/make_bundle.h"

enum { POOL_HEADER = 28, POOL_UTF8 = 0x100, LONGEST_UTF8 = 0x7fff };

void strings_free(struct strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		free(strings->items[i].text);
	free(strings->items);
	*strings = (struct strings){0};
}

uint32_t strings_add(struct strings *strings, const char *text, uint32_t id)
{
	for (size_t i = 0; i < strings->count; i++)
		if (strings->items[i].id == id && !strcmp(strings->items[i].text, text))
			return (uint32_t)i;
	strings->items =
		bytes_room(strings->items, strings->count, &strings->room, sizeof *strings->items);
	char *copy = strdup(text);
	if (!copy)
		fault_out_of_memory();
	strings->items[strings->count] = (struct strings_item){copy, id};
	return (uint32_t)strings->count++;
}

/* The units of a string; fails if it is not UTF-8. */
static RESULT units_write(const char *text, struct text *out)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len;) {
		uint32_t point;
		size_t step = text_decode((const uint8_t *)text + at, len - at, &point);
		ENSURE(step > 0, USAGE, at, "a string is not UTF-8: %s", text);
		if (point > 0xffff) {
			bytes_u16(out, 0xd800 + ((point - 0x10000) >> 10));
			bytes_u16(out, 0xdc00 + ((point - 0x10000) & 0x3ff));
		} else {
			bytes_u16(out, point);
		}
		at += step;
	}
	return OK;
}

/* Lengths up to 0x7f take one byte, longer ones two with the top bit set. */
static void length8_write(struct text *out, size_t len)
{
	if (len > 0x7f)
		bytes_u8(out, (unsigned)(0x80 | len >> 8));
	bytes_u8(out, (unsigned)(len & 0xff));
}

static void length16_write(struct text *out, size_t len)
{
	if (len > 0x7fff)
		bytes_u16(out, (unsigned)(0x8000 | len >> 16));
	bytes_u16(out, (unsigned)(len & 0xffff));
}

static RESULT string_write(const char *text, bool utf8, struct text *out)
{
	struct text units DEFER(text_free) = {0};
	size_t len = strlen(text);

	TRY(units_write(text, &units));
	if (!utf8) {
		length16_write(out, units.len / 2);
		text_add(out, units.data, units.len);
		bytes_u16(out, 0);
		return OK;
	}
	ENSURE(len <= LONGEST_UTF8, USAGE, AT_NONE,
	       "a string of %zu bytes does not fit a UTF-8 pool", len);
	length8_write(out, units.len / 2);
	length8_write(out, len);
	text_add(out, text, len);
	bytes_u8(out, 0);
	return OK;
}

RESULT strings_write(const struct strings *strings, bool utf8, struct text *out)
{
	struct text body DEFER(text_free) = {0}, offsets DEFER(text_free) = {0};

	for (size_t i = 0; i < strings->count; i++) {
		bytes_u32(&offsets, (uint32_t)body.len);
		TRY(string_write(strings->items[i].text, utf8, &body));
	}
	bytes_align(&body, 4);
	size_t start = POOL_HEADER + offsets.len;
	bytes_u16(out, 0x0001);
	bytes_u16(out, POOL_HEADER);
	bytes_u32(out, (uint32_t)(start + body.len));
	bytes_u32(out, (uint32_t)strings->count);
	bytes_u32(out, 0);
	bytes_u32(out, utf8 ? POOL_UTF8 : 0);
	bytes_u32(out, (uint32_t)start);
	bytes_u32(out, 0);
	text_add(out, offsets.data, offsets.len);
	text_add(out, body.data, body.len);
	return OK;
}
