/* octets.h - OCTET STRINGs that are written in pieces (X.690, 8.7.3). */
#ifndef PARASOL_CRYPTO_OCTETS_H
#define PARASOL_CRYPTO_OCTETS_H

#include "base/arena.h"
#include "crypto/der.h"

enum { OCTETS_DEPTH_MAX = 4 };

/*
 * The contents of an OCTET STRING. One in the constructed form, as streaming writers of SignedData
 * make, is joined in memory of `arena`. Fails with ASN1_LENGTH if it is none, ASN1_DEPTH or
 * LIMIT_MEMORY.
 */
RESULT octets_join(const struct der *string, struct arena *arena, struct cursor *out);

#endif
