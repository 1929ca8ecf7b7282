/*
 * companion.h - is one bundle the other from before hardening?
 *
 * A packing product changes code, native libraries, the manifest's application class and the
 * signature, and leaves the rest alone. So the build before it is known by its package, its
 * versionCode and the digests of what was left alone.
 */
#ifndef PARASOL_FACTS_COMPANION_H
#define PARASOL_FACTS_COMPANION_H

#include "facts/doc.h"

/* Of the entries that hardening leaves alone, so many percent must be equal. */
enum { COMPANION_SHARE = 60 };

/*
 * Compares two finished documents, writes the companion's rows to `release`, and, if the link is
 * proved, lets `before` speak for the code. `name` is the companion's file name. Returns whether it
 * was proved.
 */
bool companion_link(struct fact_doc *release, struct fact_doc *before, const char *name);

#endif
