/* test_facts.c - rows, batches and the facts document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"
#include "facts/doc.h"
#include "facts/records.h"

static void write_key(struct facts *facts, const char *in, int64_t bits)
{
	facts_row(facts, ROW_KEY, 0);
	facts_text(facts, FACT_KEY_IN, in);
	facts_int(facts, FACT_KEY_OFFSET, 0);
	facts_text(facts, FACT_KEY_ENCODING, "pem");
	facts_text(facts, FACT_KEY_FORMAT, "pkcs8");
	facts_text(facts, FACT_KEY_KIND, "private");
	facts_text(facts, FACT_KEY_TYPE, "RSA");
	facts_int(facts, FACT_KEY_BITS, bits);
	facts_bool(facts, FACT_KEY_ENCRYPTED, false);
}

static void add(struct fact_doc *doc, uint32_t index, const char *in, int64_t bits)
{
	struct facts facts;
	struct text batch = {0};

	facts_init(&facts, (struct entry_id){.depth = 1, .at = {index}}, in);
	write_key(&facts, in, bits);
	if (bits == 0)
		facts_gap(&facts, SOURCE_KEYS, STATUS_LIMIT, DIAG_CERT_COUNT);
	facts_issue(&facts, DIAG_KEY_PARSE, 7, "a reason with <markup> in %s", in);
	batch_write(&facts, &batch);
	assert_true(fact_doc_add(doc, batch.data, batch.len).ok);
	text_free(&batch);
	facts_free(&facts);
}

static void order_is_that_of_the_entries(void **state)
{
	struct fact_doc *one = fact_doc_new(), *other = fact_doc_new();
	char a[65], b[65];

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		char name[] = "k0";
		name[1] = (char)('0' + i);
		add(one, i, name, 2048);
		name[1] = (char)('0' + 4 - i);
		add(other, 4 - i, name, 2048);
	}
	fact_doc_finish(one);
	fact_doc_finish(other);
	fact_doc_digest(one, a);
	fact_doc_digest(other, b);
	assert_string_equal(a, b);
	const struct doc_row *row = fact_doc_first(other, ROW_KEY);
	assert_string_equal(doc_row_value(other, row, FACT_KEY_IN), "k0");
	row = fact_doc_next(other, row);
	assert_string_equal(doc_row_value(other, row, FACT_KEY_IN), "k1");
	assert_int_equal(fact_doc_count(other, ROW_ISSUE), 5);
	fact_doc_free(one);
	fact_doc_free(other);
}

/* An app inside the app comes after the app, wherever its entry stands. */
static void the_bundle_comes_before_what_is_in_it(void **state)
{
	struct fact_doc *doc = fact_doc_new();
	struct facts facts;

	(void)state;
	facts_init(&facts, (struct entry_id){.depth = 2, .at = {0, 0}}, "a.apk!/k");
	write_key(&facts, "a.apk!/k", 1024);
	fact_doc_add_facts(doc, &facts);
	facts_free(&facts);
	add(doc, 1, "z", 2048);
	fact_doc_finish(doc);
	assert_string_equal(fact_doc_value(doc, FACT_KEY_IN), "z");
	fact_doc_free(doc);
}

static void gaps_decide_the_status(void **state)
{
	struct fact_doc *doc = fact_doc_new();

	(void)state;
	add(doc, 0, "a", 1024);
	add(doc, 1, "b", 0);
	fact_doc_source_done(doc, SOURCE_KEYS, STATUS_COMPLETE);
	fact_doc_source_done(doc, SOURCE_RULES, STATUS_COMPLETE);
	fact_doc_finish(doc);
	assert_int_equal(fact_doc_source(doc, SOURCE_KEYS), STATUS_LIMIT);
	assert_int_equal(fact_doc_source(doc, SOURCE_RULES), STATUS_COMPLETE);
	/* a source that never said that it came to its end */
	assert_int_equal(fact_doc_source(doc, SOURCE_MANIFEST), STATUS_ERROR);
	xmlDoc *xml = fact_doc_xml(doc, NULL);
	xmlXPathContext *context = xmlXPathNewContext(xml);
	xmlXPathObject *found = xmlXPathEval(
		(const xmlChar *)"string(/facts/sources/source[@name='keys']/gap[@in='b']/@code)",
		context);
	assert_string_equal((const char *)found->stringval, "CERT_COUNT");
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	xmlFreeDoc(xml);
	fact_doc_free(doc);
}

static void xml_holds_what_is_asked_for(void **state)
{
	struct fact_doc *doc = fact_doc_new();
	bool rows[ROW_COUNT] = {false};

	(void)state;
	add(doc, 0, "a", 1024);
	fact_doc_finish(doc);
	xmlDoc *xml = fact_doc_xml(doc, rows);
	for (xmlNode *group = xmlDocGetRootElement(xml)->children; group; group = group->next)
		assert_null(group->children);
	xmlFreeDoc(xml);
	rows[ROW_KEY] = true;
	xml = fact_doc_xml(doc, rows);
	size_t filled = 0;
	for (xmlNode *group = xmlDocGetRootElement(xml)->children; group; group = group->next)
		filled += group->children != NULL;
	assert_int_equal(filled, 1);
	xmlFreeDoc(xml);
	fact_doc_free(doc);
}

