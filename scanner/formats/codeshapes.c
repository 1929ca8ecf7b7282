/* codeshapes.c - methods that implement or override a watched one, and what they do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code/shape.h"
#include "formats/codeparts.h"

static void put_returns(struct facts *facts, const struct shape *shape)
{
	if (!shape->returns_constant)
		return;
	if (shape->type == 'Z')
		facts_bool(facts, FACT_OVERRIDE_RETURNS, shape->constant != 0);
	else if (shape->type == 'L' || shape->type == '[')
		facts_text(facts, FACT_OVERRIDE_RETURNS, "null");
	else
		facts_int(facts, FACT_OVERRIDE_RETURNS, shape->constant);
}

static void write_shape_calls(struct facts *facts, uint32_t row, const struct shape *shape)
{
	char name[CODE_NAME_ROOM];

	for (uint32_t i = 0; i < shape->count; i++) {
		size_t used = name_of_class(shape->calls[i].class, name, sizeof name);
		snprintf(name + used, sizeof name - used, ".%s", shape->calls[i].name);
		facts_row(facts, ROW_OVERRIDE_CALL, row);
		code_text(facts, FACT_OVERRIDE_CALL_API, name);
		facts_bool(facts, FACT_OVERRIDE_CALL_ALWAYS, shape->calls[i].always);
		facts_bool(facts, FACT_OVERRIDE_CALL_SWALLOWED, shape->calls[i].swallowed);
	}
}

/* A synthetic class that a compiler makes of a lambda only calls the lambda's body. */
static struct method_at forwarded(const struct code_work *work, struct method_at method)
{
	const struct flow *flow = trace_flow(work->trace, method);
	struct method_at target = method, only;

	for (uint32_t i = 0; flow && i < flow->body.count; i++) {
		if (flow->body.insns[i].op != OP_INVOKE)
			continue;
		if (target.unit != method.unit || target.index != method.index ||
		    trace_targets(work->trace, flow, i, &only, 1) != 1 ||
		    strncmp(method_name_of(only), "lambda$", 7) != 0)
			return method;
		target = only;
	}
	return target;
}

static void write_override(struct code_work *work, const struct watch *watch,
                           struct method_at method)
{
	static const char *const kinds[] = {"empty", "throws", "constant", "code"};
	static const struct code_place names = {FACT_OVERRIDE_IN, FACT_OVERRIDE_CLASS,
	                                        FACT_OVERRIDE_METHOD, FACT_OVERRIDE_LINE,
	                                        FACT_OVERRIDE_PARTY};
	struct facts *facts = code_facts(work, code_class_of(method));
	struct shape shape;

	trace_forget(work->trace);
	if (!shape_read(work->trace, method, &shape).ok) {
		facts_fault(facts, BIT(CODE));
		return;
	}
	uint32_t row = facts_row(facts, ROW_OVERRIDE, 0);
	facts_text(facts, FACT_OVERRIDE_OF, watch->id);
	code_place(work, facts, forwarded(work, method), 0, &names);
	if (shape.complete || shape.throws)
		facts_bool(facts, FACT_OVERRIDE_THROWS, shape.throws);
	else
		facts_unread(facts, FACT_OVERRIDE_THROWS);
	if (shape.complete)
		facts_text(facts, FACT_OVERRIDE_SHAPE, kinds[shape.kind]);
	else
		facts_unread(facts, FACT_OVERRIDE_SHAPE);
	if (shape.complete || shape.returns_constant)
		put_returns(facts, &shape);
	else
		facts_unread(facts, FACT_OVERRIDE_RETURNS);
	write_shape_calls(facts, row, &shape);
}

struct found_methods {
	struct method_at *items;
	size_t count, room;
};

static void found_add(struct found_methods *found, struct method_at method)
{
	if (found->count == found->room) {
		found->room = found->room ? found->room * 2 : 64;
		found->items = reallocarray(found->items, found->room, sizeof *found->items);
		if (!found->items)
			fault_out_of_memory();
	}
	found->items[found->count++] = method;
}

