/*
 * pbe.h - encryption and integrity by password: PBES1 and PBES2 (RFC 8018), the schemes and the MAC
 * of PKCS #12 (RFC 7292, appendices B and C), PBMAC1 (RFC 9579), and the two of Java's key stores.
 *
 * A scheme is read first and obeyed later: pbe_cost tells what a password costs, and the caller
 * decides. Ciphers and derivations are OpenSSL's; what it lacks is named and not decrypted.
 */
#ifndef PARASOL_CRYPTO_PBE_H
#define PARASOL_CRYPTO_PBE_H

#include "base/arena.h"
#include "crypto/der.h"

enum pbe_kind {
	PBE_UNKNOWN, /* has a name, and cannot be decrypted here */
	PBE_PKCS12,
	PBE_PBES1,
	PBE_PBKDF2, /* PBES2 with PBKDF2 */
	PBE_SCRYPT, /* PBES2 with scrypt (RFC 7914) */
	PBE_JKS,    /* the cipher of JKS: a key stream of SHA-1 */
	PBE_JCEKS,  /* PBEWithMD5AndTripleDES, as com.sun.crypto.provider derives its key */
};

struct pbe {
	enum pbe_kind kind;
	char name[64];      /* "PBES2-AES-256-CBC", "PBE-SHA1-3DES"; or the OID */
	int64_t iterations; /* as announced, INT64_MAX for more; 0 where the scheme has none */
	/* of a kind that is known */
	const char *cipher, *hash; /* OpenSSL's names */
	size_t key_len, iv_len;
	struct cursor salt, iv;
	bool excessive; /* salt or key length are such as no writer makes */
	int64_t scrypt_cost, scrypt_block, scrypt_parallel; /* N, r, p */
};

/*
 * A password: ASCII. `bare` is the password that is not there at all, which PKCS #12 derives
 * another key from than from the empty one.
 */
struct password {
	const char *text;
	bool bare;
};

/* Fetches ciphers; call once, before threads and before a sandbox closes. */
RESULT pbe_start(void);

/*
 * Reads an AlgorithmIdentifier (the contents of its SEQUENCE). Schemes that are not known are named
 * by their OID. Fails with KEYSTORE_PARSE when the parameters of a known one are damaged, and with
 * P12_COST when a count in them is not positive.
 */
RESULT pbe_read(struct cursor algorithm, struct pbe *out);

/*
 * Rounds of a hash that one password takes: PBE_COST_ENDLESS for more than can be counted,
 * PBE_COST_NONE if the scheme cannot be decrypted here.
 */
#define PBE_COST_NONE INT64_MAX
#define PBE_COST_ENDLESS (INT64_MAX - 1)
int64_t pbe_cost(const struct pbe *pbe);

/*
 * Decrypts. False when the password does not fit, as far as the padding or the check value tells,
 * or the arena has no room.
 */
bool pbe_decrypt(const struct pbe *pbe, const struct password *password, struct cursor text,
                 struct arena *arena, struct cursor *out);

/* The integrity check of a PKCS #12 store. */
struct pbe_mac {
	char name[32];      /* SHA1, SHA256, SM3 ..., or the OID */
	int64_t iterations; /* as above */
	const char *hash;   /* of the MAC; NULL if it is not known */
	const char *kdf;    /* hash of PBKDF2 for PBMAC1, else NULL */
	size_t key_len;     /* of PBMAC1 */
	bool excessive;     /* as above */
	struct cursor salt, digest;
};

/* Reads a MacData (RFC 7292, 4; the contents of its SEQUENCE). Fails as pbe_read does. */
RESULT pbe_mac_read(struct cursor data, struct pbe_mac *out);
int64_t pbe_mac_cost(const struct pbe_mac *mac);
bool pbe_mac_fits(const struct pbe_mac *mac, const struct password *password,
                  struct cursor content);

/* The digest at the end of a JKS or JCEKS store over the bytes before it; 20 bytes. */
bool pbe_java_digest_fits(const struct password *password, struct cursor content,
                          struct cursor digest);

/*
 * The HMAC-SHA1 of a BKS store over its entries. The key of version 1 has 16 bits
 * (CVE-2018-5382).
 */
bool pbe_bks_mac_fits(const struct password *password, int64_t version, struct cursor salt,
                      int64_t iterations, struct cursor content, struct cursor digest);

#endif
