/*
 * dexclass.c - the classes that a DEX file defines.
 *
 * class_def_item: u32 class_idx, access_flags, superclass_idx, interfaces_off, source_file_idx,
 * annotations_off, class_data_off, static_values_off. class_data_item: uleb128 sizes of static
 * fields, instance fields, direct and virtual methods; then for each field uleb128 index (as the
 * difference from the one before) and access_flags, for each method also the offset of its code.
 *
 * A file that Android takes defines each field and method once. The tables have as much room as
 * there are references; what goes beyond was named twice and is an issue.
 */
#include "code/dexfile.h"

enum { CLASS_DEF = 32 };
static const uint32_t none = UINT32_MAX; /* NO_INDEX of the format */

struct class_def {
	uint32_t type, flags, super, interfaces, source, annotations, data, values;
};

/* Reads what follows an index: false ends the list. */
static RESULT next_index(struct cursor *c, uint32_t *index, uint32_t *flags)
{
	uint32_t step;

	TRY(dex_uleb(c, &step));
	TRY(dex_uleb(c, flags));
	*index += step;
	return OK;
}

static RESULT read_field(struct dex_reader *reader, struct cursor *c, uint32_t *index)
{
	struct unit *unit = reader->unit;
	struct field field = {.owner = unit->class_count};
	uint64_t at = cursor_at(c);

	TRY(next_index(c, index, &field.flags));
	ENSURE(*index < unit->field_ref_count, DEX_PARSE, at,
	       "encoded_field: field index %u, there are %u (dex-format, encoded_field)", *index,
	       unit->field_ref_count);
	ENSURE(unit->field_count < reader->field_room, DEX_PARSE, at,
	       "class_data_item: more fields are defined than field_ids names");
	field.ref = *index;
	unit->fields[unit->field_count++] = field;
	return OK;
}

/* Where a method's code is; code that lies outside the file is an issue of that method alone. */
static void set_code(struct dex_reader *reader, struct method *method, uint32_t offset, uint64_t at)
{
	const struct cursor *file = &reader->dex->file;

	if (!offset)
		return;
	if (offset >= file->size) {
		dex_issue(reader, DIAG_CODE_BODY, at,
		          "encoded_method %u: code_off 0x%x is past the end (dex-format, "
		          "encoded_method)",
		          method->ref, offset);
		return;
	}
	method->code = file->data + offset;
	method->code_len = (uint32_t)(file->size - offset);
}

static RESULT read_method(struct dex_reader *reader, struct cursor *c, uint32_t *index)
{
	struct unit *unit = reader->unit;
	struct method method = {.owner = unit->class_count};
	uint64_t at = cursor_at(c);
	uint32_t offset;

	TRY(next_index(c, index, &method.flags));
	TRY(dex_uleb(c, &offset));
	ENSURE(*index < unit->method_ref_count, DEX_PARSE, at,
	       "encoded_method: method index %u, there are %u (dex-format, encoded_method)", *index,
	       unit->method_ref_count);
	ENSURE(unit->method_count < reader->method_room, DEX_PARSE, at,
	       "class_data_item: more methods are defined than method_ids names");
	method.ref = *index;
	set_code(reader, &method, offset, at);
	unit->methods[unit->method_count++] = method;
	return OK;
}

typedef RESULT member_reader(struct dex_reader *reader, struct cursor *c, uint32_t *index);

static RESULT read_members(struct dex_reader *reader, struct cursor *c, uint32_t count,
                           member_reader *read)
{
	uint32_t index = 0;

	for (uint32_t i = 0; i < count; i++)
		TRY(read(reader, c, &index));
	return OK;
}

/* The members; `statics` gets how many static fields come first. */
static RESULT read_data(struct dex_reader *reader, uint32_t offset, uint32_t *statics)
{
	struct cursor c;
	uint32_t sizes[4];

	TRY(dex_seek(reader->dex, offset, "class_data_off", &c));
	for (unsigned i = 0; i < 4; i++)
		TRY(dex_uleb(&c, &sizes[i]));
	uint32_t before = reader->unit->field_count;
	struct result read = read_members(reader, &c, sizes[0], read_field);
	*statics = reader->unit->field_count - before;
	TRY(read);
	TRY(read_members(reader, &c, sizes[1], read_field));
	TRY(read_members(reader, &c, sizes[2], read_method));
	return read_members(reader, &c, sizes[3], read_method);
}

