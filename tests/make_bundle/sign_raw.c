/*
 * sign_raw.c - plain signatures whose random numbers are made from key and message, so that the
 * same fixture has the same bytes: RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017, 8), ECDSA and DSA
 * (FIPS 186-4, 6.4 and 4.6).
 */
#include <string.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

enum { HASH_MAX = 64, MODULUS_MAX = 2048 };

static void context_free(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
}

static void numbers_free(BN_CTX **numbers)
{
	if (*numbers)
		BN_CTX_end(*numbers);
	BN_CTX_free(*numbers);
}

static void group_free(EC_GROUP **group)
{
	EC_GROUP_free(*group);
}

static void point_free(EC_POINT **point)
{
	EC_POINT_free(*point);
}

static void pair_free(ECDSA_SIG **pair)
{
	ECDSA_SIG_free(*pair);
}

void sign_digest(const char *hash, const void *bytes, size_t len, struct text *out)
{
	unsigned char value[HASH_MAX];
	size_t value_len = 0;

	if (!EVP_Q_digest(NULL, hash, NULL, bytes, len, value, &value_len))
		fault_out_of_memory();
	text_add(out, value, value_len);
}

static RESULT rsa_private(const struct sign_key *key, int padding, const char *hash,
                          const void *bytes, size_t len, struct text *out)
{
	EVP_PKEY_CTX *context DEFER(context_free) = EVP_PKEY_CTX_new(key->key, NULL);
	unsigned char value[MODULUS_MAX];
	size_t value_len = sizeof value;

	ENSURE(EVP_PKEY_sign_init(context) == 1 &&
	               EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1 &&
	               (!hash ||
	                EVP_PKEY_CTX_set_signature_md(context, EVP_get_digestbyname(hash)) == 1) &&
	               EVP_PKEY_sign(context, value, &value_len, bytes, len) == 1,
	       USAGE, AT_NONE, "the RSA key cannot sign with %s", hash ? hash : "PSS");
	text_add(out, value, value_len);
	return OK;
}

static RESULT rsa_sign(const struct sign_key *key, const char *hash, const struct text *message,
                       struct text *out)
{
	struct text digest DEFER(text_free) = {0};

	sign_digest(hash, message->data, message->len, &digest);
	return rsa_private(key, RSA_PKCS1_PADDING, hash, digest.data, digest.len, out);
}

