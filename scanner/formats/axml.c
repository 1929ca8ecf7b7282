/* axml.c - binary XML, chunk by chunk, as the platform's ResXMLTree and XmlBlock walk it. */
#include "formats/axml.h"

#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"

enum chunk_type {
	CHUNK_POOL = 0x0001,
	CHUNK_XML = 0x0003,
	CHUNK_NODES = 0x0100,
	CHUNK_NAMESPACE_START = 0x0100,
	CHUNK_NAMESPACE_END = 0x0101,
	CHUNK_ELEMENT_START = 0x0102,
	CHUNK_ELEMENT_END = 0x0103,
	CHUNK_TEXT = 0x0104,
	CHUNK_NODES_LAST = 0x017f,
	CHUNK_RESOURCE_MAP = 0x0180
};

enum {
	CHUNK_HEADER = 8,
	NODE_HEADER = 16,
	ATTRIBUTE_LEN = 20,
	LEVELS_MAX = 200,
	ELEMENTS_MAX = 200000,
	ATTRIBUTES_MAX = 1000000,
	NAME_MAX_LEN = 1000
};

struct chunk {
	uint16_t type, header;
	uint32_t size;
	size_t at; /* in the document */
};

struct reader {
	struct cursor doc; /* from the root chunk to its announced end */
	struct arena *arena;
	struct axml *axml;
	struct stringpool pool;
	struct cursor ids; /* the resource map */
	bool has_pool, has_ids, root_closed;
	struct axml_element *open; /* the innermost element that is open */
	unsigned depth;
	size_t elements, attributes, namespaces;
};

static const char *const oddity_text[] = {
#define ODDITY(id, text) text,
#include "formats/axml_oddities.def"
#undef ODDITY
};

static const struct known {
	uint32_t id;
	const char *name;
} known_names[] = {
#define ATTRIBUTE(id, number, name) {number, name},
#include "formats/attributes.def"
#undef ATTRIBUTE
};

static const char android_space[] = "http://schemas.android.com/apk/res/android";

static void odd(struct axml *axml, enum axml_oddity oddity, uint64_t at)
{
	if (!axml->oddities[oddity].count++)
		axml->oddities[oddity].at = at;
}

void axml_report(const struct axml *axml, struct facts *facts)
{
	for (size_t i = 0; i < AXML_ODDITY_COUNT; i++) {
		enum diag code = i == AXML_ODDITY_ID_ORDER ? DIAG_AXML_ORDER : DIAG_AXML_EVASION;
		if (!axml->oddities[i].count)
			continue;
		facts_issue(facts, code, axml->oddities[i].at, "%s (%u times)", oddity_text[i],
		            axml->oddities[i].count);
	}
}

/* Reads a chunk header under the rules of the platform's validate_chunk. */
static RESULT read_chunk(const struct cursor *doc, size_t at, unsigned least, struct chunk *out)
{
	struct cursor c = *doc;
	struct chunk chunk = {.at = at};

	TRY(cursor_seek(&c, at));
	TRY(cursor_u16le(&c, &chunk.type));
	TRY(cursor_u16le(&c, &chunk.header));
	TRY(cursor_u32le(&c, &chunk.size));
	ENSURE(chunk.header >= least, AXML_PARSE, doc->origin + at + 2,
	       "chunk 0x%04x: header size %u is below %u (ResourceTypes.h, ResChunk_header)",
	       chunk.type, chunk.header, least);
	ENSURE(chunk.header <= chunk.size, AXML_PARSE, doc->origin + at + 4,
	       "chunk 0x%04x: size 0x%x is below its header size 0x%x", chunk.type, chunk.size,
	       chunk.header);
	ENSURE(!((chunk.header | chunk.size) & 3), AXML_PARSE, doc->origin + at + 2,
	       "chunk 0x%04x: header size 0x%x or size 0x%x is no multiple of 4", chunk.type,
	       chunk.header, chunk.size);
	ENSURE(chunk.size <= doc->size - at, AXML_TRUNCATED, doc->origin + at + 4,
	       "chunk 0x%04x: size 0x%x, and 0x%zx bytes are left", chunk.type, chunk.size,
	       doc->size - at);
	*out = chunk;
	return OK;
}

