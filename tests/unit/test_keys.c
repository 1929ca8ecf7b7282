/* test_keys.c - keys in every structure, key stores, and what is no key. */
#include "probe.h"

#include <stdio.h>

#include "base/digest.h"
#include "formats/keys.h"
#include "key_samples.h"

static void look(struct probe *probe, const char *name, const void *bytes, size_t len)
{
	probe_open(probe, name);
	probe_run(probe, &format_pem, bytes, len);
	probe_run(probe, &format_der, bytes, len);
	probe_finish(probe);
}

static void every_structure_is_read(void **state)
{
	static const struct {
		const char *text, *format, *kind, *type, *bits, *curve, *encrypted;
	} keys[] = {
		{sample_pkcs8_ec, "pkcs8", "private", "EC", "256", "secp256r1", "false"},
		{sample_sec1_ec, "sec1", "private", "EC", "256", "secp256r1", "false"},
		{sample_pkcs8_sm2, "pkcs8", "private", "SM2", "256", "sm2p256v1", "false"},
		{sample_pkcs8_x25519, "pkcs8", "private", "X25519", "253", NULL, "false"},
		{sample_pkcs1_rsa, "pkcs1", "private", "RSA", "1024", NULL, "false"},
		{sample_public_rsa, "spki", "public", "RSA", "1024", NULL, "false"},
		{sample_public_rsa_pkcs1, "pkcs1", "public", "RSA", "1024", NULL, "false"},
		{sample_traditional_dsa, "pkcs1", "private", "DSA", "1024", NULL, "false"},
		{sample_openssh, "openssh", "private", "Ed25519", "256", NULL, "false"},
		{sample_pkcs8_encrypted, "pkcs8", "private", "unknown", NULL, NULL, "true"},
		{sample_legacy_encrypted_ec, "sec1", "private", "EC", NULL, NULL, "true"},
	};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		look(&probe, "k.txt", keys[i].text, strlen(keys[i].text));
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 1);
		assert_fact(&probe, 0, FACT_KEY_FORMAT, keys[i].format);
		assert_fact(&probe, 0, FACT_KEY_KIND, keys[i].kind);
		assert_fact(&probe, 0, FACT_KEY_TYPE, keys[i].type);
		assert_fact(&probe, 0, FACT_KEY_ENCRYPTED, keys[i].encrypted);
		if (keys[i].bits)
			assert_fact(&probe, 0, FACT_KEY_BITS, keys[i].bits);
		else
			assert_null(probe_value(&probe, 0, FACT_KEY_BITS));
		if (keys[i].curve)
			assert_fact(&probe, 0, FACT_KEY_CURVE, keys[i].curve);
		assert_true(probe_issue(&probe, "KEY_ENCRYPTED") ==
		            !strcmp(keys[i].encrypted, "true"));
		assert_int_equal(fact_doc_count(probe.doc, ROW_GAP), 0);
		probe_close(&probe);
	}
}

/* A private key and its public key are known to belong together. */
static void the_public_part_is_hashed(void **state)
{
	struct probe secret, open;

	(void)state;
	look(&secret, "a.pem", sample_pkcs1_rsa, strlen(sample_pkcs1_rsa));
	look(&open, "b.pem", sample_public_rsa, strlen(sample_public_rsa));
	assert_fact(&secret, 0, FACT_KEY_SHA256, probe_value(&open, 0, FACT_KEY_SHA256));
	probe_close(&secret);
	probe_close(&open);
}

static void a_bare_der_key_is_read_under_any_name(void **state)
{
	struct probe probe;

	(void)state;
	look(&probe, "assets/blob", sample_pkcs8_der, sizeof sample_pkcs8_der);
	assert_fact(&probe, 0, FACT_KEY_ENCODING, "der");
	assert_fact(&probe, 0, FACT_KEY_SHA256,
	            "3420cd57cc8a3dcc29b2912f07e1405e088e97fd472ba739aab98b9c11e75d83");
	probe_close(&probe);
	/* one byte less is another file that begins with 0x30 */
	look(&probe, "assets/blob", sample_pkcs8_der, sizeof sample_pkcs8_der - 1);
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
	assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
	probe_close(&probe);
}

