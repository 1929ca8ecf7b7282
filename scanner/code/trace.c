/* trace.c - see trace.h and tracing.h: registers and what defines them. */
#include <stdlib.h>
#include <string.h>

#include "code/multimap.h"
#include "code/tracing.h"

/* Memory of the frames and values of one question. */
enum { VALUES_LIMIT = 64 << 20, KEPT_LIMIT = 256 << 20 };

enum { NESTING_MAX = 220, DEFS_MAX = 64 };

struct trace *trace_new(struct program *program)
{
	struct trace *trace = calloc(1, sizeof *trace);

	if (!trace)
		fault_out_of_memory();
	trace->program = program;
	trace->cycle_low = NO_INDEX;
	arena_init(&trace->arena, VALUES_LIMIT);
	arena_init(&trace->kept, KEPT_LIMIT);
	arena_init(&trace->flows, FLOWS_LIMIT);
	return trace;
}

void trace_forget(struct trace *trace)
{
	arena_free(&trace->arena);
	arena_init(&trace->arena, VALUES_LIMIT);
	if (trace->memo_count)
		memset(trace->memos, 0, trace->memo_room * sizeof *trace->memos);
	trace->memo_count = 0;
	trace->roots = NULL;
	if (trace->flows.used > FLOWS_LIMIT / 2)
		flows_drop(trace);
}

void trace_free(struct trace *trace)
{
	arena_free(&trace->arena);
	arena_free(&trace->kept);
	flows_drop(trace);
	arena_free(&trace->flows);
	free(trace->memos);
	writers_free(trace->writers);
	lookups_free(trace->lookups);
	callers_free(trace->callers);
	free(trace);
}

bool trace_step(struct trace *trace)
{
	if (trace->steps)
		trace->steps--;
	return trace->steps > 0;
}

/* --- registers --------------------------------------------------------------------------------- */

/* A block that was gone through, from the edge by which it is left; NO_INDEX: from inside. */
struct way {
	uint32_t edge, block;
};

enum { STACK_MAX = 128 };

struct defs {
	uint32_t items[DEFS_MAX];
	struct way stack[STACK_MAX];
	uint32_t count, depth;
	bool entry, cut;
};

static void defs_add(struct defs *defs, uint32_t insn)
{
	for (uint32_t i = 0; i < defs->count; i++)
		if (defs->items[i] == insn)
			return;
	if (defs->count == DEFS_MAX)
		defs->cut = true;
	else
		defs->items[defs->count++] = insn;
}

/* The last definition of a register in [start, at), or NO_INDEX. */
static uint32_t last_def(struct trace *trace, const struct flow *flow, uint32_t start, uint32_t at,
                         uint32_t reg)
{
	for (uint32_t i = at; i-- > start;) {
		if (!trace_step(trace))
			break;
		if (flow->body.insns[i].def == reg)
			return i;
	}
	return NO_INDEX;
}

/* A way through a block to one of its ends is gone back once. */
static void at_start(struct frame *frame, uint32_t edge, uint32_t block, uint32_t stamp,
                     struct defs *defs)
{
	if (edge == NO_INDEX) {
		if (frame->starts[block] == stamp)
			return;
		frame->starts[block] = stamp;
	}
	defs->entry |= block == 0;
	if (defs->depth < STACK_MAX)
		defs->stack[defs->depth++] = (struct way){edge, block};
	else
		defs->cut = true;
}

static void at_end(struct trace *trace, struct frame *frame, uint32_t edge, uint32_t reg,
                   uint32_t stamp, struct defs *defs)
{
	const struct block *b = &frame->flow->blocks[frame->flow->edges[edge].from];

	if (frame->ends[edge] == stamp)
		return;
	frame->ends[edge] = stamp;
	uint32_t def = last_def(trace, frame->flow, b->start, b->end, reg);
	if (def == NO_INDEX)
		at_start(frame, edge, frame->flow->edges[edge].from, stamp, defs);
	else
		defs_add(defs, def);
}

/* An exception may come from anywhere in a block: after each of its definitions, or before all. */
static void inside(struct trace *trace, struct frame *frame, uint32_t block, uint32_t reg,
                   uint32_t stamp, struct defs *defs)
{
	const struct block *b = &frame->flow->blocks[block];

	for (uint32_t i = b->start; i < b->end && trace_step(trace); i++)
		if (frame->flow->body.insns[i].def == reg)
			defs_add(defs, i);
	at_start(frame, NO_INDEX, block, stamp, defs);
}

static void find_defs(struct trace *trace, struct frame *frame, uint32_t at, uint32_t reg,
                      struct defs *defs)
{
	const struct flow *flow = frame->flow;
	uint32_t block = flow->block_of[at], stamp = ++trace->stamp;
	uint32_t def = last_def(trace, flow, flow->blocks[block].start, at, reg);

