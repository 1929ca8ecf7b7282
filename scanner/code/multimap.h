/* multimap.h - from a 64-bit hash to the things that were filed under it, in the order of filing. */
#ifndef PARASOL_CODE_MULTIMAP_H
#define PARASOL_CODE_MULTIMAP_H

#include "base/arena.h"

struct pair_at {
	const void *unit;
	uint32_t index;
};

struct multimap {
	uint64_t *hashes; /* of slots; 0: free */
	uint32_t *starts; /* of slots: first of its items */
	uint32_t *counts;
	size_t slots; /* a power of two */
	struct pair_at *items;
};

/* What is to be filed; grows on the heap. */
struct filing {
	uint64_t *hashes;
	struct pair_at *items;
	size_t count, room;
};

uint64_t hash_text(const char *text);
/* Joins two hashes; the order matters. */
uint64_t hash_join(uint64_t left, uint64_t right);

void filing_add(struct filing *filing, uint64_t hash, const void *unit, uint32_t index);
void filing_free(struct filing *filing);

/* Makes the map in `arena` and frees the filing, also on failure. */
RESULT multimap_make(struct filing *filing, struct arena *arena, struct multimap *out);

/* The items of a hash; `count` gets their number. */
const struct pair_at *multimap_find(const struct multimap *map, uint64_t hash, uint32_t *count);

#endif
