/*
 * dexsite.c - call sites of invoke-custom, and the method handles that they name.
 *
 * Both stand in tables that only the map_list knows: u32 size, then for each kind of item u16 type,
 * u16 unused, u32 size, u32 offset. call_site_id_item: u32 offset of an encoded_array of the
 * bootstrap method's handle, a name, a method type and further arguments. method_handle_item: u16
 * type, u16 unused, u16 field or method, u16 unused.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "code/dexfile.h"

enum { MAP_ITEM = 12, MAP_SITES = 0x0007, MAP_HANDLES = 0x0008, SITE_ID = 4, HANDLE = 8 };
enum {
	SITES_MAX = 65536,  /* instructions number them by 16 bits */
	ARGS_MAX = 32,      /* values of a call site that are looked at */
	TARGETS_MAX = 4,    /* handles among them that are taken for targets */
	RECIPE_MAX = 65535, /* bytes of a recipe, as class files have it */
	CONSTANT_MAX = 1024 /* bytes of a constant that becomes part of a recipe */
};

enum handle_type {
	HANDLE_INVOKE_STATIC = 4,
	HANDLE_INVOKE_INSTANCE,
	HANDLE_INVOKE_CONSTRUCTOR,
	HANDLE_INVOKE_DIRECT,
	HANDLE_INVOKE_INTERFACE
};

/* The values of a call site. */
struct site_values {
	struct dex_value items[ARGS_MAX];
	uint32_t count;
};

struct site_reader {
	struct dex_reader *reader;
	struct cursor sites, handles;
	uint32_t site_count, handle_count;
};

/* --- the map ---------------------------------------------------------------------------------- */

static RESULT read_map(struct site_reader *sites)
{
	struct dex_reader *reader = sites->reader;
	struct cursor c, items;
	uint32_t map = dex_u32(reader->header.data + HEADER_MAP), size;

	TRY(dex_seek(reader->dex, map, "map_off", &c));
	TRY(cursor_u32le(&c, &size));
	size = dex_items(reader, size, map + 4, MAP_ITEM, "map_list", &items);
	for (uint32_t i = 0; i < size; i++) {
		const uint8_t *item = items.data + (size_t)i * MAP_ITEM;
		if (dex_u16(item) == MAP_SITES)
			sites->site_count = dex_items(reader, dex_u32(item + 4), dex_u32(item + 8),
			                              SITE_ID, "call_site_ids", &sites->sites);
		else if (dex_u16(item) == MAP_HANDLES)
			sites->handle_count =
				dex_items(reader, dex_u32(item + 4), dex_u32(item + 8), HANDLE,
			                  "method_handles", &sites->handles);
	}
	return OK;
}

/* The method that a value's handle names, and the handle's type; NO_INDEX for any other value. */
static uint32_t handle_method(const struct site_reader *sites, const struct dex_value *value,
                              uint32_t *type)
{
	if (value->type != ENCODED_METHOD_HANDLE || value->number >= sites->handle_count)
		return NO_INDEX;
	const uint8_t *item = sites->handles.data + (size_t)value->number * HANDLE;
	uint32_t method = dex_u16(item + 4);
	*type = dex_u16(item);
	if (*type < HANDLE_INVOKE_STATIC || *type > HANDLE_INVOKE_INTERFACE ||
	    method >= sites->reader->unit->method_ref_count)
		return NO_INDEX;
	return method;
}

/* --- lambdas ---------------------------------------------------------------------------------- */

static enum invoke_kind invoke_of(uint32_t handle)
{
	switch (handle) {
	case HANDLE_INVOKE_STATIC:
		return INVOKE_STATIC;
	case HANDLE_INVOKE_INSTANCE:
		return INVOKE_VIRTUAL;
	case HANDLE_INVOKE_INTERFACE:
		return INVOKE_INTERFACE;
	default:
		return INVOKE_DIRECT;
	}
}

/* Its arguments: the interface's method type, the handle, the method type at this place. */
static void set_lambda(const struct site_reader *sites, const struct site_values *values,
                       struct dynamic *dynamic)
{
	uint32_t handle = 0;

	if (values->count < 6)
		return;
	dynamic->target = handle_method(sites, &values->items[4], &handle);
	if (dynamic->target == NO_INDEX)
		return;
	dynamic->kind = DYNAMIC_LAMBDA;
	dynamic->invoke = (uint8_t)invoke_of(handle);
	dynamic->construct = handle == HANDLE_INVOKE_CONSTRUCTOR;
}

/* --- concatenation ---------------------------------------------------------------------------- */

static const char *string_of(const struct site_reader *sites, const struct dex_value *value)
{
	const struct unit *unit = sites->reader->unit;

	if (value->type != ENCODED_STRING || value->number >= sites->reader->dex->string_count)
		return NULL;
	return unit->strings[value->number];
}

/* A constant stands in the recipe as text unless it could be taken for a mark. */
static void add_constant(const struct site_reader *sites, const struct site_values *values,
                         uint32_t index, struct text *recipe)
{
	const char *text = index < values->count ? string_of(sites, &values->items[index]) : NULL;

	if (text && strnlen(text, CONSTANT_MAX + 1) <= CONSTANT_MAX && !strpbrk(text, "\1\2"))
		text_puts(recipe, text);
	else
		text_puts(recipe, "\2");
}

