/* test_summary.c - the terminal summary: short, of the right width, coloured only when asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <locale.h>
#include <cmocka.h>

#include "render/cause.h"
#include "render/column.h"
#include "render/summary.h"
#include "unit/sample.h"

static const struct summary_report reports[] = {{"xml", "out/result.xml"},
                                                {"html", "out/\x1b[2Jreport.html"},
                                                {"html", "b.html"},
                                                {"xml", "c.xml"}};

static void summarise(enum language language, bool colour, size_t width, struct text *out)
{
	struct assessment *assessment = sample_assessment(3);
	struct summary_options options = {.language = language,
	                                  .colour = colour,
	                                  .width = width,
	                                  .sandbox = SUMMARY_SANDBOX_OFF,
	                                  .file_name = "mockbank\x1b.apk",
	                                  .reports = reports,
	                                  .report_count = 4};

	assert_true(summary_text(assessment, &options, out).ok);
	sample_free(assessment);
}

static size_t lines_of(const struct text *text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text->len; i++)
		lines += text->data[i] == '\n';
	return lines;
}

static void summary_is_short_and_says_it(void **state)
{
	struct text zh = {0}, en = {0};

	(void)state;
	summarise(LANG_ZH_CN, false, 100, &zh);
	summarise(LANG_EN, false, 100, &en);
	if (getenv("SAMPLE_SHOW"))
		print_message("%s\n%s\n", zh.data, en.data);
	assert_true(lines_of(&zh) <= SUMMARY_LINES_MAX);
	assert_true(lines_of(&en) <= SUMMARY_LINES_MAX);
	assert_non_null(strstr(zh.data, ".apk：门禁未通过（3 项要求）\n"));
	assert_non_null(strstr(zh.data, "字节码"));
	assert_non_null(strstr(en.data, ".apk: gate failed (3 requirements)\n"));
	assert_non_null(strstr(en.data, "AND-MAN-01"));
	assert_non_null(strstr(en.data, "out/result.xml"));
	assert_null(strstr(en.data, "门"));
	text_free(&zh);
	text_free(&en);
}

static void escapes_come_only_from_us(void **state)
{
	struct text plain = {0}, colour = {0};

	(void)state;
	summarise(LANG_EN, false, 80, &plain);
	summarise(LANG_EN, true, 80, &colour);
	assert_null(strchr(plain.data, '\x1b'));
	assert_non_null(strstr(colour.data, "\x1b[1;31mgate failed (3 requirements)\x1b[0m"));
	assert_null(strstr(colour.data, "[2J\x1b"));
	assert_non_null(strstr(colour.data, "\\u{1b}[2Jreport.html"));
	assert_null(strstr(colour.data, "\x1b[2J"));
	text_free(&plain);
	text_free(&colour);
}

static size_t widest(const struct text *text)
{
	size_t most = 0;

	for (const char *at = text->data; *at;) {
		char one[1000] = "";
		size_t bytes = strcspn(at, "\n");

		assert_true(bytes < sizeof one);
		memcpy(one, at, bytes);
		at += bytes + (at[bytes] == '\n');
		most = column_width(one) > most ? column_width(one) : most;
	}
	return most;
}

/* Chinese characters count as two columns; reports' paths are never cut and are short here. */
static void lines_fit_the_width(void **state)
{
	static const size_t widths[] = {70, 80, 100, 140};

	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		struct text zh = {0}, en = {0};

		summarise(LANG_ZH_CN, false, widths[i], &zh);
		summarise(LANG_EN, false, widths[i], &en);
		assert_in_range(widest(&zh), widths[i] / 2, widths[i]);
		assert_in_range(widest(&en), widths[i] / 2, widths[i]);
		assert_true(lines_of(&zh) <= SUMMARY_LINES_MAX);
		assert_true(lines_of(&en) <= SUMMARY_LINES_MAX);
		text_free(&zh);
		text_free(&en);
	}
}

static void findings_have_title_place_and_fix(void **state)
{
	struct text en = {0};

	(void)state;
	summarise(LANG_EN, false, 140, &en);
	const char *first = strstr(en.data, "\nCritical  AND-MAN-01  A release must not be");
	assert_non_null(first);
	const char *place = strchr(first + 1, '\n');
	assert_memory_equal(place, "\n          <script>alert(1)</script> +2: Change the setting",
	                    58);
	assert_non_null(strstr(en.data, "more controls fail; see the report"));
	text_free(&en);
}

