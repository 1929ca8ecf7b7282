/*
 * array.c - what stands in an array at a place.
 *
 * The search goes back over writes of elements, array data, and calls that fill the array, to where
 * it was made; elements that nothing wrote are 0. Where more than one way leads there, only what
 * the writes have in common is said: made of constants, or not.
 */
#include <stdlib.h>
#include <string.h>

#include "code/tracing.h"

enum { ELEMENT_WRITES_MAX = 300 };

enum write_kind { WRITE_ELEMENT, WRITE_DATA, WRITE_FILL, WRITE_COPY, WRITE_RUNTIME };

struct write {
	enum write_kind kind;
	struct frame *frame;
	uint32_t insn;
	bool certain; /* it is certainly this array */
};

struct writes {
	struct write *items; /* the last one first */
	uint32_t count;
	bool cut;
};

static enum look note(struct writes *writes, enum write_kind kind, struct frame *frame,
                      uint32_t insn, int holds)
{
	if (writes->count == ELEMENT_WRITES_MAX) {
		writes->cut = true;
		return LOOK_STOP;
	}
	writes->items[writes->count++] = (struct write){kind, frame, insn, holds == 2};
	return holds == 2 && kind != WRITE_ELEMENT && kind != WRITE_COPY ? LOOK_STOP : LOOK_ON;
}

static enum look look_call(struct search *search, struct frame *frame, uint32_t i)
{
	static const enum write_kind kinds[] = {
		[ARRAY_FILLED] = WRITE_FILL, [ARRAY_COPIED] = WRITE_COPY, [ARRAY_RUNTIME] = WRITE_RUNTIME};
	const struct flow *flow = frame->flow;
	const struct insn *call = &flow->body.insns[i];

	for (uint32_t k = 0; k < call->count; k++) {
		enum array_effect effect = model_array_effect(flow, call, k);
		if (effect == ARRAY_KEPT)
			continue;
		int holds = search_holds(search, frame, i, call_arg(flow, call, k));
		if (holds)
			return note(search->state, kinds[effect], frame, i, holds);
	}
	return LOOK_ON;
}

static enum look look_array(struct search *search, struct frame *frame, uint32_t i)
{
	const struct insn *insn = &frame->flow->body.insns[i];
	int holds;

	if (insn->op == OP_INVOKE && insn->ref != NO_INDEX)
		return look_call(search, frame, i);
	if (insn->op != OP_ARRAY_PUT && insn->op != OP_ARRAY_DATA)
		return LOOK_ON;
	holds = search_holds(search, frame, i, insn->a);
	if (!holds)
		return LOOK_ON;
	return note(search->state, insn->op == OP_ARRAY_PUT ? WRITE_ELEMENT : WRITE_DATA, frame, i,
	            holds);
}

static bool find_writes(struct trace *trace, struct frame *frame, uint32_t at,
                        const struct value *object, struct writes *writes, struct search *search)
{
	writes->items = arena_take(&trace->arena, ELEMENT_WRITES_MAX, sizeof *writes->items);
	*search = (struct search){
		.trace = trace, .object = object, .look = look_array, .state = writes};
	if (!writes->items || trace->nesting >= 200)
		return false;
	trace->nesting++;
	search_back(search, frame, at);
	trace->nesting--;
	return !writes->cut;
}

static const struct insn *maker(const struct value *object)
{
	return &object->frame->flow->body.insns[object->insn];
}

static bool is_array(const struct value *value)
{
	return value->kind == VALUE_OBJECT && (maker(value)->op == OP_NEW_ARRAY ||
	                                       maker(value)->op == OP_FILLED_ARRAY);
}

static const struct values *length(struct trace *trace, const struct value *object)
{
	const struct insn *made = maker(object);

	if (made->op == OP_FILLED_ARRAY)
		return values_number(&trace->arena, made->count);
	return trace_register(trace, object->frame, object->insn, made->a);
}

const struct values *content_length(struct trace *trace, struct frame *frame, uint32_t insn)
{
	return content_array_length(
		trace, trace_register(trace, frame, insn, frame->flow->body.insns[insn].a));
}

const struct values *content_array_length(struct trace *trace, const struct values *arrays)
{
	struct gather gather;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < arrays->count; i++) {
		struct values single = {1, &arrays->items[i]};
		const struct values *worst = &single;
		if (is_array(&arrays->items[i]))
			gather_all(&gather, length(trace, &arrays->items[i]));
		else if (arrays->items[i].kind == VALUE_ARRAY)
			gather_all(&gather, values_number(&trace->arena, arrays->items[i].len));
		else
			gather_all(&gather, values_worst(&trace->arena, &worst, 1));
	}
	return gather_done(&gather);
}

/* --- single elements --------------------------------------------------------------------------- */

