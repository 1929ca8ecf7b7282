/*
 * test_hap.c - signed HarmonyOS packages: what the platform takes, and each reason to refuse.
 */
#include "hapmake.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "scan/scan.h"
#include "signing/hapchain.h"

static void show(const struct package *p)
{
	for (const struct refusal *r = p->scheme->refusals.first; r; r = r->next)
		print_error("%s: %s\n", refusal_name(r->code), r->why);
}

/* Signs, judges and expects the one reason, or REFUSAL_COUNT for none. */
static void expect(struct package *p, enum refusal_code code)
{
	const struct refusal *first;

	sign(p);
	judge(p);
	first = p->scheme->refusals.first;
	if (code == REFUSAL_COUNT ? first != NULL : !first || first->code != code || first->next) {
		show(p);
		fail_msg("expected %s", code == REFUSAL_COUNT ? "none" : refusal_name(code));
	}
	assert_int_equal(p->scheme->verified, code == REFUSAL_COUNT);
}

static void expect_only(struct package *p, enum refusal_code code)
{
	expect(p, code);
	discard(p);
}

static void a_good_package_is_taken(void **state)
{
	struct package p;
	const struct signer *signer;

	(void)state;
	prepare(&p);
	p.large = true;
	expect(&p, REFUSAL_COUNT);
	assert_true(hap_jobs(p.hap) > 1);
	assert_true(p.scheme->present && !p.scheme->unsure && !p.scheme->weak_digest);
	assert_string_equal(p.scheme->digests, "CHUNKED-SHA256");
	assert_int_equal(p.scheme->signer_count, 1);
	signer = p.scheme->signers;
	assert_true(signer->verified && !signer->known);
	assert_string_equal(signer->algorithm, "ECDSA");
	assert_string_equal(signer->hash, "SHA256");
	assert_int_equal(signer->certificate.size, pki.party[HAP_APP].certificate.len);
	assert_int_equal(fact_doc_count(p.probe.doc, ROW_ISSUE), 0);
	assert_int_equal(fact_doc_count(p.probe.doc, ROW_SIGNING_BLOCK), 2);
	assert_fact(&p.probe, 0, FACT_SIGNING_BLOCK_ID, "0x20000000");
	assert_fact(&p.probe, 0, FACT_SIGNING_BLOCK_NAME, "signature");
	assert_fact(&p.probe, 1, FACT_SIGNING_BLOCK_KIND, "profile");
	assert_fact(&p.probe, 0, FACT_PROFILE_TYPE, "release");
	assert_fact(&p.probe, 0, FACT_PROFILE_APP_ID, "com.example.bank");
	assert_fact(&p.probe, 0, FACT_PROFILE_VERIFIED, "true");
	assert_fact(&p.probe, 0, FACT_PROFILE_NOT_AFTER_DAY, "29219");
	assert_fact(&p.probe, 0, FACT_CERTIFICATE_ROLE, "signer");
	assert_int_equal(fact_doc_count(p.probe.doc, ROW_CERTIFICATE), 7);
	discard(&p);
}

static void every_kind_of_key_is_read(void **state)
{
	static const struct {
		const char *names[HAP_PARTIES];
		const char *algorithm, *hash;
	} sets[] = {
		{{"TEST-p521", "TEST-p384", "TEST-p384", "TEST-p256", "TEST-p256"},
	         "ECDSA",
	         "SHA384"},
		{{"TEST-rsa4096", "TEST-rsa3072", "TEST-rsa2048", "TEST-rsa2048-new", "TEST-p256"},
	         "RSA-PKCS1",
	         "SHA256"},
		{{"sm2", "sm2", "sm2", "sm2", "TEST-p256"}, "SM2", "SM3"},
	};
	struct hap_pki usual = pki;
	struct package p;

	(void)state;
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		assert_true(hap_pki_make(KEYS, sets[i].names, &pki).ok);
		prepare(&p);
		expect(&p, REFUSAL_COUNT);
		assert_string_equal(p.scheme->signers->algorithm, sets[i].algorithm);
		assert_string_equal(p.scheme->signers->hash, sets[i].hash);
		assert_fact(&p.probe, 0, FACT_PROFILE_VERIFIED, "true");
		discard(&p);
		hap_pki_free(&pki);
	}
	pki = usual;
}

