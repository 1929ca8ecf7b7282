/* text.c - growing strings and clean UTF-8. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){0};
}

static void reserve(struct text *text, size_t more)
{
	size_t room = text->room ? text->room : 64;

	if (more > SIZE_MAX / 4 - text->len)
		fault_out_of_memory();
	if (text->len + more < text->room)
		return;
	while (room <= text->len + more)
		room *= 2;
	char *data = realloc(text->data, room);
	if (!data)
		fault_out_of_memory();
	text->data = data;
	text->room = room;
}

void text_add(struct text *text, const void *bytes, size_t len)
{
	reserve(text, len);
	if (len)
		memcpy(text->data + text->len, bytes, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void text_puts(struct text *text, const char *string)
{
	text_add(text, string, strlen(string));
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return;
	reserve(text, (size_t)len);
	va_start(args, format);
	vsnprintf(text->data + text->len, (size_t)len + 1, format, args);
	va_end(args);
	text->len += (size_t)len;
}

size_t text_decode(const uint8_t *bytes, size_t len, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t need = bytes[0] < 0x80 ? 1 : bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
	uint32_t value = need == 1 ? bytes[0] : bytes[0] & (0x7fU >> need);

	if (need > len || (bytes[0] >= 0x80 && bytes[0] < 0xc0) || bytes[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	if (value < least[need] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*point = value;
	return need;
}

/* Characters that are neither forbidden by XML 1.0 nor able to disguise the text around them. */
static bool printable(uint32_t point)
{
	if (point < 0x20 || (point >= 0x7f && point < 0xa0))
		return false;
	if (point >= 0xd800 && point <= 0xdfff)
		return false;
	if ((point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef))
		return false;
	if (point == 0x2028 || point == 0x2029 || point == 0xfeff || point == 0x061c)
		return false;
	if ((point >= 0x200b && point <= 0x200f) || (point >= 0x202a && point <= 0x202e) ||
	    (point >= 0x2060 && point <= 0x206f))
		return false;
	return point <= 0x10ffff && !(point >= 0xe0000 && point <= 0xe0fff);
}

static void put_point(struct text *text, uint32_t point)
{
	char out[4];
	size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = len; i-- > 1; point >>= 6)
		out[i] = (char)(0x80 | (point & 0x3f));
	out[0] = (char)(lead[len] | point);
	text_add(text, out, len);
}

void text_clean_point(struct text *text, uint32_t point)
{
	if (printable(point))
		put_point(text, point);
	else
		text_printf(text, "\\u{%x}", point);
}

/* A backslash that would read as one of our own escapes is escaped itself. */
static bool looks_escaped(const uint8_t *bytes, size_t len)
{
	return len > 2 && bytes[0] == '\\' && (bytes[1] == 'u' || bytes[1] == 'x') &&
	       bytes[2] == '{';
}

void text_clean(struct text *text, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	const uint8_t *plain = at; /* start of the run that needs no change */
	const uint8_t *end = at + len;

	reserve(text, len);
	while (at < end) {
		uint32_t point = 0;
		size_t used = text_decode(at, (size_t)(end - at), &point);

		if (used && printable(point) && !looks_escaped(at, (size_t)(end - at))) {
			at += used;
			continue;
		}
		text_add(text, plain, (size_t)(at - plain));
		if (used)
			text_printf(text, "\\u{%x}", point);
		else
			text_printf(text, "\\x{%02x}", *at);
		at += used ? used : 1;
		plain = at;
	}
	text_add(text, plain, (size_t)(end - plain));
}

void text_hex(struct text *text, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *in = bytes;

	reserve(text, len * 2);
	for (size_t i = 0; i < len; i++) {
		text->data[text->len++] = digits[in[i] >> 4];
		text->data[text->len++] = digits[in[i] & 15];
	}
	text->data[text->len] = '\0';
}

bool text_is_clean(const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	const uint8_t *end = at + len;

	while (at < end) {
		uint32_t point = 0;
		size_t used = text_decode(at, (size_t)(end - at), &point);
		if (!used || !printable(point))
			return false;
		at += used;
	}
	return true;
}
