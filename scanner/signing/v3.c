/* v3.c - APK Signature Schemes v3 and v3.1: v2 with platform versions and rotation of keys. */
#include <stdlib.h>
#include <string.h>

#include "signing/apksigner.h"
#include "signing/field.h"

/* The proof of rotation; the version from which v3.1 has a new key (u32); the new key is meant for
 * a development release that still has the number of the last one. */
static const uint32_t attribute_rotation = 0x3ba06f8c;
static const uint32_t attribute_rotation_min_sdk = 0x559f8b02;
static const uint32_t attribute_dev_release = 0xc2a6b3ba;

/* Android 13, which brought v3.1; proofs of rotation of one signer, of which the last counts: each
 * has signatures that take time to verify, and one is what signers write. */
enum { SDK_V31 = 33, PROOFS_MAX = 4 };

static void read_lineage(struct apk_reading *r, struct cursor value)
{
	struct apk_signer *signer = r->signer;
	enum refusal_code code;

	if (!lineage_read(value, r->apk->scheme.arena, &signer->lineage, &code)) {
		apksigner_refuse(r, code);
		return;
	}
	if (lineage_find(&signer->lineage, signer->row->certificate) + 1 != signer->lineage.count)
		scheme_refuse(&r->apk->scheme, REFUSAL_LINEAGE_DIFFERS, r->index, NULL,
		              "the last of %zu certificates of the proof of rotation at offset "
		              "%llu is not the signer's",
		              signer->lineage.count, (unsigned long long)value.origin);
}

static bool check_rotation(struct apk_reading *r, struct cursor value)
{
	uint32_t version;

	if (r->range->max_sdk < SDK_V31)
		return true;
	if (!field_u32(&value, "version from which the key is rotated", &version).ok)
		return apksigner_refuse(r, REFUSAL_ATTRIBUTE_MALFORMED);
	if (!r->range->rotation_min_sdk)
		scheme_refuse(&r->apk->scheme, REFUSAL_ROTATION_STRIPPED, r->index, NULL,
		              "the signer says that v3.1 signs for versions from %u on", version);
	else if (version != r->range->rotation_min_sdk)
		scheme_refuse(
			&r->apk->scheme, REFUSAL_ROTATION_DIFFERS, r->index, NULL,
			"the signer says that v3.1 begins with version %u, it begins with %lld",
			version, (long long)r->range->rotation_min_sdk);
	return true;
}

static bool too_many_proofs(struct apk_reading *r, struct cursor value)
{
	fault_note(DIAG_SIGNING_BLOCK, value.origin, __FILE__, __LINE__,
	           "more than %d proofs of rotation of one signer", PROOFS_MAX);
	return apksigner_refuse(r, REFUSAL_LINEAGE_LONG);
}

static bool read_attributes(struct apk_reading *r, struct cursor c)
{
	struct cursor value;
	int proofs = 0;
	uint32_t id;

	while (cursor_left(&c)) {
		if (!apksigner_attribute(&c, &id, &value).ok)
			return apksigner_refuse(r, REFUSAL_ATTRIBUTE_MALFORMED);
		if (id == attribute_rotation && proofs++ == PROOFS_MAX)
			return too_many_proofs(r, value);
		if (id == attribute_rotation)
			read_lineage(r, value);
		else if (id == attribute_rotation_min_sdk && !check_rotation(r, value))
			return false;
		else if (id == attribute_dev_release)
			r->signer->dev_release = true;
	}
	return true;
}

static bool read_versions(struct cursor *c, int32_t *min_sdk, int32_t *max_sdk)
{
	uint32_t min = 0, max = 0;

	if (!field_u32(c, "lowest version", &min).ok || !field_u32(c, "highest version", &max).ok)
		return false;
	*min_sdk = (int32_t)min;
	*max_sdk = (int32_t)max;
	return true;
}

static bool read_outside(struct apk_reading *r)
{
	struct apk_signer *signer = r->signer;
	struct cursor c = r->block;

	if (!field_next(&c, "signed data", &r->signed_data).ok ||
	    !read_versions(&c, &signer->min_sdk, &signer->max_sdk) ||
	    !field_next(&c, "signatures", &r->signatures).ok ||
	    !field_next(&c, "public key", &r->key).ok)
		return apksigner_refuse(r, REFUSAL_SIGNER_MALFORMED);
	signer->row->min_sdk = signer->min_sdk;
	signer->row->max_sdk = signer->max_sdk;
	if (signer->min_sdk < 0 || signer->min_sdk > signer->max_sdk)
		scheme_refuse(&r->apk->scheme, REFUSAL_RANGE_INVALID, r->index, NULL,
		              "the signer is for versions from %d to %d", signer->min_sdk,
		              signer->max_sdk);
	return true;
}

