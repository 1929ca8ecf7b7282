/*
 * model.c - what methods of the platform return, as far as constants pass through them.
 *
 * A table of class, method and the function that says it. A method that is not in the table returns
 * something known at run time only.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code/model.h"

/* Where a modelled call stands. */
static const struct insn *insn_of(const struct call *call)
{
	return &call->frame->flow->body.insns[call->insn];
}

const struct values *call_operand(const struct call *call, uint32_t i)
{
	const struct insn *insn = insn_of(call);

	return i < insn->count ? content_array(call->trace, call->frame, call->insn,
	                                       call_arg(call->frame->flow, insn, i))
	                       : &values_none;
}

uint32_t call_operands(const struct call *call)
{
	return insn_of(call)->count;
}

const char *call_operand_type(const struct call *call, uint32_t i)
{
	const struct insn *insn = insn_of(call);
	const struct unit *unit = call->frame->flow->body.unit;
	const struct proto *proto = &unit->protos[unit->method_refs[insn->ref].proto];
	uint32_t first = insn->sub == INVOKE_STATIC ? 0 : 1;

	if (i < first)
		return call_class(call->frame->flow, insn);
	return i - first < proto->count ? unit_type(unit, unit->type_list[proto->first + i - first])
	                                : "";
}

const struct values *call_operand_text(const struct call *call, uint32_t i)
{
	return text_of(call->trace, call->frame, call->insn,
	               call_arg(call->frame->flow, insn_of(call), i), call_operand_type(call, i));
}

/* Derived if all operands are made of constants; else the worst of them. */
const struct values *call_worst(const struct call *call)
{
	const struct values *all[8];
	uint32_t count = call_operands(call) < 8 ? call_operands(call) : 8;

	for (uint32_t i = 0; i < count; i++)
		all[i] = call_operand(call, i);
	return values_worst(&call->trace->arena, all, count);
}

static const struct values *model_worst(const struct call *call)
{
	return call_worst(call);
}

/* Derived from the last operand alone, whatever object it is called on. */
static const struct values *model_last(const struct call *call)
{
	const struct values *last = call_operand(call, call_operands(call) - 1);

	return values_worst(&call->trace->arena, &last, 1);
}

static const struct values *model_first(const struct call *call)
{
	return call_operand(call, 0);
}


static const struct values *model_builder_text(const struct call *call)
{
	return content_text(call->trace, call->frame, call->insn,
	                    call_arg(call->frame->flow, insn_of(call), 0));
}

/* An object of the bundle may have a toString of its own. */
static const struct values *model_object_text(const struct call *call)
{
	const struct values *texts = model_builder_text(call);

	return values_have(texts, VALUE_OBJECT) ? NULL : texts;
}

/* get(key) of a map or list. */
static const struct values *model_get(const struct call *call)
{
	return content_lookup(call->trace, call->frame, call->insn,
	                      call_arg(call->frame->flow, insn_of(call), 0),
	                      call_arg(call->frame->flow, insn_of(call), 1));
}

/* next() of an iterator, peek() of a queue: any element. */
static const struct values *model_any(const struct call *call)
{
	return content_lookup(call->trace, call->frame, call->insn,
	                      call_arg(call->frame->flow, insn_of(call), 0), NO_REG);
}

/* The first element: of queues, and what an iterator gives at first. */
static const struct values *model_end(const struct call *call, int64_t position)
{
	return content_lookup_at(call->trace, call->frame, call->insn,
	                         call_arg(call->frame->flow, insn_of(call), 0),
	                         values_number(&call->trace->arena, position));
}

static const struct values *model_get_first(const struct call *call)
{
	return model_end(call, 0);
}

static const struct values *model_get_last(const struct call *call)
{
	return model_end(call, -1);
}

/* The top: a Stack's is its last element, that of other queues the first. */
static const struct values *model_top(const struct call *call)
{
	return strcmp(call_class(call->frame->flow, insn_of(call)), "Ljava/util/Stack;") == 0
	               ? model_get_last(call)
	               : model_get_first(call);
}

/* getOrDefault, getProperty(key, default): the default counts as well if the key is not there. */
static const struct values *model_get_or(const struct call *call)
{
	const struct values *found = model_get(call);

	return found->count == 1 && found->items[0].kind == VALUE_NUMBER &&
	                       found->items[0].number == 0
	               ? call_operand(call, 2)
	               : found;
}

