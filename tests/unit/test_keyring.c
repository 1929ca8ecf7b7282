/* test_keyring.c - certificates and keys of a bundle, judged together. */
#include "keyring_probe.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

static void a_chain_has_its_roles(void **state)
{
	struct bundle bundle;
	struct made chain[3];

	(void)state;
	make_chain(chain);
	bundle_open(&bundle);
	for (uint32_t i = 0; i < 3; i++)
		add(&bundle, i, &chain[i], NULL);
	bundle_judge(&bundle);
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_ROLE, "root");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_ROLE, "intermediate");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_PATH_LENGTH, "0");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_ROLE, "server");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_CHAIN, "complete");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_CHAIN_LENGTH, "3");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_NAMES, "dns:pay.example ip:192.0.2.7");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_KEY_USAGE, "digitalSignature");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_EXTENDED_KEY_USAGE, "serverAuth");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_VALIDITY_DAYS, "91");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_MAX_DAYS, "398");
	bundle_close(&bundle);
	free_all(chain, 3);
}

static void places_and_keys_have_the_first_word(void **state)
{
	struct bundle bundle;
	struct made chain[3];
	char path[16];

	(void)state;
	make_chain(chain);
	bundle_open(&bundle);
	add(&bundle, 0, &chain[0], "signer");
	add(&bundle, 1, &chain[0], NULL);
	add(&bundle, 2, &chain[2], NULL);
	add(&bundle, 3, &chain[1], NULL);
	add_key(&bundle, 4, keys[2], true);
	add_key(&bundle, 4, keys[1], true);
	struct facts facts = entry_facts_of(9, path);
	keyring_anchor(&(struct inspection){.facts = &facts, .keyring = bundle.keyring}, "e1");
	facts_free(&facts);
	bundle_judge(&bundle);
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_ROLE, "signer");
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_COPIES, "2");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_ROLE, "trust-anchor");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_PRIVATE_KEY, "false");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_ROLE, "client");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_PRIVATE_KEY, "true");
	/* a CA stays one, whoever has its key */
	assert_fact(&bundle.probe, 3, FACT_CERTIFICATE_ROLE, "intermediate");
	assert_fact(&bundle.probe, 3, FACT_CERTIFICATE_PRIVATE_KEY, "true");
	/* the client's key and the CA's lie in another entry than their certificates */
	assert_int_equal(fact_doc_count(bundle.probe.doc, ROW_SHARED_KEY), 2);
	assert_fact(&bundle.probe, 0, FACT_SHARED_KEY_KIND, "same-key");
	assert_fact(&bundle.probe, 0, FACT_SHARED_KEY_IN, "e4");
	assert_fact(&bundle.probe, 0, FACT_SHARED_KEY_OTHER, "e2");
	assert_fact(&bundle.probe, 0, FACT_SHARED_KEY_PRIVATE, "true");
	bundle_close(&bundle);
	free_all(chain, 3);
}

static void server_by_names_or_unknown(void **state)
{
	const struct {
		struct recipe recipe;
		const char *role;
	} cases[] = {
		{{.names = "DNS:a.example"}, "server"},
		{{.names = "DNS:a.example", .purposes = "clientAuth"}, "unknown"},
		{{.purposes = "serverAuth"}, "server"},
		{{.names = "email:a@b.example"}, "unknown"},
		{{.names = "DNS:a.example", .constraints = "critical,CA:TRUE"}, "root"},
		{{.constraints = "CA:FALSE"}, "unknown"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct recipe recipe = cases[i].recipe;
		struct bundle bundle;
		recipe.subject = "Somebody";
		recipe.key = keys[0];
		struct made made = make_certificate(recipe);
		bundle_open(&bundle);
		add(&bundle, 0, &made, NULL);
		bundle_judge(&bundle);
		assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_ROLE, cases[i].role);
		bundle_close(&bundle);
		free(made.der);
	}
}

static void serial_numbers_are_counted(void **state)
{
	struct bundle bundle;
	struct made made[3];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		made[i] = make_certificate((struct recipe){.subject = i ? "B" : "A",
		                                           .issuer = i < 2 ? "X" : "Y",
		                                           .serial = 77,
		                                           .key = keys[i]});
	bundle_open(&bundle);
	for (uint32_t i = 0; i < 3; i++)
		add(&bundle, i, &made[i], NULL);
	bundle_judge(&bundle);
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_SERIAL_COPIES, "2");
	assert_fact(&bundle.probe, 1, FACT_CERTIFICATE_SERIAL_COPIES, "2");
	assert_fact(&bundle.probe, 2, FACT_CERTIFICATE_SERIAL_COPIES, "1");
	bundle_close(&bundle);
	free_all(made, 3);
}

