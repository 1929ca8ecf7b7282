/* jarcertificate.c - reads certificates of signature blocks, as Java and Android do. */
#include "signing/jarcertificate.h"

#include <string.h>

#include "crypto/loose.h"
#include "crypto/spki.h"

enum { BOOLEAN = 0x01, V1 = 0, V3 = 2, RSA_BITS_MIN = 512 };

/* Extensions that the platform's verifiers know (contents of their identifiers). */
static const struct {
	const char *oid;
	size_t len;
} known[] = {
#define KNOWN(oid) \
	{ \
		oid, sizeof(oid) - 1 \
	}
	KNOWN("\x55\x1d\x0e"),
	KNOWN("\x55\x1d\x0f"),
	KNOWN("\x55\x1d\x10"),
	KNOWN("\x55\x1d\x11"),
	KNOWN("\x55\x1d\x12"),
	KNOWN("\x55\x1d\x13"),
	KNOWN("\x55\x1d\x1e"),
	KNOWN("\x55\x1d\x1f"),
	KNOWN("\x55\x1d\x20"),
	KNOWN("\x55\x1d\x21"),
	KNOWN("\x55\x1d\x23"),
	KNOWN("\x55\x1d\x24"),
	KNOWN("\x55\x1d\x25"),
	KNOWN("\x55\x1d\x2e"),
	KNOWN("\x55\x1d\x36"),
	KNOWN("\x60\x86\x48\x01\x86\xf8\x42\x01\x01"), /* Netscape certificate type */
	KNOWN("\x2b\x06\x01\x05\x05\x07\x01\x01"),     /* authority information access */
	KNOWN("\x2b\x06\x01\x05\x05\x07\x01\x0b"),     /* subject information access */
	KNOWN("\x2b\x06\x01\x05\x05\x07\x30\x01\x05"), /* OCSP no check */
#undef KNOWN
};

static bool is_known(const struct der *oid)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (der_is(oid, known[i].oid, known[i].len))
			return true;
	return false;
}

/* Name ::= SEQUENCE OF SET OF SEQUENCE { type, value } (RFC 5280, 4.1.2.4) */
static RESULT read_name(struct cursor *c, const char *field, struct der *out)
{
	struct der name, set, pair, type, value;

	TRY(loose_part(c, DER_SEQUENCE, field, &name));
	*out = name;
	while (cursor_left(&name.body)) {
		TRY(loose_part(&name.body, DER_SET, field, &set));
		while (cursor_left(&set.body)) {
			TRY(loose_part(&set.body, DER_SEQUENCE, field, &pair));
			TRY(loose_oid(&pair.body, field, &type));
			TRY(der_next(&pair.body, &value));
		}
	}
	return OK;
}

struct result jar_name_check(const struct der *name)
{
	static const char field[] = "issuer of the signer's certificate (RFC 5652, 10.2.4)";
	struct cursor c = name->whole;
	struct der sequence, set, pair, part;

	TRY(der_expect(&c, DER_SEQUENCE, field, &sequence));
	while (cursor_left(&sequence.body)) {
		TRY(der_expect(&sequence.body, DER_SET, field, &set));
		while (cursor_left(&set.body)) {
			TRY(der_expect(&set.body, DER_SEQUENCE, field, &pair));
			TRY(der_expect(&pair.body, DER_OID, field, &part));
			TRY(der_next(&pair.body, &part));
			ENSURE(!cursor_left(&pair.body), CERT_PARSE, cursor_at(&pair.body),
			       "%s: bytes follow the value of an attribute", field);
		}
	}
	return OK;
}

/* Digits of a time, two at a time. */
static bool take_number(struct cursor *c, int *out)
{
	uint8_t tens = 0, ones = 0;

	if (!cursor_u8(c, &tens).ok || !cursor_u8(c, &ones).ok)
		return false;
	*out = (tens - '0') * 10 + ones - '0';
	return tens >= '0' && tens <= '9' && ones >= '0' && ones <= '9';
}

static bool take_offset(struct cursor *c)
{
	uint8_t sign = 0;
	int hours = 0, minutes = 0;

	if (!cursor_u8(c, &sign).ok)
		return false;
	if (sign != 'Z' &&
	    ((sign != '+' && sign != '-') || !take_number(c, &hours) || !take_number(c, &minutes)))
		return false;
	return hours < 24 && minutes < 60 && !cursor_left(c);
}

static void skip_fraction(struct cursor *c)
{
	if (!cursor_left(c) || (c->data[c->pos] != '.' && c->data[c->pos] != ','))
		return;
	do
		c->pos++;
	while (cursor_left(c) && c->data[c->pos] >= '0' && c->data[c->pos] <= '9');
}

