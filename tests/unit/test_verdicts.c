/*
 * test_verdicts.c - the truth table of the verdict rules, and the two properties they exist for:
 * knowing less never turns fail or unknown into pass, and never decides what more knowledge would
 * decide otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <libxml/parser.h>

#include "base/digest.h"
#include "policy/judge.h"

/* The verdict of a control with these steps over these facts, within a budget. */
static enum verdict judge_within(const char *steps, const char *facts, unsigned long budget)
{
	struct library library = {0};
	struct pack_file file = {.path = "table"};
	struct text xml = {0};
	struct fact_doc *doc = NULL;
	struct control_result result = {0};

	reader_init(&library.reader);
	text_printf(&xml, "<control id='T' revision='1' severity='high' weight='1'>%s</control>",
	            steps);
	xmlDoc *parsed = xmlReadMemory(xml.data, (int)xml.len, "table", NULL, XML_PARSE_NONET);
	assert_non_null(parsed);
	control_read(&library, &file, xmlDocGetRootElement(parsed));
	if (library.reader.problem_count)
		fail_msg("%s", library.reader.problems.data);
	if (!fact_doc_parse(facts, strlen(facts), &doc).ok)
		fail_msg("%s\n%s", fault_last()->why, facts);
	xmlDoc *rows = fact_doc_xml(doc, NULL);
	struct judging judging = {.arena = &library.reader.arena,
	                          .facts = doc,
	                          .incomplete = judge_incomplete(doc),
	                          .budget = budget};
	assert_true(evaluate_open(rows, NULL, 0, 20000, &judging.evaluator).ok);
	assert_true(judge_control(&judging, library.controls.items[0], &result).ok);
	evaluate_close(judging.evaluator);
	xmlFreeDoc(rows);
	xmlFreeDoc(parsed);
	fact_doc_free(doc);
	library_free(&library);
	text_free(&xml);
	return result.verdict;
}

static enum verdict judge(const char *steps, const char *facts)
{
	return judge_within(steps, facts, EVALUATE_BUDGET);
}

/* Rows of one kind, in eight states; the first letter names the bad row, whose flag is true. */
#define NONE ""
#define BAD "<component module='a' kind='activity' name='a.B' exported='true'/>"
#define GOOD "<component module='b' kind='activity' name='a.G' exported='false'/>"
#define UNREAD "<component module='c' kind='activity' name='a.U' unread='exported'/>"
#define BARE "<component module='d' kind='activity' name='a.A'/>"

static const char *const states[] = {NONE,        BAD,        GOOD,     UNREAD,
                                     GOOD UNREAD, BAD UNREAD, BAD GOOD, BARE};
static const char *const statuses[] = {"complete", "absent",      "partial",
                                       "error",    "unsupported", "limit"};

/* Expected verdicts in the order of the states: all sources came to their end, or one did not. */
static const struct {
	const char *steps, *ended, *open;
} matrix[] = {
	{"<forbid id='s' select=\"/facts/components/component[@exported = 'true']\"/>", "PFPUUFFP",
         "UFUUUFFU"},
	{"<require id='s' select=\"/facts/components/component[@exported = 'true']\"/>", "FPFUUPPF",
         "UPUUUPPU"},
	{"<each id='s' for='/facts/components/component' select=\"@exported = 'false'\"/>",
         "NFPUUFFF", "UFUUUFFF"},
	{"<forbid id='s' select=\"/facts/components/component[not(@exported = 'false')]\"/>",
         "PFPUUFFF", "UFUUUFFF"},
	{"<require id='s' select=\"/facts/components/component[not(@exported = 'false')]\"/>",
         "FPFUUPPP", "UPUUUPPP"},
	{"<each id='s' for='/facts/components/component' select=\"not(@exported = 'true')\"/>",
         "NFPUUFFP", "UFUUUFFU"},
	{"<manual id='s'/>", "CCCCCCCC", "CCCCCCCC"},
	{"<manual id='m'/><forbid id='s' select=\"/facts/components/component[@exported = "
         "'true']\"/>",
         "CFCUUFFC", "UFUUUFFU"},
};

