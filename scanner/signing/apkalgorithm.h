/*
 * apkalgorithm.h - the signature algorithms of the APK signature schemes (AOSP, "APK Signature
 * Scheme v2", signature algorithm IDs; v3 and the source stamp have the same).
 */
#ifndef PARASOL_SIGNING_APKALGORITHM_H
#define PARASOL_SIGNING_APKALGORITHM_H

#include "crypto/signature.h"

/* Digests of a package's contents; what the source stamp numbers them by. */
enum content_digest {
	CONTENT_SHA256 = 1,   /* of chunks of 1 MiB */
	CONTENT_SHA512 = 2,   /* likewise */
	CONTENT_VERITY = 3,   /* SHA-256 in a tree over pages of 4 KiB, as fs-verity does */
	CONTENT_MANIFEST = 4, /* SHA-256 of META-INF/MANIFEST.MF */
	CONTENT_COUNT
};

/* As facts give them: CHUNKED-SHA256, CHUNKED-SHA512, VERITY-SHA256, SHA256. */
const char *content_digest_name(enum content_digest digest);

/* How good the platform takes it to be; 0 for one that no scheme rests on. */
int content_digest_rank(enum content_digest digest);

struct apk_algorithm {
	uint32_t id;
	struct signature_algorithm signature;
	enum content_digest content;
	int min_sdk;     /* first platform version that knows it */
	int jca_min_sdk; /* first one whose Java library knows it: what counts for a source stamp */
};

const struct apk_algorithm *apk_algorithm_find(uint32_t id);

/* A signature record: its algorithm and its bytes. */
struct apk_signature {
	const struct apk_algorithm *algorithm;
	struct cursor bytes;
};

/*
 * The signatures that platform versions from `min_sdk` to `max_sdk` verify, each version the best
 * that it knows. Add every record whose algorithm is known, in order; the first of equals counts.
 */
enum { APK_PICKS_MAX = 4 }; /* versions that brought algorithms */
struct apk_picks {
	int64_t min_sdk, max_sdk;
	bool jca; /* which of the two versions of an algorithm counts */
	struct apk_signature chosen[APK_PICKS_MAX]; /* ordered by number when all were added */
	size_t count;
};
void apk_picks_add(struct apk_picks *picks, const struct apk_signature *signature);

/* Orders them; false if some version of the range knows none. */
bool apk_picks_finish(struct apk_picks *picks);

#endif
