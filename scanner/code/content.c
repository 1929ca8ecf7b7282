/* content.c - what stands in a field at a place. */
#include <string.h>

#include "code/tracing.h"

enum { WRITERS_MAX = 32, PUTS_MAX = 40, FALLBACKS_MAX = 2, PLAIN_PUTS_MAX = 12 };

/* A write: the register whose value it is, before an instruction; NO_REG: a value of its own. */
struct writer {
	struct frame *frame;
	uint32_t insn;
	uint32_t reg;
	const struct values *values;
};

struct writers {
	struct writer items[WRITERS_MAX];
	uint32_t count;
	bool cut;
	const char *name, *kind; /* of the field */
};

static void writers_add(struct writers *writers, struct frame *frame, uint32_t insn, uint32_t reg,
                        const struct values *values)
{
	if (writers->count == WRITERS_MAX)
		writers->cut = true;
	else
		writers->items[writers->count++] = (struct writer){frame, insn, reg, values};
}

static void gather_writers(struct trace *trace, const struct writers *writers, struct gather *out)
{
	for (uint32_t i = 0; i < writers->count; i++) {
		const struct writer *writer = &writers->items[i];
		gather_all(out, writer->values ? writer->values
		                               : trace_register(trace, writer->frame,
		                                                writer->insn, writer->reg));
	}
	if (writers->cut)
		gather_all(out, &values_cut);
}

/* --- fields ------------------------------------------------------------------------------------ */

static bool is_field(const struct unit *unit, uint32_t ref, const struct writers *writers)
{
	return ref != NO_INDEX &&
	       strcmp(unit_string(unit, unit->field_refs[ref].name), writers->name) == 0 &&
	       strcmp(unit_type(unit, unit->field_refs[ref].kind), writers->kind) == 0;
}

static enum look look_field(struct search *search, struct frame *frame, uint32_t i)
{
	const struct insn *insn = &frame->flow->body.insns[i];
	struct writers *writers = search->state;
	int holds = 2;

	if (insn->op != (search->object ? OP_PUT : OP_STATIC_PUT) ||
	    !is_field(frame->flow->body.unit, insn->ref, writers))
		return LOOK_ON;
	if (search->object)
		holds = search_holds(search, frame, i, insn->a);
	if (holds)
		writers_add(writers, frame, i, search->object ? insn->b : insn->a, NULL);
	return holds == 2 ? LOOK_STOP : LOOK_ON;
}

static const struct values *constant_of(struct trace *trace, const struct unit *unit,
                                        const struct constant *constant)
{
	const char *text;

	switch (constant->kind) {
	case CONSTANT_INT:
		return values_number(&trace->arena, constant->number);
	case CONSTANT_NULL:
		return &values_zero;
	case CONSTANT_STRING:
		text = unit_string(unit, constant->string);
		return values_text(&trace->arena, text, strlen(text));
	case CONSTANT_OTHER:
		return &values_cut;
	default:
		return &values_none;
	}
}

/* The instruction of a write at a site. */
static uint32_t put_at(const struct flow *flow, uint32_t pc)
{
	uint32_t insn = body_at(&flow->body, pc);

	for (; insn != NO_INDEX && insn < flow->body.count && flow->body.insns[insn].pc == pc; insn++)
		if (flow->body.insns[insn].op == OP_PUT || flow->body.insns[insn].op == OP_STATIC_PUT)
			return insn;
	return NO_INDEX;
}

/* Whether the same block writes the field of the same object once more: then the first is lost. */
static bool is_overwritten(const struct flow *flow, uint32_t at)
{
	const struct insn *put = &flow->body.insns[at];
	uint32_t end = flow->blocks[flow->block_of[at]].end;

	for (uint32_t i = at + 1; i < end; i++) {
		const struct insn *insn = &flow->body.insns[i];
		if (insn->op == put->op && insn->ref == put->ref &&
		    (put->op == OP_STATIC_PUT || insn->a == put->a))
			return true;
		if (put->op == OP_PUT && insn->def == put->a)
			return false;
	}
	return false;
}