/* A string, NULL for none; an index that finds nothing is an oddity. */
static RESULT string_at(struct reader *r, uint32_t index, uint64_t at, const char **out)
{
	TRY(stringpool_find(&r->pool, index, out));
	if (!*out && index != STRINGPOOL_NONE)
		odd(r->axml, AXML_ODDITY_STRING_INDEX, at);
	return OK;
}

static RESULT name_at(struct reader *r, uint32_t index, uint64_t at, const char **out)
{
	TRY(string_at(r, index, at, out));
	if (*out && strlen(*out) > NAME_MAX_LEN)
		odd(r->axml, AXML_ODDITY_NAME_LONG, at);
	return OK;
}

static uint32_t resource_id(const struct reader *r, uint32_t name)
{
	struct cursor c = r->ids;
	uint32_t id;

	if (!r->has_ids || name >= c.size / 4)
		return 0;
	if (!cursor_seek(&c, 4 * (uint64_t)name).ok || !cursor_u32le(&c, &id).ok)
		return 0;
	return id;
}

static int compare_id(const void *key, const void *item)
{
	uint32_t a = *(const uint32_t *)key, b = ((const struct known *)item)->id;

	return a < b ? -1 : a > b;
}

/* Notes what makes tools that go by name differ from the platform, which goes by id. */
static void judge_attribute(struct axml *axml, const struct axml_attr *attr)
{
	const struct known *known =
		bsearch(&attr->id, known_names, sizeof known_names / sizeof *known_names,
	                sizeof *known_names, compare_id);

	if (attr->space && !attr->id && strcmp(attr->space, android_space) == 0)
		odd(axml, AXML_ODDITY_ID_MISSING, attr->at);
	if (known && (!attr->name || strcmp(attr->name, known->name) != 0))
		odd(axml, AXML_ODDITY_ID_NAME, attr->at);
	if (attr->id >> 24 == 1 && (!attr->space || strcmp(attr->space, android_space) != 0))
		odd(axml, AXML_ODDITY_ID_SPACE, attr->at);
}

static RESULT read_attribute(struct reader *r, size_t at, struct axml_attr *attr)
{
	struct cursor c = r->doc;
	uint32_t space, name, raw;
	uint16_t size;
	uint8_t zero;

	TRY(cursor_seek(&c, at));
	attr->at = cursor_at(&c);
	TRY(cursor_u32le(&c, &space));
	TRY(cursor_u32le(&c, &name));
	TRY(cursor_u32le(&c, &raw));
	TRY(cursor_u16le(&c, &size));
	TRY(cursor_u8(&c, &zero));
	TRY(cursor_u8(&c, &attr->type));
	TRY(cursor_u32le(&c, &attr->data));
	TRY(name_at(r, space, attr->at, &attr->space));
	TRY(name_at(r, name, attr->at + 4, &attr->name));
	attr->id = resource_id(r, name);
	uint32_t text = attr->type == VALUE_STRING ? attr->data : raw;
	TRY(string_at(r, text, attr->at + 8, &attr->string));
	judge_attribute(r->axml, attr);
	return OK;
}

/*
 * The platform looks ids up in one ordered walk over the attributes (AttributeResolution.cpp), so
 * an attribute behind a higher id is not found, nor is the second of one id.
 */
static void judge_order(struct axml *axml, struct axml_element *element)
{
	uint32_t highest = 0;

	for (size_t i = 0; i < element->attr_count; i++) {
		struct axml_attr *attr = &element->attrs[i];
		if (!attr->id)
			continue;
		if (attr->id == highest)
			odd(axml, AXML_ODDITY_ID_DUPLICATE, attr->at);
		attr->hidden = attr->id < highest;
		if (attr->hidden)
			odd(axml, AXML_ODDITY_ID_ORDER, attr->at);
		if (attr->id > highest)
			highest = attr->id;
	}
}

struct attribute_table {
	uint16_t start, size, count;
};

