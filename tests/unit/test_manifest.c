/* test_manifest.c - facts of a manifest: what the platform makes of what is declared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "facts/doc.h"
#include "formats/manifest.h"
#include "unit/build_axml.h"

static struct build b;
static struct fact_doc *doc;

/* A manifest with a target version; the test adds what stands in the application. */
static void begin(uint32_t target)
{
	build_start(&b);
	OPEN(&b, "manifest", NUMBER(VERSION_CODE, 7), TEXT(VERSION_NAME, "1.2"),
	     PLAIN("package", "org.example"));
	LEAF(&b, "uses-sdk", NUMBER(MIN_SDK_VERSION, 16), NUMBER(TARGET_SDK_VERSION, target));
}

static struct result inspect(void)
{
	struct inspection in = {.module = "base"};
	struct entry entry = {.path = "AndroidManifest.xml", .name = "AndroidManifest.xml"};
	struct facts facts;
	struct arena arena;
	struct text bytes = build_finish(&b);

	arena_init(&arena, 64 << 20);
	facts_init(&facts, (struct entry_id){0}, entry.path);
	in = (struct inspection){
		.entry = &entry, .arena = &arena, .facts = &facts, .module = "base"};
	struct result result =
		format_manifest.inspect(&in, cursor_over(bytes.data, bytes.len, DIAG_SYSTEM));
	if (!result.ok)
		facts_fault(&facts, format_manifest.sources);
	facts_finish(&facts);
	doc = fact_doc_new();
	fact_doc_add_facts(doc, &facts);
	for (int i = 0; i < SOURCE_COUNT; i++)
		fact_doc_source_done(doc, (enum source)i, STATUS_COMPLETE);
	fact_doc_finish(doc);
	facts_free(&facts);
	arena_free(&arena);
	text_free(&bytes);
	return result;
}

static void finish(void)
{
	build_close(&b, "manifest");
	assert_true(inspect().ok);
}

static int teardown(void **state)
{
	(void)state;
	fact_doc_free(doc);
	doc = NULL;
	return 0;
}

static const struct doc_row *row(enum fact_row kind, unsigned index)
{
	const struct doc_row *r = fact_doc_first(doc, kind);

	while (r && index--)
		r = fact_doc_next(doc, r);
	assert_non_null(r);
	return r;
}

static void expect(enum fact_row kind, unsigned index, enum fact_attr attr, const char *wanted)
{
	const char *found = doc_row_value(doc, row(kind, index), attr);

	if (!wanted) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_string_equal(found, wanted);
}

#define COMPONENT_IS(index, attr, wanted) \
	expect(ROW_COMPONENT, index, FACT_COMPONENT_##attr, wanted)

static bool has_issue(const char *code)
{
	const struct doc_row *r;

	for (r = fact_doc_first(doc, ROW_ISSUE); r; r = fact_doc_next(doc, r)) {
		if (strcmp(doc_row_value(doc, r, FACT_ISSUE_CODE), code) == 0)
			return true;
	}
	return false;
}

static void filter(const char *action, const char *category)
{
	OPEN(&b, "intent-filter", NUMBER(PRIORITY, 0));
	if (action)
		LEAF(&b, "action", TEXT(NAME, action));
	if (category)
		LEAF(&b, "category", TEXT(NAME, category));
	build_close(&b, "intent-filter");
}

static void tells_identity_and_defaults(void **state)
{
	(void)state;
	begin(30);
	OPEN(&b, "application", TEXT(NAME, ".App"));
	build_close(&b, "application");
	finish();
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_PACKAGE, "org.example");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_VERSION_CODE, "7");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_TARGET_SDK, "30");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_DEBUGGABLE, NULL);
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_DEBUGGABLE, "false");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_ALLOW_BACKUP, "true");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_APPLICATION_CLASS, "org.example.App");
	expect(ROW_MODULE, 0, FACT_MODULE_APP_ID, "org.example");
	expect(ROW_NETWORK_CONFIG, 0, FACT_NETWORK_CONFIG_CLEARTEXT, "false");
	expect(ROW_NETWORK_CONFIG, 0, FACT_NETWORK_CONFIG_ORIGIN, "default");
}

