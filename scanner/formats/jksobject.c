/*
 * jksobject.c - walks serialized Java objects.
 *
 *   stream      0xaced, u16 5, content
 *   object      0x73, class, values of each class from the oldest on
 *   array       0x75, class, u32 count, values        string  0x74, UTF (0x7c: u64 length)
 *   enum        0x7e, class, string                   null    0x70
 *   reference   0x71, u32 0x7e0000 + number of an earlier thing
 *   class       0x72, UTF name, u64, u8 flags, u16 count of fields, each { u8 type, UTF name, and
 * for L and [ a string }, annotations, class above it annotations any of these and 0x77, u8 length,
 * bytes (0x7a: u32); closed by 0x78
 */
#include "formats/jksobject.h"

#include <string.h>

enum {
	TC_NULL = 0x70,
	TC_REFERENCE,
	TC_CLASSDESC,
	TC_OBJECT,
	TC_STRING,
	TC_ARRAY,
	TC_CLASS,
	TC_BLOCK,
	TC_END,
	TC_RESET,
	TC_LONG_BLOCK,
	TC_EXCEPTION,
	TC_LONG_STRING,
	TC_PROXY,
	TC_ENUM
};
enum { WRITE_METHOD = 1, SERIALIZABLE = 2, EXTERNALIZABLE = 4, BLOCK_DATA = 8 };
enum { CLASSES_MAX = 32, FIELDS_MAX = 256, HANDLES_MAX = 512, DEPTH_MAX = 24 };

struct field {
	uint8_t type;
	struct cursor name;
};

struct class_of {
	uint8_t flags;
	uint8_t element;       /* of an array class */
	uint16_t first, count; /* of its fields */
	int above;             /* class above it, or -1 */
};

/* What a reference may lead to: a class, a string or an array of bytes, or something else. */
struct handle {
	int class_index; /* -1 if it is none */
	struct cursor bytes;
};

struct walk {
	struct cursor *c;
	struct jksobject *out;
	int depth;
	struct class_of classes[CLASSES_MAX];
	struct field fields[FIELDS_MAX];
	struct handle handles[HANDLES_MAX];
	size_t class_count, field_count, handle_count;
};

static RESULT walk_thing(struct walk *walk, struct cursor *bytes);
static RESULT walk_class(struct walk *walk, int *index);

static RESULT utf(struct cursor *c, struct cursor *out)
{
	uint16_t len = 0;

	TRY(cursor_u16be(c, &len));
	return cursor_window(c, len, out);
}

static RESULT new_handle(struct walk *walk, int class_index, size_t *out)
{
	ENSURE(walk->handle_count < HANDLES_MAX, KEYSTORE_PARSE, cursor_at(walk->c),
	       "serialized object of more than %d parts", HANDLES_MAX);
	walk->handles[walk->handle_count] = (struct handle){.class_index = class_index};
	*out = walk->handle_count++;
	return OK;
}

static RESULT referred(struct walk *walk, const struct handle **out)
{
	uint64_t at = cursor_at(walk->c);
	uint32_t number = 0;

	TRY(cursor_u32be(walk->c, &number));
	ENSURE(number >= 0x7e0000 && number - 0x7e0000 < walk->handle_count, KEYSTORE_PARSE, at,
	       "serialized object refers to 0x%08x, which is not there", number);
	*out = &walk->handles[number - 0x7e0000];
	return OK;
}

/* Bytes of blocks, and any things, up to the end mark. */
static RESULT walk_annotations(struct walk *walk)
{
	uint8_t tag = 0, len = 0;
	uint32_t word = 0;

	for (;;) {
		TRY(cursor_u8(walk->c, &tag));
		switch (tag) {
		case TC_END:
			return OK;
		case TC_BLOCK:
			TRY(cursor_u8(walk->c, &len));
			TRY(cursor_skip(walk->c, len));
			break;
		case TC_LONG_BLOCK:
			TRY(cursor_u32be(walk->c, &word));
			TRY(cursor_skip(walk->c, word));
			break;
		default:
			walk->c->pos--;
			TRY(walk_thing(walk, NULL));
		}
	}
}

