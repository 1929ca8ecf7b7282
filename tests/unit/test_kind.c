/* test_kind.c - content kinds, the rows of entries, and kinds that are not read. */
#include "probe.h"

#include "formats/entries.h"
#include "formats/unsupported.h"
#include "key_samples.h"

static const char *kind_of(const char *name, const void *bytes, size_t len)
{
	struct entry entry = {.name = name, .name_len = strlen(name), .path = name};

	return content_kind(&entry, cursor_over(bytes, len, DIAG_ARCHIVE_DATA));
}

#define KIND(name, bytes, want) assert_string_equal(kind_of(name, bytes, sizeof(bytes) - 1), want)

static void binary_kinds(void **state)
{
	(void)state;
	KIND("a", "dex\n035\0", "dex");
	KIND("a",
	     "\x7f"
	     "ELF\2\1\1",
	     "elf");
	KIND("a", "\xca\xfe\xba\xbe\0\0\0\x34", "class");
	KIND("a", "\xca\xfe\xba\xbe\0\0\0\x02", "fat");
	KIND("a", "\xcf\xfa\xed\xfe\x0c\0\0\1", "macho");
	KIND("a", "\x03\x00\x08\x00....", "axml");
	KIND("a", "\x02\x00\x0c\x00....", "arsc");
	KIND("a", "PK\3\4....", "zip");
	KIND("a", "\x89PNG\r\n\x1a\n...", "png");
	KIND("a", "RIFF....WEBPVP8 ", "webp");
	KIND("a", "ABCD....WEBPVP8 ", "text");
	KIND("a", "....ftypisom", "mp4");
	KIND("a", "bplist00", "bplist");
	KIND("a", "SQLite format 3\0", "sqlite");
	KIND("a", "\xc6\x1f\xbc\x03\xc1\x03\x19\x1f", "hermes");
	KIND("a", "PANDA\0\0\0", "abc");
	KIND("a", "\xbe\0\0\0\0\0\0\0\0\0\0\0\0\xed", "wxapkg");
	KIND("a", "\xfe\xed\xfe\xed\0\0\0\2", "jks");
	KIND("a", "", "empty");
	KIND("a", "\0\1\2\3", "data");
	assert_string_equal(kind_of("a", sample_p12, sizeof sample_p12), "p12");
	assert_string_equal(kind_of("a", sample_pkcs8_der, sizeof sample_pkcs8_der), "der");
	/* the length does not fit */
	assert_string_equal(kind_of("a", sample_pkcs8_der, sizeof sample_pkcs8_der - 1), "data");
}

static void text_kinds(void **state)
{
	static char tar[600];

	(void)state;
	KIND("a", "hello", "text");
	KIND("a", "\xef\xbb\xbf<?xml version='1.0'?><a/>", "xml");
	KIND("a", "<?xml version='1.0'?>\n<!DOCTYPE plist>\n<plist/>", "plist");
	KIND("a", "  <!doctype HTML><p>", "html");
	KIND("a", "{\"a\": 1}", "json");
	KIND("a.js", "{\"a\": 1}", "js");
	KIND("A.JSON", "null", "json");
	KIND("style.css", "a { }", "css");
	KIND("a", "-----BEGIN CERTIFICATE-----", "pem");
	KIND("a.js", "var a = '\0'", "data");
	KIND("a", "手机银行", "text");
	memcpy(tar + 257, "ustar", 5);
	assert_string_equal(kind_of("a", tar, sizeof tar), "tar");
}

/* A character that the look at the beginning cuts in two is no reason to call it data. */
static void a_cut_character_is_text(void **state)
{
	char text[2048];

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text + 1023, "\xe9\x93\xb6", 3);
	assert_string_equal(kind_of("a", text, sizeof text), "text");
	memcpy(text + 1021, "\xe9\x93 ", 3);
	assert_string_equal(kind_of("a", text, sizeof text), "data");
}

