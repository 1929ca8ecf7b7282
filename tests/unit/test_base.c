/* test_base.c - cursor, arena, text, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "base/digest.h"
#include "base/text.h"

static void cursor_reads_within_bounds(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7};
	struct cursor c = cursor_over(bytes, sizeof bytes, DIAG_AXML_TRUNCATED);
	uint32_t word = 0;
	uint16_t half = 0;

	(void)state;
	assert_true(cursor_u32le(&c, &word).ok);
	assert_int_equal(word, 0x04030201);
	assert_true(cursor_u16be(&c, &half).ok);
	assert_int_equal(half, 0x0506);
	word = 99;
	assert_false(cursor_u32le(&c, &word).ok);
	assert_int_equal(word, 99);
	assert_int_equal(c.pos, 6);
	assert_int_equal(fault_last()->code, DIAG_AXML_TRUNCATED);
	assert_int_equal(fault_last()->at, 6);
}

static void cursor_slices_never_wrap(void **state)
{
	static const uint8_t bytes[8];
	struct cursor c = cursor_over(bytes, sizeof bytes, DIAG_ZIP_TRUNCATED), part;

	(void)state;
	assert_true(cursor_slice(&c, 8, 0, &part).ok);
	assert_false(cursor_slice(&c, 4, UINT64_MAX, &part).ok);
	assert_false(cursor_slice(&c, UINT64_MAX, 4, &part).ok);
	assert_true(cursor_slice(&c, 2, 4, &part).ok);
	assert_int_equal(part.origin, 2);
	assert_false(cursor_seek(&part, 5).ok);
	assert_true(cursor_seek(&part, 4).ok);
}

static void arena_keeps_its_limit(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	char *zeroed = arena_take(&arena, 300, 3);
	assert_non_null(zeroed);
	for (int i = 0; i < 900; i++)
		assert_int_equal(zeroed[i], 0);
	assert_null(arena_take(&arena, 2, 1 << 20));
	assert_int_equal(fault_last()->code, DIAG_LIMIT_MEMORY);
	assert_null(arena_take(&arena, SIZE_MAX, 2));
	assert_string_equal(arena_copy(&arena, "abc", 2), "ab");
	arena_free(&arena);
}

static void clean(const char *in, size_t len, const char *want)
{
	struct text text = {0};

	text_clean(&text, in, len);
	assert_string_equal(text.data, want);
	assert_true(text_is_clean(text.data, text.len));
	text_free(&text);
}

static void text_makes_bytes_visible(void **state)
{
	(void)state;
	clean("plain", 5, "plain");
	clean("手机银行", 12, "手机银行");
	clean("a\0b", 3, "a\\u{0}b");
	clean("\x1b[2J", 4, "\\u{1b}[2J");
	clean("\xff\xfe", 2, "\\x{ff}\\x{fe}");
	clean("\xed\xa0\x80", 3, "\\x{ed}\\x{a0}\\x{80}");
	clean("\xc0\x80", 2, "\\x{c0}\\x{80}");
	clean("a\xe2\x80\xae"
	      "b",
	      5, "a\\u{202e}b");
	clean("\\u{1b}", 6, "\\u{5c}u{1b}");
	clean("\xef\xbf\xbf", 3, "\\u{ffff}");
	clean("\xf0\x9f\x92\xa3", 4, "\xf0\x9f\x92\xa3");
	clean("\xf0\x9f\x92", 3, "\\x{f0}\\x{9f}\\x{92}");
	clean("", 0, "");
}

static void digests_are_right(void **state)
{
	char hex[2 * DIGEST_MAX + 1];
	uint8_t raw[DIGEST_MAX];
	enum digest_kind kind = DIGEST_MD5;

	(void)state;
	assert_true(digest_start().ok);
	digest_hex(DIGEST_MD5, "abc", 3, hex);
	assert_string_equal(hex, "900150983cd24fb0d6963f7d28e17f72");
	digest_hex(DIGEST_SHA224, "abc", 3, hex);
	assert_string_equal(hex, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
	assert_int_equal(digest(DIGEST_SHA384, "abc", 3, raw), 48);
	digest_hex(DIGEST_SHA512, "", 0, hex);
	assert_int_equal(strlen(hex), 128);
	assert_memory_equal(hex, "cf83e1357eefb8bd", 16);
	assert_true(digest_find("SHA512", &kind));
	assert_string_equal(digest_name(kind), "SHA512");
	assert_false(digest_find("SHA-512", &kind));
	digest_hex(DIGEST_SHA256, "abc", 3, hex);
	assert_string_equal(hex,
	                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_hex(DIGEST_SM3, "abc", 3, hex);
	assert_string_equal(hex,
	                    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

static void diagnostics_have_names(void **state)
{
	enum diag code;

	(void)state;
	assert_true(diag_find("AXML_TRUNCATED", &code));
	assert_int_equal(code, DIAG_AXML_TRUNCATED);
	assert_int_equal(diag_kind(code), FAULT_MALFORMED);
	assert_false(diag_find("NO_SUCH", &code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cursor_reads_within_bounds),
		cmocka_unit_test(cursor_slices_never_wrap),
		cmocka_unit_test(arena_keeps_its_limit),
		cmocka_unit_test(text_makes_bytes_visible),
		cmocka_unit_test(digests_are_right),
		cmocka_unit_test(diagnostics_have_names),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
