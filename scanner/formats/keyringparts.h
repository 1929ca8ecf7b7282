/* keyringparts.h - what keyring.c collects, and keyringjudge.c judges. */
#ifndef PARASOL_FORMATS_KEYRINGPARTS_H
#define PARASOL_FORMATS_KEYRINGPARTS_H

#include <pthread.h>

#include "crypto/weak.h"
#include "formats/keyring.h"
#include "formats/x509lint.h"

/* A certificate, once for all places where it lies. */
struct identity {
	struct identity *next; /* in its bucket */
	struct arena arena;    /* holds the DER and what was read of it */
	struct x509 x509;
	uint32_t subject, issuer; /* hashes of the names */
	uint32_t weaknesses;      /* of its key */
	uint64_t broken[X509LINT_WORDS];
	const char *known; /* name of a published key, or NULL */
	size_t cost;       /* bytes it takes */
	size_t finds;      /* that name it */
	/* of the judgement */
	size_t number; /* in the order of first places */
	struct x509_standing standing;
	bool judged;
};

/* A place where a certificate or a key lies. */
struct find {
	struct entry_id entry;
	uint64_t sequence; /* in which it came in; within one entry that is the entry's order */
	char *path;
	struct place place;        /* alias is owned */
	struct identity *identity; /* NULL for a bare key */
	uint8_t key[32];           /* SHA-256 of the SubjectPublicKeyInfo */
	uint8_t *modulus;          /* of a bare RSA key, owned */
	size_t modulus_len;
	bool private_key;
	size_t cost;
};

enum { KEYRING_BUCKETS = 1 << 14 };

struct keyring {
	pthread_mutex_t lock; /* of all that follows */
	struct find *finds;
	size_t count, room;
	uint64_t sequence;
	size_t cost; /* bytes of finds and identities */
	/* the first find that is beyond the limits, if there is one; what comes behind it in the
	 * order of entries is not kept */
	bool cut;
	struct find last;
	struct identity *buckets[KEYRING_BUCKETS];
	char **anchors; /* paths */
	size_t anchor_count, anchor_room;
};

/* The order of entries, then that of coming in. */
int keyring_order(const void *a, const void *b);

int keyring_compare_paths(const void *a, const void *b);

/* Sorts the finds and drops those that are beyond the limits. */
void keyring_trim(struct keyring *keyring, size_t count, size_t cost);

/* Fills in what finds and certificates have to do with each other. */
struct judgement;
struct judgement *keyring_judge(struct keyring *keyring);
void keyring_judgement_free(struct judgement *judgement);

/* The standing of the certificate of a find, role of the place included. */
struct x509_standing keyring_standing(const struct keyring *keyring, const struct find *find);

/* Writes the rows about what the key of a find shares with others. */
void keyring_write_shared(const struct judgement *judgement, struct facts *facts,
                          const struct find *find);

/* False if not all moduli were compared with each other. */
bool keyring_compared(const struct judgement *judgement);

#endif
