/*
 * fragment.c - a facts document from XML: the examples of controls, and stored documents.
 *
 * A fragment names only what its example is about. Rows may lack attributes, and a source that
 * /facts/sources does not mention is complete.
 */
#include <libxml/parser.h>
#include <string.h>

#include "facts/doc.h"

static const char *text_of(const xmlChar *value)
{
	return (const char *)value;
}

static RESULT unknown_name(const xmlNode *at, enum fact_row row, bool attribute, const char *name)
{
	const char *near = vocabulary_near(row, attribute, name, strlen(name));
	char path[128];

	FAIL(USAGE, AT_NONE, "line %ld: %s has no %s '%s'%s%s%s", xmlGetLineNo(at),
	     row == ROW_NONE ? "the document" : vocabulary_path(row, path, sizeof path),
	     attribute ? "attribute" : "element", name, near ? "; did you mean '" : "",
	     near ? near : "", near ? "'?" : "");
}

static RESULT add_unread(struct facts *facts, const xmlNode *node, enum fact_row row,
                         const char *names)
{
	while (*names) {
		size_t len = strcspn(names, " ");
		enum fact_attr attr = vocabulary_attr(row, names, len);
		if (attr == FACT_COUNT) {
			char name[64];
			snprintf(name, sizeof name, "%.*s", (int)len, names);
			return unknown_name(node, row, true, name);
		}
		facts_unread(facts, attr);
		names += len;
		names += *names == ' ';
	}
	return OK;
}

static bool valid(enum fact_type type, const char *value)
{
	size_t digits = strspn(value + (value[0] == '-'), "0123456789");

	if (type == TYPE_BOOL)
		return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
	if (type == TYPE_INT || type == TYPE_DAY)
		return digits > 0 && value[digits + (value[0] == '-')] == '\0' && digits < 19;
	return true;
}

static RESULT add_attribute(struct facts *facts, const xmlNode *node, enum fact_row row,
                            const xmlAttr *from)
{
	const char *name = text_of(from->name);
	const char *value = from->children ? text_of(from->children->content) : "";

	if (strcmp(name, "unread") == 0)
		return add_unread(facts, node, row, value);
	enum fact_attr attr = vocabulary_attr(row, name, strlen(name));
	if (attr == FACT_COUNT)
		return unknown_name(node, row, true, name);
	ENSURE(valid(fact_attrs[attr].type, value), USAGE, AT_NONE,
	       "line %ld: @%s is '%s', which is not of its type", xmlGetLineNo(node), name, value);
	facts_text(facts, attr, value);
	return OK;
}

static RESULT source_state(struct fact_doc *doc, struct facts *facts, const xmlNode *node)
{
	xmlChar *name = xmlGetNoNsProp(node, (const xmlChar *)"name");
	xmlChar *status = xmlGetNoNsProp(node, (const xmlChar *)"status");
	int source = 0, state = STATUS_COMPLETE;

	(void)facts;
	while (source < SOURCE_COUNT && !(name && strcmp(source_names[source], text_of(name)) == 0))
		source++;
	while (state <= STATUS_ERROR &&
	       !(status &&
	         strcmp(source_status_name((enum source_status)state), text_of(status)) == 0))
		state++;
	xmlFree(name);
	xmlFree(status);
	ENSURE(source < SOURCE_COUNT && state <= STATUS_ERROR, USAGE, AT_NONE,
	       "line %ld: a source needs a known name and status", xmlGetLineNo(node));
	fact_doc_source_done(doc, (enum source)source, (enum source_status)state);
	return OK;
}

/* The next element in document order below `top`; keeps the serials of the open rows in step. */
struct walk {
	xmlNode *node;
	enum fact_row row;
	uint32_t serial;
};

enum { WALK_DEPTH = 8 };

static RESULT enter(struct fact_doc *doc, struct facts *facts, const struct walk *up,
                    struct walk *here)
{
	xmlNode *node = here->node;
	const char *name = text_of(node->name);

	here->row = vocabulary_child(up->row, name, strlen(name));
	if (here->row == ROW_NONE)
		return unknown_name(node, up->row, false, name);
	here->serial = 0;
	if (here->row == ROW_SOURCE)
		return source_state(doc, facts, node);
	if (fact_rows[here->row].group || here->row == ROW_GAP)
		return OK;
	here->serial = facts_row(facts, here->row, up->serial);
	for (const xmlAttr *attr = node->properties; attr; attr = attr->next)
		TRY(add_attribute(facts, node, here->row, attr));
	return OK;
}

static xmlNode *first_element(xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static RESULT walk_document(struct fact_doc *doc, struct facts *facts, xmlNode *top)
{
	struct walk open[WALK_DEPTH] = {{.node = NULL, .row = ROW_NONE}, {.node = top}};
	size_t depth = 1;

	TRY(enter(doc, facts, &open[0], &open[1]));
	open[2].node = first_element(top->children);
	depth = 2;
	while (depth > 1) {
		struct walk *here = &open[depth];
		if (!here->node) {
			depth--;
			if (depth > 1)
				open[depth].node = first_element(open[depth].node->next);
			continue;
		}
		TRY(enter(doc, facts, &open[depth - 1], here));
		ENSURE(depth + 1 < WALK_DEPTH, USAGE, AT_NONE, "line %ld: elements nested too deep",
		       xmlGetLineNo(here->node));
		depth++;
		open[depth].node = first_element(here->node->children);
	}
	return OK;
}

struct result fact_doc_from_node(xmlNode *top, struct fact_doc **out)
{
	struct fact_doc *doc = fact_doc_new();
	struct facts facts;

	for (int source = 0; source < SOURCE_COUNT; source++)
		fact_doc_source_done(doc, (enum source)source, STATUS_COMPLETE);
	facts_init(&facts, (struct entry_id){0}, "");
	facts.loose = true;
	struct result walked = walk_document(doc, &facts, top);
	if (walked.ok) {
		fact_doc_add_facts(doc, &facts);
		fact_doc_finish(doc);
		*out = doc;
	} else {
		fact_doc_free(doc);
	}
	facts_free(&facts);
	return walked;
}

struct result fact_doc_parse(const char *xml, size_t len, struct fact_doc **out)
{
	ENSURE(len <= INT32_MAX, USAGE, AT_NONE, "a facts document of %zu bytes", len);
	xmlDoc *doc = xmlReadMemory(xml, (int)len, NULL, NULL,
	                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	ENSURE(doc, USAGE, AT_NONE, "the facts document is not well-formed XML");
	xmlNode *root = doc->intSubset ? NULL : xmlDocGetRootElement(doc);
	struct result read = FAILED;
	if (root)
		read = fact_doc_from_node(root, out);
	else
		fault_note(DIAG_USAGE, AT_NONE, __FILE__, __LINE__,
		           "a facts document has a root element and no DOCTYPE");
	xmlFreeDoc(doc);
	return read;
}
