/*
 * classfile.c - see classfile.h: the tables of class files (JVMS 4.1).
 *
 *   u4 magic; u2 minor, major; constant pool; u2 access_flags, this_class, super_class;
 *   u2 count, u2 interfaces; u2 count, fields; u2 count, methods; u2 count, attributes
 *
 * field_info and method_info: u2 access_flags, name, descriptor; u2 count, attributes
 */
#include "code/classfile.h"

#include <stdlib.h>
#include <string.h>

#include "code/classreader.h"

enum { MAGIC = 0xcafebabe, MAJOR_FIRST = 45, MAJOR_LAST = 67, ACCESS_MODULE = 0x8000 };

/* Issues of one unit that are kept; more only make it partial. */
enum { ISSUES_MAX = 1000 };

void class_note(struct class_reader *reader)
{
	const struct fault *fault = fault_last();
	struct code_issue issue = {.code = fault->code, .at = fault->at, .entry = reader->entry};

	reader->unit.partial = true;
	if (reader->unit.issue_count == ISSUES_MAX)
		return;
	issue.why = strdup(fault->why);
	if (!issue.why)
		fault_out_of_memory();
	*CLASS_ADD(reader->unit.issues, reader->unit.issue_count) = issue;
}

struct class_reader *class_reader_new(void)
{
	struct class_reader *reader = calloc(1, sizeof *reader);

	if (!reader)
		fault_out_of_memory();
	class_names_start(reader);
	return reader;
}

void class_reader_free(struct class_reader *reader)
{
	if (!reader)
		return;
	struct unit *unit = &reader->unit;
	for (uint32_t i = 0; i < unit->issue_count; i++)
		free((void *)(uintptr_t)unit->issues[i].why);
	void *tables[] = {unit->types,
	                  unit->type_list,
	                  unit->protos,
	                  unit->method_refs,
	                  unit->field_refs,
	                  unit->classes,
	                  unit->fields,
	                  unit->methods,
	                  unit->issues,
	                  unit->annotations,
	                  reader->strings,
	                  reader->state.pools,
	                  reader->state.constants,
	                  reader->state.bootstraps,
	                  reader->state.array_types,
	                  reader->string_slots.items,
	                  reader->method_slots.items,
	                  reader->field_slots.items};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		free(tables[i]);
	struct site_list *lists[] = {&reader->calls, &reader->gets, &reader->puts, &reader->news,
	                             &reader->texts};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		site_list_free(lists[i]);
	arena_free(&reader->made);
	free(reader);
}

/* --- fields and methods ----------------------------------------------------------------------- */

struct member {
	uint16_t flags, attributes;
	uint32_t name, descriptor; /* indices of strings, or NO_INDEX */
	uint64_t at;
};

static RESULT read_member(struct class_reader *reader, struct cursor *c, struct member *out)
{
	uint32_t pool = reader->unit.class_count - 1;
	uint16_t name, descriptor;

	out->at = cursor_at(c);
	TRY(cursor_u16be(c, &out->flags));
	TRY(cursor_u16be(c, &name));
	TRY(cursor_u16be(c, &descriptor));
	TRY(cursor_u16be(c, &out->attributes));
	out->name = class_text(reader, pool, name);
	out->descriptor = class_text(reader, pool, descriptor);
	return OK;
}

static RESULT add_field(struct class_reader *reader, const struct member *member)
{
	struct unit *unit = &reader->unit;
	uint32_t owner = unit->class_count - 1;
	bool whole = member->name != NO_INDEX && member->descriptor != NO_INDEX;
	uint32_t kind = whole ? class_type(reader, member->descriptor) : NO_INDEX;

	ENSURE(kind != NO_INDEX, CLASS_PARSE, member->at,
	       "field_info at offset %llu: its name or descriptor is damaged (JVMS 4.5)",
	       (unsigned long long)member->at);
	struct field_ref ref = {unit->classes[owner].type, member->name, kind};
	struct field field = {.ref = class_field_ref(reader, ref),
	                      .flags = member->flags,
	                      .owner = owner,
	                      .value.string = NO_INDEX};
	*CLASS_ADD(unit->fields, unit->field_count) = field;
	unit->classes[owner].field_count++;
	return OK;
}

