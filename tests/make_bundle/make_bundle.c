/*
 * make_bundle.c - the command: builds an Android package from folders of text sources.
 *
 *   make_bundle -o OUT -m MANIFEST [-r RES]... [-f NAME=FILE]... [-d NAME=FOLDER]... [-8] [-0]
 *   make_bundle sign ...            (sign_command.c)
 *
 * -r: a res folder (values, xml, raw, drawable, mipmap ...); a later one overlays an earlier one.
 * -f: one entry from a file; -d: entries from all files of a folder. -8: string pools in UTF-8.
 * -0: nothing is deflated.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <libxml/parser.h>

#include "base/file.h"
#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

enum { FILE_LIMIT = 64 << 20 };

struct job {
	const char *out, *manifest;
	const char *res[8];
	size_t res_count;
	struct axml_options axml;
	bool store;
	struct resources *resources;
	struct zip_maker zip;
};

static void doc_free(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

static void names_free(struct dirent ***names)
{
	free(*names);
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), tail = strlen(end);

	return len >= tail && !strcmp(name + len - tail, end);
}

/* Media that are compressed already, tables and libraries that the platform maps, stay as they are.
 */
static bool deflates(const struct job *job, const char *name)
{
	static const char *const stored[] = {".png", ".webp", ".jpg", ".arsc", ".so"};

	for (size_t i = 0; i < sizeof stored / sizeof *stored; i++)
		if (ends_with(name, stored[i]))
			return false;
	return !job->store;
}

static RESULT entry_add(struct job *job, const char *name, const char *path)
{
	struct text body DEFER(text_free) = {0};

	TRY(file_read(path, FILE_LIMIT, &body));
	zip_maker_add(&job->zip, name, &body, deflates(job, name));
	return OK;
}

static RESULT xml_read(const char *path, xmlDoc **out)
{
	*out = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR);
	ENSURE(*out, USAGE, AT_NONE, "%s: not well-formed XML", path);
	return OK;
}

/* Says which file a failure was in; the reason stands in the fault record. */
static RESULT in_file(struct result result, const char *path)
{
	if (!result.ok)
		fprintf(stderr, "make_bundle: in %s\n", path);
	return result;
}