static void without_uses_sdk_versions_are_one(void **state)
{
	(void)state;
	build_start(&b);
	OPEN(&b, "manifest", NUMBER(VERSION_CODE, 0xffffffff), NUMBER(VERSION_CODE_MAJOR, 1),
	     PLAIN("package", "p"));
	LEAF(&b, "application", YES(DEBUGGABLE));
	finish();
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_MIN_SDK, NULL);
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_MIN_SDK, "1");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_TARGET_SDK, "1");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_VERSION_CODE, "8589934591");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_DEBUGGABLE, "true");
	expect(ROW_NETWORK_CONFIG, 0, FACT_NETWORK_CONFIG_CLEARTEXT, "true");
	expect(ROW_NETWORK_CONFIG, 0, FACT_NETWORK_CONFIG_TRUSTS_USER, "true");
	/* the two that came with version 4, and what the first brings */
	assert_int_equal(fact_doc_count(doc, ROW_PERMISSION), 3);
	expect(ROW_PERMISSION, 0, FACT_PERMISSION_IMPLIED, "true");
}

static void a_target_without_version_is_the_minimum(void **state)
{
	(void)state;
	build_start(&b);
	OPEN(&b, "manifest", PLAIN("package", "p"));
	LEAF(&b, "uses-sdk", TEXT(MIN_SDK_VERSION, "S"));
	finish();
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_MIN_SDK, "31");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_TARGET_SDK, "31");
}

static void exports_by_filter_and_target(void **state)
{
	(void)state;
	begin(16);
	OPEN(&b, "application", TEXT(PERMISSION, "android.permission.CAMERA"));
	OPEN(&b, "activity", TEXT(NAME, "Plain"));
	filter("org.example.GO", NULL);
	build_close(&b, "activity");
	OPEN(&b, "activity", TEXT(NAME, ".NoAction"));
	filter(NULL, "android.intent.category.DEFAULT");
	build_close(&b, "activity");
	OPEN(&b, "service", TEXT(NAME, "a.Service"), TEXT(PERMISSION, ""));
	filter(NULL, NULL);
	build_close(&b, "service");
	LEAF(&b, "provider", TEXT(NAME, "a.Provider"), TEXT(AUTHORITIES, "x"));
	LEAF(&b, "provider", TEXT(NAME, "a.Closed"), NO(EXPORTED));
	build_close(&b, "application");
	finish();
	COMPONENT_IS(0, NAME, "org.example.Plain");
	COMPONENT_IS(0, EXPORTED, "true");
	COMPONENT_IS(0, EXPORTED_DECLARED, NULL);
	COMPONENT_IS(0, PERMISSION, "android.permission.CAMERA");
	COMPONENT_IS(0, GUARD, "dangerous");
	COMPONENT_IS(1, NAME, "org.example.NoAction");
	COMPONENT_IS(1, EXPORTED, "false");
	COMPONENT_IS(1, FILTERS, "1");
	COMPONENT_IS(2, EXPORTED, "true");
	COMPONENT_IS(2, PERMISSION, NULL); /* an empty one undoes the application's */
	COMPONENT_IS(2, GUARD, "none");
	COMPONENT_IS(3, EXPORTED, "true");
	COMPONENT_IS(4, EXPORTED, "false");
}

static void providers_close_from_target_17(void **state)
{
	(void)state;
	begin(17);
	OPEN(&b, "application", YES(ENABLED));
	LEAF(&b, "provider", TEXT(NAME, "a.P"), TEXT(PERMISSION, "org.example.OWN"),
	     TEXT(READ_PERMISSION, "android.permission.BIND_VPN_SERVICE"));
	build_close(&b, "application");
	LEAF(&b, "permission", TEXT(NAME, "org.example.OWN"), NUMBER(PROTECTION_LEVEL, 0x12));
	finish();
	COMPONENT_IS(0, EXPORTED, "false");
	COMPONENT_IS(0, READ_PERMISSION, "android.permission.BIND_VPN_SERVICE");
	COMPONENT_IS(0, WRITE_PERMISSION, "org.example.OWN");
	COMPONENT_IS(0, GUARD, "signature");
	expect(ROW_DECLARED_PERMISSION, 0, FACT_DECLARED_PERMISSION_PROTECTION,
	       "signature|privileged");
	expect(ROW_DECLARED_PERMISSION, 0, FACT_DECLARED_PERMISSION_VALUE, "18");
}

