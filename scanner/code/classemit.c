/*
 * classemit.c - what instructions of the Java virtual machine do (JVMS 6.5), as those of body.h:
 * constants, locals, arrays, the stack, arithmetic and jumps.
 */
#include "code/classbody.h"

/* The kinds of values in the order in which opcodes are numbered: int, long, float, double,
 * reference; arrays also have bytes, characters and shorts. */
enum { KIND_INT, KIND_LONG, KIND_FLOAT, KIND_DOUBLE };

static uint32_t slots_of(unsigned kind)
{
	return kind == KIND_LONG || kind == KIND_DOUBLE ? 2 : 1;
}

static RESULT local(const struct maker *maker, uint32_t index, uint32_t slots)
{
	ENSURE(index + slots <= maker->code.max_locals, CODE_BODY,
	       maker->code.bytes.origin + maker->pc,
	       "local variable %u at %u: max_locals is %u (JVMS 4.9.2)", index, maker->pc,
	       maker->code.max_locals);
	return OK;
}

/* --- constants -------------------------------------------------------------------------------- */

static RESULT put_number(struct maker *maker, int64_t number, uint32_t slots)
{
	uint32_t def;

	TRY(maker_push(maker, slots, &def));
	struct insn *insn = maker_put(maker, OP_NUMBER);
	insn->def = def;
	insn->number = number;
	insn->wide = slots == 2;
	return OK;
}

static RESULT small_number(struct maker *maker, const struct class_op *op)
{
	static const int64_t doubles[] = {0, 0x3ff0000000000000};
	static const int32_t floats[] = {0, 0x3f800000, 0x40000000};

	if (op->opcode >= JAVA_BIPUSH)
		return put_number(maker, op->number, 1);
	if (op->opcode >= JAVA_DCONST_0)
		return put_number(maker, doubles[op->opcode - JAVA_DCONST_0], 2);
	if (op->opcode >= JAVA_FCONST_0)
		return put_number(maker, floats[op->opcode - JAVA_FCONST_0], 1);
	if (op->opcode >= JAVA_LCONST_0)
		return put_number(maker, op->opcode - JAVA_LCONST_0, 2);
	if (op->opcode >= JAVA_ICONST_M1)
		return put_number(maker, op->opcode - JAVA_ICONST_M1 - 1, 1);
	return put_number(maker, 0, 1); /* aconst_null */
}

static RESULT load_constant(struct maker *maker, const struct class_op *op)
{
	const struct class_state *state = maker->state;
	uint32_t pool = maker->method->pool, slots = op->opcode == JAVA_LDC2_W ? 2 : 1, def;
	const unsigned two = 1U << TAG_LONG | 1U << TAG_DOUBLE | 1U << TAG_DYNAMIC;
	const unsigned one = 1U << TAG_INTEGER | 1U << TAG_FLOAT | 1U << TAG_STRING |
	                     1U << TAG_CLASS | 1U << TAG_HANDLE | 1U << TAG_METHOD_TYPE |
	                     1U << TAG_DYNAMIC;
	const struct class_constant *c = class_constant(state, pool, op->index);
	enum class_tag tag = c ? class_tag(state, pool, c) : TAG_UTF8;

	ENSURE((slots == 2 ? two : one) >> tag & 1, CODE_BODY, maker->code.bytes.origin + op->pc,
	       "constant %u at %u is missing, damaged or of the wrong kind (JVMS 6.5, ldc)",
	       op->index, op->pc);
	if (tag >= TAG_INTEGER && tag <= TAG_DOUBLE)
		return put_number(maker, class_number(state, pool, c), slots);
	TRY(maker_push(maker, slots, &def));
	struct insn *insn = maker_put(maker, tag == TAG_STRING  ? OP_TEXT
	                                     : tag == TAG_CLASS ? OP_CLASS
	                                                        : OP_OPAQUE);
	insn->def = def;
	if (tag == TAG_STRING || tag == TAG_CLASS)
		insn->ref = c->index;
	return OK;
}

/* --- locals and arrays ------------------------------------------------------------------------ */

static struct insn *put_move(struct maker *maker, uint32_t def, uint32_t from)
{
	struct insn *insn = maker_put(maker, OP_MOVE);

	insn->def = def;
	insn->a = from;
	return insn;
}

