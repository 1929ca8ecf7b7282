/*
 * test_classdamage.c - class files put together by hand: versions, damaged constants, names and
 * attributes, and how little of the rest is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "classlist.h"
#include "classmake.h"
#include "code/classfile.h"

static struct arena arena;
static struct class_reader *reader;
static struct unit *unit;
static struct classmake make;
static struct text files[8];
static unsigned file_count;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	reader = class_reader_new();
	make_start(&make, "a/B");
	file_count = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	for (unsigned i = 0; i < file_count; i++)
		text_free(&files[i]);
	return 0;
}

/* Adds what was made, and begins another class. */
static void add_made(const char *next)
{
	struct text *file = &files[file_count++];

	*file = make_finish(&make);
	class_reader_add(reader, file_count, cursor_over(file->data, file->len, DIAG_SYSTEM));
	if (next)
		make_start(&make, next);
}

static void finish(void)
{
	assert_true(class_reader_finish(reader, &arena, &unit).ok);
	assert_int_equal(unit->partial, unit->issue_count > 0);
}

static void issue_is(enum diag code, unsigned entry, const char *part)
{
	assert_int_equal(unit->issue_count, 1);
	assert_int_equal(unit->issues[0].code, code);
	assert_int_equal(unit->issues[0].entry, entry);
	if (!strstr(unit->issues[0].why, part))
		fail_msg("\"%s\" does not speak of \"%s\"", unit->issues[0].why, part);
}

static const uint8_t just_return[] = {177};

static void add_method(const char *descriptor)
{
	make_method(&make, &(const struct make_code){.descriptor = descriptor,
	                                             .locals = 600,
	                                             .bytes = just_return,
	                                             .len = 1});
}

static void versions_have_an_end(void **state)
{
	(void)state;
	make.major = 67;
	make.minor = 0xffff;
	add_made("a/C");
	make.major = 45;
	make.minor = 3;
	add_made("a/D");
	make.major = 68;
	add_made(NULL);
	finish();
	assert_int_equal(unit->class_count, 2);
	assert_int_equal(unit->version, 67);
	issue_is(DIAG_CLASS_VERSION, 3, "major_version 68");
	assert_int_equal(unit->issues[0].at, 6);
}

static void other_files_are_refused(void **state)
{
	static const uint8_t zip[] = {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0};

	(void)state;
	make.major = 44;
	add_made("a/C");
	add_made(NULL);
	class_reader_add(reader, 3, cursor_over(zip, sizeof zip, DIAG_SYSTEM));
	finish();
	assert_int_equal(unit->class_count, 1);
	assert_int_equal(unit->issue_count, 2);
	assert_int_equal(unit->issues[0].code, DIAG_CLASS_PARSE);
	assert_non_null(strstr(unit->issues[1].why, "magic 0x504b0304"));
}

static void broken_text_is_lost_alone(void **state)
{
	(void)state;
	make_bytes(&make, "a\0b", 3);
	add_method(NULL);
	add_made(NULL);
	finish();
	issue_is(DIAG_CLASS_PARSE, 1, "a byte 0 (JVMS 4.4.7)");
	assert_int_equal(unit->method_count, 1);
}

static void broken_text_takes_what_it_names(void **state)
{
	unsigned text;

	(void)state;
	text = make_bytes(&make, "\xf0\x9f\x98\x80", 4);
	put1(&make.pool, 8);
	put2(&make.pool, text);
	make.constants++;
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, 2);
	assert_non_null(strstr(unit->issues[0].why, "not modified UTF-8"));
	assert_non_null(strstr(unit->issues[1].why, "(tag 8)"));
	assert_int_equal(unit->class_count, 1);
}

static void a_broken_method_is_lost_alone(void **state)
{
	(void)state;
	add_method("(");
	add_method("()V");
	add_made(NULL);
	finish();
	issue_is(DIAG_CLASS_PARSE, 1, "method_info");
	assert_int_equal(unit->classes[0].method_count, 1);
	assert_non_null(unit->methods[0].code);
}

static void broken_pools_take_the_class(void **state)
{
	(void)state;
	add_made("a/C");
	put1(&make.pool, 2);
	make.constants++;
	add_made("a/D");
	add_method(NULL);
	add_made(NULL);
	finish();
	issue_is(DIAG_CLASS_PARSE, 2, "tag 2 of constant 5");
	assert_int_equal(unit->class_count, 2);
	assert_string_equal(unit_type(unit, unit->classes[1].type), "La/D;");
	assert_int_equal(unit->classes[1].entry, 3);
	assert_int_equal(list_method(unit, "m")->owner, 1);
}

static void references_must_fit(void **state)
{
	(void)state;
	/* a field with a method's descriptor; a method of a string; a handle of a class */
	make_ref(&make, 9, "a/C", "f", "()V");
	make_two(&make, 10, make_one(&make, 8, "a/C"), make_pair(&make, "g", "()V"));
	put1(&make.pool, 15);
	put1(&make.pool, 6);
	put2(&make.pool, make.self);
	make.constants++;
	add_made(NULL);
	finish();
	assert_int_equal(unit->class_count, 1);
	assert_int_equal(unit->issue_count, 3);
	assert_int_equal(unit->field_ref_count, 0);
	assert_int_equal(unit->method_ref_count, 0);
}

static void class_names_are_checked(void **state)
{
	static const char *const names[] = {"", "a;b", "a.b", "/a", "a//b", "a/", "[", "[V", "a["};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		make_one(&make, 7, names[i]);
	make_one(&make, 7, "[[J");
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, sizeof names / sizeof *names);
	assert_int_not_equal(unit_find_type(unit, "[[J"), NO_INDEX);
}

