/* test_identify.c - bundles are told by what they hold, and decoys do not change it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "intake/limits.h"
#include "scan/identify.h"
#include "unit/zipmake.h"

#define BINARY "\3\0\x8\0"
#define TEXT "\xef\xbb\xbf\n<manifest/>"

struct bundle {
	const char *manifest; /* four bytes of AndroidManifest.xml, or all of it; NULL for none */
	const char *names[4];
	const char *platform, *kind;
	bool block; /* an APK signing block */
};

static void add_block(struct zipmake *zip)
{
	struct text block = {0};

	zipmake_put(&block, 8, 24);
	zipmake_put(&block, 8, 24);
	text_puts(&block, "APK Sig Block 42");
	zipmake_add(zip, &(struct zipmake_entry){.name = "last",
	                                         .data = "x",
	                                         .behind = block.data,
	                                         .behind_len = block.len});
	text_free(&block);
}

static void check(const struct bundle *bundle)
{
	struct zipmake zip = {0};
	struct container *container;

	if (bundle->manifest) {
		bool binary = bundle->manifest[1] == 0;
		size_t len = binary ? 4 : strlen(bundle->manifest);
		zipmake_add(&zip, &(struct zipmake_entry){.name = "AndroidManifest.xml",
		                                          .data = bundle->manifest,
		                                          .len = len});
	}
	for (size_t i = 0; i < 4 && bundle->names[i]; i++)
		zipmake_add(&zip, &(struct zipmake_entry){.name = bundle->names[i], .data = "x"});
	if (bundle->block)
		add_block(&zip);
	zipmake_end(&zip);
	limit_reset(0);
	assert_true(container_open(zip.out.data, zip.out.len, "", NULL, (struct entry_id){0}, NULL,
	                           &container)
	                    .ok);
	struct identity identity = identify(container, NULL);
	assert_string_equal(identity.platform, bundle->platform);
	assert_string_equal(identity.kind, bundle->kind);
	container_close(container);
	zipmake_free(&zip);
}

static void kinds_have_their_marks(void **state)
{
	static const struct bundle bundles[] = {
		{BINARY, {"classes.dex"}, "android", "apk", false},
		{BINARY, {NULL}, "android", "apk", false},
		{TEXT, {"classes.jar"}, "android", "aar", false},
		{TEXT, {"classes.jar", "classes.dex"}, "android", "aar", false},
		{NULL,
	         {"BundleConfig.pb", "base/manifest/AndroidManifest.xml"},
	         "android",
	         "aab",
	         false},
		{NULL,
	         {"BundleConfig.pb", "base/manifest/AndroidManifest.xml"},
	         "android",
	         "aab",
	         true},
		{NULL, {"Payload/a.app/Info.plist"}, "ios", "ipa", false},
		{NULL, {"Payload/a/b.app/Info.plist"}, "unknown", "archive", false},
		{NULL, {"module.json"}, "harmony", "hap", false},
		{NULL, {"config.json", "assets/entry/resources.index"}, "harmony", "hap", false},
		{NULL, {"pack.info", "entry.hap"}, "harmony", "app", false},
		{NULL, {"toc.pb", "splits/base.apk"}, "android", "apks", false},
		{NULL, {"base.apk"}, "android", "apks", false},
		{NULL, {"resources.arsc"}, "android", "apk", false},
		{NULL, {"WEB-INF/web.xml"}, "java", "war", false},
		{NULL, {"META-INF/application.xml"}, "java", "ear", false},
		{NULL, {"META-INF/MANIFEST.MF"}, "java", "jar", false},
		{NULL, {"notes.txt"}, "unknown", "archive", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bundles / sizeof *bundles; i++)
		check(&bundles[i]);
}

static void decoys_change_nothing(void **state)
{
	static const char *const decoys[][2] = {
		{"classes.jar", NULL},
		{"BundleConfig.pb", "base/manifest/AndroidManifest.xml"},
		{"Payload/a.app/Info.plist", NULL},
		{"module.json", NULL},
		{"toc.pb", "splits/base.apk"},
		{"WEB-INF/web.xml", NULL},
	};
	static const char *const proofs[] = {"classes.dex", "resources.arsc", NULL};

	(void)state;
	for (size_t i = 0; i < sizeof decoys / sizeof *decoys; i++) {
		for (size_t k = 0; k < 3; k++) {
			struct bundle bundle = {BINARY, {0}, "android", "apk", !proofs[k]};
			size_t count = 0;
			bundle.names[count++] = decoys[i][0];
			if (proofs[k])
				bundle.names[count++] = proofs[k];
			bundle.names[count] = decoys[i][1];
			check(&bundle);
			/* Android does not look at the type of the first chunk */
			bundle.manifest = "\1\0\x8";
			check(&bundle);
		}
	}
	check(&(struct bundle){BINARY, {"classes.jar"}, "android", "apk", false});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_their_marks),
		cmocka_unit_test(decoys_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
