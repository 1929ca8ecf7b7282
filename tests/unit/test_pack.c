/* test_pack.c - loading, linting and testing packs; what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "policy/evaluate.h"
#include "policy/policy.h"
#include "policy/select.h"

static void built_in_content_is_clean(void **state)
{
	static const char *const names[] = {"example", "controls"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct text report = {0};
		size_t count = 0, failed = 0;
		assert_true(pack_lint(names[i], &report, &count).ok);
		if (count)
			fail_msg("%s", report.data);
		assert_true(pack_test(names[i], &report, &count, &failed).ok);
		if (failed || (i == 0 && count != 8))
			fail_msg("%zu run: %s", count, report.data);
		text_free(&report);
	}
}

/* Writes one file and lints it; returns the report, which the caller frees. */
static struct text lint(const char *xml, size_t *problems)
{
	char path[] = "/tmp/parasol-pack-XXXXXX.xml";
	struct text report = {0};
	int fd = mkstemps(path, 4);

	assert_true(fd >= 0);
	close(fd);
	assert_true(file_write(path, xml, strlen(xml)).ok);
	assert_true(pack_lint(path, &report, problems).ok);
	unlink(path);
	return report;
}

static void refused(const char *xml, const char *what)
{
	size_t problems = 0;
	struct text report = lint(xml, &problems);

	if (!problems || !strstr(report.data, what))
		fail_msg("not refused for '%s': %s\n%s", what, xml, report.data);
	text_free(&report);
}

#define PACK(version, body) \
	"<pack id='p' version='" version \
	"' sequence='1' issued='2026-01-01' engine='>=0.1 &lt;1' " \
	"facts='1.0'><profiles><profile id='b' default='true'/></profiles><gates>" \
	"<gate id='pipeline' default='true' fail-on='high'/><gate id='delivery' fail-on='low'/>" \
	"</gates>" body "</pack>"
#define REQUIREMENT(id, uses) \
	"<requirement id='" id "' severity='high' weight='1'>" uses "</requirement>"
#define CONTROL(id, steps) \
	"<control id='" id "' revision='1' severity='high' weight='1'>" steps "</control>"

static void bad_packs_are_refused(void **state)
{
	(void)state;
	refused("<!DOCTYPE pack [<!ENTITY x 'y'>]><pack id='p'/>", "DOCTYPE");
	refused("<pack id='p' version='1.0.0' schema='999'/>", "schema");
	refused("<pack id='../p' version='1.0.0'/>", "id");
	refused("<pack", ":1:");
	refused("<other/>", "other");
	refused(PACK("1.0.0", ""), "requirement");
	refused(PACK("1", REQUIREMENT("A", "")), "version");
	refused(PACK("1.0.0", REQUIREMENT("A", "") REQUIREMENT("A", "")), "twice");
	refused(PACK("1.0.0", REQUIREMENT("A", "<use control='NO-SUCH'/>")), "NO-SUCH");
	refused(PACK("1.0.0",
	             REQUIREMENT("ABCDE-1", "") REQUIREMENT("B", "<use requirement='ABCDE-2'/>")),
	        "did you mean 'ABCDE-1'");
	refused(PACK("1.0.0", REQUIREMENT("A", "<use requirement='B'/>")
	                              REQUIREMENT("B", "<use requirement='A'/>")),
	        "itself");
	refused(PACK("1.0.0", REQUIREMENT("A", "<use pack='no-such' requirement='A'/>")),
	        "cannot be loaded");
}

static void bad_controls_are_refused(void **state)
{
	(void)state;
	refused("<controls>" CONTROL("X",
	                             "<forbid id='a' select=\"/facts/keyz/key\"/>") "</controls>",
	        "did you mean 'keys'");
	refused("<controls>" CONTROL("X", "<forbid id='a' select='/facts/keys/key'/>")
	                CONTROL("X", "<forbid id='a' select='/facts/keys/key'/>") "</controls>",
	        "taken");
	refused("<controls>" CONTROL("X",
	                             "<forbid id='a' select='/facts/keys/key'/>"
	                             "<forbid id='a' select='/facts/keys/key'/>") "</controls>",
	        "two steps");
	refused("<controls>" CONTROL(
			"X",
			"<forbid id='a' select='/facts/keys/key[@bits = $none]'/>") "</controls>",
	        "no parameter");
	refused("<params><param name='a' type='int' value='1' stricter='higher' "
	        "floor='2'/></params>",
	        "under the floor");
	refused("<params><param name='a' type='int' value='x'/></params>", "whole number");
	refused("<params><param name='a' type='list' stricter='higher'/></params>", "no meaning");
	refused("<params><param name='as-of' type='int' value='1'/></params>", "taken");
	refused("<params><param name='as-of-plus-a' type='int' value='1'/></params>", "taken");
	refused("<params><param name='a' type='int' value='1' stricter='allow'/></params>",
	        "no meaning");
}

