/*
 * modeltext.c - java.lang.String over constants.
 *
 * Positions in a string count UTF-16 units. They are worked out for ASCII text only; other text
 * becomes VALUE_DERIVED where a position matters.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code/model.h"

enum { PARTS_MAX = 32 };

static bool is_ascii(const struct value *value)
{
	for (uint32_t i = 0; i < value->len; i++)
		if (value->text[i] <= 0)
			return false;
	return true;
}

/* Applies `each` to every text that is the object; anything else makes the result the worst. */
typedef bool (*each_text)(const struct value *text, struct value *out, struct arena *arena);

static const struct values *map_texts(const struct call *call, each_text each)
{
	const struct values *texts = call_operand_text(call, 0);
	struct gather gather;

	gather_init(&gather, &call->trace->arena);
	for (uint32_t i = 0; i < texts->count; i++) {
		struct value value = {0};
		if (texts->items[i].kind == VALUE_TEXT &&
		    each(&texts->items[i], &value, &call->trace->arena))
			gather_add(&gather, &value);
		else
			gather_worst(&gather, &texts->items[i], NULL);
	}
	return gather_done(&gather);
}

static bool make_text(const char *text, size_t len, struct value *out, struct arena *arena)
{
	char *copy = arena_copy(arena, text, len);

	*out = (struct value){.kind = VALUE_TEXT, .text = copy, .len = (uint32_t)len};
	return copy != NULL;
}

static bool make_number(int64_t number, struct value *out)
{
	*out = (struct value){.kind = VALUE_NUMBER, .scalar = true, .number = number};
	return true;
}

static bool change_case(const struct value *text, struct value *out, struct arena *arena,
                        int (*change)(int))
{
	char *copy = arena_copy(arena, text->text, text->len);

	if (!copy || !is_ascii(text))
		return false;
	for (uint32_t i = 0; i < text->len; i++)
		copy[i] = (char)change((unsigned char)copy[i]);
	*out = (struct value){.kind = VALUE_TEXT, .text = copy, .len = text->len};
	return true;
}

static bool each_upper(const struct value *text, struct value *out, struct arena *arena)
{
	return change_case(text, out, arena, toupper);
}

static bool each_lower(const struct value *text, struct value *out, struct arena *arena)
{
	return change_case(text, out, arena, tolower);
}

static bool each_trim(const struct value *text, struct value *out, struct arena *arena)
{
	const char *start = text->text, *end = text->text + text->len;

	while (start < end && (unsigned char)*start <= ' ')
		start++;
	while (end > start && (unsigned char)end[-1] <= ' ')
		end--;
	return make_text(start, (size_t)(end - start), out, arena);
}

static bool each_length(const struct value *text, struct value *out, struct arena *arena)
{
	(void)arena;
	return is_ascii(text) && make_number(text->len, out);
}

static bool each_is_empty(const struct value *text, struct value *out, struct arena *arena)
{
	(void)arena;
	return make_number(text->len == 0, out);
}

static bool each_hash_code(const struct value *text, struct value *out, struct arena *arena)
{
	uint32_t hash = 0;

	(void)arena;
	for (uint32_t i = 0; i < text->len; i++)
		hash = hash * 31 + (unsigned char)text->text[i];
	return is_ascii(text) && make_number((int32_t)hash, out);
}

/* The bytes in UTF-8, which is what Android and current Java encode to unless told otherwise. */
static bool each_bytes(const struct value *text, struct value *out, struct arena *arena)
{
	char *copy = arena_copy(arena, text->text, text->len);

	*out = (struct value){.kind = VALUE_ARRAY, .width = 1, .len = text->len,
	                      .bytes = (uint8_t *)copy};
	return copy && text->len <= ARRAY_MAX;
}

static bool each_chars(const struct value *text, struct value *out, struct arena *arena)
{
	uint8_t *chars = arena_take(arena, (size_t)text->len * 2 + 1, 1);

	if (!chars || !is_ascii(text) || text->len > ARRAY_MAX)
		return false;
	for (uint32_t i = 0; i < text->len; i++)
		chars[2 * i] = (uint8_t)text->text[i];
	*out = (struct value){.kind = VALUE_ARRAY, .width = 2, .len = text->len, .bytes = chars};
	return true;
}

