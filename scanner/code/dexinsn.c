/* dexinsn.c - decodes single instructions of DEX files: their operands, and what they become. */
#include "code/dexbody.h"

#include <string.h>

/* --- operands by format ----------------------------------------------------------------------- */

static int64_t s16(const uint8_t *at)
{
	return (int16_t)dex_u16(at);
}

static int64_t s32(const uint8_t *at)
{
	return (int32_t)dex_u32(at);
}

static void nibbles(const uint8_t *at, struct dex_operands *out)
{
	out->a = at[1] & 15;
	out->b = at[1] >> 4;
}

/* A|G, index, F|E|D|C: C to G are the first to the fifth argument. */
static void listed(const uint8_t *at, struct dex_operands *out)
{
	uint32_t four = dex_u16(at + 4);

	out->index = dex_u16(at + 2);
	out->count = at[1] >> 4;
	for (unsigned i = 0; i < 4; i++)
		out->args[i] = four >> 4 * i & 15;
	out->args[4] = at[1] & 15;
}

static void range(const uint8_t *at, struct dex_operands *out)
{
	out->index = dex_u16(at + 2);
	out->count = at[1];
	out->first = dex_u16(at + 4);
}

static int64_t s64(const uint8_t *at)
{
	return (int64_t)((uint64_t)dex_u32(at) | (uint64_t)dex_u32(at + 4) << 32);
}

struct dex_operands dex_operands(const uint8_t *at, const struct dex_op *op)
{
	struct dex_operands out = {.a = NO_REG, .b = NO_REG, .c = NO_REG};

	switch (op->format) {
	case F12X:
		nibbles(at, &out);
		break;
	case F11N:
		out.a = at[1] & 15;
		out.number = (int8_t)(at[1] & 0xf0) / 16;
		break;
	case F11X:
		out.a = at[1];
		break;
	case F10T:
		out.number = (int8_t)at[1];
		break;
	case F20T:
		out.number = s16(at + 2);
		break;
	case F22X:
		out.a = at[1];
		out.b = dex_u16(at + 2);
		break;
	case F21T:
	case F21S:
		out.a = at[1];
		out.number = s16(at + 2);
		break;
	case F21H:
		out.a = at[1];
		out.number = s16(at + 2) * (op->wide & WIDE ? (int64_t)1 << 48 : 1 << 16);
		break;
	case F21C:
		out.a = at[1];
		out.index = dex_u16(at + 2);
		break;
	case F23X:
		out.a = at[1];
		out.b = at[2];
		out.c = at[3];
		break;
	case F22B:
		out.a = at[1];
		out.b = at[2];
		out.number = (int8_t)at[3];
		break;
	case F22T:
	case F22S:
		nibbles(at, &out);
		out.number = s16(at + 2);
		break;
	case F22C:
		nibbles(at, &out);
		out.index = dex_u16(at + 2);
		break;
	case F32X:
		out.a = dex_u16(at + 2);
		out.b = dex_u16(at + 4);
		break;
	case F30T:
		out.number = s32(at + 2);
		break;
	case F31T:
	case F31I:
		out.a = at[1];
		out.number = s32(at + 2);
		break;
	case F31C:
		out.a = at[1];
		out.index = dex_u32(at + 2);
		break;
	case F35C:
		listed(at, &out);
		break;
	case F3RC:
		range(at, &out);
		break;
	case F45C:
		listed(at, &out);
		out.proto = dex_u16(at + 6);
		break;
	case F4RC:
		range(at, &out);
		out.proto = dex_u16(at + 6);
		break;
	case F51L:
		out.a = at[1];
		out.number = s64(at + 2);
		break;
	default:
		break;
	}
	return out;
}

/* --- checks ----------------------------------------------------------------------------------- */

static RESULT check_register(const struct dex_maker *maker, uint32_t reg, bool wide, uint32_t pc)
{
	ENSURE(reg == NO_REG || reg + (wide ? 1U : 0U) < maker->code.registers, CODE_BODY,
	       maker->code.at + 2 * (uint64_t)pc, "unit %u: register %u of %u", pc, reg,
	       maker->code.registers);
	return OK;
}

