/*
 * certificate.h - the parts of an X.509 certificate (RFC 5280, 4.1).
 *
 *   Certificate    ::= SEQUENCE { TBSCertificate, AlgorithmIdentifier, BIT STRING }
 *   TBSCertificate ::= SEQUENCE { [0] version, serialNumber, signature, issuer, validity, subject,
 *                                 subjectPublicKeyInfo, [1] [2] unique ids, [3] extensions }
 */
#ifndef PARASOL_CRYPTO_CERTIFICATE_H
#define PARASOL_CRYPTO_CERTIFICATE_H

#include "crypto/der.h"

/* Windows into the certificate's bytes. A part that is not there has tag 0. */
struct certificate {
	struct der whole, body;
	struct der version, serial, inner_algorithm, issuer, not_before, not_after, subject, key;
	struct der issuer_id, subject_id; /* [1] and [2] */
	struct der extensions;
	struct der algorithm, signature;
};

/* True if a structure has the shape of a certificate. Its lengths were checked (der_check). */
bool certificate_bid(struct cursor der);

/*
 * Finds the parts of the certificate that `c` starts with; checks all lengths. Values are not
 * looked into. Fails with CERT_PARSE, ASN1_LENGTH or ASN1_DEPTH; `out` is untouched then.
 */
RESULT certificate_split(struct cursor c, struct certificate *out);

#endif