static RESULT load(struct maker *maker, unsigned kind, uint32_t index)
{
	uint32_t def;

	TRY(local(maker, index, slots_of(kind)));
	TRY(maker_push(maker, slots_of(kind), &def));
	put_move(maker, def, index)->wide = slots_of(kind) == 2;
	return OK;
}

static RESULT store(struct maker *maker, unsigned kind, uint32_t index)
{
	uint32_t from;

	TRY(local(maker, index, slots_of(kind)));
	TRY(maker_pop(maker, slots_of(kind), &from));
	put_move(maker, index, from)->wide = slots_of(kind) == 2;
	return OK;
}

static RESULT array_get(struct maker *maker, unsigned kind)
{
	uint32_t array, def;

	TRY(maker_pop(maker, 2, &array));
	TRY(maker_push(maker, slots_of(kind), &def));
	struct insn *insn = maker_put(maker, OP_ARRAY_GET);
	insn->def = def;
	insn->a = array;
	insn->b = array + 1;
	insn->wide = slots_of(kind) == 2;
	return OK;
}

static RESULT array_put(struct maker *maker, unsigned kind)
{
	uint32_t array;

	TRY(maker_pop(maker, 2 + slots_of(kind), &array));
	struct insn *insn = maker_put(maker, OP_ARRAY_PUT);
	insn->a = array;
	insn->b = array + 1;
	insn->c = array + 2;
	insn->wide = slots_of(kind) == 2;
	return OK;
}

static RESULT increment(struct maker *maker, const struct class_op *op)
{
	TRY(local(maker, op->index, 1));
	struct insn *insn = maker_put(maker, OP_BINARY);
	insn->sub = DO_ADD;
	insn->def = insn->a = op->index;
	insn->number = op->number;
	return OK;
}

/* Opcodes 21 to 86: loads, stores, and the same on arrays. */
static RESULT move_value(struct maker *maker, const struct class_op *op)
{
	unsigned code = op->opcode;

	if (code < JAVA_ILOAD_0)
		return load(maker, code - JAVA_ILOAD, op->index);
	if (code < JAVA_IALOAD)
		return load(maker, (code - JAVA_ILOAD_0) / 4, (code - JAVA_ILOAD_0) % 4);
	if (code < JAVA_ISTORE)
		return array_get(maker, code - JAVA_IALOAD);
	if (code < JAVA_ISTORE_0)
		return store(maker, code - JAVA_ISTORE, op->index);
	if (code < JAVA_IASTORE)
		return store(maker, (code - JAVA_ISTORE_0) / 4, (code - JAVA_ISTORE_0) % 4);
	return array_put(maker, code - JAVA_IASTORE);
}

/* --- the stack -------------------------------------------------------------------------------- */

static RESULT drop(struct maker *maker, uint32_t slots)
{
	uint32_t from;

	TRY(maker_pop(maker, slots, &from));
	maker_put(maker, OP_NOP);
	return OK;
}

/* dup, dup_x1 ... dup2_x2: the top `count` slots once more, below the `under` slots under them. */
static RESULT duplicate(struct maker *maker, uint32_t count, uint32_t under)
{
	uint32_t base, top;

	TRY(maker_pop(maker, count + under, &base));
	TRY(maker_push(maker, count + under, &base));
	TRY(maker_push(maker, count, &top));
	for (uint32_t i = count + under; i-- > 0;)
		put_move(maker, base + count + i, base + i);
	for (uint32_t i = 0; under && i < count; i++)
		put_move(maker, base + i, top + i);
	return OK;
}

static RESULT swap(struct maker *maker)
{
	uint32_t base, spare = maker->body.registers - 1;

	TRY(maker_pop(maker, 2, &base));
	TRY(maker_push(maker, 2, &base));
	put_move(maker, spare, base + 1);
	put_move(maker, base + 1, base);
	put_move(maker, base, spare);
	return OK;
}

/* Opcodes 87 to 95. */
static RESULT shuffle(struct maker *maker, const struct class_op *op)
{
	if (op->opcode == JAVA_SWAP)
		return swap(maker);
	if (op->opcode >= JAVA_DUP2)
		return duplicate(maker, 2, op->opcode - JAVA_DUP2);
	if (op->opcode >= JAVA_DUP)
		return duplicate(maker, 1, op->opcode - JAVA_DUP);
	return drop(maker, op->opcode - JAVA_POP + 1);
}

/* --- arithmetic ------------------------------------------------------------------------------- */