static const struct values *model_parse(const struct call *call)
{
	const struct values *texts = call_operand_text(call, 0);
	const struct values *radix = call_operands(call) > 1 ? call_operand(call, 1) : NULL;
	struct gather gather;
	int base = 10;

	gather_init(&gather, &call->trace->arena);
	if (radix && values_only(radix, VALUE_NUMBER))
		base = (int)radix->items[0].number;
	for (uint32_t i = 0; i < texts->count; i++) {
		char *end;
		if (texts->items[i].kind != VALUE_TEXT || base < 2 || base > 36)
			return call_worst(call);
		long long number = strtoll(texts->items[i].text, &end, base);
		if (*end || end == texts->items[i].text)
			return call_worst(call);
		gather_add(&gather, &(struct value){.kind = VALUE_NUMBER, .scalar = true,
		                                    .number = number});
	}
	return gather_done(&gather);
}

static const struct values *model_parse_boolean(const struct call *call)
{
	const struct values *texts = call_operand_text(call, 0);
	struct gather gather;

	gather_init(&gather, &call->trace->arena);
	for (uint32_t i = 0; i < texts->count; i++) {
		if (texts->items[i].kind != VALUE_TEXT)
			return call_worst(call);
		gather_all(&gather, values_number(&call->trace->arena,
		                                  strcasecmp(texts->items[i].text, "true") == 0));
	}
	return gather_done(&gather);
}

/* A box of a number is the number. */
static const struct values *model_box(const struct call *call)
{
	const char *type = call_operand_type(call, 0);

	return type[0] == 'L' && strcmp(type, "Ljava/lang/String;") == 0 ? model_parse(call)
	                                                                 : call_operand(call, 0);
}

static const struct values *model_number_text(const struct call *call)
{
	return call_operands(call) == 1 ? call_operand_text(call, 0) : call_worst(call);
}

static const struct values *model_base64(const struct call *call)
{
	bool object = insn_of(call)->sub != INVOKE_STATIC;

	return bytes_base64(call, call_operand(call, object ? 1 : 0));
}

static const struct values *model_hex(const struct call *call)
{
	bool object = insn_of(call)->sub != INVOKE_STATIC;

	return bytes_hex(call, call_operand(call, object ? 1 : 0));
}

static const struct values *model_copy(const struct call *call)
{
	return bytes_range(call, call_operand(call, 0), 0, call_operand(call, 1));
}

static const struct values *model_copy_range(const struct call *call)
{
	const struct values *from = call_operand(call, 1);

	if (!values_only(from, VALUE_NUMBER))
		return call_worst(call);
	return bytes_range(call, call_operand(call, 0), from->items[0].number,
	                   call_operand(call, 2));
}

typedef const struct values *(*model_function)(const struct call *);

struct model {
	const char *class;
	const char *name;
	model_function result;
};

