/* test_html.c - the page: complete, escaped, closed to scripts, the same every time, and quick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>
#include <cmocka.h>

#include <libxml/HTMLparser.h>
#include "base/content.h"
#include "render/node.h"
#include "render/render.h"
#include "render/words.h"
#include "unit/sample.h"
#include "signing/scheme.h"

static xmlDoc *sample_result(size_t findings)
{
	struct assessment *assessment = sample_assessment(findings);
	xmlDoc *doc = NULL;

	assert_true(result_xml(assessment, &sample_run, &doc).ok);
	sample_free(assessment);
	return doc;
}

static void page_of(size_t findings, enum language first, struct text *out)
{
	xmlDoc *doc = sample_result(findings);

	if (!render_report("html", doc, first, out).ok)
		fail_msg("%s", fault_last()->why);
	xmlFreeDoc(doc);
}

static void has(const struct text *page, const char *what)
{
	if (!strstr(page->data, what))
		fail_msg("the page lacks '%s'", what);
}

static void lacks(const struct text *page, const char *what)
{
	if (strstr(page->data, what))
		fail_msg("the page has '%s'", what);
}

static void save(const char *variable, const struct text *page)
{
	FILE *file = getenv(variable) ? fopen(getenv(variable), "w") : NULL;

	if (!file)
		return;
	fwrite(page->data, 1, page->len, file);
	fclose(file);
}

static void page_shows_everything_in_both_languages(void **state)
{
	struct text zh = {0}, en = {0};

	(void)state;
	page_of(6, LANG_ZH_CN, &zh);
	page_of(6, LANG_EN, &en);
	save("SAMPLE_PAGE_ZH", &zh);
	save("SAMPLE_PAGE_EN", &en);
	assert_memory_equal(zh.data, "<!DOCTYPE html>\n<html lang=\"zh-CN\">", 35);
	assert_memory_equal(en.data, "<!DOCTYPE html>\n<html lang=\"en\">", 32);
	has(&zh, "FAH-BLD-40");
	has(&zh, "AND-MAN-60");
	has(&zh, "门禁未通过");
	has(&zh, "Gate failed");
	has(&zh, "本包未覆盖");
	has(&zh, "ZS-2026-0042");
	has(&zh, "示例银行 A");
	has(&zh, "编号待核对");
	has(&zh, "<b>certificate/not-after-day</b> 2026-11-23<small> (20780)</small>");
	lacks(&zh, "合格");
	lacks(&zh, "达标");
	lacks(&zh, "通过认证");
	lacks(&en, "certified");
	text_free(&zh);
	text_free(&en);
}

/* Words the sentence could only say if the whole pack passed. */
static void every_word_has_both_languages(void **state)
{
	const struct content *file = content_find("reports/words.xml");
	xmlDoc *doc = xmlReadMemory(file->data, (int)file->size, NULL, NULL, XML_PARSE_NOBLANKS);
	xmlNode *root = xmlDocGetRootElement(doc);
	size_t count = 0;

	(void)state;
	for (xmlNode *word = node_child(root, "word"); word; word = word->next) {
		if (word->type != XML_ELEMENT_NODE)
			continue;
		assert_non_null(node_child(word, "zh-CN")->children);
		assert_non_null(node_child(word, "en")->children);
		count++;
	}
	assert_true(count > 200);
	xmlFreeDoc(doc);
}

/* Whoever adds a diagnostic says in both languages what it means. */
static void every_diagnostic_has_words(void **state)
{
	struct words *words = NULL;

	(void)state;
	assert_true(words_open(&words).ok);
	for (int i = 0; i < DIAG_COUNT; i++) {
		const char *name = diag_name((enum diag)i);

		for (size_t l = 0; l < LANG_COUNT; l++) {
			if (words_of(words, (enum language)l, "diag.", name) == name)
				fail_msg("reports/words.xml lacks diag.%s", name);
		}
	}
	words_close(words);
}

/* And whoever adds a reason to refuse a signature. */
static void every_refusal_has_words(void **state)
{
	struct words *words = NULL;

	(void)state;
	assert_true(words_open(&words).ok);
	for (int i = 0; i < REFUSAL_COUNT; i++) {
		const char *name = refusal_name((enum refusal_code)i);

		for (size_t l = 0; l < LANG_COUNT; l++) {
			if (words_of(words, (enum language)l, "refusal.", name) == name)
				fail_msg("reports/words.xml lacks refusal.%s", name);
		}
	}
	words_close(words);
}

