/* test_judge.c - whole packs over facts: verdicts, findings, gates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"
#include "policy/policy.h"

static struct assessment *judge(const char *facts, const char *gate, const char *tailoring,
                                const char *profile)
{
	const char *packs[] = {profile ? profile : "example"};
	struct policy_request request = {.packs = packs,
	                                 .pack_count = 1,
	                                 .gate = gate,
	                                 .tailoring = tailoring,
	                                 .as_of = "2026-11-23"};
	struct policy *policy = NULL;
	struct fact_doc *doc = NULL;
	struct assessment *assessment = NULL;

	if (!policy_load(&request, &policy).ok)
		fail_msg("%s", fault_last()->why);
	if (!fact_doc_parse(facts, strlen(facts), &doc).ok)
		fail_msg("%s", fault_last()->why);
	assert_true(policy_judge(policy, doc, &assessment).ok);
	/* the assessment stands on its own */
	policy_free(policy);
	fact_doc_free(doc);
	return assessment;
}

#define GOOD \
	"<facts><bundle platform='android'/><manifest module='base' test-only='false'/></facts>"
#define BAD \
	"<facts><bundle platform='android'/><manifest module='base' in='AndroidManifest.xml' " \
	"test-only='true'/></facts>"

static void a_failed_requirement_fails_the_gate(void **state)
{
	(void)state;
	struct assessment *a = judge(BAD, NULL, NULL, NULL);
	assert_int_equal(a->outcome, GATE_FAILED);
	assert_int_equal(a->packs[0].gate.failed_count, 1);
	assert_string_equal(a->packs[0].gate.failed[0], "EXA-01");
	assert_int_equal(a->control_count, 2);
	const struct control_result *control = &a->controls[1];
	assert_string_equal(control->id, "EXA-MAN-01");
	assert_int_equal(control->verdict, VERDICT_FAIL);
	const struct finding *finding = &control->steps[0].findings[0];
	assert_string_equal(finding->row, "/facts/manifest");
	assert_string_equal(finding->in, "AndroidManifest.xml");
	assert_int_equal(strlen(finding->fingerprint), 16);
	assert_string_equal(finding->observed[0].name, "module");
	assert_string_equal(finding->observed[1].name, "test-only");
	assert_string_equal(finding->observed[1].value, "true");
	assert_int_equal(a->packs[0].standards[0].clauses[0].verdict, CLAUSE_PARTLY);
	assert_int_equal(a->packs[0].standards[0].clauses[1].verdict, CLAUSE_INCOMPLETE);
	assert_int_equal(a->packs[0].standards[0].clauses[2].verdict, CLAUSE_NOT_COVERED);
	assert_int_equal(a->packs[0].score.low, 20);
	assert_int_equal(a->packs[0].score.high, 40);
	assert_int_equal(a->packs[0].score.judged, 4);
	assert_int_equal(a->packs[0].score.applicable, 5);
	assessment_free(a);
}

static void gates_differ_about_people(void **state)
{
	(void)state;
	struct assessment *a = judge(GOOD, "pipeline", NULL, NULL);
	assert_int_equal(a->outcome, GATE_PASSED);
	assert_true(a->evaluated);
	assert_string_equal(a->controls[0].prose[LANG_EN].title,
	                    "The app has no more than 200 components");
	assessment_free(a);
	a = judge(GOOD, "delivery", NULL, NULL);
	assert_int_equal(a->outcome, GATE_INCOMPLETE);
	assert_string_equal(a->packs[0].gate.incomplete[0], "EXA-03");
	assessment_free(a);
}

static void nothing_evaluated_is_incomplete(void **state)
{
	(void)state;
	struct assessment *a = judge("<facts><bundle platform='ios'/></facts>", NULL, NULL, NULL);
	assert_false(a->evaluated);
	assert_int_equal(a->outcome, GATE_INCOMPLETE);
	assert_false(a->packs[0].score.available);
	assessment_free(a);
}

static void reasons_name_what_is_missing(void **state)
{
	(void)state;
	struct assessment *a = judge(
		"<facts><bundle platform='android'/><manifest module='base' unread='test-only'/>"
		"<sources><source name='manifest' status='limit'/></sources></facts>",
		NULL, NULL, NULL);
	assert_int_equal(a->outcome, GATE_INCOMPLETE);
	const struct step_result *step = &a->controls[1].steps[0];
	assert_int_equal(step->verdict, VERDICT_UNKNOWN);
	assert_string_equal(step->reason,
	                    "source manifest: limit; unread /facts/manifest/@test-only");
	assert_true(step->findings[0].possible);
	assert_int_equal(a->controls[0].verdict, VERDICT_UNKNOWN);
	assessment_free(a);
}

static void equal_fingerprints_merge(void **state)
{
	(void)state;
	struct assessment *a = judge(
		"<facts><bundle platform='android'/><manifest module='base' test-only='true'/>"
		"<manifest module='base' test-only='true'/><manifest module='b' test-only='true'/>"
		"</facts>",
		NULL, NULL, NULL);
	const struct step_result *step = &a->controls[1].steps[0];
	assert_int_equal(step->examined, 3);
	assert_int_equal(step->finding_count, 2);
	assert_int_equal(step->findings[0].count + step->findings[1].count, 3);
	assessment_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failed_requirement_fails_the_gate),
		cmocka_unit_test(gates_differ_about_people),
		cmocka_unit_test(nothing_evaluated_is_incomplete),
		cmocka_unit_test(reasons_name_what_is_missing),
		cmocka_unit_test(equal_fingerprints_merge),
	};

	if (!digest_start().ok)
		return 1;
	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
