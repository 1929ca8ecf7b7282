/*
 * permissions.c - permissions that a manifest requests and defines, and how strong they are.
 *
 * A protection level is a base in the low four bits and flags above (PermissionInfo.java,
 * attrs_manifest.xml).
 */
#include "formats/manifest.h"

#include <stdlib.h>
#include <string.h>

enum { BASE_MASK = 0xf, OWN_MAX = 5000 };

static const char *const base_names[] = {"normal", "dangerous", "signature", "signatureOrSystem",
                                         "internal"};

static const struct {
	uint32_t bit;
	const char *name;
} flag_names[] = {
	{0x10, "privileged"},
	{0x20, "development"},
	{0x40, "appop"},
	{0x80, "pre23"},
	{0x100, "installer"},
	{0x200, "verifier"},
	{0x400, "preinstalled"},
	{0x800, "setup"},
	{0x1000, "instant"},
	{0x2000, "runtime"},
	{0x4000, "oem"},
	{0x8000, "vendorPrivileged"},
	{0x10000, "textClassifier"},
	{0x20000, "wellbeing"},
	{0x40000, "documenter"},
	{0x80000, "configurator"},
	{0x100000, "incidentReportApprover"},
	{0x200000, "appPredictor"},
	{0x400000, "module"},
	{0x800000, "companion"},
	{0x1000000, "retailDemo"},
	{0x2000000, "recents"},
	{0x4000000, "role"},
	{0x8000000, "knownSigner"},
};

static const struct known {
	const char *name;
	enum guard guard;
} known_permissions[] = {
#define PERMISSION(level, name) {name, GUARD_##level},
#include "formats/permissions.def"
#undef PERMISSION
};

void permissions_level_text(uint32_t level, struct text *base, struct text *flags)
{
	uint32_t rest = level & ~(uint32_t)BASE_MASK, number = level & BASE_MASK;

	if (number < sizeof base_names / sizeof *base_names)
		text_puts(base, base_names[number]);
	else
		text_printf(base, "%u", number);
	for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++) {
		if (!(rest & flag_names[i].bit))
			continue;
		text_printf(flags, "%s%s", flags->len ? "|" : "", flag_names[i].name);
		rest &= ~flag_names[i].bit;
	}
	if (rest)
		text_printf(flags, "%s0x%x", flags->len ? "|" : "", rest);
}

const char *guard_name(enum guard guard)
{
	static const char *const names[] = {"none",      "normal",    "unknown",
	                                    "dangerous", "signature", "internal"};

	return names[guard];
}

static enum guard level_guard(uint32_t level)
{
	static const enum guard guards[] = {GUARD_NORMAL, GUARD_DANGEROUS, GUARD_SIGNATURE,
	                                    GUARD_SIGNATURE, GUARD_INTERNAL};
	uint32_t base = level & BASE_MASK;

	return base < sizeof guards / sizeof *guards ? guards[base] : GUARD_UNKNOWN;
}

static enum guard own_guard(const struct own_permission *own)
{
	return own->known ? level_guard(own->level) : GUARD_UNKNOWN;
}

static int compare_name(const void *key, const void *item)
{
	return strcmp(key, ((const struct known *)item)->name);
}

/* The level of a permission that the platform defines, or GUARD_UNKNOWN. */
static enum guard platform_guard(const char *name)
{
	const struct known *known = bsearch(name, known_permissions,
	                                    sizeof known_permissions / sizeof *known_permissions,
	                                    sizeof *known_permissions, compare_name);

	if (known)
		return known->guard;
	if (strncmp(name, "android.permission.health.", 26) == 0)
		return GUARD_DANGEROUS;
	return GUARD_UNKNOWN;
}

static int compare_own(const void *key, const void *item)
{
	return strcmp(key, ((const struct own_permission *)item)->name);
}

static const struct own_permission *find_own(const struct manifest *m, const char *name)
{
	return bsearch(name, m->own, m->own_count, sizeof *m->own, compare_own);
}

enum guard permissions_guard(const struct manifest *m, const char *permission)
{
	const struct own_permission *own;
	enum guard guard;

