/* apksigner.h - one signer while it is read: what v2.c and v3.c take from v2v3.c. */
#ifndef PARASOL_SIGNING_APKSIGNER_H
#define PARASOL_SIGNING_APKSIGNER_H

#include "signing/v2v3.h"

struct apk_reading {
	struct apk_scheme *apk;
	struct apk_signer *signer;
	const struct apk_range *range;
	uint32_t index; /* from 1 */
	struct cursor block, signed_data, signatures, key;
	bool v31;
};

/* Notes the thread's last failure as a refusal; returns false. */
bool apksigner_refuse(struct apk_reading *r, enum refusal_code code);

/* Reads one signer; false if none can be read behind it. */
typedef bool (*apksigner_reader)(struct apk_reading *r);
void apksigner_read_all(struct apk_scheme *apk, struct cursor block, apksigner_reader read,
                        const struct apk_range *range);

/* The steps of it. False if the signer was refused. */
bool apksigner_verify(struct apk_reading *r, int64_t min_sdk, int64_t max_sdk);
bool apksigner_read(struct apk_reading *r, struct cursor digests, struct cursor certificates);

/* The next additional attribute. */
RESULT apksigner_attribute(struct cursor *c, uint32_t *id, struct cursor *value);

#endif
