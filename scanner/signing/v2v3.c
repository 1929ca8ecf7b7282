/* v2v3.c - signers of the APK signature schemes, as far as v2 and v3 have them in common. */
#include "signing/v2v3.h"

#include <string.h>

#include "crypto/certificate.h"
#include "signing/apksigner.h"
#include "signing/field.h"

bool apksigner_refuse(struct apk_reading *r, enum refusal_code code)
{
	scheme_fault(&r->apk->scheme, code, r->index);
	return false;
}

/* A signature or digest record: a number and bytes. */
static RESULT next_record(struct cursor *c, const char *what, uint32_t *id, struct cursor *bytes)
{
	struct cursor record;

	TRY(field_next(c, what, &record));
	TRY(field_u32(&record, what, id));
	return field_next(&record, what, bytes);
}

/* The first known algorithm is told of a signer of which nothing verifies. */
static void note_algorithm(struct apk_reading *r, const struct apk_algorithm *algorithm)
{
	r->signer->row->algorithm = signature_family_name(algorithm->signature.family);
	r->signer->row->hash = algorithm->signature.hash;
}

static bool pick_signatures(struct apk_reading *r, struct apk_picks *picks)
{
	struct cursor c = r->signatures;
	struct apk_signature signature;
	uint32_t id;

	if (!cursor_left(&c)) {
		fault_note(DIAG_SIGNING_BLOCK, cursor_at(&c), __FILE__, __LINE__,
		           "signer without a signature (APK Signature Scheme v2)");
		return apksigner_refuse(r, REFUSAL_SIGNATURES_NONE);
	}
	while (cursor_left(&c)) {
		if (!next_record(&c, "signature of a signer", &id, &signature.bytes).ok)
			return apksigner_refuse(r, REFUSAL_SIGNATURE_MALFORMED);
		signature.algorithm = apk_algorithm_find(id);
		if (!signature.algorithm)
			continue;
		if (!r->signer->row->algorithm)
			note_algorithm(r, signature.algorithm);
		apk_picks_add(picks, &signature);
	}
	if (apk_picks_finish(picks))
		return true;
	fault_note(DIAG_SIGNING_BLOCK, r->signatures.origin, __FILE__, __LINE__,
	           "no signature has an algorithm that all versions from %lld to %lld know",
	           (long long)picks->min_sdk, (long long)picks->max_sdk);
	return apksigner_refuse(r, REFUSAL_SIGNATURES_UNSUPPORTED);
}

static bool verify_signature(struct apk_reading *r, const struct apk_signature *signature)
{
	DEFER(public_key_done) struct public_key *key = NULL;
	const struct signature_algorithm *algorithm = &signature->algorithm->signature;

	if (!public_key_open(r->key, &key).ok)
		return apksigner_refuse(r, REFUSAL_KEY_MALFORMED);
	if (!public_key_fits(key, algorithm)) {
		fault_note(DIAG_CERT_KEY, r->key.origin, __FILE__, __LINE__,
		           "the public key is of type %s, the signature is %s",
		           public_key_spki(key)->type, signature_family_name(algorithm->family));
		return apksigner_refuse(r, REFUSAL_KEY_MALFORMED);
	}
	if (!signature_verify(key, algorithm, r->signed_data, signature->bytes,
	                      "signature over the signed data")
	             .ok)
		return apksigner_refuse(r, REFUSAL_SIGNATURE_WRONG);
	r->apk->contents |= 1U << signature->algorithm->content;
	return true;
}

/* All signatures that some version of the range verifies; the strongest one is told. */
static bool verify_signatures(struct apk_reading *r, int64_t min_sdk, int64_t max_sdk)
{
	struct apk_picks picks = {.min_sdk = min_sdk, .max_sdk = max_sdk};
	const struct apk_algorithm *best = NULL;

	if (!pick_signatures(r, &picks))
		return false;
	for (size_t i = 0; i < picks.count; i++) {
		const struct apk_algorithm *algorithm = picks.chosen[i].algorithm;
		if (!verify_signature(r, &picks.chosen[i]))
			return false;
		if (!best ||
		    content_digest_rank(algorithm->content) > content_digest_rank(best->content))
			best = algorithm;
	}
	note_algorithm(r, best);
	r->signer->row->verified = true;
	return true;
}