static RESULT axml_add(struct job *job, const char *name, const char *path)
{
	xmlDoc *doc DEFER(doc_free) = NULL;
	struct text body DEFER(text_free) = {0};

	TRY(xml_read(path, &doc));
	TRY(in_file(make_axml(doc, job->resources, &job->axml, &body), path));
	zip_maker_add(&job->zip, name, &body, deflates(job, name));
	return OK;
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

typedef RESULT visit(struct job *job, const char *name, const char *path);

/* Calls `each` for every file of a folder, in the order of bytes, with its name below `prefix`. */
static RESULT folder_visit(struct job *job, const char *prefix, const char *path, visit *each,
                           int depth)
{
	struct dirent **names DEFER(names_free) = NULL;
	int count = scandir(path, &names, is_name, alphasort);
	struct result result = OK;

	ENSURE(count >= 0 && depth < 8, USAGE, AT_NONE, "%s: cannot be read as a folder", path);
	for (int i = 0; i < count; i++) {
		struct text name DEFER(text_free) = {0}, full DEFER(text_free) = {0};
		struct stat info;
		text_printf(&name, "%s/%s", prefix, names[i]->d_name);
		text_printf(&full, "%s/%s", path, names[i]->d_name);
		free(names[i]);
		if (!result.ok)
			continue;
		if (stat(full.data, &info) == 0 && S_ISDIR(info.st_mode))
			result = folder_visit(job, name.data, full.data, each, depth + 1);
		else
			result = each(job, name.data, full.data);
	}
	return result;
}

/* A path below res/ taken apart: "mipmap-hdpi/icon.png" is mipmap, hdpi, icon, .png. */
struct place {
	char type[32], qualifiers[64], name[96];
	const char *ending;
};

static RESULT place_read(const char *path, struct place *out)
{
	const char *slash = strchr(path, '/'), *dash = strchr(path, '-');

	ENSURE(slash, USAGE, AT_NONE, "res/%s: lies in no folder of a type", path);
	const char *dot = strchr(slash, '.');
	const char *end = dash && dash < slash ? dash : slash;
	out->ending = dot ? dot : "";
	int type = (int)(end - path), qualifiers = end == slash ? 0 : (int)(slash - end - 1);
	int name = (int)((dot ? dot : slash + strlen(slash)) - slash - 1);
	ENSURE(type < 32 && qualifiers < 64 && name < 96, USAGE, AT_NONE, "res/%s: name too long",
	       path);
	snprintf(out->type, sizeof out->type, "%.*s", type, path);
	snprintf(out->qualifiers, sizeof out->qualifiers, "%.*s", qualifiers, end + 1);
	snprintf(out->name, sizeof out->name, "%.*s", name, slash + 1);
	return OK;
}

/* The path in the package, with the version that the qualifiers imply. */
static RESULT place_path(const struct place *place, struct text *out)
{
	struct config config;

	TRY(config_read(place->qualifiers, &config));
	text_printf(out, "res/%s", place->type);
	config_name(&config, out);
	text_printf(out, "/%s%s", place->name, place->ending);
	return OK;
}

/* First pass: names and values, so that ids can be given. */
static RESULT res_declare(struct job *job, const char *name, const char *path)
{
	struct place place;
	struct text entry DEFER(text_free) = {0};
	xmlDoc *doc DEFER(doc_free) = NULL;

	TRY(place_read(name + 1, &place));
	if (!strcmp(place.type, "values")) {
		TRY(xml_read(path, &doc));
		return in_file(resources_add_values(job->resources, doc, place.qualifiers), path);
	}
	TRY(place_path(&place, &entry));
	return resources_add_file(job->resources, place.type, place.name, place.qualifiers,
	                          entry.data);
}

/* Second pass: the files themselves. */
static RESULT res_pack(struct job *job, const char *name, const char *path)
{
	struct place place;
	struct text entry DEFER(text_free) = {0};

	TRY(place_read(name + 1, &place));
	if (!strcmp(place.type, "values"))
		return OK;
	TRY(place_path(&place, &entry));
	if (strcmp(place.type, "raw") && !strcmp(place.ending, ".xml"))
		return axml_add(job, entry.data, path);
	return entry_add(job, entry.data, path);
}

static RESULT package_name(const char *path, struct text *out)
{
	xmlDoc *doc DEFER(doc_free) = NULL;

	TRY(xml_read(path, &doc));
	xmlChar *name = xmlGetProp(xmlDocGetRootElement(doc), (const xmlChar *)"package");
	ENSURE(name, USAGE, AT_NONE, "%s: the manifest names no package", path);
	text_puts(out, (const char *)name);
	xmlFree(name);
	return OK;
}

static RESULT res_add(struct job *job)
{
	struct text package DEFER(text_free) = {0}, table DEFER(text_free) = {0};

	TRY(package_name(job->manifest, &package));
	job->resources = resources_open(package.data);
	for (size_t i = 0; i < job->res_count; i++)
		TRY(folder_visit(job, "", job->res[i], res_declare, 0));
	resources_number(job->resources);
	for (size_t i = 0; i < job->res_count; i++)
		TRY(folder_visit(job, "", job->res[i], res_pack, 0));
	if (job->resources->count == 0)
		return OK;
	TRY(make_arsc(job->resources, job->axml.utf8, &table));
	zip_maker_add(&job->zip, "resources.arsc", &table, false);
	return OK;
}

/* "NAME=PATH" of -f and -d. */
static RESULT pair_add(struct job *job, int option, const char *pair)
{
	const char *sign = strchr(pair, '=');
	struct text name DEFER(text_free) = {0};

	ENSURE(sign && sign > pair, USAGE, AT_NONE, "%s: not NAME=PATH", pair);
	text_add(&name, pair, (size_t)(sign - pair));
	if (option == 'd')
		return folder_visit(job, name.data, sign + 1, entry_add, 0);
	return entry_add(job, name.data, sign + 1);
}

static RESULT option_take(struct job *job, int option, const char *value)
{
	switch (option) {
	case 'o':
		job->out = value;
		return OK;
	case 'm':
		job->manifest = value;
		return OK;
	case 'r':
		ENSURE(job->res_count < 8, USAGE, AT_NONE, "more than 8 res folders");
		job->res[job->res_count++] = value;
		return OK;
	case '8':
		job->axml.utf8 = true;
		return OK;
	case '0':
		job->store = true;
		return OK;
	case 'f':
	case 'd':
		return pair_add(job, option, value);
	default:
		FAIL(USAGE, AT_NONE,
		     "usage: make_bundle -o OUT -m MANIFEST [-r RES]... [-f NAME=FILE]... "
		     "[-d NAME=FOLDER]... [-8] [-0]");
	}
}

static RESULT build(struct job *job, int argc, char **argv)
{
	struct text bytes DEFER(text_free) = {0};

	for (int option; (option = getopt(argc, argv, "o:m:r:f:d:80")) != -1;)
		TRY(option_take(job, option, optarg));
	ENSURE(job->out && job->manifest && optind == argc, USAGE, AT_NONE, "-o and -m are needed");
	TRY(res_add(job));
	TRY(axml_add(job, "AndroidManifest.xml", job->manifest));
	TRY(zip_maker_write(&job->zip, &bytes));
	return file_write(job->out, bytes.data, bytes.len);
}

int main(int argc, char **argv)
{
	struct job job = {0};
	bool sign = argc > 1 && !strcmp(argv[1], "sign");
	struct result result = sign ? sign_command(argc - 1, argv + 1) : build(&job, argc, argv);

	resources_close(job.resources);
	zip_maker_free(&job.zip);
	xmlCleanupParser();
	if (result.ok)
		return 0;
	fprintf(stderr, "make_bundle: %s\n", fault_last()->why);
	return 1;
}
