/* pkcs7verify.c - verifies signers of SignedData (RFC 5652, 5.4 to 5.6). */
#include "crypto/pkcs7.h"

#include <string.h>

/* Numbers of kinds of keys that stand where a signature algorithm is meant (RFC 3370, RFC 5753). */
static const struct {
	const char *oid;
	size_t len;
	enum signature_family family;
} keys[] = {
#define KEY(oid, family) \
	{ \
		oid, sizeof(oid) - 1, SIGNATURE_##family \
	}
	KEY("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", RSA_PKCS1),
	KEY("\x2a\x86\x48\xce\x38\x04\x01", DSA),
	KEY("\x2a\x86\x48\xce\x3d\x02\x01", ECDSA),
	KEY("\x2a\x81\x1c\xcf\x55\x01\x82\x2d", SM2),
	KEY("\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x01", SM2),
#undef KEY
};

static struct der oid_of(const struct der *algorithm)
{
	struct cursor c = algorithm->body;
	struct der oid = {0};

	if (!der_next(&c, &oid).ok)
		return (struct der){0};
	oid.tag &= (uint8_t)~0x20;
	return oid;
}

struct result pkcs7_hash(const struct pkcs7_signer *signer, enum digest_kind *out)
{
	const char *name = NULL;

	TRY(signature_hash_read(signer->digest_algorithm.body, &name));
	ENSURE(digest_find(name, out), CERT_SIGALG, signer->digest_algorithm.whole.origin,
	       "hash algorithm %s of the signer is not known", name);
	return OK;
}

struct result pkcs7_algorithm(const struct pkcs7_signer *signer, const char *key_type,
                              struct signature_algorithm *out)
{
	struct der oid = oid_of(&signer->signature_algorithm);
	enum digest_kind hash;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (!der_is(&oid, keys[i].oid, keys[i].len))
			continue;
		TRY(pkcs7_hash(signer, &hash));
		bool sm2 = keys[i].family == SIGNATURE_SM2 ||
		           (keys[i].family == SIGNATURE_ECDSA && strcmp(key_type, "SM2") == 0);
		ENSURE(!sm2 || hash == DIGEST_SM3, CERT_SIGALG,
		       signer->digest_algorithm.whole.origin,
		       "SM2 is used with %s, not with SM3 (GB/T 35275)", digest_name(hash));
		*out = (struct signature_algorithm){
			.family = sm2 ? SIGNATURE_SM2 : keys[i].family,
			.hash = digest_name(hash),
		};
		return OK;
	}
	return signature_algorithm_read(signer->signature_algorithm.body, key_type, out);
}

struct result pkcs7_check_digest(const struct pkcs7_signer *signer, struct cursor content)
{
	uint8_t computed[DIGEST_MAX];
	enum digest_kind hash;
	struct der stated;

	TRY(pkcs7_attribute(signer, PKCS7_MESSAGE_DIGEST, sizeof PKCS7_MESSAGE_DIGEST - 1,
	                    &stated));
	ENSURE(stated.tag == DER_OCTETS, SIGNED_DATA, signer->signed_attributes.whole.origin,
	       "signed attributes hold no message digest (RFC 5652, 11.2)");
	TRY(pkcs7_hash(signer, &hash));
	size_t len = digest(hash, content.data, content.size, computed);
	ENSURE(stated.body.size == len && memcmp(stated.body.data, computed, len) == 0,
	       SIGNATURE_INVALID, stated.whole.origin,
	       "message digest of the signed attributes (RFC 5652, 11.2) is not the %s of what was "
	       "signed",
	       digest_name(hash));
	return OK;
}

struct result pkcs7_check_signature(const struct pkcs7_signer *signer, const struct public_key *key,
                                    struct cursor content)
{
	struct signature_algorithm algorithm;
	const struct cursor *attributes = &signer->signed_attributes.whole;
	struct cursor message = content;
	struct arena arena;

	TRY(pkcs7_algorithm(signer, public_key_spki(key)->type, &algorithm));
	if (!signer->signed_attributes.tag)
		return signature_verify(key, &algorithm, message, signer->signature.body,
		                        "signature of the signer");
	arena_init(&arena, attributes->size + 64);
	uint8_t *copy = arena_take(&arena, attributes->size, 1);
	if (!copy)
		fault_out_of_memory();
	memcpy(copy, attributes->data, attributes->size);
	copy[0] = DER_SET; /* RFC 5652, 5.4: not the implicit tag */
	message.data = copy;
	message.size = attributes->size;
	struct result done = signature_verify(key, &algorithm, message, signer->signature.body,
	                                      "signature of the signed attributes");
	arena_free(&arena);
	return done;
}

static RESULT check_content_type(const struct pkcs7 *signed_data, const struct pkcs7_signer *signer)
{
	const struct der *signed_type = &signed_data->parts.content_type;
	struct der type;

	TRY(pkcs7_attribute(signer, PKCS7_CONTENT_TYPE, sizeof PKCS7_CONTENT_TYPE - 1, &type));
	ENSURE(type.tag == DER_OID, SIGNED_DATA, signer->signed_attributes.whole.origin,
	       "signed attributes hold no content type (RFC 5652, 11.1)");
	ENSURE(der_is(&type, (const char *)signed_type->body.data, signed_type->body.size),
	       SIGNATURE_INVALID, type.whole.origin,
	       "content type of the signed attributes (RFC 5652, 11.1) is not that of the content");
	return OK;
}

struct result pkcs7_verify(const struct pkcs7 *signed_data, const struct pkcs7_signer *signer,
                           const struct public_key *key, struct cursor content)
{
	if (signer->signed_attributes.tag) {
		TRY(check_content_type(signed_data, signer));
		TRY(pkcs7_check_digest(signer, content));
	}
	return pkcs7_check_signature(signer, key, content);
}
