/*
 * arsc.c - the resource table.
 *
 * Layout (AOSP ResourceTypes.h): ResTable_header 0x0002, the pool of values, ResTable_package
 * 0x0200 (288 bytes) with a pool of type names and one of entry names; then for each type a
 * ResTable_typeSpec 0x0202 and, for each configuration, a ResTable_type 0x0201: entry offsets, then
 * ResTable_entry with a Res_value, or ResTable_map_entry with a ResTable_map for each item of a
 * bag.
 */
#include <stdlib.h>
#include <string.h>

#include "make_bundle/make_bundle.h"

enum {
	PACKAGE_HEADER = 288,
	TYPE_HEADER = 20 + 64,
	NO_ENTRY = UINT32_MAX,
	ARRAY_ITEM = 0x02000000
};

struct table {
	const struct resources *resources;
	struct strings values, types, keys;
	struct text chunks; /* type specs and types */
};

static void table_free(struct table *table)
{
	strings_free(&table->values);
	strings_free(&table->types);
	strings_free(&table->keys);
	text_free(&table->chunks);
}

/* What each type of resource may hold. */
static const struct attribute *type_format(const char *type)
{
	static const struct attribute formats[] = {
		{"bool", 0, FORMAT_BOOL, NULL, false},
		{"integer", 0, FORMAT_INT, NULL, false},
		{"color", 0, FORMAT_COLOR, NULL, false},
		{"dimen", 0, FORMAT_DIMENSION | FORMAT_FLOAT, NULL, false},
		{"array", 0, FORMAT_STRING | FORMAT_INT, NULL, false},
	};
	static const struct attribute string = {"string", 0, FORMAT_STRING, NULL, false};

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(formats[i].name, type))
			return &formats[i];
	return &string;
}

static void value_write(struct table *table, const struct value *value, struct text *out)
{
	bytes_u16(out, 8);
	bytes_u8(out, 0);
	bytes_u8(out, value->type);
	bytes_u32(out, value->type == VALUE_STRING ? strings_add(&table->values, value->text, 0)
	                                           : value->data);
}

/* The id of the n-th item and what it may hold: an attribute of a style, or a place in an array. */
static RESULT item_key(const struct resource_item *item, size_t n, uint32_t *id,
                       const struct attribute **format)
{
	if (!item->name) {
		*id = ARRAY_ITEM | (uint32_t)n;
		return OK;
	}
	const char *name = strncmp(item->name, "android:", 8) ? item->name : item->name + 8;
	*format = attribute_find(name);
	ENSURE(*format, USAGE, AT_NONE, "style item %s is not in attributes.def", item->name);
	*id = (*format)->id;
	return OK;
}

struct map {
	uint32_t id;
	struct value value;
};

static int map_order(const void *a, const void *b)
{
	const struct map *first = a, *second = b;

	return first->id < second->id ? -1 : first->id > second->id;
}

static void pointer_free(void *pointer)
{
	free(*(void **)pointer);
}

static RESULT bag_write(struct table *table, const struct resource *resource,
                        const struct resource_value *value, struct text *out)
{
	struct map *maps DEFER(pointer_free) = calloc(value->count + 1, sizeof *maps);
	struct value parent = {VALUE_NULL, 0, NULL};

	if (!maps)
		fault_out_of_memory();
	for (size_t i = 0; i < value->count; i++) {
		const struct attribute *format = type_format(resource->type);
		TRY(item_key(&value->items[i], i, &maps[i].id, &format));
		TRY(value_read(value->items[i].text, format, table->resources, &maps[i].value));
	}
	qsort(maps, value->count, sizeof *maps, map_order);
	if (value->parent)
		TRY(value_read(value->parent, type_format("style"), table->resources, &parent));
	bytes_u16(out, 16);
	bytes_u16(out, 1);
	bytes_u32(out, strings_add(&table->keys, resource->name, 0));
	bytes_u32(out, parent.data);
	bytes_u32(out, (uint32_t)value->count);
	for (size_t i = 0; i < value->count; i++) {
		bytes_u32(out, maps[i].id);
		value_write(table, &maps[i].value, out);
	}
	return OK;
}

static RESULT entry_write(struct table *table, const struct resource *resource,
                          const struct resource_value *value, struct text *out)
{
	struct value read = {VALUE_STRING, 0, value->count ? value->items[0].text : ""};

	if (value->bag)
		return bag_write(table, resource, value, out);
	if (!value->file && value->count)
		TRY(value_read(value->items[0].text, type_format(resource->type), table->resources,
		               &read));
	bytes_u16(out, 8);
	bytes_u16(out, 0);
	bytes_u32(out, strings_add(&table->keys, resource->name, 0));
	value_write(table, &read, out);
	return OK;
}

static const struct resource_value *value_for(const struct resource *resource,
                                              const struct config *config)
{
	for (size_t i = 0; i < resource->count; i++)
		if (!config_compare(&resource->values[i].config, config))
			return &resource->values[i];
	return NULL;
}

