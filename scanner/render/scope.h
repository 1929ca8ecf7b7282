/*
 * scope.h - the part of an assessment that says what was looked at: the bundle, its modules, the
 * analysers and how far each came, and what could not be read.
 */
#ifndef PARASOL_RENDER_SCOPE_H
#define PARASOL_RENDER_SCOPE_H

#include <libxml/tree.h>

#include "policy/assessment.h"

/* Rows of one list that a result keeps; the total is always given. */
enum { SCOPE_ROWS_MAX = 500 };

/* Appends <target> and <facts> to an <assessment>. */
void scope_add(xmlNode *parent, const struct assessment *assessment);

#endif
