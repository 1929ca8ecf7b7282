/*
 * classpool.c - constant pools (JVMS 4.4): cp_info is a tag of one byte and, by tag,
 *
 *   1 Utf8: u2 length, bytes     3, 4 Integer, Float: u4     5, 6 Long, Double: u8, two numbers
 *   7, 8, 16, 19, 20 Class, String, MethodType, Module, Package: u2 number of a constant
 *   9, 10, 11 Fieldref, Methodref, InterfaceMethodref: u2 Class, u2 NameAndType
 *   12 NameAndType: u2 name, u2 descriptor     15 MethodHandle: u1 kind, u2 reference
 *   17, 18 Dynamic, InvokeDynamic: u2 bootstrap method, u2 NameAndType
 *
 * Constants are found in one pass and resolved in the next ones, since they may refer forwards.
 */
#include "code/classreader.h"
#include "code/mutf8.h"

const struct class_constant *class_constant(const struct class_state *state, uint32_t pool,
                                            uint32_t n)
{
	const struct class_pool *p = &state->pools[pool];
	const struct class_constant *constant;

	if (n >= p->count)
		return NULL;
	constant = &state->constants[p->first + n];
	return constant->at && constant->index != NO_INDEX ? constant : NULL;
}

uint32_t class_index(const struct class_state *state, uint32_t pool, uint32_t n, unsigned tags)
{
	const struct class_constant *constant = class_constant(state, pool, n);

	if (!constant || !(tags >> class_tag(state, pool, constant) & 1))
		return NO_INDEX;
	return constant->index;
}

const uint8_t *class_text_bytes(const struct class_state *state, uint32_t pool, uint32_t n,
                                uint32_t *len)
{
	const struct class_constant *text = class_constant(state, pool, n);

	if (!text || class_tag(state, pool, text) != TAG_UTF8)
		return NULL;
	*len = class_operand(state, pool, text, 0);
	return state->pools[pool].file.data + text->at + 3;
}

uint32_t class_text(struct class_reader *reader, uint32_t pool, uint32_t n)
{
	uint32_t len;
	const uint8_t *bytes = class_text_bytes(&reader->state, pool, n, &len);

	if (!bytes)
		return NO_INDEX;
	uint32_t *index = &reader->state.constants[reader->state.pools[pool].first + n].index;
	if (*index == TEXT_UNUSED)
		*index = class_string(reader, bytes, len);
	return *index;
}

/* The pool's walk has seen that the bytes of each constant are there. */
static uint64_t bytes_of(const struct class_state *state, uint32_t pool,
                         const struct class_constant *constant, uint32_t offset, unsigned width)
{
	const uint8_t *at = state->pools[pool].file.data + constant->at + 1 + offset;
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value = value << 8 | at[i];
	return value;
}

uint32_t class_operand(const struct class_state *state, uint32_t pool,
                       const struct class_constant *constant, uint32_t offset)
{
	return (uint32_t)bytes_of(state, pool, constant, offset, 2);
}

int64_t class_number(const struct class_state *state, uint32_t pool,
                     const struct class_constant *constant)
{
	enum class_tag tag = class_tag(state, pool, constant);

	if (tag == TAG_LONG || tag == TAG_DOUBLE)
		return (int64_t)bytes_of(state, pool, constant, 0, 8);
	return (int32_t)bytes_of(state, pool, constant, 0, 4);
}

/* --- the walk --------------------------------------------------------------------------------- */

static RESULT check_text(const uint8_t *bytes, uint32_t len, uint64_t at)
{
	struct mutf8 text = mutf8_measure(bytes, len);

	ENSURE(text.valid && !text.ended, CLASS_PARSE, at,
	       "CONSTANT_Utf8 at offset %llu: %s (JVMS 4.4.7)", (unsigned long long)at,
	       text.ended ? "a byte 0" : "not modified UTF-8");
	return OK;
}

static RESULT read_text(struct class_reader *reader, struct cursor *c, uint32_t *out)
{
	const uint8_t *bytes;
	uint16_t len;
	uint64_t at = cursor_at(c) - 1;

	TRY(cursor_u16be(c, &len));
	TRY(cursor_bytes(c, len, &bytes));
	*out = NO_INDEX;
	if (check_text(bytes, len, at).ok)
		*out = TEXT_UNUSED;
	else
		class_note(reader);
	return OK;
}

