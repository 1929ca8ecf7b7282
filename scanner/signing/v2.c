/* v2.c - APK Signature Scheme v2. */
#include "signing/apksigner.h"
#include "signing/field.h"

/* Says that the package is also signed by the scheme whose number is the value. */
static const uint32_t attribute_stripping = 0xbeeff00d;

/* The platform versions that know v2 and v3, and the number of these schemes. */
enum { SDK_N = 24, SDK_P = 28, SCHEME_V2 = 2, SCHEME_V3 = 3 };

/* A scheme that the range knows must have been found; v2 itself never counts as found here. */
static void check_stripping(struct apk_reading *r, uint32_t scheme)
{
	int64_t max_sdk = r->range->max_sdk;

	if ((scheme == SCHEME_V2 && max_sdk >= SDK_N) ||
	    (scheme == SCHEME_V3 && max_sdk >= SDK_P && !r->range->v3_found))
		scheme_refuse(&r->apk->scheme, REFUSAL_SCHEME_STRIPPED, r->index, NULL,
		              "the signer says that a signature of scheme v%u is there", scheme);
}

static bool read_attributes(struct apk_reading *r, struct cursor c)
{
	uint32_t id, scheme;
	struct cursor value;

	while (cursor_left(&c)) {
		if (!apksigner_attribute(&c, &id, &value).ok)
			return apksigner_refuse(r, REFUSAL_ATTRIBUTE_MALFORMED);
		if (id != attribute_stripping)
			continue;
		if (!field_u32(&value, "value of the stripping protection", &scheme).ok)
			return apksigner_refuse(r, REFUSAL_ATTRIBUTE_MALFORMED);
		check_stripping(r, scheme);
	}
	return true;
}

static bool read_signer(struct apk_reading *r)
{
	struct cursor c = r->block, digests, certificates, attributes;

	if (!field_next(&c, "signed data", &r->signed_data).ok ||
	    !field_next(&c, "signatures", &r->signatures).ok ||
	    !field_next(&c, "public key", &r->key).ok)
		return apksigner_refuse(r, REFUSAL_SIGNER_MALFORMED);
	if (!apksigner_verify(r, r->range->min_sdk, r->range->max_sdk))
		return true;
	c = r->signed_data;
	if (!field_next(&c, "digests", &digests).ok ||
	    !field_next(&c, "certificates", &certificates).ok ||
	    !field_next(&c, "additional attributes", &attributes).ok)
		return apksigner_refuse(r, REFUSAL_SIGNER_MALFORMED);
	if (apksigner_read(r, digests, certificates))
		read_attributes(r, attributes);
	return true;
}

void v2_read(struct apk_scheme *apk, struct cursor block, const struct apk_range *range)
{
	apksigner_read_all(apk, block, read_signer, range);
}