static RESULT read_attributes(struct reader *r, size_t base, const struct attribute_table *table,
                              struct axml_element *element)
{
	r->attributes += table->count;
	ENSURE(r->attributes <= ATTRIBUTES_MAX, AXML_DEPTH, element->at, "more than %d attributes",
	       ATTRIBUTES_MAX);
	if (table->count && table->size != ATTRIBUTE_LEN)
		odd(r->axml, AXML_ODDITY_ATTRIBUTE_SIZE, element->at);
	if (table->count && table->start != ATTRIBUTE_LEN)
		odd(r->axml, AXML_ODDITY_ATTRIBUTE_START, element->at);
	ALLOC(element->attrs, r->arena, table->count ? table->count : 1);
	element->attr_count = table->count;
	for (size_t i = 0; i < table->count; i++)
		TRY(read_attribute(r, base + table->start + i * table->size, &element->attrs[i]));
	judge_order(r->axml, element);
	return OK;
}

/* Takes an element into the tree. Elements behind the root element are read and dropped. */
static RESULT push(struct reader *r, struct axml_element *element)
{
	ENSURE(++r->elements <= ELEMENTS_MAX, AXML_DEPTH, element->at, "more than %d elements",
	       ELEMENTS_MAX);
	ENSURE(++r->depth <= LEVELS_MAX, AXML_DEPTH, element->at,
	       "elements are nested deeper than %d", LEVELS_MAX);
	element->parent = r->open;
	if (!r->open)
		r->axml->root = element;
	else if (r->open->last)
		r->open->last->next = element;
	else
		r->open->first = element;
	if (r->open)
		r->open->last = element;
	r->open = element;
	return OK;
}

/* ResXMLTree_attrExt: namespace, name, start, size and count of attributes, three indices. */
static RESULT start_element(struct reader *r, const struct chunk *chunk)
{
	struct cursor c = r->doc;
	struct attribute_table table;
	struct axml_element *element;
	uint32_t space, name;
	size_t base = chunk->at + chunk->header;

	TRY(cursor_seek(&c, base));
	TRY(cursor_u32le(&c, &space));
	TRY(cursor_u32le(&c, &name));
	TRY(cursor_u16le(&c, &table.start));
	TRY(cursor_u16le(&c, &table.size));
	TRY(cursor_u16le(&c, &table.count));
	uint64_t need = table.start + (uint64_t)table.size * table.count;
	ENSURE(need <= chunk->size - chunk->header, AXML_PARSE, r->doc.origin + base + 8,
	       "element: its attributes take 0x%llx bytes of 0x%x (ResXMLTree_attrExt)",
	       (unsigned long long)need, chunk->size - chunk->header);
	ALLOC(element, r->arena, 1);
	element->at = r->doc.origin + chunk->at;
	TRY(push(r, element));
	TRY(name_at(r, space, r->doc.origin + base, &element->space));
	TRY(name_at(r, name, r->doc.origin + base + 4, &element->name));
	return read_attributes(r, base, &table, element);
}

static RESULT end_element(struct reader *r, const struct chunk *chunk)
{
	struct cursor c = r->doc;
	const char *ended;
	uint32_t name;

	TRY(cursor_seek(&c, chunk->at + chunk->header + 4));
	TRY(cursor_u32le(&c, &name));
	TRY(stringpool_find(&r->pool, name, &ended));
	bool same = r->open && (ended == r->open->name ||
	                        (ended && r->open->name && strcmp(ended, r->open->name) == 0));
	if (!same)
		odd(r->axml, AXML_ODDITY_END_STRAY, r->doc.origin + chunk->at);
	if (!r->open)
		return OK;
	r->open = r->open->parent;
	r->depth--;
	r->root_closed = !r->open;
	return OK;
}

static RESULT add_text(struct reader *r, const struct chunk *chunk)
{
	struct cursor c = r->doc;
	const char *text;
	uint32_t index;

	TRY(cursor_seek(&c, chunk->at + chunk->header));
	TRY(cursor_u32le(&c, &index));
	TRY(string_at(r, index, r->doc.origin + chunk->at, &text));
	if (!r->open || !text)
		return OK;
	const char *before = r->open->text ? r->open->text : "";
	size_t len = strlen(before), more = strlen(text);
	char *joined;
	ALLOC(joined, r->arena, len + more + 1);
	memcpy(joined, before, len);
	memcpy(joined + len, text, more);
	r->open->text = joined;
	return OK;
}

/* Bytes that a node must have behind its header. */
static uint32_t least_body(uint16_t type)
{
	switch (type) {
	case CHUNK_NAMESPACE_START:
	case CHUNK_NAMESPACE_END:
	case CHUNK_ELEMENT_END:
		return 8;
	case CHUNK_ELEMENT_START:
		return 20;
	case CHUNK_TEXT:
		return 12;
	default:
		return 0;
	}
}

