/*
 * components.c - activities, aliases, services, receivers and providers, with what the platform
 * makes of them (ParsedActivityUtils.java, ParsedServiceUtils.java, ParsedProviderUtils.java).
 */
#include "formats/codebase.h"
#include "formats/filters.h"

#include <stdlib.h>
#include <string.h>

enum kind { KIND_ACTIVITY, KIND_ALIAS, KIND_SERVICE, KIND_RECEIVER, KIND_PROVIDER, KIND_COUNT };

static const char *const kind_names[] = {"activity", "activity-alias", "service", "receiver",
                                         "provider"};

enum { SDK_EXPORTED_PROVIDERS = 17 }; /* from this target on providers are not exported */

struct component {
	struct manifest *m;
	const struct axml_element *element;
	const struct axml_element *target; /* of an alias: its activity; else the element itself */
	enum kind kind;
	const char *name; /* completed; NULL if it cannot be read */
	struct filter_summary filters;
	bool exported, exported_known;
};

static bool kind_of(const struct axml_element *element, enum kind *out)
{
	for (int kind = 0; element->name && kind < KIND_COUNT; kind++) {
		if (strcmp(element->name, kind_names[kind]) == 0) {
			*out = (enum kind)kind;
			return true;
		}
	}
	return false;
}

static bool is_activity(const struct component *c)
{
	return c->kind == KIND_ACTIVITY || c->kind == KIND_ALIAS;
}

static const char *class_of(struct manifest *m, const struct axml_element *element,
                            enum attribute attribute)
{
	const char *name;

	if (attribute_text(&m->reader, element, attribute, &name) != FOUND_VALUE)
		return NULL;
	return manifest_class(m, name);
}

static int compare_activity(const void *a, const void *b)
{
	return strcmp(((const struct activity *)a)->name, ((const struct activity *)b)->name);
}

/* Lists the activities by name, so that many aliases do not cost the square of their number. */
static RESULT index_activities(struct manifest *m)
{
	const struct axml_element *e;
	size_t count = 0;

	for (e = axml_child(m->application, "activity"); e; e = axml_next(e->next, "activity"))
		count++;
	ALLOC(m->activities, m->arena, count + 1);
	for (e = axml_child(m->application, "activity"); e; e = axml_next(e->next, "activity")) {
		const char *name = class_of(m, e, ATTRIBUTE_NAME);
		if (name)
			m->activities[m->activity_count++] = (struct activity){name, e};
	}
	qsort(m->activities, m->activity_count, sizeof *m->activities, compare_activity);
	return OK;
}

/* The activity that an alias stands for, or NULL. */
static const struct axml_element *find_target(struct manifest *m, const struct axml_element *alias)
{
	struct activity wanted = {.name = class_of(m, alias, ATTRIBUTE_TARGET_ACTIVITY)};
	const struct activity *found;

	if (!wanted.name)
		return NULL;
	found = bsearch(&wanted, m->activities, m->activity_count, sizeof *m->activities,
	                compare_activity);
	return found ? found->element : NULL;
}

/* Filters that make a component exported: activities and receivers need an action in one. */
static bool exported_by_filters(const struct component *c)
{
	if (c->kind == KIND_SERVICE)
		return c->filters.count > 0;
	return c->filters.with_actions > 0;
}

static void put_exported(struct component *c)
{
	struct manifest *m = c->m;
	bool declared;
	enum found found =
		attribute_bool(&m->reader, c->element, ATTRIBUTE_EXPORTED, true, &declared);

	c->exported_known = found != FOUND_UNREAD;
	if (found == FOUND_VALUE) {
		c->exported = declared;
		facts_bool(m->facts, FACT_COMPONENT_EXPORTED_DECLARED, declared);
	} else if (found == FOUND_UNREAD) {
		facts_unread(m->facts, FACT_COMPONENT_EXPORTED_DECLARED);
	} else if (c->kind == KIND_PROVIDER) {
		c->exported = m->target_sdk < SDK_EXPORTED_PROVIDERS;
		c->exported_known = m->sdk_known;
	} else {
		c->exported = exported_by_filters(c);
	}
	if (c->exported_known)
		facts_bool(m->facts, FACT_COMPONENT_EXPORTED, c->exported);
	else
		facts_unread(m->facts, FACT_COMPONENT_EXPORTED);
}

