/* test_dex.c - DEX files: tables, look-ups, sites, and what damage becomes. */
#include "unit/dexmake.h"

#include "code/mutf8.h"

static struct unit *read_sample(struct dex_test *test)
{
	assert_true(dex_try(test));
	return test->unit;
}

static void tables(void **state)
{
	struct unit *unit = read_sample(*state);
	uint32_t type = unit_find_type(unit, "Lt/All;");
	uint32_t index = unit_find_class(unit, type);

	assert_int_equal(unit->version, 39);
	assert_int_equal(unit->class_count, 2);
	assert_false(unit->partial);
	assert_int_equal(unit->issue_count, 0);
	assert_int_not_equal(index, NO_INDEX);
	const struct code_class *class = &unit->classes[index];
	assert_int_equal(class->flags, ACCESS_PUBLIC | ACCESS_ABSTRACT);
	assert_string_equal(unit_type(unit, class->super), "Ljava/lang/Object;");
	assert_string_equal(unit_string(unit, class->source), "All.java");
	assert_int_equal(class->interface_count, 1);
	assert_string_equal(unit_type(unit, unit->type_list[class->interface_first]),
	                    "Ljava/lang/Runnable;");
	assert_int_equal(class->field_count, 13);
	assert_int_equal(class->method_count, 7);
	assert_null(dex_method(unit, "run")->code);
	assert_null(dex_method(unit, "nat")->code);
	assert_int_equal(dex_method(unit, "nat")->flags, ACCESS_STATIC | ACCESS_NATIVE);
}

static void look_ups(void **state)
{
	struct unit *unit = read_sample(*state);

	for (uint32_t i = 0; i < unit->string_count; i++)
		assert_int_equal(unit_find_string(unit, unit->strings[i]), i);
	for (uint32_t i = 0; i < unit->type_count; i++)
		assert_int_equal(unit_find_type(unit, unit_type(unit, i)), i);
	assert_null(unit->string_order);
	assert_null(unit->type_order);
	assert_int_equal(unit_find_string(unit, "not there"), NO_INDEX);
	assert_int_equal(unit_find_type(unit, "Lzz;"), NO_INDEX);
	assert_int_equal(unit_find_class(unit, unit_find_type(unit, "Ljava/lang/Object;")),
	                 NO_INDEX);
	assert_int_equal(unit_find_class(unit, NO_INDEX), NO_INDEX);
}

static struct constant value_of(const struct unit *unit, const char *name)
{
	for (uint32_t i = 0; i < unit->field_count; i++) {
		const struct field_ref *ref = &unit->field_refs[unit->fields[i].ref];
		if (strcmp(unit_string(unit, ref->name), name) == 0)
			return unit->fields[i].value;
	}
	fail_msg("no field %s", name);
	return (struct constant){0};
}

static void static_values(void **state)
{
	struct unit *unit = read_sample(*state);
	static const struct {
		const char *name;
		enum constant_kind kind;
		int64_t number;
	} fields[] = {{"a", CONSTANT_INT, 0x12345678}, {"b", CONSTANT_INT, -2},
	              {"d", CONSTANT_INT, 1},          {"e", CONSTANT_INT, 0x3ff8000000000000},
	              {"f", CONSTANT_INT, 0x3fc00000}, {"g", CONSTANT_NULL, 0},
	              {"h", CONSTANT_INT, -1},         {"i", CONSTANT_INT, 0xffff},
	              {"j", CONSTANT_OTHER, 0},        {"k", CONSTANT_NONE, 0},
	              {"l", CONSTANT_NONE, 0}};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct constant value = value_of(unit, fields[i].name);
		assert_int_equal(value.kind, fields[i].kind);
		assert_int_equal(value.number, fields[i].number);
	}
	struct constant text = value_of(unit, "c");
	assert_int_equal(text.kind, CONSTANT_STRING);
	assert_string_equal(unit_string(unit, text.string), "constant");
}

/* Those of the compiler itself (MemberClasses) are left out. */
static void annotations(void **state)
{
	struct unit *unit = read_sample(*state);

	assert_int_equal(unit->annotation_count, 2);
	for (uint32_t i = 0; i < 2; i++)
		assert_string_equal(unit_type(unit, unit->annotations[i].type), "Lt/Mark;");
	assert_int_equal(unit->annotations[0].method, NO_INDEX);
	assert_ptr_equal(&unit->methods[unit->annotations[1].method], dex_method(unit, "wide"));
}

