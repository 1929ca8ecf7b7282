/* filters.c - intent filters (IntentFilter.java, ParsedIntentInfoUtils.java). */
#include "formats/filters.h"

#include <stdlib.h>
#include <string.h>

static const char *const protected_actions[] = {
#define PROTECTED(action) action,
#include "formats/actions.def"
};

static const char *const bound_actions[] = {
#define BOUND(action) action,
#include "formats/actions.def"
};

static bool listed(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], name) == 0)
			return true;
	}
	return false;
}

/* A filter's child elements of a kind, with their names. */
struct walk {
	struct manifest *manifest;
	const struct axml_element *next;
	const char *tag;
};

/* The next name; false at the end. NULL for a name that cannot be read. */
static bool next_name(struct walk *walk, const char **name)
{
	const struct axml_element *e = axml_next(walk->next, walk->tag);
	struct attribute_reader *reader = &walk->manifest->reader;

	if (!e)
		return false;
	walk->next = e->next;
	*name = NULL;
	if (attribute_text(reader, e, ATTRIBUTE_NAME, name) != FOUND_VALUE)
		*name = NULL;
	return true;
}

static bool has_name(struct manifest *m, const struct axml_element *filter, const char *tag,
                     const char *wanted)
{
	struct walk walk = {m, filter->first, tag};
	const char *name;

	while (next_name(&walk, &name)) {
		if (name && strcmp(name, wanted) == 0)
			return true;
	}
	return false;
}

static bool is_launcher(struct manifest *m, const struct axml_element *filter)
{
	return has_name(m, filter, "action", "android.intent.action.MAIN") &&
	       (has_name(m, filter, "category", "android.intent.category.LAUNCHER") ||
	        has_name(m, filter, "category", "android.intent.category.LEANBACK_LAUNCHER") ||
	        has_name(m, filter, "category", "android.intent.category.HOME"));
}

static void summarise_actions(struct manifest *m, const struct axml_element *filter,
                              struct filter_summary *out)
{
	struct walk walk = {m, filter->first, "action"};
	const char *name;
	bool any = false;

	while (next_name(&walk, &name)) {
		any = true;
		if (!name) {
			out->unread = true;
			out->protected_only = false;
			continue;
		}
		if (!listed(protected_actions, sizeof protected_actions / sizeof *protected_actions,
		            name))
			out->protected_only = false;
		if (listed(bound_actions, sizeof bound_actions / sizeof *bound_actions, name))
			out->system_bound = true;
	}
	out->with_actions += any;
}

void filters_summarise(struct manifest *m, const struct axml_element *component,
                       struct filter_summary *out)
{
	const struct axml_element *f;

	*out = (struct filter_summary){.protected_only = true};
	for (f = axml_child(component, "intent-filter"); f;
	     f = axml_next(f->next, "intent-filter")) {
		out->count++;
		summarise_actions(m, f, out);
		out->launcher = out->launcher || is_launcher(m, f);
	}
	out->protected_only = out->protected_only && out->with_actions;
}

static void write_names(struct manifest *m, const struct axml_element *filter, const char *tag,
                        enum fact_row row, enum fact_attr fact, uint32_t parent)
{
	struct walk walk = {m, filter->first, tag};
	const char *name;

	while (next_name(&walk, &name)) {
		facts_row(m->facts, row, parent);
		if (name)
			facts_text(m->facts, fact, name);
		else
			facts_unread(m->facts, fact);
	}
}

static void write_data(struct manifest *m, const struct axml_element *data, uint32_t parent)
{
	static const struct {
		enum attribute attribute;
		enum fact_attr fact;
	} fields[] = {
		{ATTRIBUTE_SCHEME, FACT_DATA_SCHEME},
		{ATTRIBUTE_HOST, FACT_DATA_HOST},
		{ATTRIBUTE_PORT, FACT_DATA_PORT},
		{ATTRIBUTE_PATH, FACT_DATA_PATH},
		{ATTRIBUTE_PATH_PREFIX, FACT_DATA_PATH_PREFIX},
		{ATTRIBUTE_PATH_SUFFIX, FACT_DATA_PATH_SUFFIX},
		{ATTRIBUTE_MIME_TYPE, FACT_DATA_MIME_TYPE},
	};

	facts_row(m->facts, ROW_DATA, parent);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		attribute_put_text(&m->reader, data, fields[i].attribute, fields[i].fact);
	attribute_put_text(&m->reader, data,
	                   attribute_find(data, ATTRIBUTE_PATH_PATTERN)
	                           ? ATTRIBUTE_PATH_PATTERN
	                           : ATTRIBUTE_PATH_ADVANCED_PATTERN,
	                   FACT_DATA_PATH_PATTERN);
}

