/*
 * classdynamic.c - dynamic call sites whose factories are known: LambdaMetafactory, and
 * StringConcatFactory with its recipes (java.lang.invoke, Java SE API).
 */
#include <string.h>

#include "code/classbody.h"

/* Kinds of method handles (JVMS 4.4.8). */
enum { HANDLE_VIRTUAL = 5, HANDLE_STATIC, HANDLE_SPECIAL, HANDLE_NEW, HANDLE_INTERFACE };

static void make_lambda(const struct maker *maker, const struct class_bootstrap *bootstrap,
                        struct dynamic *out)
{
	static const uint8_t invokes[] = {
		[HANDLE_VIRTUAL] = INVOKE_VIRTUAL,     [HANDLE_STATIC] = INVOKE_STATIC,
		[HANDLE_SPECIAL] = INVOKE_DIRECT,      [HANDLE_NEW] = INVOKE_DIRECT,
		[HANDLE_INTERFACE] = INVOKE_INTERFACE,
	};
	uint8_t kind = 0;
	uint32_t target = class_lambda_target(maker->state, maker->method->pool, bootstrap, &kind);

	if (target == NO_INDEX)
		return;
	out->kind = DYNAMIC_LAMBDA;
	out->target = target;
	out->invoke = invokes[kind];
	out->construct = kind == HANDLE_NEW;
}

/* A recipe of so many arguments: the end of a row of 255, the most that a method has. */
static const char *plain_recipe(uint32_t arguments)
{
#define ONES "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1"
	static const char ones[] =
		ONES ONES ONES ONES ONES ONES ONES ONES ONES ONES ONES ONES ONES ONES ONES ONES;
#undef ONES
	size_t most = sizeof ones - 1;

	return ones + most - (arguments < most ? arguments : most);
}

/* The text of a constant of the recipe and its length; NULL if it may not stand in one. */
static const char *constant_text(const struct maker *maker, uint32_t n, size_t *len)
{
	uint32_t string = class_index(maker->state, maker->method->pool, n, 1U << TAG_STRING);
	const char *text = unit_string(maker->unit, string);

	*len = strcspn(text, "\1\2");
	return string == NO_INDEX || text[*len] ? NULL : text;
}

/* Takes the cost of reading `bytes` from the budget; false once it is used up. */
static bool afford(struct maker *maker, size_t bytes)
{
	maker->recipe_budget -= bytes < maker->recipe_budget ? bytes : maker->recipe_budget;
	return maker->recipe_budget > 0;
}

/* The length of a recipe whose constants are put in; 0 if there is nothing to put in, or too much:
 * then the constants are not followed. */
static size_t full_len(struct maker *maker, const struct class_bootstrap *bootstrap,
                       const char *recipe)
{
	uint32_t constant = 0;
	size_t len = strlen(recipe), part;

	if (!maker->recipe_budget || !afford(maker, len))
		return 0;
	for (const char *at = strchr(recipe, '\2'); at; at = strchr(at + 1, '\2')) {
		uint32_t n = class_bootstrap_argument(bootstrap, ++constant);
		len += constant_text(maker, n, &part) ? part - 1 : 0;
		if (!afford(maker, part + 1))
			return 0;
	}
	return constant ? len : 0;
}

static void fill_recipe(const struct maker *maker, const struct class_bootstrap *bootstrap,
                        const char *recipe, char *out)
{
	uint32_t constant = 0;

	for (; *recipe; recipe++) {
		const char *text = NULL;
		size_t part = 1;
		if (*recipe == '\2') {
			uint32_t n = class_bootstrap_argument(bootstrap, ++constant);
			text = constant_text(maker, n, &part);
			part = text ? part : 1;
		}
		memcpy(out, text ? text : recipe, part);
		out += part;
	}
}

static RESULT full_recipe(struct maker *maker, const struct class_bootstrap *bootstrap,
                          const char *recipe, const char **out)
{
	size_t len = full_len(maker, bootstrap, recipe);
	char *full;

	*out = recipe;
	if (!len)
		return OK;
	ALLOC(full, maker->arena, len + 1);
	fill_recipe(maker, bootstrap, recipe, full);
	*out = full;
	return OK;
}

static RESULT make_concat(struct maker *maker, const struct class_bootstrap *bootstrap,
                          struct dynamic *out)
{
	const struct unit *unit = maker->unit;
	uint32_t pool = maker->method->pool;

	out->kind = DYNAMIC_CONCAT;
	out->recipe = plain_recipe(unit->protos[out->proto].count);
	if (unit->method_refs[bootstrap->method].name == KNOWN_CONCAT)
		return OK;
	uint32_t recipe = class_index(maker->state, pool, class_bootstrap_argument(bootstrap, 0),
	                              1U << TAG_STRING);
	if (recipe == NO_INDEX) {
		out->kind = DYNAMIC_OTHER;
		out->recipe = NULL;
		return OK;
	}
	return full_recipe(maker, bootstrap, unit->strings[recipe], &out->recipe);
}

struct result class_make_dynamic(struct maker *maker, const struct class_constant *constant,
                                 struct dynamic *out)
{
	const struct class_state *state = maker->state;
	uint32_t pool = maker->method->pool;
	uint32_t pair = class_operand(state, pool, constant, 2);
	struct class_bootstrap bootstrap;

	*out = (struct dynamic){.kind = DYNAMIC_OTHER,
	                        .name = class_index(state, pool, pair, 1U << TAG_NAME_AND_TYPE),
	                        .proto = constant->index,
	                        .target = NO_INDEX};
	if (!class_bootstrap(state, pool, constant, &bootstrap).ok)
		return OK; /* the walk has noted it */
	unsigned factory = class_factory(maker->unit, &bootstrap);
	if (factory == DYNAMIC_LAMBDA)
		make_lambda(maker, &bootstrap, out);
	return factory == DYNAMIC_CONCAT ? make_concat(maker, &bootstrap, out) : OK;
}
