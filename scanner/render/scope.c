/*
 * scope.c - target and coverage of an assessment, taken from the facts document.
 *
 * The attributes of each row that a result repeats are listed here; a report needs no more of them.
 */
#include "render/scope.h"

#include <string.h>

#include "render/node.h"

enum { SCOPE_ATTRS_MAX = 12 };

struct scope_row {
	enum fact_row kind; /* of the row in the facts document */
	const char *name;   /* of the element in the result */
	enum fact_attr attrs[SCOPE_ATTRS_MAX];
	size_t attr_count;
};

static const struct scope_row bundle_row = {ROW_BUNDLE,
                                            "target",
                                            {FACT_BUNDLE_PLATFORM, FACT_BUNDLE_KIND,
                                             FACT_BUNDLE_SIZE, FACT_BUNDLE_MD5, FACT_BUNDLE_SHA256,
                                             FACT_BUNDLE_SM3, FACT_BUNDLE_ENTRIES},
                                            7};

static const struct scope_row module_row = {
	ROW_MODULE,
	"module",
	{FACT_MODULE_ID, FACT_MODULE_KIND, FACT_MODULE_IN, FACT_MODULE_PARENT, FACT_MODULE_APP_ID,
         FACT_MODULE_LABEL, FACT_MODULE_VERSION_CODE, FACT_MODULE_VERSION_NAME},
	8};

static const struct scope_row manifest_row = {
	ROW_MANIFEST,
	"manifest",
	{FACT_MANIFEST_MODULE, FACT_MANIFEST_IN, FACT_MANIFEST_PACKAGE, FACT_MANIFEST_SPLIT,
         FACT_MANIFEST_VERSION_CODE, FACT_MANIFEST_VERSION_NAME, FACT_MANIFEST_LABEL,
         FACT_MANIFEST_EFFECTIVE_MIN_SDK, FACT_MANIFEST_EFFECTIVE_TARGET_SDK},
	9};

static const struct scope_row signer_row = {ROW_SIGNER,
                                            "signer",
                                            {FACT_SIGNER_SHA256, FACT_SIGNER_SUBJECT,
                                             FACT_SIGNER_NOT_AFTER_DAY, FACT_SIGNER_KEY_TYPE,
                                             FACT_SIGNER_KEY_BITS},
                                            5};

static const struct scope_row signing_row = {ROW_SIGNING,
                                             "signing",
                                             {FACT_SIGNING_KIND, FACT_SIGNING_SIGNED,
                                              FACT_SIGNING_VERIFIED, FACT_SIGNING_MIN_SDK,
                                              FACT_SIGNING_MAX_SDK, FACT_SIGNING_REASON},
                                             6};

static const struct scope_row scheme_row = {ROW_SCHEME,
                                            "scheme",
                                            {FACT_SCHEME_NAME, FACT_SCHEME_VERIFIED,
                                             FACT_SCHEME_USED, FACT_SCHEME_REASON,
                                             FACT_SCHEME_DIGESTS},
                                            5};

static const struct scope_row source_row = {
	ROW_SOURCE, "source", {FACT_SOURCE_NAME, FACT_SOURCE_STATUS}, 2};

static const struct scope_row gap_row = {
	ROW_GAP, "gap", {FACT_GAP_IN, FACT_GAP_STATUS, FACT_GAP_CODE}, 3};

static const struct scope_row issue_row = {
	ROW_ISSUE,
	"issue",
	{FACT_ISSUE_CODE, FACT_ISSUE_KIND, FACT_ISSUE_IN, FACT_ISSUE_OFFSET, FACT_ISSUE_WHY},
	5};

/* Copies the listed attributes of a row to a new element. */
static xmlNode *copy_row(xmlNode *parent, const xmlNode *row, const struct scope_row *how)
{
	xmlNode *node = node_add(parent, how->name);

	for (size_t i = 0; i < how->attr_count; i++) {
		const char *name = fact_attrs[how->attrs[i]].name;

		if (xmlHasProp(row, BAD_CAST name))
			node_set(node, name, node_get(row, name));
	}
	return node;
}

