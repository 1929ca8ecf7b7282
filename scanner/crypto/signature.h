/*
 * signature.h - verifying one signature with one public key.
 *
 * Algorithms are named by what they do, not by where their number comes from: the tables of the
 * APK signature schemes, of JAR signing, of X.509 and of HarmonyOS packages each lead here.
 * Hostile keys are safe: a key that spki_usable refuses is never given to OpenSSL.
 */
#ifndef PARASOL_CRYPTO_SIGNATURE_H
#define PARASOL_CRYPTO_SIGNATURE_H

#include "crypto/der.h"

enum signature_family {
	SIGNATURE_RSA_PKCS1, /* RFC 8017, 8.2 */
	SIGNATURE_RSA_PSS,   /* RFC 8017, 8.1; MGF1 with the same hash */
	SIGNATURE_ECDSA,     /* DER form: SEQUENCE { r, s } */
	SIGNATURE_DSA,
	SIGNATURE_SM2,   /* GB/T 32918.2 with SM3, default distinguishing id (GB/T 35276) */
	SIGNATURE_EDDSA, /* Ed25519 and Ed448; no separate hash */
};

struct signature_algorithm {
	enum signature_family family;
	const char *hash; /* OpenSSL's name: MD5, SHA1, SHA224, SHA256, SHA384, SHA512, SM3; NULL
	                     for EdDSA */
	int salt_len;     /* PSS: bytes; -1 to accept any */
};

/*
 * The algorithm that an AlgorithmIdentifier (contents of its SEQUENCE) names when it signs whole
 * messages: sha256WithRSAEncryption, RSASSA-PSS with its parameters, ecdsa-with-SHA256,
 * SM2-with-SM3 ... 1.2.156.10197.1.504 is SM3 with RSA for an RSA key and refused for an SM2 key,
 * where it means SHA-512 to some: `key_type` (struct spki) decides. `out->hash` is static.
 * Fails with CERT_SIGALG.
 */
RESULT signature_algorithm_read(struct cursor algorithm, const char *key_type,
                                struct signature_algorithm *out);

/* A verifying key. */
struct public_key;

/* Opens a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). Fails with CERT_KEY. Free with public_key_free.
 */
RESULT public_key_open(struct cursor spki, struct public_key **out);
void public_key_free(struct public_key *key);
/* type (RSA, EC, SM2, DSA ...) and size; of a key that is open */
const struct spki *public_key_spki(const struct public_key *key);

/*
 * Fails with SIGNATURE_INVALID if the signature of the message does not verify, or does not fit
 * the key; `what` names it in the message.
 */
RESULT signature_verify(const struct public_key *key, const struct signature_algorithm *algorithm,
                        struct cursor message, struct cursor signature, const char *what);

#endif