static RESULT read_node(struct reader *r, const struct chunk *chunk)
{
	uint64_t at = r->doc.origin + chunk->at;
	uint32_t least = least_body(chunk->type);

	if (!least)
		return OK;
	ENSURE(chunk->size - chunk->header >= least, AXML_PARSE, at + 4,
	       "node 0x%04x: %u bytes behind its header, %u needed", chunk->type,
	       chunk->size - chunk->header, least);
	switch (chunk->type) {
	case CHUNK_NAMESPACE_START:
		r->namespaces++;
		return OK;
	case CHUNK_NAMESPACE_END:
		if (r->namespaces)
			r->namespaces--;
		return OK;
	case CHUNK_ELEMENT_START:
		return start_element(r, chunk);
	case CHUNK_ELEMENT_END:
		return end_element(r, chunk);
	default:
		return add_text(r, chunk);
	}
}

/*
 * What follows the end of the root element is never read by the platform's parsers; only the ends
 * of namespaces belong there.
 */
static void read_epilogue(struct reader *r, size_t at)
{
	struct chunk chunk;

	while (at < r->doc.size) {
		if (!read_chunk(&r->doc, at, NODE_HEADER, &chunk).ok ||
		    chunk.type != CHUNK_NAMESPACE_END) {
			odd(r->axml, AXML_ODDITY_TRAILING_NODES, r->doc.origin + at);
			return;
		}
		if (chunk.header != NODE_HEADER)
			odd(r->axml, AXML_ODDITY_NODE_HEADER, r->doc.origin + at);
		if (r->namespaces)
			r->namespaces--;
		at += chunk.size;
	}
}

/* Notes an odd chunk before it is judged, so that a refused document tells why it is odd. */
static void note_chunk(struct reader *r, size_t at, bool prologue)
{
	struct cursor c = r->doc;
	uint16_t type, header;

	if (!cursor_seek(&c, at).ok || !cursor_u16le(&c, &type).ok || !cursor_u16le(&c, &header).ok)
		return;
	bool node = least_body(type) != 0;
	if (!node && !(prologue && (type == CHUNK_POOL || type == CHUNK_RESOURCE_MAP)))
		odd(r->axml, AXML_ODDITY_UNKNOWN_CHUNK, r->doc.origin + at);
	if (node && header != NODE_HEADER)
		odd(r->axml, AXML_ODDITY_NODE_HEADER, r->doc.origin + at);
}

static RESULT read_nodes(struct reader *r, size_t at)
{
	struct chunk chunk;

	while (at < r->doc.size && !r->root_closed) {
		note_chunk(r, at, false);
		TRY(read_chunk(&r->doc, at, NODE_HEADER, &chunk));
		TRY(read_node(r, &chunk));
		at += chunk.size;
	}
	if (r->open)
		odd(r->axml, AXML_ODDITY_UNCLOSED, r->doc.origin + at);
	read_epilogue(r, at);
	if (r->namespaces)
		odd(r->axml, AXML_ODDITY_NAMESPACE_OPEN, r->doc.origin + r->doc.size);
	return OK;
}

static RESULT open_pool(struct reader *r, const struct chunk *chunk)
{
	struct cursor body;

	if (r->has_pool)
		odd(r->axml, AXML_ODDITY_POOLS, r->doc.origin + chunk->at);
	TRY(cursor_slice(&r->doc, chunk->at, chunk->size, &body));
	struct result opened = stringpool_open(body, DIAG_AXML_PARSE, r->arena, &r->pool);
	if (r->pool.styles)
		odd(r->axml, AXML_ODDITY_POOL_STYLES, body.origin + 12);
	if (r->pool.crowded)
		odd(r->axml, AXML_ODDITY_POOL_COUNT, body.origin + 8);
	r->has_pool = opened.ok;
	return opened;
}

static RESULT open_ids(struct reader *r, const struct chunk *chunk)
{
	if (r->has_ids)
		odd(r->axml, AXML_ODDITY_POOLS, r->doc.origin + chunk->at);
	r->has_ids = true;
	return cursor_slice(&r->doc, chunk->at + chunk->header, chunk->size - chunk->header,
	                    &r->ids);
}