/* One write of the field, wherever: asked like any other place. */
static void ask_put(struct trace *trace, struct ref_at ref, const struct code_site *site,
                    struct gather *out)
{
	struct method_at method = {ref.unit, site->method};
	const struct flow *flow = trace_flow(trace, method);
	uint32_t insn = flow ? put_at(flow, site->pc) : NO_INDEX;
	struct gather set;

	gather_init(&set, &trace->arena);
	if (insn == NO_INDEX) {
		gather_all(out, &values_cut);
		return;
	}
	if (is_overwritten(flow, insn))
		return;
	const struct insn *put = &flow->body.insns[insn];
	uint32_t reg = put->op == OP_PUT ? put->b : put->a;
	struct question question = {.insn = insn, .count = 1, .regs = &reg, .sets = &set};
	ask(trace, method, &question);
	gather_all(out, gather_done(&set));
}

static void ask_puts(struct trace *trace, const struct field *owned, struct class_at owner,
                     struct gather *out)
{
	const struct field_ref *own = &owner.unit->field_refs[owned->ref];
	const char *name = unit_string(owner.unit, own->name);
	struct refs refs = program_field_refs(trace->program, name);
	uint32_t asked = 0;

	for (uint32_t i = 0; i < refs.count && trace_step(trace); i++) {
		const struct unit *unit = refs.items[i].unit;
		const struct site_index *puts = &unit->puts;
		uint32_t first = puts->first[refs.items[i].index];
		uint32_t end = puts->first[refs.items[i].index + 1];
		if (first == end)
			continue;
		if (lookup_field(trace, unit, refs.items[i].index)->field != owned)
			continue;
		for (uint32_t k = first; k < end; k++) {
			if (++asked > PUTS_MAX) {
				gather_all(out, &values_cut);
				return;
			}
			ask_put(trace, refs.items[i], &puts->sites[k], out);
		}
	}
}

/* The constant that a register holds by the instructions just before, in their block. */
static const struct insn *constant_before(const struct flow *flow, uint32_t at, uint32_t reg)
{
	uint32_t start = flow->blocks[flow->block_of[at]].start;

	for (uint32_t i = at; i-- > start;) {
		const struct insn *insn = &flow->body.insns[i];
		if (insn->def != reg)
			continue;
		if (insn->op == OP_NUMBER || insn->op == OP_TEXT)
			return insn;
		if (insn->op != OP_MOVE)
			return NULL;
		reg = insn->a;
	}
	return NULL;
}

/* False if a write is not of a constant that stands just before it. */
static bool keep_puts(struct trace *trace, const struct unit *unit, uint32_t ref,
                      struct gather *out, uint32_t *left)
{
	const struct site_index *puts = &unit->puts;

	for (uint32_t i = puts->first[ref]; i < puts->first[ref + 1]; i++) {
		struct method_at method = {unit, puts->sites[i].method};
		const struct flow *flow = (*left)-- ? trace_flow(trace, method) : NULL;
		uint32_t at = flow ? put_at(flow, puts->sites[i].pc) : NO_INDEX;
		if (at == NO_INDEX)
			return false;
		if (is_overwritten(flow, at))
			continue;
		const struct insn *put = &flow->body.insns[at];
		const struct insn *value =
			constant_before(flow, at, put->op == OP_PUT ? put->b : put->a);
		if (!value)
			return false;
		const char *text = value->op == OP_TEXT ? unit_string(unit, value->ref) : NULL;
		gather_all(out, text ? values_text(&trace->kept, text, strlen(text))
		                     : values_number(&trace->kept, value->number));
	}
	return true;
}

/* 0 and null are what a field holds before anything is written: they count if nothing is. */
static bool is_default(const struct constant *constant)
{
	return constant->kind == CONSTANT_NONE || constant->kind == CONSTANT_NULL ||
	       (constant->kind == CONSTANT_INT && constant->number == 0);
}

static void add_initial(struct trace *trace, const struct field_info *info, struct gather *out)
{
	const struct constant *constant = &info->field->value;

	if (!is_default(constant))
		gather_all(out, constant_of(trace, info->owner.unit, constant));
	else if (out->count == 0)
		gather_all(out, &values_zero);
}