static void put_enabled(struct component *c)
{
	struct manifest *m = c->m;
	bool enabled = true;
	enum found found =
		attribute_bool(&m->reader, c->element, ATTRIBUTE_ENABLED, true, &enabled);

	if (found == FOUND_UNREAD || !m->enabled.known)
		facts_unread(m->facts, FACT_COMPONENT_ENABLED);
	else
		facts_bool(m->facts, FACT_COMPONENT_ENABLED, enabled && m->enabled.value);
}

/* A permission as declared. One that the platform may miss is no protection. */
static enum found read_permission(struct component *c, enum attribute attribute, const char **out)
{
	const struct axml_attr *attr = attribute_find(c->element, attribute);
	enum found found = attribute_text(&c->m->reader, c->element, attribute, out);

	return found == FOUND_VALUE && attr->hidden ? FOUND_NOTHING : found;
}

static enum found put_permission(struct component *c, enum fact_attr fact, enum found found,
                                 const char *permission)
{
	if (found == FOUND_UNREAD)
		facts_unread(c->m->facts, fact);
	else if (found == FOUND_VALUE && *permission)
		facts_text(c->m->facts, fact, permission);
	return found;
}

/* The application's permission stands in where none is set; an alias does not inherit. */
static enum found inherit(struct component *c, enum found found, const char **permission)
{
	struct manifest *m = c->m;

	if (found != FOUND_NOTHING || c->kind == KIND_ALIAS)
		return found;
	if (!m->app_permission_known)
		return FOUND_UNREAD;
	*permission = m->app_permission;
	return m->app_permission ? FOUND_VALUE : FOUND_NOTHING;
}

static enum guard weaker(enum guard a, enum guard b)
{
	return a < b ? a : b;
}

static void put_guard(struct component *c, bool known, enum guard guard)
{
	if (known)
		facts_text(c->m->facts, FACT_COMPONENT_GUARD, guard_name(guard));
	else
		facts_unread(c->m->facts, FACT_COMPONENT_GUARD);
}

/* A provider's permission stands in for those to read and to write. */
static void put_provider_permissions(struct component *c, enum found found, const char *permission)
{
	static const struct {
		enum attribute attribute;
		enum fact_attr fact;
	} sides[] = {{ATTRIBUTE_READ_PERMISSION, FACT_COMPONENT_READ_PERMISSION},
	             {ATTRIBUTE_WRITE_PERMISSION, FACT_COMPONENT_WRITE_PERMISSION}};
	enum guard guard = GUARD_INTERNAL;
	bool known = true;

	for (size_t i = 0; i < 2; i++) {
		const char *own = NULL;
		enum found side = read_permission(c, sides[i].attribute, &own);
		if (side == FOUND_NOTHING) {
			side = found;
			own = permission;
		}
		put_permission(c, sides[i].fact, side, own);
		known = known && side != FOUND_UNREAD;
		guard = weaker(guard,
		               side == FOUND_VALUE ? permissions_guard(c->m, own) : GUARD_NONE);
	}
	put_guard(c, known, guard);
}

static void put_permissions(struct component *c)
{
	const char *permission = NULL;
	enum found found = read_permission(c, ATTRIBUTE_PERMISSION, &permission);

	found = inherit(c, found, &permission);
	put_permission(c, FACT_COMPONENT_PERMISSION, found, permission);
	if (c->kind == KIND_PROVIDER)
		put_provider_permissions(c, found, permission);
	else
		put_guard(c, found != FOUND_UNREAD,
		          found == FOUND_VALUE ? permissions_guard(c->m, permission) : GUARD_NONE);
}

