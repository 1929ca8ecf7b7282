/*
 * lineage.h - proof of rotation: a chain of certificates, each vouched for by the one before (AOSP,
 * "APK Signature Scheme v3", proof-of-rotation; apksig V3SigningCertificateLineage).
 *
 *   u32 version (1), then nodes, each a field of
 *     field of signed data { field of the certificate, u32 algorithm that its parent signed with }
 *     u32 flags   u32 algorithm that it signs the next node with   field of its parent's signature
 */
#ifndef PARASOL_SIGNING_LINEAGE_H
#define PARASOL_SIGNING_LINEAGE_H

#include "base/arena.h"
#include "base/cursor.h"
#include "signing/scheme.h"

enum { LINEAGE_MAX = 64 };

struct lineage_node {
	struct cursor certificate, signature;
	uint32_t flags, parent_algorithm, algorithm;
};

struct lineage {
	const struct lineage_node *nodes;
	size_t count; /* 0: there is none */
};

/*
 * Reads and verifies a lineage. False if it is refused: `code` says why, the reason stands in the
 * thread's fault record. Memory comes from `arena`.
 */
bool lineage_read(struct cursor value, struct arena *arena, struct lineage *out,
                  enum refusal_code *code);

/* Position of a certificate, or the count if it is not there. */
size_t lineage_find(const struct lineage *lineage, struct cursor certificate);

/* True if one is the beginning of the other. */
bool lineage_agrees(const struct lineage *a, const struct lineage *b);

#endif
