/*
 * whole.h - what is said of the bundle as one file: its digests, size and kind.
 *
 * The three digests are jobs of the pool; the last one done sends the row.
 */
#ifndef PARASOL_SCAN_WHOLE_H
#define PARASOL_SCAN_WHOLE_H

#include <stdatomic.h>

#include "base/pool.h"
#include "scan/identify.h"
#include "scan/outbox.h"

struct whole {
	const void *data;
	size_t size;
	size_t entries; /* of the outermost container */
	struct identity identity;
	struct outbox *outbox;
	_Atomic uint64_t *time; /* nanoseconds are added here */
};

void whole_add(struct pool *pool, const struct whole *whole);

#endif
