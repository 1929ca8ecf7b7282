/*
 * collection.c - what comes out of lists, maps and iterators.
 *
 * Only what the bundle puts in is known. A key or position that is a constant picks its element
 * where the way back to the collection's making is a single one; otherwise every element may come
 * out.
 */
#include <string.h>

#include "code/tracing.h"

enum { PUTS_MAX = 64 };

struct put {
	struct frame *frame;
	uint32_t insn;
	uint32_t key, value; /* registers; NO_REG: none */
	bool all; /* `value` is a collection whose elements are put in */
};

struct puts {
	struct put items[PUTS_MAX]; /* the last one first */
	uint32_t count;
	bool cut;
};

/* Methods that put something in: the arguments with key and value, counted from the object. */
static const struct {
	const char *name;
	uint8_t arguments; /* the object included */
	uint8_t key, value;
	bool all;
} putting[] = {
	{"put", 3, 1, 2, false},         {"setProperty", 3, 1, 2, false},
	{"putIfAbsent", 3, 1, 2, false}, {"replace", 3, 1, 2, false},
	{"putString", 3, 1, 2, false},   {"putExtra", 3, 1, 2, false},
	{"putInt", 3, 1, 2, false},      {"putByteArray", 3, 1, 2, false},
	{"add", 2, 0, 1, false},         {"add", 3, 1, 2, false},
	{"set", 3, 1, 2, false},         {"addElement", 2, 0, 1, false},
	{"addFirst", 2, 0, 1, false},    {"addLast", 2, 0, 1, false},
	{"push", 2, 0, 1, false},        {"offer", 2, 0, 1, false},
	{"addAll", 2, 0, 1, true},       {"putAll", 2, 0, 1, true},
	{"<init>", 2, 0, 1, true},
};

static bool is_collection(const char *class)
{
	return strncmp(class, "Ljava/util/", 11) == 0 || strcmp(class, "Landroid/os/Bundle;") == 0 ||
	       strcmp(class, "Landroid/content/ContentValues;") == 0 ||
	       strncmp(class, "Landroidx/collection/", 21) == 0 ||
	       strncmp(class, "Landroid/util/", 14) == 0;
}

static enum look look_collection(struct search *search, struct frame *frame, uint32_t i)
{
	const struct flow *flow = frame->flow;
	const struct insn *insn = &flow->body.insns[i];
	struct puts *puts = search->state;

	if (insn->op != OP_INVOKE || insn->ref == NO_INDEX || !is_collection(call_class(flow, insn)))
		return LOOK_ON;
	for (size_t k = 0; k < sizeof putting / sizeof *putting; k++) {
		if (insn->count != putting[k].arguments ||
		    strcmp(call_name(flow, insn), putting[k].name) != 0 ||
		    !search_holds(search, frame, i, call_arg(flow, insn, 0)))
			continue;
		if (puts->count == PUTS_MAX) {
			puts->cut = true;
			return LOOK_STOP;
		}
		puts->items[puts->count++] = (struct put){
			frame, i,
			putting[k].key ? call_arg(flow, insn, putting[k].key) : NO_REG,
			call_arg(flow, insn, putting[k].value), putting[k].all};
		return LOOK_ON;
	}
	return LOOK_ON;
}

static const struct values *put_value(struct trace *trace, const struct put *put)
{
	if (put->all)
		return content_lookup(trace, put->frame, put->insn, put->value, NO_REG);
	return trace_register(trace, put->frame, put->insn, put->value);
}

static bool are_the_same(const struct values *a, const struct values *b)
{
	return a->count == 1 && b->count == 1 && a->items[0].kind != VALUE_CUT &&
	       a->items[0].kind != VALUE_DERIVED && value_same(&a->items[0], &b->items[0]);
}

static bool are_constant(const struct values *a)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (a->items[i].kind != VALUE_NUMBER && a->items[i].kind != VALUE_TEXT)
			return false;
	return a->count > 0;
}

static bool can_be_the_same(const struct values *a, const struct values *b)
{
	if (!are_constant(a) || !are_constant(b))
		return true;
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t k = 0; k < b->count; k++)
			if (value_same(&a->items[i], &b->items[k]))
				return true;
	return false;
}

