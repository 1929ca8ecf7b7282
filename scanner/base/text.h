/*
 * text.h - growing strings, and the one rule by which foreign bytes become printable.
 *
 * Everything that leaves the program is clean: valid UTF-8 of characters that XML 1.0 allows, no
 * control characters and no marks that reorder text. What is not clean is written visibly,
 * \x{ff} for a byte that is not UTF-8 and \u{1b} for a character, so nothing is lost and no two
 * inputs look alike.
 */
#ifndef PARASOL_BASE_TEXT_H
#define PARASOL_BASE_TEXT_H

#include "base/fault.h"

/* A string on the heap; `data` is NUL-terminated once anything was added. Zero-initialise. */
struct text {
	char *data;
	size_t len, room;
};

void text_free(struct text *text);
void text_add(struct text *text, const void *bytes, size_t len);
void text_puts(struct text *text, const char *string);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds `len` foreign bytes, taken as UTF-8, in clean form. */
void text_clean(struct text *text, const void *bytes, size_t len);

/* Adds one Unicode scalar value (or an unpaired surrogate) in clean form. */
void text_clean_point(struct text *text, uint32_t point);

/* Adds `len` bytes as lower-case hexadecimal. */
void text_hex(struct text *text, const void *bytes, size_t len);

/* True if the bytes are clean already. */
bool text_is_clean(const void *bytes, size_t len);

/*
 * Reads one UTF-8 character (RFC 3629) at the start of `len` bytes: returns its length and the
 * character, or 0 if the bytes are not well formed.
 */
size_t text_decode(const uint8_t *bytes, size_t len, uint32_t *point);

#endif
