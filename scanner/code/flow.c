/* flow.c - see flow.h. */
#include "code/flow.h"

#include <stdlib.h>
#include <string.h>

/* Instructions times handlers of a method: edges of exceptions may be as many. */
static const uint64_t HANDLED_MAX = 20U << 20;

struct edges {
	struct edge *items;
	uint32_t count, room;
};

static void edge_add(struct edges *edges, uint32_t from, uint32_t to, bool exception)
{
	if (edges->count == edges->room) {
		edges->room = edges->room ? edges->room * 2 : 64;
		edges->items = reallocarray(edges->items, edges->room, sizeof *edges->items);
		if (!edges->items)
			fault_out_of_memory();
	}
	edges->items[edges->count++] = (struct edge){from, to, exception};
}

static bool ends_block(const struct insn *insn)
{
	switch (insn->op) {
	case OP_IF:
	case OP_GOTO:
	case OP_SWITCH:
	case OP_RETURN:
	case OP_THROW:
		return true;
	default:
		return false;
	}
}

static bool goes_on(const struct insn *insn)
{
	return insn->op != OP_GOTO && insn->op != OP_RETURN && insn->op != OP_THROW;
}

static void mark_leaders(const struct body *body, uint8_t *leader)
{
	leader[0] = 1;
	for (uint32_t i = 0; i < body->count; i++) {
		const struct insn *insn = &body->insns[i];
		if (ends_block(insn))
			leader[i + 1] = 1;
		if (insn->op == OP_IF || insn->op == OP_GOTO)
			leader[insn->target] = 1;
	}
	for (uint32_t i = 0; i < body->switch_count; i++)
		for (uint32_t k = 0; k < body->switches[i].count; k++)
			leader[body->switches[i].cases[k].target] = 1;
	for (uint32_t i = 0; i < body->handler_count; i++) {
		leader[body->handlers[i].start] = 1;
		leader[body->handlers[i].end] = 1;
		leader[body->handlers[i].target] = 1;
	}
}

static RESULT make_blocks(struct flow *flow, const uint8_t *leader, struct arena *arena)
{
	const struct body *body = &flow->body;
	uint32_t count = 0;

	for (uint32_t i = 0; i < body->count; i++)
		count += leader[i];
	ALLOC(flow->blocks, arena, (size_t)count + 1);
	ALLOC(flow->block_of, arena, (size_t)body->count + 1);
	for (uint32_t i = 0; i < body->count; i++) {
		if (leader[i])
			flow->blocks[flow->count++].start = i;
		flow->block_of[i] = flow->count - 1;
		flow->blocks[flow->count - 1].end = i + 1;
	}
	return OK;
}

static void block_edges(const struct flow *flow, uint32_t from, struct edges *edges)
{
	const struct body *body = &flow->body;
	const struct block *block = &flow->blocks[from];
	const struct insn *last = &body->insns[block->end - 1];

	if (last->op == OP_IF || last->op == OP_GOTO)
		edge_add(edges, from, flow->block_of[last->target], false);
	if (last->op == OP_SWITCH)
		for (uint32_t k = 0; k < body->switches[last->ref].count; k++)
			edge_add(edges, from,
			         flow->block_of[body->switches[last->ref].cases[k].target], false);
	if (goes_on(last) && from + 1 < flow->count)
		edge_add(edges, from, from + 1, false);
	for (uint32_t i = 0; i < body->handler_count; i++) {
		const struct handler *handler = &body->handlers[i];
		if (handler->start < block->end && handler->end > block->start)
			edge_add(edges, from, flow->block_of[handler->target], true);
	}
}

static RESULT index_edges(struct flow *flow, const struct edges *edges, struct arena *arena)
{
	ALLOC(flow->edges, arena, (size_t)edges->count + 1);
	ALLOC(flow->in, arena, (size_t)edges->count + 1);
	if (edges->count)
		memcpy(flow->edges, edges->items, edges->count * sizeof *edges->items);
	flow->edge_count = edges->count;
	for (uint32_t i = 0; i < edges->count; i++) {
		struct block *from = &flow->blocks[edges->items[i].from];
		if (from->out_count++ == 0)
			from->out_first = i;
		flow->blocks[edges->items[i].to].in_count++;
	}
	for (uint32_t b = 0, at = 0; b < flow->count; b++) {
		flow->blocks[b].in_first = at;
		at += flow->blocks[b].in_count;
		flow->blocks[b].in_count = 0;
	}
	for (uint32_t i = 0; i < edges->count; i++) {
		struct block *to = &flow->blocks[edges->items[i].to];
		flow->in[to->in_first + to->in_count++] = i;
	}
	return OK;
}

/* Reverse postorder of a depth-first walk, without recursion: bodies may be deep. */
static RESULT make_order(struct flow *flow, struct arena *arena)
{
	uint32_t *stack, *next, *post, depth = 0, done = 0;
	uint8_t *seen;

	ALLOC(stack, arena, (size_t)flow->count + 1);
	ALLOC(next, arena, (size_t)flow->count + 1);
	ALLOC(post, arena, (size_t)flow->count + 1);
	ALLOC(seen, arena, (size_t)flow->count + 1);
	ALLOC(flow->order, arena, (size_t)flow->count + 1);
	stack[depth++] = 0;
	seen[0] = 1;
	while (depth) {
		uint32_t b = stack[depth - 1];
		if (next[b] == flow->blocks[b].out_count) {
			post[done++] = b;
			depth--;
			continue;
		}
		uint32_t to = flow->edges[flow->blocks[b].out_first + next[b]++].to;
		if (!seen[to]) {
			seen[to] = 1;
			stack[depth++] = to;
		}
	}
	for (uint32_t i = 0; i < done; i++)
		flow->order[i] = post[done - 1 - i];
	flow->order_count = done;
	return OK;
}

struct result flow_make(struct flow *flow, struct arena *arena)
{
	struct edges edges = {0};
	uint8_t *leader;

	flow->count = flow->edge_count = flow->order_count = 0;
	ENSURE((uint64_t)flow->body.count * flow->body.handler_count <= HANDLED_MAX, CODE_BUDGET,
	       AT_NONE, "%u handlers over %u instructions", flow->body.handler_count,
	       flow->body.count);
	ENSURE(flow->body.count, CODE_BODY, AT_NONE, "a method without instructions");
	ALLOC(leader, arena, (size_t)flow->body.count + 1);
	mark_leaders(&flow->body, leader);
	TRY(make_blocks(flow, leader, arena));
	for (uint32_t b = 0; b < flow->count; b++)
		block_edges(flow, b, &edges);
	struct result indexed = index_edges(flow, &edges, arena);
	free(edges.items);
	return indexed.ok ? make_order(flow, arena) : FAILED;
}
