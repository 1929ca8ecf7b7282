/* test_watch.c - watch lists: what they read, how they are joined and found, and that controls may
 * only compare with what is watched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/content.h"
#include "base/digest.h"
#include "base/file.h"
#include "facts/watch.h"
#include "policy/policy.h"

static void add(struct watch_list *list, const char *rows)
{
	struct text xml = {0};

	text_printf(&xml, "<watch>%s</watch>", rows);
	if (!watch_list_add(list, "test.xml", xml.data, xml.len).ok)
		fail_msg("%s", fault_last()->why);
	text_free(&xml);
}

/* A list with these rows alone. */
static struct watch_list only(const char *rows)
{
	struct watch_list list;

	assert_true(watch_list_open(&list).ok);
	list.items = NULL;
	list.libraries = NULL;
	list.count = list.library_count = 0;
	add(&list, rows);
	assert_true(watch_list_finish(&list).ok);
	return list;
}

static void built_in_lists_are_read(void **state)
{
	struct watch_list list;
	size_t files = 0;
	(void)state;
	assert_true(watch_list_open(&list).ok);
	assert_true(watch_list_finish(&list).ok);
	for (const struct content *file = content_next("rules/watch/", NULL); file;
	     file = content_next("rules/watch/", file))
		files++;
	assert_true(files >= 12 && list.count > 500 && list.library_count >= 150);
	assert_int_equal(strlen(list.sha256), 64);
	for (size_t i = 0; i < list.count; i++) {
		const struct watch *item = &list.items[i];
		const struct watch *found = watch_list_find(&list, item->kind, item->id);
		/* several texts share an id */
		if (!found || strcmp(found->id, item->id) != 0 ||
		    (found != item && item->kind != WATCH_TEXT))
			fail_msg("%s is not found", item->id);
		assert_int_equal(item->secret & ~item->arguments, 0);
	}
	const struct watch *call =
		watch_list_find(&list, WATCH_CALL, "javax.crypto.spec.SecretKeySpec.<init>");
	assert_non_null(call);
	assert_string_equal(call->class, "javax.crypto.spec.SecretKeySpec");
	assert_string_equal(call->name, "<init>");
	assert_true(call->secret == 1 && (call->arguments & 3) == 3);
	assert_null(watch_list_find(&list, WATCH_CALL, "javax.crypto.spec.SecretKeySpec"));
	assert_null(watch_list_find(&list, WATCH_FIELD, "none"));
	assert_string_equal(watch_list_library(&list, "androidx.core.app.A"), "androidx.");
	assert_null(watch_list_library(&list, "androidxx.core.A"));
	watch_list_free(&list);
}

static void rows_are_joined_and_sorted(void **state)
{
	struct watch_list list = only(
		"<text id='su' contains='b'/><text id='su' contains='a'/>"
		"<text id='su' equals='a'/><text id='su' contains='a'/>"
		"<class name='com.b.'/><class name='com.a.X$Y'/>"
		"<call api='a.B.c' arguments='0 31'/><call api='a.B.c' secret='1'/>"
		"<call api='a.Context.f' through='a.Activity a.Service' arguments='2'/>"
		"<override of='a.B.c'/><field name='a.B.F'/>"
		"<library prefix='org.a.'/><library prefix='org.'/><library prefix='org.a.'/>");
	(void)state;
	assert_int_equal(list.count, 11);
	const struct watch *call = watch_list_find(&list, WATCH_CALL, "a.B.c");
	assert_true(call->arguments == (1U | 2U | 1U << 31) && call->secret == 2);
	assert_int_equal(watch_list_find(&list, WATCH_CALL, "a.Service.f")->arguments, 4);
	assert_string_equal(watch_list_find(&list, WATCH_CALL, "a.Activity.f")->class,
	                    "a.Activity");
	const struct watch *text = watch_list_find(&list, WATCH_TEXT, "su");
	assert_true(text->text_kind == TEXT_EQUALS && !text->class && !text->name);
	assert_string_equal(text[1].text, "a");
	assert_string_equal(text[2].text, "b");
	assert_non_null(watch_list_find(&list, WATCH_OVERRIDE, "a.B.c"));
	assert_non_null(watch_list_find(&list, WATCH_FIELD, "a.B.F"));
	const struct watch *class = watch_list_find(&list, WATCH_CLASS, "com.a.X$Y");
	assert_true(class && !class->name);
	assert_int_equal(list.library_count, 2);
	assert_string_equal(watch_list_library(&list, "org.a.b.C"), "org.a.");
	assert_string_equal(watch_list_library(&list, "org.ab.C"), "org.");
	assert_null(watch_list_library(&list, "orga"));
	watch_list_free(&list);
}

