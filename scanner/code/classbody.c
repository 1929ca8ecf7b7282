/* classbody.c - see classbody.h: the two passes over a method's code, and the body they make. */
#include "code/classbody.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of recipes and their constants that are read for one body. */
enum { RECIPES_MAX = 1 << 20 };

/* --- what instructions write with ------------------------------------------------------------- */

struct result maker_pop(struct maker *maker, uint32_t slots, uint32_t *reg)
{
	ENSURE(slots <= maker->depth, CODE_BODY, maker->code.bytes.origin + maker->pc,
	       "operand stack of %u slots at %u: %u are taken (JVMS 4.10.2.3)", maker->depth,
	       maker->pc, slots);
	maker->depth -= slots;
	*reg = maker->code.max_locals + maker->depth;
	return OK;
}

struct result maker_push(struct maker *maker, uint32_t slots, uint32_t *reg)
{
	ENSURE(maker->depth + slots <= maker->code.max_stack, CODE_BODY,
	       maker->code.bytes.origin + maker->pc,
	       "operand stack of %u slots at %u: max_stack is %u (JVMS 4.9.2)",
	       maker->depth + slots, maker->pc, maker->code.max_stack);
	*reg = maker->code.max_locals + maker->depth;
	maker->depth += slots;
	return OK;
}

struct insn *maker_put(struct maker *maker, enum code_op op)
{
	struct insn *insn = &maker->scratch;

	if (!maker->dry)
		insn = CLASS_ADD(maker->body.insns, maker->body.count);
	*insn = (struct insn){.op = (uint8_t)op,
	                      .pc = maker->pc,
	                      .def = NO_REG,
	                      .a = NO_REG,
	                      .b = NO_REG,
	                      .c = NO_REG,
	                      .ref = NO_INDEX,
	                      .args = maker->arg_count};
	return insn;
}

void maker_put_arg(struct maker *maker, uint32_t reg)
{
	if (!maker->dry)
		*CLASS_ADD(maker->body.args, maker->arg_count) = reg;
}

/* --- first pass: depths ----------------------------------------------------------------------- */

/* Marks where instructions start; after a damaged one, no more are known. */
static void mark_starts(struct maker *maker)
{
	struct class_op op = {.next = 0};

	while (op.next < maker->code.bytes.size) {
		uint32_t pc = op.next;
		if (!class_op_read(&maker->code.bytes, pc, &op).ok) {
			maker->body.partial = true;
			return;
		}
		maker->places[pc].flags |= PLACE_START;
	}
}

/* Notes that `pc` is reached with a depth; false if that cannot be. */
static bool reach(struct maker *maker, uint32_t pc, uint32_t depth)
{
	if (pc >= maker->code.bytes.size || !(maker->places[pc].flags & PLACE_START))
		return false;
	struct place *place = &maker->places[pc];
	if (place->flags & PLACE_REACHED)
		return place->depth == depth;
	place->flags |= PLACE_REACHED;
	place->depth = (uint16_t)depth;
	maker->work[maker->work_count++] = pc;
	return true;
}

static bool reach_targets(struct maker *maker, const struct class_op *op)
{
	bool table = op->opcode == JAVA_TABLESWITCH || op->opcode == JAVA_LOOKUPSWITCH;
	uint32_t target;
	int32_t key;

	if (class_op_branches(op) && !reach(maker, op->target, maker->depth))
		return false;
	for (uint32_t i = 0; table && i < op->cases; i++) {
		class_op_case(&maker->code.bytes, op, i, &key, &target);
		if (!reach(maker, target, maker->depth))
			return false;
	}
	return true;
}

/* Follows the instruction at `pc` to those that come after it. */
static void follow(struct maker *maker, uint32_t pc)
{
	struct place *place = &maker->places[pc];
	struct class_op op;

	maker->pc = pc;
	maker->depth = place->depth;
	if (!class_op_read(&maker->code.bytes, pc, &op).ok || !class_emit(maker, &op).ok ||
	    !reach_targets(maker, &op)) {
		place->flags |= PLACE_BROKEN;
		return;
	}
	/* a subroutine has taken its return address away when it comes back */
	if (op.opcode == JAVA_JSR || op.opcode == JAVA_JSR_W)
		maker->depth--;
	if (class_op_goes_on(&op) && !reach(maker, op.next, maker->depth))
		place->flags |= PLACE_ENDS;
}

