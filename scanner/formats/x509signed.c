/* x509signed.c - the certificates of a SignedData (PKCS #7), see crypto/pkcs7.h. */
#include "formats/keyring.h"

#include <string.h>

#include "crypto/pkcs7.h"

static RESULT write_all(const struct inspection *inspection, struct cursor der,
                        const struct place *place)
{
	struct pkcs7_parts parts;
	struct der part;

	TRY(pkcs7_split(der, &parts));
	for (int count = 0; cursor_left(&parts.certificates); count++) {
		struct place at = *place;
		if (strcmp(place->encoding, "der") == 0)
			at.offset = cursor_at(&parts.certificates);
		ENSURE(count < PKCS7_CERTIFICATES_MAX, CERT_COUNT, cursor_at(&parts.certificates),
		       "more than %d certificates in one signature block", PKCS7_CERTIFICATES_MAX);
		TRY(der_next(&parts.certificates, &part));
		if (!part.tag) {
			facts_issue(inspection->facts, DIAG_ASN1_TRAILING, at.offset,
			            "bytes that are no certificate follow the certificates");
			break;
		}
		if (part.tag == DER_SEQUENCE)
			keyring_certificate(inspection, part.whole, &at);
	}
	return OK;
}

void x509_signed_facts(const struct inspection *inspection, struct cursor der,
                       const struct place *place)
{
	if (!write_all(inspection, der, place).ok)
		place_fault(inspection, place, BIT(CERTIFICATES));
}