const struct values *text_upper(const struct call *call)
{
	return map_texts(call, each_upper);
}

const struct values *text_lower(const struct call *call)
{
	return map_texts(call, each_lower);
}

const struct values *text_trim(const struct call *call)
{
	return map_texts(call, each_trim);
}

const struct values *text_length(const struct call *call)
{
	return map_texts(call, each_length);
}

const struct values *text_is_empty(const struct call *call)
{
	return map_texts(call, each_is_empty);
}

const struct values *text_hash_code(const struct call *call)
{
	return map_texts(call, each_hash_code);
}

const struct values *text_chars(const struct call *call)
{
	return map_texts(call, each_chars);
}

const struct values *text_bytes(const struct call *call)
{
	if (call_operands(call) > 1) {
		const struct values *charset = call_operand(call, 1);
		if (charset->count == 1 && charset->items[0].text &&
		    strstr(charset->items[0].text, "16"))
			return call_worst(call);
	}
	return map_texts(call, each_bytes);
}

/* --- two texts --------------------------------------------------------------------------------- */

typedef bool (*two_texts)(const struct value *a, const struct value *b);

static const struct values *compare(const struct call *call, two_texts holds)
{
	const struct values *both[] = {call_operand_text(call, 0), call_operand_text(call, 1)};
	struct gather gather;

	gather_init(&gather, &call->trace->arena);
	if (!values_all(both[0], VALUE_TEXT) || !values_all(both[1], VALUE_TEXT))
		return values_worst(&call->trace->arena, both, 2);
	for (uint32_t i = 0; i < both[0]->count; i++)
		for (uint32_t k = 0; k < both[1]->count; k++)
			gather_all(&gather,
			           values_number(&call->trace->arena,
			                         holds(&both[0]->items[i], &both[1]->items[k])));
	return gather_done(&gather);
}

static bool same(const struct value *a, const struct value *b)
{
	return strcmp(a->text, b->text) == 0;
}

static bool same_but_case(const struct value *a, const struct value *b)
{
	return strcasecmp(a->text, b->text) == 0;
}

static bool holds_text(const struct value *a, const struct value *b)
{
	return strstr(a->text, b->text) != NULL;
}

static bool starts(const struct value *a, const struct value *b)
{
	return strncmp(a->text, b->text, b->len) == 0;
}

static bool ends(const struct value *a, const struct value *b)
{
	return a->len >= b->len && strcmp(a->text + a->len - b->len, b->text) == 0;
}

const struct values *text_equals(const struct call *call)
{
	return compare(call, same);
}

const struct values *text_equals_ignore_case(const struct call *call)
{
	return compare(call, same_but_case);
}

const struct values *text_contains(const struct call *call)
{
	return compare(call, holds_text);
}

const struct values *text_starts_with(const struct call *call)
{
	return call_operands(call) == 2 ? compare(call, starts) : call_worst(call);
}

const struct values *text_ends_with(const struct call *call)
{
	return compare(call, ends);
}

const struct values *text_concat(const struct call *call)
{
	return text_join(call->trace, call_operand_text(call, 0), call_operand_text(call, 1));
}

/* --- positions --------------------------------------------------------------------------------- */

static const struct values *part(const struct call *call, const struct values *texts)
{
	const struct values *from = call_operand(call, 1);
	const struct values *to = call_operands(call) > 2 ? call_operand(call, 2) : NULL;
	struct gather gather;

	gather_init(&gather, &call->trace->arena);
	if (!values_all(texts, VALUE_TEXT) || !values_only(from, VALUE_NUMBER) ||
	    (to && !values_only(to, VALUE_NUMBER))) {
		const struct values *all[] = {texts, from, to ? to : &values_none};
		return values_worst(&call->trace->arena, all, 3);
	}
	for (uint32_t i = 0; i < texts->count; i++) {
		const struct value *text = &texts->items[i];
		int64_t start = from->items[0].number;
		int64_t end = to ? to->items[0].number : (int64_t)text->len;
		if (!is_ascii(text))
			return &values_derived;
		if (start >= 0 && start <= end && end <= text->len)
			gather_all(&gather, values_text(&call->trace->arena, text->text + start,
			                                (size_t)(end - start)));
	}
	return gather_done(&gather);
}