/* The values of a field that only constants are written to, looked at once for all; NULL: others. */
static const struct values *plain_field(struct trace *trace, const struct field_info *info)
{
	struct field_state *state = lookup_state(trace, info);
	const struct unit *owner = info->owner.unit;
	const char *name = unit_string(owner, owner->field_refs[info->field->ref].name);
	struct refs refs = program_field_refs(trace->program, name);
	uint32_t left = PLAIN_PUTS_MAX;
	struct gather gather;

	if (state->kept || state->varies)
		return state->kept;
	state->varies = true;
	gather_init(&gather, &trace->kept);
	for (uint32_t i = 0; i < refs.count; i++)
		if (lookup_field(trace, refs.items[i].unit, refs.items[i].index)->field ==
		            info->field &&
		    !keep_puts(trace, refs.items[i].unit, refs.items[i].index, &gather, &left))
			return NULL;
	add_initial(trace, info, &gather);
	const struct values *kept = values_keep(&trace->kept, gather_done(&gather));
	state->varies = !kept;
	state->kept = kept;
	return kept;
}

/* Fields whose writes are worth asking for to decide a condition. */
static bool is_settled(const struct trace *trace, const struct field *field)
{
	return field->flags & ACCESS_FINAL && (field->flags & ACCESS_STATIC || trace->thorough);
}

/* Whatever the bundle writes to a field, in any object. */
static const struct values *anywhere(struct trace *trace, const struct unit *unit, uint32_t ref)
{
	const struct field_info *info = lookup_field(trace, unit, ref);
	uint32_t hops = trace->hops;
	bool touched = trace->touched;
	struct gather gather;

	if (!info->owner.unit || !info->field)
		return &values_none;
	const struct values *plain = plain_field(trace, info);
	if (plain)
		return plain;
	if (trace->conditions && !is_settled(trace, info->field))
		return &values_cut;
	struct memo *memo = trace_memo(trace, info->field, NO_INDEX);
	if (memo->values)
		return memo->values;
	if (memo->active || trace->fallbacks >= FALLBACKS_MAX) {
		trace->cycle_low = 0;
		return memo->active ? &values_none : &values_cut;
	}
	trace->hops = 2;
	trace->fallbacks++;
	memo->active = 1;
	gather_init(&gather, &trace->arena);
	ask_puts(trace, info->field, info->owner, &gather);
	trace->fallbacks--;
	trace->hops = hops;
	trace->touched = touched;
	add_initial(trace, info, &gather);
	memo = trace_memo(trace, info->field, NO_INDEX);
	memo->active = 0;
	memo->values = gather_done(&gather);
	return memo->values;
}

/*
 * The state at the start of a frame by itself: callers may know it, and are asked for it if there
 * are any; else every write in the bundle counts.
 */
static void at_start(struct trace *trace, struct frame *frame, uint32_t insn, struct gather *out)
{
	struct frame *top = frame_top(frame);
	const struct unit *unit = frame->flow->body.unit;
	uint32_t ref = frame->flow->body.insns[insn].ref;

	if (!trace->conditions && trace->hops && frame_has_callers(trace, top)) {
		trace->touched = true;
		gather_add(out, &(struct value){
					.kind = VALUE_PARAM, .frame = top, .insn = NO_INDEX});
		return;
	}
	const struct values *all = anywhere(trace, unit, ref);
	if (trace->conditions)
		gather_all(out, all->count ? all : &values_cut);
	else if (all->count)
		gather_all(out, all);
	else
		gather_add(out, &(struct value){
					.kind = VALUE_RUNTIME, .frame = frame, .insn = insn});
}

static void of_object(struct trace *trace, struct frame *frame, uint32_t insn,
                      const struct value *object, struct gather *out)
{
	const struct unit *unit = frame->flow->body.unit;
	const struct field_ref *ref = &unit->field_refs[frame->flow->body.insns[insn].ref];
	struct writers writers = {.name = unit_string(unit, ref->name),
	                          .kind = unit_type(unit, ref->kind)};
	struct search search = {
		.trace = trace, .object = object, .look = look_field, .state = &writers};

	search.writers = writers_of(trace, unit, frame->flow->body.insns[insn].ref);
	search_back(&search, frame, insn);
	gather_writers(trace, &writers, out);
	if (search.beyond)
		at_start(trace, frame, insn, out);
	else if (search.origin && writers.count == 0)
		gather_all(out, &values_zero);
}

