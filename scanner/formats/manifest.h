/*
 * manifest.h - an Android manifest while its facts are written: what the parts of it need to know
 * of each other.
 *
 * Source: AOSP frameworks/base, ParsingPackageUtils.java and the Parsed...Utils.java beside it.
 */
#ifndef PARASOL_FORMATS_MANIFEST_H
#define PARASOL_FORMATS_MANIFEST_H

#include "formats/attribute.h"
#include "formats/format.h"

/* A permission that the manifest defines. */
struct own_permission {
	const char *name;
	uint32_t level;
	bool known; /* the level could be read */
};

/* An activity by its completed class name. */
struct activity {
	const char *name;
	const struct axml_element *element;
};

/* A boolean that may be unreadable. */
struct flag {
	bool value, known;
};

struct manifest {
	struct inspection *inspection;
	struct facts *facts;
	struct arena *arena;
	struct attribute_reader reader;
	bool table_told; /* for the reader */
	struct axml xml;
	const struct axml_element *root;
	const struct axml_element *application; /* NULL if there is none */
	const char *package;                    /* "" if it cannot be read */
	bool split;                             /* extends a base module, which has the rest */
	int64_t min_sdk, target_sdk;            /* as the platform takes them */
	bool sdk_known;
	struct flag debuggable, allow_backup, enabled, reparenting;
	const char *app_permission; /* of the application, for components; NULL for none */
	bool app_permission_known;
	struct own_permission *own;
	size_t own_count;
	struct activity *activities; /* sorted by name, for the aliases */
	size_t activity_count;
};

/* Manifest files: the bytes of an XML file of the package, read as binary XML. */
struct resource_file {
	const char *path; /* clean path for facts and issues */
	struct bytes bytes;
	struct axml xml;
};

/*
 * Reads and parses a file of the same package. A failure is noted as an issue of that file, and
 * `source` gets a gap; then false. Free with manifest_close_file in any case.
 */
bool manifest_open_file(struct manifest *manifest, const char *name, enum source source,
                        struct resource_file *out);
void manifest_close_file(struct resource_file *file);

/* Notes an issue of another entry and a gap of `source` there. */
void manifest_gap(struct manifest *manifest, const char *in, enum source source, enum diag code,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A class name completed with the package: ".Main" and "Main" stand for PACKAGE.Main. */
const char *manifest_class(const struct manifest *manifest, const char *name);

/* permissions.c */
enum guard {
	GUARD_NONE,
	GUARD_NORMAL,
	GUARD_UNKNOWN, /* nobody known defines it, so anybody might */
	GUARD_DANGEROUS,
	GUARD_SIGNATURE,
	GUARD_INTERNAL
};
const char *guard_name(enum guard guard);
enum guard permissions_guard(const struct manifest *manifest, const char *permission);
RESULT permissions_write(struct manifest *manifest);

/* The levels and flags of a protection level, joined by |. */
void permissions_level_text(uint32_t level, struct text *base, struct text *flags);

/* Parts that follow the manifest row. */
RESULT components_write(struct manifest *manifest);
void declarations_write(struct manifest *manifest);
RESULT netsec_write(struct manifest *manifest);
void providerpaths_write(struct manifest *manifest);
void backup_write(struct manifest *manifest);

extern const struct format format_manifest;
extern const struct format format_axml;
extern const struct format format_arsc;

#endif
