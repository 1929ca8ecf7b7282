/* x509.c - rows of certificates. */
#include "formats/x509.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <string.h>

#include "base/digest.h"
#include "crypto/certificate.h"
#include "crypto/spki.h"
#include "crypto/x509name.h"
#include "crypto/x509time.h"

/* More than any certificate in use has; beyond, only their number is told. */
enum { EXTENSIONS_MAX = 1000, ALTERNATIVE_NAMES_MAX = 1000, SERIAL_MAX = 64, OID_MAX = 64 };

/* The row being written, and where its diagnostics go. */
struct writer {
	const struct inspection *inspection;
	const struct place *place;
	struct facts *facts;
};

static bool in_block(const struct place *place)
{
	return !strcmp(place->encoding, "pem");
}

void place_fault(const struct inspection *inspection, const struct place *place, uint32_t sources)
{
	struct fault fault = *fault_last();

	if (in_block(place))
		fault_note(fault.code, place->offset, fault.file, fault.line,
		           "%s (in the block's bytes, at %llu)", fault.why,
		           (unsigned long long)(fault.at == AT_NONE ? 0 : fault.at));
	facts_fault(inspection->facts, sources);
}

static void certificate_fault(const struct writer *writer)
{
	place_fault(writer->inspection, writer->place, BIT(CERTIFICATES));
}

static void notice(const struct writer *writer, enum diag code, const struct der *at,
                   const char *what)
{
	uint64_t offset = in_block(writer->place) ? writer->place->offset : at->whole.origin;

	facts_issue(writer->facts, code, offset, "%s", what);
}

static void write_version(const struct writer *writer, const struct certificate *certificate)
{
	struct cursor c = certificate->version.body;
	struct der number;

	if (!certificate->version.tag)
		return;
	if (der_expect(&c, DER_INTEGER, "version", &number).ok && der_int(&number) >= 0 &&
	    der_int(&number) <= 2)
		return;
	fault_note(DIAG_CERT_VERSION, certificate->version.whole.origin, __FILE__, __LINE__,
	           "version of the certificate is none of 1, 2 and 3 (RFC 5280, 4.1.2.1)");
	certificate_fault(writer);
}

static void write_name(const struct writer *writer, const struct der *name, enum fact_attr attr,
                       const char *field)
{
	struct text text = {0};
	struct name_oddity oddity;

	if (x509name_text(name, &text, &oddity).ok) {
		facts_bytes(writer->facts, attr, text.data ? text.data : "", text.len);
	} else {
		certificate_fault(writer);
		facts_unread(writer->facts, attr);
	}
	if (oddity.cut) {
		fault_note(DIAG_CERT_NAMES, name->whole.origin, __FILE__, __LINE__,
		           "%s is longer than %d bytes of text", field, NAME_TEXT_MAX);
		certificate_fault(writer);
	}
	if (oddity.nul)
		notice(writer, DIAG_CERT_NAME_NUL, name, "a name holds a NUL character");
	if (oddity.encoding)
		notice(writer, DIAG_CERT_NAME_ENCODING, name,
		       "a name holds a string that its type does not allow");
	text_free(&text);
}

static void write_serial(const struct writer *writer, const struct certificate *certificate)
{
	const struct cursor *body = &certificate->serial.body;
	size_t len = body->size < SERIAL_MAX ? body->size : SERIAL_MAX;
	struct text hex = {0};

	text_hex(&hex, body->data, len);
	if (len < body->size)
		text_puts(&hex, "\xe2\x80\xa6");
	facts_bytes(writer->facts, FACT_CERTIFICATE_SERIAL, hex.data ? hex.data : "", hex.len);
	text_free(&hex);
	if (body->size > 20) /* RFC 5280, 4.1.2.2 */
		notice(writer, DIAG_CERT_SERIAL, &certificate->serial,
		       "serial number is longer than 20 bytes (RFC 5280, 4.1.2.2)");
}

static void write_time(const struct writer *writer, const struct der *time, const char *field,
                       enum fact_attr text, enum fact_attr day)
{
	struct moment moment;

