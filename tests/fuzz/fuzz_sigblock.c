/*
 * fuzz_sigblock.c - what stands in an APK Signing Block and beside it. The first byte says what the
 * rest is: the pairs of a block (p), a v4 signature (i), a proof of rotation (l), a whole file (f),
 * or the signed data of a signer by v2, v3 or v3.1 (2, 3, 4), which is signed here, since nothing
 * behind a wrong signature is read.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "../key_samples.h"
#include "base/digest.h"
#include "signing/block.h"
#include "signing/lineage.h"
#include "signing/contents.h"
#include "signing/v2v3.h"
#include "signing/v4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static EVP_PKEY *signing_key(void)
{
	static EVP_PKEY *key;

	if (!key) {
		BIO *pem = BIO_new_mem_buf(sample_pkcs8_ec, -1);
		key = PEM_read_bio_PrivateKey(pem, NULL, NULL, NULL);
		BIO_free(pem);
		if (!key || !digest_start().ok)
			__builtin_trap();
	}
	return key;
}

static void put_u32(struct text *out, size_t value)
{
	uint8_t bytes[4];

	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	text_add(out, bytes, sizeof bytes);
}

static void put_field(struct text *out, const void *bytes, size_t len)
{
	put_u32(out, len);
	text_add(out, bytes, len);
}

static void put_signature(struct text *out, const void *message, size_t len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[256];
	size_t size = sizeof signature;

	if (EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, signing_key(), NULL) != 1 ||
	    EVP_DigestSign(context, signature, &size, message, len) != 1)
		__builtin_trap();
	EVP_MD_CTX_free(context);
	put_u32(out, 12 + size);
	put_u32(out, 8 + size);
	put_u32(out, 0x0201);
	put_field(out, signature, size);
}

/* A block of one signer with this signed data. */
static void put_block(struct text *out, const uint8_t *data, size_t size, bool ranged)
{
	struct text signer = {0};
	uint8_t *spki = NULL;
	int len = i2d_PUBKEY(signing_key(), &spki);

	put_field(&signer, data, size);
	if (ranged) {
		put_u32(&signer, 28);
		put_u32(&signer, INT32_MAX);
	}
	put_signature(&signer, data, size);
	put_field(&signer, spki, (size_t)len);
	OPENSSL_free(spki);
	put_u32(out, 4 + signer.len);
	put_field(out, signer.data, signer.len);
	text_free(&signer);
}

static void read_signer(const uint8_t *data, size_t size, int version)
{
	const struct cursor none[CONTENT_COUNT] = {{0}};
	struct apk_range range = {.min_sdk = 28, .max_sdk = INT32_MAX};
	struct text block = {0};
	struct apk_scheme apk = {0};
	struct arena arena;

	arena_init(&arena, 16 << 20);
	scheme_init(&apk.scheme, "", &arena);
	put_block(&block, data, size, version > 2);
	struct cursor c = cursor_over(block.data, block.len, DIAG_SIGNING_BLOCK);
	if (version == 2)
		v2_read(&apk, c, &range);
	else
		v3_read(&apk, c, &range, version > 3);
	v2v3_compare(&apk, none);
	arena_free(&arena);
	text_free(&block);
}

static void read_pairs(struct cursor c)
{
	struct sections sections = {.file = c, .pairs = c};
	struct cursor value;
	struct facts facts;

	facts_init(&facts, (struct entry_id){0}, "");
	facts.loose = true;
	block_facts(&sections, &facts, facts_row(&facts, ROW_SIGNING, 0));
	(void)block_value(&sections, BLOCK_V2, &value);
	facts_free(&facts);
}

static void read_idsig(struct cursor c)
{
	struct v4 v4 = {0};
	struct arena arena;

	arena_init(&arena, 16 << 20);
	scheme_init(&v4.scheme, "v4", &arena);
	v4_read(&v4, c, c.size);
	arena_free(&arena);
}

static void read_lineage(struct cursor c)
{
	enum refusal_code code;
	struct lineage lineage;
	struct arena arena;

	arena_init(&arena, 16 << 20);
	if (lineage_read(c, &arena, &lineage, &code) &&
	    lineage_find(&lineage, lineage.nodes[0].certificate) != 0)
		__builtin_trap();
	arena_free(&arena);
}

/* The whole file: its sections, digests and all. */
static void read_file(struct cursor c)
{
	struct cursor digests[CONTENT_COUNT];
	struct sections sections;
	struct contents *contents;

	if (!sections_find(c, &sections).ok)
		return;
	contents = contents_new(&sections, 1U << CONTENT_SHA256 | 1U << CONTENT_VERITY, true);
	for (size_t i = 0; i < contents_jobs(contents); i++)
		contents_run(contents, i);
	contents_finish(contents, digests);
	contents_free(contents);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	(void)signing_key();
	struct cursor c = cursor_over(data + 1, size - 1, DIAG_SIGNING_BLOCK);
	switch (*data) {
	case '2':
	case '3':
	case '4':
		read_signer(data + 1, size - 1, *data - '0');
		break;
	case 'p':
		read_pairs(c);
		break;
	case 'i':
		read_idsig(c);
		break;
	case 'l':
		read_lineage(c);
		break;
	case 'f':
		read_file(c);
		break;
	default:
		break;
	}
	return 0;
}
