/* arsc.c - looks resources up in the table; entries are read where they lie. */
#include "formats/arsc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"

enum {
	CHUNK_POOL = 0x0001,
	CHUNK_TABLE = 0x0002,
	CHUNK_PACKAGE = 0x0200,
	CHUNK_TYPE = 0x0201,
	TABLE_HEADER = 12,
	PACKAGE_HEADER = 284,
	TYPE_HEADER = 20,
	TYPES_MAX = 100000,
	CHAIN_MAX = 20,   /* references followed one after the other */
	VALUES_MAX = 1000 /* values of one resource over all configurations */
};

enum { TYPE_SPARSE = 1, TYPE_OFFSET16 = 2, ENTRY_COMPLEX = 1, ENTRY_COMPACT = 8 };
enum { NO_ENTRY = 0xffffffff, NO_ENTRY16 = 0xffff };

/* The entries of one type in one configuration. */
struct block {
	struct cursor chunk;
	uint8_t package, type, flags;
	uint16_t header;
	uint32_t count, start;
	const char *config;
};

struct arsc {
	struct arena *arena;
	struct stringpool pool;
	bool has_pool;
	struct block *blocks;
	size_t count, room;
	struct arsc_value *scratch[2]; /* VALUES_MAX each */
};

struct chunk {
	uint16_t type, header;
	uint32_t size;
	struct cursor body; /* the whole chunk */
};

static RESULT next_chunk(struct cursor *c, unsigned least, struct chunk *out)
{
	struct cursor start = *c;
	struct chunk chunk;
	uint64_t at = cursor_at(c);

	TRY(cursor_u16le(c, &chunk.type));
	TRY(cursor_u16le(c, &chunk.header));
	TRY(cursor_u32le(c, &chunk.size));
	ENSURE(chunk.header >= least && chunk.header <= chunk.size, ARSC_PARSE, at + 2,
	       "chunk 0x%04x: header size %u, chunk size %u (ResourceTypes.h, ResChunk_header)",
	       chunk.type, chunk.header, chunk.size);
	ENSURE(!((chunk.header | chunk.size) & 3), ARSC_PARSE, at + 2,
	       "chunk 0x%04x: header size 0x%x or size 0x%x is no multiple of 4", chunk.type,
	       chunk.header, chunk.size);
	*c = start;
	TRY(cursor_window(c, chunk.size, &chunk.body));
	*out = chunk;
	return OK;
}

static RESULT add_block(struct arsc *arsc, const struct block *block)
{
	if (arsc->count == arsc->room) {
		size_t room = arsc->room ? 2 * arsc->room : 64;
		struct block *more;
		ALLOC(more, arsc->arena, room);
		if (arsc->count)
			memcpy(more, arsc->blocks, arsc->count * sizeof *more);
		arsc->blocks = more;
		arsc->room = room;
	}
	ENSURE(arsc->count < TYPES_MAX, ARSC_PARSE, block->chunk.origin, "more than %d type chunks",
	       TYPES_MAX);
	arsc->blocks[arsc->count++] = *block;
	return OK;
}

/* The table of offsets must fit in front of the entries. */
static RESULT check_block(const struct block *block)
{
	uint64_t width = block->flags & TYPE_OFFSET16 && !(block->flags & TYPE_SPARSE) ? 2 : 4;
	uint64_t end = block->header + width * block->count;

	ENSURE(end <= block->chunk.size, ARSC_PARSE, block->chunk.origin + 12,
	       "type chunk: %u entries do not fit %zu bytes (ResTable_type)", block->count,
	       block->chunk.size);
	ENSURE(!block->count || block->start <= block->chunk.size, ARSC_PARSE,
	       block->chunk.origin + 16, "type chunk: entriesStart 0x%x is past the chunk",
	       block->start);
	ENSURE(block->type, ARSC_PARSE, block->chunk.origin + 8, "type chunk: type id 0");
	return OK;
}

static RESULT open_type(struct arsc *arsc, uint8_t package, const struct chunk *chunk)
{
	struct cursor c = chunk->body, config;
	struct block block = {.chunk = chunk->body, .package = package, .header = chunk->header};
	uint32_t size;

	ENSURE(chunk->header >= TYPE_HEADER + 4, ARSC_PARSE, c.origin + 2,
	       "type chunk: header size %u", chunk->header);
	TRY(cursor_seek(&c, 8));
	TRY(cursor_u8(&c, &block.type));
	TRY(cursor_u8(&c, &block.flags));
	TRY(cursor_skip(&c, 2));
	TRY(cursor_u32le(&c, &block.count));
	TRY(cursor_u32le(&c, &block.start));
	TRY(cursor_u32le(&c, &size));
	ENSURE(size >= 4 && size <= (uint32_t)chunk->header - TYPE_HEADER, ARSC_PARSE,
	       c.origin + TYPE_HEADER, "type chunk: configuration of %u bytes", size);
	TRY(check_block(&block));
	TRY(cursor_slice(&chunk->body, TYPE_HEADER, size, &config));
	TRY(arsc_config_name(config, arsc->arena, &block.config));
	return add_block(arsc, &block);
}

