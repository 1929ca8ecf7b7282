/*
 * test_sign.c - the signer of fixtures. Android's own verifier judges it in
 * tests/signatures/signer.sh; here stands what that cannot see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

static struct sign_key key_read(const char *name)
{
	struct text path DEFER(text_free) = {0};
	struct sign_key key = {0};

	text_printf(&path, "tests/signatures/keys/TEST-%s.pem", name);
	if (!sign_key_read(path.data, path.data, &key).ok)
		fail_msg("%s", fault_last()->why);
	return key;
}

/* A package of two entries. */
static struct text package(void)
{
	struct zip_maker zip = {0};
	struct text out = {0}, manifest = {0}, code = {0};

	text_puts(&manifest, "<manifest/>");
	for (unsigned i = 0; i < 3000; i++)
		text_printf(&code, "line %u\n", i);
	zip_maker_add(&zip, "AndroidManifest.xml", &manifest, false);
	zip_maker_add(&zip, "classes.dex", &code, true);
	assert_true(zip_maker_write(&zip, &out).ok);
	zip_maker_free(&zip);
	return out;
}

static size_t find(const struct text *in, const char *bytes, size_t len)
{
	const char *at = memmem(in->data, in->len, bytes, len);

	return at ? (size_t)(at - in->data) : SIZE_MAX;
}

