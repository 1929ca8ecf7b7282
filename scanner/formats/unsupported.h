/*
 * unsupported.h - entries of kinds that are recognised and not read by this release. Each format
 * answers for its own sources and fails on every entry it bids on, so that the sources are never
 * taken as complete.
 */
#ifndef PARASOL_FORMATS_UNSUPPORTED_H
#define PARASOL_FORMATS_UNSUPPORTED_H

#include "formats/format.h"

extern const struct format format_code;    /* bytecode of other machines than Java's and Android's */
extern const struct format format_native;  /* ELF, Mach-O */
extern const struct format format_plist;   /* property lists, text and binary */
extern const struct format format_foreign; /* manifests of bundles other than APKs */

#endif
