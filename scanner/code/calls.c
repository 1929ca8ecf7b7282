/*
 * calls.c - which methods a call reaches, and what it returns.
 *
 * A virtual call goes where the object is known to have been made; where it is not, to every
 * override in the bundle of the method that it names (class hierarchy analysis).
 */
#include <stdio.h>
#include <string.h>

#include "code/tracing.h"

/* Subclasses that are looked through for overrides. */
enum { SUBCLASSES_MAX = 200 };

const char *call_class(const struct flow *flow, const struct insn *insn)
{
	return unit_type(flow->body.unit, flow->body.unit->method_refs[insn->ref].type);
}

const char *call_name(const struct flow *flow, const struct insn *insn)
{
	return unit_string(flow->body.unit, flow->body.unit->method_refs[insn->ref].name);
}

struct found {
	struct method_at *items;
	uint32_t count, room;
};

/* One more than there is room for says that there are too many. */
static void found_add(struct found *found, struct method_at method)
{
	if (!method.unit || !method_of(method)->code || found->count > found->room)
		return;
	for (uint32_t i = 0; i < found->count; i++)
		if (found->items[i].unit == method.unit && found->items[i].index == method.index)
			return;
	if (found->count < found->room)
		found->items[found->count] = method;
	found->count++;
}

static void add_overrides(const struct program *program, const char *type, uint64_t signature,
                          uint32_t *budget, struct found *found)
{
	struct classes below = program_subclasses(program, type);

	for (uint32_t i = 0; i < below.count && *budget; i++) {
		--*budget;
		found_add(found, program_defined(program, below.items[i], signature));
		if (strcmp(class_name_of(below.items[i]), type) != 0)
			add_overrides(program, class_name_of(below.items[i]), signature, budget,
			              found);
	}
}

/* Every method that a call through a class can reach. */
static void by_hierarchy(const struct program *program, const char *type, uint64_t signature,
                         struct found *found)
{
	uint32_t budget = SUBCLASSES_MAX;

	found_add(found, program_resolve(program, type, signature));
	add_overrides(program, type, signature, &budget, found);
	if (!budget)
		found->count = found->room + 1;
}

static bool is_exact(const struct insn *insn)
{
	return insn->sub == INVOKE_STATIC || insn->sub == INVOKE_DIRECT ||
	       insn->sub == INVOKE_SUPER;
}

/* Where a call to exactly one method goes. */
static struct method_at exact(struct trace *trace, const struct flow *flow,
                              const struct insn *insn, uint64_t signature)
{
	const struct unit *unit = flow->body.unit;
	const struct code_class *class = &unit->classes[flow->body.method->owner];
	const char *type = call_class(flow, insn);

	if (insn->sub != INVOKE_SUPER)
		return lookup_method(trace, unit, insn->ref)->method;
	/* invoke-super names the class that calls, or one above it: the search starts above */
	if (strcmp(type, unit_type(unit, class->type)) == 0 &&
	    class->super != NO_INDEX)
		type = unit_type(unit, class->super);
	return program_resolve(trace->program, type, signature);
}

uint32_t trace_targets(struct trace *trace, const struct flow *flow, uint32_t insn,
                       struct method_at *out, uint32_t room)
{
	const struct insn *call = &flow->body.insns[insn];
	struct found found = {.items = out, .room = room};

	if (call->op != OP_INVOKE || call->ref == NO_INDEX)
		return 0;
	uint64_t signature = lookup_method(trace, flow->body.unit, call->ref)->signature;
	if (is_exact(call))
		found_add(&found, exact(trace, flow, call, signature));
	else if (lookup_method(trace, flow->body.unit, call->ref)->inside)
		by_hierarchy(trace->program, call_class(flow, call), signature, &found);
	return found.count;
}

static void callees_add(struct callees *callees, struct frame *frame)
{
	for (uint32_t i = 0; i < callees->count; i++)
		if (callees->frames[i] == frame)
			return;
	if (!frame || callees->count == TARGETS_MAX)
		callees->open = true;
	else
		callees->frames[callees->count++] = frame;
}

/* The call of an interface's method on a lambda goes to the lambda's body. */
static void on_lambda(struct trace *trace, struct frame *frame, uint32_t insn,
                      const struct value *object, struct callees *out)
{
	const struct flow *made = object->frame->flow;
	const struct insn *call = &frame->flow->body.insns[insn];
	const struct dynamic *dynamic =
		&made->body.dynamics[made->body.insns[object->insn].ref];
	const struct unit *unit = made->body.unit;

	if (dynamic->kind != DYNAMIC_LAMBDA || dynamic->target == NO_INDEX ||
	    strcmp(unit_string(unit, dynamic->name), call_name(frame->flow, call)) != 0) {
		out->outside = true;
		return;
	}
	struct method_at method = program_resolve(
		trace->program, unit_type(unit, unit->method_refs[dynamic->target].type),
		program_signature(trace->program, unit, dynamic->target));
	if (method.unit && method_of(method)->code)
		callees_add(out, frame_call(trace, frame, insn, method, object));
	else
		out->outside = true;
}

static bool is_made_by(const struct value *value, enum code_op op)
{
	return value->kind == VALUE_OBJECT && value->frame->flow->body.insns[value->insn].op == op;
}

