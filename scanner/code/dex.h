/*
 * dex.h - DEX files, versions 035 to 041, as units (AOSP: "Dalvik executable format").
 */
#ifndef PARASOL_CODE_DEX_H
#define PARASOL_CODE_DEX_H

#include "code/unit.h"

/*
 * Reads all tables and walks the code of every method. The unit and its tables live in `arena`;
 * strings, code and array data stay in `file`, whose bytes must outlive the unit.
 *
 * Fails only if nothing can be read: DEX_PARSE if it is no DEX file or ends within the header;
 * DEX_VERSION for optimised ("dey\n") and compact ("cdex") files and versions that are not known;
 * LIMIT_MEMORY. Everything else that is wrong becomes an issue of the unit and, unless it is a
 * mere notice, sets `partial`. Broken references are replaced by a string, type or proto that is
 * empty and stands behind those of the file, so that indices in tables are always in range.
 */
RESULT dex_read(struct cursor file, struct arena *arena, struct unit **out);

#endif
