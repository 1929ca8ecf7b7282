/* test_chain.c - chains among the certificates of a bundle: broken, settled by keys, left open. */
#include "keyring_probe.h"

static void broken_chains_are_told_apart(void **state)
{
	struct bundle bundle;
	struct made chain[3], other, forged;

	(void)state;
	make_chain(chain);
	/* a CA of that name with another key: its signature is not the one below the server's */
	other = make_certificate((struct recipe){
		.subject = "CA", .key = keys[3], .constraints = "critical,CA:TRUE"});
	forged = make_certificate((struct recipe){
		.subject = "lone.example", .issuer = "Nobody", .key = keys[2], .signer = keys[3]});
	bundle_open(&bundle);
	add(&bundle, 0, &chain[2], NULL);
	add(&bundle, 1, &other, NULL);
	add(&bundle, 2, &forged, NULL);
	bundle_judge(&bundle);
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_CHAIN, "invalid");
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_CHAIN_ERROR,
	            "certificate signature failure");
	assert_null(probe_value(&bundle.probe, 0, FACT_CERTIFICATE_CHAIN_LENGTH));
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_CHAIN, "complete");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_CHAIN_LENGTH, "1");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_CHAIN, "incomplete");
	/* two certificates have one key */
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_KEY_COPIES, "2");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_KEY_COPIES, "1");
	bundle_close(&bundle);
	free_all(chain, 3);
	free(other.der);
	free(forged.der);
}

/* SM2 with SM3: the id of GB/T 35276, or none; a third one fits nobody. */
static void sm2_ids_are_told(void **state)
{
	static const char *const ids[] = {NULL, "", "another id"};
	static const char *const want[] = {"default", "empty", NULL};
	struct bundle bundle;
	struct made root, leaf;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		root = make_certificate((struct recipe){.subject = "SM2 Root",
		                                        .key = sm2[0],
		                                        .sm2_id = ids[i],
		                                        .constraints = "critical,CA:TRUE"});
		leaf = make_certificate((struct recipe){.subject = "SM2 leaf",
		                                        .issuer = "SM2 Root",
		                                        .key = sm2[1],
		                                        .signer = sm2[0],
		                                        .sm2_id = ids[i]});
		bundle_open(&bundle);
		add(&bundle, 0, &root, NULL);
		add(&bundle, 1, &leaf, NULL);
		bundle_judge(&bundle);
		assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_KEY_TYPE, "SM2");
		assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_SIGNATURE_HASH, "SM3");
		assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_SELF_SIGNED,
		            want[i] ? "true" : "false");
		if (want[i]) {
			assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_SM2_ID, want[i]);
			assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_SM2_ID, want[i]);
			assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_CHAIN, "complete");
		} else {
			assert_null(probe_value(&bundle.probe, 1, FACT_CERTIFICATE_SM2_ID));
			assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_CHAIN, "invalid");
		}
		bundle_close(&bundle);
		free(root.der);
		free(leaf.der);
	}
}

/* Certificates of one name that may all have issued each other: each has to be tried with all. */
static void the_work_for_signatures_is_bounded(void **state)
{
	enum { MANY = 60 };
	struct bundle bundle;
	struct made made;
	uint8_t *signature;

	(void)state;
	made = make_certificate((struct recipe){.subject = "X",
	                                        .issuer = "X",
	                                        .key = sm2[0],
	                                        .signer = sm2[1],
	                                        .constraints = "critical,CA:TRUE"});
	/* any other signature makes another certificate */
	signature = made.der + made.len - 8;
	bundle_open(&bundle);
	for (uint32_t i = 0; i < MANY; i++) {
		signature[0] = (uint8_t)i;
		add(&bundle, i, &made, NULL);
	}
	bundle_judge(&bundle);
	assert_int_equal(fact_doc_count(bundle.probe.doc, ROW_CERTIFICATE), MANY);
	assert_true(probe_issue(&bundle.probe, "KEYRING"));
	assert_null(probe_value(&bundle.probe, MANY - 1, FACT_CERTIFICATE_CHAIN));
	bundle_close(&bundle);
	free(made.der);
}

/* Replaces 1.2.156.10197.1.501 by .504, at both places. */
static void make_ambiguous(struct made *made)
{
	static const uint8_t oid[] = {0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75};
	uint8_t *at = made->der;
	int count = 0;

	while ((at = memmem(at, made->len - (size_t)(at - made->der), oid, sizeof oid))) {
		at[sizeof oid - 1] = 0x78;
		count++;
	}
	assert_int_equal(count, 2);
}

