/*
 * hapdigest.h - the content digest of a HarmonyOS package.
 *
 * The file without its signature block is three parts: what stands before the block, the central
 * directory, and the end record with its directory offset set to where the block begins. Each is
 * cut into chunks of 1 MiB, the last one of each part may be shorter:
 *
 *   digest of a chunk = H(0xa5, u32 length of the chunk, chunk)
 *   digest of all     = H(0x5a, u32 number of chunks, their digests,
 *                         the other sub-blocks in the order of their heads)
 */
#ifndef PARASOL_SIGNING_HAPDIGEST_H
#define PARASOL_SIGNING_HAPDIGEST_H

#include "base/arena.h"
#include "base/digest.h"
#include "intake/zipview.h"
#include "signing/hapblock.h"

enum { HAP_CHUNK = 1 << 20, HAP_CHUNKS_PER_JOB = 8, HAP_PARTS = 3 };

struct hap_digest {
	enum digest_kind kind;
	size_t len; /* bytes of one digest */
	struct cursor parts[HAP_PARTS];
	size_t chunks;
	uint8_t *digests; /* of the chunks, in their order */
};

/*
 * Finds the parts; `file` outlives it, memory comes from `arena`. Fails with HAP_BLOCK if the end
 * records are not where the platform looks for them, or LIMIT_MEMORY.
 */
RESULT hapdigest_open(struct cursor file, const struct zip_end *end, uint64_t block_at,
                      enum digest_kind kind, struct arena *arena, struct hap_digest *out);

/* Jobs are independent: run each index once, from any thread. */
size_t hapdigest_jobs(const struct hap_digest *digest);
void hapdigest_run(struct hap_digest *digest, size_t job);

/*
 * The digest of all, when every job was run; returns its length. `signature` is the sub-block that
 * does not count.
 */
size_t hapdigest_finish(const struct hap_digest *digest, const struct hap_block *block,
                        const struct hap_subblock *signature, uint8_t out[DIGEST_MAX]);

#endif
