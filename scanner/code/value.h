/*
 * value.h - what may stand in a register: sets of constants, and what is known of the rest.
 *
 * A set is closed: every value that can be there is in it. What is no constant is an item of its
 * own kind, so that nobody takes a set without it for a complete one. Sets do not change once they
 * are made and live as long as their arena.
 */
#ifndef PARASOL_CODE_VALUE_H
#define PARASOL_CODE_VALUE_H

#include "base/arena.h"

struct frame;

enum value_kind {
	VALUE_NUMBER,  /* boolean to long; float and double as bits; null is 0 */
	VALUE_TEXT,    /* a string, modified UTF-8 */
	VALUE_ARRAY,   /* elements of an array of numbers, all known */
	VALUE_CLASS,   /* a class object: its descriptor */
	VALUE_FIELD,   /* a static field outside the bundle: "class.name" in Java's spelling */
	VALUE_OBJECT,  /* what instruction `insn` of `frame` made */
	VALUE_DERIVED, /* made of constants alone, and not computed */
	VALUE_PARAM,   /* parameter `insn` of a method that is looked at by itself */
	VALUE_CUT,     /* not followed to its end */
	VALUE_RUNTIME  /* what the call at `insn` of `frame` returned: known at run time only */
};

/* Items of a set; one more makes it VALUE_DERIVED or worse. */
enum { VALUES_MAX = 24, TEXT_MAX = 4096, ARRAY_MAX = 4096 };

struct value {
	uint8_t kind;
	uint8_t width; /* VALUE_ARRAY: bytes of an element */
	bool scalar;   /* VALUE_NUMBER from a place that cannot hold an object */
	uint32_t len;  /* VALUE_TEXT: bytes; VALUE_ARRAY: elements */
	uint32_t insn;
	int64_t number;
	/* VALUE_TEXT, VALUE_CLASS, VALUE_FIELD: NUL-terminated; of a value that is no constant: what
	   its text begins with, or NULL */
	const char *text;
	const uint8_t *bytes; /* VALUE_ARRAY: little-endian */
	struct frame *frame;
};

struct values {
	uint32_t count;
	const struct value *items;
};

/* A set while it is made. */
struct gather {
	struct arena *arena;
	uint32_t count;
	struct value items[VALUES_MAX + 1];
};

extern const struct values values_none, values_cut, values_derived;
extern const struct values values_zero; /* the number 0, which is also null */

static inline struct gather *gather_init(struct gather *gather, struct arena *arena)
{
	gather->arena = arena;
	gather->count = 0; /* the items are set as they come: clearing them costs more than using them */
	return gather;
}

bool value_same(const struct value *a, const struct value *b);
/* The same object: made or returned by one instruction, or one parameter. */
bool value_is_object(const struct value *value);

void gather_add(struct gather *gather, const struct value *value);
void gather_all(struct gather *gather, const struct values *values);
/* The set; values_cut if memory is short. */
const struct values *gather_done(const struct gather *gather);

const struct values *values_number(struct arena *arena, int64_t number);
/* Copies the text. */
const struct values *values_text(struct arena *arena, const char *text, size_t len);
const struct values *values_of(struct arena *arena, struct value value);

/* A copy of plain numbers and texts in another arena; NULL if memory is short. */
const struct values *values_keep(struct arena *arena, const struct values *values);

/* True if every item is of the kind. */
bool values_all(const struct values *values, enum value_kind kind);
bool values_have(const struct values *values, enum value_kind kind);
/* The one number or text of a set that holds nothing else; NULL otherwise. */
const struct value *values_only(const struct values *values, enum value_kind kind);

/* Adds what a computation over two single items is when it is not carried out (`b` may be NULL). */
void gather_worst(struct gather *gather, const struct value *a, const struct value *b);

/*
 * What a computation over sets is when it is not carried out: the worst of what they hold - runtime
 * (the first such item), cut, parameter, or derived.
 */
const struct values *values_worst(struct arena *arena, const struct values *const *sets,
                                  uint32_t count);

#endif
