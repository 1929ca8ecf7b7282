/* x509read.c - reads certificates. */
#include "formats/x509read.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "crypto/signature.h"

enum { OID_MAX = 64, HANDLE_MAX = 1 << 20 };

/* A certificate being read. */
struct reader {
	struct x509 *out;
	struct arena *arena;
	struct x509_remark **last;
};

static const char *keep(struct reader *r, const char *text, size_t len)
{
	const char *copy = arena_copy(r->arena, text, len);

	if (!copy)
		fault_out_of_memory();
	return copy;
}

static void remark(struct reader *r, enum diag code, uint64_t at, bool gap, const char *why)
{
	struct x509_remark *new = arena_take(r->arena, 1, sizeof *new);

	if (!new)
		fault_out_of_memory();
	*new = (struct x509_remark){.code = code, .at = at, .gap = gap};
	new->why = keep(r, why, strlen(why));
	*r->last = new;
	r->last = &new->next;
}

/* The thread's last failure. */
static void remark_fault(struct reader *r)
{
	struct fault fault = *fault_last();

	remark(r, fault.code, fault.at, true, fault.why);
}

static void notice(struct reader *r, enum diag code, const struct der *at, const char *why)
{
	remark(r, code, at->whole.origin, false, why);
}

static void read_version(struct reader *r)
{
	const struct der *part = &r->out->parts.version;
	struct cursor c = part->body;
	struct der number;

	r->out->version = 1;
	if (!part->tag)
		return;
	r->out->version = 0;
	if (der_expect(&c, DER_INTEGER, "version", &number).ok && der_int(&number) >= 0 &&
	    der_int(&number) <= 2)
		r->out->version = der_int(&number) + 1;
	else
		remark(r, DIAG_CERT_VERSION, part->whole.origin, true,
		       "version of the certificate is none of 1, 2 and 3 (RFC 5280, 4.1.2.1)");
}

static const char *read_name(struct reader *r, const struct der *name, const char *field,
                             struct name_parts *parts)
{
	struct text text = {0};
	struct name_oddity oddity;
	const char *out = NULL;
	char why[80];

	if (x509name_text(name, &text, &oddity).ok)
		out = keep(r, text.data ? text.data : "", text.len);
	else
		remark_fault(r);
	if (oddity.cut) {
		snprintf(why, sizeof why, "%s is longer than %d bytes of text", field,
		         NAME_TEXT_MAX);
		remark(r, DIAG_CERT_NAMES, name->whole.origin, true, why);
	}
	if (oddity.nul)
		notice(r, DIAG_CERT_NAME_NUL, name, "a name holds a NUL character");
	if (oddity.encoding)
		notice(r, DIAG_CERT_NAME_ENCODING, name,
		       "a name holds a string that its type does not allow");
	text_free(&text);
	/* a name that cannot be taken apart has been remarked on above, or has no parts to look at
	 */
	if (!x509name_split(name, r->arena, parts).ok && out)
		remark_fault(r);
	return out;
}

static bool read_time(struct reader *r, const struct der *time, const char *field,
                      struct moment *out)
{
	if (x509time_read(time, field, out).ok)
		return true;
	remark_fault(r);
	return false;
}

/* RSASSA-PSS names its hash in its parameters: [0] { AlgorithmIdentifier }, default SHA-1. */
static int pss_hash(struct cursor parameters)
{
	struct der part;
	const uint8_t *octets;
	int nid = NID_sha1;

	if (!der_expect(&parameters, DER_SEQUENCE, "", &part).ok ||
	    der_peek(&part.body) != DER_TAGGED)
		return nid;
	if (!der_next(&part.body, &part).ok ||
	    !der_expect(&part.body, DER_SEQUENCE, "", &part).ok ||
	    !der_expect(&part.body, DER_OID, "", &part).ok || part.body.size > OID_MAX)
		return NID_undef;
	octets = part.whole.data;
	ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &octets, (long)part.whole.size);
	nid = object ? OBJ_obj2nid(object) : NID_undef;
	ASN1_OBJECT_free(object);
	return nid;
}

