/*
 * sign.h - signs Android packages, for tests and for the demo: schemes v1, v2, v3, v3.1, v4 and the
 * source stamp.
 *
 * It shares no code with the verifier in scanner/: it is its oracle, and is itself held against
 * Android's verifier (tests/signatures). The same input and keys give the same bytes: nonces of
 * ECDSA and DSA and salts of RSASSA-PSS are made from the key and the message. That is right for
 * fixtures whose keys are public, and for nothing else.
 */
#ifndef PARASOL_MAKE_BUNDLE_SIGN_H
#define PARASOL_MAKE_BUNDLE_SIGN_H

#include "base/text.h"

/* ---- sign_key.c, sign_raw.c: keys and plain signatures ---- */

struct evp_pkey_st;

struct sign_key {
	struct evp_pkey_st *key;
	struct text certificate;    /* X.509, DER */
	struct text spki;           /* SubjectPublicKeyInfo, DER */
	struct text issuer, serial; /* of the certificate, DER */
};

/*
 * Reads a private key (PEM, or PKCS #8 in DER) and the first certificate (PEM) of two files, which
 * may be one and the same. Fails with USAGE. Free with sign_key_free.
 */
RESULT sign_key_read(const char *key_path, const char *certificate_path, struct sign_key *out);
void sign_key_free(struct sign_key *key);

enum sign_family { SIGN_RSA, SIGN_PSS, SIGN_ECDSA, SIGN_DSA };

/* The family of a key's plain signatures: SIGN_RSA, SIGN_ECDSA or SIGN_DSA. */
enum sign_family sign_key_family(const struct sign_key *key);

/* Adds the signature of a message. `hash` is OpenSSL's name. Fails with USAGE if the key does not
 * fit. */
RESULT sign_raw(const struct sign_key *key, enum sign_family family, const char *hash,
                const struct text *message, struct text *out);

/* Adds the digest of `len` bytes. */
void sign_digest(const char *hash, const void *bytes, size_t len, struct text *out);

/* ---- sign_zip.c: just enough of APPNOTE.TXT to add to an archive that zip.c wrote ---- */

struct sign_zip {
	size_t directory, end; /* offsets of the central directory and of the end record */
	unsigned count;
};

RESULT sign_zip_read(const struct text *zip, struct sign_zip *out);

/* Calls `each` with every entry's name and unpacked bytes, in the order of the directory. */
typedef RESULT sign_visit(void *state, const char *name, const struct text *body);
RESULT sign_zip_visit(const struct text *zip, sign_visit *each, void *state);

/* Adds an entry, deflated, behind the others; nothing that is there moves but directory and end. */
RESULT sign_zip_append(struct text *zip, const char *name, const struct text *body);

/* Puts bytes before the central directory and mends the end record. */
RESULT sign_zip_insert(struct text *zip, const struct text *bytes);

/* ---- sign_jar.c: scheme v1 and JAR signing ---- */

struct sign_jar {
	const char *name;    /* of the files: META-INF/NAME.SF; NULL is CERT */
	const char *hash;    /* SHA1, SHA256, SHA384 or SHA512; NULL is SHA256 */
	const char *android; /* value of X-Android-APK-Signed, such as "2, 3"; NULL for none */
	bool attributes;     /* sign over signed attributes (RFC 5652, 5.3), as jarsigner does */
	const char *const
		*leave; /* entries that the manifest leaves out, up to NULL; may be NULL */
};

/* Adds MANIFEST.MF and for each signer a .SF and a block. `count` jars and keys. */
RESULT sign_jar(struct text *zip, const struct sign_jar *jars, const struct sign_key *const *keys,
                size_t count);

/* Adds SignedData (RFC 2315, 9.1) of one signer over a content that is not in it. */
RESULT sign_pkcs7(const struct sign_key *key, const char *hash, bool attributes,
                  const struct text *content, struct text *out);

/* ---- sign_block.c, sign_content.c: schemes v2, v3 and v3.1 in the APK Signing Block ---- */

enum { SIGN_ALGORITHMS = 4 };

/* A signer of one scheme. */
struct sign_signer {
	const struct sign_key *key;
	uint32_t algorithms[SIGN_ALGORITHMS]; /* ids; none: the usual one of the key */
	uint32_t min_sdk, max_sdk;            /* v3, v3.1 */
	const struct sign_key *const
		*lineage; /* v3, v3.1: keys up to and with its own, oldest first */
	size_t lineage_count;
	struct text attributes; /* more of them, ready made */
};

struct sign_scheme {
	uint32_t id; /* of the pair: SIGN_V2, SIGN_V3 or SIGN_V31 */
	const struct sign_signer *signers;
	size_t count;
};

