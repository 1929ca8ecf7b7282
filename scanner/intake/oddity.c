/* oddity.c - issues of a container, a few of each kind. */
#include "intake/oddity.h"

#include <stdarg.h>
#include <stdio.h>

enum { LISTED = 16 }; /* of each kind */

void oddity_init(struct oddity_list *list, struct facts *facts)
{
	*list = (struct oddity_list){.facts = facts};
}

void oddity_add(struct oddity_list *list, enum diag code, uint64_t at, const char *format, ...)
{
	char why[400];
	va_list args;

	if (!list->facts || list->seen[code]++ >= LISTED)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	facts_issue(list->facts, code, at, "%s", why);
}

void oddity_finish(struct oddity_list *list)
{
	for (int i = 0; i < DIAG_COUNT; i++) {
		if (list->facts && list->seen[i] > LISTED)
			facts_issue(list->facts, (enum diag)i, AT_NONE, "and %u more of this kind",
			            (unsigned)(list->seen[i] - LISTED));
	}
}

void oddity_damage(struct oddity_list *list, enum diag code, uint64_t at, const char *format, ...)
{
	bool limit = diag_kind(code) == FAULT_LIMIT;
	char why[400];
	va_list args;

	if (!list->facts)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	facts_issue(list->facts, code, at, "%s", why);
	for (int i = 0; i < SOURCE_COUNT; i++)
		facts_gap(list->facts, (enum source)i, limit ? STATUS_LIMIT : STATUS_PARTIAL, code);
}
