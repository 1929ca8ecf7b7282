/*
 * dextable.c - the tables of a DEX file that name things.
 *
 * string_id_item: u32 offset of a string_data_item, that is uleb128 utf16_size and MUTF-8 up to a
 * NUL. type_id_item: u32 string. proto_id_item: u32 shorty, u32 return type, u32 offset of a
 * type_list (u32 size, u16 types). field_id_item: u16 class, u16 type, u32 name. method_id_item:
 * u16 class, u16 proto, u32 name.
 */
#include <stdlib.h>
#include <string.h>

#include "code/dexfile.h"
#include "code/mutf8.h"

enum { STRING_ID = 4, TYPE_ID = 4, PROTO_ID = 12, MEMBER_ID = 8 };

/* What is taken from the budget for each byte of a string and each type of a list: they are looked
 * at more than once, or become larger. */
enum { STRING_COST = 4, TYPE_COST = 8 };

/* --- strings ---------------------------------------------------------------------------------- */

/* Strings that are not as the format wants them, which is said once. */
struct odd_strings {
	uint32_t count, first_at;
};

static void note_odd(struct odd_strings *odd, uint32_t at)
{
	if (odd->count++ == 0)
		odd->first_at = at;
}

/* One string, and what the check of the order wants to know of it. */
struct string {
	const char *text;
	size_t len;
	bool plain; /* ASCII */
};

/* More bytes than these of a string are not paid for. */
static size_t most_bytes(const struct dex_reader *reader)
{
	return (size_t)(reader->budget / STRING_COST) + 1;
}

static RESULT read_string(struct dex_reader *reader, uint32_t offset, struct odd_strings *odd,
                          struct string *out)
{
	struct cursor c;
	uint32_t units;

	TRY(dex_seek(reader->dex, offset, "string_data_off", &c));
	TRY(dex_uleb(&c, &units));
	const uint8_t *text = c.data + c.pos;
	size_t left = cursor_left(&c), most = most_bytes(reader), size = left < most ? left : most;
	size_t plain = mutf8_plain(text, size);
	struct mutf8 found = {.len = plain, .units = plain, .valid = true, .ended = plain < size};
	if (plain < size && text[plain])
		found = mutf8_measure(text, size);
	if (!dex_spend(reader, STRING_COST * found.len))
		return OK;
	ENSURE(found.ended, DEX_PARSE, offset,
	       "string_data_item: no NUL ends the string (dex-format, string_data_item)");
	if (!found.valid || found.units != units)
		note_odd(odd, offset);
	*out = (struct string){(const char *)text, found.len, found.len == plain};
	return OK;
}

static bool is_before(const struct string *one, const struct string *other)
{
	if (!one->plain || !other->plain)
		return mutf8_compare(one->text, other->text) < 0;
	/* the NUL of the shorter one decides where both are alike up to it */
	size_t len = one->len < other->len ? one->len : other->len;
	return memcmp(one->text, other->text, len + 1) < 0;
}

static bool is_marker(const char *string)
{
	return string[0] == '~' && string[1] == '~' &&
	       (strncmp(string + 2, "R8{", 3) == 0 || strncmp(string + 2, "D8{", 3) == 0);
}

static RESULT read_strings(struct dex_reader *reader)
{
	struct unit *unit = reader->unit;
	struct odd_strings odd = {0};
	struct string last = {"", 0, true};
	struct cursor table;
	uint32_t count = dex_table(reader, HEADER_STRINGS, STRING_ID, "string_ids", &table);

	ALLOC(unit->strings, unit->arena, (size_t)count + 1);
	unit->string_count = reader->dex->string_count = count;
	unit->strings[count] = "";
	unit->strings_sorted = true;
	for (uint32_t i = 0; i < count; i++) {
		struct string string = {"", 0, true};
		if (!read_string(reader, dex_u32(table.data + (size_t)i * STRING_ID), &odd, &string)
		             .ok)
			dex_note(reader);
		if (i > 0 && !is_before(&last, &string))
			unit->strings_sorted = false;
		if (is_marker(string.text))
			unit->marker = string.text;
		unit->strings[i] = string.text;
		last = string;
	}
	if (odd.count)
		dex_issue(reader, DIAG_DEX_HEADER, odd.first_at,
		          "string_data_item: %u strings are not valid modified UTF-8 of the length "
		          "given, the first here (dex-format, MUTF-8)",
		          odd.count);
	return OK;
}

/* --- references ------------------------------------------------------------------------------- */

static uint32_t broken_index(struct dex_reader *reader, const char *what, uint32_t index,
                             uint32_t count, uint64_t at)
{
	reader->broken = true;
	dex_issue(reader, DIAG_DEX_PARSE, at, "%s index %u, there are %u (dex-format)", what, index,
	          count);
	return count;
}

uint32_t dex_string_index(struct dex_reader *reader, uint32_t index, uint64_t at)
{
	uint32_t count = reader->dex->string_count;

	return index < count ? index : broken_index(reader, "string", index, count, at);
}

uint32_t dex_type_index(struct dex_reader *reader, uint32_t index, uint64_t at)
{
	uint32_t count = reader->dex->type_count;

	return index < count ? index : broken_index(reader, "type", index, count, at);
}

static uint32_t proto_index(struct dex_reader *reader, uint32_t index, uint64_t at)
{
	uint32_t count = reader->dex->proto_count;

	return index < count ? index : broken_index(reader, "proto", index, count, at);
}