/* Parsed as a browser would, the page has the elements of the style sheet and no others. */
static void hostile_strings_stay_text(void **state)
{
	struct text page = {0};
	size_t scripts = 0, shown = 0;

	(void)state;
	page_of(9, LANG_ZH_CN, &page);
	xmlDoc *doc = htmlReadMemory(page.data, (int)page.len, NULL, "UTF-8",
	                             HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	xmlNode *root = xmlDocGetRootElement(doc);
	for (xmlNode *node = root; node; node = node_after(node, root)) {
		scripts += strcmp((const char *)node->name, "script") == 0;
		assert_string_not_equal((const char *)node->name, "img");
		assert_string_not_equal((const char *)node->name, "iframe");
		assert_false(xmlHasProp(node, BAD_CAST "src") ||
		             xmlHasProp(node, BAD_CAST "style"));
		if (xmlHasProp(node, BAD_CAST "href"))
			assert_int_equal(node_get(node, "href")[0], '#');
		for (xmlAttr *attr = node->properties; attr; attr = attr->next)
			assert_true(strncmp((const char *)attr->name, "on", 2) != 0);
	}
	assert_int_equal(scripts, 1);
	xmlChar *words = xmlNodeGetContent(root);
	for (size_t i = 0; i < SAMPLE_HOSTILE; i++)
		shown += strstr((const char *)words, sample_hostile[i]) != NULL;
	assert_int_equal(shown, SAMPLE_HOSTILE);
	xmlFree(words);
	xmlFreeDoc(doc);
	text_free(&page);
}

/* The first control that fails, made a `require` that found nothing, and one that is in doubt. */
static void steps_say_what_was_sought_and_seen(void **state)
{
	xmlDoc *doc = sample_result(1);
	xmlNode *root = xmlDocGetRootElement(doc);
	struct text page = {0};
	size_t changed = 0;

	(void)state;
	for (xmlNode *node = root; node; node = node_after(node, root)) {
		if (strcmp((const char *)node->name, "step") != 0)
			continue;
		if (strcmp(node_get(node, "verdict"), "fail") == 0 && !changed++) {
			xmlNode *finding = node_child(node, "finding");
			node_set(node, "kind", "require");
			node_set(node, "findings", "0");
			xmlUnlinkNode(finding);
			xmlFreeNode(finding);
		}
		if (strcmp(node_get(node, "verdict"), "unknown") == 0)
			node_set(node, "reason", "source code: limit; unread /facts/code/<x>/@y");
	}
	assert_true(render_report("html", doc, LANG_ZH_CN, &page).ok);
	has(&page, "未找到所要求的内容。");
	has(&page, "Nothing of what is required was found.");
	has(&page, "检查了 23 条记录");
	has(&page, "23 rows were examined");
	has(&page, "“字节码”的读取状态：达到上限");
	has(&page, "Bytecode: Limit reached");
	has(&page, "<code>/facts/code/&lt;x&gt;/@y</code>");
	has(&page, "因本版本尚不支持而未能判定（");
	has(&page, "Unknown because of this bundle (");
	text_free(&page);
	xmlFreeDoc(doc);
}

static void policy_names_style_and_script(void **state)
{
	struct text page = {0};

	(void)state;
	page_of(1, LANG_EN, &page);
	has(&page, "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-");
	lacks(&page, "unsafe");
	has(&page, content_find("reports/report.css")->data);
	has(&page, content_find("reports/report.js")->data);
	text_free(&page);
}

static void page_is_the_same_every_time(void **state)
{
	xmlDoc *doc = sample_result(3);
	struct text before = {0}, after = {0}, one = {0}, two = {0};

	(void)state;
	assert_true(result_text(doc, &before).ok);
	assert_true(render_report("html", doc, LANG_EN, &one).ok);
	assert_true(render_report("html", doc, LANG_EN, &two).ok);
	assert_true(render_report("xml", doc, LANG_EN, &after).ok);
	assert_string_equal(one.data, two.data);
	assert_string_equal(before.data, after.data);
	text_free(&before);
	text_free(&after);
	text_free(&one);
	text_free(&two);
	xmlFreeDoc(doc);
}

static void formats_are_named(void **state)
{
	struct text out = {0};
	const char *const *about = NULL;

	(void)state;
	assert_false(render_report("pdf", NULL, LANG_EN, &out).ok);
	assert_int_equal(fault_last()->code, DIAG_USAGE);
	assert_non_null(strstr(fault_last()->why, "xml, html"));
	assert_string_equal(render_formats(&about)[1], "html");
	assert_non_null(about[1]);
	assert_true(render_has("xml"));
	assert_false(render_has("sarif"));
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* 500 and then 10 times as many findings must cost about in proportion: nothing is searched by
 * walking. The figure is printed for whoever tunes it. */
static void many_findings_are_quick(void **state)
{
	struct text page = {0};
	double cost[2];
	const size_t each[] = {50, 500};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		xmlDoc *doc = sample_result(each[i]);
		double start = seconds();
		assert_true(render_report("html", doc, LANG_ZH_CN, &page).ok);
		cost[i] = seconds() - start;
		print_message("%zu findings: %.1f ms, %zu bytes\n", each[i] * 10, cost[i] * 1e3,
		              page.len);
		text_free(&page);
		xmlFreeDoc(doc);
	}
	assert_true(cost[1] < 20 * cost[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_shows_everything_in_both_languages),
		cmocka_unit_test(every_word_has_both_languages),
		cmocka_unit_test(every_diagnostic_has_words),
		cmocka_unit_test(every_refusal_has_words),
		cmocka_unit_test(hostile_strings_stay_text),
		cmocka_unit_test(steps_say_what_was_sought_and_seen),
		cmocka_unit_test(policy_names_style_and_script),
		cmocka_unit_test(page_is_the_same_every_time),
		cmocka_unit_test(formats_are_named),
		cmocka_unit_test(many_findings_are_quick),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
