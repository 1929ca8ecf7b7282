/*
 * known.h - keys that everybody has: the test keys of the Android sources. Whoever signs with one
 * of them shares the signature with the world.
 */
#ifndef PARASOL_CRYPTO_KNOWN_H
#define PARASOL_CRYPTO_KNOWN_H

#include "base/cursor.h"

/* The name of the key in a SubjectPublicKeyInfo (all of it), as known.def has it; NULL if it is
 * not one of them. */
const char *known_key(struct cursor spki);

/* The same for a certificate (all of it, DER). */
const char *known_certificate(struct cursor der);

#endif