/* def <- sub(a, b), where b has `slots` of its own. */
static RESULT binary(struct maker *maker, enum code_op op, unsigned sub, unsigned kind,
                     uint32_t slots)
{
	uint32_t a, b, def;

	TRY(maker_pop(maker, slots, &b));
	TRY(maker_pop(maker, slots_of(kind), &a));
	TRY(maker_push(maker, op == OP_COMPARE ? 1 : slots_of(kind), &def));
	struct insn *insn = maker_put(maker, op);
	insn->sub = (uint8_t)(kind < KIND_FLOAT ? sub : DO_FLOATING);
	insn->wide = slots_of(kind) == 2;
	insn->def = def;
	insn->a = a;
	insn->b = b;
	return OK;
}

static RESULT unary(struct maker *maker, unsigned sub, bool wide, uint32_t from, uint32_t to)
{
	uint32_t a, def;

	TRY(maker_pop(maker, from, &a));
	TRY(maker_push(maker, to, &def));
	struct insn *insn = maker_put(maker, OP_UNARY);
	insn->sub = (uint8_t)sub;
	insn->wide = wide;
	insn->def = def;
	insn->a = a;
	return OK;
}

/* Opcodes 133 to 147: i2l i2f i2d l2i l2f l2d f2i f2l f2d d2i d2l d2f i2b i2c i2s. */
static RESULT convert(struct maker *maker, unsigned which)
{
	static const uint8_t from[] = {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1};
	static const uint8_t to[] = {2, 1, 2, 1, 1, 2, 1, 2, 2, 1, 2, 1, 1, 1, 1};
	unsigned sub = DO_FLOATING;

	if (which == 0)
		sub = DO_TO_LONG;
	else if (which == 3)
		sub = DO_TO_INT;
	else if (which >= 12)
		sub = which == 12 ? DO_TO_BYTE : which == 13 ? DO_TO_CHAR : DO_TO_SHORT;
	return unary(maker, sub, to[which] == 2, from[which], to[which]);
}

/* Opcodes 96 to 152. */
static RESULT compute(struct maker *maker, const struct class_op *op)
{
	static const uint8_t five[] = {DO_ADD, DO_SUB, DO_MUL, DO_DIV, DO_REM};
	static const uint8_t shifts[] = {DO_SHL, DO_SHR, DO_USHR};
	static const uint8_t logic[] = {DO_AND, DO_OR, DO_XOR};
	unsigned code = op->opcode, kind;

	if (code >= JAVA_LCMP) {
		kind = code == JAVA_LCMP ? KIND_LONG : code < JAVA_DCMPL ? KIND_FLOAT : KIND_DOUBLE;
		return binary(maker, OP_COMPARE, 0, kind, slots_of(kind));
	}
	if (code >= JAVA_I2L)
		return convert(maker, code - JAVA_I2L);
	if (code == JAVA_IINC)
		return increment(maker, op);
	if (code >= JAVA_IAND) {
		kind = (code - JAVA_IAND) % 2;
		return binary(maker, OP_BINARY, logic[(code - JAVA_IAND) / 2], kind,
		              slots_of(kind));
	}
	if (code >= JAVA_ISHL) {
		kind = (code - JAVA_ISHL) % 2;
		return binary(maker, OP_BINARY, shifts[(code - JAVA_ISHL) / 2], kind, 1);
	}
	if (code >= JAVA_INEG) {
		kind = code - JAVA_INEG;
		return unary(maker, kind < KIND_FLOAT ? DO_NEG : DO_FLOATING, slots_of(kind) == 2,
		             slots_of(kind), slots_of(kind));
	}
	kind = (code - JAVA_IADD) % 4;
	return binary(maker, OP_BINARY, five[(code - JAVA_IADD) / 4], kind, slots_of(kind));
}

/* --- jumps ------------------------------------------------------------------------------------ */

static RESULT put_if(struct maker *maker, const struct class_op *op, unsigned condition,
                     uint32_t operands)
{
	uint32_t a;

	TRY(maker_pop(maker, operands, &a));
	struct insn *insn = maker_put(maker, OP_IF);
	insn->sub = (uint8_t)condition;
	insn->a = a;
	if (operands == 2)
		insn->b = a + 1;
	insn->target = op->target;
	return OK;
}

