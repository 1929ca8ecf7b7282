/* test_score.c - combining verdicts, the interval, and that less knowledge never raises its low
 * end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "policy/params.h"
#include "policy/verdict.h"

static enum verdict mixed(const char *letters)
{
	static const char order[] = "PFEUNCS";
	struct verdict_mix mix = {0};

	for (; *letters; letters++)
		verdict_add(&mix, (enum verdict)(strchr(order, *letters) - order));
	return verdict_of(&mix);
}

static void the_worst_wins(void **state)
{
	(void)state;
	assert_int_equal(mixed("PFEUCN"), VERDICT_FAIL);
	assert_int_equal(mixed("PEUCN"), VERDICT_ERROR);
	assert_int_equal(mixed("PUCN"), VERDICT_UNKNOWN);
	assert_int_equal(mixed("PCN"), VERDICT_NOTCHECKED);
	assert_int_equal(mixed("PN"), VERDICT_PASS);
	assert_int_equal(mixed("NN"), VERDICT_NOTAPPLICABLE);
	assert_int_equal(mixed(""), VERDICT_NOTSELECTED);
}

static void clauses_are_never_met_too_early(void **state)
{
	struct verdict_mix pass = {.seen[VERDICT_PASS] = true};
	(void)state;
	assert_int_equal(clause_verdict_of(&pass, true), CLAUSE_MET);
	assert_int_equal(clause_verdict_of(&pass, false), CLAUSE_MET_SO_FAR);
	verdict_add(&pass, VERDICT_NOTCHECKED);
	assert_int_equal(clause_verdict_of(&pass, true), CLAUSE_MET_SO_FAR);
	verdict_add(&pass, VERDICT_UNKNOWN);
	assert_int_equal(clause_verdict_of(&pass, true), CLAUSE_INCOMPLETE);
	verdict_add(&pass, VERDICT_FAIL);
	assert_int_equal(clause_verdict_of(&pass, true), CLAUSE_PARTLY);
	pass.seen[VERDICT_PASS] = false;
	assert_int_equal(clause_verdict_of(&pass, true), CLAUSE_NOT_MET);
}

static void the_interval_is_rounded_outwards(void **state)
{
	struct requirement_result r[3] = {{.weight = 1, .verdict = VERDICT_PASS},
	                                  {.weight = 1, .verdict = VERDICT_FAIL},
	                                  {.weight = 1, .verdict = VERDICT_UNKNOWN}};
	(void)state;
	struct score score = score_of(r, 3);
	assert_int_equal(score.low, 33);
	assert_int_equal(score.high, 67);
	assert_int_equal(score.judged, 2);
	assert_int_equal(score.applicable, 3);
	r[0].verdict = r[1].verdict = VERDICT_NOTCHECKED;
	assert_false(score_of(r, 3).available);
	assert_false(score_of(r, 0).available);
}

/* Every way in which less knowledge changes a verdict, one requirement at a time. */
static void less_knowledge_never_raises_the_low_end(void **state)
{
	static const enum verdict known[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_NOTAPPLICABLE,
	                                     VERDICT_NOTCHECKED, VERDICT_NOTSELECTED};
	static const enum verdict less[] = {VERDICT_UNKNOWN, VERDICT_ERROR};
	(void)state;
	for (unsigned code = 0; code < 5 * 5 * 5 * 5; code++) {
		struct requirement_result r[4];
		for (unsigned i = 0, rest = code; i < 4; i++, rest /= 5)
			r[i] = (struct requirement_result){.weight = i + 1,
			                                   .verdict = known[rest % 5]};
		struct score before = score_of(r, 4);
		for (unsigned i = 0; i < 8; i++) {
			enum verdict was = r[i / 2].verdict;
			if (was == VERDICT_NOTSELECTED)
				continue;
			r[i / 2].verdict = less[i % 2];
			struct score after = score_of(r, 4);
			r[i / 2].verdict = was;
			if (after.available)
				assert_true(after.low <= before.low && after.high >= after.low);
			assert_true(after.judged <= before.judged);
		}
	}
}

static enum param_change change(enum param_type type, enum stricter stricter, const char *from,
                                const char *to)
{
	struct arena arena;
	struct param param = {.name = "p", .type = type, .stricter = stricter};
	struct param_value a, b;

	arena_init(&arena, 1 << 16);
	assert_true(params_read(&arena, type, from, &a).ok);
	assert_true(params_read(&arena, type, to, &b).ok);
	enum param_change result = params_compare(&param, &a, &b);
	arena_free(&arena);
	return result;
}

static void directions_have_a_meaning(void **state)
{
	(void)state;
	assert_int_equal(change(PARAM_INT, STRICTER_HIGHER, "33", "34"), CHANGE_TIGHTENED);
	assert_int_equal(change(PARAM_INT, STRICTER_HIGHER, "33", "-4"), CHANGE_LOOSENED);
	assert_int_equal(change(PARAM_INT, STRICTER_LOWER, "33", "34"), CHANGE_LOOSENED);
	assert_int_equal(change(PARAM_INT, STRICTER_LOWER, "33", "33"), CHANGE_NONE);
	assert_int_equal(change(PARAM_DAY, STRICTER_HIGHER, "2026-01-01", "2026-01-02"),
	                 CHANGE_TIGHTENED);
	assert_int_equal(change(PARAM_BOOL, STRICTER_TRUE, "true", "false"), CHANGE_LOOSENED);
	assert_int_equal(change(PARAM_BOOL, STRICTER_FALSE, "true", "false"), CHANGE_TIGHTENED);
	assert_int_equal(change(PARAM_STRING, STRICTER_NONE, "a", "b"), CHANGE_OTHER);
}

static void days_are_counted(void **state)
{
	int64_t day = 0;
	(void)state;
	assert_true(params_day("1970-01-01", &day) && day == 0);
	assert_true(params_day("2000-03-01", &day) && day == 11017);
	assert_true(params_day("2026-11-23", &day) && day == 20780);
	assert_true(params_day("1969-12-31", &day) && day == -1);
	assert_false(params_day("2026-02-29", &day));
	assert_false(params_day("2026-13-01", &day));
	assert_false(params_day("2026-1-01", &day));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_wins),
		cmocka_unit_test(clauses_are_never_met_too_early),
		cmocka_unit_test(the_interval_is_rounded_outwards),
		cmocka_unit_test(less_knowledge_never_raises_the_low_end),
		cmocka_unit_test(directions_have_a_meaning),
		cmocka_unit_test(days_are_counted),
	};

	return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