/* By key: the last put of the key counts, those of other keys do not. */
static void by_key(struct trace *trace, const struct puts *puts, const struct values *key,
                   bool branched, struct gather *out)
{
	for (uint32_t i = 0; i < puts->count; i++) {
		const struct put *put = &puts->items[i];
		const struct values *other =
			put->key == NO_REG ? &values_none
					   : trace_register(trace, put->frame, put->insn, put->key);
		if (put->key != NO_REG && !can_be_the_same(key, other))
			continue;
		gather_all(out, put_value(trace, put));
		if (!branched && put->key != NO_REG && are_the_same(key, other))
			return;
	}
}

/* A list as it was filled on one way, the oldest write first. */
struct list {
	const struct put *items[PUTS_MAX];
	uint32_t count;
};

static bool is_called(const struct put *put, const char *name)
{
	return strcmp(call_name(put->frame->flow, &put->frame->flow->body.insns[put->insn]),
	              name) == 0;
}

static bool list_insert(struct list *list, uint64_t at, const struct put *put)
{
	if (at > list->count)
		return false;
	for (uint64_t i = list->count++; i > at; i--)
		list->items[i] = list->items[i - 1];
	list->items[at] = put;
	return true;
}

/* False if the write is not one whose effect is known. */
static bool list_replay(struct trace *trace, struct list *list, const struct put *put)
{
	if (put->all)
		return false;
	if (put->key == NO_REG) {
		const char *class = call_class(put->frame->flow,
		                               &put->frame->flow->body.insns[put->insn]);
		bool first = is_called(put, "addFirst") ||
		             (is_called(put, "push") && strcmp(class, "Ljava/util/Stack;") != 0);
		return list_insert(list, first ? 0 : list->count, put);
	}
	const struct values *at = trace_register(trace, put->frame, put->insn, put->key);
	if (!values_only(at, VALUE_NUMBER) || at->items[0].number < 0)
		return false;
	if (is_called(put, "add"))
		return list_insert(list, (uint64_t)at->items[0].number, put);
	if (!is_called(put, "set") || at->items[0].number >= list->count)
		return false;
	list->items[at->items[0].number] = put;
	return true;
}

/* By position, of a list that was filled on one way; `key` NULL: every element that is left. */
static bool by_position(struct trace *trace, const struct puts *puts, const struct values *key,
                        struct gather *out)
{
	const struct value *position = key ? values_only(key, VALUE_NUMBER) : NULL;
	struct list list = {.count = 0};

	for (uint32_t i = puts->count; i-- > 0;)
		if (!list_replay(trace, &list, &puts->items[i]))
			return false;
	if (key && (!position || position->number < -1 || position->number >= list.count))
		return false;
	for (uint32_t i = 0; i < list.count; i++)
		if (!position || position->number == i ||
		    (position->number == -1 && i + 1 == list.count))
			gather_all(out, put_value(trace, list.items[i]));
	return list.count > 0;
}

static const struct values *look_up(struct trace *trace, struct frame *frame, uint32_t at,
                                    const struct value *object, const struct values *key)
{
	struct puts puts = {.count = 0};
	struct search search = {
		.trace = trace, .object = object, .look = look_collection, .state = &puts};
	struct gather gather;

	gather_init(&gather, &trace->arena);
	search_back(&search, frame, at);
	if (puts.cut)
		return &values_cut;
	if (search.branched || !search.origin || !by_position(trace, &puts, key, &gather)) {
		gather.count = 0;
		const struct values any = {0, NULL};
		by_key(trace, &puts, key ? key : &any, search.branched || !key, &gather);
	}
	if (search.beyond) {
		trace->touched = true;
		gather_all(&gather, values_of(&trace->arena, *object));
	}
	if (gather.count == 0 && search.origin)
		gather_all(&gather, &values_zero);
	return gather_done(&gather);
}

