/*
 * hapchain.h - who issued whom among the certificates that a SignedData of a HarmonyOS package
 * brings along, and whether they were valid when it was signed (OpenHarmony security_appverify,
 * hap_cert_verify_openssl_utils).
 *
 * The platform goes from the signer to whoever bears the issuer's name and verifies the signature,
 * and on, until nobody does. The last one has to be a root that the device trusts, or be issued by
 * one. A package can bring its own root along, so a complete chain is no trust.
 */
#ifndef PARASOL_SIGNING_HAPCHAIN_H
#define PARASOL_SIGNING_HAPCHAIN_H

#include "crypto/certificate.h"
#include "crypto/pkcs7.h"

enum { HAP_CHAIN_MAX = 10, HAP_CHAIN_TRIALS = 100 };

struct hap_chain {
	struct certificate certificates[HAP_CHAIN_MAX]; /* the signer first */
	size_t count;
	bool complete; /* the last one is self-signed */
};

/*
 * Builds the chain of the certificate `leaf`. At most HAP_CHAIN_TRIALS signatures are tried, and
 * HAP_CHAIN_MAX certificates taken; what would need more is not complete. Fails with CERT_PARSE or
 * the codes of certificate_split if the leaf cannot be read.
 */
RESULT hapchain_build(const struct pkcs7 *bag, const struct der *leaf, struct hap_chain *out);

/*
 * The platform asks for a signing time among the signed attributes, and that every certificate but
 * the root was valid then. Fails with CERT_TIME or SIGNED_DATA.
 */
RESULT hapchain_check_time(const struct hap_chain *chain, const struct pkcs7_signer *signer);

/*
 * The name of a published key in the chain (known.h), or NULL: OpenHarmony ships the keys of its
 * own chain with its signing tool, so that anybody can sign with them.
 */
const char *hapchain_published(const struct hap_chain *chain);

/*
 * True if the chain is that of Huawei's store, which signs packages with a certificate of its own.
 * The developer's then stands in the profile alone, and the platform takes the profile on the
 * store's word (hap_verify_v2, APP_GALLARY). Of a chain that is not complete the name decides: it
 * is a doubt in any case.
 */
bool hapchain_of_store(const struct hap_chain *chain);

#endif
