/*
 * score.c - the score as an interval.
 *
 * low = weight that passes / weight that applies; high = the same with what is not known counted as
 * passed. What is not known stays in the lower number's denominator, and notapplicable needs
 * certain knowledge, so the low end never rises because less was read.
 */
#include "policy/verdict.h"

struct score score_of(const struct requirement_result *requirements, size_t count)
{
	struct score score = {0};
	unsigned passed = 0, open = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned weight = requirements[i].weight;

		switch (requirements[i].verdict) {
		case VERDICT_PASS:
			passed += weight;
			score.judged += weight;
			break;
		case VERDICT_FAIL:
			score.judged += weight;
			break;
		case VERDICT_ERROR:
		case VERDICT_UNKNOWN:
		case VERDICT_NOTCHECKED:
			open += weight;
			break;
		default:
			continue;
		}
		score.applicable += weight;
	}
	score.available = score.judged > 0;
	if (!score.available)
		return score;
	score.low = passed * 100 / score.applicable;
	score.high = ((passed + open) * 100 + score.applicable - 1) / score.applicable;
	return score;
}
