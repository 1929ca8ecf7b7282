/* test_arsc.c - resource tables: configurations, references, the forms that entries have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "unit/build_axml.h"

enum { SPARSE = 1, OFFSET16 = 2 };
enum { COMPLEX = 1, COMPACT = 8 };

static struct arena arena;
static struct arsc_value *values;
static size_t count;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* One entry of type 1 in one configuration. */
struct block {
	uint8_t form;         /* SPARSE or OFFSET16 */
	uint16_t entry_flags; /* COMPLEX or COMPACT */
	uint16_t entry;
	uint8_t type;
	uint32_t data;
	char language[2];
	uint16_t version;
};

static void put_offsets(struct text *out, const struct block *block)
{
	if (block->form & SPARSE) {
		put16(out, block->entry);
		put16(out, 0);
		return;
	}
	for (unsigned i = 0; i <= block->entry; i++) {
		if (block->form & OFFSET16)
			put16(out, i == block->entry ? 0 : 0xffff);
		else
			put32(out, i == block->entry ? 0 : UINT32_MAX);
	}
	put_zeros(out, -out->len & 3);
}

static void put_entry(struct text *out, const struct block *block)
{
	if (block->entry_flags & COMPACT) {
		put16(out, 0);
		put16(out, (unsigned)(COMPACT | block->type << 8));
		put32(out, block->data);
		return;
	}
	put16(out, 8);
	put16(out, block->entry_flags);
	put32(out, 0);
	put16(out, 8);
	put16(out, (unsigned)block->type << 8);
	put32(out, block->data);
}

static void put_block(struct text *out, const struct block *block)
{
	struct text offsets = {0}, entry = {0};

	put_offsets(&offsets, block);
	put_entry(&entry, block);
	uint32_t header = 20 + 28;
	put16(out, 0x201);
	put16(out, header);
	put32(out, (uint32_t)(header + offsets.len + entry.len));
	put16(out, 1U | (unsigned)block->form << 8);
	put16(out, 0);
	put32(out, block->form & SPARSE ? 1 : block->entry + 1U);
	put32(out, (uint32_t)(header + offsets.len));
	put32(out, 28);
	put_zeros(out, 4);
	text_add(out, block->language, 2);
	put_zeros(out, 14);
	put16(out, block->version);
	put_zeros(out, 2);
	text_add(out, offsets.data, offsets.len);
	text_add(out, entry.data, entry.len);
	text_free(&offsets);
	text_free(&entry);
}

static struct text table(const struct block *blocks, size_t block_count)
{
	static const char *const strings[] = {"zero", "one", "res/xml/a.xml"};
	struct text out = {0};

	put16(&out, 2);
	put16(&out, 12);
	put32(&out, 0);
	put32(&out, 1);
	build_pool(&out, strings, 3, true);
	size_t package = out.len;
	put16(&out, 0x200);
	put16(&out, 288);
	put32(&out, 0);
	put32(&out, 0x7f);
	put_zeros(&out, 288 - 12);
	build_pool(&out, strings, 1, false);
	build_pool(&out, strings, 1, false);
	for (size_t i = 0; i < block_count; i++)
		put_block(&out, &blocks[i]);
	set32(&out, package + 4, (uint32_t)(out.len - package));
	set32(&out, 4, (uint32_t)out.len);
	return out;
}

static bool resolve(const struct block *blocks, size_t block_count, uint32_t id)
{
	struct text bytes = table(blocks, block_count);
	struct arsc *arsc;

	assert_true(arsc_open(cursor_over(bytes.data, bytes.len, DIAG_SYSTEM), &arena, &arsc).ok);
	bool ok = arsc_resolve(arsc, id, &values, &count).ok;
	text_free(&bytes);
	return ok;
}

#define RESOLVE(id, ...) \
	resolve((const struct block[]){__VA_ARGS__}, \
	        sizeof((const struct block[]){__VA_ARGS__}) / sizeof(struct block), id)

static void the_default_stands_first(void **state)
{
	(void)state;
	assert_true(RESOLVE(0x7f010000, {.type = VALUE_STRING, .data = 1, .language = {'z', 'h'}},
	                    {.type = VALUE_STRING, .data = 0},
	                    {.type = VALUE_STRING, .data = 2, .version = 24}));
	assert_int_equal(count, 3);
	assert_string_equal(values[0].config, "v24");
	assert_string_equal(values[0].string, "res/xml/a.xml");
	assert_string_equal(values[1].config, "zh");
	assert_string_equal(values[1].string, "one");
	assert_string_equal(values[2].config, "");
}