/* 504 stands for SM3 with RSA and for SM2 with SHA-512: the key that signed decides. */
static void the_ambiguous_number_is_settled_by_the_key(void **state)
{
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	struct bundle bundle;
	struct made made[4];

	(void)state;
	made[0] = make_certificate((struct recipe){
		.subject = "RSA", .key = rsa, .rsa_sm3 = true, .constraints = "critical,CA:TRUE"});
	made[1] = make_certificate((struct recipe){.subject = "SM2", .key = sm2[0]});
	make_ambiguous(&made[1]);
	/* an SM2 key that an RSA CA certified */
	made[2] = make_certificate((struct recipe){.subject = "mixed",
	                                           .issuer = "RSA",
	                                           .key = sm2[1],
	                                           .signer = rsa,
	                                           .rsa_sm3 = true});
	made[3] = make_certificate((struct recipe){.subject = "plain", .key = sm2[2]});
	bundle_open(&bundle);
	for (uint32_t i = 0; i < 4; i++)
		add(&bundle, i, &made[i], NULL);
	bundle_judge(&bundle);
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, "sm3WithRSAEncryption");
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_SIGNATURE_HASH, "SM3");
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_AMBIGUOUS_ALGORITHM, "true");
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_SELF_SIGNED, "true");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, "SM2-with-SHA512");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_SIGNATURE_HASH, "SHA512");
	assert_null(probe_value(&bundle.probe, 1, FACT_CERTIFICATE_SELF_SIGNED));
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, "sm3WithRSAEncryption");
	/* OpenSSL does not verify it: no answer is better than a wrong one */
	assert_null(probe_value(&bundle.probe, 2, FACT_CERTIFICATE_CHAIN));
	assert_null(probe_value(&bundle.probe, 3, FACT_CERTIFICATE_AMBIGUOUS_ALGORITHM));
	bundle_close(&bundle);
	free_all(made, 4);
	EVP_PKEY_free(rsa);
}

/* Replaces ecdsa-with-SHA256 by a number that nobody gave out, at both places. */
static void make_unknown(struct made *made)
{
	static const uint8_t oid[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
	uint8_t *at = made->der;
	int count = 0;

	while ((at = memmem(at, made->len - (size_t)(at - made->der), oid, sizeof oid))) {
		at[sizeof oid - 1] = 0x7a;
		count++;
	}
	assert_int_equal(count, 2);
}

static void chain_of(const struct made *const *made, const char *const *want)
{
	struct bundle bundle;

	bundle_open(&bundle);
	for (uint32_t i = 0; made[i]; i++)
		add(&bundle, i, made[i], NULL);
	bundle_judge(&bundle);
	for (uint32_t i = 0; made[i]; i++) {
		const char *chain = probe_value(&bundle.probe, i, FACT_CERTIFICATE_CHAIN);
		if (want[i] ? !chain || strcmp(chain, want[i]) : chain != NULL)
			fail_msg("certificate %u: %s", i, chain ? chain : "no answer");
	}
	bundle_close(&bundle);
}

/* A signature that cannot be verified is not a wrong one. */
static void algorithms_that_are_not_known_leave_chains_open(void **state)
{
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	const char *const ca = "critical,CA:TRUE";
	struct made sha3, odd, below, root, leaf, middle, end;

	(void)state;
	sha3 = make_certificate((struct recipe){
		.subject = "SHA-3", .key = rsa, .hash = EVP_sha3_256(), .constraints = ca});
	odd = make_certificate(
		(struct recipe){.subject = "odd", .key = keys[0], .constraints = ca});
	make_unknown(&odd);
	below = make_certificate((struct recipe){
		.subject = "below", .issuer = "odd", .key = keys[1], .signer = keys[0]});
	root = make_certificate(
		(struct recipe){.subject = "root", .key = keys[0], .constraints = ca});
	leaf = make_certificate((struct recipe){
		.subject = "leaf", .issuer = "root", .key = keys[1], .signer = keys[0]});
	make_unknown(&leaf);
	middle = make_certificate((struct recipe){.subject = "middle",
	                                          .issuer = "nobody",
	                                          .key = keys[1],
	                                          .signer = keys[0],
	                                          .constraints = ca});
	make_unknown(&middle);
	end = make_certificate((struct recipe){
		.subject = "end", .issuer = "middle", .key = keys[2], .signer = keys[1]});
	chain_of((const struct made *[]){&sha3, NULL}, (const char *[]){NULL});
	chain_of((const struct made *[]){&odd, &below, NULL}, (const char *[]){NULL, NULL});
	chain_of((const struct made *[]){&root, &leaf, NULL}, (const char *[]){"complete", NULL});
	/* nobody has to verify anything to see that there is no issuer */
	chain_of((const struct made *[]){&leaf, NULL}, (const char *[]){"incomplete"});
	chain_of((const struct made *[]){&middle, &end, NULL},
	         (const char *[]){"incomplete", "incomplete"});
	free_all((struct made[]){sha3, odd, below, root, leaf, middle, end}, 7);
	EVP_PKEY_free(rsa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_chains_are_told_apart),
		cmocka_unit_test(sm2_ids_are_told),
		cmocka_unit_test(the_work_for_signatures_is_bounded),
		cmocka_unit_test(the_ambiguous_number_is_settled_by_the_key),
		cmocka_unit_test(algorithms_that_are_not_known_leave_chains_open),
	};

	return cmocka_run_group_tests(tests, keyring_start, keyring_stop);
}
