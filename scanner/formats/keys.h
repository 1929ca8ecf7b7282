/*
 * keys.h - keys and certificates in any entry: PEM blocks (format_pem); whole entries in DER, in
 * packets of OpenPGP, signature blocks of JAR signing and key stores (format_der); base64 and
 * hexadecimal strings in text (format_keytext).
 */
#ifndef PARASOL_FORMATS_KEYS_H
#define PARASOL_FORMATS_KEYS_H

#include "crypto/spki.h"
#include "formats/pem.h"
#include "formats/x509.h"

/*
 * Loads whatever OpenSSL loads lazily, by reading and using one key and certificate of each kind.
 * Call once, before threads and before a sandbox closes. Fails with SYSTEM.
 */
RESULT keys_start(void);

extern const struct format format_pem, format_der, format_keytext;

/* The blocks in a text that was decoded from something at `place`. Fails with CERT_COUNT. */
RESULT pem_facts(const struct inspection *inspection, struct cursor text,
                 const struct place *place);

/* What strings stand in: text with lines; a program, with constants of one byte a character; a pool
 * of resources, with one or two. */
enum keytext_form { KEYTEXT_LINES, KEYTEXT_PROGRAM, KEYTEXT_POOL };

/*
 * Keys, certificates and key stores that stand in `bytes` as base64 or hexadecimal strings
 * (keytext.c): rows for what a parser confirms, nothing for the rest. Fails with KEY_COUNT.
 */
RESULT keytext_scan(const struct inspection *inspection, struct cursor bytes,
                    enum keytext_form form);

/* The version of OpenSSL that runs. */
const char *keys_version(void);

/* The structures that keys come in. */
enum key_form {
	KEY_PKCS8, /* RFC 5958 */
	KEY_PKCS8_ENCRYPTED,
	KEY_PKCS1,        /* RFC 8017, A.1.2 */
	KEY_PKCS1_PUBLIC, /* RFC 8017, A.1.1 */
	KEY_SEC1,         /* RFC 5915 */
	KEY_DSA,          /* as OpenSSL writes it: version, p, q, g, y, x */
	KEY_SPKI,         /* RFC 5280, 4.1.2.7 */
	KEY_OPENSSH,      /* openssh-key-v1 */
	KEY_SSH_PUBLIC,   /* RFC 4253, 6.6 */
	KEY_FORM_NONE
};

/* Whether one of the published default passwords opens it. */
enum key_guess { GUESS_NOT_TRIED, GUESS_FITS, GUESS_FAILS, GUESS_UNKNOWN };

/* What is known of a key, for its row. */
struct key {
	const char *format, *kind; /* as key/@format and key/@kind */
	struct spki spki;          /* an empty type, and bits below 1, are not known */
	bool encrypted, encryption_unknown;
	enum key_guess guess;
	char cipher[64];    /* "" if not known */
	int64_t iterations; /* 0 if not known */
	struct cursor info; /* its SubjectPublicKeyInfo; no data if not known */
};

/* Sets a type that is known. */
void key_type(struct key *key, const char *type);

/*
 * Writes the row of a key with what hangs on its public half: digest, exponent, weaknesses, names
 * of published keys. The keyring gets it as well.
 */
void key_row(const struct inspection *inspection, const struct key *key, const struct place *place);

/* Which of these a DER structure has the shape of. Its lengths were checked (der_check). */
enum key_form keys_form(struct cursor der);

/*
 * Reads a key as far as it goes: what was read before a failure (KEY_PARSE, ASN1_...) stays in
 * `key`, whose format and kind are always set. Memory comes from `arena`.
 */
RESULT keys_read(struct cursor der, enum key_form form, struct arena *arena, struct key *key);

/*
 * Writes the row of the key in `der`. What cannot be read becomes an issue and a gap. `cipher`: the
 * bytes are enciphered as a whole (RFC 1421) with it and not read; else NULL.
 */
void keys_facts(const struct inspection *inspection, struct cursor der, enum key_form form,
                const char *cipher, const struct place *place);

/* SubjectPublicKeyInfo made of the parts of a key, in the arena; no data where there is no room. */
struct cursor keyspki_rsa(struct cursor modulus, struct cursor exponent, struct arena *arena);
/* `curve` is an OpenSSL name such as secp256r1; no data if it is not known */
struct cursor keyspki_curve(const char *curve, struct cursor point, struct arena *arena);
struct cursor keyspki_ed25519(struct cursor point, struct arena *arena);

/* Keys of SSH programs (keyssh.c): public key blobs, openssh-key-v1. Fail with KEY_PARSE. */
RESULT keyssh_public(struct cursor blob, struct arena *arena, struct key *key);
RESULT keyssh_private(struct cursor body, struct arena *arena, struct key *key);

/* Whether an entry is a key file of PuTTY or of the form SSH2; and its row. */
bool keyssh_bid(struct cursor body);
void keyssh_facts(const struct inspection *inspection, struct cursor body);

/*
 * OpenPGP (keypgp.c): whether an entry is a sequence of packets that begins with a key; and the
 * rows of the keys and subkeys in it. Fails with KEY_PARSE.
 */
bool keypgp_bid(struct cursor packets);
RESULT keypgp_facts(const struct inspection *inspection, struct cursor packets,
                    const struct place *place);

/* The same for the packets of an armoured block (RFC 4880, 6.2), which has a row in any case. */
void keypgp_armour_facts(const struct inspection *inspection, struct cursor packets, bool secret,
                         const struct place *place);

#endif
