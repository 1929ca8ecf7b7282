/*
 * classname.c - strings, types, protos and references of all files, each kept once.
 *
 * Indices are given in the order in which things first appear, so they do not depend on the hash.
 */
#include "code/classreader.h"

#include <stdlib.h>
#include <string.h>

/* JVMS 4.3.2, 4.3.3: an array has at most 255 dimensions, a method 255 slots of parameters. */
enum { DIMENSIONS_MAX = 255, PARAMETERS_MAX = 255 };

void *class_grow(void *items, uint32_t count, size_t size)
{
	if (count & (count - 1))
		return items;
	if (count > UINT32_MAX / 4)
		fault_out_of_memory();
	items = reallocarray(items, count ? (size_t)count * 2 : 1, size);
	if (!items)
		fault_out_of_memory();
	return items;
}

/* --- tables of slots -------------------------------------------------------------------------- */

struct search {
	const struct class_reader *reader;
	const void *wanted;
	uint32_t hash;
	bool (*same)(const struct search *search, uint32_t index); /* is item `index` wanted? */
};

static void slots_grow(struct class_slots *slots)
{
	size_t room = slots->room ? slots->room * 2 : 256;
	struct class_slot *items = calloc(room, sizeof *items);

	if (!items)
		fault_out_of_memory();
	for (size_t i = 0; i < slots->room; i++) {
		if (!slots->items[i].next)
			continue;
		size_t at = slots->items[i].hash & (room - 1);
		while (items[at].next)
			at = (at + 1) & (room - 1);
		items[at] = slots->items[i];
	}
	free(slots->items);
	slots->items = items;
	slots->room = room;
}

/* Finds what is wanted: its index, or NO_INDEX after a slot was given to the next index. */
static uint32_t slots_find(struct class_slots *slots, const struct search *search)
{
	if (slots->count >= slots->room / 2)
		slots_grow(slots);
	size_t at = search->hash & (slots->room - 1);
	while (slots->items[at].next) {
		uint32_t index = slots->items[at].next - 1;
		if (slots->items[at].hash == search->hash && search->same(search, index))
			return index;
		at = (at + 1) & (slots->room - 1);
	}
	slots->items[at] = (struct class_slot){search->hash, ++slots->count};
	return NO_INDEX;
}

/* --- strings ------------------------------------------------------------------------------------
 */

static bool same_string(const struct search *search, uint32_t index)
{
	const struct class_string *wanted = search->wanted;
	const struct class_string *string = &search->reader->strings[index];

	return string->len == wanted->len &&
	       (!wanted->len || memcmp(string->bytes, wanted->bytes, wanted->len) == 0);
}

uint32_t class_string(struct class_reader *reader, const uint8_t *bytes, uint32_t len)
{
	struct class_string string = {
		.bytes = bytes, .len = len, .type = NO_INDEX, .named = NO_INDEX, .proto = NO_INDEX};
	struct search search = {reader, &string, (uint32_t)class_hash(reader->key, bytes, len),
	                        same_string};
	uint32_t found = slots_find(&reader->string_slots, &search);

	if (found != NO_INDEX)
		return found;
	*CLASS_ADD(reader->strings, reader->unit.string_count) = string;
	return reader->unit.string_count - 1;
}

/* --- types ------------------------------------------------------------------------------------ */

/* The length of a binary class name (JVMS 4.2.1) at the start of `len` bytes, up to `end` or their
 * end; 0 if there is none. */
static uint32_t name_len(const uint8_t *bytes, uint32_t len, int end)
{
	uint32_t i, part = 0;

	for (i = 0; i < len && bytes[i] != end; i++) {
		if (bytes[i] == '.' || bytes[i] == ';' || bytes[i] == '[')
			return 0;
		if (bytes[i] == '/' && i == part)
			return 0;
		if (bytes[i] == '/')
			part = i + 1;
	}
	return i == part ? 0 : i;
}