static RESULT add_method(struct class_reader *reader, const struct member *member)
{
	struct unit *unit = &reader->unit;
	uint32_t owner = unit->class_count - 1;
	bool whole = member->name != NO_INDEX && member->descriptor != NO_INDEX;
	uint32_t proto = whole ? class_proto(reader, member->descriptor) : NO_INDEX;

	ENSURE(proto != NO_INDEX, CLASS_PARSE, member->at,
	       "method_info at offset %llu: its name or descriptor is damaged (JVMS 4.6)",
	       (unsigned long long)member->at);
	struct method_ref ref = {unit->classes[owner].type, member->name, proto};
	struct method method = {.ref = class_method_ref(reader, ref),
	                        .flags = member->flags,
	                        .owner = owner,
	                        .pool = owner};
	*CLASS_ADD(unit->methods, unit->method_count) = method;
	unit->classes[owner].method_count++;
	return OK;
}

static RESULT field_attribute(struct class_reader *reader, const struct class_attribute *attribute)
{
	struct field *field = &reader->unit.fields[reader->unit.field_count - 1];

	if (attribute->name == ATTRIBUTE_CONSTANT_VALUE && field->flags & ACCESS_STATIC)
		return class_constant_value(reader, attribute->body, field->owner, &field->value);
	return OK;
}

static RESULT method_attribute(struct class_reader *reader, const struct class_attribute *attribute)
{
	uint32_t number = reader->unit.method_count - 1;
	struct method *method = &reader->unit.methods[number];

	if (attribute->name == ATTRIBUTE_CODE) {
		ENSURE(!method->code, CLASS_PARSE, attribute->body.origin,
		       "a second Code attribute of one method at offset %llu (JVMS 4.7.3)",
		       (unsigned long long)attribute->body.origin);
		method->code = attribute->body.data;
		method->code_len = (uint32_t)attribute->body.size;
	} else if (attribute->name == ATTRIBUTE_VISIBLE || attribute->name == ATTRIBUTE_INVISIBLE) {
		return class_annotations(reader, attribute->body, method->owner, number);
	}
	return OK;
}

typedef struct result attribute_reader(struct class_reader *reader,
                                       const struct class_attribute *attribute);

/* Reads `count` attributes; damage inside one loses only that one. */
static RESULT read_attributes(struct class_reader *reader, struct cursor *c, uint16_t count,
                              attribute_reader *read)
{
	struct class_attribute attribute;

	for (uint16_t i = 0; i < count; i++) {
		TRY(class_attribute(&reader->state, reader->unit.class_count - 1, c, &attribute));
		if (read && !read(reader, &attribute).ok)
			class_note(reader);
	}
	return OK;
}

static RESULT read_members(struct class_reader *reader, struct cursor *c,
                           struct result (*add)(struct class_reader *, const struct member *),
                           attribute_reader *read)
{
	struct member member;
	uint16_t count;

	TRY(cursor_u16be(c, &count));
	for (uint16_t i = 0; i < count; i++) {
		TRY(read_member(reader, c, &member));
		bool added = add(reader, &member).ok;
		if (!added)
			class_note(reader);
		TRY(read_attributes(reader, c, member.attributes, added ? read : NULL));
	}
	return OK;
}

/* --- classes ---------------------------------------------------------------------------------- */

static RESULT class_file_attribute(struct class_reader *reader,
                                   const struct class_attribute *attribute)
{
	uint32_t number = reader->unit.class_count - 1;
	struct cursor body = attribute->body;
	uint16_t n;

	switch (attribute->name) {
	case ATTRIBUTE_SOURCE_FILE:
		TRY(cursor_u16be(&body, &n));
		reader->unit.classes[number].source = class_text(reader, number, n);
		return OK;
	case ATTRIBUTE_BOOTSTRAPS:
		return class_bootstraps(reader, body, number);
	case ATTRIBUTE_VISIBLE:
	case ATTRIBUTE_INVISIBLE:
		return class_annotations(reader, body, number, NO_INDEX);
	default:
		return OK;
	}
}

static RESULT read_interfaces(struct class_reader *reader, struct cursor *c,
                              struct code_class *class)
{
	struct unit *unit = &reader->unit;
	uint16_t count, n;

	TRY(cursor_u16be(c, &count));
	for (uint16_t i = 0; i < count; i++) {
		TRY(cursor_u16be(c, &n));
		uint32_t type =
			class_index(&reader->state, unit->class_count - 1, n, 1U << TAG_CLASS);
		ENSURE(type != NO_INDEX, CLASS_PARSE, c->pos - 2,
		       "interfaces: constant %u at offset %zu is no class (JVMS 4.1)", n,
		       c->pos - 2);
		*CLASS_ADD(unit->type_list, unit->type_list_count) = type;
		class->interface_count++;
	}
	return OK;
}

