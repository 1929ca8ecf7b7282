/*
 * build_axml.h - binary XML for tests: elements are added one by one, every size field can be bent.
 *
 * The pool begins with the names of attributes.def, which the resource map covers, so the index of
 * such a name is its place in that table.
 */
#ifndef PARASOL_TESTS_BUILD_AXML_H
#define PARASOL_TESTS_BUILD_AXML_H

#include <string.h>

#include "base/text.h"
#include "formats/attribute.h"

struct build_attr {
	int attribute; /* enum attribute, or -1 for an attribute without id */
	const char *name;
	uint8_t type;
	uint32_t data;
	const char *string;
};

#define TEXT(id, value) \
	{ \
		ATTRIBUTE_##id, NULL, VALUE_STRING, 0, value \
	}
#define YES(id) \
	{ \
		ATTRIBUTE_##id, NULL, VALUE_BOOLEAN, 0xffffffff, NULL \
	}
#define NO(id) \
	{ \
		ATTRIBUTE_##id, NULL, VALUE_BOOLEAN, 0, NULL \
	}
#define NUMBER(id, value) \
	{ \
		ATTRIBUTE_##id, NULL, VALUE_INT_FIRST, value, NULL \
	}
#define REFERENCE(id, value) \
	{ \
		ATTRIBUTE_##id, NULL, VALUE_REFERENCE, value, NULL \
	}
#define PLAIN(name, value) \
	{ \
		-1, name, VALUE_STRING, 0, value \
	}
#define PLAIN_YES(name) \
	{ \
		-1, name, VALUE_BOOLEAN, 0xffffffff, NULL \
	}
#define PLAIN_NO(name) \
	{ \
		-1, name, VALUE_BOOLEAN, 0, NULL \
	}
#define OPEN(b, name, ...) \
	build_open(b, name, (const struct build_attr[]){__VA_ARGS__}, \
	           sizeof((const struct build_attr[]){__VA_ARGS__}) / sizeof(struct build_attr))

struct build {
	const char *strings[512];
	uint32_t count;
	bool utf8;
	uint16_t root_type;      /* 3 */
	uint16_t attribute_size; /* 20 */
	uint16_t node_header;    /* 16 */
	struct text nodes;
};

static const struct {
	uint32_t id;
	const char *name;
} build_names[] = {
#define ATTRIBUTE(id, number, name) {number, name},
#include "formats/attributes.def"
#undef ATTRIBUTE
};

static inline void put16(struct text *out, unsigned value)
{
	text_add(out, (char[]){(char)value, (char)(value >> 8)}, 2);
}

static inline void put32(struct text *out, uint32_t value)
{
	put16(out, value & 0xffff);
	put16(out, value >> 16);
}

static inline void set32(struct text *out, size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		out->data[at + i] = (char)(value >> (8 * i));
}

static inline void put_zeros(struct text *out, size_t count)
{
	while (count--)
		text_add(out, "", 1);
}

static inline uint32_t build_string(struct build *b, const char *string)
{
	for (uint32_t i = 0; i < b->count; i++) {
		if (strcmp(b->strings[i], string) == 0)
			return i;
	}
	b->strings[b->count] = string;
	return b->count++;
}

static inline void build_start(struct build *b)
{
	*b = (struct build){.root_type = 3, .attribute_size = 20, .node_header = 16};
	for (int i = 0; i < ATTRIBUTE_COUNT; i++)
		build_string(b, build_names[i].name);
}

static inline void build_node(struct build *b, unsigned type, uint32_t body)
{
	put16(&b->nodes, type);
	put16(&b->nodes, b->node_header);
	put32(&b->nodes, b->node_header + body);
	put32(&b->nodes, 1);
	put32(&b->nodes, UINT32_MAX);
	put_zeros(&b->nodes, b->node_header - 16U);
}

