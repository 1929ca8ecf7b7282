/*
 * stamp.h - source stamps: a store signs where a package came from (AOSP apksig,
 * SourceStampVerifier, V1- and V2SourceStampVerifier). An entry names the stamp's certificate.
 *
 * - block: field of: field of the certificate, then, by version,
 * - version 2: field of schemes { field { u32 number of the scheme, field of signatures } }, and if
 *   there is more, field of attributes, field of signatures over them
 * - version 1: field of signatures
 * - signature: field { u32 algorithm, field of the signature }
 * - attributes: field of { field { u32 number, value } }
 * - signed: digests of the scheme, by rising kind: { u32 8 + length, u32 kind, field of the digest
 * }
 */
#ifndef PARASOL_SIGNING_STAMP_H
#define PARASOL_SIGNING_STAMP_H

#include "intake/entry.h"
#include "signing/v2v3.h"

/* The entry that holds the SHA-256 of the stamp's certificate. */
#define STAMP_ENTRY "stamp-cert-sha256"

struct stamp {
	struct scheme scheme; /* refusals only; `present` if there is an entry or a block */
	struct cursor certificate;
	struct lineage lineage;
	int64_t time; /* seconds since 1970, or -1 */
	/* a length in it is negative: there Android's verifier stops, and the package is refused */
	bool fatal;
};

/* What a stamp must have signed. */
struct stamp_subject {
	const struct container *container;
	const struct sections *sections;
	int64_t min_sdk, max_sdk;
	/* schemes that count for the range; NULL where there is none */
	const struct apk_scheme *v2, *v3, *v31;
	bool v1; /* the manifest of JAR signing counts */
};

/* Reads and verifies a stamp. Schemes that could not be read make it refused. */
void stamp_read(struct stamp *stamp, const struct stamp_subject *subject);

#endif
