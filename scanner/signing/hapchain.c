/* hapchain.c - certificate chains of HarmonyOS packages and profiles. */
#include "signing/hapchain.h"

#include <string.h>

#include "base/digest.h"
#include "crypto/known.h"
#include "crypto/x509name.h"
#include "crypto/x509time.h"

#define SIGNING_TIME "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05" /* RFC 5652, 11.3 */

/* With an SM2 key, signers take the distinguishing id of GB/T 35276, or none. */
static RESULT verify_with(const struct public_key *key, const struct certificate *certificate,
                          struct cursor signature)
{
	static const char what[] = "signature of a certificate";
	const struct cursor *message = &certificate->body.whole;
	struct signature_algorithm algorithm;

	TRY(signature_algorithm_read(certificate->algorithm.body, public_key_spki(key)->type,
	                             &algorithm));
	if (signature_verify(key, &algorithm, *message, signature, what).ok)
		return OK;
	algorithm.empty_id = algorithm.family == SIGNATURE_SM2;
	return algorithm.empty_id ? signature_verify(key, &algorithm, *message, signature, what)
	                          : FAILED;
}

static RESULT verify_issued(const struct certificate *child, const struct certificate *parent)
{
	struct cursor bits = child->signature.body, signature;
	struct public_key *key;
	uint8_t unused = 0;

	TRY(cursor_u8(&bits, &unused));
	ENSURE(unused == 0, CERT_PARSE, child->signature.whole.origin,
	       "signature of a certificate has %d unused bits", unused);
	TRY(cursor_window(&bits, cursor_left(&bits), &signature));
	TRY(public_key_open(parent->key.whole, &key));
	struct result verified = verify_with(key, child, signature);
	public_key_free(key);
	return verified;
}

/* Certificates of a bag, and which of them the chain has. */
struct search {
	const struct pkcs7 *bag;
	bool taken[PKCS7_CERTIFICATES_MAX];
	int trials;
};

/* The first certificate not yet taken that bears the name and verifies the signature. */
static bool find_issuer(struct search *search, const struct certificate *child,
                        struct certificate *out)
{
	for (size_t i = 0; i < search->bag->certificate_count; i++) {
		struct certificate candidate;
		if (search->taken[i] ||
		    !certificate_split(search->bag->certificates[i].whole, &candidate).ok ||
		    !x509name_same(&candidate.subject, &child->issuer))
			continue;
		if (search->trials++ >= HAP_CHAIN_TRIALS)
			return false;
		if (!verify_issued(child, &candidate).ok)
			continue;
		search->taken[i] = true;
		*out = candidate;
		return true;
	}
	return false;
}

static bool is_self_signed(const struct certificate *certificate)
{
	return x509name_same(&certificate->issuer, &certificate->subject) &&
	       verify_issued(certificate, certificate).ok;
}

struct result hapchain_build(const struct pkcs7 *bag, const struct der *leaf, struct hap_chain *out)
{
	struct search search = {.bag = bag};
	struct hap_chain chain = {.count = 1};
	struct certificate *last = chain.certificates;

	TRY(certificate_split(leaf->whole, last));
	for (size_t i = 0; i < bag->certificate_count; i++)
		search.taken[i] = bag->certificates[i].whole.data == leaf->whole.data;
	while (chain.count < HAP_CHAIN_MAX && find_issuer(&search, last, last + 1)) {
		chain.count++;
		last++;
	}
	chain.complete = is_self_signed(last);
	*out = chain;
	return OK;
}

static RESULT check_valid(const struct certificate *certificate, const struct moment *signing)
{
	struct moment from, to;

	TRY(x509time_read(&certificate->not_before, "notBefore", &from));
	TRY(x509time_read(&certificate->not_after, "notAfter", &to));
	ENSURE(from.second <= signing->second && signing->second <= to.second, CERT_TIME,
	       certificate->not_before.whole.origin,
	       "a certificate of the chain is valid from %s to %s, and was used at %s", from.text,
	       to.text, signing->text);
	return OK;
}

struct result hapchain_check_time(const struct hap_chain *chain, const struct pkcs7_signer *signer)
{
	size_t count = chain->complete ? chain->count - 1 : chain->count;
	struct moment signing;
	struct der time;

	TRY(pkcs7_attribute(signer, SIGNING_TIME, sizeof SIGNING_TIME - 1, &time));
	ENSURE(time.tag, CERT_TIME, signer->whole.whole.origin,
	       "the signed attributes hold no signing time (RFC 5652, 11.3)");
	TRY(x509time_read(&time, "signingTime", &signing));
	for (size_t i = 0; i < count; i++)
		TRY(check_valid(&chain->certificates[i], &signing));
	return OK;
}

const char *hapchain_published(const struct hap_chain *chain)
{
	const char *name = NULL;

	for (size_t i = 0; i < chain->count && !name; i++)
		name = known_key(chain->certificates[i].key.whole);
	return name;
}

static bool has_key(const struct certificate *certificate, const char *sha256)
{
	const struct cursor *key = &certificate->key.whole;
	char hex[2 * DIGEST_MAX + 1];

	digest_hex(DIGEST_SHA256, key->data, key->size, hex);
	return strcmp(hex, sha256) == 0;
}

bool hapchain_of_store(const struct hap_chain *chain)
{
	static const char signer[] =
		"CN=HOS AppGallery Application Release,OU=HOS AppGallery,O=Huawei,C=CN";
	/* Huawei CBG Root CA G2 */
	static const char root[] =
		"3a969baeaa835f8eab36e8b97f69089815599d3edf5a81af0f6113d1ae5ab504";
	struct text name = {0};
	struct name_oddity oddity;

	if (!chain->count ||
	    (chain->complete && !has_key(&chain->certificates[chain->count - 1], root)))
		return false;
	bool same = x509name_text(&chain->certificates[0].subject, &name, &oddity).ok &&
	            name.data && strcmp(name.data, signer) == 0;
	text_free(&name);
	return same;
}
