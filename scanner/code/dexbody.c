/*
 * dexbody.c - decodes one method of a DEX file into a body.
 *
 * What cannot be read ends the body, for Android would not run the method either. An instruction
 * that throws then stands at its end, and all that goes on behind the end or into the middle of an
 * instruction goes there.
 */
#include "code/dexbody.h"

#include <string.h>

/* --- first pass ------------------------------------------------------------------------------- */

static bool has_result(const struct dex_op *op)
{
	return op->op == OP_INVOKE || op->op == OP_DYNAMIC || op->op == OP_FILLED_ARRAY;
}

static bool is_result(const uint8_t *at)
{
	return at[0] >= 0x0a && at[0] <= 0x0c; /* move-result, -wide, -object */
}

static void measure_op(struct dex_maker *maker, const struct dex_op *op, const uint8_t *at)
{
	maker->insns_max++;
	maker->switches_max += op->op == OP_SWITCH;
	maker->dynamics_max += op->op == OP_DYNAMIC;
	if (op->format == F3RC || op->format == F4RC)
		maker->args_max += at[1];
	else if (op->format == F35C || op->format == F45C)
		maker->args_max += 5;
}

/* Finds the instructions; `body.count` counts them meanwhile. A result belongs to the call before
 * it and is none of its own. */
static void measure(struct dex_maker *maker)
{
	const struct dex_code *code = &maker->code;
	bool after_call = false;
	uint32_t pc = 0;

	while (pc < code->size) {
		const uint8_t *at = code->insns + 2 * (size_t)pc;
		const struct dex_op *op = &dex_ops[at[0]];
		uint64_t data = op->step == STEP_NOP ? dex_payload_units(at, code->size - pc) : 0;
		uint64_t units = data ? data : dex_op_units(op);
		if (op->format == FBAD || units > code->size - pc)
			break;
		bool own = !data && !(after_call && is_result(at));
		for (uint64_t i = 0; i < units; i++)
			maker->before[pc + i] = maker->insns_max + (own && i > 0);
		if (own)
			measure_op(maker, op, at);
		after_call = own && has_result(op);
		pc += (uint32_t)units;
	}
	maker->end = pc;
	for (; pc <= code->size; pc++)
		maker->before[pc] = maker->insns_max;
}

/* --- second pass ------------------------------------------------------------------------------ */

static RESULT put_result(struct dex_maker *maker, const uint8_t *at, uint32_t pc)
{
	struct insn *call = &maker->body.insns[maker->body.count - 1];
	uint32_t last = at[1] + (dex_ops[at[0]].wide & WIDE_A ? 1U : 0U);

	ENSURE(last < maker->code.registers, CODE_BODY, maker->code.at + 2 * (uint64_t)pc,
	       "move-result at %u: register %u of %u", pc, last, maker->code.registers);
	call->def = at[1];
	return OK;
}

static RESULT put_all(struct dex_maker *maker)
{
	for (uint32_t pc = 0; pc < maker->end;) {
		const uint8_t *at = maker->code.insns + 2 * (size_t)pc;
		const struct dex_op *op = &dex_ops[at[0]];
		uint64_t data =
			op->step == STEP_NOP ? dex_payload_units(at, maker->code.size - pc) : 0;
		if (!data && maker->before[pc + 1] > maker->before[pc])
			TRY(dex_put(maker, pc));
		else if (!data)
			TRY(put_result(maker, at, pc));
		pc += data ? (uint32_t)data : dex_op_units(op);
	}
	return OK;
}

/* --- from units to instructions --------------------------------------------------------------- */

/* The instruction that starts at a unit, or the one that throws. */
static uint32_t target_at(struct dex_maker *maker, uint32_t pc)
{
	if (pc < maker->code.size && maker->before[pc + 1] > maker->before[pc] &&
	    maker->before[pc] < maker->body.count)
		return maker->before[pc];
	maker->trap = true;
	return maker->body.count;
}

static uint32_t bound_at(const struct dex_maker *maker, uint32_t pc)
{
	uint32_t at = maker->before[pc < maker->code.size ? pc : maker->code.size];

	return at < maker->body.count ? at : maker->body.count;
}

static void resolve_targets(struct dex_maker *maker)
{
	struct body *body = &maker->body;

	for (uint32_t i = 0; i < body->count; i++)
		if (body->insns[i].op == OP_IF || body->insns[i].op == OP_GOTO)
			body->insns[i].target = target_at(maker, body->insns[i].target);
	for (uint32_t i = 0; i < body->switch_count; i++)
		for (uint32_t k = 0; k < body->switches[i].count; k++) {
			struct switch_case *one = &body->switches[i].cases[k];
			one->target = target_at(maker, one->target);
		}
}

