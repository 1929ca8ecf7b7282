/* netsec.c - reading a network security configuration. */
#include "formats/netsec.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SDK_NOUGAT = 24, SDK_PIE = 28, DIGEST_LEN = 32 };

struct reader {
	struct netsec *netsec;
	struct arena *arena;
	bool debuggable;
};

static const struct netsec_anchor system_only[] = {{.kind = ANCHOR_SYSTEM}};
static const struct netsec_anchor system_and_user[] = {{.kind = ANCHOR_SYSTEM},
                                                       {.kind = ANCHOR_USER}};

void netsec_default(int64_t target_sdk, struct netsec_config *out)
{
	bool user = target_sdk < SDK_NOUGAT;

	*out = (struct netsec_config){
		.scope = NETSEC_BASE,
		.has_cleartext = true,
		.cleartext = target_sdk < SDK_PIE,
		.has_anchors = true,
		.anchors = (struct netsec_anchor *)(user ? system_and_user : system_only),
		.anchor_count = user ? 2 : 1};
}

__attribute__((format(printf, 3, 4))) static void damage(struct reader *r, uint64_t at,
                                                         const char *format, ...)
{
	va_list args;

	if (r->netsec->damaged)
		return;
	r->netsec->damaged = true;
	r->netsec->at = at;
	va_start(args, format);
	vsnprintf(r->netsec->why, sizeof r->netsec->why, format, args);
	va_end(args);
}

/*
 * The platform takes a boolean only if the build tool made it one; anything else is the default
 * (XmlBlock.Parser.getAttributeBooleanValue). The attribute is found by its bare name.
 */
static bool read_bool(struct reader *r, const struct axml_attr *attr, bool fallback)
{
	if (!attr)
		return fallback;
	if (attr->type >= VALUE_INT_FIRST && attr->type <= VALUE_INT_LAST)
		return attr->data != 0;
	if (!r->netsec->untyped++)
		r->netsec->untyped_at = attr->at;
	return fallback;
}

static const struct axml_attr *any_space(const struct axml_element *element, const char *name)
{
	const struct axml_attr *last = NULL;

	for (size_t i = 0; i < element->attr_count; i++) {
		if (element->attrs[i].name && strcmp(element->attrs[i].name, name) == 0)
			last = &element->attrs[i];
	}
	return last;
}

static size_t count_named(const struct axml_element *element, const char *name)
{
	const struct axml_element *e;
	size_t count = 0;

	for (e = axml_child(element, name); e; e = axml_next(e->next, name))
		count++;
	return count;
}

bool netsec_parse_day(const char *text, int64_t *out)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, used = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || text[used])
		return false;
	if (strspn(text, "0123456789-") != strlen(text) || text[0] == '-')
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (year < 1 || month < 1 || month > 12 || day < 1 ||
	    day > lengths[month - 1] + (leap && month == 2))
		return false;
	/* days from civil: the year begins in March, so that the leap day is its last */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	*out = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
	return true;
}

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Bytes that base64 stands for, white space aside; -1 if it is not well formed. */
static long base64_len(const char *text)
{
	long digits = 0, padding = 0;

	for (; *text; text++) {
		if (isspace((unsigned char)*text))
			continue;
		if (*text == '=')
			padding++;
		else if (padding || base64_value(*text) < 0)
			return -1;
		else
			digits++;
	}
	if (digits % 4 == 1 || padding > 2 || (padding && (digits + padding) % 4))
		return -1;
	return digits * 3 / 4;
}