/* The public half of an RSA key of two primes. */
static EVP_PKEY *rsa_of(const BIGNUM *p, const BIGNUM *q)
{
	BN_CTX *context = BN_CTX_new();
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_new(), *e = BN_new();
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM *built;

	assert_true(BN_mul(n, p, q, context) && BN_set_word(e, 65537));
	OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, e);
	built = OSSL_PARAM_BLD_to_param(parts);
	assert_int_equal(EVP_PKEY_fromdata_init(maker), 1);
	assert_int_equal(EVP_PKEY_fromdata(maker, &key, EVP_PKEY_PUBLIC_KEY, built), 1);
	OSSL_PARAM_free(built);
	OSSL_PARAM_BLD_free(parts);
	EVP_PKEY_CTX_free(maker);
	BN_free(n);
	BN_free(e);
	BN_CTX_free(context);
	return key;
}

/* Large keys with a factor in common; searching among few of them ends well. */
static void a_search_that_was_cut_short_is_told(void **state)
{
	static const uint32_t counts[] = {5, 100};
	BIGNUM *factor = BN_new(), *other = BN_new();

	(void)state;
	assert_true(BN_set_bit(factor, 16300) && BN_set_bit(factor, 0));
	for (size_t i = 0; i < 2; i++) {
		struct bundle bundle;
		bundle_open(&bundle);
		for (uint32_t k = 0; k < counts[i]; k++) {
			assert_true(BN_set_word(other, 2 * k + 3));
			EVP_PKEY *key = rsa_of(factor, other);
			add_key(&bundle, k, key, false);
			EVP_PKEY_free(key);
		}
		bundle_judge(&bundle);
		assert_true(fact_doc_count(bundle.probe.doc, ROW_SHARED_KEY) >= 5);
		assert_true(probe_issue(&bundle.probe, "KEYRING") == (i == 1));
		/* both sources that could have told of more */
		assert_int_equal(fact_doc_count(bundle.probe.doc, ROW_GAP), 2 * i);
		if (i) {
			assert_fact(&bundle.probe, 0, FACT_GAP_CODE, "KEYRING");
			assert_fact(&bundle.probe, 0, FACT_GAP_STATUS, "limit");
		}
		bundle_close(&bundle);
	}
	BN_free(factor);
	BN_free(other);
}

static void primes_in_common_are_found(void **state)
{
	BIGNUM *primes[3];
	EVP_PKEY *rsa[2];
	struct bundle bundle;
	struct made made;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		primes[i] = BN_new();
		assert_true(BN_generate_prime_ex(primes[i], 512, 0, NULL, NULL, NULL));
	}
	rsa[0] = rsa_of(primes[0], primes[1]);
	rsa[1] = rsa_of(primes[0], primes[2]);
	made = make_certificate(
		(struct recipe){.subject = "A", .issuer = "B", .key = rsa[0], .signer = keys[0]});
	bundle_open(&bundle);
	add(&bundle, 0, &made, NULL);
	add_key(&bundle, 1, rsa[1], false);
	bundle_judge(&bundle);
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_EXPONENT, "65537");
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_WEAKNESS_KIND, "shared-prime");
	assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_WEAKNESS_WITH, "e1");
	assert_int_equal(fact_doc_count(bundle.probe.doc, ROW_SHARED_KEY), 2);
	assert_fact(&bundle.probe, 0, FACT_SHARED_KEY_KIND, "shared-prime");
	assert_fact(&bundle.probe, 0, FACT_SHARED_KEY_IN, "e0");
	assert_fact(&bundle.probe, 0, FACT_SHARED_KEY_OTHER, "e1");
	assert_fact(&bundle.probe, 1, FACT_SHARED_KEY_OTHER, "e0");
	bundle_close(&bundle);
	for (size_t i = 0; i < 3; i++)
		BN_free(primes[i]);
	EVP_PKEY_free(rsa[0]);
	EVP_PKEY_free(rsa[1]);
	free(made.der);
}

static void rules_follow_the_role(void **state)
{
	struct bundle bundle;
	struct made made;
	size_t tls[2] = {0};

	(void)state;
	made = make_certificate((struct recipe){.subject = "a.example",
	                                        .issuer = "X",
	                                        .key = keys[0],
	                                        .end = "20290101000000Z",
	                                        .names = "DNS:a.example"});
	for (size_t signer = 0; signer < 2; signer++) {
		bundle_open(&bundle);
		add(&bundle, 0, &made, signer ? "signer" : NULL);
		bundle_judge(&bundle);
		for (size_t i = 0; i < fact_doc_count(bundle.probe.doc, ROW_LINT); i++)
			tls[signer] +=
				!strcmp(probe_value(&bundle.probe, i, FACT_LINT_SCOPE), "tls");
		/* RFC 5280 is for all: no authority key identifier */
		assert_true(fact_doc_count(bundle.probe.doc, ROW_LINT) > tls[signer]);
		bundle_close(&bundle);
	}
	assert_true(tls[0] > 0);
	assert_int_equal(tls[1], 0);
	free(made.der);
}

