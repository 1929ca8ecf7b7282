/*
 * jardigest.h - the digests that a section of a manifest or signature file states, and which of
 * them a platform compares.
 */
#ifndef PARASOL_SIGNING_JARDIGEST_H
#define PARASOL_SIGNING_JARDIGEST_H

#include "base/digest.h"
#include "signing/jarsigner.h"

struct jar_digest {
	enum digest_kind kind;
	size_t len; /* as stated; bytes beyond DIGEST_MAX are not kept */
	uint8_t bytes[DIGEST_MAX];
};

/* At most one of each kind for Java, and two for Android. */
struct jar_digests {
	struct jar_digest list[DIGEST_KINDS];
	size_t count;
};

/* A digest of a name that is none (JarFile Specification, attribute x-Digest), before the suffix:
 */
#define JAR_SUFFIX "-Digest"
#define JAR_SUFFIX_MANIFEST "-Digest-Manifest"
#define JAR_SUFFIX_MAIN "-Digest-Manifest-Main-Attributes"

/*
 * What must be compared. Android: below version 18 the first of Digest-Algorithms (SHA-1 without
 * it) that the platform knows, from 18 on the strongest of SHA-512, SHA-384, SHA-256 and SHA-1.
 * Java: all that are known and not refused as weak. Fails with JAR_DIGEST if a value is not base64.
 */
RESULT jar_digests_read(const struct jar_manifest *manifest, const struct jar_section *section,
                        const char *suffix, const struct jar *jar, struct jar_digests *out);

/* The first of the digests that is not that of the bytes; NULL if all are. */
const struct jar_digest *jar_digests_differ(const struct jar_digests *digests, const void *bytes,
                                            size_t len);

#endif