static bool check_key(struct apk_reading *r, const struct certificate *certificate)
{
	struct cursor key;

	if (!spki_positive(certificate->key.whole, r->apk->scheme.arena, &key).ok)
		return apksigner_refuse(r, REFUSAL_KEY_MALFORMED);
	if (key.size == r->key.size && memcmp(key.data, r->key.data, key.size) == 0)
		return true;
	fault_note(DIAG_CERT_KEY, r->key.origin, __FILE__, __LINE__,
	           "the signer's public key is not that of its certificate");
	return apksigner_refuse(r, REFUSAL_KEY_DIFFERS);
}

static bool read_certificates(struct apk_reading *r, struct cursor c)
{
	struct certificate certificate, main;
	struct cursor der;
	bool first = true;

	for (; cursor_left(&c); first = false) {
		if (!field_next(&c, "certificate of a signer", &der).ok)
			return apksigner_refuse(r, REFUSAL_SIGNER_MALFORMED);
		if (!certificate_split(der, &certificate).ok)
			return apksigner_refuse(r, REFUSAL_CERTIFICATE_MALFORMED);
		if (first) {
			main = certificate;
			r->signer->row->certificate = der;
		}
	}
	if (!first)
		return check_key(r, &main);
	fault_note(DIAG_SIGNING_BLOCK, c.origin, __FILE__, __LINE__,
	           "signer without a certificate (APK Signature Scheme v2)");
	return apksigner_refuse(r, REFUSAL_CERTIFICATES_NONE);
}

static bool keep_digest(struct apk_reading *r, uint32_t id, struct cursor value)
{
	const struct apk_algorithm *algorithm = apk_algorithm_find(id);
	struct apk_signer *signer = r->signer;

	if (!algorithm)
		return true;
	if (signer->content_count < APK_RECORDS_MAX) {
		signer->contents[signer->content_count++] =
			(struct content_record){algorithm, value};
		return true;
	}
	fault_note(DIAG_SIGNING_BLOCK, value.origin, __FILE__, __LINE__,
	           "more than %d digests of one signer", APK_RECORDS_MAX);
	return apksigner_refuse(r, REFUSAL_DIGEST_MALFORMED);
}

/* The digests, whose algorithms must be those of the signatures, in the same order. */
static bool read_digests(struct apk_reading *r, struct cursor c)
{
	struct cursor signatures = r->signatures, value, bytes;
	uint32_t id, signature_id = 0;
	bool same = true;

	r->signer->contents =
		arena_take(r->apk->scheme.arena, APK_RECORDS_MAX, sizeof *r->signer->contents);
	if (!r->signer->contents)
		return apksigner_refuse(r, REFUSAL_SIGNER_MALFORMED);
	while (cursor_left(&c)) {
		if (!next_record(&c, "digest of a signer", &id, &value).ok)
			return apksigner_refuse(r, REFUSAL_DIGEST_MALFORMED);
		same = same && cursor_left(&signatures) &&
		       next_record(&signatures, "signature", &signature_id, &bytes).ok &&
		       signature_id == id;
		if (!keep_digest(r, id, value))
			return false;
	}
	if (same && !cursor_left(&signatures))
		return true;
	fault_note(DIAG_SIGNING_BLOCK, c.origin, __FILE__, __LINE__,
	           "algorithms of digests and signatures differ (APK Signature Scheme v2)");
	return apksigner_refuse(r, REFUSAL_ALGORITHMS_DIFFER);
}

bool apksigner_verify(struct apk_reading *r, int64_t min_sdk, int64_t max_sdk)
{
	return verify_signatures(r, min_sdk, max_sdk);
}

