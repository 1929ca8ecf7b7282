/* netsecfacts.c - the rows of the network security configuration. */
#include "formats/netsec.h"

#include <stdio.h>
#include <string.h>

#include "formats/keyring.h"

enum { SDK_NOUGAT = 24, SDK_PIE = 28 };

struct writer {
	struct manifest *m;
	const struct netsec *netsec;
	const char *in; /* path of the file; NULL for the platform's default */
};

static const char *const scope_names[] = {"base", "domain", "debug"};

static bool is_local(const char *host)
{
	static const char *const local[] = {"localhost", "127.0.0.1", "10.0.2.2",
	                                    "10.0.3.2",  "::1",       "[::1]"};

	for (size_t i = 0; i < sizeof local / sizeof *local; i++) {
		if (strcmp(host, local[i]) == 0)
			return true;
	}
	return false;
}

static void put_hosts(struct facts *facts, const struct netsec_config *config)
{
	struct text hosts = {0};
	bool local = config->scope == NETSEC_DOMAIN && config->domain_count;

	for (size_t i = 0; i < config->domain_count; i++) {
		text_printf(&hosts, "%s%s", i ? " " : "", config->domains[i].name);
		local = local && is_local(config->domains[i].name);
	}
	if (hosts.len)
		facts_text(facts, FACT_NETWORK_CONFIG_HOSTS, hosts.data);
	facts_bool(facts, FACT_NETWORK_CONFIG_LOCAL, local);
	text_free(&hosts);
}

/* A value that comes from the platform's default is known if the target version is. */
static bool known(const struct writer *w, const struct netsec_config *from)
{
	return w->m->sdk_known || from != &w->netsec->platform;
}

static void put_cleartext(const struct writer *w, const struct netsec_config *config)
{
	const struct netsec_config *from = config;

	while (!from->has_cleartext && from->parent)
		from = from->parent;
	if (known(w, from))
		facts_bool(w->m->facts, FACT_NETWORK_CONFIG_CLEARTEXT, netsec_cleartext(config));
	else
		facts_unread(w->m->facts, FACT_NETWORK_CONFIG_CLEARTEXT);
}

static void put_trust(const struct writer *w, const struct netsec_config *config)
{
	static const enum fact_attr kinds[] = {FACT_NETWORK_CONFIG_TRUSTS_SYSTEM,
	                                       FACT_NETWORK_CONFIG_TRUSTS_USER,
	                                       FACT_NETWORK_CONFIG_TRUSTS_BUNDLED};
	const struct netsec_config *from = netsec_anchors_of(config);
	bool trusts[3] = {false}, overrides = false;

	for (size_t i = 0; i < from->anchor_count; i++) {
		trusts[from->anchors[i].kind] = true;
		overrides = overrides || from->anchors[i].overrides_pins;
	}
	for (size_t i = 0; i < 3; i++) {
		if (i == ANCHOR_USER && !known(w, from))
			facts_unread(w->m->facts, kinds[i]);
		else
			facts_bool(w->m->facts, kinds[i], trusts[i]);
	}
	facts_bool(w->m->facts, FACT_NETWORK_CONFIG_OVERRIDES_PINS, overrides);
}

static void put_pins(struct facts *facts, const struct netsec_config *config)
{
	const struct netsec_config *from = netsec_pins_of(config);

	facts_int(facts, FACT_NETWORK_CONFIG_PINS, (int64_t)from->pin_count);
	facts_int(facts, FACT_NETWORK_CONFIG_VALID_PINS, (int64_t)from->valid_pins);
	if (!from->expiration)
		return;
	facts_text(facts, FACT_NETWORK_CONFIG_PIN_EXPIRATION, from->expiration);
	if (from->expiration_valid)
		facts_int(facts, FACT_NETWORK_CONFIG_PIN_EXPIRATION_DAY, from->expiration_day);
	else
		facts_unread(facts, FACT_NETWORK_CONFIG_PIN_EXPIRATION_DAY);
}

static void write_domains(struct facts *facts, const struct netsec_config *config, uint32_t row)
{
	for (size_t i = 0; i < config->domain_count; i++) {
		facts_row(facts, ROW_NETWORK_DOMAIN, row);
		facts_text(facts, FACT_NETWORK_DOMAIN_NAME, config->domains[i].name);
		facts_bool(facts, FACT_NETWORK_DOMAIN_SUBDOMAINS, config->domains[i].subdomains);
	}
}