static void put_launch_mode(struct component *c)
{
	static const char *const modes[] = {"standard", "singleTop", "singleTask", "singleInstance",
	                                    "singleInstancePerTask"};
	int64_t mode = 0;
	enum found found = attribute_int(&c->m->reader, c->target, ATTRIBUTE_LAUNCH_MODE, &mode);

	if (found == FOUND_UNREAD || mode < 0 || mode > 4)
		facts_unread(c->m->facts, FACT_COMPONENT_LAUNCH_MODE);
	else
		facts_text(c->m->facts, FACT_COMPONENT_LAUNCH_MODE, modes[mode]);
}

static void put_reparenting(struct component *c)
{
	bool value = c->m->reparenting.value;
	enum found found = attribute_bool(&c->m->reader, c->target,
	                                  ATTRIBUTE_ALLOW_TASK_REPARENTING, true, &value);

	if (found == FOUND_UNREAD || (found == FOUND_NOTHING && !c->m->reparenting.known))
		facts_unread(c->m->facts, FACT_COMPONENT_ALLOW_TASK_REPARENTING);
	else
		facts_bool(c->m->facts, FACT_COMPONENT_ALLOW_TASK_REPARENTING, value);
}

static void put_activity(struct component *c)
{
	struct manifest *m = c->m;
	const char *target;

	put_launch_mode(c);
	put_reparenting(c);
	attribute_put_text(&m->reader, c->target, ATTRIBUTE_TASK_AFFINITY,
	                   FACT_COMPONENT_TASK_AFFINITY);
	attribute_put_bool(&m->reader, c->target, ATTRIBUTE_EXCLUDE_FROM_RECENTS, false,
	                   FACT_COMPONENT_EXCLUDE_FROM_RECENTS);
	if (c->kind != KIND_ALIAS)
		return;
	target = class_of(m, c->element, ATTRIBUTE_TARGET_ACTIVITY);
	if (target)
		facts_text(m->facts, FACT_COMPONENT_TARGET_ACTIVITY, target);
	else
		facts_unread(m->facts, FACT_COMPONENT_TARGET_ACTIVITY);
}

static void put_kind_specific(struct component *c)
{
	struct manifest *m = c->m;

	if (is_activity(c))
		put_activity(c);
	if (c->kind == KIND_SERVICE)
		attribute_put_bool(&m->reader, c->element, ATTRIBUTE_ISOLATED_PROCESS, false,
		                   FACT_COMPONENT_ISOLATED);
	if (c->kind != KIND_PROVIDER)
		return;
	attribute_put_text(&m->reader, c->element, ATTRIBUTE_AUTHORITIES,
	                   FACT_COMPONENT_AUTHORITIES);
	attribute_put_default(&m->reader, c->element, ATTRIBUTE_GRANT_URI_PERMISSIONS, false, true,
	                      FACT_COMPONENT_GRANT_URI_PERMISSIONS);
}

static void put_filters(struct component *c)
{
	struct facts *facts = c->m->facts;

	facts_int(facts, FACT_COMPONENT_FILTERS, c->filters.count);
	facts_bool(facts, FACT_COMPONENT_LAUNCHER, is_activity(c) && c->filters.launcher);
	if (c->filters.unread && !c->filters.system_bound)
		facts_unread(facts, FACT_COMPONENT_SYSTEM_BOUND);
	else
		facts_bool(facts, FACT_COMPONENT_SYSTEM_BOUND,
		           !is_activity(c) && c->filters.system_bound);
	facts_bool(facts, FACT_COMPONENT_PROTECTED_ACTIONS_ONLY,
	           c->kind == KIND_RECEIVER && c->filters.protected_only);
}

/* How a provider's paths are matched; the first attribute that is set counts. */
static void put_match(struct manifest *m, const struct axml_element *e, enum fact_attr match,
                      enum fact_attr path)
{
	static const enum attribute ways[] = {ATTRIBUTE_PATH, ATTRIBUTE_PATH_PREFIX,
	                                      ATTRIBUTE_PATH_PATTERN, ATTRIBUTE_PATH_SUFFIX,
	                                      ATTRIBUTE_PATH_ADVANCED_PATTERN};

