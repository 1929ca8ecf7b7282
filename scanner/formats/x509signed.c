/*
 * x509signed.c - the certificates of a SignedData (PKCS #7).
 *
 *   ContentInfo ::= SEQUENCE { OID signedData, [0] SignedData }
 *   SignedData  ::= SEQUENCE { version, SET of algorithms, ContentInfo, [0] certificates, [1]
 * lists, SET of signers }
 */
#include "formats/x509.h"

#include <string.h>

static RESULT find_certificates(struct cursor c, struct cursor *out)
{
	struct der part;

	TRY(der_expect(&c, DER_SEQUENCE, "ContentInfo (RFC 2315, 7)", &part));
	c = part.body;
	TRY(der_expect(&c, DER_OID, "contentType", &part));
	TRY(der_expect(&c, DER_TAGGED, "content", &part));
	c = part.body;
	TRY(der_expect(&c, DER_SEQUENCE, "SignedData (RFC 2315, 9.1)", &part));
	c = part.body;
	TRY(der_expect(&c, DER_INTEGER, "version", &part));
	TRY(der_expect(&c, DER_SET, "digestAlgorithms", &part));
	TRY(der_expect(&c, DER_SEQUENCE, "contentInfo", &part));
	*out = (struct cursor){.origin = cursor_at(&c)};
	if (der_peek(&c) == DER_TAGGED) {
		TRY(der_next(&c, &part));
		*out = part.body;
	}
	return OK;
}

static RESULT write_all(const struct inspection *inspection, struct cursor der,
                        const struct place *place)
{
	struct cursor certificates;
	struct der part;
	size_t len = 0;

	TRY(der_check(der, &len));
	TRY(find_certificates(der, &certificates));
	for (int count = 0; cursor_left(&certificates); count++) {
		struct place at = *place;
		if (strcmp(place->encoding, "der") == 0)
			at.offset = cursor_at(&certificates);
		ENSURE(count < SIGNED_CERTIFICATES_MAX, CERT_COUNT, cursor_at(&certificates),
		       "more than %d certificates in one signature block", SIGNED_CERTIFICATES_MAX);
		TRY(der_next(&certificates, &part));
		if (!part.tag) {
			facts_issue(inspection->facts, DIAG_ASN1_TRAILING, at.offset,
			            "bytes that are no certificate follow the certificates");
			break;
		}
		if (part.tag == DER_SEQUENCE)
			x509_facts(inspection, part.whole, &at);
	}
	return OK;
}

void x509_signed_facts(const struct inspection *inspection, struct cursor der,
                       const struct place *place)
{
	if (!write_all(inspection, der, place).ok)
		place_fault(inspection, place, BIT(CERTIFICATES));
}