static void proxies_are_named(void **state)
{
	static const struct {
		const char *subject, *interception;
	} names[] = {{"DO_NOT_TRUST_FiddlerRoot", "true"},
	             {"Hetty CA", "true"},
	             {"A bank's CA", "false"},
	             {"Dinesh Shetty CA", "false"},
	             {"Jane Fiddler", "false"}};
	struct bundle bundle;
	struct made made;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		made = make_certificate(
			(struct recipe){.subject = names[i].subject, .key = keys[0]});
		bundle_open(&bundle);
		add(&bundle, 0, &made, NULL);
		bundle_judge(&bundle);
		assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_INTERCEPTION, names[i].interception);
		bundle_close(&bundle);
		free_all(&made, 1);
	}
}

static void take_text(void *state, struct facts *facts)
{
	text_add(state, facts->rows.data, facts->rows.len);
	text_add(state, facts->side.data, facts->side.len);
}

/* Whatever order certificates come in, the batches are the same. */
static void the_order_of_coming_in_does_not_matter(void **state)
{
	static const uint32_t orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
	struct text texts[3] = {{0}};
	struct made chain[3];

	(void)state;
	make_chain(chain);
	for (size_t i = 0; i < 3; i++) {
		struct bundle bundle = {.keyring = keyring_new()};
		for (size_t k = 0; k < 3; k++)
			add(&bundle, orders[i][k], &chain[orders[i][k]], NULL);
		keyring_finish(bundle.keyring, take_text, &texts[i]);
		keyring_free(bundle.keyring);
		assert_int_equal(texts[i].len, texts[0].len);
		assert_memory_equal(texts[i].data, texts[0].data, texts[0].len);
	}
	for (size_t i = 0; i < 3; i++)
		text_free(&texts[i]);
	free_all(chain, 3);
}

/* Too many: the first in the order of entries are judged, and it is said where that ends. */
static void the_limit_hangs_on_the_order_of_entries(void **state)
{
	enum { MANY = 2 * KEYRING_FINDS_MAX + 100 };
	struct bundle bundle;
	struct made made;

	(void)state;
	made = make_certificate((struct recipe){.subject = "A", .key = keys[0]});
	for (size_t backwards = 0; backwards < 2; backwards++) {
		bundle_open(&bundle);
		for (uint32_t i = 0; i < MANY; i++)
			add(&bundle, backwards ? MANY - 1 - i : i, &made, NULL);
		bundle_judge(&bundle);
		assert_int_equal(fact_doc_count(bundle.probe.doc, ROW_CERTIFICATE),
		                 KEYRING_FINDS_MAX);
		assert_fact(&bundle.probe, 0, FACT_CERTIFICATE_IN, "e0");
		assert_true(probe_issue(&bundle.probe, "KEYRING"));
		assert_int_equal(fact_doc_count(bundle.probe.doc, ROW_ISSUE), 1);
		assert_fact(&bundle.probe, 0, FACT_ISSUE_IN, "e20000");
		bundle_close(&bundle);
	}
	free(made.der);
}

static void longest_validity_follows_the_day(void **state)
{
	static const struct {
		const char *begin;
		int64_t days;
	} cases[] = {
		{"20120630000000Z", -1},   {"20120701000000Z", 1826}, {"20150401000000Z", 1187},
		{"20160131000000Z", 1185}, {"20180301000000Z", 825},  {"20200831235959Z", 825},
		{"20200901000000Z", 398},  {"20260314235959Z", 398},  {"20260315000000Z", 200},
		{"20270315000000Z", 100},  {"20290315000000Z", 47},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made made = make_certificate((struct recipe){.subject = "A",
		                                                    .key = keys[0],
		                                                    .begin = cases[i].begin,
		                                                    .end = "20490101000000Z"});
		struct arena arena;
		struct x509 x;
		arena_init(&arena, 1 << 20);
		assert_true(x509_read(cursor_over(made.der, made.len, DIAG_ASN1_LENGTH), &arena, &x)
		                    .ok);
		assert_int_equal(x509_max_days(&x), cases[i].days);
		x509_close(&x);
		arena_free(&arena);
		free(made.der);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_has_its_roles),
		cmocka_unit_test(places_and_keys_have_the_first_word),
		cmocka_unit_test(server_by_names_or_unknown),
		cmocka_unit_test(serial_numbers_are_counted),
		cmocka_unit_test(primes_in_common_are_found),
		cmocka_unit_test(a_search_that_was_cut_short_is_told),
		cmocka_unit_test(rules_follow_the_role),
		cmocka_unit_test(proxies_are_named),
		cmocka_unit_test(the_order_of_coming_in_does_not_matter),
		cmocka_unit_test(the_limit_hangs_on_the_order_of_entries),
		cmocka_unit_test(longest_validity_follows_the_day),
	};

	return cmocka_run_group_tests(tests, keyring_start, keyring_stop);
}
