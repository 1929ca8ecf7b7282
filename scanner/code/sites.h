/* sites.h - collects the instructions that refer to things, and sorts them by what they refer to. */
#ifndef PARASOL_CODE_SITES_H
#define PARASOL_CODE_SITES_H

#include "code/unit.h"

/* Grows on the heap; zero-initialise. */
struct site_list {
	uint32_t *items;
	struct code_site *sites;
	size_t count, room;
};

void site_list_add(struct site_list *list, uint32_t item, struct code_site site);

/* Makes the index over `item_count` items (a counting sort that keeps the order) in `arena`, and
 * frees the list, also on failure. */
RESULT site_list_index(struct site_list *list, uint32_t item_count, struct arena *arena,
                       struct site_index *out);

void site_list_free(struct site_list *list);

#endif
