/* result.c - the result document: run header, digest, writing and safe reading. */
#include "render/result.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdlib.h>
#include <string.h>

#include "base/content.h"
#include "base/digest.h"
#include "render/judgement.h"
#include "render/node.h"
#include "render/prose.h"
#include "render/scope.h"

enum { RESULT_BYTES_MAX = 256 << 20 };

static void add_texts(xmlNode *parent, const char *name, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		node_add_text(parent, name, texts[i]);
}

static void add_run_parts(xmlNode *node, const struct run_info *run)
{
	add_texts(node, "option", run->options, run->option_count);
	for (size_t i = 0; i < run->library_count; i++) {
		xmlNode *library = node_add(node, "library");

		node_set(library, "name", run->libraries[i].name);
		node_set(library, "version", run->libraries[i].value);
	}
	add_texts(node, "sandbox-layer", run->sandbox_layers, run->sandbox_count);
	for (size_t i = 0; i < run->timing_count; i++) {
		xmlNode *timing = node_add(node, "timing");

		node_set(timing, "stage", run->timings[i].stage);
		node_set_count(timing, "microseconds", run->timings[i].microseconds);
	}
	add_texts(node, "warning", run->warnings, run->warning_count);
}

static void add_run(xmlNode *result, const struct run_info *run)
{
	xmlNode *node = node_add(result, "run");

	node_set(node, "id", run->id);
	node_set(node, "report-number", run->report_number);
	node_set_count(node, "revision", run->revision);
	node_set(node, "previous", run->previous_digest);
	node_set(node, "started", run->started);
	node_set(node, "finished", run->finished);
	node_set(node, "tool", run->tool_version);
	node_set(node, "file", run->file_name);
	node_set_count(node, "threads", run->threads);
	if (run->peak_memory)
		node_set_count(node, "peak-memory", run->peak_memory);
	add_run_parts(node, run);
}

static void add_assessment(xmlNode *result, const struct assessment *assessment)
{
	xmlNode *node = node_add(result, "assessment");

	node_set(node, "as-of", assessment->as_of);
	scope_add(node, assessment);
	judgement_add(node, assessment);
}

RESULT result_xml(const struct assessment *assessment, const struct run_info *run, xmlDoc **out)
{
	xmlDoc *doc = node_document("result");
	xmlNode *root = xmlDocGetRootElement(doc);
	char digest[65];

	node_set(root, "version", "1.0");
	add_run(root, run);
	add_assessment(root, assessment);
	prose_add(root, assessment);
	node_indent(root);
	if (!result_digest(doc, digest).ok) {
		xmlFreeDoc(doc);
		return FAILED;
	}
	node_set(node_child(root, "assessment"), "digest", digest);
	*out = doc;
	return OK;
}

static RESULT canonical_digest(xmlDoc *doc, char out[65])
{
	xmlChar *bytes = NULL;
	int len = xmlC14NDocDumpMemory(doc, NULL, XML_C14N_1_0, NULL, 0, &bytes);

	ENSURE(len >= 0 && bytes, SYSTEM, AT_NONE, "the assessment has no canonical form");
	digest_hex(DIGEST_SHA256, bytes, (size_t)len, out);
	xmlFree(bytes);
	return OK;
}

RESULT result_digest(xmlDoc *result, char out[65])
{
	xmlNode *assessment = node_child(xmlDocGetRootElement(result), "assessment");

	ENSURE(assessment, USAGE, AT_NONE, "the result has no <assessment>");
	xmlDoc *alone = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *copy = alone ? xmlDocCopyNode(assessment, alone, 1) : NULL;
	if (!copy)
		fault_out_of_memory();
	xmlDocSetRootElement(alone, copy);
	xmlUnsetProp(copy, BAD_CAST "digest");
	struct result done = canonical_digest(alone, out);
	xmlFreeDoc(alone);
	return done;
}

RESULT result_text(xmlDoc *result, struct text *out)
{
	xmlChar *bytes = NULL;
	int len = 0;

	xmlDocDumpMemoryEnc(result, &bytes, &len, "UTF-8");
	if (!bytes)
		fault_out_of_memory();
	text_add(out, bytes, (size_t)len);
	xmlFree(bytes);
	return OK;
}

