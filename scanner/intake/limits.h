/*
 * limits.h - the limits of unpacking and reading. A limit that is reached is reported and is never
 * a pass. Every limit has a default, and a ceiling that no option can exceed (limits.def).
 */
#ifndef PARASOL_INTAKE_LIMITS_H
#define PARASOL_INTAKE_LIMITS_H

#include "base/fault.h"

enum limit {
#define LIMIT(id, name, value, ceiling, unit, reason) LIMIT_##id,
#include "intake/limits.def"
#undef LIMIT
	LIMIT_COUNT
};

struct limit_info {
	const char *name; /* of the option: --limit NAME=VALUE */
	uint64_t value, ceiling;
	const char *unit, *reason;
};
extern const struct limit_info limit_table[LIMIT_COUNT];

uint64_t limit_get(enum limit limit);

/* Sets a limit from "NAME=VALUE"; fails with USAGE. Call before threads start. */
RESULT limit_set(const char *assignment);

/* Starts the counters anew for a bundle of `bundle_size` bytes (0: not known). */
void limit_reset(uint64_t bundle_size);

/*
 * The most bytes that `packed` bytes may unpack to, over all their entries: the limit TOTAL, or if
 * it is less the limit RATIO times their size, but never below 512 MiB.
 */
uint64_t limit_total(uint64_t packed);

/*
 * Counts unpacked bytes or entries of this bundle; fails when the limit is passed. Called while
 * containers are opened, which happens in the order of entries, so that the limit falls on the same
 * entry in every run.
 */
RESULT limit_count_bytes(uint64_t bytes);
RESULT limit_count_entries(uint64_t entries);

/*
 * Counts, from any thread, bytes that were not announced when the container was opened, or that are
 * unpacked again. The limit TOTAL holds for their sum as well.
 */
RESULT limit_count_excess(uint64_t bytes);

#endif
