/*
 * cause.h - why an item is unknown: because this release does not read what it rests on, or because
 * of this bundle. The two are told apart wherever an item is counted or shown.
 */
#ifndef PARASOL_RENDER_CAUSE_H
#define PARASOL_RENDER_CAUSE_H

#include "policy/assessment.h"

enum cause {
	CAUSE_NONE,    /* the verdict is not unknown */
	CAUSE_BUNDLE,  /* something in this bundle could not be read */
	CAUSE_RELEASE, /* only what this release reads in no bundle */
};

/* The sources that were not read in full, as BIT()s, and the first gap of each. */
struct causes {
	uint32_t bundle, release;
	char codes[SOURCE_COUNT][40]; /* diagnostic, "" if there is none */
};

void causes_of(const struct assessment *assessment, struct causes *out);

enum cause cause_of_control(const struct causes *causes, const struct control_result *control);
enum cause cause_of_requirement(const struct causes *causes, const struct assessment *assessment,
                                const struct requirement_result *requirement);

/* How many requirements of all packs are unknown for this cause. */
size_t cause_count(const struct causes *causes, const struct assessment *assessment,
                   enum cause cause);

/* "bundle" or "release"; NULL for CAUSE_NONE. */
const char *cause_name(enum cause cause);

#endif
