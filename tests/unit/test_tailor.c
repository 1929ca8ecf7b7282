/* test_tailor.c - what a client's tailoring may change, and what it must say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/content.h"
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

static struct assessment *judge_facts(const char *xml, const char *pack, const char *facts,
                                      size_t len)
{
	struct policy *policy = NULL;
	struct fact_doc *doc = NULL;
	struct assessment *assessment = NULL;

	if (!load(xml, pack, &policy).ok)
		fail_msg("%s", fault_last()->why);
	assert_true(fact_doc_parse(facts, len, &doc).ok);
	assert_true(policy_judge(policy, doc, &assessment).ok);
	policy_free(policy);
	fact_doc_free(doc);
	return assessment;
}

static struct assessment *judge(const char *xml, const char *pack)
{
	static const char facts[] = "<facts><bundle platform='android'/><manifest module='base' "
				    "test-only='true'/></facts>";

	return judge_facts(xml, pack, facts, sizeof facts - 1);
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

#define SIGNED_BY(body) \
	"<tailoring id='t' version='1'><base pack='crypto-policy' version='>=0.1 &lt;1'/>" body \
	"</tailoring>"
#define AA "aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11"
#define BB "bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22"
#define BB_KEYTOOL \
	"BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:" \
	"BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22"
#define ONE "<set param='expected-signers'><item>" AA "</item></set>"
#define TWO "<item>" AA "</item><item>" BB "</item></set>"

static const struct control_result *control_of(const struct assessment *a, const char *id)
{
	size_t i = 0;

	while (i < a->control_count && strcmp(a->controls[i].id, id) != 0)
		i++;
	if (i == a->control_count)
		fail_msg("%s is not judged", id);
	return &a->controls[i];
}

static enum verdict verdict_for(const struct assessment *a, const char *id)
{
	return control_of(a, id)->verdict;
}

/* The value that a finding shows, or NULL. */
static const char *shown(const struct finding *finding, const char *name)
{
	for (size_t i = 0; i < finding->observed_count; i++) {
		if (strcmp(finding->observed[i].name, name) == 0)
			return finding->observed[i].value;
	}
	return NULL;
}

static struct assessment *judge_signer(const char *xml, const char *pack)
{
	static const char facts[] =
		"<facts><bundle platform='android' kind='apk'/><signing module='base' in='' "
		"kind='apk' signed='true'><signer scheme='v2' index='1' "
		"sha256='" BB "' subject='CN=B'/></signing></facts>";

	return judge_facts(xml, pack, facts, sizeof facts - 1);
}

/* A list of what is allowed is given by the client: giving one tightens, and so does a shorter one.
 */
static void signers_are_registered(void **state)
{
	(void)state;
	struct assessment *a = judge_signer(SIGNED_BY(""), NULL);
	assert_int_equal(verdict_for(a, "AND-SIG-07"), VERDICT_NOTAPPLICABLE);
	assert_int_equal(verdict_for(a, "AND-SIG-16"), VERDICT_NOTCHECKED);
	assessment_free(a);

	a = judge_signer(SIGNED_BY(ONE), NULL);
	assert_string_equal(a->packs[0].deviations[0].direction, "tightened");
	assert_int_equal(verdict_for(a, "AND-SIG-07"), VERDICT_FAIL);
	assert_int_equal(verdict_for(a, "AND-SIG-16"), VERDICT_NOTAPPLICABLE);
	/* the control looks at the fingerprint only; a reader wants to know whose it is */
	const struct finding *finding = &control_of(a, "AND-SIG-07")->steps[0].findings[0];
	assert_string_equal(shown(finding, "subject"), "CN=B");
	assert_null(shown(finding, "key-type"));
	assessment_free(a);

	a = judge_signer(SIGNED_BY(ONE "<set param='expected-signers' reason='r'>" TWO), NULL);
	assert_string_equal(a->packs[0].deviations[1].direction, "loosened");
	assert_int_equal(verdict_for(a, "AND-SIG-07"), VERDICT_PASS);
	assessment_free(a);

	refused(SIGNED_BY(ONE "<set param='expected-signers'>" TWO), NULL, "reason");
	refused(SIGNED_BY(ONE "<set param='expected-signers'/>"), NULL, "loosened");
}

