/*
 * signature.h - verifying one signature with one public key.
 *
 * Algorithms are named by what they do, not by where their number comes from: the tables of the
 * APK signature schemes, of JAR signing, of X.509 and of HarmonyOS packages each lead here.
 * Hostile keys are safe: a key that spki_usable refuses is never given to OpenSSL.
 */
#ifndef PARASOL_CRYPTO_SIGNATURE_H
#define PARASOL_CRYPTO_SIGNATURE_H

#include "base/arena.h"
#include "crypto/spki.h"

enum signature_family {
	SIGNATURE_RSA_PKCS1, /* RFC 8017, 8.2 */
	SIGNATURE_RSA_PSS,   /* RFC 8017, 8.1 */
	SIGNATURE_ECDSA,     /* DER form: SEQUENCE { r, s } (RFC 3279, 2.2.3) */
	SIGNATURE_DSA,       /* likewise */
	SIGNATURE_SM2,       /* GB/T 32918.2 */
	SIGNATURE_EDDSA      /* RFC 8032: Ed25519 and Ed448; no separate hash */
};

/* A salt length that the signature itself shows (PSS). */
enum { SIGNATURE_SALT_ANY = -1 };

struct signature_algorithm {
	enum signature_family family;
	const char *hash; /* OpenSSL's name: MD5, SHA1, SHA224 ... SHA512, SM3; NULL for EdDSA */
	const char *mgf_hash; /* PSS: hash of MGF1; NULL for the same */
	int salt_len;         /* PSS: bytes, or SIGNATURE_SALT_ANY */
	/* SM2: the empty distinguishing id instead of the default one of GB/T 35276; some signers
	 * take it */
	bool empty_id;
};

/* The name of a family as facts give it: RSA-PKCS1, RSA-PSS, ECDSA, DSA, SM2, EdDSA. */
const char *signature_family_name(enum signature_family family);

/*
 * The algorithm that an AlgorithmIdentifier (contents of its SEQUENCE) names when it signs whole
 * messages: sha256WithRSAEncryption, RSASSA-PSS with its parameters, ecdsa-with-SHA256,
 * SM2-with-SM3 ... 1.2.156.10197.1.504 is SM3 with RSA for an RSA key and refused for an SM2 key,
 * where it means SHA-512 to some: `key_type` (struct spki) decides. Strings are static.
 * Fails with CERT_SIGALG.
 */
RESULT signature_algorithm_read(struct cursor algorithm, const char *key_type,
                                struct signature_algorithm *out);

/* The hash that an AlgorithmIdentifier of a message digest names (SHA256 ...), static. Fails with
 * CERT_SIGALG. */
RESULT signature_hash_read(struct cursor algorithm, const char **out);

/* A verifying key. */
struct public_key;

/*
 * Opens a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7), which takes up all of `spki`; the modulus of an
 * RSA key may be written as a negative number (spki_positive). Fails with
 * CERT_KEY or ASN1_... Free with public_key_free.
 */
RESULT public_key_open(struct cursor spki, struct public_key **out);
void public_key_free(struct public_key *key);

/* For DEFER. */
void public_key_done(struct public_key **key);

/* Type (RSA, EC, SM2, DSA ...) and size. */
const struct spki *public_key_spki(const struct public_key *key);

/* True if the key's type is one that the algorithm signs with. */
bool public_key_fits(const struct public_key *key, const struct signature_algorithm *algorithm);

/*
 * Fails with SIGNATURE_INVALID if the signature of the message does not verify, or does not fit
 * the key; `what` names it in the message.
 */
RESULT signature_verify(const struct public_key *key, const struct signature_algorithm *algorithm,
                        struct cursor message, struct cursor signature, const char *what);

#endif