static RESULT read_rest(struct class_reader *reader, struct cursor *c)
{
	struct unit *unit = &reader->unit;
	struct code_class *class = &unit->classes[unit->class_count - 1];
	uint16_t count;

	TRY(read_interfaces(reader, c, class));
	TRY(read_members(reader, c, add_field, field_attribute));
	TRY(read_members(reader, c, add_method, method_attribute));
	TRY(cursor_u16be(c, &count));
	TRY(read_attributes(reader, c, count, class_file_attribute));
	ENSURE(!cursor_left(c), CLASS_PARSE, cursor_at(c),
	       "%zu bytes after the class file at offset %llu (JVMS 4.8)", cursor_left(c),
	       (unsigned long long)cursor_at(c));
	return OK;
}

static RESULT read_version(struct class_reader *reader, struct cursor *c)
{
	uint32_t magic;
	uint16_t minor, major;

	TRY(cursor_u32be(c, &magic));
	ENSURE(magic == MAGIC, CLASS_PARSE, 0, "magic 0x%08x is not 0xcafebabe (JVMS 4.1)", magic);
	TRY(cursor_u16be(c, &minor));
	TRY(cursor_u16be(c, &major));
	ENSURE(major >= MAJOR_FIRST, CLASS_PARSE, 6, "major_version %u is below %d (JVMS 4.1)",
	       major, MAJOR_FIRST);
	ENSURE(major <= MAJOR_LAST, CLASS_VERSION, 6,
	       "major_version %u is above %d, the last that is read", major, MAJOR_LAST);
	if (reader->unit.version < major)
		reader->unit.version = major;
	return OK;
}

/* access_flags, this_class and super_class; `is_module` if the file describes no class. */
static RESULT read_class(struct class_reader *reader, struct cursor *c, bool *is_module)
{
	struct unit *unit = &reader->unit;
	const struct class_state *state = &reader->state;
	uint32_t pool = unit->class_count, type;
	uint16_t flags, self, super;

	TRY(cursor_u16be(c, &flags));
	TRY(cursor_u16be(c, &self));
	TRY(cursor_u16be(c, &super));
	type = class_index(state, pool, self, 1U << TAG_CLASS);
	*is_module = flags & ACCESS_MODULE;
	ENSURE(type != NO_INDEX && *reader->strings[unit->types[type]].bytes == 'L', CLASS_PARSE,
	       c->pos - 4, "this_class: constant %u at offset %zu is no class (JVMS 4.1)", self,
	       c->pos - 4);
	struct code_class class = {.type = type,
	                           .flags = flags,
	                           .super = class_index(state, pool, super, 1U << TAG_CLASS),
	                           .interface_first = unit->type_list_count,
	                           .source = NO_INDEX,
	                           .field_first = unit->field_count,
	                           .method_first = unit->method_count,
	                           .entry = reader->entry};
	if (*is_module)
		return OK;
	*CLASS_ADD(unit->classes, unit->class_count) = class;
	if (super && class.super == NO_INDEX) {
		fault_note(DIAG_CLASS_PARSE, c->pos - 2, __FILE__, __LINE__,
		           "super_class: constant %u at offset %zu is no class (JVMS 4.1)", super,
		           c->pos - 2);
		class_note(reader);
	}
	return OK;
}

/* The class with its constant pool, or neither. */
static RESULT open_class(struct class_reader *reader, struct cursor *c)
{
	uint32_t constants = reader->constant_count, classes = reader->unit.class_count;
	bool is_module = false;
	struct result read = class_pool_read(reader, c);

	if (read.ok)
		read = read_class(reader, c, &is_module);
	if (reader->unit.class_count == classes)
		reader->constant_count = constants;
	return read;
}

static void walk_methods(struct class_reader *reader)
{
	const struct unit *unit = &reader->unit;
	uint32_t first = unit->classes[unit->class_count - 1].method_first;

	for (uint32_t i = first; i < unit->method_count; i++)
		if (unit->methods[i].code && !class_walk(reader, i).ok)
			class_note(reader);
}

static RESULT add_file(struct class_reader *reader, struct cursor *c)
{
	uint32_t classes = reader->unit.class_count;

	ENSURE(c->size < UINT32_MAX, CLASS_PARSE, AT_NONE, "a class file of %zu bytes", c->size);
	TRY(read_version(reader, c));
	TRY(open_class(reader, c));
	if (reader->unit.class_count == classes)
		return OK;
	if (!read_rest(reader, c).ok)
		class_note(reader);
	walk_methods(reader);
	return OK;
}

void class_reader_add(struct class_reader *reader, uint32_t entry, struct cursor file)
{
	file = cursor_over(file.data, file.size, DIAG_CLASS_PARSE);
	reader->entry = entry;
	if (!add_file(reader, &file).ok)
		class_note(reader);
}