static unsigned contents_len(uint8_t tag)
{
	switch (tag) {
	case TAG_LONG:
	case TAG_DOUBLE:
		return 8;
	case TAG_INTEGER:
	case TAG_FLOAT:
	case TAG_FIELD:
	case TAG_METHOD:
	case TAG_INTERFACE_METHOD:
	case TAG_NAME_AND_TYPE:
	case TAG_DYNAMIC:
	case TAG_INVOKE_DYNAMIC:
		return 4;
	case TAG_HANDLE:
		return 3;
	case TAG_CLASS:
	case TAG_STRING:
	case TAG_METHOD_TYPE:
	case TAG_MODULE:
	case TAG_PACKAGE:
		return 2;
	default:
		return 0;
	}
}

static void add_constant(struct class_reader *reader, struct class_pool *pool, uint32_t at,
                         uint32_t index)
{
	struct class_constant constant = {at, index};

	*CLASS_ADD(reader->state.constants, reader->constant_count) = constant;
	pool->count++;
}

static RESULT read_constant(struct class_reader *reader, struct class_pool *pool, struct cursor *c)
{
	uint32_t at = (uint32_t)c->pos, index = 0;
	uint8_t tag;

	TRY(cursor_u8(c, &tag));
	if (tag == TAG_UTF8)
		TRY(read_text(reader, c, &index));
	else
		ENSURE(contents_len(tag), CLASS_PARSE, at,
		       "constant pool: tag %u of constant %u at offset %u (JVMS 4.4)", tag,
		       pool->count, at);
	TRY(cursor_skip(c, tag == TAG_UTF8 ? 0 : contents_len(tag)));
	add_constant(reader, pool, at, index);
	if (tag == TAG_LONG || tag == TAG_DOUBLE)
		add_constant(reader, pool, 0, NO_INDEX); /* the next number is not usable */
	return OK;
}

/* --- what constants name ---------------------------------------------------------------------- */

/* Makes references of the current pool; `c` is the constant, `pool` its pool's number. */
struct resolution {
	struct class_reader *reader;
	const struct class_state *state;
	uint32_t pool;
};

static uint32_t text_operand(const struct resolution *r, const struct class_constant *c,
                             uint32_t offset)
{
	return class_text(r->reader, r->pool, class_operand(r->state, r->pool, c, offset));
}

/* The descriptor of the name and type that a reference or dynamic constant has as its second
 * operand, and the name: strings, or NO_INDEX. */
static void name_and_type(const struct resolution *r, const struct class_constant *c,
                          uint32_t *name, uint32_t *descriptor)
{
	uint32_t n = class_operand(r->state, r->pool, c, 2);
	const struct class_constant *pair = class_constant(r->state, r->pool, n);

	*name = *descriptor = NO_INDEX;
	if (!pair || class_tag(r->state, r->pool, pair) != TAG_NAME_AND_TYPE)
		return;
	*name = pair->index;
	*descriptor = text_operand(r, pair, 2);
}

static uint32_t resolve_field(const struct resolution *r, const struct class_constant *c)
{
	uint32_t descriptor;
	struct field_ref ref;

	name_and_type(r, c, &ref.name, &descriptor);
	ref.type = class_index(r->state, r->pool, class_operand(r->state, r->pool, c, 0),
	                       1U << TAG_CLASS);
	ref.kind = descriptor == NO_INDEX ? NO_INDEX : class_type(r->reader, descriptor);
	if (ref.name == NO_INDEX || ref.type == NO_INDEX || ref.kind == NO_INDEX)
		return NO_INDEX;
	return class_field_ref(r->reader, ref);
}

static uint32_t resolve_method(const struct resolution *r, const struct class_constant *c)
{
	uint32_t descriptor;
	struct method_ref ref;

	name_and_type(r, c, &ref.name, &descriptor);
	ref.type = class_index(r->state, r->pool, class_operand(r->state, r->pool, c, 0),
	                       1U << TAG_CLASS);
	ref.proto = descriptor == NO_INDEX ? NO_INDEX : class_proto(r->reader, descriptor);
	if (ref.name == NO_INDEX || ref.type == NO_INDEX || ref.proto == NO_INDEX)
		return NO_INDEX;
	return class_method_ref(r->reader, ref);
}