static RESULT walk_fields(struct walk *walk, struct class_of *class_of)
{
	TRY(cursor_u16be(walk->c, &class_of->count));
	ENSURE(class_of->count <= FIELDS_MAX - walk->field_count, KEYSTORE_PARSE,
	       cursor_at(walk->c), "serialized object of more than %d fields", FIELDS_MAX);
	class_of->first = (uint16_t)walk->field_count;
	walk->field_count += class_of->count;
	for (size_t i = class_of->first; i < (size_t)class_of->first + class_of->count; i++) {
		struct field *field = &walk->fields[i];
		TRY(cursor_u8(walk->c, &field->type));
		ENSURE(field->type && strchr("BCDFIJSZL[", field->type), KEYSTORE_PARSE,
		       cursor_at(walk->c), "serialized field of type 0x%02x", field->type);
		TRY(utf(walk->c, &field->name));
		if (field->type == 'L' || field->type == '[')
			TRY(walk_thing(walk, NULL));
	}
	return OK;
}

static RESULT new_class(struct walk *walk, int *index)
{
	struct class_of class_of = {.above = -1};
	struct cursor name;
	size_t handle;

	ENSURE(walk->class_count < CLASSES_MAX, KEYSTORE_PARSE, cursor_at(walk->c),
	       "serialized object of more than %d classes", CLASSES_MAX);
	*index = (int)walk->class_count++;
	TRY(utf(walk->c, &name));
	if (name.size > 1 && name.data[0] == '[')
		class_of.element = name.data[1];
	TRY(cursor_skip(walk->c, 8));
	TRY(new_handle(walk, *index, &handle));
	TRY(cursor_u8(walk->c, &class_of.flags));
	TRY(walk_fields(walk, &class_of));
	TRY(walk_annotations(walk));
	TRY(walk_class(walk, &class_of.above));
	/* a class stands above those that come before it only */
	ENSURE(class_of.above != *index, KEYSTORE_PARSE, cursor_at(walk->c),
	       "serialized class stands above itself");
	walk->classes[*index] = class_of;
	return OK;
}

/* A class, a reference to one, or null. */
static RESULT walk_class(struct walk *walk, int *index)
{
	const struct handle *handle;
	uint8_t tag = 0;
	struct result done = OK;

	*index = -1;
	ENSURE(walk->depth++ < DEPTH_MAX, KEYSTORE_PARSE, cursor_at(walk->c),
	       "serialized object is nested more than %d deep", DEPTH_MAX);
	TRY(cursor_u8(walk->c, &tag));
	if (tag == TC_CLASSDESC) {
		done = new_class(walk, index);
	} else if (tag == TC_REFERENCE) {
		TRY(referred(walk, &handle));
		*index = handle->class_index;
	} else if (tag != TC_NULL) {
		FAIL(KEYSTORE_PARSE, cursor_at(walk->c) - 1, "serialized class begins with 0x%02x",
		     tag);
	}
	walk->depth--;
	return done;
}

static size_t width_of(uint8_t type)
{
	switch (type) {
	case 'B':
	case 'Z':
		return 1;
	case 'C':
	case 'S':
		return 2;
	case 'F':
	case 'I':
		return 4;
	case 'D':
	case 'J':
		return 8;
	default:
		return 0;
	}
}

static void keep(struct walk *walk, const struct cursor *name, const struct cursor *bytes)
{
	struct jksobject *out = walk->out;

	if (!bytes->data || out->count == JKSOBJECT_FIELDS_MAX)
		return;
	out->fields[out->count].name = *name;
	out->fields[out->count++].value = *bytes;
}

static RESULT walk_values(struct walk *walk, const struct class_of *class_of, bool outermost)
{
	for (size_t i = class_of->first; i < (size_t)class_of->first + class_of->count; i++) {
		const struct field *field = &walk->fields[i];
		struct cursor bytes = {0};
		size_t width = width_of(field->type);
		if (width)
			TRY(cursor_skip(walk->c, width));
		else
			TRY(walk_thing(walk, &bytes));
		if (outermost)
			keep(walk, &field->name, &bytes);
	}
	return OK;
}

/* The values of a class and of those above it, the highest first. */
static RESULT walk_object(struct walk *walk)
{
	bool outermost = walk->depth == 1;
	int chain[CLASSES_MAX], count = 0, index;
	size_t handle;

	TRY(walk_class(walk, &index));
	TRY(new_handle(walk, -1, &handle));
	for (; index >= 0 && count < CLASSES_MAX; index = walk->classes[index].above)
		chain[count++] = index;
	while (count-- > 0) {
		const struct class_of *class_of = &walk->classes[chain[count]];
		if (class_of->flags & SERIALIZABLE)
			TRY(walk_values(walk, class_of, outermost));
		else
			ENSURE(!(class_of->flags & EXTERNALIZABLE) || class_of->flags & BLOCK_DATA,
			       KEYSTORE_PARSE, cursor_at(walk->c),
			       "serialized object of a form that only its class can read");
		if (class_of->flags & (WRITE_METHOD | EXTERNALIZABLE))
			TRY(walk_annotations(walk));
	}
	return OK;
}

