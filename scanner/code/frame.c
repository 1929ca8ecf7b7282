/* frame.c - methods as they are looked at: their blocks, their callers, which blocks are alive. */
#include <stdlib.h>

#include "code/multimap.h"
#include "code/tracing.h"

struct flow_memo {
	struct method_at method;
	struct flow *flow; /* NULL: it has none that can be read */
	bool used;
};

void flows_drop(struct trace *trace)
{
	arena_free(&trace->flows);
	arena_init(&trace->flows, FLOWS_LIMIT);
	free(trace->flow_memos);
	trace->flow_memos = NULL;
	trace->flow_count = trace->flow_room = 0;
}

/* --- bodies ------------------------------------------------------------------------------------ */

static struct flow *read_flow(struct trace *trace, struct method_at at)
{
	struct flow *flow = arena_take(&trace->flows, 1, sizeof *flow);

	if (!flow || !method_of(at)->code)
		return NULL;
	if (!body_read(at.unit, method_of(at), &trace->flows, &flow->body).ok)
		return NULL;
	return flow_make(flow, &trace->flows).ok ? flow : NULL;
}

static size_t flow_slot(const struct trace *trace, struct method_at at)
{
	uint64_t hash = hash_join((uint64_t)(uintptr_t)at.unit, at.index);
	size_t slot = (size_t)hash & (trace->flow_room - 1);

	while (trace->flow_memos[slot].used && (trace->flow_memos[slot].method.unit != at.unit ||
	                                        trace->flow_memos[slot].method.index != at.index))
		slot = (slot + 1) & (trace->flow_room - 1);
	return slot;
}

static void grow_flows(struct trace *trace)
{
	struct flow_memo *old = trace->flow_memos;
	size_t room = trace->flow_room;

	trace->flow_room = room ? room * 2 : 1024;
	trace->flow_memos = calloc(trace->flow_room, sizeof *trace->flow_memos);
	if (!trace->flow_memos)
		fault_out_of_memory();
	for (size_t i = 0; i < room; i++)
		if (old[i].used)
			trace->flow_memos[flow_slot(trace, old[i].method)] = old[i];
	free(old);
}

const struct flow *trace_flow(struct trace *trace, struct method_at method)
{
	if (trace->flow_count * 2 >= trace->flow_room)
		grow_flows(trace);
	struct flow_memo *memo = &trace->flow_memos[flow_slot(trace, method)];
	if (!memo->used) {
		*memo = (struct flow_memo){method, read_flow(trace, method), true};
		trace->flow_count++;
	}
	return memo->flow;
}

/* --- frames ------------------------------------------------------------------------------------ */

static struct frame *frame_new(struct trace *trace, struct method_at method)
{
	const struct flow *flow = trace_flow(trace, method);
	struct frame *frame = flow ? arena_take(&trace->arena, 1, sizeof *frame) : NULL;

	if (!frame)
		return NULL;
	frame->method = method;
	frame->flow = flow;
	frame->blocks = arena_take(&trace->arena, flow->count, 1);
	frame->dead = arena_take(&trace->arena, (size_t)flow->edge_count + 1, 1);
	frame->starts = arena_take(&trace->arena, flow->count, sizeof *frame->starts);
	frame->ends =
		arena_take(&trace->arena, (size_t)flow->edge_count + 1, sizeof *frame->ends);
	frame->turns =
		arena_take(&trace->arena, (size_t)flow->edge_count + 1, sizeof *frame->turns);
	frame->stack = arena_take(&trace->arena, flow->count, sizeof *frame->stack);
	if (!frame->blocks || !frame->dead || !frame->starts || !frame->ends || !frame->turns ||
	    !frame->stack)
		return NULL;
	return frame;
}

struct frame *frame_root(struct trace *trace, struct method_at method)
{
	for (struct frame *frame = trace->roots; frame; frame = frame->next)
		if (frame->method.unit == method.unit && frame->method.index == method.index)
			return frame;
	struct frame *frame = frame_new(trace, method);
	if (frame) {
		frame->next = trace->roots;
		trace->roots = frame;
	}
	return frame;
}

struct frame *frame_top(struct frame *frame)
{
	while (frame->caller)
		frame = frame->caller;
	return frame;
}

static bool is_recursion(const struct frame *frame, struct method_at method)
{
	for (; frame; frame = frame->caller)
		if (frame->method.unit == method.unit && frame->method.index == method.index)
			return true;
	return false;
}

/*
 * The parameters of a lambda's body are what the lambda captured, then those of the call without
 * its receiver; of a method reference the first of them may be the receiver of the method.
 */