static const struct code_site *only_site(const struct site_index *index, uint32_t item)
{
	assert_int_equal(index->first[item + 1] - index->first[item], 1);
	return &index->sites[index->first[item]];
}

static uint32_t field_named(const struct unit *unit, const char *name)
{
	for (uint32_t i = 0; i < unit->field_ref_count; i++)
		if (strcmp(unit_string(unit, unit->field_refs[i].name), name) == 0)
			return i;
	fail_msg("no field %s", name);
	return NO_INDEX;
}

static void sites(void **state)
{
	struct unit *unit = read_sample(*state);
	uint32_t things = (uint32_t)(dex_method(unit, "things") - unit->methods);
	uint32_t builder = unit_find_type(unit, "Ljava/lang/StringBuilder;");
	const struct code_site *site = only_site(
		&unit->calls, dex_method_ref(unit, "Ljava/lang/StringBuilder;", "append"));

	assert_int_equal(site->method, things);
	assert_int_equal(site->pc, 0x12);
	assert_int_equal(only_site(&unit->puts, field_named(unit, "m"))->pc, 5);
	assert_int_equal(only_site(&unit->gets, field_named(unit, "l"))->pc, 7);
	assert_int_equal(only_site(&unit->gets, field_named(unit, "k"))->pc, 9);
	assert_int_equal(only_site(&unit->puts, field_named(unit, "k"))->pc, 11);
	assert_int_equal(only_site(&unit->news, builder)->pc, 13);
	assert_int_equal(only_site(&unit->texts, unit_find_string(unit, "jumbo"))->pc, 2);
	only_site(&unit->texts, unit_find_string(unit, "text\xc0\x80nul \xed\xa0\xbd\xed\xb8\x80"));
	assert_int_equal(unit->instruction_count, 69);
	assert_int_equal(unit->call_count, 8);
	assert_int_equal(unit->text_count, 2);
}

/* What a lambda runs is called by the method that makes the lambda. */
static void lambda_sites(void **state)
{
	struct unit *unit = read_sample(*state);
	const struct code_site *site =
		only_site(&unit->calls, dex_method_ref(unit, "Lt/Dyn;", "bodyOf"));

	assert_ptr_equal(&unit->methods[site->method], dex_method(unit, "lambda"));
	assert_int_equal(site->pc, 0);
}

/* --- damage ------------------------------------------------------------------------------------
 */

static void refused(void **state)
{
	struct dex_test *test = *state;
	static const struct {
		const char *magic;
		enum diag code;
	} files[] = {{"dey\n036", DIAG_DEX_VERSION}, {"cdex001", DIAG_DEX_VERSION},
	             {"dex\n999", DIAG_DEX_VERSION}, {"dex\n034", DIAG_DEX_VERSION},
	             {"dex\n03x", DIAG_DEX_VERSION}, {"PK\3\4xyz", DIAG_DEX_PARSE}};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		memcpy(test->bytes, files[i].magic, 7);
		assert_false(dex_try(test));
		assert_int_equal(fault_last()->code, files[i].code);
	}
	memcpy(test->bytes, "dex\n035", 7);
	test->size = 0x6f;
	assert_false(dex_try(test));
	assert_int_equal(fault_last()->code, DIAG_DEX_PARSE);
	test->size = 0;
	assert_false(dex_try(test));
}

static void odd_headers(void **state)
{
	struct dex_test *test = *state;

	test->bytes[8] ^= 1;
	dex_set32(test, 32, 1000);
	dex_set32(test, 36, 0x80);
	dex_set32(test, 40, 0x78563412);
	assert_true(dex_try(test));
	assert_non_null(dex_issue_of(test, DIAG_DEX_HEADER, "checksum"));
	assert_non_null(dex_issue_of(test, DIAG_DEX_HEADER, "file_size"));
	assert_non_null(dex_issue_of(test, DIAG_DEX_HEADER, "header_size"));
	assert_non_null(dex_issue_of(test, DIAG_DEX_HEADER, "endian_tag"));
	assert_false(test->unit->partial);
	assert_int_equal(test->unit->class_count, 2);
	dex_set32(test, 36, 0x70000000);
	assert_false(dex_try(test));
	assert_int_equal(fault_last()->code, DIAG_DEX_VERSION);
}

