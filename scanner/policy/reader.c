/* reader.c - XML of packs: parsed without network, entities or DOCTYPE, and checked by schema. */
#include "policy/reader.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/content.h"

enum { ARENA_MAX = 256 << 20 };

void reader_init(struct reader *reader)
{
	*reader = (struct reader){0};
	arena_init(&reader->arena, ARENA_MAX);
}

void reader_free(struct reader *reader)
{
	for (size_t i = 0; i < reader->docs.count; i++)
		xmlFreeDoc(reader->docs.items[i]);
	for (int i = 0; i < SCHEMA_COUNT; i++) {
		if (reader->schemas[i])
			xmlSchemaFree(reader->schemas[i]);
	}
	text_free(&reader->problems);
	arena_free(&reader->arena);
}

void reader_problem(struct reader *reader, const char *file, long line, const char *format, ...)
{
	char why[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	for (char *at = why; *at; at++)
		*at = *at == '\n' ? ' ' : *at;
	size_t len = strlen(why);
	while (len && why[len - 1] == ' ')
		len--;
	if (line > 0)
		text_printf(&reader->problems, "%s:%ld: ", file, line);
	else
		text_printf(&reader->problems, "%s: ", file);
	text_clean(&reader->problems, why, len);
	text_puts(&reader->problems, "\n");
	reader->problem_count++;
}

void reader_fault(struct reader *reader)
{
	const char *why = fault_last()->why;

	text_clean(&reader->problems, why, strlen(why));
	text_puts(&reader->problems, "\n");
	reader->problem_count++;
}

struct result reader_verdict(const struct reader *reader)
{
	if (!reader->problem_count)
		return OK;
	const char *lines = reader->problems.data;
	FAIL(PACK_INVALID, AT_NONE, "%.*s", (int)strcspn(lines, "\n"), lines);
}

static void note_error(void *data, xmlErrorPtr error)
{
	struct {
		struct reader *reader;
		const struct pack_file *file;
		size_t count;
	} *sink = data;

	/* a damaged file gives a flood; the first lines tell */
	if (sink->count++ < 20)
		reader_problem(sink->reader, sink->file->path, error->line, "%s",
		               error->message ? error->message : "not valid");
}

static xmlDoc *parse(struct reader *reader, const struct pack_file *file)
{
	struct {
		struct reader *reader;
		const struct pack_file *file;
		size_t count;
	} sink = {reader, file, 0};

	if (memchr(file->data, 0, file->size) || file->size > 16 << 20 ||
	    strstr(file->data, "<!DOCTYPE")) {
		reader_problem(
			reader, file->path, 1,
			"a DOCTYPE, NUL bytes or more than 16 MiB; write plain XML in UTF-8");
		return NULL;
	}
	xmlSetStructuredErrorFunc(&sink, note_error);
	xmlDoc *doc = xmlReadMemory(file->data, (int)file->size, file->path, "UTF-8",
	                            XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOXINCNODE |
	                                    XML_PARSE_BIG_LINES);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (doc && (doc->intSubset || !xmlDocGetRootElement(doc))) {
		reader_problem(reader, file->path, 1, "a DOCTYPE is not allowed; remove it");
		xmlFreeDoc(doc);
		return NULL;
	}
	if (!doc && !sink.count)
		reader_problem(reader, file->path, 1, "not well-formed XML");
	return doc;
}

static xmlSchema *schema_of(struct reader *reader, enum schema schema)
{
	static const char *const paths[] = {"packs/pack.xsd", "packs/controls.xsd",
	                                    "packs/locale.xsd", "packs/tailoring.xsd",
	                                    "rules/watch.xsd"};
	const struct content *content = content_find(paths[schema]);
	struct pack_file source = {.path = paths[schema]};

	if (reader->schemas[schema] || !content)
		return (xmlSchema *)reader->schemas[schema];
	source.data = content->data;
	source.size = content->size;
	xmlDoc *doc = parse(reader, &source);
	xmlSchemaParserCtxt *context = doc ? xmlSchemaNewDocParserCtxt(doc) : NULL;
	reader->schemas[schema] = context ? xmlSchemaParse(context) : NULL;
	xmlSchemaFreeParserCtxt(context);
	/* libxml2 keeps pointers into the document of a schema */
	if (doc && !list_add(&reader->arena, &reader->docs, doc).ok)
		fault_out_of_memory();
	return (xmlSchema *)reader->schemas[schema];
}

static bool validate(struct reader *reader, const struct pack_file *file, xmlDoc *doc,
                     enum schema kind)
{
	struct {
		struct reader *reader;
		const struct pack_file *file;
		size_t count;
	} sink = {reader, file, 0};
	xmlSchema *schema = schema_of(reader, kind);
	xmlSchemaValidCtxt *context = schema ? xmlSchemaNewValidCtxt(schema) : NULL;

	if (!context) {
		reader_problem(reader, file->path, 0, "the schema for it is not built in");
		return false;
	}
	xmlSchemaSetValidStructuredErrors(context, note_error, &sink);
	int status = xmlSchemaValidateDoc(context, doc);
	xmlSchemaFreeValidCtxt(context);
	if (status != 0 && !sink.count)
		reader_problem(reader, file->path, 0, "does not follow its schema");
	return status == 0;
}

bool reader_parse(struct reader *reader, struct pack_file *file, enum schema schema)
{
	xmlDoc *doc = parse(reader, file);

	if (!doc)
		return false;
	if (!list_add(&reader->arena, &reader->docs, doc).ok)
		fault_out_of_memory();
	if ((reader->strict || !file->built_in) && !validate(reader, file, doc, schema))
		return false;
	file->doc = doc;
	return true;
}

const char *reader_root(struct reader *reader, struct pack_file *file)
{
	xmlDoc *doc = parse(reader, file);

	if (!doc)
		return NULL;
	if (!list_add(&reader->arena, &reader->docs, doc).ok)
		fault_out_of_memory();
	return (const char *)xmlDocGetRootElement(doc)->name;
}

bool reader_is(const xmlNode *node, const char *name)
{
	return strcmp((const char *)node->name, name) == 0;
}

static xmlNode *element(xmlNode *node, const char *name)
{
	while (node && (node->type != XML_ELEMENT_NODE || (name && !reader_is(node, name))))
		node = node->next;
	return node;
}

xmlNode *reader_child(const xmlNode *node, const char *name)
{
	return node ? element(node->children, name) : NULL;
}

xmlNode *reader_next(const xmlNode *node, const char *name)
{
	return element(node->next, name);
}

static const char *keep(struct reader *reader, xmlChar *text)
{
	if (!text)
		return NULL;
	const char *start = (const char *)text;
	start += strspn(start, " \t\r\n");
	size_t len = strlen(start);
	while (len && strchr(" \t\r\n", start[len - 1]))
		len--;
	char *copy = arena_copy(&reader->arena, start, len);
	if (!copy)
		fault_out_of_memory();
	xmlFree(text);
	return copy;
}

const char *reader_attr(struct reader *reader, const xmlNode *node, const char *name)
{
	return keep(reader, xmlGetNoNsProp(node, (const xmlChar *)name));
}

const char *reader_text(struct reader *reader, const xmlNode *node)
{
	const char *text = node ? keep(reader, xmlNodeGetContent(node)) : NULL;

	return text && *text ? text : NULL;
}

unsigned reader_number(struct reader *reader, const xmlNode *node, const char *name,
                       unsigned missing)
{
	const char *text = reader_attr(reader, node, name);

	/* the schema has bounded it */
	return text ? (unsigned)strtoul(text, NULL, 10) : missing;
}

bool reader_flag(struct reader *reader, const xmlNode *node, const char *name)
{
	const char *text = reader_attr(reader, node, name);

	return text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

long reader_line(const xmlNode *node)
{
	return xmlGetLineNo(node);
}