/* Days are 1 to 31 in every month, and seconds lack only in front of a lone Z: so reads Java. */
static RESULT read_time(struct cursor *c)
{
	int century, year, month, day, hour, minute, second = 0;
	struct der time;

	TRY(der_next(c, &time));
	struct cursor text = time.body;
	bool general = (time.tag & 0xdf) == DER_TIME;
	ENSURE(general || (time.tag & 0xdf) == DER_UTC_TIME, CERT_TIME, time.whole.origin,
	       "validity (RFC 5280, 4.1.2.5) has no time");
	bool valid = (!general || take_number(&text, &century)) && take_number(&text, &year) &&
	             take_number(&text, &month) && take_number(&text, &day) &&
	             take_number(&text, &hour) && take_number(&text, &minute);
	if (valid && cursor_left(&text) > 2) {
		valid = take_number(&text, &second);
		if (general)
			skip_fraction(&text);
	}
	ENSURE(valid && take_offset(&text) && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
	               hour < 24 && minute < 60 && second < 60,
	       CERT_TIME, time.whole.origin, "validity (RFC 5280, 4.1.2.5) is no valid time");
	return OK;
}

static RESULT read_validity(struct cursor *c)
{
	struct der validity;

	TRY(loose_part(c, DER_SEQUENCE, "validity (RFC 5280, 4.1.2.5)", &validity));
	TRY(read_time(&validity.body));
	return read_time(&validity.body);
}

static RESULT check_bits(const struct der *bits, const char *field)
{
	const struct cursor *octets = &bits->body;

	ENSURE(octets->size && octets->data[0] <= (octets->size > 1 ? 7 : 0), CERT_PARSE,
	       bits->whole.origin, "%s has no sound number of unused bits (X.690, 8.6.2)", field);
	return OK;
}

#define RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define EC "\x2a\x86\x48\xce\x3d\x02\x01"

/* RSAPublicKey ::= SEQUENCE { modulus, exponent } (RFC 8017, A.1.1) */
static RESULT check_rsa(struct cursor bits)
{
	static const char field[] = "RSA public key (RFC 8017, A.1.1)";
	struct der key, modulus, exponent;

	TRY(cursor_skip(&bits, 1));
	TRY(loose_part(&bits, DER_SEQUENCE, field, &key));
	TRY(loose_part(&key.body, DER_INTEGER, field, &modulus));
	TRY(loose_part(&key.body, DER_INTEGER, field, &exponent));
	/* a modulus written as a negative number is taken for what was meant */
	ENSURE(!cursor_left(&key.body) && modulus.body.size >= RSA_BITS_MIN / 8 &&
	               der_bits(&exponent) >= 2,
	       CERT_KEY, key.whole.origin, "%s is not usable", field);
	return OK;
}

static RESULT read_key(struct cursor *c, struct jar_key *out)
{
	static const char field[] = "subjectPublicKeyInfo (RFC 5280, 4.1.2.7)";
	struct der key, algorithm, bits;
	struct jar_key parts;

	TRY(loose_part(c, DER_SEQUENCE, field, &key));
	TRY(loose_algorithm(&key.body, field, &algorithm));
	TRY(loose_algorithm_parts(&algorithm, field, &parts.oid, &parts.parameters));
	TRY(loose_part(&key.body, DER_BITS, field, &bits));
	TRY(check_bits(&bits, field));
	parts.bits = bits.body;
	*out = parts;
	if (DER_IS(&parts.oid, RSA))
		return check_rsa(parts.bits);
	ENSURE(!DER_IS(&parts.oid, EC) || (parts.bits.size > 1 && parts.bits.data[1] == 4),
	       CERT_KEY, bits.whole.origin, "%s: the point is not uncompressed (SEC 1, 2.3.3)",
	       field);
	return OK;
}

struct result jar_key_write(const struct jar_key *key, struct arena *arena, struct cursor *out)
{
	enum { HEADERS = 64 };
	static const uint8_t none[] = {DER_NULL, 0};
	struct cursor parameters = key->parameters.whole;
	uint8_t *buffer, *at;