static RESULT open_package(struct arsc *arsc, const struct chunk *package)
{
	struct cursor c = package->body;
	struct stringpool names;
	struct chunk chunk;
	uint32_t id;

	ENSURE(package->header >= PACKAGE_HEADER, ARSC_PARSE, c.origin + 2,
	       "package: header size %u (ResTable_package)", package->header);
	TRY(cursor_seek(&c, 8));
	TRY(cursor_u32le(&c, &id));
	ENSURE(id <= 255, ARSC_PARSE, c.origin + 8, "package: id 0x%x", id);
	TRY(cursor_seek(&c, package->header));
	while (cursor_left(&c)) {
		TRY(next_chunk(&c, 8, &chunk));
		if (chunk.type == CHUNK_POOL)
			TRY(stringpool_open(chunk.body, DIAG_ARSC_PARSE, arsc->arena, &names));
		else if (chunk.type == CHUNK_TYPE)
			TRY(open_type(arsc, (uint8_t)id, &chunk));
	}
	return OK;
}

static RESULT open_chunk(struct arsc *arsc, const struct chunk *chunk)
{
	if (chunk->type == CHUNK_PACKAGE)
		return open_package(arsc, chunk);
	if (chunk->type != CHUNK_POOL || arsc->has_pool)
		return OK;
	arsc->has_pool = true;
	return stringpool_open(chunk->body, DIAG_ARSC_PARSE, arsc->arena, &arsc->pool);
}

struct result arsc_open(struct cursor body, struct arena *arena, struct arsc **out)
{
	struct chunk table, chunk;
	struct arsc *arsc;

	body = cursor_over(body.data, body.size, DIAG_ARSC_TRUNCATED);
	ENSURE(body.size <= limit_get(LIMIT_ARSC), LIMIT_ENTRY, body.origin,
	       "resource table: %zu bytes are above the limit of %llu", body.size,
	       (unsigned long long)limit_get(LIMIT_ARSC));
	ALLOC(arsc, arena, 1);
	arsc->arena = arena;
	ALLOC(arsc->scratch[0], arena, VALUES_MAX);
	ALLOC(arsc->scratch[1], arena, VALUES_MAX);
	TRY(next_chunk(&body, TABLE_HEADER, &table));
	ENSURE(table.type == CHUNK_TABLE, ARSC_PARSE, 0, "root chunk: type 0x%04x is not 0x0002",
	       table.type);
	TRY(cursor_seek(&table.body, table.header));
	while (cursor_left(&table.body)) {
		TRY(next_chunk(&table.body, 8, &chunk));
		TRY(open_chunk(arsc, &chunk));
	}
	*out = arsc;
	return OK;
}

/* Finds where an entry lies; false if this configuration does not have it. */
static RESULT entry_offset(const struct block *block, uint32_t entry, bool *found, uint32_t *out)
{
	struct cursor c = block->chunk;
	uint32_t offset = NO_ENTRY;
	uint16_t index, half;

	*found = false;
	if (block->flags & TYPE_SPARSE) {
		TRY(cursor_seek(&c, block->header));
		for (uint32_t i = 0; i < block->count && offset == NO_ENTRY; i++) {
			TRY(cursor_u16le(&c, &index));
			TRY(cursor_u16le(&c, &half));
			if (index == entry)
				offset = 4U * half;
		}
	} else if (entry < block->count && block->flags & TYPE_OFFSET16) {
		TRY(cursor_seek(&c, block->header + 2 * (uint64_t)entry));
		TRY(cursor_u16le(&c, &half));
		offset = half == NO_ENTRY16 ? NO_ENTRY : 4U * half;
	} else if (entry < block->count) {
		TRY(cursor_seek(&c, block->header + 4 * (uint64_t)entry));
		TRY(cursor_u32le(&c, &offset));
	}
	*found = offset != NO_ENTRY;
	*out = offset;
	return OK;
}

/* A damaged entry is damage of the table, wherever its bytes would lie. */
static RESULT read_value(struct arsc *arsc, const struct block *block, uint32_t offset,
                         struct arsc_value *out)
{
	struct cursor c = block->chunk;
	uint16_t size, flags;
	uint32_t key;

