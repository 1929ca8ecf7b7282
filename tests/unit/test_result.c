/* test_result.c - the result document: valid, deterministic, digested, safely read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "render/node.h"
#include "unit/sample.h"

#define AA "aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11"

static xmlDoc *sample_result(size_t findings, const struct run_info *run)
{
	struct assessment *assessment = sample_assessment(findings);
	xmlDoc *doc = NULL;

	assert_true(result_xml(assessment, run, &doc).ok);
	sample_free(assessment);
	return doc;
}

static void result_is_valid(void **state)
{
	xmlDoc *doc = sample_result(6, &sample_run);
	struct result valid = result_validate(doc);
	const char *path = getenv("SAMPLE_RESULT");
	struct text text = {0};

	(void)state;
	if (!valid.ok)
		fail_msg("%s", fault_last()->why);
	assert_true(result_text(doc, &text).ok);
	if (path) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fwrite(text.data, 1, text.len, file);
		fclose(file);
	}
	text_free(&text);
	xmlFreeDoc(doc);
}

static void invalid_results_are_refused(void **state)
{
	xmlDoc *doc = sample_result(1, &sample_run);
	xmlNode *root = xmlDocGetRootElement(doc);

	(void)state;
	node_set(node_child(node_child(root, "assessment"), "conclusion"), "outcome", "certified");
	assert_false(result_validate(doc).ok);
	assert_int_equal(fault_last()->code, DIAG_USAGE);
	assert_non_null(strstr(fault_last()->why, "certified"));
	xmlFreeDoc(doc);
}

static void assessment_bytes(xmlDoc *doc, struct text *out)
{
	xmlBuffer *buffer = xmlBufferCreate();

	xmlNodeDump(buffer, doc, node_child(xmlDocGetRootElement(doc), "assessment"), 0, 0);
	text_puts(out, (const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
}

static void assessment_ignores_the_run(void **state)
{
	struct run_info other = {.id = "other",
	                         .revision = 2,
	                         .started = "2027-01-01T00:00:00Z",
	                         .finished = "2027-01-01T00:00:09Z",
	                         .tool_version = "0.1.0",
	                         .file_name = "renamed.apk",
	                         .threads = 1};
	xmlDoc *one = sample_result(6, &sample_run), *two = sample_result(6, &other);
	struct text left = {0}, right = {0};

	(void)state;
	assessment_bytes(one, &left);
	assessment_bytes(two, &right);
	assert_string_equal(left.data, right.data);
	assert_null(strstr(left.data, "mockbank-1.0"));
	text_free(&left);
	text_free(&right);
	xmlFreeDoc(one);
	xmlFreeDoc(two);
}

static void what_is_written_is_read_again(void **state)
{
	xmlDoc *doc = sample_result(6, &sample_run), *again = NULL;
	struct text first = {0}, second = {0};

	(void)state;
	assert_true(result_text(doc, &first).ok);
	if (!result_read(first.data, first.len, &again).ok)
		fail_msg("%s", fault_last()->why);
	assert_true(result_text(again, &second).ok);
	assert_string_equal(first.data, second.data);
	assert_true(
		text_is_clean(node_get(node_child(xmlDocGetRootElement(doc), "run"), "file"), 10));
	text_free(&first);
	text_free(&second);
	xmlFreeDoc(doc);
	xmlFreeDoc(again);
}

static void refuses(const char *bytes, size_t len, const char *why)
{
	xmlDoc *doc = NULL;

	assert_false(result_read(bytes, len, &doc).ok);
	assert_null(doc);
	assert_int_equal(fault_last()->code, DIAG_USAGE);
	if (!strstr(fault_last()->why, why))
		fail_msg("'%s' does not say '%s'", fault_last()->why, why);
}

static void hostile_files_are_refused(void **state)
{
	static const char bomb[] =
		"<!DOCTYPE result [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]>"
		"<result version='&b;'/>";

	(void)state;
	refuses(bomb, sizeof bomb - 1, "DOCTYPE");
	refuses("", 0, "empty");
	refuses("<result", 7, "line 1");
	refuses("<html/>", 7, "html");
	refuses("<result version='1.0'/>", 23, "run");
}

static void a_changed_verdict_is_noticed(void **state)
{
	xmlDoc *doc = sample_result(2, &sample_run);
	struct text text = {0};

	(void)state;
	assert_true(result_text(doc, &text).ok);
	char *fail = strstr(text.data, "verdict=\"fail\"");
	assert_non_null(fail);
	memcpy(fail, "verdict=\"pass\"", 14);
	refuses(text.data, text.len, "changed");
	text_free(&text);
	xmlFreeDoc(doc);
}

/* The canonical form is the one the comment in result.h describes, made here by hand. */
static void digest_is_what_it_says(void **state)
{
	static const char canonical[] =
		"<assessment as-of=\"2026-11-23\">\n <x a=\"&lt;\"></x></assessment>";
	static const char text[] =
		"<result><assessment digest='00' as-of='2026-11-23'>\n <x a='&lt;'/>"
		"</assessment></result>";
	xmlDoc *doc = xmlReadMemory(text, sizeof text - 1, NULL, NULL, 0);
	char digest[65], want[2 * DIGEST_MAX + 1];

	(void)state;
	assert_true(digest_start().ok);
	digest_hex(DIGEST_SHA256, canonical, sizeof canonical - 1, want);
	assert_true(result_digest(doc, digest).ok);
	assert_string_equal(digest, want);
	xmlFreeDoc(doc);
}

