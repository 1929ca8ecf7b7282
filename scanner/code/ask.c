/* ask.c - a question about one place, asked for each caller where parameters matter. */
#include <stdlib.h>
#include <string.h>

#include "code/tracing.h"

/* Frames that one question is asked in. */
enum { FRAMES_MAX = 96 };

/* Classes that are asked whether they lie above a method's own, to find its callers. */
enum { EXTENDS_MAX = 500 };

struct caller {
	struct method_at method;
	uint32_t insn;
	bool outside; /* the call names a type outside the bundle: its object must be known */
};

struct callers {
	struct caller items[CALLERS_MAX];
	uint32_t count;
	bool more;
};

static uint32_t call_at(const struct flow *flow, uint32_t pc)
{
	uint32_t i = body_at(&flow->body, pc);

	for (; i != NO_INDEX && i < flow->body.count && flow->body.insns[i].pc == pc; i++)
		if (flow->body.insns[i].op == OP_INVOKE || flow->body.insns[i].op == OP_DYNAMIC)
			return i;
	return NO_INDEX;
}

static void add_sites(struct trace *trace, struct ref_at ref, bool outside,
                      struct callers *callers)
{
	const struct site_index *calls = &ref.unit->calls;

	for (uint32_t i = calls->first[ref.index]; i < calls->first[ref.index + 1]; i++) {
		struct method_at method = {ref.unit, calls->sites[i].method};
		const struct flow *flow = trace_flow(trace, method);
		uint32_t insn = flow ? call_at(flow, calls->sites[i].pc) : NO_INDEX;
		if (insn == NO_INDEX)
			continue;
		if (callers->count == CALLERS_MAX) {
			callers->more = true;
			return;
		}
		callers->items[callers->count++] = (struct caller){method, insn, outside};
	}
}

static bool is_virtual(struct method_at method)
{
	return !(method_of(method)->flags & (ACCESS_STATIC | ACCESS_PRIVATE)) &&
	       method_name_of(method)[0] != '<';
}

/* Every call that can reach a method; some of them, if very many share its name and types. */
static void find_callers(struct trace *trace, struct method_at method, struct callers *out)
{
	const struct program *program = trace->program;
	uint64_t signature =
		program_signature(program, method.unit, method_of(method)->ref);
	struct refs refs = is_virtual(method) || method_of(method)->flags & ACCESS_STATIC
	                           ? program_method_refs(program, signature)
	                           : program_class_refs(program, method_class_of(method), signature);
	uint32_t looks = EXTENDS_MAX;

	for (uint32_t i = 0; i < refs.count && !out->more; i++) {
		const struct ref_info *info =
			lookup_method(trace, refs.items[i].unit, refs.items[i].index);
		bool same = info->method.unit == method.unit && info->method.index == method.index;
		const char *type = unit_type(
			refs.items[i].unit,
			refs.items[i].unit->method_refs[refs.items[i].index].type);
		if (!same && is_virtual(method)) {
			out->more |= looks == 0;
			same = looks && looks-- && program_extends(program, method_class_of(method), type);
		}
		if (same)
			add_sites(trace, refs.items[i], !info->inside, out);
	}
}

/* Callers are found once for each method of a trace. */
struct callers_memo {
	struct method_at method;
	struct callers callers;
	struct callers_memo *next; /* in its bucket */
};

enum { BUCKETS = 4096 };

struct callers_table {
	struct callers_memo *buckets[BUCKETS];
};

void callers_free(struct callers_table *table)
{
	for (size_t i = 0; table && i < BUCKETS; i++) {
		while (table->buckets[i]) {
			struct callers_memo *next = table->buckets[i]->next;
			free(table->buckets[i]);
			table->buckets[i] = next;
		}
	}
	free(table);
}

