/* pkcs7.c - takes SignedData apart (RFC 2315, 9; RFC 5652, 5). */
#include "crypto/pkcs7.h"

#include <string.h>

#include "crypto/certificate.h"
#include "crypto/loose.h"
#include "crypto/x509name.h"

static RESULT read_version(struct cursor *c, const char *field)
{
	struct der version;

	TRY(loose_part(c, DER_INTEGER, field, &version));
	ENSURE(version.body.size <= 4, SIGNED_DATA, version.whole.origin,
	       "%s: INTEGER of %zu octets", field, version.body.size);
	return OK;
}

/* ContentInfo ::= SEQUENCE { contentType, [0] EXPLICIT content } around the SignedData */
static RESULT open_outer(struct cursor *c, struct cursor *out, bool *trailing)
{
	static const char signed_data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
			  signed_data_gm[] = "\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02";
	struct der info, element;

	TRY(loose_part(c, DER_SEQUENCE, "ContentInfo (RFC 5652, 3)", &info));
	*trailing = cursor_left(c) > 0;
	TRY(loose_oid(&info.body, "contentType", &element));
	ENSURE(DER_IS(&element, signed_data) || DER_IS(&element, signed_data_gm), SIGNED_DATA,
	       element.whole.origin, "contentType (RFC 5652, 3) is not signedData");
	TRY(loose_part(&info.body, DER_TAGGED, "content (RFC 5652, 3)", &element));
	TRY(loose_part(&element.body, DER_SEQUENCE, "SignedData (RFC 5652, 5.1)", &element));
	*out = element.body;
	return OK;
}

static RESULT read_content(struct cursor *c, struct pkcs7_parts *out)
{
	struct der info, tagged;

	TRY(loose_part(c, DER_SEQUENCE, "encapContentInfo (RFC 5652, 5.2)", &info));
	TRY(loose_oid(&info.body, "eContentType (RFC 5652, 5.2)", &out->content_type));
	TRY(loose_last_option(&info.body, DER_TAGGED, &tagged));
	if (tagged.tag)
		TRY(der_next(&tagged.body, &out->content));
	return OK;
}

static RESULT read_digest_algorithms(struct cursor *c)
{
	struct der set, algorithm;

	TRY(loose_part(c, DER_SET, "digestAlgorithms (RFC 5652, 5.1)", &set));
	while (cursor_left(&set.body))
		TRY(loose_algorithm(&set.body, "digestAlgorithms (RFC 5652, 5.1)", &algorithm));
	return OK;
}

struct result pkcs7_split(struct cursor der, struct pkcs7_parts *out)
{
	struct pkcs7_parts parts = {0};
	struct cursor c = {0};
	struct der element;

	TRY(open_outer(&der, &c, &parts.trailing));
	TRY(read_version(&c, "version of the SignedData"));
	TRY(read_digest_algorithms(&c));
	TRY(read_content(&c, &parts));
	parts.certificates = parts.signers = (struct cursor){.origin = cursor_at(&c)};
	TRY(loose_option(&c, DER_TAGGED, &element));
	if (element.tag)
		parts.certificates = element.body;
	TRY(loose_option(&c, DER_TAGGED + 1, &element));
	TRY(loose_elements(element.body));
	if (cursor_left(&c)) {
		TRY(loose_part(&c, DER_SET, "signerInfos (RFC 5652, 5.1)", &element));
		parts.signers = element.body;
	}
	*out = parts;
	return OK;
}

static RESULT read_name(struct cursor *c, struct pkcs7_signer *out)
{
	struct der id;

	TRY(loose_option(c, DER_TAGGED, &out->key_id));
	if (out->key_id.tag)
		return OK;
	TRY(loose_part(c, DER_SEQUENCE, "issuerAndSerialNumber (RFC 5652, 10.2.4)", &id));
	TRY(loose_part(&id.body, DER_SEQUENCE, "issuer of the signer's certificate", &out->issuer));
	return loose_part(&id.body, DER_INTEGER, "serial number of the signer's certificate",
	                  &out->serial);
}

static RESULT check_attributes(struct cursor c)
{
	struct der attribute, inner;

	while (cursor_left(&c)) {
		TRY(loose_part(&c, DER_SEQUENCE, "Attribute (RFC 5652, 5.3)", &attribute));
		TRY(loose_oid(&attribute.body, "attrType (RFC 5652, 5.3)", &inner));
		TRY(loose_part(&attribute.body, DER_SET, "attrValues (RFC 5652, 5.3)", &inner));
		TRY(loose_elements(inner.body));
	}
	return OK;
}

