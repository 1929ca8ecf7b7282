/*
 * hapblock.h - the signature block of a HarmonyOS package (OpenHarmony developtools_hapsigner and
 * security_appverify, hap_signing_block_utils). It lies between the last entry and the central
 * directory; numbers are little-endian:
 *
 *   a head for each sub-block:  u32 type   u32 length   u32 offset (from the start of the block)
 *   the bytes of each sub-block
 *   tail, 32 bytes:  u32 number of sub-blocks   u64 size of the whole block   16 bytes magic
 *                    u32 version
 *
 * The magic is "<hap sign block>", and "HAP Sig Block 42" before version 3. Types:
 *   0x20000000 signature (SignedData)   0x20000001 proof of rotation   0x20000002 profile
 *   0x20000003 property: code signatures, which begin with 0x30000001
 *   0x20000004 and 0x20000005: signature and code signatures of an enterprise that signed again
 */
#ifndef PARASOL_SIGNING_HAPBLOCK_H
#define PARASOL_SIGNING_HAPBLOCK_H

#include "base/cursor.h"

enum { HAP_BLOCKS_MAX = 10 };
#define HAP_BLOCK_SIZE_MAX (1ULL << 30)

enum hap_type {
	HAP_SIGNATURE = 0x20000000,
	HAP_ROTATION = 0x20000001,
	HAP_PROFILE = 0x20000002,
	HAP_PROPERTY = 0x20000003,
	HAP_RESIGNATURE = 0x20000004,
	HAP_REPROPERTY = 0x20000005,
};

struct hap_subblock {
	uint32_t type;
	struct cursor value; /* its origin is its offset in the package */
};

struct hap_block {
	uint64_t at, size;
	int32_t version;
	struct hap_subblock parts[HAP_BLOCKS_MAX]; /* in the order of their heads */
	size_t count;
	bool hollow; /* sub-blocks share bytes, so that others belong to none */
};

/*
 * Reads the block that ends at `directory`, the offset of the central directory, as the platform
 * does. Fails with HAP_BLOCK; sub-blocks of types that are not known are no failure here.
 */
RESULT hapblock_read(struct cursor file, uint64_t directory, struct hap_block *out);

/* The first sub-block of a type that is not empty, or NULL. */
const struct hap_subblock *hapblock_find(const struct hap_block *block, uint32_t type);

/* What a sub-block is called and what it is for, as signing/block gives them. */
const char *hapblock_name(const struct hap_subblock *part);
const char *hapblock_kind(const struct hap_subblock *part);

#endif
