/*
 * v2v3.h - APK Signature Schemes v2, v3 and v3.1 (AOSP documentation of that name; apksig
 * V2SchemeVerifier, V3SchemeVerifier).
 *
 * - block: field of signers, each a field
 * - signer: field of signed data, [v3: u32 lowest and highest version], field of signatures, field
 *   of the public key (SubjectPublicKeyInfo)
 * - signature: field { u32 algorithm, field of the signature over the signed data }
 * - signed data: field of digests { field { u32 algorithm, field of the digest } }, field of
 *   certificates { field }, [v3: u32 lowest and highest version], field of attributes { field
 *   { u32 number, value } }
 */
#ifndef PARASOL_SIGNING_V2V3_H
#define PARASOL_SIGNING_V2V3_H

#include "signing/apkalgorithm.h"
#include "signing/block.h"
#include "signing/lineage.h"
#include "signing/scheme.h"

enum { APK_SIGNERS_MAX = 10, APK_RECORDS_MAX = 64, RANGE_MAX = INT32_MAX };

/* The digest of the contents that a signer signed. */
struct content_record {
	const struct apk_algorithm *algorithm; /* never NULL; records of others are not kept */
	struct cursor value;
};

struct apk_signer {
	struct signer *row;
	struct content_record *contents;
	size_t content_count;
	struct lineage lineage;
	int32_t min_sdk, max_sdk; /* v3 */
	bool dev_release;
};

/* What a scheme is judged by beside its own bytes. */
struct apk_range {
	int64_t min_sdk, max_sdk;
	/* v3: version from which v3.1 rotates the key; 0 without v3.1 */
	int64_t rotation_min_sdk;
	/* v2: a v3 signature was found for the range */
	bool v3_found;
};

struct apk_scheme {
	struct scheme scheme;
	struct apk_signer signers[APK_SIGNERS_MAX];
	size_t signer_count;
	uint32_t contents;      /* BIT()s of content digests that verified signatures rest on */
	struct lineage lineage; /* the longest of the signers' */
};

/* Each verifies signers and signatures; digests are compared later (v2v3_compare). */
void v2_read(struct apk_scheme *apk, struct cursor block, const struct apk_range *range);
void v3_read(struct apk_scheme *apk, struct cursor block, const struct apk_range *range, bool v31);

/* Compares what the signers signed with the digests of the file, by kind; no data where unknown. */
void v2v3_compare(struct apk_scheme *apk, const struct cursor digests[CONTENT_COUNT]);

#endif