static int algorithm_nid(const struct der *oid)
{
	const uint8_t *octets = oid->whole.data;
	ASN1_OBJECT *object = NULL;
	int nid;

	if (oid->body.size <= OID_MAX)
		object = d2i_ASN1_OBJECT(NULL, &octets, (long)oid->whole.size);
	nid = object ? OBJ_obj2nid(object) : NID_undef;
	ASN1_OBJECT_free(object);
	return nid;
}

static void unknown_algorithm(struct reader *r, const struct der *oid)
{
	char text[KEY_TYPE_ROOM];

	if (der_oid_text(oid, text, sizeof text))
		r->out->algorithm = keep(r, text, strlen(text));
	notice(r, DIAG_CERT_SIGALG, oid, "signature algorithm is not known");
}

static void read_algorithm(struct reader *r)
{
	struct cursor c = r->out->parts.algorithm.body;
	int nid, hash = NID_undef;
	struct der oid;

	if (!der_expect(&c, DER_OID, "signature algorithm", &oid).ok) {
		remark_fault(r);
		return;
	}
	r->out->ambiguous = DER_IS(&oid, "\x2a\x81\x1c\xcf\x55\x01\x83\x78");
	nid = algorithm_nid(&oid);
	if (nid == NID_undef) {
		unknown_algorithm(r, &oid);
		return;
	}
	r->out->algorithm_known = true;
	r->out->algorithm = OBJ_nid2ln(nid);
	if (nid == NID_rsassaPss)
		hash = pss_hash(c);
	else
		OBJ_find_sigid_algs(nid, &hash, NULL);
	if (hash != NID_undef)
		r->out->hash = OBJ_nid2sn(hash);
}

/*
 * OpenSSL has the last word on a key that is fit to be used: a point must lie on its curve. It
 * decodes every extension of a certificate, and makes more of it than its bytes: not of large ones.
 */
static RESULT key_verify(struct x509 *x)
{
	const struct der *info = &x->parts.key, *whole = &x->parts.whole;
	const uint8_t *octets = info->whole.data;
	EVP_PKEY *key;

	if (!spki_usable(&x->key))
		return OK;
	if (x->extensions.whole && whole->whole.size <= HANDLE_MAX)
		x->handle = chain_open(whole->whole, &x->key);
	if (x->handle)
		return OK;
	key = d2i_PUBKEY(NULL, &octets, (long)info->whole.size);
	EVP_PKEY_free(key);
	ERR_clear_error();
	ENSURE(key, CERT_KEY, info->whole.origin, "public key is no valid %s key", x->key.type);
	return OK;
}

static RESULT key_read(struct x509 *x)
{
	if (!spki_read(&x->parts.key, &x->key).ok) {
		struct fault fault = *fault_last();
		FAIL(CERT_KEY, fault.at, "%s", fault.why);
	}
	return key_verify(x);
}

/* The two INTEGERs of an RSA key that was read. */
static void read_numbers(struct x509 *x)
{
	struct cursor c = x->parts.key.body;
	struct der part, modulus, exponent;

	if (!der_next(&c, &part).ok || !der_expect(&c, DER_BITS, "", &part).ok ||
	    !cursor_skip(&part.body, 1).ok || !der_expect(&part.body, DER_SEQUENCE, "", &part).ok ||
	    !der_expect(&part.body, DER_INTEGER, "", &modulus).ok ||
	    !der_expect(&part.body, DER_INTEGER, "", &exponent).ok)
		return;
	x->modulus = modulus.body;
	x->exponent = exponent.body;
}

