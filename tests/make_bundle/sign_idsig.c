/*
 * sign_idsig.c - scheme v4: FILE.idsig beside the package (source.android.com, APK Signature
 * Scheme v4). Little-endian; "[x]" is x behind its u32 length.
 *
 *   u32 version 2, [hashing] [signing] [tree]
 *   hashing  u32 1 (SHA-256), u8 12 (log2 of the page), [salt] [root]
 *   signing  [digest of the package] [certificate] [more] [public key] u32 algorithm, [signature]
 *   signed   u32 length of all, u64 size of the package, hashing, [digest] [certificate] [more]
 */
#include <string.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

static void prefixed(struct text *out, const struct text *part)
{
	bytes_u32(out, (uint32_t)part->len);
	text_add(out, part->len ? part->data : "", part->len);
}

static void hashing_write(const struct text *root, struct text *out)
{
	bytes_u32(out, 1);
	bytes_u8(out, 12);
	bytes_u32(out, 0);
	prefixed(out, root);
}

/* The package as it was when v2 or v3 signed it: without its block. */
static RESULT unsigned_digest(const struct text *apk, uint32_t algorithm, struct text *out)
{
	struct text zip DEFER(text_free) = {0};

	text_add(&zip, apk->data, apk->len);
	TRY(sign_attack_strip_block(&zip));
	return sign_content(&zip, algorithm, out);
}

static void signed_write(const struct text *apk, const struct text *hashing,
                         const struct text *digest, const struct text *certificate,
                         struct text *out)
{
	struct text rest DEFER(text_free) = {0};

	bytes_u32(&rest, (uint32_t)apk->len);
	bytes_u32(&rest, 0);
	text_add(&rest, hashing->data, hashing->len);
	prefixed(&rest, digest);
	prefixed(&rest, certificate);
	bytes_u32(&rest, 0);
	bytes_u32(out, (uint32_t)rest.len + 4);
	text_add(out, rest.data, rest.len);
}

RESULT sign_idsig(const struct text *apk, const struct sign_signer *signer, struct text *out)
{
	const struct sign_key *key = signer->key;
	struct text tree DEFER(text_free) = {0}, root DEFER(text_free) = {0};
	struct text hashing DEFER(text_free) = {0}, signing DEFER(text_free) = {0};
	struct text digest DEFER(text_free) = {0}, message DEFER(text_free) = {0};
	struct text signature DEFER(text_free) = {0}, salt = {0};
	static const uint32_t ids[] = {0x0103, 0x0101, 0x0201, 0x0301};
	uint32_t id = signer->algorithms[0] ? signer->algorithms[0] : ids[sign_key_family(key)];

	sign_tree(apk, &salt, &tree, &root);
	hashing_write(&root, &hashing);
	TRY(unsigned_digest(apk, id, &digest));
	signed_write(apk, &hashing, &digest, &key->certificate, &message);
	TRY(sign_raw(key, sign_key_family(key), "SHA256", &message, &signature));
	prefixed(&signing, &digest);
	prefixed(&signing, &key->certificate);
	bytes_u32(&signing, 0);
	prefixed(&signing, &key->spki);
	bytes_u32(&signing, ids[sign_key_family(key)]);
	prefixed(&signing, &signature);
	bytes_u32(out, 2);
	prefixed(out, &hashing);
	prefixed(out, &signing);
	prefixed(out, &tree);
	return OK;
}