static RESULT check_registers(const struct dex_maker *maker, const struct dex_op *op,
                              const struct dex_operands *with, uint32_t pc)
{
	TRY(check_register(maker, with->a, op->wide & WIDE_A, pc));
	TRY(check_register(maker, with->b, op->wide & WIDE_B, pc));
	return check_register(maker, with->c, op->wide & WIDE_C, pc);
}

static RESULT check_ref(const struct dex_maker *maker, const struct dex_op *op, uint32_t index,
                        uint32_t pc)
{
	const uint32_t counts[] = {[REF_NONE] = UINT32_MAX,
	                           [REF_STRING] = maker->dex->string_count,
	                           [REF_TYPE] = maker->dex->type_count,
	                           [REF_FIELD] = maker->unit->field_ref_count,
	                           [REF_METHOD] = maker->unit->method_ref_count};

	ENSURE(index < counts[op->ref], CODE_BODY, maker->code.at + 2 * (uint64_t)pc,
	       "unit %u: index %u, there are %u", pc, index, counts[op->ref]);
	return OK;
}

/* --- arguments -------------------------------------------------------------------------------- */

static uint32_t argument(const struct dex_operands *with, const struct dex_op *op, uint32_t i)
{
	return op->format == F3RC || op->format == F4RC ? with->first + i : with->args[i];
}

static RESULT check_arguments(const struct dex_maker *maker, const struct dex_op *op,
                              const struct dex_operands *with, uint32_t pc)
{
	ENSURE(with->count <= 5 || op->format == F3RC || op->format == F4RC, CODE_BODY,
	       maker->code.at + 2 * (uint64_t)pc, "unit %u: %u arguments in a list of five", pc,
	       with->count);
	for (uint32_t i = 0; i < with->count; i++)
		TRY(check_register(maker, argument(with, op, i), false, pc));
	return OK;
}

/* One register for each parameter, though a long or double takes two; false if the registers do not
 * fit the types. */
static bool put_arguments(struct dex_maker *maker, const struct dex_op *op,
                          const struct dex_operands *with, uint32_t proto, bool has_this)
{
	const struct unit *unit = maker->unit;
	const struct proto *types = &unit->protos[proto];
	uint32_t *args = maker->body.args + maker->arg_count, count = 0, i = 0;

	if (has_this && i < with->count)
		args[count++] = argument(with, op, i++);
	else if (has_this)
		return false;
	for (uint32_t k = 0; k < types->count; k++) {
		char kind = unit_type(unit, unit->type_list[types->first + k])[0];
		bool wide = kind == 'J' || kind == 'D';
		if (i + wide >= with->count)
			return false;
		if (wide && argument(with, op, i + 1) != argument(with, op, i) + 1)
			return false;
		args[count++] = argument(with, op, i);
		i += wide ? 2 : 1;
	}
	if (i != with->count)
		return false;
	maker->body.insns[maker->body.count].args = maker->arg_count;
	maker->body.insns[maker->body.count].count = count;
	maker->arg_count += count;
	return true;
}

static void put_call(struct dex_maker *maker, const struct dex_op *op,
                     const struct dex_operands *with, struct insn *insn)
{
	const struct method_ref *ref = &maker->unit->method_refs[with->index];
	bool polymorphic = op->format == F45C || op->format == F4RC;
	uint32_t proto = polymorphic ? with->proto : ref->proto;

	insn->def = NO_REG;
	if (proto < maker->unit->proto_count &&
	    put_arguments(maker, op, with, proto, op->sub != INVOKE_STATIC))
		return;
	*insn = (struct insn){.op = OP_OPAQUE,
	                      .pc = insn->pc,
	                      .def = NO_REG,
	                      .a = NO_REG,
	                      .b = NO_REG,
	                      .c = NO_REG,
	                      .ref = NO_INDEX};
	maker->body.partial = true;
}

