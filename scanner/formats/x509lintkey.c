/* x509lintkey.c - rules about keys, what they are used for, and signatures. */
#include "formats/x509lintcheck.h"

static bool is_rsa(const struct x509 *x)
{
	return lint_key_is(x, "RSA") && x->modulus.data;
}

/* The exponent, saturated at INT64_MAX. */
static int64_t exponent(const struct x509 *x)
{
	struct der number = {.tag = DER_INTEGER, .body = x->exponent};
	int64_t value = der_int(&number);

	return value < 0 ? INT64_MAX : value;
}

CHECK(rsa_exponent_odd)
{
	(void)lint;
	if (!is_rsa(x))
		return LINT_AWAY;
	return lint_broken_if(!(x->exponent.data[x->exponent.size - 1] & 1));
}

CHECK(rsa_exponent_least)
{
	if (!is_rsa(x))
		return LINT_AWAY;
	return lint_broken_if(exponent(x) < lint->number);
}

/* From 2^16 + 1 to 2^256 - 1. */
CHECK(rsa_exponent_range)
{
	struct der number = {.tag = DER_INTEGER, .body = x->exponent};

	(void)lint;
	if (!is_rsa(x))
		return LINT_AWAY;
	return lint_broken_if(exponent(x) <= 65536 || der_bits(&number) > 256);
}

CHECK(rsa_modulus_bits)
{
	if (!is_rsa(x))
		return LINT_AWAY;
	return lint_broken_if(x->key.bits < lint->number);
}

CHECK(rsa_modulus_eight)
{
	(void)lint;
	if (!is_rsa(x))
		return LINT_AWAY;
	return lint_broken_if(x->key.bits % 8 != 0);
}

CHECK(rsa_modulus_odd)
{
	(void)lint;
	if (!is_rsa(x))
		return LINT_AWAY;
	return lint_broken_if(!(x->modulus.data[x->modulus.size - 1] & 1));
}

enum { FACTOR_MAX = 752 };

static bool is_prime(unsigned number)
{
	for (unsigned factor = 2; factor * factor <= number; factor++) {
		if (number % factor == 0)
			return false;
	}
	return true;
}

/* The rest of a large number, four bytes at a time. */
static unsigned rest_of(const struct cursor *number, unsigned factor)
{
	uint64_t rest = 0;
	size_t i = 0;

	for (; i < number->size % 4; i++)
		rest = (rest << 8 | number->data[i]) % factor;
	for (; i < number->size; i += 4) {
		const uint8_t *at = number->data + i;
		uint32_t word = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
		                (uint32_t)at[2] << 8 | at[3];
		rest = (rest << 32 | word) % factor;
	}
	return (unsigned)rest;
}