static bool bind(struct trace *trace, struct frame *frame)
{
	const struct body *body = &frame->flow->body;
	const struct flow *above = frame->caller->flow;
	const struct insn *call = &above->body.insns[frame->site];
	struct frame *maker = frame->made ? frame->made->frame : NULL;
	const struct insn *made = maker ? &maker->flow->body.insns[frame->made->insn] : NULL;
	uint32_t captured = made ? made->count : 0;

	frame->params = arena_take(&trace->arena, (size_t)body->param_count + 1,
	                           sizeof *frame->params);
	if (!frame->params)
		return false;
	for (uint32_t i = 0; i < body->param_count; i++) {
		uint32_t given = made ? i - captured + 1 : i;
		if (i < captured)
			frame->params[i] =
				(struct binding){maker, frame->made->insn,
			                         maker->flow->body.args[made->args + i]};
		else if (given < call->count && call->op != OP_DYNAMIC)
			frame->params[i] = (struct binding){frame->caller, frame->site,
			                                    above->body.args[call->args + given]};
		else if (call->op == OP_DYNAMIC && i < call->count)
			frame->params[i] = (struct binding){frame->caller, frame->site,
			                                    above->body.args[call->args + i]};
	}
	return true;
}

struct frame *frame_call(struct trace *trace, struct frame *caller, uint32_t site,
                         struct method_at method, const struct value *made)
{
	for (struct frame *frame = caller->children; frame; frame = frame->next)
		if (frame->site == site && frame->method.unit == method.unit &&
		    frame->method.index == method.index &&
		    (!made || (frame->made && value_same(frame->made, made))))
			return frame;
	if (caller->depth >= DEPTH_MAX || is_recursion(caller, method))
		return NULL;
	struct frame *frame = frame_new(trace, method);
	if (!frame)
		return NULL;
	frame->caller = caller;
	frame->site = site;
	frame->depth = caller->depth + 1;
	frame->made = made;
	if (!bind(trace, frame))
		return NULL;
	frame->next = caller->children;
	caller->children = frame;
	return frame;
}

/* --- which blocks are alive -------------------------------------------------------------------- */

bool frame_edge_alive(const struct frame *frame, uint32_t edge)
{
	return !frame->dead[edge] && frame->blocks[frame->flow->edges[edge].from] != BLOCK_DEAD;
}

static void kill_edges_but(struct frame *frame, uint32_t block, const uint32_t *targets,
                           uint32_t count)
{
	const struct flow *flow = frame->flow;
	const struct block *from = &flow->blocks[block];

	for (uint32_t i = from->out_first; i < from->out_first + from->out_count; i++) {
		bool kept = flow->edges[i].exception;
		for (uint32_t k = 0; k < count; k++)
			kept |= flow->edges[i].to == flow->block_of[targets[k]];
		frame->dead[i] = !kept;
	}
}

/* A parameter itself, or what is computed of it: a caller may know it. */
static bool hangs_on_caller(const struct values *values)
{
	for (uint32_t i = 0; i < values->count; i++)
		if (values->items[i].kind == VALUE_PARAM && values->items[i].insn != NO_INDEX)
			return true;
	return false;
}

static void decide_if(struct trace *trace, struct frame *frame, uint32_t block, uint32_t last)
{
	const struct insn *insn = &frame->flow->body.insns[last];
	const struct values *a = trace_register(trace, frame, last, insn->a);
	const struct values *b =
		insn->b == NO_REG ? &values_zero : trace_register(trace, frame, last, insn->b);
	unsigned outcomes = condition_outcomes((enum condition)insn->sub, a, b);
	uint32_t next = last + 1;

	frame->touched |= outcomes == 3 && (hangs_on_caller(a) || hangs_on_caller(b));
	if (outcomes == 2)
		kill_edges_but(frame, block, &insn->target, 1);
	else if (outcomes == 1 && next < frame->flow->body.count)
		kill_edges_but(frame, block, &next, 1);
}

static void decide_switch(struct trace *trace, struct frame *frame, uint32_t block, uint32_t last)
{
	const struct body *body = &frame->flow->body;
	const struct insn *insn = &body->insns[last];
	const struct switch_table *table = &body->switches[insn->ref];
	const struct values *on = trace_register(trace, frame, last, insn->a);
	uint32_t targets[VALUES_MAX + 1];

	frame->touched |= hangs_on_caller(on);
	if (!values_all(on, VALUE_NUMBER))
		return;
	for (uint32_t i = 0; i < on->count; i++) {
		targets[i] = last + 1;
		for (uint32_t k = 0; k < table->count; k++)
			if (table->cases[k].key == on->items[i].number)
				targets[i] = table->cases[k].target;
		if (targets[i] >= body->count)
			return;
	}
	kill_edges_but(frame, block, targets, on->count);
}

