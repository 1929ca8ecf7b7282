/*
 * test_classmade.c - class files put together by hand: instructions that javac does not write, what
 * is newer than it, and damage.
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
#include "code/classop.h"

static struct arena arena;
static struct unit *unit;
static struct classmake make;
static struct text file;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	make_start(&make, "a/B");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	text_free(&file);
	return 0;
}

/* Reads what was made, as the only file. */
static void read_made(void)
{
	struct class_reader *reader = class_reader_new();

	file = make_finish(&make);
	class_reader_add(reader, 7, cursor_over(file.data, file.len, DIAG_SYSTEM));
	assert_true(class_reader_finish(reader, &arena, &unit).ok);
}

static void issue_is(enum diag code, const char *part)
{
	assert_true(unit->partial);
	assert_int_equal(unit->issue_count, 1);
	assert_int_equal(unit->issues[0].code, code);
	assert_int_equal(unit->issues[0].entry, 7);
	if (!strstr(unit->issues[0].why, part))
		fail_msg("\"%s\" does not speak of \"%s\"", unit->issues[0].why, part);
}

static void body_is(const char *expected)
{
	struct text list = {0};
	struct body body;

	assert_int_equal(unit->issue_count, 0);
	assert_true(body_read(unit, list_method(unit, "m"), &arena, &body).ok);
	list_body(&list, &body);
	assert_string_equal(list.data, expected);
	text_free(&list);
}

#define CODE(...) ((const uint8_t[]){__VA_ARGS__})

/* A method of these bytes, stack and locals, its listing. */
#define BODY_IS(expected, max_stack, max_locals, ...) \
	do { \
		make_method(&make, &(const struct make_code){.stack = (max_stack), \
		                                             .locals = (max_locals), \
		                                             .bytes = CODE(__VA_ARGS__), \
		                                             .len = sizeof CODE(__VA_ARGS__)}); \
		read_made(); \
		body_is(expected); \
	} while (0)

enum { ICONST_0 = 3, ICONST_1 = 4, LCONST_1 = 10, DUP_X1 = 90, DUP_X2 = 91, DUP2_X2 = 94 };

static void slots_are_swapped(void **state)
{
	(void)state;
	BODY_IS("0 0 = number #0\n"
	        "1 1 = number #1\n"
	        "2 6 = move 1\n"
	        "3 1 = move 0\n"
	        "4 0 = move 6\n"
	        "5 nop\n"
	        "6 return\n",
	        6, 0, ICONST_0, ICONST_1, JAVA_SWAP, JAVA_POP2, JAVA_RETURN);
}

static void long_under_long_is_moved(void **state)
{
	(void)state;
	BODY_IS("0 0 = number2 #0\n"
	        "1 2 = number2 #1\n"
	        "2 5 = move 3\n"
	        "3 4 = move 2\n"
	        "4 3 = move 1\n"
	        "5 2 = move 0\n"
	        "6 0 = move 4\n"
	        "7 1 = move 5\n"
	        "8 nop\n"
	        "9 return\n",
	        6, 0, JAVA_LCONST_0, LCONST_1, DUP2_X2, JAVA_POP2, JAVA_RETURN);
}

static void dup_x2_goes_below_two(void **state)
{
	(void)state;
	BODY_IS("0 0 = number2 #1\n"
	        "1 2 = number #1\n"
	        "2 3 = move 2\n"
	        "3 2 = move 1\n"
	        "4 1 = move 0\n"
	        "5 0 = move 3\n"
	        "6 return\n",
	        4, 0, LCONST_1, ICONST_1, DUP_X2, JAVA_RETURN);
}

static void wide_has_long_operands(void **state)
{
	(void)state;
	BODY_IS("0 300 = binary add 300 #-2\n"
	        "1 301 = move 300\n"
	        "2 302 = move2 298\n"
	        "3 return\n",
	        3, 301, JAVA_WIDE, JAVA_IINC, 1, 44, 0xff, 0xfe, JAVA_WIDE, JAVA_ILOAD, 1, 44,
	        JAVA_WIDE, 22, 1, 42, JAVA_RETURN);
}