static enum verdict verdict_of_letter(char letter)
{
	switch (letter) {
	case 'P':
		return VERDICT_PASS;
	case 'F':
		return VERDICT_FAIL;
	case 'N':
		return VERDICT_NOTAPPLICABLE;
	case 'C':
		return VERDICT_NOTCHECKED;
	default:
		return VERDICT_UNKNOWN;
	}
}

static size_t cases;

static void check(const char *steps, const char *facts, enum verdict want)
{
	enum verdict got = judge(steps, facts);

	cases++;
	if (got != want)
		fail_msg("%s instead of %s for\n%s\n%s", verdict_name(got), verdict_name(want),
		         steps, facts);
}

static void steps_by_rows_by_status(void **state)
{
	(void)state;
	for (size_t m = 0; m < sizeof matrix / sizeof *matrix; m++) {
		for (size_t r = 0; r < 8; r++) {
			for (size_t s = 0; s < 6; s++) {
				struct text facts = {0};
				text_printf(&facts,
				            "<facts><bundle platform='android'/><components>%s"
				            "</components><sources><source name='manifest' "
				            "status='%s'/></sources></facts>",
				            states[r], statuses[s]);
				check(matrix[m].steps, facts.data,
				      verdict_of_letter(s < 2 ? matrix[m].ended[r]
				                              : matrix[m].open[r]));
				text_free(&facts);
			}
		}
	}
	assert_true(cases >= 80);
}

#define SOURCE_IS(name, status) "<sources><source name='" name "' status='" status "'/></sources>"
#define CERT(key) "<certificate in='c' sha256='1' key-sha256='" key "'/>"
#define CERT_UNREAD "<certificate in='c' sha256='1' unread='key-sha256'/>"
#define KEY(key) "<key in='k' sha256='" key "'/>"
#define KEY_UNREAD "<key in='k' unread='sha256'/>"
#define BOTH(certs, keys, rest) \
	"<facts><bundle platform='android'/><certificates>" certs "</certificates><keys>" keys \
	"</keys>" rest "</facts>"
#define JOIN \
	"<forbid id='s' select='/facts/certificates/certificate[@key-sha256 = " \
	"/facts/keys/key/@sha256]'/>"
#define NO_JOIN \
	"<forbid id='s' select='/facts/certificates/certificate[not(@key-sha256 = " \
	"/facts/keys/key/@sha256)]'/>"
#define MANY "<forbid id='s' select='/facts/bundle[count(/facts/keys/key) > 1]'/>"
#define FEW "<forbid id='s' select='/facts/bundle[count(/facts/keys/key) &lt; 2]'/>"
#define TWO "<require id='s' select='/facts/bundle[count(/facts/keys/key) = 2]'/>"
#define NOT_TWO "<forbid id='s' select='/facts/bundle[count(/facts/keys/key) != 2]'/>"
#define STRONG "<require id='s' select='/facts/bundle[count(/facts/keys/key[@bits >= 2048]) = 1]'/>"
#define WITH_FILTER \
	"<forbid id='s' select=\"/facts/components/component[@exported = " \
	"'true'][intent-filter[@browsable = 'true']]\"/>"
#define NO_FILTER "<forbid id='s' select=\"/facts/components/component[not(intent-filter)]\"/>"
#define COMPONENT(exported, inner) \
	"<facts><bundle platform='android'/><components><component module='base' kind='activity' " \
	"name='a' " exported ">" inner "</component></components></facts>"
#define APPLIES "<applies select=\"/facts/bundle[@platform = 'android']\"/>"
#define KEYS "<forbid id='s' select=\"/facts/keys/key[@kind = 'private']\"/>"
#define EACH_KEY "<each id='e' for=\"/facts/keys/key[@kind = 'private']\" select='@bits >= 2048'/>"

