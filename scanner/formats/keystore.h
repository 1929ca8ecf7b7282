/*
 * keystore.h - what the readers of key stores have in common: the passwords that are tried, the
 * rounds of key derivation that may be spent, and the rows.
 *
 * A reader fills a struct keystore, whatever the format; keystore_facts writes it.
 */
#ifndef PARASOL_FORMATS_KEYSTORE_H
#define PARASOL_FORMATS_KEYSTORE_H

#include "crypto/pbe.h"
#include "formats/keys.h"

/*
 * Rounds of key derivation that one entry may cost, for all passwords together: about a second. It
 * is an allowance of the entry and not of the bundle, so that the outcome does not hang on which
 * thread came first; the bundle as a whole is bounded by the limit of processor time.
 */
extern int64_t keystore_rounds_max; /* fuzzing lowers it, before the first store */

/* Entries and certificates of one store that are read. */
enum { KEYSTORE_ENTRIES_MAX = 5000, KEYSTORE_CERTIFICATES_MAX = 20000 };

/* The passwords that are tried, in this order: docs/formats.md. */
extern const struct password keystore_passwords[];
extern const size_t keystore_password_count;

/* The name of a password in the facts: "empty" for both forms of the empty one. */
const char *keystore_password_name(const struct password *password);

enum keystore_kind {
	KEYSTORE_PRIVATE,     /* a private key and its certificates */
	KEYSTORE_CERTIFICATE, /* a trusted certificate */
	KEYSTORE_SECRET,      /* a symmetric key */
	KEYSTORE_SEALED,      /* enciphered, and what it is cannot be told */
	KEYSTORE_OTHER,
};

struct keystore_entry {
	enum keystore_kind kind;
	const char *alias;           /* clean */
	uint64_t offset;             /* in the entry of the bundle: of the element in the store */
	struct cursor *certificates; /* that have a row here: of the chain, the key's own first */
	size_t certificate_count;
	size_t chain; /* length of the chain; it may share certificates with one before */
	bool has_key;
	struct key key;   /* as far as it is known, with has_key */
	struct cursor id; /* of PKCS #12: localKeyId, by which the certificate is found */
};

struct keystore {
	const char *kind; /* pkcs12, jks, jceks, bks, uber */
	int64_t version;
	uint64_t offset;
	const char *encoding;
	uint64_t line;
	const struct password *password; /* that fits, or NULL */
	bool unprotected;                /* nothing in it is encrypted */
	/* Why not all passwords were tried: what that costs, or a cipher that is not there. */
	enum { TRIED_ALL, TRIED_FEW_COST, TRIED_FEW_CIPHER } tried;
	int64_t asked; /* rounds that the first untried password would have taken */
	bool locked;   /* something beside private keys could not be read */
	bool damaged;  /* for the reason in `fault` */
	struct fault fault;
	struct pbe_mac mac;     /* name "" without one */
	const char *ciphers[8]; /* different ones, of the contents */
	size_t cipher_count;
	int64_t iterations; /* fewest; 0 if there are none */
	struct keystore_entry *entries;
	size_t count, room;
	size_t certificates; /* of all entries */
	struct arena *arena;
	int64_t rounds; /* that may still be spent */
};

/* An empty store at a place in the entry. */
struct keystore keystore_at(const struct inspection *inspection, const char *kind,
                            const struct place *place);

/* An alias of UTF-8 in clean form, in the arena; NULL with LIMIT_MEMORY. */
const char *keystore_alias(struct keystore *store, struct cursor alias);

/* A new entry; its alias is clean, or NULL for want of memory. Fails with FACTS_COUNT or
 * LIMIT_MEMORY. */
RESULT keystore_add(struct keystore *store, enum keystore_kind kind, const char *alias,
                    uint64_t offset, struct keystore_entry **out);

/* Appends a certificate to the chain of an entry. Fails with CERT_COUNT or LIMIT_MEMORY. */
RESULT keystore_add_certificate(struct keystore *store, struct keystore_entry *entry,
                                struct cursor der);

/*
 * What a password costs that takes so many rounds and is then used on so many bytes: 16 of them
 * take about as long as a round.
 */
int64_t keystore_cost(int64_t rounds, size_t bytes);

/* Takes `cost` rounds off the allowance; false if it does not last. */
bool keystore_spend(struct keystore *store, int64_t cost);

/* The thread's last failure is why the rest of the store could not be read. */
void keystore_damaged(struct keystore *store);

/* Says that a password was not tried that would have cost this much. */
void keystore_untried(struct keystore *store, int64_t cost);

/* Notes a cipher of the contents. */
void keystore_cipher(struct keystore *store, const struct pbe *pbe);

/*
 * Reads a private key in its encrypted form (EncryptedPrivateKeyInfo): what protects it, and with
 * a password that fits what it is. Fails with KEYSTORE_PARSE.
 */
RESULT keystore_private(struct keystore *store, struct keystore_entry *entry, struct cursor der);

/* The public half of a key that stayed closed is that of the certificate issued for it. */
void keystore_public(struct keystore_entry *entry, struct cursor certificate);

/* Decrypts with the password of the store, within the allowance; false if that cannot be. */
bool keystore_decrypt(struct keystore *store, const struct pbe *pbe, struct cursor text,
                      struct cursor *out);

/*
 * Decrypts a key, which may have a password of its own: with that of the store first, then with the
 * others. `reader` tells by the plain bytes whether a password fits: a wrong one may leave a
 * padding that looks right, by chance.
 */
typedef bool (*keystore_reader)(const struct keystore *store, struct cursor plain, struct key *key);
enum key_guess keystore_try(struct keystore *store, const struct pbe *pbe, struct cursor text,
                            keystore_reader reader, struct key *key);

/* Writes the rows of the store, its aliases, keys and certificates; and what was left closed as an
 * issue with a gap. */
void keystore_facts(const struct inspection *inspection, const struct keystore *store);

/*
 * The readers: whether bytes are such a store, and its rows. What cannot be read becomes an issue
 * and a gap.
 */
bool pkcs12_bid(struct cursor der);
void pkcs12_facts(const struct inspection *inspection, struct cursor der,
                  const struct place *place);
bool jks_bid(struct cursor body); /* JKS and JCEKS */
void jks_facts(const struct inspection *inspection, struct cursor body, const struct place *place);
bool bks_bid(struct cursor body); /* BKS and UBER */
void bks_facts(const struct inspection *inspection, struct cursor body, const struct place *place);

/* What Java's DataOutput writes: a string behind its length in a u16, bytes behind theirs in a u32,
 * big-endian. */
RESULT keystore_utf(struct cursor *c, struct cursor *out);
RESULT keystore_sized(struct cursor *c, struct cursor *out);

#endif
