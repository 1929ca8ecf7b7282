/* facts_cmd.c - parasol facts: what is in a bundle, as XML, TSV or the value of an expression. */
#include <libxml/xpath.h>
#include <libxml/xmlsave.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/progress.h"

/* What --only asks for: sources, and rows, with those about what was not read and why; all without
 * it. */
static RESULT wanted(const struct arguments *arguments, uint32_t *sources, bool *rows)
{
	for (int row = 0; row < ROW_COUNT; row++)
		rows[row] = arguments->count[OPTION_ONLY] == 0 || fact_rows[row].sources == 0;
	for (size_t i = 0; i < arguments->count[OPTION_ONLY]; i++) {
		const char *name = arguments->values[OPTION_ONLY][i];
		int source = 0;
		while (source < SOURCE_COUNT && strcmp(source_names[source], name) != 0)
			source++;
		ENSURE(source < SOURCE_COUNT, USAGE, AT_NONE,
		       "--only is '%s', which is no source; 'parasol doctor' lists the sources",
		       name);
		*sources |= 1U << source;
		for (int row = 0; row < ROW_COUNT; row++)
			rows[row] |= fact_rows[row].sources >> source & 1;
	}
	return OK;
}

static void put_line(struct text *out, const xmlChar *value)
{
	text_puts(out, value ? (const char *)value : "");
	text_puts(out, "\n");
}

static void put_object(struct text *out, xmlXPathObject *found)
{
	xmlChar *value;

	if (found->type != XPATH_NODESET) {
		value = xmlXPathCastToString(found);
		put_line(out, value);
		xmlFree(value);
		return;
	}
	for (int i = 0; found->nodesetval && i < found->nodesetval->nodeNr; i++) {
		value = xmlXPathCastNodeToString(found->nodesetval->nodeTab[i]);
		put_line(out, value);
		xmlFree(value);
	}
}

static void hush(void *state, xmlError *error)
{
	(void)state;
	(void)error;
}

static RESULT evaluate(xmlDoc *xml, const char *expression, struct text *out)
{
	xmlXPathContext *context = xmlXPathNewContext(xml);
	struct result done = OK;

	context->error = (xmlStructuredErrorFunc)hush;
	xmlXPathObject *found = xmlXPathEval((const xmlChar *)expression, context);
	if (found) {
		put_object(out, found);
		xmlXPathFreeObject(found);
	} else {
		fault_note(DIAG_USAGE, AT_NONE, __FILE__, __LINE__,
		           "--xpath '%s' is not a valid XPath 1.0 expression: %s", expression,
		           context->lastError.message ? context->lastError.message
		                                      : "it cannot be read");
		done = FAILED;
	}
	xmlXPathFreeContext(context);
	return done;
}

static void tsv_row(struct text *out, const xmlNode *node, const char *path)
{
	for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
		xmlChar *value = xmlNodeGetContent((const xmlNode *)attr);
		/* a clean value holds neither tab nor line feed */
		text_printf(out, "%s\t%s\t%s\n", path, (const char *)attr->name,
		            value ? (const char *)value : "");
		xmlFree(value);
	}
}

static void tsv(struct text *out, xmlDoc *xml)
{
	xmlNode *node = xmlDocGetRootElement(xml);
	const xmlNode *top = node;

	text_puts(out, "row\tattribute\tvalue\n");
	while (node) {
		xmlChar *path = xmlGetNodePath(node);
		tsv_row(out, node, (const char *)path);
		xmlFree(path);
		if (node->children) {
			node = node->children;
			continue;
		}
		while (node && node != top && !node->next)
			node = node->parent;
		node = node && node != top ? node->next : NULL;
	}
}

static void whole(struct text *out, xmlDoc *xml)
{
	xmlBuffer *buffer = xmlBufferCreate();
	xmlSaveCtxt *save = xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_FORMAT);

	xmlSaveDoc(save, xml);
	xmlSaveClose(save);
	text_add(out, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
	xmlBufferFree(buffer);
}

static RESULT print_facts(const struct arguments *arguments, const struct fact_doc *facts,
                          const bool *rows, struct text *out)
{
	xmlDoc *xml = fact_doc_xml(facts, arguments->count[OPTION_ONLY] ? rows : NULL);
	struct result done = OK;

	for (size_t i = 0; done.ok && i < arguments->count[OPTION_XPATH]; i++)
		done = evaluate(xml, arguments->values[OPTION_XPATH][i], out);
	if (arguments->count[OPTION_TSV])
		tsv(out, xml);
	else if (!arguments->count[OPTION_XPATH])
		whole(out, xml);
	xmlFreeDoc(xml);
	return done;
}

/* Incomplete if any source did not read all that it was given. */
static int status_of(const struct fact_doc *facts)
{
	for (int source = 0; source < SOURCE_COUNT; source++) {
		if (fact_doc_source(facts, (enum source)source) > STATUS_ABSENT)
			return EXIT_INCOMPLETE;
	}
	return EXIT_PASSED;
}

/* What all built-in packs and rules want to know of code. */
static RESULT built_in_watch(struct watch_list *watch)
{
	TRY(watch_list_open(watch));
	return watch_list_finish(watch);
}

int facts_command(const struct arguments *arguments)
{
	struct scan_request request;
	struct watch_list watch;
	struct progress progress;
	struct fact_doc *facts;
	struct scan_run run;
	struct text out = {0};
	bool rows[ROW_COUNT];

	if (arguments->operand_count != 1) {
		fprintf(stderr,
		        "parasol: 'facts' takes one file; 'parasol help facts' shows how\n");
		return EXIT_USAGE;
	}
	if (!cli_scan_request(arguments, &request).ok ||
	    !wanted(arguments, &request.sources, rows).ok)
		return cli_fault();
	progress_start(&progress, false);
	request.path = arguments->operands[0];
	request.progress = progress_tell;
	request.progress_state = &progress;
	request.code.watch = &watch;
	if (!built_in_watch(&watch).ok || !scan_start(request.sources).ok ||
	    !scan_bundle(&request, &facts, &run).ok)
		return cli_fault();
	progress_finish(&progress);
	int status = status_of(facts);
	if (print_facts(arguments, facts, rows, &out).ok)
		status = cli_print(&out, status);
	else
		status = cli_fault();
	cli_timings(arguments, &run);
	text_free(&out);
	scan_run_free(&run);
	fact_doc_free(facts);
	watch_list_free(&watch);
	return status;
}
