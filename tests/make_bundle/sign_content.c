/*
 * sign_content.c - what a signature of schemes v2 to v4 covers.
 *
 * Chunked (source.android.com, APK Signature Scheme v2, "Integrity-protected contents"): the three
 * parts before, behind and at the end of the signing block are cut into chunks of 1 MiB;
 *   chunk digest  H(0xa5, u32 length, bytes)      whole  H(0x5a, u32 count, chunk digests)
 * The end record counts as if the directory began where the block begins.
 * Verity: the root of fs-verity over the same bytes with eight zero bytes of salt, then u64 length.
 */
#include <string.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

enum { CHUNK = 1 << 20, PAGE = 4096, DIGEST = 32 };

static void chunks_add(const char *hash, const char *data, size_t len, struct text *digests,
                       uint32_t *count)
{
	for (size_t at = 0; at < len; at += CHUNK, ++*count) {
		struct text chunk DEFER(text_free) = {0};
		size_t part = len - at < CHUNK ? len - at : CHUNK;
		bytes_u8(&chunk, 0xa5);
		bytes_u32(&chunk, (uint32_t)part);
		text_add(&chunk, data + at, part);
		sign_digest(hash, chunk.data, chunk.len, digests);
	}
}

static void chunked(const char *hash, const struct text *zip, const struct sign_zip *place,
                    struct text *out)
{
	struct text digests DEFER(text_free) = {0}, top DEFER(text_free) = {0};
	uint32_t count = 0;

	chunks_add(hash, zip->data, place->directory, &digests, &count);
	chunks_add(hash, zip->data + place->directory, place->end - place->directory, &digests,
	           &count);
	chunks_add(hash, zip->data + place->end, zip->len - place->end, &digests, &count);
	bytes_u8(&top, 0x5a);
	bytes_u32(&top, count);
	text_add(&top, digests.data, digests.len);
	sign_digest(hash, top.data, top.len, out);
}

/* The digests of a level's pages, filled up to whole pages. */
static void level_make(const struct text *below, const struct text *salt, struct text *out)
{
	for (size_t at = 0; at < below->len; at += PAGE) {
		struct text page DEFER(text_free) = {0};
		size_t part = below->len - at < PAGE ? below->len - at : PAGE;
		text_add(&page, salt->len ? salt->data : "", salt->len);
		text_add(&page, below->data + at, part);
		bytes_zero(&page, PAGE - part);
		sign_digest("SHA256", page.data, page.len, out);
	}
	bytes_align(out, PAGE);
}

void sign_tree(const struct text *data, const struct text *salt, struct text *tree,
               struct text *root)
{
	struct text level DEFER(text_free) = {0};

	level_make(data, salt, &level);
	text_add(tree, level.data, level.len);
	while (level.len > PAGE) {
		struct text above = {0};
		level_make(&level, salt, &above);
		text_free(&level);
		level = above;
		/* levels stand from the top */
		struct text all = {0};
		text_add(&all, above.data, above.len);
		text_add(&all, tree->data, tree->len);
		text_free(tree);
		*tree = all;
	}
	struct text top DEFER(text_free) = {0};
	text_add(&top, salt->len ? salt->data : "", salt->len);
	text_add(&top, tree->data, PAGE);
	sign_digest("SHA256", top.data, top.len, root);
}

/* `zip` has no signing block yet, so its end record says what it has to say. */
static void verity(const struct text *zip, struct text *out)
{
	struct text salt DEFER(text_free) = {0}, tree DEFER(text_free) = {0};

	bytes_zero(&salt, 8);
	sign_tree(zip, &salt, &tree, out);
	bytes_u32(out, (uint32_t)zip->len);
	bytes_u32(out, 0);
}

RESULT sign_content(const struct text *zip, uint32_t algorithm, struct text *out)
{
	struct sign_zip place;

	TRY(sign_zip_read(zip, &place));
	switch (algorithm) {
	case 0x0421:
	case 0x0423:
	case 0x0425:
		verity(zip, out);
		return OK;
	case 0x0102:
	case 0x0104:
	case 0x0202:
		chunked("SHA512", zip, &place, out);
		return OK;
	default:
		chunked("SHA256", zip, &place, out);
		return OK;
	}
}