	const char *text;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		enum found found = attribute_text(&m->reader, e, ways[i], &text);
		if (found == FOUND_NOTHING)
			continue;
		facts_text(m->facts, match, attribute_name(ways[i]));
		if (found == FOUND_VALUE)
			facts_text(m->facts, path, text);
		else
			facts_unread(m->facts, path);
		return;
	}
	facts_unread(m->facts, match);
	facts_unread(m->facts, path);
}

static void write_paths(struct component *c, uint32_t parent)
{
	struct manifest *m = c->m;
	const struct axml_element *e;

	for (e = c->element->first; e; e = e->next) {
		if (!e->name)
			continue;
		if (strcmp(e->name, "path-permission") == 0) {
			facts_row(m->facts, ROW_PATH_PERMISSION, parent);
			put_match(m, e, FACT_PATH_PERMISSION_MATCH, FACT_PATH_PERMISSION_PATH);
			attribute_put_text(&m->reader, e,
			                   attribute_find(e, ATTRIBUTE_READ_PERMISSION)
			                           ? ATTRIBUTE_READ_PERMISSION
			                           : ATTRIBUTE_PERMISSION,
			                   FACT_PATH_PERMISSION_READ_PERMISSION);
			attribute_put_text(&m->reader, e,
			                   attribute_find(e, ATTRIBUTE_WRITE_PERMISSION)
			                           ? ATTRIBUTE_WRITE_PERMISSION
			                           : ATTRIBUTE_PERMISSION,
			                   FACT_PATH_PERMISSION_WRITE_PERMISSION);
		} else if (strcmp(e->name, "grant-uri-permission") == 0) {
			facts_row(m->facts, ROW_GRANT, parent);
			put_match(m, e, FACT_GRANT_MATCH, FACT_GRANT_PATH);
		}
	}
}

static RESULT write_component(struct manifest *m, const struct axml_element *element,
                              enum kind kind)
{
	struct component c = {.m = m, .element = element, .target = element, .kind = kind};

	c.name = class_of(m, element, ATTRIBUTE_NAME);
	if (kind == KIND_ALIAS)
		c.target = find_target(m, element);
	filters_summarise(m, element, &c.filters);
	uint32_t row = facts_row(m->facts, ROW_COMPONENT, 0);
	facts_text(m->facts, FACT_COMPONENT_MODULE, m->inspection->module);
	facts_text(m->facts, FACT_COMPONENT_KIND, kind_names[kind]);
	if (c.name)
		facts_text(m->facts, FACT_COMPONENT_NAME, c.name);
	/* an alias has a name of its own and no class */
	if (c.name && c.kind != KIND_ALIAS && !m->split)
		codebase_declared(m->inspection, c.name);
	else
		facts_unread(m->facts, FACT_COMPONENT_NAME);
	put_exported(&c);
	put_enabled(&c);
	put_filters(&c);
	put_permissions(&c);
	put_kind_specific(&c);
	attribute_put_text(&m->reader, c.target, ATTRIBUTE_PROCESS, FACT_COMPONENT_PROCESS);
	attribute_put_default(&m->reader, c.target, ATTRIBUTE_DIRECT_BOOT_AWARE, false, true,
	                      FACT_COMPONENT_DIRECT_BOOT_AWARE);
	filters_write(m, element, row);
	if (kind == KIND_PROVIDER)
		write_paths(&c, row);
	if (is_activity(&c) && c.name && (c.exported || !c.exported_known))
		return filters_write_links(m, element, c.name);
	return OK;
}

struct result components_write(struct manifest *m)
{
	const struct axml_element *e;
	enum kind kind;

	if (!m->application)
		return OK;
	TRY(index_activities(m));
	for (e = m->application->first; e; e = e->next) {
		if (kind_of(e, &kind))
			TRY(write_component(m, e, kind));
	}
	return OK;
}