static void add_methods(struct trace *trace, struct frame *frame, uint32_t insn,
                        const struct method_at *methods, uint32_t count, struct callees *out)
{
	if (count > TARGETS_MAX) {
		out->open = true;
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		callees_add(out, frame_call(trace, frame, insn, methods[i], NULL));
	if (count == 0)
		out->outside = true;
}

static void on_receiver(struct trace *trace, struct frame *frame, uint32_t insn,
                        const struct value *object, uint64_t signature, struct callees *out)
{
	if (is_made_by(object, OP_DYNAMIC)) {
		on_lambda(trace, frame, insn, object, out);
	} else if (is_made_by(object, OP_NEW)) {
		const struct body *body = &object->frame->flow->body;
		struct method_at method = program_resolve(
			trace->program,
			unit_type(body->unit, body->insns[object->insn].ref), signature);
		bool inside = method.unit && method_of(method)->code;
		add_methods(trace, frame, insn, &method, inside ? 1 : 0, out);
	} else {
		struct method_at methods[TARGETS_MAX];
		uint32_t count =
			trace_targets(trace, frame->flow, insn, methods, TARGETS_MAX);
		add_methods(trace, frame, insn, methods, count, out);
	}
}

static bool is_known(const struct value *value)
{
	return value->kind == VALUE_NUMBER || value->kind == VALUE_TEXT ||
	       value->kind == VALUE_ARRAY || value->kind == VALUE_CLASS;
}

void call_targets(struct trace *trace, struct frame *frame, uint32_t insn, struct callees *out)
{
	const struct flow *flow = frame->flow;
	const struct insn *call = &flow->body.insns[insn];

	*out = (struct callees){.count = 0};
	if (call->op != OP_INVOKE || call->ref == NO_INDEX) {
		out->outside = true;
		return;
	}
	uint64_t signature = lookup_method(trace, flow->body.unit, call->ref)->signature;
	if (is_exact(call)) {
		struct method_at method = exact(trace, flow, call, signature);
		bool inside = method.unit && method_of(method)->code;
		add_methods(trace, frame, insn, &method, inside ? 1 : 0, out);
		return;
	}
	const struct values *on = trace_register(trace, frame, insn, call_arg(flow, call, 0));
	for (uint32_t i = 0; i < on->count; i++)
		if (!is_known(&on->items[i]))
			on_receiver(trace, frame, insn, &on->items[i], signature, out);
	if (on->count == 0)
		out->outside = true;
}

static const struct values *outside(struct trace *trace, struct frame *frame, uint32_t insn)
{
	return values_of(&trace->arena, (struct value){.kind = VALUE_RUNTIME, .frame = frame,
	                                               .insn = insn});
}

/* Conditions are decided with what is near. */
static bool is_far(const struct trace *trace, const struct callees *callees)
{
	if (!trace->conditions)
		return false;
	if (trace->conditions > 2 || callees->count > 2)
		return true;
	for (uint32_t i = 0; i < callees->count; i++)
		if (callees->frames[i]->flow->count > 8)
			return true;
	return false;
}

static const struct values *concatenation(struct trace *trace, struct frame *frame, uint32_t insn,
                                          const struct dynamic *dynamic);

static const struct values *dynamic_result(struct trace *trace, struct frame *frame,
                                           uint32_t insn)
{
	const struct body *body = &frame->flow->body;
	const struct dynamic *dynamic = &body->dynamics[body->insns[insn].ref];

	if (dynamic->kind == DYNAMIC_LAMBDA)
		return values_of(&trace->arena, (struct value){.kind = VALUE_OBJECT,
		                                               .frame = frame,
		                                               .insn = insn});
	if (dynamic->kind == DYNAMIC_CONCAT && dynamic->recipe)
		return concatenation(trace, frame, insn, dynamic);
	return outside(trace, frame, insn);
}

const struct values *call_result(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct insn *call = &frame->flow->body.insns[insn];
	struct gather gather;
	struct callees callees;

	gather_init(&gather, &trace->arena);
	if (call->op == OP_DYNAMIC)
		return dynamic_result(trace, frame, insn);
	if (call->ref == NO_INDEX)
		return &values_cut;
	const struct values *known = model_result(trace, frame, insn);
	if (known)
		return known;
	call_targets(trace, frame, insn, &callees);
	if (is_far(trace, &callees))
		return &values_cut;
	for (uint32_t i = 0; i < callees.count; i++)
		gather_all(&gather, trace_frame_returns(trace, callees.frames[i]));
	if (callees.outside)
		gather_all(&gather, outside(trace, frame, insn));
	if (callees.open)
		gather_all(&gather, &values_cut);
	return gather_done(&gather);
}

/* --- strings that javac joins by invokedynamic ------------------------------------------------- */

static const struct values *concatenation(struct trace *trace, struct frame *frame, uint32_t insn,
                                          const struct dynamic *dynamic)
{
	const struct body *body = &frame->flow->body;
	const struct insn *call = &body->insns[insn];
	const struct proto *proto = &body->unit->protos[dynamic->proto];
	const struct values *all = values_text(&trace->arena, "", 0);
	uint32_t used = 0;

	for (const char *at = dynamic->recipe; *at;) {
		size_t plain = strcspn(at, "\1\2");
		if (plain)
			all = text_join(trace, all, values_text(&trace->arena, at, plain));
		at += plain;
		if (*at == '\1' && used < call->count && used < proto->count) {
			const struct values *part = text_of(
				trace, frame, insn, call_arg(frame->flow, call, used),
				unit_type(body->unit, body->unit->type_list[proto->first + used]));
			all = text_join(trace, all, part);
			used++;
		} else if (*at) {
			all = &values_derived;
		}
		at += *at != '\0';
	}
	return all;
}