/* --- types and protos ------------------------------------------------------------------------- */

/* A type's descriptor is paid for as well: many types may have one long string. */
static uint32_t descriptor(struct dex_reader *reader, uint32_t index, uint64_t at)
{
	uint32_t string = dex_string_index(reader, index, at);
	size_t most = (size_t)reader->budget + 1;

	if (dex_spend(reader, strnlen(reader->unit->strings[string], most)))
		return string;
	reader->broken = true;
	return reader->dex->string_count;
}

static RESULT read_types(struct dex_reader *reader)
{
	struct unit *unit = reader->unit;
	struct cursor table;
	uint32_t count = dex_table(reader, HEADER_TYPES, TYPE_ID, "type_ids", &table);

	ALLOC(unit->types, unit->arena, (size_t)count + 1);
	unit->type_count = reader->dex->type_count = count;
	unit->types[count] = reader->dex->string_count;
	for (uint32_t i = 0; i < count; i++) {
		size_t at = (size_t)i * TYPE_ID;
		unit->types[i] = descriptor(reader, dex_u32(table.data + at), table.origin + at);
	}
	return OK;
}

static uint32_t *more_types(struct dex_reader *reader, uint32_t count)
{
	struct unit *unit = reader->unit;
	uint32_t need = unit->type_list_count + count;

	if (need <= reader->type_list_room)
		return unit->type_list + unit->type_list_count;
	while (reader->type_list_room < need)
		reader->type_list_room = reader->type_list_room ? reader->type_list_room * 2 : 4096;
	unit->type_list =
		reallocarray(unit->type_list, reader->type_list_room, sizeof *unit->type_list);
	if (!unit->type_list)
		fault_out_of_memory();
	return unit->type_list + unit->type_list_count;
}

void dex_type_list(struct dex_reader *reader, uint32_t offset, uint32_t *first, uint32_t *count)
{
	struct cursor c, items;
	uint32_t size;

	*first = reader->unit->type_list_count;
	*count = 0;
	if (!offset)
		return;
	if (!dex_seek(reader->dex, offset, "type_list", &c).ok || !cursor_u32le(&c, &size).ok) {
		dex_note(reader);
		return;
	}
	size = dex_items(reader, size, offset + 4, 2, "type_list", &items);
	if (!size || !dex_spend(reader, (uint64_t)TYPE_COST * size))
		return;
	uint32_t *types = more_types(reader, size);
	for (uint32_t i = 0; i < size; i++)
		types[i] = dex_type_index(reader, dex_u16(items.data + 2 * (size_t)i),
		                          items.origin + 2 * (uint64_t)i);
	reader->unit->type_list_count += size;
	*count = size;
}

static RESULT read_protos(struct dex_reader *reader)
{
	struct unit *unit = reader->unit;
	struct cursor table;
	uint32_t count = dex_table(reader, HEADER_PROTOS, PROTO_ID, "proto_ids", &table);

	ALLOC(unit->protos, unit->arena, (size_t)count + 1);
	unit->proto_count = reader->dex->proto_count = count;
	unit->protos[count].return_type = reader->dex->type_count;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *item = table.data + (size_t)i * PROTO_ID;
		uint64_t at = table.origin + (uint64_t)i * PROTO_ID;
		struct proto *proto = &unit->protos[i];
		proto->return_type = dex_type_index(reader, dex_u32(item + 4), at + 4);
		dex_type_list(reader, dex_u32(item + 8), &proto->first, &proto->count);
	}
	return OK;
}

/* --- fields and methods ----------------------------------------------------------------------- */

static RESULT read_fields(struct dex_reader *reader)
{
	struct unit *unit = reader->unit;
	struct cursor table;
	uint32_t count = dex_table(reader, HEADER_FIELDS, MEMBER_ID, "field_ids", &table);

	ALLOC(unit->field_refs, unit->arena, (size_t)count + 1);
	unit->field_ref_count = count;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *item = table.data + (size_t)i * MEMBER_ID;
		uint64_t at = table.origin + (uint64_t)i * MEMBER_ID;
		unit->field_refs[i] = (struct field_ref){
			.type = dex_type_index(reader, dex_u16(item), at),
			.name = dex_string_index(reader, dex_u32(item + 4), at + 4),
			.kind = dex_type_index(reader, dex_u16(item + 2), at + 2)};
	}
	return OK;
}

static RESULT read_methods(struct dex_reader *reader)
{
	struct unit *unit = reader->unit;
	struct cursor table;
	uint32_t count = dex_table(reader, HEADER_METHODS, MEMBER_ID, "method_ids", &table);

	ALLOC(unit->method_refs, unit->arena, (size_t)count + 1);
	unit->method_ref_count = count;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *item = table.data + (size_t)i * MEMBER_ID;
		uint64_t at = table.origin + (uint64_t)i * MEMBER_ID;
		unit->method_refs[i] = (struct method_ref){
			.type = dex_type_index(reader, dex_u16(item), at),
			.name = dex_string_index(reader, dex_u32(item + 4), at + 4),
			.proto = proto_index(reader, dex_u16(item + 2), at + 2)};
	}
	return OK;
}

struct result dex_read_tables(struct dex_reader *reader)
{
	TRY(read_strings(reader));
	TRY(read_types(reader));
	TRY(read_protos(reader));
	TRY(read_fields(reader));
	return read_methods(reader);
}
