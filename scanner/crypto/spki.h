/*
 * spki.h - public keys: SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 3279, 5480, 8410; GB/T 35276).
 *
 *   SubjectPublicKeyInfo ::= SEQUENCE { AlgorithmIdentifier { OID, parameters }, BIT STRING }
 *
 * Type and size are read here, without a library; a key is given to OpenSSL only when its size and
 * parameters are such that reading and using it takes a short time.
 */
#ifndef PARASOL_CRYPTO_SPKI_H
#define PARASOL_CRYPTO_SPKI_H

#include "base/arena.h"
#include "crypto/der.h"

enum { KEY_BITS_MAX = 16384, KEY_EXPONENT_BITS_MAX = 64, KEY_TYPE_ROOM = 128 };

struct spki {
	char type[KEY_TYPE_ROOM]; /* RSA, EC, SM2, DSA, Ed25519, Ed448, X25519, X448 or the OID */
	int64_t bits;             /* -1 if not known */
	const char *curve;        /* name of the curve, or NULL */
	bool known;               /* `type` is not an OID */
	bool oversize, odd;       /* too large to use; unusual parameters */
};

/*
 * Reads an AlgorithmIdentifier (the contents of its SEQUENCE) into type and curve, and the size
 * where the algorithm settles it. Fails with CERT_KEY.
 */
RESULT spki_algorithm(struct cursor algorithm, struct spki *out);

/* Reads the numbers of an RSA key: `modulus` and `exponent` are INTEGERs. */
RESULT spki_rsa(const struct der *modulus, const struct der *exponent, struct spki *out);

/* Reads EC parameters: the OID of a curve. Fails with CERT_KEY. */
RESULT spki_curve(struct cursor parameters, struct spki *out);

/* Reads a whole SubjectPublicKeyInfo. Fails with CERT_KEY. */
RESULT spki_read(const struct der *info, struct spki *out);

/*
 * An RSA key whose modulus is written as a negative number: the same key with a zero in front, as
 * Java and Android take it; any other SubjectPublicKeyInfo as it is. Memory comes from `arena`.
 * Fails with ASN1_... or LIMIT_MEMORY.
 */
RESULT spki_positive(struct cursor info, struct arena *arena, struct cursor *out);

/* True if a key may be given to OpenSSL. */
bool spki_usable(const struct spki *spki);

#endif
