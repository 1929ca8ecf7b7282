/*
 * path.h - how entries are called in facts, and which names are unsafe.
 *
 * A path is clean (base/text.h) and unique: containers are joined by "!/", and in a name `\` and a
 * literal "!/" are escaped, as is a number sign before digits at its end, which would read as the
 * mark of a further entry of the same name: "a.txt", "a.txt#2". Very long names are cut, and the
 * cut names the entry.
 */
#ifndef PARASOL_INTAKE_PATH_H
#define PARASOL_INTAKE_PATH_H

#include "base/text.h"

/*
 * Adds the path of entry `index` of the container with path `parent` ("" for the bundle).
 * `ordinal` is 1 for the first entry of this name, 2 for the second.
 */
void path_add(struct text *out, const char *parent, const uint8_t *name, size_t len, uint32_t index,
              uint32_t ordinal);

/* Why a name is unsafe to use as a file name or to print, or NULL. */
const char *path_unsafe(const uint8_t *name, size_t len);

enum { PATH_BRIEF = 96 };

/* A short form of a name for the text of an issue, which is made clean there; returns `out`. */
const char *path_brief(const uint8_t *name, size_t len, char out[PATH_BRIEF]);

#endif
