/*
 * compose.c - composes a bundle of the size and mixture of a large app, out of what a Debian
 * machine has.
 *
 *   compose OUT [COPIES]
 *
 * One copy (F1) is about 118 MB in 4,640 entries: 10 bytecode-like files (14.5 MB, from programs),
 * 98 libraries (62 MB, the largest 19.9 MB), one script (11.5 MB), 4,530 small resources (30 MB):
 * binary XML, text, and images that do not shrink. COPIES repeats all but the manifest under other
 * names (F2, F4). COPIES below 1 shrinks every part
 * and the number of resources by that much: 0.45 gives a package of 20 MB. The sizes are fixed and
 * files are taken in the order of their paths, so a machine gives the same bundle each time;
 * between machines the content differs and the mixture does not. The bytecode-like files carry no
 * DEX magic: nothing may be concluded from them about the cost of reading bytecode.
 */
#include <fts.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "make_bundle/make_bundle.h"

enum { LIBRARIES = 98, PROGRAMS = 10, RESOURCES = 4530, FILE_LIMIT = 24 << 20 };

#define LARGEST 19.9e6
#define DECLINE 1.3 /* the n-th library is LARGEST / n^DECLINE long: together 62 MB */
#define PROGRAM_SIZE 1450000
#define SCRIPT_SIZE 11500000

/* A store of bytes of one kind, handed out piece by piece. */
struct store {
	const char *what;
	const char *const *roots; /* folders, up to NULL */
	const char *ending;       /* part of the file names to take; "" for all */
	size_t want, at;
	struct text bytes;
};

static int path_order(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void file_take(struct store *store, const FTSENT *entry)
{
	struct text body DEFER(text_free) = {0};

	if (entry->fts_info != FTS_F || !strstr(entry->fts_name, store->ending) ||
	    entry->fts_statp->st_size < 200 || entry->fts_statp->st_size > FILE_LIMIT)
		return;
	if (file_read(entry->fts_path, FILE_LIMIT, &body).ok)
		text_add(&store->bytes, body.data, body.len);
}

static RESULT store_fill(struct store *store)
{
	char *const *roots = (char *const *)(uintptr_t)store->roots;
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, path_order);
	const FTSENT *entry;

	ENSURE(walk, SYSTEM, AT_NONE, "%s: cannot walk its folders", store->what);
	while (store->bytes.len < store->want && (entry = fts_read(walk)) != NULL)
		file_take(store, entry);
	fts_close(walk);
	ENSURE(store->bytes.len > 0, USAGE, AT_NONE, "%s: this machine has none", store->what);
	if (store->bytes.len < store->want)
		fprintf(stderr, "compose: %s: %zu bytes of %zu, some are used again\n", store->what,
		        store->bytes.len, store->want);
	return OK;
}

/* The next `len` bytes, from the start again when the store is empty. */
static void store_take(struct store *store, size_t len, struct text *out)
{
	while (len > 0) {
		size_t left = store->bytes.len - store->at, part = len < left ? len : left;
		text_add(out, store->bytes.data + store->at, part);
		len -= part;
		store->at = (store->at + part) % store->bytes.len;
	}
}

struct kit {
	double share; /* of every size; 1 for whole copies */
	struct store libraries, programs, scripts, packed;
	struct zip_maker zip;
};

static void entry_add(struct kit *kit, unsigned copy, const char *name, struct text *body,
                      bool deflate)
{
	struct text full DEFER(text_free) = {0};

	if (copy > 0)
		text_printf(&full, "assets/copy%u/", copy);
	text_puts(&full, name);
	zip_maker_add(&kit->zip, full.data, body, deflate);
}

static void large_add(struct kit *kit, unsigned copy)
{
	char name[64];
	struct text body = {0};

	for (unsigned i = 0; i < LIBRARIES; i++) {
		snprintf(name, sizeof name, "lib/arm64-v8a/libpart%02u.so", i);
		text_add(&body,
		         "\x7f"
		         "ELF",
		         4);
		store_take(&kit->libraries, (size_t)(kit->share * LARGEST / pow(i + 1, DECLINE)),
		           &body);
		entry_add(kit, copy, name, &body, true);
	}
	for (unsigned i = 0; i < PROGRAMS; i++) {
		snprintf(name, sizeof name, i ? "classes%u.dex" : "classes.dex", i + 1);
		store_take(&kit->programs, (size_t)(kit->share * PROGRAM_SIZE), &body);
		entry_add(kit, copy, name, &body, true);
	}
	store_take(&kit->scripts, (size_t)(kit->share * SCRIPT_SIZE), &body);
	entry_add(kit, copy, "assets/index.android.bundle", &body, true);
}