/* The length of the field descriptor at the start of `len` bytes, or 0. */
static uint32_t descriptor_len(const uint8_t *bytes, uint32_t len)
{
	uint32_t dimensions = 0;

	while (dimensions < len && bytes[dimensions] == '[')
		dimensions++;
	if (dimensions == len || dimensions > DIMENSIONS_MAX)
		return 0;
	if (bytes[dimensions] != 'L')
		return bytes[dimensions] && strchr("BCDFIJSZ", bytes[dimensions]) ? dimensions + 1
		                                                                  : 0;
	uint32_t start = dimensions + 1;
	uint32_t name = name_len(bytes + start, len - start, ';');
	return name && start + name < len ? start + name + 1 : 0;
}

/* The type of a string that is known to be a descriptor, or "V". */
static uint32_t type_of(struct class_reader *reader, uint32_t string)
{
	struct unit *unit = &reader->unit;

	if (reader->strings[string].type == NO_INDEX) {
		reader->strings[string].type = unit->type_count;
		reader->state.array_types = class_grow(reader->state.array_types, unit->type_count,
		                                       sizeof *reader->state.array_types);
		reader->state.array_types[unit->type_count] = NO_INDEX;
		*CLASS_ADD(unit->types, unit->type_count) = string;
	}
	return reader->strings[string].type;
}

uint32_t class_type(struct class_reader *reader, uint32_t string)
{
	const struct class_string *s = &reader->strings[string];

	if (s->type != NO_INDEX)
		return s->len == 1 && *s->bytes == 'V' ? NO_INDEX : s->type;
	if (!s->len || descriptor_len(s->bytes, s->len) != s->len)
		return NO_INDEX;
	return type_of(reader, string);
}

/* The string before + name + after. */
static uint32_t made_string(struct class_reader *reader, const char *before,
                            const struct class_string *name, const char *after)
{
	size_t head = strlen(before), tail = strlen(after);
	uint8_t *bytes = arena_take(&reader->made, head + name->len + tail, 1);

	if (!bytes)
		fault_out_of_memory();
	memcpy(bytes, before, head);
	memcpy(bytes + head, name->bytes, name->len);
	memcpy(bytes + head + name->len, after, tail);
	return class_string(reader, bytes, (uint32_t)(head + name->len + tail));
}

uint32_t class_named_type(struct class_reader *reader, uint32_t string)
{
	const struct class_string *s = &reader->strings[string];

	if (s->named != NO_INDEX)
		return s->named;
	if (s->len && *s->bytes == '[')
		return class_type(reader, string);
	if (!s->len || name_len(s->bytes, s->len, -1) != s->len)
		return NO_INDEX;
	struct class_string name = *s; /* the table may move */
	uint32_t type = type_of(reader, made_string(reader, "L", &name, ";"));
	reader->strings[string].named = type;
	return type;
}

uint32_t class_array_type(struct class_reader *reader, uint32_t type)
{
	uint32_t *array = &reader->state.array_types[type];

	if (*array != NO_INDEX)
		return *array;
	struct class_string element = reader->strings[reader->unit.types[type]];
	if (element.len > DIMENSIONS_MAX && element.bytes[DIMENSIONS_MAX - 1] == '[')
		return NO_INDEX;
	uint32_t made = type_of(reader, made_string(reader, "[", &element, ""));
	reader->state.array_types[type] = made;
	return made;
}

/* --- protos ----------------------------------------------------------------------------------- */

/* The number of parameters of a method descriptor, and where its return type starts; false if it is
 * none. */
static bool check_method(const struct class_string *s, uint32_t *count, uint32_t *returns)
{
	uint32_t at = 1, slots = 0, parameters = 0, len;

	if (s->len < 3 || s->bytes[0] != '(')
		return false;
	for (; at < s->len && s->bytes[at] != ')'; at += len, parameters++) {
		len = descriptor_len(s->bytes + at, s->len - at);
		if (!len)
			return false;
		slots += s->bytes[at] == 'J' || s->bytes[at] == 'D' ? 2 : 1;
	}
	if (slots > PARAMETERS_MAX || ++at >= s->len)
		return false;
	*count = parameters;
	*returns = at;
	bool is_void = s->bytes[at] == 'V' && s->len - at == 1;
	return is_void || descriptor_len(s->bytes + at, s->len - at) == s->len - at;
}