static void follow_all(struct maker *maker)
{
	while (maker->work_count) {
		uint32_t pc = maker->work[--maker->work_count];
		follow(maker, pc);
		if (maker->places[pc].flags & (PLACE_BROKEN | PLACE_ENDS))
			maker->body.partial = true;
	}
}

/* --- exception tables ------------------------------------------------------------------------- */

struct guard {
	uint32_t start, end, handler; /* places in the code */
	uint32_t type;                /* NO_INDEX: all */
	bool sound;
};

static RESULT read_guard(const struct maker *maker, struct cursor *c, struct guard *out)
{
	uint16_t start, end, handler, type;

	TRY(cursor_u16be(c, &start));
	TRY(cursor_u16be(c, &end));
	TRY(cursor_u16be(c, &handler));
	TRY(cursor_u16be(c, &type));
	*out = (struct guard){start, end, handler, NO_INDEX, true};
	if (type)
		out->type = class_index(maker->state, maker->method->pool, type, 1U << TAG_CLASS);
	out->sound =
		start < end && end <= maker->code.bytes.size && (!type || out->type != NO_INDEX);
	return OK;
}

/* Handlers start with the exception on an empty stack. */
static RESULT follow_handlers(struct maker *maker)
{
	struct cursor c = maker->code.handlers;
	struct guard guard;

	while (cursor_left(&c)) {
		TRY(read_guard(maker, &c, &guard));
		if (guard.sound && maker->code.max_stack && reach(maker, guard.handler, 1))
			maker->places[guard.handler].flags |= PLACE_HANDLER;
		else
			maker->body.partial = true;
		follow_all(maker);
	}
	return OK;
}

static RESULT make_handlers(struct maker *maker, struct body *out)
{
	struct cursor c = maker->code.handlers;
	struct guard guard;

	ALLOC(out->handlers, maker->arena, cursor_left(&c) / 8 + 1);
	while (cursor_left(&c)) {
		TRY(read_guard(maker, &c, &guard));
		if (!guard.sound || guard.handler >= maker->code.bytes.size ||
		    !(maker->places[guard.handler].flags & PLACE_HANDLER))
			continue;
		struct handler handler = {maker->places[guard.start].before,
		                          maker->places[guard.end].before,
		                          maker->places[guard.handler].before, guard.type};
		if (handler.start < handler.end)
			out->handlers[out->handler_count++] = handler;
	}
	return OK;
}

/* --- second pass: instructions ---------------------------------------------------------------- */

/* Nothing comes after this. */
static void put_stop(struct maker *maker)
{
	maker_put(maker, OP_GOTO)->target = NO_INDEX;
}

static bool goes_on(const struct maker *maker)
{
	if (!maker->body.count)
		return false;
	uint8_t op = maker->body.insns[maker->body.count - 1].op;
	return op != OP_GOTO && op != OP_RETURN && op != OP_THROW;
}

static void put_catch(struct maker *maker, uint32_t pc)
{
	/* what comes from above brings a value of its own instead of an exception */
	if (goes_on(maker))
		maker_put(maker, OP_GOTO)->target = pc;
	maker->places[pc].before = maker->body.count;
	maker->pc = pc;
	maker_put(maker, OP_CATCH)->def = maker->code.max_locals;
}

static RESULT write_op(struct maker *maker, struct place *place, const struct class_op *op)
{
	maker->depth = place->depth;
	if (place->flags & PLACE_HANDLER)
		put_catch(maker, op->pc);
	maker->pc = op->pc;
	place->enter = maker->body.count;
	if (place->flags & PLACE_BROKEN) {
		put_stop(maker);
		return OK;
	}
	TRY(class_emit(maker, op));
	if (place->flags & PLACE_ENDS)
		put_stop(maker);
	return OK;
}

static RESULT write_all(struct maker *maker)
{
	struct class_op op;

	for (uint32_t pc = 0; pc <= maker->code.bytes.size; pc++) {
		struct place *place = &maker->places[pc];
		place->before = maker->body.count;
		if (!(place->flags & PLACE_REACHED))
			continue;
		TRY(class_op_read(&maker->code.bytes, pc, &op));
		TRY(write_op(maker, place, &op));
	}
	return OK;
}

