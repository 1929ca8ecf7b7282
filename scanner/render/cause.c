/*
 * cause.c - why an item is unknown.
 *
 * A source is short because of the release if it is unsupported and no gap of it carries a code but
 * those that mean "recognised and not read by this release". Whatever else is short, is so because
 * of the bundle; so is an item that has both reasons, for the bundle's is the one that can be acted
 * on.
 */
#include "render/cause.h"

#include <stdio.h>
#include <string.h>

#include "render/node.h"

/* Requirements may stand on requirements; packs are loaded without cycles, and this is the stop. */
enum { USES_DEPTH_MAX = 8 };

static bool is_release_code(const char *code)
{
	return strncmp(code, "UNSUPPORTED_", 12) == 0;
}

static bool is_release_source(const xmlNode *source)
{
	if (strcmp(node_get(source, "status"), source_status_name(STATUS_UNSUPPORTED)) != 0)
		return false;
	for (const xmlNode *gap = node_child(source, "gap"); gap; gap = gap->next) {
		if (gap->type != XML_ELEMENT_NODE)
			continue;
		if (!is_release_code(node_get(gap, "code")))
			return false;
	}
	return true;
}

static void add_source(struct causes *out, enum source source, const xmlNode *row)
{
	const xmlNode *gap = node_child(row, "gap");

	if (is_release_source(row))
		out->release |= UINT32_C(1) << source;
	else
		out->bundle |= UINT32_C(1) << source;
	if (gap)
		snprintf(out->codes[source], sizeof out->codes[source], "%s",
		         node_get(gap, "code"));
}

void causes_of(const struct assessment *assessment, struct causes *out)
{
	bool rows[ROW_COUNT] = {false};

	*out = (struct causes){0};
	rows[ROW_SOURCE] = rows[ROW_GAP] = true;
	xmlDoc *doc = fact_doc_xml(assessment->facts, rows);
	const xmlNode *group =
		node_child(xmlDocGetRootElement(doc), fact_rows[ROW_GROUP_SOURCES].name);
	for (const xmlNode *row = group ? group->children : NULL; row; row = row->next) {
		for (size_t s = 0; row->type == XML_ELEMENT_NODE && s < SOURCE_COUNT; s++) {
			enum source_status status =
				fact_doc_source(assessment->facts, (enum source)s);

			if (status != STATUS_COMPLETE && status != STATUS_ABSENT &&
			    strcmp(node_get(row, "name"), source_names[s]) == 0)
				add_source(out, (enum source)s, row);
		}
	}
	xmlFreeDoc(doc);
}

enum cause cause_of_control(const struct causes *causes, const struct control_result *control)
{
	if (control->verdict != VERDICT_UNKNOWN)
		return CAUSE_NONE;
	if (control->sources & causes->bundle || !(control->sources & causes->release))
		return CAUSE_BUNDLE;
	return CAUSE_RELEASE;
}

static const struct control_result *find_control(const struct assessment *assessment,
                                                 const char *id)
{
	for (size_t i = 0; i < assessment->control_count; i++) {
		if (strcmp(assessment->controls[i].id, id) == 0)
			return &assessment->controls[i];
	}
	return NULL;
}

static const struct requirement_result *find_requirement(const struct assessment *assessment,
                                                         const char *id)
{
	for (size_t p = 0; p < assessment->pack_count; p++) {
		const struct pack_result *pack = &assessment->packs[p];

		for (size_t i = 0; i < pack->requirement_count; i++) {
			if (strcmp(pack->requirements[i].id, id) == 0)
				return &pack->requirements[i];
		}
	}
	return NULL;
}

static enum cause cause_within(const struct causes *causes, const struct assessment *assessment,
                               const struct requirement_result *requirement, unsigned depth)
{
	enum cause found = CAUSE_NONE;

	if (requirement->verdict != VERDICT_UNKNOWN)
		return CAUSE_NONE;
	if (!requirement->covered)
		return CAUSE_RELEASE;
	for (size_t i = 0; i < requirement->control_count; i++) {
		const struct control_result *control =
			find_control(assessment, requirement->controls[i]);
		const struct requirement_result *used =
			control || !depth ? NULL
					  : find_requirement(assessment, requirement->controls[i]);
		enum cause cause = control ? cause_of_control(causes, control)
		                   : used  ? cause_within(causes, assessment, used, depth - 1)
		                           : CAUSE_NONE;

		if (cause == CAUSE_BUNDLE)
			return CAUSE_BUNDLE;
		found = cause == CAUSE_RELEASE ? CAUSE_RELEASE : found;
	}
	return found == CAUSE_NONE ? CAUSE_BUNDLE : found;
}

enum cause cause_of_requirement(const struct causes *causes, const struct assessment *assessment,
                                const struct requirement_result *requirement)
{
	return cause_within(causes, assessment, requirement, USES_DEPTH_MAX);
}

size_t cause_count(const struct causes *causes, const struct assessment *assessment,
                   enum cause cause)
{
	size_t count = 0;

	for (size_t p = 0; p < assessment->pack_count; p++) {
		const struct pack_result *pack = &assessment->packs[p];

		for (size_t i = 0; i < pack->requirement_count; i++)
			count += cause_of_requirement(causes, assessment, &pack->requirements[i]) ==
			         cause;
	}
	return count;
}

const char *cause_name(enum cause cause)
{
	static const char *const names[] = {
		[CAUSE_NONE] = NULL, [CAUSE_BUNDLE] = "bundle", [CAUSE_RELEASE] = "release"};

	return names[cause];
}
