/*
 * render.h - the formats a report can have. A format is one row in render.c.
 */
#ifndef PARASOL_RENDER_RENDER_H
#define PARASOL_RENDER_RENDER_H

#include <libxml/tree.h>

#include "base/text.h"
#include "policy/assessment.h"

/*
 * Appends the report in a format such as "html" to `out`. Fails with USAGE if there is no such
 * format, naming those there are, and with SYSTEM if the report cannot be made.
 */
RESULT render_report(const char *format, xmlDoc *result, enum language language, struct text *out);

/* True if there is such a format. */
bool render_has(const char *format);

/* The names of all formats in the order of the table, ended by NULL; `about` (may be NULL) receives
 * one line of help for each, in English. */
const char *const *render_formats(const char *const **about);

#endif
