/*
 * sign_hap.h - signs HarmonyOS packages and profiles, for tests: the signature block as
 * OpenHarmony's developtools_hapsigner writes it, with every part open to be wrong.
 *
 * It shares no code with the verifier in scanner/. Keys are those of tests/signatures/keys;
 * certificates are issued as they are asked for.
 */
#ifndef PARASOL_MAKE_BUNDLE_SIGN_HAP_H
#define PARASOL_MAKE_BUNDLE_SIGN_HAP_H

#include "make_bundle/sign.h"

/* Who signs: a root, an authority below it, a developer, the issuer of profiles, and a stranger. */
enum hap_party { HAP_ROOT, HAP_CA, HAP_APP, HAP_PROFILES, HAP_OTHER, HAP_PARTIES };

struct hap_pki {
	struct sign_key party[HAP_PARTIES];
};

/*
 * Issues certificates, valid from 2020 to 2049, for keys that lie in `folder`: names[0] of the root
 * and so on; "sm2" makes an SM2 key. Fails with USAGE.
 */
RESULT hap_pki_make(const char *folder, const char *const names[HAP_PARTIES], struct hap_pki *out);
/* The same with the developer's certificate for Huawei's store, as far as names go. */
RESULT hap_pki_make_store(const char *folder, const char *const names[HAP_PARTIES],
                          struct hap_pki *out);
void hap_pki_free(struct hap_pki *pki);

/* What a SignedData is made of. */
struct hap_signed {
	const struct hap_pki *pki;
	enum hap_party signer;
	bool rootless;                    /* the root's certificate is left out */
	bool leafless;                    /* the signer's is */
	const struct sign_key *before[3]; /* whose certificates stand before all others */
	bool pieces;                      /* the content comes in two pieces (X.690, 8.7.3) */
	const char *time; /* UTCTime of the signing; NULL is 2026, "" leaves it out */
};
RESULT hap_signed_data(const struct hap_signed *how, const struct text *content, struct text *out);

/* The JSON of a profile; fields that are NULL or 0 take a value that is right. */
struct hap_profile {
	const char *type, *app_id, *distribution;
	int64_t not_before, not_after;
	const struct sign_key *allowed; /* whose certificate may sign the app */
	const char *without;            /* a field that is left out */
	const char *more;               /* members at the end, with a leading comma */
};
void hap_profile_json(const struct hap_profile *profile, struct text *out);

struct hap_part {
	uint32_t type;
	struct text value;
};

enum { HAP_PARTS_MAX = 12 };

/* A signature block; zeros take what is right for version 3. */
struct hap_recipe {
	struct hap_signed signature; /* of the package */
	struct text profile;         /* sub-block 0x20000002 as it is; empty: there is none */
	int32_t version;
	uint32_t algorithm; /* of the content digest: 0 is 0x201 */
	struct hap_part more[HAP_PARTS_MAX];
	size_t more_count;   /* further sub-blocks, behind the profile */
	bool signature_last; /* the signature stands behind the others, as the tool writes it */
	bool spoil;          /* the content digest is wrong */
	uint32_t record_add; /* to the length of its record */
};

/* Puts the block into an unsigned package. */
RESULT sign_hap(struct text *zip, const struct hap_recipe *recipe);

/* Only the block, of parts as they are: heads, values and tail. */
void hap_block_write(const struct hap_part *parts, size_t count, int32_t version, struct text *out);

#endif
