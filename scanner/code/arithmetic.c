/* arithmetic.c - numbers as Java computes them (JLS 4.2.2, 15), over sets. */
#include <string.h>

#include "code/tracing.h"

static bool divide(const struct insn *insn, int64_t a, int64_t b, int64_t *out)
{
	if (b == 0)
		return false;
	if (b == -1) /* the smallest number has no counterpart; Java's quotient is itself */
		*out = insn->sub == DO_DIV ? (int64_t)(0 - (uint64_t)a) : 0;
	else
		*out = insn->sub == DO_DIV ? a / b : a % b;
	return true;
}

static int64_t shift(const struct insn *insn, int64_t a, int64_t b)
{
	unsigned by = (unsigned)b & (insn->wide ? 63 : 31);

	switch (insn->sub) {
	case DO_SHL:
		return (int64_t)((uint64_t)a << by);
	case DO_SHR:
		return a >> by;
	default:
		return insn->wide ? (int64_t)((uint64_t)a >> by) : (int64_t)((uint32_t)a >> by);
	}
}

/* False where the operation is not one on whole numbers. */
static bool compute(const struct insn *insn, int64_t a, int64_t b, int64_t *out)
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch (insn->sub) {
	case DO_ADD:
		*out = (int64_t)(x + y);
		return true;
	case DO_SUB:
		*out = (int64_t)(x - y);
		return true;
	case DO_RSUB:
		*out = (int64_t)(y - x);
		return true;
	case DO_MUL:
		*out = (int64_t)(x * y);
		return true;
	case DO_DIV:
	case DO_REM:
		return divide(insn, a, b, out);
	case DO_AND:
		*out = a & b;
		return true;
	case DO_OR:
		*out = a | b;
		return true;
	case DO_XOR:
		*out = a ^ b;
		return true;
	case DO_SHL:
	case DO_SHR:
	case DO_USHR:
		*out = shift(insn, a, b);
		return true;
	default:
		return false;
	}
}

static bool convert(const struct insn *insn, int64_t a, int64_t *out)
{
	switch (insn->sub) {
	case DO_NEG:
		*out = (int64_t)(0 - (uint64_t)a);
		return true;
	case DO_NOT:
		*out = ~a;
		return true;
	case DO_TO_INT:
		*out = (int32_t)a;
		return true;
	case DO_TO_LONG:
		*out = a;
		return true;
	case DO_TO_BYTE:
		*out = (int8_t)a;
		return true;
	case DO_TO_CHAR:
		*out = (uint16_t)a;
		return true;
	case DO_TO_SHORT:
		*out = (int16_t)a;
		return true;
	default:
		return false;
	}
}

static bool one(const struct insn *insn, int64_t a, int64_t b, int64_t *out)
{
	if (insn->op == OP_UNARY) {
		bool known = convert(insn, a, out);
		if (insn->sub == DO_NEG && !insn->wide)
			*out = (int32_t)*out;
		return known;
	}
	if (insn->op == OP_COMPARE && insn->sub == DO_FLOATING)
		return false;
	if (insn->op == OP_COMPARE) {
		*out = a < b ? -1 : a > b;
		return true;
	}
	if (!compute(insn, a, b, out))
		return false;
	if (!insn->wide)
		*out = (int32_t)*out;
	return true;
}

const struct values *arithmetic(struct trace *trace, const struct insn *insn,
                                const struct values *a, const struct values *b)
{
	const struct values *operands[] = {a, b};
	struct gather gather;

	gather_init(&gather, &trace->arena);
	if (a->count == 0 || b->count == 0)
		return values_worst(&trace->arena, operands, 2);
	for (uint32_t i = 0; i < a->count; i++) {
		for (uint32_t k = 0; k < b->count; k++) {
			struct value result = {.kind = VALUE_NUMBER, .scalar = true};
			if (a->items[i].kind == VALUE_NUMBER && b->items[k].kind == VALUE_NUMBER &&
			    one(insn, a->items[i].number, b->items[k].number, &result.number))
				gather_add(&gather, &result);
			else
				gather_worst(&gather, &a->items[i], &b->items[k]);
		}
	}
	return gather_done(&gather);
}

static bool holds(enum condition condition, int64_t a, int64_t b)
{
	switch (condition) {
	case IF_EQ:
		return a == b;
	case IF_NE:
		return a != b;
	case IF_LT:
		return a < b;
	case IF_GE:
		return a >= b;
	case IF_GT:
		return a > b;
	default:
		return a <= b;
	}
}

static bool is_null(const struct value *value)
{
	return value->kind == VALUE_NUMBER && value->number == 0;
}

/* What is certainly an object, so not null. */
static bool is_something(const struct value *value)
{
	return value->kind == VALUE_TEXT || value->kind == VALUE_ARRAY ||
	       value->kind == VALUE_CLASS || value->kind == VALUE_OBJECT;
}

static unsigned outcomes(enum condition condition, const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER)
		return holds(condition, a->number, b->number) ? 2 : 1;
	if ((condition == IF_EQ || condition == IF_NE) &&
	    ((is_null(a) && is_something(b)) || (is_something(a) && is_null(b))))
		return condition == IF_NE ? 2 : 1;
	return 3;
}

unsigned condition_outcomes(enum condition condition, const struct values *a,
                            const struct values *b)
{
	unsigned found = 0;

	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t k = 0; k < b->count; k++)
			found |= outcomes(condition, &a->items[i], &b->items[k]);
	return found ? found : 3;
}
