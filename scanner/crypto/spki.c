/* spki.c - type, size and curve of public keys. */
#include "crypto/spki.h"

#include <openssl/ec.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <string.h>

#define TYPE(oid, name, bits) \
	{ \
		oid, sizeof(oid) - 1, name, bits \
	}

static const struct key_type {
	const char *oid;
	size_t len;
	const char *name;
	int64_t bits; /* 0: the key tells */
} key_types[] = {
	TYPE("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", "RSA", 0),
	TYPE("\x55\x08\x01\x01", "RSA", 0),                     /* rsa of X.509, annex H */
	TYPE("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07", "RSA", 0), /* id-RSAES-OAEP */
	TYPE("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "RSA", 0), /* id-RSASSA-PSS */
	TYPE("\x2a\x86\x48\xce\x3d\x02\x01", "EC", 0),
	TYPE("\x2a\x86\x48\xce\x38\x04\x01", "DSA", 0),
	TYPE("\x2b\x65\x6e", "X25519", 253),
	TYPE("\x2b\x65\x6f", "X448", 448),
	TYPE("\x2b\x65\x70", "Ed25519", 256),
	TYPE("\x2b\x65\x71", "Ed448", 456),
	TYPE("\x2a\x81\x1c\xcf\x55\x01\x82\x2d", "SM2", 256),
};

/* An integer that no key has: zero, negative, or not there. */
static RESULT number(const struct der *integer, const char *field, int64_t *bits)
{
	*bits = der_bits(integer);
	ENSURE(*bits >= 0, CERT_KEY, integer->whole.origin, "%s is negative (RFC 8017, 3.1)",
	       field);
	ENSURE(*bits > 0, CERT_KEY, integer->whole.origin, "%s is zero (RFC 8017, 3.1)", field);
	return OK;
}

static bool even(const struct der *integer)
{
	return !(integer->body.data[integer->body.size - 1] & 1);
}

struct result spki_rsa(const struct der *modulus, const struct der *exponent, struct spki *out)
{
	int64_t bits, exponent_bits;

	TRY(number(modulus, "modulus of the RSA key", &bits));
	TRY(number(exponent, "exponent of the RSA key", &exponent_bits));
	out->bits = bits;
	out->oversize = bits > KEY_BITS_MAX;
	out->odd = even(modulus) || even(exponent) || exponent_bits < 2 ||
	           exponent_bits > KEY_EXPONENT_BITS_MAX;
	return OK;
}

static RESULT rsa_public(struct cursor key, struct spki *out)
{
	struct der sequence, modulus, exponent;

	TRY(der_expect(&key, DER_SEQUENCE, "RSA public key (RFC 8017, A.1.1)", &sequence));
	TRY(der_expect(&sequence.body, DER_INTEGER, "modulus of the RSA key", &modulus));
	TRY(der_expect(&sequence.body, DER_INTEGER, "exponent of the RSA key", &exponent));
	return spki_rsa(&modulus, &exponent, out);
}

static RESULT dsa_parameters(struct cursor algorithm, struct spki *out)
{
	struct der sequence, prime;

	/* a key may inherit the parameters of the issuer's (RFC 3279, 2.3.2) */
	if (der_peek(&algorithm) != DER_SEQUENCE)
		return OK;
	TRY(der_next(&algorithm, &sequence));
	TRY(der_expect(&sequence.body, DER_INTEGER, "prime p of the DSA key", &prime));
	TRY(number(&prime, "prime p of the DSA key", &out->bits));
	out->oversize = out->bits > KEY_BITS_MAX;
	out->odd = even(&prime);
	return OK;
}

struct result spki_curve(struct cursor algorithm, struct spki *out)
{
	struct der curve;
	const uint8_t *octets;
	ASN1_OBJECT *object;
	int nid;

	ENSURE(der_peek(&algorithm) == DER_OID, CERT_KEY, cursor_at(&algorithm),
	       "parameters of the EC key name no curve (RFC 5480, 2.1.1)");
	TRY(der_next(&algorithm, &curve));
	ENSURE(curve.body.size <= 32, CERT_KEY, curve.whole.origin,
	       "curve of the EC key: an identifier of %zu bytes", curve.body.size);
	octets = curve.whole.data;
	object = d2i_ASN1_OBJECT(NULL, &octets, (long)curve.whole.size);
	ENSURE(object, CERT_KEY, curve.whole.origin, "curve of the EC key is no identifier");
	nid = OBJ_obj2nid(object);
	ASN1_OBJECT_free(object);
	EC_GROUP *group = nid == NID_undef ? NULL : EC_GROUP_new_by_curve_name(nid);
	ENSURE(group, CERT_KEY, curve.whole.origin, "curve of the EC key is not known");
	out->bits = EC_GROUP_order_bits(group);
	EC_GROUP_free(group);
	out->curve = nid == NID_X9_62_prime256v1 ? "secp256r1" : OBJ_nid2sn(nid);
	if (nid == NID_sm2) {
		snprintf(out->type, sizeof out->type, "SM2");
		out->curve = "sm2p256v1";
	}
	return OK;
}

static const struct key_type *type_of(const struct der *oid)
{
	for (size_t i = 0; i < sizeof key_types / sizeof *key_types; i++)
		if (der_is(oid, key_types[i].oid, key_types[i].len))
			return &key_types[i];
	return NULL;
}

struct result spki_algorithm(struct cursor algorithm, struct spki *out)
{
	struct spki spki = {.bits = -1};
	struct der oid;
	const struct key_type *type;

	TRY(der_expect(&algorithm, DER_OID, "algorithm of the key (RFC 5280, 4.1.1.2)", &oid));
	type = type_of(&oid);
	if (!type) {
		ENSURE(der_oid_text(&oid, spki.type, sizeof spki.type), CERT_KEY, oid.whole.origin,
		       "algorithm of the key: an identifier of %zu bytes", oid.body.size);
		*out = spki;
		return OK;
	}
	spki.known = true;
	snprintf(spki.type, sizeof spki.type, "%s", type->name);
	if (type->bits)
		spki.bits = type->bits;
	if (!strcmp(type->name, "EC"))
		TRY(spki_curve(algorithm, &spki));
	if (!strcmp(type->name, "DSA"))
		TRY(dsa_parameters(algorithm, &spki));
	*out = spki;
	return OK;
}

struct result spki_read(const struct der *info, struct spki *out)
{
	struct cursor c = info->body, key;
	struct der algorithm, bits;
	struct spki spki;
	uint8_t unused = 0;

	TRY(der_expect(&c, DER_SEQUENCE, "algorithm of the public key", &algorithm));
	TRY(der_expect(&c, DER_BITS, "public key", &bits));
	TRY(spki_algorithm(algorithm.body, &spki));
	key = bits.body;
	ENSURE(cursor_u8(&key, &unused).ok && unused < 8, CERT_KEY, bits.whole.origin,
	       "public key is not a whole bit string (X.690, 8.6.2)");
	if (!strcmp(spki.type, "RSA"))
		TRY(rsa_public(key, &spki));
	*out = spki;
	return OK;
}

bool spki_usable(const struct spki *spki)
{
	return spki->known && !spki->oversize && !spki->odd;
}

/* The parts of an RSA key, to be put together again. */
struct rsa_parts {
	struct der algorithm, modulus, exponent;
	uint8_t unused;
};

static RESULT take_apart(struct cursor info, struct rsa_parts *out)
{
	struct der whole, bits, sequence;
	struct cursor key;

	TRY(der_expect(&info, DER_SEQUENCE, "public key (RFC 5280, 4.1.2.7)", &whole));
	TRY(der_expect(&whole.body, DER_SEQUENCE, "algorithm of the public key", &out->algorithm));
	TRY(der_expect(&whole.body, DER_BITS, "public key", &bits));
	key = bits.body;
	TRY(cursor_u8(&key, &out->unused));
	TRY(der_expect(&key, DER_SEQUENCE, "RSA public key (RFC 8017, A.1.1)", &sequence));
	TRY(der_expect(&sequence.body, DER_INTEGER, "modulus of the RSA key", &out->modulus));
	return der_expect(&sequence.body, DER_INTEGER, "exponent of the RSA key", &out->exponent);
}

static RESULT put_together(const struct rsa_parts *parts, struct arena *arena, struct cursor *out)
{
	enum { HEADERS = 64 };
	size_t room = parts->algorithm.whole.size + parts->modulus.body.size +
	              parts->exponent.whole.size + HEADERS;
	uint8_t *buffer, *at;

	ALLOC(buffer, arena, room);
	at = buffer + room;
	der_put(&at, &parts->exponent.whole);
	der_put(&at, &parts->modulus.body);
	*--at = 0;
	der_put_header(&at, DER_INTEGER, parts->modulus.body.size + 1);
	der_put_header(&at, DER_SEQUENCE, (size_t)(buffer + room - at));
	*--at = parts->unused;
	der_put_header(&at, DER_BITS, (size_t)(buffer + room - at));
	der_put(&at, &parts->algorithm.whole);
	der_put_header(&at, DER_SEQUENCE, (size_t)(buffer + room - at));
	*out = cursor_over(at, (size_t)(buffer + room - at), DIAG_ASN1_LENGTH);
	return OK;
}

struct result spki_positive(struct cursor info, struct arena *arena, struct cursor *out)
{
	struct rsa_parts parts;
	struct cursor algorithm = info;
	struct der whole, sequence, oid;

	TRY(der_expect(&algorithm, DER_SEQUENCE, "public key (RFC 5280, 4.1.2.7)", &whole));
	TRY(der_expect(&whole.body, DER_SEQUENCE, "algorithm of the public key", &sequence));
	TRY(der_expect(&sequence.body, DER_OID, "algorithm of the public key", &oid));
	if (!der_is(&oid, key_types[0].oid, key_types[0].len) || !take_apart(info, &parts).ok ||
	    !parts.modulus.body.size || !(parts.modulus.body.data[0] & 0x80)) {
		*out = info;
		return OK;
	}
	return put_together(&parts, arena, out);
}
