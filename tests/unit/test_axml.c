/* test_axml.c - binary XML: what Android reads is read, what it refuses is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "unit/build_axml.h"

static struct arena arena;
static struct axml axml;

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

static struct result parse(const struct text *doc)
{
	return axml_parse(cursor_over(doc->data, doc->len, DIAG_AXML_TRUNCATED), &arena, &axml);
}

static void add_manifest(struct build *b)
{
	OPEN(b, "manifest", NUMBER(VERSION_CODE, 7), PLAIN("package", "org.example"));
	OPEN(b, "application", TEXT(LABEL, "Bank"), YES(DEBUGGABLE));
	build_text(b, "some ");
	build_text(b, "text");
	build_close(b, "application");
	build_close(b, "manifest");
}

static struct text manifest(bool utf8)
{
	struct build b;

	build_start(&b);
	b.utf8 = utf8;
	add_manifest(&b);
	return build_finish(&b);
}

static unsigned oddities(void)
{
	unsigned kinds = 0;

	for (int i = 0; i < AXML_ODDITY_COUNT; i++)
		kinds += axml.oddities[i].count != 0;
	return kinds;
}

static void reads_both_encodings(void **state)
{
	(void)state;
	for (int utf8 = 0; utf8 < 2; utf8++) {
		struct text doc = manifest(utf8);
		assert_true(parse(&doc).ok);
		assert_int_equal(oddities(), 0);
		assert_string_equal(axml.root->name, "manifest");
		assert_string_equal(axml_attr_by_name(axml.root, "package")->string, "org.example");
		assert_int_equal(axml_attr_by_id(axml.root, 0x0101021b)->data, 7);
		const struct axml_element *app = axml_child(axml.root, "application");
		assert_non_null(app);
		assert_string_equal(app->text, "some text");
		assert_string_equal(axml_attr_by_id(app, 0x01010001)->string, "Bank");
		assert_int_equal(axml_attr_by_id(app, 0x0101000f)->type, VALUE_BOOLEAN);
		assert_null(axml_attr_by_id(app, 0x01010280));
		text_free(&doc);
	}
}

static void every_prefix_is_truncated(void **state)
{
	struct text doc = manifest(false);

	(void)state;
	for (size_t len = 0; len < doc.len; len++) {
		struct text part = {.data = doc.data, .len = len};
		assert_false(parse(&part).ok);
		assert_int_equal(fault_last()->code, DIAG_AXML_TRUNCATED);
	}
	text_free(&doc);
}

/* Bends one field of the builder, and says which single oddity must be noted. */
static void expect_odd(const struct build *bent, enum axml_oddity oddity)
{
	struct build b;

	build_start(&b);
	b.root_type = bent->root_type;
	b.attribute_size = bent->attribute_size;
	b.node_header = bent->node_header;
	add_manifest(&b);
	struct text doc = build_finish(&b);
	assert_true(parse(&doc).ok);
	assert_int_equal(oddities(), 1);
	assert_true(axml.oddities[oddity].count > 0);
	assert_int_equal(axml_attr_by_id(axml.root, 0x0101021b)->data, 7);
	text_free(&doc);
}

static void reads_evasions_as_android_does(void **state)
{
	(void)state;
	expect_odd(&(struct build){.root_type = 0, .attribute_size = 20, .node_header = 16},
	           AXML_ODDITY_ROOT_TYPE);
	expect_odd(&(struct build){.root_type = 3, .attribute_size = 24, .node_header = 16},
	           AXML_ODDITY_ATTRIBUTE_SIZE);
	expect_odd(&(struct build){.root_type = 3, .attribute_size = 20, .node_header = 1040},
	           AXML_ODDITY_NODE_HEADER);
}

static void stops_behind_the_root_element(void **state)
{
	struct text doc = manifest(false);

	(void)state;
	put_zeros(&doc, 40);
	assert_true(parse(&doc).ok);
	assert_int_equal(axml.oddities[AXML_ODDITY_TRAILING_FILE].count, 1);
	set32(&doc, 4, (uint32_t)doc.len);
	assert_true(parse(&doc).ok);
	assert_int_equal(axml.oddities[AXML_ODDITY_TRAILING_NODES].count, 1);
	assert_int_equal(axml.oddities[AXML_ODDITY_TRAILING_FILE].count, 0);
	text_free(&doc);
}

static void refuses_junk_between_elements(void **state)
{
	struct build b;

	(void)state;
	build_start(&b);
	OPEN(&b, "manifest", PLAIN("package", "p"));
	put32(&b.nodes, 0xefbeadde);
	put32(&b.nodes, 0xefbeadde);
	build_close(&b, "manifest");
	struct text doc = build_finish(&b);
	assert_false(parse(&doc).ok);
	assert_int_equal(fault_last()->code, DIAG_AXML_PARSE);
	assert_int_equal(axml.oddities[AXML_ODDITY_UNKNOWN_CHUNK].count, 1);
	text_free(&doc);
}

