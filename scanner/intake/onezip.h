/*
 * onezip.h - a clean ZIP of one entry around packed bytes that lie elsewhere: local header, the
 * bytes, central header, end record (APPNOTE.TXT 4.3), read as one file without copying.
 */
#ifndef PARASOL_INTAKE_ONEZIP_H
#define PARASOL_INTAKE_ONEZIP_H

#include "base/fault.h"

struct onezip {
	uint8_t head[31], tail[47 + 22];
	const uint8_t *packed;
	uint64_t packed_size;
	uint64_t pos;
};

/* `packed_size` is below 4 GiB - 1 KiB. */
void onezip_init(struct onezip *zip, const uint8_t *packed, uint64_t packed_size, uint64_t size,
                 uint32_t crc, uint16_t method);

uint64_t onezip_size(const struct onezip *zip);

/* Points `out` at the next bytes and moves behind them; returns how many, 0 at the end. */
size_t onezip_read(struct onezip *zip, const void **out);

#endif
