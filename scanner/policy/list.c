/* list.c - pointers in an arena. */
#include "policy/list.h"

#include <stdlib.h>
#include <string.h>

struct result list_add(struct arena *arena, struct list *list, void *item)
{
	if (!item)
		return FAILED;
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 8;
		void **items;

		ALLOC(items, arena, room);
		if (list->count)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = item;
	return OK;
}

bool list_has(const struct list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void list_sort_strings(struct list *list)
{
	size_t kept = 0;

	if (list->count < 2)
		return;
	qsort(list->items, list->count, sizeof *list->items, by_bytes);
	for (size_t i = 1; i < list->count; i++) {
		if (strcmp(list->items[kept], list->items[i]) != 0)
			list->items[++kept] = list->items[i];
	}
	list->count = kept + 1;
}