static void read_class(struct dex_reader *reader, const struct class_def *def, uint64_t at)
{
	struct unit *unit = reader->unit;
	struct code_class *class = &unit->classes[unit->class_count];
	uint32_t statics = 0;

	*class = (struct code_class){.type = def->type,
	                             .flags = def->flags,
	                             .super = NO_INDEX,
	                             .source = NO_INDEX,
	                             .field_first = unit->field_count,
	                             .method_first = unit->method_count};
	if (def->super != none)
		class->super = dex_type_index(reader, def->super, at + 8);
	dex_type_list(reader, def->interfaces, &class->interface_first, &class->interface_count);
	if (def->source != none)
		class->source = dex_string_index(reader, def->source, at + 16);
	if (def->data && !read_data(reader, def->data, &statics).ok)
		dex_note(reader);
	class->field_count = unit->field_count - class->field_first;
	class->method_count = unit->method_count - class->method_first;
	if (def->values)
		dex_static_values(reader, unit->fields + class->field_first, statics, def->values);
	if (def->annotations)
		dex_read_annotations(reader, unit->class_count, def->annotations);
	unit->class_count++;
}

static struct class_def class_def(const uint8_t *at)
{
	return (struct class_def){dex_u32(at),      dex_u32(at + 4),  dex_u32(at + 8),
	                          dex_u32(at + 12), dex_u32(at + 16), dex_u32(at + 20),
	                          dex_u32(at + 24), dex_u32(at + 28)};
}

/* How many fields and methods the classes announce. */
static void announced(const struct dex_reader *reader, const struct cursor *table, uint32_t count,
                      uint64_t *fields, uint64_t *methods)
{
	for (uint32_t i = 0; i < count; i++) {
		struct cursor c = reader->dex->file;
		uint32_t sizes[4] = {0},
			 offset = class_def(table->data + (size_t)i * CLASS_DEF).data;
		c.pos = offset < c.size ? offset : c.size;
		for (unsigned k = 0; offset && k < 4; k++)
			if (!dex_uleb(&c, &sizes[k]).ok)
				break;
		*fields += (uint64_t)sizes[0] + sizes[1];
		*methods += (uint64_t)sizes[2] + sizes[3];
	}
}

/* Room for as many as are announced, or as the file can name: no more are read. */
static RESULT make_room(struct dex_reader *reader, const struct cursor *table, uint32_t count)
{
	struct unit *unit = reader->unit;
	uint64_t fields = 0, methods = 0;

	announced(reader, table, count, &fields, &methods);
	reader->field_room =
		fields < unit->field_ref_count ? (uint32_t)fields : unit->field_ref_count;
	reader->method_room =
		methods < unit->method_ref_count ? (uint32_t)methods : unit->method_ref_count;
	ALLOC(unit->classes, unit->arena, (size_t)count + 1);
	ALLOC(unit->fields, unit->arena, (size_t)reader->field_room + 1);
	ALLOC(unit->methods, unit->arena, (size_t)reader->method_room + 1);
	return OK;
}

struct result dex_read_classes(struct dex_reader *reader)
{
	struct cursor table;
	uint32_t count = dex_table(reader, HEADER_CLASSES, CLASS_DEF, "class_defs", &table);

	TRY(make_room(reader, &table, count));
	for (uint32_t i = 0; i < count; i++) {
		struct class_def def = class_def(table.data + (size_t)i * CLASS_DEF);
		uint64_t at = table.origin + (uint64_t)i * CLASS_DEF;
		if (def.type < reader->dex->type_count)
			read_class(reader, &def, at);
		else
			dex_issue(reader, DIAG_DEX_PARSE, at,
			          "class_def_item: class_idx %u, there are %u types (dex-format, "
			          "class_def_item)",
			          def.type, reader->dex->type_count);
	}
	return OK;
}
