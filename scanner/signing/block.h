/*
 * block.h - the APK Signing Block (AOSP, "APK Signature Scheme v2", "APK Signing Block").
 *
 *   0      u64  size of what follows          size-16  u64       the same size
 *   8      pairs                              size-8   16 bytes  "APK Sig Block 42"
 *
 * A pair is u64 length, u32 number, and length - 4 bytes of value. All numbers are little-endian.
 * The block ends where the central directory begins, and the directory where its end record does.
 */
#ifndef PARASOL_SIGNING_BLOCK_H
#define PARASOL_SIGNING_BLOCK_H

#include "base/cursor.h"
#include "facts/facts.h"

enum {
	BLOCK_V2 = 0x7109871a,
	BLOCK_V31 = 0x1b93ad61,
	BLOCK_V32 = 0x70e1c89f,
	BLOCK_STAMP_V1 = 0x2b09189e,
	BLOCK_STAMP = 0x6dff800d
};
static const uint32_t BLOCK_V3 = 0xf05368c0;

/* The parts of the file that the schemes v2 and v3 sign, and the block between them. */
struct sections {
	struct cursor file;
	uint64_t directory;     /* where the central directory begins, by the end record */
	uint64_t directory_end; /* where it ends, by the end record */
	uint64_t end;           /* of the end record, which runs to the end of the file */
	uint64_t block;         /* where the block begins; `directory` if there is none */
	struct cursor pairs;    /* no data if there is no block */
};

/*
 * Finds the sections as verifiers do (AOSP apksig, ApkUtils.findZipSections): the end record is the
 * last one whose comment ends with the file. Fails with ZIP_EOCD_LOST, ZIP_OFFSET; a block that is
 * not well formed is none.
 */
RESULT sections_find(struct cursor file, struct sections *out);

/* The value of the first pair of a number; false if there is none before a pair that is damaged. */
bool block_value(const struct sections *sections, uint32_t id, struct cursor *out);

/* Rows of all pairs below the row `parent`, and issues about what is odd. */
void block_facts(const struct sections *sections, struct facts *facts, uint32_t parent);

#endif
