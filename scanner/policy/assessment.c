/* assessment.c - the words of an assessment. */
#include "policy/assessment.h"

#include <stdlib.h>

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {"pass",        "fail",          "error",
	                                    "unknown",     "notapplicable", "notchecked",
	                                    "notselected", "informational"};

	return names[verdict];
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {"critical", "high", "medium", "low", "info"};

	return names[severity];
}

const char *clause_verdict_name(enum clause_verdict verdict)
{
	static const char *const names[] = {"met",        "met-so-far",     "partly",
	                                    "not-met",    "not-applicable", "incomplete",
	                                    "not-covered"};

	return names[verdict];
}

const char *gate_outcome_name(enum gate_outcome outcome)
{
	static const char *const names[] = {"passed", "failed", "incomplete"};

	return names[outcome];
}

const char *step_kind_name(enum step_kind kind)
{
	static const char *const names[] = {"forbid", "require", "each", "manual"};

	return names[kind];
}

const char *language_name(enum language language)
{
	static const char *const names[] = {"zh-CN", "en"};

	return names[language];
}

void assessment_free(struct assessment *assessment)
{
	if (!assessment)
		return;
	arena_free(&assessment->arena);
	free(assessment);
}