static void add_recipe(const struct site_reader *sites, const struct site_values *values,
                       const char *given, struct text *recipe)
{
	uint32_t constant = 4;

	for (; *given; given++) {
		if (*given == 2)
			add_constant(sites, values, constant++, recipe);
		else
			text_add(recipe, given, 1);
	}
}

static RESULT set_concat(const struct site_reader *sites, const struct site_values *values,
                         bool with_recipe, struct dynamic *dynamic)
{
	const struct unit *unit = sites->reader->unit;
	const char *given = values->count > 3 ? string_of(sites, &values->items[3]) : NULL;
	struct text recipe = {0};

	if (with_recipe && (!given || strnlen(given, RECIPE_MAX + 1) > RECIPE_MAX))
		return OK;
	if (with_recipe)
		add_recipe(sites, values, given, &recipe);
	else
		for (uint32_t i = 0; i < unit->protos[dynamic->proto].count; i++)
			text_puts(&recipe, "\1");
	dynamic->recipe = dex_spend(sites->reader, recipe.len)
	                          ? arena_copy(unit->arena, recipe.data, recipe.len)
	                          : NULL;
	text_free(&recipe);
	if (dynamic->recipe)
		dynamic->kind = DYNAMIC_CONCAT;
	return OK;
}

/* --- call sites ------------------------------------------------------------------------------- */

static RESULT set_kind(const struct site_reader *sites, const struct site_values *values,
                       struct dynamic *dynamic)
{
	const struct unit *unit = sites->reader->unit;
	uint32_t handle, method = handle_method(sites, &values->items[0], &handle);

	if (method == NO_INDEX)
		return OK;
	const char *type = unit->strings[unit->types[unit->method_refs[method].type]];
	const char *name = unit->strings[unit->method_refs[method].name];
	if (strcmp(type, "Ljava/lang/invoke/LambdaMetafactory;") == 0)
		set_lambda(sites, values, dynamic);
	else if (strcmp(type, "Ljava/lang/invoke/StringConcatFactory;") == 0)
		return set_concat(sites, values, strcmp(name, "makeConcat") != 0, dynamic);
	return OK;
}

static void add_targets(struct site_reader *sites, const struct site_values *values,
                        struct dex_site *site)
{
	struct dex *dex = sites->reader->dex;
	uint32_t handle;

	site->target_first = dex->target_count;
	for (uint32_t i = 3; i < values->count && site->target_count < TARGETS_MAX; i++) {
		uint32_t method = handle_method(sites, &values->items[i], &handle);
		if (method == NO_INDEX)
			continue;
		dex->targets[dex->target_count++] = method;
		site->target_count++;
	}
}

static RESULT read_values(struct cursor *c, struct site_values *values)
{
	uint64_t at = cursor_at(c);
	uint32_t size;

	TRY(dex_uleb(c, &size));
	ENSURE(size >= 3, DEX_PARSE, at, "call_site_item: %u values (dex-format)", size);
	for (; values->count < size && values->count < ARGS_MAX; values->count++)
		TRY(dex_value(c, &values->items[values->count]));
	return OK;
}

static RESULT read_site_values(struct site_reader *sites, uint32_t offset,
                               struct site_values *values)
{
	struct cursor c;

	TRY(dex_seek(sites->reader->dex, offset, "call_site_off", &c));
	struct result read = read_values(&c, values);
	dex_spend(sites->reader, c.pos - offset);
	return read;
}

static RESULT read_site(struct site_reader *sites, uint32_t offset, struct dex_site *site)
{
	struct dex_reader *reader = sites->reader;
	struct site_values values = {0};

	TRY(read_site_values(sites, offset, &values));
	const struct dex_value *name = &values.items[1], *proto = &values.items[2];
	ENSURE(name->type == ENCODED_STRING && name->number < reader->dex->string_count &&
	               proto->type == ENCODED_METHOD_TYPE &&
	               proto->number < reader->dex->proto_count,
	       DEX_PARSE, offset,
	       "call_site_item: no name and method type in second and third place (dex-format)");
	site->dynamic.name = (uint32_t)name->number;
	site->dynamic.proto = (uint32_t)proto->number;
	add_targets(sites, &values, site);
	return set_kind(sites, &values, &site->dynamic);
}

struct result dex_read_sites(struct dex_reader *reader)
{
	struct dex *dex = reader->dex;
	struct site_reader sites = {.reader = reader};

	if (!read_map(&sites).ok)
		dex_note(reader);
	if (sites.site_count > SITES_MAX)
		sites.site_count = SITES_MAX;
	ALLOC(dex->sites, reader->unit->arena, (size_t)sites.site_count + 1);
	ALLOC(dex->targets, reader->unit->arena, (size_t)sites.site_count * TARGETS_MAX + 1);
	for (uint32_t i = 0; i < sites.site_count && reader->budget; i++) {
		struct dex_site *site = &dex->sites[i];
		site->dynamic = (struct dynamic){
			.target = NO_INDEX, .proto = NO_INDEX, .name = NO_INDEX, .recipe = ""};
		if (!read_site(&sites, dex_u32(sites.sites.data + 4 * (size_t)i), site).ok)
			dex_note(reader);
		dex->site_count = i + 1;
	}
	return OK;
}
