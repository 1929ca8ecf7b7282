/*
 * contents.h - digests of a whole package (AOSP, "APK Signature Scheme v2", integrity-protected
 * contents; "APK Signature Scheme v4").
 *
 * Signed is the file without its signing block: what is before it, the central directory, and the
 * end record, whose offset of the directory counts as that of the block.
 *
 *   chunks:  each of the three in chunks of 1 MiB; digest of 0xa5, u32 length, chunk. The digest of
 *            0x5a, u32 number of chunks and these digests is the result.
 *   verity:  the three in a row, in pages of 4 KiB, the last one filled with zeros; SHA-256 of salt
 *            (8 zeros) and page. The digests are pages of the next level, until there is one page.
 *            The result is its digest (with salt) and u64 length of the three.
 *   v4 tree: the same over the whole file, block included, without salt and length.
 */
#ifndef PARASOL_SIGNING_CONTENTS_H
#define PARASOL_SIGNING_CONTENTS_H

#include "signing/apkalgorithm.h"
#include "signing/block.h"

struct contents;

/*
 * Prepares the digests of the kinds in `kinds` (BIT()s of enum content_digest), and the v4 tree if
 * `tree`. The file must outlive it.
 */
struct contents *contents_new(const struct sections *sections, uint32_t kinds, bool tree);
void contents_free(struct contents *contents);

/* Jobs that may run at the same time, each once. */
size_t contents_jobs(const struct contents *contents);
void contents_run(struct contents *contents, size_t job);

/* The digests, when all jobs have run; no data for kinds that were not asked for. */
void contents_finish(struct contents *contents, struct cursor digests[CONTENT_COUNT]);

/* The root of the v4 tree, 32 bytes, and the tree itself, topmost level first. */
struct cursor contents_root(const struct contents *contents);
struct cursor contents_tree(const struct contents *contents);

#endif
