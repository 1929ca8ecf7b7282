/* test_apk.c - packages signed by schemes v1 to v4, whole and contradictory. */
#include "signing_probe.h"

#include <stdlib.h>

#include "signing/pagetree.h"

enum { KEYS = 7 };
static const char *const key_names[KEYS] = {"rsa2048", "p256", "p256-new",   "dsa2048",
                                            "rsa1024", "p384", "rsa2048-new"};
static struct sign_key keys[KEYS];
enum { RSA, P256, P256_NEW, DSA, RSA_SMALL, P384, RSA_NEW };

static void every_algorithm_verifies(void **state)
{
	static const struct {
		int key;
		uint32_t algorithm;
		const char *family, *hash, *digests;
	} rows[] = {
		{RSA, 0x0101, "RSA-PSS", "SHA256", "CHUNKED-SHA256"},
		{RSA, 0x0102, "RSA-PSS", "SHA512", "CHUNKED-SHA512"},
		{RSA, 0x0103, "RSA-PKCS1", "SHA256", "CHUNKED-SHA256"},
		{RSA, 0x0104, "RSA-PKCS1", "SHA512", "CHUNKED-SHA512"},
		{P256, 0x0201, "ECDSA", "SHA256", "CHUNKED-SHA256"},
		{P384, 0x0202, "ECDSA", "SHA512", "CHUNKED-SHA512"},
		{DSA, 0x0301, "DSA", "SHA256", "CHUNKED-SHA256"},
		{RSA, 0x0421, "RSA-PKCS1", "SHA256", "VERITY-SHA256"},
		{P256, 0x0423, "ECDSA", "SHA256", "VERITY-SHA256"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct sign_request request = {.schemes = SIGN_WITH_V3,
		                                     .keys = {&keys[rows[i].key]},
		                                     .key_count = 1,
		                                     .algorithm = rows[i].algorithm};
		struct text zip DEFER(text_free) =
			signing_signed("android:minSdkVersion='28'", &request);
		struct probe probe;
		signing_ask(&probe, &zip, -1, -1, NULL);
		assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
		assert_fact(&probe, 0, FACT_SCHEME_NAME, "v3");
		assert_fact(&probe, 0, FACT_SCHEME_DIGESTS, rows[i].digests);
		assert_fact(&probe, 0, FACT_SIGNER_ALGORITHM, rows[i].family);
		assert_fact(&probe, 0, FACT_SIGNER_HASH, rows[i].hash);
		probe_close(&probe);
		/* a byte of the contents, which v1 does not cover either */
		zip.data[zip.len / 3] ^= 1;
		signing_expect(&zip, -1, -1, "DIGEST_WRONG");
	}
}

static void schemes_count_by_version(void **state)
{
	const struct sign_request request = {.schemes = SIGN_WITH_V1 | SIGN_WITH_V2 | SIGN_WITH_V3,
	                                     .keys = {&keys[RSA]},
	                                     .key_count = 1};
	struct text zip DEFER(text_free) = signing_signed(VERSIONS_OLD, &request);
	struct probe probe;

	(void)state;
	signing_ask(&probe, &zip, -1, -1, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
	assert_fact(&probe, 0, FACT_SIGNING_MIN_SDK, "19");
	assert_fact(&probe, 0, FACT_SIGNING_SIGNERS, "1");
	assert_fact(&probe, 0, FACT_SIGNING_UNPROTECTED, "0");
	assert_int_equal(fact_doc_count(probe.doc, ROW_SCHEME), 3);
	probe_close(&probe);
	signing_ask(&probe, &zip, 28, -1, NULL);
	assert_fact(&probe, 0, FACT_SCHEME_USED, "false");
	assert_fact(&probe, 0, FACT_SCHEME_VERIFIED, "false");
	assert_fact(&probe, 1, FACT_SCHEME_USED, "false");
	assert_fact(&probe, 2, FACT_SCHEME_USED, "true");
	assert_fact(&probe, 2, FACT_SCHEME_VERIFIED, "true");
	probe_close(&probe);
	signing_ask(&probe, &zip, 1, 20, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_MAX_SDK, "20");
	assert_fact(&probe, 0, FACT_SCHEME_USED, "true");
	assert_fact(&probe, 1, FACT_SCHEME_USED, "false");
	probe_close(&probe);
	signing_expect(&zip, 30, 20, "RANGE_EMPTY");
}

static void pairs_are_named(void **state)
{
	struct sign_request request = {
		.schemes = SIGN_WITH_V2, .keys = {&keys[RSA]}, .key_count = 1, .pair_count = 4};
	struct probe probe;

	(void)state;
	request.pairs[0].id = 0x71777777;
	text_puts(&request.pairs[0].value, "{\"channel\":\"qingsan\"}");
	request.pairs[1].id = 0x42726577;
	text_puts(&request.pairs[1].value, "not only zeros");
	request.pairs[2].id = 0x12345678;
	text_puts(&request.pairs[2].value, "?");
	request.pairs[3].id = 0x71777777;
	text_puts(&request.pairs[3].value, "again");
	struct text zip DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
	signing_ask(&probe, &zip, -1, -1, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
	assert_fact(&probe, 0, FACT_SIGNING_BLOCK_NAME, "v2");
	assert_fact(&probe, 1, FACT_SIGNING_BLOCK_NAME, "channel-walle");
	assert_fact(&probe, 1, FACT_SIGNING_BLOCK_VALUE, "{\"channel\":\"qingsan\"}");
	assert_fact(&probe, 2, FACT_SIGNING_BLOCK_KIND, "padding");
	assert_fact(&probe, 3, FACT_SIGNING_BLOCK_ID, "0x12345678");
	assert_fact(&probe, 3, FACT_SIGNING_BLOCK_KIND, "unknown");
	/* data in the padding, and a second pair of one number */
	assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 2);
	assert_true(probe_issue(&probe, "SIGNING_ODD"));
	probe_close(&probe);
	for (size_t i = 0; i < 4; i++)
		text_free(&request.pairs[i].value);
}

static void rotation_is_followed(void **state)
{
	struct sign_request request = {.schemes = SIGN_WITH_V1 | SIGN_WITH_V2 | SIGN_WITH_V3,
	                               .keys = {&keys[P256_NEW]},
	                               .key_count = 1,
	                               .lineage = {&keys[RSA], &keys[P256]},
	                               .lineage_count = 2};
	struct text zip DEFER(text_free) = signing_signed(VERSIONS_OLD, &request);
	struct probe probe;

	(void)state;
	signing_ask(&probe, &zip, -1, -1, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
	assert_int_equal(fact_doc_count(probe.doc, ROW_ANCESTOR), 3);
	assert_fact(&probe, 0, FACT_ANCESTOR_SCHEME, "v3");
	assert_non_null(strstr(probe_value(&probe, 0, FACT_ANCESTOR_ALLOWS), "shared-uid"));
	/* the last ancestor is the signer by v3, the first one that by v1 and v2 */
	assert_string_equal(probe_value(&probe, 2, FACT_ANCESTOR_SHA256),
	                    probe_value(&probe, 2, FACT_SIGNER_SHA256));
	assert_string_equal(probe_value(&probe, 0, FACT_ANCESTOR_SHA256),
	                    probe_value(&probe, 0, FACT_SIGNER_SHA256));
	probe_close(&probe);
}

static void rotation_by_version(void **state)
{
	struct sign_request request = {
		.schemes = SIGN_WITH_V2 | SIGN_WITH_V3 | SIGN_WITH_V31,
		.keys = {&keys[P256_NEW]},
		.key_count = 1,
		.lineage = {&keys[RSA]},
		.lineage_count = 1,
	};
	struct text zip DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
	struct probe probe;

	(void)state;
	signing_ask(&probe, &zip, -1, -1, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
	assert_true(signing_has(&probe, FACT_SCHEME_NAME, "v3.1"));
	assert_true(signing_has(&probe, FACT_SIGNER_MIN_SDK, "33"));
	probe_close(&probe);
	assert_true(sign_attack_strip_pair(&zip, SIGN_V31).ok);
	signing_expect(&zip, -1, -1, "ROTATION_STRIPPED");
	signing_expect(&zip, -1, 32, NULL);
	assert_true(sign_attack_strip_pair(&zip, SIGN_V3).ok);
	signing_expect(&zip, -1, -1, "SCHEME_STRIPPED");
}

/* Signers of v3 for given ranges of versions. */
static struct text ranged(const uint32_t ranges[][2], const int *with, size_t count)
{
	struct sign_signer signers[4] = {{0}};
	struct sign_scheme scheme = {.id = SIGN_V3, .signers = signers, .count = count};
	struct sign_block block = {.schemes = &scheme, .scheme_count = 1};
	struct text zip = signing_package("android:minSdkVersion='28'", "");

	for (size_t i = 0; i < count; i++)
		signers[i] = (struct sign_signer){
			.key = &keys[with[i]], .min_sdk = ranges[i][0], .max_sdk = ranges[i][1]};
	if (!sign_block(&zip, &block).ok)
		fail_msg("%s", fault_last()->why);
	return zip;
}

static void version_ranges_must_join(void **state)
{
	static const int with[] = {RSA, P256};
	static const struct {
		uint32_t ranges[2][2];
		const char *reason;
	} rows[] = {
		{{{28, 32}, {33, INT32_MAX}}, NULL},
		{{{33, INT32_MAX}, {28, 32}}, NULL},
		{{{28, 31}, {33, INT32_MAX}}, "RANGE_BROKEN"},
		{{{28, 33}, {33, INT32_MAX}}, "RANGE_BROKEN"},
		{{{28, 30}, {31, 34}}, "RANGE_UNCOVERED"},
		{{{29, 30}, {31, INT32_MAX}}, "RANGE_UNCOVERED"},
		{{{28, 30}, {40, 31}}, "RANGE_INVALID"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text zip DEFER(text_free) = ranged(rows[i].ranges, with, 2);
		signing_expect(&zip, -1, -1, rows[i].reason);
	}
}

static void signers_have_a_limit(void **state)
{
	struct sign_request request = {.schemes = SIGN_WITH_V2, .key_count = 10};

	(void)state;
	for (size_t i = 0; i < 11; i++)
		request.keys[i] = &keys[P256];
	struct text ten DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
	signing_expect(&ten, -1, -1, NULL);
	request.key_count = 11;
	struct text eleven DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
	signing_expect(&eleven, -1, -1, "SIGNERS_TOO_MANY");
}

static void the_manifest_asks_for_schemes(void **state)
{
	const struct sign_request v1 = {
		.schemes = SIGN_WITH_V1, .keys = {&keys[RSA]}, .key_count = 1};
	struct text recent DEFER(text_free) = signing_signed(VERSIONS_NEW, &v1);
	struct text older DEFER(text_free) = signing_signed(VERSIONS_OLD, &v1);
	struct text sandbox DEFER(text_free) =
		signing_package(VERSIONS_OLD, "android:targetSandboxVersion='2'");

	(void)state;
	signing_expect(&older, -1, -1, NULL);
	signing_expect(&recent, -1, -1, "SCHEME_TOO_OLD");
	signing_expect(&recent, -1, 33, NULL);
	assert_true(sign_apk(&sandbox, &v1).ok);
	signing_expect(&sandbox, -1, -1, "SCHEME_TOO_OLD");
	signing_expect(&sandbox, -1, 25, NULL);
}

static void versions_of_the_manifest(void **state)
{
	static const struct {
		const char *versions, *min_sdk, *reason;
	} rows[] = {
		{"android:minSdkVersion='28'", "28", NULL},
		{"android:minSdkVersion='P'", "26", NULL},
		{"android:minSdkVersion='Nougat'", "23", "NOT_SIGNED"},
		{"android:minSdkVersion='Tiramisu'", "30", NULL},
		{"android:minSdkVersion='x'", NULL, "MANIFEST_UNREADABLE"},
		{"", "1", "NOT_SIGNED"},
	};
	const struct sign_request v3 = {
		.schemes = SIGN_WITH_V3, .keys = {&keys[RSA]}, .key_count = 1};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text zip DEFER(text_free) = signing_signed(rows[i].versions, &v3);
		struct probe probe;
		signing_ask(&probe, &zip, -1, -1, NULL);
		if (rows[i].min_sdk)
			assert_fact(&probe, 0, FACT_SIGNING_MIN_SDK, rows[i].min_sdk);
		else
			assert_null(probe_value(&probe, 0, FACT_SIGNING_MIN_SDK));
		assert_string_equal(signing_reason(&probe), rows[i].reason ? rows[i].reason : "");
		probe_close(&probe);
	}
}

static struct text archive(const char *const *names, const char *manifest)
{
	struct zip_maker zip = {0};
	struct text out = {0};

	for (; *names; names++) {
		struct text body = {0};
		text_puts(&body, strcmp(*names, "AndroidManifest.xml") ? "x" : manifest);
		zip_maker_add(&zip, *names, &body, false);
	}
	assert_true(zip_maker_write(&zip, &out).ok);
	zip_maker_free(&zip);
	return out;
}

/* What a package is judged as follows from what lies in it, and decoys do not change it. */
static void packages_are_known_by_their_contents(void **state)
{
	static const struct {
		const char *names[4], *manifest, *kind;
		bool asked;
	} rows[] = {
		{{"AndroidManifest.xml"}, "\3", "apk", false},
		{{"AndroidManifest.xml", "classes.jar"}, "\3", "apk", false},
		{{"AndroidManifest.xml", "classes.jar"}, "<manifest/>", "jar", false},
		{{"AndroidManifest.xml", "BundleConfig.pb"}, "\3", "apk", false},
		{{"AndroidManifest.xml", "module.json"}, "\3", "apk", false},
		{{"BundleConfig.pb", "base/dex/classes.dex"}, "", "jar", true},
		{{"classes.dex"}, "", "apk", false},
		{{"module.json", "classes.dex"}, "", "harmony", false},
		{{"META-INF/MANIFEST.MF"}, "", "jar", false},
		{{"META-INF/MANIFEST.MF"}, "", "apk", true},
		{{"notes.txt"}, "", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text zip DEFER(text_free) = archive(rows[i].names, rows[i].manifest);
		struct probe probe;
		signing_ask(&probe, &zip, rows[i].asked ? 21 : -1, -1, NULL);
		const char *kind = probe_value(&probe, 0, FACT_SIGNING_KIND);
		if (rows[i].kind ? !kind || strcmp(kind, rows[i].kind) : kind != NULL)
			fail_msg("row %zu: %s", i, kind ? kind : "no package");
		probe_close(&probe);
	}
}

/* What a limit of the scan hides is neither good nor bad. */
static void a_limit_leaves_the_answer_open(void **state)
{
	const struct sign_request request = {
		.schemes = SIGN_WITH_V1, .keys = {&keys[RSA]}, .key_count = 1};
	struct text zip DEFER(text_free) = signing_signed(VERSIONS_OLD, &request);
	struct signing_request asked = {.min_sdk = -1, .max_sdk = -1};
	struct inspection inspection = {.module = "base"};
	struct container *container;
	struct probe probe;

	(void)state;
	probe_open(&probe, "");
	inspection.facts = &probe.facts;
	limit_reset(0);
	assert_true(container_open(zip.data, zip.len, "", NULL, (struct entry_id){0}, &probe.facts,
	                           &container)
	                    .ok);
	struct signing *signing =
		signing_open(container, cursor_over(zip.data, zip.len, DIAG_ZIP_TRUNCATED), &asked);
	for (size_t i = 0; i < container->count; i++) {
		fault_note(DIAG_LIMIT_TOTAL, AT_NONE, __FILE__, __LINE__, "the limit");
		signing_entry_unread(signing, &container->entries[i]);
	}
	signing_finish(signing, &inspection);
	container_close(container);
	probe_finish(&probe);
	assert_null(probe_value(&probe, 0, FACT_SIGNING_VERIFIED));
	assert_fact(&probe, 0, FACT_SIGNING_REASON, "ENTRY_UNREAD");
	probe_close(&probe);
}

/* A v4 signature, then the same with one byte changed. */
static void the_file_beside_the_package(void **state)
{
	const struct sign_request request = {
		.schemes = SIGN_WITH_V3, .keys = {&keys[RSA]}, .key_count = 1};
	const struct sign_signer signer = {.key = &keys[RSA]}, other = {.key = &keys[RSA_NEW]};
	struct text zip DEFER(text_free) = signing_signed("android:minSdkVersion='28'", &request);
	struct text idsig DEFER(text_free) = {0}, foreign DEFER(text_free) = {0};
	struct probe probe;

	(void)state;
	assert_true(sign_idsig(&zip, &signer, &idsig).ok);
	assert_true(sign_idsig(&zip, &other, &foreign).ok);
	signing_ask(&probe, &zip, -1, -1, &idsig);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
	assert_fact(&probe, 1, FACT_SCHEME_NAME, "v4");
	assert_fact(&probe, 1, FACT_SCHEME_VERIFIED, "true");
	probe_close(&probe);
	idsig.data[idsig.len - 1] ^= 1;
	signing_ask(&probe, &zip, -1, -1, &idsig);
	assert_string_equal(signing_reason(&probe), "TREE_WRONG");
	probe_close(&probe);
	idsig.data[idsig.len - 1] ^= 1;
	signing_ask(&probe, &zip, -1, -1, &foreign);
	assert_string_equal(signing_reason(&probe), "TREE_SIGNER_DIFFERS");
	probe_close(&probe);
	for (size_t len = 0; len < idsig.len; len += len < 2048 ? 7 : 977) {
		struct text cut = {.data = idsig.data, .len = len};
		signing_ask(&probe, &zip, -1, -1, len ? &cut : NULL);
		if (len)
			assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "false");
		probe_close(&probe);
	}
}

static void stamps_are_verified_apart(void **state)
{
	const struct sign_request request = {.schemes = SIGN_WITH_V2 | SIGN_WITH_V3,
	                                     .keys = {&keys[RSA]},
	                                     .key_count = 1,
	                                     .stamp = &keys[P256]};
	struct text zip DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
	struct probe probe;

	(void)state;
	signing_ask(&probe, &zip, -1, -1, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
	assert_fact(&probe, 0, FACT_STAMP_VERIFIED, "true");
	probe_close(&probe);
	assert_true(sign_attack_strip_pair(&zip, SIGN_STAMP).ok);
	signing_ask(&probe, &zip, -1, -1, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
	assert_fact(&probe, 0, FACT_STAMP_VERIFIED, "false");
	assert_fact(&probe, 0, FACT_STAMP_REASON, "STAMP_BLOCK_MISSING");
	probe_close(&probe);
}

/* Trees against those of the signer, which shares no code; in one job and in seven. */
static void trees_of_all_sizes(void **state)
{
	static const size_t sizes[] = {1, 4095, 4096, 4097, 128 * 4096, 128 * 4096 + 1, 600000};
	struct text data DEFER(text_free) = {0}, salt DEFER(text_free) = {0};

	(void)state;
	for (unsigned i = 0; i < 150000; i++)
		text_printf(&data, "%04x", i * 40503U & 0xffff);
	text_add(&salt, "\0\0\0\0\0\0\0", 8);
	for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
		struct text part = {.data = data.data, .len = sizes[i / 2]};
		struct text none = {0}, tree DEFER(text_free) = {0}, root DEFER(text_free) = {0};
		const struct text *with = i % 2 ? &salt : &none;
		uint64_t jobs = i % 2 ? 7 : 1;
		struct cursor parts[2] = {cursor_over(part.data, part.len / 3, DIAG_SYSTEM),
		                          cursor_over(part.data + part.len / 3,
		                                      part.len - part.len / 3, DIAG_SYSTEM)};
		struct pagetree *ours =
			pagetree_new(parts, 2, (const uint8_t *)with->data, with->len);
		size_t size;
		sign_tree(&part, with, &tree, &root);
		for (uint64_t job = 0; job < jobs; job++)
			pagetree_run(ours, job, jobs);
		pagetree_finish(ours);
		assert_memory_equal(pagetree_root(ours), root.data, PAGETREE_HASH);
		const uint8_t *bytes = pagetree_bytes(ours, &size);
		assert_int_equal(size, tree.len);
		assert_memory_equal(bytes, tree.data, size);
		pagetree_free(ours);
	}
}

static int read_keys(void **state)
{
	(void)state;
	if (!digest_start().ok)
		return -1;
	for (int i = 0; i < KEYS; i++)
		keys[i] = signing_key(key_names[i]);
	return 0;
}

static int free_keys(void **state)
{
	(void)state;
	for (int i = 0; i < KEYS; i++)
		sign_key_free(&keys[i]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_algorithm_verifies),
		cmocka_unit_test(schemes_count_by_version),
		cmocka_unit_test(pairs_are_named),
		cmocka_unit_test(rotation_is_followed),
		cmocka_unit_test(rotation_by_version),
		cmocka_unit_test(version_ranges_must_join),
		cmocka_unit_test(signers_have_a_limit),
		cmocka_unit_test(the_manifest_asks_for_schemes),
		cmocka_unit_test(versions_of_the_manifest),
		cmocka_unit_test(packages_are_known_by_their_contents),
		cmocka_unit_test(a_limit_leaves_the_answer_open),
		cmocka_unit_test(the_file_beside_the_package),
		cmocka_unit_test(stamps_are_verified_apart),
		cmocka_unit_test(trees_of_all_sizes),
	};

	return cmocka_run_group_tests(tests, read_keys, free_keys);
}
