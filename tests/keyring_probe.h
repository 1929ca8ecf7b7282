/* keyring_probe.h - for tests: bundles of certificates and keys, and what is said of them. */
#ifndef PARASOL_TESTS_KEYRING_PROBE_H
#define PARASOL_TESTS_KEYRING_PROBE_H

#include "probe.h"

#include "base/digest.h"
#include "certificate_maker.h"
#include "formats/keyring.h"
#include "formats/keys.h"

/* A bundle of entries a, b, c ... whose certificates were handed in. */
struct bundle {
	struct keyring *keyring;
	struct probe probe; /* of which the document is asked */
};

static inline void bundle_open(struct bundle *bundle)
{
	*bundle = (struct bundle){.keyring = keyring_new()};
	bundle->probe.doc = fact_doc_new();
}

/* Hands something in as found in the entry with an index. */
static inline struct facts entry_facts_of(uint32_t index, char path[16])
{
	struct facts facts;

	snprintf(path, 16, "e%u", index);
	facts_init(&facts, (struct entry_id){.depth = 1, .at = {index}}, path);
	return facts;
}

static inline void add(struct bundle *bundle, uint32_t index, const struct made *made,
                       const char *role)
{
	const struct place place = {.encoding = "der", .role = role};
	char path[16];
	struct facts facts = entry_facts_of(index, path);
	struct inspection inspection = {.facts = &facts, .keyring = bundle->keyring};

	keyring_certificate(&inspection, cursor_over(made->der, made->len, DIAG_ASN1_LENGTH),
	                    &place);
	assert_int_equal(facts.side.len, 0);
	facts_free(&facts);
}

static inline void add_key(struct bundle *bundle, uint32_t index, EVP_PKEY *key, bool private_key)
{
	const struct place place = {.encoding = "pem"};
	char path[16];
	struct facts facts = entry_facts_of(index, path);
	struct inspection inspection = {.facts = &facts, .keyring = bundle->keyring};
	uint8_t *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	assert_true(len > 0);
	keyring_key(&inspection, cursor_over(der, (size_t)len, DIAG_ASN1_LENGTH), private_key,
	            &place);
	OPENSSL_free(der);
	facts_free(&facts);
}

static inline void take_batch(void *state, struct facts *facts)
{
	fact_doc_add_facts(state, facts);
}

static inline void bundle_judge(struct bundle *bundle)
{
	keyring_finish(bundle->keyring, take_batch, bundle->probe.doc);
	keyring_free(bundle->keyring);
	for (int source = 0; source < SOURCE_COUNT; source++)
		fact_doc_source_done(bundle->probe.doc, (enum source)source, STATUS_COMPLETE);
	fact_doc_finish(bundle->probe.doc);
}

static inline void bundle_close(struct bundle *bundle)
{
	fact_doc_free(bundle->probe.doc);
}

static EVP_PKEY *keys[4], *sm2[3];

/* root <- CA <- server, in the entries 0, 1 and 2. */
static inline void make_chain(struct made chain[3])
{
	chain[0] = make_certificate((struct recipe){.subject = "Root",
	                                            .key = keys[0],
	                                            .constraints = "critical,CA:TRUE",
	                                            .usage = "critical,keyCertSign,cRLSign"});
	chain[1] = make_certificate((struct recipe){.subject = "CA",
	                                            .issuer = "Root",
	                                            .key = keys[1],
	                                            .signer = keys[0],
	                                            .constraints = "critical,CA:TRUE,pathlen:0",
	                                            .usage = "critical,keyCertSign,cRLSign"});
	chain[2] = make_certificate((struct recipe){.subject = "pay.example",
	                                            .issuer = "CA",
	                                            .key = keys[2],
	                                            .signer = keys[1],
	                                            .constraints = "CA:FALSE",
	                                            .usage = "critical,digitalSignature",
	                                            .purposes = "serverAuth",
	                                            .names = "DNS:pay.example,IP:192.0.2.7"});
}

static inline void free_all(struct made *made, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(made[i].der);
}

static inline int keyring_start(void **state)
{
	(void)state;
	if (!digest_start().ok || !keys_start().ok)
		return -1;
	for (size_t i = 0; i < 4; i++)
		keys[i] = EVP_EC_gen("P-256");
	for (size_t i = 0; i < 3; i++)
		sm2[i] = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	return keys[3] && sm2[2] ? 0 : -1;
}

static inline int keyring_stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		EVP_PKEY_free(keys[i]);
	for (size_t i = 0; i < 3; i++)
		EVP_PKEY_free(sm2[i]);
	return 0;
}

#endif
