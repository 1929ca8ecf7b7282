/*
 * field.h - fields with a length in front (u32, little-endian), of which all structures of the APK
 * signature schemes are made.
 */
#ifndef PARASOL_SIGNING_FIELD_H
#define PARASOL_SIGNING_FIELD_H

#include "base/cursor.h"

/* The next field as a window; fails with SIGNING_BLOCK, and `what` in the message. */
RESULT field_next(struct cursor *c, const char *what, struct cursor *out);

/* True if the length in front of the next field is negative where it is read as a signed number. */
bool field_negative(const struct cursor *c);

/* The next u32, likewise. */
RESULT field_u32(struct cursor *c, const char *what, uint32_t *out);

#endif