static void entries_have_rows(void **state)
{
	static const uint8_t sha256[32] = {0xab};
	struct probe probe;

	(void)state;
	probe_open(&probe, "assets/a.json");
	probe.entry.packed = 7;
	entry_facts(&probe.facts, &probe.entry, "json", 2, sha256);
	probe_finish(&probe);
	assert_fact(&probe, 0, FACT_ENTRY_IN, "assets/a.json");
	assert_fact(&probe, 0, FACT_ENTRY_KIND, "json");
	assert_fact(&probe, 0, FACT_ENTRY_SIZE, "2");
	assert_fact(&probe, 0, FACT_ENTRY_PACKED, "7");
	assert_memory_equal(probe_value(&probe, 0, FACT_ENTRY_SHA256), "ab00", 4);
	probe_close(&probe);
}

static void names_are_asked(void **state)
{
	struct entry entry = {.name = "META-INF/cert.rsa", .name_len = 17};

	(void)state;
	assert_true(entry_is_signature_block(&entry));
	entry.name = "META-INF/a/cert.rsa";
	entry.name_len = 19;
	assert_false(entry_is_signature_block(&entry));
	entry.name = "rsa";
	entry.name_len = 3;
	assert_false(entry_is_signature_block(&entry));
}

/* Every unread kind fails with its own code and takes away its own source only. */
static void unread_kinds_are_gaps(void **state)
{
	static const struct {
		const struct format *format;
		const char *name, *bytes;
		size_t len;
		const char *code;
		enum source source;
	} kinds[] = {
		{&format_code, "assets/x", "PANDA\0\0\0", 8, "UNSUPPORTED_CODE", SOURCE_CODE},
		{&format_code, "a.bin", "\xbe\0\0\0\0\0\0\0\0\0\0\0\0\xed", 14,
	         "UNSUPPORTED_BUNDLE", SOURCE_CODE},
		{&format_native, "assets/x",
	         "\x7f"
	         "ELF",
	         4, "UNSUPPORTED_NATIVE", SOURCE_NATIVE},
		{&format_plist, "Payload/A.app/Info.plist", "bplist00", 8, "UNSUPPORTED_PLIST",
	         SOURCE_PLIST},
	};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		probe_open(&probe, kinds[i].name);
		assert_true(probe_run(&probe, kinds[i].format, kinds[i].bytes, kinds[i].len));
		probe_finish(&probe);
		assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
		assert_fact(&probe, 0, FACT_GAP_CODE, kinds[i].code);
		for (int source = 0; source < SOURCE_COUNT; source++)
			assert_int_equal(fact_doc_source(probe.doc, (enum source)source),
			                 source == (int)kinds[i].source ? STATUS_UNSUPPORTED
			                                                : STATUS_COMPLETE);
		probe_close(&probe);
	}
}

static void other_entries_are_left_alone(void **state)
{
	static const struct format *const formats_here[] = {&format_code, &format_native,
	                                                    &format_plist, &format_foreign};
	struct probe probe;

	(void)state;
	probe_open(&probe, "res/layout/main.xml");
	for (size_t i = 0; i < sizeof formats_here / sizeof *formats_here; i++)
		assert_false(probe_run(&probe, formats_here[i], "\x03\x00\x08\x00", 4));
	probe_finish(&probe);
	probe_close(&probe);
}

static void other_manifests_count_at_the_top_only(void **state)
{
	struct cursor body = cursor_over("{}", 2, DIAG_ARCHIVE_DATA);
	struct container *container;

	(void)state;
	assert_true(container_of_file("{}", 2, "module.json", &container).ok);
	assert_true(format_foreign.bid(&container->entries[0], body));
	container->depth = 1;
	assert_false(format_foreign.bid(&container->entries[0], body));
	container->depth = 0;
	container_close(container);
	assert_true(container_of_file("{}", 2, "other.json", &container).ok);
	assert_false(format_foreign.bid(&container->entries[0], body));
	container_close(container);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binary_kinds),
		cmocka_unit_test(text_kinds),
		cmocka_unit_test(a_cut_character_is_text),
		cmocka_unit_test(entries_have_rows),
		cmocka_unit_test(names_are_asked),
		cmocka_unit_test(unread_kinds_are_gaps),
		cmocka_unit_test(other_entries_are_left_alone),
		cmocka_unit_test(other_manifests_count_at_the_top_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
