/* test_yara.c - rules: compiled without modules and includes, matched on memory, told as facts. */
#include "probe.h"

#include <stdlib.h>
#include <threads.h>

#include "formats/yara.h"
#include "formats/yarasource.h"
#include "intake/limits.h"

static const char rules[] =
	"rule zz_needle : secret android { meta: title = \"a needle\" severity = 3 deep = true\n"
	" strings: $a = \"needle\" $b = \"pin\" condition: any of them }\n"
	"rule aa_token { meta: redact = true strings: $a = /tok_[a-z]{6,20}/ condition: $a }\n"
	"rule mm_by_path { condition: path == \"lib/x.so\" and kind == \"elf\" and size == 3 }\n"
	"private rule hidden { strings: $a = \"needle\" condition: $a }\n"
	"rule leans { condition: hidden }\n";

static RESULT scan(struct probe *probe, const char *name, const char *kind, const void *bytes,
                   size_t len)
{
	struct rules_scanner *scanner = rules_open();

	probe_open(probe, name);
	struct result result =
		rules_scan(scanner, &probe->entry, kind, cursor_over(bytes, len, DIAG_ARCHIVE_DATA),
	                   &probe->facts);
	rules_close(scanner);
	probe_finish(probe);
	return result;
}

static void matches_are_rows_in_order(void **state)
{
	struct probe probe;
	static const char text[] = "hay pin tok_abcdefghij needle needle";

	(void)state;
	assert_true(scan(&probe, "a.txt", "text", text, sizeof text - 1).ok);
	assert_int_equal(fact_doc_count(probe.doc, ROW_MATCH), 3);
	assert_fact(&probe, 0, FACT_MATCH_RULE, "aa_token");
	assert_fact(&probe, 0, FACT_MATCH_OFFSET, "8");
	assert_fact(&probe, 0, FACT_MATCH_EXCERPT, "tok_********");
	assert_fact(&probe, 1, FACT_MATCH_RULE, "leans");
	assert_fact(&probe, 1, FACT_MATCH_COUNT, "0");
	assert_null(probe_value(&probe, 1, FACT_MATCH_OFFSET));
	assert_fact(&probe, 2, FACT_MATCH_RULE, "zz_needle");
	assert_fact(&probe, 2, FACT_MATCH_TAGS, "secret android");
	assert_fact(&probe, 2, FACT_MATCH_OFFSET, "4");
	assert_fact(&probe, 2, FACT_MATCH_COUNT, "3");
	assert_fact(&probe, 2, FACT_MATCH_EXCERPT, "pin");
	probe_close(&probe);
}

static void rules_see_path_kind_and_size(void **state)
{
	struct probe probe;

	(void)state;
	assert_true(scan(&probe, "lib/x.so", "elf", "abc", 3).ok);
	assert_fact(&probe, 0, FACT_MATCH_RULE, "mm_by_path");
	probe_close(&probe);
	assert_true(scan(&probe, "lib/x.so", "elf", "abcd", 4).ok);
	assert_int_equal(fact_doc_count(probe.doc, ROW_MATCH), 0);
	probe_close(&probe);
	assert_true(scan(&probe, "empty", "empty", NULL, 0).ok);
	probe_close(&probe);
}

static void evidence_is_capped_and_clean(void **state)
{
	struct probe probe;
	size_t len = 6 * 5000;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < len; i += 6)
		memcpy(text + i, "needle", 6);
	assert_true(scan(&probe, "a", "data", text, len).ok);
	assert_fact(&probe, 1, FACT_MATCH_COUNT, "1000");
	assert_fact(&probe, 1, FACT_MATCH_OFFSET, "0");
	probe_close(&probe);
	free(text);
}

/* A scanner is used for one entry after another and remembers nothing. */
static void windows_are_one_entry(void **state)
{
	struct rules_scanner *scanner = rules_open();
	struct probe probe;
	static const char text[] = "....needle....needle....pin...";

	(void)state;
	for (int round = 0; round < 2; round++) {
		probe_open(&probe, "big");
		rules_begin(scanner, &probe.entry, "data", sizeof text - 1);
		for (size_t at = 0; at < sizeof text - 1; at += 10) {
			size_t len = sizeof text - 1 - at < 17 ? sizeof text - 1 - at : 17;
			struct cursor window = cursor_over(text + at, len, DIAG_ARCHIVE_DATA);
			window.origin = at;
			assert_true(rules_window(scanner, window).ok);
		}
		rules_end(scanner, &probe.facts);
		probe_finish(&probe);
		assert_fact(&probe, 1, FACT_MATCH_RULE, "zz_needle");
		assert_fact(&probe, 1, FACT_MATCH_COUNT, "3");
		assert_fact(&probe, 1, FACT_MATCH_OFFSET, "4");
		probe_close(&probe);
	}
	rules_close(scanner);
}