static const struct {
	const char *steps, *facts;
	char want;
} table[] = {
	/* joins: the rows of the other side count as well */
	{JOIN, BOTH(CERT("a"), KEY("a"), ""), 'F'},
	{JOIN, BOTH(CERT("a"), KEY("b"), ""), 'P'},
	{JOIN, BOTH(CERT("a"), "", ""), 'P'},
	{JOIN, BOTH("", KEY("a"), ""), 'P'},
	{JOIN, BOTH(CERT("a"), KEY("a"), SOURCE_IS("keys", "partial")), 'F'},
	{JOIN, BOTH(CERT("a"), KEY("b"), SOURCE_IS("keys", "partial")), 'U'},
	{JOIN, BOTH(CERT("a"), KEY("b"), SOURCE_IS("keys", "absent")), 'P'},
	{JOIN, BOTH("", KEY("b"), SOURCE_IS("keys", "error")), 'P'},
	{JOIN, BOTH("", "", SOURCE_IS("certificates", "error")), 'U'},
	{JOIN, BOTH(CERT("a"), KEY("a"), SOURCE_IS("certificates", "limit")), 'F'},
	{JOIN, BOTH(CERT("a"), KEY_UNREAD, ""), 'U'},
	{JOIN, BOTH(CERT("a"), KEY("b") KEY_UNREAD, ""), 'U'},
	{JOIN, BOTH(CERT("a"), KEY("a") KEY_UNREAD, ""), 'F'},
	{JOIN, BOTH(CERT_UNREAD, KEY("a"), ""), 'U'},
	{JOIN, BOTH(CERT_UNREAD CERT("a"), KEY("a"), ""), 'F'},
	{JOIN, BOTH(CERT("a"), KEY("b"), SOURCE_IS("native", "error")), 'P'},
	{NO_JOIN, BOTH(CERT("a"), KEY("a"), ""), 'P'},
	{NO_JOIN, BOTH(CERT("a"), KEY("b"), ""), 'F'},
	{NO_JOIN, BOTH(CERT("a"), "", ""), 'F'},
	{NO_JOIN, BOTH(CERT("a"), KEY("b"), SOURCE_IS("keys", "partial")), 'U'},
	{NO_JOIN, BOTH(CERT("a"), KEY("a"), SOURCE_IS("keys", "partial")), 'P'},
	{NO_JOIN, BOTH(CERT("a"), KEY_UNREAD, ""), 'U'},
	{NO_JOIN, BOTH(CERT_UNREAD, KEY("a"), ""), 'U'},
	/* counts */
	{MANY, BOTH("", KEY("a") KEY("b"), ""), 'F'},
	{MANY, BOTH("", KEY("a"), ""), 'P'},
	{MANY, BOTH("", KEY("a"), SOURCE_IS("keys", "partial")), 'U'},
	{MANY, BOTH("", KEY("a") KEY("b"), SOURCE_IS("keys", "partial")), 'U'},
	{FEW, BOTH("", KEY("a"), ""), 'F'},
	{FEW, BOTH("", KEY("a") KEY("b"), ""), 'P'},
	{FEW, BOTH("", "", SOURCE_IS("keys", "error")), 'U'},
	{TWO, BOTH("", KEY("a") KEY("b"), ""), 'P'},
	{TWO, BOTH("", KEY("a"), ""), 'F'},
	{TWO, BOTH("", KEY("a") KEY("b"), SOURCE_IS("keys", "limit")), 'U'},
	{NOT_TWO, BOTH("", KEY("a") KEY("b"), ""), 'P'},
	{NOT_TWO, BOTH("", KEY("a"), ""), 'F'},
	{NOT_TWO, BOTH("", KEY("a") KEY("b"), SOURCE_IS("keys", "limit")), 'U'},
	{STRONG, BOTH("", "<key in='k' bits='2048'/><key in='l' bits='512'/>", ""), 'P'},
	{STRONG, BOTH("", "<key in='k' bits='2048'/><key in='l' unread='bits'/>", ""), 'U'},
	{STRONG, BOTH("", "<key in='k' unread='bits'/>", ""), 'U'},
	{STRONG, BOTH("", "<key in='k' bits='512'/>", ""), 'F'},
	/* rows within rows */
	{WITH_FILTER, COMPONENT("exported='true'", "<intent-filter browsable='true'/>"), 'F'},
	{WITH_FILTER, COMPONENT("exported='true'", "<intent-filter browsable='false'/>"), 'P'},
	{WITH_FILTER, COMPONENT("exported='true'", "<intent-filter unread='browsable'/>"), 'U'},
	{WITH_FILTER, COMPONENT("exported='false'", "<intent-filter unread='browsable'/>"), 'P'},
	{WITH_FILTER, COMPONENT("unread='exported'", "<intent-filter browsable='true'/>"), 'U'},
	{WITH_FILTER, COMPONENT("unread='exported'", "<intent-filter browsable='false'/>"), 'P'},
	{WITH_FILTER, COMPONENT("unread='exported'", ""), 'P'},
	{NO_FILTER, COMPONENT("exported='true'", ""), 'F'},
	{NO_FILTER, COMPONENT("exported='true'", "<intent-filter browsable='true'/>"), 'P'},
	/* applicability needs certain knowledge */
	{APPLIES KEYS, "<facts><bundle platform='android'/></facts>", 'P'},
	{APPLIES KEYS, "<facts><bundle platform='ios'/></facts>", 'N'},
	{APPLIES KEYS, "<facts><bundle unread='platform'/></facts>", 'U'},
	{APPLIES KEYS, "<facts>" SOURCE_IS("bundle", "error") "</facts>", 'U'},
	{APPLIES KEYS,
         "<facts><bundle unread='platform'/><keys><key in='k' kind='private'/></keys></facts>",
         'U'},
	{APPLIES "<manual id='m'/>", "<facts><bundle unread='platform'/></facts>", 'U'},
	{APPLIES "<manual id='m'/>", "<facts><bundle platform='ios'/></facts>", 'N'},
	/* each: rows that may not be meant at all */
	{EACH_KEY, BOTH("", "<key in='k' kind='public' bits='512'/>", ""), 'N'},
	{EACH_KEY, BOTH("", "<key in='k' unread='kind' bits='4096'/>", ""), 'U'},
	{EACH_KEY, BOTH("", "<key in='k' unread='kind' bits='512'/>", ""), 'U'},
	{EACH_KEY,
         BOTH("", "<key in='k' kind='private' bits='4096'/><key in='l' unread='kind' bits='4096'/>",
              ""),
         'P'},
	{EACH_KEY,
         BOTH("", "<key in='k' kind='private' bits='512'/><key in='l' unread='kind' bits='4096'/>",
              ""),
         'F'},
	{EACH_KEY, BOTH("", "<key in='k' kind='private' unread='bits'/>", ""), 'U'},
	/* steps combine fail > unknown > notchecked > pass; notapplicable only if all are */
	{KEYS EACH_KEY, BOTH("", "<key in='k' kind='public' bits='1'/>", ""), 'P'},
	{NO_JOIN "<manual id='m'/>", BOTH(CERT("a"), "", ""), 'F'},
	/* an absent attribute makes every comparison false, inside functions too */
	{"<forbid id='s' select=\"/facts/modules/module[version-compare(@version-name, '2') &lt; "
         "0]\"/>",
         "<facts><modules><module id='a'/></modules></facts>", 'P'},
	{"<forbid id='s' select=\"/facts/modules/module[version-compare(@version-name, '2.17.1') "
         "&lt; 0]\"/>",
         "<facts><modules><module id='a' version-name='2.9.0'/></modules></facts>", 'F'},
	{"<forbid id='s' select=\"/facts/modules/module[@parent != 'x']\"/>",
         "<facts><modules><module id='a'/></modules></facts>", 'P'},
	{"<forbid id='s' select=\"/facts/modules/module[not(@parent = 'x')]\"/>",
         "<facts><modules><module id='a'/></modules></facts>", 'F'},
	{"<forbid id='s' select=\"/facts/modules/module[not(@parent = 'x')]\"/>",
         "<facts><modules><module id='a' unread='parent'/></modules></facts>", 'U'},
	{"<forbid id='s' select=\"/facts/modules/module[not(@parent)]\"/>",
         "<facts><modules><module id='a' unread='parent'/></modules></facts>", 'U'},
	{"<forbid id='s' select=\"/facts/modules/module[starts-with(@app-id, 'com.') and "
         "ends-with(@app-id, '.bank')]\"/>",
         "<facts><modules><module id='a' app-id='com.a.bank'/></modules></facts>", 'F'},
	{"<forbid id='s' select=\"/facts/modules/module[matches(lower-case(@app-id), "
         "'^com[.]a')]\"/>",
         "<facts><modules><module id='a' app-id='COM.A'/></modules></facts>", 'F'},
	{"<forbid id='s' select=\"/facts/modules/module[string-length(@app-id) > 4]\"/>",
         "<facts><modules><module id='a' unread='app-id'/></modules></facts>", 'U'},
	/* a text as a number: what is none compares with nothing, what is unread is not known */
	{"<forbid id='s' select='/facts/modules/module[number(@app-id) &lt; 10000]'/>",
         "<facts><modules><module id='a' app-id='999'/></modules></facts>", 'F'},
	{"<forbid id='s' select='/facts/modules/module[number(@app-id) &lt; 10000]'/>",
         "<facts><modules><module id='a' app-id='10000'/><module id='b' app-id='x'/><module "
         "id='c'/></modules></facts>",
         'P'},
	{"<forbid id='s' select='/facts/modules/module[number(@app-id) &lt; 10000]'/>",
         "<facts><modules><module id='a' unread='app-id'/></modules></facts>", 'U'},
	{"<forbid id='s' select='/facts/certificates/certificate[@not-after-day &lt; $as-of]'/>",
         BOTH("<certificate in='c' sha256='1' not-after-day='19999'/>", "", ""), 'F'},
	{"<forbid id='s' select='/facts/certificates/certificate[@not-after-day &lt; "
         "$as-of-day]'/>",
         BOTH("<certificate in='c' sha256='1' not-after-day='20000'/>", "", ""), 'P'},
	/* two modules: what is bad in one is bad, what is unread in one is not known */
	{"<each id='s' for='/facts/manifest' select='@effective-target-sdk >= 30'/>",
         "<facts><manifest module='a' effective-target-sdk='33'/><manifest module='b' "
         "effective-target-sdk='29'/></facts>",
         'F'},
	{"<each id='s' for='/facts/manifest' select='@effective-target-sdk >= 30'/>",
         "<facts><manifest module='a' effective-target-sdk='33'/><manifest module='b' "
         "unread='effective-target-sdk'/></facts>",
         'U'},
	{"<each id='s' for='/facts/manifest' select='@effective-target-sdk >= 30'/>",
         "<facts><manifest module='a' effective-target-sdk='33'/><manifest module='b' "
         "effective-target-sdk='30'/></facts>",
         'P'},
	{"<require id='s' select='/facts/manifest[@effective-target-sdk >= 30]'/>",
         "<facts><manifest module='a' effective-target-sdk='33'/><manifest module='b' "
         "effective-target-sdk='1'/></facts>",
         'P'},
	/* a diagnostic rests on the walk over the entries */
	{"<forbid id='s' select=\"/facts/issues/issue[@code = 'ZIP_OVERLAP']\"/>", "<facts/>", 'P'},
	{"<forbid id='s' select=\"/facts/issues/issue[@code = 'ZIP_OVERLAP']\"/>",
         "<facts>" SOURCE_IS("entries", "limit") "</facts>", 'U'},
	{"<require id='s' select=\"/facts/sources/source[@name = 'code'][@status = 'error']\"/>",
         "<facts>" SOURCE_IS("code", "error") "</facts>", 'P'},
};