/* Masks `data` with MGF1 (RFC 8017, B.2.1) of a seed. */
static void mask(const char *hash, const struct text *seed, char *data, size_t len)
{
	for (uint32_t counter = 0; len > 0; counter++) {
		struct text input DEFER(text_free) = {0}, output DEFER(text_free) = {0};
		uint8_t number[] = {(uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
		                    (uint8_t)(counter >> 8), (uint8_t)counter};
		text_add(&input, seed->data, seed->len);
		text_add(&input, number, sizeof number);
		sign_digest(hash, input.data, input.len, &output);
		for (size_t i = 0; i < output.len && len > 0; i++, len--)
			*data++ ^= output.data[i];
	}
}

/* EMSA-PSS (RFC 8017, 9.1.1); the salt is as long as the hash. */
static RESULT pss_sign(const struct sign_key *key, const char *hash, const struct text *message,
                       struct text *out)
{
	struct text digest DEFER(text_free) = {0}, salt DEFER(text_free) = {0};
	struct text inner DEFER(text_free) = {0}, encoded DEFER(text_free) = {0};
	struct text seed DEFER(text_free) = {0};
	size_t len = (size_t)EVP_PKEY_get_size(key->key);

	sign_digest(hash, message->data, message->len, &digest);
	text_add(&seed, key->spki.data, key->spki.len);
	text_add(&seed, digest.data, digest.len);
	sign_digest(hash, seed.data, seed.len, &salt);
	ENSURE(len >= 2 * digest.len + 2 && EVP_PKEY_get_bits(key->key) % 8 == 0, USAGE, AT_NONE,
	       "an RSA key of %d bits is not used for PSS with %s", EVP_PKEY_get_bits(key->key),
	       hash);
	bytes_zero(&inner, 8);
	text_add(&inner, digest.data, digest.len);
	text_add(&inner, salt.data, salt.len);
	seed.len = 0;
	sign_digest(hash, inner.data, inner.len, &seed);
	bytes_zero(&encoded, len - 2 * digest.len - 2);
	bytes_u8(&encoded, 1);
	text_add(&encoded, salt.data, salt.len);
	mask(hash, &seed, encoded.data, encoded.len);
	encoded.data[0] &= 0x7f;
	text_add(&encoded, seed.data, seed.len);
	bytes_u8(&encoded, 0xbc);
	return rsa_private(key, RSA_NO_PADDING, NULL, encoded.data, encoded.len, out);
}

/* What ECDSA and DSA have in common: a secret number, a group order, a nonce below it. */
struct nonce {
	BN_CTX *numbers;
	BIGNUM *order, *secret, *k, *hash, *r, *s;
};

static RESULT nonce_make(struct nonce *n, const struct sign_key *key, const char *order,
                         const struct text *digest)
{
	struct text seed DEFER(text_free) = {0};
	unsigned char secret[256], wide[HASH_MAX];
	size_t wide_len = 0;

	ENSURE(EVP_PKEY_get_bn_param(key->key, order, &n->order) == 1 &&
	               EVP_PKEY_get_bn_param(key->key, OSSL_PKEY_PARAM_PRIV_KEY, &n->secret) == 1,
	       USAGE, AT_NONE, "the key has no %s", order);
	int bits = BN_num_bits(n->order), secret_len = BN_bn2bin(n->secret, secret);
	text_add(&seed, secret, (size_t)secret_len);
	text_add(&seed, digest->data, digest->len);
	EVP_Q_digest(NULL, "SHA512", NULL, seed.data, seed.len, wide, &wide_len);
	BN_bin2bn(wide, (int)wide_len, n->k);
	BN_mod(n->k, n->k, n->order, n->numbers);
	if (BN_is_zero(n->k))
		BN_one(n->k);
	/* the leftmost bits of the digest */
	BN_bin2bn((const unsigned char *)digest->data, (int)digest->len, n->hash);
	if ((int)digest->len * 8 > bits)
		BN_rshift(n->hash, n->hash, (int)digest->len * 8 - bits);
	return OK;
}

/* s = (hash + secret r) / k, and both numbers as SEQUENCE { r, s }. */
static RESULT nonce_finish(struct nonce *n, struct text *out)
{
	ECDSA_SIG *pair DEFER(pair_free) = ECDSA_SIG_new();
	unsigned char *der = NULL;

	ENSURE(BN_mod_mul(n->s, n->secret, n->r, n->order, n->numbers) &&
	               BN_mod_add(n->s, n->s, n->hash, n->order, n->numbers) &&
	               BN_mod_inverse(n->k, n->k, n->order, n->numbers) &&
	               BN_mod_mul(n->s, n->s, n->k, n->order, n->numbers) && pair,
	       USAGE, AT_NONE, "the key cannot sign");
	ECDSA_SIG_set0(pair, BN_dup(n->r), BN_dup(n->s));
	int len = i2d_ECDSA_SIG(pair, &der);
	ENSURE(len > 0, USAGE, AT_NONE, "the signature cannot be written");
	text_add(out, der, (size_t)len);
	OPENSSL_free(der);
	return OK;
}

static RESULT ecdsa_r(struct nonce *n, const struct sign_key *key)
{
	char curve[64];

	ENSURE(EVP_PKEY_get_group_name(key->key, curve, sizeof curve, NULL) == 1, USAGE, AT_NONE,
	       "the key has no named curve");
	EC_GROUP *group DEFER(group_free) = EC_GROUP_new_by_curve_name(OBJ_sn2nid(curve));
	ENSURE(group, USAGE, AT_NONE, "curve %s is not known", curve);
	EC_POINT *point DEFER(point_free) = EC_POINT_new(group);
	ENSURE(EC_POINT_mul(group, point, n->k, NULL, NULL, n->numbers) == 1 &&
	               EC_POINT_get_affine_coordinates(group, point, n->r, NULL, n->numbers) == 1 &&
	               BN_mod(n->r, n->r, n->order, n->numbers),
	       USAGE, AT_NONE, "the key cannot sign");
	return OK;
}

static RESULT dsa_r(struct nonce *n, const struct sign_key *key)
{
	BIGNUM *prime = BN_CTX_get(n->numbers), *base = BN_CTX_get(n->numbers);

	ENSURE(EVP_PKEY_get_bn_param(key->key, OSSL_PKEY_PARAM_FFC_P, &prime) == 1 &&
	               EVP_PKEY_get_bn_param(key->key, OSSL_PKEY_PARAM_FFC_G, &base) == 1 &&
	               BN_mod_exp(n->r, base, n->k, prime, n->numbers) &&
	               BN_mod(n->r, n->r, n->order, n->numbers),
	       USAGE, AT_NONE, "the key cannot sign");
	return OK;
}

static RESULT pair_sign(const struct sign_key *key, enum sign_family family, const char *hash,
                        const struct text *message, struct text *out)
{
	BN_CTX *numbers DEFER(numbers_free) = BN_CTX_new();
	struct text digest DEFER(text_free) = {0};

	BN_CTX_start(numbers);
	struct nonce n = {numbers,
	                  BN_CTX_get(numbers),
	                  BN_CTX_get(numbers),
	                  BN_CTX_get(numbers),
	                  BN_CTX_get(numbers),
	                  BN_CTX_get(numbers),
	                  BN_CTX_get(numbers)};
	sign_digest(hash, message->data, message->len, &digest);
	TRY(nonce_make(&n, key,
	               family == SIGN_DSA ? OSSL_PKEY_PARAM_FFC_Q : OSSL_PKEY_PARAM_EC_ORDER,
	               &digest));
	TRY(family == SIGN_DSA ? dsa_r(&n, key) : ecdsa_r(&n, key));
	return nonce_finish(&n, out);
}

RESULT sign_raw(const struct sign_key *key, enum sign_family family, const char *hash,
                const struct text *message, struct text *out)
{
	enum sign_family own = sign_key_family(key);

	ENSURE(own == family || (own == SIGN_RSA && family == SIGN_PSS), USAGE, AT_NONE,
	       "the key is of another family than the algorithm");
	switch (family) {
	case SIGN_RSA:
		return rsa_sign(key, hash, message, out);
	case SIGN_PSS:
		return pss_sign(key, hash, message, out);
	default:
		return pair_sign(key, family, hash, message, out);
	}
}
