/* classop.c - see classop.h: reads instructions by a table of their operands' forms. */
#include "code/classop.h"

/* By opcode, ten in a row (JVMS 7): - none, b s1, s s2, c u1, C u2, i local and s1, j s2 jump,
 * J s4 jump, t tableswitch, k lookupswitch, f invokeinterface, d invokedynamic, m multianewarray,
 * w wide. */
static const char forms[JAVA_COUNT + 1] = "----------"
					  "------bscC"
					  "Cccccc----"
					  "----------"
					  "----------"
					  "----ccccc-"
					  "----------"
					  "----------"
					  "----------"
					  "----------"
					  "----------"
					  "----------"
					  "----------"
					  "--i-------"
					  "----------"
					  "---jjjjjjj"
					  "jjjjjjjjjc"
					  "tk------CC"
					  "CCCCCfdCcC"
					  "--CC--wmjj"
					  "JJ";

static uint32_t target_of(uint32_t pc, int64_t offset)
{
	int64_t target = pc + offset;

	return target < 0 || target > UINT32_MAX ? UINT32_MAX : (uint32_t)target;
}

static RESULT read_signed(struct cursor *c, unsigned width, int32_t *out)
{
	uint32_t word;
	uint16_t half;
	uint8_t byte;

	if (width == 1) {
		TRY(cursor_u8(c, &byte));
		*out = (int8_t)byte;
	} else if (width == 2) {
		TRY(cursor_u16be(c, &half));
		*out = (int16_t)half;
	} else {
		TRY(cursor_u32be(c, &word));
		*out = (int32_t)word;
	}
	return OK;
}

static RESULT read_index(struct cursor *c, unsigned width, uint32_t *out)
{
	uint16_t half;
	uint8_t byte;

	if (width == 2) {
		TRY(cursor_u16be(c, &half));
		*out = half;
	} else {
		TRY(cursor_u8(c, &byte));
		*out = byte;
	}
	return OK;
}

static RESULT read_jump(struct cursor *c, unsigned width, struct class_op *op)
{
	int32_t offset;

	TRY(read_signed(c, width, &offset));
	op->target = target_of(op->pc, offset);
	return OK;
}

/* Padding to four bytes, s4 default, then s4 low, high and targets, or s4 pairs and pairs. */
static RESULT read_switch(struct cursor *c, struct class_op *op)
{
	bool table = op->opcode == JAVA_TABLESWITCH;
	int32_t high;
	int64_t count;

	TRY(cursor_skip(c, -c->pos & 3));
	TRY(read_jump(c, 4, op));
	if (table)
		TRY(read_signed(c, 4, &op->low));
	TRY(read_signed(c, 4, &high));
	count = table ? (int64_t)high - op->low + 1 : high;
	ENSURE(count >= 0 && (uint64_t)count <= cursor_left(c) / (table ? 4 : 8), CODE_BODY,
	       cursor_at(c) - 4, "switch at %u: %lld cases do not fit the code (JVMS 6.5)", op->pc,
	       (long long)count);
	op->cases = (uint32_t)count;
	op->cases_at = (uint32_t)c->pos;
	return cursor_skip(c, (uint64_t)count * (table ? 4 : 8));
}

void class_op_case(const struct cursor *code, const struct class_op *op, uint32_t i, int32_t *key,
                   uint32_t *target)
{
	bool table = op->opcode == JAVA_TABLESWITCH;
	const uint8_t *at = code->data + op->cases_at + (size_t)i * (table ? 4 : 8);
	uint32_t words[2] = {0};

	for (unsigned k = 0; k < (table ? 4 : 8); k++)
		words[k / 4] = words[k / 4] << 8 | at[k];
	*key = table ? (int32_t)((int64_t)op->low + i) : (int32_t)words[0];
	*target = target_of(op->pc, (int32_t)words[table ? 0 : 1]);
}

static RESULT read_wide(struct cursor *c, struct class_op *op)
{
	TRY(cursor_u8(c, &op->opcode));
	bool load = op->opcode >= JAVA_ILOAD && op->opcode < JAVA_ILOAD_0;
	bool store = op->opcode >= JAVA_ISTORE && op->opcode < JAVA_ISTORE_0;
	ENSURE(load || store || op->opcode == JAVA_RET || op->opcode == JAVA_IINC, CODE_BODY,
	       cursor_at(c) - 1, "opcode 0x%02x behind wide at %u (JVMS 6.5, wide)", op->opcode,
	       op->pc);
	TRY(read_index(c, 2, &op->index));
	return op->opcode == JAVA_IINC ? read_signed(c, 2, &op->number) : OK;
}

/* invokeinterface and invokedynamic have two more bytes; multianewarray the dimensions. */
static RESULT read_reference(struct cursor *c, char form, struct class_op *op)
{
	uint8_t dimensions;

	TRY(read_index(c, 2, &op->index));
	if (form != 'm')
		return cursor_skip(c, 2);
	TRY(cursor_u8(c, &dimensions));
	op->number = dimensions;
	return OK;
}

static RESULT read_operands(struct cursor *c, char form, struct class_op *op)
{
	switch (form) {
	case 'b':
	case 's':
		return read_signed(c, form == 'b' ? 1 : 2, &op->number);
	case 'c':
	case 'C':
		return read_index(c, form == 'c' ? 1 : 2, &op->index);
	case 'i':
		TRY(read_index(c, 1, &op->index));
		return read_signed(c, 1, &op->number);
	case 'j':
	case 'J':
		return read_jump(c, form == 'j' ? 2 : 4, op);
	case 't':
	case 'k':
		return read_switch(c, op);
	case 'f':
	case 'd':
	case 'm':
		return read_reference(c, form, op);
	case 'w':
		return read_wide(c, op);
	default:
		return OK;
	}
}

struct result class_op_read(const struct cursor *code, uint32_t pc, struct class_op *out)
{
	struct class_op op = {.opcode = code->data[pc], .pc = pc, .next = pc + 1};
	struct cursor c = *code;

	ENSURE(op.opcode < JAVA_COUNT, CODE_BODY, code->origin + pc,
	       "opcode 0x%02x at %u is not defined (JVMS 6.2, 7)", op.opcode, pc);
	if (forms[op.opcode] != '-') {
		TRY(cursor_seek(&c, op.next));
		TRY(read_operands(&c, forms[op.opcode], &op));
		op.next = (uint32_t)c.pos;
	}
	*out = op;
	return OK;
}

bool class_op_goes_on(const struct class_op *op)
{
	switch (op->opcode) {
	case JAVA_GOTO:
	case JAVA_GOTO_W:
	case JAVA_RET:
	case JAVA_TABLESWITCH:
	case JAVA_LOOKUPSWITCH:
	case JAVA_ATHROW:
		return false;
	default:
		return op->opcode < JAVA_IRETURN || op->opcode > JAVA_RETURN;
	}
}

bool class_op_branches(const struct class_op *op)
{
	char form = forms[op->opcode];

	return form == 'j' || form == 'J' || form == 't' || form == 'k';
}
