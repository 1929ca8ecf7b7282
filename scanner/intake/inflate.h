/* inflate.h - raw deflate (RFC 1951) in one piece, and CRC-32 (ISO 3309), by libdeflate. */
#ifndef PARASOL_INTAKE_INFLATE_H
#define PARASOL_INTAKE_INFLATE_H

#include "base/fault.h"

struct inflated {
	uint8_t *data; /* to be freed by the caller */
	size_t size;
	size_t used; /* bytes of the input up to the end of the stream */
};

enum inflate_end { INFLATE_DONE, INFLATE_DAMAGED, INFLATE_TOO_LARGE };

/*
 * Inflates `len` bytes. `hint` is the expected size, which is not trusted; never more than `most`
 * bytes are taken.
 */
enum inflate_end inflate_all(const uint8_t *packed, size_t len, uint64_t hint, size_t most,
                             struct inflated *out);

/* The CRC-32 of `len` bytes that follow bytes with the CRC-32 `before` (0 at the start). */
uint32_t inflate_crc(uint32_t before, const void *bytes, size_t len);

#endif