	if (x509time_read(time, field, &moment).ok) {
		facts_text(writer->facts, text, moment.text);
		facts_int(writer->facts, day, moment.day);
		return;
	}
	certificate_fault(writer);
	facts_unread(writer->facts, text);
	facts_unread(writer->facts, day);
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
	ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &octets, (long)oid->whole.size);
	int nid = object ? OBJ_obj2nid(object) : NID_undef;

	ASN1_OBJECT_free(object);
	return nid;
}

static void write_unknown_algorithm(const struct writer *writer, const struct der *oid)
{
	char text[KEY_TYPE_ROOM];

	if (der_oid_text(oid, text, sizeof text))
		facts_text(writer->facts, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, text);
	else
		facts_unread(writer->facts, FACT_CERTIFICATE_SIGNATURE_ALGORITHM);
	facts_unread(writer->facts, FACT_CERTIFICATE_SIGNATURE_HASH);
	notice(writer, DIAG_CERT_SIGALG, oid, "signature algorithm is not known");
}

/* Writes algorithm and hash; returns the number of the algorithm, NID_undef if not known. */
static int write_algorithm(const struct writer *writer, const struct certificate *certificate)
{
	struct cursor c = certificate->algorithm.body;
	int nid = NID_undef, hash = NID_undef;
	struct der oid;

	if (!der_expect(&c, DER_OID, "signature algorithm", &oid).ok) {
		certificate_fault(writer);
		facts_unread(writer->facts, FACT_CERTIFICATE_SIGNATURE_ALGORITHM);
		facts_unread(writer->facts, FACT_CERTIFICATE_SIGNATURE_HASH);
		return NID_undef;
	}
	if (oid.body.size <= OID_MAX)
		nid = algorithm_nid(&oid);
	if (nid == NID_undef) {
		write_unknown_algorithm(writer, &oid);
		return nid;
	}
	facts_text(writer->facts, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, OBJ_nid2ln(nid));
	if (nid == NID_rsassaPss)
		hash = pss_hash(c);
	else
		OBJ_find_sigid_algs(nid, &hash, NULL);
	if (hash != NID_undef)
		facts_text(writer->facts, FACT_CERTIFICATE_SIGNATURE_HASH, OBJ_nid2sn(hash));
	return nid;
}

static void key_unread(const struct writer *writer, bool type)
{
	if (type)
		facts_unread(writer->facts, FACT_CERTIFICATE_KEY_TYPE);
	facts_unread(writer->facts, FACT_CERTIFICATE_KEY_BITS);
}

/* OpenSSL has the last word on a key that is fit to be used: a point must lie on its curve. */
static RESULT key_verify(const struct der *info, const struct spki *spki)
{
	const uint8_t *octets = info->whole.data;
	EVP_PKEY *key;

	if (!spki_usable(spki))
		return OK;
	key = d2i_PUBKEY(NULL, &octets, (long)info->whole.size);
	EVP_PKEY_free(key);
	ERR_clear_error();
	ENSURE(key, CERT_KEY, info->whole.origin, "public key is no valid %s key", spki->type);
	return OK;
}

static RESULT key_read(const struct der *info, struct spki *spki)
{
	if (!spki_read(info, spki).ok) {
		struct fault fault = *fault_last();
		FAIL(CERT_KEY, fault.at, "%s", fault.why);
	}
	return key_verify(info, spki);
}

static void write_key(const struct writer *writer, const struct certificate *certificate,
                      struct spki *spki)
{
	uint8_t hash[DIGEST_MAX];
	const struct cursor *whole = &certificate->key.whole;

	facts_hex(writer->facts, FACT_CERTIFICATE_KEY_SHA256, hash,
	          digest(DIGEST_SHA256, whole->data, whole->size, hash));
	if (!key_read(&certificate->key, spki).ok) {
		certificate_fault(writer);
		*spki = (struct spki){.bits = -1};
		key_unread(writer, true);
		return;
	}
	facts_text(writer->facts, FACT_CERTIFICATE_KEY_TYPE, spki->type);
	facts_text(writer->facts, FACT_CERTIFICATE_CURVE, spki->curve);
	if (spki->bits >= 0)
		facts_int(writer->facts, FACT_CERTIFICATE_KEY_BITS, spki->bits);
	else
		key_unread(writer, false);
	if (spki->oversize)
		notice(writer, DIAG_CERT_KEY_OVERSIZE, &certificate->key,
		       "key is larger than 16384 bits and was not used");
	else if (spki->odd)
		notice(writer, DIAG_CERT_KEY_ODD, &certificate->key,
		       "modulus or exponent of the key is unusual; it was not used");
}

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