/* What an iterator, a view or a fixed list was made from: the register before `insn`. */
static bool is_view(const struct flow *flow, const struct insn *call, uint32_t *from)
{
	static const char *const views[] = {"iterator", "listIterator", "values",  "keySet",
	                                    "entrySet", "elements",     "stream", "subList", NULL};
	static const char *const fixed[] = {"asList", "singletonList", "singleton",
	                                    "unmodifiableList", "unmodifiableMap",
	                                    "unmodifiableCollection", "synchronizedMap", NULL};
	const char *const *names = call->sub == INVOKE_STATIC ? fixed : views;

	if (call->op != OP_INVOKE || call->ref == NO_INDEX || !is_collection(call_class(flow, call)))
		return false;
	for (size_t i = 0; names[i]; i++)
		if (strcmp(call_name(flow, call), names[i]) == 0) {
			*from = call_arg(flow, call, 0);
			return true;
		}
	return false;
}

static bool is_fixed_list(const struct flow *flow, const struct insn *call)
{
	const char *class = call->op == OP_INVOKE && call->ref != NO_INDEX
	                            ? call_class(flow, call)
	                            : "";

	return strcmp(class, "Ljava/util/List;") == 0 || strcmp(class, "Ljava/util/Set;") == 0 ||
	       strcmp(class, "Ljava/util/Map;") == 0;
}

/* List.of and Map.of with up to ten arguments; a map's keys and values take turns. */
static void of_arguments(struct trace *trace, const struct value *list, const struct values *key,
                         struct gather *out)
{
	const struct flow *flow = list->frame->flow;
	const struct insn *call = &flow->body.insns[list->insn];
	bool map = strcmp(call_class(flow, call), "Ljava/util/Map;") == 0;
	const struct value *position = key ? values_only(key, VALUE_NUMBER) : NULL;

	for (uint32_t i = map ? 1 : 0; i < call->count; i += map ? 2 : 1) {
		if (map && key &&
		    !can_be_the_same(key, trace_register(trace, list->frame, list->insn,
		                                         call_arg(flow, call, i - 1))))
			continue;
		if (!map && position && position->number != i)
			continue;
		gather_all(out, trace_register(trace, list->frame, list->insn,
		                               call_arg(flow, call, i)));
	}
}

static bool is_made(const struct value *value, bool array)
{
	uint8_t op;

	if (value->kind != VALUE_OBJECT)
		return false;
	op = value->frame->flow->body.insns[value->insn].op;
	return array ? op == OP_NEW_ARRAY || op == OP_FILLED_ARRAY : op == OP_NEW;
}

/* What comes out of one collection, array, iterator or view; `key` NULL: any element. */
static void look_into(struct trace *trace, struct frame *frame, uint32_t at,
                      const struct value *value, const struct values *key, struct gather *out)
{
	uint32_t from = NO_REG;

	if (is_made(value, false) || value->kind == VALUE_PARAM) {
		gather_all(out, look_up(trace, frame, at, value, key));
	} else if (is_made(value, true)) {
		const struct values array = {1, value};
		gather_all(out, content_elements(trace, frame, at, &array, key));
	} else if (value->kind != VALUE_RUNTIME) {
		gather_add(out, value);
	} else {
		const struct flow *flow = value->frame->flow;
		const struct insn *call = &flow->body.insns[value->insn];
		if (is_fixed_list(flow, call) && strcmp(call_name(flow, call), "of") == 0) {
			of_arguments(trace, value, key, out);
		} else if (is_view(flow, call, &from)) {
			const struct values *source =
				trace_register(trace, value->frame, value->insn, from);
			for (uint32_t i = 0; i < source->count; i++)
				look_into(trace, value->frame, value->insn, &source->items[i],
				          call->sub == INVOKE_STATIC ? key : NULL, out);
		} else {
			gather_add(out, value);
		}
	}
}

const struct values *content_lookup(struct trace *trace, struct frame *frame, uint32_t at,
                                    uint32_t collection, uint32_t key)
{
	return content_lookup_at(trace, frame, at, collection,
	                         key == NO_REG ? NULL : trace_register(trace, frame, at, key));
}

const struct values *content_lookup_at(struct trace *trace, struct frame *frame, uint32_t at,
                                       uint32_t collection, const struct values *keys)
{
	const struct values *in = trace_register(trace, frame, at, collection);
	struct gather gather;

	gather_init(&gather, &trace->arena);
	if (trace->nesting >= 200)
		return &values_cut;
	trace->nesting++;
	for (uint32_t i = 0; i < in->count; i++)
		look_into(trace, frame, at, &in->items[i], keys, &gather);
	trace->nesting--;
	return gather_done(&gather);
}
