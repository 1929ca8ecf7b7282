/* test_x509lint.c - rules for certificates: each with one that keeps it and one that breaks it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "base/digest.h"
#include "certificate_maker.h"
#include "formats/x509lint.h"

static EVP_PKEY *ec, *rsa, *small, *p224, *cubic;

/* The outcome of a rule on a certificate; `key` of the recipe may be left out. */
static enum lint_outcome outcome_of(struct recipe recipe, const char *id)
{
	enum lint_outcome outcome = LINT_AWAY;
	struct arena arena;
	struct x509 x;
	bool found = false;

	if (!recipe.subject)
		recipe.subject = "a.example";
	if (!recipe.key)
		recipe.key = ec;
	struct made made = make_certificate(recipe);
	arena_init(&arena, 4 << 20);
	assert_true(x509_read(cursor_over(made.der, made.len, DIAG_ASN1_LENGTH), &arena, &x).ok);
	for (size_t i = 0; i < x509lints_count; i++) {
		if (strcmp(x509lints[i].id, id) != 0)
			continue;
		found = true;
		outcome = x509lint_run(&x509lints[i], &x);
	}
	assert_true(found);
	x509_close(&x);
	arena_free(&arena);
	free(made.der);
	return outcome;
}

#define LEAF .issuer = "CA", .signer = rsa
#define A_CA .issuer = "Other", .signer = rsa, .constraints = "critical,CA:TRUE"

#define SIXTY_FOUR "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example"

/* A rule with a certificate that keeps it and one that breaks it. */
struct sides {
	const char *id;
	struct recipe keeps, breaks;
};

static void check_sides(const struct sides *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum lint_outcome keeps = outcome_of(cases[i].keeps, cases[i].id);
		if (keeps != LINT_HOLDS)
			fail_msg("%s: outcome %d of one that keeps it", cases[i].id, keeps);
		enum lint_outcome breaks = outcome_of(cases[i].breaks, cases[i].id);
		if (breaks != LINT_BROKEN)
			fail_msg("%s: outcome %d of one that breaks it", cases[i].id, breaks);
	}
}

static void rules_of_extensions(void **state)
{
	const struct sides cases[] = {
		{"e_basic_constraints_not_critical", {A_CA}, {.constraints = "CA:TRUE"}},
	};

	(void)state;
	check_sides(cases, sizeof cases / sizeof *cases);
}

static void rules_of_keys(void **state)
{
	const struct sides cases[] = {
		{"w_ext_key_usage_not_critical",
	         {LEAF, .usage = "critical,digitalSignature"},
	         {LEAF, .usage = "digitalSignature"}},
		{"e_ca_key_usage_not_critical",
	         {A_CA, .usage = "critical,keyCertSign"},
	         {A_CA, .usage = "keyCertSign"}},
		{"e_sub_cert_eku_missing", {LEAF, .purposes = "serverAuth"}, {LEAF}},
		{"e_eku_critical",
	         {LEAF, .purposes = "serverAuth"},
	         {LEAF, .purposes = "critical,serverAuth"}},
		{"e_root_ca_extended_key_usage_present",
	         {.constraints = "critical,CA:TRUE"},
	         {.constraints = "critical,CA:TRUE", .purposes = "serverAuth"}},
		{"e_sub_cert_key_usage_cert_sign_bit_set",
	         {LEAF, .usage = "digitalSignature"},
	         {LEAF, .usage = "digitalSignature,keyCertSign"}},
		{"e_ext_key_usage_cert_sign_without_ca",
	         {A_CA, .usage = "keyCertSign"},
	         {LEAF, .usage = "keyCertSign"}},
		{"e_ca_crl_sign_not_set",
	         {A_CA, .usage = "keyCertSign,cRLSign"},
	         {A_CA, .usage = "keyCertSign"}},
		{"e_ca_is_ca",
	         {A_CA, .usage = "keyCertSign"},
	         {LEAF, .constraints = "CA:FALSE", .usage = "keyCertSign"}},
		{"e_rsa_allowed_ku_ee",
	         {LEAF, .key = rsa, .usage = "digitalSignature"},
	         {LEAF, .key = rsa, .usage = "keyAgreement"}},
		{"e_ecdsa_allowed_ku",
	         {LEAF, .usage = "digitalSignature"},
	         {LEAF, .usage = "keyEncipherment"}},
		{"e_key_usage_and_extended_key_usage_inconsistent",
	         {LEAF, .usage = "digitalSignature", .purposes = "serverAuth,clientAuth"},
	         {LEAF, .usage = "keyEncipherment", .purposes = "codeSigning"}},
		{"e_path_len_constraint_improperly_included",
	         {A_CA, .usage = "keyCertSign"},
	         {LEAF, .constraints = "CA:FALSE,pathlen:1"}},
		{"e_rsa_mod_less_than_2048_bits", {LEAF, .key = rsa}, {LEAF, .key = small}},
		{"e_ec_improper_curves", {LEAF, .key = ec}, {LEAF, .key = p224}},
		{"w_rsa_public_exponent_not_in_range", {LEAF, .key = rsa}, {LEAF, .key = cubic}},
	};

	(void)state;
	check_sides(cases, sizeof cases / sizeof *cases);
}