static inline void build_attribute(struct build *b, const struct build_attr *a)
{
	static const char space[] = "http://schemas.android.com/apk/res/android";
	uint32_t text = a->string ? build_string(b, a->string) : UINT32_MAX;

	put32(&b->nodes, a->attribute >= 0 ? build_string(b, space) : UINT32_MAX);
	put32(&b->nodes, a->attribute >= 0 ? (uint32_t)a->attribute : build_string(b, a->name));
	put32(&b->nodes, text);
	put16(&b->nodes, 8);
	put16(&b->nodes, (unsigned)a->type << 8);
	put32(&b->nodes, a->string ? text : a->data);
	put_zeros(&b->nodes, b->attribute_size - 20U);
}

static inline void build_open(struct build *b, const char *name, const struct build_attr *attrs,
                              size_t count)
{
	build_node(b, 0x102, (uint32_t)(20 + count * b->attribute_size));
	put32(&b->nodes, UINT32_MAX);
	put32(&b->nodes, build_string(b, name));
	put16(&b->nodes, 20);
	put16(&b->nodes, b->attribute_size);
	put16(&b->nodes, (unsigned)count);
	put_zeros(&b->nodes, 6);
	for (size_t i = 0; i < count; i++)
		build_attribute(b, &attrs[i]);
}

static inline void build_close(struct build *b, const char *name)
{
	build_node(b, 0x103, 8);
	put32(&b->nodes, UINT32_MAX);
	put32(&b->nodes, build_string(b, name));
}

static inline void build_text(struct build *b, const char *text)
{
	build_node(b, 0x104, 12);
	put32(&b->nodes, build_string(b, text));
	put32(&b->nodes, 8);
	put32(&b->nodes, 0);
}

/* An element without children. */
#define LEAF(b, name, ...) \
	do { \
		OPEN(b, name, __VA_ARGS__); \
		build_close(b, name); \
	} while (0)

static inline void build_stored(struct text *data, const char *string, bool utf8)
{
	size_t len = strlen(string);

	if (utf8) { /* ASCII, up to 0x7fff */
		for (int i = 0; i < 2; i++) {
			if (len > 127)
				text_add(data, (char[]){(char)(0x80 | len >> 8)}, 1);
			text_add(data, (char[]){(char)len}, 1);
		}
		text_add(data, string, len + 1);
		return;
	}
	put16(data, (unsigned)len);
	for (size_t i = 0; i <= len; i++)
		put16(data, (unsigned char)string[i]);
}

static inline void build_pool(struct text *out, const char *const *strings, uint32_t count,
                              bool utf8)
{
	struct text offsets = {0}, data = {0};

	for (uint32_t i = 0; i < count; i++) {
		put32(&offsets, (uint32_t)data.len);
		build_stored(&data, strings[i], utf8);
	}
	put_zeros(&data, -data.len & 3);
	put16(out, 1);
	put16(out, 28);
	put32(out, (uint32_t)(28 + offsets.len + data.len));
	put32(out, count);
	put32(out, 0);
	put32(out, utf8 ? 0x100 : 0);
	put32(out, (uint32_t)(28 + offsets.len));
	put32(out, 0);
	text_add(out, offsets.data ? offsets.data : "", offsets.len);
	text_add(out, data.data ? data.data : "", data.len);
	text_free(&offsets);
	text_free(&data);
}

/* The finished document; frees the builder's memory. */
static inline struct text build_finish(struct build *b)
{
	struct text out = {0};

	put16(&out, b->root_type);
	put16(&out, 8);
	put32(&out, 0);
	build_pool(&out, b->strings, b->count, b->utf8);
	put16(&out, 0x180);
	put16(&out, 8);
	put32(&out, 8 + 4 * ATTRIBUTE_COUNT);
	for (int i = 0; i < ATTRIBUTE_COUNT; i++)
		put32(&out, build_names[i].id);
	text_add(&out, b->nodes.data, b->nodes.len);
	set32(&out, 4, (uint32_t)out.len);
	text_free(&b->nodes);
	return out;
}

#endif