static const struct model models[] = {
	{"Landroid/text/TextUtils;", "isEmpty", text_is_empty},
	{"Landroid/util/Base64;", "decode", model_base64},
	{"Landroid/util/Base64;", "encode", model_worst},
	{"Landroid/util/Base64;", "encodeToString", model_worst},
	{"Ljava/lang/Boolean;", "booleanValue", model_first},
	{"Ljava/lang/Boolean;", "parseBoolean", model_parse_boolean},
	{"Ljava/lang/Boolean;", "toString", model_number_text},
	{"Ljava/lang/Boolean;", "valueOf", model_box},
	{"Ljava/lang/Byte;", "byteValue", model_first},
	{"Ljava/lang/Byte;", "parseByte", model_parse},
	{"Ljava/lang/Byte;", "valueOf", model_box},
	{"Ljava/lang/CharSequence;", "toString", model_builder_text},
	{"Ljava/lang/Character;", "charValue", model_first},
	{"Ljava/lang/Character;", "digit", model_worst},
	{"Ljava/lang/Character;", "toString", model_number_text},
	{"Ljava/lang/Character;", "valueOf", model_box},
	{"Ljava/lang/Integer;", "byteValue", model_first},
	{"Ljava/lang/Integer;", "intValue", model_first},
	{"Ljava/lang/Integer;", "longValue", model_first},
	{"Ljava/lang/Integer;", "parseInt", model_parse},
	{"Ljava/lang/Integer;", "toHexString", model_worst},
	{"Ljava/lang/Integer;", "toString", model_number_text},
	{"Ljava/lang/Integer;", "valueOf", model_box},
	{"Ljava/lang/Long;", "intValue", model_first},
	{"Ljava/lang/Long;", "longValue", model_first},
	{"Ljava/lang/Long;", "parseLong", model_parse},
	{"Ljava/lang/Long;", "toString", model_number_text},
	{"Ljava/lang/Long;", "valueOf", model_box},
	{"Ljava/lang/Math;", "abs", model_worst},
	{"Ljava/lang/Math;", "max", model_worst},
	{"Ljava/lang/Math;", "min", model_worst},
	{"Ljava/lang/Number;", "intValue", model_first},
	{"Ljava/lang/Number;", "longValue", model_first},
	{"Ljava/lang/Object;", "equals", text_equals},
	{"Ljava/lang/Object;", "toString", model_object_text},
	{"Ljava/lang/Short;", "shortValue", model_first},
	{"Ljava/lang/Short;", "valueOf", model_box},
	{"Ljava/lang/String;", "charAt", text_char_at},
	{"Ljava/lang/String;", "compareTo", model_worst},
	{"Ljava/lang/String;", "concat", text_concat},
	{"Ljava/lang/String;", "contains", text_contains},
	{"Ljava/lang/String;", "contentEquals", text_equals},
	{"Ljava/lang/String;", "copyValueOf", text_value_of},
	{"Ljava/lang/String;", "endsWith", text_ends_with},
	{"Ljava/lang/String;", "equals", text_equals},
	{"Ljava/lang/String;", "equalsIgnoreCase", text_equals_ignore_case},
	{"Ljava/lang/String;", "format", text_format},
	{"Ljava/lang/String;", "formatted", model_worst},
	{"Ljava/lang/String;", "getBytes", text_bytes},
	{"Ljava/lang/String;", "hashCode", text_hash_code},
	{"Ljava/lang/String;", "indexOf", text_index_of},
	{"Ljava/lang/String;", "intern", model_first},
	{"Ljava/lang/String;", "isBlank", text_is_empty},
	{"Ljava/lang/String;", "isEmpty", text_is_empty},
	{"Ljava/lang/String;", "join", text_join_parts},
	{"Ljava/lang/String;", "lastIndexOf", model_worst},
	{"Ljava/lang/String;", "length", text_length},
	{"Ljava/lang/String;", "matches", model_worst},
	{"Ljava/lang/String;", "repeat", model_worst},
	{"Ljava/lang/String;", "replace", text_replace},
	{"Ljava/lang/String;", "replaceAll", text_replace},
	{"Ljava/lang/String;", "replaceFirst", model_worst},
	{"Ljava/lang/String;", "split", text_split},
	{"Ljava/lang/String;", "startsWith", text_starts_with},
	{"Ljava/lang/String;", "strip", text_trim},
	{"Ljava/lang/String;", "subSequence", text_substring},
	{"Ljava/lang/String;", "substring", text_substring},
	{"Ljava/lang/String;", "toCharArray", text_chars},
	{"Ljava/lang/String;", "toLowerCase", text_lower},
	{"Ljava/lang/String;", "toString", model_first},
	{"Ljava/lang/String;", "toUpperCase", text_upper},
	{"Ljava/lang/String;", "trim", text_trim},
	{"Ljava/lang/String;", "valueOf", text_value_of},
	{"Ljava/lang/StringBuffer;", "append", model_first},
	{"Ljava/lang/StringBuffer;", "insert", model_first},
	{"Ljava/lang/StringBuffer;", "reverse", model_first},
	{"Ljava/lang/StringBuffer;", "substring", text_builder_substring},
	{"Ljava/lang/StringBuffer;", "toString", model_builder_text},
	{"Ljava/lang/StringBuilder;", "append", model_first},
	{"Ljava/lang/StringBuilder;", "delete", model_first},
	{"Ljava/lang/StringBuilder;", "deleteCharAt", model_first},
	{"Ljava/lang/StringBuilder;", "insert", model_first},
	{"Ljava/lang/StringBuilder;", "replace", model_first},
	{"Ljava/lang/StringBuilder;", "reverse", model_first},
	{"Ljava/lang/StringBuilder;", "substring", text_builder_substring},
	{"Ljava/lang/StringBuilder;", "toString", model_builder_text},
	{"Ljava/math/BigInteger;", "toByteArray", model_worst},
	{"Ljava/math/BigInteger;", "toString", model_worst},
	{"Ljava/math/BigInteger;", "valueOf", model_worst},
	{"Ljava/nio/charset/Charset;", "forName", model_first},
	{"Ljava/security/MessageDigest;", "digest", bytes_digest},
	{"Ljava/util/Arrays;", "copyOf", model_copy},
	{"Ljava/util/Arrays;", "copyOfRange", model_copy_range},
	{"Ljava/util/Base64$Decoder;", "decode", model_base64},
	{"Ljava/util/Base64$Encoder;", "encode", model_last},
	{"Ljava/util/Base64$Encoder;", "encodeToString", model_last},
	{"Ljava/util/HexFormat;", "parseHex", model_hex},
	{"Ljava/util/Objects;", "requireNonNull", model_first},
	{"Ljava/util/Objects;", "toString", text_value_of},
	{"Ljava/util/Optional;", "get", model_any},
	{"Ljava/util/Optional;", "of", model_first},
	{"Ljava/util/Optional;", "orElse", model_first},
};

