/*
 * backup.c - what backups and device transfers take of an app's data.
 *
 * Up to Android 11 fullBackupContent holds; from Android 12 an app that targets it is governed by
 * dataExtractionRules, with one section for the cloud and one for device transfer, and by
 * fullBackupContent where it has no such rules. allowBackup=false stops cloud backups; from
 * Android 12 it no longer stops device transfer for apps that target it.
 *
 * Source: AOSP frameworks/base, android/app/backup/FullBackup.java and
 * com/android/server/backup/utils/BackupEligibilityRules.java.
 */
#include "formats/manifest.h"

#include <stdio.h>
#include <string.h>

enum { SDK_S = 31 };

enum kind { FULL_BACKUP, CLOUD_BACKUP, DEVICE_TRANSFER };

static const char *const kind_names[] = {"full-backup", "cloud-backup", "device-transfer"};

/* One set of rules: the element that holds them, or why there is none. */
struct rules {
	enum kind kind;
	struct flag allowed;
	bool declared;
	bool unread;                       /* declared, and cannot be read */
	const struct axml_element *holder; /* NULL: no rules */
	const char *in;
};

static bool named(const struct axml_element *e, const char *name)
{
	return e->name && strcmp(e->name, name) == 0;
}

static const char *text_of(const struct axml_element *e, const char *name)
{
	const struct axml_attr *attr = axml_attr_by_name(e, name);

	return attr ? attr->string : NULL;
}

static int64_t count_rules(const struct axml_element *holder, const char *name)
{
	const struct axml_element *e;
	int64_t count = 0;

	for (e = holder ? axml_child(holder, name) : NULL; e; e = axml_next(e->next, name))
		count++;
	return count;
}

static void write_rules(struct manifest *m, const struct rules *rules, uint32_t row)
{
	const struct axml_element *e = rules->holder ? rules->holder->first : NULL;

	for (; e; e = e->next) {
		if (!named(e, "include") && !named(e, "exclude"))
			continue;
		const char *domain = text_of(e, "domain"), *path = text_of(e, "path");
		facts_row(m->facts, ROW_BACKUP_RULE, row);
		facts_text(m->facts, FACT_BACKUP_RULE_ACTION, e->name);
		facts_text(m->facts, FACT_BACKUP_RULE_DOMAIN, domain ? domain : "");
		facts_text(m->facts, FACT_BACKUP_RULE_PATH, path && *path ? path : ".");
	}
}

/* Client-side encryption: asked of the section, or of every include rule. */
static bool encryption_required(const struct rules *rules)
{
	const struct axml_element *e;
	const struct axml_attr *attr;
	bool all = false;

	if (!rules->holder)
		return false;
	attr = axml_attr_by_name(rules->holder, "disableIfNoEncryptionCapabilities");
	/* the platform takes no text for a boolean here */
	if (attr && attr->type >= VALUE_INT_FIRST && attr->type <= VALUE_INT_LAST && attr->data)
		return true;
	for (e = axml_child(rules->holder, "include"); e; e = axml_next(e->next, "include")) {
		const char *flags = text_of(e, "requireFlags");
		if (!flags || !strstr(flags, "clientSideEncryption"))
			return false;
		all = true;
	}
	return all;
}

static void put_contents(struct manifest *m, const struct rules *rules)
{
	struct facts *facts = m->facts;

	if (rules->unread) {
		facts_unread(facts, FACT_BACKUP_SET_INCLUDES);
		facts_unread(facts, FACT_BACKUP_SET_EXCLUDES);
		facts_unread(facts, FACT_BACKUP_SET_ENCRYPTION_REQUIRED);
		return;
	}
	facts_int(facts, FACT_BACKUP_SET_INCLUDES, count_rules(rules->holder, "include"));
	facts_int(facts, FACT_BACKUP_SET_EXCLUDES, count_rules(rules->holder, "exclude"));
	facts_bool(facts, FACT_BACKUP_SET_ENCRYPTION_REQUIRED, encryption_required(rules));
}

