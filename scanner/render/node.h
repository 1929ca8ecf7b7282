/*
 * node.h - building the XML of a result, element by element.
 *
 * Everything that is written passes through here and is made clean UTF-8 first. Memory that is not
 * there ends the process, so no function fails.
 */
#ifndef PARASOL_RENDER_NODE_H
#define PARASOL_RENDER_NODE_H

#include <libxml/tree.h>

#include "base/text.h"

/* A new document with an empty element as its root. The caller frees it with xmlFreeDoc. */
xmlDoc *node_document(const char *root);

/* Appends an empty element. */
xmlNode *node_add(xmlNode *parent, const char *name);

/* Appends an element that holds text; does nothing if `text` is NULL. */
void node_add_text(xmlNode *parent, const char *name, const char *text);

/* Sets an attribute; does nothing if `value` is NULL. */
void node_set(xmlNode *node, const char *name, const char *value);
void node_set_count(xmlNode *node, const char *name, uint64_t count);
void node_set_bool(xmlNode *node, const char *name, bool value);

/* The value of an attribute, "" if there is none. Valid until the attribute is changed. */
const char *node_get(const xmlNode *node, const char *name);

/* The first child element with a name, or NULL; `node` may be NULL. */
xmlNode *node_child(const xmlNode *node, const char *name);

/* The next element in document order below `top`, or NULL. */
xmlNode *node_after(const xmlNode *node, const xmlNode *top);

/*
 * Puts every element below `top` that does not hold text on a line of its own, by means of text
 * nodes: what is digested, what is written and what is read again are then the same.
 */
void node_indent(xmlNode *top);

#endif