static void read_key(struct reader *r)
{
	struct x509 *x = r->out;
	const struct der *info = &x->parts.key;

	digest(DIGEST_SHA256, info->whole.data, info->whole.size, x->key_sha256);
	x->has_key = key_read(x).ok;
	if (!x->has_key) {
		remark_fault(r);
		x->key = (struct spki){.bits = -1};
		return;
	}
	if (!strcmp(x->key.type, "RSA"))
		read_numbers(x);
	if (x->key.oversize)
		notice(r, DIAG_CERT_KEY_OVERSIZE, info,
		       "key is larger than 16384 bits and was not used");
	else if (x->key.odd)
		notice(r, DIAG_CERT_KEY_ODD, info,
		       "modulus or exponent of the key is unusual; it was not used");
}

/* Its own key verifies its signature; an SM2 one with the id of GB/T 35276, or with none. */
static enum answer verifies_itself(struct x509 *x, const struct public_key *key)
{
	struct cursor signature = x->parts.signature.body, message = x->parts.body.whole;
	struct signature_algorithm how;
	uint8_t unused = 0;

	if (!signature_algorithm_read(x->parts.algorithm.body, x->key.type, &how).ok)
		return ANSWER_UNKNOWN;
	if (!cursor_u8(&signature, &unused).ok || unused ||
	    !cursor_window(&signature, cursor_left(&signature), &signature).ok)
		return ANSWER_NO;
	bool sm2 = how.family == SIGNATURE_SM2;
	if (signature_verify(key, &how, message, signature, "certificate").ok) {
		x->sm2_id = sm2 ? "default" : NULL;
		return ANSWER_YES;
	}
	how.empty_id = true;
	if (!sm2 || !signature_verify(key, &how, message, signature, "certificate").ok)
		return ANSWER_NO;
	x->sm2_id = "empty";
	return ANSWER_YES;
}

static void read_self_signed(struct x509 *x)
{
	const struct certificate *parts = &x->parts;
	struct public_key *key = NULL;

	x->self_issued = parts->issuer.whole.size == parts->subject.whole.size &&
	                 !memcmp(parts->issuer.whole.data, parts->subject.whole.data,
	                         parts->issuer.whole.size);
	if (!x->self_issued)
		return;
	x->self_signed = ANSWER_UNKNOWN;
	if (!x->has_key || !x->algorithm_known || !public_key_open(parts->key.whole, &key).ok)
		return;
	x->self_signed = verifies_itself(x, key);
	public_key_free(key);
}

/* 1.2.156.10197.1.504 is SM3 with RSA to OpenSSL, SM2 with SHA-512 to others: the key decides. */
void x509_settle_ambiguous(struct x509 *certificate, const char *key_type)
{
	bool curve = !strcmp(key_type, "SM2") || !strcmp(key_type, "EC");

	certificate->algorithm = curve ? "SM2-with-SHA512" : "sm3WithRSAEncryption";
	certificate->hash = curve ? "SHA512" : "SM3";
}

static void read_names(struct reader *r, const char *oid, size_t len, struct general_names *out)
{
	const struct extension *extension = extensions_find(&r->out->extensions, oid, len);

	if (!general_names_read(extension, r->arena, out).ok)
		remark_fault(r);
}

static void read_extensions(struct reader *r)
{
	struct x509 *x = r->out;
	const struct extension *basic;

	if (!extensions_read(&x->parts, r->arena, &x->extensions).ok)
		remark_fault(r);
	for (size_t i = 0; i < x->extensions.count; i++) {
		if (x->extensions.list[i].oid.body.size > OID_MAX) {
			notice(r, DIAG_ASN1_OID, &x->extensions.list[i].oid,
			       "identifier of an extension is absurdly long");
			break;
		}
	}
	basic = EXTENSION(&x->extensions, EXTENSION_BASIC_CONSTRAINTS);
	x->has_basic = extension_basic_constraints(basic, &x->basic);
	/* the one that says CA may be among those that were not read */
	x->ca = x->basic.ca ? ANSWER_YES : ANSWER_NO;
	if (!x->basic.ca && (x->has_basic ? !x->basic.well_formed : !x->extensions.whole))
		x->ca = ANSWER_UNKNOWN;
	x->has_usage =
		extension_key_usage(EXTENSION(&x->extensions, EXTENSION_KEY_USAGE), &x->usage);
	x->has_purposes =
		extension_purposes(EXTENSION(&x->extensions, EXTENSION_PURPOSES), &x->purposes);
	read_names(r, EXTENSION_SUBJECT_NAMES, 3, &x->names);
	read_names(r, EXTENSION_ISSUER_NAMES, 3, &x->issuer_names);
}