static int64_t element_of(const uint8_t *bytes, unsigned width, uint64_t i)
{
	uint64_t raw = 0;

	for (unsigned k = 0; k < width; k++)
		raw |= (uint64_t)bytes[i * width + k] << 8 * k;
	unsigned unused = 64 - 8 * width;
	return width == 2 ? (int64_t)raw : (int64_t)(raw << unused) >> unused;
}

static const struct values *of_constant(struct trace *trace, const struct value *array,
                                        const struct values *index)
{
	const struct value *at = index ? values_only(index, VALUE_NUMBER) : NULL;

	if (!at)
		return &values_derived;
	if (at->number < 0 || at->number >= array->len)
		return &values_none;
	return values_of(&trace->arena,
	                 (struct value){.kind = VALUE_NUMBER,
	                                .scalar = true,
	                                .number = element_of(array->bytes, array->width,
	                                                     (uint64_t)at->number)});
}

static const struct values *runtime(struct trace *trace, const struct write *write)
{
	return values_of(&trace->arena, (struct value){.kind = VALUE_RUNTIME,
	                                               .frame = write->frame,
	                                               .insn = write->insn});
}

static bool overlap(const struct values *a, const struct values *b)
{
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t k = 0; k < b->count; k++)
			if (a->items[i].kind != VALUE_NUMBER || b->items[k].kind != VALUE_NUMBER ||
			    a->items[i].number == b->items[k].number)
				return true;
	return a->count == 0 || b->count == 0;
}

/* What a write gives the element at `index`; `last`: nothing before it matters. */
static void written(struct trace *trace, const struct write *write, const struct values *index,
                    bool *last, struct gather *out)
{
	const struct flow *flow = write->frame->flow;
	const struct insn *insn = &flow->body.insns[write->insn];
	const struct value *only = index ? values_only(index, VALUE_NUMBER) : NULL;

	if (write->kind == WRITE_ELEMENT) {
		const struct values *at =
			trace_register(trace, write->frame, write->insn, insn->b);
		if (index && !overlap(index, at))
			return;
		gather_all(out, trace_register(trace, write->frame, write->insn, insn->c));
		*last = only && values_only(at, VALUE_NUMBER) && write->certain;
	} else if (write->kind == WRITE_DATA) {
		struct value data = {.kind = VALUE_ARRAY, .bytes = insn->data, .len = insn->count,
		                     .width = (uint8_t)insn->number};
		gather_all(out, of_constant(trace, &data, index));
		*last = write->certain;
	} else if (write->kind == WRITE_FILL) {
		gather_all(out, trace_register(trace, write->frame, write->insn,
		                               call_arg(flow, insn, insn->count - 1)));
		*last = write->certain;
	} else if (write->kind == WRITE_COPY) {
		const struct values *from = trace_register(trace, write->frame, write->insn,
		                                           call_arg(flow, insn, 0));
		gather_all(out, content_elements(trace, write->frame, write->insn, from, NULL));
	} else {
		gather_all(out, runtime(trace, write));
		*last = write->certain;
	}
}

static void of_made(struct trace *trace, const struct value *object, const struct values *index,
                    struct gather *out)
{
	const struct insn *made = maker(object);
	const struct flow *flow = object->frame->flow;
	const struct value *at = index ? values_only(index, VALUE_NUMBER) : NULL;

	if (made->op == OP_NEW_ARRAY) {
		if (out->count == 0)
			gather_all(out, &values_zero);
		return;
	}
	for (uint32_t i = 0; i < made->count; i++)
		if (!at || at->number == i)
			gather_all(out, trace_register(trace, object->frame, object->insn,
			                               flow->body.args[made->args + i]));
}

static void of_object(struct trace *trace, struct frame *frame, uint32_t at,
                      const struct value *object, const struct values *index, struct gather *out)
{
	struct writes writes = {.count = 0};
	struct search search;
	bool last = false;

	if (!find_writes(trace, frame, at, object, &writes, &search)) {
		gather_all(out, &values_cut);
		return;
	}
	for (uint32_t i = 0; i < writes.count && !last; i++) {
		written(trace, &writes.items[i], index, &last, out);
		last &= !search.branched;
	}
	if (search.origin && !last)
		of_made(trace, object, index, out);
	if (search.beyond) {
		trace->touched = true;
		gather_add(out, object);
	}
}

static bool is_split(const struct value *value)
{
	const struct flow *flow;
	const struct insn *call;

	if (value->kind != VALUE_RUNTIME && value->kind != VALUE_OBJECT)
		return false;
	flow = value->frame->flow;
	call = &flow->body.insns[value->insn];
	return call->op == OP_INVOKE && call->ref != NO_INDEX && call->count == 2 &&
	       strcmp(call_name(flow, call), "split") == 0 &&
	       strcmp(call_class(flow, call), "Ljava/lang/String;") == 0;
}

