/*
 * v4.h - APK Signature Scheme v4: the file .idsig beside a package (AOSP documentation of that
 * name; apksig V4Signature, V4SchemeVerifier). Little-endian; a field is u32 length and bytes.
 *
 *   u32 version (2), field of hashing, field of signing, field of the tree (optional)
 *   hashing: u32 algorithm (1: SHA-256), u8 log2 of the page size (12), field of the salt, field of
 *            the root
 *   signing: field of the content digest, field of the certificate, field of additional data, field
 *            of the public key, u32 signature algorithm, field of the signature; then for v3.1
 *            blocks { u32 number of the block, field of another such structure }
 *   signed:  u32 length of all this, u64 size of the package, algorithm, page size, fields of salt,
 *            root, content digest, certificate, additional data
 */
#ifndef PARASOL_SIGNING_V4_H
#define PARASOL_SIGNING_V4_H

#include "signing/contents.h"
#include "signing/scheme.h"

enum { V4_SIGNERS_MAX = 8 };

struct v4 {
	struct scheme scheme;
	struct cursor root, tree; /* as the file has them; no tree if it has none */
	struct cursor content_digests[V4_SIGNERS_MAX]; /* one for each signer */
	size_t signer_count;
};

/* Reads the file and verifies its signatures. `size` is that of the package. */
void v4_read(struct v4 *v4, struct cursor idsig, uint64_t size);

/* Compares root and tree with those of the package. */
void v4_compare(struct v4 *v4, const struct contents *contents);

#endif