static bool verified(const struct sign_key *key, enum sign_family family, const char *hash,
                     const struct text *message, const struct text *signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL;

	assert_int_equal(
		EVP_DigestVerifyInit(context, &options, EVP_get_digestbyname(hash), NULL, key->key),
		1);
	if (family == SIGN_PSS) {
		EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
	}
	bool good =
		EVP_DigestVerify(context, (const unsigned char *)signature->data, signature->len,
	                         (const unsigned char *)message->data, message->len) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

static void plain_signatures_verify_and_are_the_same_each_time(void **state)
{
	static const struct {
		const char *key;
		enum sign_family family;
		const char *hash;
	} rows[] = {
		{"rsa2048", SIGN_RSA, "SHA256"}, {"rsa1024", SIGN_RSA, "SHA1"},
		{"rsa2048", SIGN_PSS, "SHA256"}, {"rsa4096", SIGN_PSS, "SHA512"},
		{"p256", SIGN_ECDSA, "SHA256"},  {"p384", SIGN_ECDSA, "SHA512"},
		{"p521", SIGN_ECDSA, "SHA512"},  {"p256", SIGN_ECDSA, "SHA512"},
		{"dsa1024", SIGN_DSA, "SHA1"},   {"dsa2048", SIGN_DSA, "SHA256"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sign_key key DEFER(sign_key_free) = key_read(rows[i].key);
		struct text message DEFER(text_free) = {0}, once DEFER(text_free) = {0};
		struct text again DEFER(text_free) = {0};
		text_printf(&message, "message %zu", i);
		assert_true(sign_raw(&key, rows[i].family, rows[i].hash, &message, &once).ok);
		assert_true(sign_raw(&key, rows[i].family, rows[i].hash, &message, &again).ok);
		assert_int_equal(once.len, again.len);
		assert_memory_equal(once.data, again.data, once.len);
		assert_true(verified(&key, rows[i].family, rows[i].hash, &message, &once));
		message.data[0] ^= 1;
		assert_false(verified(&key, rows[i].family, rows[i].hash, &message, &once));
	}
}

static void a_key_of_another_family_does_not_sign(void **state)
{
	struct sign_key key DEFER(sign_key_free) = key_read("p256");
	struct text message DEFER(text_free) = {0}, out DEFER(text_free) = {0};

	(void)state;
	text_puts(&message, "m");
	assert_false(sign_raw(&key, SIGN_RSA, "SHA256", &message, &out).ok);
	assert_int_equal(out.len, 0);
}

static void entries_stay_where_they_are(void **state)
{
	struct sign_key key DEFER(sign_key_free) = key_read("p256");
	struct text plain DEFER(text_free) = package(), zip DEFER(text_free) = package();
	struct sign_request request = {.schemes = SIGN_WITH_V1 | SIGN_WITH_V2 | SIGN_WITH_V3,
	                               .keys = {&key},
	                               .key_count = 1};
	struct sign_zip before, after;

	(void)state;
	assert_true(sign_apk(&zip, &request).ok);
	assert_true(sign_zip_read(&plain, &before).ok);
	assert_true(sign_zip_read(&zip, &after).ok);
	assert_int_equal(after.count, before.count + 3);
	assert_memory_equal(plain.data, zip.data, before.directory);
	assert_memory_equal(zip.data + after.directory - 16, "APK Sig Block 42", 16);
}

static RESULT lines_check(void *longest, const char *name, const struct text *body)
{
	size_t line = 0;

	if (strcmp(name, "META-INF/MANIFEST.MF") != 0)
		return OK;
	for (size_t i = 0; i < body->len; i++) {
		line = body->data[i] == '\n' ? 0 : line + 1;
		if (line > *(size_t *)longest)
			*(size_t *)longest = line;
	}
	assert_non_null(memmem(body->data, body->len, "\r\n ", 3));
	return OK;
}

static void long_names_are_broken_into_lines(void **state)
{
	struct sign_key key DEFER(sign_key_free) = key_read("rsa2048");
	const struct sign_key *keys[] = {&key};
	struct sign_jar jar = {.android = "2, 3"};
	struct zip_maker maker = {0};
	struct text zip DEFER(text_free) = {0}, body = {0}, name DEFER(text_free) = {0};
	size_t longest = 0;

	(void)state;
	text_puts(&name, "assets/");
	for (int i = 0; i < 30; i++)
		text_puts(&name, "a long name ");
	text_puts(&body, "x");
	zip_maker_add(&maker, name.data, &body, false);
	assert_true(zip_maker_write(&maker, &zip).ok);
	zip_maker_free(&maker);
	assert_true(sign_jar(&zip, &jar, keys, 1).ok);
	assert_true(sign_zip_visit(&zip, lines_check, &longest).ok);
	assert_int_equal(longest, 71);
}

static void rotation_needs_the_schemes_it_rests_on(void **state)
{
	struct sign_key old DEFER(sign_key_free) = key_read("rsa2048");
	struct sign_key new DEFER(sign_key_free) = key_read("rsa2048-new");
	struct text zip DEFER(text_free) = package();
	struct sign_request request = {
		.schemes = SIGN_WITH_V3 | SIGN_WITH_V31, .keys = {&new}, .key_count = 1};

	(void)state;
	assert_false(sign_apk(&zip, &request).ok);
	request.lineage[request.lineage_count++] = &old;
	assert_true(sign_apk(&zip, &request).ok);
	/* v3.1 with its lineage, v3 with the version from which it is to be ignored */
	assert_true(find(&zip, "\x61\xad\x93\x1b", 4) != SIZE_MAX);
	assert_true(find(&zip, "\xc0\x68\x53\xf0", 4) != SIZE_MAX);
	assert_true(find(&zip, "\x02\x8b\x9f\x55\x21\0\0\0", 8) != SIZE_MAX);
	assert_true(find(&zip, "\x8c\x6f\xa0\x3b", 4) != SIZE_MAX);
}

static void a_block_that_is_cut_out_leaves_the_package_as_it_was(void **state)
{
	struct sign_key key DEFER(sign_key_free) = key_read("p256");
	struct text plain DEFER(text_free) = package(), zip DEFER(text_free) = package();
	struct sign_request request = {.schemes = SIGN_WITH_V2, .keys = {&key}, .key_count = 1};

	(void)state;
	assert_true(sign_apk(&zip, &request).ok);
	assert_true(zip.len > plain.len);
	assert_true(sign_attack_strip_block(&zip).ok);
	assert_int_equal(zip.len, plain.len);
	assert_memory_equal(zip.data, plain.data, plain.len);
	assert_false(sign_attack_strip_block(&zip).ok);
}

static RESULT entry_count(void *count, const char *name, const struct text *body)
{
	(void)name;
	(void)body;
	++*(unsigned *)count;
	return OK;
}

static void attacked_packages_are_still_archives(void **state)
{
	struct sign_key key DEFER(sign_key_free) = key_read("p256");
	struct text bytes DEFER(text_free) = {0};
	struct sign_request request = {
		.schemes = SIGN_WITH_V1 | SIGN_WITH_V2, .keys = {&key}, .key_count = 1};

	(void)state;
	text_puts(&bytes, "dex\n035");
	for (int i = 0; i < 5; i++) {
		struct text zip DEFER(text_free) = package();
		struct result result = OK;
		unsigned count = 0;
		assert_true(sign_apk(&zip, &request).ok);
		size_t len = zip.len;
		switch (i) {
		case 0:
			result = sign_attack_prefix(&zip, &bytes);
			break;
		case 1:
			result = sign_attack_before_block(&zip, &bytes);
			break;
		case 2:
			result = sign_attack_after_block(&zip, &bytes);
			break;
		case 3:
			result = sign_attack_tail(&zip, &bytes, true);
			break;
		default:
			result = sign_attack_strip_pair(&zip, SIGN_V2);
			len -= bytes.len;
			break;
		}
		assert_true(result.ok);
		assert_int_equal(zip.len, len + bytes.len);
		assert_true(sign_zip_visit(&zip, entry_count, &count).ok);
		assert_int_equal(count, 5);
	}
}

/* A verity root over the empty last page and a single page are easy to get wrong. */
static void trees_have_a_level_for_every_128_pages(void **state)
{
	static const struct {
		size_t size, tree;
	} rows[] = {{1, 4096},
	            {4096, 4096},
	            {4097, 4096},
	            {128 * 4096, 4096},
	            {128 * 4096 + 1, 3 * 4096}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text data DEFER(text_free) = {0}, tree DEFER(text_free) = {0};
		struct text root DEFER(text_free) = {0}, salt = {0};
		bytes_zero(&data, rows[i].size);
		sign_tree(&data, &salt, &tree, &root);
		assert_int_equal(tree.len, rows[i].tree);
		assert_int_equal(root.len, 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_signatures_verify_and_are_the_same_each_time),
		cmocka_unit_test(a_key_of_another_family_does_not_sign),
		cmocka_unit_test(entries_stay_where_they_are),
		cmocka_unit_test(long_names_are_broken_into_lines),
		cmocka_unit_test(rotation_needs_the_schemes_it_rests_on),
		cmocka_unit_test(a_block_that_is_cut_out_leaves_the_package_as_it_was),
		cmocka_unit_test(attacked_packages_are_still_archives),
		cmocka_unit_test(trees_have_a_level_for_every_128_pages),
	};

	return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
