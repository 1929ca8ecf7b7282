/* test_keystore.c - key stores of every kind: what opens them, and what is in them. */
#include "probe.h"

#include <stdio.h>

#include "base/digest.h"
#include "crypto/pbe.h"
#include "formats/keys.h"

#define FOLDER "tests/corpus/keystore/"

enum { FILE_MAX = 64 << 10 };

static size_t load(const char *name, uint8_t *out)
{
	char path[256];
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, "%s%s", FOLDER, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(out, 1, FILE_MAX, file);
	fclose(file);
	return len;
}

static void look(struct probe *probe, const char *name, const void *bytes, size_t len)
{
	probe_open(probe, name);
	assert_true(probe_run(probe, &format_der, bytes, len));
	probe_finish(probe);
}

static void look_at(struct probe *probe, const char *name)
{
	static uint8_t bytes[FILE_MAX];

	look(probe, name, bytes, load(name, bytes));
}

static const char *value(const struct probe *probe, size_t index, enum fact_attr attr)
{
	const char *found = probe_value(probe, index, attr);

	return found ? found : "-";
}

/* Names, kinds and chain lengths, as "name kind 1; ..." */
static void list_aliases(const struct probe *probe, char *out, size_t room)
{
	size_t len = 0;

	*out = '\0';
	for (size_t i = 0; i < fact_doc_count(probe->doc, ROW_ALIAS) && len < room; i++)
		len += (size_t)snprintf(out + len, room - len, "%s%s %s %s", i ? "; " : "",
		                        value(probe, i, FACT_ALIAS_NAME),
		                        value(probe, i, FACT_ALIAS_KIND),
		                        value(probe, i, FACT_ALIAS_CERTIFICATES));
}