static void every_form_of_the_block_is_read(void **state)
{
	static const uint32_t algorithms[] = {0x101, 0x102, 0x103, 0x104, 0x105, 0x106,
	                                      0x202, 0x203, 0x301, 0x302, 0x303};
	static const char *const entries[] = {"config.json", "pack.info"};
	struct package p;

	(void)state;
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		prepare(&p);
		p.recipe.algorithm = algorithms[i];
		expect_only(&p, REFUSAL_COUNT);
	}
	prepare(&p);
	p.recipe.version = 2;
	expect_only(&p, REFUSAL_COUNT);
	prepare(&p);
	p.recipe.signature_last = true;
	p.recipe.more[0] = PART(0x20000001, "rotation");
	p.recipe.more[1] = PART(0x20000003, "\1\0\0\x30property");
	p.recipe.more_count = 2;
	expect(&p, REFUSAL_COUNT);
	assert_fact(&p.probe, 1, FACT_SIGNING_BLOCK_NAME, "proof-of-rotation");
	assert_fact(&p.probe, 2, FACT_SIGNING_BLOCK_NAME, "code-signing");
	discard(&p);
	prepare(&p);
	p.recipe.signature.pieces = p.profile_signed.pieces = true;
	expect_only(&p, REFUSAL_COUNT);
	for (size_t i = 0; i < 2; i++) {
		prepare(&p);
		p.entry = entries[i];
		expect_only(&p, REFUSAL_COUNT);
	}
}

/* One change to a good recipe, and the reason that it must give. */
static void each_flaw_is_refused(void **state)
{
	struct package p;

	(void)state;
	prepare(&p);
	p.recipe.spoil = true;
	expect_only(&p, REFUSAL_DIGEST_WRONG);
	prepare(&p);
	p.unprofiled = true;
	expect_only(&p, REFUSAL_PROFILE_MISSING);
	prepare(&p);
	p.says.allowed = &pki.party[HAP_OTHER];
	expect_only(&p, REFUSAL_PROFILE_SIGNER_DIFFERS);
	prepare(&p);
	p.recipe.signature.signer = HAP_OTHER;
	expect_only(&p, REFUSAL_PROFILE_SIGNER_DIFFERS);
	prepare(&p);
	p.app_id = "com.example.other";
	expect_only(&p, REFUSAL_PROFILE_APP_DIFFERS);
	prepare(&p);
	p.says.app_id = ".*";
	expect_only(&p, REFUSAL_COUNT);
	prepare(&p);
	p.bare = true;
	expect_only(&p, REFUSAL_PROFILE_WRONG);
	prepare(&p);
	p.profile_signed.leafless = true;
	expect_only(&p, REFUSAL_PROFILE_WRONG);
	prepare(&p);
	p.recipe.signature.leafless = true;
	expect_only(&p, REFUSAL_CERTIFICATES_NONE);
	prepare(&p);
	p.recipe.more[0] = PART(0x20000000, "second");
	p.recipe.more_count = 1;
	expect(&p, REFUSAL_HAP_BLOCK);
	discard(&p);
	prepare(&p);
	p.recipe.more[0] = PART(0x20000009, "news");
	p.recipe.more_count = 1;
	expect_only(&p, REFUSAL_HAP_BLOCK_UNKNOWN);
	prepare(&p);
	p.recipe.record_add = 1;
	expect_only(&p, REFUSAL_DIGEST_MALFORMED);
	prepare(&p);
	p.recipe.algorithm = 0x401;
	expect_only(&p, REFUSAL_HAP_DIGEST_UNSUPPORTED);
}

static void signing_times_are_held_against_the_chain(void **state)
{
	static const struct {
		const char *time;
		bool good;
	} times[] = {{"", false},
	             {"191231235959Z", false},
	             {"200101000000Z", true},
	             {"491231235959Z", true},
	             {"261341000000Z", false}};
	struct package p;

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		prepare(&p);
		p.recipe.signature.time = times[i].time;
		expect_only(&p, times[i].good ? REFUSAL_COUNT : REFUSAL_HAP_SIGNING_TIME);
		prepare(&p);
		p.profile_signed.time = times[i].time;
		expect_only(&p, times[i].good ? REFUSAL_COUNT : REFUSAL_PROFILE_SIGNING_TIME);
	}
}

