/* pagetree.c - the hash tree of fs-verity. */
#include "signing/pagetree.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { LEVELS_MAX = 10, PARTS_MAX = 3 };

struct pagetree {
	struct cursor parts[PARTS_MAX];
	size_t count;
	uint8_t salt[PAGETREE_SALT_MAX];
	size_t salt_len;
	uint64_t pages;           /* of the contents */
	uint64_t at[LEVELS_MAX];  /* of a level in `bytes`; 0 is the lowest */
	uint64_t len[LEVELS_MAX]; /* of a level, whole pages */
	int levels;
	uint8_t *bytes;
	size_t size;
	uint8_t root[DIGEST_MAX];
};

/* How long each level is and where it begins: the topmost first. */
static void lay_out(struct pagetree *tree)
{
	uint64_t below = tree->pages;

	do {
		uint64_t hashes = below * PAGETREE_HASH;
		below = (hashes + PAGETREE_PAGE - 1) / PAGETREE_PAGE;
		tree->len[tree->levels++] = below * PAGETREE_PAGE;
	} while (below > 1);
	for (int i = tree->levels - 1; i >= 0; i--) {
		tree->at[i] = tree->size;
		tree->size += (size_t)tree->len[i];
	}
}

struct pagetree *pagetree_new(const struct cursor *parts, size_t count, const uint8_t *salt,
                              size_t salt_len)
{
	struct pagetree *tree = calloc(1, sizeof *tree);
	uint64_t size = 0;

	if (!tree)
		fault_out_of_memory();
	tree->count = count;
	for (size_t i = 0; i < count; i++) {
		tree->parts[i] = parts[i];
		size += parts[i].size;
	}
	if (salt_len)
		memcpy(tree->salt, salt, salt_len);
	tree->salt_len = salt_len;
	tree->pages = (size + PAGETREE_PAGE - 1) / PAGETREE_PAGE;
	lay_out(tree);
	tree->bytes = calloc(tree->size ? tree->size : 1, 1);
	if (!tree->bytes)
		fault_out_of_memory();
	return tree;
}

void pagetree_free(struct pagetree *tree)
{
	if (!tree)
		return;
	free(tree->bytes);
	free(tree);
}

static void hash_page(const struct pagetree *tree, const uint8_t *page, uint8_t *out)
{
	uint8_t hash[DIGEST_MAX];

	if (tree->salt_len) {
		struct digest_stream *stream = digest_open(DIGEST_SHA256);
		digest_add(stream, tree->salt, tree->salt_len);
		digest_add(stream, page, PAGETREE_PAGE);
		digest_close(stream, hash);
	} else {
		digest(DIGEST_SHA256, page, PAGETREE_PAGE, hash);
	}
	memcpy(out, hash, PAGETREE_HASH);
}

/* A page of the contents: as it lies there, or put together in `buffer`. */
static const uint8_t *page_at(const struct pagetree *tree, uint64_t at, uint8_t *buffer)
{
	size_t have = 0, part = 0;

	while (part < tree->count && at >= tree->parts[part].size)
		at -= tree->parts[part++].size;
	if (part < tree->count && tree->parts[part].size - at >= PAGETREE_PAGE)
		return tree->parts[part].data + at;
	memset(buffer, 0, PAGETREE_PAGE);
	for (; part < tree->count && have < PAGETREE_PAGE; part++, at = 0) {
		uint64_t left = tree->parts[part].size - at;
		size_t len = left < PAGETREE_PAGE - have ? (size_t)left : PAGETREE_PAGE - have;
		memcpy(buffer + have, tree->parts[part].data + at, len);
		have += len;
	}
	return buffer;
}

void pagetree_run(struct pagetree *tree, uint64_t job, uint64_t jobs)
{
	uint64_t to = tree->pages * (job + 1) / jobs;
	uint8_t buffer[PAGETREE_PAGE];

	for (uint64_t i = tree->pages * job / jobs; i < to; i++)
		hash_page(tree, page_at(tree, i * PAGETREE_PAGE, buffer),
		          tree->bytes + tree->at[0] + i * PAGETREE_HASH);
}

void pagetree_finish(struct pagetree *tree)
{
	for (int level = 1; level < tree->levels; level++) {
		const uint8_t *below = tree->bytes + tree->at[level - 1];
		uint8_t *out = tree->bytes + tree->at[level];
		for (uint64_t at = 0; at < tree->len[level - 1]; at += PAGETREE_PAGE) {
			hash_page(tree, below + at, out);
			out += PAGETREE_HASH;
		}
	}
	if (tree->size)
		hash_page(tree, tree->bytes + tree->at[tree->levels - 1], tree->root);
}

const uint8_t *pagetree_root(const struct pagetree *tree)
{
	return tree->root;
}

const uint8_t *pagetree_bytes(const struct pagetree *tree, size_t *size)
{
	*size = tree->size;
	return tree->bytes;
}
