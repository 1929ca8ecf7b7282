/*
 * html.c - the report as a page, by the built-in style sheets reports/html/ (XSLT 1.0).
 *
 * The style sheets may read nothing but the result: every access that libxslt can forbid is
 * forbidden, and their parts are put in place here instead of being loaded. The page has a content
 * security policy that names its one style and its one script by their SHA-256 (W3C CSP 2, 4.2.5),
 * so nothing else in it can run, whatever the bundle's strings are.
 */
#include "render/html.h"

#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltutils.h>
#include <stdio.h>
#include <string.h>

#include "base/content.h"
#include "base/digest.h"
#include "render/node.h"
#include "render/words.h"

/* Templates call each other at most this deep; `fill` goes one level per place in a sentence. */
enum { TEMPLATE_DEPTH_MAX = 200 };

static RESULT open_part(const char *name, xmlDoc **out)
{
	char path[80];

	snprintf(path, sizeof path, "reports/html/%s", name);
	const struct content *file = content_find(path);
	ENSURE(file, SYSTEM, AT_NONE, "%s is not built in", path);
	xmlDoc *doc = xmlReadMemory(file->data, (int)file->size, path, NULL, XML_PARSE_NONET);
	ENSURE(doc, SYSTEM, AT_NONE, "the built-in %s is not well formed", path);
	*out = doc;
	return OK;
}

/* Puts the top-level elements of the part in the place of the <xsl:include> that names it. */
static RESULT include_part(xmlNode *include)
{
	xmlDoc *part = NULL;

	TRY(open_part(node_get(include, "href"), &part));
	for (xmlNode *at = xmlDocGetRootElement(part)->children; at; at = at->next) {
		xmlNode *copy = xmlDocCopyNode(at, include->doc, 1);

		if (!copy)
			fault_out_of_memory();
		xmlAddPrevSibling(include, copy);
	}
	xmlFreeDoc(part);
	xmlUnlinkNode(include);
	xmlFreeNode(include);
	return OK;
}

static RESULT include_parts(xmlDoc *sheet)
{
	xmlNode *root = xmlDocGetRootElement(sheet);
	xmlNode *include;

	while ((include = node_child(root, "include")))
		TRY(include_part(include));
	return OK;
}

static RESULT open_sheet(xsltStylesheet **out)
{
	xmlDoc *doc = NULL;

	TRY(open_part("report.xsl", &doc));
	if (!include_parts(doc).ok) {
		xmlFreeDoc(doc);
		return FAILED;
	}
	*out = xsltParseStylesheetDoc(doc);
	if (*out)
		return OK;
	xmlFreeDoc(doc);
	FAIL(SYSTEM, AT_NONE, "the built-in reports/html/report.xsl cannot be used");
}

/* "'sha256-…'" for a content security policy. */
static void add_hash(struct text *out, const char *content)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t hash[DIGEST_MAX] = {0}; /* more than is filled, which makes whole groups of three */
	size_t len = digest(DIGEST_SHA256, content, strlen(content), hash);

	text_puts(out, "'sha256-");
	for (size_t at = 0; at < len; at += 3) {
		uint32_t group =
			(uint32_t)hash[at] << 16 | (uint32_t)hash[at + 1] << 8 | hash[at + 2];
		char four[4] = {letters[group >> 18], letters[group >> 12 & 63],
		                letters[group >> 6 & 63], letters[group & 63]};

		text_add(out, four, at + 3 <= len ? 4 : 3);
	}
	text_puts(out, "='");
}

static void add_policy(struct text *out, const char *style, const char *script)
{
	text_puts(out, "default-src 'none'; base-uri 'none'; form-action 'none'; style-src ");
	add_hash(out, style);
	text_puts(out, "; script-src ");
	add_hash(out, script);
}

