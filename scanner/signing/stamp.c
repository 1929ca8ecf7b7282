/* stamp.c - source stamps. */
#include "signing/stamp.h"

#include <string.h>

#include "base/digest.h"
#include "crypto/certificate.h"
#include "signing/field.h"

/* Number of a scheme in a stamp; bytes of the digests of one scheme, with what stands before. */
enum { SCHEME_JAR = 1, SCHEME_V2 = 2, SCHEME_V3 = 3, SCHEME_V31 = 31, DIGESTS_MAX = 512 };
static const uint32_t attribute_rotation = 0x9d6303f7;
static const uint32_t attribute_time = 0xe43c5946;

struct stamp_reading {
	struct stamp *stamp;
	const struct stamp_subject *subject;
	struct public_key *key;
};

static bool refuse(struct stamp_reading *r, enum refusal_code code)
{
	scheme_fault(&r->stamp->scheme, code, 0);
	return false;
}

static bool next(struct stamp_reading *r, struct cursor *c, const char *what, struct cursor *out)
{
	if (field_next(c, what, out).ok)
		return true;
	r->stamp->fatal = r->stamp->fatal || field_negative(c);
	return refuse(r, REFUSAL_STAMP_MALFORMED);
}

/* The digests that one or several schemes sign: by kind, the last one of a kind. */
struct stamp_digests {
	struct cursor of[CONTENT_COUNT];
	uint8_t manifest[DIGEST_MAX];
};

static void add_scheme(struct stamp_digests *digests, const struct apk_scheme *apk)
{
	for (size_t i = 0; i < apk->signer_count; i++)
		for (size_t k = 0; k < apk->signers[i].content_count; k++) {
			const struct content_record *record = &apk->signers[i].contents[k];
			digests->of[record->algorithm->content] = record->value;
		}
}

static RESULT add_manifest(struct stamp_digests *digests, const struct container *container)
{
	const struct entry *entry = container_find(container, "META-INF/MANIFEST.MF");
	struct bytes bytes;

	if (!entry)
		return OK;
	TRY(entry_read(entry, NULL, &bytes));
	size_t len = digest(DIGEST_SHA256, bytes.data, bytes.size, digests->manifest);
	bytes_free(&bytes);
	digests->of[CONTENT_MANIFEST] = cursor_over(digests->manifest, len, DIAG_SIGNING_BLOCK);
	return OK;
}

static void put(uint8_t **at, size_t value)
{
	for (int i = 0; i < 4; i++)
		*(*at)++ = (uint8_t)(value >> 8 * i);
}

/* Digests as a stamp signs them; a digest longer than any makes the message one that nobody did. */
static struct cursor message_of(const struct stamp_digests *digests, uint8_t buffer[DIGESTS_MAX])
{
	uint8_t *at = buffer;

	for (size_t i = 0; i < CONTENT_COUNT; i++) {
		const struct cursor *value = &digests->of[i];
		if (!value->data || value->size > DIGEST_MAX)
			continue;
		put(&at, 8 + value->size);
		put(&at, i);
		put(&at, value->size);
		memcpy(at, value->data, value->size);
		at += value->size;
	}
	return cursor_over(buffer, (size_t)(at - buffer), DIAG_SIGNING_BLOCK);
}

static bool pick(struct stamp_reading *r, struct cursor signatures, struct apk_picks *picks)
{
	struct apk_signature signature;
	struct cursor record;
	uint32_t id;

	while (cursor_left(&signatures)) {
		if (!next(r, &signatures, "signature of the stamp", &record))
			return false;
		if (!field_u32(&record, "algorithm of the stamp", &id).ok ||
		    !field_next(&record, "signature of the stamp", &signature.bytes).ok)
			return refuse(r, REFUSAL_STAMP_MALFORMED);
		signature.algorithm = apk_algorithm_find(id);
		if (signature.algorithm)
			apk_picks_add(picks, &signature);
	}
	if (picks->count && apk_picks_finish(picks))
		return true;
	scheme_refuse(&r->stamp->scheme, REFUSAL_STAMP_UNSUPPORTED, 0, NULL,
	              "no signature at offset %llu has an algorithm that all versions from %lld to "
	              "%lld know",
	              (unsigned long long)signatures.origin, (long long)picks->min_sdk,
	              (long long)picks->max_sdk);
	return false;
}

static bool verify(struct stamp_reading *r, struct cursor message, struct cursor signatures)
{
	struct apk_picks picks = {
		.min_sdk = r->subject->min_sdk, .max_sdk = r->subject->max_sdk, .jca = true};

	if (!pick(r, signatures, &picks))
		return false;
	for (size_t i = 0; i < picks.count; i++)
		if (!signature_verify(r->key, &picks.chosen[i].algorithm->signature, message,
		                      picks.chosen[i].bytes, "signature of the stamp")
		             .ok)
			return refuse(r, REFUSAL_STAMP_WRONG);
	return true;
}