static int compare_pins(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static RESULT count_valid(struct reader *r, struct netsec_config *config)
{
	const char **values;
	size_t count = 0;

	ALLOC(values, r->arena, config->pin_count + 1);
	for (size_t i = 0; i < config->pin_count; i++) {
		if (config->pins[i].valid)
			values[count++] = config->pins[i].value;
	}
	qsort(values, count, sizeof *values, compare_pins);
	for (size_t i = 0; i < count; i++)
		config->valid_pins += !i || strcmp(values[i - 1], values[i]) != 0;
	return OK;
}

/* Text without the white space around it; the arena owns it. */
static RESULT trimmed(struct arena *arena, const char *text, bool lower, const char **out)
{
	size_t len = text ? strlen(text) : 0;
	char *copy;

	while (len && (unsigned char)text[0] <= ' ') {
		text++;
		len--;
	}
	while (len && (unsigned char)text[len - 1] <= ' ')
		len--;
	copy = arena_copy(arena, len ? text : "", len);
	if (!copy)
		return FAILED;
	for (size_t i = 0; lower && i < len; i++)
		copy[i] = (char)(copy[i] >= 'A' && copy[i] <= 'Z' ? copy[i] + 32 : copy[i]);
	*out = copy;
	return OK;
}

static RESULT read_pin(struct reader *r, const struct axml_element *e, struct netsec_pin *pin)
{
	const struct axml_attr *digest = axml_attr_by_name(e, "digest");

	pin->digest = digest && digest->string ? digest->string : "";
	TRY(trimmed(r->arena, e->text, false, &pin->value));
	bool known = strcasecmp(pin->digest, "SHA-256") == 0;
	pin->valid = known && base64_len(pin->value) == DIGEST_LEN;
	if (!pin->valid)
		damage(r, e->at, "pin: %s",
		       known ? "no base64 of 32 bytes" : "digest is not SHA-256");
	return OK;
}

static RESULT read_pins(struct reader *r, const struct axml_element *set,
                        struct netsec_config *config)
{
	const struct axml_attr *expiration = axml_attr_by_name(set, "expiration");
	const struct axml_element *e;

	if (config->has_pins)
		damage(r, set->at, "several pin-set elements in one configuration");
	config->has_pins = true;
	config->pin_count = config->valid_pins = 0;
	if (expiration) {
		config->expiration = expiration->string ? expiration->string : "";
		config->expiration_valid =
			netsec_parse_day(config->expiration, &config->expiration_day);
		if (!config->expiration_valid)
			damage(r, expiration->at, "pin-set: expiration is no day");
	}
	ALLOC(config->pins, r->arena, count_named(set, "pin") + 1);
	for (e = axml_child(set, "pin"); e; e = axml_next(e->next, "pin"))
		TRY(read_pin(r, e, &config->pins[config->pin_count++]));
	return count_valid(r, config);
}

/* False for a source that the platform does not know. */
static bool read_anchor(struct reader *r, const struct axml_element *e, bool overrides,
                        struct netsec_anchor *out)
{
	const struct axml_attr *src = axml_attr_by_name(e, "src");
	struct netsec_anchor anchor = {.src = src};

	anchor.overrides_pins = read_bool(r, axml_attr_by_name(e, "overridePins"), overrides);
	if (src && (src->type == VALUE_REFERENCE || src->type == VALUE_DYNAMIC_REFERENCE))
		anchor.kind = ANCHOR_BUNDLED;
	else if (src && src->string && strcmp(src->string, "system") == 0)
		anchor.kind = ANCHOR_SYSTEM;
	else if (src && src->string && strcmp(src->string, "user") == 0)
		anchor.kind = ANCHOR_USER;
	else if (src && src->string && strcmp(src->string, "wfa") == 0)
		anchor.kind = ANCHOR_SYSTEM; /* the platform's own roots of Wi-Fi Alliance */
	else {
		damage(r, e->at, "certificates: src is not system, user or a resource");
		return false;
	}
	*out = anchor;
	return true;
}

static RESULT read_anchors(struct reader *r, const struct axml_element *anchors,
                           struct netsec_config *config)
{
	const struct axml_element *e;
	bool overrides = config->scope == NETSEC_DEBUG;

	if (config->has_anchors)
		damage(r, anchors->at, "several trust-anchors elements in one configuration");
	config->has_anchors = true;
	config->anchor_count = 0;
	ALLOC(config->anchors, r->arena, count_named(anchors, "certificates") + 1);
	for (e = axml_child(anchors, "certificates"); e; e = axml_next(e->next, "certificates"))
		config->anchor_count +=
			read_anchor(r, e, overrides, &config->anchors[config->anchor_count]);
	return OK;
}

static RESULT read_domain(struct reader *r, const struct axml_element *e, struct netsec_domain *out)
{
	out->subdomains = read_bool(r, axml_attr_by_name(e, "includeSubdomains"), false);
	TRY(trimmed(r->arena, e->text, true, &out->name));
	if (!*out->name || e->first)
		damage(r, e->at, "domain: %s", e->first ? "holds elements" : "the name is missing");
	return OK;
}

static RESULT read_child(struct reader *r, const struct axml_element *e,
                         struct netsec_config *config)
{
	bool domain = config->scope == NETSEC_DOMAIN;

	if (!e->name)
		return OK;
	if (strcmp(e->name, "trust-anchors") == 0)
		return read_anchors(r, e, config);
	if (strcmp(e->name, "pin-set") == 0) {
		if (!domain)
			damage(r, e->at, "pin-set is not allowed outside a domain-config");
		return read_pins(r, e, config);
	}
	if (strcmp(e->name, "domain") == 0) {
		if (!domain)
			damage(r, e->at, "domain is not allowed outside a domain-config");
		return read_domain(r, e, &config->domains[config->domain_count++]);
	}
	if (strcmp(e->name, "domain-config") == 0 && !domain)
		damage(r, e->at, "domain-config is not allowed in this place");
	return OK;
}

static RESULT read_config(struct reader *r, const struct axml_element *element,
                          enum netsec_scope scope, struct netsec_config **out)
{
	const struct axml_attr *cleartext = any_space(element, "cleartextTrafficPermitted");
	const struct axml_element *e;
	struct netsec_config *config;

	ALLOC(config, r->arena, 1);
	config->scope = scope;
	config->element = element;
	config->has_cleartext = cleartext != NULL;
	config->cleartext = read_bool(r, cleartext, true);
	ALLOC(config->domains, r->arena, count_named(element, "domain") + 1);
	for (e = element->first; e; e = e->next)
		TRY(read_child(r, e, config));
	if (scope == NETSEC_DOMAIN && !config->domain_count)
		damage(r, element->at, "domain-config: no domain");
	*out = config;
	return OK;
}

/* The domain-config that follows in the document: inside, beside, or beside an outer one. */
static const struct axml_element *next_config(const struct axml_element *root,
                                              const struct axml_element *current)
{
	const struct axml_element *found = axml_child(current, "domain-config");

	while (!found && current != root) {
		found = axml_next(current->next, "domain-config");
		current = current->parent;
	}
	return found;
}

static RESULT read_domain_configs(struct reader *r, const struct axml_element *root)
{
	struct netsec *netsec = r->netsec;
	struct netsec_config **link = &netsec->domains, *last = NULL, *config;
	const struct axml_element *e;

	for (e = next_config(root, root); e; e = next_config(root, e)) {
		TRY(read_config(r, e, NETSEC_DOMAIN, &config));
		while (last && last->element != e->parent)
			last = last->parent != netsec->base ? last->parent : NULL;
		config->parent = last ? last : netsec->base;
		*link = config;
		link = &config->next;
		last = config;
	}
	return OK;
}

static int compare_domains(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The platform allows every domain once in the whole file. */
static RESULT check_domains(struct reader *r)
{
	const struct netsec_config *c;
	const char **names;
	size_t count = 0, at = 0;

	for (c = r->netsec->domains; c; c = c->next)
		count += c->domain_count;
	ALLOC(names, r->arena, count + 1);
	for (c = r->netsec->domains; c; c = c->next) {
		for (size_t i = 0; i < c->domain_count; i++)
			names[at++] = c->domains[i].name;
	}
	qsort(names, count, sizeof *names, compare_domains);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(names[i - 1], names[i]) == 0)
			damage(r, AT_NONE, "domain %.80s is there twice", names[i]);
	}
	return OK;
}

