/* inflate.c - libdeflate, fenced in. */
#include "intake/inflate.h"

#include <libdeflate.h>
#include <stdlib.h>

/* Deflate cannot expand by more than 1032 to 1 (RFC 1951: 258 bytes from two bits). */
static size_t largest(size_t len, size_t most)
{
	return len < (most - 1024) / 1032 ? len * 1032 + 1024 : most;
}

static size_t first_room(size_t len, uint64_t hint, size_t most)
{
	size_t bound = most > 1024 ? largest(len, most) : most;
	uint64_t room = hint ? hint : 4 * (uint64_t)len + 64;

	return room < bound ? (size_t)room : bound;
}

static enum inflate_end attempt(struct libdeflate_decompressor *inflater, const uint8_t *packed,
                                size_t len, size_t room, struct inflated *out)
{
	size_t used = 0, size = 0;
	uint8_t *data = malloc(room ? room : 1);

	if (!data)
		fault_out_of_memory();
	enum libdeflate_result done =
		libdeflate_deflate_decompress_ex(inflater, packed, len, data, room, &used, &size);
	if (done == LIBDEFLATE_SUCCESS) {
		*out = (struct inflated){data, size, used};
		return INFLATE_DONE;
	}
	free(data);
	return done == LIBDEFLATE_INSUFFICIENT_SPACE ? INFLATE_TOO_LARGE : INFLATE_DAMAGED;
}

enum inflate_end inflate_all(const uint8_t *packed, size_t len, uint64_t hint, size_t most,
                             struct inflated *out)
{
	struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
	size_t room = first_room(len, hint, most);

	if (!inflater)
		fault_out_of_memory();
	enum inflate_end end = attempt(inflater, packed, len, room, out);
	while (end == INFLATE_TOO_LARGE && room < most) {
		room = room < most / 2 ? room * 2 + 256 : most;
		end = attempt(inflater, packed, len, room, out);
	}
	libdeflate_free_decompressor(inflater);
	return end;
}

uint32_t inflate_crc(uint32_t before, const void *bytes, size_t len)
{
	return libdeflate_crc32(before, bytes, len);
}