/* One ResTable_type: the values of `count` resources of one type for one configuration. */
static RESULT type_write(struct table *table, const struct resource *first, size_t count,
                         const struct config *config)
{
	struct text offsets DEFER(text_free) = {0}, entries DEFER(text_free) = {0};

	for (size_t i = 0; i < count; i++) {
		const struct resource_value *value = value_for(&first[i], config);
		bytes_u32(&offsets, value ? (uint32_t)entries.len : (uint32_t)NO_ENTRY);
		if (value)
			TRY(entry_write(table, &first[i], value, &entries));
	}
	bytes_u16(&table->chunks, 0x0201);
	bytes_u16(&table->chunks, TYPE_HEADER);
	bytes_u32(&table->chunks, (uint32_t)(TYPE_HEADER + offsets.len + entries.len));
	bytes_u32(&table->chunks, first->id >> 16 & 0xff);
	bytes_u32(&table->chunks, (uint32_t)count);
	bytes_u32(&table->chunks, (uint32_t)(TYPE_HEADER + offsets.len));
	config_write(config, &table->chunks);
	text_add(&table->chunks, offsets.data, offsets.len);
	text_add(&table->chunks, entries.data, entries.len);
	return OK;
}

/* For each entry, which kinds of configuration (ACONFIGURATION_*) its values differ in. */
static uint32_t spec_flags(const struct resource *resource)
{
	uint32_t flags = 0;

	for (size_t i = 0; i < resource->count; i++) {
		const struct config *config = &resource->values[i].config;
		flags |= config->language[0] ? 0x0004 : 0;
		flags |= config->orientation ? 0x0080 : 0;
		flags |= config->density ? 0x0100 : 0;
		flags |= config->sdk ? 0x0400 : 0;
		flags |= config->night ? 0x1000 : 0;
		flags |= config->smallest_width ? 0x2000 : 0;
	}
	return flags;
}

static void spec_write(struct table *table, const struct resource *first, size_t count)
{
	bytes_u16(&table->chunks, 0x0202);
	bytes_u16(&table->chunks, 16);
	bytes_u32(&table->chunks, (uint32_t)(16 + 4 * count));
	bytes_u32(&table->chunks, first->id >> 16 & 0xff);
	bytes_u32(&table->chunks, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		bytes_u32(&table->chunks, spec_flags(&first[i]));
}

static bool config_next(const struct resource *first, size_t count, const struct config *after,
                        struct config *out)
{
	bool found = false;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < first[i].count; k++) {
			const struct config *config = &first[i].values[k].config;
			if ((after && config_compare(config, after) <= 0) ||
			    (found && config_compare(config, out) >= 0))
				continue;
			*out = *config;
			found = true;
		}
	return found;
}

/* All chunks of one type, its configurations in order. */
static RESULT types_write(struct table *table, const struct resource *first, size_t count)
{
	struct config config, previous;

	strings_add(&table->types, first->type, 0);
	spec_write(table, first, count);
	for (bool more = config_next(first, count, NULL, &config); more;
	     more = config_next(first, count, &previous, &config)) {
		TRY(type_write(table, first, count, &config));
		previous = config;
	}
	return OK;
}

static RESULT chunks_write(struct table *table)
{
	const struct resources *resources = table->resources;

	for (size_t i = 0; i < resources->count;) {
		size_t end = i + 1;
		while (end < resources->count &&
		       !strcmp(resources->items[i].type, resources->items[end].type))
			end++;
		TRY(types_write(table, &resources->items[i], end - i));
		i = end;
	}
	return OK;
}

static void package_header(const struct resources *resources, uint32_t size, uint32_t keys_at,
                           const struct table *table, struct text *out)
{
	size_t start = out->len;

	bytes_u16(out, 0x0200);
	bytes_u16(out, PACKAGE_HEADER);
	bytes_u32(out, size);
	bytes_u32(out, 0x7f);
	for (const char *at = resources->package; *at && out->len < start + 12 + 254; at++)
		bytes_u16(out, (unsigned char)*at);
	bytes_zero(out, start + 12 + 256 - out->len);
	bytes_u32(out, PACKAGE_HEADER);
	bytes_u32(out, (uint32_t)table->types.count);
	bytes_u32(out, keys_at);
	bytes_u32(out, (uint32_t)table->keys.count);
	bytes_u32(out, 0);
}

RESULT make_arsc(const struct resources *resources, bool utf8, struct text *out)
{
	struct table table DEFER(table_free) = {.resources = resources};
	struct text values DEFER(text_free) = {0}, types DEFER(text_free) = {0};
	struct text keys DEFER(text_free) = {0};

	TRY(chunks_write(&table));
	TRY(strings_write(&table.values, utf8, &values));
	TRY(strings_write(&table.types, utf8, &types));
	TRY(strings_write(&table.keys, utf8, &keys));
	size_t package = PACKAGE_HEADER + types.len + keys.len + table.chunks.len;
	bytes_u16(out, 0x0002);
	bytes_u16(out, 12);
	bytes_u32(out, (uint32_t)(12 + values.len + package));
	bytes_u32(out, 1);
	text_add(out, values.data, values.len);
	package_header(resources, (uint32_t)package, (uint32_t)(PACKAGE_HEADER + types.len), &table,
	               out);
	text_add(out, types.data, types.len);
	text_add(out, keys.data, keys.len);
	text_add(out, table.chunks.data, table.chunks.len);
	return OK;
}