/* In a debuggable app the anchors of debug-overrides join those of every configuration. */
static RESULT add_debug_anchors(struct reader *r, struct netsec_config *config)
{
	const struct netsec_config *debug = r->netsec->debug;
	struct netsec_anchor *joined;

	if (!debug || !debug->anchor_count || !config->has_anchors)
		return OK;
	ALLOC(joined, r->arena, config->anchor_count + debug->anchor_count);
	if (config->anchor_count)
		memcpy(joined, config->anchors, config->anchor_count * sizeof *joined);
	memcpy(joined + config->anchor_count, debug->anchors, debug->anchor_count * sizeof *joined);
	config->anchors = joined;
	config->anchor_count += debug->anchor_count;
	return OK;
}

static RESULT apply_debug(struct reader *r)
{
	if (!r->debuggable)
		return OK;
	TRY(add_debug_anchors(r, &r->netsec->platform));
	if (r->netsec->base != &r->netsec->platform)
		TRY(add_debug_anchors(r, r->netsec->base));
	for (struct netsec_config *c = r->netsec->domains; c; c = c->next)
		TRY(add_debug_anchors(r, c));
	return OK;
}

static RESULT read_single(struct reader *r, const struct axml_element *root, const char *name,
                          enum netsec_scope scope, struct netsec_config **out)
{
	const struct axml_element *e = axml_child(root, name);

	if (!e)
		return OK;
	if (axml_next(e->next, name))
		damage(r, e->at, "several %s elements", name);
	return read_config(r, e, scope, out);
}

struct result netsec_read(const struct axml_element *root, int64_t target_sdk, bool debuggable,
                          struct arena *arena, struct netsec *out)
{
	struct reader r = {.netsec = out, .arena = arena, .debuggable = debuggable};

	*out = (struct netsec){.base = &out->platform};
	netsec_default(target_sdk, &out->platform);
	if (!root->name || strcmp(root->name, "network-security-config") != 0) {
		damage(&r, root->at, "the root element is not network-security-config");
		return OK;
	}
	TRY(read_single(&r, root, "base-config", NETSEC_BASE, &out->base));
	if (out->base != &out->platform)
		out->base->parent = &out->platform;
	bool damaged = out->damaged;
	TRY(read_single(&r, root, "debug-overrides", NETSEC_DEBUG, &out->debug));
	if (!debuggable)
		out->damaged = damaged; /* the platform skips the element */
	if (out->debug)
		out->debug->parent = out->base;
	TRY(read_domain_configs(&r, root));
	TRY(check_domains(&r));
	return apply_debug(&r);
}

const struct netsec_config *netsec_anchors_of(const struct netsec_config *config)
{
	while (!config->has_anchors && config->parent)
		config = config->parent;
	return config;
}

const struct netsec_config *netsec_pins_of(const struct netsec_config *config)
{
	while (!config->has_pins && config->parent)
		config = config->parent;
	return config;
}

bool netsec_cleartext(const struct netsec_config *config)
{
	while (!config->has_cleartext && config->parent)
		config = config->parent;
	return config->has_cleartext ? config->cleartext : true;
}
