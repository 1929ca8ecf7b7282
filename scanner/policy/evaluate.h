/*
 * evaluate.h - runs printed expressions over a facts document with libxml2, within a budget.
 *
 * Parameters are bound as variables, never pasted into text; a list is a node-set. Functions beyond
 * XPath 1.0: unread, matches, ends-with, lower-case, version-compare.
 */
#ifndef PARASOL_POLICY_EVALUATE_H
#define PARASOL_POLICY_EVALUATE_H

#include <libxml/tree.h>

#include "policy/params.h"

/* Operations of libxml2's evaluator, and of our functions, that one control may use. */
enum { EVALUATE_BUDGET = 20000000 };

/* A parameter with the value in force. */
struct setting {
	const struct param *param;
	struct param_value value;
};

struct node_list {
	xmlNode **items; /* in document order */
	size_t count;
};

struct evaluator;

/* `doc` and `settings` must live as long as the evaluator. */
RESULT evaluate_open(xmlDoc *doc, const struct setting *settings, size_t count, int64_t as_of_day,
                     struct evaluator **out);
void evaluate_close(struct evaluator *evaluator);

/* Gives the next control its whole budget. */
void evaluate_refill(struct evaluator *evaluator, unsigned long budget);

/* The rows that a path selects. Fails with PACK_BUDGET, or PACK_XPATH if libxml2 refuses it. */
RESULT evaluate_nodes(struct evaluator *evaluator, struct arena *arena, const char *path,
                      struct node_list *out);

/* The number of rows that a path selects. Fails likewise. */
RESULT evaluate_count(struct evaluator *evaluator, const char *path, size_t *out);

/* -1, 0 or 1: the order of two version numbers (versions.c). */
int version_compare(const char *left, const char *right);

/* True if `version` is within a range such as ">=0.1 <1"; false also for a range that is none. */
bool version_within(const char *version, const char *range);

/* True if a range is well formed. */
bool version_range(const char *range);

/* True if a pattern compiles under the rules of matches() (patterns.c). Fails with PACK_XPATH. */
struct pattern;
RESULT pattern_open(const char *text, struct pattern **out);
bool pattern_found(const struct pattern *pattern, const char *text);
void pattern_close(struct pattern *pattern);

#endif
