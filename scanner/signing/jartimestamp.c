/*
 * jartimestamp.c - time stamps (RFC 3161).
 *
 *   TSTInfo ::= SEQUENCE { version, policy OID, messageImprint SEQUENCE { hashAlgorithm, OCTET
 *               STRING }, serialNumber, genTime GeneralizedTime ... }
 */
#include "signing/jartimestamp.h"

#include <string.h>

#include "crypto/certificate.h"
#include "crypto/x509time.h"

/* The value of the unsigned attribute id-aa-timeStampToken (RFC 3161, appendix A). */
static RESULT find_token(const struct pkcs7_signer *signer, struct cursor *out)
{
	static const char type[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e";
	struct cursor c = signer->unsigned_attributes.body;
	struct der attribute, oid, values, token;

	while (cursor_left(&c)) {
		TRY(der_next(&c, &attribute));
		TRY(der_next(&attribute.body, &oid));
		if (!DER_IS(&oid, type))
			continue;
		TRY(der_next(&attribute.body, &values));
		TRY(der_next(&values.body, &token));
		*out = token.whole;
		return OK;
	}
	FAIL(SIGNED_DATA, signer->whole.whole.origin, "the signer has no time stamp");
}

static RESULT check_imprint(struct cursor c, struct cursor signature)
{
	uint8_t computed[DIGEST_MAX];
	struct der algorithm, stated;
	const char *name = NULL;
	enum digest_kind kind;

	TRY(der_expect(&c, DER_SEQUENCE, "hashAlgorithm (RFC 3161, 2.4.1)", &algorithm));
	TRY(der_expect(&c, DER_OCTETS, "hashedMessage (RFC 3161, 2.4.1)", &stated));
	TRY(signature_hash_read(algorithm.body, &name));
	ENSURE(digest_find(name, &kind), CERT_SIGALG, algorithm.whole.origin,
	       "hash of the time stamp is not known");
	size_t len = digest(kind, signature.data, signature.size, computed);
	ENSURE(stated.body.size == len && memcmp(stated.body.data, computed, len) == 0,
	       SIGNATURE_INVALID, stated.whole.origin,
	       "messageImprint (RFC 3161, 2.4.1) is not of the signature");
	return OK;
}

static RESULT read_info(struct cursor content, struct cursor signature, int64_t *second)
{
	struct der info, part, imprint;
	struct moment moment;

	TRY(der_expect(&content, DER_SEQUENCE, "TSTInfo (RFC 3161, 2.4.2)", &info));
	TRY(der_expect(&info.body, DER_INTEGER, "version (RFC 3161, 2.4.2)", &part));
	TRY(der_expect(&info.body, DER_OID, "policy (RFC 3161, 2.4.2)", &part));
	TRY(der_expect(&info.body, DER_SEQUENCE, "messageImprint (RFC 3161, 2.4.2)", &imprint));
	TRY(der_expect(&info.body, DER_INTEGER, "serialNumber (RFC 3161, 2.4.2)", &part));
	TRY(der_expect(&info.body, DER_TIME, "genTime (RFC 3161, 2.4.2)", &part));
	TRY(check_imprint(imprint.body, signature));
	TRY(x509time_read(&part, "genTime (RFC 3161, 2.4.2)", &moment));
	*second = moment.second;
	return OK;
}

static RESULT verify_token(const struct pkcs7 *token)
{
	DEFER(public_key_done) struct public_key *key = NULL;
	struct certificate parts;

	ENSURE(token->signer_count == 1 && token->parts.content.tag == DER_OCTETS, SIGNED_DATA, 0,
	       "the time stamp has no content or not one signer (RFC 3161, 2.4.2)");
	const struct der *certificate = pkcs7_certificate(token, &token->signers[0]);
	ENSURE(certificate, SIGNED_DATA, 0, "the time stamp lacks the certificate of its signer");
	TRY(certificate_split(certificate->whole, &parts));
	TRY(public_key_open(parts.key.whole, &key));
	return pkcs7_verify(token, &token->signers[0], key, token->parts.content.body);
}

struct result jar_timestamp_read(const struct pkcs7_signer *signer, struct arena *arena,
                                 int64_t *second)
{
	struct cursor der = {0};
	struct pkcs7 token;
	int64_t stamped = 0;

	TRY(find_token(signer, &der));
	TRY(pkcs7_read(der, arena, &token));
	TRY(verify_token(&token));
	TRY(read_info(token.parts.content.body, signer->signature.body, &stamped));
	*second = stamped;
	return OK;
}
