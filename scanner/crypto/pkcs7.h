/*
 * pkcs7.h - SignedData (PKCS #7, RFC 2315, 9; CMS, RFC 5652, 5).
 *
 *   SignedData ::= SEQUENCE { version, SET OF digestAlgorithm, ContentInfo, [0] certificates,
 *                             [1] crls, SET OF SignerInfo }
 *   SignerInfo ::= SEQUENCE { version, issuerAndSerialNumber | [0] subjectKeyIdentifier,
 *                             digestAlgorithm, [0] signedAttributes, signatureAlgorithm,
 *                             signature OCTET STRING, [1] unsignedAttributes }
 *
 * Read without a library; the numbers of 国密 (1.2.156.10197.6.1.4.2.x) are taken like those of
 * PKCS #7. Windows point into the input, which must outlive them.
 */
#ifndef PARASOL_CRYPTO_PKCS7_H
#define PARASOL_CRYPTO_PKCS7_H

#include "base/arena.h"
#include "crypto/signature.h"

enum { PKCS7_CERTIFICATES_MAX = 200, PKCS7_SIGNERS_MAX = 100 };

struct pkcs7_signer {
	struct der issuer, serial;    /* tag 0 when named by key identifier */
	struct der key_id;            /* likewise */
	struct der digest_algorithm;  /* AlgorithmIdentifier */
	struct der signed_attributes; /* [0]; tag 0 if there are none */
	struct der signature_algorithm;
	struct der signature;
	struct der unsigned_attributes;
};

struct pkcs7 {
	struct der content_type; /* OID of the inner ContentInfo */
	struct der content;      /* what was signed; tag 0 if it is detached */
	struct der *certificates;
	size_t certificate_count;
	struct pkcs7_signer *signers;
	size_t signer_count;
	bool trailing; /* bytes follow the structure */
};

/* Memory comes from `arena`. Checks all lengths. Fails with SIGNED_DATA, ASN1_..., CERT_COUNT. */
RESULT pkcs7_read(struct cursor der, struct arena *arena, struct pkcs7 *out);

/* The certificate whose issuer and serial number (or key identifier) a signer names, or NULL. */
const struct der *pkcs7_certificate(const struct pkcs7 *signed_data,
                                    const struct pkcs7_signer *signer);

/* The value of a signed attribute (first element of its SET); `count` says how often it stands
 * there. Tag 0 if it does not. */
struct der pkcs7_attribute(const struct pkcs7_signer *signer, const char *oid, size_t oid_len,
                           size_t *count);

/*
 * Verifies one signer over `content` (RFC 5652, 5.4): with signed attributes their content type and
 * message digest must fit and the signature covers their DER form; else it covers the content.
 * `key` is that of its certificate. Fails with SIGNATURE_INVALID, SIGNED_DATA or CERT_SIGALG.
 */
RESULT pkcs7_verify(const struct pkcs7 *signed_data, const struct pkcs7_signer *signer,
                    const struct public_key *key, struct cursor content);

#endif
