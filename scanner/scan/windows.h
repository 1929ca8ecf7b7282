/* windows.h - entries that are too large to be held: hashed and searched in overlapping windows. */
#ifndef PARASOL_SCAN_WINDOWS_H
#define PARASOL_SCAN_WINDOWS_H

#include "formats/yara.h"
#include "intake/entry.h"

/*
 * Reads an entry piece by piece; gives its SHA-256, its first bytes (at most FIRST_BYTES, in
 * `first`, the caller's to free) and its size, and writes the rows of rules that match.
 */
enum { FIRST_BYTES = 4096 };
RESULT windows_read(const struct entry *entry, struct rules_scanner *rules, struct facts *facts,
                    uint8_t sha256[32], struct text *first, uint64_t *size);

#endif