/* Parts of a constant text between separators that are no pattern. */
static void of_split(struct trace *trace, const struct value *split, const struct values *index,
                     struct gather *out)
{
	const struct flow *flow = split->frame->flow;
	const struct insn *call = &flow->body.insns[split->insn];
	const struct values *both[] = {
		trace_register(trace, split->frame, split->insn, call_arg(flow, call, 0)),
		trace_register(trace, split->frame, split->insn, call_arg(flow, call, 1))};
	const struct value *at = index ? values_only(index, VALUE_NUMBER) : NULL;
	const struct value *text = values_only(both[0], VALUE_TEXT);
	const struct value *by = values_only(both[1], VALUE_TEXT);

	if (!text || !by || !by->len || (by->len > 1 && strpbrk(by->text, ".*+?()[]{}|^$\\"))) {
		gather_all(out, values_worst(&trace->arena, both, 2));
		return;
	}
	const char *start = text->text;
	for (int64_t i = 0; start; i++) {
		const char *end = strstr(start, by->text);
		size_t len = end ? (size_t)(end - start) : strlen(start);
		if (!at || at->number == i)
			gather_all(out, values_text(&trace->arena, start, len));
		start = end ? end + by->len : NULL;
	}
}

const struct values *content_elements(struct trace *trace, struct frame *frame, uint32_t at,
                                      const struct values *arrays, const struct values *index)
{
	struct gather gather;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < arrays->count; i++) {
		const struct value *array = &arrays->items[i];
		if (is_array(array) || array->kind == VALUE_PARAM)
			of_object(trace, frame, at, array, index, &gather);
		else if (array->kind == VALUE_ARRAY)
			gather_all(&gather, of_constant(trace, array, index));
		else if (is_split(array))
			of_split(trace, array, index, &gather);
		else if (array->kind != VALUE_NUMBER)
			gather_add(&gather, array);
	}
	return gather_done(&gather);
}

const struct values *content_element(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct insn *get = &frame->flow->body.insns[insn];
	const struct values *arrays = trace_register(trace, frame, insn, get->a);
	const struct values *index = trace_register(trace, frame, insn, get->b);

	/* a position that a loop counts may be any */
	return content_elements(trace, frame, insn, arrays,
	                        values_all(index, VALUE_NUMBER) ? index : NULL);
}

/* --- whole arrays ------------------------------------------------------------------------------ */

static unsigned width_of(const char *type)
{
	switch (type[0] == '[' ? type[1] : '\0') {
	case 'Z':
	case 'B':
		return 1;
	case 'C':
	case 'S':
		return 2;
	case 'I':
		return 4;
	case 'J':
		return 8;
	default:
		return 0;
	}
}

struct image {
	uint8_t *bytes;
	uint8_t *known; /* of each element */
	unsigned width;
	uint32_t len;
};

static void put_element(struct image *image, uint64_t i, int64_t value)
{
	if (i >= image->len || image->known[i])
		return;
	image->known[i] = 1;
	for (unsigned k = 0; k < image->width; k++)
		image->bytes[i * image->width + k] = (uint8_t)((uint64_t)value >> 8 * k);
}

static bool put_one(struct trace *trace, const struct write *write, struct image *image)
{
	const struct insn *insn = &write->frame->flow->body.insns[write->insn];
	const struct values *at = trace_register(trace, write->frame, write->insn, insn->b);
	const struct values *what = trace_register(trace, write->frame, write->insn, insn->c);

	if (!values_only(at, VALUE_NUMBER) || !values_only(what, VALUE_NUMBER))
		return false;
	if (at->items[0].number >= 0)
		put_element(image, (uint64_t)at->items[0].number, what->items[0].number);
	return true;
}

static bool put_fill(struct trace *trace, const struct write *write, struct image *image)
{
	const struct flow *flow = write->frame->flow;
	const struct insn *call = &flow->body.insns[write->insn];
	const struct values *what = trace_register(trace, write->frame, write->insn,
	                                           call_arg(flow, call, call->count - 1));

	if (call->count != 2 || !values_only(what, VALUE_NUMBER))
		return false;
	for (uint32_t i = 0; i < image->len; i++)
		put_element(image, i, what->items[0].number);
	return true;
}