#define PROFILED(profiles) \
	"<pack id='p' version='1.0.0' sequence='1' issued='2026-01-01' engine='>=0.1 &lt;1' " \
	"facts='1.0'><profiles><profile id='b' default='true'>" \
	"<set param='min-target-sdk' value='34'/></profile>" profiles "</profiles><gates>" \
	"<gate id='pipeline' default='true' fail-on='high'/><gate id='delivery' fail-on='low'/>" \
	"</gates>" REQUIREMENT("A", "<use control='AND-MAN-08'/>") "</pack>"
#define TIGHTENS(sets) PROFILED("<profile id='s' tightens='b'>" sets "</profile>")

static void profiles_only_tighten(void **state)
{
	size_t problems = 0;
	(void)state;
	refused(TIGHTENS("<set param='min-target-sdk' value='33'/>"), "'33' is not stricter");
	refused(TIGHTENS("<set param='allowed-curves'><item>secp256r1</item><item>x</item></set>"),
	        "is not stricter");
	refused(PROFILED("<profile id='s' tightens='none'/>"), "does not stand before it");
	refused(PROFILED("<profile id='s' tightens='s'/>"), "does not stand before it");
	struct text report = lint(TIGHTENS("<set param='min-target-sdk' value='35'/>"
	                                   "<set param='min-os-sdk' value='24'/>"),
	                          &problems);
	if (strstr(report.data, "stricter"))
		fail_msg("%s", report.data);
	text_free(&report);
}

/* The value that a profile of a pack gives min-target-sdk. */
static void target_sdk_is(const char *xml, const char *profile, const char *want)
{
	static const char facts[] = "<facts><bundle platform='android'/></facts>";
	char path[] = "/tmp/parasol-pack-XXXXXX.xml", name[64];
	const char *packs[] = {name};
	struct policy_request request = {.packs = packs, .pack_count = 1, .as_of = "2026-11-23"};
	struct policy *policy = NULL;
	struct fact_doc *doc = NULL;
	struct assessment *a = NULL;
	int fd = mkstemps(path, 4);

	assert_true(fd >= 0);
	close(fd);
	assert_true(file_write(path, xml, strlen(xml)).ok);
	snprintf(name, sizeof name, "%s:%s", path, profile);
	struct result done = policy_load(&request, &policy);
	unlink(path);
	if (!done.ok)
		fail_msg("%s", fault_last()->why);
	assert_true(fact_doc_parse(facts, sizeof facts - 1, &doc).ok);
	assert_true(policy_judge(policy, doc, &a).ok);
	assert_string_equal(a->packs[0].parameters[0].name, "min-target-sdk");
	assert_string_equal(a->packs[0].parameters[0].value, want);
	assessment_free(a);
	fact_doc_free(doc);
	policy_free(policy);
}

static void profiles_take_over_what_they_tighten(void **state)
{
	(void)state;
	target_sdk_is(TIGHTENS(""), "s", "34");
	target_sdk_is(TIGHTENS("<set param='min-target-sdk' value='35'/>"), "s", "35");
	target_sdk_is(PROFILED("<profile id='s' tightens='b'/><profile id='t' tightens='s'/>"), "t",
	              "34");
	target_sdk_is(PROFILED("<profile id='s'/>"), "s", "33");
}

static void versions_are_ordered(void **state)
{
	static const char *const rising[] = {"1.0-alpha", "1.0-alpha.1", "1.0-rc1", "1.0",
	                                     "1.1.1",     "1.1.1a",      "1.1.1w",  "1.1.2",
	                                     "2.9.0",     "2.17.1",      "10"};
	(void)state;
	for (size_t i = 0; i < sizeof rising / sizeof *rising; i++) {
		for (size_t j = 0; j < sizeof rising / sizeof *rising; j++)
			assert_int_equal(version_compare(rising[i], rising[j]), (i > j) - (i < j));
	}
	assert_int_equal(version_compare("1.0", "1.0.0"), 0);
	assert_int_equal(version_compare("1.02", "1.2"), 0);
	assert_true(version_within("0.1.0", ">=0.1 <1"));
	assert_false(version_within("1.0.0", ">=0.1 <1"));
	assert_false(version_range("0.1"));
	assert_false(version_range(""));
}

static void listings_name_the_packs(void **state)
{
	struct text out = {0};
	(void)state;
	assert_true(policy_list(&out).ok);
	assert_non_null(strstr(out.data, "example 0.1.0"));
	assert_true(policy_show("example", &out).ok);
	assert_non_null(strstr(out.data, "$example-max-components = 200"));
	assert_false(policy_show("no-such", &out).ok);
	text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_content_is_clean),
		cmocka_unit_test(bad_packs_are_refused),
		cmocka_unit_test(bad_controls_are_refused),
		cmocka_unit_test(profiles_only_tighten),
		cmocka_unit_test(profiles_take_over_what_they_tighten),
		cmocka_unit_test(versions_are_ordered),
		cmocka_unit_test(listings_name_the_packs),
	};

	if (!digest_start().ok)
		return 1;
	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
