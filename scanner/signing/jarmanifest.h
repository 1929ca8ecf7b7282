/*
 * jarmanifest.h - the text of MANIFEST.MF and of signature files (JAR File Specification, JAR
 * Manifest): sections of attributes.
 *
 *   Manifest-Version: 1.0          the main section
 *                                  an empty line ends a section
 *   Name: classes.dex              a section about one entry
 *   SHA-256-Digest: uU0n...        a line that begins with a space continues the one before
 *
 * Lines end with CR LF, LF or CR. Read as Android reads it: whatever has no ": " is a name without
 * value; spaces around names and values stay. Bytes of a section reach up to and with the empty
 * line behind it.
 */
#ifndef PARASOL_SIGNING_JARMANIFEST_H
#define PARASOL_SIGNING_JARMANIFEST_H

#include "base/arena.h"
#include "base/cursor.h"
#include "base/text.h"

/* Larger files of META-INF are not read: a limit, never a pass. */
enum { JAR_MANIFEST_BYTES_MAX = 32 << 20 };

struct jar_section {
	size_t at, len;
	const char *name; /* of the entry; NULL if the first attribute is no "Name" */
	size_t name_len;
};

struct jar_manifest {
	struct cursor body;
	struct jar_section main; /* of no length if the file is empty */
	struct jar_section *sections;
	size_t count;
	uint32_t *by_name; /* named ones by their names' bytes, then by position */
	size_t named;
};

/* `body` must outlive the manifest. Fails with LIMIT_ENTRY or LIMIT_MEMORY. */
RESULT jar_manifest_read(struct cursor body, struct arena *arena, struct jar_manifest *out);

/* The first section of a name, or NULL. */
const struct jar_section *jar_manifest_find(const struct jar_manifest *manifest, const char *name,
                                            size_t len);

/* A section whose name an earlier one has too; NULL if there is none. */
const struct jar_section *jar_manifest_twice(const struct jar_manifest *manifest);

/* An attribute: windows into the file, or into the walk that found it. */
struct jar_attribute {
	const char *name, *value;
	size_t name_len, value_len;
	bool separated; /* there was a ": " */
};

/* Goes through the attributes of a section. */
struct jar_walk {
	struct cursor lines;
	struct text joined; /* an attribute that goes over several lines */
};

void jar_walk_start(struct jar_walk *walk, const struct jar_manifest *manifest,
                    const struct jar_section *section);
/* False at the end. What `out` points to lives until the next call. */
bool jar_walk_next(struct jar_walk *walk, struct jar_attribute *out);
void jar_walk_done(struct jar_walk *walk);

/* True if an attribute has a name, upper and lower case (ASCII) alike. */
bool jar_attribute_is(const struct jar_attribute *attribute, const char *name);

/* Puts the value of the first attribute of a name into `out`; false if there is none. */
bool jar_manifest_value(const struct jar_manifest *manifest, const struct jar_section *section,
                        const char *name, struct text *out);

#endif