static void numbers_have_all_forms(void **state)
{
	unsigned number, two, handle;

	(void)state;
	number = make_two(&make, 3, 0xffff, 0xfffe);
	two = make_two(&make, 5, 0x8000, 0);
	put4(&make.pool, 1);
	make.constants++;
	handle = make_one(&make, 16, "()V");
	BODY_IS("0 0 = number #-2\n"
	        "1 1 = number2 #-9223372036854775807\n"
	        "2 3 = opaque\n"
	        "3 4 = number #1073741824\n"
	        "4 5 = number2 #4607182418800017408\n"
	        "5 7 = number #-128\n"
	        "6 8 = number #-129\n"
	        "7 9 = number #0\n"
	        "8 return\n",
	        10, 0, JAVA_LDC, (uint8_t)number, JAVA_LDC2_W, 0, (uint8_t)two, JAVA_LDC,
	        (uint8_t)handle, 13, 15, JAVA_BIPUSH, 0x80, JAVA_SIPUSH, 0xff, 0x7f,
	        JAVA_ACONST_NULL, JAVA_RETURN);
}

static void array_types_are_made(void **state)
{
	unsigned inner, outer;

	(void)state;
	inner = make_one(&make, 7, "a/B");
	outer = make_one(&make, 7, "[[La/B;");
	BODY_IS("0 0 = number #1\n"
	        "1 0 = newarray 0 [B\n"
	        "2 1 = number #1\n"
	        "3 1 = newarray 1 [La/B;\n"
	        "4 2 = number #1\n"
	        "5 2 = newarray 2 [[[La/B;\n"
	        "6 3 = number #1\n"
	        "7 4 = number #0\n"
	        "8 3 = newarray 3 [[La/B;\n"
	        "9 3 = length 3\n"
	        "10 return\n",
	        5, 0, ICONST_1, JAVA_NEWARRAY, 8, ICONST_1, JAVA_ANEWARRAY, 0, (uint8_t)inner,
	        ICONST_1, JAVA_ANEWARRAY, 0, (uint8_t)outer, ICONST_1, ICONST_0,
	        JAVA_MULTIANEWARRAY, 0, (uint8_t)outer, 2, JAVA_ARRAYLENGTH, JAVA_RETURN);
}

/* default at the next instruction: no goto; the other switch jumps. */
static void switches_have_defaults(void **state)
{
	(void)state;
	BODY_IS("0 0 = number #0\n"
	        "1 switch 0 -1:5 0:2\n"
	        "2 0 = number #0\n"
	        "3 switch 0 7:5\n"
	        "4 goto -> 6\n"
	        "5 nop\n"
	        "6 return\n",
	        1, 0, ICONST_0, JAVA_TABLESWITCH, 0, 0, 0, 0, 0, 23, 0xff, 0xff, 0xff, 0xff, 0, 0,
	        0, 0, 0, 0, 0, 43, 0, 0, 0, 23, ICONST_0, JAVA_LOOKUPSWITCH, 0, 0, 0, 0, 0, 20, 0,
	        0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 19, JAVA_NOP, JAVA_RETURN);
}

static void subroutines_are_opaque(void **state)
{
	(void)state;
	BODY_IS("0 1 = opaque\n"
	        "1 switch 1 0:3\n"
	        "2 return\n"
	        "3 0 = move 1\n"
	        "4 goto -> 4\n"
	        "partial\n",
	        1, 1, JAVA_JSR, 0, 4, JAVA_RETURN, 75, JAVA_RET, 0);
}

static void dead_code_is_left_out(void **state)
{
	(void)state;
	BODY_IS("0 goto -> 1\n1 return\n", 0, 0, JAVA_GOTO, 0, 4, JAVA_POP, JAVA_RETURN);
	assert_int_equal(unit->instruction_count, 3);
}