	if (DER_IS(&key->oid, RSA))
		parameters = cursor_over(none, sizeof none, DIAG_ASN1_LENGTH);
	size_t room = key->oid.body.size + parameters.size + key->bits.size + HEADERS;
	ALLOC(buffer, arena, room);
	at = buffer + room;
	der_put(&at, &key->bits);
	der_put_header(&at, DER_BITS, key->bits.size);
	uint8_t *algorithm_end = at;
	der_put(&at, &parameters);
	der_put(&at, &key->oid.body);
	der_put_header(&at, DER_OID, key->oid.body.size);
	der_put_header(&at, DER_SEQUENCE, (size_t)(algorithm_end - at));
	der_put_header(&at, DER_SEQUENCE, (size_t)(buffer + room - at));
	*out = cursor_over(at, (size_t)(buffer + room - at), DIAG_ASN1_LENGTH);
	return OK;
}

struct extension {
	struct der oid, value;
	bool critical;
};

/* Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
static RESULT read_extension(struct cursor *list, struct extension *out)
{
	static const char field[] = "Extension (RFC 5280, 4.1)";
	struct der extension, critical;

	*out = (struct extension){0};
	TRY(loose_part(list, DER_SEQUENCE, field, &extension));
	if (!cursor_left(&extension.body))
		return OK;
	TRY(loose_oid(&extension.body, field, &out->oid));
	TRY(loose_option(&extension.body, BOOLEAN, &critical));
	ENSURE(!critical.tag || critical.body.size == 1, CERT_PARSE, critical.whole.origin,
	       "critical (RFC 5280, 4.1) is not one octet");
	out->critical = critical.tag && critical.body.data[0];
	if (!cursor_left(&extension.body))
		return OK;
	return loose_part(&extension.body, DER_OCTETS, field, &out->value);
}

/* Bits 0 and 1, digitalSignature and nonRepudiation (RFC 5280, 4.2.1.3). */
static RESULT read_usage(const struct extension *extension, bool *may_sign)
{
	struct cursor c = extension->value.body;
	struct der bits;

	TRY(der_expect(&c, DER_BITS, "keyUsage (RFC 5280, 4.2.1.3)", &bits));
	TRY(check_bits(&bits, "keyUsage (RFC 5280, 4.2.1.3)"));
	*may_sign = bits.body.size > 1 && bits.body.data[1] & 0xc0;
	return OK;
}

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN, pathLenConstraint INTEGER } (4.2.1.9) */
static RESULT check_constraints(const struct extension *extension)
{
	static const char field[] = "basicConstraints (RFC 5280, 4.2.1.9)";
	struct cursor c = extension->value.body;
	struct der sequence, part;

	TRY(der_expect(&c, DER_SEQUENCE, field, &sequence));
	if (!cursor_left(&sequence.body))
		return OK;
	TRY(der_next(&sequence.body, &part));
	if (part.tag != BOOLEAN || !cursor_left(&sequence.body))
		return OK;
	return der_expect(&sequence.body, DER_INTEGER, field, &part);
}

/* What cannot be read of an extension matters where it is critical. */
static RESULT judge_extension(const struct extension *extension, struct jar_certificate *out)
{
	struct result read = OK;

	if (DER_IS(&extension->oid, "\x55\x1d\x0f"))
		read = read_usage(extension, &out->may_sign);
	else if (DER_IS(&extension->oid, "\x55\x1d\x13"))
		read = check_constraints(extension);
	if (extension->critical && !is_known(&extension->oid))
		out->strange = true;
	return extension->critical ? read : OK;
}

/* Has any of the `count` extensions before it the same number? */
static RESULT check_new(struct cursor list, size_t count, const struct der *oid)
{
	struct extension before;

	while (count--) {
		TRY(read_extension(&list, &before));
		ENSURE(!oid->body.size || !der_is(oid, (const char *)before.oid.body.data,
		                                  before.oid.body.size),
		       CERT_PARSE, oid->whole.origin,
		       "extension stands there twice (RFC 5280, 4.2)");
	}
	return OK;
}

enum { EXTENSIONS_MAX = 200 };

static bool is_sequence(const struct cursor *c)
{
	return (der_peek(c) | 0x20) == DER_SEQUENCE;
}

/* A list with an element that is no SEQUENCE counts as none. */
static RESULT read_extensions(struct cursor tagged, struct jar_certificate *out)
{
	const struct jar_certificate before = *out;
	struct extension extension;
	bool whole = true;
	struct der list;

	TRY(der_next(&tagged, &list));
	struct cursor c = list.body;
	for (size_t count = 0; cursor_left(&c) && is_sequence(&c); count++) {
		ENSURE(count < EXTENSIONS_MAX, CERT_EXTS, cursor_at(&c), "more than %d extensions",
		       EXTENSIONS_MAX);
		TRY(read_extension(&c, &extension));
		TRY(check_new(list.body, count, &extension.oid));
		whole = whole && extension.value.tag;
		if (extension.value.tag)
			TRY(judge_extension(&extension, out));
	}
	ENSURE(whole || cursor_left(&c), CERT_PARSE, list.whole.origin,
	       "an extension has no value (RFC 5280, 4.1)");
	if (!cursor_left(&c))
		return OK;
	*out = before;
	return der_next(&c, &list);
}

