/*
 * classmake.h - for unit tests: class files put together by hand (JVMS 4.1), so that any part can
 * be wrong, or newer than the compiler at hand. Numbers of constants are returned as they are
 * added.
 */
#ifndef PARASOL_TESTS_CLASSMAKE_H
#define PARASOL_TESTS_CLASSMAKE_H

#include <string.h>

#include "base/text.h"

struct classmake {
	struct text pool, methods, attributes;
	unsigned constants, method_count, attribute_count;
	unsigned minor, major, flags, self, super;
};

static inline void put1(struct text *out, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	text_add(out, &byte, 1);
}

static inline void put2(struct text *out, unsigned value)
{
	put1(out, value >> 8);
	put1(out, value);
}

static inline void put4(struct text *out, uint32_t value)
{
	put2(out, value >> 16);
	put2(out, value & 0xffff);
}

static inline unsigned make_bytes(struct classmake *make, const void *bytes, size_t len)
{
	put1(&make->pool, 1);
	put2(&make->pool, (unsigned)len);
	text_add(&make->pool, bytes, len);
	return make->constants++;
}

static inline unsigned make_text(struct classmake *make, const char *text)
{
	return make_bytes(make, text, strlen(text));
}

/* A constant with one operand: Class 7, String 8, MethodType 16. */
static inline unsigned make_one(struct classmake *make, unsigned tag, const char *text)
{
	unsigned operand = make_text(make, text);

	put1(&make->pool, tag);
	put2(&make->pool, operand);
	return make->constants++;
}

/* A constant with two operands. */
static inline unsigned make_two(struct classmake *make, unsigned tag, unsigned a, unsigned b)
{
	put1(&make->pool, tag);
	put2(&make->pool, a);
	put2(&make->pool, b);
	return make->constants++;
}

static inline unsigned make_pair(struct classmake *make, const char *name, const char *descriptor)
{
	unsigned first = make_text(make, name);

	return make_two(make, 12, first, make_text(make, descriptor));
}

/* Fieldref 9, Methodref 10, InterfaceMethodref 11. */
static inline unsigned make_ref(struct classmake *make, unsigned tag, const char *class,
                                const char *name, const char *descriptor)
{
	unsigned first = make_one(make, 7, class);

	return make_two(make, tag, first, make_pair(make, name, descriptor));
}

static inline void make_start(struct classmake *make, const char *name)
{
	*make = (struct classmake){.constants = 1, .major = 52, .flags = 0x21};
	make->self = make_one(make, 7, name);
	make->super = make_one(make, 7, "java/lang/Object");
}

static inline void make_attribute(struct classmake *make, const char *name, const void *bytes,
                                  size_t len)
{
	put2(&make->attributes, make_text(make, name));
	put4(&make->attributes, (uint32_t)len);
	text_add(&make->attributes, bytes, len);
	make->attribute_count++;
}

struct make_code {
	const char *name, *descriptor; /* "m" and "()V" if NULL */
	unsigned stack, locals;
	const uint8_t *bytes;
	size_t len;
	const uint16_t *handlers; /* four numbers each */
	unsigned handler_count;
};

/* A static method. */
static inline void make_method(struct classmake *make, const struct make_code *code)
{
	struct text *out = &make->methods;

	put2(out, 0x9);
	put2(out, make_text(make, code->name ? code->name : "m"));
	put2(out, make_text(make, code->descriptor ? code->descriptor : "()V"));
	put2(out, 1);
	put2(out, make_text(make, "Code"));
	put4(out, (uint32_t)(12 + code->len + 8 * code->handler_count));
	put2(out, code->stack);
	put2(out, code->locals);
	put4(out, (uint32_t)code->len);
	text_add(out, code->bytes, code->len);
	put2(out, code->handler_count);
	for (unsigned i = 0; i < 4 * code->handler_count; i++)
		put2(out, code->handlers[i]);
	put2(out, 0);
	make->method_count++;
}

/* The file; frees the parts. */
static inline struct text make_finish(struct classmake *make)
{
	struct text out = {0};

	put4(&out, 0xcafebabe);
	put2(&out, make->minor);
	put2(&out, make->major);
	put2(&out, make->constants);
	text_add(&out, make->pool.data, make->pool.len);
	put2(&out, make->flags);
	put2(&out, make->self);
	put2(&out, make->super);
	put4(&out, 0);
	put2(&out, make->method_count);
	text_add(&out, make->methods.data, make->methods.len);
	put2(&out, make->attribute_count);
	text_add(&out, make->attributes.data, make->attributes.len);
	text_free(&make->pool);
	text_free(&make->methods);
	text_free(&make->attributes);
	return out;
}

#endif
