/*
 * manifest.c - AndroidManifest.xml as the platform's package parser reads it: the manifest and
 * module rows, and the order in which the other parts follow.
 */
#include "formats/manifest.h"

#include "formats/codebase.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SDK_CURRENT = 10000 }; /* an unreleased version (Build.VERSION_CODES.CUR_DEVELOPMENT) */

static const uint32_t manifest_sources =
	BIT(MANIFEST) | BIT(NETWORK) | BIT(PROVIDER_PATHS) | BIT(BACKUP);

const char *manifest_class(const struct manifest *m, const char *name)
{
	struct text full = {0};

	if (!name || !*name || (*name != '.' && strchr(name, '.')))
		return name;
	text_printf(&full, "%s%s%s", m->package, *name == '.' ? "" : ".", name);
	const char *copy = arena_copy(m->arena, full.data, full.len);
	text_free(&full);
	return copy ? copy : name;
}

void manifest_gap(struct manifest *m, const char *in, enum source source, enum diag code,
                  const char *format, ...)
{
	const char *before = m->facts->in;
	char why[400];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	enum source_status status = source_status_of(diag_kind(code));
	m->facts->in = in;
	facts_issue(m->facts, code, AT_NONE, "%s", why);
	facts_gap(m->facts, source, status == STATUS_COMPLETE ? STATUS_PARTIAL : status, code);
	m->facts->in = before;
}

static const char *split_name(const struct manifest *m)
{
	const struct axml_attr *attr = axml_attr_by_name(m->root, "split");

	return attr && attr->string && *attr->string ? attr->string : NULL;
}

/* The clean path of a name in the manifest's container. */
static const char *path_of(struct manifest *m, const char *name)
{
	const struct container *container = m->inspection->entry->container;
	struct text path = {0};

	if (container && *container->path)
		text_printf(&path, "%s!/", container->path);
	text_clean(&path, name, strlen(name));
	const char *copy = arena_copy(m->arena, path.data ? path.data : "", path.len);
	text_free(&path);
	return copy ? copy : "";
}

static RESULT parse_file(struct manifest *m, const struct entry *entry, struct resource_file *out)
{
	struct cursor body;

	TRY(entry_read(entry, m->facts, &out->bytes));
	body = cursor_over(out->bytes.data, out->bytes.size, DIAG_AXML_TRUNCATED);
	if (body.size && !axml_begins(body) && body.data[0] != 0)
		FAIL(AXML_PARSE, 0, "not binary XML: Android cannot read it as text here");
	return axml_parse(body, m->arena, &out->xml);
}

bool manifest_open_file(struct manifest *m, const char *name, enum source source,
                        struct resource_file *out)
{
	const struct container *container = m->inspection->entry->container;
	const struct entry *entry = container ? container_find(container, name) : NULL;
	const char *before = m->facts->in;
	struct result parsed = FAILED;

	*out = (struct resource_file){.path = entry ? entry->path : path_of(m, name)};
	if (!entry) {
		manifest_gap(m, out->path, source, DIAG_RESOURCE_MISSING,
		             "the file that a resource names is not in the package");
		return false;
	}
	m->facts->in = out->path;
	parsed = parse_file(m, entry, out);
	if (!parsed.ok)
		facts_fault(m->facts, 1U << source);
	axml_report(&out->xml, m->facts);
	m->facts->in = before;
	return parsed.ok;
}

void manifest_close_file(struct resource_file *file)
{
	bytes_free(&file->bytes);
}

/* Release code names that stand where a version number is expected. */
static bool codename_sdk(const char *name, int64_t *out)
{
	static const struct {
		const char *name;
		int sdk;
	} known[] = {{"Q", 29},
	             {"R", 30},
	             {"S", 31},
	             {"Sv2", 32},
	             {"T", 33},
	             {"Tiramisu", 33},
	             {"U", 34},
	             {"UpsideDownCake", 34},
	             {"VanillaIceCream", 35},
	             {"Baklava", 36}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].name, name) == 0) {
			*out = known[i].sdk;
			return true;
		}
	}
	return false;
}

/* A version of the platform; a code name that is not known counts as unreleased. */
static enum found read_sdk(struct manifest *m, const struct axml_element *uses_sdk,
                           enum attribute attribute, int64_t *out)
{
	const char *text = NULL;
	enum found found;

