/*
 * axml.c - binary XML.
 *
 * Layout (AOSP ResourceTypes.h, ResXMLTree_*): chunk 0x0003 holds a string pool, the resource map
 * 0x0180 (ids of the first strings, which are the names of the framework's attributes), and nodes:
 * 0x0100 start of a namespace, 0x0102 start of an element, 0x0104 text, 0x0103 end of an element,
 * 0x0101 end of a namespace. A node is type, header size 16, size, line, comment. Attributes stand
 * in the order of their ids, as the platform expects.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>

#include "make_bundle/make_bundle.h"

enum {
	NODE_START_NAMESPACE = 0x0100,
	NODE_END_NAMESPACE,
	NODE_START,
	NODE_END,
	NODE_TEXT,
	NONE = UINT32_MAX
};

static const char ANDROID[] = "http://schemas.android.com/apk/res/android";

static void pointer_free(void *pointer)
{
	free(*(void **)pointer);
}

struct maker {
	const struct resources *resources;
	const struct axml_options *options;
	struct strings strings;
	struct text body;
};

static void maker_free(struct maker *maker)
{
	strings_free(&maker->strings);
	text_free(&maker->body);
}

static bool is_android(const xmlAttr *attr)
{
	return attr->ns && !strcmp((const char *)attr->ns->href, ANDROID);
}

static const char *attr_text(const xmlAttr *attr)
{
	return attr->children && attr->children->content ? (const char *)attr->children->content
	                                                 : "";
}

/* The node that follows in document order; NULL after the last. */
static const xmlNode *node_after(const xmlNode *node)
{
	if (node->children)
		return node->children;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}

static int attribute_order(const void *a, const void *b)
{
	const struct attribute *first = *(const struct attribute *const *)a;
	const struct attribute *second = *(const struct attribute *const *)b;

	return first->id < second->id ? -1 : first->id > second->id;
}

/* The names of framework attributes come first in the pool, in the order of their ids. */
static RESULT names_collect(struct maker *maker, const xmlNode *root)
{
	const struct attribute **found DEFER(pointer_free) = NULL;
	size_t count = 0, room = 0;

	for (const xmlNode *node = root; node; node = node_after(node)) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
			if (!is_android(attr))
				continue;
			found = bytes_room(found, count, &room, sizeof *found);
			found[count] = attribute_find((const char *)attr->name);
			ENSURE(found[count], USAGE, (uint64_t)node->line,
			       "line %u: android:%s is not in attributes.def", node->line,
			       (const char *)attr->name);
			count++;
		}
	}
	if (count)
		qsort(found, count, sizeof *found, attribute_order);
	for (size_t i = 0; i < count; i++)
		strings_add(&maker->strings, found[i]->name, found[i]->id);
	return OK;
}

static void node_start(struct maker *maker, unsigned type, uint32_t line, uint32_t len)
{
	bytes_u16(&maker->body, type);
	bytes_u16(&maker->body, 16);
	bytes_u32(&maker->body, 16 + len);
	bytes_u32(&maker->body, line);
	bytes_u32(&maker->body, NONE);
}

static uint32_t string_index(struct maker *maker, const char *text)
{
	return text ? strings_add(&maker->strings, text, 0) : (uint32_t)NONE;
}

static uint32_t namespace_index(struct maker *maker, const xmlNs *ns)
{
	return string_index(maker, ns ? (const char *)ns->href : NULL);
}

/* Attributes without a namespace take whatever type their text has; so do aapt and aapt2. */
static RESULT plain_value(struct maker *maker, const char *text, struct value *out)
{
	static const struct attribute any = {"", 0, FORMAT_ANY & ~(unsigned)FORMAT_DIMENSION, NULL,
	                                     false};

	return value_read(text, &any, maker->resources, out);
}

static RESULT attr_write(struct maker *maker, const xmlAttr *attr)
{
	const struct attribute *known =
		is_android(attr) ? attribute_find((const char *)attr->name) : NULL;
	struct value value;

	if (known)
		TRY(value_read(attr_text(attr), known, maker->resources, &value));
	else
		TRY(plain_value(maker, attr_text(attr), &value));
	uint32_t name =
		strings_add(&maker->strings, (const char *)attr->name, known ? known->id : 0);
	bool is_string = value.type == VALUE_STRING;
	uint32_t raw = is_string || !known ? string_index(maker, value.text) : (uint32_t)NONE;
	bytes_u32(&maker->body, namespace_index(maker, attr->ns));
	bytes_u32(&maker->body, name);
	bytes_u32(&maker->body, raw);
	bytes_u16(&maker->body, 8);
	bytes_u8(&maker->body, 0);
	bytes_u8(&maker->body, value.type);
	bytes_u32(&maker->body, is_string ? raw : value.data);
	return OK;
}

static uint32_t attr_rank(const xmlAttr *attr)
{
	const struct attribute *known =
		is_android(attr) ? attribute_find((const char *)attr->name) : NULL;

	return known ? known->id : UINT32_MAX;
}

static int attr_order(const void *a, const void *b)
{
	const xmlAttr *first = *(const xmlAttr *const *)a, *second = *(const xmlAttr *const *)b;
	uint32_t left = attr_rank(first), right = attr_rank(second);

	if (left != right)
		return left < right ? -1 : 1;
	return strcmp((const char *)first->name, (const char *)second->name);
}