static void rules_of_times_and_numbers(void **state)
{
	const struct sides cases[] = {
		{"e_server_cert_valid_time_longer_than_200_days",
	         {LEAF, .begin = "20260315000000Z", .end = "20260930235959Z"},
	         {LEAF, .begin = "20260315000000Z", .end = "20261001000000Z"}},
		{"e_tls_server_cert_valid_time_longer_than_398_days",
	         {LEAF, .begin = "20250101000000Z", .end = "20260202235959Z"},
	         {LEAF, .begin = "20250101000000Z", .end = "20260203000000Z"}},
		{"e_wrong_time_format_pre2050",
	         {LEAF, .end = "20491231235959Z"},
	         {LEAF, .end = "20491231235959Z", .generalized = true}},
		{"e_validity_time_not_positive", {LEAF}, {LEAF, .end = "20250101000000Z"}},
		{"e_serial_number_not_positive", {LEAF}, {LEAF, .serial = -5}},
		{"e_ext_san_rfc822_format_invalid",
	         {LEAF, .names = "email:a@b.example"},
	         {LEAF, .names = "email:a at b.example"}},
	};

	(void)state;
	check_sides(cases, sizeof cases / sizeof *cases);
}

static void rules_of_names(void **state)
{
	const struct sides cases[] = {
		{"e_ext_san_missing", {LEAF, .names = "DNS:a.example"}, {LEAF}},
		{"e_subject_common_name_max_length",
	         {LEAF, .subject = SIXTY_FOUR},
	         {LEAF, .subject = SIXTY_FOUR "a"}},
		{"w_subject_dn_trailing_whitespace", {LEAF}, {LEAF, .subject = "a.example "}},
		{"e_subject_common_name_not_exactly_from_san",
	         {LEAF, .names = "DNS:a.example"},
	         {LEAF, .names = "DNS:A.example"}},
		{"e_subject_contains_reserved_ip",
	         {LEAF, .subject = "8.8.8.8"},
	         {LEAF, .subject = "192.168.1.1"}},
		{"e_ext_san_contains_reserved_ip",
	         {LEAF, .names = "IP:2a00:1450::1"},
	         {LEAF, .names = "IP:fe80::1"}},
		{"e_ext_san_rfc822_name_present",
	         {LEAF, .names = "DNS:a.example"},
	         {LEAF, .names = "email:a@b.example"}},
		{"e_ext_san_uri_relative",
	         {LEAF, .names = "URI:https://a.example/"},
	         {LEAF, .names = "URI:a.example"}},
		{"e_ext_san_uri_host_not_fqdn_or_ip",
	         {LEAF, .names = "URI:https://user@a.example:443/x"},
	         {LEAF, .names = "URI:https://host/"}},
	};

	(void)state;
	check_sides(cases, sizeof cases / sizeof *cases);
}