static bool signature_verifies(X509 *certificate, EVP_PKEY *key, bool sm2)
{
	/* GB/T 35276 fixes the signer's id; certificates made without it exist as well */
	static const char id[] = "1234567812345678";
	ASN1_OCTET_STRING *signer;

	if (X509_verify(certificate, key) == 1)
		return true;
	if (!sm2)
		return false;
	signer = ASN1_OCTET_STRING_new();
	if (!signer || !ASN1_OCTET_STRING_set(signer, (const uint8_t *)id, sizeof id - 1))
		fault_out_of_memory();
	X509_set0_distinguishing_id(certificate, signer);
	return X509_verify(certificate, key) == 1;
}

static enum answer self_signed(const struct certificate *parts, const struct spki *spki,
                               int algorithm)
{
	const uint8_t *octets = parts->whole.whole.data;
	enum answer answer = ANSWER_UNKNOWN;
	X509 *certificate;
	EVP_PKEY *key;

	if (parts->issuer.whole.size != parts->subject.whole.size ||
	    memcmp(parts->issuer.whole.data, parts->subject.whole.data, parts->issuer.whole.size))
		return ANSWER_NO;
	if (!spki_usable(spki) || algorithm == NID_undef)
		return ANSWER_UNKNOWN;
	certificate = d2i_X509(NULL, &octets, (long)parts->whole.whole.size);
	key = certificate ? X509_get0_pubkey(certificate) : NULL;
	if (key)
		answer = signature_verifies(certificate, key, !strcmp(spki->type, "SM2"))
		                 ? ANSWER_YES
		                 : ANSWER_NO;
	X509_free(certificate);
	ERR_clear_error();
	return answer;
}

/* What the extensions say that is a fact here. */
struct extensions {
	enum answer ca;
	size_t count, alternative_names;
	bool whole;       /* all of them were read */
	const char *huge; /* an identifier is absurdly long */
};

static enum answer basic_constraints(const struct der *value)
{
	struct cursor c = value->body;
	struct der part;

	if (!der_expect(&c, DER_SEQUENCE, "", &part).ok)
		return ANSWER_UNKNOWN;
	if (der_peek(&part.body) != 0x01)
		return ANSWER_NO;
	if (!der_next(&part.body, &part).ok || part.body.size != 1)
		return ANSWER_UNKNOWN;
	return part.body.data[0] ? ANSWER_YES : ANSWER_NO;
}

static size_t count_elements(const struct der *value)
{
	struct cursor c = value->body;
	struct der part;
	size_t count = 0;

	if (!der_expect(&c, DER_SEQUENCE, "", &part).ok)
		return 0;
	c = part.body;
	while (cursor_left(&c) && der_next(&c, &part).ok)
		count++;
	return count;
}

static RESULT read_extension(struct cursor *c, struct extensions *out)
{
	struct der extension, oid, value;

	TRY(der_expect(c, DER_SEQUENCE, "extension (RFC 5280, 4.2)", &extension));
	TRY(der_expect(&extension.body, DER_OID, "identifier of the extension", &oid));
	if (oid.body.size > OID_MAX)
		out->huge = "identifier of an extension is absurdly long";
	if (der_peek(&extension.body) == 0x01)
		TRY(der_next(&extension.body, &value));
	TRY(der_expect(&extension.body, DER_OCTETS, "value of the extension", &value));
	if (DER_IS(&oid, "\x55\x1d\x13"))
		out->ca = basic_constraints(&value);
	if (DER_IS(&oid, "\x55\x1d\x11"))
		out->alternative_names += count_elements(&value);
	return OK;
}