/* Unique ids [1], [2] and extensions [3]; what is none of them is passed over. */
static RESULT read_rest(struct cursor *c, int64_t version, struct jar_certificate *out)
{
	struct der part;

	while (cursor_left(c)) {
		TRY(der_next(c, &part));
		uint8_t tag = part.tag & 0xdf;
		bool id = tag == 0x81 || tag == 0x82, extensions = tag == 0x83;
		ENSURE((!id || version != V1) && (!extensions || version == V3), CERT_VERSION,
		       part.whole.origin,
		       "certificate of version %lld has parts of later ones (RFC 5280, 4.1.2.1)",
		       (long long)version + 1);
		if (id)
			TRY(check_bits(&part, "unique identifier (RFC 5280, 4.1.2.8)"));
		if (extensions)
			return read_extensions(part.body, out);
	}
	return OK;
}

static RESULT read_version(struct cursor *c, int64_t *version)
{
	struct der tagged, integer;

	*version = V1;
	TRY(loose_option(c, DER_TAGGED, &tagged));
	if (!tagged.tag)
		return OK;
	TRY(der_next(&tagged.body, &integer));
	integer.tag = DER_INTEGER; /* whatever it says: the explicit tag settles it */
	*version = der_int(&integer);
	return OK;
}

static RESULT read_body(struct cursor c, struct der *algorithm, struct jar_certificate *out)
{
	int64_t version;

	TRY(read_version(&c, &version));
	TRY(loose_part(&c, DER_INTEGER, "serialNumber (RFC 5280, 4.1.2.2)", &out->serial));
	TRY(loose_algorithm(&c, "signature (RFC 5280, 4.1.2.3)", algorithm));
	TRY(read_name(&c, "issuer (RFC 5280, 4.1.2.4)", &out->issuer));
	TRY(read_validity(&c));
	TRY(read_name(&c, "subject (RFC 5280, 4.1.2.6)", &out->subject));
	ENSURE(out->issuer.body.size && (out->subject.body.size || version != V1), CERT_PARSE,
	       out->issuer.whole.origin, "issuer or subject is empty (RFC 5280, 4.1.2.4)");
	TRY(read_key(&c, &out->key));
	return read_rest(&c, version, out);
}

/* An AlgorithmIdentifier without parameters is as good as one with NULL. */
static bool same_algorithm(struct der a, struct der b)
{
	struct der *sides[2] = {&a, &b}, oids[2] = {{0}}, parameters[2] = {{0}};

	for (int i = 0; i < 2; i++) {
		if (!loose_algorithm_parts(sides[i], "algorithm", &oids[i], &parameters[i]).ok)
			return false;
		if (parameters[i].tag == DER_NULL)
			parameters[i] = (struct der){0};
	}
	const struct cursor *left = &parameters[0].whole, *right = &parameters[1].whole;
	return der_is(&oids[0], (const char *)oids[1].body.data, oids[1].body.size) &&
	       left->size == right->size &&
	       (!left->size || memcmp(left->data, right->data, left->size) == 0);
}

struct result jar_certificate_read(struct cursor der, struct jar_certificate *out)
{
	struct jar_certificate read = {.may_sign = true};
	struct der body, inner, outer, signature;

	TRY(loose_part(&der, DER_SEQUENCE, "Certificate (RFC 5280, 4.1)", &read.whole));
	struct cursor c = read.whole.body;
	TRY(loose_part(&c, DER_SEQUENCE, "TBSCertificate (RFC 5280, 4.1)", &body));
	TRY(read_body(body.body, &inner, &read));
	TRY(loose_algorithm(&c, "signatureAlgorithm (RFC 5280, 4.1.1.2)", &outer));
	TRY(loose_part(&c, DER_BITS, "signatureValue (RFC 5280, 4.1.1.3)", &signature));
	TRY(check_bits(&signature, "signatureValue (RFC 5280, 4.1.1.3)"));
	ENSURE(same_algorithm(inner, outer), CERT_PARSE, outer.whole.origin,
	       "the two signature algorithms (RFC 5280, 4.1.1.2) differ");
	*out = read;
	return OK;
}
