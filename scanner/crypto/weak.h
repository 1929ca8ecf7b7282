/*
 * weak.h - known weaknesses of RSA keys, told from the public key alone.
 *
 * Each check takes a bounded time, well below a millisecond for keys of common sizes. Keys above
 * KEY_BITS_MAX are not looked into.
 */
#ifndef PARASOL_CRYPTO_WEAK_H
#define PARASOL_CRYPTO_WEAK_H

#include "crypto/spki.h"

enum weakness {
	WEAKNESS_EVEN_EXPONENT,
	WEAKNESS_EXPONENT_ONE,
	WEAKNESS_SMALL_EXPONENT, /* odd, from 3 to 65536 */
	WEAKNESS_EVEN_MODULUS,
	WEAKNESS_SMALL_FACTOR,  /* the modulus has an odd prime factor below 2^16 */
	WEAKNESS_CLOSE_FACTORS, /* Fermat's method finds the factors in a few steps (CVE-2022-26320)
	                         */
	WEAKNESS_ROCA,          /* CVE-2017-15361 */
	WEAKNESS_COUNT
};

/* The contents of the INTEGERs of an RSA public key (RFC 8017, A.1.1). */
struct rsa_numbers {
	struct cursor modulus, exponent;
};

/*
 * Finds the numbers in a SubjectPublicKeyInfo, as windows into it; false if it is no RSA key, if a
 * number is zero or negative, or if the key is larger than KEY_BITS_MAX.
 */
bool weak_numbers(struct cursor spki, struct rsa_numbers *out);

/* The weaknesses of a key, as bits 1 << WEAKNESS_... */
uint32_t weak_rsa(const struct rsa_numbers *numbers);

/* Its name in the facts: "even-exponent", "roca" ... */
const char *weak_name(enum weakness weakness);

/* The public exponent as it stands in the facts: decimal, or hexadecimal with 0x above 64 bits. */
enum { WEAK_EXPONENT_ROOM = 1100 }; /* an exponent of more digits is cut, with "..." */
void weak_exponent(const struct rsa_numbers *numbers, char out[WEAK_EXPONENT_ROOM]);

/*
 * Primes that moduli have in common (Heninger and others, "Mining your Ps and Qs", 2012).
 * `partner[i]` becomes the index of a modulus that shares a factor with modulus i and differs from
 * it, or SIZE_MAX. The moduli are contents of INTEGERs that weak_numbers accepted. The work is
 * bounded (a second or two; 1,000 keys of 2048 bits fit): returns how many moduli, from the first
 * on, were compared with each other; of the rest little is known and the caller has to say so.
 */
size_t weak_shared(const struct cursor *moduli, size_t count, size_t *partner);

#endif
