/* verdict.c - combining verdicts of steps, controls, requirements and clauses. */
#include "policy/verdict.h"

void verdict_add(struct verdict_mix *mix, enum verdict verdict)
{
	mix->seen[verdict] = true;
}

enum verdict verdict_of(const struct verdict_mix *mix)
{
	static const enum verdict worst_first[] = {
		VERDICT_FAIL, VERDICT_ERROR,         VERDICT_UNKNOWN,      VERDICT_NOTCHECKED,
		VERDICT_PASS, VERDICT_INFORMATIONAL, VERDICT_NOTAPPLICABLE};

	for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++) {
		if (mix->seen[worst_first[i]])
			return worst_first[i];
	}
	return VERDICT_NOTSELECTED;
}

enum clause_verdict clause_verdict_of(const struct verdict_mix *mix, bool covered_in_full)
{
	bool passed = mix->seen[VERDICT_PASS];

	switch (verdict_of(mix)) {
	case VERDICT_FAIL:
		return passed ? CLAUSE_PARTLY : CLAUSE_NOT_MET;
	case VERDICT_ERROR:
	case VERDICT_UNKNOWN:
		return CLAUSE_INCOMPLETE;
	case VERDICT_NOTCHECKED:
		return passed ? CLAUSE_MET_SO_FAR : CLAUSE_INCOMPLETE;
	case VERDICT_PASS:
		/* a deselected requirement was not looked at */
		return covered_in_full && !mix->seen[VERDICT_NOTSELECTED] ? CLAUSE_MET
		                                                          : CLAUSE_MET_SO_FAR;
	case VERDICT_NOTAPPLICABLE:
		return CLAUSE_NOT_APPLICABLE;
	default:
		return CLAUSE_INCOMPLETE;
	}
}

void tally_add(struct tally *tally, enum severity severity, enum verdict verdict)
{
	tally->by_verdict[verdict]++;
	tally->by_severity[severity][verdict]++;
}
