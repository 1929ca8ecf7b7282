/*
 * pkcs7.h - SignedData (PKCS #7, RFC 2315, 9; CMS, RFC 5652, 5).
 *
 *   ContentInfo ::= SEQUENCE { signedData, [0] SignedData }
 *   SignedData  ::= SEQUENCE { version, SET OF digestAlgorithms, ContentInfo, [0] certificates,
 *                              [1] crls, SET OF SignerInfo }
 *   SignerInfo  ::= SEQUENCE { version, issuerAndSerialNumber | [0] subjectKeyIdentifier,
 *                              digestAlgorithm, [0] signedAttributes, signatureAlgorithm,
 *                              signature OCTET STRING, [1] unsignedAttributes }
 *
 * Read without a library; the numbers of 国密 (1.2.156.10197.6.1.4.2.x) are taken like those of
 * PKCS #7. Windows point into the input, which must outlive them. As the readers of the platforms
 * do, the bit of the tag that says "constructed" is not insisted on where the structure settles it.
 */
#ifndef PARASOL_CRYPTO_PKCS7_H
#define PARASOL_CRYPTO_PKCS7_H

#include "base/arena.h"
#include "base/digest.h"
#include "crypto/signature.h"

enum { PKCS7_CERTIFICATES_MAX = 200, PKCS7_SIGNERS_MAX = 100 };

/* The parts of a SignedData, not looked into. A list that is not there is empty. */
struct pkcs7_parts {
	struct der content_type; /* OID of the inner ContentInfo */
	struct der content;      /* what was signed; tag 0 if it is detached */
	struct cursor certificates, signers;
	bool trailing; /* bytes follow the structure */
};

struct pkcs7_signer {
	struct der whole;
	struct der issuer, serial;    /* tag 0 when named by key identifier */
	struct der key_id;            /* likewise */
	struct der digest_algorithm;  /* AlgorithmIdentifier */
	struct der signed_attributes; /* [0]; tag 0 if there are none */
	struct der signature_algorithm;
	struct der signature;
	struct der unsigned_attributes;
};

struct pkcs7 {
	struct pkcs7_parts parts;
	struct der *certificates; /* whatever stands in the list */
	size_t certificate_count;
	struct pkcs7_signer *signers;
	size_t signer_count;
};

/* Finds the parts. Fails with SIGNED_DATA or ASN1_LENGTH. */
RESULT pkcs7_split(struct cursor der, struct pkcs7_parts *out);

/* Memory comes from `arena`. Fails with SIGNED_DATA, ASN1_LENGTH, CERT_COUNT or LIMIT_MEMORY. */
RESULT pkcs7_read(struct cursor der, struct arena *arena, struct pkcs7 *out);

/*
 * The certificate (X.509, element of the list) whose issuer and serial number, or key identifier, a
 * signer names; or NULL.
 */
const struct der *pkcs7_certificate(const struct pkcs7 *signed_data,
                                    const struct pkcs7_signer *signer);

/*
 * The value of a signed attribute that there is only one of, with one value. Fails with
 * SIGNED_DATA if it stands there more than once, has several values, or the attributes are not well
 * formed; `out` has tag 0 if it is not there.
 */
RESULT pkcs7_attribute(const struct pkcs7_signer *signer, const char *oid, size_t oid_len,
                       struct der *out);
#define PKCS7_CONTENT_TYPE "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
#define PKCS7_MESSAGE_DIGEST "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"

/* The hash that the signer's digestAlgorithm names. Fails with CERT_SIGALG or ASN1_LENGTH. */
RESULT pkcs7_hash(const struct pkcs7_signer *signer, enum digest_kind *out);

/*
 * What the signer signed with: its signature algorithm, together with its digest algorithm where
 * the former names only the kind of key. Fails with CERT_SIGALG.
 */
RESULT pkcs7_algorithm(const struct pkcs7_signer *signer, const char *key_type,
                       struct signature_algorithm *out);

/*
 * Verifies one signer over `content` (RFC 5652, 5.4): with signed attributes their content type and
 * message digest must fit and the signature covers their DER form, else it covers the content.
 * `key` is that of its certificate. Fails with SIGNATURE_INVALID, SIGNED_DATA or CERT_SIGALG.
 */
RESULT pkcs7_verify(const struct pkcs7 *signed_data, const struct pkcs7_signer *signer,
                    const struct public_key *key, struct cursor content);

/*
 * The steps of it, for callers with rules of their own. The first fails with SIGNED_DATA or
 * SIGNATURE_INVALID unless the signed attributes hold the digest of `content`; the second verifies
 * the signature over the signed attributes as they stand, or over `content` if there are none.
 */
RESULT pkcs7_check_digest(const struct pkcs7_signer *signer, struct cursor content);
RESULT pkcs7_check_signature(const struct pkcs7_signer *signer, const struct public_key *key,
                             struct cursor content);

#endif
