/*
 * classattr.c - attributes of classes, fields and methods that are not code (JVMS 4.7):
 * attribute_info { u2 name; u4 length; info }.
 */
#include <string.h>

#include "code/classreader.h"

/* Annotations and arrays inside an annotation's values, one in the other. */
enum { NESTING_MAX = 64 };

static const char *const names[ATTRIBUTE_OTHER] = {
	[ATTRIBUTE_CODE] = "Code",
	[ATTRIBUTE_CONSTANT_VALUE] = "ConstantValue",
	[ATTRIBUTE_SOURCE_FILE] = "SourceFile",
	[ATTRIBUTE_LINES] = "LineNumberTable",
	[ATTRIBUTE_BOOTSTRAPS] = "BootstrapMethods",
	[ATTRIBUTE_VISIBLE] = "RuntimeVisibleAnnotations",
	[ATTRIBUTE_INVISIBLE] = "RuntimeInvisibleAnnotations",
};

/* An attribute whose name is damaged is one that is not known. */
static enum class_attribute_name find_name(const struct class_state *state, uint32_t pool,
                                           uint32_t n)
{
	uint32_t len;
	const uint8_t *bytes = class_text_bytes(state, pool, n, &len);

	for (unsigned i = 0; bytes && i < ATTRIBUTE_OTHER; i++)
		if (strlen(names[i]) == len && memcmp(names[i], bytes, len) == 0)
			return (enum class_attribute_name)i;
	return ATTRIBUTE_OTHER;
}

struct result class_attribute(const struct class_state *state, uint32_t pool, struct cursor *c,
                              struct class_attribute *out)
{
	struct class_attribute attribute;
	uint16_t name;
	uint32_t len;

	TRY(cursor_u16be(c, &name));
	TRY(cursor_u32be(c, &len));
	TRY(cursor_window(c, len, &attribute.body));
	attribute.name = find_name(state, pool, name);
	*out = attribute;
	return OK;
}

/* --- annotations (JVMS 4.7.16) ---------------------------------------------------------------- */

static RESULT skip_pairs(struct cursor *c, bool named, int depth);

/* element_value { u1 tag; ... } */
static RESULT skip_value(struct cursor *c, int depth)
{
	uint64_t at = cursor_at(c);
	uint8_t tag;

	TRY(cursor_u8(c, &tag));
	switch (tag) {
	case 'e':
		return cursor_skip(c, 4);
	case '@':
		TRY(cursor_skip(c, 2));
		return skip_pairs(c, true, depth + 1);
	case '[':
		return skip_pairs(c, false, depth + 1);
	case 'B':
	case 'C':
	case 'D':
	case 'F':
	case 'I':
	case 'J':
	case 'S':
	case 'Z':
	case 's':
	case 'c':
		return cursor_skip(c, 2);
	default:
		FAIL(CLASS_PARSE, at,
		     "annotation: element_value tag 0x%02x at offset %llu (JVMS 4.7.16.1)", tag,
		     (unsigned long long)at);
	}
}

/* u2 count, then so many values, each behind the number of its name if they are `named`. */
static RESULT skip_pairs(struct cursor *c, bool named, int depth)
{
	uint16_t count;

	ENSURE(depth <= NESTING_MAX, CLASS_PARSE, cursor_at(c),
	       "annotation: values are nested deeper than %d at offset %llu", NESTING_MAX,
	       (unsigned long long)cursor_at(c));
	TRY(cursor_u16be(c, &count));
	for (uint16_t i = 0; i < count; i++) {
		TRY(cursor_skip(c, named ? 2 : 0));
		TRY(skip_value(c, depth));
	}
	return OK;
}

struct result class_annotations(struct class_reader *reader, struct cursor body, uint32_t class,
                                uint32_t method)
{
	struct unit *unit = &reader->unit;
	uint16_t count, descriptor;

	TRY(cursor_u16be(&body, &count));
	for (uint16_t i = 0; i < count; i++) {
		uint64_t at = cursor_at(&body);
		TRY(cursor_u16be(&body, &descriptor));
		uint32_t text = class_text(reader, class, descriptor);
		uint32_t type = text == NO_INDEX ? NO_INDEX : class_type(reader, text);
		ENSURE(type != NO_INDEX, CLASS_PARSE, at,
		       "annotation: type_index %u at offset %llu is no field descriptor "
		       "(JVMS 4.7.16)",
		       descriptor, (unsigned long long)at);
		struct annotation annotation = {.owner = class, .method = method, .type = type};
		*CLASS_ADD(unit->annotations, unit->annotation_count) = annotation;
		TRY(skip_pairs(&body, true, 0));
	}
	return OK;
}

/* --- values and bootstrap methods ------------------------------------------------------------- */

struct result class_constant_value(struct class_reader *reader, struct cursor body, uint32_t pool,
                                   struct constant *out)
{
	const struct class_state *state = &reader->state;
	uint64_t at = cursor_at(&body);
	uint16_t n;

	TRY(cursor_u16be(&body, &n));
	const struct class_constant *c = class_constant(state, pool, n);
	enum class_tag tag = c ? class_tag(state, pool, c) : TAG_UTF8;
	bool number = tag >= TAG_INTEGER && tag <= TAG_DOUBLE;
	ENSURE(number || tag == TAG_STRING, CLASS_PARSE, at,
	       "ConstantValue: constant %u at offset %llu is no number or string (JVMS 4.7.2)", n,
	       (unsigned long long)at);
	*out = (struct constant){.kind = number ? CONSTANT_INT : CONSTANT_STRING,
	                         .number = number ? class_number(state, pool, c) : 0,
	                         .string = number ? NO_INDEX : c->index};
	return OK;
}

struct result class_bootstraps(struct class_reader *reader, struct cursor body, uint32_t pool)
{
	struct class_pool *p = &reader->state.pools[pool];
	uint16_t count, arguments;

	p->bootstrap_first = reader->bootstrap_count;
	p->bootstrap_count = 0;
	TRY(cursor_u16be(&body, &count));
	for (uint16_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)cursor_at(&body);
		TRY(cursor_skip(&body, 2));
		TRY(cursor_u16be(&body, &arguments));
		TRY(cursor_skip(&body, 2 * (uint64_t)arguments));
		*CLASS_ADD(reader->state.bootstraps, reader->bootstrap_count) = at;
		p->bootstrap_count++;
	}
	return OK;
}