static const struct store {
	const char *file, *kind, *opened, *password, *guessable, *mac, *ciphers, *aliases, *gap;
} stores[] = {
	{"aes.p12", "pkcs12", "true", "changeit", "true", "SHA256", "PBES2-AES-256-CBC",
         "alpha private-key 1", "-"},
	{"chain.p12", "pkcs12", "true", "changeit", "true", "SHA512", "PBES2-AES-256-CBC",
         "\xe5\xaf\x86\xe9\x92\xa5 private-key 2", "-"},
	{"legacy.p12", "pkcs12", "true", "android", "true", "SHA1", "PBE-SHA1-RC2-40 PBE-SHA1-3DES",
         "alpha private-key 1", "-"},
	{"rc4.p12", "pkcs12", "true", "android", "true", "SHA1",
         "PBE-SHA1-RC2-128 PBE-SHA1-RC4-128", "alpha private-key 1", "-"},
	{"des.p12", "pkcs12", "true", "secret", "true", "SHA1", "PBE-SHA1-2DES PBE-MD5-DES",
         "alpha private-key 1", "-"},
	{"sm4.p12", "pkcs12", "true", "secret", "true", "SM3", "PBES2-SM4-CBC",
         "alpha private-key 1", "-"},
	{"empty.p12", "pkcs12", "true", "empty", "true", "SHA256", "PBES2-AES-256-CBC",
         "alpha private-key 1", "-"},
	{"nomac.p12", "pkcs12", "true", "password", "true", "-", "PBES2-AES-256-CBC",
         "alpha private-key 1", "-"},
	{"plain.p12", "pkcs12", "true", "none", "true", "-", "-", "alpha private-key 1", "-"},
	{"macplain.p12", "pkcs12", "true", "test", "true", "SHA256", "-", "alpha private-key 1",
         "-"},
	{"bare.p12", "pkcs12", "true", "empty", "true", "SHA1", "-", "alpha private-key 1", "-"},
	{"pbmac1.p12", "pkcs12", "true", "changeme", "true", "PBMAC1-SHA256", "-",
         "alpha private-key 1", "-"},
	{"ber.p12", "pkcs12", "true", "test", "true", "SHA256", "-", "alpha private-key 1", "-"},
	{"java.p12", "pkcs12", "true", "changeit", "true", "SHA256", "PBES2-AES-256-CBC",
         "mine private-key 1; aes secret-key 0; trusted trusted-certificate 1", "-"},
	{"closed.p12", "pkcs12", "false", "-", "false", "SHA256", "PBES2-AES-256-CBC",
         "alpha private-key 0", "KEYSTORE_UNREAD"},
	{"halfclosed.p12", "pkcs12", "true", "-", "false", "SHA256", "PBES2-AES-256-CBC",
         "alpha private-key 1", "-"},
	{"rounds.p12", "pkcs12", "false", "-", "-", "SHA256", "PBES2-AES-256-CBC",
         "alpha private-key 0", "P12_COST"},
	{"mac0.p12", "pkcs12", "false", "changeit", "true", "-", "PBES2-AES-256-CBC",
         "alpha private-key 1", "P12_COST"},
	{"java.jks", "jks", "true", "changeit", "true", "SHA1", "JKS-SHA1",
         "trusted trusted-certificate 1; mine private-key 1", "-"},
	{"own.jks", "jks", "true", "-", "false", "SHA1", "JKS-SHA1", "own private-key 1", "-"},
	{"cut-java.jks", "jks", "false", "-", "-", "SHA1", "-",
         "trusted trusted-certificate 1; mine private-key 0", "KEYSTORE_PARSE"},
	{"java.jceks", "jceks", "true", "changeit", "true", "SHA1", "PBE-MD5-3DES",
         "trusted trusted-certificate 1; aes secret-key 0; mine private-key 1", "-"},
	{"cut-java.jceks", "jceks", "false", "-", "-", "SHA1", "PBE-MD5-3DES",
         "trusted trusted-certificate 1; aes secret-key 0; mine private-key 0", "KEYSTORE_PARSE"},
	{"v1.bks", "bks", "true", "changeit", "true", "SHA1", "PBE-SHA1-3DES",
         "trusted trusted-certificate 1; sealed private-key 1; other private-key 1; "
         "hidden sealed 0; bare private-key 1; aes secret-key 0; blob other 0",
         "-"},
	{"v2.bks", "bks", "true", "android", "true", "SHA1", "PBE-SHA1-3DES",
         "trusted trusted-certificate 1; sealed private-key 1; other private-key 1; "
         "hidden sealed 0; bare private-key 1; aes secret-key 0; blob other 0",
         "-"},
	{"closed.bks", "bks", "true", "-", "false", "SHA1", "PBE-SHA1-3DES",
         "trusted trusted-certificate 1; sealed private-key 1; other private-key 1; "
         "hidden sealed 0; bare private-key 1; aes secret-key 0; blob other 0",
         "-"},
	{"cut-v2.bks", "bks", "false", "-", "-", "SHA1", "PBE-SHA1-3DES",
         "trusted trusted-certificate 1; sealed private-key 1; other private-key 1; "
         "hidden sealed 0; bare private-key 1; aes sealed 0",
         "KEYSTORE_PARSE"},
	{"box.uber", "uber", "false", "-", "-", "-", "PBE-SHA1-Twofish", "", "KEYSTORE_UNREAD"},
};

static void every_store_is_read(void **state)
{
	char aliases[512];
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
		const struct store *store = &stores[i];
		look_at(&probe, store->file);
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEYSTORE), 1);
		assert_string_equal(value(&probe, 0, FACT_KEYSTORE_KIND), store->kind);
		assert_string_equal(value(&probe, 0, FACT_KEYSTORE_OPENED), store->opened);
		assert_string_equal(value(&probe, 0, FACT_KEYSTORE_PASSWORD), store->password);
		assert_string_equal(value(&probe, 0, FACT_KEYSTORE_GUESSABLE), store->guessable);
		assert_string_equal(value(&probe, 0, FACT_KEYSTORE_MAC), store->mac);
		assert_string_equal(value(&probe, 0, FACT_KEYSTORE_CIPHERS), store->ciphers);
		list_aliases(&probe, aliases, sizeof aliases);
		assert_string_equal(aliases, store->aliases);
		assert_string_equal(value(&probe, 0, FACT_GAP_CODE), store->gap);
		probe_close(&probe);
	}
}

