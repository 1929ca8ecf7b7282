/* test_path.c - paths of entries, and names that are unsafe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "intake/path.h"

static void is(const char *parent, const char *name, uint32_t ordinal, const char *want)
{
	struct text text = {0};

	path_add(&text, parent, (const uint8_t *)name, strlen(name), 7, ordinal);
	assert_string_equal(text.data, want);
	assert_true(text_is_clean(text.data, text.len));
	text_free(&text);
}

static void paths_never_look_alike(void **state)
{
	(void)state;
	is("", "lib/x.so", 1, "lib/x.so");
	is("a.apk", "lib/x.so", 1, "a.apk!/lib/x.so");
	is("", "a.apk!/lib/x.so", 1, "a.apk\\u{21}/lib/x.so");
	is("", "a\\b", 1, "a\\u{5c}b");
	is("", "a\\u{5c}b", 1, "a\\u{5c}u{5c}b");
	is("", "a", 2, "a#2");
	is("", "a#2", 1, "a\\u{23}2");
	is("", "a#", 1, "a#");
	is("", "12", 1, "12");
	is("", "#1", 1, "\\u{23}1");
	is("", "", 1, "\\{empty}");
	is("a!", "b", 1, "a!!/b");
	is("", "手机银行.so", 1, "手机银行.so");
	is("", "\x1b[2J", 1, "\\u{1b}[2J");
}

static void long_names_are_cut(void **state)
{
	static char name[70000];
	struct text text = {0};

	(void)state;
	memset(name, 'L', sizeof name - 1);
	path_add(&text, "", (const uint8_t *)name, sizeof name - 1, 7, 1);
	assert_true(text.len < 1200);
	assert_non_null(strstr(text.data, "69999 bytes, entry 7"));
	text_free(&text);
}

static void unsafe_names_are_told(void **state)
{
	static const char *const unsafe[] = {"../x",
	                                     "a/../b",
	                                     "/abs",
	                                     "C:\\x",
	                                     "a:stream",
	                                     "a\\b",
	                                     "a\nb",
	                                     "\x1b[2J",
	                                     ".",
	                                     "..",
	                                     "a//b",
	                                     "name ",
	                                     "name.",
	                                     "<b>",
	                                     "a\"b",
	                                     "&lt;",
	                                     "caf\xe9.so",
	                                     "\xc0\xae\xc0\xae/x",
	                                     "\xed\xa0\x80.so",
	                                     "abc\xe4\xbd",
	                                     "x\xe2\x80\xaegnp.exe",
	                                     "\xc2\x9b[m",
	                                     ""};
	static const char *const safe[] = {"AndroidManifest.xml",
	                                   "lib/arm64-v8a/libx.so",
	                                   "\xd2\xf8\xd0\xd0.so",
	                                   "银行安全.so",
	                                   "META-INF/",
	                                   "CON",
	                                   "=cmd|'/C calc'!A0",
	                                   "[x](javascript:alert(1))",
	                                   "--output=/x",
	                                   "e\xcc\x81.so",
	                                   "$(touch /tmp/x);`id`|x&",
	                                   "%n%s",
	                                   "##vso[x]y"};

	(void)state;
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++) {
		if (!path_unsafe((const uint8_t *)unsafe[i], strlen(unsafe[i])))
			fail_msg("'%s' is called safe", unsafe[i]);
	}
	for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
		const char *why = path_unsafe((const uint8_t *)safe[i], strlen(safe[i]));
		if (why)
			fail_msg("'%s' is called unsafe: it %s", safe[i], why);
	}
	assert_non_null(path_unsafe((const uint8_t *)"a\0b", 3));
}

static void brief_names_are_whole_characters(void **state)
{
	char out[PATH_BRIEF];
	const char *name = "银行银行银行银行银行银行银行银行银行银行银行银行";

	(void)state;
	path_brief((const uint8_t *)name, strlen(name), out);
	assert_true(text_is_clean(out, strlen(out)));
	assert_string_equal(out + strlen(out) - 3, "...");
	assert_string_equal(path_brief((const uint8_t *)"abc", 3, out), "abc");
	assert_string_equal(path_brief((const uint8_t *)"a\0b", 3, out), "a\xef\xbf\xbd"
	                                                                 "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_never_look_alike),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(unsafe_names_are_told),
		cmocka_unit_test(brief_names_are_whole_characters),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
