/*
 * judgement.h - the part of an assessment that says how it was judged: packs with requirements,
 * standards, gates and deviations, and every control with its steps and findings.
 */
#ifndef PARASOL_RENDER_JUDGEMENT_H
#define PARASOL_RENDER_JUDGEMENT_H

#include <libxml/tree.h>

#include "policy/assessment.h"

/* Appends <conclusion>, <tailoring> if there is one, <packs> and <controls> to an <assessment>. */
void judgement_add(xmlNode *parent, const struct assessment *assessment);

#endif
