/* test_keytext.c - keys, certificates and stores as base64 and hexadecimal strings. */
#include "probe.h"

#include <stdio.h>

#include "base/digest.h"
#include "formats/keys.h"
#include "key_samples.h"

enum { FILE_MAX = 64 << 10 };

static void look(struct probe *probe, const char *name, const void *bytes, size_t len)
{
	probe_open(probe, name);
	probe_run(probe, &format_keytext, bytes, len);
	probe_finish(probe);
}

static void look_at(struct probe *probe, const char *name)
{
	static uint8_t bytes[FILE_MAX];
	char path[256];
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, "tests/corpus/keytext/%s", name);
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(bytes, 1, FILE_MAX, file);
	fclose(file);
	look(probe, name, bytes, len);
}

static void strings_are_read(void **state)
{
	static const struct {
		const char *file;
		size_t row, rows;
		const char *encoding, *format, *kind, *type, *line;
	} keys[] = {
		{"a.json", 0, 2, "base64", "pkcs8", "private", "RSA", "1"},
		{"a.json", 1, 2, "base64", "spki", "public", "RSA", "1"},
		{"b.js", 0, 4, "base64", "pkcs8", "private", "RSA", "1"},
		{"b.js", 1, 4, "hex", "sec1", "private", "EC", "42"},
		{"b.js", 2, 4, "base64", "pkcs8", "private", "Ed25519", "42"},
		{"b.js", 3, 4, "hex", "spki", "public", "RSA", "43"},
		{"f.txt", 0, 2, "base64", "jks", "private", "EC", "1"},
		{"f.txt", 1, 2, "base64", "pkcs8", "private", "EC", "2"},
		{"h.txt", 0, 1, "base64", "pkcs8", "private", "RSA", "1"},
		{"i.xml", 0, 1, "base64", "pkcs8", "private", "Ed25519", "1"},
		{"pem.json", 0, 1, "base64", "pkcs8", "private", "Ed25519", "1"},
		{"pool8.arsc", 0, 1, "base64", "pkcs8", "private", "Ed25519", NULL},
		{"pool16.arsc", 0, 2, "base64", "spki", "public", "RSA", NULL},
		{"pool16.arsc", 1, 2, "base64", "pkcs8", "private", "Ed25519", NULL},
		{"sshk.pub", 0, 1, "base64", "openssh", "public", "EC", "1"},
	};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		look_at(&probe, keys[i].file);
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), keys[i].rows);
		assert_fact(&probe, keys[i].row, FACT_KEY_ENCODING, keys[i].encoding);
		assert_fact(&probe, keys[i].row, FACT_KEY_FORMAT, keys[i].format);
		assert_fact(&probe, keys[i].row, FACT_KEY_KIND, keys[i].kind);
		assert_fact(&probe, keys[i].row, FACT_KEY_TYPE, keys[i].type);
		if (keys[i].line)
			assert_fact(&probe, keys[i].row, FACT_KEY_LINE, keys[i].line);
		else
			assert_null(probe_value(&probe, keys[i].row, FACT_KEY_LINE));
		assert_int_equal(fact_doc_count(probe.doc, ROW_GAP), 0);
		probe_close(&probe);
	}
}

/* A constant of bytecode: its length stands in front, which may look like one more digit. */
static void constants_of_programs_are_read(void **state)
{
	static const char *const heads[] = {"dex\n035",
	                                    "\x7f"
	                                    "ELF\2\1\1",
	                                    "\xca\xfe\xba\xbe\0\0\0\x34"};
	static const size_t lens[] = {8, 8, 8};
	static const char *const names[] = {"classes.dex", "lib/x86/liba.so", "A.class"};
	static const char constant[] =
		"AMC4CAQAwBQYDK2VwBCIEIHm0VTt8U5zNSuTrXfGqfDhuTEdoNXHk8mX8vq7m0F2P";
	char bytes[512];
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		memset(bytes, 0, sizeof bytes);
		memcpy(bytes, heads[i], lens[i]);
		memcpy(bytes + 200, constant, sizeof constant - 1);
		look(&probe, names[i], bytes, sizeof bytes);
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 1);
		assert_fact(&probe, 0, FACT_KEY_ENCODING, "base64");
		assert_fact(&probe, 0, FACT_KEY_OFFSET, "201");
		assert_null(probe_value(&probe, 0, FACT_KEY_LINE));
		probe_close(&probe);
	}
}

static void certificates_are_read(void **state)
{
	struct probe probe;

	(void)state;
	/* its base64 has slashes that are escaped */
	look_at(&probe, "a.json");
	assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 1);
	assert_fact(&probe, 0, FACT_CERTIFICATE_ENCODING, "base64");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SUBJECT, "CN=x");
	probe_close(&probe);
}

/* The bodies of PEM blocks are read by the format of PEM blocks, and once. */
static void blocks_are_left_alone(void **state)
{
	struct probe probe;

	(void)state;
	look_at(&probe, "c.txt");
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
	probe_close(&probe);
	look_at(&probe, "d.json");
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
	probe_close(&probe);
}

/* A key that is cut, or goes on, or has one byte changed in its structure, is text. */
static void near_misses_are_text(void **state)
{
	static const char key[] =
		"MC4CAQAwBQYDK2VwBCIEIHm0VTt8U5zNSuTrXfGqfDhuTEdoNXHk8mX8vq7m0F2P";
	char text[256];
	struct probe probe;

	(void)state;
	for (int change = 0; change < 6; change++) {
		snprintf(text, sizeof text, "key = \"%s\";", key);
		if (change == 1)
			snprintf(text, sizeof text, "key = \"%.*s\";", (int)sizeof key - 5, key);
		if (change == 2)
			snprintf(text, sizeof text, "key = \"%sA\";", key);
		if (change == 3)
			text[12]++; /* the version */
		if (change == 4)
			text[20]++; /* the algorithm */
		if (change == 5)
			snprintf(text, sizeof text, "key = \"x%s\";", key);
		look(&probe, "a.js", text, strlen(text));
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), change ? 0 : 1);
		assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
		probe_close(&probe);
	}
}

/* Runs of digits without end: the work is bounded, and nothing is found. */
static void long_text_is_text(void **state)
{
	enum { LEN = 4 << 20 };
	static char text[LEN];
	static const char lines[] =
		"MIIQ/////////////////////////////////////////////////////////\n";
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < LEN; i++)
		text[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789+/"[(i * 7 + i / 44) % 44];
	look(&probe, "a.txt", text, LEN);
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
	probe_close(&probe);
	/* each line begins like a structure that takes the rest of the text */
	for (size_t i = 0; i < LEN; i++)
		text[i] = lines[i % (sizeof lines - 1)];
	look(&probe, "a.txt", text, LEN);
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
	probe_close(&probe);
	for (size_t i = 0; i + 20 < LEN; i += 20)
		memcpy(text + i, "MIPPAAAAMIPPAAAwggAB", 20);
	look(&probe, "a.txt", text, LEN);
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
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
		cmocka_unit_test(strings_are_read),
		cmocka_unit_test(constants_of_programs_are_read),
		cmocka_unit_test(certificates_are_read),
		cmocka_unit_test(blocks_are_left_alone),
		cmocka_unit_test(near_misses_are_text),
		cmocka_unit_test(long_text_is_text),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