/* Walks the chunks in front of the first node, and finds that node. */
static RESULT read_prologue(struct reader *r, size_t at, size_t *first)
{
	struct chunk chunk;

	while (at < r->doc.size) {
		note_chunk(r, at, true);
		TRY(read_chunk(&r->doc, at, CHUNK_HEADER, &chunk));
		if (chunk.type >= CHUNK_NODES && chunk.type <= CHUNK_NODES_LAST) {
			ENSURE(r->has_pool, AXML_PARSE, r->doc.origin + at,
			       "a node stands before any string pool");
			*first = at;
			return OK;
		}
		if (chunk.type == CHUNK_POOL)
			TRY(open_pool(r, &chunk));
		else if (chunk.type == CHUNK_RESOURCE_MAP)
			TRY(open_ids(r, &chunk));
		at += chunk.size;
	}
	FAIL(AXML_PARSE, r->doc.origin + at, "no node at all");
}

static RESULT open_root(struct cursor body, struct axml *axml, struct cursor *doc, size_t *first)
{
	uint16_t type, header;
	uint32_t size;

	ENSURE(body.size <= limit_get(LIMIT_AXML), AXML_DEPTH, body.origin,
	       "%zu bytes of binary XML are above the limit of %llu", body.size,
	       (unsigned long long)limit_get(LIMIT_AXML));
	TRY(cursor_u16le(&body, &type));
	TRY(cursor_u16le(&body, &header));
	TRY(cursor_u32le(&body, &size));
	if (type != CHUNK_XML)
		odd(axml, AXML_ODDITY_ROOT_TYPE, body.origin);
	if (header != CHUNK_HEADER)
		odd(axml, AXML_ODDITY_ROOT_HEADER, body.origin + 2);
	ENSURE(header <= size, AXML_PARSE, body.origin + 2,
	       "root chunk: header size %u is above its size %u", header, size);
	ENSURE(size <= body.size, AXML_TRUNCATED, body.origin + 4,
	       "root chunk: size %u, and the entry has %zu bytes", size, body.size);
	if (size < body.size)
		odd(axml, AXML_ODDITY_TRAILING_FILE, body.origin + size);
	TRY(cursor_slice(&body, 0, size, doc));
	*first = header;
	return OK;
}

struct result axml_parse(struct cursor body, struct arena *arena, struct axml *out)
{
	struct reader r = {.arena = arena, .axml = out};
	size_t at, first;

	*out = (struct axml){0};
	body = cursor_over(body.data, body.size, DIAG_AXML_TRUNCATED);
	TRY(open_root(body, out, &r.doc, &at));
	TRY(read_prologue(&r, at, &first));
	TRY(read_nodes(&r, first));
	ENSURE(out->root, AXML_PARSE, r.doc.origin, "no element at all");
	return OK;
}

bool axml_begins(struct cursor body)
{
	uint16_t type, header, inner, inner_header;

	body.pos = 0;
	if (!cursor_u16le(&body, &type).ok || !cursor_u16le(&body, &header).ok)
		return false;
	if (type == CHUNK_XML && header == CHUNK_HEADER)
		return true;
	return cursor_seek(&body, header).ok && cursor_u16le(&body, &inner).ok &&
	       cursor_u16le(&body, &inner_header).ok && header >= CHUNK_HEADER && type != 0x0002 &&
	       inner == CHUNK_POOL && inner_header == 28;
}

const struct axml_element *axml_next(const struct axml_element *from, const char *name)
{
	while (from && name && (!from->name || strcmp(from->name, name) != 0))
		from = from->next;
	return from;
}

const struct axml_element *axml_child(const struct axml_element *element, const char *name)
{
	return axml_next(element->first, name);
}

const struct axml_attr *axml_attr_by_id(const struct axml_element *element, uint32_t id)
{
	for (size_t i = 0; i < element->attr_count; i++) {
		if (element->attrs[i].id == id)
			return &element->attrs[i];
	}
	return NULL;
}

const struct axml_attr *axml_attr_by_name(const struct axml_element *element, const char *name)
{
	for (size_t i = 0; i < element->attr_count; i++) {
		const struct axml_attr *attr = &element->attrs[i];
		if (!attr->space && attr->name && strcmp(attr->name, name) == 0)
			return attr;
	}
	return NULL;
}
