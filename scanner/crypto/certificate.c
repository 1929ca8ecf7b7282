/* certificate.c - takes certificates apart. */
#include "crypto/certificate.h"

static RESULT split_validity(struct cursor *c, struct certificate *out)
{
	struct der validity;

	TRY(der_expect(c, DER_SEQUENCE, "validity of the certificate", &validity));
	TRY(der_next(&validity.body, &out->not_before));
	return der_next(&validity.body, &out->not_after);
}

static RESULT split_body(struct cursor c, struct certificate *out)
{
	struct der part;

	if (der_peek(&c) == DER_TAGGED)
		TRY(der_next(&c, &out->version));
	TRY(der_expect(&c, DER_INTEGER, "serial number", &out->serial));
	TRY(der_expect(&c, DER_SEQUENCE, "signature algorithm", &out->inner_algorithm));
	TRY(der_expect(&c, DER_SEQUENCE, "issuer", &out->issuer));
	TRY(split_validity(&c, out));
	TRY(der_expect(&c, DER_SEQUENCE, "subject", &out->subject));
	TRY(der_expect(&c, DER_SEQUENCE, "subject public key info", &out->key));
	while (cursor_left(&c)) {
		TRY(der_next(&c, &part));
		if (part.tag == DER_TAGGED + 3)
			out->extensions = part;
		if ((part.tag & ~0x20) == 0x81)
			out->issuer_id = part;
		if ((part.tag & ~0x20) == 0x82)
			out->subject_id = part;
	}
	return OK;
}

struct result certificate_split(struct cursor c, struct certificate *out)
{
	struct certificate parts = {0};
	size_t len = 0;

	TRY(der_check(c, &len));
	TRY(der_expect(&c, DER_SEQUENCE, "certificate", &parts.whole));
	c = parts.whole.body;
	if (!der_expect(&c, DER_SEQUENCE, "TBSCertificate", &parts.body).ok ||
	    !split_body(parts.body.body, &parts).ok ||
	    !der_expect(&c, DER_SEQUENCE, "signature algorithm", &parts.algorithm).ok ||
	    !der_expect(&c, DER_BITS, "signature", &parts.signature).ok) {
		struct fault fault = *fault_last();
		FAIL(CERT_PARSE, fault.at, "certificate (RFC 5280, 4.1): %s", fault.why);
	}
	*out = parts;
	return OK;
}

bool certificate_bid(struct cursor der)
{
	struct der part, validity = {0};
	struct cursor c;

	if (!der_expect(&der, DER_SEQUENCE, "", &part).ok ||
	    !der_expect(&part.body, DER_SEQUENCE, "", &part).ok)
		return false;
	c = part.body;
	if (der_peek(&c) == DER_TAGGED && !der_next(&c, &part).ok)
		return false;
	/* serial, algorithm, issuer, validity: a request has no algorithm here, a revocation list a
	 * time instead of the validity */
	return der_expect(&c, DER_INTEGER, "", &part).ok &&
	       der_expect(&c, DER_SEQUENCE, "", &part).ok && der_peek(&part.body) == DER_OID &&
	       der_expect(&c, DER_SEQUENCE, "", &part).ok && der_next(&c, &validity).ok &&
	       validity.tag == DER_SEQUENCE;
}
