/*
 * oddity.h - issues of a container, a few of each kind.
 *
 * A hostile archive can have a hundred thousand headers that are all wrong in the same way. The
 * first of them are reported one by one, the rest by their number.
 */
#ifndef PARASOL_INTAKE_ODDITY_H
#define PARASOL_INTAKE_ODDITY_H

#include "facts/facts.h"

struct oddity_list {
	struct facts *facts; /* may be NULL: nothing is reported */
	uint32_t seen[DIAG_COUNT];
};

void oddity_init(struct oddity_list *list, struct facts *facts);
void oddity_add(struct oddity_list *list, enum diag code, uint64_t at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Reports the numbers of those that were left out. */
void oddity_finish(struct oddity_list *list);

/*
 * The container cannot be read to its end: the reason becomes an issue, and every source a gap,
 * since anything may lie in the part that was not read.
 */
void oddity_damage(struct oddity_list *list, enum diag code, uint64_t at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