static RESULT attrs_write(struct maker *maker, const xmlNode *node)
{
	const xmlAttr **sorted DEFER(pointer_free) = NULL;
	size_t count = 0, room = 0;
	uint32_t special[3] = {0, 0, 0}; /* id, class, style: positions from 1 */

	for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
		sorted = bytes_room(sorted, count, &room, sizeof *sorted);
		sorted[count++] = attr;
	}
	if (count)
		qsort(sorted, count, sizeof *sorted, attr_order);
	for (uint32_t i = 0; i < count; i++) {
		if (!is_android(sorted[i]) && !strcmp((const char *)sorted[i]->name, "class"))
			special[1] = i + 1;
		if (!is_android(sorted[i]) && !strcmp((const char *)sorted[i]->name, "style"))
			special[2] = i + 1;
		if (attr_rank(sorted[i]) == 0x010100d0)
			special[0] = i + 1;
	}
	node_start(maker, NODE_START, node->line, (uint32_t)(20 + 20 * count));
	bytes_u32(&maker->body, namespace_index(maker, node->ns));
	bytes_u32(&maker->body, string_index(maker, (const char *)node->name));
	bytes_u16(&maker->body, 20);
	bytes_u16(&maker->body, 20);
	bytes_u16(&maker->body, (unsigned)count);
	for (size_t i = 0; i < 3; i++)
		bytes_u16(&maker->body, special[i]);
	for (size_t i = 0; i < count; i++)
		TRY(attr_write(maker, sorted[i]));
	return OK;
}

static void namespaces_write(struct maker *maker, const xmlNode *node, unsigned type)
{
	for (const xmlNs *ns = node->nsDef; ns; ns = ns->next) {
		node_start(maker, type, node->line, 8);
		bytes_u32(&maker->body, string_index(maker, (const char *)ns->prefix));
		bytes_u32(&maker->body, string_index(maker, (const char *)ns->href));
	}
}

static void node_end(struct maker *maker, const xmlNode *node)
{
	node_start(maker, NODE_END, node->line, 8);
	bytes_u32(&maker->body, namespace_index(maker, node->ns));
	bytes_u32(&maker->body, string_index(maker, (const char *)node->name));
	namespaces_write(maker, node, NODE_END_NAMESPACE);
}

/* Text without the space around it; nothing for space alone. */
static void text_write(struct maker *maker, const xmlNode *node)
{
	const char *from = (const char *)node->content;
	struct text part DEFER(text_free) = {0};

	while (isspace((unsigned char)*from))
		from++;
	size_t len = strlen(from);
	while (len > 0 && isspace((unsigned char)from[len - 1]))
		len--;
	if (len == 0)
		return;
	text_add(&part, from, len);
	node_start(maker, NODE_TEXT, node->line, 12);
	bytes_u32(&maker->body, string_index(maker, part.data));
	bytes_u16(&maker->body, 8);
	bytes_u16(&maker->body, 0);
	bytes_u32(&maker->body, 0);
}

static RESULT body_write(struct maker *maker, const xmlNode *root)
{
	const xmlNode *node = root;

	while (node) {
		if (node->type == XML_ELEMENT_NODE) {
			namespaces_write(maker, node, NODE_START_NAMESPACE);
			TRY(attrs_write(maker, node));
			if (node->children) {
				node = node->children;
				continue;
			}
			node_end(maker, node);
		} else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
			text_write(maker, node);
		}
		while (node != root && !node->next) {
			node = node->parent;
			node_end(maker, node);
		}
		node = node == root ? NULL : node->next;
	}
	return OK;
}

static RESULT chunk_write(struct maker *maker, struct text *out)
{
	struct text pool DEFER(text_free) = {0};
	uint32_t named = 0;

	TRY(strings_write(&maker->strings, maker->options->utf8, &pool));
	while (named < maker->strings.count && maker->strings.items[named].id)
		named++;
	bytes_u16(out, 0x0003);
	bytes_u16(out, 8);
	bytes_u32(out, (uint32_t)(8 + pool.len + 8 + 4 * named + maker->body.len));
	text_add(out, pool.data, pool.len);
	bytes_u16(out, 0x0180);
	bytes_u16(out, 8);
	bytes_u32(out, 8 + 4 * named);
	for (uint32_t i = 0; i < named; i++)
		bytes_u32(out, maker->strings.items[i].id);
	text_add(out, maker->body.data, maker->body.len);
	return OK;
}

RESULT make_axml(const xmlDoc *doc, const struct resources *resources,
                 const struct axml_options *options, struct text *out)
{
	struct maker maker DEFER(maker_free) = {resources, options, {0}, {0}};
	const xmlNode *root = xmlDocGetRootElement((xmlDoc *)(uintptr_t)doc);

	ENSURE(root, USAGE, AT_NONE, "the document holds no element");
	TRY(names_collect(&maker, root));
	TRY(body_write(&maker, root));
	return chunk_write(&maker, out);
}

static void doc_free(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

RESULT make_axml_text(const char *xml, const char *name, const struct resources *resources,
                      const struct axml_options *options, struct text *out)
{
	xmlDoc *doc DEFER(doc_free) =
		xmlReadMemory(xml, (int)strlen(xml), name, NULL,
	                      XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR);

	ENSURE(doc, USAGE, AT_NONE, "%s: not well-formed XML", name);
	return make_axml(doc, resources, options, out);
}