/* Wherever the file ends, what is left is read, and it is said that something is missing. */
static void cut_off(void **state)
{
	struct dex_test *test = *state;
	size_t whole = test->size;

	for (size_t size = 0x70; size < whole; size++) {
		test->size = size;
		assert_true(dex_try(test));
		assert_true(test->unit->issue_count > 0);
		arena_free(&test->arena);
	}
}

static void broken_references(void **state)
{
	struct dex_test *test = *state;
	uint32_t methods = dex_get32(test, 92), types = dex_get32(test, 68);

	dex_set32(test, methods, 0xffffffff); /* class and proto */
	dex_set32(test, methods + 4, 0x7fffffff);
	dex_set32(test, types, 0x12345678);
	assert_true(dex_try(test));
	struct unit *unit = test->unit;
	assert_true(unit->partial);
	assert_non_null(dex_issue_of(test, DIAG_DEX_PARSE, "type index 65535"));
	assert_non_null(dex_issue_of(test, DIAG_DEX_PARSE, "proto index 65535"));
	assert_non_null(dex_issue_of(test, DIAG_DEX_PARSE, "string index 2147483647"));
	assert_string_equal(unit_type(unit, unit->method_refs[0].type), "");
	assert_string_equal(unit_string(unit, unit->method_refs[0].name), "");
	assert_int_equal(unit->protos[unit->method_refs[0].proto].count, 0);
	assert_string_equal(unit_type(unit, 0), "");
	assert_int_not_equal(unit_find_class(unit, unit_find_type(unit, "Lt/Dyn;")), NO_INDEX);
}

/* The tables need not be sorted for the look-ups to work. */
static void unsorted(void **state)
{
	struct dex_test *test = *state;
	uint32_t strings = dex_get32(test, 60), first = dex_get32(test, strings);
	uint32_t count = dex_get32(test, 56);
	uint32_t last = dex_get32(test, strings + 4 * (count - 1));

	dex_set32(test, strings, last);
	dex_set32(test, strings + 4 * (count - 1), first);
	assert_true(dex_try(test));
	struct unit *unit = test->unit;
	assert_non_null(unit->string_order);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(unit_find_string(unit, unit->strings[i]), i);
	assert_int_not_equal(unit_find_class(unit, unit_find_type(unit, "Lt/All;")), NO_INDEX);
}

/* Two classes of one name: the first one counts, as for Android. */
static void duplicate_types(void **state)
{
	struct dex_test *test = *state;
	uint32_t classes = dex_get32(test, 100), types = dex_get32(test, 68);
	uint32_t first = dex_get32(test, classes), second = dex_get32(test, classes + 32);

	dex_set32(test, types + 4 * second, dex_get32(test, types + 4 * first));
	assert_true(dex_try(test));
	assert_int_equal(unit_find_class(test->unit, first), 0);
	assert_int_equal(unit_find_class(test->unit, second), 0);
}

static void large_counts(void **state)
{
	struct dex_test *test = *state;

	for (size_t at = 56; at < 104; at += 8)
		dex_set32(test, at, 0x40000000);
	assert_true(dex_try(test));
	assert_true(test->unit->partial);
	assert_true(test->unit->issue_count <= 33);
	assert_non_null(strstr(test->unit->issues[test->unit->issue_count - 1].why, "more"));
}

/* Every class and method with the same data: read as often as the budget allows. */
static void shared_class_data(void **state)
{
	struct dex_test *test = *state;
	uint32_t classes = dex_get32(test, 100);

	dex_set32(test, classes + 32 + 24, dex_get32(test, classes + 24));
	assert_true(dex_try(test));
	assert_true(test->unit->method_count <= test->unit->method_ref_count);
}

