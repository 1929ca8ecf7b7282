/* html.h - the report as one self-contained page in both languages. */
#ifndef PARASOL_RENDER_HTML_H
#define PARASOL_RENDER_HTML_H

#include <libxml/tree.h>

#include "base/text.h"
#include "policy/assessment.h"

/*
 * Appends the page to `out`. `first` is the language shown when the page is opened. The result is
 * as before when the function returns. Fails with SYSTEM only.
 */
RESULT render_html(xmlDoc *result, enum language first, struct text *out);

#endif
