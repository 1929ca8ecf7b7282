/* classop.h - one instruction of the Java virtual machine as it stands in the file (JVMS 6.5). */
#ifndef PARASOL_CODE_CLASSOP_H
#define PARASOL_CODE_CLASSOP_H

#include "base/cursor.h"

/* Opcodes that are named; the others lie between them in the order of JVMS 7. */
enum {
	JAVA_NOP = 0,
	JAVA_ACONST_NULL = 1,
	JAVA_ICONST_M1 = 2,
	JAVA_LCONST_0 = 9,
	JAVA_FCONST_0 = 11,
	JAVA_DCONST_0 = 14,
	JAVA_BIPUSH = 16,
	JAVA_SIPUSH = 17,
	JAVA_LDC = 18,
	JAVA_LDC2_W = 20,
	JAVA_ILOAD = 21,
	JAVA_ILOAD_0 = 26,
	JAVA_IALOAD = 46,
	JAVA_ISTORE = 54,
	JAVA_ISTORE_0 = 59,
	JAVA_IASTORE = 79,
	JAVA_POP = 87,
	JAVA_POP2 = 88,
	JAVA_DUP = 89,
	JAVA_DUP2 = 92,
	JAVA_SWAP = 95,
	JAVA_IADD = 96,
	JAVA_INEG = 116,
	JAVA_ISHL = 120,
	JAVA_IAND = 126,
	JAVA_IINC = 132,
	JAVA_I2L = 133,
	JAVA_LCMP = 148,
	JAVA_FCMPL = 149,
	JAVA_DCMPL = 151,
	JAVA_IFEQ = 153,
	JAVA_IF_ICMPEQ = 159,
	JAVA_IF_ACMPEQ = 165,
	JAVA_GOTO = 167,
	JAVA_JSR = 168,
	JAVA_RET = 169,
	JAVA_TABLESWITCH = 170,
	JAVA_LOOKUPSWITCH = 171,
	JAVA_IRETURN = 172,
	JAVA_RETURN = 177,
	JAVA_GETSTATIC = 178,
	JAVA_PUTSTATIC = 179,
	JAVA_GETFIELD = 180,
	JAVA_PUTFIELD = 181,
	JAVA_INVOKEVIRTUAL = 182,
	JAVA_INVOKESPECIAL = 183,
	JAVA_INVOKESTATIC = 184,
	JAVA_INVOKEINTERFACE = 185,
	JAVA_INVOKEDYNAMIC = 186,
	JAVA_NEW = 187,
	JAVA_NEWARRAY = 188,
	JAVA_ANEWARRAY = 189,
	JAVA_ARRAYLENGTH = 190,
	JAVA_ATHROW = 191,
	JAVA_CHECKCAST = 192,
	JAVA_INSTANCEOF = 193,
	JAVA_MONITORENTER = 194,
	JAVA_MONITOREXIT = 195,
	JAVA_WIDE = 196,
	JAVA_MULTIANEWARRAY = 197,
	JAVA_IFNULL = 198,
	JAVA_IFNONNULL = 199,
	JAVA_GOTO_W = 200,
	JAVA_JSR_W = 201,
	JAVA_COUNT = 202
};

struct class_op {
	uint8_t opcode; /* behind `wide`: that of the instruction which it widens */
	uint32_t pc;    /* where it starts */
	uint32_t next;  /* where the next one starts */
	uint32_t index; /* a local variable, a constant, or newarray's code */
	int32_t number; /* bipush, sipush, iinc; multianewarray: dimensions */
	uint32_t
		target; /* where a branch or a switch's default goes; UINT32_MAX: before the code */
	uint32_t cases; /* of a switch: how many, and where they lie; tableswitch: the first key */
	uint32_t cases_at;
	int32_t low;
};

/* Reads the instruction at `pc`, which is below the code's size. Fails with CODE_BODY. */
RESULT class_op_read(const struct cursor *code, uint32_t pc, struct class_op *out);

/* Case `i` of a switch that class_op_read has read from the same code. */
void class_op_case(const struct cursor *code, const struct class_op *op, uint32_t i, int32_t *key,
                   uint32_t *target);

/* False if the instruction after it is reached by a jump only. */
bool class_op_goes_on(const struct class_op *op);

/* True if `target` is set: conditions, goto, jsr and switches. */
bool class_op_branches(const struct class_op *op);

#endif
