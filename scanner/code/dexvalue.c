/*
 * dexvalue.c - encoded_value and encoded_array of DEX files.
 *
 * encoded_value: u8 (value_arg << 5 | value_type), then value_arg + 1 bytes for most types: little-
 * endian, sign-extended for byte to long, filled with zeros at the right for float and double.
 */
#include "code/dexfile.h"

enum { NESTING_MAX = 16 };

static RESULT skip_value(struct cursor *c, unsigned nesting);

/* encoded_array: uleb128 size, values. encoded_annotation: uleb128 type, size, (name, value)s. */
static RESULT skip_values(struct cursor *c, bool named, unsigned nesting)
{
	uint32_t size, ignored;

	if (named)
		TRY(dex_uleb(c, &ignored));
	TRY(dex_uleb(c, &size));
	for (uint32_t i = 0; i < size; i++) {
		if (named)
			TRY(dex_uleb(c, &ignored));
		TRY(skip_value(c, nesting));
	}
	return OK;
}

/* The bytes behind the first of a value; 0 also for those that are not counted so. */
static RESULT width(struct cursor *c, uint8_t head, unsigned *out)
{
	/* by type: how many bytes it has at most */
	static const uint8_t most[32] = {1, 0, 2, 2, 4, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	                                 4, 8, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0};
	unsigned type = head & 31, arg = head >> 5;

	ENSURE(most[type] || (type >= ENCODED_ARRAY && type <= ENCODED_BOOLEAN), DEX_PARSE,
	       cursor_at(c) - 1, "encoded_value: type 0x%02x (dex-format, encoded_value)", type);
	ENSURE(!most[type] || arg < most[type], DEX_PARSE, cursor_at(c) - 1,
	       "encoded_value: %u bytes for type 0x%02x (dex-format, encoded_value)", arg + 1,
	       type);
	*out = most[type] ? arg + 1 : 0;
	return OK;
}

static RESULT skip_value(struct cursor *c, unsigned nesting)
{
	uint8_t head;
	unsigned bytes;

	TRY(cursor_u8(c, &head));
	TRY(width(c, head, &bytes));
	ENSURE(nesting < NESTING_MAX, DEX_PARSE, cursor_at(c),
	       "encoded_value: arrays nested deeper than %d", NESTING_MAX);
	if ((head & 31) == ENCODED_ARRAY || (head & 31) == ENCODED_ANNOTATION)
		return skip_values(c, (head & 31) == ENCODED_ANNOTATION, nesting + 1);
	return cursor_skip(c, bytes);
}

static int64_t extend(enum dex_value_type type, uint64_t bits, unsigned bytes)
{
	unsigned unused = 64 - 8 * bytes;

	switch (type) {
	case ENCODED_BYTE:
	case ENCODED_SHORT:
	case ENCODED_INT:
	case ENCODED_LONG:
		return (int64_t)(bits << unused) >> unused;
	case ENCODED_FLOAT:
		return (int32_t)(bits << (32 - 8 * bytes));
	case ENCODED_DOUBLE:
		return (int64_t)(bits << unused);
	default:
		return (int64_t)bits;
	}
}

struct result dex_value(struct cursor *c, struct dex_value *out)
{
	struct cursor from = *c;
	const uint8_t *at;
	uint64_t bits = 0;
	uint8_t head;
	unsigned bytes;

	TRY(cursor_u8(c, &head));
	TRY(width(c, head, &bytes));
	out->type = head & 31;
	out->number = out->type == ENCODED_BOOLEAN ? head >> 5 & 1 : 0;
	if (!bytes) {
		*c = from;
		return skip_value(c, 0);
	}
	TRY(cursor_bytes(c, bytes, &at));
	for (unsigned i = 0; i < bytes; i++)
		bits |= (uint64_t)at[i] << 8 * i;
	out->number = extend(out->type, bits, bytes);
	return OK;
}

/* --- static fields ---------------------------------------------------------------------------- */

static struct constant constant_of(struct dex_reader *reader, const struct dex_value *value,
                                   uint64_t at)
{
	switch (value->type) {
	case ENCODED_STRING:
		return (struct constant){
			.kind = CONSTANT_STRING,
			.string = dex_string_index(reader, (uint32_t)value->number, at)};
	case ENCODED_NULL:
		return (struct constant){.kind = CONSTANT_NULL};
	case ENCODED_BYTE:
	case ENCODED_SHORT:
	case ENCODED_CHAR:
	case ENCODED_INT:
	case ENCODED_LONG:
	case ENCODED_FLOAT:
	case ENCODED_DOUBLE:
	case ENCODED_BOOLEAN:
		return (struct constant){.kind = CONSTANT_INT, .number = value->number};
	default:
		return (struct constant){.kind = CONSTANT_OTHER};
	}
}

static RESULT read_values(struct dex_reader *reader, struct field *fields, uint32_t count,
                          struct cursor *c)
{
	struct dex_value value;
	uint32_t size;

	TRY(dex_uleb(c, &size));
	for (uint32_t i = 0; i < size && i < count; i++) {
		uint64_t at = cursor_at(c);
		TRY(dex_value(c, &value));
		fields[i].value = constant_of(reader, &value, at);
	}
	return OK;
}

void dex_static_values(struct dex_reader *reader, struct field *fields, uint32_t count,
                       uint32_t offset)
{
	struct cursor c;

	if (!dex_spend(reader, 1))
		return;
	if (!dex_seek(reader->dex, offset, "static_values_off", &c).ok) {
		dex_note(reader);
		return;
	}
	if (!read_values(reader, fields, count, &c).ok)
		dex_note(reader);
	dex_spend(reader, c.pos - offset);
}
