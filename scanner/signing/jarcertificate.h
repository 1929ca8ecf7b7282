/*
 * jarcertificate.h - the certificates of a signature block, as Android's verifier reads them: what
 * a strict reader (DER) takes, and what can be written anew as DER from a loose reading (AOSP
 * apksig, X509CertificateUtils). So lengths may take octets to spare, a tag's "constructed" bit may
 * be wrong, and what follows the known parts is passed over; what the parts say must be sound.
 */
#ifndef PARASOL_SIGNING_JARCERTIFICATE_H
#define PARASOL_SIGNING_JARCERTIFICATE_H

#include "base/arena.h"
#include "crypto/der.h"

/* Parts of a public key; `parameters` has no bytes if there are none. */
struct jar_key {
	struct der oid, parameters;
	struct cursor bits; /* contents of the BIT STRING */
};

/* Parts of a certificate (RFC 5280, 4.1), windows into its bytes. */
struct jar_certificate {
	struct der whole, serial, issuer, subject;
	struct jar_key key;
	bool may_sign; /* the key usage, if it is stated, permits signatures */
	bool strange;  /* an extension is critical that the platform does not know */
};

/* Fails with CERT_PARSE, CERT_TIME, CERT_KEY, SIGNED_DATA or ASN1_LENGTH. */
RESULT jar_certificate_read(struct cursor der, struct jar_certificate *out);

/*
 * The SubjectPublicKeyInfo in DER, of the parts alone; an RSA key has no parameters, whatever is
 * stated. Memory comes from `arena`. Fails with LIMIT_MEMORY.
 */
RESULT jar_key_write(const struct jar_key *key, struct arena *arena, struct cursor *out);

/* The name by which a signer names its certificate, which is read strictly. Fails with ASN1_LENGTH
 * or CERT_PARSE. */
RESULT jar_name_check(const struct der *name);

#endif
