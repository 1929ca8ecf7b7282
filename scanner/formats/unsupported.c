/* unsupported.c - kinds that later releases read. */
#include "formats/unsupported.h"

#include <string.h>

#include "formats/entries.h"

/* A kind, and the endings of names that say it while the content is not at hand. */
static const char *const code_kinds[] = {"oat",  "vdex", "abc",    "hermes",
                                         "wasm", "luac", "wxapkg", NULL};
static const char *const code_names[] = {".abc", ".wxapkg", NULL};
static const char *const native_kinds[] = {"elf", "macho", "fat", NULL};
static const char *const native_names[] = {".so", ".dylib", NULL};
static const char *const plist_kinds[] = {"bplist", "plist", NULL};
static const char *const plist_names[] = {".plist", NULL};

/* Manifests of App Bundles, OpenHarmony packages, split sets and mini programs. */
static const char *const foreign_names[] = {"BundleConfig.pb", "resources.pb",   "toc.pb",
                                            "module.json",     "pack.info",      "app-config.json",
                                            "config.json",     "app-service.js", NULL};

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static bool bid_by(const struct entry *entry, struct cursor body, const char *const *kinds,
                   const char *const *names)
{
	if (!body.data)
		return entry_name_ends(entry, names);
	return is_one_of(content_kind(entry, body), kinds);
}

static bool code_bid(const struct entry *entry, struct cursor body)
{
	return bid_by(entry, body, code_kinds, code_names) || entry_name_ends(entry, code_names);
}

static bool native_bid(const struct entry *entry, struct cursor body)
{
	return bid_by(entry, body, native_kinds, native_names) ||
	       entry_name_ends(entry, native_names);
}

static bool plist_bid(const struct entry *entry, struct cursor body)
{
	return bid_by(entry, body, plist_kinds, plist_names) || entry_name_ends(entry, plist_names);
}

/* A module of an App Bundle keeps its manifest, as a protocol buffer, in MODULE/manifest/. */
static bool is_module_manifest(const struct entry *entry)
{
	static const char *const ending[] = {"/manifest/AndroidManifest.xml", NULL};

	return entry_name_ends(entry, ending);
}

/* Such names mean nothing inside an APK, or in an archive that lies in one. */
static bool foreign_bid(const struct entry *entry, struct cursor body)
{
	(void)body;
	if (!entry->container || entry->container->depth ||
	    container_find(entry->container, "AndroidManifest.xml"))
		return false;
	if (is_module_manifest(entry))
		return true;
	for (const char *const *name = foreign_names; *name; name++)
		if (entry->name_len == strlen(*name) &&
		    memcmp(entry->name, *name, entry->name_len) == 0)
			return true;
	return false;
}

/* Hundreds of entries may be of one kind: a gap names each of them, without an issue of its own. */
static RESULT lack(struct inspection *inspection, enum source source, enum diag code)
{
	facts_gap(inspection->facts, source, STATUS_UNSUPPORTED, code);
	return OK;
}

static RESULT code_inspect(struct inspection *inspection, struct cursor body)
{
	bool bundle = strcmp(content_kind(inspection->entry, body), "wxapkg") == 0;

	return lack(inspection, SOURCE_CODE,
	            bundle ? DIAG_UNSUPPORTED_BUNDLE : DIAG_UNSUPPORTED_CODE);
}

static RESULT native_inspect(struct inspection *inspection, struct cursor body)
{
	(void)body;
	return lack(inspection, SOURCE_NATIVE, DIAG_UNSUPPORTED_NATIVE);
}

static RESULT plist_inspect(struct inspection *inspection, struct cursor body)
{
	(void)body;
	return lack(inspection, SOURCE_PLIST, DIAG_UNSUPPORTED_PLIST);
}

static RESULT foreign_inspect(struct inspection *inspection, struct cursor body)
{
	(void)body;
	return lack(inspection, SOURCE_MANIFEST, DIAG_UNSUPPORTED_BUNDLE);
}

const struct format format_code = {
	.name = "code",
	.sources = BIT(CODE),
	.bid = code_bid,
	.inspect = code_inspect,
};

const struct format format_native = {
	.name = "native",
	.sources = BIT(NATIVE),
	.bid = native_bid,
	.inspect = native_inspect,
};

const struct format format_plist = {
	.name = "plist",
	.sources = BIT(PLIST),
	.bid = plist_bid,
	.inspect = plist_inspect,
};

const struct format format_foreign = {
	.name = "foreign",
	.sources = BIT(MANIFEST),
	.bid = foreign_bid,
	.inspect = foreign_inspect,
};