/* The same private key, however it is protected. */
static void a_key_is_known_by_its_public_half(void **state)
{
	static const struct {
		const char *file, *format, *encrypted, *guessable;
	} keys[] = {
		{"aes.p12", "pkcs8", "true", "true"},
		{"legacy.p12", "pkcs8", "true", "true"},
		{"plain.p12", "pkcs8", "false", "-"},
		{"halfclosed.p12", "pkcs8", "true", "false"},
		{"rounds.p12", "pkcs8", "true", "true"},
		{"v1.bks", "pkcs8", "true", "true"},
		{"closed.bks", "bks", "true", "false"},
	};
	struct probe probe, first;

	(void)state;
	look_at(&first, "aes.p12");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		look_at(&probe, keys[i].file);
		assert_fact(&probe, 0, FACT_KEY_SHA256, value(&first, 0, FACT_KEY_SHA256));
		assert_fact(&probe, 0, FACT_KEY_TYPE, "EC");
		assert_fact(&probe, 0, FACT_KEY_FORMAT, keys[i].format);
		assert_fact(&probe, 0, FACT_KEY_ENCRYPTED, keys[i].encrypted);
		assert_string_equal(value(&probe, 0, FACT_KEY_GUESSABLE), keys[i].guessable);
		probe_close(&probe);
	}
	probe_close(&first);
}

static void a_closed_key_stays_closed(void **state)
{
	struct probe probe;

	(void)state;
	look_at(&probe, "closed.p12");
	assert_fact(&probe, 0, FACT_KEY_TYPE, "unknown");
	assert_null(probe_value(&probe, 0, FACT_KEY_SHA256));
	assert_fact(&probe, 0, FACT_KEY_GUESSABLE, "false");
	assert_true(probe_issue(&probe, "KEY_ENCRYPTED"));
	assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 0);
	probe_close(&probe);
	/* the certificate tells what an unopened key of a JKS is */
	look_at(&probe, "own.jks");
	assert_fact(&probe, 0, FACT_KEY_FORMAT, "jks");
	assert_fact(&probe, 0, FACT_KEY_TYPE, "EC");
	assert_non_null(probe_value(&probe, 0, FACT_KEY_SHA256));
	/* its own password is on the list although that of the store is not */
	assert_fact(&probe, 0, FACT_KEY_GUESSABLE, "true");
	probe_close(&probe);
}

static void secret_keys_have_type_and_size(void **state)
{
	static const char *const files[] = {"java.p12", "java.jceks"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t row = 0;
		look_at(&probe, files[i]);
		while (strcmp(value(&probe, row, FACT_KEY_KIND), "secret") != 0)
			assert_true(++row < fact_doc_count(probe.doc, ROW_KEY));
		assert_fact(&probe, row, FACT_KEY_TYPE, "AES");
		assert_fact(&probe, row, FACT_KEY_BITS, "128");
		assert_fact(&probe, row, FACT_KEY_FORMAT, "secret");
		assert_fact(&probe, row, FACT_KEY_ALIAS, "aes");
		assert_null(probe_value(&probe, row, FACT_KEY_SHA256));
		probe_close(&probe);
	}
}

/* A digest that does not fit the contents leaves the password unknown, not the contents. */
static void a_changed_store_is_read_without_its_password(void **state)
{
	static uint8_t bytes[FILE_MAX];
	struct probe probe;
	size_t len = load("java.jks", bytes);

	(void)state;
	bytes[len - 1] ^= 1;
	look(&probe, "java.jks", bytes, len);
	assert_fact(&probe, 0, FACT_KEYSTORE_OPENED, "true");
	assert_fact(&probe, 0, FACT_KEYSTORE_GUESSABLE, "false");
	assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 2);
	probe_close(&probe);
}

