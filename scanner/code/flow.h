/* flow.h - the basic blocks of a body and the edges between them. */
#ifndef PARASOL_CODE_FLOW_H
#define PARASOL_CODE_FLOW_H

#include "code/body.h"

struct edge {
	uint32_t from, to; /* blocks */
	bool exception;    /* an exception inside `from` goes to the handler `to` */
};

struct block {
	uint32_t start, end; /* instructions [start, end) */
	uint32_t in_first, in_count;   /* edges that end here: flow->in[...] are indices of edges */
	uint32_t out_first, out_count; /* edges that start here: flow->edges[out_first ...] */
};

struct flow {
	struct body body;
	struct block *blocks; /* in the order of instructions; the first is the entry */
	uint32_t count;
	struct edge *edges; /* sorted by `from` */
	uint32_t edge_count;
	uint32_t *in;
	uint32_t *block_of; /* of each instruction */
	uint32_t *order;    /* blocks so that, loops apart, each comes after those before it */
	uint32_t order_count; /* blocks that can be reached at all */
};

/* Makes the blocks of a body that was read into `flow->body`. Fails with LIMIT_MEMORY. */
RESULT flow_make(struct flow *flow, struct arena *arena);

#endif
