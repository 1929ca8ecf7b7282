/* ziplayout.h - what lies between the entries of a ZIP, and which entries share bytes. */
#ifndef PARASOL_INTAKE_ZIPLAYOUT_H
#define PARASOL_INTAKE_ZIPLAYOUT_H

#include "intake/zipview.h"

/* Needs the ends of the records. Marks shared ones and refuses those beyond the budget. */
RESULT ziplayout_run(struct zipview *view, struct arena *arena, struct oddity_list *odd);

#endif
