/* modelbytes.c - arrays of bytes: Base64, hexadecimal, copies and digests. */
#include <string.h>

#include "code/model.h"

static const char *chars_of(const struct value *value, uint32_t *len)
{
	if (value->kind == VALUE_TEXT) {
		*len = value->len;
		return value->text;
	}
	if (value->kind == VALUE_ARRAY && value->width == 1) {
		*len = value->len;
		return (const char *)value->bytes;
	}
	return NULL;
}

typedef bool (*decoder)(const char *text, uint32_t len, uint8_t *out, uint32_t *size);

static const struct values *decode(const struct call *call, const struct values *from, decoder how)
{
	struct gather gather;

	gather_init(&gather, &call->trace->arena);
	for (uint32_t i = 0; i < from->count; i++) {
		uint32_t len = 0, size = 0;
		const char *text = chars_of(&from->items[i], &len);
		uint8_t *bytes =
			text ? arena_take(&call->trace->arena, (size_t)len + 1, 1) : NULL;
		if (!bytes || !how(text, len, bytes, &size) || size > ARRAY_MAX) {
			gather_worst(&gather, &from->items[i], NULL);
			continue;
		}
		gather_add(&gather, &(struct value){.kind = VALUE_ARRAY, .width = 1, .len = size,
		                                    .bytes = bytes});
	}
	return gather_done(&gather);
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* RFC 4648, both alphabets; line ends are passed over, as the MIME and Android decoders do. */
static bool from_base64(const char *text, uint32_t len, uint8_t *out, uint32_t *size)
{
	uint32_t bits = 0, count = 0;

	for (uint32_t i = 0; i < len; i++) {
		if (text[i] == '=' || text[i] == '\n' || text[i] == '\r')
			continue;
		int digit = base64_digit(text[i]);
		if (digit < 0)
			return false;
		bits = bits << 6 | (uint32_t)digit;
		if (++count % 4 == 0 || count % 4 > 1)
			out[(*size)++] = (uint8_t)(bits >> (count % 4 == 2   ? 4
			                                    : count % 4 == 3 ? 2
			                                                     : 0));
	}
	return count % 4 != 1;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool from_hex(const char *text, uint32_t len, uint8_t *out, uint32_t *size)
{
	for (uint32_t i = 0; i + 1 < len; i += 2) {
		int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[(*size)++] = (uint8_t)(high << 4 | low);
	}
	return len % 2 == 0;
}

const struct values *bytes_base64(const struct call *call, const struct values *from)
{
	return decode(call, from, from_base64);
}

const struct values *bytes_hex(const struct call *call, const struct values *from)
{
	return decode(call, from, from_hex);
}

const struct values *bytes_range(const struct call *call, const struct values *from, int64_t start,
                                 const struct values *end)
{
	const struct value *array = values_only(from, VALUE_ARRAY);
	const struct value *to = values_only(end, VALUE_NUMBER);
	const struct values *both[] = {from, end};

	if (!array || !to || start < 0 || to->number < start || to->number - start > ARRAY_MAX)
		return values_worst(&call->trace->arena, both, 2);
	uint32_t len = (uint32_t)(to->number - start);
	uint8_t *bytes = arena_take(&call->trace->arena, (size_t)len * array->width + 1, 1);
	if (!bytes)
		return &values_cut;
	for (uint32_t i = 0; i < len && start + i < array->len; i++)
		memcpy(bytes + (size_t)i * array->width,
		       array->bytes + ((size_t)start + i) * array->width, array->width);
	return values_of(&call->trace->arena, (struct value){.kind = VALUE_ARRAY,
	                                                     .width = array->width,
	                                                     .len = len,
	                                                     .bytes = bytes});
}

/* --- MessageDigest ----------------------------------------------------------------------------- */

enum { UPDATES_MAX = 16 };

struct updates {
	const struct values *items[UPDATES_MAX];
	uint32_t count;
};

static enum look look_update(struct search *search, struct frame *frame, uint32_t i)
{
	const struct flow *flow = frame->flow;
	const struct insn *insn = &flow->body.insns[i];
	struct updates *updates = search->state;

	if (insn->op != OP_INVOKE || insn->ref == NO_INDEX || insn->count < 2 ||
	    strcmp(call_class(flow, insn), "Ljava/security/MessageDigest;") != 0 ||
	    strcmp(call_name(flow, insn), "update") != 0 ||
	    !search_holds(search, frame, i, call_arg(flow, insn, 0)))
		return LOOK_ON;
	if (updates->count < UPDATES_MAX)
		updates->items[updates->count++] =
			content_array(search->trace, frame, i, call_arg(flow, insn, 1));
	return LOOK_ON;
}

/* A digest of constants is made of constants: of what was given to update() and to digest(). */
const struct values *bytes_digest(const struct call *call)
{
	const struct insn *insn = &call->frame->flow->body.insns[call->insn];
	const struct values *objects = trace_register(call->trace, call->frame, call->insn,
	                                              call_arg(call->frame->flow, insn, 0));
	struct updates updates = {.count = 0};
	struct search search = {.trace = call->trace, .look = look_update, .state = &updates};

	if (call_operands(call) > 1)
		updates.items[updates.count++] = call_operand(call, 1);
	for (uint32_t i = 0; i < objects->count; i++) {
		if (!value_is_object(&objects->items[i]))
			continue;
		search.object = &objects->items[i];
		search_back(&search, call->frame, call->insn);
	}
	if (updates.count == 0)
		return values_of(&call->trace->arena, (struct value){.kind = VALUE_RUNTIME,
		                                                     .frame = call->frame,
		                                                     .insn = call->insn});
	return values_worst(&call->trace->arena, updates.items, updates.count);
}