/* Getters of everything that collection.c knows; the class is any under java.util. */
static const struct {
	const char *name;
	uint8_t count; /* operands, the object included */
	const struct values *(*result)(const struct call *);
} getters[] = {
	{"get", 2, model_get},
	{"getProperty", 2, model_get},
	{"getProperty", 3, model_get_or},
	{"getOrDefault", 3, model_get_or},
	{"elementAt", 2, model_get},
	{"getString", 2, model_get},
	{"getInt", 2, model_get},
	{"next", 1, model_any},
	{"nextElement", 1, model_any},
	{"peek", 1, model_top},
	{"poll", 1, model_top},
	{"pop", 1, model_top},
	{"element", 1, model_get_first},
	{"firstElement", 1, model_get_first},
	{"getFirst", 1, model_get_first},
	{"peekFirst", 1, model_get_first},
	{"pollFirst", 1, model_get_first},
	{"remove", 1, model_get_first},
	{"getLast", 1, model_get_last},
	{"lastElement", 1, model_get_last},
	{"peekLast", 1, model_get_last},
	{"pollLast", 1, model_get_last},
};

static bool is_container(const char *class)
{
	return strncmp(class, "Ljava/util/", 11) == 0 || strcmp(class, "Landroid/os/Bundle;") == 0 ||
	       strncmp(class, "Landroid/util/", 14) == 0 ||
	       strncmp(class, "Landroidx/collection/", 21) == 0;
}

/* Setters of builders and of intents return the object that they are called on. */
static bool returns_itself(const char *class, const char *name)
{
	size_t len = strlen(class);

	if (strcmp(class, "Landroid/content/Intent;") == 0)
		return strncmp(name, "set", 3) == 0 || strncmp(name, "add", 3) == 0 ||
		       strncmp(name, "put", 3) == 0;
	return len > 8 && strcmp(class + len - 8, "Builder;") == 0 &&
	       strncmp(name, "build", 5) != 0 && strncmp(name, "get", 3) != 0 &&
	       strncmp(name, "create", 6) != 0;
}

/* Libraries name what decodes hexadecimal alike. */
static bool decodes_hex(const char *class, const char *name)
{
	const char *hex = strstr(class, "Hex");

	return hex && (strncmp(name, "decode", 6) == 0 || strcmp(name, "hexStringToByteArray") == 0 ||
	               strcmp(name, "stringToBytes") == 0);
}