static void put_elements(struct dex_maker *maker, const struct dex_op *op,
                         const struct dex_operands *with, struct insn *insn)
{
	insn->def = NO_REG;
	insn->args = maker->arg_count;
	insn->count = with->count;
	for (uint32_t i = 0; i < with->count; i++)
		maker->body.args[maker->arg_count++] = argument(with, op, i);
}

/* A call site that is not understood is opaque. */
static void put_dynamic(struct dex_maker *maker, const struct dex_op *op,
                        const struct dex_operands *with, struct insn *insn)
{
	const struct dex *dex = maker->dex;

	insn->def = NO_REG;
	if (with->index < dex->site_count && dex->sites[with->index].dynamic.proto != NO_INDEX &&
	    put_arguments(maker, op, with, dex->sites[with->index].dynamic.proto, false)) {
		insn->ref = maker->body.dynamic_count;
		maker->body.dynamics[maker->body.dynamic_count++] = dex->sites[with->index].dynamic;
		return;
	}
	insn->op = OP_OPAQUE;
	maker->body.partial |= with->index >= dex->site_count;
}

/* --- instructions ----------------------------------------------------------------------------- */

static void put_registers(const struct dex_op *op, const struct dex_operands *with,
                          struct insn *insn)
{
	switch (op->shape) {
	case SHAPE_DEF:
		insn->def = with->a;
		insn->a = with->b;
		insn->b = with->c;
		break;
	case SHAPE_USE:
		insn->a = with->a;
		insn->b = with->b;
		insn->c = with->c;
		break;
	case SHAPE_STORE:
		insn->a = with->b;
		insn->b = with->c == NO_REG ? with->a : with->c;
		insn->c = with->c == NO_REG ? NO_REG : with->a;
		break;
	default:
		insn->def = with->a;
		insn->a = with->a;
		insn->b = with->b;
	}
}

static uint32_t branch_target(const struct dex_maker *maker, uint32_t pc, int64_t offset)
{
	int64_t target = pc + offset;

	return target < 0 || target >= maker->code.size ? maker->code.size : (uint32_t)target;
}

static RESULT put_special(struct dex_maker *maker, const struct dex_op *op,
                          const struct dex_operands *with, struct insn *insn)
{
	switch (op->op) {
	case OP_INVOKE:
		TRY(check_arguments(maker, op, with, insn->pc));
		put_call(maker, op, with, insn);
		return OK;
	case OP_DYNAMIC:
		TRY(check_arguments(maker, op, with, insn->pc));
		put_dynamic(maker, op, with, insn);
		return OK;
	case OP_FILLED_ARRAY:
		TRY(check_arguments(maker, op, with, insn->pc));
		put_elements(maker, op, with, insn);
		return OK;
	case OP_IF:
	case OP_GOTO:
		insn->target = branch_target(maker, insn->pc, with->number);
		insn->number = 0;
		return OK;
	case OP_SWITCH:
		return dex_put_switch(maker, with->number, insn);
	case OP_ARRAY_DATA:
		return dex_put_array(maker, with->number, insn);
	default:
		return OK;
	}
}

struct result dex_put(struct dex_maker *maker, uint32_t pc)
{
	const uint8_t *at = maker->code.insns + 2 * (size_t)pc;
	const struct dex_op *op = &dex_ops[at[0]];
	struct dex_operands with = dex_operands(at, op);
	struct insn *insn = &maker->body.insns[maker->body.count];

	TRY(check_registers(maker, op, &with, pc));
	TRY(check_ref(maker, op, with.index, pc));
	*insn = (struct insn){.op = op->op,
	                      .sub = op->sub,
	                      .wide = op->wide & WIDE,
	                      .pc = pc,
	                      .def = NO_REG,
	                      .a = NO_REG,
	                      .b = NO_REG,
	                      .c = NO_REG,
	                      .ref = op->ref == REF_NONE ? NO_INDEX : with.index,
	                      .number = with.number};
	put_registers(op, &with, insn);
	TRY(put_special(maker, op, &with, insn));
	maker->body.count++;
	return OK;
}
