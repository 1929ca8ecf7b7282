/*
 * sign_block.c - the APK Signing Block and the schemes in it (source.android.com, APK Signature
 * Scheme v2, v3 and v3.1). All numbers are little-endian; "[x]" is x behind its u32 length.
 *
 *   block   u64 size, pairs, u64 size, "APK Sig Block 42"; size is without the first field
 *   pair    u64 length, u32 id, value
 *   scheme  [ [signer]... ]
 *   signer  [signed data] v3: u32 min, u32 max; [ [u32 algorithm, [signature]]... ] [public key]
 *   signed data  [ [u32 algorithm, [digest]]... ] [ [certificate]... ] v3: u32 min, u32 max;
 *                [ [u32 id, value]... ]
 *   lineage u32 version, [node]...
 *   node    [ [certificate] u32 algorithm it was signed with ] u32 flags,
 *           u32 algorithm it signs the next with, [signature]
 */
#include <string.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

enum { PAGE = 4096, CAPABILITIES = 0x17 };
#define PADDING_ID 0x42726577U

struct algorithm {
	uint32_t id;
	enum sign_family family;
	const char *hash;
};

static const struct algorithm algorithms[] = {
	{0x0101, SIGN_PSS, "SHA256"},   {0x0102, SIGN_PSS, "SHA512"},
	{0x0103, SIGN_RSA, "SHA256"},   {0x0104, SIGN_RSA, "SHA512"},
	{0x0201, SIGN_ECDSA, "SHA256"}, {0x0202, SIGN_ECDSA, "SHA512"},
	{0x0301, SIGN_DSA, "SHA256"},   {0x0421, SIGN_RSA, "SHA256"},
	{0x0423, SIGN_ECDSA, "SHA256"}, {0x0425, SIGN_DSA, "SHA256"},
};

static const struct algorithm *algorithm_find(uint32_t id)
{
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
		if (algorithms[i].id == id)
			return &algorithms[i];
	return NULL;
}

static uint32_t usual(const struct sign_key *key)
{
	static const uint32_t ids[] = {0x0103, 0x0101, 0x0201, 0x0301};

	return ids[sign_key_family(key)];
}

/* The signer's algorithms; returns how many. */
static size_t chosen(const struct sign_signer *signer, uint32_t ids[SIGN_ALGORITHMS])
{
	size_t count = 0;

	while (count < SIGN_ALGORITHMS && signer->algorithms[count]) {
		ids[count] = signer->algorithms[count];
		count++;
	}
	if (count == 0)
		ids[count++] = usual(signer->key);
	return count;
}

static void put(struct text *out, const struct text *part)
{
	text_add(out, part->len ? part->data : "", part->len);
}

static void prefixed(struct text *out, const struct text *part)
{
	bytes_u32(out, (uint32_t)part->len);
	put(out, part);
}

static void numbered(struct text *out, uint32_t number, const struct text *value)
{
	bytes_u32(out, (uint32_t)(8 + value->len));
	bytes_u32(out, number);
	prefixed(out, value);
}

void sign_attribute(struct text *attributes, uint32_t id, const void *value, size_t len)
{
	bytes_u32(attributes, (uint32_t)(4 + len));
	bytes_u32(attributes, id);
	text_add(attributes, value, len);
}

static RESULT sign_by_id(const struct sign_key *key, uint32_t id, const struct text *message,
                         struct text *out)
{
	const struct algorithm *algorithm = algorithm_find(id);

	/* an id that nobody knows gets a signature that means nothing */
	if (!algorithm) {
		text_puts(out, "unknown");
		return OK;
	}
	return sign_raw(key, algorithm->family, algorithm->hash, message, out);
}

static RESULT lineage_write(const struct sign_signer *signer, struct text *out)
{
	bytes_u32(out, 1);
	for (size_t i = 0; i < signer->lineage_count; i++) {
		const struct sign_key *key = signer->lineage[i];
		struct text data DEFER(text_free) = {0}, node DEFER(text_free) = {0};
		struct text signature DEFER(text_free) = {0};
		prefixed(&data, &key->certificate);
		bytes_u32(&data, i ? usual(signer->lineage[i - 1]) : 0);
		if (i)
			TRY(sign_by_id(signer->lineage[i - 1], usual(signer->lineage[i - 1]), &data,
			               &signature));
		prefixed(&node, &data);
		bytes_u32(&node, CAPABILITIES);
		bytes_u32(&node, i + 1 < signer->lineage_count ? usual(key) : 0);
		prefixed(&node, &signature);
		prefixed(out, &node);
	}
	return OK;
}