static void a_damaged_key_is_reported(void **state)
{
	uint8_t damaged[sizeof sample_pkcs8_der];
	struct probe probe;

	(void)state;
	memcpy(damaged, sample_pkcs8_der, sizeof damaged);
	/* the last byte of the public point: it no longer lies on the curve */
	damaged[sizeof damaged - 1] ^= 1;
	look(&probe, "k.der", damaged, sizeof damaged);
	assert_true(probe_issue(&probe, "KEY_PARSE"));
	assert_fact(&probe, 0, FACT_KEY_TYPE, "EC");
	assert_null(probe_value(&probe, 0, FACT_KEY_SHA256));
	assert_fact(&probe, 0, FACT_GAP_CODE, "KEY_PARSE");
	probe_close(&probe);
}

static void armour_alone_tells_of_a_key(void **state)
{
	static const char pgp[] =
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: x\n\nlQHYBF\n=ab\n"
		"-----END PGP PRIVATE KEY BLOCK-----\n";
	static const char putty[] = "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: aes256-cbc\n"
				    "Comment: x\nPublic-Lines: 1\nAAAA\n";
	struct probe probe;

	(void)state;
	look(&probe, "a.asc", pgp, sizeof pgp - 1);
	assert_fact(&probe, 0, FACT_KEY_FORMAT, "pgp");
	assert_null(probe_value(&probe, 0, FACT_KEY_TYPE));
	assert_true(probe_issue(&probe, "KEY_PARSE"));
	probe_close(&probe);
	look(&probe, "a.ppk", putty, sizeof putty - 1);
	assert_fact(&probe, 0, FACT_KEY_FORMAT, "putty");
	assert_fact(&probe, 0, FACT_KEY_TYPE, "RSA");
	assert_fact(&probe, 0, FACT_KEY_ENCRYPTED, "true");
	probe_close(&probe);
}

/* Keys of programs, in files of their own. */
static void keys_of_programs_are_read(void **state)
{
	static const struct {
		const char *path, *format, *kind, *type, *bits, *encrypted, *cipher, *iterations;
	} keys[] = {
		{"pem/putty2.ppk", "putty", "private", "EC", "256", "false", NULL, NULL},
		{"pem/putty3.ppk", "putty", "private", "EC", "256", "true", "aes256-cbc", "34"},
		{"pem/ssh2.pub", "ssh2", "public", "EC", "256", "false", NULL, NULL},
		{"pem/ssh2-locked.key", "ssh2", "private", "RSA", NULL, "true", "3des-cbc", NULL},
		{"pem/ssh2-open.key", "ssh2", "private", "RSA", NULL, "false", NULL, NULL},
		{"pem/pgp-locked.asc", "pgp", "private", "Ed25519", "256", "true", "AES-128", NULL},
		{"keys/pgp.sec", "pgp", "private", "Ed25519", "256", "false", NULL, NULL},
		{"keys/pgp-subkey.sec", "pgp", "private", "Ed25519", "256", "false", NULL, NULL},
		{"keys/pgp-rsa.sec", "pgp", "private", "RSA", "1024", "false", NULL, NULL},
		{"keys/pgp-dsa.sec", "pgp", "private", "DSA", "1024", "false", NULL, NULL},
	};
	static uint8_t bytes[64 << 10];
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		char path[256];
		snprintf(path, sizeof path, "tests/corpus/%s", keys[i].path);
		FILE *file = fopen(path, "rb");
		assert_non_null(file);
		size_t len = fread(bytes, 1, sizeof bytes, file);
		fclose(file);
		look(&probe, "k", bytes, len);
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY),
		                 strstr(path, "subkey") ? 2 : 1);
		assert_fact(&probe, 0, FACT_KEY_FORMAT, keys[i].format);
		assert_fact(&probe, 0, FACT_KEY_KIND, keys[i].kind);
		assert_fact(&probe, 0, FACT_KEY_TYPE, keys[i].type);
		assert_fact(&probe, 0, FACT_KEY_ENCRYPTED, keys[i].encrypted);
		const char *const values[][2] = {
			{keys[i].bits, probe_value(&probe, 0, FACT_KEY_BITS)},
			{keys[i].cipher, probe_value(&probe, 0, FACT_KEY_CIPHER)},
			{keys[i].iterations, probe_value(&probe, 0, FACT_KEY_ITERATIONS)},
		};
		for (size_t j = 0; j < 3; j++) {
			if (values[j][0])
				assert_string_equal(values[j][1], values[j][0]);
			else
				assert_null(values[j][1]);
		}
		assert_int_equal(fact_doc_count(probe.doc, ROW_GAP), 0);
		probe_close(&probe);
	}
}

