/* v4.c - APK Signature Scheme v4. */
#include "signing/v4.h"

#include <string.h>

#include "crypto/certificate.h"
#include "signing/field.h"

enum { VERSION = 2, HASH_SHA256 = 1, PAGE_LOG2 = 12 };

struct hashing {
	uint32_t algorithm;
	uint8_t page_log2;
	struct cursor salt, root;
};

struct signing_info {
	struct cursor digest, certificate, additional, key, signature;
	uint32_t algorithm;
};

static RESULT read_hashing(struct cursor c, struct hashing *out)
{
	TRY(field_u32(&c, "v4 hash algorithm", &out->algorithm));
	TRY(cursor_u8(&c, &out->page_log2));
	TRY(field_next(&c, "v4 salt", &out->salt));
	return field_next(&c, "v4 root hash", &out->root);
}

static RESULT read_info(struct cursor *c, struct signing_info *out)
{
	TRY(field_next(c, "v4 content digest", &out->digest));
	TRY(field_next(c, "v4 certificate", &out->certificate));
	TRY(field_next(c, "v4 additional data", &out->additional));
	TRY(field_next(c, "v4 public key", &out->key));
	TRY(field_u32(c, "v4 signature algorithm", &out->algorithm));
	return field_next(c, "v4 signature", &out->signature);
}

static void put(uint8_t **at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*(*at)++ = (uint8_t)(value >> 8 * i);
}

static void put_field(uint8_t **at, const struct cursor *field)
{
	put(at, field->size, 4);
	memcpy(*at, field->data, field->size);
	*at += field->size;
}

/* The bytes that a signature covers. */
static RESULT signed_bytes(const struct hashing *hashing, const struct signing_info *info,
                           uint64_t size, struct arena *arena, struct cursor *out)
{
	const struct cursor *fields[] = {&hashing->salt, &hashing->root, &info->digest,
	                                 &info->certificate, &info->additional};
	size_t len = 4 + 8 + 4 + 1;
	uint8_t *bytes, *at;

	for (size_t i = 0; i < 5; i++)
		len += 4 + fields[i]->size;
	ALLOC(bytes, arena, len);
	at = bytes;
	put(&at, len, 4);
	put(&at, size, 8);
	put(&at, hashing->algorithm, 4);
	put(&at, hashing->page_log2, 1);
	for (size_t i = 0; i < 5; i++)
		put_field(&at, fields[i]);
	*out = cursor_over(bytes, len, DIAG_SIGNING_BLOCK);
	return OK;
}

static bool refuse(struct v4 *v4, enum refusal_code code)
{
	scheme_fault(&v4->scheme, code, (uint32_t)v4->signer_count);
	return false;
}

static bool check_certificate(struct v4 *v4, const struct signing_info *info)
{
	struct certificate certificate;
	struct cursor key;

	if (!certificate_split(info->certificate, &certificate).ok)
		return refuse(v4, REFUSAL_CERTIFICATE_MALFORMED);
	if (!spki_positive(certificate.key.whole, v4->scheme.arena, &key).ok)
		return refuse(v4, REFUSAL_KEY_MALFORMED);
	if (key.size == info->key.size && memcmp(key.data, info->key.data, key.size) == 0)
		return true;
	fault_note(DIAG_CERT_KEY, info->key.origin, __FILE__, __LINE__,
	           "the signer's public key is not that of its certificate");
	return refuse(v4, REFUSAL_KEY_DIFFERS);
}

static bool verify(struct v4 *v4, struct signer *row, const struct hashing *hashing,
                   const struct signing_info *info, uint64_t size)
{
	const struct apk_algorithm *algorithm = apk_algorithm_find(info->algorithm);
	DEFER(public_key_done) struct public_key *key = NULL;
	struct cursor message;

	if (!algorithm) {
		fault_note(DIAG_SIGNING_BLOCK, info->signature.origin, __FILE__, __LINE__,
		           "v4 signature algorithm 0x%04x is not known", info->algorithm);
		return refuse(v4, REFUSAL_SIGNATURES_UNSUPPORTED);
	}
	row->algorithm = signature_family_name(algorithm->signature.family);
	row->hash = algorithm->signature.hash;
	if (!public_key_open(info->key, &key).ok)
		return refuse(v4, REFUSAL_KEY_MALFORMED);
	if (!signed_bytes(hashing, info, size, v4->scheme.arena, &message).ok)
		return refuse(v4, REFUSAL_SIGNER_MALFORMED);
	if (!signature_verify(key, &algorithm->signature, message, info->signature, "v4 signature")
	             .ok)
		return refuse(v4, REFUSAL_SIGNATURE_WRONG);
	row->verified = true;
	return check_certificate(v4, info);
}

