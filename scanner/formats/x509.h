/* x509.h - rows of certificates (RFC 5280). */
#ifndef PARASOL_FORMATS_X509_H
#define PARASOL_FORMATS_X509_H

#include "crypto/chain.h"
#include "formats/format.h"
#include "formats/x509read.h"

/* Where a certificate or key was found. */
struct place {
	uint64_t offset; /* in the entry: of the element, or of the line that begins the block */
	const char *encoding; /* pem, der, base64 or hex; static */
	const char *role;  /* of a certificate: signer, stamp or provisioning; NULL to be judged by
	                      what it is; static */
	const char *store; /* kind of the key store it lies in, pkcs7 for a bag, or NULL; static */
	const char *alias; /* its alias there, clean, or NULL; copied where it is kept */
	uint64_t line;     /* of a text entry, from 1; 0 if that has no meaning */
};

/* What is known of a certificate from beside it. */
struct x509_standing {
	const char *role;
	bool private_key; /* lies readable in the bundle */
	bool chained;     /* `chain` could be asked for */
	bool chain_limit; /* it could not, since that would have taken too long */
	struct chain_answer chain;
	const char *sm2_id; /* with which the issuer's signature verifies, or NULL */
	size_t copies, key_copies, serial_copies;
	const char *known;      /* name of a published key, or NULL */
	uint32_t weaknesses;    /* bits 1 << WEAKNESS_... (crypto/weak.h) */
	const char *prime_with; /* path of an entry whose key shares a prime; NULL if none does */
	bool tls;               /* rules about certificates for TLS servers apply */
	const uint64_t *broken; /* rules, as x509lint_all gives them */
};

/* Writes the rows of a certificate that lies at `place`, and its issues and gaps. */
void x509_write(struct facts *facts, const struct place *place, const struct x509 *certificate,
                const struct x509_standing *standing);

/*
 * Hands all certificates in a SignedData (PKCS #7, RFC 2315, 9.1), which are listed and not
 * verified, to the keyring. At most PKCS7_CERTIFICATES_MAX.
 */
void x509_signed_facts(const struct inspection *inspection, struct cursor der,
                       const struct place *place);

/*
 * The thread's last failure becomes an issue at `place`, with a gap for each source in the bits of
 * `sources`: offsets inside a decoded PEM block mean nothing to a reader of the entry.
 */
void place_fault(const struct inspection *inspection, const struct place *place, uint32_t sources);

#endif
