/* resources.c - the resources of one package: types, names, and a value for each configuration. */
#include <stdlib.h>
#include <string.h>

#include "make_bundle/make_bundle.h"

static char *copy(const char *text)
{
	char *made = text ? strdup(text) : NULL;

	if (text && !made)
		fault_out_of_memory();
	return made;
}

struct resources *resources_open(const char *package)
{
	struct resources *resources = calloc(1, sizeof *resources);

	if (!resources)
		fault_out_of_memory();
	resources->package = copy(package);
	return resources;
}

static void value_clear(struct resource_value *value)
{
	for (size_t i = 0; i < value->count; i++) {
		free(value->items[i].name);
		free(value->items[i].text);
	}
	free(value->items);
	free(value->parent);
	value->items = NULL;
	value->parent = NULL;
	value->count = value->room = 0;
}

void resources_close(struct resources *resources)
{
	if (!resources)
		return;
	for (size_t i = 0; i < resources->count; i++) {
		struct resource *resource = &resources->items[i];
		for (size_t k = 0; k < resource->count; k++)
			value_clear(&resource->values[k]);
		free(resource->values);
		free(resource->type);
		free(resource->name);
	}
	free(resources->items);
	free(resources->package);
	free(resources);
}

static struct resource *resource_of(struct resources *resources, const char *type, const char *name)
{
	for (size_t i = 0; i < resources->count; i++)
		if (!strcmp(resources->items[i].type, type) &&
		    !strcmp(resources->items[i].name, name))
			return &resources->items[i];
	resources->items = bytes_room(resources->items, resources->count, &resources->room,
	                              sizeof *resources->items);
	struct resource *made = &resources->items[resources->count++];
	*made = (struct resource){.type = copy(type), .name = copy(name)};
	return made;
}

/* The empty value of a resource for a configuration; what was there before is gone. */
static RESULT value_of(struct resources *resources, const char *type, const char *name,
                       const char *qualifiers, struct resource_value **out)
{
	struct config config;

	TRY(config_read(qualifiers, &config));
	struct resource *resource = resource_of(resources, type, name);
	for (size_t i = 0; i < resource->count; i++)
		if (!config_compare(&resource->values[i].config, &config)) {
			value_clear(&resource->values[i]);
			*out = &resource->values[i];
			(*out)->bag = (*out)->file = false;
			return OK;
		}
	resource->values = bytes_room(resource->values, resource->count, &resource->room,
	                              sizeof *resource->values);
	*out = &resource->values[resource->count++];
	**out = (struct resource_value){.config = config};
	return OK;
}

static void item_add(struct resource_value *value, const char *name, const char *text)
{
	value->items = bytes_room(value->items, value->count, &value->room, sizeof *value->items);
	value->items[value->count++] = (struct resource_item){copy(name), copy(text)};
}

RESULT resources_add(struct resources *resources, const char *type, const char *name,
                     const char *qualifiers, const char *text)
{
	struct resource_value *value;

	TRY(value_of(resources, type, name, qualifiers, &value));
	item_add(value, NULL, text);
	return OK;
}

RESULT resources_add_file(struct resources *resources, const char *type, const char *name,
                          const char *qualifiers, const char *path)
{
	struct resource_value *value;

	TRY(value_of(resources, type, name, qualifiers, &value));
	value->file = true;
	item_add(value, NULL, path);
	return OK;
}

static const char *property(const xmlNode *node, const char *name)
{
	for (const xmlAttr *attr = node->properties; attr; attr = attr->next)
		if (!strcmp((const char *)attr->name, name) && attr->children)
			return (const char *)attr->children->content;
	return NULL;
}

/* The text of an element, with the escapes \n \' \" \\ of string resources undone; \@ stays. */
static void element_text(const xmlNode *node, struct text *out)
{
	const xmlNode *child = node->children;
	const char *at = child && child->content ? (const char *)child->content : "";

	text_puts(out, "");
	for (; *at; at++) {
		bool escaped = at[0] == '\\' && at[1] && at[1] != '@';
		at += escaped;
		text_add(out, escaped && *at == 'n' ? "\n" : at, 1);
	}
}

static RESULT bag_add(struct resources *resources, const xmlNode *node, const char *type,
                      const char *qualifiers)
{
	struct resource_value *value;
	const char *parent = property(node, "parent");

	TRY(value_of(resources, type, property(node, "name"), qualifiers, &value));
	value->bag = true;
	value->parent = copy(parent);
	for (const xmlNode *item = node->children; item; item = item->next) {
		struct text text DEFER(text_free) = {0};
		if (item->type != XML_ELEMENT_NODE)
			continue;
		element_text(item, &text);
		item_add(value, property(item, "name"), text.data);
	}
	return OK;
}

static RESULT element_add(struct resources *resources, const xmlNode *node, const char *qualifiers)
{
	const char *kind = (const char *)node->name, *name = property(node, "name");
	struct text text DEFER(text_free) = {0};

	ENSURE(name, USAGE, node->line, "line %u: <%s> has no name", node->line, kind);
	if (!strcmp(kind, "string-array") || !strcmp(kind, "integer-array") ||
	    !strcmp(kind, "array"))
		return bag_add(resources, node, "array", qualifiers);
	if (!strcmp(kind, "style"))
		return bag_add(resources, node, "style", qualifiers);
	ENSURE(!strcmp(kind, "string") || !strcmp(kind, "bool") || !strcmp(kind, "integer") ||
	               !strcmp(kind, "color") || !strcmp(kind, "dimen"),
	       USAGE, node->line, "line %u: <%s> is not a kind of value", node->line, kind);
	element_text(node, &text);
	return resources_add(resources, kind, name, qualifiers, text.data);
}

RESULT resources_add_values(struct resources *resources, const xmlDoc *doc, const char *qualifiers)
{
	const xmlNode *root = xmlDocGetRootElement((xmlDoc *)(uintptr_t)doc);

	ENSURE(root && !strcmp((const char *)root->name, "resources"), USAGE, AT_NONE,
	       "a values file must hold <resources>");
	for (const xmlNode *node = root->children; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE)
			TRY(element_add(resources, node, qualifiers));
	return OK;
}

static int resource_order(const void *a, const void *b)
{
	const struct resource *first = a, *second = b;
	int order = strcmp(first->type, second->type);

	return order ? order : strcmp(first->name, second->name);
}

static int value_order(const void *a, const void *b)
{
	const struct resource_value *first = a, *second = b;

	return config_compare(&first->config, &second->config);
}

void resources_number(struct resources *resources)
{
	uint32_t id = 0x7f000000;

	if (resources->count)
		qsort(resources->items, resources->count, sizeof *resources->items, resource_order);
	for (size_t i = 0; i < resources->count; i++) {
		struct resource *resource = &resources->items[i];
		qsort(resource->values, resource->count, sizeof *resource->values, value_order);
		if (i == 0 || strcmp(resource[-1].type, resource->type))
			id = (id & 0xffff0000) + 0x10000;
		resource->id = id++;
	}
}

uint32_t resources_find(const struct resources *resources, const char *reference)
{
	const char *slash = strchr(reference, '/');

	for (size_t i = 0; slash && i < resources->count; i++) {
		const struct resource *resource = &resources->items[i];
		size_t len = strlen(resource->type);
		if (len == (size_t)(slash - reference) && !memcmp(resource->type, reference, len) &&
		    !strcmp(resource->name, slash + 1))
			return resource->id;
	}
	return 0;
}