static void the_weakest_guard_counts(void **state)
{
	(void)state;
	begin(30);
	LEAF(&b, "permission", TEXT(NAME, "org.example.OWN"));
	OPEN(&b, "application", YES(ENABLED));
	LEAF(&b, "provider", TEXT(NAME, "a.P"), TEXT(READ_PERMISSION, "nobody.KNOWS"));
	LEAF(&b, "service", TEXT(NAME, "a.S"), TEXT(PERMISSION, "org.example.OWN"));
	LEAF(&b, "service", TEXT(NAME, "a.T"), TEXT(PERMISSION, "nobody.KNOWS"));
	build_close(&b, "application");
	finish();
	COMPONENT_IS(0, GUARD, "none"); /* nothing is needed to write */
	COMPONENT_IS(1, GUARD, "normal");
	COMPONENT_IS(2, GUARD, "unknown");
}

static void an_alias_takes_over_from_its_activity(void **state)
{
	(void)state;
	begin(30);
	OPEN(&b, "application", TEXT(PERMISSION, "android.permission.CAMERA"));
	LEAF(&b, "activity", TEXT(NAME, ".Main"), TEXT(TASK_AFFINITY, "x.y"),
	     NUMBER(LAUNCH_MODE, 2));
	OPEN(&b, "activity-alias", TEXT(NAME, ".Alias"), TEXT(TARGET_ACTIVITY, ".Main"));
	filter("android.intent.action.MAIN", "android.intent.category.LAUNCHER");
	build_close(&b, "activity-alias");
	build_close(&b, "application");
	finish();
	COMPONENT_IS(1, KIND, "activity-alias");
	COMPONENT_IS(1, LAUNCH_MODE, "singleTask");
	COMPONENT_IS(1, TASK_AFFINITY, "x.y");
	COMPONENT_IS(1, TARGET_ACTIVITY, "org.example.Main");
	COMPONENT_IS(1, LAUNCHER, "true");
	COMPONENT_IS(1, PERMISSION, NULL);
	COMPONENT_IS(0, PERMISSION, "android.permission.CAMERA");
}

static void multiplies_deep_links(void **state)
{
	(void)state;
	begin(30);
	OPEN(&b, "application", YES(ENABLED));
	OPEN(&b, "activity", TEXT(NAME, ".Link"), YES(EXPORTED));
	OPEN(&b, "intent-filter", YES(AUTO_VERIFY));
	LEAF(&b, "action", TEXT(NAME, "android.intent.action.VIEW"));
	LEAF(&b, "category", TEXT(NAME, "android.intent.category.BROWSABLE"));
	LEAF(&b, "data", TEXT(SCHEME, "https"), TEXT(HOST, "a.example"));
	LEAF(&b, "data", TEXT(SCHEME, "bank"), TEXT(HOST, "b.example"));
	LEAF(&b, "data", TEXT(SCHEME, "https"), TEXT(PATH_PREFIX, "/x"));
	build_close(&b, "intent-filter");
	build_close(&b, "activity");
	OPEN(&b, "receiver", TEXT(NAME, ".R"));
	filter("android.intent.action.BOOT_COMPLETED", NULL);
	build_close(&b, "receiver");
	build_close(&b, "application");
	finish();
	assert_int_equal(fact_doc_count(doc, ROW_DEEP_LINK), 4);
	expect(ROW_DEEP_LINK, 3, FACT_DEEP_LINK_SCHEME, "bank");
	expect(ROW_DEEP_LINK, 3, FACT_DEEP_LINK_HOST, "b.example");
	expect(ROW_DEEP_LINK, 3, FACT_DEEP_LINK_WEB, "false");
	expect(ROW_DEEP_LINK, 0, FACT_DEEP_LINK_AUTO_VERIFY, "true");
	COMPONENT_IS(1, PROTECTED_ACTIONS_ONLY, "true");
}

