/* dexbody.h - what the parts share that make a body of a method in a DEX file. */
#ifndef PARASOL_CODE_DEXBODY_H
#define PARASOL_CODE_DEXBODY_H

#include "code/dexop.h"

/*
 * Two passes: the first measures and finds where instructions start, the second decodes. Until the
 * second is over, targets and bounds are counted in units and not in instructions.
 */
struct dex_maker {
	const struct unit *unit;
	const struct dex *dex;
	struct arena *arena;
	struct dex_code code;
	struct body body;
	uint32_t *before;   /* by unit: how many instructions start before it; size + 1 of them */
	uint32_t insns_max; /* found by the first pass, as the next three */
	uint32_t args_max, switches_max, dynamics_max;
	uint32_t end; /* of what could be read, in units */
	uint32_t arg_count;
	uint32_t cases_left; /* how many more cases the code may have: two units each */
	bool trap; /* something goes on where nothing is: an instruction that throws stands there */
};

/* The operands of an instruction, as its format has them; registers are NO_REG if it has none. */
struct dex_operands {
	uint32_t a, b, c;
	uint32_t index; /* or method types of 45cc and 4rcc in `proto` */
	uint32_t proto;
	int64_t number;   /* literal, or offset of a branch */
	uint32_t count;   /* arguments */
	uint32_t args[5]; /* of 35c; those of a range begin at `first` */
	uint32_t first;
};

/* Bytes of the instruction are in the code. */
struct dex_operands dex_operands(const uint8_t *at, const struct dex_op *op);

/* Puts the instruction at unit `pc` at the end of the body. Fails with CODE_BODY. */
RESULT dex_put(struct dex_maker *maker, uint32_t pc);

/* The data that the instruction at `pc` refers to: becomes a switch, or the contents of an array.
 * Fails with CODE_BODY. */
RESULT dex_put_switch(struct dex_maker *maker, int64_t offset, struct insn *insn);
RESULT dex_put_array(struct dex_maker *maker, int64_t offset, struct insn *insn);

/* try_items and handlers, counted in units. Damage sets `partial`. Fails with LIMIT_MEMORY alone.
 */
RESULT dex_put_handlers(struct dex_maker *maker);

#endif
