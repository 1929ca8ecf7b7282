/*
 * test_class.c - class files that javac made (tests/corpus/class, with their sources): the tables
 * of the unit, bodies, lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/file.h"
#include "classlist.h"
#include "code/classfile.h"

#define FOLDER "tests/corpus/class/"

static struct arena arena;
static struct text files[3];
static struct unit *unit;

static void read_files(const char *const *names, unsigned count)
{
	struct class_reader *reader = class_reader_new();

	for (unsigned i = 0; i < count; i++) {
		char path[100];
		snprintf(path, sizeof path, FOLDER "%s.class", names[i]);
		assert_true(file_read(path, 1 << 20, &files[i]).ok);
		class_reader_add(reader, 10 + i,
		                 cursor_over(files[i].data, files[i].len, DIAG_SYSTEM));
	}
	assert_true(class_reader_finish(reader, &arena, &unit).ok);
}

static int setup(void **state)
{
	static const char *const names[] = {"Stack", "Dynamic", "Old"};

	(void)state;
	arena_init(&arena, 64 << 20);
	read_files(names, 3);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	for (int i = 0; i < 3; i++)
		text_free(&files[i]);
	return 0;
}

static void body_is(const char *name, const char *expected)
{
	const struct method *method = list_method(unit, name);
	struct text list = {0};
	struct body body;

	assert_non_null(method);
	assert_true(body_read(unit, method, &arena, &body).ok);
	list_body(&list, &body);
	assert_string_equal(list.data, expected);
	text_free(&list);
}

static void classes_keep_their_entries(void **state)
{
	(void)state;
	assert_int_equal(unit->kind, UNIT_CLASSES);
	assert_int_equal(unit->version, 61);
	assert_int_equal(unit->class_count, 3);
	assert_int_equal(unit->issue_count, 0);
	assert_false(unit->partial);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(unit->classes[i].entry, 10 + i);
		assert_int_equal(unit_find_class(unit, unit->classes[i].type), i);
		assert_string_equal(unit_type(unit, unit->classes[i].super), "Ljava/lang/Object;");
	}
	assert_string_equal(unit_type(unit, unit->classes[0].type), "LStack;");
	assert_string_equal(unit_string(unit, unit->classes[0].source), "Stack.java");
	assert_int_equal(unit->classes[1].source, NO_INDEX);
	assert_true(unit->classes[2].flags & ACCESS_INTERFACE);
	assert_int_equal(unit->classes[2].interface_count, 1);
	assert_string_equal(unit_type(unit, unit->type_list[unit->classes[2].interface_first]),
	                    "Ljava/lang/Runnable;");
}

static void names_are_shared(void **state)
{
	uint32_t object = unit_find_type(unit, "Ljava/lang/Object;"), found = 0;

	(void)state;
	assert_int_not_equal(object, NO_INDEX);
	for (uint32_t i = 0; i < unit->type_count; i++)
		found += strcmp(unit_type(unit, i), "Ljava/lang/Object;") == 0;
	assert_int_equal(found, 1);
	found = 0;
	for (uint32_t i = 0; i < unit->method_ref_count; i++)
		found += unit->method_refs[i].type == object &&
		         strcmp(unit_string(unit, unit->method_refs[i].name), "<init>") == 0;
	assert_int_equal(found, 1);
	assert_string_equal(unit_string(unit, unit_find_string(unit, "http://example.org/")),
	                    "http://example.org/");
	assert_int_equal(unit_find_string(unit, "StackMapTable"), NO_INDEX);
}

static const struct field *field(const char *name)
{
	for (uint32_t i = 0; i < unit->field_count; i++)
		if (strcmp(unit_string(unit, unit->field_refs[unit->fields[i].ref].name), name) ==
		    0)
			return &unit->fields[i];
	return NULL;
}

static void constants_have_values(void **state)
{
	(void)state;
	assert_int_equal(field("URL")->value.kind, CONSTANT_STRING);
	assert_string_equal(unit_string(unit, field("URL")->value.string), "http://example.org/");
	assert_int_equal(field("BIG")->value.kind, CONSTANT_INT);
	assert_true(field("BIG")->value.number == -5);
	assert_int_equal(field("HALF")->value.number, 0x3f000000);
	assert_int_equal(field("count")->value.kind, CONSTANT_NONE);
	assert_string_equal(unit_string(unit, field("NAME")->value.string), "old");
}

static void annotations_have_owners(void **state)
{
	(void)state;
	assert_int_equal(unit->annotation_count, 2);
	for (uint32_t i = 0; i < 2; i++) {
		const struct annotation *annotation = &unit->annotations[i];
		assert_string_equal(unit_type(unit, annotation->type), "Ljava/lang/Deprecated;");
		assert_int_equal(annotation->owner, 0);
	}
	assert_ptr_equal(&unit->methods[unit->annotations[0].method], list_method(unit, "made"));
	assert_int_equal(unit->annotations[1].method, NO_INDEX);
}

/* The names of the methods that call a method, in order. */
static void callers_are(const char *type, const char *name, const char *expected)
{
	struct text list = {0};

	text_puts(&list, "");
	for (uint32_t i = 0; i < unit->method_ref_count; i++) {
		const struct method_ref *ref = &unit->method_refs[i];
		if (strcmp(unit_type(unit, ref->type), type) != 0 ||
		    strcmp(unit_string(unit, ref->name), name) != 0)
			continue;
		for (uint32_t k = unit->calls.first[i]; k < unit->calls.first[i + 1]; k++) {
			const struct code_site *site = &unit->calls.sites[k];
			const struct method *method = &unit->methods[site->method];
			text_printf(&list, "%s@%u ",
			            unit_string(unit, unit->method_refs[method->ref].name),
			            site->pc);
		}
	}
	assert_string_equal(list.data, expected);
	text_free(&list);
}

