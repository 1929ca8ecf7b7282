/* identify.c - marks of bundle kinds, strongest first. */
#include "scan/identify.h"

#include <fnmatch.h>
#include <string.h>

#include "signing/apk.h"

/*
 * A kind is what has all of its marks (names, or patterns in which * crosses no slash), and looks
 * like it where names alone do not tell.
 */
static const struct {
	const char *marks[3];
	struct identity identity;
	bool (*also)(const struct container *);
} kinds[] = {
	{{"AndroidManifest.xml"}, {"android", "apk", true, true}, apk_is_package},
	{{"BundleConfig.pb", "base/manifest/AndroidManifest.xml"},
         {"android", "aab", true, false},
         NULL},
	{{"AndroidManifest.xml", "classes.jar"}, {"android", "aar", true, false}, apk_is_library},
	{{"AndroidManifest.xml"}, {"android", "apk", true, true}, NULL},
	{{"Payload/*.app/Info.plist"}, {"ios", "ipa", true, false}, NULL},
	{{"module.json"}, {"harmony", "hap", true, false}, NULL},
	{{"config.json", "assets/*/resources.index"}, {"harmony", "hap", true, false}, NULL},
	{{"pack.info", "*.hap"}, {"harmony", "app", true, false}, NULL},
	{{"toc.pb", "splits/*.apk"}, {"android", "apks", true, true}, NULL},
	{{"base.apk"}, {"android", "apks", true, true}, NULL},
	{{"classes.dex"}, {"android", "apk", true, true}, NULL},
	{{"resources.arsc"}, {"android", "apk", true, true}, NULL},
	{{"WEB-INF/web.xml"}, {"java", "war", true, false}, NULL},
	{{"META-INF/application.xml"}, {"java", "ear", true, false}, NULL},
	{{"META-INF/MANIFEST.MF"}, {"java", "jar", true, false}, NULL},
};

static bool has(const struct container *container, const char *mark)
{
	if (!strchr(mark, '*'))
		return container_find(container, mark) != NULL;
	for (size_t i = 0; i < container->count; i++) {
		if (fnmatch(mark, container->entries[i].name, FNM_PATHNAME) == 0)
			return true;
	}
	return false;
}

static struct identity identify_file(const char *content)
{
	static const struct {
		const char *content;
		struct identity identity;
	} files[] = {
		{"wxapkg", {"wechat", "wxapkg", true, false}},
		{"axml", {"android", "file", false, true}},
		{"arsc", {"android", "file", false, true}},
	};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (strcmp(files[i].content, content) == 0)
			return files[i].identity;
	}
	return (struct identity){"unknown", "file", false, false};
}

struct identity identify(const struct container *container, const char *content)
{
	if (content)
		return identify_file(content);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		bool all = true;
		for (size_t k = 0; k < 3 && kinds[i].marks[k]; k++)
			all = all && has(container, kinds[i].marks[k]);
		if (all && container->kind == CONTAINER_ZIP &&
		    (!kinds[i].also || kinds[i].also(container)))
			return kinds[i].identity;
	}
	return (struct identity){"unknown", "archive", false, false};
}
