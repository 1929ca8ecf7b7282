/* evaluate.c - libxml2's XPath with our functions, variables and a budget. */
#include "policy/evaluate.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERNS_MAX = 32 };

struct evaluator {
	xmlXPathContext *context;
	xmlDoc *lists; /* the items of list parameters, so that they are nodes */
	struct {
		char *text;
		struct pattern *pattern;
	} patterns[PATTERNS_MAX];
	size_t pattern_count;
};

/* Our functions are paid for by the length of what they read. */
static bool pay(xmlXPathParserContext *parser, unsigned long operations)
{
	xmlXPathContext *context = parser->context;

	context->opCount += operations;
	if (context->opCount <= context->opLimit)
		return true;
	xmlXPathErr(parser, XPATH_OP_LIMIT_EXCEEDED);
	return false;
}

static bool listed(const char *names, const char *name)
{
	size_t len = strlen(name);

	while (*names) {
		size_t word = strcspn(names, " ");
		if (word == len && memcmp(names, name, len) == 0)
			return true;
		names += word + (names[word] == ' ');
	}
	return false;
}

static void unread(xmlXPathParserContext *parser, int count)
{
	(void)count;
	xmlChar *name = xmlXPathPopString(parser);
	xmlNode *row = parser->context->node;
	xmlChar *names = row && row->type == XML_ELEMENT_NODE
	                         ? xmlGetNoNsProp(row, (const xmlChar *)"unread")
	                         : NULL;
	bool found = names && name && listed((const char *)names, (const char *)name);

	xmlFree(names);
	xmlFree(name);
	xmlXPathReturnBoolean(parser, found);
}

/* Two string arguments and a way to combine them. */
static void on_two(xmlXPathParserContext *parser,
                   void (*give)(xmlXPathParserContext *, const char *, const char *))
{
	xmlChar *second = xmlXPathPopString(parser);
	xmlChar *first = xmlXPathPopString(parser);

	if (first && second && !parser->error &&
	    pay(parser, 4 + strlen((char *)first) / 8 + strlen((char *)second) / 8))
		give(parser, (const char *)first, (const char *)second);
	xmlFree(first);
	xmlFree(second);
}

static void give_ends(xmlXPathParserContext *parser, const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	xmlXPathReturnBoolean(parser, len >= tail && strcmp(text + len - tail, end) == 0);
}

static void give_order(xmlXPathParserContext *parser, const char *left, const char *right)
{
	xmlXPathReturnNumber(parser, version_compare(left, right));
}

static struct pattern *pattern_of(struct evaluator *evaluator, const char *text)
{
	struct pattern *pattern;

	for (size_t i = 0; i < evaluator->pattern_count; i++) {
		if (strcmp(evaluator->patterns[i].text, text) == 0)
			return evaluator->patterns[i].pattern;
	}
	if (!pattern_open(text, &pattern).ok)
		return NULL;
	if (evaluator->pattern_count == PATTERNS_MAX) {
		size_t last = --evaluator->pattern_count;
		free(evaluator->patterns[last].text);
		pattern_close(evaluator->patterns[last].pattern);
	}
	char *copy = strdup(text);
	if (!copy)
		fault_out_of_memory();
	evaluator->patterns[evaluator->pattern_count].text = copy;
	evaluator->patterns[evaluator->pattern_count++].pattern = pattern;
	return pattern;
}

static void give_match(xmlXPathParserContext *parser, const char *text, const char *regex)
{
	struct pattern *pattern = pattern_of(parser->context->userData, regex);

	/* a matcher step costs more than an operation of XPath */
	if (!pattern)
		xmlXPathErr(parser, XPATH_EXPR_ERROR);
	else if (pay(parser, 64 + 16 * strlen(text)))
		xmlXPathReturnBoolean(parser, pattern_found(pattern, text));
}

static void ends_with(xmlXPathParserContext *parser, int count)
{
	(void)count;
	on_two(parser, give_ends);
}

static void compare_versions(xmlXPathParserContext *parser, int count)
{
	(void)count;
	on_two(parser, give_order);
}

static void matches(xmlXPathParserContext *parser, int count)
{
	(void)count;
	on_two(parser, give_match);
}

static void lower_case(xmlXPathParserContext *parser, int count)
{
	(void)count;
	xmlChar *text = xmlXPathPopString(parser);

	if (!text)
		return;
	/* ASCII only: names in bundles are, and nothing depends on a locale */
	for (xmlChar *at = text; *at; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (xmlChar)(*at + 32);
	}
	xmlXPathReturnString(parser, text);
}

static void quiet(void *data, xmlErrorPtr error)
{
	(void)data;
	(void)error;
}

/* libxml2 reports some consequences of an exceeded budget on stderr by itself. */
static void silent(void *data, const char *format, ...)
{
	(void)data;
	(void)format;
}

static xmlXPathObject *list_value(struct evaluator *evaluator, const struct list *items)
{
	xmlNode *root = xmlDocGetRootElement(evaluator->lists);
	xmlXPathObject *set = xmlXPathNewNodeSet(NULL);

	for (size_t i = 0; i < items->count; i++) {
		xmlNode *item = xmlNewTextChild(root, NULL, (const xmlChar *)"item",
		                                (const xmlChar *)items->items[i]);
		if (!item || !set || xmlXPathNodeSetAdd(set->nodesetval, item) != 0)
			fault_out_of_memory();
	}
	return set;
}