static void broken_stacks_end_their_path(void **state)
{
	(void)state;
	/* too short on one way, sound on the other */
	BODY_IS("0 0 = number #0\n"
	        "1 if eq 0 -> 3\n"
	        "2 goto -> 2\n"
	        "3 return\n"
	        "partial\n",
	        1, 0, ICONST_0, JAVA_IFEQ, 0, 4, JAVA_POP, JAVA_RETURN);
}

static void broken_paths_end(void **state)
{
	static const struct {
		const char *list;
		uint8_t code[8];
		size_t len;
	} cases[] = {
		/* too full; two depths at one place; a jump into an instruction, and out of the
	           code; a local variable too many; past the end; no such constant */
		{"0 1 = number #0\n1 goto -> 1\npartial\n", {ICONST_0, ICONST_0, JAVA_RETURN}, 3},
		{"0 1 = number #0\n1 goto -> 1\npartial\n", {ICONST_0, JAVA_GOTO, 0xff, 0xff}, 4},
		{"0 goto -> 0\npartial\n", {JAVA_GOTO, 0, 1, JAVA_RETURN}, 4},
		{"0 goto -> 0\npartial\n", {JAVA_GOTO, 0x7f, 0xff, JAVA_RETURN}, 4},
		{"0 goto -> 0\npartial\n", {JAVA_GOTO, 0x80, 0, JAVA_RETURN}, 4},
		{"0 goto -> 0\npartial\n", {JAVA_ILOAD, 1, JAVA_RETURN}, 3},
		{"0 1 = number #0\n1 goto -> 1\npartial\n", {ICONST_0}, 1},
		{"0 goto -> 0\npartial\n", {JAVA_LDC, 200, JAVA_RETURN}, 3},
		{"0 goto -> 0\npartial\n", {JAVA_GETSTATIC, 0, 2, JAVA_RETURN}, 4},
		{"0 goto -> 0\npartial\n", {JAVA_INVOKESTATIC, 0, 0, JAVA_RETURN}, 4},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (i) {
			teardown(state);
			setup(state);
		}
		make_method(&make, &(const struct make_code){.stack = 1,
		                                             .locals = 1,
		                                             .bytes = cases[i].code,
		                                             .len = cases[i].len});
		read_made();
		body_is(cases[i].list);
	}
}

/* A handler that is also reached from above: the jump goes behind the catch. */
static void handlers_have_two_entrances(void **state)
{
	static const uint16_t handlers[] = {0, 1, 1, 0};

	(void)state;
	make_method(&make, &(const struct make_code){.stack = 1,
	                                             .bytes = CODE(ICONST_0, JAVA_POP, JAVA_RETURN),
	                                             .len = 3,
	                                             .handlers = handlers,
	                                             .handler_count = 1});
	read_made();
	body_is("0 0 = number #0\n"
	        "1 goto -> 3\n"
	        "2 0 = catch\n"
	        "3 nop\n"
	        "4 return\n"
	        "[0,2) -> 2 \n");
}

static void broken_handlers_are_left_out(void **state)
{
	static const uint16_t handlers[] = {1, 1, 1, 0, 0, 9, 1, 0, 0, 1,
	                                    9, 0, 0, 1, 1, 2, 0, 1, 1, 1};

	(void)state;
	make_method(&make,
	            &(const struct make_code){.stack = 1,
	                                      .bytes = CODE(JAVA_RETURN, JAVA_POP, JAVA_RETURN),
	                                      .len = 3,
	                                      .handlers = handlers,
	                                      .handler_count = 4});
	read_made();
	body_is("0 return\n1 0 = catch\n2 nop\n3 return\n[0,1) -> 1 La/B;\npartial\n");
}

static void undefined_opcodes_are_said(void **state)
{
	struct body body;

	(void)state;
	make_method(&make, &(const struct make_code){.bytes = CODE(JAVA_RETURN, 202), .len = 2});
	read_made();
	issue_is(DIAG_CODE_BODY, "opcode 0xca at 1");
	assert_int_equal(unit->instruction_count, 1);
	assert_true(body_read(unit, list_method(unit, "m"), &arena, &body).ok);
	assert_true(body.partial);
	assert_int_equal(body.count, 1);
}