static const struct values *known_or_cut(const struct values *values)
{
	return values->count ? values : &values_cut;
}

/*
 * A condition is decided by a field where it is the same in every object, or the object is one that
 * is known to have been made.
 */
static bool is_worth_asking(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct insn *get = &frame->flow->body.insns[insn];
	const struct field_info *info = lookup_field(trace, frame->flow->body.unit, get->ref);
	const char *kind;

	if (trace->conditions > 2 || !info->field || plain_field(trace, info))
		return false;
	kind = unit_type(info->owner.unit, info->owner.unit->field_refs[info->field->ref].kind);
	if (kind[0] != 'Z' && kind[0] != 'I')
		return false;
	return values_only(trace_register(trace, frame, insn, get->a), VALUE_OBJECT) != NULL;
}

const struct values *content_field(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct insn *get = &frame->flow->body.insns[insn];
	struct gather gather;

	gather_init(&gather, &trace->arena);
	if (get->ref == NO_INDEX)
		return &values_cut;
	if (trace->conditions && !is_worth_asking(trace, frame, insn))
		return known_or_cut(anywhere(trace, frame->flow->body.unit, get->ref));
	const struct values *objects = trace_register(trace, frame, insn, get->a);
	for (uint32_t i = 0; i < objects->count; i++) {
		const struct value *object = &objects->items[i];
		if (value_is_object(object))
			of_object(trace, frame, insn, object, &gather);
		else if (object->kind != VALUE_NUMBER)
			gather_all(&gather,
			           anywhere(trace, frame->flow->body.unit, get->ref));
	}
	return gather_done(&gather);
}

/* A field of the platform, or of code that is not in the bundle: known by its name. */
static const struct values *named_field(struct trace *trace, const struct unit *unit, uint32_t ref)
{
	const struct field_ref *field = &unit->field_refs[ref];
	const char *class = unit_type(unit, field->type), *name = unit_string(unit, field->name);
	size_t len = strlen(class);
	char *text = arena_take(&trace->arena, len + strlen(name) + 2, 1);

	if (!text || len < 2)
		return &values_cut;
	memcpy(text, class + 1, len - 2);
	for (size_t i = 0; i < len - 2; i++)
		if (text[i] == '/')
			text[i] = '.';
	text[len - 2] = '.';
	memcpy(text + len - 1, name, strlen(name));
	return values_of(&trace->arena, (struct value){.kind = VALUE_FIELD,
	                                               .text = text,
	                                               .len = (uint32_t)strlen(text)});
}

static bool is_constant(const struct field *field)
{
	return field->flags & ACCESS_FINAL && !is_default(&field->value) &&
	       field->value.kind != CONSTANT_OTHER;
}

const struct values *content_static(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct insn *get = &frame->flow->body.insns[insn];
	const struct unit *unit = frame->flow->body.unit;
	struct gather gather;

	gather_init(&gather, &trace->arena);
	if (get->ref == NO_INDEX)
		return &values_cut;
	const struct field_info *info = lookup_field(trace, unit, get->ref);
	const struct field *field = info->field;
	struct class_at owner = info->owner;
	if (!owner.unit || !field)
		return named_field(trace, unit, get->ref);
	if (is_constant(field))
		return constant_of(trace, owner.unit, &field->value);
	if (field->flags & ACCESS_FINAL)
		return anywhere(trace, unit, get->ref);
	if (trace->conditions)
		return known_or_cut(anywhere(trace, unit, get->ref));
	struct writers writers = {.name = unit_string(unit, unit->field_refs[get->ref].name),
	                          .kind = unit_type(unit, unit->field_refs[get->ref].kind)};
	struct search search = {
		.trace = trace, .look = look_field, .state = &writers};
	search.writers = writers_of(trace, unit, get->ref);
	search_back(&search, frame, insn);
	gather_writers(trace, &writers, &gather);
	if (search.beyond)
		at_start(trace, frame, insn, &gather);
	return gather_done(&gather);
}