static void metas_are_found(void **state)
{
	(void)state;
	assert_string_equal(rules_meta("zz_needle", "title"), "a needle");
	assert_string_equal(rules_meta("zz_needle", "severity"), "3");
	assert_string_equal(rules_meta("zz_needle", "deep"), "true");
	assert_null(rules_meta("zz_needle", "none"));
	assert_null(rules_meta("none", "title"));
}

static int scan_often(void *argument)
{
	int *failures = argument;

	for (int i = 0; i < 200; i++) {
		struct probe probe;
		if (!scan(&probe, "lib/x.so", "elf", "needle", 6).ok ||
		    fact_doc_count(probe.doc, ROW_MATCH) != 2)
			++*failures;
		probe_close(&probe);
	}
	return 0;
}

static void threads_do_not_meet(void **state)
{
	int failures[2] = {0};
	thrd_t threads[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(thrd_create(&threads[i], scan_often, &failures[i]), thrd_success);
	for (int i = 0; i < 2; i++)
		thrd_join(threads[i], NULL);
	assert_int_equal(failures[0] + failures[1], 0);
}

static void refused(const char *text, const char *why)
{
	rules_without_embedded();
	rules_add("own.yar", text);
	assert_false(rules_compile().ok);
	assert_int_equal(fault_last()->code, DIAG_USAGE);
	assert_non_null(strstr(fault_last()->why, why));
	rules_forget();
}

static void bad_sources_are_refused(void **state)
{
	(void)state;
	rules_forget();
	rules_without_embedded();
	refused("import \"dex\"\nrule a { condition: true }", "own.yar:1: rules may not import");
	refused("rule x { condition: true }\n/* */ import\n\"pe\"",
	        "own.yar:2: rules may not import");
	refused("include \"/etc/passwd\"\nrule a { condition: true }", "own.yar:1:");
	refused("rule a {\n strings: $a = \"x\"\n condition: $b }", "own.yar:3:");
	refused("rule zz { condition: true }\nrule zz { condition: true }", "own.yar:2:");
	rules_without_embedded();
	rules_add("own.yar", rules);
	assert_true(rules_compile().ok);
}

/* The rules that the program carries compile without a warning. */
static void embedded_rules_are_sound(void **state)
{
	(void)state;
	rules_forget();
	assert_true(rules_compile().ok);
	assert_string_equal(rules_warnings(), "");
	rules_forget();
}

static void import_is_found_where_it_is_one(void **state)
{
	(void)state;
	assert_int_equal(yarasource_import("import \"pe\""), 1);
	assert_int_equal(yarasource_import("\n\nimport\"pe\""), 3);
	assert_int_equal(yarasource_import("// import \"pe\"\n/* import */ rule important {}"), 0);
	assert_int_equal(
		yarasource_import("$import = \"import \\\" import\" /import \\/ x/ #import"), 0);
	assert_int_equal(yarasource_import("/* "), 0);
	assert_int_equal(yarasource_import("\"\\"), 0);
}

static void a_slow_rule_is_stopped(void **state)
{
	struct probe probe;
	size_t len = 4 << 20;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', len);
	rules_forget();
	rules_without_embedded();
	rules_add("slow.yar",
	          "rule found { strings: $a = \"aaab\" condition: not $a }\n"
	          "rule slow { condition: for all i in (0..filesize) : (\n"
	          " for all j in (0..filesize) : (uint8(i) == 97 and uint8(j) == 97)) }");
	assert_true(rules_compile().ok);
	assert_true(limit_set("rules=1").ok);
	assert_false(scan(&probe, "a", "data", text, len).ok);
	assert_int_equal(fault_last()->code, DIAG_YARA_TIMEOUT);
	probe_close(&probe);
	assert_true(limit_set("rules=60").ok);
	free(text);
}

static int start(void **state)
{
	(void)state;
	rules_without_embedded();
	rules_add("test.yar", rules);
	return rules_compile().ok ? 0 : -1;
}

static int finish(void **state)
{
	(void)state;
	rules_forget();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_are_rows_in_order),
		cmocka_unit_test(rules_see_path_kind_and_size),
		cmocka_unit_test(evidence_is_capped_and_clean),
		cmocka_unit_test(windows_are_one_entry),
		cmocka_unit_test(metas_are_found),
		cmocka_unit_test(threads_do_not_meet),
		cmocka_unit_test(bad_sources_are_refused),
		cmocka_unit_test(import_is_found_where_it_is_one),
		cmocka_unit_test(a_slow_rule_is_stopped),
		cmocka_unit_test(embedded_rules_are_sound),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