static void skips_unknown_chunks_as_nodes(void **state)
{
	struct build b;

	(void)state;
	build_start(&b);
	OPEN(&b, "manifest", PLAIN("package", "p"));
	build_node(&b, 0x3370, 4);
	put32(&b.nodes, 0);
	LEAF(&b, "application", YES(DEBUGGABLE));
	build_close(&b, "manifest");
	struct text doc = build_finish(&b);
	assert_true(parse(&doc).ok);
	assert_int_equal(axml.oddities[AXML_ODDITY_UNKNOWN_CHUNK].count, 1);
	assert_non_null(axml_child(axml.root, "application"));
	text_free(&doc);
}

static void limits_depth(void **state)
{
	struct build b;

	(void)state;
	build_start(&b);
	for (int i = 0; i < 201; i++)
		OPEN(&b, "a", PLAIN("x", "y"));
	struct text doc = build_finish(&b);
	assert_false(parse(&doc).ok);
	assert_int_equal(fault_last()->code, DIAG_AXML_DEPTH);
	text_free(&doc);
}

static void an_open_document_is_read(void **state)
{
	struct build b;

	(void)state;
	build_start(&b);
	OPEN(&b, "manifest", PLAIN("package", "p"));
	OPEN(&b, "application", YES(DEBUGGABLE));
	struct text doc = build_finish(&b);
	assert_true(parse(&doc).ok);
	assert_int_equal(axml.oddities[AXML_ODDITY_UNCLOSED].count, 1);
	assert_non_null(axml_child(axml.root, "application"));
	text_free(&doc);
}

static void judges_order_and_doubles(void **state)
{
	struct build b;

	(void)state;
	build_start(&b);
	LEAF(&b, "a", NO(EXPORTED), YES(EXPORTED), TEXT(LABEL, "late"));
	struct text doc = build_finish(&b);
	assert_true(parse(&doc).ok);
	assert_int_equal(axml.oddities[AXML_ODDITY_ID_DUPLICATE].count, 1);
	assert_int_equal(axml.oddities[AXML_ODDITY_ID_ORDER].count, 1);
	assert_int_equal(axml_attr_by_id(axml.root, 0x01010010)->data, 0);
	assert_false(axml_attr_by_id(axml.root, 0x01010010)->hidden);
	assert_true(axml_attr_by_id(axml.root, 0x01010001)->hidden);
	text_free(&doc);
}

static void the_id_wins_over_the_name(void **state)
{
	struct build b;

	(void)state;
	build_start(&b);
	b.strings[ATTRIBUTE_DEBUGGABLE] = "harmless";
	LEAF(&b, "application", YES(DEBUGGABLE));
	struct text doc = build_finish(&b);
	assert_true(parse(&doc).ok);
	assert_int_equal(axml.oddities[AXML_ODDITY_ID_NAME].count, 1);
	assert_non_null(axml_attr_by_id(axml.root, 0x0101000f));
	text_free(&doc);
}

/* One UTF-16 string, written unit by unit. */
static const char *read_units(const uint16_t *units, size_t count)
{
	struct text pool = {0};
	struct stringpool opened;
	const char *string = NULL;

	put16(&pool, 1);
	put16(&pool, 28);
	put32(&pool, 0);
	put32(&pool, 1);
	put32(&pool, 0);
	put32(&pool, 0);
	put32(&pool, 32);
	put32(&pool, 0);
	put32(&pool, 0);
	put16(&pool, (unsigned)count);
	for (size_t i = 0; i < count; i++)
		put16(&pool, units[i]);
	put16(&pool, 0);
	put_zeros(&pool, -pool.len & 3);
	set32(&pool, 4, (uint32_t)pool.len);
	struct cursor chunk = cursor_over(pool.data, pool.len, DIAG_AXML_TRUNCATED);
	assert_true(stringpool_open(chunk, DIAG_AXML_PARSE, &arena, &opened).ok);
	assert_true(stringpool_find(&opened, 0, &string).ok);
	text_free(&pool);
	return string;
}

static void odd_strings_stay_apart(void **state)
{
	static const uint16_t nul[] = {'a', 0, 'b'}, lone[] = {0xd800, 'x'};
	static const uint16_t pair[] = {0xd83d, 0xde00};

	(void)state;
	assert_string_equal(read_units(nul, 3), "a\xc0\x80"
	                                        "b");
	assert_string_equal(read_units(lone, 2), "\xed\xa0\x80x");
	assert_string_equal(read_units(pair, 2), "\xf0\x9f\x98\x80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_both_encodings, setup, teardown),
		cmocka_unit_test_setup_teardown(every_prefix_is_truncated, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_evasions_as_android_does, setup, teardown),
		cmocka_unit_test_setup_teardown(stops_behind_the_root_element, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_junk_between_elements, setup, teardown),
		cmocka_unit_test_setup_teardown(skips_unknown_chunks_as_nodes, setup, teardown),
		cmocka_unit_test_setup_teardown(limits_depth, setup, teardown),
		cmocka_unit_test_setup_teardown(an_open_document_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(judges_order_and_doubles, setup, teardown),
		cmocka_unit_test_setup_teardown(the_id_wins_over_the_name, setup, teardown),
		cmocka_unit_test_setup_teardown(odd_strings_stay_apart, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
