/* test_tailor.c - what a client's tailoring may change, and what it must say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "policy/policy.h"

static RESULT load(const char *xml, const char *pack, struct policy **out)
{
	char path[] = "/tmp/parasol-tailoring-XXXXXX.xml";
	int fd = mkstemps(path, 4);
	const char *packs[] = {pack};
	struct policy_request request = {.packs = packs,
	                                 .pack_count = pack ? 1 : 0,
	                                 .tailoring = path,
	                                 .as_of = "2026-11-23"};

	assert_true(fd >= 0);
	close(fd);
	assert_true(file_write(path, xml, strlen(xml)).ok);
	struct result done = policy_load(&request, out);
	unlink(path);
	return done;
}

static struct assessment *judge(const char *xml, const char *pack)
{
	static const char facts[] = "<facts><bundle platform='android'/><manifest module='base' "
	                            "test-only='true'/></facts>";
	struct policy *policy = NULL;
	struct fact_doc *doc = NULL;
	struct assessment *assessment = NULL;

	if (!load(xml, pack, &policy).ok)
		fail_msg("%s", fault_last()->why);
	assert_true(fact_doc_parse(facts, sizeof facts - 1, &doc).ok);
	assert_true(policy_judge(policy, doc, &assessment).ok);
	policy_free(policy);
	fact_doc_free(doc);
	return assessment;
}

#define TAILORING(base, body) \
	"<tailoring id='t' version='1'><base pack='example' " base "/>" body "</tailoring>"
#define BASE "version='>=0.1 &lt;1'"

static void refused(const char *xml, const char *pack, const char *why)
{
	struct policy *policy = NULL;

	if (load(xml, pack, &policy).ok)
		fail_msg("taken: %s", xml);
	if (!strstr(fault_last()->why, why) || strchr(fault_last()->why, '\n'))
		fail_msg("%s", fault_last()->why);
}

static void changes_are_listed(void **state)
{
	(void)state;
	struct assessment *a = judge(
		TAILORING(BASE,
	                  "<set param='example-max-components' value='150'/>"
	                  "<set param='example-max-components' value='300' reason='r' ticket='T'/>"
	                  "<severity requirement='EXA-02' value='critical'/>"
	                  "<deselect control='EXA-MAN-01' reason='none'/>"
	                  "<report client='A 银行'/>"),
		NULL);
	const struct pack_result *pack = &a->packs[0];

	assert_int_equal(pack->deviation_count, 4);
	assert_string_equal(pack->deviations[0].direction, "tightened");
	assert_string_equal(pack->deviations[1].direction, "loosened");
	assert_string_equal(pack->deviations[1].from, "150");
	assert_string_equal(pack->deviations[1].ticket, "T");
	assert_string_equal(pack->deviations[2].to, "critical");
	assert_string_equal(pack->deviations[3].kind, "deselect");
	assert_string_equal(pack->parameters[0].value, "300");
	assert_string_equal(a->client, "A 银行");
	assert_int_equal(strlen(a->tailoring_digest), 64);
	/* what is deselected is not judged, and does not count as passed */
	assert_int_equal(a->control_count, 1);
	assert_int_equal(pack->requirements[0].verdict, VERDICT_NOTSELECTED);
	assert_int_equal(pack->requirements[1].severity, SEVERITY_CRITICAL);
	assert_int_equal(pack->score.applicable, 2);
	assessment_free(a);
}

static void profiles_are_applied(void **state)
{
	(void)state;
	struct assessment *a = judge(TAILORING(BASE " profile='strict'", ""), NULL);
	assert_string_equal(a->packs[0].profile, "strict");
	assert_string_equal(a->packs[0].parameters[0].value, "50");
	assert_int_equal(a->packs[0].deviation_count, 0);
	assessment_free(a);
}

static void faults_are_refused(void **state)
{
	(void)state;
	refused(TAILORING(BASE, "<set param='example-max-components' value='900' reason='r'/>"),
	        NULL, "under the floor '500'");
	refused(TAILORING(BASE, "<set param='example-max-components' value='300'/>"), NULL,
	        "reason");
	refused(TAILORING(BASE, "<set param='example-max-component' value='1'/>"), NULL,
	        "did you mean 'example-max-components'");
	refused(TAILORING(BASE, "<deselect control='EXA-MAN-02' reason='r'/>"), NULL,
	        "did you mean 'EXA-MAN-01'");
	refused(TAILORING(BASE, "<deselect requirement='EXA-9' reason='r'/>"), NULL, "EXA-9");
	refused(TAILORING(BASE, "<deselect control='EXA-MAN-01'/>"), NULL, "reason");
	refused(TAILORING(BASE, "<severity control='EXA-MAN-01' value='low'/>"), NULL, "reason");
	refused(TAILORING("version='>=2'", ""), NULL, "version");
	refused(TAILORING(BASE " profile='strict'", ""), "example", "profile");
	refused(TAILORING(BASE, "<oops/>"), NULL, "oops");
	refused("<!DOCTYPE tailoring><tailoring/>", NULL, "DOCTYPE");
	refused("<tailoring id='t' version='1'><base pack='none' version='>=1'/></tailoring>",
	        "example", "not chosen");
}

static void requests_are_checked(void **state)
{
	static const char *const packs[] = {"example"}, *const none[] = {"exampel"},
				 *const profile[] = {"example:none"};
	struct policy_request request = {.packs = packs, .pack_count = 1, .as_of = "2026-02-30"};
	struct policy *policy = NULL;

	(void)state;
	assert_false(policy_load(&request, &policy).ok);
	request.as_of = "2028-02-29";
	request.fail_on = "severe";
	assert_false(policy_load(&request, &policy).ok);
	request.fail_on = "none";
	assert_true(policy_load(&request, &policy).ok);
	policy_free(policy);
	request.gate = "nightly";
	assert_false(policy_load(&request, &policy).ok);
	request.gate = NULL;
	request.packs = none;
	assert_false(policy_load(&request, &policy).ok);
	request.packs = profile;
	assert_false(policy_load(&request, &policy).ok);
	assert_non_null(strstr(fault_last()->why, "no profile 'none'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_listed),
		cmocka_unit_test(profiles_are_applied),
		cmocka_unit_test(faults_are_refused),
		cmocka_unit_test(requests_are_checked),
	};

	if (!digest_start().ok)
		return 1;
	return cmocka_run_group_tests_name("tailor", tests, NULL, NULL);
}