/* A device may know the root that the package lacks: neither yes nor no. */
static void what_a_device_settles_is_open(void **state)
{
	struct package p;

	(void)state;
	prepare(&p);
	p.recipe.signature.rootless = true;
	expect(&p, REFUSAL_HAP_CHAIN_INCOMPLETE);
	assert_true(p.scheme->unsure);
	discard(&p);
	prepare(&p);
	p.profile_signed.rootless = true;
	expect(&p, REFUSAL_PROFILE_CHAIN_INCOMPLETE);
	assert_true(p.scheme->unsure);
	discard(&p);
	prepare(&p);
	p.recipe.signature.rootless = p.recipe.spoil = true;
	sign(&p);
	judge(&p);
	assert_int_equal(p.scheme->refusals.count, 2);
	assert_false(p.scheme->unsure || p.scheme->verified);
	discard(&p);
	prepare(&p);
	p.entry = "module.txt";
	expect(&p, REFUSAL_PROFILE_APP_UNKNOWN);
	assert_true(p.scheme->unsure);
	discard(&p);
}

static void another_root_is_another_authority(void **state)
{
	static const char *const names[HAP_PARTIES] = {"TEST-p521", "TEST-rsa2048", "TEST-p256",
	                                               "TEST-p256-new", "TEST-p384"};
	struct hap_pki foreign;
	struct package p;

	(void)state;
	assert_true(hap_pki_make(KEYS, names, &foreign).ok);
	prepare(&p);
	p.profile_signed.pki = &foreign;
	expect_only(&p, REFUSAL_PROFILE_ROOT_DIFFERS);
	hap_pki_free(&foreign);
}

/* Names make no store: only with its root, which nobody else can sign for, is its word taken. */
static void names_make_no_store(void **state)
{
	static const char *const names[HAP_PARTIES] = {"TEST-p384", "TEST-rsa2048", "TEST-p256",
	                                               "TEST-p256-new", "TEST-rsa2048-new"};
	struct hap_pki usual = pki;
	struct package p;

	(void)state;
	assert_true(hap_pki_make_store(KEYS, names, &pki).ok);
	prepare(&p);
	p.says.allowed = &pki.party[HAP_OTHER];
	expect_only(&p, REFUSAL_PROFILE_SIGNER_DIFFERS);
	prepare(&p);
	p.bare = true;
	expect_only(&p, REFUSAL_PROFILE_WRONG);
	/* without a root, the device may find the store's */
	prepare(&p);
	p.recipe.signature.rootless = p.bare = true;
	p.says.allowed = &pki.party[HAP_OTHER];
	expect(&p, REFUSAL_HAP_CHAIN_INCOMPLETE);
	assert_true(p.scheme->unsure);
	assert_null(probe_value(&p.probe, 0, FACT_PROFILE_VERIFIED));
	assert_null(probe_value(&p.probe, 0, FACT_PROFILE_CERTIFICATE));
	discard(&p);
	hap_pki_free(&pki);
	pki = usual;
}

/* The chain of the leaf of a bag in which other certificates stand first. */
static void chain_of(const struct hap_pki *of, const struct sign_key *const before[3],
                     struct hap_chain *out)
{
	const struct text content = {(char *)(uintptr_t) "text", 4, 0};
	struct hap_signed how = {.pki = of, .signer = HAP_APP};
	struct text der = {0};
	struct arena arena;
	struct pkcs7 bag;

	memcpy(how.before, before, sizeof how.before);
	assert_true(hap_signed_data(&how, &content, &der).ok);
	arena_init(&arena, 1 << 20);
	assert_true(pkcs7_read(cursor_over(der.data, der.len, DIAG_ASN1_LENGTH), &arena, &bag).ok);
	const struct der *leaf = pkcs7_certificate(&bag, &bag.signers[0]);
	assert_non_null(leaf);
	assert_true(hapchain_build(&bag, leaf, out).ok);
	/* windows point into the bag: what is asked for is asked here */
	if (out->complete)
		assert_memory_equal(out->certificates[out->count - 1].key.whole.data,
		                    of->party[HAP_ROOT].spki.data, of->party[HAP_ROOT].spki.len);
	arena_free(&arena);
	text_free(&der);
}