static void the_digest_is_of_the_content(void **state)
{
	struct watch_list one = only("<call api='a.B.c'/><call api='a.B.d'/>");
	struct watch_list other = only("<call api='a.B.d'/><call api='a.B.c'/><call api='a.B.d'/>");
	struct watch_list more = only("<call api='a.B.d'/><call api='a.B.c' arguments='0'/>");
	(void)state;
	assert_string_equal(one.sha256, other.sha256);
	assert_string_not_equal(one.sha256, more.sha256);
	watch_list_free(&one);
	watch_list_free(&other);
	watch_list_free(&more);
}

static void refused(const char *xml, const char *what)
{
	struct watch_list list;

	assert_true(watch_list_open(&list).ok);
	if (watch_list_add(&list, "my/watch.xml", xml, strlen(xml)).ok)
		fail_msg("not refused: %s", xml);
	const struct fault *fault = fault_last();
	if (strncmp(fault->why, "my/watch.xml:", 13) != 0 || !strstr(fault->why, what) ||
	    diag_kind(fault->code) != FAULT_USAGE)
		fail_msg("'%s' lacks '%s'", fault->why, what);
	watch_list_free(&list);
}

static void bad_lists_are_refused(void **state)
{
	(void)state;
	refused("<watch", ":1: ");
	refused("<!DOCTYPE watch><watch/>", "DOCTYPE");
	refused("<calls/>", "root");
	refused("<watch>\n<method api='a.B.c'/></watch>", ":2: <method>");
	refused("<watch><call/></watch>", "needs api");
	refused("<watch><call api='getInstance'/></watch>", "class.name");
	refused("<watch><call api='a/B.c'/></watch>", "no class");
	refused("<watch><call api='a.B.c' through='a.B;'/></watch>", "no class");
	refused("<watch><call api='a..c'/></watch>", "no class");
	refused("<watch><call api='a.B.c' argument='0'/></watch>", "argument");
	refused("<watch><call api='a.B.c' arguments='32'/></watch>", "from 0 to 31");
	refused("<watch><call api='a.B.c' arguments='-1'/></watch>", "from 0 to 31");
	refused("<watch><call api='a.B.c' secret='0,1'/></watch>", "from 0 to 31");
	refused("<watch><text id='x'/></watch>", "one of equals");
	refused("<watch><text id='x' equals='a' starts='a'/></watch>", "one of equals");
	refused("<watch><text id='x y' equals='a'/></watch>", "no id");
	refused("<watch><class name='a.B;'/></watch>", "no class");
	refused("<watch><library prefix='org.a'/></watch>", "full stop");
	refused("<watch><library prefix='.'/></watch>", "no package");
	struct watch_list list;
	assert_true(watch_list_open(&list).ok);
	assert_false(watch_list_add(&list, "x", "<watch>\0</watch>", 16).ok);
	watch_list_free(&list);
}