const struct values *text_substring(const struct call *call)
{
	return part(call, call_operand_text(call, 0));
}

const struct values *text_builder_substring(const struct call *call)
{
	const struct insn *insn = &call->frame->flow->body.insns[call->insn];

	return part(call, content_text(call->trace, call->frame, call->insn,
	                               call_arg(call->frame->flow, insn, 0)));
}

const struct values *text_char_at(const struct call *call)
{
	const struct values *both[] = {call_operand_text(call, 0), call_operand(call, 1)};
	const struct value *at = values_only(both[1], VALUE_NUMBER);
	struct gather gather;

	gather_init(&gather, &call->trace->arena);
	if (!values_all(both[0], VALUE_TEXT) || !at)
		return values_worst(&call->trace->arena, both, 2);
	for (uint32_t i = 0; i < both[0]->count; i++) {
		const struct value *text = &both[0]->items[i];
		if (!is_ascii(text))
			return &values_derived;
		if (at->number >= 0 && at->number < text->len)
			gather_all(&gather, values_number(&call->trace->arena,
			                                  text->text[at->number]));
	}
	return gather_done(&gather);
}

const struct values *text_index_of(const struct call *call)
{
	const struct values *both[] = {call_operand_text(call, 0), call_operand_text(call, 1)};
	const char *type = call_operand_type(call, 1);

	if (call_operands(call) != 2 || !values_only(both[0], VALUE_TEXT) ||
	    !values_only(both[1], VALUE_TEXT) || type[0] != 'L' || !is_ascii(&both[0]->items[0]))
		return values_worst(&call->trace->arena, both, 2);
	const char *found = strstr(both[0]->items[0].text, both[1]->items[0].text);
	return values_number(&call->trace->arena, found ? found - both[0]->items[0].text : -1);
}

/* --- replace, split, format -------------------------------------------------------------------- */

static bool is_plain(const char *pattern)
{
	return strpbrk(pattern, ".*+?()[]{}|^$\\") == NULL;
}

static const struct values *replaced(const struct call *call, const struct value *text,
                                     const struct value *what, const struct value *by)
{
	char out[TEXT_MAX + 1];
	size_t len = 0;

	for (const char *at = text->text; *at;) {
		bool hit = what->len && strncmp(at, what->text, what->len) == 0;
		const char *from = hit ? by->text : at;
		size_t size = hit ? by->len : 1;
		if (len + size > TEXT_MAX)
			return &values_derived;
		memcpy(out + len, from, size);
		len += size;
		at += hit ? what->len : 1;
	}
	return values_text(&call->trace->arena, out, len);
}

const struct values *text_replace(const struct call *call)
{
	const struct values *all[] = {call_operand_text(call, 0), call_operand_text(call, 1),
	                              call_operand_text(call, 2)};
	struct gather gather;
	const struct insn *insn = &call->frame->flow->body.insns[call->insn];
	bool pattern = strcmp(call_name(call->frame->flow, insn), "replaceAll") == 0;

	gather_init(&gather, &call->trace->arena);
	if (!values_all(all[0], VALUE_TEXT) || !values_only(all[1], VALUE_TEXT) ||
	    !values_only(all[2], VALUE_TEXT) ||
	    (pattern && (!is_plain(all[1]->items[0].text) || !is_plain(all[2]->items[0].text))))
		return values_worst(&call->trace->arena, all, 3);
	for (uint32_t i = 0; i < all[0]->count; i++)
		gather_all(&gather, replaced(call, &all[0]->items[i], &all[1]->items[0],
		                             &all[2]->items[0]));
	return gather_done(&gather);
}

/* The array is named by the call; array.c knows its elements. */
const struct values *text_split(const struct call *call)
{
	return values_of(&call->trace->arena, (struct value){.kind = VALUE_RUNTIME,
	                                                     .frame = call->frame,
	                                                     .insn = call->insn});
}