/* System.arraycopy(from, position, to, position, count) */
static bool put_copy(struct trace *trace, const struct write *write, struct image *image)
{
	const struct flow *flow = write->frame->flow;
	const struct insn *call = &flow->body.insns[write->insn];
	int64_t numbers[3];
	static const uint32_t places[] = {1, 3, 4};

	const struct values *from =
		content_array(trace, write->frame, write->insn, call_arg(flow, call, 0));
	if (!values_only(from, VALUE_ARRAY) || from->items[0].width != image->width)
		return false;
	for (int i = 0; i < 3; i++) {
		const struct values *number = trace_register(
			trace, write->frame, write->insn, call_arg(flow, call, places[i]));
		if (!values_only(number, VALUE_NUMBER) || number->items[0].number < 0)
			return false;
		numbers[i] = number->items[0].number;
	}
	for (int64_t i = 0; i < numbers[2] && numbers[0] + i < from->items[0].len; i++)
		put_element(image, (uint64_t)(numbers[1] + i),
		            element_of(from->items[0].bytes, image->width,
		                       (uint64_t)(numbers[0] + i)));
	return true;
}

static void put_data(const struct write *write, struct image *image)
{
	const struct insn *insn = &write->frame->flow->body.insns[write->insn];

	for (uint32_t i = 0; i < insn->count && insn->number == image->width; i++)
		put_element(image, i, element_of(insn->data, image->width, i));
}

static bool put_made(struct trace *trace, const struct value *object, struct image *image)
{
	const struct insn *made = maker(object);
	const struct flow *flow = object->frame->flow;

	for (uint32_t i = 0; made->op == OP_FILLED_ARRAY && i < made->count; i++) {
		const struct values *what = trace_register(trace, object->frame, object->insn,
		                                           flow->body.args[made->args + i]);
		if (!values_only(what, VALUE_NUMBER))
			return false;
		put_element(image, i, what->items[0].number);
	}
	return true;
}

/* False if an element is not one constant. */
static bool draw(struct trace *trace, const struct writes *writes, const struct value *object,
                 struct image *image)
{
	for (uint32_t i = 0; i < writes->count; i++) {
		const struct write *write = &writes->items[i];
		if (!write->certain || write->kind == WRITE_RUNTIME)
			return false;
		if (write->kind == WRITE_DATA)
			put_data(write, image);
		else if (!(write->kind == WRITE_ELEMENT ? put_one(trace, write, image)
		           : write->kind == WRITE_FILL  ? put_fill(trace, write, image)
		                                        : put_copy(trace, write, image)))
			return false;
	}
	return put_made(trace, object, image);
}

static const struct values *summary(struct trace *trace, const struct writes *writes,
                                    const struct value *object, const struct values *len)
{
	struct gather gather;
	bool last;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < writes->count; i++)
		written(trace, &writes->items[i], NULL, &last, &gather);
	of_made(trace, object, NULL, &gather);
	gather_all(&gather, len);
	const struct values *all = gather_done(&gather);
	return values_worst(&trace->arena, &all, 1);
}

/* Of an array of objects: its elements, in no order. */
static const struct values *objects(struct trace *trace, struct frame *frame, uint32_t at,
                                    const struct value *object)
{
	const struct values array = {1, object};
	const struct values *elements = content_elements(trace, frame, at, &array, NULL);

	return elements->count ? elements : values_of(&trace->arena, *object);
}

static const struct values *whole(struct trace *trace, struct frame *frame, uint32_t at,
                                  const struct value *object)
{
	const struct insn *made = maker(object);
	struct image image = {
		.width = width_of(unit_type(object->frame->flow->body.unit, made->ref))};
	struct writes writes = {.count = 0};
	struct search search;

	if (!image.width)
		return objects(trace, frame, at, object);
	if (!find_writes(trace, frame, at, object, &writes, &search))
		return &values_cut;
	const struct values *len = length(trace, object);
	const struct value *count = values_only(len, VALUE_NUMBER);
	if (search.branched || search.beyond || !count || count->number < 0 ||
	    count->number > ARRAY_MAX)
		return summary(trace, &writes, object, len);
	image.len = (uint32_t)count->number;
	image.bytes = arena_take(&trace->arena, (size_t)image.len * image.width + 1, 1);
	image.known = arena_take(&trace->arena, (size_t)image.len + 1, 1);
	if (!image.bytes || !image.known)
		return &values_cut;
	if (!draw(trace, &writes, object, &image))
		return summary(trace, &writes, object, len);
	return values_of(&trace->arena, (struct value){.kind = VALUE_ARRAY,
	                                               .width = (uint8_t)image.width,
	                                               .len = image.len,
	                                               .bytes = image.bytes});
}

const struct values *content_array(struct trace *trace, struct frame *frame, uint32_t at,
                                   uint32_t reg)
{
	const struct values *from = trace_register(trace, frame, at, reg);
	struct gather gather;

	gather_init(&gather, &trace->arena);
	for (uint32_t i = 0; i < from->count; i++) {
		if (is_array(&from->items[i]))
			gather_all(&gather, whole(trace, frame, at, &from->items[i]));
		else
			gather_add(&gather, &from->items[i]);
	}
	return gather_done(&gather);
}