/* Lints a control that has one step. */
static void step_says(const char *select, const char *what)
{
	char path[] = "/tmp/parasol-code-XXXXXX.xml";
	struct text xml = {0}, report = {0};
	size_t problems = 0;
	int fd = mkstemps(path, 4);

	assert_true(fd >= 0);
	close(fd);
	text_printf(&xml,
	            "<controls>\n<control id='X' revision='1' severity='high' weight='1'>\n"
	            "<forbid id='a' select=\"%s\"/></control></controls>",
	            select);
	assert_true(file_write(path, xml.data, xml.len).ok);
	assert_true(pack_lint(path, &report, &problems).ok);
	unlink(path);
	/* the control lacks examples and texts in any case: only words of this check count */
	bool said = strstr(report.data, "watch");
	if (what ? !strstr(report.data, what) : said)
		fail_msg("%s\n%s", select, report.data);
	if (what && !strstr(report.data, ".xml:3: control X"))
		fail_msg("no line: %s", report.data);
	text_free(&xml);
	text_free(&report);
}

#define CIPHER "@api = 'javax.crypto.Cipher.getInstance'"

static void controls_compare_with_what_is_watched(void **state)
{
	(void)state;
	step_says("/facts/calls/call[" CIPHER "]", NULL);
	step_says("/facts/calls/call[@api = 'javax.crypto.Cipher.getInstances']",
	          "did you mean 'javax.crypto.Cipher.getInstance'");
	step_says("/facts/calls/call[@api != 'nobody.Watches.this']", "nobody.Watches.this");
	step_says("/facts/calls/call[starts-with(@api, 'javax.crypto.')]", NULL);
	step_says("/facts/calls/call[starts-with(@api, 'javax.kripto.')]", "javax.kripto.");
	step_says("/facts/calls/call[ends-with(@api, '.getInstance')]", NULL);
	step_says("/facts/calls/call[ends-with(@api, '.getInstances')]", ".getInstances");
	step_says("/facts/calls/call[contains(@api, 'Cypher')]", "Cypher");
	step_says("/facts/calls/call[matches(@api, 'Cipher[.]get')]", NULL);
	step_says("/facts/calls/call[matches(@api, 'Cypher[.]get')]", "Cypher");
	step_says("/facts/bundle[/facts/calls/call/@api = 'no.Such.call']", "no.Such.call");
	step_says("/facts/calls/call[" CIPHER
	          " and not(@object = /facts/calls/call[@api = 'no.Such.call']/@object)]",
	          "no.Such.call");
	step_says("/facts/overrides/override[@of = 'no.Such.override']", "the override");
	step_says("/facts/overrides/override/call[@api = 'no.Such.call']", NULL);
	step_says("/facts/field-reads/field-read[@field = 'no.Such.FIELD']", "the field");
	step_says("/facts/texts/text[@watch = 'no-such-text']", "the text");
	step_says("/facts/classes/class[@name = 'no.such.package.']", "the class");
}

static void arguments_are_asked_for(void **state)
{
	(void)state;
	step_says("/facts/calls/call[" CIPHER " and argument[@index = 0]]", NULL);
	step_says("/facts/calls/call[" CIPHER " and argument[@index = 5]]", "argument 5");
	step_says("/facts/calls/call[" CIPHER "][argument[@index = 5 and @value = 'x']]",
	          "argument 5");
	step_says("/facts/calls/call[" CIPHER "]/argument[@index = 5]", "argument 5");
	step_says("/facts/calls/call[argument[@index = 5]]", NULL);
	step_says("/facts/calls/call[(" CIPHER
	          " or @api = 'java.lang.Math.random') and argument[@index = 0]]",
	          "argument 0 of 'java.lang.Math.random'");
	step_says("/facts/calls/call[(" CIPHER
	          " and argument[@index = 1]) or (@api = 'java.net.URL.&lt;init&gt;' and "
	          "argument[@index = 9])]",
	          "argument 9 of 'java.net.URL");
	step_says("/facts/calls/call[starts-with(@api, 'javax.crypto.') and argument[@index = 9]]",
	          "argument 9");
	step_says("/facts/calls/call[" CIPHER
	          " and @object = /facts/calls/call[argument[@index = 9]]/@object]",
	          NULL);
}

