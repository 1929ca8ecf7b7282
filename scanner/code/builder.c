/* builder.c - what stands in a StringBuilder, and what values look like as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "code/tracing.h"

static bool has_beginning(const struct value *value)
{
	return value->text && (value->kind == VALUE_TEXT || value->kind == VALUE_RUNTIME ||
	                       value->kind == VALUE_PARAM || value->kind == VALUE_DERIVED);
}

/* A text that is not known whole begins like what stands before the unknown. */
static void add_beginning(struct gather *gather, const struct value *a, const struct value *b)
{
	const struct values left = {1, a}, right = {1, b};
	const struct values *both[] = {&left, &right};
	struct value worst = values_worst(gather->arena, both, 2)->items[0];

	if (worst.kind != VALUE_CUT)
		worst.text = has_beginning(a) && *a->text ? a->text : NULL;
	gather_add(gather, &worst);
}

const struct values *text_join(struct trace *trace, const struct values *left,
                               const struct values *right)
{
	struct gather gather;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < left->count; i++) {
		for (uint32_t k = 0; k < right->count; k++) {
			const struct value *a = &left->items[i], *b = &right->items[k];
			if (a->kind != VALUE_TEXT || b->kind != VALUE_TEXT) {
				add_beginning(&gather, a, b);
				continue;
			}
			char *text = arena_take(&trace->arena, (size_t)a->len + b->len + 1, 1);
			if (!text || a->len + b->len > TEXT_MAX)
				return &values_derived;
			memcpy(text, a->text, a->len);
			memcpy(text + a->len, b->text, b->len);
			gather_add(&gather, &(struct value){.kind = VALUE_TEXT,
			                                    .text = text,
			                                    .len = a->len + b->len});
		}
	}
	return gather_done(&gather);
}

/* One UTF-16 unit as modified UTF-8 (JVMS 4.4.7). */
static size_t put_unit(unsigned unit, char out[4])
{
	size_t len = 0;

	if (unit && unit < 0x80) {
		out[len++] = (char)unit;
	} else if (unit < 0x800) {
		out[len++] = (char)(0xc0 | unit >> 6);
		out[len++] = (char)(0x80 | (unit & 0x3f));
	} else {
		out[len++] = (char)(0xe0 | unit >> 12);
		out[len++] = (char)(0x80 | (unit >> 6 & 0x3f));
		out[len++] = (char)(0x80 | (unit & 0x3f));
	}
	return len;
}

static bool print_number(int64_t number, const char *type, char *out, size_t room, size_t *len)
{
	if (type[0] == 'C')
		*len = put_unit((unsigned)number & 0xffff, out);
	else if (type[0] == 'Z')
		*len = (size_t)snprintf(out, room, "%s", number ? "true" : "false");
	else if (type[0] == 'L' || type[0] == '[')
		*len = (size_t)snprintf(out, room, "null");
	else if (strchr("IJSB", type[0]))
		*len = (size_t)snprintf(out, room, "%" PRId64, number);
	else
		return false;
	return true;
}

/* Characters of an array of them. */
static const struct values *chars_text(struct trace *trace, const struct value *array)
{
	char *text = arena_take(&trace->arena, (size_t)array->len * 3 + 1, 1);
	size_t len = 0;

	if (!text)
		return &values_cut;
	for (uint32_t i = 0; i < array->len; i++)
		len += put_unit(array->bytes[2 * i] | (unsigned)array->bytes[2 * i + 1] << 8,
		                text + len);
	return values_text(&trace->arena, text, len);
}

const struct values *text_of(struct trace *trace, struct frame *frame, uint32_t at, uint32_t reg,
                             const char *type)
{
	const struct values *from = type[0] == '[' ? content_array(trace, frame, at, reg)
	                                           : trace_register(trace, frame, at, reg);
	struct gather gather;
	char text[32];
	size_t len = 0;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < from->count; i++) {
		const struct value *value = &from->items[i];
		struct values single = {1, value};
		const struct values *worst = &single;
		if (value->kind == VALUE_TEXT)
			gather_add(&gather, value);
		else if (value->kind == VALUE_ARRAY && value->width == 2)
			gather_all(&gather, chars_text(trace, value));
		else if (value->kind == VALUE_NUMBER &&
		         print_number(value->number, value->scalar && type[0] == 'L' ? "I" : type,
		                      text, sizeof text, &len))
			gather_all(&gather, values_text(&trace->arena, text, len));
		else
			gather_all(&gather, values_worst(&trace->arena, &worst, 1));
	}
	return gather_done(&gather);
}

/* --- builders ---------------------------------------------------------------------------------- */

static bool is_builder(const char *class)
{
	return strcmp(class, "Ljava/lang/StringBuilder;") == 0 ||
	       strcmp(class, "Ljava/lang/StringBuffer;") == 0;
}

enum { WRITERS_MAX = 16 };

struct writer {
	struct frame *frame;
	uint32_t insn;
};

struct writers {
	struct writer items[WRITERS_MAX];
	uint32_t count;
	bool cut;
};

static void writers_add(struct writers *writers, struct frame *frame, uint32_t insn)
{
	if (writers->count == WRITERS_MAX)
		writers->cut = true;
	else
		writers->items[writers->count++] = (struct writer){frame, insn};
}