/* Binary XML of some elements whose texts differ from file to file. */
static RESULT layout_make(unsigned n, struct text *out)
{
	static const struct axml_options options = {.utf8 = true};
	struct text xml DEFER(text_free) = {0};

	text_puts(&xml,
	          "<LinearLayout xmlns:android=\"http://schemas.android.com/apk/res/android\" "
	          "android:orientation=\"vertical\">");
	for (unsigned i = 0; i < 4 + n % 24; i++)
		text_printf(
			&xml,
			"<TextView android:id=\"@0x7f0a%04x\" android:text=\"line %u of screen "
			"%u\" "
			"android:layout_width=\"match_parent\" android:layout_height=\"%udp\"/>",
			i, i * 31 + n, n, 16 + i);
	text_puts(&xml, "</LinearLayout>");
	return make_axml_text(xml.data, "layout", NULL, &options, out);
}

static RESULT small_add(struct kit *kit, unsigned copy)
{
	char name[64];

	for (unsigned i = 0; i < (unsigned)(kit->share * RESOURCES); i++) {
		struct text body = {0};
		size_t len = 600 + i * 7919UL % 17200;
		if (i % 3 == 0) {
			TRY(layout_make(i, &body));
			snprintf(name, sizeof name, "res/layout/screen_%04u.xml", i);
		} else if (i % 3 == 1) {
			text_add(&body, "\x89PNG\r\n\x1a\n", 8);
			store_take(&kit->packed, len, &body);
			snprintf(name, sizeof name, "res/drawable-xhdpi-v4/image_%04u.png", i);
		} else {
			store_take(&kit->scripts, len, &body);
			snprintf(name, sizeof name, "assets/www/part_%04u.txt", i);
		}
		entry_add(kit, copy, name, &body, i % 3 != 1);
	}
	return OK;
}

static RESULT manifest_add(struct kit *kit)
{
	static const char manifest[] =
		"<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" "
		"package=\"cn.qingsan.bench\" android:versionCode=\"1\" "
		"android:versionName=\"1.0\">"
		"<uses-sdk android:minSdkVersion=\"26\" android:targetSdkVersion=\"34\"/>"
		"<application android:label=\"@string/name\"><activity android:name=\".Main\" "
		"android:exported=\"true\"/></application></manifest>";
	static const struct axml_options options = {.utf8 = true};
	struct resources *resources = resources_open("cn.qingsan.bench");
	struct text axml = {0}, arsc = {0};
	struct result result = resources_add(resources, "string", "name", "", "Bench");

	resources_number(resources);
	if (result.ok)
		result = make_axml_text(manifest, "manifest", resources, &options, &axml);
	if (result.ok)
		result = make_arsc(resources, true, &arsc);
	resources_close(resources);
	zip_maker_add(&kit->zip, "AndroidManifest.xml", &axml, true);
	zip_maker_add(&kit->zip, "resources.arsc", &arsc, false);
	return result;
}

static RESULT compose(struct kit *kit, const char *path, unsigned copies)
{
	struct text bytes DEFER(text_free) = {0};

	TRY(store_fill(&kit->libraries));
	TRY(store_fill(&kit->programs));
	TRY(store_fill(&kit->scripts));
	TRY(store_fill(&kit->packed));
	TRY(manifest_add(kit));
	for (unsigned copy = 0; copy < copies; copy++) {
		kit->libraries.at = kit->programs.at = kit->scripts.at = kit->packed.at = 0;
		large_add(kit, copy);
		TRY(small_add(kit, copy));
	}
	TRY(zip_maker_write(&kit->zip, &bytes));
	return file_write(path, bytes.data, bytes.len);
}

int main(int argc, char **argv)
{
	static const char *const native[] = {"/usr/lib", NULL},
				 *const programs[] = {"/usr/bin", NULL},
				 *const text[] = {"/usr/share/perl", "/usr/share/perl5",
	                                          "/usr/include", NULL},
				 *const packed[] = {"/usr/share/man", "/usr/share/doc",
	                                            "/usr/share/info", NULL};
	double amount = argc > 2 ? strtod(argv[2], NULL) : 1;
	struct kit kit = {.share = amount < 1 ? amount : 1,
	                  .libraries = {"libraries", native, ".so", 62000000, 0, {0}},
	                  .programs = {"programs", programs, "", 14500000, 0, {0}},
	                  .scripts = {"scripts", text, ".", 28000000, 0, {0}},
	                  .packed = {"packed files", packed, ".gz", 14000000, 0, {0}}};
	unsigned copies = amount < 1 ? 1 : (unsigned)amount;

	if (argc < 2 || !(amount > 0 && amount < 9)) {
		fprintf(stderr, "usage: compose OUT [COPIES]\n");
		return 2;
	}
	struct result result = compose(&kit, argv[1], copies);
	zip_maker_free(&kit.zip);
	text_free(&kit.libraries.bytes);
	text_free(&kit.programs.bytes);
	text_free(&kit.scripts.bytes);
	text_free(&kit.packed.bytes);
	if (!result.ok)
		fprintf(stderr, "compose: %s\n", fault_last()->why);
	return result.ok ? 0 : 1;
}
