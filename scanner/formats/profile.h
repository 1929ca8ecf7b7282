/*
 * profile.h - provisioning profiles of HarmonyOS (OpenHarmony developtools_hapsigner and
 * security_appverify, provision_info).
 *
 * A profile is a JSON text in a SignedData (PKCS #7), which states the app that a package may be,
 * who may sign it, and what it may do:
 *
 *   type "release" or "debug"   app-distribution-type   uuid   issuer
 *   validity { not-before, not-after: seconds since 1970 }
 *   bundle-info { bundle-name, developer-id, apl, distribution-certificate (release) or
 *                 development-certificate (debug): PEM }
 *   acls { allowed-acls: [ restricted permission ... ] }   debug-info { device-ids: [...] }
 *
 * It lies in the signature block of a package (signing/hap.c) or as a file of its own (.p7b). A
 * store that signs packages itself puts in the bare JSON, which its own signature covers.
 */
#ifndef PARASOL_FORMATS_PROFILE_H
#define PARASOL_FORMATS_PROFILE_H

#include "crypto/pkcs7.h"
#include "formats/format.h"
#include "formats/json.h"

struct profile {
	struct pkcs7 bag;      /* no signers if it is bare JSON */
	struct cursor content; /* the JSON text */
	struct json *json;
	const struct der
		*signer;  /* certificate of the first signer; NULL if it is not in the bag */
	bool verified;    /* every signature verifies, and there is one */
	bool open;        /* bare, and whether a store signed for it cannot be told */
	struct fault why; /* the first that does not */
	/* the certificate that may sign the app, from its PEM form; size 0 if there is none */
	struct cursor certificate;
	bool release;
};

/*
 * Reads a profile and verifies its own signature. Memory comes from `arena`; `der` must outlive the
 * profile. Fails with PROFILE_PARSE, JSON_PARSE, JSON_LIMIT or the codes of pkcs7_read. End with
 * profile_close if it did not fail.
 */
RESULT profile_read(struct cursor der, struct arena *arena, struct profile *out);
void profile_close(struct profile *profile);

/* The bundle name that it is for; ".*" stands for any. NULL if it has none. */
const char *profile_app_id(const struct profile *profile);

/*
 * The first field that the platform asks for and does not find, or NULL. It reads a release profile
 * with a kind of distribution that is not known as if it had none.
 */
const char *profile_lacks(const struct profile *profile);

/* True if `name` is the app that it is for. */
bool profile_allows(const struct profile *profile, const char *name);

/*
 * Writes its rows. Fields that are missing or have another type than the platform reads become
 * issues (PROFILE_VALUE) and gaps.
 */
void profile_facts(const struct inspection *inspection, const struct profile *profile);

/* True if the bytes are a signed profile: a SignedData whose content is a JSON object. */
bool profile_bid(struct cursor body);

extern const struct format format_profile;

#endif
