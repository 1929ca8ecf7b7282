/*
 * policy.h - the judging wing, as the program sees it: load packs, say what they need, judge.
 */
#ifndef PARASOL_POLICY_POLICY_H
#define PARASOL_POLICY_POLICY_H

#include "facts/watch.h"
#include "policy/assessment.h"

struct policy; /* chosen packs with profile, tailoring and parameters applied; ready to judge */

struct policy_request {
	const char *const *packs; /* NAME[:PROFILE] or a path to a pack folder[:PROFILE] */
	size_t pack_count;
	const char *tailoring; /* path, or NULL */
	const char *fail_on;   /* severity name, "none" or NULL for the gate's own */
	const char *gate;      /* "pipeline" or "delivery"; NULL means pipeline */
	const char *as_of;     /* YYYY-MM-DD */
};

/*
 * Loads and checks everything that judging needs. Any fault is USAGE and one line that says what,
 * where (file and line) and what to do.
 */
RESULT policy_load(const struct policy_request *request, struct policy **out);
void policy_free(struct policy *policy);

/* Sets rows[] (ROW_COUNT booleans) for every row that a selected control may look at. */
void policy_rows(const struct policy *policy, bool *rows);

/* What controls want to know of code: the built-in watch list with those of the chosen packs. */
const struct watch_list *policy_watch(const struct policy *policy);

RESULT policy_judge(const struct policy *policy, const struct fact_doc *facts,
                    struct assessment **out);

/*
 * Tools for pack authors. A target is the name of a built-in pack, "controls" for the built-in
 * control library, a folder on disk (a pack, or a control library), or one XML file. They fail only
 * if the target cannot be opened; what is wrong with it stands in `report`, a line each.
 */

/* Checks all that loading checks, and what hurts authors and readers besides. */
RESULT pack_lint(const char *target, struct text *report, size_t *problems);

/* Runs the examples of all controls of the target. What does not load counts as failed. */
RESULT pack_test(const char *target, struct text *report, size_t *run, size_t *failed);

/* The built-in packs: id, version, titles, profiles, counts. */
RESULT policy_list(struct text *out);

/* One pack: requirements with their controls and parameters. */
RESULT policy_show(const char *name, struct text *out);

#endif
