/*
 * dexop.h - the instructions of Dalvik bytecode as a table (AOSP: "Dalvik bytecode", "Dalvik
 * executable instruction formats").
 */
#ifndef PARASOL_CODE_DEXOP_H
#define PARASOL_CODE_DEXOP_H

#include "code/dexfile.h"

/* Formats as the specification names them; those that are laid out alike share one. */
enum dex_format {
	F10X,
	F12X, /* nibbles A, B */
	F11N, /* nibble A, signed nibble */
	F11X,
	F10T,
	F20T,
	F22X,
	F21T,
	F21S,
	F21H, /* the number's upper 16 bits */
	F21C,
	F23X,
	F22B,
	F22T,
	F22S,
	F22C,
	F32X,
	F30T,
	F31T,
	F31I,
	F31C,
	F35C,
	F3RC,
	F45C, /* 45cc */
	F4RC, /* 4rcc */
	F51L,
	FBAD /* no instruction */
};

/* What the walk of all code does at an instruction. Those before STEP_OTHER refer to something; the
 * first five have its index in their second unit and belong to a list each. */
enum dex_step {
	STEP_CALL,
	STEP_GET,
	STEP_PUT,
	STEP_NEW,
	STEP_TEXT,
	STEP_LISTS,
	STEP_JUMBO = STEP_LISTS, /* a string's index of 32 bits */
	STEP_SITE,               /* invoke-custom */
	STEP_OTHER,
	STEP_NOP, /* or data, by its upper byte */
	STEP_BAD
};

/* How registers A, B, C become those of struct insn; what a format lacks is NO_REG. */
enum dex_shape {
	SHAPE_DEF,   /* def A, a B, b C */
	SHAPE_USE,   /* a A, b B, c C */
	SHAPE_STORE, /* a B, b A; or a B, b C, c A */
	SHAPE_BOTH   /* def A, a A, b B */
};

enum dex_ref { REF_NONE, REF_STRING, REF_TYPE, REF_FIELD, REF_METHOD };

/* Registers that have a second half, and the flag `wide` of struct insn. */
enum { WIDE_A = 1, WIDE_B = 2, WIDE_C = 4, WIDE = 8 };

struct dex_op {
	uint8_t bytes;  /* length; 0 for those that the walk looks at: STEP_NOP, STEP_BAD */
	uint8_t refers; /* 1 for the steps before STEP_OTHER */
	uint8_t step, format, op, sub, wide;
	uint8_t shape : 4, ref : 4;
};

extern const struct dex_op dex_ops[256];

static inline uint32_t dex_op_units(const struct dex_op *op)
{
	return op->bytes ? op->bytes / 2U : 1;
}

/* Data among instructions: u16 identifier, which looks like a nop, then by kind. */
enum dex_payload { PAYLOAD_PACKED = 0x0100, PAYLOAD_SPARSE = 0x0200, PAYLOAD_ARRAY = 0x0300 };

/* Its length in units, if `left` units (at least one) begin with data; more than `left` if it is
 * cut off; 0 if they do not begin with data. */
uint64_t dex_payload_units(const uint8_t *at, uint64_t left);

#endif
