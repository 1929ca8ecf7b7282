/*
 * zipaudit.h - compares what the headers of a ZIP say with each other and with the bytes.
 */
#ifndef PARASOL_INTAKE_ZIPAUDIT_H
#define PARASOL_INTAKE_ZIPAUDIT_H

#include "intake/zipview.h"

/*
 * Reads the local headers, so that each record knows where its data lie or why they cannot be read,
 * and adds everything odd to `odd`. Entries that share bytes are read up to 64 MiB in all; the rest
 * is refused (ZIP_OVERLAP), since a few kilobytes can claim terabytes in this way.
 */
RESULT zipaudit_run(struct zipview *view, struct arena *arena, struct oddity_list *odd);

#endif
