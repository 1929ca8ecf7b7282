/* test_json.c - JSON that was met in a bundle, and its limits. */
#include "probe.h"

#include <stdlib.h>

#include "base/text.h"
#include "formats/json.h"

static struct result read_text(const char *text, size_t len, struct json **out)
{
	return json_read(cursor_over(text, len, DIAG_JSON_PARSE), out);
}

static void refused(const char *text, size_t len, enum diag code)
{
	struct json *json;

	if (read_text(text, len, &json).ok)
		fail_msg("read: %.60s", text);
	assert_string_equal(diag_name(fault_last()->code), diag_name(code));
}

static void values_are_found(void **state)
{
	static const char text[] = " {\"a\":{\"b\":[\"x\",7,{}]},\"n\":-9223372036854775807,"
				   "\"f\":1.5,\"\\u4e2d\":\"\\u56fd\",\"t\":true}";
	struct json *json;
	const struct json *list;
	int64_t number;

	(void)state;
	assert_true(read_text(text, sizeof text - 1, &json).ok);
	list = json_member(json_member(json, "a"), "b");
	assert_int_equal(json_count(list), 3);
	assert_string_equal(json_text(json_item(list, 0)), "x");
	assert_null(json_text(json_item(list, 1)));
	assert_true(json_int(json_item(list, 1), &number) && number == 7);
	assert_null(json_item(list, 3));
	assert_true(json_int(json_member(json, "n"), &number) && number == -INT64_MAX);
	assert_false(json_int(json_member(json, "f"), &number));
	assert_false(json_int(json_member(json, "t"), &number));
	assert_string_equal(json_text(json_member(json, "\xe4\xb8\xad")), "\xe5\x9b\xbd");
	/* what is not there, or of another type, is nothing */
	assert_null(json_member(json, "z"));
	assert_null(json_member(list, "a"));
	assert_null(json_member(NULL, "a"));
	assert_int_equal(json_count(json), 0);
	assert_int_equal(json_count(NULL), 0);
	assert_null(json_text(NULL));
	json_free(json);
}

static void what_is_no_json_is_refused(void **state)
{
	static const char *const texts[] = {"",
	                                    "{",
	                                    "{\"a\":1}x",
	                                    "{\"a\":1,}",
	                                    "[1] [2]",
	                                    "7",
	                                    "{'a':1}",
	                                    "{\"a\":1,\"a\":2}",
	                                    "{\"a\":01}",
	                                    "[\"\\ud800\"]",
	                                    "[1e999]",
	                                    "[\"\x80\"]",
	                                    "[\"\\u0000\"]",
	                                    "[\"\n\"]",
	                                    "{\"a\":{\"b\":1,\"b\":1}}"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		refused(texts[i], strlen(texts[i]), DIAG_JSON_PARSE);
	refused("[\"a\0b\"]", 7, DIAG_JSON_PARSE);
}

/* Adds a text `count` times. */
static void repeat(struct text *out, const char *text, size_t count)
{
	while (count--)
		text_puts(out, text);
}

static void limits_hold(void **state)
{
	struct text text = {0};
	struct json *json;

	(void)state;
	repeat(&text, "[", JSON_DEPTH_MAX);
	repeat(&text, "]", JSON_DEPTH_MAX);
	assert_true(read_text(text.data, text.len, &json).ok);
	json_free(json);
	text.len = 0;
	repeat(&text, "[", JSON_DEPTH_MAX + 1);
	repeat(&text, "]", JSON_DEPTH_MAX + 1);
	refused(text.data, text.len, DIAG_JSON_LIMIT);
	text.len = 0;
	text_puts(&text, "[");
	repeat(&text, "0,", JSON_VALUES_MAX);
	text_puts(&text, "0]");
	refused(text.data, text.len, DIAG_JSON_LIMIT);
	text.len = 0;
	repeat(&text, " ", JSON_SIZE_MAX);
	text_puts(&text, "{}");
	refused(text.data, text.len, DIAG_JSON_LIMIT);
	/* brackets in strings nest nothing */
	text.len = 0;
	text_puts(&text, "[\"");
	repeat(&text, "[{\\\"", 1000);
	text_puts(&text, "\"]");
	assert_true(read_text(text.data, text.len, &json).ok);
	json_free(json);
	text_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(what_is_no_json_is_refused),
		cmocka_unit_test(limits_hold),
	};

	json_start();
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