static bool add_signer(struct v4 *v4, const struct hashing *hashing, struct cursor *c,
                       uint64_t size)
{
	struct signing_info info;
	struct signer *row;

	if (v4->signer_count == V4_SIGNERS_MAX) {
		scheme_refuse(&v4->scheme, REFUSAL_SIGNERS_TOO_MANY, 0, NULL,
		              "more than %d v4 signers", V4_SIGNERS_MAX);
		return false;
	}
	row = scheme_signer(&v4->scheme);
	v4->signer_count++;
	if (!row || !read_info(c, &info).ok)
		return refuse(v4, REFUSAL_SIGNER_MALFORMED);
	row->certificate = info.certificate;
	v4->content_digests[v4->signer_count - 1] = info.digest;
	return verify(v4, row, hashing, &info, size);
}

/* The signer for v2 or v3, then those for v3.1. */
static void read_signers(struct v4 *v4, const struct hashing *hashing, struct cursor c,
                         uint64_t size)
{
	struct cursor block;
	uint32_t id;

	if (!add_signer(v4, hashing, &c, size))
		return;
	while (cursor_left(&c)) {
		if (!field_u32(&c, "v4 block", &id).ok || !field_next(&c, "v4 block", &block).ok) {
			refuse(v4, REFUSAL_SIGNERS_MALFORMED);
			return;
		}
		if (!add_signer(v4, hashing, &block, size))
			return;
	}
}

static RESULT read_file(struct v4 *v4, struct cursor c, struct hashing *hashing,
                        struct cursor *signing)
{
	struct cursor field;
	uint32_t version;

	TRY(field_u32(&c, "version of the v4 signature", &version));
	ENSURE(version == VERSION, SIGNING_BLOCK, 0, "v4 signature of version %u, known is %d",
	       version, VERSION);
	TRY(field_next(&c, "v4 hashing", &field));
	field.shortage = DIAG_SIGNING_BLOCK;
	TRY(read_hashing(field, hashing));
	TRY(field_next(&c, "v4 signing", signing));
	if (cursor_left(&c))
		TRY(field_next(&c, "v4 tree", &v4->tree));
	v4->root = hashing->root;
	return OK;
}

void v4_read(struct v4 *v4, struct cursor idsig, uint64_t size)
{
	struct hashing hashing = {0};
	struct cursor signing;

	v4->scheme.present = v4->scheme.used = true;
	v4->scheme.digests = "FSVERITY-SHA256";
	idsig.shortage = DIAG_SIGNING_BLOCK;
	if (!read_file(v4, idsig, &hashing, &signing).ok) {
		scheme_fault(&v4->scheme, REFUSAL_SIGNERS_MALFORMED, 0);
		return;
	}
	read_signers(v4, &hashing, signing, size);
	if (hashing.algorithm != HASH_SHA256 || hashing.page_log2 != PAGE_LOG2 || hashing.salt.size)
		scheme_refuse(
			&v4->scheme, REFUSAL_TREE_UNSUPPORTED, 0, NULL,
			"hash algorithm %u, pages of 2^%u bytes, %zu bytes of salt; known are "
			"1, 12 and none",
			hashing.algorithm, hashing.page_log2, hashing.salt.size);
}

static bool same(struct cursor a, struct cursor b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

void v4_compare(struct v4 *v4, const struct contents *contents)
{
	if (!v4->root.data)
		return;
	if (!same(v4->root, contents_root(contents)))
		scheme_refuse(&v4->scheme, REFUSAL_DIGEST_WRONG, 0, NULL,
		              "the root hash at offset %llu is not that of the package",
		              (unsigned long long)v4->root.origin);
	else if (v4->tree.data && !same(v4->tree, contents_tree(contents)))
		scheme_refuse(&v4->scheme, REFUSAL_TREE_WRONG, 0, NULL,
		              "the hash tree at offset %llu is not that of the package",
		              (unsigned long long)v4->tree.origin);
}