static const struct callers *callers_of(struct trace *trace, struct method_at method)
{
	if (!trace->callers)
		trace->callers = calloc(1, sizeof *trace->callers);
	if (!trace->callers)
		fault_out_of_memory();
	struct callers_memo **bucket =
		&trace->callers->buckets[(method.index * 31 + method.unit->order) % BUCKETS];
	for (struct callers_memo *memo = *bucket; memo; memo = memo->next)
		if (memo->method.unit == method.unit && memo->method.index == method.index)
			return &memo->callers;
	struct callers_memo *memo = calloc(1, sizeof *memo);
	if (!memo)
		fault_out_of_memory();
	memo->method = method;
	find_callers(trace, method, &memo->callers);
	memo->next = *bucket;
	*bucket = memo;
	return &memo->callers;
}

bool frame_has_callers(struct trace *trace, struct frame *root)
{
	return callers_of(trace, root->method)->count > 0;
}

/* The chain of a frame over another top: the same calls, from a caller of the top. */
static struct frame *rebase(struct trace *trace, struct frame *frame, struct frame *above,
                            uint32_t site)
{
	if (!frame->caller)
		return frame_call(trace, above, site, frame->method, NULL);
	struct frame *caller = rebase(trace, frame->caller, above, site);
	return caller ? frame_call(trace, caller, frame->site, frame->method, frame->made) : NULL;
}

/* False if the call certainly goes elsewhere, or cannot be told to come here. */
static bool comes_here(struct trace *trace, struct frame *above, const struct caller *caller,
                       struct method_at method)
{
	const struct insn *call = &above->flow->body.insns[caller->insn];

	if (call->op == OP_DYNAMIC || call->sub == INVOKE_STATIC || call->sub == INVOKE_DIRECT)
		return true;
	if (!caller->outside && call->sub == INVOKE_SUPER)
		return true;
	const struct values *on =
		trace_register(trace, above, caller->insn, call_arg(above->flow, call, 0));
	bool open = false;
	uint64_t signature =
		program_signature(trace->program, method.unit, method_of(method)->ref);
	for (uint32_t i = 0; i < on->count; i++) {
		const struct value *value = &on->items[i];
		if (value->kind != VALUE_OBJECT ||
		    value->frame->flow->body.insns[value->insn].op != OP_NEW) {
			open |= value->kind != VALUE_OBJECT;
			continue;
		}
		const struct body *body = &value->frame->flow->body;
		struct method_at found = program_resolve(
			trace->program, unit_type(body->unit, body->insns[value->insn].ref),
			signature);
		if (found.unit == method.unit && found.index == method.index)
			return true;
	}
	return open && !caller->outside;
}

static bool chain_alive(struct trace *trace, struct frame *frame)
{
	for (; frame->caller; frame = frame->caller)
		if (!frame_insn_alive(trace, frame->caller, frame->site))
			return false;
	return true;
}

static bool ask_frame(struct trace *trace, struct question *question, struct frame *frame);

/* True if there was a caller that the question could be asked for. */
static bool ask_callers(struct trace *trace, struct question *question, struct frame *frame)
{
	struct frame *top = frame_top(frame);
	const struct callers *callers = callers_of(trace, top->method);
	bool any = false;

	if (callers->more)
		question->complete = false;
	for (uint32_t i = 0; i < callers->count && trace_step(trace); i++) {
		struct frame *above = frame_root(trace, callers->items[i].method);
		if (!above || !comes_here(trace, above, &callers->items[i], top->method))
			continue;
		struct frame *child = rebase(trace, frame, above, callers->items[i].insn);
		if (!child) {
			question->skipped = true;
			continue;
		}
		any = true;
		trace->hops--;
		ask_frame(trace, question, child);
		trace->hops++;
	}
	return any;
}