static bool is_row(const xmlNode *node, enum fact_row kind)
{
	return node->type == XML_ELEMENT_NODE &&
	       strcmp((const char *)node->name, fact_rows[kind].name) == 0;
}

/* Copies the rows of one kind below `group` and returns how many there are. */
static size_t copy_rows(xmlNode *parent, const xmlNode *group, const struct scope_row *how)
{
	size_t count = 0;

	for (const xmlNode *row = group ? group->children : NULL; row; row = row->next) {
		if (is_row(row, how->kind) && count++ < SCOPE_ROWS_MAX)
			copy_row(parent, row, how);
	}
	return count;
}

static bool has_signer(const xmlNode *target, const char *sha256)
{
	for (const xmlNode *node = target->children; node; node = node->next) {
		if (strcmp((const char *)node->name, signer_row.name) == 0 &&
		    strcmp(node_get(node, "sha256"), sha256) == 0)
			return true;
	}
	return false;
}

/* A certificate that signs by several schemes stands once. */
static void add_signers(xmlNode *target, const xmlNode *signing)
{
	size_t kept = 0;

	for (const xmlNode *row = signing->children; row && kept < SCOPE_ROWS_MAX;
	     row = row->next) {
		if (!is_row(row, ROW_SIGNER) || has_signer(target, node_get(row, "sha256")))
			continue;
		copy_row(target, row, &signer_row);
		kept++;
	}
}

/* How the bundle itself is signed; packages inside of it speak through findings. */
static void add_signing(xmlNode *target, const xmlNode *facts)
{
	for (const xmlNode *row = facts ? facts->children : NULL; row; row = row->next) {
		if (!is_row(row, ROW_SIGNING) || *node_get(row, "in"))
			continue;
		copy_rows(copy_row(target, row, &signing_row), row, &scheme_row);
		add_signers(target, row);
		return;
	}
}

static void add_target(xmlNode *parent, const xmlNode *facts)
{
	const xmlNode *bundle = node_child(facts, fact_rows[ROW_BUNDLE].name);
	xmlNode *target =
		bundle ? copy_row(parent, bundle, &bundle_row) : node_add(parent, bundle_row.name);

	copy_rows(target, node_child(facts, fact_rows[ROW_GROUP_MODULES].name), &module_row);
	copy_rows(target, facts, &manifest_row);
	add_signing(target, facts);
}

static void add_sources(xmlNode *parent, const xmlNode *group)
{
	xmlNode *sources = node_add(parent, "sources");

	for (const xmlNode *row = group ? group->children : NULL; row; row = row->next) {
		if (!is_row(row, ROW_SOURCE))
			continue;
		xmlNode *source = copy_row(sources, row, &source_row);
		node_set_count(source, "gaps", copy_rows(source, row, &gap_row));
	}
}

static void add_issues(xmlNode *parent, const xmlNode *group)
{
	xmlNode *issues = node_add(parent, "issues");

	node_set_count(issues, "total", copy_rows(issues, group, &issue_row));
}

void scope_add(xmlNode *parent, const struct assessment *assessment)
{
	bool rows[ROW_COUNT] = {false};

	rows[ROW_BUNDLE] = rows[ROW_MODULE] = rows[ROW_MANIFEST] = true;
	rows[ROW_SIGNING] = rows[ROW_SCHEME] = rows[ROW_SIGNER] = true;
	rows[ROW_SOURCE] = rows[ROW_GAP] = rows[ROW_ISSUE] = true;
	xmlDoc *doc = fact_doc_xml(assessment->facts, rows);
	const xmlNode *facts = xmlDocGetRootElement(doc);

	add_target(parent, facts);
	xmlNode *coverage = node_add(parent, "facts");
	node_set(coverage, "digest", assessment->facts_digest);
	add_sources(coverage, node_child(facts, fact_rows[ROW_GROUP_SOURCES].name));
	add_issues(coverage, node_child(facts, fact_rows[ROW_GROUP_ISSUES].name));
	xmlFreeDoc(doc);
}
