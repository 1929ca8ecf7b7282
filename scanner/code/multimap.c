/* multimap.c - see multimap.h: open addressing over slots, items counted and laid out in a row. */
#include "code/multimap.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93U;
	x ^= x >> 32;
	return x;
}

uint64_t hash_text(const char *text)
{
	uint64_t hash = 0x9e3779b97f4a7c15U;
	size_t len = strlen(text);

	for (; len >= 8; len -= 8, text += 8) {
		uint64_t word;
		memcpy(&word, text, 8);
		hash = mix(hash ^ word) * 0x9fb21c651e98df25U;
	}
	uint64_t last = len;
	for (size_t i = 0; i < len; i++)
		last = last << 8 | (uint8_t)text[i];
	hash = mix(hash ^ last) * 0x9fb21c651e98df25U;
	return mix(hash) | 1;
}

uint64_t hash_join(uint64_t left, uint64_t right)
{
	return mix(left * 0x9e3779b97f4a7c15U + right) | 1;
}

void filing_add(struct filing *filing, uint64_t hash, const void *unit, uint32_t index)
{
	if (filing->count == filing->room) {
		filing->room = filing->room ? filing->room * 2 : 4096;
		filing->hashes =
			reallocarray(filing->hashes, filing->room, sizeof *filing->hashes);
		filing->items = reallocarray(filing->items, filing->room, sizeof *filing->items);
		if (!filing->hashes || !filing->items)
			fault_out_of_memory();
	}
	filing->hashes[filing->count] = hash;
	filing->items[filing->count++] = (struct pair_at){unit, index};
}

void filing_free(struct filing *filing)
{
	free(filing->hashes);
	free(filing->items);
	*filing = (struct filing){0};
}

static size_t slot_of(const struct multimap *map, uint64_t hash)
{
	size_t slot = (size_t)(hash >> 7) & (map->slots - 1);

	while (map->hashes[slot] && map->hashes[slot] != hash)
		slot = (slot + 1) & (map->slots - 1);
	return slot;
}

static RESULT make(const struct filing *filing, struct arena *arena, struct multimap *out)
{
	struct multimap map = {.slots = 16};
	uint32_t at = 0;

	while (map.slots < filing->count * 2)
		map.slots *= 2;
	ALLOC(map.hashes, arena, map.slots);
	ALLOC(map.starts, arena, map.slots);
	ALLOC(map.counts, arena, map.slots);
	ALLOC(map.items, arena, filing->count + 1);
	for (size_t i = 0; i < filing->count; i++) {
		size_t slot = slot_of(&map, filing->hashes[i]);
		map.hashes[slot] = filing->hashes[i];
		map.counts[slot]++;
	}
	for (size_t slot = 0; slot < map.slots; slot++) {
		map.starts[slot] = at;
		at += map.counts[slot];
		map.counts[slot] = 0;
	}
	for (size_t i = 0; i < filing->count; i++) {
		size_t slot = slot_of(&map, filing->hashes[i]);
		map.items[map.starts[slot] + map.counts[slot]++] = filing->items[i];
	}
	*out = map;
	return OK;
}

struct result multimap_make(struct filing *filing, struct arena *arena, struct multimap *out)
{
	struct result made = make(filing, arena, out);

	filing_free(filing);
	return made;
}

const struct pair_at *multimap_find(const struct multimap *map, uint64_t hash, uint32_t *count)
{
	size_t slot = slot_of(map, hash);

	*count = map->hashes[slot] ? map->counts[slot] : 0;
	return map->items + map->starts[slot];
}