/* "Not v2" is nothing to act on; what is there instead is. */
static void findings_show_the_rows_inside_that_they_rest_on(void **state)
{
	static const char facts[] =
		"<facts><bundle platform='android' kind='apk'/><signing module='base' in='' "
		"kind='apk' signed='true' verified='true'><scheme name='v1' verified='true' "
		"used='true' signers='1'/><refusal scheme='v2' code='X' family='none'/>"
		"</signing></facts>";

	(void)state;
	struct assessment *a = judge_facts(SIGNED_BY(""), NULL, facts, sizeof facts - 1);
	assert_int_equal(verdict_for(a, "AND-SIG-02"), VERDICT_FAIL);
	const struct finding *finding = &control_of(a, "AND-SIG-02")->steps[0].findings[0];
	assert_string_equal(shown(finding, "scheme/name"), "v1");
	assert_string_equal(shown(finding, "scheme/verified"), "true");
	assert_null(shown(finding, "scheme/signers"));
	assert_null(shown(finding, "refusal/code"));
	assessment_free(a);
}

/* As keytool prints a fingerprint, as apksigner does, and as people paste what is none. */
static void fingerprints_are_read_as_they_are_pasted(void **state)
{
	static const char *const wrong[] = {"bb22", AA "00", "AA:BB:" AA, ":" AA, AA ":",
	                                    BB_KEYTOOL ":", "SHA256: " BB_KEYTOOL,
	                                    "BB::22:" BB_KEYTOOL, "b:b22", "gg" AA,
	                                    /* colons between all but one of the pairs */
	                                    "BB22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:"
	                                    "BB:22:BB:22:BB:22:BB:22:BB:22:BB:22:BB:22"};
	struct text xml = {0};

	(void)state;
	struct assessment *a = judge_signer(
		SIGNED_BY("<set param='expected-signers'><item>\n\t" BB_KEYTOOL " </item></set>"),
		NULL);
	assert_int_equal(verdict_for(a, "AND-SIG-07"), VERDICT_PASS);
	assert_string_equal(a->packs[0].deviations[0].to, BB);
	assessment_free(a);

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		xml.len = 0;
		text_printf(&xml, SIGNED_BY("<set param='expected-signers'><item>%s</item></set>"),
		            wrong[i]);
		refused(xml.data, NULL, "is no SHA-256 fingerprint");
	}
	text_free(&xml);
	refused(SIGNED_BY("<set "
	                  "param='expected-signers'>\n<item>61:ED:37:7E:85:D3:86:A8:DF:EE:6B:86:4B:"
	                  "D8:"
	                  "5B:0B:FA:A5:AF:81</item></set>"),
	        NULL, ":2: parameter expected-signers: '61:ED");
	refused(SIGNED_BY("<set "
	                  "param='expected-signers'><item>61ED377E85D386A8DFEE6B864BD85B0BFAA5AF81"
	                  "</item></set>"),
	        NULL, "SHA-1");
}

/* The tailoring that ships as an example holds. */
static void the_example_of_a_bank_holds(void **state)
{
	const struct content *file = content_find("packs/crypto-policy/tailoring.xml");
	struct text xml = {0};

	(void)state;
	assert_non_null(file);
	text_add(&xml, file->data, file->size);
	struct assessment *a = judge_signer(xml.data, NULL);
	assert_string_equal(a->packs[0].profile, "hybrid");
	assert_int_equal(a->packs[0].deviation_count, 4);
	assert_int_equal(verdict_for(a, "AND-SIG-07"), VERDICT_FAIL);
	assessment_free(a);
	text_free(&xml);
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
		cmocka_unit_test(signers_are_registered),
		cmocka_unit_test(findings_show_the_rows_inside_that_they_rest_on),
		cmocka_unit_test(fingerprints_are_read_as_they_are_pasted),
		cmocka_unit_test(the_example_of_a_bank_holds),
		cmocka_unit_test(faults_are_refused),
		cmocka_unit_test(requests_are_checked),
	};

	if (!digest_start().ok)
		return 1;
	return cmocka_run_group_tests_name("tailor", tests, NULL, NULL);
}
