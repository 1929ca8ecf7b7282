/* arena.c - a chain of blocks, freed at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* Some bundles need tens of thousands of arenas, most of which hold little: blocks begin small. */
enum { BLOCK_SMALL = 4 * 1024, BLOCK_SIZE = 64 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){.limit = limit};
}

void arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
	arena->used = 0;
}

static struct arena_block *grow(struct arena *arena, size_t need)
{
	size_t usual = arena->used < 4 * BLOCK_SMALL ? BLOCK_SMALL : BLOCK_SIZE;
	bool own = need > usual / 4; /* a large item gets a block of its own */
	size_t size = own ? need : usual;
	struct arena_block *block = malloc(sizeof *block + size);

	if (!block)
		fault_out_of_memory();
	block->size = size;
	block->used = 0;
	if (own && arena->blocks) {
		/* keep the block that still has room at the front */
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t need;

	if (__builtin_mul_overflow(count, size, &need) || need > SIZE_MAX / 2 ||
	    need > arena->limit - arena->used) {
		fault_note(DIAG_LIMIT_MEMORY, AT_NONE, __FILE__, __LINE__,
		           "%zu items of %zu bytes are above the limit of %zu bytes", count, size,
		           arena->limit);
		return NULL;
	}
	arena->used += need;
	need = (need + align - 1) / align * align;
	struct arena_block *block = arena->blocks;
	if (!block || block->size - block->used < need)
		block = grow(arena, need);
	void *memory = block->bytes + block->used;
	block->used += need;
	memset(memory, 0, need);
	return memory;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t len)
{
	char *copy = arena_take(arena, len + 1, 1);

	if (copy && len)
		memcpy(copy, bytes, len);
	return copy;
}