	if (def != NO_INDEX) {
		defs_add(defs, def);
		return;
	}
	at_start(frame, NO_INDEX, block, stamp, defs);
	while (defs->depth && trace_step(trace)) {
		struct way way = defs->stack[--defs->depth];
		const struct block *to = &flow->blocks[way.block];
		for (uint32_t i = 0; i < to->in_count; i++) {
			uint32_t edge = flow->in[to->in_first + i];
			if (!frame_edge_alive(frame, edge) ||
			    (way.edge != NO_INDEX && frame_turns_away(trace, frame, edge, way.edge)))
				continue;
			if (flow->edges[edge].exception)
				inside(trace, frame, flow->edges[edge].from, reg, stamp, defs);
			else
				at_end(trace, frame, edge, reg, stamp, defs);
		}
	}
}

static void add_param(struct trace *trace, struct frame *frame, uint32_t reg,
                      struct gather *gather)
{
	const struct body *body = &frame->flow->body;

	for (uint32_t i = 0; i < body->param_count; i++) {
		if (body->params[i] != reg)
			continue;
		if (frame->params && frame->params[i].frame) {
			gather_all(gather,
			           trace_register(trace, frame->params[i].frame,
			                          frame->params[i].at, frame->params[i].reg));
			return;
		}
		trace->touched = true;
		gather_add(gather, &(struct value){
					   .kind = VALUE_PARAM, .frame = frame, .insn = i});
		return;
	}
}

const struct values *trace_register(struct trace *trace, struct frame *frame, uint32_t at,
                                    uint32_t reg)
{
	struct defs defs;
	struct gather gather;

	gather_init(&gather, &trace->arena);
	if (reg == NO_REG || trace->nesting >= NESTING_MAX || !trace_step(trace))
		return &values_cut;
	if (frame->flow->count > 1)
		frame_reach(trace, frame);
	defs.count = defs.depth = 0;
	defs.entry = defs.cut = false;
	find_defs(trace, frame, at, reg, &defs);
	trace->nesting++;
	if (defs.count == 1 && !defs.entry && !defs.cut) {
		const struct values *only = trace_def(trace, frame, defs.items[0]);
		trace->nesting--;
		return only;
	}
	for (uint32_t i = 0; i < defs.count; i++)
		gather_all(&gather, trace_def(trace, frame, defs.items[i]));
	if (defs.entry)
		add_param(trace, frame, reg, &gather);
	trace->nesting--;
	if (defs.cut)
		gather_all(&gather, &values_cut);
	return gather_done(&gather);
}

/* --- definitions ------------------------------------------------------------------------------- */

static size_t memo_slot(const struct trace *trace, const void *key, uint32_t insn)
{
	uint64_t hash = hash_join((uint64_t)(uintptr_t)key, insn);
	size_t slot = (size_t)hash & (trace->memo_room - 1);

	while (trace->memos[slot].key &&
	       (trace->memos[slot].key != key || trace->memos[slot].insn != insn))
		slot = (slot + 1) & (trace->memo_room - 1);
	return slot;
}

static void grow_memos(struct trace *trace)
{
	struct memo *old = trace->memos;
	size_t room = trace->memo_room;

	trace->memo_room = room ? room * 2 : 1024;
	trace->memos = calloc(trace->memo_room, sizeof *trace->memos);
	if (!trace->memos)
		fault_out_of_memory();
	for (size_t i = 0; i < room; i++)
		if (old[i].key)
			trace->memos[memo_slot(trace, old[i].key, old[i].insn)] = old[i];
	free(old);
}

struct memo *trace_memo(struct trace *trace, const void *key, uint32_t insn)
{
	if (trace->memo_count * 2 >= trace->memo_room)
		grow_memos(trace);
	struct memo *memo = &trace->memos[memo_slot(trace, key, insn)];
	if (!memo->key) {
		*memo = (struct memo){.key = key, .insn = insn};
		trace->memo_count++;
	}
	return memo;
}

static const struct values *made_here(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct insn *new = &frame->flow->body.insns[insn];

	if (new->op == OP_NEW && model_is_made(unit_type(frame->flow->body.unit, new->ref))) {
		const struct values *made = model_made(trace, frame, insn);
		if (made)
			return made;
	}
	return values_of(&trace->arena, (struct value){.kind = VALUE_OBJECT, .frame = frame,
	                                               .insn = insn});
}

static const struct values *instance_of(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct insn *test = &frame->flow->body.insns[insn];
	const struct values *of = trace_register(trace, frame, insn, test->a);

	return values_worst(&trace->arena, &of, 1);
}

