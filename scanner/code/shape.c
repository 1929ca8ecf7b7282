/* shape.c - see shape.h. */
#include "code/shape.h"

#include <string.h>

#include "code/tracing.h"

/* How deep calls inside the bundle are followed, and how many methods are looked at. */
enum { SHAPE_DEPTH = 3, SHAPE_METHODS = 60 };

struct look_into {
	struct trace *trace;
	struct shape *shape;
	uint32_t methods;
};

/* Exceptions that a checking method throws are of these types or below them. */
static bool catches_refusal(const struct unit *unit, uint32_t type)
{
	static const char *const types[] = {
		"Ljava/lang/Throwable;", "Ljava/lang/Exception;",
		"Ljava/security/GeneralSecurityException;",
		"Ljava/security/cert/CertificateException;", "Ljavax/net/ssl/SSLException;",
		"Ljavax/net/ssl/SSLPeerUnverifiedException;", "Ljava/io/IOException;",
		"Ljava/security/cert/CertPathValidatorException;",
		"Ljava/security/InvalidKeyException;", "Ljava/security/SignatureException;",
		"Ljava/lang/RuntimeException;", NULL};

	if (type == NO_INDEX)
		return true;
	for (size_t i = 0; types[i]; i++)
		if (strcmp(unit_type(unit, type), types[i]) == 0)
			return true;
	return false;
}

/* Marks the blocks that can be reached from one without passing those that are marked already. */
static bool reaches_return(const struct frame *frame, uint32_t from, uint8_t *seen)
{
	const struct flow *flow = frame->flow;
	uint32_t depth = 0, *stack = frame->stack;
	bool found = false;

	if (seen[from])
		return false;
	seen[from] = 1;
	stack[depth++] = from;
	while (depth) {
		const struct block *block = &flow->blocks[stack[--depth]];
		found |= flow->body.insns[block->end - 1].op == OP_RETURN;
		for (uint32_t i = block->out_first; i < block->out_first + block->out_count; i++) {
			uint32_t to = flow->edges[i].to;
			if (!frame_edge_alive(frame, i) || frame->blocks[to] == BLOCK_DEAD || seen[to])
				continue;
			seen[to] = 1;
			stack[depth++] = to;
		}
	}
	return found;
}

static bool may_return(struct look_into *into, const struct frame *frame, uint32_t from,
                       uint32_t avoid)
{
	uint8_t *seen = arena_take(&into->trace->arena, (size_t)frame->flow->count + 1, 1);

	if (!seen)
		return true;
	if (avoid != NO_INDEX)
		seen[avoid] = 1;
	return reaches_return(frame, from, seen);
}

/* Whether an exception at an instruction is caught so that the method may return. */
static bool is_swallowed(struct look_into *into, const struct frame *frame, uint32_t insn)
{
	const struct body *body = &frame->flow->body;

	for (uint32_t i = 0; i < body->handler_count; i++) {
		const struct handler *handler = &body->handlers[i];
		if (insn < handler->start || insn >= handler->end ||
		    !catches_refusal(body->unit, handler->type))
			continue;
		return may_return(into, frame, frame->flow->block_of[handler->target], NO_INDEX);
	}
	return false;
}

static bool is_always(struct look_into *into, const struct frame *frame, uint32_t insn)
{
	return !may_return(into, frame, 0, frame->flow->block_of[insn]);
}

static void add_call(struct shape *shape, const char *class, const char *name, bool always,
                     bool swallowed)
{
	for (uint32_t i = 0; i < shape->count; i++) {
		struct shape_call *call = &shape->calls[i];
		if (strcmp(call->class, class) != 0 || strcmp(call->name, name) != 0)
			continue;
		call->always |= always;
		call->swallowed &= swallowed;
		return;
	}
	if (shape->count == SHAPE_CALLS_MAX)
		shape->complete = false;
	else
		shape->calls[shape->count++] = (struct shape_call){class, name, always, swallowed};
}

static void look(struct look_into *into, struct frame *frame, uint32_t depth, bool always,
                 bool swallowed);

static void look_at_call(struct look_into *into, struct frame *frame, uint32_t insn,
                         uint32_t depth, bool always, bool swallowed)
{
	const struct insn *call = &frame->flow->body.insns[insn];
	struct callees callees;

	always = always && is_always(into, frame, insn);
	swallowed = swallowed || is_swallowed(into, frame, insn);
	call_targets(into->trace, frame, insn, &callees);
	if (callees.count == 0 || callees.outside)
		add_call(into->shape, call_class(frame->flow, call), call_name(frame->flow, call),
		         always, swallowed);
	if (callees.open)
		into->shape->complete = false;
	for (uint32_t i = 0; i < callees.count; i++)
		look(into, callees.frames[i], depth + 1, always && callees.count == 1, swallowed);
}

static void look(struct look_into *into, struct frame *frame, uint32_t depth, bool always,
                 bool swallowed)
{
	const struct body *body = &frame->flow->body;

	if (depth > SHAPE_DEPTH || ++into->methods > SHAPE_METHODS) {
		into->shape->complete = false;
		return;
	}
	frame_reach(into->trace, frame);
	for (uint32_t i = 0; i < body->count && trace_step(into->trace); i++) {
		if (frame->blocks[frame->flow->block_of[i]] == BLOCK_DEAD)
			continue;
		if (body->insns[i].op == OP_INVOKE && body->insns[i].ref != NO_INDEX)
			look_at_call(into, frame, i, depth, always, swallowed);
		else if (body->insns[i].op == OP_THROW && !swallowed &&
		         !is_swallowed(into, frame, i))
			into->shape->throws = true;
	}
	if (body->partial)
		into->shape->complete = false;
}

/* Constructors of objects and exceptions say nothing of what a method checks. */
static bool calls_something(const struct shape *shape)
{
	for (uint32_t i = 0; i < shape->count; i++)
		if (strcmp(shape->calls[i].name, "<init>") != 0)
			return true;
	return false;
}

static void classify(struct look_into *into, struct frame *frame)
{
	const struct values *returns = trace_frame_returns(into->trace, frame);
	const struct value *only = values_only(returns, VALUE_NUMBER);
	struct shape *shape = into->shape;

	shape->returns_constant = only != NULL;
	shape->constant = only ? only->number : 0;
	if (!may_return(into, frame, 0, NO_INDEX))
		shape->kind = SHAPE_THROWS;
	else if (!shape->throws && !calls_something(shape) && (only || returns->count == 0))
		shape->kind = SHAPE_EMPTY;
	else
		shape->kind = only ? SHAPE_CONSTANT : SHAPE_CODE;
}

struct result shape_read(struct trace *trace, struct method_at method, struct shape *out)
{
	struct frame *frame = frame_root(trace, method);
	const struct method_ref *ref = method_ref_of(method);
	struct look_into into = {.trace = trace, .shape = out};

	ENSURE(frame, CODE_BODY, AT_NONE, "a method without readable code");
	*out = (struct shape){.complete = true};
	out->type = unit_type(method.unit, method.unit->protos[ref->proto].return_type)[0];
	trace->steps = TRACE_STEPS;
	trace->hops = 0;
	trace->thorough = true;
	look(&into, frame, 0, true, false);
	classify(&into, frame);
	trace->thorough = false;
	if (!trace->steps)
		out->complete = false;
	return OK;
}