static xmlXPathObject *value_of(struct evaluator *evaluator, const struct setting *setting)
{
	switch (setting->param->type) {
	case PARAM_INT:
	case PARAM_DAY:
		return xmlXPathNewFloat((double)setting->value.number);
	case PARAM_LIST:
		return list_value(evaluator, &setting->value.items);
	default:
		return xmlXPathNewCString(setting->value.text);
	}
}

static void bind_day(struct evaluator *evaluator, const char *name, int64_t day)
{
	xmlXPathRegisterVariable(evaluator->context, (const xmlChar *)name,
	                         xmlXPathNewFloat((double)day));
}

static void bind_values(struct evaluator *evaluator, const struct setting *settings, size_t count,
                        int64_t as_of_day)
{
	bind_day(evaluator, "as-of", as_of_day);
	for (size_t i = 0; i < count; i++) {
		const struct setting *setting = &settings[i];
		struct text later = {0};

		xmlXPathRegisterVariable(evaluator->context, (const xmlChar *)setting->param->name,
		                         value_of(evaluator, setting));
		if (setting->param->type != PARAM_INT)
			continue;
		text_printf(&later, PARAMS_DAYS_ON "%s", setting->param->name);
		bind_day(evaluator, later.data, as_of_day + setting->value.number);
		text_free(&later);
	}
}

static void register_functions(xmlXPathContext *context)
{
	static const struct {
		const char *name;
		xmlXPathFunction function;
	} functions[] = {{"unread", unread},
	                 {"ends-with", ends_with},
	                 {"matches", matches},
	                 {"lower-case", lower_case},
	                 {"version-compare", compare_versions}};

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		xmlXPathRegisterFunc(context, (const xmlChar *)functions[i].name,
		                     functions[i].function);
}

struct result evaluate_open(xmlDoc *doc, const struct setting *settings, size_t count,
                            int64_t as_of_day, struct evaluator **out)
{
	struct evaluator *evaluator = calloc(1, sizeof *evaluator);

	if (!evaluator)
		fault_out_of_memory();
	evaluator->context = xmlXPathNewContext(doc);
	evaluator->lists = xmlNewDoc((const xmlChar *)"1.0");
	if (!evaluator->context || !evaluator->lists)
		fault_out_of_memory();
	xmlDocSetRootElement(evaluator->lists, xmlNewNode(NULL, (const xmlChar *)"lists"));
	xmlXPathOrderDocElems(doc);
	evaluator->context->userData = evaluator;
	evaluator->context->error = quiet;
	register_functions(evaluator->context);
	bind_values(evaluator, settings, count, as_of_day);
	evaluate_refill(evaluator, EVALUATE_BUDGET);
	*out = evaluator;
	return OK;
}

void evaluate_close(struct evaluator *evaluator)
{
	if (!evaluator)
		return;
	for (size_t i = 0; i < evaluator->pattern_count; i++) {
		free(evaluator->patterns[i].text);
		pattern_close(evaluator->patterns[i].pattern);
	}
	xmlXPathFreeContext(evaluator->context);
	xmlFreeDoc(evaluator->lists);
	free(evaluator);
}

void evaluate_refill(struct evaluator *evaluator, unsigned long budget)
{
	evaluator->context->opCount = 0;
	evaluator->context->opLimit = budget;
}

static RESULT run(struct evaluator *evaluator, const char *path, xmlXPathObject **out)
{
	xmlXPathContext *context = evaluator->context;

	context->node = xmlDocGetRootElement(context->doc);
	xmlResetError(&context->lastError);
	xmlSetGenericErrorFunc(NULL, silent);
	xmlXPathObject *found = xmlXPathEval((const xmlChar *)path, context);
	xmlSetGenericErrorFunc(NULL, NULL);
	if (found && found->type == XPATH_NODESET) {
		*out = found;
		return OK;
	}
	xmlXPathFreeObject(found);
	ENSURE(context->lastError.code != XML_XPATH_EXPRESSION_OK + XPATH_OP_LIMIT_EXCEEDED &&
	               context->opCount <= context->opLimit,
	       PACK_BUDGET, AT_NONE, "the expression needs more than its budget of %lu operations",
	       context->opLimit);
	FAIL(PACK_XPATH, AT_NONE, "the expression cannot be evaluated: %s",
	     context->lastError.message ? context->lastError.message : "no node-set");
}

struct result evaluate_nodes(struct evaluator *evaluator, struct arena *arena, const char *path,
                             struct node_list *out)
{
	xmlXPathObject *found = NULL;
	struct node_list list = {0};

	TRY(run(evaluator, path, &found));
	xmlXPathNodeSetSort(found->nodesetval);
	list.count = found->nodesetval ? (size_t)found->nodesetval->nodeNr : 0;
	list.items = arena_take(arena, list.count + 1, sizeof *list.items);
	if (list.items && list.count)
		memcpy(list.items, found->nodesetval->nodeTab, list.count * sizeof *list.items);
	xmlXPathFreeObject(found);
	if (!list.items)
		return FAILED;
	*out = list;
	return OK;
}

struct result evaluate_count(struct evaluator *evaluator, const char *path, size_t *out)
{
	xmlXPathObject *found = NULL;

	TRY(run(evaluator, path, &found));
	*out = found->nodesetval ? (size_t)found->nodesetval->nodeNr : 0;
	xmlXPathFreeObject(found);
	return OK;
}
