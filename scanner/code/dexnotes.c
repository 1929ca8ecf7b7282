/*
 * dexnotes.c - annotations of classes and methods in DEX files, by their types.
 *
 * annotations_directory_item: u32 class_annotations_off, fields_size, annotated_methods_size,
 * annotated_parameters_size; then fields_size items of 8 bytes, then for each method u32 method_idx
 * and u32 offset. An annotation_set_item is u32 size and u32 offsets of annotation_items, each u8
 * visibility, uleb128 type_idx, and values, which are not read. Annotations of the package
 * dalvik.annotation are the compiler's own (generic signatures, outer classes) and left out.
 */
#include <stdlib.h>
#include <string.h>

#include "code/dexfile.h"

static bool is_compilers_own(const struct unit *unit, uint32_t type)
{
	static const char prefix[] = "Ldalvik/annotation/";

	return strncmp(unit->strings[unit->types[type]], prefix, sizeof prefix - 1) == 0;
}

static void add(struct dex_reader *reader, const struct annotation *annotation)
{
	struct unit *unit = reader->unit;

	if (unit->annotation_count == reader->annotation_room) {
		reader->annotation_room =
			reader->annotation_room ? reader->annotation_room * 2 : 1024;
		unit->annotations = reallocarray(unit->annotations, reader->annotation_room,
		                                 sizeof *unit->annotations);
		if (!unit->annotations)
			fault_out_of_memory();
	}
	unit->annotations[unit->annotation_count++] = *annotation;
}

static RESULT read_annotation(struct dex_reader *reader, uint32_t offset,
                              struct annotation *annotation)
{
	struct cursor c;
	uint32_t type;

	TRY(dex_seek(reader->dex, offset, "annotation_off", &c));
	TRY(cursor_skip(&c, 1));
	TRY(dex_uleb(&c, &type));
	ENSURE(type < reader->dex->type_count, DEX_PARSE, offset + 1,
	       "encoded_annotation: type index %u, there are %u (dex-format)", type,
	       reader->dex->type_count);
	if (is_compilers_own(reader->unit, type))
		return OK;
	annotation->type = type;
	add(reader, annotation);
	return OK;
}

static RESULT read_set(struct dex_reader *reader, uint32_t offset, struct annotation annotation)
{
	struct cursor c, items;
	const uint8_t *head;

	if (!offset)
		return OK;
	TRY(dex_seek(reader->dex, offset, "annotation_set_item", &c));
	TRY(cursor_bytes(&c, 4, &head));
	uint32_t size =
		dex_items(reader, dex_u32(head), offset + 4, 4, "annotation_set_item", &items);
	if (!dex_spend(reader, (uint64_t)size * sizeof(struct annotation)))
		return OK;
	for (uint32_t i = 0; i < size; i++)
		TRY(read_annotation(reader, dex_u32(items.data + 4 * (size_t)i), &annotation));
	return OK;
}

/* The class's method with a reference, or NO_INDEX. The directory has them in the order of their
 * references, and so has either list of the class: the search goes on from `from`. */
static uint32_t find_method(struct dex_reader *reader, const struct code_class *class, uint32_t ref,
                            uint32_t *from)
{
	const struct unit *unit = reader->unit;

	for (uint32_t i = 0; i < class->method_count && dex_spend(reader, 1); i++) {
		uint32_t at = *from + i < class->method_count ? *from + i
		                                              : *from + i - class->method_count;
		if (unit->methods[class->method_first + at].ref == ref) {
			*from = at;
			return class->method_first + at;
		}
	}
	return NO_INDEX;
}

static RESULT read_method_sets(struct dex_reader *reader, uint32_t class, const uint8_t *items,
                               uint32_t count, uint64_t at)
{
	const struct unit *unit = reader->unit;
	uint32_t from = 0;

	for (uint32_t i = 0; i < count; i++, at += 8) {
		const uint8_t *item = items + 8 * (size_t)i;
		uint32_t method = find_method(reader, &unit->classes[class], dex_u32(item), &from);
		if (!reader->budget)
			return OK;
		ENSURE(method != NO_INDEX, DEX_PARSE, at,
		       "method_annotation: method %u is not of class %u (dex-format)",
		       dex_u32(item), class);
		struct annotation annotation = {.owner = class, .method = method};
		TRY(read_set(reader, dex_u32(item + 4), annotation));
	}
	return OK;
}

static RESULT read_directory(struct dex_reader *reader, uint32_t class, uint32_t offset)
{
	struct cursor c, items;
	const uint8_t *sizes;

	TRY(dex_seek(reader->dex, offset, "annotations_off", &c));
	TRY(cursor_bytes(&c, 16, &sizes));
	TRY(read_set(reader, dex_u32(sizes),
	             (struct annotation){.owner = class, .method = NO_INDEX}));
	TRY(cursor_skip(&c, (uint64_t)dex_u32(sizes + 4) * 8));
	uint32_t methods = dex_items(reader, dex_u32(sizes + 8), (uint32_t)cursor_at(&c), 8,
	                             "annotations_directory_item", &items);
	if (!dex_spend(reader, items.size))
		return OK;
	return read_method_sets(reader, class, items.data, methods, items.origin);
}

void dex_read_annotations(struct dex_reader *reader, uint32_t class, uint32_t offset)
{
	if (!dex_spend(reader, 16))
		return;
	if (!read_directory(reader, class, offset).ok)
		dex_note(reader);
}