/* Every store, cut at every length: nothing is silent. */
static void a_cut_store_is_said_to_be_cut(void **state)
{
	static uint8_t bytes[FILE_MAX];
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
		size_t len = load(stores[i].file, bytes);
		/* what costs rounds at each length is left to the fuzzer */
		if (strcmp(stores[i].kind, "jks") != 0 && strcmp(stores[i].file, "plain.p12") != 0)
			continue;
		for (size_t cut = 1; cut < len; cut++) {
			look(&probe, stores[i].file, bytes, cut);
			assert_true(fact_doc_count(probe.doc, ROW_GAP) > 0);
			assert_true(fact_doc_count(probe.doc, ROW_ISSUE) > 0);
			probe_close(&probe);
		}
	}
}

static void what_only_has_the_name_is_reported(void **state)
{
	static const char *const names[] = {"a.p12", "a.jks", "a.bks", "a.keystore"};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		look(&probe, names[i], "?", 1);
		assert_fact(&probe, 0, FACT_ISSUE_CODE, "KEYSTORE_PARSE");
		assert_int_equal(fact_doc_count(probe.doc, ROW_GAP), 2);
		probe_close(&probe);
	}
}

/* Schemes in numbers: PBES2 { PBKDF2 { salt, iterations }, AES-256-CBC } and what it asks for. */
static void costs_are_read_before_they_are_obeyed(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *name;
		int64_t cost;
	} rows[] = {
#define ROW(bytes, name, cost) {bytes, sizeof(bytes) - 1, name, cost}
		/* pbeWithSHAAnd3-KeyTripleDES-CBC, 2048: two blocks of key, one of IV */
		ROW("\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03\x30\x07\x04\x01s\x02\x02\x08"
	            "\x00",
	            "PBE-SHA1-3DES", 3 * 2048),
		ROW("\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x06\x30\x0a\x04\x01s\x02\x05\x00"
	            "\x80"
	            "\x00\x00\x00",
	            "PBE-SHA1-RC2-40", 2 * 0x80000000LL),
		ROW("\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x06\x30\x0e\x04\x01s\x02\x09\x00"
	            "\xff"
	            "\xff\xff\xff\xff\xff\xff\xff",
	            "PBE-SHA1-RC2-40", PBE_COST_ENDLESS),
		ROW("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x03\x30\x06\x04\x01s\x02\x01\x05",
	            "PBE-MD5-DES", 5),
		ROW("\x06\x03\x2a\x03\x04", "1.2.3.4", PBE_COST_NONE),
	};
	struct pbe pbe;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(
			pbe_read(cursor_over(rows[i].bytes, rows[i].len, DIAG_KEYSTORE_PARSE), &pbe)
				.ok);
		assert_string_equal(pbe.name, rows[i].name);
		assert_true(pbe_cost(&pbe) == rows[i].cost);
	}
	assert_false(
		pbe_read(cursor_over("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x03\x30\x06\x04\x01s"
	                             "\x02\x01\x00",
	                             19, DIAG_KEYSTORE_PARSE),
	                 &pbe)
			.ok);
	assert_int_equal(fault_last()->code, DIAG_P12_COST);
}

static int start(void **state)
{
	(void)state;
	return digest_start().ok && keys_start().ok ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_store_is_read),
		cmocka_unit_test(a_key_is_known_by_its_public_half),
		cmocka_unit_test(a_closed_key_stays_closed),
		cmocka_unit_test(secret_keys_have_type_and_size),
		cmocka_unit_test(a_changed_store_is_read_without_its_password),
		cmocka_unit_test(a_cut_store_is_said_to_be_cut),
		cmocka_unit_test(what_only_has_the_name_is_reported),
		cmocka_unit_test(costs_are_read_before_they_are_obeyed),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