/* Handlers of nothing, in what was not read, are left out. */
static void resolve_handlers(struct dex_maker *maker)
{
	struct body *body = &maker->body;
	uint32_t count = 0;

	for (uint32_t i = 0; i < body->handler_count; i++) {
		struct handler handler = body->handlers[i];
		handler.start = bound_at(maker, handler.start);
		handler.end = bound_at(maker, handler.end);
		if (handler.start >= handler.end)
			continue;
		handler.target = target_at(maker, handler.target);
		body->handlers[count++] = handler;
	}
	body->handler_count = count;
}

/* What aligns the data behind the last instruction is no way to go on. */
static bool falls_through(const struct body *body)
{
	uint32_t count = body->count;

	while (count && body->insns[count - 1].op == OP_NOP)
		count--;
	if (!count)
		return true;
	uint8_t op = body->insns[count - 1].op;
	return op != OP_GOTO && op != OP_RETURN && op != OP_THROW;
}

static void put_trap(struct dex_maker *maker)
{
	struct body *body = &maker->body;

	if (!maker->trap && !falls_through(body))
		return;
	body->partial = true;
	body->insns[body->count++] = (struct insn){.op = OP_THROW,
	                                           .pc = maker->code.size,
	                                           .def = NO_REG,
	                                           .a = NO_REG,
	                                           .b = NO_REG,
	                                           .c = NO_REG,
	                                           .ref = NO_INDEX};
}

/* --- parameters ------------------------------------------------------------------------------- */

static RESULT put_params(struct dex_maker *maker)
{
	const struct unit *unit = maker->unit;
	struct body *body = &maker->body;
	const struct proto *proto = &unit->protos[unit->method_refs[body->method->ref].proto];
	uint32_t ins = maker->code.ins, used = 0, i = 0;

	ENSURE(ins <= body->registers, CODE_BODY, maker->code.at,
	       "code_item: ins_size %u, registers_size %u (dex-format, code_item)", ins,
	       body->registers);
	ALLOC(body->params, maker->arena, (size_t)ins + 1);
	if (!(body->method->flags & ACCESS_STATIC))
		body->params[body->param_count++] = body->registers - ins + used++;
	for (; i < proto->count && used < ins; i++) {
		char kind = unit_type(unit, unit->type_list[proto->first + i])[0];
		body->params[body->param_count++] = body->registers - ins + used;
		used += kind == 'J' || kind == 'D' ? 2 : 1;
	}
	ENSURE(used == ins && i == proto->count, CODE_BODY, maker->code.at,
	       "code_item: ins_size %u does not fit the %u parameters (dex-format, code_item)", ins,
	       proto->count);
	return OK;
}

/* --- all of it -------------------------------------------------------------------------------- */

static RESULT make_room(struct dex_maker *maker)
{
	ALLOC(maker->before, maker->arena, (size_t)maker->code.size + 2);
	measure(maker);
	ALLOC(maker->body.insns, maker->arena, (size_t)maker->insns_max + 1);
	ALLOC(maker->body.args, maker->arena, (size_t)maker->args_max + 1);
	ALLOC(maker->body.switches, maker->arena, (size_t)maker->switches_max + 1);
	ALLOC(maker->body.dynamics, maker->arena, (size_t)maker->dynamics_max + 1);
	return OK;
}

struct result dex_read_body(const struct unit *unit, const struct method *method,
                            struct arena *arena, struct body *out)
{
	struct dex_maker maker = {.unit = unit, .dex = unit->state, .arena = arena};

	ENSURE(method->code, CODE_BODY, AT_NONE, "method %u has no code", method->ref);
	TRY(dex_code_open(maker.dex, method, &maker.code));
	maker.body =
		(struct body){.unit = unit, .method = method, .registers = maker.code.registers};
	maker.cases_left = maker.code.size / 2;
	TRY(put_params(&maker));
	TRY(make_room(&maker));
	TRY(dex_put_handlers(&maker));
	if (!put_all(&maker).ok) {
		if (fault_last()->code == DIAG_LIMIT_MEMORY)
			return FAILED;
		maker.trap = true;
	}
	maker.trap |= maker.end < maker.code.size;
	resolve_targets(&maker);
	resolve_handlers(&maker);
	put_trap(&maker);
	*out = maker.body;
	return OK;
}
