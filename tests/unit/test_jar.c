/*
 * test_jar.c - JAR signing: packages are signed here, with OpenSSL and text, and changed.
 */
#include "jarmake.h"

#include "signing/jarmanifest.h"

static void a_signed_package_verifies(void **state)
{
	struct plan plan = usual();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct verdict verdict = plain(&plan, i ? &java : &android);
		assert_string_equal(verdict.code, "");
		assert_true(verdict.present);
		assert_true(verdict.verified_signer);
		assert_int_equal(verdict.signers, 1);
		assert_int_equal(verdict.unprotected, 0);
		assert_string_equal(verdict.digests, "SHA256");
		assert_false(verdict.weak);
	}
	plan.end = "\n";
	assert_string_equal(plain(&plan, &android).code, "");
	plan.end = "\r";
	assert_string_equal(plain(&plan, &android).code, "");
	plan.only_sections = true;
	assert_string_equal(plain(&plan, &android).code, "");
	assert_string_equal(plain(&plan, &java).code, "");
}

/* Entries that nobody handed in are read at the end, with the same answer. */
static void entries_are_read_late(void **state)
{
	struct plan plan = usual();
	struct made made;

	(void)state;
	make(&plan, &made);
	add_contents(&made);
	add_meta(&made, "CERT");
	assert_string_equal(look(&made, &android, false).code, "");
	discard(&made);
}

static void weak_hashes_are_told(void **state)
{
	struct plan plan = usual();

	(void)state;
	plan.digest = "SHA1";
	struct verdict verdict = plain(&plan, &android);
	assert_string_equal(verdict.code, "");
	assert_true(verdict.weak);
	assert_string_equal(verdict.digests, "SHA1");
	plan.digest = "SHA-512";
	plan.hash = EVP_sha1();
	assert_true(plain(&plan, &android).weak);
	plan.hash = EVP_md5();
	assert_string_equal(plain(&plan, &android).code, "");
	assert_string_equal(plain(&plan, &java).code, "ALGORITHM_WEAK");
	plan.hash = EVP_sha256();
	plan.digest = "MD5";
	assert_string_equal(plain(&plan, &java).code, "SECTION_DIGEST_MISSING");
}

