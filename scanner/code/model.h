/*
 * model.h - what the models of the platform's methods share (model.c, modeltext.c, modelbytes.c).
 *
 * A model gets a call and returns the set of what the method can return. Operands count from the
 * object that the method is called on, or from the first parameter of a static one.
 */
#ifndef PARASOL_CODE_MODEL_H
#define PARASOL_CODE_MODEL_H

#include "code/tracing.h"

struct call {
	struct trace *trace;
	struct frame *frame;
	uint32_t insn;
};

const struct values *call_operand(const struct call *call, uint32_t i);
const struct values *call_operand_text(const struct call *call, uint32_t i);
const char *call_operand_type(const struct call *call, uint32_t i);
uint32_t call_operands(const struct call *call);
const struct values *call_worst(const struct call *call);

/* modeltext.c: java.lang.String */
const struct values *text_new(const struct call *call); /* of a constructor's call */
const struct values *text_builder_substring(const struct call *call);
const struct values *text_bytes(const struct call *call);
const struct values *text_char_at(const struct call *call);
const struct values *text_chars(const struct call *call);
const struct values *text_concat(const struct call *call);
const struct values *text_contains(const struct call *call);
const struct values *text_ends_with(const struct call *call);
const struct values *text_equals(const struct call *call);
const struct values *text_equals_ignore_case(const struct call *call);
const struct values *text_format(const struct call *call);
const struct values *text_hash_code(const struct call *call);
const struct values *text_index_of(const struct call *call);
const struct values *text_is_empty(const struct call *call);
const struct values *text_join_parts(const struct call *call);
const struct values *text_length(const struct call *call);
const struct values *text_lower(const struct call *call);
const struct values *text_replace(const struct call *call);
const struct values *text_split(const struct call *call);
const struct values *text_starts_with(const struct call *call);
const struct values *text_substring(const struct call *call);
const struct values *text_trim(const struct call *call);
const struct values *text_upper(const struct call *call);
const struct values *text_value_of(const struct call *call);

/* modelbytes.c: arrays of bytes */
const struct values *bytes_base64(const struct call *call, const struct values *from);
const struct values *bytes_hex(const struct call *call, const struct values *from);
const struct values *bytes_range(const struct call *call, const struct values *from, int64_t start,
                                 const struct values *end);
const struct values *bytes_digest(const struct call *call);

#endif