/* The signatures of a scheme in a stamp of version 2; the last of several counts. */
static bool find_scheme(struct stamp_reading *r, struct cursor schemes, uint32_t wanted,
                        struct cursor *out, bool *found)
{
	struct cursor scheme;
	uint32_t id;

	*found = false;
	while (cursor_left(&schemes)) {
		struct cursor signatures;
		if (!next(r, &schemes, "scheme of the stamp", &scheme))
			return false;
		if (!field_u32(&scheme, "scheme of the stamp", &id).ok)
			return refuse(r, REFUSAL_STAMP_MALFORMED);
		if (!next(r, &scheme, "signatures of the stamp", &signatures))
			return false;
		if (id != wanted)
			continue;
		*out = signatures;
		*found = true;
	}
	return true;
}

static bool verify_scheme(struct stamp_reading *r, struct cursor schemes, uint32_t number,
                          const struct stamp_digests *digests, bool needed)
{
	uint8_t buffer[DIGESTS_MAX];
	struct cursor signatures;
	bool found;

	if (!find_scheme(r, schemes, number, &signatures, &found))
		return false;
	if (found)
		return verify(r, message_of(digests, buffer), signatures);
	if (needed)
		scheme_refuse(&r->stamp->scheme, REFUSAL_STAMP_UNSIGNED, 0, NULL,
		              "the stamp does not sign scheme %u", number);
	return !needed;
}

static bool verify_schemes(struct stamp_reading *r, struct cursor schemes)
{
	const struct stamp_subject *subject = r->subject;
	const struct {
		uint32_t number;
		const struct apk_scheme *apk;
	} all[] = {{SCHEME_V31, subject->v31}, {SCHEME_V3, subject->v3}, {SCHEME_V2, subject->v2}};
	struct stamp_digests jar = {0};

	for (size_t i = 0; i < 3; i++) {
		struct stamp_digests digests = {0};
		if (!all[i].apk)
			continue;
		add_scheme(&digests, all[i].apk);
		/* stamps that are older than v3.1 do not know it */
		if (!verify_scheme(r, schemes, all[i].number, &digests, i > 0))
			return false;
	}
	if (!subject->v1)
		return true;
	if (!add_manifest(&jar, subject->container).ok)
		return refuse(r, REFUSAL_STAMP_PACKAGE);
	return verify_scheme(r, schemes, SCHEME_JAR, &jar, true);
}

static bool read_lineage(struct stamp_reading *r, struct cursor value)
{
	struct lineage *lineage = &r->stamp->lineage;
	enum refusal_code code;

	if (!lineage_read(value, r->stamp->scheme.arena, lineage, &code))
		return refuse(r, REFUSAL_STAMP_LINEAGE);
	if (lineage_find(lineage, r->stamp->certificate) + 1 == lineage->count)
		return true;
	scheme_refuse(&r->stamp->scheme, REFUSAL_STAMP_LINEAGE, 0, NULL,
	              "the proof of rotation does not end with the certificate of the stamp");
	return false;
}

static bool read_time(struct stamp_reading *r, struct cursor value)
{
	uint64_t seconds;

	if (!cursor_u64le(&value, &seconds).ok)
		return refuse(r, REFUSAL_STAMP_MALFORMED);
	r->stamp->time = (int64_t)seconds;
	if (r->stamp->time > 0)
		return true;
	scheme_refuse(&r->stamp->scheme, REFUSAL_STAMP_MALFORMED, 0, NULL,
	              "the time of the stamp is not behind 1970");
	return false;
}

static bool read_attributes(struct stamp_reading *r, struct cursor c)
{
	struct cursor attributes, attribute;
	uint32_t id;

	if (!next(r, &c, "attributes of the stamp", &attributes))
		return false;
	while (cursor_left(&attributes)) {
		struct cursor value;
		if (!next(r, &attributes, "attribute of the stamp", &attribute))
			return false;
		if (!field_u32(&attribute, "attribute of the stamp", &id).ok ||
		    !cursor_window(&attribute, cursor_left(&attribute), &value).ok)
			return refuse(r, REFUSAL_STAMP_MALFORMED);
		if ((id == attribute_rotation && !read_lineage(r, value)) ||
		    (id == attribute_time && !read_time(r, value)))
			return false;
	}
	return true;
}

