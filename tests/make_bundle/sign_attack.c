/* sign_attack.c - what attackers did to signed packages, and what careless tools do. */
#include <string.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

static uint32_t u32(const struct text *zip, size_t at)
{
	const uint8_t *p = (const uint8_t *)zip->data + at;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t u16(const struct text *zip, size_t at)
{
	return u32(zip, at) & 0xffff;
}

/* Replaces `len` bytes at `at`. */
static void splice(struct text *zip, size_t at, size_t len, const struct text *bytes)
{
	struct text out = {0};

	text_add(&out, zip->data, at);
	text_add(&out, bytes->len ? bytes->data : "", bytes->len);
	text_add(&out, zip->data + at + len, zip->len - at - len);
	text_free(zip);
	*zip = out;
}

struct block {
	size_t at, len;
	struct sign_zip zip;
};

static RESULT block_find(const struct text *zip, struct block *out)
{
	TRY(sign_zip_read(zip, &out->zip));
	size_t end = out->zip.directory;
	ENSURE(end >= 32 && !memcmp(zip->data + end - 16, "APK Sig Block 42", 16), USAGE, AT_NONE,
	       "the package has no signing block");
	out->len = (size_t)u32(zip, end - 24) + 8;
	ENSURE(out->len <= end, USAGE, AT_NONE, "the signing block is longer than the package");
	out->at = end - out->len;
	return OK;
}

RESULT sign_attack_prefix(struct text *zip, const struct text *prefix)
{
	struct sign_zip place;

	TRY(sign_zip_read(zip, &place));
	splice(zip, 0, 0, prefix);
	size_t at = place.directory + prefix->len, end = place.end + prefix->len;
	bytes_put_u32(zip, end + 16, (uint32_t)at);
	for (unsigned i = 0; i < place.count; i++) {
		bytes_put_u32(zip, at + 42, u32(zip, at + 42) + (uint32_t)prefix->len);
		at += 46 + u16(zip, at + 28) + u16(zip, at + 30) + u16(zip, at + 32);
	}
	return OK;
}

RESULT sign_attack_duplicate(struct text *zip, const char *name, const struct text *body)
{
	return sign_zip_append(zip, name, body);
}

RESULT sign_attack_strip_block(struct text *zip)
{
	struct text none = {0};
	struct block block;

	TRY(block_find(zip, &block));
	splice(zip, block.at, block.len, &none);
	bytes_put_u32(zip, block.zip.end - block.len + 16, (uint32_t)block.at);
	return OK;
}

RESULT sign_attack_strip_pair(struct text *zip, uint32_t id)
{
	struct block block;

	TRY(block_find(zip, &block));
	for (size_t at = block.at + 8; at + 12 <= block.at + block.len - 24; at += 8 + u32(zip, at))
		if (u32(zip, at + 8) == id) {
			bytes_put_u32(zip, at + 8, 0x11223344);
			return OK;
		}
	FAIL(USAGE, AT_NONE, "the signing block has no pair 0x%08x", id);
}

RESULT sign_attack_before_block(struct text *zip, const struct text *bytes)
{
	struct block block;

	TRY(block_find(zip, &block));
	splice(zip, block.at, 0, bytes);
	bytes_put_u32(zip, block.zip.end + bytes->len + 16,
	              (uint32_t)(block.zip.directory + bytes->len));
	return OK;
}

RESULT sign_attack_after_block(struct text *zip, const struct text *bytes)
{
	struct block block;

	TRY(block_find(zip, &block));
	return sign_zip_insert(zip, bytes);
}

RESULT sign_attack_tail(struct text *zip, const struct text *bytes, bool comment)
{
	struct sign_zip place;

	TRY(sign_zip_read(zip, &place));
	if (comment) {
		size_t len = zip->len - place.end - 22 + bytes->len;
		ENSURE(len <= 0xffff, USAGE, AT_NONE, "%zu bytes do not fit a comment", len);
		bytes_put_u16(zip, place.end + 20, (unsigned)len);
	}
	text_add(zip, bytes->data, bytes->len);
	return OK;
}