	if (!uses_sdk || !attribute_find(uses_sdk, attribute))
		return FOUND_NOTHING;
	found = attribute_text(&m->reader, uses_sdk, attribute, &text);
	if (found != FOUND_VALUE)
		return found;
	if (!attribute_parse_int(text, out) && !codename_sdk(text, out))
		*out = SDK_CURRENT;
	return FOUND_VALUE;
}

static const struct axml_element *last_child(const struct axml_element *parent, const char *name)
{
	const struct axml_element *last = NULL, *e;

	for (e = axml_child(parent, name); e; e = axml_next(e->next, name))
		last = e;
	return last;
}

static void put_found_int(struct manifest *m, enum fact_attr fact, enum found found, int64_t value)
{
	if (found == FOUND_VALUE)
		facts_int(m->facts, fact, value);
	else if (found == FOUND_UNREAD)
		facts_unread(m->facts, fact);
}

static void write_sdk(struct manifest *m)
{
	const struct axml_element *uses_sdk = last_child(m->root, "uses-sdk");
	enum found min_found, target_found;
	int64_t max = 0;

	m->min_sdk = 1;
	min_found = read_sdk(m, uses_sdk, ATTRIBUTE_MIN_SDK_VERSION, &m->min_sdk);
	m->target_sdk = m->min_sdk;
	target_found = read_sdk(m, uses_sdk, ATTRIBUTE_TARGET_SDK_VERSION, &m->target_sdk);
	m->sdk_known = min_found != FOUND_UNREAD && target_found != FOUND_UNREAD;
	if (m->split && !uses_sdk)
		m->sdk_known = false; /* the base module says */
	put_found_int(m, FACT_MANIFEST_MIN_SDK, min_found, m->min_sdk);
	put_found_int(m, FACT_MANIFEST_TARGET_SDK, target_found, m->target_sdk);
	put_found_int(m, FACT_MANIFEST_EFFECTIVE_MIN_SDK, m->sdk_known ? FOUND_VALUE : FOUND_UNREAD,
	              m->min_sdk);
	put_found_int(m, FACT_MANIFEST_EFFECTIVE_TARGET_SDK,
	              m->sdk_known ? FOUND_VALUE : FOUND_UNREAD, m->target_sdk);
	enum found max_found = read_sdk(m, uses_sdk, ATTRIBUTE_MAX_SDK_VERSION, &max);
	put_found_int(m, FACT_MANIFEST_MAX_SDK, max_found, max);
}

/* versionCodeMajor is the upper half, versionCode the lower. */
static enum found read_version_code(struct manifest *m, int64_t *out)
{
	int64_t minor = 0, major = 0;
	enum found low = attribute_int(&m->reader, m->root, ATTRIBUTE_VERSION_CODE, &minor);
	enum found high = attribute_int(&m->reader, m->root, ATTRIBUTE_VERSION_CODE_MAJOR, &major);

	if (low == FOUND_UNREAD || high == FOUND_UNREAD)
		return FOUND_UNREAD;
	if (low == FOUND_NOTHING && high == FOUND_NOTHING)
		return FOUND_NOTHING;
	*out = (int64_t)((uint64_t)major << 32 | (uint32_t)minor);
	return FOUND_VALUE;
}

static void put_choice(struct manifest *m, const struct axml_element *element,
                       enum attribute attribute, const char *const *names, size_t count,
                       enum fact_attr fact)
{
	char number[24];
	int64_t value;
	enum found found = attribute_int(&m->reader, element, attribute, &value);

	if (found == FOUND_UNREAD) {
		facts_unread(m->facts, fact);
	} else if (found == FOUND_VALUE && value >= 0 && (size_t)value < count) {
		facts_text(m->facts, fact, names[value]);
	} else if (found == FOUND_VALUE) {
		snprintf(number, sizeof number, "%lld", (long long)value);
		facts_text(m->facts, fact, number);
	}
}

