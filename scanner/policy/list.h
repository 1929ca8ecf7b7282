/* list.h - pointers in an arena, in the order they were added. */
#ifndef PARASOL_POLICY_LIST_H
#define PARASOL_POLICY_LIST_H

#include "base/arena.h"

struct list {
	void **items;
	size_t count, room;
};

/* Adds `item`, which may be NULL only for want of memory (then it fails as arena_take did). */
RESULT list_add(struct arena *arena, struct list *list, void *item);

/* True if a string of the list equals `text`. */
bool list_has(const struct list *list, const char *text);

/* Sorts strings by their bytes and drops those that stand twice. */
void list_sort_strings(struct list *list);

#endif
