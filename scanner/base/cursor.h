/*
 * cursor.h - the only way this program reads bytes it did not write.
 *
 * A cursor is a window of bytes with a position. Each read checks its bounds once; on failure the
 * outputs and the position are untouched and the fault names the offset in the outermost input.
 */
#ifndef PARASOL_BASE_CURSOR_H
#define PARASOL_BASE_CURSOR_H

#include "base/fault.h"

struct cursor {
	const uint8_t *data;
	size_t size;
	size_t pos;         /* never above size */
	uint64_t origin;    /* offset of data[0] in the outermost input, for messages */
	enum diag shortage; /* the diagnostic when bytes are missing, such as DIAG_AXML_TRUNCATED */
};

struct cursor cursor_over(const void *data, size_t size, enum diag shortage);

RESULT cursor_u8(struct cursor *c, uint8_t *out);
RESULT cursor_u16le(struct cursor *c, uint16_t *out);
RESULT cursor_u32le(struct cursor *c, uint32_t *out);
RESULT cursor_u64le(struct cursor *c, uint64_t *out);
RESULT cursor_u16be(struct cursor *c, uint16_t *out);
RESULT cursor_u32be(struct cursor *c, uint32_t *out);
RESULT cursor_u64be(struct cursor *c, uint64_t *out);

/* Moves to `pos`, which counts from the start of the window and may equal its size. */
RESULT cursor_seek(struct cursor *c, uint64_t pos);
RESULT cursor_skip(struct cursor *c, uint64_t len);

/* The next `len` bytes as a window of their own; the position moves behind them. */
RESULT cursor_window(struct cursor *c, uint64_t len, struct cursor *out);

/* `len` bytes from `at`, counted from the start of the window; the position stays. */
RESULT cursor_slice(const struct cursor *c, uint64_t at, uint64_t len, struct cursor *out);

/* Points `out` at the next `len` bytes, which live as long as the input; the position moves on. */
RESULT cursor_bytes(struct cursor *c, uint64_t len, const uint8_t **out);

static inline size_t cursor_left(const struct cursor *c)
{
	return c->size - c->pos;
}

/* The position as an offset in the outermost input. */
static inline uint64_t cursor_at(const struct cursor *c)
{
	return c->origin + c->pos;
}

#endif