/* What an analyser could not read stands below its source, whatever was found. */
static void gaps_are_kept(void **state)
{
	struct assessment *assessment = sample_assessment(1);
	struct fact_doc *doc = fact_doc_new();
	struct facts facts;
	xmlDoc *result = NULL;
	struct text text = {0};

	(void)state;
	facts_init(&facts, (struct entry_id){0}, "lib/<x>.so");
	facts_gap(&facts, SOURCE_CODE, STATUS_LIMIT, DIAG_LIMIT_ENTRY);
	facts_issue(&facts, DIAG_LIMIT_ENTRY, 7, "larger than %d", 5);
	facts_finish(&facts);
	fact_doc_add_facts(doc, &facts);
	fact_doc_finish(doc);
	fact_doc_free((struct fact_doc *)(uintptr_t)assessment->facts);
	assessment->facts = doc;
	assert_true(result_xml(assessment, &sample_run, &result).ok);
	if (!result_validate(result).ok)
		fail_msg("%s", fault_last()->why);
	assert_true(result_text(result, &text).ok);
	assert_non_null(strstr(text.data, "<gap in=\"lib/&lt;x&gt;.so\" status=\"limit\" "
	                                  "code=\"LIMIT_ENTRY\"/>"));
	assert_non_null(strstr(text.data, "<issues total=\"1\">"));
	text_free(&text);
	xmlFreeDoc(result);
	facts_free(&facts);
	sample_free(assessment);
}

static size_t times(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

/* The bundle's own signature is told, each signer once; packages inside of it sign for themselves.
 */
static void the_signature_is_the_bundles_own(void **state)
{
	static const char facts[] =
		"<facts><bundle platform='android' kind='apk'/><certificates><certificate "
		"in='plugin.apk!/META-INF/A.RSA' sha256='cc33' role='signer' "
		"subject='CN=Other'/></certificates><signing module='m1' in='plugin.apk' "
	        "kind='apk' "
		"signed='true' verified='true'><signer scheme='v2' index='1' sha256='cc33' "
		"subject='CN=Other'/></signing><signing module='base' in='' kind='apk' "
	        "signed='true' "
		"verified='false' reason='DIGEST_DIFFERS'><scheme name='v1' verified='true' "
		"used='true' digests='SHA1'/><scheme name='v2' verified='false' used='true' "
		"reason='DIGEST_DIFFERS'/><signer scheme='v1' index='1' sha256='" AA "' "
		"subject='CN=Bank'/><signer scheme='v2' index='1' sha256='" AA "' "
		"subject='CN=Bank'/></signing></facts>";
	struct assessment *assessment = sample_assessment(1);
	struct fact_doc *doc = NULL;
	xmlDoc *result = NULL;
	struct text text = {0};

	(void)state;
	if (!fact_doc_parse(facts, sizeof facts - 1, &doc).ok)
		fail_msg("%s", fault_last()->why);
	fact_doc_free((struct fact_doc *)(uintptr_t)assessment->facts);
	assessment->facts = doc;
	assert_true(result_xml(assessment, &sample_run, &result).ok);
	if (!result_validate(result).ok)
		fail_msg("%s", fault_last()->why);
	assert_true(result_text(result, &text).ok);
	assert_int_equal(times(text.data, "<signing "), 1);
	assert_non_null(strstr(text.data, "verified=\"false\" reason=\"DIGEST_DIFFERS\">"));
	assert_non_null(strstr(text.data, "<scheme name=\"v1\" verified=\"true\" used=\"true\" "
	                                  "digests=\"SHA1\"/>"));
	assert_int_equal(times(text.data, "<signer "), 1);
	assert_non_null(strstr(text.data, "subject=\"CN=Bank\""));
	text_free(&text);
	xmlFreeDoc(result);
	sample_free(assessment);
}

/* A day number has its date beside it, and nothing else has one. */
static void day_numbers_have_dates(void **state)
{
	static const struct {
		const char *name, *value, *written;
	} cases[] = {
		{"not-after-day", "0", "value=\"0\" date=\"1970-01-01\"/>"},
		{"not-after-day", "-1", "value=\"-1\" date=\"1969-12-31\"/>"},
		{"certificate/not-before-day", "11016", "value=\"11016\" date=\"2000-02-29\"/>"},
		{"not-after-day", "2932896", "value=\"2932896\" date=\"9999-12-31\"/>"},
		{"not-after-day", "2932897", "value=\"2932897\"/>"},
		{"not-after-day", "9223372036854775807", "value=\"9223372036854775807\"/>"},
		{"not-after-day", "x", "value=\"x\"/>"},
		{"validity-days", "20780", "value=\"20780\"/>"},
		{"not-after", "20780", "value=\"20780\"/>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct assessment *assessment = sample_assessment(1);
		struct finding *finding = assessment->controls[0].steps[0].findings;
		xmlDoc *result = NULL;
		struct text text = {0};

		finding->observed[2] = (struct named_value){cases[i].name, cases[i].value};
		finding->observed_count = 3;
		assert_true(result_xml(assessment, &sample_run, &result).ok);
		if (!result_validate(result).ok)
			fail_msg("%s", fault_last()->why);
		assert_true(result_text(result, &text).ok);
		if (!strstr(text.data, cases[i].written))
			fail_msg("%s %s", cases[i].name, cases[i].written);
		text_free(&text);
		xmlFreeDoc(result);
		sample_free(assessment);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(result_is_valid),
		cmocka_unit_test(invalid_results_are_refused),
		cmocka_unit_test(assessment_ignores_the_run),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(hostile_files_are_refused),
		cmocka_unit_test(a_changed_verdict_is_noticed),
		cmocka_unit_test(digest_is_what_it_says),
		cmocka_unit_test(gaps_are_kept),
		cmocka_unit_test(the_signature_is_the_bundles_own),
		cmocka_unit_test(day_numbers_have_dates),
	};

	return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