static void write_filter(struct manifest *m, const struct axml_element *filter, uint32_t parent)
{
	uint32_t row = facts_row(m->facts, ROW_INTENT_FILTER, parent);
	struct walk actions = {m, filter->first, "action"};
	const struct axml_element *e;
	const char *name;
	int64_t count = 0, priority = 0;

	while (next_name(&actions, &name))
		count++;
	if (attribute_int(&m->reader, filter, ATTRIBUTE_PRIORITY, &priority) == FOUND_UNREAD)
		facts_unread(m->facts, FACT_INTENT_FILTER_PRIORITY);
	else
		facts_int(m->facts, FACT_INTENT_FILTER_PRIORITY, priority);
	attribute_put_default(&m->reader, filter, ATTRIBUTE_AUTO_VERIFY, false, false,
	                      FACT_INTENT_FILTER_AUTO_VERIFY);
	facts_bool(m->facts, FACT_INTENT_FILTER_BROWSABLE,
	           has_name(m, filter, "category", "android.intent.category.BROWSABLE"));
	facts_int(m->facts, FACT_INTENT_FILTER_ACTIONS, count);
	write_names(m, filter, "action", ROW_ACTION, FACT_ACTION_NAME, row);
	write_names(m, filter, "category", ROW_CATEGORY, FACT_CATEGORY_NAME, row);
	for (e = axml_child(filter, "data"); e; e = axml_next(e->next, "data"))
		write_data(m, e, row);
}

void filters_write(struct manifest *m, const struct axml_element *component, uint32_t parent)
{
	const struct axml_element *f;

	for (f = axml_child(component, "intent-filter"); f; f = axml_next(f->next, "intent-filter"))
		write_filter(m, f, parent);
}

/* The links of one filter. */
struct links {
	struct manifest *m;
	const char *component;
	const char **hosts;
	size_t host_count;
	bool auto_verify, verify_known;
};

/* False once the document takes no more. */
static bool write_link(const struct links *links, const char *scheme, const char *host)
{
	struct facts *facts = links->m->facts;
	bool taken = facts_row(facts, ROW_DEEP_LINK, 0) != UINT32_MAX;

	facts_text(facts, FACT_DEEP_LINK_MODULE, links->m->inspection->module);
	facts_text(facts, FACT_DEEP_LINK_COMPONENT, links->component);
	facts_text(facts, FACT_DEEP_LINK_SCHEME, scheme);
	facts_text(facts, FACT_DEEP_LINK_HOST, host);
	facts_bool(facts, FACT_DEEP_LINK_WEB,
	           strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	if (links->verify_known)
		facts_bool(facts, FACT_DEEP_LINK_AUTO_VERIFY, links->auto_verify);
	else
		facts_unread(facts, FACT_DEEP_LINK_AUTO_VERIFY);
	return taken;
}

/* Filters with more data elements than this are not multiplied out. */
enum { LINK_DATA_MAX = 1000 };

static size_t count_data(const struct axml_element *filter)
{
	const struct axml_element *e;
	size_t count = 0;

	for (e = axml_child(filter, "data"); e; e = axml_next(e->next, "data"))
		count++;
	return count;
}

/* The different values that a filter's data elements give an attribute. */
static RESULT distinct(struct manifest *m, const struct axml_element *filter,
                       enum attribute attribute, const char ***out, size_t *count)
{
	const struct axml_element *e;
	const char *value;

	ALLOC(*out, m->arena, count_data(filter) + 1);
	*count = 0;
	for (e = axml_child(filter, "data"); e; e = axml_next(e->next, "data")) {
		if (attribute_text(&m->reader, e, attribute, &value) == FOUND_VALUE &&
		    !listed(*out, *count, value))
			(*out)[(*count)++] = value;
	}
	return OK;
}

/* The data elements of a filter count together: every scheme with every host. */
static RESULT write_filter_links(struct links *links, const struct axml_element *filter)
{
	const char **schemes;
	size_t count;
	bool more = true;

	TRY(distinct(links->m, filter, ATTRIBUTE_SCHEME, &schemes, &count));
	TRY(distinct(links->m, filter, ATTRIBUTE_HOST, &links->hosts, &links->host_count));
	for (size_t i = 0; i < count && more; i++) {
		if (!links->host_count)
			more = write_link(links, schemes[i], NULL);
		for (size_t k = 0; k < links->host_count && more; k++)
			more = write_link(links, schemes[i], links->hosts[k]);
	}
	return OK;
}

static bool is_link(struct manifest *m, const struct axml_element *filter)
{
	return has_name(m, filter, "action", "android.intent.action.VIEW") &&
	       has_name(m, filter, "category", "android.intent.category.BROWSABLE");
}

struct result filters_write_links(struct manifest *m, const struct axml_element *component,
                                  const char *name)
{
	const struct axml_element *f;

	for (f = axml_child(component, "intent-filter"); f;
	     f = axml_next(f->next, "intent-filter")) {
		struct links links = {.m = m, .component = name};
		if (!is_link(m, f))
			continue;
		if (count_data(f) > LINK_DATA_MAX) {
			facts_issue(m->facts, DIAG_FACTS_COUNT, f->at,
			            "intent filter: more than %d data elements", LINK_DATA_MAX);
			facts_gap(m->facts, SOURCE_MANIFEST, STATUS_LIMIT, DIAG_FACTS_COUNT);
			continue;
		}
		links.verify_known = attribute_bool(&m->reader, f, ATTRIBUTE_AUTO_VERIFY, false,
		                                    &links.auto_verify) != FOUND_UNREAD;
		TRY(write_filter_links(&links, f));
	}
	return OK;
}
