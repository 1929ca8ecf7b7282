/*
 * test_nested.c - packages inside a bundle that cannot be read: what they may hold is missing from
 * every source, so that nothing passes for want of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "scan/scan.h"
#include "unit/zipmake.h"

static char folder[] = "/tmp/parasol-nested-XXXXXX";

static struct text package(const char *name)
{
	struct zipmake zip = {0};

	zipmake_add(&zip, &(struct zipmake_entry){.name = name, .data = "text"});
	zipmake_end(&zip);
	text_free(&zip.directory);
	return zip.out;
}

/* Scans a bundle of one package that holds `beside`, and an entry `name` with `len` bytes. */
static struct fact_doc *scan(const char *beside, const char *name, const void *data, size_t len,
                             bool damaged)
{
	struct zipmake zip = {0};
	struct text path = {0}, base = package("AndroidManifest.xml");
	struct scan_run run;
	struct fact_doc *doc;

	zipmake_add(&zip,
	            &(struct zipmake_entry){.name = beside, .data = base.data, .len = base.len});
	zipmake_add(&zip,
	            &(struct zipmake_entry){
			    .name = name, .data = data, .len = len, .offset_add = damaged ? 7 : 0});
	zipmake_end(&zip);
	text_printf(&path, "%s/set.apks", folder);
	assert_true(file_write(path.data, zip.out.data, zip.out.len).ok);
	struct scan_request request = {.path = path.data, .threads = 2};
	assert_true(scan_bundle(&request, &doc, &run).ok);
	assert_true(run.ended);
	unlink(path.data);
	scan_run_free(&run);
	text_free(&path);
	text_free(&base);
	zipmake_free(&zip);
	return doc;
}

static bool has_gap(const struct fact_doc *doc, enum source source, const char *in)
{
	xmlDoc *xml = fact_doc_xml(doc, NULL);
	struct text mark = {0};
	xmlChar *bytes;
	int len;

	text_printf(&mark, "<source name=\"%s\"", source_names[source]);
	xmlDocDumpMemory(xml, &bytes, &len);
	const char *row = strstr((const char *)bytes, mark.data);
	assert_non_null(row);
	const char *end = strstr(row + 1, "<source ");
	mark.len = 0;
	text_printf(&mark, "<gap in=\"%s\"", in);
	const char *gap = strstr(row, mark.data);
	bool found = gap && (!end || gap < end);
	xmlFree(bytes);
	xmlFreeDoc(xml);
	text_free(&mark);
	return found;
}

static void set_with_damaged_split(void **state)
{
	static const enum source sources[] = {SOURCE_MANIFEST,       SOURCE_NETWORK,
	                                      SOURCE_PROVIDER_PATHS, SOURCE_BACKUP,
	                                      SOURCE_CODE,           SOURCE_RULES};
	struct text split = package("AndroidManifest.xml");
	struct {
		const char *name;
		const void *data;
		size_t len;
		bool damaged;
	} cases[] = {
		{"split.apk", split.data, split.len / 2, false},
		{"split.apk", "noise", 5, false},
		{"split.apk", "", 0, false},
		{"split.apk", split.data, split.len, true},
		{"split.zip", split.data, split.len / 2, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fact_doc *doc = scan("base.apk", cases[i].name, cases[i].data, cases[i].len,
		                            cases[i].damaged);
		for (size_t k = 0; k < sizeof sources / sizeof *sources; k++)
			assert_true(has_gap(doc, sources[k], cases[i].name));
		fact_doc_free(doc);
	}
	text_free(&split);
}

static void split_without_manifest(void **state)
{
	struct text split = package("classes.dex");

	(void)state;
	struct fact_doc *doc = scan("base.apk", "split.apk", split.data, split.len, false);
	assert_true(has_gap(doc, SOURCE_MANIFEST, "split.apk"));
	fact_doc_free(doc);
	text_free(&split);
}

/* What a split says is not what an asset says: a damaged archive among assets is no module. */
static void asset_of_an_app(void **state)
{
	struct text archive = package("x");

	(void)state;
	struct fact_doc *doc =
		scan("AndroidManifest.xml", "assets/a.zip", archive.data, archive.len / 2, false);
	assert_true(has_gap(doc, SOURCE_RULES, "assets/a.zip"));
	assert_false(has_gap(doc, SOURCE_MANIFEST, "assets/a.zip"));
	fact_doc_free(doc);
	text_free(&archive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_with_damaged_split),
		cmocka_unit_test(split_without_manifest),
		cmocka_unit_test(asset_of_an_app),
	};

	if (!mkdtemp(folder) || !digest_start().ok || !scan_start(0).ok)
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