static RESULT attributes_make(const struct sign_signer *signer, struct text *out)
{
	struct text lineage DEFER(text_free) = {0};

	if (signer->lineage_count > 0) {
		TRY(lineage_write(signer, &lineage));
		sign_attribute(out, SIGN_LINEAGE, lineage.data, lineage.len);
	}
	put(out, &signer->attributes);
	return OK;
}

static RESULT signed_data(const struct text *zip, uint32_t scheme, const struct sign_signer *signer,
                          struct text *out)
{
	struct text digests DEFER(text_free) = {0}, certificates DEFER(text_free) = {0};
	struct text attributes DEFER(text_free) = {0};
	uint32_t ids[SIGN_ALGORITHMS];
	size_t count = chosen(signer, ids);

	for (size_t i = 0; i < count; i++) {
		struct text digest DEFER(text_free) = {0};
		TRY(sign_content(zip, ids[i], &digest));
		numbered(&digests, ids[i], &digest);
	}
	prefixed(&certificates, &signer->key->certificate);
	TRY(attributes_make(signer, &attributes));
	prefixed(out, &digests);
	prefixed(out, &certificates);
	if (scheme != SIGN_V2) {
		bytes_u32(out, signer->min_sdk);
		bytes_u32(out, signer->max_sdk);
	}
	prefixed(out, &attributes);
	return OK;
}

static RESULT signer_write(const struct text *zip, uint32_t scheme,
                           const struct sign_signer *signer, struct text *out)
{
	struct text data DEFER(text_free) = {0}, signatures DEFER(text_free) = {0};
	struct text body DEFER(text_free) = {0};
	uint32_t ids[SIGN_ALGORITHMS];
	size_t count = chosen(signer, ids);

	TRY(signed_data(zip, scheme, signer, &data));
	for (size_t i = 0; i < count; i++) {
		struct text signature DEFER(text_free) = {0};
		TRY(sign_by_id(signer->key, ids[i], &data, &signature));
		numbered(&signatures, ids[i], &signature);
	}
	prefixed(&body, &data);
	if (scheme != SIGN_V2) {
		bytes_u32(&body, signer->min_sdk);
		bytes_u32(&body, signer->max_sdk);
	}
	prefixed(&body, &signatures);
	prefixed(&body, &signer->key->spki);
	prefixed(out, &body);
	return OK;
}

static void pair_write(struct text *out, uint32_t id, const struct text *value)
{
	bytes_u32(out, (uint32_t)(4 + value->len));
	bytes_u32(out, 0);
	bytes_u32(out, id);
	put(out, value);
}

static RESULT scheme_write(const struct text *zip, const struct sign_scheme *scheme,
                           struct text *out)
{
	struct text signers DEFER(text_free) = {0}, value DEFER(text_free) = {0};

	for (size_t i = 0; i < scheme->count; i++)
		TRY(signer_write(zip, scheme->id, &scheme->signers[i], &signers));
	prefixed(&value, &signers);
	pair_write(out, scheme->id, &value);
	return OK;
}

/* ---- source stamp, block v2 ---- */

RESULT sign_stamp_entry(struct text *zip, const struct sign_key *stamp)
{
	struct text digest DEFER(text_free) = {0};

	sign_digest("SHA256", stamp->certificate.data, stamp->certificate.len, &digest);
	return sign_zip_append(zip, "stamp-cert-sha256", &digest);
}

static RESULT manifest_digest(void *state, const char *name, const struct text *body)
{
	if (!strcmp(name, "META-INF/MANIFEST.MF"))
		sign_digest("SHA256", body->data, body->len, state);
	return OK;
}

/* [u32 scheme, [ [u32 algorithm, [signature]] ]] over [u32 kind of digest, [digest]]. */
static RESULT stamp_sign(const struct sign_key *key, uint32_t scheme, uint32_t kind,
                         const struct text *digest, struct text *out)
{
	struct text list DEFER(text_free) = {0}, signature DEFER(text_free) = {0};
	struct text signatures DEFER(text_free) = {0};

	numbered(&list, kind, digest);
	TRY(sign_by_id(key, usual(key), &list, &signature));
	numbered(&signatures, usual(key), &signature);
	numbered(out, scheme, &signatures);
	return OK;
}

