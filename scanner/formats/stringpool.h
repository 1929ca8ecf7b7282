/*
 * stringpool.h - the string pool of Android binary XML and resource tables.
 *
 *   +0  u16 type 0x0001   +2 u16 header size   +4 u32 size of the chunk
 *   +8  u32 strings       +12 u32 styles       +16 u32 flags (0x100: UTF-8)
 *   +20 u32 start of the string data           +24 u32 start of the style data
 *   then a u32 offset per string and per style, then the data. A string has its length in front
 *   (one or two units; in UTF-8 pools the length in UTF-16 units comes first) and a NUL behind.
 *
 * Source: AOSP frameworks/base, libs/androidfw, ResourceTypes.h and ResourceTypes.cpp
 * (ResStringPool). What the platform reads is read; what it refuses is refused.
 */
#ifndef PARASOL_FORMATS_STRINGPOOL_H
#define PARASOL_FORMATS_STRINGPOOL_H

#include "base/arena.h"
#include "base/cursor.h"

struct stringpool {
	struct cursor chunk;   /* the whole chunk */
	struct cursor strings; /* the string data */
	struct arena *arena;
	const char **read; /* strings read so far, by index */
	uint32_t count, styles;
	uint32_t header; /* size of the header: where the offsets begin */
	bool utf8;
	bool crowded; /* the table of offsets runs into the strings */
};

/* No string: the value of an index field that is not set. */
#define STRINGPOOL_NONE UINT32_MAX

/*
 * Opens the pool that fills `chunk`. Fails with `malformed` where the platform refuses the pool and
 * with the cursor's shortage where bytes are missing; `out` has the counts even then.
 */
RESULT stringpool_open(struct cursor chunk, enum diag malformed, struct arena *arena,
                       struct stringpool *out);

/*
 * The string of an index as UTF-8 that the arena owns: NUL inside a string is written C0 80, an
 * unpaired surrogate as three bytes. NULL where the platform finds no string: the index is past
 * the pool or the string is damaged. Fails only for want of memory.
 */
RESULT stringpool_find(struct stringpool *pool, uint32_t index, const char **out);

#endif
