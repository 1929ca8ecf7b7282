/*
 * trace.h - which values can reach a place in the code.
 *
 * Nothing is computed ahead. A question about a register is answered by walking back through the
 * instructions, over the edges that constant conditions leave, to what defines it; a call's result
 * by walking back from the returns of the methods that it can reach, with the call's own arguments;
 * a parameter by going to the callers; the content of a field, array, builder or collection by
 * walking back to the last writes to that very object, through the methods it was given to.
 *
 *   frame   a method as it is looked at: by itself, or as called from one place of another frame.
 *           A question in a frame of its own meets parameters (VALUE_PARAM); then it is asked again
 *           in a frame for each caller.
 *
 * Work is counted in steps, never in time, so that the answers are the same on every machine. Where
 * the budget or the depth ends, the answer holds VALUE_CUT.
 */
#ifndef PARASOL_CODE_TRACE_H
#define PARASOL_CODE_TRACE_H

#include "code/flow.h"
#include "code/program.h"
#include "code/value.h"

/* Steps of one question; callers that are followed from one method; methods on the way up and down. */
enum { TRACE_STEPS = 15000, CALLERS_MAX = 24, HOPS_MAX = 4, DEPTH_MAX = 12 };

struct trace;

struct trace *trace_new(struct program *program);
void trace_free(struct trace *trace);

/* A place in the code: the instruction of `method` at `pc`. */
struct place_at {
	struct method_at method;
	uint32_t pc;
};

/* What is known of one call. */
struct trace_call {
	bool reached;  /* constant conditions do not rule it out */
	bool complete; /* all ways to it were followed */
	uint32_t count;
	const struct values **arguments; /* `this` first, if it has one; NULL: not asked for */
	bool is_static;                  /* no `this` */
	uint32_t insn;
	const struct insn *call;
	struct frame *frame; /* in which its method was looked at by itself */
};

/*
 * The values of the arguments of the call at a place; bit i of `wanted` asks for declared parameter
 * i; the object that it is called on is always asked for. `near`: callers are not asked, parameters
 * stay parameters. Valid until trace_forget. Fails with
 * CODE_BODY if there is no such call.
 */
RESULT trace_call(struct trace *trace, struct place_at place, uint32_t wanted, bool near,
                  struct trace_call *out);

/* Whether constant conditions leave a way to a place when its method is looked at by itself. */
bool trace_reaches(struct trace *trace, struct place_at place);

/* Forgets all answers and frames; memory is used again. Call between questions that have nothing
 * in common. */
void trace_forget(struct trace *trace);

/* The blocks of a method's code; NULL if it has none that can be read. */
const struct flow *trace_flow(struct trace *trace, struct method_at method);

/* The methods that the call at instruction `insn` of a flow can reach in the bundle (class
 * hierarchy alone): at most `room`; returns how many there are. */
uint32_t trace_targets(struct trace *trace, const struct flow *flow, uint32_t insn,
                       struct method_at *out, uint32_t room);

/* The descriptor of a class ("Lcom/a/B;") as Java spells it ("com.a.B"); returns its length. */
size_t name_of_class(const char *descriptor, char *out, size_t room);

/* Name of an object for facts: "class.method@pc" of what made it. Writes to `out`; "" if it has no
 * identity. */
const char *trace_identity(const struct value *value, char *out, size_t room);

/* "java.lang.System.currentTimeMillis": what a VALUE_RUNTIME came from; "" if that is not known. */
const char *trace_source(const struct value *value, char *out, size_t room);

/* The descriptor of the class of a VALUE_OBJECT; "" if it is not known. */
const char *trace_type(const struct value *value);

/* What the call returns when its method is looked at by itself; empty for none. */
const struct values *trace_result(struct trace *trace, const struct trace_call *call);

#endif
