/* x509.h - rows of certificates (RFC 5280). */
#ifndef PARASOL_FORMATS_X509_H
#define PARASOL_FORMATS_X509_H

#include "formats/format.h"
#include "crypto/der.h"

/* Where a certificate or key was found. */
struct place {
	uint64_t offset; /* in the entry: of the element, or of the line that begins the block */
	const char *encoding; /* pem or der */
	const char *role;     /* of a certificate: signer, or NULL to be judged by its contents */
};

/*
 * Writes the row of the certificate that `der` starts with. What cannot be read becomes issues and
 * gaps of the batch. Lengths are checked here.
 */
void x509_facts(const struct inspection *inspection, struct cursor der, const struct place *place);

/*
 * Writes the rows of all certificates in a SignedData (PKCS #7, RFC 2315, 9.1), which are listed
 * and not verified. At most SIGNED_CERTIFICATES_MAX.
 */
enum { SIGNED_CERTIFICATES_MAX = 200 };
void x509_signed_facts(const struct inspection *inspection, struct cursor der,
                       const struct place *place);

/*
 * The thread's last failure becomes an issue at `place`, with a gap for each source in the bits of
 * `sources`: offsets inside a decoded PEM block mean nothing to a reader of the entry.
 */
void place_fault(const struct inspection *inspection, const struct place *place, uint32_t sources);

#endif
