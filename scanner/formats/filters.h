/* filters.h - intent filters of a component, and the deep links that follow from them. */
#ifndef PARASOL_FORMATS_FILTERS_H
#define PARASOL_FORMATS_FILTERS_H

#include "formats/manifest.h"

/* What a component's filters say together. */
struct filter_summary {
	int64_t count;
	int64_t with_actions; /* filters that have an action at all */
	bool launcher, system_bound;
	bool protected_only; /* there are actions, and only the system may send every one */
	bool unread;         /* some action or category could not be read */
};

void filters_summarise(struct manifest *manifest, const struct axml_element *component,
                       struct filter_summary *out);

/* Writes the filters below the component's row. */
void filters_write(struct manifest *manifest, const struct axml_element *component,
                   uint32_t parent);

/* Writes the deep links of an activity or alias. */
RESULT filters_write_links(struct manifest *manifest, const struct axml_element *component,
                           const char *name);

#endif
