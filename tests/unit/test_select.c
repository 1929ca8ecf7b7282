/* test_select.c - the selecting language: what it takes, what it refuses, what it prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/evaluate.h"
#include "policy/select.h"

static const struct param level = {.name = "level", .type = PARAM_INT};
static const struct param denied = {.name = "denied", .type = PARAM_LIST};
static const struct param wanted = {.name = "wanted", .type = PARAM_STRING};
static const struct param strict = {.name = "strict", .type = PARAM_BOOL};
static const struct param *const params[] = {&level, &denied, &wanted, &strict};
static const struct select_names names = {params, 4};

static void prints(const char *in, enum select_form form, uint32_t incomplete, const char *want)
{
	struct arena arena;
	struct selection *selection;
	struct text out = {0};

	arena_init(&arena, 1 << 20);
	if (!select_path(&arena, &names, in, strlen(in), &selection).ok)
		fail_msg("%s: column %d: %s", in, (int)fault_last()->at, fault_last()->why);
	select_print(selection->path, form, incomplete, &out);
	assert_string_equal(out.data, want);
	text_free(&out);
	arena_free(&arena);
}

static void forms_are_printed(void **state)
{
	static const char in[] =
		"/facts/components/component[ @exported='true' and not( @permission )]";
	(void)state;
	prints(in, FORM_PLAIN, 0,
	       "/facts/components/component[(@exported = 'true' and not(@permission))]");
	prints(in, FORM_CERTAIN, 0,
	       "/facts/components/component[((not(unread('exported')) and @exported = 'true') and "
	       "not((unread('permission') or (@permission))))]");
	prints(in, FORM_POSSIBLE, 0,
	       "/facts/components/component[((unread('exported') or (@exported = 'true')) and "
	       "not((not(unread('permission')) and @permission)))]");
	prints("/facts/bundle[/facts/keys/key/@bits < $level]", FORM_CERTAIN, 0,
	       "/facts/bundle[(/facts/keys/key[not(unread('bits'))]/@bits < $level)]");
	prints("/facts/bundle[/facts/keys/key/@bits < $level]", FORM_POSSIBLE, 0,
	       "/facts/bundle[(/facts/keys/key[unread('bits')] or (/facts/keys/key/@bits < "
	       "$level))]");
	prints("/facts/bundle[/facts/keys/key/@bits < $level]", FORM_POSSIBLE, BIT(KEYS),
	       "/facts/bundle[true()]");
	prints("/facts/bundle[not(count(/facts/keys/key) = 2)]", FORM_CERTAIN, BIT(KEYS),
	       "/facts/bundle[not(true())]");
	prints("/facts/keys/key[$denied and $strict = 'true' and not(@type = $denied)]",
	       FORM_CERTAIN, 0,
	       "/facts/keys/key[(($denied) and ($strict = 'true') and not((unread('type') or "
	       "(@type = $denied))))]");
	prints("/facts/certificates/certificate[@not-after-day<$as-of-plus-level]", FORM_PLAIN, 0,
	       "/facts/certificates/certificate[@not-after-day < $as-of-plus-level]");
	prints("/facts/modules/module[version-compare(@version-name,'2')<0]", FORM_CERTAIN, 0,
	       "/facts/modules/module[(not(unread('version-name')) and @version-name and "
	       "version-compare(@version-name, '2') < 0)]");
}

static void refused(const char *in, size_t column, const char *why)
{
	struct arena arena;
	struct selection *selection;

	arena_init(&arena, 1 << 20);
	if (select_path(&arena, &names, in, strlen(in), &selection).ok)
		fail_msg("taken: %s", in);
	assert_int_equal(fault_last()->code, DIAG_PACK_XPATH);
	if (fault_last()->at != column || !strstr(fault_last()->why, why))
		fail_msg("%s: column %d: %s", in, (int)fault_last()->at, fault_last()->why);
	arena_free(&arena);
}

static void names_are_checked(void **state)
{
	(void)state;
	refused("/facts/keys/kee", 13, "did you mean 'key'?");
	refused("/facts/keys/key[@bit = 1]", 18, "did you mean 'bits'?");
	refused("/fact/keys", 2, "/facts");
	refused("/facts/keys", 1, "group");
	refused("/facts/keys/key/@bits", 1, "must end at rows");
	refused("/facts/keys/key[@bits = $nothing]", 25, "no parameter '$nothing'");
	refused("/facts/keys/key[@bits = $as-of-plus-nothing]", 25, "no parameter");
	refused("/facts/keys/key[@bits = $as-of-plus-]", 25, "no parameter");
	refused("/facts/keys/key[@bits = $as-of-plus-wanted]", 25, "counts days");
	refused("/facts/keys/key[@bits = document('x')]", 25, "no function 'document'");
}

static void types_are_checked(void **state)
{
	(void)state;
	refused("/facts/keys/key[@type < 'RSA']", 17, "need numbers");
	refused("/facts/modules/module[@version-name < '2']", 23, "version-compare");
	refused("/facts/keys/key[@encrypted = 'yes']", 30, "true or false");
	refused("/facts/keys/key[@encrypted]", 17, "always there");
	refused("/facts/keys/key[@encrypted = 1]", 30, "true or false");
	refused("/facts/keys/key[@bits = '2048']", 17, "without quotes");
	refused("/facts/keys/key[@type != $denied]", 17, "not(@name = $denied)");
	refused("/facts/keys/key[@bits = $denied]", 17, "text attribute");
	refused("/facts/keys/key[contains(@type, $denied)]", 33, "'=' only");
	refused("/facts/keys/key[contains(@bits, '1')]", 26, "text is needed");
	refused("/facts/keys/key[@type = $level]", 17, "compared with a number");
	refused("/facts/keys/key['a' = 'a']", 17, "constant");
	refused("/facts/keys/key[$level = 1]", 17, "constant");
	refused("/facts/keys/key[$strict = 'yes']", 27, "true or false");
	refused("/facts/keys/key['a']", 17, "condition");
	refused("/facts/keys/key[$strict]", 17, "condition");
	refused("/facts/keys/key[count(@bits) = 1]", 23, "ends at rows");
	refused("/facts/bundle[contains(/facts/keys/key/@type, 'R')]", 24, "row itself");
	refused("/facts/keys/key[version-compare(@type, '1') = 0]", 33, "not a version");
	refused("/facts/keys/key[matches(@type, @in)]", 32, "pattern");
	refused("/facts/keys/key[matches(@type, '(a)\\1')]", 32, "not allowed");
	refused("/facts/bundle[/facts/keys/key = 'x']", 15, "cannot be compared");
}

static void grammar_is_closed(void **state)
{
	(void)state;
	refused("", 1, "begins with /facts");
	refused("//key", 1, "'//'");
	refused("/facts//key", 7, "'//'");
	refused("/facts/*", 8, "'*'");
	refused("/facts/keys/..", 13, "'..'");
	refused("/facts/keys/key[.='a']", 17, "'.'");
	refused("/facts/keys/key[1]", 17, "positions");
	refused("/facts/keys/key[position() = 1]", 17, "no function");
	refused("/facts/keys/key|/facts/keys/key", 16, "'|'");
	refused("/facts/keys/key[child::x]", 17, "axes");
	refused("/facts/keys/key[@bits = 1.5]", 25, "whole");
	refused("/facts/keys/key[@bits = 1", 26, "']' is needed");
	refused("/facts/keys/key[@type = 'a]", 25, "closing quote");
	refused("/facts/keys/key[]", 17, "name of a row");
	refused("/facts/keys/key x", 17, "should end here");
	refused("/facts/keys/key[@bits = 1 or]", 29, "name of a row");
}

static void sizes_are_bounded(void **state)
{
	struct text deep = {0}, wide = {0};
	(void)state;
	text_puts(&deep, "/facts/keys/key[");
	for (int i = 0; i < 4000; i++)
		text_puts(&deep, "(");
	assert_false(select_check(deep.data, deep.len).ok);
	assert_non_null(strstr(fault_last()->why, "deeper"));
	text_puts(&wide, "/facts/keys/key[@bits = 1");
	for (int i = 0; i < 400; i++)
		text_puts(&wide, " or @bits = 1");
	text_puts(&wide, "]");
	assert_false(select_check(wide.data, wide.len).ok);
	assert_non_null(strstr(fault_last()->why, "more than"));
	for (int i = 0; i < 1000; i++)
		text_puts(&deep, "                ");
	assert_false(select_check(deep.data, deep.len).ok);
	assert_non_null(strstr(fault_last()->why, "longer"));
	assert_false(select_check("/facts/\0keys", 12).ok);
	assert_true(select_check("/facts/keys/key[@bits < 1024]", 29).ok);
	text_free(&deep);
	text_free(&wide);
}

/* The deepest and widest expressions that are taken are within what libxml2 evaluates. */
static void what_is_taken_can_be_evaluated(void **state)
{
	struct text chain = {0}, nest = {0};
	struct arena arena;
	struct evaluator *evaluator;
	(void)state;

	arena_init(&arena, 8 << 20);
	text_puts(&chain, "/facts/keys/key[@bits = 1");
	for (int i = 0; i < 60; i++)
		text_puts(&chain, " or @bits = 1");
	text_puts(&chain, "]");
	text_puts(&nest, "/facts/keys/key[");
	for (int i = 0; i < 62; i++)
		text_puts(&nest, "not(");
	text_puts(&nest, "@bits = 1");
	for (int i = 0; i < 62; i++)
		text_puts(&nest, ")");
	text_puts(&nest, "]");
	xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *facts = xmlNewDocNode(doc, NULL, (const xmlChar *)"facts", NULL);
	xmlDocSetRootElement(doc, facts);
	xmlNode *keys = xmlNewChild(facts, NULL, (const xmlChar *)"keys", NULL);
	xmlNode *key = xmlNewChild(keys, NULL, (const xmlChar *)"key", NULL);
	xmlNewProp(key, (const xmlChar *)"bits", (const xmlChar *)"1");
	assert_true(evaluate_open(doc, NULL, 0, 0, &evaluator).ok);
	const struct text *both[] = {&chain, &nest};
	for (int i = 0; i < 2; i++) {
		struct selection *selection;
		for (int form = FORM_PLAIN; form <= FORM_POSSIBLE; form++) {
			struct text out = {0};
			size_t count = 0;
			if (!select_path(&arena, &names, both[i]->data, both[i]->len, &selection)
			             .ok)
				fail_msg("%s", fault_last()->why);
			select_print(selection->path, (enum select_form)form, 0, &out);
			if (!evaluate_count(evaluator, out.data, &count).ok)
				fail_msg("%s", fault_last()->why);
			assert_int_equal(count, 1);
			text_free(&out);
		}
	}
	evaluate_close(evaluator);
	xmlFreeDoc(doc);
	arena_free(&arena);
	text_free(&chain);
	text_free(&nest);
}

static void patterns_are_bounded(void **state)
{
	struct pattern *pattern = NULL;
	char many[20001];
	(void)state;
	assert_false(pattern_open("(a{200}){200}", &pattern).ok);
	assert_false(pattern_open("a{9999}", &pattern).ok);
	assert_false(pattern_open("(", &pattern).ok);
	/* what makes a backtracking matcher take forever */
	assert_true(pattern_open("^(a|a|aa)*(a+)+b$", &pattern).ok);
	memset(many, 'a', sizeof many - 1);
	many[sizeof many - 1] = '\0';
	assert_false(pattern_found(pattern, many));
	assert_true(pattern_found(pattern, "aaab"));
	pattern_close(pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_printed),
		cmocka_unit_test(names_are_checked),
		cmocka_unit_test(types_are_checked),
		cmocka_unit_test(grammar_is_closed),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(what_is_taken_can_be_evaluated),
		cmocka_unit_test(patterns_are_bounded),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
