/* cursor.c - bounds-checked reading. */
#include "base/cursor.h"

struct cursor cursor_over(const void *data, size_t size, enum diag shortage)
{
	return (struct cursor){.data = data, .size = size, .shortage = shortage};
}

static RESULT need(const struct cursor *c, uint64_t at, uint64_t len)
{
	if (at <= c->size && len <= c->size - at)
		return OK;
	uint64_t left = at <= c->size ? c->size - at : 0;
	fault_note(c->shortage, c->origin + (at <= c->size ? at : c->size), __FILE__, __LINE__,
	           "%llu bytes needed at offset %llu, %llu left", (unsigned long long)len,
	           (unsigned long long)(c->origin + at), (unsigned long long)left);
	return FAILED;
}

static RESULT number(struct cursor *c, unsigned width, bool big, uint64_t *out)
{
	uint64_t value = 0;

	TRY(need(c, c->pos, width));
	for (unsigned i = 0; i < width; i++) {
		unsigned from = big ? i : width - 1 - i;
		value = value << 8 | c->data[c->pos + from];
	}
	c->pos += width;
	*out = value;
	return OK;
}

#define READER(name, type, width, big) \
	struct result name(struct cursor *c, type *out) \
	{ \
		uint64_t value; \
		TRY(number(c, width, big, &value)); \
		*out = (type)value; \
		return OK; \
	}

READER(cursor_u8, uint8_t, 1, false)
READER(cursor_u16le, uint16_t, 2, false)
READER(cursor_u32le, uint32_t, 4, false)
READER(cursor_u64le, uint64_t, 8, false)
READER(cursor_u16be, uint16_t, 2, true)
READER(cursor_u32be, uint32_t, 4, true)
READER(cursor_u64be, uint64_t, 8, true)

struct result cursor_seek(struct cursor *c, uint64_t pos)
{
	TRY(need(c, pos, 0));
	c->pos = (size_t)pos;
	return OK;
}

struct result cursor_skip(struct cursor *c, uint64_t len)
{
	TRY(need(c, c->pos, len));
	c->pos += (size_t)len;
	return OK;
}

struct result cursor_slice(const struct cursor *c, uint64_t at, uint64_t len, struct cursor *out)
{
	TRY(need(c, at, len));
	*out = (struct cursor){.data = c->data + at,
	                       .size = (size_t)len,
	                       .origin = c->origin + at,
	                       .shortage = c->shortage};
	return OK;
}

struct result cursor_window(struct cursor *c, uint64_t len, struct cursor *out)
{
	TRY(cursor_slice(c, c->pos, len, out));
	c->pos += (size_t)len;
	return OK;
}

struct result cursor_bytes(struct cursor *c, uint64_t len, const uint8_t **out)
{
	TRY(need(c, c->pos, len));
	*out = c->data + c->pos;
	c->pos += (size_t)len;
	return OK;
}
