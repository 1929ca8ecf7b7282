/*
 * dexmake.h - the sample that tests of the DEX reader share, and how they damage it.
 *
 * tests/corpus/dex/all.dex was assembled from tests/corpus/dex/all.smali.txt.
 */
#ifndef PARASOL_TESTS_DEXMAKE_H
#define PARASOL_TESTS_DEXMAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "code/body.h"
#include "code/dex.h"

#define DEX_SAMPLE "tests/corpus/dex/all.dex"

struct dex_test {
	uint8_t bytes[4096];
	size_t size;
	struct arena arena;
	struct unit *unit;
};

static inline int dex_setup(void **state)
{
	struct dex_test *test = calloc(1, sizeof *test);
	FILE *file = fopen(DEX_SAMPLE, "rb");

	if (!test || !file)
		return -1;
	test->size = fread(test->bytes, 1, sizeof test->bytes, file);
	fclose(file);
	arena_init(&test->arena, 64 << 20);
	*state = test;
	return 0;
}

static inline int dex_teardown(void **state)
{
	struct dex_test *test = *state;

	arena_free(&test->arena);
	free(test);
	return 0;
}

static inline bool dex_try(struct dex_test *test)
{
	return dex_read(cursor_over(test->bytes, test->size, DIAG_SYSTEM), &test->arena,
	                &test->unit)
	        .ok;
}

static inline uint32_t dex_get32(const struct dex_test *test, size_t at)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < 4; i++)
		value |= (uint32_t)test->bytes[at + i] << 8 * i;
	return value;
}

static inline void dex_set32(struct dex_test *test, size_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		test->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

/* The issue with a code whose text has `part` in it, or NULL. */
static inline const struct code_issue *dex_issue_of(const struct dex_test *test, enum diag code,
                                                    const char *part)
{
	for (uint32_t i = 0; i < test->unit->issue_count; i++)
		if (test->unit->issues[i].code == code && strstr(test->unit->issues[i].why, part))
			return &test->unit->issues[i];
	return NULL;
}

static inline const struct method *dex_method(const struct unit *unit, const char *name)
{
	for (uint32_t i = 0; i < unit->method_count; i++) {
		const struct method_ref *ref = &unit->method_refs[unit->methods[i].ref];
		if (strcmp(unit_string(unit, ref->name), name) == 0)
			return &unit->methods[i];
	}
	fail_msg("no method %s", name);
	return NULL;
}

static inline uint32_t dex_method_ref(const struct unit *unit, const char *type, const char *name)
{
	for (uint32_t i = 0; i < unit->method_ref_count; i++) {
		const struct method_ref *ref = &unit->method_refs[i];
		if (strcmp(unit_type(unit, ref->type), type) == 0 &&
		    strcmp(unit_string(unit, ref->name), name) == 0)
			return i;
	}
	fail_msg("no reference to %s->%s", type, name);
	return NO_INDEX;
}

#endif
