/* column.c - text cut to columns of a terminal. */
#include "render/column.h"

#include <string.h>
#include <wchar.h>

/* The length of the character at the start of `text` and its columns. */
static size_t next(const char *text, size_t *columns)
{
	uint32_t point = 0;
	size_t len = text_decode((const uint8_t *)text, strlen(text), &point);
	int width = len ? wcwidth((wchar_t)point) : 1;

	*columns = width > 0 ? (size_t)width : 0;
	return len ? len : 1;
}

size_t column_width(const char *text)
{
	size_t sum = 0, columns;

	while (*text) {
		text += next(text, &columns);
		sum += columns;
	}
	return sum;
}

size_t column_cut(struct text *out, const char *text, size_t columns)
{
	size_t taken = 0, wide, width = column_width(text);

	if (width <= columns) {
		text_puts(out, text);
		return width;
	}
	if (!columns)
		return 0;
	const char *at = text;
	for (size_t len; (len = next(at, &wide)), taken + wide < columns; at += len)
		taken += wide;
	while (at > text && at[-1] == ' ') {
		at--;
		taken--;
	}
	text_add(out, text, (size_t)(at - text));
	text_puts(out, "…");
	return taken + 1;
}

size_t column_cut_start(struct text *out, const char *text, size_t columns)
{
	size_t width = column_width(text), wide;

	if (width <= columns) {
		text_puts(out, text);
		return width;
	}
	if (!columns)
		return 0;
	while (width + 1 > columns) {
		text += next(text, &wide);
		width -= wide;
	}
	text_puts(out, "…");
	text_puts(out, text);
	return width + 1;
}

void column_pad(struct text *out, const char *text, size_t columns)
{
	text_puts(out, text);
	for (size_t width = column_width(text); width < columns; width++)
		text_puts(out, " ");
}