/* False if constant conditions rule the frame out. */
static bool ask_frame(struct trace *trace, struct question *question, struct frame *frame)
{
	const struct values *answers[8];
	uint32_t count = question->count < 8 ? question->count : 8;
	bool touched = trace->touched;

	if (++question->frames > FRAMES_MAX) {
		question->complete = false;
		return false;
	}
	trace->touched = false;
	bool alive = chain_alive(trace, frame) && frame_insn_alive(trace, frame, question->insn);
	for (uint32_t i = 0; alive && i < count; i++)
		answers[i] = content_array(trace, frame, question->insn, question->regs[i]);
	bool open = trace->touched;
	trace->touched = touched;
	if (!alive || (open && trace->hops && ask_callers(trace, question, frame)))
		return alive;
	question->reached = true;
	for (uint32_t i = 0; i < count; i++)
		gather_all(&question->sets[i], answers[i]);
	return true;
}

void ask(struct trace *trace, struct method_at method, struct question *question)
{
	struct frame *root = frame_root(trace, method);

	question->complete = true;
	if (root)
		ask_frame(trace, question, root);
	/* a call from inside itself may come here on a way that the other calls do not take */
	if (!root || !trace->steps || (!question->reached && question->skipped))
		question->complete = false;
	for (uint32_t i = 0; !question->complete && i < question->count; i++)
		gather_all(&question->sets[i], &values_cut);
	if (!question->complete)
		question->reached = true;
}

/* --- calls, for those who ask ------------------------------------------------------------------ */

static bool is_static_call(const struct insn *insn)
{
	return insn->op == OP_DYNAMIC || insn->sub == INVOKE_STATIC;
}

struct wanted {
	uint32_t regs[8];
	uint32_t places[8]; /* index among the call's arguments */
	uint32_t count;
};

static void want(struct wanted *wanted, const struct flow *flow, const struct insn *insn,
                 uint32_t bits)
{
	uint32_t first = is_static_call(insn) ? 0 : 1;

	for (uint32_t i = 0; i < insn->count && wanted->count < 8; i++) {
		if (i < first || i - first >= 32 || !(bits >> (i - first) & 1))
			continue;
		wanted->regs[wanted->count] = flow->body.args[insn->args + i];
		wanted->places[wanted->count++] = i;
	}
}

struct result trace_call(struct trace *trace, struct place_at place, uint32_t wanted, bool near,
                         struct trace_call *out)
{
	const struct flow *flow = trace_flow(trace, place.method);
	uint32_t insn = flow ? call_at(flow, place.pc) : NO_INDEX;
	struct wanted registers = {.count = 0};
	struct gather *sets;

	ENSURE(insn != NO_INDEX, CODE_BODY, place.pc, "no call at %u of a method", place.pc);
	const struct insn *call = &flow->body.insns[insn];
	want(&registers, flow, call, wanted);
	ALLOC(out->arguments, &trace->arena, (size_t)call->count + 1);
	ALLOC(sets, &trace->arena, (size_t)registers.count + 1);
	for (uint32_t i = 0; i < registers.count; i++)
		sets[i].arena = &trace->arena;
	struct question question = {.insn = insn, .count = registers.count,
	                            .regs = registers.regs, .sets = sets};
	trace->steps = TRACE_STEPS;
	trace->hops = near ? 0 : HOPS_MAX;
	ask(trace, place.method, &question);
	for (uint32_t i = 0; i < registers.count; i++)
		out->arguments[registers.places[i]] = gather_done(&sets[i]);
	trace->hops = 0;
	out->frame = frame_root(trace, place.method);
	if (!is_static_call(call) && call->count && out->frame)
		out->arguments[0] =
			trace_register(trace, out->frame, insn, call_arg(flow, call, 0));
	out->reached = question.reached;
	out->complete = question.complete;
	out->count = call->count;
	out->is_static = is_static_call(call);
	out->insn = insn;
	out->call = call;
	return OK;
}

bool trace_reaches(struct trace *trace, struct place_at place)
{
	struct frame *root = frame_root(trace, place.method);

	trace->steps = TRACE_STEPS;
	trace->hops = 0;
	if (!root)
		return true;
	uint32_t insn = body_at(&root->flow->body, place.pc);
	return insn == NO_INDEX || frame_insn_alive(trace, root, insn);
}