static RESULT walk_array(struct walk *walk, struct cursor *bytes)
{
	uint32_t count = 0;
	size_t handle, width;
	uint8_t element;
	int index;

	TRY(walk_class(walk, &index));
	TRY(new_handle(walk, -1, &handle));
	TRY(cursor_u32be(walk->c, &count));
	element = index < 0 ? 0 : walk->classes[index].element;
	width = width_of(element);
	if (element == 'B') {
		TRY(cursor_window(walk->c, count, &walk->handles[handle].bytes));
		*bytes = walk->handles[handle].bytes;
		return OK;
	}
	if (width)
		return cursor_skip(walk->c, (uint64_t)count * width);
	for (uint32_t i = 0; i < count; i++)
		TRY(walk_thing(walk, NULL));
	return OK;
}

static RESULT walk_string(struct walk *walk, bool is_long, struct cursor *bytes)
{
	uint64_t len = 0;
	size_t handle;

	TRY(new_handle(walk, -1, &handle));
	if (is_long) {
		TRY(cursor_u64be(walk->c, &len));
		TRY(cursor_window(walk->c, len, bytes));
	} else {
		TRY(utf(walk->c, bytes));
	}
	walk->handles[handle].bytes = *bytes;
	return OK;
}

static RESULT walk_enum(struct walk *walk)
{
	size_t handle;
	int index;

	TRY(walk_class(walk, &index));
	TRY(new_handle(walk, -1, &handle));
	return walk_thing(walk, NULL);
}

static RESULT walk_tag(struct walk *walk, uint8_t tag, struct cursor *bytes)
{
	const struct handle *handle;
	size_t number;
	int index;

	switch (tag) {
	case TC_NULL:
	case TC_RESET:
		return OK;
	case TC_REFERENCE:
		TRY(referred(walk, &handle));
		*bytes = handle->bytes;
		return OK;
	case TC_CLASSDESC:
		walk->c->pos--;
		return walk_class(walk, &index);
	case TC_OBJECT:
		return walk_object(walk);
	case TC_STRING:
	case TC_LONG_STRING:
		return walk_string(walk, tag == TC_LONG_STRING, bytes);
	case TC_ARRAY:
		return walk_array(walk, bytes);
	case TC_CLASS:
		TRY(walk_class(walk, &index));
		return new_handle(walk, -1, &number);
	case TC_ENUM:
		return walk_enum(walk);
	default:
		FAIL(KEYSTORE_PARSE, cursor_at(walk->c) - 1, "serialized object has the tag 0x%02x",
		     tag);
	}
}

/* Any thing; `bytes` becomes those of a string or an array of bytes. */
static RESULT walk_thing(struct walk *walk, struct cursor *bytes)
{
	struct cursor unused = {0};
	uint8_t tag = 0;

	ENSURE(walk->depth++ < DEPTH_MAX, KEYSTORE_PARSE, cursor_at(walk->c),
	       "serialized object is nested more than %d deep", DEPTH_MAX);
	TRY(cursor_u8(walk->c, &tag));
	TRY(walk_tag(walk, tag, bytes ? bytes : &unused));
	walk->depth--;
	return OK;
}

struct result jksobject_read(struct cursor *c, struct jksobject *out)
{
	struct jksobject object = {.count = 0};
	struct walk walk = {.c = c, .out = &object};
	uint64_t at = cursor_at(c);
	uint32_t head = 0;

	TRY(cursor_u32be(c, &head));
	ENSURE(head == 0xaced0005, KEYSTORE_PARSE, at, "serialized object begins with 0x%08x",
	       head);
	TRY(walk_thing(&walk, NULL));
	*out = object;
	return OK;
}

bool jksobject_field(const struct jksobject *object, const char *name, struct cursor *out)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < object->count; i++) {
		const struct cursor *found = &object->fields[i].name;
		if (found->size != len || memcmp(found->data, name, len) != 0)
			continue;
		*out = object->fields[i].value;
		return true;
	}
	return false;
}
