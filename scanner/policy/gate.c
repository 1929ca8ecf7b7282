/*
 * gate.c - whether a pack's result may pass.
 *
 * A failed requirement of the gate's severity or above fails it. One that is not known leaves it
 * open, and so does a pack of which nothing was judged, or less than the gate demands.
 */
#include "policy/judge.h"

#include <string.h>

static bool open_verdict(const struct gate *gate, const struct requirement_result *requirement)
{
	switch (requirement->verdict) {
	case VERDICT_ERROR:
	case VERDICT_UNKNOWN:
		return true;
	case VERDICT_NOTCHECKED:
		return gate->manual;
	default:
		return false;
	}
}

static bool enough(const struct gate *gate, const struct score *score)
{
	return score->judged > 0 &&
	       (uint64_t)score->judged * 100 >= (uint64_t)gate->least_coverage * score->applicable;
}

struct result gate_judge(struct arena *arena, const struct chosen *chosen, struct pack_result *pack)
{
	const struct gate *gate = &chosen->gate;
	struct gate_result *out = &pack->gate;

	out->id = arena_copy(arena, gate->id, strlen(gate->id));
	out->fail_on = gate->fail_on < 0 ? "none" : severity_name((enum severity)gate->fail_on);
	ALLOC(out->failed, arena, pack->requirement_count);
	ALLOC(out->incomplete, arena, pack->requirement_count);
	for (size_t i = 0; i < pack->requirement_count; i++) {
		const struct requirement_result *requirement = &pack->requirements[i];
		int severity = (int)requirement->severity;

		if (requirement->verdict == VERDICT_FAIL && severity <= gate->fail_on)
			out->failed[out->failed_count++] = requirement->id;
		if (open_verdict(gate, requirement) && severity <= gate->incomplete_on)
			out->incomplete[out->incomplete_count++] = requirement->id;
	}
	out->outcome = GATE_PASSED;
	if (out->incomplete_count || !enough(gate, &pack->score))
		out->outcome = GATE_INCOMPLETE;
	if (out->failed_count)
		out->outcome = GATE_FAILED;
	return OK;
}
