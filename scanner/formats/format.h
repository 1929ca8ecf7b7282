/*
 * format.h - what an analyser looks like to the scan.
 *
 * A format is one .c file and one line in formats.def. The scan asks every format for a bid on
 * every entry and runs each that bids, on the same unpacked bytes. A format states the sources that
 * it answers for: when it fails, those sources get a gap for the entry.
 */
#ifndef PARASOL_FORMATS_FORMAT_H
#define PARASOL_FORMATS_FORMAT_H

#include "intake/entry.h"

struct codebase;
struct keyring;

struct inspection {
	const struct entry *entry;
	struct arena *arena;     /* dies with the inspection */
	struct facts *facts;     /* the batch of the entry */
	const char *module;      /* id of the module that the entry's container makes up */
	struct keyring *keyring; /* of the bundle (keyring.h); NULL where nobody asks (tests) */
	struct codebase *codebase; /* of the bundle (codebase.h); NULL likewise */
	struct bytes *bytes; /* of the entry: a format may keep them by taking over what they own */
};

struct format {
	const char *name;
	uint32_t sources; /* BIT(...) of every source it answers for */
	/*
	 * Whether the format reads this entry. `body` has no data while the entry is not unpacked
	 * or could not be: then the name decides.
	 */
	bool (*bid)(const struct entry *entry, struct cursor body);
	/* Reads the entry. Other entries of its container may be read too. */
	RESULT (*inspect)(struct inspection *inspection, struct cursor body);
};

extern const struct format *const formats[];
extern const size_t formats_count;

/* The content kind of an entry for /facts/entries/entry/@kind, by its first bytes, then its name.
 */
const char *content_kind(const struct entry *entry, struct cursor body);

#endif
