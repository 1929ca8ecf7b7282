/*
 * netsec.h - the network security configuration, as the platform builds it.
 *
 * Source: AOSP frameworks/base, android/security/net/config: XmlConfigSource.java,
 * NetworkSecurityConfig.java, ManifestConfigSource.java, Pin.java.
 */
#ifndef PARASOL_FORMATS_NETSEC_H
#define PARASOL_FORMATS_NETSEC_H

#include "formats/manifest.h"

enum netsec_scope { NETSEC_BASE, NETSEC_DOMAIN, NETSEC_DEBUG };

struct netsec_domain {
	const char *name; /* trimmed, lower case */
	bool subdomains;
};

enum anchor_kind { ANCHOR_SYSTEM, ANCHOR_USER, ANCHOR_BUNDLED };

struct netsec_anchor {
	enum anchor_kind kind;
	const struct axml_attr *src; /* of a bundled one: its reference */
	bool overrides_pins;
};

struct netsec_pin {
	const char *digest, *value;
	bool valid;
};

struct netsec_config {
	enum netsec_scope scope;
	const struct axml_element *element; /* NULL for the platform's default */
	struct netsec_config *parent;       /* what is not set here is taken from it */
	struct netsec_config *next;
	bool has_cleartext, cleartext;
	bool has_anchors, has_pins;
	struct netsec_anchor *anchors;
	size_t anchor_count;
	struct netsec_pin *pins;
	size_t pin_count, valid_pins; /* valid ones: each value once */
	const char *expiration;       /* as written; NULL for none */
	int64_t expiration_day;
	bool expiration_valid;
	struct netsec_domain *domains;
	size_t domain_count;
};

struct netsec {
	struct netsec_config platform; /* the default that the target version gives */
	struct netsec_config *base;    /* declared, or &platform */
	struct netsec_config *debug;   /* NULL if not declared */
	struct netsec_config *domains; /* in document order, a nested one behind its parent */
	bool damaged; /* the platform refuses the file; `why` says the first reason */
	uint64_t at;
	char why[160];
	unsigned untyped; /* booleans written as text, for which the platform takes its default */
	uint64_t untyped_at; /* the first */
};

/*
 * Reads the configuration of a parsed file. The platform ends the app over any error in it; here
 * what can be read is kept and `damaged` is set. `debuggable`: the anchors of debug-overrides
 * count everywhere. Fails for want of memory only.
 */
RESULT netsec_read(const struct axml_element *root, int64_t target_sdk, bool debuggable,
                   struct arena *arena, struct netsec *out);

/* The platform's default for a target version. */
void netsec_default(int64_t target_sdk, struct netsec_config *out);

/* Where the effective value comes from: the configuration itself or the nearest that sets it. */
const struct netsec_config *netsec_anchors_of(const struct netsec_config *config);
const struct netsec_config *netsec_pins_of(const struct netsec_config *config);
bool netsec_cleartext(const struct netsec_config *config);

/* A day, YYYY-MM-DD, as days since 1970-01-01; false if there is no such day. */
bool netsec_parse_day(const char *text, int64_t *out);

#endif