/* "(" + many + ")V" */
static void add_long(const char *parameter, unsigned count)
{
	struct text descriptor = {0};

	text_puts(&descriptor, "(");
	for (unsigned i = 0; i < count; i++)
		text_puts(&descriptor, parameter);
	text_puts(&descriptor, ")V");
	add_method(descriptor.data);
	text_free(&descriptor);
}

static void descriptors_have_limits(void **state)
{
	struct text dimensions = {0};

	(void)state;
	add_long("I", 255);
	add_long("I", 256);
	add_long("J", 127);
	add_long("J", 128);
	for (int i = 0; i < 256; i++)
		text_puts(&dimensions, "[");
	text_puts(&dimensions, "I");
	make_one(&make, 7, dimensions.data + 1);
	make_one(&make, 7, dimensions.data);
	text_free(&dimensions);
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, 3);
	assert_int_equal(unit->method_count, 2);
	const struct proto *proto = &unit->protos[unit->method_refs[unit->methods[1].ref].proto];
	assert_int_equal(proto->count, 127);
	assert_string_equal(unit_type(unit, unit->type_list[proto->first + 126]), "J");
	assert_string_equal(unit_type(unit, proto->return_type), "V");
}

static void unknown_attributes_are_skipped(void **state)
{
	(void)state;
	make.major = 67;
	make_attribute(&make, "Record", "\xff\xff\xff", 3);
	make_attribute(&make, "PermittedSubclasses", "\0\1\0\2", 4);
	make_attribute(&make, "Novelty", "", 0);
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, 0);
	assert_int_equal(unit->class_count, 1);
}

static void bytes_at_the_end_are_said(void **state)
{
	(void)state;
	files[0] = make_finish(&make);
	file_count = 1;
	text_add(&files[0], "PK\5\6", 4);
	class_reader_add(reader, 1, cursor_over(files[0].data, files[0].len, DIAG_SYSTEM));
	finish();
	issue_is(DIAG_CLASS_PARSE, 1, "4 bytes after the class file");
	assert_int_equal(unit->class_count, 1);
}

/* One annotation whose value is `depth` arrays, one in the other. */
static void add_nested(unsigned depth)
{
	struct text body = {0};
	unsigned type = make_text(&make, "La/Note;");

	put2(&body, 1);
	put2(&body, type);
	put2(&body, 1);
	put2(&body, type);
	for (unsigned i = 0; i < depth; i++) {
		put1(&body, '[');
		put2(&body, 1);
	}
	put1(&body, 'I');
	put2(&body, 1);
	make_attribute(&make, "RuntimeInvisibleAnnotations", body.data, body.len);
	text_free(&body);
}

static void nesting_has_an_end(void **state)
{
	(void)state;
	add_nested(64);
	add_nested(65);
	add_nested(20000);
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, 2);
	assert_int_equal(unit->annotation_count, 3);
	assert_string_equal(unit_type(unit, unit->annotations[2].type), "La/Note;");
}

static void modules_are_no_classes(void **state)
{
	(void)state;
	make.flags = 0x8000;
	add_made("a/package-info");
	make.flags = 0x1600;
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, 0);
	assert_int_equal(unit->class_count, 1);
	assert_string_equal(unit_type(unit, unit->classes[0].type), "La/package-info;");
}

static void many_names_are_found(void **state)
{
	char name[20];

	(void)state;
	for (unsigned i = 0; i < 9000; i++) {
		snprintf(name, sizeof name, "n%u", i % 4500);
		make_ref(&make, i < 4500 ? 10 : 9, name, name, i < 4500 ? "()V" : "I");
	}
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, 0);
	assert_int_equal(unit->method_ref_count, 4500);
	assert_int_equal(unit->field_ref_count, 4500);
	for (unsigned i = 0; i < 4500; i++) {
		snprintf(name, sizeof name, "n%u", i);
		uint32_t string = unit_find_string(unit, name);
		assert_int_equal(unit->method_refs[i].name, string);
		assert_int_equal(unit->field_refs[i].name, string);
	}
}

static void issues_have_an_end(void **state)
{
	(void)state;
	for (int i = 0; i < 1200; i++)
		make_bytes(&make, "\xff", 1);
	add_made(NULL);
	finish();
	assert_int_equal(unit->issue_count, 1000);
	assert_int_equal(unit->class_count, 1);
}

static void memory_has_a_limit(void **state)
{
	(void)state;
	arena.limit = 1000;
	add_method(NULL);
	add_made(NULL);
	assert_false(class_reader_finish(reader, &arena, &unit).ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_MEMORY);
}

static void readers_can_be_given_up(void **state)
{
	(void)state;
	add_made(NULL);
	class_reader_free(reader);
	class_reader_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(versions_have_an_end),
		TEST(other_files_are_refused),
		TEST(broken_text_is_lost_alone),
		TEST(broken_text_takes_what_it_names),
		TEST(a_broken_method_is_lost_alone),
		TEST(broken_pools_take_the_class),
		TEST(references_must_fit),
		TEST(class_names_are_checked),
		TEST(descriptors_have_limits),
		TEST(unknown_attributes_are_skipped),
		TEST(bytes_at_the_end_are_said),
		TEST(nesting_has_an_end),
		TEST(modules_are_no_classes),
		TEST(many_names_are_found),
		TEST(issues_have_an_end),
		TEST(memory_has_a_limit),
		TEST(readers_can_be_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