/* Forbids a style sheet everything that reaches out of it. */
static xsltSecurityPrefs *forbid_all(void)
{
	static const xsltSecurityOption options[] = {
		XSLT_SECPREF_READ_FILE,        XSLT_SECPREF_WRITE_FILE,
		XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
		XSLT_SECPREF_WRITE_NETWORK,
	};
	xsltSecurityPrefs *prefs = xsltNewSecurityPrefs();

	if (!prefs)
		fault_out_of_memory();
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		xsltSetSecurityPrefs(prefs, options[i], xsltSecurityForbid);
	return prefs;
}

/* Says nothing on stderr; a style sheet that fails gives no page. */
static void ignore_message(void *user, const char *format, ...)
{
	(void)user;
	(void)format;
}

static xmlDoc *transform(xsltStylesheet *sheet, xmlDoc *result, const char *const *pairs)
{
	xsltTransformContext *run = xsltNewTransformContext(sheet, result);
	xsltSecurityPrefs *prefs = forbid_all();
	xmlDoc *page = NULL;

	if (!run)
		fault_out_of_memory();
	run->maxTemplateDepth = TEMPLATE_DEPTH_MAX;
	xsltSetTransformErrorFunc(run, NULL, ignore_message);
	if (xsltSetCtxtSecurityPrefs(prefs, run) == 0) {
		for (size_t i = 0; pairs[i]; i += 2)
			xsltQuoteOneUserParam(run, BAD_CAST pairs[i], BAD_CAST pairs[i + 1]);
		page = xsltApplyStylesheetUser(sheet, result, NULL, NULL, NULL, run);
		if (run->state != XSLT_STATE_OK) {
			xmlFreeDoc(page);
			page = NULL;
		}
	}
	xsltFreeTransformContext(run);
	xsltFreeSecurityPrefs(prefs);
	return page;
}

static int write_text(void *user, const char *bytes, int len)
{
	text_add(user, bytes, (size_t)len);
	return len;
}

static RESULT write_page(xmlDoc *page, struct text *out)
{
	xmlOutputBuffer *sink = xmlOutputBufferCreateIO(write_text, NULL, out, NULL);

	if (!sink)
		fault_out_of_memory();
	text_puts(out, "<!DOCTYPE html>\n");
	htmlNodeDumpFormatOutput(sink, page, xmlDocGetRootElement(page), "UTF-8", 0);
	ENSURE(xmlOutputBufferClose(sink) >= 0, SYSTEM, AT_NONE, "the page cannot be written");
	text_puts(out, "\n");
	return OK;
}

/* The table of words stands below the result's root while the page is made. */
static xmlDoc *make_page(xsltStylesheet *sheet, xmlDoc *result, const struct words *words,
                         const char *const *pairs)
{
	xmlNode *copy = xmlDocCopyNode(words_root(words), result, 1);

	if (!copy)
		fault_out_of_memory();
	xmlAddChild(xmlDocGetRootElement(result), copy);
	xmlDoc *page = transform(sheet, result, pairs);
	xmlUnlinkNode(copy);
	xmlFreeNode(copy);
	return page;
}

static RESULT render_with(xsltStylesheet *sheet, const struct words *words, xmlDoc *result,
                          enum language first, struct text *out)
{
	const struct content *style = content_find("reports/report.css");
	const struct content *script = content_find("reports/report.js");
	struct text policy = {0};

	ENSURE(style && script, SYSTEM, AT_NONE, "reports/report.css or report.js is not built in");
	add_policy(&policy, style->data, script->data);
	const char *pairs[] = {"first",  language_name(first), "style",  style->data,
	                       "script", script->data,         "policy", policy.data,
	                       NULL};
	xmlDoc *page = make_page(sheet, result, words, pairs);
	text_free(&policy);
	ENSURE(page, SYSTEM, AT_NONE, "the built-in style sheet failed on this result");
	struct result done = write_page(page, out);
	xmlFreeDoc(page);
	return done;
}

RESULT render_html(xmlDoc *result, enum language first, struct text *out)
{
	xsltStylesheet *sheet = NULL;
	struct words *words = NULL;

	TRY(open_sheet(&sheet));
	struct result done = words_open(&words);
	if (done.ok)
		done = render_with(sheet, words, result, first, out);
	words_close(words);
	xsltFreeStylesheet(sheet);
	return done;
}
