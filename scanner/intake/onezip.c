/* onezip.c - a clean ZIP of one entry. */
#include "intake/onezip.h"

#include <string.h>

static uint8_t *put(uint8_t *at, unsigned width, uint64_t value)
{
	for (; width; width--, value >>= 8)
		*at++ = (uint8_t)value;
	return at;
}

/* From the version needed to the length of the extra field, which both headers share. */
static uint8_t *put_fields(uint8_t *at, const struct onezip *zip, uint64_t size, uint32_t crc,
                           uint16_t method)
{
	at = put(at, 2, 20);
	at = put(at, 2, 0);
	at = put(at, 2, method);
	at = put(at, 4, 0);
	at = put(at, 4, crc);
	at = put(at, 4, zip->packed_size);
	at = put(at, 4, size < UINT32_MAX ? size : UINT32_MAX - 1);
	at = put(at, 2, 1);
	return put(at, 2, 0);
}

void onezip_init(struct onezip *zip, const uint8_t *packed, uint64_t packed_size, uint64_t size,
                 uint32_t crc, uint16_t method)
{
	*zip = (struct onezip){.packed = packed, .packed_size = packed_size};
	uint8_t *at = put(zip->head, 4, 0x04034b50);
	at = put_fields(at, zip, size, crc, method);
	*at = 'x';
	at = put(zip->tail, 4, 0x02014b50);
	at = put(at, 2, 20);
	at = put_fields(at, zip, size, crc, method);
	at = put(at, 14, 0);
	*at++ = 'x';
	at = put(at, 4, 0x06054b50);
	at = put(at, 4, 0);
	at = put(at, 2, 1);
	at = put(at, 2, 1);
	at = put(at, 4, 47);
	at = put(at, 4, sizeof zip->head + packed_size);
	put(at, 2, 0);
}

uint64_t onezip_size(const struct onezip *zip)
{
	return sizeof zip->head + zip->packed_size + sizeof zip->tail;
}

size_t onezip_read(struct onezip *zip, const void **out)
{
	const struct {
		const uint8_t *data;
		uint64_t size;
	} parts[] = {
		{zip->head, sizeof zip->head},
		{zip->packed, zip->packed_size},
		{zip->tail, sizeof zip->tail},
	};
	uint64_t at = zip->pos;

	for (size_t i = 0; i < 3; i++) {
		if (at < parts[i].size) {
			*out = parts[i].data + at;
			zip->pos += parts[i].size - at;
			return (size_t)(parts[i].size - at);
		}
		at -= parts[i].size;
	}
	return 0;
}
