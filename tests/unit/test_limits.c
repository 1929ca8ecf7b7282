/* test_limits.c - the table of limits and its counters. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "intake/limits.h"

static void defaults_stand_below_ceilings(void **state)
{
	(void)state;
	for (int i = 0; i < LIMIT_COUNT; i++) {
		assert_true(limit_table[i].value >= 1);
		assert_true(limit_table[i].value <= limit_table[i].ceiling);
		assert_int_equal(limit_get((enum limit)i), limit_table[i].value);
	}
}

static void refuses(const char *assignment, const char *word)
{
	assert_false(limit_set(assignment).ok);
	assert_int_equal(fault_last()->code, DIAG_USAGE);
	if (!strstr(fault_last()->why, word))
		fail_msg("'%s': '%s' does not say '%s'", assignment, fault_last()->why, word);
}

static void assignments_are_checked(void **state)
{
	(void)state;
	assert_true(limit_set("entries=10k").ok);
	assert_int_equal(limit_get(LIMIT_ENTRIES), 10 << 10);
	assert_true(limit_set("total=2G").ok);
	assert_int_equal(limit_get(LIMIT_TOTAL), 2ULL << 30);
	refuses("depth", "NAME=VALUE");
	refuses("dept=4", "'dept'");
	refuses("depth=", "no number");
	refuses("depth=-1", "no number");
	refuses("depth=4x", "no number");
	refuses("depth=4KK", "no number");
	refuses("depth=99999999999999999999", "no number");
	refuses("total=18014398509481984K", "no number");
	refuses("depth=0", "1 to 8");
	refuses("depth=9", "1 to 8");
	assert_int_equal(limit_get(LIMIT_DEPTH), 6);
	assert_true(limit_set("entries=200000").ok);
	assert_true(limit_set("total=8G").ok);
}

static void *count(void *passed)
{
	for (int i = 0; i < 1000; i++) {
		if (!limit_count_entries(100).ok)
			++*(int *)passed;
	}
	return NULL;
}

static void counters_hold_across_threads(void **state)
{
	pthread_t threads[4];
	int passed[4] = {0};

	(void)state;
	limit_reset(0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count, &passed[i]), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	/* 400,000 entries of which 200,000 are allowed */
	assert_int_equal(passed[0] + passed[1] + passed[2] + passed[3], 2000);
	assert_int_equal(fault_last()->code, DIAG_USAGE);
	assert_false(limit_count_entries(1).ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_ENTRIES);
	limit_reset(0);
	assert_true(limit_count_entries(200000).ok);
}

static void total_follows_the_bundle(void **state)
{
	(void)state;
	limit_reset(1000);
	assert_true(limit_count_bytes(512ULL << 20).ok);
	assert_false(limit_count_bytes(1).ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_TOTAL);
	limit_reset(10 << 20);
	assert_true(limit_count_bytes(2000ULL << 20).ok);
	assert_false(limit_count_bytes(1).ok);
	limit_reset(1ULL << 40);
	assert_true(limit_count_bytes(8ULL << 30).ok);
	assert_false(limit_count_bytes(UINT64_MAX).ok);
}

/* What threads find beyond what was announced never moves where the announced bytes end. */
static void excess_is_counted_apart(void **state)
{
	(void)state;
	limit_reset(1000);
	assert_true(limit_count_excess(512ULL << 20).ok);
	assert_false(limit_count_excess(1).ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_TOTAL);
	assert_true(limit_count_bytes(512ULL << 20).ok);
	limit_reset(1000);
	assert_true(limit_count_excess(1).ok);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_stand_below_ceilings),
		cmocka_unit_test(assignments_are_checked),
		cmocka_unit_test(counters_hold_across_threads),
		cmocka_unit_test(total_follows_the_bundle),
		cmocka_unit_test(excess_is_counted_apart),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
