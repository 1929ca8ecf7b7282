/*
 * heap.c - the search backwards for the last writes to one object.
 *
 * It goes over all ways that are alive, into the methods that were given the object and those that
 * made it, and from the start of a method to the calls of it. Where an object was made elsewhere (a
 * static initialiser, say), the search goes on at the end of the method that made it.
 */
#include <string.h>

#include "code/tracing.h"

enum { SEEN_MAX = 4000 };

/* Blocks that were searched from their end. */
struct seen {
	const struct frame *frame;
	uint32_t block;
};

static bool seen_before(struct search *search, const struct frame *frame, uint32_t block)
{
	for (uint32_t i = 0; i < search->seen_count; i++)
		if (search->seen[i].frame == frame && search->seen[i].block == block)
			return true;
	if (search->seen_count == search->seen_room) {
		uint32_t room = search->seen_room ? search->seen_room * 2 : 16;
		struct seen *seen =
			arena_take(&search->trace->arena, room, sizeof *search->seen);
		if (!seen || room > SEEN_MAX) {
			search->trace->steps = 0;
			return true;
		}
		if (search->seen_count)
			memcpy(seen, search->seen, search->seen_count * sizeof *seen);
		search->seen = seen;
		search->seen_room = room;
	}
	search->seen[search->seen_count++] = (struct seen){frame, block};
	return false;
}

int search_holds(struct search *search, struct frame *frame, uint32_t insn, uint32_t reg)
{
	if (!search->object || reg == NO_REG)
		return 0;
	const struct values *values = trace_register(search->trace, frame, insn, reg);
	for (uint32_t i = 0; i < values->count; i++)
		if (value_same(&values->items[i], search->object))
			return values->count == 1 ? 2 : 1;
	return 0;
}

static void walk(struct search *search, struct frame *frame, uint32_t at,
                 const struct frame *top);

static void walk_returns(struct search *search, struct frame *frame, const struct frame *top)
{
	const struct flow *flow = frame->flow;

	frame_reach(search->trace, frame);
	for (uint32_t b = 0; b < flow->count; b++) {
		uint32_t last = flow->blocks[b].end - 1;
		if (frame->blocks[b] != BLOCK_DEAD && flow->body.insns[last].op == OP_RETURN)
			walk(search, frame, last, top);
	}
}

/* The frame below `frame` at `site` in which the object was made, or NULL. */
static struct frame *maker_below(const struct search *search, const struct frame *frame,
                                 uint32_t site)
{
	if (!search->object || search->object->kind == VALUE_PARAM)
		return NULL;
	for (struct frame *maker = search->object->frame; maker; maker = maker->caller)
		if (maker->caller == frame && maker->site == site)
			return maker;
	return NULL;
}

static bool is_reference(const char *descriptor)
{
	return descriptor[0] == 'L' || descriptor[0] == '[';
}

/* Whether the object is among the arguments of a call. */
static bool is_given(struct search *search, struct frame *frame, uint32_t insn)
{
	const struct flow *flow = frame->flow;
	const struct insn *call = &flow->body.insns[insn];
	const struct unit *unit = flow->body.unit;
	const struct proto *proto = &unit->protos[unit->method_refs[call->ref].proto];
	uint32_t first = call->sub == INVOKE_STATIC ? 0 : 1;

	for (uint32_t i = 0; i < call->count; i++) {
		if (i >= first && i - first < proto->count &&
		    !is_reference(unit_type(unit, unit->type_list[proto->first + i - first])))
			continue;
		if (search_holds(search, frame, insn, call_arg(flow, call, i)))
			return true;
	}
	return false;
}

/* True if a way leads through the call, or it has nothing to do with the object. */
static bool through_call(struct search *search, struct frame *frame, uint32_t insn)
{
	struct frame *maker = maker_below(search, frame, insn);
	const struct insn *call = &frame->flow->body.insns[insn];
	bool saved = search->through, through = false;
	struct callees callees = {.count = 0};

	if (maker) {
		callees.frames[callees.count++] = maker;
	} else {
		if (call->op != OP_INVOKE || call->ref == NO_INDEX ||
		    (search->writers &&
		     !writers_may(search->trace, search->writers, frame->flow, call)) ||
		    (search->object && !is_given(search, frame, insn)))
			return true;
		call_targets(search->trace, frame, insn, &callees);
	}
	for (uint32_t i = 0; i < callees.count; i++) {
		search->through = false;
		walk_returns(search, callees.frames[i], callees.frames[i]);
		through |= search->through;
	}
	search->through = saved;
	return through || callees.count == 0 || callees.outside || callees.open;
}

/* True if the search comes to the start of the instructions. */
static bool walk_block(struct search *search, struct frame *frame, uint32_t start, uint32_t at)
{
	const struct value *object = search->object;

	for (uint32_t i = at; i-- > start;) {
		const struct insn *insn = &frame->flow->body.insns[i];
		if (!trace_step(search->trace))
			return false;
		if (object && object->kind != VALUE_PARAM && object->frame == frame &&
		    object->insn == i) {
			search->origin = true;
			return false;
		}
		if (search->look(search, frame, i) == LOOK_STOP)
			return false;
		if ((insn->op == OP_INVOKE || insn->op == OP_DYNAMIC) &&
		    !through_call(search, frame, i))
			return false;
	}
	return true;
}

/* The start of a frame: on to its caller, or to the end of what made the object. */
static void at_entry(struct search *search, struct frame *frame, const struct frame *top)
{
	const struct value *object = search->object;

	if (frame == top) {
		search->through = true;
	} else if (frame->caller) {
		walk(search, frame->caller, frame->site, top);
	} else if (object && object->kind != VALUE_PARAM && frame_top(object->frame) != frame) {
		if (!search->jumped) {
			search->jumped = true;
			walk_returns(search, frame_top(object->frame), NULL);
		}
	} else {
		search->beyond = true;
	}
}

static void walk_before(struct search *search, struct frame *frame, uint32_t block,
                        const struct frame *top)
{
	const struct flow *flow = frame->flow;
	const struct block *to = &flow->blocks[block];
	uint32_t alive = block == 0;

	for (uint32_t i = 0; i < to->in_count; i++)
		alive += frame_edge_alive(frame, flow->in[to->in_first + i]);
	search->branched |= alive > 1;
	if (block == 0)
		at_entry(search, frame, top);
	for (uint32_t i = 0; i < to->in_count; i++) {
		uint32_t edge = flow->in[to->in_first + i], from = flow->edges[edge].from;
		if (!frame_edge_alive(frame, edge) || seen_before(search, frame, from))
			continue;
		if (walk_block(search, frame, flow->blocks[from].start, flow->blocks[from].end))
			walk_before(search, frame, from, top);
	}
}

static void walk(struct search *search, struct frame *frame, uint32_t at, const struct frame *top)
{
	uint32_t block = frame->flow->block_of[at];

	if (search->trace->nesting >= 200 || !trace_step(search->trace)) {
		search->trace->steps = 0;
		return;
	}
	search->trace->nesting++;
	frame_reach(search->trace, frame);
	if (walk_block(search, frame, frame->flow->blocks[block].start, at))
		walk_before(search, frame, block, top);
	search->trace->nesting--;
}

void search_back(struct search *search, struct frame *frame, uint32_t at)
{
	walk(search, frame, at, NULL);
}