static void write_set(struct manifest *m, const struct rules *rules)
{
	uint32_t row = facts_row(m->facts, ROW_BACKUP_SET, 0);

	facts_text(m->facts, FACT_BACKUP_SET_MODULE, m->inspection->module);
	facts_text(m->facts, FACT_BACKUP_SET_KIND, kind_names[rules->kind]);
	facts_clean(m->facts, FACT_BACKUP_SET_IN, rules->in);
	if (rules->allowed.known)
		facts_bool(m->facts, FACT_BACKUP_SET_ALLOWED, rules->allowed.value);
	else
		facts_unread(m->facts, FACT_BACKUP_SET_ALLOWED);
	facts_bool(m->facts, FACT_BACKUP_SET_DECLARED, rules->declared);
	put_contents(m, rules);
	write_rules(m, rules, row);
}

/* fullBackupContent: a file, or false for "no backup at all". */
struct content {
	bool declared, none, unread;
	bool open;
	struct resource_file file;
};

static void open_file(struct manifest *m, enum attribute attribute, const char *root,
                      struct content *out)
{
	struct attribute_files files;
	enum found found = attribute_files(&m->reader, m->application, attribute, &files);

	out->declared = found != FOUND_NOTHING;
	out->unread = found == FOUND_UNREAD;
	if (out->unread)
		facts_gap(m->facts, SOURCE_BACKUP, STATUS_ERROR, DIAG_RESOURCE_MISSING);
	if (found != FOUND_VALUE)
		return;
	out->open = manifest_open_file(m, files.paths[0], SOURCE_BACKUP, &out->file);
	out->unread = !out->open;
	if (out->open && !named(out->file.xml.root, root)) {
		manifest_gap(m, out->file.path, SOURCE_BACKUP, DIAG_MANIFEST_VALUE,
		             "the root element is not %s", root);
		out->unread = true;
	}
}

static void open_content(struct manifest *m, struct content *out)
{
	const struct axml_attr *attr =
		attribute_find(m->application, ATTRIBUTE_FULL_BACKUP_CONTENT);

	if (!attr || attr->type < VALUE_INT_FIRST || attr->type > VALUE_INT_LAST) {
		open_file(m, ATTRIBUTE_FULL_BACKUP_CONTENT, "full-backup-content", out);
		return;
	}
	out->declared = !attr->data;
	out->none = !attr->data;
}

static void use_content(const struct content *content, struct rules *rules)
{
	rules->declared = content->declared;
	rules->unread = content->unread;
	rules->in = content->open ? content->file.path : NULL;
	rules->holder = content->open && !content->unread ? content->file.xml.root : NULL;
	if (content->none)
		rules->allowed.value = false;
}

/* A section of dataExtractionRules; without it that kind takes everything. */
static void use_section(const struct content *content, const char *section, struct rules *rules)
{
	rules->unread = content->unread;
	rules->in = content->open ? content->file.path : NULL;
	if (content->open && !content->unread)
		rules->holder = axml_child(content->file.xml.root, section);
	rules->declared = rules->holder != NULL || content->unread;
}

/* The rules of Android 11 and older, and of apps that target these. */
static struct flag full_backup_allowed(const struct manifest *m)
{
	struct flag allowed = m->allow_backup;

	allowed.known = allowed.known && m->sdk_known;
	if (m->min_sdk >= SDK_S && m->target_sdk >= SDK_S)
		allowed.value = false; /* no version that it runs on goes by these rules */
	return allowed;
}

void backup_write(struct manifest *m)
{
	struct content full = {0}, extraction = {0};
	struct rules rules = {.kind = FULL_BACKUP, .allowed = full_backup_allowed(m)};
	bool targets_s = m->target_sdk >= SDK_S;

	open_content(m, &full);
	open_file(m, ATTRIBUTE_DATA_EXTRACTION_RULES, "data-extraction-rules", &extraction);
	use_content(&full, &rules);
	write_set(m, &rules);
	for (int kind = CLOUD_BACKUP; kind <= DEVICE_TRANSFER; kind++) {
		rules = (struct rules){.kind = (enum kind)kind, .allowed = m->allow_backup};
		rules.allowed.known = m->allow_backup.known && m->sdk_known;
		if (kind == DEVICE_TRANSFER && targets_s)
			rules.allowed = (struct flag){true, m->sdk_known};
		if (extraction.declared && targets_s)
			use_section(&extraction, kind_names[kind], &rules);
		else
			use_content(&full, &rules);
		write_set(m, &rules);
	}
	manifest_close_file(&full.file);
	manifest_close_file(&extraction.file);
}
