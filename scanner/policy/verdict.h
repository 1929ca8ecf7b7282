/* verdict.h - how verdicts combine: fail > error > unknown > notchecked > pass. */
#ifndef PARASOL_POLICY_VERDICT_H
#define PARASOL_POLICY_VERDICT_H

#include "policy/assessment.h"

struct verdict_mix {
	bool seen[VERDICT_COUNT];
};

void verdict_add(struct verdict_mix *mix, enum verdict verdict);

/* The worst verdict added; notapplicable only if all were, notselected if there was none. */
enum verdict verdict_of(const struct verdict_mix *mix);

/* Weights of requirements as an interval. */
struct score score_of(const struct requirement_result *requirements, size_t count);

void tally_add(struct tally *tally, enum severity severity, enum verdict verdict);

/* `covered_in_full` is false for a clause whose coverage is partial. */
enum clause_verdict clause_verdict_of(const struct verdict_mix *mix, bool covered_in_full);

#endif