	c.shortage = DIAG_ARSC_PARSE;
	TRY(cursor_seek(&c, (uint64_t)block->start + offset));
	*out = (struct arsc_value){.config = block->config, .at = cursor_at(&c)};
	TRY(cursor_u16le(&c, &size));
	TRY(cursor_u16le(&c, &flags));
	TRY(cursor_u32le(&c, &key));
	out->complex = flags & ENTRY_COMPLEX;
	if (out->complex)
		return OK;
	if (flags & ENTRY_COMPACT) {
		out->type = (uint8_t)(flags >> 8);
		out->data = key;
	} else {
		TRY(cursor_seek(&c, (uint64_t)block->start + offset + size + 3));
		TRY(cursor_u8(&c, &out->type));
		TRY(cursor_u32le(&c, &out->data));
	}
	if (out->type == VALUE_STRING)
		TRY(stringpool_find(&arsc->pool, out->data, &out->string));
	return OK;
}

struct search {
	struct arsc *arsc;
	struct arsc_value *values;
	size_t count;
};

/* The configuration of a value that is reached over a reference: both apply. */
static RESULT join_config(struct arena *arena, const char *outer, const char *inner,
                          const char **out)
{
	char joined[256];

	*out = *inner ? inner : outer;
	if (!*inner || !*outer || strcmp(outer, inner) == 0)
		return OK;
	snprintf(joined, sizeof joined, "%s+%s", outer, inner);
	*out = arena_copy(arena, joined, strlen(joined));
	return *out ? OK : FAILED;
}

static RESULT take_value(struct search *search, const struct arsc_value *value)
{
	ENSURE(search->count < VALUES_MAX, ARSC_PARSE, value->at,
	       "a resource has more than %d values", VALUES_MAX);
	search->values[search->count++] = *value;
	return OK;
}

static bool is_reference(const struct arsc_value *value)
{
	return !value->complex &&
	       (value->type == VALUE_REFERENCE || value->type == VALUE_DYNAMIC_REFERENCE);
}

/* Adds the values of one resource; references are left for the next round. */
static RESULT collect(struct search *search, uint32_t id, const char *config)
{
	struct arsc *arsc = search->arsc;
	struct arsc_value value;
	uint32_t offset;
	bool found;

	for (size_t i = 0; i < arsc->count; i++) {
		const struct block *block = &arsc->blocks[i];
		if (block->package != id >> 24 || block->type != (id >> 16 & 255))
			continue;
		TRY(entry_offset(block, id & 0xffff, &found, &offset));
		if (!found)
			continue;
		TRY(read_value(arsc, block, offset, &value));
		TRY(join_config(arsc->arena, config, value.config, &value.config));
		TRY(take_value(search, &value));
	}
	return OK;
}

/* Replaces references by what they refer to, one step; `more` says whether there was one. */
static RESULT follow(struct search *search, bool *more)
{
	struct arsc *arsc = search->arsc;
	struct search next = {.arsc = arsc};

	*more = false;
	next.values = arsc->scratch[search->values == arsc->scratch[0]];
	for (size_t i = 0; i < search->count; i++) {
		const struct arsc_value *value = &search->values[i];
		if (!is_reference(value)) {
			TRY(take_value(&next, value));
		} else if (value->data && value->data >> 24 != 1) {
			*more = true;
			TRY(collect(&next, value->data, value->config));
		}
	}
	*search = next;
	return OK;
}

/* How well a configuration fits a current device without special settings. */
static int fitness(const char *config)
{
	unsigned long version = 0;
	char *end = NULL;

	if (!*config)
		return 1;
	if (*config == 'v')
		version = strtoul(config + 1, &end, 10);
	return end && !*end && version < 100 ? 1 + (int)version : 0;
}

static void put_best_first(struct arsc_value *values, size_t count)
{
	size_t best = 0;

	for (size_t i = 1; i < count; i++) {
		if (fitness(values[i].config) > fitness(values[best].config))
			best = i;
	}
	if (!best)
		return;
	struct arsc_value first = values[best];
	memmove(values + 1, values, best * sizeof *values);
	values[0] = first;
}

static bool has_reference(const struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		if (is_reference(&search->values[i]))
			return true;
	}
	return false;
}

struct result arsc_resolve(struct arsc *arsc, uint32_t id, struct arsc_value **out, size_t *count)
{
	struct search search = {.arsc = arsc, .values = arsc->scratch[0]};
	struct arsc_value *values;
	bool more = true;

	TRY(collect(&search, id, ""));
	for (int i = 0; more && has_reference(&search); i++) {
		ENSURE(i < CHAIN_MAX, ARSC_PARSE, AT_NONE,
		       "resource 0x%08x: more than %d references in a chain", id, CHAIN_MAX);
		TRY(follow(&search, &more));
	}
	put_best_first(search.values, search.count);
	ALLOC(values, arsc->arena, search.count + 1);
	memcpy(values, search.values, search.count * sizeof *values);
	*out = values;
	*count = search.count;
	return OK;
}
