/* contents.c - digests of a whole package, in jobs. */
#include "signing/contents.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "signing/pagetree.h"

enum { PARTS = 3, END_OFFSET = 16, HASH_MAX = 64 };
static const uint64_t chunk_size = 1U << 20;
static const uint64_t job_size = 4U << 20;

/* Digests of chunks by one hash, behind the five bytes that are hashed before them. */
struct chunks {
	bool wanted;
	enum digest_kind kind;
	size_t hash_size;
	uint8_t *bytes;
	uint8_t result[HASH_MAX];
};
enum { CHUNKS_HEADER = 5 };

struct contents {
	struct cursor parts[PARTS];
	struct cursor file;
	uint8_t *end; /* the end record as it is signed */
	uint64_t chunk_counts[PARTS], chunk_count;
	struct chunks sha256, sha512;
	struct pagetree *verity, *tree;
	uint8_t verity_result[PAGETREE_HASH + 8];
	size_t jobs;
};

static void *take(size_t size)
{
	void *memory = calloc(size ? size : 1, 1);

	if (!memory)
		fault_out_of_memory();
	return memory;
}

static void put_le(uint8_t *out, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		out[i] = (uint8_t)(value >> 8 * i);
}

/* What is signed of the file; sections_find has checked that it is there. */
static void split(struct contents *contents, const struct sections *sections)
{
	const struct cursor *file = &sections->file;
	size_t end_size = file->size - (size_t)sections->end;

	contents->file = *file;
	contents->end = take(end_size);
	memcpy(contents->end, file->data + sections->end, end_size);
	put_le(contents->end + END_OFFSET, sections->block, 4);
	contents->parts[0] = cursor_over(file->data, (size_t)sections->block, file->shortage);
	contents->parts[1] =
		cursor_over(file->data + sections->directory,
	                    (size_t)(sections->end - sections->directory), file->shortage);
	contents->parts[2] = cursor_over(contents->end, end_size, file->shortage);
	for (int i = 0; i < PARTS; i++) {
		contents->chunk_counts[i] = (contents->parts[i].size + chunk_size - 1) / chunk_size;
		contents->chunk_count += contents->chunk_counts[i];
	}
}

static void want(struct chunks *chunks, enum digest_kind kind, size_t hash_size, uint64_t count)
{
	chunks->wanted = true;
	chunks->kind = kind;
	chunks->hash_size = hash_size;
	chunks->bytes = take(CHUNKS_HEADER + (size_t)count * hash_size);
	chunks->bytes[0] = 0x5a;
	put_le(chunks->bytes + 1, count, 4);
}

struct contents *contents_new(const struct sections *sections, uint32_t kinds, bool tree)
{
	static const uint8_t salt[8];
	struct contents *contents = take(sizeof *contents);

	split(contents, sections);
	if (kinds >> CONTENT_SHA256 & 1)
		want(&contents->sha256, DIGEST_SHA256, 32, contents->chunk_count);
	if (kinds >> CONTENT_SHA512 & 1)
		want(&contents->sha512, DIGEST_SHA512, 64, contents->chunk_count);
	if (kinds >> CONTENT_VERITY & 1)
		contents->verity = pagetree_new(contents->parts, PARTS, salt, sizeof salt);
	if (tree)
		contents->tree = pagetree_new(&contents->file, 1, NULL, 0);
	if (kinds || tree)
		contents->jobs = (size_t)((contents->file.size + job_size - 1) / job_size);
	return contents;
}

void contents_free(struct contents *contents)
{
	if (!contents)
		return;
	pagetree_free(contents->verity);
	pagetree_free(contents->tree);
	free(contents->sha256.bytes);
	free(contents->sha512.bytes);
	free(contents->end);
	free(contents);
}

size_t contents_jobs(const struct contents *contents)
{
	return contents->jobs;
}

static void hash_chunk(struct chunks *chunks, uint64_t index, const uint8_t *bytes, size_t len)
{
	uint8_t header[CHUNKS_HEADER] = {0xa5};
	struct digest_stream *stream;

	if (!chunks->wanted)
		return;
	put_le(header + 1, len, 4);
	stream = digest_open(chunks->kind);
	digest_add(stream, header, sizeof header);
	digest_add(stream, bytes, len);
	digest_close(stream, chunks->bytes + CHUNKS_HEADER + index * chunks->hash_size);
}

static void run_chunk(struct contents *contents, uint64_t index)
{
	uint64_t at = index;
	int part = 0;

	while (at >= contents->chunk_counts[part])
		at -= contents->chunk_counts[part++];
	const struct cursor *bytes = &contents->parts[part];
	uint64_t left = bytes->size - at * chunk_size;
	size_t len = (size_t)(left < chunk_size ? left : chunk_size);
	hash_chunk(&contents->sha256, index, bytes->data + at * chunk_size, len);
	hash_chunk(&contents->sha512, index, bytes->data + at * chunk_size, len);
}

void contents_run(struct contents *contents, size_t job)
{
	uint64_t jobs = contents->jobs;
	uint64_t from = contents->chunk_count * job / jobs;
	uint64_t to = contents->chunk_count * (job + 1) / jobs;

	for (uint64_t i = from; i < to && (contents->sha256.wanted || contents->sha512.wanted); i++)
		run_chunk(contents, i);
	if (contents->verity)
		pagetree_run(contents->verity, job, jobs);
	if (contents->tree)
		pagetree_run(contents->tree, job, jobs);
}

static struct cursor finish_chunks(struct chunks *chunks, uint64_t count)
{
	if (!chunks->wanted)
		return (struct cursor){0};
	digest(chunks->kind, chunks->bytes, CHUNKS_HEADER + (size_t)count * chunks->hash_size,
	       chunks->result);
	return cursor_over(chunks->result, chunks->hash_size, DIAG_SIGNING_BLOCK);
}

static struct cursor finish_verity(struct contents *contents)
{
	uint64_t size = 0;

	if (!contents->verity)
		return (struct cursor){0};
	for (int i = 0; i < PARTS; i++)
		size += contents->parts[i].size;
	pagetree_finish(contents->verity);
	memcpy(contents->verity_result, pagetree_root(contents->verity), PAGETREE_HASH);
	put_le(contents->verity_result + PAGETREE_HASH, size, 8);
	return cursor_over(contents->verity_result, sizeof contents->verity_result,
	                   DIAG_SIGNING_BLOCK);
}

void contents_finish(struct contents *contents, struct cursor digests[CONTENT_COUNT])
{
	memset(digests, 0, CONTENT_COUNT * sizeof *digests);
	digests[CONTENT_SHA256] = finish_chunks(&contents->sha256, contents->chunk_count);
	digests[CONTENT_SHA512] = finish_chunks(&contents->sha512, contents->chunk_count);
	digests[CONTENT_VERITY] = finish_verity(contents);
	if (contents->tree)
		pagetree_finish(contents->tree);
}

struct cursor contents_root(const struct contents *contents)
{
	return cursor_over(pagetree_root(contents->tree), PAGETREE_HASH, DIAG_SIGNING_BLOCK);
}

struct cursor contents_tree(const struct contents *contents)
{
	size_t size;
	const uint8_t *bytes = pagetree_bytes(contents->tree, &size);

	return cursor_over(bytes, size, DIAG_SIGNING_BLOCK);
}
