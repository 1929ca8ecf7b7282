/*
 * zipend.h - finds the central directory of a ZIP by its end records, as Android's loader does.
 *
 * End of central directory record (APPNOTE.TXT 4.3.16), little-endian:
 *   0 signature 06054b50   4 disk   6 disk of the directory   8 entries on this disk
 *   10 entries   12 size of the directory   16 offset of the directory   20 comment length
 * ZIP64 locator (4.3.15), 20 bytes before it: 0 signature 07064b50, 8 offset of the ZIP64 record.
 * ZIP64 record (4.3.14): 0 signature 06064b50, 4 size of the rest, 32 entries, 40 size, 48 offset.
 *
 * The loader takes the last end record within the last 65557 bytes. It reads the ZIP64 record only
 * where the classic one is saturated.
 */
#ifndef PARASOL_INTAKE_ZIPEND_H
#define PARASOL_INTAKE_ZIPEND_H

#include "base/cursor.h"
#include "intake/oddity.h"

struct zip_end {
	uint64_t at;             /* of the end record */
	uint64_t limit;          /* where records behind the directory begin */
	uint64_t directory;      /* of the first central header, in the file */
	uint64_t directory_size; /* as announced */
	uint64_t base;  /* to be added to offsets: bytes that were put in front of the ZIP */
	uint64_t count; /* of entries, as announced */
	bool zip64;     /* the ZIP64 record was used */
};

/* Whether the bytes begin like a ZIP, or end like one. */
bool zipend_bid(const void *data, size_t size);

/*
 * Fails with BUNDLE_TYPE (no ZIP), ZIP_TRUNCATED, BUNDLE_EMPTY, ZIP_OFFSET or ZIP_ZIP64. Oddities
 * of the end records are added to `odd`.
 */
RESULT zipend_find(struct cursor file, struct oddity_list *odd, struct zip_end *out);

#endif