static bool read_version_2(struct stamp_reading *r, struct cursor c)
{
	struct cursor schemes, attributes, signatures;

	if (!next(r, &c, "schemes of the stamp", &schemes))
		return false;
	if (!verify_schemes(r, schemes))
		return false;
	if (!cursor_left(&c))
		return true;
	if (!next(r, &c, "attributes of the stamp", &attributes) ||
	    !next(r, &c, "signatures over attributes of the stamp", &signatures))
		return false;
	return verify(r, attributes, signatures) && read_attributes(r, attributes);
}

/* One message of the digests of all schemes. */
static bool read_version_1(struct stamp_reading *r, struct cursor c)
{
	const struct stamp_subject *subject = r->subject;
	struct stamp_digests digests = {0};
	uint8_t buffer[DIGESTS_MAX];
	struct cursor signatures;

	if (!next(r, &c, "signatures of the stamp", &signatures))
		return false;
	if (subject->v3)
		add_scheme(&digests, subject->v3);
	if (subject->v2)
		add_scheme(&digests, subject->v2);
	if (subject->v1 && !add_manifest(&digests, subject->container).ok)
		return refuse(r, REFUSAL_STAMP_PACKAGE);
	return verify(r, message_of(&digests, buffer), signatures);
}

/* The certificate is the one that the package's own entry names. */
static bool check_certificate(struct stamp_reading *r, const struct entry *entry)
{
	struct cursor der = r->stamp->certificate;
	uint8_t hash[DIGEST_MAX];
	struct bytes bytes;

	if (!entry_read(entry, NULL, &bytes).ok)
		return refuse(r, REFUSAL_STAMP_PACKAGE);
	size_t len = digest(DIGEST_SHA256, der.data, der.size, hash);
	bool same = bytes.size == len && memcmp(bytes.data, hash, len) == 0;
	bytes_free(&bytes);
	if (!same)
		scheme_refuse(&r->stamp->scheme, REFUSAL_STAMP_CERTIFICATE_DIFFERS, 0, entry->path,
		              "the entry is not the SHA-256 of the certificate at offset %llu",
		              (unsigned long long)der.origin);
	return same;
}

static bool open_certificate(struct stamp_reading *r, struct cursor *c)
{
	struct certificate certificate;
	struct cursor key;

	if (!field_next(c, "certificate of the stamp", &r->stamp->certificate).ok ||
	    !certificate_split(r->stamp->certificate, &certificate).ok ||
	    !spki_positive(certificate.key.whole, r->stamp->scheme.arena, &key).ok ||
	    !public_key_open(key, &r->key).ok)
		return refuse(r, REFUSAL_STAMP_MALFORMED);
	return true;
}

static bool schemes_read(const struct stamp_subject *subject)
{
	return (!subject->v2 || !subject->v2->scheme.refusals.count) &&
	       (!subject->v3 || !subject->v3->scheme.refusals.count);
}

static void read_block(struct stamp *stamp, const struct stamp_subject *subject,
                       const struct entry *entry, struct cursor block, bool version_2)
{
	struct stamp_reading r = {.stamp = stamp, .subject = subject};
	struct cursor c;

	block.shortage = DIAG_SIGNING_BLOCK;
	if (!schemes_read(subject))
		scheme_refuse(&stamp->scheme, REFUSAL_STAMP_PACKAGE, 0, NULL,
		              "a scheme whose digests the stamp signs is refused itself");
	else if (!next(&r, &block, "source stamp", &c))
		stamp->scheme.verified = false;
	else if (open_certificate(&r, &c) && check_certificate(&r, entry))
		stamp->scheme.verified = version_2 ? read_version_2(&r, c) : read_version_1(&r, c);
	public_key_free(r.key);
}

void stamp_read(struct stamp *stamp, const struct stamp_subject *subject)
{
	const struct entry *entry = container_find(subject->container, STAMP_ENTRY);
	struct cursor block;
	bool version_2 = block_value(subject->sections, BLOCK_STAMP, &block);
	bool any = version_2 || block_value(subject->sections, BLOCK_STAMP_V1, &block);

	stamp->time = -1;
	stamp->scheme.present = entry || any;
	if (entry && any)
		read_block(stamp, subject, entry, block, version_2);
	else if (entry)
		scheme_refuse(&stamp->scheme, REFUSAL_STAMP_BLOCK_MISSING, 0, entry->path,
		              "the entry names a certificate, the signing block holds no stamp");
	else if (any)
		scheme_refuse(&stamp->scheme, REFUSAL_STAMP_ENTRY_MISSING, 0, NULL,
		              "a stamp at offset %llu, and no entry " STAMP_ENTRY,
		              (unsigned long long)block.origin);
}