static RESULT read_signer(struct cursor *c, struct pkcs7_signer *out)
{
	struct pkcs7_signer signer = {0};

	TRY(loose_part(c, DER_SEQUENCE, "SignerInfo (RFC 5652, 5.3)", &signer.whole));
	struct cursor parts = signer.whole.body;
	TRY(read_version(&parts, "version of the SignerInfo"));
	TRY(read_name(&parts, &signer));
	TRY(loose_algorithm(&parts, "digestAlgorithm (RFC 5652, 5.3)", &signer.digest_algorithm));
	TRY(loose_option(&parts, DER_TAGGED, &signer.signed_attributes));
	TRY(loose_algorithm(&parts, "signatureAlgorithm (RFC 5652, 5.3)",
	                    &signer.signature_algorithm));
	TRY(loose_part(&parts, DER_OCTETS, "signature (RFC 5652, 5.3)", &signer.signature));
	TRY(loose_last_option(&parts, DER_TAGGED + 1, &signer.unsigned_attributes));
	TRY(check_attributes(signer.unsigned_attributes.body));
	*out = signer;
	return OK;
}

static RESULT count_elements(struct cursor c, size_t max, const char *what, size_t *count)
{
	struct der element;
	size_t seen = 0;

	for (; cursor_left(&c); seen++) {
		ENSURE(seen < max, CERT_COUNT, cursor_at(&c), "more than %zu %s in one SignedData",
		       max, what);
		TRY(der_next(&c, &element));
	}
	*count = seen;
	return OK;
}

struct result pkcs7_read(struct cursor der, struct arena *arena, struct pkcs7 *out)
{
	struct pkcs7 read = {0};
	struct cursor c;

	TRY(pkcs7_split(der, &read.parts));
	c = read.parts.certificates;
	TRY(count_elements(c, PKCS7_CERTIFICATES_MAX, "certificates", &read.certificate_count));
	ALLOC(read.certificates, arena, read.certificate_count);
	for (size_t i = 0; i < read.certificate_count; i++)
		TRY(der_next(&c, &read.certificates[i]));
	c = read.parts.signers;
	TRY(count_elements(c, PKCS7_SIGNERS_MAX, "signers", &read.signer_count));
	ALLOC(read.signers, arena, read.signer_count);
	for (size_t i = 0; i < read.signer_count; i++)
		TRY(read_signer(&c, &read.signers[i]));
	*out = read;
	return OK;
}

/* Extension subjectKeyIdentifier (RFC 5280, 4.2.1.2): OCTET STRING in the OCTET STRING. */
static bool has_key_id(const struct certificate *certificate, const struct der *key_id)
{
	struct cursor list = certificate->extensions.body;
	struct der extension, element;

	if (!certificate->extensions.tag ||
	    !der_expect(&list, DER_SEQUENCE, "extensions", &element).ok)
		return false;
	list = element.body;
	while (cursor_left(&list) && der_next(&list, &extension).ok) {
		if (!der_next(&extension.body, &element).ok || !DER_IS(&element, "\x55\x1d\x0e"))
			continue;
		while (cursor_left(&extension.body) && der_next(&extension.body, &element).ok) {
			if (element.tag == DER_OCTETS && der_next(&element.body, &element).ok &&
			    element.body.size == key_id->body.size &&
			    memcmp(element.body.data, key_id->body.data, key_id->body.size) == 0)
				return true;
		}
	}
	return false;
}

const struct der *pkcs7_certificate(const struct pkcs7 *signed_data,
                                    const struct pkcs7_signer *signer)
{
	struct certificate certificate;

	for (size_t i = 0; i < signed_data->certificate_count; i++) {
		const struct der *der = &signed_data->certificates[i];
		if (!certificate_split(der->whole, &certificate).ok)
			continue;
		if (signer->key_id.tag
		            ? has_key_id(&certificate, &signer->key_id)
		            : loose_same_integer(&certificate.serial, &signer->serial) &&
		                      x509name_same(&certificate.issuer, &signer->issuer))
			return der;
	}
	return NULL;
}

struct result pkcs7_attribute(const struct pkcs7_signer *signer, const char *oid, size_t oid_len,
                              struct der *out)
{
	struct cursor c = signer->signed_attributes.body;
	struct der attribute, type, values, value = {0};
	bool seen = false;

	while (cursor_left(&c)) {
		uint64_t at = cursor_at(&c);
		TRY(loose_part(&c, DER_SEQUENCE, "Attribute (RFC 5652, 5.3)", &attribute));
		TRY(loose_oid(&attribute.body, "attrType (RFC 5652, 5.3)", &type));
		TRY(loose_part(&attribute.body, DER_SET, "attrValues (RFC 5652, 5.3)", &values));
		TRY(loose_elements(values.body));
		if (!der_is(&type, oid, oid_len))
			continue;
		ENSURE(!seen, SIGNED_DATA, at,
		       "signed attribute stands there twice (RFC 5652, 11)");
		seen = true;
		if (cursor_left(&values.body))
			TRY(der_next(&values.body, &value));
		ENSURE(!cursor_left(&values.body), SIGNED_DATA, at,
		       "signed attribute has several values (RFC 5652, 11)");
	}
	*out = value;
	return OK;
}
