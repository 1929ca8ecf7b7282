/* declarations.c - meta-data, features and shared libraries of a manifest. */
#include "formats/manifest.h"

#include <stdio.h>
#include <string.h>

static bool named(const struct axml_element *e, const char *name)
{
	return e->name && strcmp(e->name, name) == 0;
}

/* The resource of a meta-data element: its file, or its id. */
static void put_resource(struct manifest *m, const struct axml_element *e)
{
	const struct axml_attr *attr = attribute_find(e, ATTRIBUTE_RESOURCE);
	struct arsc_value *values;
	size_t count = 0;
	char id[16];

	if (!attr || !attr->data)
		return;
	snprintf(id, sizeof id, "@0x%08x", attr->data);
	if (m->reader.arsc && arsc_resolve(m->reader.arsc, attr->data, &values, &count).ok &&
	    count && values[0].type == VALUE_STRING && values[0].string &&
	    strncmp(values[0].string, "res/", 4) == 0)
		facts_text(m->facts, FACT_META_ITEM_RESOURCE, values[0].string);
	else
		facts_text(m->facts, FACT_META_ITEM_RESOURCE, id);
}

static void write_meta(struct manifest *m, const struct axml_element *e, const char *component)
{
	const char *name;
	enum found found = attribute_text(&m->reader, e, ATTRIBUTE_NAME, &name);

	if (found == FOUND_NOTHING)
		return;
	facts_row(m->facts, ROW_META_ITEM, 0);
	facts_text(m->facts, FACT_META_ITEM_MODULE, m->inspection->module);
	facts_text(m->facts, FACT_META_ITEM_COMPONENT, component);
	if (found == FOUND_VALUE)
		facts_text(m->facts, FACT_META_ITEM_NAME, name);
	else
		facts_unread(m->facts, FACT_META_ITEM_NAME);
	attribute_put_text(&m->reader, e, ATTRIBUTE_VALUE, FACT_META_ITEM_VALUE);
	put_resource(m, e);
}

static const char *component_name(struct manifest *m, const struct axml_element *e)
{
	const char *name = NULL;

	if (attribute_text(&m->reader, e, ATTRIBUTE_NAME, &name) != FOUND_VALUE)
		return "";
	return manifest_class(m, name);
}

static void write_all_meta(struct manifest *m)
{
	const struct axml_element *e, *inner;

	for (e = m->application->first; e; e = e->next) {
		if (named(e, "meta-data"))
			write_meta(m, e, NULL);
		if (!axml_child(e, "meta-data"))
			continue;
		const char *component = component_name(m, e);
		for (inner = axml_child(e, "meta-data"); inner;
		     inner = axml_next(inner->next, "meta-data"))
			write_meta(m, inner, component);
	}
}

static void write_library(struct manifest *m, const struct axml_element *e, bool native)
{
	const char *name;

	facts_row(m->facts, ROW_SHARED_LIBRARY, 0);
	facts_text(m->facts, FACT_SHARED_LIBRARY_MODULE, m->inspection->module);
	if (attribute_text(&m->reader, e, ATTRIBUTE_NAME, &name) == FOUND_VALUE)
		facts_text(m->facts, FACT_SHARED_LIBRARY_NAME, name);
	else
		facts_unread(m->facts, FACT_SHARED_LIBRARY_NAME);
	attribute_put_default(&m->reader, e, ATTRIBUTE_REQUIRED, true, true,
	                      FACT_SHARED_LIBRARY_REQUIRED);
	facts_bool(m->facts, FACT_SHARED_LIBRARY_NATIVE, native);
}

static void write_feature(struct manifest *m, const struct axml_element *e)
{
	facts_row(m->facts, ROW_FEATURE, 0);
	facts_text(m->facts, FACT_FEATURE_MODULE, m->inspection->module);
	attribute_put_text(&m->reader, e, ATTRIBUTE_NAME, FACT_FEATURE_NAME);
	attribute_put_default(&m->reader, e, ATTRIBUTE_REQUIRED, true, true, FACT_FEATURE_REQUIRED);
}

void declarations_write(struct manifest *m)
{
	const struct axml_element *e;

	for (e = axml_child(m->root, "uses-feature"); e; e = axml_next(e->next, "uses-feature"))
		write_feature(m, e);
	if (!m->application)
		return;
	write_all_meta(m);
	for (e = m->application->first; e; e = e->next) {
		if (named(e, "uses-library"))
			write_library(m, e, false);
		else if (named(e, "uses-native-library"))
			write_library(m, e, true);
	}
}