static void write_identity(struct manifest *m)
{
	static const char *const locations[] = {"auto", "internalOnly", "preferExternal"};
	int64_t version = 0;

	facts_text(m->facts, FACT_MANIFEST_MODULE, m->inspection->module);
	facts_clean(m->facts, FACT_MANIFEST_IN, m->facts->in);
	if (*m->package)
		facts_text(m->facts, FACT_MANIFEST_PACKAGE, m->package);
	else
		facts_unread(m->facts, FACT_MANIFEST_PACKAGE);
	codebase_app(m->inspection, m->package);
	facts_text(m->facts, FACT_MANIFEST_SPLIT, split_name(m));
	enum found found = read_version_code(m, &version);
	put_found_int(m, FACT_MANIFEST_VERSION_CODE, found, version);
	attribute_put_text(&m->reader, m->root, ATTRIBUTE_VERSION_NAME, FACT_MANIFEST_VERSION_NAME);
	attribute_put_text(&m->reader, m->root, ATTRIBUTE_SHARED_USER_ID,
	                   FACT_MANIFEST_SHARED_USER_ID);
	put_choice(m, m->root, ATTRIBUTE_INSTALL_LOCATION, locations, 3,
	           FACT_MANIFEST_INSTALL_LOCATION);
	write_sdk(m);
}

/* A flag as declared, and as it takes effect. */
static struct flag put_flag(struct manifest *m, enum attribute attribute, bool fallback,
                            bool danger, enum fact_attr declared, enum fact_attr effective)
{
	struct flag flag = {.value = fallback, .known = true};
	enum found found =
		attribute_bool(&m->reader, m->application, attribute, danger, &flag.value);

	flag.known = found != FOUND_UNREAD;
	if (found == FOUND_VALUE && declared != FACT_COUNT)
		facts_bool(m->facts, declared, flag.value);
	else if (found == FOUND_UNREAD && declared != FACT_COUNT)
		facts_unread(m->facts, declared);
	if (flag.known)
		facts_bool(m->facts, effective, flag.value);
	else
		facts_unread(m->facts, effective);
	return flag;
}

/* The file that a resource names, else its id. */
static void put_file(struct manifest *m, enum attribute attribute, enum fact_attr fact)
{
	struct attribute_files files;
	char id[16];
	enum found found = attribute_files(&m->reader, m->application, attribute, &files);

	if (found == FOUND_NOTHING)
		return;
	snprintf(id, sizeof id, "@0x%08x", files.id);
	if (found == FOUND_VALUE)
		facts_text(m->facts, fact, path_of(m, files.paths[0]));
	else if (files.id)
		facts_text(m->facts, fact, id);
	else
		facts_unread(m->facts, fact);
}

/* fullBackupContent takes a file or a boolean. */
static void put_backup_content(struct manifest *m)
{
	const struct axml_attr *attr =
		attribute_find(m->application, ATTRIBUTE_FULL_BACKUP_CONTENT);

	if (attr && attr->type >= VALUE_INT_FIRST && attr->type <= VALUE_INT_LAST)
		facts_text(m->facts, FACT_MANIFEST_FULL_BACKUP_CONTENT,
		           attr->data ? "true" : "false");
	else
		put_file(m, ATTRIBUTE_FULL_BACKUP_CONTENT, FACT_MANIFEST_FULL_BACKUP_CONTENT);
}

static void put_class(struct manifest *m, enum attribute attribute, enum fact_attr fact)
{
	const char *name;
	enum found found = attribute_text(&m->reader, m->application, attribute, &name);

	if (found == FOUND_VALUE)
		facts_text(m->facts, fact, manifest_class(m, name));
	else if (found == FOUND_UNREAD)
		facts_unread(m->facts, fact);
}