struct result x509_read(struct cursor der, struct arena *arena, struct x509 *out)
{
	struct reader r = {out, arena, &out->remarks};
	struct cursor whole;

	*out = (struct x509){.key = {.bits = -1}};
	TRY(certificate_split(der, &out->parts));
	whole = out->parts.whole.whole;
	digest(DIGEST_SHA256, whole.data, whole.size, out->sha256);
	read_version(&r);
	if (out->parts.serial.body.size > 20)
		notice(&r, DIAG_CERT_SERIAL, &out->parts.serial,
		       "serial number is longer than 20 bytes (RFC 5280, 4.1.2.2)");
	out->subject = read_name(&r, &out->parts.subject, "subject", &out->subject_parts);
	out->issuer = read_name(&r, &out->parts.issuer, "issuer", &out->issuer_parts);
	out->has_not_before = read_time(&r, &out->parts.not_before, "notBefore", &out->not_before);
	out->has_not_after = read_time(&r, &out->parts.not_after, "notAfter", &out->not_after);
	read_extensions(&r);
	read_key(&r);
	read_algorithm(&r);
	if (out->ambiguous)
		x509_settle_ambiguous(out, out->key.type);
	read_self_signed(out);
	return OK;
}

void x509_close(struct x509 *certificate)
{
	chain_close(certificate->handle);
	certificate->handle = NULL;
}

int64_t x509_validity_days(const struct x509 *certificate)
{
	int64_t seconds = certificate->not_after.second - certificate->not_before.second + 1;

	if (!certificate->has_not_before || !certificate->has_not_after)
		return -1;
	return seconds <= 0 ? 0 : (seconds + 86399) / 86400;
}

/* Days from 1970-01-01 of the first of a month, counted from year 0. */
static int64_t month_start(int64_t month)
{
	int64_t year = month / 12, of_year = month % 12;
	int64_t y = of_year < 2 ? year - 1 : year; /* March begins the year here */
	int64_t days = (153 * ((of_year + 10) % 12) + 2) / 5;

	return y * 365 + y / 4 - y / 100 + y / 400 + days - 719468;
}

int64_t x509_add_months(int64_t day, int months)
{
	/* a month is 30.44 days: the guess is at most one off */
	int64_t month = (day + 719528) * 4800 / 146097 + 1;

	while (month_start(month) > day)
		month--;
	int64_t of_month = day - month_start(month), to = month + months;
	int64_t length = month_start(to + 1) - month_start(to);
	return month_start(to) + (of_month < length ? of_month : length - 1);
}

int64_t x509_max_days(const struct x509 *certificate)
{
	/* CA/B Forum Baseline Requirements 6.3.2 and its history: ballots 193, SC31, SC-081 */
	static const struct {
		int64_t from;
		int months, days;
	} limits[] = {
		{15522, 60, 0},  /* 2012-07-01 */
		{16526, 39, 0},  /* 2015-04-01 */
		{17591, 0, 825}, /* 2018-03-01 */
		{18506, 0, 398}, /* 2020-09-01 */
		{20527, 0, 200}, /* 2026-03-15 */
		{20892, 0, 100}, /* 2027-03-15 */
		{21623, 0, 47},  /* 2029-03-15 */
	};
	int64_t day = certificate->not_before.day;

	if (!certificate->has_not_before)
		return -1;
	for (size_t i = sizeof limits / sizeof *limits; i-- > 0;) {
		if (day < limits[i].from)
			continue;
		return limits[i].months ? x509_add_months(day, limits[i].months) - day
		                        : limits[i].days;
	}
	return -1;
}