static void joins_counts_and_the_rest(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		check(table[i].steps, table[i].facts, verdict_of_letter(table[i].want));
}

/* A budget that is exceeded is an error, never a pass. */
static void a_budget_is_a_limit(void **state)
{
	(void)state;
	assert_int_equal(judge_within(KEYS, BOTH("", KEY("a") KEY("b"), ""), 3), VERDICT_ERROR);
	assert_int_equal(judge(KEYS, BOTH("", KEY("a") KEY("b"), "")), VERDICT_PASS);
}

static unsigned long chance;

static unsigned draw(unsigned below)
{
	chance = chance * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned)(chance >> 33) % below;
}

static void put_attr(struct text *whole, struct text *less, struct text *unread, const char *name,
                     const char *value)
{
	text_printf(whole, " %s='%s'", name, value);
	if (draw(3) == 0)
		text_printf(unread, "%s%s", unread->len ? " " : "", name);
	else
		text_printf(less, " %s='%s'", name, value);
}

/* A document, and the same with attributes unread and rows missing from a partial source. */
static void random_documents(struct text *whole, struct text *less)
{
	static const char *const flags[] = {"true", "false"};
	bool dropped = false;
	unsigned rows = draw(4);

	text_puts(whole, "<facts><bundle platform='android'/><components>");
	text_puts(less, "<facts><bundle platform='android'/><components>");
	for (unsigned i = 0; i < rows; i++) {
		struct text row = {0}, poorer = {0}, unread = {0};
		text_printf(&row, "<component name='n%u'", i);
		text_printf(&poorer, "<component name='n%u'", i);
		put_attr(&row, &poorer, &unread, "exported", flags[draw(2)]);
		put_attr(&row, &poorer, &unread, "filters", draw(2) ? "2" : "0");
		if (draw(2))
			put_attr(&row, &poorer, &unread, "permission", draw(2) ? "p" : "q");
		text_printf(&row, ">%s</component>",
		            draw(2) ? "<intent-filter browsable='true'/>" : "");
		text_add(whole, row.data, row.len);
		if (draw(4) == 0) {
			dropped = true;
		} else {
			text_add(less, poorer.data, poorer.len);
			if (unread.len)
				text_printf(less, " unread='%s'", unread.data);
			text_puts(less, strchr(row.data, '>'));
		}
		text_free(&row);
		text_free(&poorer);
		text_free(&unread);
	}
	text_puts(whole, "</components></facts>");
	text_printf(less,
	            "</components><sources><source name='manifest' status='%s'/></sources></facts>",
	            dropped || draw(5) == 0 ? "partial" : "complete");
}