/* How a key is encrypted is told, and it stays closed. */
static void encryption_is_told(void **state)
{
	struct probe probe;

	(void)state;
	look(&probe, "k.pem", sample_pkcs8_encrypted, strlen(sample_pkcs8_encrypted));
	assert_non_null(probe_value(&probe, 0, FACT_KEY_CIPHER));
	assert_memory_equal(probe_value(&probe, 0, FACT_KEY_CIPHER), "PBE", 3);
	assert_non_null(probe_value(&probe, 0, FACT_KEY_ITERATIONS));
	assert_null(probe_value(&probe, 0, FACT_KEY_GUESSABLE));
	probe_close(&probe);
	look(&probe, "k.pem", sample_legacy_encrypted_ec, strlen(sample_legacy_encrypted_ec));
	assert_non_null(strstr(probe_value(&probe, 0, FACT_KEY_CIPHER), "CBC"));
	assert_null(probe_value(&probe, 0, FACT_KEY_ITERATIONS));
	probe_close(&probe);
}

/* RSA of 512 bits with exponent 3 and factors that are neighbours. */
static void weak_keys_are_told(void **state)
{
	static const char key[] =
		"-----BEGIN RSA PUBLIC "
	        "KEY-----\nMEYCQQDy40P6GXvDYRXfxenIcP0vAp3drifirE7sHVezfGIHAPBFli5G/f/8bMyh\n"
		"aS0AeUCr9p5GMpTimOQQe+LvyQKLAgED\n"
		"-----END RSA PUBLIC KEY-----\n";
	struct probe probe;

	(void)state;
	look(&probe, "k.pem", key, sizeof key - 1);
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY_WEAKNESS), 2);
	assert_fact(&probe, 0, FACT_KEY_WEAKNESS_KIND, "small-exponent");
	assert_fact(&probe, 1, FACT_KEY_WEAKNESS_KIND, "close-factors");
	assert_fact(&probe, 0, FACT_KEY_EXPONENT, "3");
	probe_close(&probe);
	look(&probe, "k.pem", sample_public_rsa, strlen(sample_public_rsa));
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY_WEAKNESS), 0);
	assert_fact(&probe, 0, FACT_KEY_EXPONENT, "65537");
	probe_close(&probe);
}

static int start(void **state)
{
	(void)state;
	return digest_start().ok && keys_start().ok ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_structure_is_read),
		cmocka_unit_test(the_public_part_is_hashed),
		cmocka_unit_test(a_bare_der_key_is_read_under_any_name),
		cmocka_unit_test(a_damaged_key_is_reported),
		cmocka_unit_test(armour_alone_tells_of_a_key),
		cmocka_unit_test(keys_of_programs_are_read),
		cmocka_unit_test(encryption_is_told),
		cmocka_unit_test(weak_keys_are_told),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
