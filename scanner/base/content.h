/*
 * content.h - the built-in packs, the control library, rules, schemas, style sheets and words, as
 * they are embedded in the program at build time.
 */
#ifndef PARASOL_BASE_CONTENT_H
#define PARASOL_BASE_CONTENT_H

#include <stddef.h>

struct content {
	const char *path; /* "packs/app-hardening/pack.xml", "reports/html/report.xsl" ... */
	const char *data; /* NUL-terminated */
	size_t size;
};

/* Sorted by path. */
extern const struct content content_table[];
extern const size_t content_count;

/* The file of a path, or NULL. */
const struct content *content_find(const char *path);

/* The next file after `previous` (NULL: the first) whose path starts with `prefix`, or NULL. */
const struct content *content_next(const char *prefix, const struct content *previous);

#endif