	if (!permission || !*permission)
		return GUARD_NONE;
	/* the platform's own definition stands: an app cannot define its permission again */
	guard = platform_guard(permission);
	if (guard != GUARD_UNKNOWN)
		return guard;
	own = find_own(m, permission);
	return own ? own_guard(own) : GUARD_UNKNOWN;
}

static void put_level(struct manifest *m, const struct own_permission *own)
{
	struct text base = {0}, flags = {0}, both = {0};

	if (!own->known) {
		facts_unread(m->facts, FACT_DECLARED_PERMISSION_PROTECTION);
		facts_unread(m->facts, FACT_DECLARED_PERMISSION_BASE);
		facts_unread(m->facts, FACT_DECLARED_PERMISSION_FLAGS);
		facts_unread(m->facts, FACT_DECLARED_PERMISSION_VALUE);
		return;
	}
	permissions_level_text(own->level, &base, &flags);
	text_printf(&both, "%s%s%s", base.data, flags.len ? "|" : "", flags.len ? flags.data : "");
	facts_text(m->facts, FACT_DECLARED_PERMISSION_PROTECTION, both.data);
	facts_text(m->facts, FACT_DECLARED_PERMISSION_BASE, base.data);
	facts_text(m->facts, FACT_DECLARED_PERMISSION_FLAGS, flags.len ? flags.data : "");
	facts_int(m->facts, FACT_DECLARED_PERMISSION_VALUE, own->level);
	text_free(&base);
	text_free(&flags);
	text_free(&both);
}

static void write_own(struct manifest *m, const struct axml_element *element)
{
	struct own_permission own = {.known = true};
	int64_t level = 0;

	facts_row(m->facts, ROW_DECLARED_PERMISSION, 0);
	facts_text(m->facts, FACT_DECLARED_PERMISSION_MODULE, m->inspection->module);
	if (attribute_text(&m->reader, element, ATTRIBUTE_NAME, &own.name) == FOUND_VALUE)
		facts_text(m->facts, FACT_DECLARED_PERMISSION_NAME, own.name);
	else
		facts_unread(m->facts, FACT_DECLARED_PERMISSION_NAME);
	own.known = attribute_int(&m->reader, element, ATTRIBUTE_PROTECTION_LEVEL, &level) !=
	            FOUND_UNREAD;
	own.level = (uint32_t)level;
	put_level(m, &own);
	attribute_put_text(&m->reader, element, ATTRIBUTE_PERMISSION_GROUP,
	                   FACT_DECLARED_PERMISSION_GROUP);
	if (own.name && m->own_count < OWN_MAX)
		m->own[m->own_count++] = own;
}

static void put_requested_level(struct manifest *m, const char *name)
{
	enum guard guard = platform_guard(name);

	if (guard == GUARD_UNKNOWN && find_own(m, name))
		facts_text(m->facts, FACT_PERMISSION_LEVEL, "own");
	else
		facts_text(m->facts, FACT_PERMISSION_LEVEL, guard_name(guard));
}

/*
 * Permissions that the platform adds unasked: for targets older than the permission, and where one
 * was split from another (SplitPermissions in platform.xml; aapt's badging lists the same).
 */
static const struct implied {
	const char *name;
	const char *by;       /* the permission that brings it; NULL: none is needed */
	int64_t target_below; /* 0: for any target */
} implied_permissions[] = {
	{"android.permission.WRITE_EXTERNAL_STORAGE", NULL, 4},
	{"android.permission.READ_PHONE_STATE", NULL, 4},
	{"android.permission.READ_EXTERNAL_STORAGE", "android.permission.WRITE_EXTERNAL_STORAGE",
         0},
	{"android.permission.READ_CALL_LOG", "android.permission.READ_CONTACTS", 16},
	{"android.permission.WRITE_CALL_LOG", "android.permission.WRITE_CONTACTS", 16},
};

enum { IMPLIED_COUNT = sizeof implied_permissions / sizeof *implied_permissions };

/* Which of the permissions in that table, and of those that bring them, are there. */
struct present {
	bool own[IMPLIED_COUNT], by[IMPLIED_COUNT];
};