enum { SIGN_V2 = 0x7109871a, SIGN_V31 = 0x1b93ad61, SIGN_STAMP = 0x6dff800d };
#define SIGN_V3 0xf05368c0U /* does not fit an int */

/* An ID-value pair of the signing block that is put in as it is. */
struct sign_pair {
	uint32_t id;
	struct text value;
};

struct sign_block {
	const struct sign_scheme *schemes;
	size_t scheme_count;
	const struct sign_pair *pairs; /* behind the schemes */
	size_t pair_count;
	const struct sign_key
		*stamp; /* source stamp (v2); its entry must be there, see sign_stamp_entry */
};

/* Signs and inserts the block. Aligns it to 4,096 bytes if a verity algorithm is used. */
RESULT sign_block(struct text *zip, const struct sign_block *block);

/* Adds an attribute to `sign_signer.attributes`. */
void sign_attribute(struct text *attributes, uint32_t id, const void *value, size_t len);
enum {
	SIGN_LINEAGE = 0x3ba06f8c,
	SIGN_ROTATION_SDK = 0x559f8b02, /* v3: v3.1 is there from this version on */
};
#define SIGN_STRIPPING 0xbeeff00dU /* v2: scheme v3 is there */

/* The entry by which a source stamp names its certificate; before anything is signed. */
RESULT sign_stamp_entry(struct text *zip, const struct sign_key *stamp);

/* The content digests that an algorithm's signature covers: "CHUNKED-SHA256" and so on. */
RESULT sign_content(const struct text *zip, uint32_t algorithm, struct text *out);

/* ---- sign_idsig.c: scheme v4, beside the package ---- */

RESULT sign_idsig(const struct text *apk, const struct sign_signer *signer, struct text *out);

/* Root and tree (levels from the top) of fs-verity: SHA-256, pages of 4,096 bytes. */
void sign_tree(const struct text *data, const struct text *salt, struct text *tree,
               struct text *root);

/* ---- sign_apk.c: a whole package as Android's own signer does it ---- */

enum {
	SIGN_WITH_V1 = 1,
	SIGN_WITH_V2 = 2,
	SIGN_WITH_V3 = 4,
	SIGN_WITH_V31 = 8, /* needs a lineage */
};

enum { SIGN_SIGNERS = 16, SIGN_PAIRS = 8 };

struct sign_request {
	unsigned schemes;
	const struct sign_key *keys[SIGN_SIGNERS]; /* of v1 and v2; v3 has one: the newest */
	size_t key_count;
	const struct sign_key *lineage[SIGN_SIGNERS]; /* before keys[0], oldest first */
	size_t lineage_count;
	uint32_t algorithm; /* of v2 and v3; 0 for the usual one of each key */
	uint32_t min_sdk;   /* of v3; 0 is 28 */
	uint32_t rotation;  /* v3.1: first version that takes the new key; 0 is 33 */
	const char *hash;   /* of v1; NULL is SHA256 */
	const char *name;   /* of the v1 files; NULL is CERT */
	bool attributes;    /* of v1, see struct sign_jar */
	struct sign_pair pairs[SIGN_PAIRS];
	size_t pair_count;
	const struct sign_key *stamp;
};

/*
 * Signs an unsigned package. With a lineage, v1 and v2 are signed by its oldest key; with v3.1, v3
 * as well.
 */
RESULT sign_apk(struct text *zip, const struct sign_request *request);

/* ---- sign_attack.c: what attackers did to signed packages ---- */

/* Bytes before the first entry, offsets mended: CVE-2017-13156 (Janus). */
RESULT sign_attack_prefix(struct text *zip, const struct text *prefix);
/* An entry of a name that is there already, behind it: CVE-2013-4787. */
RESULT sign_attack_duplicate(struct text *zip, const char *name, const struct text *body);
/* The signing block is cut out: only v1 is left. */
RESULT sign_attack_strip_block(struct text *zip);
/* The pair of an id is renamed to one that nobody reads; fails if it is not there. */
RESULT sign_attack_strip_pair(struct text *zip, uint32_t id);
/* Bytes between the last entry and the signing block. */
RESULT sign_attack_before_block(struct text *zip, const struct text *bytes);
/* Bytes between the signing block and the central directory. */
RESULT sign_attack_after_block(struct text *zip, const struct text *bytes);
/* Bytes behind the end record, as its comment if `comment`. */
RESULT sign_attack_tail(struct text *zip, const struct text *bytes, bool comment);

/* make_bundle sign ... */
RESULT sign_command(int argc, char **argv);

#endif