static const char *const shapes[] = {
	"/facts/components/component[@exported = 'true']",
	"/facts/components/component[not(@exported = 'true') or @filters > 1]",
	"/facts/components/component[@exported = 'true' and not(@permission)]",
	"/facts/components/component[not(intent-filter[@browsable = 'true']) and @filters = 0]",
	("/facts/components/component[@permission = "
	 "/facts/components/component[@exported = 'true']/@permission]"),
	"/facts/components/component[not(@permission != 'p')][@filters &lt; 1]",
	"/facts/bundle[count(/facts/components/component[@exported = 'true']) > 1]",
	"/facts/bundle[count(/facts/components/component[not(@exported = 'true')]) != 1]",
	"/facts/bundle[not(count(/facts/components/component[@permission]) &lt; 2)]",
	"/facts/components/component[not(contains(@permission, 'p') and @exported != 'false')]",
};

static bool may_become(enum verdict full, enum verdict poorer)
{
	return poorer == full || poorer == VERDICT_UNKNOWN;
}

static void less_knowledge_decides_nothing_else(void **state)
{
	(void)state;
	chance = 20261123;
	for (int round = 0; round < 150; round++) {
		struct text whole = {0}, less = {0};
		random_documents(&whole, &less);
		for (size_t i = 0; i < 2 * sizeof shapes / sizeof *shapes; i++) {
			struct text steps = {0};
			bool forbid = i % 2 == 0;
			text_printf(&steps, "<%s id='s' select=\"%s\"/>",
			            forbid ? "forbid" : "require", shapes[i / 2]);
			enum verdict full = judge(steps.data, whole.data);
			enum verdict poorer = judge(steps.data, less.data);
			if (!may_become(full, poorer))
				fail_msg("%s became %s\n%s\n%s\n%s", verdict_name(full),
				         verdict_name(poorer), steps.data, whole.data, less.data);
			text_free(&steps);
		}
		text_free(&whole);
		text_free(&less);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_by_rows_by_status),
		cmocka_unit_test(joins_counts_and_the_rest),
		cmocka_unit_test(a_budget_is_a_limit),
		cmocka_unit_test(less_knowledge_decides_nothing_else),
	};

	if (!digest_start().ok)
		return 1;
	return cmocka_run_group_tests_name("verdicts", tests, NULL, NULL);
}