/* Every single-byte change of a batch is either refused or harmless to the document. */
static void damaged_batches_are_refused_or_harmless(void **state)
{
	struct facts facts;
	struct text batch = {0};
	size_t refused = 0;

	(void)state;
	facts_init(&facts, (struct entry_id){.depth = 1, .at = {3}}, "x");
	write_key(&facts, "x", 2048);
	batch_write(&facts, &batch);
	for (size_t at = 0; at < batch.len; at++) {
		for (int bit = 0; bit < 8; bit++) {
			struct fact_doc *doc = fact_doc_new();
			batch.data[at] ^= (char)(1 << bit);
			if (fact_doc_add(doc, batch.data, batch.len).ok) {
				fact_doc_finish(doc);
				xmlFreeDoc(fact_doc_xml(doc, NULL));
			} else {
				refused++;
				assert_int_equal(fault_last()->code, DIAG_WORKER_RECORD);
			}
			batch.data[at] ^= (char)(1 << bit);
			fact_doc_free(doc);
		}
	}
	assert_true(refused > batch.len);
	for (size_t len = 0; len < batch.len; len++) {
		struct fact_doc *doc = fact_doc_new();
		if (len != 8) /* the head alone is an empty batch */
			assert_false(fact_doc_add(doc, batch.data, len).ok);
		fact_doc_free(doc);
	}
	text_free(&batch);
	facts_free(&facts);
}

static void fragments_are_checked(void **state)
{
	static const char good[] =
		"<facts><components><component name='A' exported='true' unread='permission'>"
		"<intent-filter priority='1'><action name='x'/></intent-filter><intent-filter/>"
		"</component><component name='B'/></components>"
		"<sources><source name='network' status='partial'/></sources></facts>";
	static const char *const bad[] = {
		"<facts><componets/></facts>",
		"<facts><components><component nme='A'/></components></facts>",
		"<facts><components><component exported='maybe'/></components></facts>",
		"<facts><components><component unread='nothing'/></components></facts>",
		"<facts><sources><source name='x' status='partial'/></sources></facts>",
		"<!DOCTYPE facts [<!ENTITY a 'b'>]><facts/>",
		"<other/>",
		"<facts>",
	};
	struct fact_doc *doc;

	(void)state;
	assert_true(fact_doc_parse(good, sizeof good - 1, &doc).ok);
	assert_int_equal(fact_doc_count(doc, ROW_COMPONENT), 2);
	assert_int_equal(fact_doc_count(doc, ROW_INTENT_FILTER), 2);
	assert_int_equal(fact_doc_count(doc, ROW_ACTION), 1);
	assert_int_equal(fact_doc_source(doc, SOURCE_NETWORK), STATUS_PARTIAL);
	assert_int_equal(fact_doc_source(doc, SOURCE_MANIFEST), STATUS_COMPLETE);
	fact_doc_free(doc);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(fact_doc_parse(bad[i], strlen(bad[i]), &doc).ok);
	fact_doc_parse(bad[0], strlen(bad[0]), &doc).ok ? fail() : (void)0;
	assert_non_null(strstr(fault_last()->why, "components"));
}

static void rows_have_a_limit(void **state)
{
	struct facts facts;
	struct text batch = {0};
	struct fact_doc *doc = fact_doc_new();

	(void)state;
	facts_init(&facts, (struct entry_id){.depth = 1}, "many");
	for (int i = 0; i < 8000; i++)
		write_key(&facts, "many", 2048);
	batch_write(&facts, &batch);
	assert_true(fact_doc_add(doc, batch.data, batch.len).ok);
	fact_doc_source_done(doc, SOURCE_KEYS, STATUS_COMPLETE);
	fact_doc_finish(doc);
	assert_int_equal(fact_doc_count(doc, ROW_KEY), 5000);
	assert_int_equal(fact_doc_source(doc, SOURCE_KEYS), STATUS_LIMIT);
	assert_string_equal(fact_doc_value(doc, FACT_ISSUE_CODE), "FACTS_COUNT");
	text_free(&batch);
	facts_free(&facts);
	fact_doc_free(doc);
}

static int start(void **state)
{
	(void)state;
	return digest_start().ok ? 0 : 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_that_of_the_entries),
		cmocka_unit_test(the_bundle_comes_before_what_is_in_it),
		cmocka_unit_test(gaps_decide_the_status),
		cmocka_unit_test(xml_holds_what_is_asked_for),
		cmocka_unit_test(damaged_batches_are_refused_or_harmless),
		cmocka_unit_test(fragments_are_checked),
		cmocka_unit_test(rows_have_a_limit),
	};

	return cmocka_run_group_tests_name("facts", tests, start, NULL);
}