bool apksigner_read(struct apk_reading *r, struct cursor digests, struct cursor certificates)
{
	return read_certificates(r, certificates) && read_digests(r, digests);
}

struct result apksigner_attribute(struct cursor *c, uint32_t *id, struct cursor *value)
{
	struct cursor attribute;

	TRY(field_next(c, "additional attribute of a signer", &attribute));
	TRY(field_u32(&attribute, "number of an additional attribute", id));
	return cursor_window(&attribute, cursor_left(&attribute), value);
}

/* Nothing behind a signer that is not well formed can be found. */
static bool next_signer(struct apk_scheme *apk, struct cursor *signers, apksigner_reader read,
                        const struct apk_range *range)
{
	struct apk_reading r = {
		.apk = apk, .range = range, .index = (uint32_t)apk->signer_count + 1};

	if (apk->signer_count == APK_SIGNERS_MAX) {
		scheme_refuse(&apk->scheme, REFUSAL_SIGNERS_TOO_MANY, 0, NULL,
		              "more than %d signers (APK Signature Scheme v2)", APK_SIGNERS_MAX);
		return false;
	}
	r.signer = &apk->signers[apk->signer_count];
	r.signer->row = scheme_signer(&apk->scheme);
	if (!r.signer->row || !field_next(signers, "signer", &r.block).ok)
		return apksigner_refuse(&r, REFUSAL_SIGNER_MALFORMED);
	apk->signer_count++;
	return read(&r);
}

static void write_digests(struct apk_scheme *apk)
{
	char text[128] = "";
	size_t len = 0;

	for (int i = 1; i < CONTENT_COUNT; i++) {
		if (!(apk->contents >> i & 1))
			continue;
		const char *name = content_digest_name((enum content_digest)i);
		if (len)
			text[len++] = ' ';
		memcpy(text + len, name, strlen(name) + 1);
		len += strlen(name);
	}
	if (len)
		apk->scheme.digests = arena_copy(apk->scheme.arena, text, len);
}

void apksigner_read_all(struct apk_scheme *apk, struct cursor block, apksigner_reader read,
                        const struct apk_range *range)
{
	struct cursor signers;

	apk->scheme.present = true;
	block.shortage = DIAG_SIGNING_BLOCK;
	if (!field_next(&block, "signers", &signers).ok) {
		scheme_fault(&apk->scheme, REFUSAL_SIGNERS_MALFORMED, 0);
		apk->scheme.lost = !field_negative(&block);
		return;
	}
	if (!cursor_left(&signers))
		scheme_refuse(&apk->scheme, REFUSAL_SIGNERS_NONE, 0, NULL,
		              "no signer at offset %llu (APK Signature Scheme v2)",
		              (unsigned long long)signers.origin);
	while (cursor_left(&signers) && next_signer(apk, &signers, read, range))
		;
	write_digests(apk);
}

static void compare_record(struct apk_scheme *apk, const struct content_record *record,
                           uint32_t signer, const struct cursor *actual)
{
	enum content_digest kind = record->algorithm->content;

	if (!(apk->contents >> kind & 1) ||
	    (actual->data && actual->size == record->value.size &&
	     memcmp(actual->data, record->value.data, actual->size) == 0))
		return;
	scheme_refuse(&apk->scheme, REFUSAL_DIGEST_WRONG, signer, NULL,
	              "digest %s at offset %llu is not that of the contents",
	              content_digest_name(kind), (unsigned long long)record->value.origin);
}

void v2v3_compare(struct apk_scheme *apk, const struct cursor digests[CONTENT_COUNT])
{
	for (uint32_t i = 0; i < apk->signer_count; i++) {
		const struct apk_signer *signer = &apk->signers[i];
		for (size_t k = 0; k < signer->content_count; k++)
			compare_record(apk, &signer->contents[k], i + 1,
			               &digests[signer->contents[k].algorithm->content]);
	}
}