static void what_is_not_read_is_told_apart(void **state)
{
	struct text en = {0};

	(void)state;
	summarise(LANG_EN, false, 140, &en);
	assert_non_null(strstr(en.data, "because of this file"));
	assert_non_null(strstr(en.data, ": Content rules\n"));
	assert_non_null(strstr(en.data, "because this release does not read it yet"));
	assert_non_null(strstr(en.data, ": Bytecode\n"));
	assert_non_null(strstr(en.data, "The sandbox was off\n"));
	text_free(&en);
}

/* The facts of a bundle whose bytecode and libraries were not read. */
static struct fact_doc *short_facts(enum diag code)
{
	struct fact_doc *doc = fact_doc_new();
	struct facts facts;

	facts_init(&facts, (struct entry_id){0}, "classes.dex");
	facts_gap(&facts, SOURCE_CODE, source_status_of(diag_kind(code)), code);
	facts_gap(&facts, SOURCE_NATIVE, STATUS_UNSUPPORTED, DIAG_UNSUPPORTED_NATIVE);
	facts_finish(&facts);
	fact_doc_add_facts(doc, &facts);
	for (size_t s = 0; s < SOURCE_COUNT; s++)
		fact_doc_source_done(doc, (enum source)s, STATUS_COMPLETE);
	fact_doc_finish(doc);
	facts_free(&facts);
	return doc;
}

static void causes_follow_the_diagnostic(void **state)
{
	static const struct {
		enum diag code;
		uint32_t bundle, release;
	} each[] = {{DIAG_LIMIT_ENTRY, BIT(CODE), BIT(NATIVE)},
	            {DIAG_ZIP_ENCRYPTED, BIT(CODE), BIT(NATIVE)},
	            {DIAG_UNSUPPORTED_CODE, 0, BIT(CODE) | BIT(NATIVE)}};

	(void)state;
	for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
		struct assessment assessment = {.facts = short_facts(each[i].code)};
		struct control_result both = {.verdict = VERDICT_UNKNOWN,
		                              .sources = BIT(CODE) | BIT(NATIVE)};
		struct causes causes;

		causes_of(&assessment, &causes);
		assert_int_equal(causes.bundle, each[i].bundle);
		assert_int_equal(causes.release, each[i].release);
		assert_string_equal(causes.codes[SOURCE_CODE], diag_name(each[i].code));
		assert_int_equal(cause_of_control(&causes, &both),
		                 each[i].bundle ? CAUSE_BUNDLE : CAUSE_RELEASE);
		both.verdict = VERDICT_PASS;
		assert_int_equal(cause_of_control(&causes, &both), CAUSE_NONE);
		fact_doc_free((struct fact_doc *)(uintptr_t)assessment.facts);
	}
}

static void cuts(const char *text, size_t columns, const char *end, const char *start)
{
	struct text out = {0};

	assert_true(column_cut(&out, text, columns) <= columns);
	assert_string_equal(out.data ? out.data : "", end);
	text_free(&out);
	assert_true(column_cut_start(&out, text, columns) <= columns);
	assert_string_equal(out.data ? out.data : "", start);
	text_free(&out);
}

static void text_is_cut_at_columns(void **state)
{
	(void)state;
	assert_int_equal(column_width("门禁 ok"), 7);
	cuts("abc", 3, "abc", "abc");
	cuts("abcd", 3, "ab…", "…cd");
	cuts("门禁未通过", 6, "门禁…", "…通过");
	cuts("ab cd", 4, "ab…", "… cd");
	cuts("abc", 0, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_is_short_and_says_it),
		cmocka_unit_test(escapes_come_only_from_us),
		cmocka_unit_test(lines_fit_the_width),
		cmocka_unit_test(findings_have_title_place_and_fix),
		cmocka_unit_test(what_is_not_read_is_told_apart),
		cmocka_unit_test(causes_follow_the_diagnostic),
		cmocka_unit_test(text_is_cut_at_columns),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