static const struct model *by_table(const char *class, const char *name)
{
	size_t low = 0, high = sizeof models / sizeof *models;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(class, models[middle].class);
		if (order == 0)
			order = strcmp(name, models[middle].name);
		if (order == 0)
			return &models[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static const struct values *model_getter(const struct call *call)
{
	const char *name = call_name(call->frame->flow, insn_of(call));

	for (size_t i = 0; i < sizeof getters / sizeof *getters; i++)
		if (call_operands(call) == getters[i].count && strcmp(name, getters[i].name) == 0)
			return getters[i].result(call);
	return NULL;
}

static const struct values *model_itself(const struct call *call)
{
	return insn_of(call)->sub == INVOKE_STATIC ? NULL : model_first(call);
}

const struct model *model_find(const char *class, const char *name)
{
	static const struct model getter = {"", "", model_getter}, itself = {"", "", model_itself},
				  hex = {"", "", model_hex}, copy = {"", "", model_first};
	const struct model *found = by_table(class, name);

	if (found)
		return found;
	if (class[0] == '[')
		return strcmp(name, "clone") == 0 ? &copy : NULL;
	for (size_t i = 0; is_container(class) && i < sizeof getters / sizeof *getters; i++)
		if (strcmp(name, getters[i].name) == 0)
			return &getter;
	if (returns_itself(class, name))
		return &itself;
	return decodes_hex(class, name) ? &hex : NULL;
}

const struct values *model_result(struct trace *trace, struct frame *frame, uint32_t insn)
{
	const struct body *body = &frame->flow->body;
	const struct model *model = lookup_method(trace, body->unit, body->insns[insn].ref)->model;

	return model ? model->result(&(struct call){trace, frame, insn}) : NULL;
}

/* --- objects that are their text or number ----------------------------------------------------- */

bool model_is_made(const char *descriptor)
{
	static const char *const made[] = {"Ljava/lang/String;", "Ljava/lang/Integer;",
	                                   "Ljava/lang/Long;",   "Ljava/lang/Boolean;",
	                                   "Ljava/math/BigInteger;", NULL};

	for (size_t i = 0; made[i]; i++)
		if (strcmp(descriptor, made[i]) == 0)
			return true;
	return false;
}

/* The instruction whose result a register holds, through copies; NO_INDEX if there are several. */
static uint32_t copied_from(const struct flow *flow, uint32_t at, uint32_t reg)
{
	const struct block *block = &flow->blocks[flow->block_of[at]];

	for (uint32_t i = at; i-- > block->start;) {
		const struct insn *insn = &flow->body.insns[i];
		if (insn->def != reg)
			continue;
		if (insn->op != OP_MOVE)
			return i;
		reg = insn->a;
	}
	return NO_INDEX;
}

/* The constructor's call of the object that is made at `insn`. */
static uint32_t constructor_of(const struct flow *flow, uint32_t insn)
{
	for (uint32_t i = insn + 1; i < flow->body.count; i++) {
		const struct insn *call = &flow->body.insns[i];
		if (call->op == OP_INVOKE && call->ref != NO_INDEX &&
		    strcmp(call_name(flow, call), "<init>") == 0 &&
		    copied_from(flow, i, call_arg(flow, call, 0)) == insn)
			return i;
	}
	return NO_INDEX;
}

const struct values *model_made(struct trace *trace, struct frame *frame, uint32_t insn)
{
	uint32_t constructor = constructor_of(frame->flow, insn);
	struct call call = {trace, frame, constructor};

	if (constructor == NO_INDEX)
		return NULL;
	if (strcmp(call_class(frame->flow, insn_of(&call)), "Ljava/lang/String;") == 0)
		return text_new(&call);
	if (call_operands(&call) < 2)
		return NULL;
	const struct values *given = call_operand(&call, 1);
	return given->count && given->items[0].kind == VALUE_NUMBER
	               ? given
	               : values_worst(&trace->arena, &given, 1);
}

/* --- what calls do to arrays ------------------------------------------------------------------- */

enum array_effect model_array_effect(const struct flow *flow, const struct insn *insn,
                                     uint32_t argument)
{
	static const char *const readers[] = {"nextBytes", "read",      "readFully", "readNBytes",
	                                      "doFinal",   "generateSecret", "engineNextBytes",
	                                      "receive",   "getChars",  NULL};
	const char *class = call_class(flow, insn), *name = call_name(flow, insn);

	if (strcmp(class, "Ljava/lang/System;") == 0 && strcmp(name, "arraycopy") == 0)
		return argument == 2 ? ARRAY_COPIED : ARRAY_KEPT;
	if (strcmp(class, "Ljava/util/Arrays;") == 0 && strcmp(name, "fill") == 0)
		return argument == 0 ? ARRAY_FILLED : ARRAY_KEPT;
	if (argument == 0 && insn->sub != INVOKE_STATIC)
		return ARRAY_KEPT;
	if (strcmp(name, "doFinal") == 0)
		return argument > 1 ? ARRAY_RUNTIME : ARRAY_KEPT;
	if (strcmp(name, "get") == 0)
		return strncmp(class, "Ljava/nio/", 10) == 0 ? ARRAY_RUNTIME : ARRAY_KEPT;
	for (size_t i = 0; readers[i]; i++)
		if (strcmp(name, readers[i]) == 0)
			return ARRAY_RUNTIME;
	return ARRAY_KEPT;
}