static void write_anchor(const struct writer *w, const struct netsec_anchor *anchor,
                         const char *src, uint32_t row)
{
	facts_row(w->m->facts, ROW_TRUST_ANCHOR, row);
	facts_clean(w->m->facts, FACT_TRUST_ANCHOR_SRC, src);
	facts_bool(w->m->facts, FACT_TRUST_ANCHOR_OVERRIDES_PINS, anchor->overrides_pins);
}

/* Bundled certificates: every file that the resource has in some configuration. */
static void write_bundled(const struct writer *w, const struct netsec_anchor *anchor, uint32_t row)
{
	const struct container *container = w->m->inspection->entry->container;
	struct attribute_files files;
	const struct entry *entry;
	char id[16];

	if (attribute_files_of(&w->m->reader, anchor->src, "certificates src", &files) !=
	    FOUND_VALUE) {
		facts_gap(w->m->facts, SOURCE_NETWORK, STATUS_PARTIAL, DIAG_RESOURCE_MISSING);
		snprintf(id, sizeof id, "@0x%08x", anchor->src->data);
		write_anchor(w, anchor, id, row);
		return;
	}
	for (size_t i = 0; i < files.count; i++) {
		entry = container ? container_find(container, files.paths[i]) : NULL;
		if (!entry)
			manifest_gap(w->m, files.paths[i], SOURCE_NETWORK, DIAG_RESOURCE_MISSING,
			             "certificates that the network security configuration names "
			             "are not in the package");
		else
			keyring_anchor(w->m->inspection, entry->path);
		write_anchor(w, anchor, entry ? entry->path : files.paths[i], row);
	}
}

static void write_anchors(const struct writer *w, const struct netsec_config *config, uint32_t row)
{
	const struct netsec_config *from = netsec_anchors_of(config);

	for (size_t i = 0; i < from->anchor_count && row != UINT32_MAX; i++) {
		const struct netsec_anchor *anchor = &from->anchors[i];
		if (anchor->kind == ANCHOR_BUNDLED)
			write_bundled(w, anchor, row);
		else
			write_anchor(w, anchor, anchor->kind == ANCHOR_USER ? "user" : "system",
			             row);
	}
}

static void write_pins(struct facts *facts, const struct netsec_config *config, uint32_t row)
{
	const struct netsec_config *from = netsec_pins_of(config);

	for (size_t i = 0; i < from->pin_count && row != UINT32_MAX; i++) {
		if (facts_row(facts, ROW_PIN, row) == UINT32_MAX)
			row = UINT32_MAX;
		facts_text(facts, FACT_PIN_DIGEST, from->pins[i].digest);
		facts_text(facts, FACT_PIN_VALUE, from->pins[i].value);
		facts_bool(facts, FACT_PIN_VALID, from->pins[i].valid);
	}
}

static void put_place(const struct writer *w, enum netsec_scope scope, bool declared)
{
	struct facts *facts = w->m->facts;

	facts_text(facts, FACT_NETWORK_CONFIG_MODULE, w->m->inspection->module);
	facts_clean(facts, FACT_NETWORK_CONFIG_IN, w->in);
	facts_text(facts, FACT_NETWORK_CONFIG_SCOPE, scope_names[scope]);
	facts_text(facts, FACT_NETWORK_CONFIG_ORIGIN, declared ? "declared" : "default");
	if (w->in && w->m->sdk_known && w->m->min_sdk < SDK_NOUGAT)
		facts_int(facts, FACT_NETWORK_CONFIG_IGNORED_BELOW, SDK_NOUGAT);
}

static bool write_config(const struct writer *w, const struct netsec_config *config)
{
	struct facts *facts = w->m->facts;
	uint32_t row = facts_row(facts, ROW_NETWORK_CONFIG, 0);

	put_place(w, config->scope, config->element != NULL);
	put_hosts(facts, config);
	put_cleartext(w, config);
	put_trust(w, config);
	put_pins(facts, config);
	write_domains(facts, config, row);
	write_anchors(w, config, row);
	write_pins(facts, config, row);
	return row != UINT32_MAX;
}