/* Strings that share their bytes are read as often as the budget allows. */
static void overlapping_strings(void **state)
{
	enum { SIZE = 64 * 1024, COUNT = 4000, TEXT = 0x70 + 4 * COUNT };
	struct dex_test *test = *state;
	uint8_t *bytes = calloc(1, SIZE);
	struct unit *unit;

	assert_non_null(bytes);
	memcpy(bytes, test->bytes, 0x38);
	memset(bytes + TEXT, 'a', SIZE - TEXT - 1);
	memcpy(bytes + 0x38, (uint8_t[]){COUNT & 255, COUNT >> 8, 0, 0, 0x70, 0, 0, 0}, 8);
	for (size_t i = 0; i < COUNT; i++) {
		bytes[0x70 + 4 * i] = (uint8_t)(TEXT + 3 * i);
		bytes[0x71 + 4 * i] = (uint8_t)((TEXT + 3 * i) >> 8);
	}
	assert_true(dex_read(cursor_over(bytes, SIZE, DIAG_SYSTEM), &test->arena, &unit).ok);
	test->unit = unit;
	assert_true(unit->partial);
	assert_non_null(dex_issue_of(test, DIAG_CODE_BUDGET, "overlap"));
	assert_int_equal(unit->string_count, COUNT);
	assert_string_equal(unit->strings[COUNT - 1], "");
	free(bytes);
}

static void containers(void **state)
{
	struct dex_test *test = *state;

	memcpy(test->bytes, "dex\n041", 7);
	assert_true(dex_try(test));
	assert_non_null(dex_issue_of(test, DIAG_DEX_HEADER, "header_size: 0x70"));
	assert_non_null(dex_issue_of(test, DIAG_DEX_HEADER, "container_size"));
	dex_set32(test, 32, 0x200);
	assert_true(dex_try(test));
	assert_non_null(dex_issue_of(test, DIAG_DEX_VERSION, "container"));
	assert_true(test->unit->partial);
}

/* --- modified UTF-8 ----------------------------------------------------------------------------
 */

static void measuring(void **state)
{
	static const struct {
		const char *text;
		unsigned len, units;
		bool valid;
	} texts[] = {{"", 0, 0, true},
	             {"plain text of many bytes", 24, 24, true},
	             {"\xc3\xa9", 2, 1, true},
	             {"a\xc0\x80z", 4, 3, true},
	             {"\xe4\xbd\xa0\xe5\xa5\xbd", 6, 2, true},
	             {"\xed\xa0\xbd\xed\xb8\x80", 6, 2, true},
	             {"\xf0\x9f\x98\x80", 4, 4, false},
	             {"\xc1\x81", 2, 2, false},
	             {"\xe0\x80\x80", 3, 3, false},
	             {"\x80", 1, 1, false},
	             {"\xe4\xbd", 2, 2, false}};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct mutf8 found =
			mutf8_measure((const uint8_t *)texts[i].text, strlen(texts[i].text) + 1);
		assert_true(found.ended);
		assert_int_equal(found.len, texts[i].len);
		assert_int_equal(found.units, texts[i].units);
		assert_int_equal(found.valid, texts[i].valid);
	}
	assert_false(mutf8_measure((const uint8_t *)"0123456789", 10).ended);
	assert_false(mutf8_measure((const uint8_t *)"", 0).ended);
}

static void comparing(void **state)
{
	/* in order */
	static const char *const texts[] = {"",
	                                    "\xc0\x80",
	                                    "\xc0\x80\xc0\x80",
	                                    "\1",
	                                    "A",
	                                    "A\xc0\x80",
	                                    "A\1",
	                                    "AB",
	                                    "\xc0",
	                                    "\xc0"
	                                    "A",
	                                    "\xc3\xa9",
	                                    "\xed\xa0\xbd\xed\xb8\x80",
	                                    "\xef\xbf\xbf"};
	const int count = (int)(sizeof texts / sizeof *texts);

	(void)state;
	for (int i = 0; i < count; i++)
		for (int k = 0; k < count; k++)
			assert_int_equal(mutf8_compare(texts[i], texts[k]), (i > k) - (i < k));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, dex_setup, dex_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(tables),
	                                   TEST(look_ups),
	                                   TEST(static_values),
	                                   TEST(annotations),
	                                   TEST(sites),
	                                   TEST(lambda_sites),
	                                   TEST(refused),
	                                   TEST(odd_headers),
	                                   TEST(cut_off),
	                                   TEST(broken_references),
	                                   TEST(unsorted),
	                                   TEST(duplicate_types),
	                                   TEST(large_counts),
	                                   TEST(shared_class_data),
	                                   TEST(overlapping_strings),
	                                   TEST(containers),
	                                   cmocka_unit_test(measuring),
	                                   cmocka_unit_test(comparing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