static void note_present(struct present *present, const char *name)
{
	for (size_t i = 0; i < IMPLIED_COUNT; i++) {
		const struct implied *implied = &implied_permissions[i];
		if (strcmp(implied->name, name) == 0)
			present->own[i] = true;
		if (implied->by && strcmp(implied->by, name) == 0)
			present->by[i] = true;
	}
}

/* uses-permission-sdk-23 takes effect from that version on; minSdkVersion may raise it. */
static void write_requested(struct manifest *m, const struct axml_element *element, bool sdk23,
                            struct present *present)
{
	const char *name = NULL;
	int64_t min = 0;
	enum found found = attribute_text(&m->reader, element, ATTRIBUTE_NAME, &name);

	if (found == FOUND_NOTHING)
		return;
	facts_row(m->facts, ROW_PERMISSION, 0);
	facts_text(m->facts, FACT_PERMISSION_MODULE, m->inspection->module);
	if (found == FOUND_VALUE) {
		facts_text(m->facts, FACT_PERMISSION_NAME, name);
		put_requested_level(m, name);
		note_present(present, name);
	} else {
		facts_unread(m->facts, FACT_PERMISSION_NAME);
		facts_unread(m->facts, FACT_PERMISSION_LEVEL);
	}
	found = attribute_int(&m->reader, element, ATTRIBUTE_MIN_SDK_VERSION, &min);
	if (sdk23 && min < 23)
		min = 23;
	if (found == FOUND_UNREAD)
		facts_unread(m->facts, FACT_PERMISSION_MIN_SDK);
	else if (min)
		facts_int(m->facts, FACT_PERMISSION_MIN_SDK, min);
	attribute_put_int(&m->reader, element, ATTRIBUTE_MAX_SDK_VERSION, FACT_PERMISSION_MAX_SDK);
}

static void write_implied(struct manifest *m, struct present *present)
{
	for (size_t i = 0; i < IMPLIED_COUNT && m->sdk_known && !m->split; i++) {
		const struct implied *implied = &implied_permissions[i];
		bool young = implied->target_below && m->target_sdk >= implied->target_below;
		if (present->own[i] || young || (implied->by && !present->by[i]))
			continue;
		note_present(present, implied->name);
		facts_row(m->facts, ROW_PERMISSION, 0);
		facts_text(m->facts, FACT_PERMISSION_MODULE, m->inspection->module);
		facts_text(m->facts, FACT_PERMISSION_NAME, implied->name);
		put_requested_level(m, implied->name);
		facts_bool(m->facts, FACT_PERMISSION_IMPLIED, true);
	}
}

static size_t count_own(const struct manifest *m)
{
	const struct axml_element *e;
	size_t count = 0;

	for (e = axml_child(m->root, "permission"); e; e = axml_next(e->next, "permission"))
		count++;
	return count < OWN_MAX ? count : OWN_MAX;
}

static int compare_pair(const void *a, const void *b)
{
	const struct own_permission *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (int)own_guard(x) - (int)own_guard(y);
}

/* Sorts the definitions by name; of several of one name the weakest counts. */
static void sort_own(struct manifest *m)
{
	size_t kept = 0;

	qsort(m->own, m->own_count, sizeof *m->own, compare_pair);
	for (size_t i = 0; i < m->own_count; i++) {
		if (!kept || strcmp(m->own[kept - 1].name, m->own[i].name) != 0)
			m->own[kept++] = m->own[i];
	}
	m->own_count = kept;
}

struct result permissions_write(struct manifest *m)
{
	struct present present = {0};
	const struct axml_element *e;

	ALLOC(m->own, m->arena, count_own(m) + 1);
	for (e = axml_child(m->root, "permission"); e; e = axml_next(e->next, "permission"))
		write_own(m, e);
	sort_own(m);
	for (e = m->root->first; e; e = e->next) {
		if (!e->name)
			continue;
		bool plain = strcmp(e->name, "uses-permission") == 0;
		bool sdk23 = strcmp(e->name, "uses-permission-sdk-23") == 0 ||
		             strcmp(e->name, "uses-permission-sdk-m") == 0;
		if (plain || sdk23)
			write_requested(m, e, sdk23, &present);
	}
	write_implied(m, &present);
	return OK;
}