/* What only a loop's end leads to was reached from the loop's start, or not at all. */
static bool has_live_entry(const struct frame *frame, uint32_t block)
{
	const struct block *to = &frame->flow->blocks[block];

	for (uint32_t i = 0; i < to->in_count; i++) {
		uint32_t edge = frame->flow->in[to->in_first + i];
		if (!frame->dead[edge] &&
		    frame->blocks[frame->flow->edges[edge].from] == BLOCK_ALIVE)
			return true;
	}
	return block == 0;
}

static void decide_block(struct trace *trace, struct frame *frame, uint32_t block)
{
	uint32_t last = frame->flow->blocks[block].end - 1;
	const struct insn *insn = &frame->flow->body.insns[last];

	frame->blocks[block] = has_live_entry(frame, block) ? BLOCK_ALIVE : BLOCK_DEAD;
	if (frame->blocks[block] == BLOCK_DEAD)
		return;
	if (insn->op == OP_IF)
		decide_if(trace, frame, block, last);
	else if (insn->op == OP_SWITCH)
		decide_switch(trace, frame, block, last);
}

static void decide_blocks(struct trace *trace, struct frame *frame)
{
	const struct flow *flow = frame->flow;

	frame->reach = REACH_BUSY;
	trace->conditions++;
	for (uint32_t i = 0; i < flow->order_count; i++)
		decide_block(trace, frame, flow->order[i]);
	trace->conditions--;
	for (uint32_t b = 0; b < flow->count; b++)
		if (frame->blocks[b] == BLOCK_UNDECIDED)
			frame->blocks[b] = BLOCK_DEAD;
	frame->reach = REACH_DONE;
}

void frame_reach(struct trace *trace, struct frame *frame)
{
	if (frame->reach == REACH_NONE) {
		bool touched = trace->touched;
		decide_blocks(trace, frame);
		trace->touched = touched;
	}
	trace->touched |= frame->touched;
}

bool frame_insn_alive(struct trace *trace, struct frame *frame, uint32_t insn)
{
	frame_reach(trace, frame);
	return frame->blocks[frame->flow->block_of[insn]] != BLOCK_DEAD;
}

/* A register before the end of a block, for who comes by one edge; NULL: the block changes it. */
static const struct values *coming_by(struct trace *trace, struct frame *frame, uint32_t in,
                                      uint32_t reg)
{
	const struct flow *flow = frame->flow;
	const struct block *block = &flow->blocks[flow->edges[in].to];
	uint32_t last = flow->blocks[flow->edges[in].from].end - 1;

	for (uint32_t i = block->end; i-- > block->start;) {
		const struct insn *insn = &flow->body.insns[i];
		if (insn->def != reg)
			continue;
		if (insn->op != OP_MOVE)
			return insn->op == OP_NUMBER || insn->op == OP_LENGTH
			               ? trace_def(trace, frame, i)
			               : NULL;
		reg = insn->a;
	}
	return flow->body.insns[last].def == reg ? trace_def(trace, frame, last)
	                                         : trace_register(trace, frame, last, reg);
}

static uint32_t turn_of(struct trace *trace, struct frame *frame, uint32_t in)
{
	const struct flow *flow = frame->flow;
	uint32_t last = flow->blocks[flow->edges[in].to].end - 1;
	const struct insn *insn = &flow->body.insns[last];
	const struct values *a, *b;

	if (insn->op != OP_IF || last + 1 >= flow->body.count)
		return NO_INDEX;
	a = coming_by(trace, frame, in, insn->a);
	b = insn->b == NO_REG ? &values_zero : coming_by(trace, frame, in, insn->b);
	if (!a || !b)
		return NO_INDEX;
	unsigned outcomes = condition_outcomes((enum condition)insn->sub, a, b);
	return outcomes == 3 ? NO_INDEX
	                     : 1 + flow->block_of[outcomes == 2 ? insn->target : last + 1];
}

bool frame_turns_away(struct trace *trace, struct frame *frame, uint32_t in, uint32_t out)
{
	const struct flow *flow = frame->flow;

	if (frame->reach != REACH_DONE || flow->edges[in].exception || flow->edges[out].exception)
		return false;
	if (!frame->turns[in]) {
		/* not known while it is worked out */
		frame->turns[in] = NO_INDEX;
		trace->conditions++;
		frame->turns[in] = turn_of(trace, frame, in);
		trace->conditions--;
	}
	return frame->turns[in] != NO_INDEX && frame->turns[in] != 1 + flow->edges[out].to;
}
