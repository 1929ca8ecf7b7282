/*
 * tracing.h - what the files of trace.h share.
 *
 *   frame.c    methods as they are looked at: blocks that are alive, bodies that are kept
 *   trace.c    registers and what defines them
 *   ask.c      the same question for each caller
 *   calls.c    which methods a call reaches
 *   heap.c     the search for the last writes to an object
 *   writers.c  which methods may write a field
 *   content.c  fields; array.c: arrays; builder.c: text builders; collection.c: lists and maps
 *   model.c    what methods of the platform return
 */
#ifndef PARASOL_CODE_TRACING_H
#define PARASOL_CODE_TRACING_H

#include "code/trace.h"

/* Where a parameter comes from: register `reg` before instruction `at` of `frame`; NULL: unknown. */
struct binding {
	struct frame *frame;
	uint32_t at, reg;
};

enum reach { REACH_NONE, REACH_BUSY, REACH_DONE };
enum block_state { BLOCK_UNDECIDED, BLOCK_ALIVE, BLOCK_DEAD };

struct frame {
	struct frame *caller; /* NULL: looked at by itself */
	uint32_t site;        /* the call, in caller */
	uint32_t depth;       /* frames above */
	struct method_at method;
	const struct flow *flow;
	struct binding *params;   /* NULL: looked at by itself */
	const struct value *made; /* of a lambda's body: the lambda */
	struct frame *children, *next;
	enum reach reach;
	bool touched; /* a parameter mattered to which blocks are alive */
	uint8_t *blocks;                 /* enum block_state */
	uint8_t *dead;                   /* of each edge: a constant condition rules it out */
	uint32_t *starts;  /* of each block: stamp of the last search that was there */
	uint32_t *ends;    /* of each edge, likewise */
	uint32_t *turns;   /* of each edge: 1 + the block that one who comes by it goes on to; 0: not
	                      looked at; NO_INDEX: any */
	uint32_t *stack;
};

struct memo {
	const void *key;
	uint32_t insn;
	uint32_t active; /* 1 + its place on the stack while it is worked out; 0: not */
	bool touched;
	const struct values *values; /* NULL: not known */
	const struct values *rough;  /* as conditions see it: only what is near is followed */
};

struct trace {
	struct program *program;
	struct arena arena; /* frames and values; emptied by trace_forget */
	struct arena flows;
	struct frame *roots;
	struct memo *memos; /* open addressing; room is a power of two */
	size_t memo_count, memo_room;
	struct flow_memo *flow_memos;
	size_t flow_count, flow_room;
	uint64_t steps;     /* left */
	uint32_t active;    /* definitions that are being worked out */
	uint32_t cycle_low; /* the lowest of them that was met again; NO_INDEX: none */
	uint32_t stamp;
	uint32_t nesting;   /* of C calls */
	uint32_t conditions; /* conditions that are being decided */
	uint32_t fallbacks; /* questions about all writes to a field inside each other */
	struct writers_table *writers; /* kept until the end, as are */
	struct lookups *lookups;
	struct callers_table *callers;
	struct arena kept;  /* values that are never forgotten */
	uint32_t hops;      /* callers that may still be gone up */
	bool thorough;      /* conditions are worth asking for all writes to final fields */
	bool touched;       /* a parameter or the state at the start of a frame by itself mattered */
};

/* Memory of decoded bodies until they are dropped. */
enum { FLOWS_LIMIT = 64 << 20 };

/* frame.c */
void flows_drop(struct trace *trace);

/* lookup.c: what a method_ref or field_ref means; lives as long as the trace */
struct ref_info {
	bool known;
	bool inside; /* the bundle defines the class that is named */
	struct method_at method; /* inside: what the class finds, itself or above it */
	uint64_t signature;
	const struct model *model; /* outside */
};
struct field_info {
	bool known;
	struct class_at owner; /* none: the bundle does not define the field */
	const struct field *field;
};
/* What the writes to a field give, where all of them are of constants that stand just before. */
struct field_state {
	const struct values *kept; /* NULL: not looked at yet, or others */
	bool varies;               /* others */
};
struct field_state *lookup_state(struct trace *trace, const struct field_info *info);
const struct ref_info *lookup_method(struct trace *trace, const struct unit *unit, uint32_t ref);
const struct field_info *lookup_field(struct trace *trace, const struct unit *unit, uint32_t ref);
void lookups_free(struct lookups *lookups);

/* trace.c */
bool trace_step(struct trace *trace); /* false: the budget is used up */
struct frame *frame_root(struct trace *trace, struct method_at method);
struct frame *frame_call(struct trace *trace, struct frame *caller, uint32_t site,
                         struct method_at method, const struct value *made);
struct frame *frame_top(struct frame *frame);
void frame_reach(struct trace *trace, struct frame *frame);
bool frame_edge_alive(const struct frame *frame, uint32_t edge);
/* Whether the condition at the end of a block is decided for who comes by the edge `in`, against
 * the edge `out`. So a loop is not left before its first round. */
bool frame_turns_away(struct trace *trace, struct frame *frame, uint32_t in, uint32_t out);
bool frame_insn_alive(struct trace *trace, struct frame *frame, uint32_t insn);
const struct values *trace_register(struct trace *trace, struct frame *frame, uint32_t at,
                                    uint32_t reg);
const struct values *trace_def(struct trace *trace, struct frame *frame, uint32_t insn);
const struct values *trace_frame_returns(struct trace *trace, struct frame *frame);
/* What a set is remembered under beside definitions: fields. */
struct memo *trace_memo(struct trace *trace, const void *key, uint32_t insn);

