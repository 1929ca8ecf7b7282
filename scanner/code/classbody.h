/*
 * classbody.h - the making of a body from a Code attribute.
 *
 * A first pass follows the control flow and finds the depth of the operand stack at each
 * instruction; it runs the same functions as the second one, which writes the instructions in the
 * order of the file. What no path reaches has no depth and is left out. An instruction that cannot
 * be (the stack is too short or too full, a constant is of the wrong kind, a jump goes astray) is
 * written as a jump to itself: nothing comes after it, and the body is partial.
 */
#ifndef PARASOL_CODE_CLASSBODY_H
#define PARASOL_CODE_CLASSBODY_H

#include "code/body.h"
#include "code/classop.h"
#include "code/classreader.h"

/* Of a place in the code. */
enum place_flag {
	PLACE_START = 1,   /* an instruction starts here */
	PLACE_REACHED = 2, /* and its depth is known */
	PLACE_BROKEN = 4,  /* it cannot be */
	PLACE_ENDS = 8,    /* no instruction follows it where one should */
	PLACE_HANDLER = 16 /* exceptions come here */
};

struct place {
	uint8_t flags;
	uint16_t depth;  /* of the operand stack before it */
	uint32_t before; /* second pass: how many instructions the body had before it */
	uint32_t enter;  /* second pass: the instruction that jumps go to */
};

struct maker {
	const struct unit *unit;
	const struct class_state *state;
	const struct method *method;
	struct class_code code;
	struct arena *arena;  /* of the body */
	struct body body;     /* insns, args, switches and dynamics lie on the heap until the end */
	struct place *places; /* code.bytes.size + 1 */
	uint32_t *work;       /* places whose instructions are to be followed */
	uint32_t work_count;
	uint32_t arg_count;
	uint32_t depth; /* of the operand stack: before an instruction, and then after it */
	uint32_t pc;
	bool dry;             /* first pass: nothing is written */
	struct insn scratch;  /* what the first pass writes to */
	size_t recipe_budget; /* bytes of recipes and constants that may still be read */
};

/* Pops or pushes slots and gives the register of the lowest one. Fails with CODE_BODY. */
RESULT maker_pop(struct maker *maker, uint32_t slots, uint32_t *reg);
RESULT maker_push(struct maker *maker, uint32_t slots, uint32_t *reg);

/* A new instruction at the end of the body, whose registers are NO_REG and ref NO_INDEX. Targets
 * are places in the code until the body is finished; NO_INDEX is the instruction itself. */
struct insn *maker_put(struct maker *maker, enum code_op op);

void maker_put_arg(struct maker *maker, uint32_t reg);

/* Writes one instruction and moves maker->depth. Fails with CODE_BODY, or LIMIT_MEMORY when it is
 * not dry: classemit.c, classrefs.c, classdynamic.c. */
RESULT class_emit(struct maker *maker, const struct class_op *op);
RESULT class_emit_reference(struct maker *maker, const struct class_op *op);
RESULT class_make_dynamic(struct maker *maker, const struct class_constant *constant,
                          struct dynamic *out);

/* The slots of a value of a type: 2 for long and double, 0 for void. */
static inline uint32_t class_slots_of(const struct unit *unit, uint32_t type)
{
	char kind = unit_type(unit, type)[0];

	return kind == 'J' || kind == 'D' ? 2 : kind != 'V';
}

#endif