/* The varargs array's element `i` as text. */
static const struct values *format_operand(const struct call *call, uint32_t array, int64_t i)
{
	const struct insn *insn = &call->frame->flow->body.insns[call->insn];
	const struct values *arrays = trace_register(call->trace, call->frame, call->insn,
	                                             call_arg(call->frame->flow, insn, array));
	const struct values *index = values_number(&call->trace->arena, i);
	const struct values *element =
		content_elements(call->trace, call->frame, call->insn, arrays, index);
	char text[32];

	if (values_only(element, VALUE_TEXT))
		return element;
	if (!values_only(element, VALUE_NUMBER))
		return values_worst(&call->trace->arena, &element, 1);
	int len = snprintf(text, sizeof text, "%lld", (long long)element->items[0].number);
	return values_text(&call->trace->arena, text, (size_t)len);
}

/* String.join(separator, a, b ...), whose parts stand in an array. */
const struct values *text_join_parts(const struct call *call)
{
	const struct insn *insn = &call->frame->flow->body.insns[call->insn];
	const struct values *by = call_operand_text(call, 0);
	const struct values *arrays = trace_register(call->trace, call->frame, call->insn,
	                                             call_arg(call->frame->flow, insn, 1));
	const struct values *count = content_array_length(call->trace, arrays);
	const struct values *all = values_text(&call->trace->arena, "", 0);

	if (call_operand_type(call, 1)[0] != '[' || !values_only(count, VALUE_NUMBER) ||
	    count->items[0].number > PARTS_MAX)
		return call_worst(call);
	for (int64_t i = 0; i < count->items[0].number; i++) {
		if (i)
			all = text_join(call->trace, all, by);
		all = text_join(call->trace, all, format_operand(call, 1, i));
	}
	return all;
}

const struct values *text_format(const struct call *call)
{
	bool locale = strcmp(call_operand_type(call, 0), "Ljava/lang/String;") != 0;
	const struct values *formats = call_operand_text(call, locale ? 1 : 0);
	const struct values *all = values_text(&call->trace->arena, "", 0);
	int64_t used = 0;

	if (!values_only(formats, VALUE_TEXT))
		return call_worst(call);
	for (const char *at = formats->items[0].text; *at;) {
		size_t plain = strcspn(at, "%");
		if (plain)
			all = text_join(call->trace, all,
			                values_text(&call->trace->arena, at, plain));
		at += plain;
		if (!*at)
			break;
		if (at[1] == 's' || at[1] == 'd')
			all = text_join(call->trace, all,
			                format_operand(call, locale ? 2 : 1, used++));
		else if (at[1] == '%')
			all = text_join(call->trace, all, values_text(&call->trace->arena, "%", 1));
		else
			return call_worst(call);
		at += 2;
	}
	return all;
}

/* --- making strings ---------------------------------------------------------------------------- */

/* Bytes that are a string's in UTF-8, as modified UTF-8. */
static const struct values *from_bytes(const struct call *call, const struct values *arrays)
{
	struct gather gather;

	gather_init(&gather, &call->trace->arena);
	for (uint32_t i = 0; i < arrays->count; i++) {
		const struct value *array = &arrays->items[i];
		struct values single = {1, array};
		const struct values *worst = &single;
		bool plain = array->kind == VALUE_ARRAY && array->width == 1;
		for (uint32_t k = 0; plain && k < array->len; k++)
			plain = array->bytes[k] > 0 && array->bytes[k] < 0xf0;
		if (plain)
			gather_all(&gather, values_text(&call->trace->arena,
			                                (const char *)array->bytes, array->len));
		else
			gather_all(&gather, values_worst(&call->trace->arena, &worst, 1));
	}
	return gather_done(&gather);
}

static const struct values *made_of(const struct call *call, uint32_t operand)
{
	const char *type = call_operand_type(call, operand);

	if (strcmp(type, "[B") == 0)
		return from_bytes(call, call_operand(call, operand));
	if (strncmp(type, "Ljava/lang/StringBu", 19) == 0)
		return content_text(call->trace, call->frame, call->insn,
		                    call_arg(call->frame->flow,
		                             &call->frame->flow->body.insns[call->insn], operand));
	return call_operand_text(call, operand);
}

const struct values *text_new(const struct call *call)
{
	if (call_operands(call) == 1)
		return values_text(&call->trace->arena, "", 0);
	if (call_operands(call) > 3)
		return call_worst(call);
	return made_of(call, 1);
}

const struct values *text_value_of(const struct call *call)
{
	return call_operands(call) == 1 ? made_of(call, 0) : call_worst(call);
}