/* Places become instructions. */
static void set_targets(struct maker *maker)
{
	struct body *body = &maker->body;

	for (uint32_t i = 0; i < body->count; i++) {
		struct insn *insn = &body->insns[i];
		if (insn->op != OP_IF && insn->op != OP_GOTO)
			continue;
		insn->target = insn->target == NO_INDEX ? i : maker->places[insn->target].enter;
	}
	for (uint32_t i = 0; i < body->switch_count; i++)
		for (uint32_t k = 0; k < body->switches[i].count; k++) {
			uint32_t *target = &body->switches[i].cases[k].target;
			*target = maker->places[*target].enter;
		}
}

/* --- bodies ----------------------------------------------------------------------------------- */

static RESULT make_params(struct maker *maker)
{
	const struct unit *unit = maker->unit;
	const struct method_ref *ref = &unit->method_refs[maker->method->ref];
	const struct proto *proto = &unit->protos[ref->proto];
	struct body *body = &maker->body;
	uint32_t reg = 0;

	ALLOC(body->params, maker->arena, (size_t)proto->count + 1);
	if (!(maker->method->flags & ACCESS_STATIC))
		body->params[body->param_count++] = reg++;
	for (uint32_t i = 0; i < proto->count; i++) {
		body->params[body->param_count++] = reg;
		reg += class_slots_of(unit, unit->type_list[proto->first + i]);
	}
	ENSURE(reg <= maker->code.max_locals, CODE_BODY, maker->code.bytes.origin - 6,
	       "max_locals %u: the parameters take %u (JVMS 4.7.3)", maker->code.max_locals, reg);
	return OK;
}

/* A table of the heap, copied into the arena. */
#define KEEP(maker, out, table, number) \
	do { \
		ALLOC((out)->table, (maker)->arena, (size_t)(number) + 1); \
		if (number) \
			memcpy((out)->table, (maker)->body.table, \
			       (size_t)(number) * sizeof *(out)->table); \
	} while (0)

static RESULT keep(struct maker *maker, struct body *out)
{
	struct body body = maker->body;

	KEEP(maker, &body, insns, body.count);
	KEEP(maker, &body, args, maker->arg_count);
	KEEP(maker, &body, switches, body.switch_count);
	KEEP(maker, &body, dynamics, body.dynamic_count);
	TRY(make_handlers(maker, &body));
	*out = body;
	return OK;
}

static RESULT run(struct maker *maker, struct body *out)
{
	TRY(make_params(maker));
	mark_starts(maker);
	maker->dry = true;
	ENSURE(reach(maker, 0, 0), CODE_BODY, maker->code.bytes.origin,
	       "the first instruction is not readable");
	follow_all(maker);
	TRY(follow_handlers(maker));
	maker->dry = false;
	TRY(write_all(maker));
	set_targets(maker);
	return keep(maker, out);
}

static void release(struct maker *maker)
{
	free(maker->places);
	free(maker->work);
	free(maker->body.insns);
	free(maker->body.args);
	free(maker->body.switches);
	free(maker->body.dynamics);
}

struct result class_read_body(const struct unit *unit, const struct method *method,
                              struct arena *arena, struct body *out)
{
	struct maker maker = {.unit = unit,
	                      .state = unit->state,
	                      .method = method,
	                      .arena = arena,
	                      .recipe_budget = RECIPES_MAX};

	ENSURE(method->code, CODE_BODY, AT_NONE, "a method without code");
	TRY(class_code_open(maker.state, method, &maker.code));
	maker.body.unit = unit;
	maker.body.method = method;
	maker.body.registers = (uint32_t)maker.code.max_locals + maker.code.max_stack + 1;
	maker.places = calloc(maker.code.bytes.size + 1, sizeof *maker.places);
	maker.work = calloc(maker.code.bytes.size, sizeof *maker.work);
	if (!maker.places || !maker.work)
		fault_out_of_memory();
	struct result made = run(&maker, out);
	release(&maker);
	return made;
}