static const struct values *define(struct trace *trace, struct frame *frame, uint32_t i)
{
	const struct body *body = &frame->flow->body;
	const struct insn *insn = &body->insns[i];

	switch (insn->op) {
	case OP_MOVE:
	case OP_CAST:
		return trace_register(trace, frame, i, insn->a);
	case OP_NUMBER:
		return values_number(&trace->arena, insn->number);
	case OP_TEXT:
		return values_text(&trace->arena, unit_string(body->unit, insn->ref),
		                   strlen(unit_string(body->unit, insn->ref)));
	case OP_CLASS: {
		const char *type = unit_type(body->unit, insn->ref);
		return values_of(&trace->arena,
		                 (struct value){.kind = VALUE_CLASS,
		                                .text = type,
		                                .len = (uint32_t)strlen(type)});
	}
	case OP_NEW:
	case OP_NEW_ARRAY:
	case OP_FILLED_ARRAY:
		return made_here(trace, frame, i);
	case OP_ARRAY_GET:
		return content_element(trace, frame, i);
	case OP_LENGTH:
		return content_length(trace, frame, i);
	case OP_GET:
		return content_field(trace, frame, i);
	case OP_STATIC_GET:
		return content_static(trace, frame, i);
	case OP_INVOKE:
	case OP_DYNAMIC:
		return call_result(trace, frame, i);
	case OP_UNARY:
		return arithmetic(trace, insn, trace_register(trace, frame, i, insn->a), &values_zero);
	case OP_BINARY:
	case OP_COMPARE:
		return arithmetic(trace, insn, trace_register(trace, frame, i, insn->a),
		                  insn->b == NO_REG
		                          ? values_number(&trace->arena, insn->number)
		                          : trace_register(trace, frame, i, insn->b));
	case OP_INSTANCE_OF:
		return instance_of(trace, frame, i);
	case OP_CATCH:
		return values_of(&trace->arena, (struct value){.kind = VALUE_RUNTIME,
		                                               .frame = frame,
		                                               .insn = i});
	default:
		return &values_cut;
	}
}

/* What makes a new value each time a loop comes round. */
static bool computes(const struct insn *insn)
{
	return insn->op == OP_UNARY || insn->op == OP_BINARY || insn->op == OP_COMPARE ||
	       insn->op == OP_INVOKE || insn->op == OP_DYNAMIC;
}

static const struct values *and_more(struct trace *trace, const struct values *values)
{
	struct gather gather;

	gather_init(&gather, &trace->arena);
	gather_all(&gather, values);
	gather_all(&gather, values_worst(&trace->arena, &values, 1));
	return gather_done(&gather);
}

const struct values *trace_def(struct trace *trace, struct frame *frame, uint32_t insn)
{
	struct memo *memo = trace_memo(trace, frame, insn);
	bool touched = trace->touched;
	uint32_t place = trace->active;

	if (memo->values || (trace->conditions && memo->rough)) {
		trace->touched |= memo->touched;
		return memo->values ? memo->values : memo->rough;
	}
	if (memo->active) {
		if (memo->active - 1 < trace->cycle_low)
			trace->cycle_low = memo->active - 1;
		return &values_none;
	}
	if (trace->nesting >= NESTING_MAX || !trace_step(trace))
		return &values_cut;
	uint32_t low = trace->cycle_low;
	trace->cycle_low = NO_INDEX;
	memo->active = ++trace->active;
	trace->touched = false;
	trace->nesting++;
	const struct values *values = define(trace, frame, insn);
	trace->nesting--;
	trace->active--;
	memo = trace_memo(trace, frame, insn); /* the table may have moved */
	memo->active = 0;
	if (trace->cycle_low != NO_INDEX && computes(&frame->flow->body.insns[insn]))
		values = and_more(trace, values);
	if (trace->cycle_low >= place) {
		/* whatever it met again was itself, or nothing: the answer hangs on no others */
		*(trace->conditions ? &memo->rough : &memo->values) = values;
		memo->touched |= trace->touched;
		trace->cycle_low = NO_INDEX;
	}
	if (low < trace->cycle_low)
		trace->cycle_low = low;
	trace->touched |= touched;
	return values;
}

const struct values *trace_frame_returns(struct trace *trace, struct frame *frame)
{
	const struct flow *flow = frame->flow;
	struct gather gather;

	gather_init(&gather, &trace->arena);
	frame_reach(trace, frame);
	for (uint32_t b = 0; b < flow->count; b++) {
		uint32_t last = flow->blocks[b].end - 1;
		const struct insn *insn = &flow->body.insns[last];
		if (frame->blocks[b] == BLOCK_DEAD || insn->op != OP_RETURN || insn->a == NO_REG)
			continue;
		gather_all(&gather, trace_register(trace, frame, last, insn->a));
	}
	if (flow->body.partial)
		gather_all(&gather, &values_cut);
	return gather_done(&gather);
}