static void entries_have_several_forms(void **state)
{
	static const uint8_t forms[] = {0, SPARSE, OFFSET16};

	(void)state;
	for (size_t i = 0; i < sizeof forms; i++) {
		assert_true(RESOLVE(
			0x7f010003,
			{.form = forms[i], .entry = 3, .type = VALUE_BOOLEAN, .data = UINT32_MAX}));
		assert_int_equal(count, 1);
		assert_int_equal(values[0].type, VALUE_BOOLEAN);
		assert_int_equal(values[0].data, UINT32_MAX);
		assert_true(RESOLVE(0x7f010002, {.form = forms[i], .entry = 3}));
		assert_int_equal(count, 0);
		assert_true(RESOLVE(0x7f020003, {.form = forms[i], .entry = 3}));
		assert_int_equal(count, 0);
	}
	assert_true(RESOLVE(0x7f010000, {.entry_flags = COMPACT, .type = VALUE_STRING, .data = 1}));
	assert_string_equal(values[0].string, "one");
	assert_true(RESOLVE(0x7f010000, {.entry_flags = COMPLEX}));
	assert_true(values[0].complex);
}

static void references_are_followed(void **state)
{
	(void)state;
	assert_true(RESOLVE(0x7f010000,
	                    {.type = VALUE_REFERENCE, .data = 0x7f010001, .version = 21},
	                    {.entry = 1, .type = VALUE_REFERENCE, .data = 0x7f010002},
	                    {.entry = 2, .type = VALUE_BOOLEAN, .data = 0}));
	assert_int_equal(count, 1);
	assert_int_equal(values[0].type, VALUE_BOOLEAN);
	assert_string_equal(values[0].config, "v21");
}

static void circles_end(void **state)
{
	(void)state;
	assert_false(RESOLVE(0x7f010000, {.type = VALUE_REFERENCE, .data = 0x7f010001},
	                     {.entry = 1, .type = VALUE_REFERENCE, .data = 0x7f010000}));
	assert_int_equal(fault_last()->code, DIAG_ARSC_PARSE);
	/* a reference to nothing, and one to the platform, give no value */
	assert_true(RESOLVE(0x7f010000, {.type = VALUE_REFERENCE, .data = 0}));
	assert_int_equal(count, 0);
	assert_true(RESOLVE(0x7f010000, {.type = VALUE_REFERENCE, .data = 0x01040000}));
	assert_int_equal(count, 0);
}

static void every_prefix_is_truncated(void **state)
{
	const struct block block = {.type = VALUE_STRING, .data = 1};
	struct text bytes = table(&block, 1);
	struct arsc *arsc;

	(void)state;
	for (size_t len = 0; len < bytes.len; len++) {
		uint8_t *part = malloc(len + 1);
		memcpy(part, bytes.data, len);
		assert_false(arsc_open(cursor_over(part, len, DIAG_SYSTEM), &arena, &arsc).ok);
		assert_int_equal(fault_last()->code, DIAG_ARSC_TRUNCATED);
		free(part);
	}
	text_free(&bytes);
}

static const char *name_of(const uint8_t *config, size_t len)
{
	const char *name = NULL;

	assert_true(arsc_config_name(cursor_over(config, len, DIAG_SYSTEM), &arena, &name).ok);
	return name;
}

static void configurations_have_names(void **state)
{
	uint8_t c[64] = {64};

	(void)state;
	assert_string_equal(name_of(c, 4), "");
	memcpy(c + 8, "zhCN", 4);
	c[24] = 21;
	assert_string_equal(name_of(c, 28), "zh-rCN-v21");
	memcpy(c + 36, "Hans", 4);
	c[4] = 206;
	c[14] = 240;
	c[29] = 0x20;
	assert_string_equal(name_of(c, 64), "mcc206-b+zh+Hans+CN-night-hdpi-v21");
	uint8_t packed[64] = {64};
	packed[8] = (uint8_t)(0x80 | (11 << 2) | (8 >> 3)); /* "fil", five bits a letter */
	packed[9] = (uint8_t)((8 & 7) << 5 | 5);
	assert_string_equal(name_of(packed, 64), "fil");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_default_stands_first),  TEST(entries_have_several_forms),
		TEST(references_are_followed),   TEST(circles_end),
		TEST(every_prefix_is_truncated), TEST(configurations_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