uint32_t class_proto(struct class_reader *reader, uint32_t string)
{
	struct class_string s = reader->strings[string];
	struct unit *unit = &reader->unit;
	struct proto proto;
	uint32_t returns, at = 1;

	if (s.proto != NO_INDEX || !check_method(&s, &proto.count, &returns))
		return s.proto;
	proto.first = unit->type_list_count;
	for (uint32_t i = 0; i < proto.count; i++) {
		uint32_t len = descriptor_len(s.bytes + at, s.len - at);
		uint32_t type = type_of(reader, class_string(reader, s.bytes + at, len));
		*CLASS_ADD(unit->type_list, unit->type_list_count) = type;
		at += len;
	}
	proto.return_type =
		type_of(reader, class_string(reader, s.bytes + returns, s.len - returns));
	*CLASS_ADD(unit->protos, unit->proto_count) = proto;
	reader->strings[string].proto = unit->proto_count - 1;
	return unit->proto_count - 1;
}

/* --- references ------------------------------------------------------------------------------- */

static bool same_method(const struct search *search, uint32_t index)
{
	const struct method_ref *wanted = search->wanted;
	const struct method_ref *ref = &search->reader->unit.method_refs[index];

	return ref->name == wanted->name && ref->type == wanted->type &&
	       ref->proto == wanted->proto;
}

uint32_t class_method_ref(struct class_reader *reader, struct method_ref ref)
{
	struct search search = {reader, &ref, (uint32_t)class_hash(reader->key, &ref, sizeof ref),
	                        same_method};
	uint32_t found = slots_find(&reader->method_slots, &search);

	if (found != NO_INDEX)
		return found;
	*CLASS_ADD(reader->unit.method_refs, reader->unit.method_ref_count) = ref;
	return reader->unit.method_ref_count - 1;
}

static bool same_field(const struct search *search, uint32_t index)
{
	const struct field_ref *wanted = search->wanted;
	const struct field_ref *ref = &search->reader->unit.field_refs[index];

	return ref->name == wanted->name && ref->type == wanted->type && ref->kind == wanted->kind;
}

uint32_t class_field_ref(struct class_reader *reader, struct field_ref ref)
{
	struct search search = {reader, &ref, (uint32_t)class_hash(reader->key, &ref, sizeof ref),
	                        same_field};
	uint32_t found = slots_find(&reader->field_slots, &search);

	if (found != NO_INDEX)
		return found;
	*CLASS_ADD(reader->unit.field_refs, reader->unit.field_ref_count) = ref;
	return reader->unit.field_ref_count - 1;
}

/* --- known names ------------------------------------------------------------------------------ */

static const char *const known[KNOWN_COUNT] = {
	[KNOWN_INIT] = "<init>",
	[KNOWN_METAFACTORY] = "metafactory",
	[KNOWN_ALT_METAFACTORY] = "altMetafactory",
	[KNOWN_CONCAT] = "makeConcat",
	[KNOWN_CONCAT_CONSTANTS] = "makeConcatWithConstants",
};

static const char *const known_types[KNOWN_TYPE_COUNT] = {
	"Ljava/lang/invoke/LambdaMetafactory;",
	"Ljava/lang/invoke/StringConcatFactory;",
	"[Z",
	"[C",
	"[F",
	"[D",
	"[B",
	"[S",
	"[I",
	"[J",
};

static uint32_t literal(struct class_reader *reader, const char *text)
{
	return class_string(reader, (const uint8_t *)text, (uint32_t)strlen(text));
}

void class_names_start(struct class_reader *reader)
{
	class_hash_key(reader->key);
	arena_init(&reader->made, SIZE_MAX / 2);
	for (uint32_t i = 0; i < KNOWN_COUNT; i++)
		literal(reader, known[i]);
	for (uint32_t i = 0; i < KNOWN_TYPE_COUNT; i++)
		type_of(reader, literal(reader, known_types[i]));
}
