/*
 * test_rules.c - the embedded rules over the samples of tests/rules: each rule finds what lies
 * below its folder `hit` and nothing of what lies below `miss`.
 *
 * The path of a sample below `hit` or `miss` is the path of the entry that the rule sees.
 */
#include "probe.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "formats/yara.h"

#define SAMPLES "tests/rules"

/* True if a rule is among the matches of a sample that lies at `file`. */
static bool finds(struct rules_scanner *scanner, const char *rule, const char *file,
                  const char *entry)
{
	struct probe probe;
	struct text body = {0};
	bool found = false;

	assert_true(file_read(file, 1 << 20, &body).ok);
	probe_open(&probe, entry);
	assert_true(rules_scan(scanner, &probe.entry, "data",
	                       cursor_over(body.data, body.len, DIAG_ARCHIVE_DATA), &probe.facts)
	                    .ok);
	probe_finish(&probe);
	for (size_t i = 0; i < fact_doc_count(probe.doc, ROW_MATCH); i++)
		found |= strcmp(probe_value(&probe, i, FACT_MATCH_RULE), rule) == 0;
	probe_close(&probe);
	text_free(&body);
	return found;
}

/* Scans every sample of a rule below `hit` or `miss`; returns how many do not behave. */
static int wrong_samples(struct rules_scanner *scanner, const char *rule, const char *side)
{
	char folder[512];
	size_t count = 0;
	int wrong = 0;

	snprintf(folder, sizeof folder, SAMPLES "/%s/%s", rule, side);
	char *roots[] = {folder, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	assert_non_null(tree);
	for (FTSENT *at; (at = fts_read(tree));) {
		if (at->fts_info != FTS_F)
			continue;
		count++;
		bool found = finds(scanner, rule, at->fts_path, at->fts_path + strlen(folder) + 1);
		if (found != (strcmp(side, "hit") == 0)) {
			print_error("%s: %s\n", at->fts_path, found ? "found" : "not found");
			wrong++;
		}
	}
	fts_close(tree);
	if (count == 0)
		print_error("%s: no sample\n", folder);
	return wrong + (count == 0);
}

static void each_rule_has_a_hit_and_a_near_miss(void **state)
{
	struct rules_scanner *scanner = rules_open();
	int wrong = 0;

	(void)state;
	assert_true(rules_count() > 0);
	for (size_t i = 0; i < rules_count(); i++) {
		wrong += wrong_samples(scanner, rules_name(i), "hit");
		wrong += wrong_samples(scanner, rules_name(i), "miss");
	}
	rules_close(scanner);
	assert_int_equal(wrong, 0);
}

static bool is_rule(const char *name)
{
	for (size_t i = 0; i < rules_count(); i++)
		if (strcmp(rules_name(i), name) == 0)
			return true;
	return false;
}

/* A folder that is named after no rule, or has a side that is neither, would never be looked at. */
static void each_sample_belongs_to_a_rule(void **state)
{
	char root[] = SAMPLES;
	char *roots[] = {root, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int strays = 0;

	(void)state;
	assert_non_null(tree);
	for (FTSENT *at; (at = fts_read(tree));) {
		bool stray = false;
		if (at->fts_info == FTS_D && at->fts_level == 1)
			stray = !is_rule(at->fts_name);
		else if (at->fts_info != FTS_DP && at->fts_level == 2)
			stray = at->fts_info != FTS_D ||
			        (strcmp(at->fts_name, "hit") && strcmp(at->fts_name, "miss"));
		if (stray) {
			print_error("%s: belongs to no rule\n", at->fts_path);
			strays++;
		}
	}
	fts_close(tree);
	assert_int_equal(strays, 0);
}

static int start(void **state)
{
	(void)state;
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
		cmocka_unit_test(each_rule_has_a_hit_and_a_near_miss),
		cmocka_unit_test(each_sample_belongs_to_a_rule),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
