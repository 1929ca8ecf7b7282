/* jarblock.c - signature blocks: SignedData over a signature file (RFC 5652, 5). */
#include <string.h>

#include "crypto/loose.h"
#include "crypto/x509name.h"
#include "signing/jaralgorithm.h"
#include "signing/jarcertificate.h"
#include "signing/jarsigner.h"
#include "signing/jartimestamp.h"

/* Versions of Android from which on signed attributes are read, and all signer informations and
 * their content types are. */
enum { ANDROID_4_4 = 19, ANDROID_7 = 24 };

/* What became of one SignerInfo: it verifies; it does not, others may; all is refused. */
enum end { VERIFIED, FAILS, REFUSED };

/* A block being verified. */
struct look {
	struct jar *jar;
	struct jar_signer *signer;
	struct pkcs7 block;
	struct jar_certificate *certificates; /* those of the block */
	struct cursor file;                   /* the signature file */
	struct fault why;                     /* of the last one that fails */
};

#define REFUSE_INFO(look, code, ...) \
	(scheme_refuse((look)->jar->scheme, REFUSAL_##code, (look)->signer->position, \
	               (look)->signer->block_entry->path, __VA_ARGS__), \
	 REFUSED)
/* for the reason of the thread's last failure */
#define REFUSE_FAULT(look, code) REFUSE_INFO(look, code, "%s", fault_last()->why)

static enum end fails(struct look *look)
{
	look->why = *fault_last();
	return FAILS;
}

static RESULT check_content_type(const struct der *stated, const struct der *real)
{
	ENSURE(der_is(stated, (const char *)real->body.data, real->body.size), SIGNATURE_INVALID,
	       stated->whole.origin,
	       "content type of the signed attributes (RFC 5652, 11.1) is not that of the content");
	return OK;
}

/* Android: content type and digest in the signed attributes. */
static enum end check_attributes(struct look *look, const struct pkcs7_signer *info)
{
	struct der type, stated;

	if (!pkcs7_attribute(info, PKCS7_CONTENT_TYPE, sizeof PKCS7_CONTENT_TYPE - 1, &type).ok ||
	    !pkcs7_attribute(info, PKCS7_MESSAGE_DIGEST, sizeof PKCS7_MESSAGE_DIGEST - 1, &stated)
	             .ok)
		return REFUSE_FAULT(look, BLOCK_MALFORMED);
	if (look->jar->request.max_sdk >= ANDROID_7) {
		if (type.tag != DER_OID)
			return REFUSE_INFO(
				look, SIGNER_UNFIT,
				"signed attributes hold no content type (RFC 5652, 11.1)");
		if (!check_content_type(&type, &look->block.parts.content_type).ok)
			return fails(look);
	}
	if (pkcs7_check_digest(info, look->file).ok)
		return VERIFIED;
	if (fault_last()->code == DIAG_SIGNATURE_INVALID)
		return fails(look);
	return REFUSE_FAULT(look, SIGNER_UNFIT);
}

static void describe(struct look *look, const struct der *certificate,
                     const struct signature_algorithm *algorithm)
{
	struct signer *row = look->signer->row;

	if (!row || row->verified)
		return;
	if (!row->certificate.data)
		row->certificate = certificate->whole;
	if (!row->algorithm) {
		row->algorithm = signature_family_name(algorithm->family);
		row->hash = algorithm->hash;
	}
}

static void accept(struct look *look, const struct der *certificate,
                   const struct signature_algorithm *algorithm)
{
	struct signer *row = look->signer->row;

	if (!row || row->verified)
		return;
	row->certificate = certificate->whole;
	row->algorithm = signature_family_name(algorithm->family);
	row->hash = algorithm->hash;
	row->verified = true;
}

/*
 * Java gives up what rests on MD5, on short RSA and DSA keys and, unless it was stamped before
 * 2019, on SHA-1 (jdk.jar.disabledAlgorithms).
 */
static RESULT check_strength(struct look *look, const struct pkcs7_signer *info,
                             const struct public_key *key,
                             const struct signature_algorithm *algorithm)
{
	enum { JANUARY_2019 = 1546300800 };
	const struct spki *spki = public_key_spki(key);
	const char *hash = algorithm->hash ? algorithm->hash : "";
	enum digest_kind digest;
	int64_t stamped = INT64_MAX;

	TRY(pkcs7_hash(info, &digest));
	if (!jar_timestamp_read(info, &look->jar->arena, &stamped).ok || stamped >= JANUARY_2019)
		look->jar->no_sha1 = true;
	ENSURE(digest != DIGEST_MD5 && strcmp(hash, "MD5") != 0 &&
	               (!look->jar->no_sha1 ||
	                (digest != DIGEST_SHA1 && strcmp(hash, "SHA1") != 0)),
	       CERT_SIGALG, info->digest_algorithm.whole.origin,
	       "the signature rests on MD5 or SHA-1, which Java no longer accepts");
	ENSURE(spki->bits >= 1024 || (strcmp(spki->type, "RSA") && strcmp(spki->type, "DSA")),
	       CERT_SIGALG, info->signature_algorithm.whole.origin,
	       "the signature rests on a key of %lld bits, which Java no longer accepts",
	       (long long)spki->bits);
	return OK;
}

static enum end verify_java(struct look *look, const struct pkcs7_signer *info,
                            const struct public_key *key,
                            const struct signature_algorithm *algorithm)
{
	if (!pkcs7_verify(&look->block, info, key, look->file).ok)
		return fails(look);
	if (!check_strength(look, info, key, algorithm).ok)
		return REFUSE_FAULT(look, ALGORITHM_WEAK);
	return VERIFIED;
}