static RESULT read_extensions(const struct certificate *certificate, struct extensions *out)
{
	struct cursor c = certificate->extensions.body;
	struct der list;

	out->whole = !certificate->extensions.tag;
	if (out->whole)
		return OK;
	TRY(der_expect(&c, DER_SEQUENCE, "extensions (RFC 5280, 4.1)", &list));
	for (c = list.body; cursor_left(&c); out->count++) {
		ENSURE(out->count < EXTENSIONS_MAX, CERT_EXTS, cursor_at(&c),
		       "more than %d extensions", EXTENSIONS_MAX);
		TRY(read_extension(&c, out));
	}
	out->whole = true;
	ENSURE(out->alternative_names <= ALTERNATIVE_NAMES_MAX, CERT_NAMES, list.whole.origin,
	       "%zu alternative names, more than %d", out->alternative_names,
	       ALTERNATIVE_NAMES_MAX);
	return OK;
}

static enum answer write_extensions(const struct writer *writer,
                                    const struct certificate *certificate)
{
	struct extensions extensions = {.ca = ANSWER_NO};

	if (!read_extensions(certificate, &extensions).ok) {
		certificate_fault(writer);
		/* the one that says CA may be among those that were not read */
		if (extensions.ca == ANSWER_NO && !extensions.whole)
			extensions.ca = ANSWER_UNKNOWN;
	}
	if (extensions.huge)
		notice(writer, DIAG_ASN1_OID, &certificate->extensions, extensions.huge);
	return extensions.ca;
}

static void write_answer(const struct writer *writer, enum fact_attr attr, enum answer answer)
{
	if (answer == ANSWER_UNKNOWN)
		facts_unread(writer->facts, attr);
	else
		facts_bool(writer->facts, attr, answer == ANSWER_YES);
}

static void write_head(const struct writer *writer, const struct certificate *certificate)
{
	const struct cursor *whole = &certificate->whole.whole;
	uint8_t hash[DIGEST_MAX];

	facts_row(writer->facts, ROW_CERTIFICATE, 0);
	facts_clean(writer->facts, FACT_CERTIFICATE_IN, writer->facts->in);
	facts_int(writer->facts, FACT_CERTIFICATE_OFFSET, (int64_t)writer->place->offset);
	facts_text(writer->facts, FACT_CERTIFICATE_ENCODING, writer->place->encoding);
	facts_hex(writer->facts, FACT_CERTIFICATE_SHA256, hash,
	          digest(DIGEST_SHA256, whole->data, whole->size, hash));
}

static const char *role_of(const struct place *place, enum answer self, enum answer ca)
{
	if (place->role)
		return place->role;
	return self == ANSWER_YES && ca == ANSWER_YES ? "root" : "unknown";
}

void x509_facts(const struct inspection *inspection, struct cursor der, const struct place *place)
{
	const struct writer writer = {inspection, place, inspection->facts};
	struct certificate parts;
	enum answer self, ca;
	struct spki spki;

	if (!certificate_split(der, &parts).ok) {
		certificate_fault(&writer);
		return;
	}
	write_head(&writer, &parts);
	write_version(&writer, &parts);
	write_serial(&writer, &parts);
	write_name(&writer, &parts.subject, FACT_CERTIFICATE_SUBJECT, "subject");
	write_name(&writer, &parts.issuer, FACT_CERTIFICATE_ISSUER, "issuer");
	write_time(&writer, &parts.not_before, "notBefore", FACT_CERTIFICATE_NOT_BEFORE,
	           FACT_CERTIFICATE_NOT_BEFORE_DAY);
	write_time(&writer, &parts.not_after, "notAfter", FACT_CERTIFICATE_NOT_AFTER,
	           FACT_CERTIFICATE_NOT_AFTER_DAY);
	write_key(&writer, &parts, &spki);
	self = self_signed(&parts, &spki, write_algorithm(&writer, &parts));
	write_answer(&writer, FACT_CERTIFICATE_SELF_SIGNED, self);
	ca = write_extensions(&writer, &parts);
	write_answer(&writer, FACT_CERTIFICATE_CA, ca);
	facts_text(writer.facts, FACT_CERTIFICATE_ROLE, role_of(place, self, ca));
}