/* ask.c */
struct question {
	uint32_t insn;
	uint32_t count;
	const uint32_t *regs;
	struct gather *sets; /* one for each register */
	bool reached, complete;
	bool skipped; /* a caller was not asked: it calls itself, or too deep */
	uint32_t frames; /* looked at so far */
};
/* Asks in the method by itself, and where that is not enough in its callers. */
void ask(struct trace *trace, struct method_at method, struct question *question);
void callers_free(struct callers_table *table);
bool frame_has_callers(struct trace *trace, struct frame *root);

/* calls.c */
enum { TARGETS_MAX = 8 };
struct callees {
	struct frame *frames[TARGETS_MAX];
	uint32_t count;
	bool open; /* there may be others */
	bool outside; /* a method that is not in the bundle */
};
void call_targets(struct trace *trace, struct frame *frame, uint32_t insn, struct callees *out);
const struct values *call_result(struct trace *trace, struct frame *frame, uint32_t insn);
/* The method_ref of an invoke as text. */
const char *call_class(const struct flow *flow, const struct insn *insn);
const char *call_name(const struct flow *flow, const struct insn *insn);
static inline uint32_t call_arg(const struct flow *flow, const struct insn *insn, uint32_t i)
{
	return i < insn->count ? flow->body.args[insn->args + i] : NO_REG;
}

/* heap.c */
enum look { LOOK_ON, LOOK_STOP };
struct search {
	struct trace *trace;
	const struct value *object; /* NULL: a static field */
	const struct field_writers *writers; /* of a field: calls that matter; NULL: all do */
	enum look (*look)(struct search *search, struct frame *frame, uint32_t insn);
	void *state;
	struct seen *seen;
	uint32_t seen_count, seen_room;
	bool branched; /* more than one way led to where the search went */
	bool origin;   /* where the object was made was reached */
	bool beyond;   /* the start of a frame by itself was reached */
	bool through;
	bool jumped;
};
/* Looks at the instructions before `at`, the last ones first, on every way that is alive. */
void search_back(struct search *search, struct frame *frame, uint32_t at);
/* Whether a register holds the object of the search: 0 no, 1 it may, 2 certainly. */
int search_holds(struct search *search, struct frame *frame, uint32_t insn, uint32_t reg);

/* writers.c */
struct field_writers;
/* Of the field that a field_ref names; NULL if the bundle does not define it. Lives as long as the
 * trace. */
const struct field_writers *writers_of(struct trace *trace, const struct unit *unit, uint32_t ref);
/* Whether a call may lead to a write of the field. */
bool writers_may(const struct trace *trace, const struct field_writers *writers,
                 const struct flow *flow, const struct insn *call);
void writers_free(struct writers_table *table);

/* content.c */
const struct values *content_field(struct trace *trace, struct frame *frame, uint32_t insn);
const struct values *content_static(struct trace *trace, struct frame *frame, uint32_t insn);
/* array.c */
const struct values *content_element(struct trace *trace, struct frame *frame, uint32_t insn);
const struct values *content_length(struct trace *trace, struct frame *frame, uint32_t insn);
/* The lengths of arrays. */
const struct values *content_array_length(struct trace *trace, const struct values *arrays);
/* The element at constant positions `index`, or any (NULL), of each array in `arrays`. */
const struct values *content_elements(struct trace *trace, struct frame *frame, uint32_t at,
                                      const struct values *arrays, const struct values *index);
/* The values of a register, arrays as VALUE_ARRAY where all their elements are known. */
const struct values *content_array(struct trace *trace, struct frame *frame, uint32_t at,
                                   uint32_t reg);
/* builder.c */
/* The text that a register's value gives in a string, by its type ("C", "I", "Ljava/lang/Object;"). */
const struct values *text_of(struct trace *trace, struct frame *frame, uint32_t at, uint32_t reg,
                             const char *type);
/* Every text of `left` with every text of `right` behind it. */
const struct values *text_join(struct trace *trace, const struct values *left,
                               const struct values *right);
const struct values *content_text(struct trace *trace, struct frame *frame, uint32_t at,
                                  uint32_t reg);
/* collection.c: what get(key) returns; key NO_REG: any element. `call` is the instruction. */
const struct values *content_lookup(struct trace *trace, struct frame *frame, uint32_t at,
                                    uint32_t collection, uint32_t key);
/* The same with the key's values; position -1 is the last. */
const struct values *content_lookup_at(struct trace *trace, struct frame *frame, uint32_t at,
                                       uint32_t collection, const struct values *keys);

/* model.c */
/* The model of a method outside the bundle, or NULL. */
const struct model *model_find(const char *class, const char *name);
/* What a platform's method returns; NULL if it is not modelled. */
const struct values *model_result(struct trace *trace, struct frame *frame, uint32_t insn);
/* The text or number that a constructor gives a new object of a class such as String. */
const struct values *model_made(struct trace *trace, struct frame *frame, uint32_t insn);
bool model_is_made(const char *descriptor);
/* What a call does to the array in one of its arguments. */
enum array_effect { ARRAY_KEPT, ARRAY_FILLED, ARRAY_COPIED, ARRAY_RUNTIME };
enum array_effect model_array_effect(const struct flow *flow, const struct insn *insn,
                                     uint32_t argument);

/* arithmetic.c */
const struct values *arithmetic(struct trace *trace, const struct insn *insn,
                                const struct values *a, const struct values *b);
/* Which outcomes a condition can have: bit 0 false, bit 1 true. */
unsigned condition_outcomes(enum condition condition, const struct values *a,
                            const struct values *b);

#endif
