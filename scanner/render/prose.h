/*
 * prose.h - the words of packs in both languages, as the <prose> of a result, found by key:
 *
 *   pack|ID  requirement|PACK|ID  standard|PACK|ID  clause|PACK|STANDARD|PLACE  control|ID
 */
#ifndef PARASOL_RENDER_PROSE_H
#define PARASOL_RENDER_PROSE_H

#include <libxml/tree.h>

#include "base/text.h"
#include "policy/assessment.h"

/* Appends <prose> to a <result> whose <assessment> is complete. */
void prose_add(xmlNode *result, const struct assessment *assessment);

/*
 * Adds prose from indented XML as one line to an empty `out`: runs of white space are one space,
 * and nothing inside Chinese text.
 */
void prose_line(struct text *out, const char *words);

#endif
