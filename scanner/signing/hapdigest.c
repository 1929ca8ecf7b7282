/* hapdigest.c - the content digest of a HarmonyOS package. */
#include "signing/hapdigest.h"

#include <string.h>

enum { END_SIZE = 22, END_OFFSET = 16, END_COMMENT = 20 };

static void put_u32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> 8 * i);
}

/* The end record closes the file, and the directory ends where it begins. */
static RESULT check_end(struct cursor file, const struct zip_end *end)
{
	struct cursor comment;
	uint16_t len;

	TRY(cursor_slice(&file, end->at + END_COMMENT, 2, &comment));
	TRY(cursor_u16le(&comment, &len));
	ENSURE(end->at + END_SIZE + len == file.size, HAP_BLOCK, end->at + END_COMMENT,
	       "end record: its comment does not end the file, as the platform asks for");
	ENSURE(!end->zip64 && !end->base && end->directory + end->directory_size == end->at,
	       HAP_BLOCK, end->at + END_OFFSET,
	       "end record: the central directory does not end where it begins, as the platform "
	       "asks for");
	return OK;
}

static size_t chunks_of(const struct cursor *part)
{
	return part->size / HAP_CHUNK + (part->size % HAP_CHUNK != 0);
}

/* A copy of the end record that points to the block. */
static RESULT copy_end(struct cursor end, uint64_t block_at, struct arena *arena,
                       struct cursor *out)
{
	uint8_t *copy = (uint8_t *)arena_copy(arena, end.data, end.size);

	if (!copy)
		return FAILED;
	put_u32(copy + END_OFFSET, (uint32_t)block_at);
	*out = cursor_over(copy, end.size, DIAG_HAP_BLOCK);
	return OK;
}

struct result hapdigest_open(struct cursor file, const struct zip_end *end, uint64_t block_at,
                             enum digest_kind kind, struct arena *arena, struct hap_digest *out)
{
	struct hap_digest plan = {.kind = kind};
	uint8_t empty[DIGEST_MAX];
	struct cursor record;

	file.shortage = DIAG_HAP_BLOCK;
	TRY(check_end(file, end));
	TRY(cursor_slice(&file, 0, block_at, &plan.parts[0]));
	TRY(cursor_slice(&file, end->directory, end->directory_size, &plan.parts[1]));
	TRY(cursor_slice(&file, end->at, file.size - end->at, &record));
	TRY(copy_end(record, block_at, arena, &plan.parts[2]));
	for (int i = 0; i < HAP_PARTS; i++)
		plan.chunks += chunks_of(&plan.parts[i]);
	plan.len = digest(kind, "", 0, empty);
	ALLOC(plan.digests, arena, plan.chunks * plan.len);
	*out = plan;
	return OK;
}

size_t hapdigest_jobs(const struct hap_digest *digest)
{
	return (digest->chunks + HAP_CHUNKS_PER_JOB - 1) / HAP_CHUNKS_PER_JOB;
}

/* The bytes of a chunk that is counted over all parts. */
static struct cursor find_chunk(const struct hap_digest *digest, size_t index)
{
	struct cursor chunk = {0};

	for (int i = 0; i < HAP_PARTS; i++) {
		const struct cursor *part = &digest->parts[i];
		if (index >= chunks_of(part)) {
			index -= chunks_of(part);
			continue;
		}
		size_t at = index * HAP_CHUNK, left = part->size - at;
		if (!cursor_slice(part, at, left < HAP_CHUNK ? left : HAP_CHUNK, &chunk).ok)
			return (struct cursor){0};
		break;
	}
	return chunk;
}

void hapdigest_run(struct hap_digest *digest, size_t job)
{
	for (size_t i = job * HAP_CHUNKS_PER_JOB;
	     i < digest->chunks && i < (job + 1) * HAP_CHUNKS_PER_JOB; i++) {
		struct cursor chunk = find_chunk(digest, i);
		struct digest_stream *stream = digest_open(digest->kind);
		uint8_t head[5] = {0xa5}, hash[DIGEST_MAX];
		put_u32(head + 1, (uint32_t)chunk.size);
		digest_add(stream, head, sizeof head);
		digest_add(stream, chunk.data, chunk.size);
		digest_close(stream, hash);
		memcpy(digest->digests + i * digest->len, hash, digest->len);
	}
}

size_t hapdigest_finish(const struct hap_digest *digest, const struct hap_block *block,
                        const struct hap_subblock *signature, uint8_t out[DIGEST_MAX])
{
	struct digest_stream *stream = digest_open(digest->kind);
	uint8_t head[5] = {0x5a};

	put_u32(head + 1, (uint32_t)digest->chunks);
	digest_add(stream, head, sizeof head);
	digest_add(stream, digest->digests, digest->chunks * digest->len);
	for (size_t i = 0; i < block->count; i++) {
		const struct hap_subblock *part = &block->parts[i];
		if (part != signature)
			digest_add(stream, part->value.data, part->value.size);
	}
	return digest_close(stream, out);
}