static enum end verify_android(struct look *look, const struct pkcs7_signer *info,
                               const struct public_key *key,
                               const struct signature_algorithm *algorithm)
{
	if (!public_key_fits(key, algorithm))
		return REFUSE_INFO(
			look, SIGNER_UNFIT, "signature algorithm %s is not for a key of type %s",
			signature_family_name(algorithm->family), public_key_spki(key)->type);
	if (info->signed_attributes.tag && look->jar->request.min_sdk < ANDROID_4_4)
		return REFUSE_INFO(look, SIGNER_UNFIT,
		                   "there are signed attributes; Android before 4.4 (19) does not "
		                   "verify the digest in them");
	if (info->signed_attributes.tag) {
		enum end end = check_attributes(look, info);
		if (end != VERIFIED)
			return end;
	}
	return pkcs7_check_signature(info, key, look->file).ok ? VERIFIED : fails(look);
}

static enum end with_key(struct look *look, const struct pkcs7_signer *info,
                         const struct der *certificate, const struct public_key *key)
{
	struct signature_algorithm algorithm;

	if (!pkcs7_algorithm(info, public_key_spki(key)->type, &algorithm).ok)
		return REFUSE_FAULT(look, SIGNATURES_UNSUPPORTED);
	describe(look, certificate, &algorithm);
	enum end end = look->jar->request.java ? verify_java(look, info, key, &algorithm)
	                                       : verify_android(look, info, key, &algorithm);
	if (end == VERIFIED)
		accept(look, certificate, &algorithm);
	return end;
}

static const struct jar_certificate *find_certificate(const struct look *look,
                                                      const struct pkcs7_signer *info)
{
	const struct der *named = info->key_id.tag ? pkcs7_certificate(&look->block, info) : NULL;

	if (!info->key_id.tag && !jar_name_check(&info->issuer).ok)
		return NULL;
	for (size_t i = 0; i < look->block.certificate_count; i++) {
		const struct jar_certificate *certificate = &look->certificates[i];
		if (info->key_id.tag ? named == &look->block.certificates[i]
		                     : loose_same_integer(&certificate->serial, &info->serial) &&
		                               x509name_same(&certificate->issuer, &info->issuer))
			return certificate;
	}
	return NULL;
}

static RESULT open_key(struct look *look, const struct jar_key *key, struct public_key **out)
{
	struct cursor written;

	TRY(jar_key_write(key, &look->jar->arena, &written));
	return public_key_open(written, out);
}

static enum end verify_info(struct look *look, const struct pkcs7_signer *info)
{
	const struct jar_request *request = &look->jar->request;
	DEFER(public_key_done) struct public_key *key = NULL;

	if (!request->java && !jar_algorithm_known(info, request->min_sdk, request->max_sdk))
		return REFUSE_INFO(
			look, SIGNATURES_UNSUPPORTED,
			"digest and signature algorithm of the signer are not known to every "
			"platform version of the range");
	const struct jar_certificate *certificate = find_certificate(look, info);
	if (!certificate)
		return REFUSE_INFO(look, SIGNER_UNFIT,
		                   "the certificate that the signer names is not in the block");
	if (certificate->strange || !certificate->may_sign)
		return REFUSE_INFO(
			look, SIGNER_UNFIT, "the certificate has %s",
			certificate->strange
				? "a critical extension that is not known (RFC 5280, 4.2)"
				: "a key usage without signatures (RFC 5280, 4.2.1.3)");
	if (!open_key(look, &certificate->key, &key).ok)
		return REFUSE_FAULT(look, SIGNER_UNFIT);
	return with_key(look, info, &certificate->whole, key);
}

/* Android before 7 looks at the first one only; a later one never makes good what it refuses. */
static bool verify_infos(struct look *look)
{
	bool first_only = !look->jar->request.java && look->jar->request.min_sdk < ANDROID_7;
	size_t count = first_only ? 1 : look->block.signer_count;
	bool verified = false;

	for (size_t i = 0; i < count; i++) {
		switch (verify_info(look, &look->block.signers[i])) {
		case VERIFIED:
			verified = true;
			break;
		case FAILS:
			break;
		case REFUSED:
			return false;
		}
	}
	if (!verified)
		scheme_refuse(look->jar->scheme, REFUSAL_SIGNATURE_WRONG, look->signer->position,
		              look->signer->block_entry->path, "%s", look->why.why);
	return verified;
}

/* One that cannot be read makes the whole block unreadable, whoever it is for. */
static RESULT read_certificates(struct look *look)
{
	ALLOC(look->certificates, &look->jar->arena, look->block.certificate_count);
	for (size_t i = 0; i < look->block.certificate_count; i++)
		TRY(jar_certificate_read(look->block.certificates[i].whole,
		                         &look->certificates[i]));
	return OK;
}

static RESULT check_block(struct look *look)
{
	ENSURE(look->block.signer_count, SIGNED_DATA, 0, "the block has no signer (RFC 5652, 5.1)");
	for (size_t i = 0; i < look->block.signer_count; i++)
		ENSURE(look->jar->request.java || !look->block.signers[i].key_id.tag, SIGNED_DATA,
		       look->block.signers[i].key_id.whole.origin,
		       "a signer is named by its key identifier, which Android does not read");
	return read_certificates(look);
}

bool jar_block_verify(struct jar *jar, struct jar_signer *signer)
{
	struct look look = {.jar = jar, .signer = signer};
	struct cursor block = cursor_over(signer->block.data, signer->block.size, DIAG_ASN1_LENGTH);

	look.file = cursor_over(signer->file.data, signer->file.size, DIAG_ASN1_LENGTH);
	if (!pkcs7_read(block, &jar->arena, &look.block).ok || !check_block(&look).ok)
		return REFUSE_FAULT(&look, BLOCK_MALFORMED) == VERIFIED;
	return verify_infos(&look);
}