/* Versions of Android differ in what they look at. */
static void versions_differ(void **state)
{
	static const struct {
		int64_t min, max;
		const char *digest;
		unsigned flags;
		const char *code;
	} cases[] = {
		{9, 17, "SHA-512", CMS_NOATTR, "SIGNATURES_UNSUPPORTED"}, /* SHA-256 in the block */
		{1, 8, "SHA1", CMS_NOATTR, ""},
		{18, 18, "SHA1", CMS_NOATTR, ""},
		{18, INT32_MAX, "SHA-256", 0, "SIGNER_UNFIT"}, /* signed attributes before 19 */
		{19, INT32_MAX, "SHA-256", 0, ""},
		{1, 8, "SHA-512", CMS_NOATTR, "ENTRY_UNLISTED"},
		{18, 23, "MD5", CMS_NOATTR, "ENTRY_UNLISTED"},
		{24, INT32_MAX, "SHA-256", CMS_USE_KEYID, "BLOCK_MALFORMED"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct plan plan = usual();
		struct jar_request request = {.min_sdk = cases[i].min, .max_sdk = cases[i].max};
		plan.digest = cases[i].digest;
		plan.flags = cases[i].flags;
		struct verdict verdict = plain(&plan, &request);
		if (i == 5 || i == 6) /* the sections have no digest that is known, either */
			assert_string_equal(verdict.code, "SECTION_DIGEST_MISSING");
		else
			assert_string_equal(verdict.code, cases[i].code);
	}
}

static void contents_must_be_those_signed(void **state)
{
	struct plan plan = usual();
	struct made made;

	(void)state;
	for (int mode = 0; mode < 2; mode++) {
		make(&plan, &made);
		add(&made, "a.txt", "First", 5, 0);
		add(&made, "dir/b.txt", content_b, strlen(content_b), 0);
		add_meta(&made, "CERT");
		struct verdict verdict = look(&made, mode ? &java : &android, true);
		assert_string_equal(verdict.code, "ENTRY_DIGEST_WRONG");
		assert_string_equal(verdict.entry, "a.txt");
		assert_int_equal(verdict.unprotected, 2);
		discard(&made);
	}
}

static void coverage_differs_by_platform(void **state)
{
	struct plan plan = usual();
	struct made made;

	(void)state;
	for (int mode = 0; mode < 2; mode++) {
		make(&plan, &made);
		add_contents(&made);
		add(&made, "extra.txt", "x", 1, 0);
		add(&made, "META-INF/services/x", "x", 1, 0);
		add_meta(&made, "CERT");
		struct verdict verdict = look(&made, mode ? &java : &android, true);
		assert_string_equal(verdict.code, mode ? "" : "ENTRY_UNLISTED");
		assert_int_equal(verdict.unprotected, mode ? 2 : 4);
		discard(&made);
	}
	make(&plan, &made);
	add(&made, "a.txt", content_a, strlen(content_a), 0);
	add_meta(&made, "CERT");
	assert_string_equal(look(&made, &android, true).code, "ENTRY_MISSING");
	discard(&made);
}

static void a_name_twice_is_refused(void **state)
{
	struct plan plan = usual();
	struct made made;

	(void)state;
	make(&plan, &made);
	add_contents(&made);
	add(&made, "a.txt", content_a, strlen(content_a), 0);
	add_meta(&made, "CERT");
	struct verdict verdict = look(&made, &android, true);
	assert_string_equal(verdict.code, "NAME_TWICE");
	assert_int_equal(verdict.refusals, 1);
	discard(&made);
}

static void manifests_must_be_those_signed(void **state)
{
	static const struct {
		const char *from, *to, *code;
		bool sections;
	} cases[] = {
		{"Version: 1.0", "Version: 1.1", "", true}, /* nothing says what it was */
		{"Version: 1.0", "Version: 1.1", "", false},
		{"Digest", "digest", "SECTION_DIGEST_WRONG", true},
		{"Digest", "digest", "SECTION_DIGEST_WRONG", false},
		{"Name: a.txt", "Name: c.txt", "ENTRY_MISSING", false},
		{"Name: a.txt", "Nama: a.txt", "SECTION_UNNAMED", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct plan plan = usual();
		struct made made;
		plan.only_sections = cases[i].sections;
		make(&plan, &made);
		char *at = strstr(made.manifest.data, cases[i].from);
		assert_non_null(at);
		memcpy(at, cases[i].to, strlen(cases[i].to));
		add_contents(&made);
		add_meta(&made, "CERT");
		assert_string_equal(look(&made, &android, true).code, cases[i].code);
		discard(&made);
	}
}

static void damage_of_the_listings_is_named(void **state)
{
	static const struct {
		const char *manifest_add, *file_head, *file, *code;
	} cases[] = {
		{"Name: a.txt\r\n\r\n", NULL, NULL, "SECTION_TWICE"},
		{NULL, "Created-By: x", NULL, "NOT_SIGNED"}, /* no Signature-Version */
		{NULL, NULL, "Signature-Version: 1.0\r\n\r\n", "ENTRY_UNSIGNED"},
		{NULL, NULL, "Signature-Version: 1.0\r\n\r\nName: zz\r\n\r\n", "NOT_SIGNED"},
		{NULL, "Signature-Version: 1.0\r\nSHA-256-Digest-Manifest: !", NULL,
	         "LISTING_MALFORMED"},
		{NULL,
	         "Signature-Version: 1.0\r\nSHA-256-Digest-Manifest-Main-Attributes: "
	         "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	         NULL, "MAIN_DIGEST_WRONG"},
		{NULL, NULL, "\r\n", "LISTING_MALFORMED"},
		{NULL, "Signature-Version: 1.0\r\nX-Android-APK-Signed: 2, 3", NULL,
	         "SCHEME_STRIPPED"},
		{NULL, "Signature-Version: 1.0\r\nX-Android-APK-Signed: 9,x,-1, 40", NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct jar_request request = android;
		struct plan plan = usual();
		request.schemes_known = 12;
		request.schemes_found = 4;
		plan.manifest_add = cases[i].manifest_add;
		plan.file_head = cases[i].file_head;
		plan.file = cases[i].file;
		struct verdict verdict = plain(&plan, &request);
		assert_string_equal(verdict.code, cases[i].code);
		if (i == 7)
			assert_int_equal(verdict.schemes, 12);
		if (i == 8)
			assert_int_equal(verdict.schemes, 1 << 9);
	}
}

static void signers_are_counted(void **state)
{
	struct plan plan = usual();

	(void)state;
	for (int count = 10; count <= 11; count++) {
		struct made made;
		char name[64];
		make(&plan, &made);
		add_contents(&made);
		add_meta(&made, "CERT");
		for (int i = 1; i < count; i++) {
			snprintf(name, sizeof name, "META-INF/%d.SF", i);
			add(&made, name, made.file.data, made.file.len, 0);
			snprintf(name, sizeof name, "META-INF/%d.EC", i);
			add(&made, name, made.block.data, made.block.len, 0);
		}
		struct verdict verdict = look(&made, &android, true);
		assert_string_equal(verdict.code, count > 10 ? "SIGNERS_TOO_MANY" : "");
		assert_int_equal(verdict.signers, count > 10 ? 0 : 10);
		discard(&made);
	}
}

static void blocks_must_verify(void **state)
{
	struct plan plan = usual();
	struct made made;

	(void)state;
	make(&plan, &made);
	made.block.data[made.block.len - 1] ^= 1;
	add_contents(&made);
	add_meta(&made, "CERT");
	struct verdict verdict = look(&made, &android, true);
	assert_string_equal(verdict.code, "SIGNATURE_WRONG");
	assert_string_equal(verdict.entry, "META-INF/CERT.RSA");
	assert_false(verdict.verified_signer);
	discard(&made);
	make(&plan, &made);
	made.block.data[0] = 0x31;
	add_contents(&made);
	add_meta(&made, "CERT");
	assert_string_equal(look(&made, &android, true).code, "BLOCK_MALFORMED");
	discard(&made);
}

static void key_usage_counts(void **state)
{
	X509 *kept = certificate;
	struct plan plan = usual();

	(void)state;
	certificate = self_signed(1);
	assert_string_equal(plain(&plan, &android).code, "SIGNER_UNFIT");
	assert_string_equal(plain(&plan, &java).code, "SIGNER_UNFIT");
	X509_free(certificate);
	certificate = kept;
}

static void what_is_not_signed_says_so(void **state)
{
	struct made made = {0};

	(void)state;
	add_contents(&made);
	struct verdict verdict = look(&made, &android, true);
	assert_string_equal(verdict.code, "NOT_SIGNED");
	assert_false(verdict.present);
	assert_int_equal(verdict.unprotected, 2);
	discard(&made);
}

/* Java knows META-INF in any case of letters, Android does not. */
static void letters_of_names_count(void **state)
{
	struct plan plan = usual();

	(void)state;
	for (int mode = 0; mode < 2; mode++) {
		struct made made;
		make(&plan, &made);
		add_contents(&made);
		add(&made, "META-INF/MANIFEST.MF", made.manifest.data, made.manifest.len, 0);
		add(&made, "META-INF/cert.sf", made.file.data, made.file.len, 0);
		add(&made, "META-INF/cert.rsa", made.block.data, made.block.len, 0);
		assert_string_equal(look(&made, mode ? &java : &android, true).code,
		                    mode ? "" : "NOT_SIGNED");
		discard(&made);
	}
}

/* Local headers that say otherwise, and sizes that are not so. */
static void headers_must_agree(void **state)
{
	struct plan plan = usual();
	static const struct zipmake_entry wrong[] = {
		{.name = "a.txt", .data = content_a, .crc_add = 0, .local_size_add = 1},
		{.name = "a.txt", .data = content_a, .method = 8, .size_add = 1},
		{.name = "a.txt", .data = content_a, .local_flags_add = 8},
		{.name = "a.txt", .data = content_a, .local_name = "A.txt"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct made made;
		make(&plan, &made);
		zipmake_add(&made.zip, &wrong[i]);
		add(&made, "dir/b.txt", content_b, strlen(content_b), 0);
		add_meta(&made, "CERT");
		assert_string_equal(look(&made, &android, true).code, "ENTRY_MALFORMED");
		discard(&made);
	}
}

static void sections_are_read(void **state)
{
	static const char text[] = "\n\nManifest-Version: 1.0\r\nA: b: c\nno value\n"
				   " one\r\n two\n\nName: x\r\r\rname: long\n er\n\nNot: named\n\n"
				   "Name: x\nEnd: yes";
	struct jar_manifest manifest;
	struct text value = {0};
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_true(jar_manifest_read(cursor_over(text, sizeof text - 1, DIAG_ARCHIVE_DATA), &arena,
	                              &manifest)
	                    .ok);
	assert_int_equal(manifest.main.at, 2);
	assert_int_equal(manifest.count, 4);
	assert_int_equal(manifest.named, 3);
	assert_true(jar_manifest_value(&manifest, &manifest.main, "a", &value));
	assert_string_equal(value.data, "b: c");
	assert_true(jar_manifest_value(&manifest, &manifest.main, "no valueonetwo", &value));
	assert_int_equal(value.len, 0);
	assert_int_equal(manifest.sections[1].name_len, 6);
	assert_memory_equal(manifest.sections[1].name, "longer", 6);
	assert_ptr_equal(jar_manifest_find(&manifest, "x", 1), &manifest.sections[0]);
	assert_ptr_equal(jar_manifest_twice(&manifest), &manifest.sections[3]);
	assert_int_equal(manifest.sections[0].len, 9);
	assert_null(jar_manifest_find(&manifest, "lon", 3));
	text_free(&value);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_package_verifies),
		cmocka_unit_test(entries_are_read_late),
		cmocka_unit_test(weak_hashes_are_told),
		cmocka_unit_test(versions_differ),
		cmocka_unit_test(contents_must_be_those_signed),
		cmocka_unit_test(coverage_differs_by_platform),
		cmocka_unit_test(a_name_twice_is_refused),
		cmocka_unit_test(manifests_must_be_those_signed),
		cmocka_unit_test(damage_of_the_listings_is_named),
		cmocka_unit_test(signers_are_counted),
		cmocka_unit_test(blocks_must_verify),
		cmocka_unit_test(key_usage_counts),
		cmocka_unit_test(what_is_not_signed_says_so),
		cmocka_unit_test(letters_of_names_count),
		cmocka_unit_test(headers_must_agree),
		cmocka_unit_test(sections_are_read),
	};

	if (!digest_start().ok)
		return 1;
	key = EVP_RSA_gen(2048);
	certificate = self_signed(0);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return failed;
}