static bool read_inside(struct apk_reading *r)
{
	struct cursor c = r->signed_data, digests, certificates, attributes;
	int32_t min_sdk, max_sdk;

	if (!field_next(&c, "digests", &digests).ok ||
	    !field_next(&c, "certificates", &certificates).ok ||
	    !read_versions(&c, &min_sdk, &max_sdk) ||
	    !field_next(&c, "additional attributes", &attributes).ok)
		return apksigner_refuse(r, REFUSAL_SIGNER_MALFORMED);
	if (min_sdk != r->signer->min_sdk || max_sdk != r->signer->max_sdk)
		scheme_refuse(&r->apk->scheme, REFUSAL_RANGE_DIFFERS, r->index, NULL,
		              "the signer is for versions from %d to %d and signed %d to %d",
		              r->signer->min_sdk, r->signer->max_sdk, min_sdk, max_sdk);
	if (apksigner_read(r, digests, certificates))
		read_attributes(r, attributes);
	return true;
}

static bool read_signer(struct apk_reading *r)
{
	if (!read_outside(r))
		return false;
	if (!apksigner_verify(r, r->signer->min_sdk, r->signer->max_sdk))
		return true;
	return read_inside(r);
}

static int by_highest_version(const void *left, const void *right)
{
	const struct apk_signer *a = *(const struct apk_signer *const *)left;
	const struct apk_signer *b = *(const struct apk_signer *const *)right;

	if (a->max_sdk != b->max_sdk)
		return a->max_sdk < b->max_sdk ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The signers by their highest version; of those with the same one only the last counts. */
static size_t sort_signers(const struct apk_scheme *apk, const struct apk_signer **out)
{
	size_t count = 0;

	for (size_t i = 0; i < apk->signer_count; i++)
		out[i] = &apk->signers[i];
	qsort(out, apk->signer_count, sizeof *out, by_highest_version);
	for (size_t i = 0; i < apk->signer_count; i++)
		if (i + 1 == apk->signer_count || out[i + 1]->max_sdk != out[i]->max_sdk)
			out[count++] = out[i];
	return count;
}

/* The versions that signers cover, and the longest lineage so far. */
struct cover {
	int64_t first, last;
	size_t lineage;
};

static bool add_signer(struct apk_scheme *apk, const struct apk_signer *signer, struct cover *cover)
{
	bool follows = signer->min_sdk == cover->last + 1 ||
	               (signer->min_sdk == cover->last && signer->dev_release);

	if (cover->first && !follows) {
		scheme_refuse(&apk->scheme, REFUSAL_RANGE_BROKEN, 0, NULL,
		              "a signer for versions from %d follows one up to %lld",
		              signer->min_sdk, (long long)cover->last);
		return false;
	}
	if (!cover->first)
		cover->first = signer->min_sdk;
	cover->last = signer->max_sdk;
	if (signer->lineage.count && signer->lineage.count < cover->lineage) {
		scheme_refuse(&apk->scheme, REFUSAL_LINEAGE_INCONSISTENT, 0, NULL,
		              "the proof of rotation for versions from %d is shorter than an "
		              "earlier one",
		              signer->min_sdk);
		return false;
	}
	if (signer->lineage.count)
		cover->lineage = signer->lineage.count;
	return true;
}

/* All lineages must be beginnings of the longest, which is kept. */
static void join_lineages(struct apk_scheme *apk)
{
	for (size_t i = 0; i < apk->signer_count; i++)
		if (apk->signers[i].lineage.count > apk->lineage.count)
			apk->lineage = apk->signers[i].lineage;
	for (size_t i = 0; i < apk->signer_count; i++) {
		if (lineage_agrees(&apk->signers[i].lineage, &apk->lineage))
			continue;
		scheme_refuse(&apk->scheme, REFUSAL_LINEAGE_INCONSISTENT, (uint32_t)i + 1, NULL,
		              "the proof of rotation is no beginning of the longest one");
	}
}

static void check_cover(struct apk_scheme *apk, const struct apk_range *range, bool v31)
{
	const struct apk_signer *sorted[APK_SIGNERS_MAX];
	size_t count = sort_signers(apk, sorted);
	struct cover cover = {0};
	/* v3 covers the rest of the range, so v3.1 may begin anywhere */
	int64_t min_sdk = v31 ? range->max_sdk : range->min_sdk;
	int64_t max_sdk = range->rotation_min_sdk ? range->rotation_min_sdk - 1 : range->max_sdk;

	for (size_t i = 0; i < count && add_signer(apk, sorted[i], &cover); i++)
		;
	if (cover.first > min_sdk || cover.last < max_sdk)
		scheme_refuse(&apk->scheme, REFUSAL_RANGE_UNCOVERED, 0, NULL,
		              "signers cover versions %lld to %lld, %lld to %lld are needed",
		              (long long)cover.first, (long long)cover.last, (long long)min_sdk,
		              (long long)max_sdk);
	join_lineages(apk);
}

void v3_read(struct apk_scheme *apk, struct cursor block, const struct apk_range *range, bool v31)
{
	apksigner_read_all(apk, block, read_signer, range);
	if (!apk->scheme.refusals.count)
		check_cover(apk, range, v31);
}