static void a_hidden_attribute_brings_no_safety(void **state)
{
	(void)state;
	begin(30);
	OPEN(&b, "application", TEXT(AUTHORITIES, "x"), NO(DEBUGGABLE), TEXT(LABEL, "x"));
	OPEN(&b, "service", TEXT(NAME, ".S"), TEXT(PATH, "x"), NO(EXPORTED),
	     TEXT(PERMISSION, "android.permission.BIND_VPN_SERVICE"));
	filter("a.b", NULL);
	build_close(&b, "service");
	LEAF(&b, "service", TEXT(NAME, ".T"), TEXT(PATH, "x"), YES(EXPORTED));
	build_close(&b, "application");
	finish();
	COMPONENT_IS(0, EXPORTED, "true");
	COMPONENT_IS(0, PERMISSION, NULL);
	COMPONENT_IS(1, EXPORTED, "true");
	assert_true(has_issue("AXML_ORDER"));
}

static void a_value_that_cannot_be_read_is_unread(void **state)
{
	(void)state;
	begin(30);
	OPEN(&b, "application", REFERENCE(DEBUGGABLE, 0x7f010000),
	     {ATTRIBUTE_ALLOW_BACKUP, NULL, VALUE_STRING, 0, "false"},
	     {ATTRIBUTE_LARGE_HEAP, NULL, VALUE_ATTRIBUTE, 1, NULL});
	build_close(&b, "application");
	finish();
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_DEBUGGABLE, NULL);
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_EFFECTIVE_ALLOW_BACKUP, "false");
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_LARGE_HEAP, NULL);
	assert_true(has_issue("RESOURCE_MISSING"));
	assert_true(has_issue("MANIFEST_VALUE"));
}

static void another_root_is_no_manifest(void **state)
{
	(void)state;
	build_start(&b);
	LEAF(&b, "resources", PLAIN("package", "p"));
	assert_false(inspect().ok);
	assert_int_equal(fact_doc_source(doc, SOURCE_MANIFEST), STATUS_ERROR);
	assert_int_equal(fact_doc_source(doc, SOURCE_NETWORK), STATUS_ERROR);
}

static void a_missing_configuration_is_a_gap(void **state)
{
	(void)state;
	begin(30);
	LEAF(&b, "application", REFERENCE(NETWORK_SECURITY_CONFIG, 0x7f010000));
	finish();
	assert_int_equal(fact_doc_source(doc, SOURCE_NETWORK), STATUS_ERROR);
	assert_int_equal(fact_doc_source(doc, SOURCE_MANIFEST), STATUS_COMPLETE);
	expect(ROW_NETWORK_CONFIG, 0, FACT_NETWORK_CONFIG_CLEARTEXT, NULL);
	expect(ROW_MANIFEST, 0, FACT_MANIFEST_NETWORK_SECURITY_CONFIG, "@0x7f010000");
}

static void backup_follows_target_and_flag(void **state)
{
	(void)state;
	begin(31);
	LEAF(&b, "application", NO(ALLOW_BACKUP));
	finish();
	assert_int_equal(fact_doc_count(doc, ROW_BACKUP_SET), 3);
	expect(ROW_BACKUP_SET, 0, FACT_BACKUP_SET_ALLOWED, "false");
	expect(ROW_BACKUP_SET, 1, FACT_BACKUP_SET_ALLOWED, "false");
	expect(ROW_BACKUP_SET, 2, FACT_BACKUP_SET_KIND, "device-transfer");
	expect(ROW_BACKUP_SET, 2, FACT_BACKUP_SET_ALLOWED, "true");
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_identity_and_defaults),
		TEST(without_uses_sdk_versions_are_one),
		TEST(a_target_without_version_is_the_minimum),
		TEST(exports_by_filter_and_target),
		TEST(providers_close_from_target_17),
		TEST(the_weakest_guard_counts),
		TEST(an_alias_takes_over_from_its_activity),
		TEST(multiplies_deep_links),
		TEST(a_hidden_attribute_brings_no_safety),
		TEST(a_value_that_cannot_be_read_is_unread),
		TEST(another_root_is_no_manifest),
		TEST(a_missing_configuration_is_a_gap),
		TEST(backup_follows_target_and_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