static RESULT put_cases(struct maker *maker, const struct class_op *op)
{
	struct switch_table table = {.count = op->cases};
	int32_t key;

	ALLOC(table.cases, maker->arena, (size_t)op->cases + 1);
	for (uint32_t i = 0; i < op->cases; i++) {
		class_op_case(&maker->code.bytes, op, i, &key, &table.cases[i].target);
		table.cases[i].key = key;
	}
	*CLASS_ADD(maker->body.switches, maker->body.switch_count) = table;
	return OK;
}

static RESULT put_switch(struct maker *maker, const struct class_op *op)
{
	uint32_t on;

	TRY(maker_pop(maker, 1, &on));
	if (!maker->dry)
		TRY(put_cases(maker, op));
	struct insn *insn = maker_put(maker, OP_SWITCH);
	insn->a = on;
	insn->ref = maker->body.switch_count - 1;
	if (op->target != op->next)
		maker_put(maker, OP_GOTO)->target = op->target;
	return OK;
}

static RESULT add_case(struct maker *maker, uint32_t target)
{
	struct switch_table table = {.count = 1};

	ALLOC(table.cases, maker->arena, 1);
	table.cases[0].target = target;
	*CLASS_ADD(maker->body.switches, maker->body.switch_count) = table;
	return OK;
}

/* A subroutine may come back to the next instruction, with the variables that it changed: both
 * ways are open, on a value that is not known. */
static RESULT put_jsr(struct maker *maker, const struct class_op *op)
{
	uint32_t address;

	TRY(maker_push(maker, 1, &address));
	maker_put(maker, OP_OPAQUE)->def = address;
	if (!maker->dry)
		TRY(add_case(maker, op->target));
	struct insn *insn = maker_put(maker, OP_SWITCH);
	insn->a = address;
	insn->ref = maker->body.switch_count - 1;
	maker->body.partial = true;
	return OK;
}

static RESULT put_return(struct maker *maker, const struct class_op *op)
{
	uint32_t slots = op->opcode == JAVA_RETURN ? 0 : slots_of(op->opcode - JAVA_IRETURN);
	uint32_t a = NO_REG;

	if (slots)
		TRY(maker_pop(maker, slots, &a));
	maker_put(maker, OP_RETURN)->a = a;
	return OK;
}

/* Opcodes 153 to 177, 198 to 201. */
static RESULT jump(struct maker *maker, const struct class_op *op)
{
	unsigned code = op->opcode;

	switch (code) {
	case JAVA_GOTO:
	case JAVA_GOTO_W:
		maker_put(maker, OP_GOTO)->target = op->target;
		return OK;
	case JAVA_JSR:
	case JAVA_JSR_W:
		return put_jsr(maker, op);
	case JAVA_RET: /* where it goes is known where the subroutine was called */
		TRY(local(maker, op->index, 1));
		maker_put(maker, OP_GOTO)->target = NO_INDEX;
		maker->body.partial = true;
		return OK;
	case JAVA_TABLESWITCH:
	case JAVA_LOOKUPSWITCH:
		return put_switch(maker, op);
	case JAVA_IFNULL:
	case JAVA_IFNONNULL:
		return put_if(maker, op, code == JAVA_IFNULL ? IF_EQ : IF_NE, 1);
	default:
		if (code >= JAVA_IRETURN)
			return put_return(maker, op);
		if (code >= JAVA_IF_ACMPEQ)
			return put_if(maker, op, code - JAVA_IF_ACMPEQ, 2);
		if (code >= JAVA_IF_ICMPEQ)
			return put_if(maker, op, code - JAVA_IF_ICMPEQ, 2);
		return put_if(maker, op, code - JAVA_IFEQ, 1);
	}
}

struct result class_emit(struct maker *maker, const struct class_op *op)
{
	unsigned code = op->opcode;

	if (code == JAVA_NOP) {
		maker_put(maker, OP_NOP);
		return OK;
	}
	if (code < JAVA_LDC)
		return small_number(maker, op);
	if (code < JAVA_ILOAD)
		return load_constant(maker, op);
	if (code < JAVA_POP)
		return move_value(maker, op);
	if (code < JAVA_IADD)
		return shuffle(maker, op);
	if (code < JAVA_IFEQ)
		return compute(maker, op);
	if (code < JAVA_GETSTATIC || code == JAVA_IFNULL || code == JAVA_IFNONNULL ||
	    code == JAVA_GOTO_W || code == JAVA_JSR_W)
		return jump(maker, op);
	return class_emit_reference(maker, op);
}