enum { STAMP_CHUNKED = 1, STAMP_MANIFEST = 4 };

static RESULT stamp_digests(const struct text *zip, const struct sign_block *block,
                            struct text *out)
{
	struct text manifest DEFER(text_free) = {0};

	TRY(sign_zip_visit(zip, manifest_digest, &manifest));
	if (manifest.len > 0)
		TRY(stamp_sign(block->stamp, 1, STAMP_MANIFEST, &manifest, out));
	for (size_t i = 0; i < block->scheme_count; i++) {
		struct text digest DEFER(text_free) = {0};
		if (block->schemes[i].id == SIGN_V31)
			continue;
		TRY(sign_content(zip, 0x0103, &digest));
		TRY(stamp_sign(block->stamp, block->schemes[i].id == SIGN_V2 ? 2 : 3, STAMP_CHUNKED,
		               &digest, out));
	}
	return OK;
}

/* [ [certificate] [digests] [attributes] [signatures over the attributes] ] */
static RESULT stamp_write(const struct text *zip, const struct sign_block *block, struct text *out)
{
	struct text digests DEFER(text_free) = {0}, body DEFER(text_free) = {0};
	struct text attributes DEFER(text_free) = {0}, signatures DEFER(text_free) = {0};
	struct text signature DEFER(text_free) = {0}, value DEFER(text_free) = {0};
	const struct sign_key *key = block->stamp;

	TRY(stamp_digests(zip, block, &digests));
	bytes_u32(&attributes, 0);
	TRY(sign_by_id(key, usual(key), &attributes, &signature));
	numbered(&signatures, usual(key), &signature);
	prefixed(&body, &key->certificate);
	prefixed(&body, &digests);
	prefixed(&body, &attributes);
	prefixed(&body, &signatures);
	prefixed(&value, &body);
	pair_write(out, SIGN_STAMP, &value);
	return OK;
}

/* ---- the block ---- */

static bool verity_used(const struct sign_block *block)
{
	for (size_t i = 0; i < block->scheme_count; i++)
		for (size_t k = 0; k < block->schemes[i].count; k++)
			for (size_t n = 0; n < SIGN_ALGORITHMS; n++)
				if (block->schemes[i].signers[k].algorithms[n] >= 0x0421)
					return true;
	return false;
}

/* Fills the pairs up so that the whole block is a number of pages. */
static void pad(struct text *pairs)
{
	struct text zeros DEFER(text_free) = {0};
	size_t bare = pairs->len + 32 + 12;

	bytes_zero(&zeros, (PAGE - bare % PAGE) % PAGE);
	pair_write(pairs, PADDING_ID, &zeros);
}

static void block_write(const struct text *pairs, struct text *out)
{
	uint32_t size = (uint32_t)(pairs->len + 24);

	bytes_u32(out, size);
	bytes_u32(out, 0);
	put(out, pairs);
	bytes_u32(out, size);
	bytes_u32(out, 0);
	text_puts(out, "APK Sig Block 42");
}

static RESULT align(struct text *zip)
{
	struct text zeros DEFER(text_free) = {0};
	struct sign_zip place;

	TRY(sign_zip_read(zip, &place));
	bytes_zero(&zeros, (PAGE - place.directory % PAGE) % PAGE);
	return sign_zip_insert(zip, &zeros);
}

RESULT sign_block(struct text *zip, const struct sign_block *block)
{
	struct text pairs DEFER(text_free) = {0}, bytes DEFER(text_free) = {0};
	bool verity = verity_used(block);

	if (verity)
		TRY(align(zip));
	for (size_t i = 0; i < block->scheme_count; i++)
		TRY(scheme_write(zip, &block->schemes[i], &pairs));
	if (block->stamp)
		TRY(stamp_write(zip, block, &pairs));
	for (size_t i = 0; i < block->pair_count; i++)
		pair_write(&pairs, block->pairs[i].id, &block->pairs[i].value);
	if (verity)
		pad(&pairs);
	block_write(&pairs, &bytes);
	return sign_zip_insert(zip, &bytes);
}