static void huge_switches_are_said(void **state)
{
	(void)state;
	make_method(&make, &(const struct make_code){.stack = 1,
	                                             .bytes = CODE(ICONST_0, JAVA_TABLESWITCH, 0, 0,
	                                                           0, 0, 0, 0, 0x80, 0, 0, 0, 0x7f,
	                                                           0xff, 0xff, 0xff),
	                                             .len = 16});
	read_made();
	issue_is(DIAG_CODE_BODY, "4294967296 cases");
}

static void parameters_need_room(void **state)
{
	struct body body;

	(void)state;
	make_method(&make, &(const struct make_code){.descriptor = "(JI)V",
	                                             .locals = 2,
	                                             .bytes = CODE(JAVA_RETURN),
	                                             .len = 1});
	read_made();
	assert_int_equal(unit->issue_count, 0);
	assert_false(body_read(unit, list_method(unit, "m"), &arena, &body).ok);
	assert_int_equal(fault_last()->code, DIAG_CODE_BODY);
}

static unsigned add_bootstrap(void)
{
	unsigned pair = make_pair(&make, "x", "()I");

	return make_two(&make, 18, 0, pair);
}

static void lost_bootstraps_are_said(void **state)
{
	struct body body;
	unsigned site;

	(void)state;
	site = add_bootstrap();
	make_method(&make,
	            &(const struct make_code){
			    .stack = 1,
			    .bytes = CODE(JAVA_INVOKEDYNAMIC, 0, (uint8_t)site, 0, 0, JAVA_RETURN),
			    .len = 6});
	read_made();
	issue_is(DIAG_CODE_BODY, "bootstrap method 0 of 0");
	assert_true(body_read(unit, list_method(unit, "m"), &arena, &body).ok);
	assert_false(body.partial);
	assert_int_equal(body.dynamics[0].kind, DYNAMIC_OTHER);
	assert_string_equal(unit_string(unit, body.dynamics[0].name), "x");
}

/* A recipe with a constant that is text: "\1=" and "v" become one. */
static void constants_join_recipes(void **state)
{
	unsigned factory, handle, recipe, text, pair, site;
	struct text table = {0};

	(void)state;
	factory = make_ref(&make, 10, "java/lang/invoke/StringConcatFactory",
	                   "makeConcatWithConstants", "()V");
	put1(&make.pool, 15);
	put1(&make.pool, 6);
	put2(&make.pool, factory);
	handle = make.constants++;
	recipe = make_one(&make, 8, "\1=\2\2");
	text = make_one(&make, 8, "v");
	pair = make_pair(&make, "concat", "(I)Ljava/lang/String;");
	site = make_two(&make, 18, 0, pair);
	put2(&table, 1);
	put2(&table, handle);
	put2(&table, 2);
	put2(&table, recipe);
	put2(&table, text);
	make_attribute(&make, "BootstrapMethods", table.data, table.len);
	text_free(&table);
	/* the second constant is missing, and stays a sign */
	BODY_IS("0 0 = number #0\n1 0 = dynamic (0) concat \\1=v\\2\n2 return 0\n", 1, 0, ICONST_0,
	        JAVA_INVOKEDYNAMIC, 0, (uint8_t)site, 0, 0, 176);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(slots_are_swapped),
		TEST(long_under_long_is_moved),
		TEST(dup_x2_goes_below_two),
		TEST(wide_has_long_operands),
		TEST(numbers_have_all_forms),
		TEST(array_types_are_made),
		TEST(switches_have_defaults),
		TEST(subroutines_are_opaque),
		TEST(dead_code_is_left_out),
		TEST(broken_stacks_end_their_path),
		TEST(broken_paths_end),
		TEST(handlers_have_two_entrances),
		TEST(broken_handlers_are_left_out),
		TEST(undefined_opcodes_are_said),
		TEST(huge_switches_are_said),
		TEST(parameters_need_room),
		TEST(lost_bootstraps_are_said),
		TEST(constants_join_recipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
