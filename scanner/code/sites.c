/* sites.c - see sites.h. */
#include "code/sites.h"

#include <stdlib.h>

void site_list_add(struct site_list *list, uint32_t item, struct code_site site)
{
	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 1024;
		list->items = reallocarray(list->items, list->room, sizeof *list->items);
		list->sites = reallocarray(list->sites, list->room, sizeof *list->sites);
		if (!list->items || !list->sites)
			fault_out_of_memory();
	}
	list->items[list->count] = item;
	list->sites[list->count++] = site;
}

void site_list_free(struct site_list *list)
{
	free(list->items);
	free(list->sites);
	*list = (struct site_list){0};
}

static RESULT sort(const struct site_list *list, uint32_t item_count, struct arena *arena,
                   struct site_index *out)
{
	struct site_index index;

	ALLOC(index.first, arena, (size_t)item_count + 1);
	ALLOC(index.sites, arena, list->count + 1);
	for (size_t i = 0; i < list->count; i++)
		index.first[list->items[i] + 1]++;
	for (uint32_t i = 0; i < item_count; i++)
		index.first[i + 1] += index.first[i];
	/* first[i] runs to where item i ends, which is where i + 1 starts: moved back afterwards */
	for (size_t i = 0; i < list->count; i++)
		index.sites[index.first[list->items[i]]++] = list->sites[i];
	for (uint32_t i = item_count; i > 0; i--)
		index.first[i] = index.first[i - 1];
	index.first[0] = 0;
	*out = index;
	return OK;
}

struct result site_list_index(struct site_list *list, uint32_t item_count, struct arena *arena,
                              struct site_index *out)
{
	struct result sorted = sort(list, item_count, arena, out);

	site_list_free(list);
	return sorted;
}
