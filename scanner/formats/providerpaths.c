/*
 * providerpaths.c - the folders that FileProvider components share.
 *
 * Source: AndroidX core, androidx/core/content/FileProvider.java (parsePathStrategy).
 */
#include "formats/manifest.h"

#include <string.h>

static const char *const kinds[] = {
	"root-path",           "files-path",          "cache-path",         "external-path",
	"external-files-path", "external-cache-path", "external-media-path"};

struct provider {
	struct manifest *m;
	const struct axml_element *element;
	const char *name;
	const char *in;
};

static bool is_kind(const char *name)
{
	for (size_t i = 0; name && i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i], name) == 0)
			return true;
	}
	return false;
}

/* A path that stays at its folder: empty, "/", "." and their repetitions. */
static bool is_whole(const char *path)
{
	for (size_t at = 0; path[at]; at++) {
		bool dot = path[at] == '.' && (at == 0 || path[at - 1] == '/') &&
		           (path[at + 1] == '/' || !path[at + 1]);
		if (path[at] != '/' && !dot)
			return false;
	}
	return true;
}

/* FileProvider reads names without namespace. */
static void write_path(const struct provider *p, const struct axml_element *e)
{
	struct facts *facts = p->m->facts;
	const struct axml_attr *attr = axml_attr_by_name(e, "path");
	bool known = !attr || attr->type == VALUE_STRING;

	facts_row(facts, ROW_PROVIDER_PATH, 0);
	facts_text(facts, FACT_PROVIDER_PATH_MODULE, p->m->inspection->module);
	facts_text(facts, FACT_PROVIDER_PATH_COMPONENT, p->name);
	attribute_put_text(&p->m->reader, p->element, ATTRIBUTE_AUTHORITIES,
	                   FACT_PROVIDER_PATH_AUTHORITIES);
	facts_clean(facts, FACT_PROVIDER_PATH_IN, p->in);
	facts_text(facts, FACT_PROVIDER_PATH_KIND, e->name);
	if (known) {
		const char *path = attr && attr->string ? attr->string : "";
		facts_text(facts, FACT_PROVIDER_PATH_PATH, path);
		facts_bool(facts, FACT_PROVIDER_PATH_WHOLE, is_whole(path));
		return;
	}
	facts_issue(facts, DIAG_MANIFEST_VALUE, e->at, "%s: the path is no text", e->name);
	facts_unread(facts, FACT_PROVIDER_PATH_PATH);
	facts_unread(facts, FACT_PROVIDER_PATH_WHOLE);
}

/*
 * FileProvider takes every start tag, however deep. The walk goes by parent pointers, so that
 * depth costs no stack.
 */
static void write_tree(const struct provider *p, const struct axml_element *root)
{
	const struct axml_element *e = root;

	while (e) {
		if (is_kind(e->name))
			write_path(p, e);
		const struct axml_element *next = e->first;
		while (!next && e && e != root) {
			next = e->next;
			e = e->parent;
		}
		e = next;
	}
}

static void write_file(struct provider *p, const char *name)
{
	struct resource_file file;

	if (manifest_open_file(p->m, name, SOURCE_PROVIDER_PATHS, &file)) {
		p->in = file.path;
		write_tree(p, file.xml.root);
	}
	manifest_close_file(&file);
}

static void write_meta(struct provider *p, const struct axml_element *meta)
{
	struct attribute_files files;
	enum found found = attribute_files(&p->m->reader, meta, ATTRIBUTE_RESOURCE, &files);

	if (found == FOUND_UNREAD)
		facts_gap(p->m->facts, SOURCE_PROVIDER_PATHS, STATUS_ERROR, DIAG_RESOURCE_MISSING);
	for (size_t i = 0; found == FOUND_VALUE && i < files.count; i++)
		write_file(p, files.paths[i]);
}

static bool names_paths(const char *name)
{
	return strcmp(name, "android.support.FILE_PROVIDER_PATHS") == 0 ||
	       strcmp(name, "androidx.core.FILE_PROVIDER_PATHS") == 0 ||
	       strcmp(name, "androidx.FILE_PROVIDER_PATHS") == 0;
}

static void write_provider(struct manifest *m, const struct axml_element *element)
{
	struct provider p = {.m = m, .element = element, .name = ""};
	const struct axml_element *e;
	const char *name;

	if (attribute_text(&m->reader, element, ATTRIBUTE_NAME, &name) == FOUND_VALUE)
		p.name = manifest_class(m, name);
	for (e = axml_child(element, "meta-data"); e; e = axml_next(e->next, "meta-data")) {
		if (attribute_text(&m->reader, e, ATTRIBUTE_NAME, &name) == FOUND_VALUE &&
		    names_paths(name))
			write_meta(&p, e);
	}
}

void providerpaths_write(struct manifest *m)
{
	const struct axml_element *e;

	if (!m->application)
		return;
	for (e = axml_child(m->application, "provider"); e; e = axml_next(e->next, "provider"))
		write_provider(m, e);
}
