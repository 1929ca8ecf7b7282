/* digits.h - base64 (RFC 4648, 4 and 5) and hexadecimal digits. */
#ifndef PARASOL_FORMATS_DIGITS_H
#define PARASOL_FORMATS_DIGITS_H

#include "base/arena.h"
#include "base/cursor.h"

/* The value of a base64 digit, of either alphabet; -1 for another byte. */
int digits_base64(int digit);

/* The value of a hexadecimal digit, or -1. */
int digits_hex(int digit);

/*
 * Decodes base64 up to its padding, the end, or the first byte that is no digit and no white space;
 * moves behind it. Bits beyond the last whole byte are dropped. `symbols` counts digits. Memory
 * comes from the arena; fails with LIMIT_MEMORY.
 */
RESULT digits_decode(struct cursor *c, struct arena *arena, struct cursor *out, size_t *symbols);

#endif