CHECK(rsa_modulus_factors)
{
	(void)lint;
	if (!is_rsa(x) || x->key.oversize)
		return LINT_AWAY;
	for (unsigned factor = 2; factor < FACTOR_MAX; factor++) {
		if (is_prime(factor) && !rest_of(&x->modulus, factor))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(ec_curves)
{
	const char *curve = x->key.curve;

	(void)lint;
	if (!lint_key_is(x, "EC"))
		return LINT_AWAY;
	return lint_broken_if(!curve || (strcmp(curve, "secp256r1") && strcmp(curve, "secp384r1") &&
	                                 strcmp(curve, "secp521r1")));
}

CHECK(key_types)
{
	(void)lint;
	return lint_broken_if(!lint_key_is(x, "RSA") && !lint_key_is(x, "EC") &&
	                      !lint_key_is(x, "DSA"));
}

CHECK(dsa_bits)
{
	if (!lint_key_is(x, "DSA") || x->key.bits < 0)
		return LINT_AWAY;
	return lint_broken_if(x->key.bits < lint->number);
}

CHECK(dsa_prohibited)
{
	(void)lint;
	return lint_key_is(x, "DSA") ? LINT_BROKEN : LINT_AWAY;
}

/* L and N of FIPS 186: the bits of p and q. */
CHECK(dsa_sizes)
{
	struct cursor c = x->parts.key.body;
	struct der algorithm, part, q;

	(void)lint;
	if (!lint_key_is(x, "DSA") || !der_next(&c, &algorithm).ok ||
	    !der_next(&algorithm.body, &part).ok ||
	    !der_expect(&algorithm.body, DER_SEQUENCE, "", &part).ok ||
	    !der_expect(&part.body, DER_INTEGER, "", &q).ok ||
	    !der_expect(&part.body, DER_INTEGER, "", &q).ok)
		return LINT_AWAY;
	return lint_broken_if(!(x->key.bits == 2048 && der_bits(&q) == 224) &&
	                      !(x->key.bits == 2048 && der_bits(&q) == 256) &&
	                      !(x->key.bits == 3072 && der_bits(&q) == 256));
}

/* rsaEncryption and the PKCS #1 signatures have the parameter NULL. */
static bool has_null(struct cursor algorithm)
{
	struct der oid, null;

	return der_next(&algorithm, &oid).ok && der_next(&algorithm, &null).ok &&
	       null.tag == DER_NULL && !null.body.size && !cursor_left(&algorithm);
}

static bool is_pkcs1(struct cursor algorithm)
{
	static const char prefix[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01";
	struct der oid;

	return der_next(&algorithm, &oid).ok && oid.tag == DER_OID &&
	       oid.body.size == sizeof prefix &&
	       !memcmp(oid.body.data, prefix, sizeof prefix - 1) &&
	       oid.body.data[sizeof prefix - 1] != 7 && oid.body.data[sizeof prefix - 1] != 8 &&
	       oid.body.data[sizeof prefix - 1] != 9 && oid.body.data[sizeof prefix - 1] != 10;
}

CHECK(key_null)
{
	struct cursor c = x->parts.key.body;
	struct der algorithm;

	(void)lint;
	if (!der_next(&c, &algorithm).ok || !is_pkcs1(algorithm.body))
		return LINT_AWAY;
	return lint_broken_if(!has_null(algorithm.body));
}

CHECK(signature_null)
{
	(void)lint;
	if (!is_pkcs1(x->parts.inner_algorithm.body))
		return LINT_AWAY;
	return lint_broken_if(!has_null(x->parts.inner_algorithm.body));
}

CHECK(sha1)
{
	(void)lint;
	if (lint_is_root(x) || (x->self_signed == ANSWER_YES && !lint_is_ca(x)))
		return LINT_AWAY;
	return lint_broken_if(x->hash && !strcmp(x->hash, "SHA1"));
}

/* --- key usage --- */

static const struct extension *usage_extension(const struct x509 *x)
{
	return EXTENSION(&x->extensions, EXTENSION_KEY_USAGE);
}

/* A bit that CAs must, or should, set; away from others and without the extension. */
CHECK(ca_usage_bit)
{
	if (!lint_is_ca(x) || !usage_extension(x))
		return LINT_AWAY;
	return lint_broken_if(!(x->usage & (uint32_t)lint->number));
}

/* A bit that a subscriber's certificate must not have. */
CHECK(leaf_usage_bit)
{
	if (!lint_is_leaf(x) || !usage_extension(x))
		return LINT_AWAY;
	return lint_broken_if(x->usage & (uint32_t)lint->number);
}

/* Bits of RFC 3279, 2.3.1: `number` are those that are allowed. */
static enum lint_outcome usage_within(const struct x509 *x, uint32_t allowed)
{
	if (!usage_extension(x))
		return LINT_AWAY;
	return lint_broken_if(x->usage & ~allowed);
}

CHECK(rsa_usage_leaf)
{
	if (!is_rsa(x) || !lint_is_leaf(x))
		return LINT_AWAY;
	return usage_within(x, (uint32_t)lint->number);
}

CHECK(rsa_usage_ca)
{
	if (!is_rsa(x) || !lint_is_ca(x))
		return LINT_AWAY;
	return usage_within(x, (uint32_t)lint->number);
}

CHECK(ec_usage)
{
	if (!lint_key_is(x, "EC"))
		return LINT_AWAY;
	return usage_within(x, (uint32_t)lint->number);
}

/* RFC 5480, 3: with a signing or agreeing key of an end entity. */
CHECK(ec_usage_leaf)
{
	if (!lint_key_is(x, "EC") || lint_is_ca(x) || !usage_extension(x))
		return LINT_AWAY;
	return lint_broken_if(x->usage & ~(uint32_t)lint->number);
}

CHECK(usage_bits)
{
	(void)lint;
	if (!usage_extension(x))
		return LINT_AWAY;
	return lint_broken_if(!x->usage);
}

/* A named bit list has no zero bits at its end (X.690, 11.2.2). */
CHECK(usage_encoding)
{
	struct der bits;
	const uint8_t *data;
	size_t size;

	(void)lint;
	if (!extension_value(usage_extension(x), DER_BITS, &bits))
		return LINT_AWAY;
	data = bits.body.data;
	size = bits.body.size;
	if (size < 2)
		return LINT_HOLDS;
	return lint_broken_if(data[0] > 7 || !(data[size - 1] >> data[0] & 1));
}

CHECK(usage_length)
{
	struct der bits;

	(void)lint;
	if (!extension_value(usage_extension(x), DER_BITS, &bits) || !bits.body.size)
		return LINT_AWAY;
	return lint_broken_if((bits.body.size - 1) * 8 - (bits.body.data[0] & 7U) > 9);
}

CHECK(usage_signs_without_ca)
{
	(void)lint;
	if (!usage_extension(x) || !(x->usage & USAGE_CERTIFICATES))
		return LINT_AWAY;
	return lint_broken_if(!lint_is_ca(x));
}

/* --- purposes --- */

/* RFC 5280, 4.2.1.12: the usages that go with a purpose; 0 if it is not named there. */
static uint32_t usages_of(const struct der *purpose)
{
	static const struct {
		const char *oid;
		uint32_t usages;
	} rules[] = {
		{PURPOSE_SERVER, USAGE_SIGNATURE | USAGE_KEY_ENCIPHERMENT | USAGE_KEY_AGREEMENT},
		{PURPOSE_CLIENT, USAGE_SIGNATURE | USAGE_KEY_AGREEMENT},
		{PURPOSE_CODE, USAGE_SIGNATURE},
		{PURPOSE_MAIL, USAGE_SIGNATURE | USAGE_NON_REPUDIATION | USAGE_KEY_ENCIPHERMENT |
	                               USAGE_KEY_AGREEMENT},
		{PURPOSE_TIME, USAGE_SIGNATURE | USAGE_NON_REPUDIATION},
		{PURPOSE_OCSP, USAGE_SIGNATURE | USAGE_NON_REPUDIATION},
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (der_is(purpose, rules[i].oid, strlen(rules[i].oid)))
			return rules[i].usages;
	}
	return 0;
}

/* Each purpose has a usage that serves it, and each usage a purpose, as far as all are known. */
CHECK(usage_and_purpose)
{
	const uint32_t modifiers = USAGE_ENCIPHER_ONLY | USAGE_DECIPHER_ONLY;
	uint32_t served = 0;

	(void)lint;
	if (lint_is_ca(x) || !usage_extension(x) || !x->has_purposes || !x->purposes.count)
		return LINT_AWAY;
	for (size_t i = 0; i < x->purposes.count; i++) {
		uint32_t usages = usages_of(&x->purposes.list[i]);
		if (usages && !(usages & x->usage))
			return LINT_BROKEN;
		served |= usages ? usages | modifiers : ~0U;
	}
	return lint_broken_if(x->usage & ~served);
}

CHECK(leaf_purpose_server_or_client)
{
	(void)lint;
	if (!lint_is_leaf(x) || !x->has_purposes || !x->purposes.count)
		return LINT_AWAY;
	return lint_broken_if(!PURPOSE(&x->purposes, PURPOSE_SERVER) &&
	                      !PURPOSE(&x->purposes, PURPOSE_CLIENT) &&
	                      !PURPOSE(&x->purposes, PURPOSE_ANY));
}

/* --- basic constraints --- */

CHECK(path_length_used)
{
	(void)lint;
	if (!x->has_basic || !x->basic.has_path_length)
		return x->has_basic || !lint_is_ca(x) ? LINT_HOLDS : LINT_AWAY;
	return lint_broken_if(!lint_is_ca(x) || (x->has_usage && !(x->usage & USAGE_CERTIFICATES)));
}

CHECK(path_length_negative)
{
	(void)lint;
	if (!x->has_basic)
		return LINT_AWAY;
	return lint_broken_if(x->basic.negative);
}

CHECK(ca_is_ca)
{
	(void)lint;
	if (!x->has_basic || !x->has_usage || !(x->usage & USAGE_CERTIFICATES))
		return LINT_AWAY;
	return lint_broken_if(!lint_is_ca(x));
}
