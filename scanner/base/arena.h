/*
 * arena.h - memory that dies together, with a byte limit.
 *
 * One arena per entry or per document, so that an early return is always safe. Memory comes zeroed
 * and aligned for any type.
 */
#ifndef PARASOL_BASE_ARENA_H
#define PARASOL_BASE_ARENA_H

#include "base/fault.h"

struct arena {
	struct arena_block *blocks;
	size_t used;  /* bytes handed out */
	size_t limit; /* bytes that may be handed out */
};

void arena_init(struct arena *arena, size_t limit);
void arena_free(struct arena *arena);

/* `count` items of `size` bytes; NULL with the fault LIMIT_MEMORY noted when the limit is passed.
 */
void *arena_take(struct arena *arena, size_t count, size_t size)
	__attribute__((warn_unused_result));

/* A NUL-terminated copy of `len` bytes; NULL as above. */
char *arena_copy(struct arena *arena, const void *bytes, size_t len)
	__attribute__((warn_unused_result));

/* Allocates `count` items for `pointer`, in a function that returns struct result. */
#define ALLOC(pointer, arena, count) \
	do { \
		(pointer) = arena_take(arena, count, sizeof *(pointer)); \
		if (!(pointer)) \
			return FAILED; \
	} while (0)

#endif