/* Notes the first error of a parser or validator as the thread's fault. */
static void note_first(void *noted, xmlErrorPtr error)
{
	bool *done = noted;

	if (*done)
		return;
	*done = true;
	int len = error->message ? (int)strcspn(error->message, "\n") : 0;
	fault_note(DIAG_USAGE, AT_NONE, __FILE__, __LINE__, "the result file, line %d: %.*s",
	           error->line, len, len ? error->message : "");
}

static xmlSchema *open_schema(void)
{
	const struct content *file = content_find("reports/result.xsd");
	bool noted = true; /* the schema is ours; what is wrong with it is found by tests */

	if (!file)
		return NULL;
	xmlSchemaParserCtxt *parser = xmlSchemaNewMemParserCtxt(file->data, (int)file->size);
	if (!parser)
		return NULL;
	xmlSchemaSetParserStructuredErrors(parser, note_first, &noted);
	xmlSchema *schema = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	return schema;
}

static RESULT validate_with(xmlSchema *schema, xmlDoc *result)
{
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(schema);
	bool noted = false;

	if (!validator)
		fault_out_of_memory();
	xmlSchemaSetValidStructuredErrors(validator, note_first, &noted);
	int wrong = xmlSchemaValidateDoc(validator, result);
	xmlSchemaFreeValidCtxt(validator);
	if (wrong && noted)
		return FAILED;
	ENSURE(!wrong, USAGE, AT_NONE, "the result file is not valid by result.xsd");
	return OK;
}

RESULT result_validate(xmlDoc *result)
{
	xmlSchema *schema = open_schema();

	ENSURE(schema, SYSTEM, AT_NONE, "the built-in reports/result.xsd cannot be used");
	struct result done = validate_with(schema, result);
	xmlSchemaFree(schema);
	return done;
}

/* A DOCTYPE could declare entities; parsing ends where it begins. */
static void refuse_doctype(void *user, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
	xmlParserCtxt *parser = user;

	(void)name;
	(void)id;
	(void)uri;
	*(bool *)parser->_private = true;
	xmlStopParser(parser);
}

static RESULT parse_with(xmlParserCtxt *parser, const void *bytes, size_t len, xmlDoc **out)
{
	bool doctype = false, noted = false;

	parser->_private = &doctype;
	parser->sax->internalSubset = refuse_doctype;
	xmlDoc *doc = xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL,
	                                XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR |
	                                        XML_PARSE_NOWARNING);
	if (doctype) {
		xmlFreeDoc(doc);
		FAIL(USAGE, AT_NONE, "the result file has a DOCTYPE, which results never have");
	}
	if (!doc) {
		fault_note(DIAG_USAGE, AT_NONE, __FILE__, __LINE__, "the result file is not XML");
		if (xmlCtxtGetLastError(parser))
			note_first(&noted, xmlCtxtGetLastError(parser));
		return FAILED;
	}
	*out = doc;
	return OK;
}

static RESULT parse(const void *bytes, size_t len, xmlDoc **out)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();

	if (!parser)
		fault_out_of_memory();
	struct result done = parse_with(parser, bytes, len, out);
	xmlFreeParserCtxt(parser);
	return done;
}

static RESULT check_read(xmlDoc *doc)
{
	char digest[65];

	TRY(result_validate(doc));
	TRY(result_digest(doc, digest));
	xmlNode *assessment = node_child(xmlDocGetRootElement(doc), "assessment");
	ENSURE(strcmp(node_get(assessment, "digest"), digest) == 0, USAGE, AT_NONE,
	       "the result file was changed: its assessment has the digest %s and says %s", digest,
	       node_get(assessment, "digest"));
	return OK;
}

RESULT result_read(const void *bytes, size_t len, xmlDoc **out)
{
	xmlDoc *doc = NULL;

	ENSURE(len <= RESULT_BYTES_MAX, USAGE, AT_NONE, "the result file is larger than %d bytes",
	       RESULT_BYTES_MAX);
	TRY(parse(bytes, len, &doc));
	if (!check_read(doc).ok) {
		xmlFreeDoc(doc);
		return FAILED;
	}
	*out = doc;
	return OK;
}