static void write_in(const char *folder, const char *name, const char *xml)
{
	struct text path = {0};

	text_printf(&path, "%s/%s", folder, name);
	assert_true(file_write(path.data, xml, strlen(xml)).ok);
	text_free(&path);
}

static const char pack[] =
	"<pack id='mine' version='1.0.0' sequence='1' issued='2026-01-01' engine='>=0.1 &lt;1' "
	"facts='1.0'><profiles><profile id='b' default='true'/></profiles><gates>"
	"<gate id='pipeline' default='true' fail-on='high'/><gate id='delivery' fail-on='low'/>"
	"</gates><requirement id='A' severity='high' weight='1'><use control='MINE-01'/>"
	"</requirement></pack>";
static const char controls[] =
	"<controls><control id='MINE-01' revision='1' severity='high' weight='1'>"
	"<forbid id='a' select=\"/facts/calls/call[@api = 'com.bank.Legacy.pay' and "
	"argument[@index = 2]]\"/></control></controls>";

/* A pack may watch what only it asks for; lint knows it, and so does the policy of a scan. */
static void packs_bring_their_own(void **state)
{
	char folder[] = "/tmp/parasol-code-XXXXXX";
	struct text report = {0}, path = {0};
	size_t problems = 0;
	struct policy *policy = NULL;
	(void)state;
	assert_non_null(mkdtemp(folder));
	text_printf(&path, "%s/controls", folder);
	mkdir(path.data, 0700);
	path.len = 0;
	text_printf(&path, "%s/watch", folder);
	mkdir(path.data, 0700);
	write_in(folder, "pack.xml", pack);
	write_in(folder, "controls/mine.xml", controls);
	assert_true(pack_lint(folder, &report, &problems).ok);
	assert_non_null(strstr(report.data, "no watch list has the call 'com.bank.Legacy.pay'"));
	report.len = 0;
	const char *packs[] = {folder};
	struct policy_request request = {.packs = packs, .pack_count = 1, .as_of = "2026-01-01"};
	assert_false(policy_load(&request, &policy).ok);
	assert_non_null(strstr(fault_last()->why, "controls/mine.xml:1: control MINE-01"));
	write_in(folder, "watch/mine.xml",
	         "<watch><call api='com.bank.Legacy.pay' arguments='2'/></watch>");
	assert_true(pack_lint(folder, &report, &problems).ok);
	assert_null(strstr(report.data, "watch list"));
	assert_true(policy_load(&request, &policy).ok);
	const struct watch_list *list = policy_watch(policy);
	assert_int_equal(watch_list_find(list, WATCH_CALL, "com.bank.Legacy.pay")->arguments, 4);
	assert_non_null(watch_list_find(list, WATCH_CALL, "javax.crypto.Cipher.getInstance"));
	policy_free(policy);
	write_in(folder, "watch/mine.xml", "<watch><call api='x'/></watch>");
	assert_false(policy_load(&request, &policy).ok);
	assert_non_null(strstr(fault_last()->why, "watch/mine.xml:1"));
	text_free(&report);
	text_free(&path);
	static const char *const files[] = {"watch/mine.xml", "controls/mine.xml", "pack.xml",
	                                    "watch",          "controls",          ""};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct text file = {0};
		text_printf(&file, "%s/%s", folder, files[i]);
		if (remove(file.data) != 0)
			fail_msg("cannot remove %s", file.data);
		text_free(&file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_lists_are_read),
		cmocka_unit_test(rows_are_joined_and_sorted),
		cmocka_unit_test(the_digest_is_of_the_content),
		cmocka_unit_test(bad_lists_are_refused),
		cmocka_unit_test(controls_compare_with_what_is_watched),
		cmocka_unit_test(arguments_are_asked_for),
		cmocka_unit_test(packs_bring_their_own),
	};

	if (!digest_start().ok)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
