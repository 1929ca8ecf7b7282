/* node.c - building the XML of a result, element by element. */
#include "render/node.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { INDENT_MAX = 16 };

static void *got(void *memory)
{
	if (!memory)
		fault_out_of_memory();
	return memory;
}

xmlDoc *node_document(const char *root)
{
	xmlDoc *doc = got(xmlNewDoc(BAD_CAST "1.0"));

	doc->encoding = got(xmlStrdup(BAD_CAST "UTF-8"));
	xmlDocSetRootElement(doc, got(xmlNewDocNode(doc, NULL, BAD_CAST root, NULL)));
	return doc;
}

xmlNode *node_add(xmlNode *parent, const char *name)
{
	xmlNode *node = got(xmlNewDocNode(parent->doc, NULL, BAD_CAST name, NULL));

	return xmlAddChild(parent, node);
}

/* `value` itself if it is clean, else its clean form in `made`. */
static const char *clean(const char *value, struct text *made)
{
	size_t len = strlen(value);

	if (text_is_clean(value, len))
		return value;
	text_clean(made, value, len);
	return made->data;
}

void node_add_text(xmlNode *parent, const char *name, const char *text)
{
	struct text made = {0};

	if (!text)
		return;
	xmlNode *node = node_add(parent, name);
	xmlAddChild(node, got(xmlNewDocText(node->doc, BAD_CAST clean(text, &made))));
	text_free(&made);
}

void node_set(xmlNode *node, const char *name, const char *value)
{
	struct text made = {0};

	if (!value)
		return;
	got(xmlSetProp(node, BAD_CAST name, BAD_CAST clean(value, &made)));
	text_free(&made);
}

void node_set_count(xmlNode *node, const char *name, uint64_t count)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRIu64, count);
	node_set(node, name, digits);
}

void node_set_bool(xmlNode *node, const char *name, bool value)
{
	node_set(node, name, value ? "true" : "false");
}

const char *node_get(const xmlNode *node, const char *name)
{
	const xmlAttr *attr = xmlHasProp(node, BAD_CAST name);

	if (!attr || !attr->children || !attr->children->content)
		return "";
	return (const char *)attr->children->content;
}

xmlNode *node_child(const xmlNode *node, const char *name)
{
	xmlNode *child = node ? node->children : NULL;

	while (child &&
	       (child->type != XML_ELEMENT_NODE || strcmp((const char *)child->name, name) != 0))
		child = child->next;
	return child;
}

static xmlNode *next_element(xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

xmlNode *node_after(const xmlNode *node, const xmlNode *top)
{
	xmlNode *next = next_element(node->children);

	while (!next && node != top) {
		next = next_element(node->next);
		node = node->parent;
	}
	return next;
}

static size_t depth_of(const xmlNode *node)
{
	size_t depth = 0;

	while (node->parent && node->parent->type == XML_ELEMENT_NODE) {
		node = node->parent;
		depth++;
	}
	return depth;
}

static xmlNode *line_break(xmlDoc *doc, size_t depth)
{
	char line[INDENT_MAX + 2] = "\n";

	if (depth > INDENT_MAX)
		depth = INDENT_MAX;
	memset(line + 1, ' ', depth);
	return got(xmlNewDocTextLen(doc, BAD_CAST line, (int)depth + 1));
}

/* Only elements that hold elements get line breaks; text is left as it is. */
void node_indent(xmlNode *top)
{
	for (xmlNode *node = top; node; node = node_after(node, top)) {
		xmlNode *first = node->children;
		size_t depth = depth_of(node);

		if (!first || first->type != XML_ELEMENT_NODE)
			continue;
		for (xmlNode *child = first; child; child = child->next)
			xmlAddPrevSibling(child, line_break(top->doc, depth + 1));
		xmlAddChild(node, line_break(top->doc, depth));
	}
}
