/* bytes.c - little-endian output into a growing text. */
#include <stdlib.h>
#include <string.h>

#include "make_bundle/make_bundle.h"

void bytes_u8(struct text *out, unsigned value)
{
	uint8_t bytes[1] = {(uint8_t)value};

	text_add(out, bytes, sizeof bytes);
}

void bytes_u16(struct text *out, unsigned value)
{
	uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

	text_add(out, bytes, sizeof bytes);
}

void bytes_u32(struct text *out, uint32_t value)
{
	bytes_u16(out, value & 0xffff);
	bytes_u16(out, value >> 16);
}

void bytes_put_u16(struct text *out, size_t at, unsigned value)
{
	out->data[at] = (char)(value & 0xff);
	out->data[at + 1] = (char)(value >> 8 & 0xff);
}

void bytes_put_u32(struct text *out, size_t at, uint32_t value)
{
	bytes_put_u16(out, at, value & 0xffff);
	bytes_put_u16(out, at + 2, value >> 16);
}

void bytes_zero(struct text *out, size_t len)
{
	static const char zeros[64];

	for (; len > sizeof zeros; len -= sizeof zeros)
		text_add(out, zeros, sizeof zeros);
	text_add(out, zeros, len);
}

void bytes_align(struct text *out, size_t step)
{
	bytes_zero(out, (step - out->len % step) % step);
}

void *bytes_room(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 16;
	items = reallocarray(items, *room, size);
	if (!items)
		fault_out_of_memory();
	memset((char *)items + count * size, 0, (*room - count) * size);
	return items;
}
