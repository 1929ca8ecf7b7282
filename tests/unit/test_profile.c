/* test_profile.c - provisioning profiles that lie as files of their own. */
#include "probe.h"

#include "base/digest.h"
#include "formats/keys.h"
#include "formats/profile.h"
#include "make_bundle/sign_hap.h"

static struct hap_pki pki;

/* A profile as it would lie in a bundle, and what was found of it. */
struct sample {
	struct text json, der;
	struct probe probe;
};

static void make(struct sample *sample, const char *content, bool pieces)
{
	const struct hap_signed how = {.pki = &pki, .signer = HAP_PROFILES, .pieces = pieces};
	const struct hap_profile profile = {.allowed = &pki.party[HAP_APP]};

	*sample = (struct sample){0};
	if (content)
		text_puts(&sample->json, content);
	else
		hap_profile_json(&profile, &sample->json);
	assert_true(hap_signed_data(&how, &sample->json, &sample->der).ok);
}

/* Runs the formats of such a file; true if the one of profiles bid. */
static bool look(struct sample *sample, const char *name)
{
	probe_open(&sample->probe, name);
	bool bid = probe_run(&sample->probe, &format_profile, sample->der.data, sample->der.len);
	probe_run(&sample->probe, &format_der, sample->der.data, sample->der.len);
	probe_finish(&sample->probe);
	return bid;
}

static void discard(struct sample *sample)
{
	probe_close(&sample->probe);
	text_free(&sample->json);
	text_free(&sample->der);
}

static void profiles_are_read_under_any_name(void **state)
{
	static const char *const names[] = {"release.p7b", "assets/x"};
	struct sample s;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		make(&s, NULL, i / 2);
		assert_true(look(&s, names[i % 2]));
		assert_int_equal(fact_doc_count(s.probe.doc, ROW_PROFILE), 1);
		assert_fact(&s.probe, 0, FACT_PROFILE_IN, names[i % 2]);
		assert_fact(&s.probe, 0, FACT_PROFILE_VERIFIED, "true");
		assert_fact(&s.probe, 0, FACT_PROFILE_DISTRIBUTION, "enterprise");
		assert_fact(&s.probe, 0, FACT_PROFILE_NOT_BEFORE_DAY, "18262");
		assert_non_null(probe_value(&s.probe, 0, FACT_PROFILE_SIGNER));
		assert_non_null(probe_value(&s.probe, 0, FACT_PROFILE_CERTIFICATE));
		assert_int_equal(fact_doc_count(s.probe.doc, ROW_GAP), 0);
		assert_int_equal(fact_doc_count(s.probe.doc, ROW_CERTIFICATE), 3);
		for (size_t k = 0; k < 3; k++)
			assert_fact(&s.probe, k, FACT_CERTIFICATE_ROLE, "provisioning");
		discard(&s);
	}
}

static void changed_profiles_do_not_verify(void **state)
{
	struct sample s;

	(void)state;
	make(&s, NULL, false);
	char *uuid = memmem(s.der.data, s.der.len, "fe686e1b", 8);
	assert_non_null(uuid);
	*uuid = 'e';
	assert_true(look(&s, "release.p7b"));
	assert_fact(&s.probe, 0, FACT_PROFILE_UUID, "ee686e1b-3770-4824-a938-961b140a7c98");
	assert_fact(&s.probe, 0, FACT_PROFILE_VERIFIED, "false");
	discard(&s);
}

static void what_cannot_be_read_is_a_gap(void **state)
{
	static const struct {
		const char *content, *code;
	} cases[] = {{"{\"type\":", "JSON_PARSE"},
	             {"{\"type\":1,\"type\":2}", "JSON_PARSE"},
	             {"\2\0\0\0", "PROFILE_PARSE"}};
	struct sample s;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		make(&s, cases[i].content, false);
		assert_true(look(&s, "release.p7b"));
		assert_int_equal(fact_doc_count(s.probe.doc, ROW_PROFILE), 0);
		assert_fact(&s.probe, 0, FACT_GAP_CODE, cases[i].code);
		discard(&s);
	}
	make(&s, NULL, false);
	s.der.len -= 40;
	assert_true(look(&s, "release.p7b"));
	assert_fact(&s.probe, 0, FACT_GAP_CODE, "ASN1_LENGTH");
	discard(&s);
}

/* Values that are not what the platform reads: empty, of another type, or no date. */
static void odd_values_are_unread(void **state)
{
	static const char *const contents[] = {
		"{}",
		"{\"validity\":{\"not-before\":\"1\",\"not-after\":-1},\"bundle-info\":{\"bundle-"
	        "name\":7}}",
		"{\"validity\":{\"not-before\":1e3,\"not-after\":9223372036854775807},"
		"\"bundle-info\":{\"bundle-name\":\"\"}}",
		"{\"validity\":7,\"bundle-info\":[],\"acls\":{\"allowed-acls\":[1,{}]}}"};
	struct sample s;

	(void)state;
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		make(&s, contents[i], false);
		look(&s, "release.p7b");
		assert_fact(&s.probe, 0, FACT_PROFILE_TYPE, "debug");
		assert_null(probe_value(&s.probe, 0, FACT_PROFILE_APP_ID));
		assert_null(probe_value(&s.probe, 0, FACT_PROFILE_NOT_BEFORE_DAY));
		assert_null(probe_value(&s.probe, 0, FACT_PROFILE_NOT_AFTER_DAY));
		assert_int_equal(fact_doc_count(s.probe.doc, ROW_PROFILE_ACL), 0);
		assert_fact(&s.probe, 0, FACT_GAP_CODE, "PROFILE_VALUE");
		discard(&s);
	}
}

/* Other things of that name: bags of certificates, also as PEM, are no profiles and no damage. */
static void bags_of_certificates_are_left_alone(void **state)
{
	static const char pem[] = "-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n";
	static const uint8_t bag[] = {0x30, 0x23, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
	                              0x01, 0x07, 0x02, 0xa0, 0x16, 0x30, 0x14, 0x02, 0x01, 0x01,
	                              0x31, 0x00, 0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
	                              0xf7, 0x0d, 0x01, 0x07, 0x01, 0x31, 0x00};
	struct sample s = {0};

	(void)state;
	text_add(&s.der, pem, sizeof pem - 1);
	assert_false(look(&s, "ca.p7b"));
	discard(&s);
	s = (struct sample){0};
	text_add(&s.der, bag, sizeof bag);
	assert_true(look(&s, "ca.p7b"));
	assert_int_equal(fact_doc_count(s.probe.doc, ROW_GAP), 0);
	assert_int_equal(fact_doc_count(s.probe.doc, ROW_PROFILE), 0);
	discard(&s);
}

static int start(void **state)
{
	static const char *const names[HAP_PARTIES] = {"TEST-p384", "TEST-p384", "TEST-p256",
	                                               "TEST-p256-new", "TEST-p256"};

	(void)state;
	json_start();
	return digest_start().ok && keys_start().ok &&
	                       hap_pki_make("tests/signatures/keys", names, &pki).ok
	               ? 0
	               : -1;
}

static int finish(void **state)
{
	(void)state;
	hap_pki_free(&pki);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_read_under_any_name),
		cmocka_unit_test(changed_profiles_do_not_verify),
		cmocka_unit_test(what_cannot_be_read_is_a_gap),
		cmocka_unit_test(odd_values_are_unread),
		cmocka_unit_test(bags_of_certificates_are_left_alone),
	};

	return cmocka_run_group_tests_name("profile", tests, start, finish);
}