static void sites_are_found(void **state)
{
	uint32_t total = unit->fields[field("total") - unit->fields].ref;

	(void)state;
	callers_are("Ljava/lang/Object;", "<init>", "<init>@1 <init>@1 ");
	callers_are("Ljava/lang/Object;", "toString", "made@23 ");
	/* what a lambda holds */
	callers_are("LDynamic;", "lambda$captured$0", "captured@2 ");
	callers_are("LDynamic;", "run", "method@1 ");
	callers_are("Ljava/lang/StringBuilder;", "<init>", "constructor@0 join@4 ");
	assert_int_equal(unit->gets.first[total + 1] - unit->gets.first[total], 1);
	assert_int_equal(unit->puts.first[total + 1] - unit->puts.first[total], 1);
	uint32_t made = unit_find_type(unit, "Ljava/lang/IllegalStateException;");
	assert_int_equal(unit->news.first[made + 1] - unit->news.first[made], 1);
	uint32_t one = unit_find_string(unit, "one");
	assert_int_equal(unit->texts.first[one + 1] - unit->texts.first[one], 1);
	assert_int_equal(unit->instruction_count, 140);
	assert_int_equal(unit->call_count, 19);
	assert_int_equal(unit->text_count, 2);
}

static void stack_slots_are_registers(void **state)
{
	(void)state;
	body_is("fieldPlusPlus", "0 1 = move 0\n"
	                         "1 2 = move 1\n"
	                         "2 2 = get2 2 total\n"
	                         "3 5 = move 3\n"
	                         "4 4 = move 2\n"
	                         "5 3 = move 1\n"
	                         "6 1 = move 4\n"
	                         "7 2 = move 5\n"
	                         "8 6 = number2 #1\n"
	                         "9 4 = binary2 add 4 6\n"
	                         "10 put2 3 4 total\n"
	                         "11 return 1\n");
	body_is("ternary", "0 2 = move 1\n"
	                   "1 if eq 2 -> 12\n"
	                   "2 2 = move 0\n"
	                   "3 3 = move 2\n"
	                   "4 3 = get 3 count\n"
	                   "5 4 = move 3\n"
	                   "6 3 = move 2\n"
	                   "7 2 = move 4\n"
	                   "8 5 = number #1\n"
	                   "9 4 = binary add 4 5\n"
	                   "10 put 3 4 count\n"
	                   "11 goto -> 13\n"
	                   "12 2 = number #7\n"
	                   "13 return 2\n");
	body_is("mix", "0 3 = move2 0\n1 5 = move 2\n2 3 = binary2 shl 3 5\n3 return 3\n");
}