static void chains_are_those_of_names_and_signatures(void **state)
{
	/* the stranger has the key of the authority, and another name */
	static const char *const twins[HAP_PARTIES] = {"TEST-p384", "TEST-rsa2048", "TEST-p256",
	                                               "TEST-p256-new", "TEST-rsa2048"};
	static const char *const others[HAP_PARTIES] = {"TEST-p521", "TEST-rsa3072", "TEST-p256",
	                                                "TEST-p256-new", "TEST-p384"};
	struct hap_pki foreign, twin;
	struct hap_chain chain;

	(void)state;
	chain_of(&pki, (const struct sign_key *const[3]){NULL}, &chain);
	assert_true(chain.complete);
	assert_int_equal(chain.count, 3);
	assert_true(hap_pki_make(KEYS, twins, &twin).ok);
	chain_of(&twin, (const struct sign_key *const[3]){&twin.party[HAP_OTHER]}, &chain);
	assert_true(chain.complete);
	assert_int_equal(chain.count, 3);
	/* the same names, other keys */
	assert_true(hap_pki_make(KEYS, others, &foreign).ok);
	chain_of(
		&pki,
		(const struct sign_key *const[3]){&foreign.party[HAP_CA], &foreign.party[HAP_ROOT]},
		&chain);
	assert_true(chain.complete);
	assert_int_equal(chain.count, 3);
	hap_pki_free(&foreign);
	hap_pki_free(&twin);
}

/* Profiles: fields that the platform asks for, and those that only we do. */
static void fields_of_profiles_are_asked_for(void **state)
{
	static const char *const fields[] = {"version-code",         "version-name", "uuid",
	                                     "developer-id",         "apl",          "app-feature",
	                                     "app-distribution-type"};
	struct package p;

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		prepare(&p);
		p.says.without = fields[i];
		expect_only(&p, REFUSAL_PROFILE_FIELD);
	}
	prepare(&p);
	p.says.distribution = "somewhere";
	expect_only(&p, REFUSAL_PROFILE_FIELD);
	prepare(&p);
	p.says.without = "bundle-name";
	expect(&p, REFUSAL_PROFILE_FIELD);
	assert_true(probe_issue(&p.probe, "PROFILE_VALUE"));
	assert_null(probe_value(&p.probe, 0, FACT_PROFILE_APP_ID));
	discard(&p);
	prepare(&p);
	p.says.without = "not-after";
	expect(&p, REFUSAL_COUNT);
	assert_true(probe_issue(&p.probe, "PROFILE_VALUE"));
	assert_fact(&p.probe, 0, FACT_GAP_CODE, "PROFILE_VALUE");
	discard(&p);
}

static void debug_profiles_are_told(void **state)
{
	struct package p;

	(void)state;
	prepare(&p);
	p.says.type = "debug";
	p.says.not_after = 1700000000;
	p.says.more = ",\"debug-info\":{\"device-id-type\":\"udid\",\"device-ids\":[\"A\",\"B\"]},"
		      "\"acls\":{\"allowed-acls\":[\"\",\"ohos.permission.READ_CONTACTS\"]}";
	expect(&p, REFUSAL_COUNT);
	assert_fact(&p.probe, 0, FACT_PROFILE_TYPE, "debug");
	assert_fact(&p.probe, 0, FACT_PROFILE_DEVICES, "2");
	assert_fact(&p.probe, 0, FACT_PROFILE_NOT_AFTER_DAY, "19675");
	assert_int_equal(fact_doc_count(p.probe.doc, ROW_PROFILE_ACL), 1);
	assert_fact(&p.probe, 0, FACT_PROFILE_ACL_NAME, "ohos.permission.READ_CONTACTS");
	discard(&p);
}

static void a_broken_profile_is_a_gap(void **state)
{
	struct package p;

	(void)state;
	prepare(&p);
	p.says.more = ",\"uuid\":\"twice\"";
	expect(&p, REFUSAL_PROFILE_UNREADABLE);
	assert_int_equal(fact_doc_count(p.probe.doc, ROW_PROFILE), 0);
	assert_true(probe_issue(&p.probe, "JSON_PARSE"));
	assert_fact(&p.probe, 0, FACT_GAP_CODE, "JSON_PARSE");
	discard(&p);
}