static void rules_of_hosts(void **state)
{
	const struct sides cases[] = {
		{"e_san_dns_name_starts_with_period",
	         {LEAF, .names = "DNS:a.example"},
	         {LEAF, .names = "DNS:.a.example"}},
		{"e_san_wildcard_not_first",
	         {LEAF, .names = "DNS:*.example"},
	         {LEAF, .names = "DNS:a*.example"}},
		{"e_dnsname_wildcard_only_in_left_label",
	         {LEAF, .names = "DNS:*.a.example"},
	         {LEAF, .names = "DNS:a.*.example"}},
		{"e_rfc_dnsname_hyphen_in_sld",
	         {LEAF, .names = "DNS:a-b.example"},
	         {LEAF, .names = "DNS:-b.example"}},
		{"e_underscore_not_permissible_in_dnsname",
	         {LEAF, .names = "DNS:a.example"},
	         {LEAF, .names = "DNS:a_b.example"}},
		{"e_ext_san_not_critical_without_subject",
	         {LEAF, .subject = "", .names = "critical,DNS:a.example"},
	         {LEAF, .subject = "", .names = "DNS:a.example"}},
		{"w_ext_san_critical_with_subject_dn",
	         {LEAF, .names = "DNS:a.example"},
	         {LEAF, .names = "critical,DNS:a.example"}},
		{"w_subject_contains_malformed_arpa_ip",
	         {LEAF, .subject = "4.3.2.1.in-addr.arpa"},
	         {LEAF, .subject = "300.1.in-addr.arpa"}},
		{"e_subject_contains_reserved_arpa_ip",
	         {LEAF, .subject = "8.8.8.8.in-addr.arpa"},
	         {LEAF, .subject = "1.0.0.10.in-addr.arpa"}},
	};

	(void)state;
	check_sides(cases, sizeof cases / sizeof *cases);
}

/* A rule is silent before its day and from its last day on. */
static void rules_have_their_days(void **state)
{
	static const char id[] = "e_tls_server_cert_valid_time_longer_than_398_days";
	struct recipe recipe = {LEAF, .end = "20400101000000Z"};

	(void)state;
	recipe.begin = "20200831235959Z";
	assert_int_equal(outcome_of(recipe, id), LINT_EARLY);
	recipe.begin = "20200901000000Z";
	assert_int_equal(outcome_of(recipe, id), LINT_BROKEN);
	recipe.begin = "20260314235959Z";
	assert_int_equal(outcome_of(recipe, id), LINT_BROKEN);
	recipe.begin = "20260315000000Z";
	assert_int_equal(outcome_of(recipe, id), LINT_EARLY);
}

/* The baseline is about TLS: nothing of it for a certificate that names another purpose. */
static void the_baseline_is_for_servers(void **state)
{
	(void)state;
	assert_int_equal(
		outcome_of((struct recipe){LEAF, .purposes = "codeSigning"}, "e_ext_san_missing"),
		LINT_AWAY);
	assert_int_equal(outcome_of((struct recipe){LEAF, .purposes = "codeSigning"},
	                            "e_ext_authority_key_identifier_missing"),
	                 LINT_BROKEN);
	assert_int_equal(outcome_of((struct recipe){A_CA}, "e_ext_san_missing"), LINT_AWAY);
}

static void the_table_is_whole(void **state)
{
	(void)state;
	assert_true(x509lints_count >= 200);
	for (size_t i = 0; i < x509lints_count; i++) {
		const struct lint *lint = &x509lints[i];
		assert_true(strchr("ewn", lint->id[0]) && lint->id[1] == '_');
		assert_true(*lint->citation && *lint->meaning);
		assert_true(!lint->until || lint->since < lint->until);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(lint->id, x509lints[k].id);
	}
}

/* The public half of a key, with another exponent. */
static EVP_PKEY *with_exponent(EVP_PKEY *key, unsigned exponent)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *modulus = NULL;
	EVP_PKEY *out = NULL;

	EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus);
	OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus);
	OSSL_PARAM_BLD_push_uint(parts, OSSL_PKEY_PARAM_RSA_E, exponent);
	OSSL_PARAM *built = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY_fromdata_init(maker);
	EVP_PKEY_fromdata(maker, &out, EVP_PKEY_PUBLIC_KEY, built);
	OSSL_PARAM_free(built);
	OSSL_PARAM_BLD_free(parts);
	EVP_PKEY_CTX_free(maker);
	BN_free(modulus);
	return out;
}

static int start(void **state)
{
	(void)state;
	if (!digest_start().ok)
		return -1;
	ec = EVP_EC_gen("P-256");
	p224 = EVP_EC_gen("P-224");
	rsa = EVP_RSA_gen(2048);
	small = EVP_RSA_gen(1024);
	cubic = with_exponent(rsa, 3);
	return ec && p224 && rsa && small && cubic ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	EVP_PKEY_free(ec);
	EVP_PKEY_free(p224);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(small);
	EVP_PKEY_free(cubic);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_of_extensions),
		cmocka_unit_test(rules_of_keys),
		cmocka_unit_test(rules_of_times_and_numbers),
		cmocka_unit_test(rules_of_names),
		cmocka_unit_test(rules_of_hosts),
		cmocka_unit_test(rules_have_their_days),
		cmocka_unit_test(the_baseline_is_for_servers),
		cmocka_unit_test(the_table_is_whole),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