static void arrays_and_types(void **state)
{
	(void)state;
	body_is("arrays", "0 2 = move 0\n"
	                  "1 3 = number #3\n"
	                  "2 2 = newarray 2 [[I\n"
	                  "3 1 = move 2\n"
	                  "4 2 = move 1\n"
	                  "5 3 = number #1\n"
	                  "6 2 = aget 2 3\n"
	                  "7 3 = number #2\n"
	                  "8 5 = move 3\n"
	                  "9 4 = move 2\n"
	                  "10 4 = aget 4 5\n"
	                  "11 5 = move 0\n"
	                  "12 4 = binary add 4 5\n"
	                  "13 aput 2 3 4\n"
	                  "14 2 = move 1\n"
	                  "15 return 2\n");
	body_is("made", "0 2 = move 1\n"
	                "1 2 = is 2 Ljava/lang/String;\n"
	                "2 if eq 2 -> 8\n"
	                "3 2 = move 1\n"
	                "4 2 = cast 2 Ljava/lang/String;\n"
	                "5 2 = invoke virtual (2) length\n"
	                "6 2 = invoke static (2) valueOf\n"
	                "7 return 2\n"
	                "8 2 = new Ljava/lang/IllegalStateException;\n"
	                "9 3 = move 2\n"
	                "10 4 = move 0\n"
	                "11 4 = invoke super (4) toString\n"
	                "12 invoke direct (3,4) <init>\n"
	                "13 throw 2\n");
	body_is("self", "0 0 = class LOld;\n1 return 0\n");
	body_is("less", "0 5 = move2 1\n"
	                "1 7 = move2 3\n"
	                "2 5 = compare2 floating 5 7\n"
	                "3 if ge 5 -> 6\n"
	                "4 5 = number #1\n"
	                "5 goto -> 7\n"
	                "6 5 = number #0\n"
	                "7 return 5\n");
}

static void switches_and_handlers(void **state)
{
	(void)state;
	body_is("strings", "0 3 = move 0\n"
	                   "1 1 = move 3\n"
	                   "2 3 = number #-1\n"
	                   "3 2 = move 3\n"
	                   "4 3 = move 1\n"
	                   "5 3 = invoke virtual (3) hashCode\n"
	                   "6 switch 3 110182:8\n"
	                   "7 goto -> 14\n"
	                   "8 3 = move 1\n"
	                   "9 4 = text \"one\"\n"
	                   "10 3 = invoke virtual (3,4) equals\n"
	                   "11 if eq 3 -> 14\n"
	                   "12 3 = number #0\n"
	                   "13 2 = move 3\n"
	                   "14 3 = move 2\n"
	                   "15 switch 3 0:17\n"
	                   "16 goto -> 19\n"
	                   "17 3 = number #1\n"
	                   "18 return 3\n"
	                   "19 3 = number #2\n"
	                   "20 return 3\n");
	body_is("guarded", "0 5 = move 1\n"
	                   "1 5 = invoke static (5) parseInt\n"
	                   "2 2 = move 5\n"
	                   "3 5 = move 0\n"
	                   "4 6 = number #0\n"
	                   "5 put 5 6 count\n"
	                   "6 5 = move 2\n"
	                   "7 return 5\n"
	                   "8 5 = catch\n"
	                   "9 2 = move 5\n"
	                   "10 5 = number #-1\n"
	                   "11 3 = move 5\n"
	                   "12 5 = move 0\n"
	                   "13 6 = number #0\n"
	                   "14 put 5 6 count\n"
	                   "15 5 = move 3\n"
	                   "16 return 5\n"
	                   "17 5 = catch\n"
	                   "18 4 = move 5\n"
	                   "19 5 = move 0\n"
	                   "20 6 = number #0\n"
	                   "21 put 5 6 count\n"
	                   "22 5 = move 4\n"
	                   "23 throw 5\n"
	                   "[0,3) -> 8 Ljava/lang/NumberFormatException;\n"
	                   "[0,3) -> 17 \n"
	                   "[8,12) -> 17 \n"
	                   "[17,19) -> 17 \n");
}

