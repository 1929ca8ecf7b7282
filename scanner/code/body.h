/*
 * body.h - one method's instructions in the small form that analyses read.
 *
 * Registers are Dalvik's; of a class file, local variable i is register i and the operand stack
 * slot at depth d is register max_locals + d (a long or double takes two, as in the file). Every
 * instruction that defines a register names it in `def`; the result of an invoke is its `def`
 * (Dalvik's move-result is merged into it). A bytecode that moves several stack slots (dup_x1,
 * swap) becomes several OP_MOVE. Instructions keep the file's order, and each its `pc`.
 */
#ifndef PARASOL_CODE_BODY_H
#define PARASOL_CODE_BODY_H

#include "code/unit.h"

#define NO_REG UINT32_MAX

enum code_op {
	OP_NOP,
	OP_MOVE,         /* def <- a */
	OP_NUMBER,       /* def <- number (float, double: their bits); null is the number 0 */
	OP_TEXT,         /* def <- string `ref` */
	OP_CLASS,        /* def <- class object of type `ref` */
	OP_NEW,          /* def <- new object of type `ref`, its constructor not called yet */
	OP_NEW_ARRAY,    /* def <- array of type `ref` ("[B") with register a elements */
	OP_FILLED_ARRAY, /* def <- array of type `ref` with the elements in args */
	OP_ARRAY_DATA,   /* the array in a gets `count` elements of `number` bytes at `data` (LE) */
	OP_ARRAY_GET,    /* def <- a[b] */
	OP_ARRAY_PUT,    /* a[b] <- c */
	OP_LENGTH,       /* def <- length of array a */
	OP_GET,          /* def <- field `ref` of object a */
	OP_PUT,          /* field `ref` of object a <- b */
	OP_STATIC_GET,   /* def <- field `ref` */
	OP_STATIC_PUT,   /* field `ref` <- a */
	OP_INVOKE,       /* def or NO_REG <- method `ref` of args (`this` first); sub: invoke_kind */
	OP_DYNAMIC,      /* def <- dynamic call site `ref` (body->dynamics) of args */
	OP_UNARY,        /* def <- sub(a); sub: arithmetic */
	OP_BINARY,       /* def <- sub(a, b), or sub(a, number) if b is NO_REG */
	OP_COMPARE,      /* def <- -1, 0 or 1: a against b (cmp-long, lcmp, cmpl-float ...) */
	OP_IF,           /* to `target` if sub(a, b), or sub(a, 0) if b is NO_REG; sub: condition */
	OP_GOTO,         /* to `target` */
	OP_SWITCH,       /* on a: body->switches[ref]; else on */
	OP_RETURN,       /* a or NO_REG */
	OP_THROW,        /* a */
	OP_CAST,         /* def <- a as type `ref` */
	OP_INSTANCE_OF,  /* def <- a is of type `ref` */
	OP_CATCH,        /* def <- the exception; the first instruction of a handler */
	OP_OPAQUE        /* def <- something that is not followed (method handles, ldc of dynamic ...) */
};

enum invoke_kind { INVOKE_VIRTUAL, INVOKE_SUPER, INVOKE_DIRECT, INVOKE_STATIC, INVOKE_INTERFACE };

enum condition { IF_EQ, IF_NE, IF_LT, IF_GE, IF_GT, IF_LE };

enum arithmetic {
	DO_ADD, DO_SUB, DO_MUL, DO_DIV, DO_REM, DO_AND, DO_OR, DO_XOR, DO_SHL, DO_SHR, DO_USHR,
	DO_RSUB, /* second minus first */
	DO_NEG, DO_NOT,
	DO_TO_INT, DO_TO_LONG, DO_TO_BYTE, DO_TO_CHAR, DO_TO_SHORT,
	DO_FLOATING /* any with float or double: not followed */
};

struct insn {
	uint8_t op;   /* enum code_op */
	uint8_t sub;  /* see code_op */
	bool wide;    /* arithmetic on 64 bits; of OP_NUMBER and OP_MOVE: a long or double */
	uint32_t pc;  /* where it starts, in the units of code_site.pc */
	uint32_t def; /* register, or NO_REG */
	uint32_t a, b, c; /* registers, or NO_REG */
	uint32_t ref;    /* index of a string, type, field_ref or method_ref of the unit, or NO_INDEX */
	uint32_t target; /* index of an instruction */
	uint32_t args;   /* registers of its arguments: body->args[args], one for each parameter */
	uint32_t count;  /* arguments; OP_ARRAY_DATA: elements */
	int64_t number;
	const uint8_t *data; /* OP_ARRAY_DATA: lives as long as the unit */
};

struct switch_case {
	int64_t key;
	uint32_t target; /* index of an instruction */
};

struct switch_table {
	struct switch_case *cases;
	uint32_t count;
};

/* Instructions [start, end) whose exceptions go to `handler`; type NO_INDEX catches all. */
struct handler {
	uint32_t start, end, target;
	uint32_t type;
};

/*
 * A dynamic call site. For LambdaMetafactory (and altMetafactory): `target` is the method that the
 * lambda calls and `name` the interface's method; the site's args are what it captures, which come
 * before the interface's parameters. For StringConcatFactory: `recipe`, in which \1 stands for an
 * argument and \2 for a constant that is not text (makeConcat: a recipe of \1 alone).
 */
enum dynamic_kind { DYNAMIC_OTHER, DYNAMIC_LAMBDA, DYNAMIC_CONCAT };
struct dynamic {
	enum dynamic_kind kind;
	uint32_t name;      /* string: name of the interface's method */
	uint32_t proto;     /* proto of the site: what it captures, and the interface it returns */
	uint32_t target;    /* method_ref, or NO_INDEX */
	uint8_t invoke;     /* enum invoke_kind of target; a constructor (newinvokespecial): INVOKE_DIRECT
	                       with construct set */
	bool construct;
	const char *recipe; /* NUL-terminated modified UTF-8 */
};

struct body {
	const struct unit *unit;
	const struct method *method;
	struct insn *insns;
	uint32_t count;
	uint32_t *args;
	struct switch_table *switches;
	uint32_t switch_count;
	struct handler *handlers; /* in the order in which they are tried */
	uint32_t handler_count;
	struct dynamic *dynamics;
	uint32_t dynamic_count;
	uint32_t registers;   /* how many there are */
	uint32_t *params;     /* register of each parameter, `this` first */
	uint32_t param_count;
	bool partial; /* an instruction could not be read: what follows it in the file is missing */
};

/*
 * Decodes a method that has code. Fails if it is damaged from the start (the fault says where), or
 * with LIMIT_MEMORY. Registers, targets and refs of the result are in range.
 */
static inline struct result body_read(const struct unit *unit, const struct method *method,
                                      struct arena *arena, struct body *out)
{
	return unit->read_body(unit, method, arena, out);
}

/* The instruction at a pc, or the last one that starts before it; NO_INDEX if the body is empty. */
uint32_t body_at(const struct body *body, uint32_t pc);

#endif