static void unsigned_packages_are_told(void **state)
{
	struct package p;

	(void)state;
	prepare(&p);
	zip_make(&p);
	assert_int_equal(reason(&p), REFUSAL_NOT_SIGNED);
	/* bytes behind the end record: the platform finds none */
	text_free(&p.zip);
	sign(&p);
	text_puts(&p.zip, "more");
	assert_int_equal(reason(&p), REFUSAL_HAP_END);
	forget(&p);
}

/* An APP holds packages, each signed for itself, and is signed as a whole. */
static void packages_in_an_app_are_judged(void **state)
{
	char path[] = "/tmp/parasol-app-XXXXXX";
	struct zip_maker zip = {0};
	struct text manifest = {0}, inner = {0};
	struct package p, app;
	struct scan_run run;
	struct fact_doc *doc;
	int file = mkstemp(path);

	(void)state;
	assert_true(file >= 0 && close(file) == 0);
	prepare(&p);
	p.recipe.signature.rootless = true;
	sign(&p);
	text_add(&inner, p.zip.data, p.zip.len);
	prepare(&app);
	sign(&app); /* for its profile */
	text_puts(&manifest, "{\"summary\":{\"app\":{\"bundleName\":\"com.example.bank\"}}}");
	zip_maker_add(&zip, "pack.info", &manifest, true);
	zip_maker_add(&zip, "entry-default.hap", &inner, false);
	text_free(&app.zip);
	assert_true(zip_maker_write(&zip, &app.zip).ok);
	assert_true(sign_hap(&app.zip, &app.recipe).ok);
	assert_true(file_write(path, app.zip.data, app.zip.len).ok);
	struct scan_request request = {.path = path, .threads = 2, .min_sdk = -1, .max_sdk = -1};
	assert_true(scan_bundle(&request, &doc, &run).ok);
	unlink(path);
	struct probe found = {.doc = doc};
	assert_int_equal(fact_doc_count(doc, ROW_SIGNING), 2);
	assert_fact(&found, 0, FACT_SIGNING_IN, "");
	assert_fact(&found, 0, FACT_SIGNING_KIND, "harmony");
	assert_fact(&found, 0, FACT_SIGNING_VERIFIED, "true");
	assert_fact(&found, 1, FACT_SIGNING_IN, "entry-default.hap");
	assert_null(probe_value(&found, 1, FACT_SIGNING_VERIFIED));
	assert_fact(&found, 1, FACT_SIGNING_REASON, "HAP_CHAIN_INCOMPLETE");
	assert_int_equal(fact_doc_count(doc, ROW_PROFILE), 2);
	assert_int_equal(fact_doc_source(doc, SOURCE_PROFILES), STATUS_COMPLETE);
	assert_fact(&found, 1, FACT_PROFILE_MODULE, "entry-default.hap");
	scan_run_free(&run);
	fact_doc_free(doc);
	zip_maker_free(&zip);
	forget(&p);
	text_free(&app.zip);
	text_free(&app.json);
	text_free(&app.profile);
}

static int start(void **state)
{
	(void)state;
	return digest_start().ok && scan_start(0).ok && make_pki() ? 0 : -1;
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
		cmocka_unit_test(a_good_package_is_taken),
		cmocka_unit_test(every_kind_of_key_is_read),
		cmocka_unit_test(every_form_of_the_block_is_read),
		cmocka_unit_test(each_flaw_is_refused),
		cmocka_unit_test(signing_times_are_held_against_the_chain),
		cmocka_unit_test(what_a_device_settles_is_open),
		cmocka_unit_test(another_root_is_another_authority),
		cmocka_unit_test(names_make_no_store),
		cmocka_unit_test(chains_are_those_of_names_and_signatures),
		cmocka_unit_test(fields_of_profiles_are_asked_for),
		cmocka_unit_test(debug_profiles_are_told),
		cmocka_unit_test(a_broken_profile_is_a_gap),
		cmocka_unit_test(unsigned_packages_are_told),
		cmocka_unit_test(packages_in_an_app_are_judged),
	};

	return cmocka_run_group_tests_name("hap", tests, start, finish);
}