static void dynamic_calls_are_known(void **state)
{
	(void)state;
	body_is("captured", "0 4 = move 1\n"
	                    "1 5 = move2 2\n"
	                    "2 4 = dynamic (4,5) get static LDynamic;.lambda$captured$0\n"
	                    "3 return 4\n");
	body_is("constructor",
	        "0 0 = dynamic apply direct Ljava/lang/StringBuilder;.<init> constructs\n"
	        "1 return 0\n");
	body_is("joined", "0 2 = move 0\n"
	                  "1 3 = move 1\n"
	                  "2 2 = dynamic (2,3) makeConcatWithConstants http://\\1:\\1/\n"
	                  "3 return 2\n");
	/* a constant that has the recipe's signs itself stays apart */
	body_is("marked", "0 1 = move 0\n"
	                  "1 1 = dynamic (1) makeConcatWithConstants \\1\\2\n"
	                  "2 return 1\n");
}

static void parameters_have_registers(void **state)
{
	struct body body;

	(void)state;
	assert_true(body_read(unit, list_method(unit, "less"), &arena, &body).ok);
	assert_int_equal(body.param_count, 3);
	assert_int_equal(body.params[0], 0);
	assert_int_equal(body.params[1], 1);
	assert_int_equal(body.params[2], 3);
	assert_true(body_read(unit, list_method(unit, "mix"), &arena, &body).ok);
	assert_int_equal(body.param_count, 2);
	assert_int_equal(body.params[1], 2);
}

static void lines_are_found(void **state)
{
	const struct method *method = list_method(unit, "made");

	(void)state;
	assert_int_equal(unit->read_line(unit, method, 0), 53);
	assert_int_equal(unit->read_line(unit, method, 11), 54);
	assert_int_equal(unit->read_line(unit, method, 29), 55);
	assert_int_equal(unit->read_line(unit, list_method(unit, "captured"), 0), 0);
}

/* Whatever is cut off, the rest is read, and it is said. */
static void every_prefix_is_partial(void **state)
{
	(void)state;
	for (size_t len = 0; len < files[0].len; len++) {
		struct class_reader *reader = class_reader_new();
		struct arena mine;
		struct unit *part;
		uint8_t *copy = malloc(len + 1);
		memcpy(copy, files[0].data, len);
		arena_init(&mine, 16 << 20);
		class_reader_add(reader, 1, cursor_over(copy, len, DIAG_SYSTEM));
		assert_true(class_reader_finish(reader, &mine, &part).ok);
		assert_true(part->partial);
		assert_int_equal(part->issue_count, 1);
		assert_int_equal(part->issues[0].code, DIAG_CLASS_PARSE);
		arena_free(&mine);
		free(copy);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(classes_keep_their_entries),
		TEST(names_are_shared),
		TEST(constants_have_values),
		TEST(annotations_have_owners),
		TEST(sites_are_found),
		TEST(stack_slots_are_registers),
		TEST(arrays_and_types),
		TEST(switches_and_handlers),
		TEST(dynamic_calls_are_known),
		TEST(parameters_have_registers),
		TEST(lines_are_found),
		TEST(every_prefix_is_partial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
