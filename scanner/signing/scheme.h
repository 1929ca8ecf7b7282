/*
 * scheme.h - what was found of one signature scheme of a package: its signers, and every reason to
 * refuse it. Readers of schemes fill it; package.h makes rows of it.
 */
#ifndef PARASOL_SIGNING_SCHEME_H
#define PARASOL_SIGNING_SCHEME_H

#include "base/arena.h"
#include "base/cursor.h"

enum refusal_code {
#define REFUSAL(name, family, meaning) REFUSAL_##name,
#include "signing/refusals.def"
	REFUSAL_COUNT
};

/* The printed name of a code, its family, and its meaning in one sentence. */
const char *refusal_name(enum refusal_code code);
const char *refusal_family(enum refusal_code code);
const char *refusal_meaning(enum refusal_code code);

struct refusal {
	struct refusal *next;
	enum refusal_code code;
	uint32_t signer;   /* position from 1; 0 where it is about no single one */
	const char *entry; /* clean path of the entry that it is about, or NULL */
	const char *why;
};

/* In the order in which they were found. */
struct refusals {
	struct refusal *first, **end;
	size_t count;
};

struct signer {
	struct signer *next;
	const char *name;          /* v1: entry of its signature block, clean; else NULL */
	struct cursor certificate; /* DER; no data where it could not be read */
	/* of the strongest signature verified, or of the first one if none does; NULL if none is
	 * known. Names as signature_family_name and digest_name give them. */
	const char *algorithm, *hash;
	bool verified;
	const char *known; /* a published key among its chain, where the scheme looks for one */
	int64_t min_sdk, max_sdk; /* -1 where the scheme has none */
};

struct scheme {
	const char *name; /* v1, v2, v3, v3.1, v4, jar, harmony */
	struct arena *arena;
	bool present;  /* some of it is there */
	bool used;     /* some platform version of the range relies on it */
	bool perhaps;  /* whether it is used hangs on versions that are not known */
	bool verified; /* it was read to its end without a refusal */
	bool lost;     /* the list of its signers cannot be read */
	bool unsure; /* not verified, and every refusal is a doubt that only a device can settle */
	struct refusals refusals;
	struct signer *signers, **signers_end;
	size_t signer_count;
	const char *digests; /* algorithms of content digests, joined by a space, or NULL */
	bool weak_digest;    /* contents or signature rest on MD5 or SHA-1 */
};

/* Memory for what is found comes from `arena`; when it is used up, the scheme is refused all the
 * same. */
void scheme_init(struct scheme *scheme, const char *name, struct arena *arena);

/* At most REFUSALS_MAX are kept; the count goes on. `entry` (clean, or NULL) is copied. */
enum { REFUSALS_MAX = 200 };
void scheme_refuse(struct scheme *scheme, enum refusal_code code, uint32_t signer,
                   const char *entry, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same, for the thread's last failure. */
void scheme_fault(struct scheme *scheme, enum refusal_code code, uint32_t signer);

/* A new signer, zeroed but for its versions; NULL if memory is used up. Its position is the count.
 */
struct signer *scheme_signer(struct scheme *scheme);

#endif