/* A configuration is declared and cannot be read: nothing of it is known. */
static void write_unread(const struct writer *w)
{
	static const enum fact_attr unread[] = {
		FACT_NETWORK_CONFIG_CLEARTEXT,      FACT_NETWORK_CONFIG_TRUSTS_SYSTEM,
		FACT_NETWORK_CONFIG_TRUSTS_USER,    FACT_NETWORK_CONFIG_TRUSTS_BUNDLED,
		FACT_NETWORK_CONFIG_OVERRIDES_PINS, FACT_NETWORK_CONFIG_PINS,
		FACT_NETWORK_CONFIG_VALID_PINS};

	facts_row(w->m->facts, ROW_NETWORK_CONFIG, 0);
	put_place(w, NETSEC_BASE, true);
	facts_bool(w->m->facts, FACT_NETWORK_CONFIG_LOCAL, false);
	for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
		facts_unread(w->m->facts, unread[i]);
}

/* What reads like a setting and is none: the build tools make booleans of such text. */
static void note_untyped(struct manifest *m, const char *in, const struct netsec *netsec)
{
	const char *before = m->facts->in;

	m->facts->in = in;
	facts_issue(m->facts, DIAG_AXML_UNTYPED, netsec->untyped_at,
	            "%u booleans are written as text; Android takes the default for them",
	            netsec->untyped);
	m->facts->in = before;
}

static RESULT write_file(struct manifest *m, const char *path)
{
	struct writer w = {.m = m};
	struct resource_file file;
	struct netsec netsec;

	if (!manifest_open_file(m, path, SOURCE_NETWORK, &file)) {
		w.in = file.path;
		write_unread(&w);
		manifest_close_file(&file);
		return OK;
	}
	struct result read =
		netsec_read(file.xml.root, m->target_sdk,
	                    m->debuggable.value && m->debuggable.known, m->arena, &netsec);
	if (read.ok) {
		w.netsec = &netsec;
		w.in = file.path;
		bool more = write_config(&w, netsec.base);
		if (netsec.debug)
			write_config(&w, netsec.debug);
		for (struct netsec_config *c = netsec.domains; c && more; c = c->next)
			more = write_config(&w, c);
		if (netsec.untyped)
			note_untyped(m, file.path, &netsec);
		if (netsec.damaged)
			manifest_gap(m, file.path, SOURCE_NETWORK, DIAG_NETSEC_PARSE,
			             "%s (XmlConfigSource.java)", netsec.why);
	}
	manifest_close_file(&file);
	return read;
}

/* Without a configuration the platform's default holds, with usesCleartextTraffic. */
static void write_default(struct manifest *m)
{
	struct netsec netsec = {.base = &netsec.platform};
	struct writer w = {.m = m, .netsec = &netsec};
	bool cleartext = m->target_sdk < SDK_PIE;
	enum found found;

	netsec_default(m->target_sdk, &netsec.platform);
	found = attribute_bool(&m->reader, m->application, ATTRIBUTE_USES_CLEARTEXT_TRAFFIC, true,
	                       &cleartext);
	netsec.platform.cleartext = cleartext;
	uint32_t row = facts_row(m->facts, ROW_NETWORK_CONFIG, 0);
	put_place(&w, NETSEC_BASE, false);
	put_hosts(m->facts, &netsec.platform);
	if (found == FOUND_UNREAD || (found == FOUND_NOTHING && !m->sdk_known))
		facts_unread(m->facts, FACT_NETWORK_CONFIG_CLEARTEXT);
	else
		facts_bool(m->facts, FACT_NETWORK_CONFIG_CLEARTEXT, cleartext);
	put_trust(&w, &netsec.platform);
	put_pins(m->facts, &netsec.platform);
	write_anchors(&w, &netsec.platform, row);
}

struct result netsec_write(struct manifest *m)
{
	struct attribute_files files;
	enum found found = attribute_files(&m->reader, m->application,
	                                   ATTRIBUTE_NETWORK_SECURITY_CONFIG, &files);
	struct writer w = {.m = m};

	if (found == FOUND_NOTHING) {
		write_default(m);
		return OK;
	}
	if (found == FOUND_UNREAD) {
		facts_gap(m->facts, SOURCE_NETWORK, STATUS_ERROR, DIAG_RESOURCE_MISSING);
		write_unread(&w);
		return OK;
	}
	for (size_t i = 0; i < files.count; i++)
		TRY(write_file(m, files.paths[i]));
	return OK;
}