/* Booleans of the application with a default; true is the riskier answer for all of them. */
static void write_defaults(struct manifest *m)
{
	static const struct {
		enum attribute attribute;
		enum fact_attr fact;
	} flags[] = {
		{ATTRIBUTE_TEST_ONLY, FACT_MANIFEST_TEST_ONLY},
		{ATTRIBUTE_DIRECT_BOOT_AWARE, FACT_MANIFEST_DIRECT_BOOT_AWARE},
		{ATTRIBUTE_REQUEST_LEGACY_EXTERNAL_STORAGE, FACT_MANIFEST_LEGACY_STORAGE},
		{ATTRIBUTE_PRESERVE_LEGACY_EXTERNAL_STORAGE, FACT_MANIFEST_PRESERVE_LEGACY_STORAGE},
		{ATTRIBUTE_REQUEST_RAW_EXTERNAL_STORAGE_ACCESS, FACT_MANIFEST_RAW_EXTERNAL_STORAGE},
		{ATTRIBUTE_HAS_FRAGILE_USER_DATA, FACT_MANIFEST_FRAGILE_USER_DATA},
		{ATTRIBUTE_LARGE_HEAP, FACT_MANIFEST_LARGE_HEAP},
		{ATTRIBUTE_VM_SAFE_MODE, FACT_MANIFEST_VM_SAFE_MODE},
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		attribute_put_default(&m->reader, m->application, flags[i].attribute, false, true,
		                      flags[i].fact);
	m->reparenting = put_flag(m, ATTRIBUTE_ALLOW_TASK_REPARENTING, false, true, FACT_COUNT,
	                          FACT_MANIFEST_ALLOW_TASK_REPARENTING);
}

static void put_profileable(struct manifest *m)
{
	const struct axml_element *e =
		m->application ? last_child(m->application, "profileable") : NULL;

	attribute_put_default(&m->reader, e, ATTRIBUTE_SHELL, false, true,
	                      FACT_MANIFEST_PROFILEABLE_BY_SHELL);
}

static void write_application(struct manifest *m)
{
	static const char *const memtag[] = {"off", "async", "sync"};

	m->debuggable = put_flag(m, ATTRIBUTE_DEBUGGABLE, false, true, FACT_MANIFEST_DEBUGGABLE,
	                         FACT_MANIFEST_EFFECTIVE_DEBUGGABLE);
	m->allow_backup =
		put_flag(m, ATTRIBUTE_ALLOW_BACKUP, true, true, FACT_MANIFEST_ALLOW_BACKUP,
	                 FACT_MANIFEST_EFFECTIVE_ALLOW_BACKUP);
	write_defaults(m);
	attribute_put_bool(&m->reader, m->application, ATTRIBUTE_USES_CLEARTEXT_TRAFFIC, true,
	                   FACT_MANIFEST_USES_CLEARTEXT_TRAFFIC);
	attribute_put_bool(&m->reader, m->application, ATTRIBUTE_EXTRACT_NATIVE_LIBS, true,
	                   FACT_MANIFEST_EXTRACT_NATIVE_LIBS);
	attribute_put_bool(&m->reader, m->application, ATTRIBUTE_ALLOW_NATIVE_HEAP_POINTER_TAGGING,
	                   false, FACT_MANIFEST_HEAP_POINTER_TAGGING);
	put_choice(m, m->application, ATTRIBUTE_MEMTAG_MODE, memtag, 3, FACT_MANIFEST_MEMTAG_MODE);
	put_file(m, ATTRIBUTE_NETWORK_SECURITY_CONFIG, FACT_MANIFEST_NETWORK_SECURITY_CONFIG);
	put_file(m, ATTRIBUTE_DATA_EXTRACTION_RULES, FACT_MANIFEST_DATA_EXTRACTION_RULES);
	put_backup_content(m);
	put_class(m, ATTRIBUTE_BACKUP_AGENT, FACT_MANIFEST_BACKUP_AGENT);
	put_class(m, ATTRIBUTE_NAME, FACT_MANIFEST_APPLICATION_CLASS);
	put_class(m, ATTRIBUTE_APP_COMPONENT_FACTORY, FACT_MANIFEST_APP_COMPONENT_FACTORY);
	attribute_put_text(&m->reader, m->application, ATTRIBUTE_TASK_AFFINITY,
	                   FACT_MANIFEST_TASK_AFFINITY);
	attribute_put_text(&m->reader, m->application, ATTRIBUTE_LABEL, FACT_MANIFEST_LABEL);
	put_profileable(m);
}

static void write_module(struct manifest *m)
{
	const struct container *container = m->inspection->entry->container;
	bool file = container && container->kind == CONTAINER_FILE;
	int64_t version = 0;

	facts_row(m->facts, ROW_MODULE, 0);
	facts_text(m->facts, FACT_MODULE_ID, m->inspection->module);
	facts_text(m->facts, FACT_MODULE_KIND, file ? "file" : "apk");
	facts_clean(m->facts, FACT_MODULE_IN, container ? container->path : "");
	if (split_name(m))
		facts_text(m->facts, FACT_MODULE_PARENT, "base");
	if (*m->package)
		facts_text(m->facts, FACT_MODULE_APP_ID, m->package);
	else
		facts_unread(m->facts, FACT_MODULE_APP_ID);
	attribute_put_text(&m->reader, m->application, ATTRIBUTE_LABEL, FACT_MODULE_LABEL);
	enum found found = read_version_code(m, &version);
	put_found_int(m, FACT_MODULE_VERSION_CODE, found, version);
	attribute_put_text(&m->reader, m->root, ATTRIBUTE_VERSION_NAME, FACT_MODULE_VERSION_NAME);
}

/* What components need of the application beyond its own row. */
static void read_inherited(struct manifest *m)
{
	enum found found = attribute_text(&m->reader, m->application, ATTRIBUTE_PERMISSION,
	                                  &m->app_permission);
	const struct axml_attr *attr = attribute_find(m->application, ATTRIBUTE_PERMISSION);

	m->app_permission_known = found != FOUND_UNREAD;
	if (attr && attr->hidden)
		m->app_permission = NULL; /* the platform may miss it */
	m->enabled.value = true;
	m->enabled.known = attribute_bool(&m->reader, m->application, ATTRIBUTE_ENABLED, true,
	                                  &m->enabled.value) != FOUND_UNREAD;
}

/* The resource table of the package, if there is one that can be read. */
static void open_resources(struct manifest *m, struct bytes *bytes)
{
	const struct container *container = m->inspection->entry->container;
	const struct entry *entry = container ? container_find(container, "resources.arsc") : NULL;
	const char *before = m->facts->in;
	struct cursor body;

	if (!entry)
		return;
	m->facts->in = entry->path;
	struct result opened = entry_read(entry, m->facts, bytes);
	if (opened.ok) {
		body = cursor_over(bytes->data, bytes->size, DIAG_ARSC_TRUNCATED);
		opened = arsc_open(body, m->arena, &m->reader.arsc);
	}
	if (!opened.ok)
		facts_fault(m->facts, manifest_sources);
	m->facts->in = before;
}

static RESULT open_manifest(struct manifest *m, struct cursor body)
{
	struct result parsed = axml_parse(body, m->arena, &m->xml);
	const struct axml_attr *package;

	axml_report(&m->xml, m->facts);
	TRY(parsed);
	m->root = m->xml.root;
	ENSURE(m->root->name && strcmp(m->root->name, "manifest") == 0, AXML_PARSE, m->root->at,
	       "the root element is no manifest");
	m->application = axml_child(m->root, "application");
	package = axml_attr_by_name(m->root, "package");
	m->package = package && package->string ? package->string : "";
	m->split = split_name(m) != NULL;
	if (!*m->package)
		facts_issue(m->facts, DIAG_MANIFEST_VALUE, m->root->at,
		            "manifest: the package name is missing");
	return OK;
}

static RESULT write_all(struct manifest *m)
{
	facts_row(m->facts, ROW_MANIFEST, 0);
	write_identity(m);
	write_application(m);
	write_module(m);
	read_inherited(m);
	TRY(permissions_write(m));
	TRY(components_write(m));
	declarations_write(m);
	providerpaths_write(m);
	if (m->split)
		return OK; /* what follows is the base module's */
	TRY(netsec_write(m));
	backup_write(m);
	return OK;
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	struct manifest m = {
		.inspection = inspection, .facts = inspection->facts, .arena = inspection->arena};
	struct bytes table = {0};

	TRY(open_manifest(&m, body));
	m.reader.facts = m.facts;
	m.reader.arena = m.arena;
	m.reader.told = &m.table_told;
	open_resources(&m, &table);
	struct result written = write_all(&m);
	bytes_free(&table);
	return written;
}

/* Binary XML whose first element is a manifest: its name stands in the pool. */
static bool is_manifest(struct cursor body)
{
	static const char wide[] = "m\0a\0n\0i\0f\0e\0s\0t";

	return axml_begins(body) && (memmem(body.data, body.size, "manifest", 8) ||
	                             memmem(body.data, body.size, wide, sizeof wide - 1));
}

static bool bid(const struct entry *entry, struct cursor body)
{
	if (!entry->container || entry->container->kind == CONTAINER_FILE)
		return body.size && is_manifest(body);
	return entry->container->kind == CONTAINER_ZIP && !entry->shadowed &&
	       entry->name_len == 19 && memcmp(entry->name, "AndroidManifest.xml", 19) == 0;
}

const struct format format_manifest = {.name = "manifest",
                                       .sources = BIT(MANIFEST) | BIT(NETWORK) |
                                                  BIT(PROVIDER_PATHS) | BIT(BACKUP),
                                       .bid = bid,
                                       .inspect = inspect};