static void find_in_class(struct class_at class, const char *name, struct found_methods *found)
{
	const struct code_class *info = &class.unit->classes[class.index];

	for (uint32_t i = 0; i < info->method_count; i++) {
		struct method_at method = {class.unit, info->method_first + i};
		const struct method *m = method_of(method);
		if (m->code && !(m->flags & (ACCESS_BRIDGE | ACCESS_STATIC)) &&
		    strcmp(method_name_of(method), name) == 0)
			found_add(found, method);
	}
}

static void find_overrides(const struct code_work *work, const char *descriptor, const char *name,
                           unsigned depth, struct found_methods *found)
{
	struct classes below = program_subclasses(work->program, descriptor);

	for (uint32_t i = 0; i < below.count && depth < 16; i++) {
		find_in_class(below.items[i], name, found);
		find_overrides(work, class_name_of(below.items[i]), name, depth + 1, found);
	}
}

/* The body of a lambda that one call site makes of an interface, or none. */
static struct method_at lambda_at(const struct code_work *work, struct method_at holder,
                                  uint32_t pc, const char *descriptor, const char *name)
{
	const struct flow *flow = trace_flow(work->trace, holder);
	uint32_t i = flow ? body_at(&flow->body, pc) : NO_INDEX;
	const struct unit *unit = holder.unit;

	for (; i != NO_INDEX && i < flow->body.count && flow->body.insns[i].pc == pc; i++) {
		if (flow->body.insns[i].op != OP_DYNAMIC)
			continue;
		const struct dynamic *dynamic = &flow->body.dynamics[flow->body.insns[i].ref];
		if (dynamic->kind != DYNAMIC_LAMBDA || dynamic->target == NO_INDEX ||
		    strcmp(unit_string(unit, dynamic->name), name) != 0 ||
		    strcmp(unit_type(unit, unit->protos[dynamic->proto].return_type),
		           descriptor) != 0)
			continue;
		return program_resolve(
			work->program, unit_type(unit, unit->method_refs[dynamic->target].type),
			program_signature(work->program, unit, dynamic->target));
	}
	return (struct method_at){0};
}

/* Lambdas that implement the interface: javac names their bodies lambda$... */
static void find_lambdas(const struct code_work *work, const char *descriptor, const char *name,
                         struct found_methods *found)
{
	uint32_t count;
	const struct unit *const *units = program_units(work->program, &count);

	for (uint32_t u = 0; u < count; u++) {
		const struct unit *unit = units[u];
		if (unit_find_type(unit, descriptor) == NO_INDEX)
			continue;
		for (uint32_t ref = 0; ref < unit->method_ref_count; ref++) {
			if (strncmp(unit_string(unit, unit->method_refs[ref].name), "lambda$", 7) != 0)
				continue;
			for (uint32_t k = unit->calls.first[ref]; k < unit->calls.first[ref + 1]; k++) {
				struct method_at method =
					lambda_at(work, (struct method_at){unit, unit->calls.sites[k].method},
				                  unit->calls.sites[k].pc, descriptor, name);
				if (method.unit && method_of(method)->code)
					found_add(found, method);
			}
		}
	}
}

static int compare_methods(const void *left, const void *right)
{
	const struct method_at *a = left, *b = right;

	if (a->unit != b->unit)
		return a->unit->order < b->unit->order ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void code_write_overrides(struct code_work *work)
{
	for (size_t i = 0; i < work->watch->count; i++) {
		const struct watch *watch = &work->watch->items[i];
		struct found_methods found = {0};
		char descriptor[CODE_NAME_ROOM];
		if (watch->kind != WATCH_OVERRIDE)
			continue;
		code_descriptor(watch->class, descriptor, sizeof descriptor);
		find_overrides(work, descriptor, watch->name, 0, &found);
		find_lambdas(work, descriptor, watch->name, &found);
		if (found.count)
			qsort(found.items, found.count, sizeof *found.items, compare_methods);
		for (size_t k = 0; k < found.count; k++)
			if (k == 0 || compare_methods(&found.items[k - 1], &found.items[k]) != 0)
				write_override(work, watch, found.items[k]);
		free(found.items);
	}
}
