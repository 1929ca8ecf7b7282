/*
 * shape.h - what a method does, as far as it can be told without running it: what it returns,
 * whether it can throw, which methods outside the bundle it calls.
 */
#ifndef PARASOL_CODE_SHAPE_H
#define PARASOL_CODE_SHAPE_H

#include "code/trace.h"

enum shape_kind {
	SHAPE_EMPTY,    /* calls nothing outside, throws nothing, returns nothing or one constant */
	SHAPE_THROWS,   /* never returns */
	SHAPE_CONSTANT, /* always returns the same constant, and calls something */
	SHAPE_CODE
};

/* A method outside the bundle that is called, itself or through code of the bundle. */
struct shape_call {
	const char *class; /* descriptor */
	const char *name;
	bool always;    /* every way that returns passes it */
	bool swallowed; /* what it throws is caught, and the method may return all the same */
};

enum { SHAPE_CALLS_MAX = 128 };

struct shape {
	enum shape_kind kind;
	bool returns_constant;
	int64_t constant;
	char type; /* first character of the descriptor of what it returns */
	bool throws; /* an exception that the bundle makes can leave it */
	bool complete;
	struct shape_call calls[SHAPE_CALLS_MAX];
	uint32_t count;
};

/* Fails with CODE_BODY if the method has no code that can be read. */
RESULT shape_read(struct trace *trace, struct method_at method, struct shape *out);

#endif