static uint32_t resolve_dynamic(const struct resolution *r, const struct class_constant *c,
                                bool invoke)
{
	uint32_t name, descriptor;

	name_and_type(r, c, &name, &descriptor);
	if (name == NO_INDEX || descriptor == NO_INDEX)
		return NO_INDEX;
	return invoke ? class_proto(r->reader, descriptor) : class_type(r->reader, descriptor);
}

static uint32_t resolve_handle(const struct resolution *r, const struct class_constant *c)
{
	uint8_t kind = r->state->pools[r->pool].file.data[c->at + 1];
	unsigned tags = kind >= 1 && kind <= 4 ? 1U << TAG_FIELD : METHOD_TAGS;

	if (kind < 1 || kind > 9)
		return NO_INDEX;
	return class_index(r->state, r->pool, class_operand(r->state, r->pool, c, 1), tags);
}

/* Tags by the round in which they are resolved: each refers to those of earlier rounds only. */
static const uint32_t rounds[] = {
	1U << TAG_CLASS | 1U << TAG_STRING | 1U << TAG_NAME_AND_TYPE | 1U << TAG_METHOD_TYPE |
		1U << TAG_MODULE | 1U << TAG_PACKAGE,
	1U << TAG_FIELD | METHOD_TAGS | 1U << TAG_DYNAMIC | 1U << TAG_INVOKE_DYNAMIC,
	1U << TAG_HANDLE,
};

static uint32_t resolve(const struct resolution *r, enum class_tag tag,
                        const struct class_constant *c)
{
	uint32_t text;

	switch (tag) {
	case TAG_FIELD:
		return resolve_field(r, c);
	case TAG_METHOD:
	case TAG_INTERFACE_METHOD:
		return resolve_method(r, c);
	case TAG_DYNAMIC:
	case TAG_INVOKE_DYNAMIC:
		return resolve_dynamic(r, c, tag == TAG_INVOKE_DYNAMIC);
	case TAG_HANDLE:
		return resolve_handle(r, c);
	case TAG_CLASS:
		text = text_operand(r, c, 0);
		return text == NO_INDEX ? NO_INDEX : class_named_type(r->reader, text);
	case TAG_METHOD_TYPE:
		text = text_operand(r, c, 0);
		return text == NO_INDEX ? NO_INDEX : class_proto(r->reader, text);
	default:
		return text_operand(r, c, 0);
	}
}

static RESULT check_resolved(const struct class_constant *c, enum class_tag tag, uint32_t n)
{
	ENSURE(c->index != NO_INDEX, CLASS_PARSE, c->at,
	       "constant pool: constant %u (tag %u) at offset %u names what is missing, damaged or "
	       "of another kind (JVMS 4.4)",
	       n, tag, c->at);
	return OK;
}

static void resolve_round(const struct resolution *r, uint32_t tags)
{
	const struct class_pool *pool = &r->state->pools[r->pool];

	for (uint32_t n = 1; n < pool->count; n++) {
		struct class_constant *c = &r->state->constants[pool->first + n];
		if (!c->at)
			continue;
		enum class_tag tag = class_tag(r->state, r->pool, c);
		if (!(tags >> tag & 1))
			continue;
		c->index = resolve(r, tag, c);
		if (!check_resolved(c, tag, n).ok)
			class_note(r->reader);
	}
}

struct result class_pool_read(struct class_reader *reader, struct cursor *file)
{
	uint32_t number = reader->unit.class_count;
	struct class_pool pool = {.file = *file, .first = reader->constant_count};
	uint16_t count;

	TRY(cursor_u16be(file, &count));
	ENSURE(count, CLASS_PARSE, file->pos - 2, "constant_pool_count 0 (JVMS 4.1)");
	add_constant(reader, &pool, 0, NO_INDEX);
	while (pool.count < count)
		TRY(read_constant(reader, &pool, file));
	ENSURE(pool.count == count, CLASS_PARSE, file->pos,
	       "constant pool: the last constant takes two numbers and has one (JVMS 4.4.5)");
	reader->state.pools = class_grow(reader->state.pools, number, sizeof pool);
	reader->state.pools[number] = pool;
	struct resolution resolution = {reader, &reader->state, number};
	for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
		resolve_round(&resolution, rounds[i]);
	return OK;
}