static bool changes(const char *name)
{
	static const char *const names[] = {"append",     "insert",    "reverse", "setLength",
	                                    "deleteCharAt", "delete",  "replace", "setCharAt",
	                                    "<init>",     NULL};

	for (size_t i = 0; names[i]; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static enum look look_builder(struct search *search, struct frame *frame, uint32_t i)
{
	const struct insn *insn = &frame->flow->body.insns[i];

	if (insn->op != OP_INVOKE || insn->ref == NO_INDEX ||
	    !is_builder(call_class(frame->flow, insn)) || !changes(call_name(frame->flow, insn)) ||
	    !search_holds(search, frame, i, call_arg(frame->flow, insn, 0)))
		return LOOK_ON;
	writers_add(search->state, frame, i);
	return LOOK_STOP;
}

static const char *parameter_type(const struct flow *flow, const struct insn *insn, uint32_t i)
{
	const struct unit *unit = flow->body.unit;
	const struct proto *proto = &unit->protos[unit->method_refs[insn->ref].proto];

	return i < proto->count ? unit_type(unit, unit->type_list[proto->first + i]) : "";
}

static const struct values *reversed(struct trace *trace, const struct values *texts)
{
	struct gather gather;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < texts->count; i++) {
		const struct value *value = &texts->items[i];
		char copy[TEXT_MAX + 1];
		bool plain = value->kind == VALUE_TEXT && value->len <= TEXT_MAX;
		for (uint32_t k = 0; plain && k < value->len; k++) {
			copy[k] = value->text[value->len - 1 - k];
			plain = copy[k] > 0;
		}
		if (plain)
			gather_all(&gather, values_text(&trace->arena, copy, value->len));
		else
			gather_all(&gather, value->kind == VALUE_TEXT ? &values_derived : texts);
	}
	return gather_done(&gather);
}

static const struct values *builder_text(struct trace *trace, struct frame *frame, uint32_t at,
                                         const struct value *object);

/* What stands in the builder after the call at `writer`. */
static const struct values *after(struct trace *trace, const struct writer *writer,
                                  const struct value *object)
{
	const struct flow *flow = writer->frame->flow;
	const struct insn *call = &flow->body.insns[writer->insn];
	const char *name = call_name(flow, call);
	const char *type = parameter_type(flow, call, 0);

	if (strcmp(name, "<init>") == 0) {
		if (type[0] != 'L')
			return values_text(&trace->arena, "", 0);
		return text_of(trace, writer->frame, writer->insn, call_arg(flow, call, 1), type);
	}
	const struct values *before = builder_text(trace, writer->frame, writer->insn, object);
	if (strcmp(name, "append") == 0 && call->count == 2)
		return text_join(trace, before,
		                 text_of(trace, writer->frame, writer->insn,
		                         call_arg(flow, call, 1), type));
	if (strcmp(name, "reverse") == 0)
		return reversed(trace, before);
	const struct values *operand =
		call->count > 1 ? trace_register(trace, writer->frame, writer->insn,
	                                         call_arg(flow, call, 1))
				: &values_none;
	if (strcmp(name, "setLength") == 0 && values_only(operand, VALUE_NUMBER) &&
	    operand->items[0].number == 0)
		return values_text(&trace->arena, "", 0);
	if (strcmp(name, "insert") == 0 && values_only(operand, VALUE_NUMBER) &&
	    operand->items[0].number == 0)
		return text_join(trace,
		                 text_of(trace, writer->frame, writer->insn,
		                         call_arg(flow, call, 2), parameter_type(flow, call, 1)),
		                 before);
	return values_worst(&trace->arena, &before, 1);
}

/* A writer in a loop is met again while its own text is worked out: then the text is not a constant. */
static const struct values *writer_text(struct trace *trace, const struct writer *writer,
                                        const struct value *object)
{
	const void *key = &writer->frame->method;
	struct memo *memo = trace_memo(trace, key, writer->insn);

	if (memo->active)
		return &values_derived;
	memo->active = 1;
	trace->nesting++;
	const struct values *text = after(trace, writer, object);
	trace->nesting--;
	trace_memo(trace, key, writer->insn)->active = 0;
	return text;
}

static const struct values *builder_text(struct trace *trace, struct frame *frame, uint32_t at,
                                         const struct value *object)
{
	struct writers writers = {.count = 0};
	struct search search = {
		.trace = trace, .object = object, .look = look_builder, .state = &writers};
	struct gather gather;

	gather_init(&gather, &trace->arena);
	if (trace->nesting >= 200)
		return &values_cut;
	search_back(&search, frame, at);
	for (uint32_t i = 0; i < writers.count; i++)
		gather_all(&gather, writer_text(trace, &writers.items[i], object));
	if (search.beyond) {
		trace->touched = true;
		gather_all(&gather, values_of(&trace->arena, *object));
	}
	if (writers.cut)
		gather_all(&gather, &values_cut);
	return gather_done(&gather);
}

static bool is_new_builder(const struct value *value)
{
	const struct body *body;

	if (value->kind != VALUE_OBJECT)
		return false;
	body = &value->frame->flow->body;
	return body->insns[value->insn].op == OP_NEW &&
	       is_builder(unit_type(body->unit, body->insns[value->insn].ref));
}

const struct values *content_text(struct trace *trace, struct frame *frame, uint32_t at,
                                  uint32_t reg)
{
	const struct values *builders = trace_register(trace, frame, at, reg);
	struct gather gather;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < builders->count; i++) {
		const struct value *value = &builders->items[i];
		if (is_new_builder(value) || value->kind == VALUE_PARAM)
			gather_all(&gather, builder_text(trace, frame, at, value));
		else
			gather_add(&gather, value);
	}
	return gather_done(&gather);
}
