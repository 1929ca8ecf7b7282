/* test_dexbody.c - methods of DEX files as bodies, their lines, and what damage becomes. */
#include "unit/dexmake.h"

static const struct body *read_named(struct dex_test *test, const char *name)
{
	static struct body body;

	assert_true(dex_try(test));
	assert_true(body_read(test->unit, dex_method(test->unit, name), &test->arena, &body).ok);
	return &body;
}

/* The n-th instruction with an operation. */
static const struct insn *nth(const struct body *body, enum code_op op, unsigned n)
{
	for (uint32_t i = 0; i < body->count; i++)
		if (body->insns[i].op == op && n-- == 0)
			return &body->insns[i];
	fail_msg("no instruction %d", op);
	return NULL;
}

static const struct insn *at(const struct body *body, uint32_t pc)
{
	const struct insn *insn = &body->insns[body_at(body, pc)];

	assert_int_equal(insn->pc, pc);
	return insn;
}

/* Where the instruction at a unit of a method stands in the file. */
static size_t place(struct dex_test *test, const char *method, uint32_t pc)
{
	assert_true(dex_try(test));
	return (size_t)(dex_method(test->unit, method)->code - test->bytes) + 16 + 2 * (size_t)pc;
}

static void numbers(void **state)
{
	const struct body *body = read_named(*state, "flow");
	static const int64_t expected[] = {-3, 0x100, 0x12345678, 0x7f010000, 4};

	assert_false(body->partial);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(nth(body, OP_NUMBER, i)->number, expected[i]);
		assert_int_equal(nth(body, OP_NUMBER, i)->def, i);
		assert_false(nth(body, OP_NUMBER, i)->wide);
	}
	body = read_named(*state, "wide");
	assert_int_equal(nth(body, OP_NUMBER, 0)->number, -1);
	assert_int_equal(nth(body, OP_NUMBER, 2)->number, 0x4000000000000000);
	assert_int_equal(nth(body, OP_NUMBER, 3)->number, 0x123456789abcdef0);
	assert_true(nth(body, OP_NUMBER, 0)->wide);
}

static void arithmetic(void **state)
{
	const struct body *body = read_named(*state, "flow");
	const struct insn *insn = nth(body, OP_BINARY, 0);

	assert_int_equal(insn->sub, DO_RSUB);
	assert_int_equal(insn->def, 1);
	assert_int_equal(insn->a, 0);
	assert_int_equal(insn->b, NO_REG);
	assert_int_equal(insn->number, 16);
	insn = nth(body, OP_BINARY, 2); /* add-int/2addr */
	assert_int_equal(insn->sub, DO_ADD);
	assert_int_equal(insn->def, 0);
	assert_int_equal(insn->a, 0);
	assert_int_equal(insn->b, 1);
	assert_int_equal(nth(body, OP_UNARY, 1)->sub, DO_TO_BYTE);
	body = read_named(*state, "wide");
	insn = nth(body, OP_BINARY, 1); /* shl-long/2addr */
	assert_int_equal(insn->sub, DO_SHL);
	assert_true(insn->wide);
	insn = nth(body, OP_COMPARE, 0);
	assert_int_equal(insn->def, 8);
	assert_int_equal(insn->a, 0);
	assert_int_equal(insn->b, 2);
}

static void arrays(void **state)
{
	const struct body *body = read_named(*state, "flow");
	const struct insn *data = nth(body, OP_ARRAY_DATA, 0);

	assert_int_equal(data->a, 4);
	assert_int_equal(data->count, 4);
	assert_int_equal(data->number, 4);
	assert_int_equal(data->data[15], 0x80);
	assert_int_equal(nth(body, OP_NEW_ARRAY, 0)->def, 4);
	assert_string_equal(unit_type(body->unit, nth(body, OP_NEW_ARRAY, 0)->ref), "[I");
	assert_int_equal(nth(body, OP_ARRAY_GET, 0)->def, 0);
	assert_int_equal(nth(body, OP_ARRAY_GET, 0)->a, 4);
	assert_int_equal(nth(body, OP_ARRAY_GET, 0)->b, 1);
	const struct insn *put = nth(body, OP_ARRAY_PUT, 0);
	assert_int_equal(put->a, 4);
	assert_int_equal(put->b, 1);
	assert_int_equal(put->c, 0);
	assert_int_equal(put->def, NO_REG);
	assert_int_equal(nth(body, OP_LENGTH, 0)->a, 6);
	body = read_named(*state, "things");
	const struct insn *filled = nth(body, OP_FILLED_ARRAY, 0);
	assert_int_equal(filled->count, 2);
	assert_int_equal(body->args[filled->args], 2);
	assert_int_equal(body->args[filled->args + 1], 0);
	assert_int_equal(filled->def, 3);
}

static void control(void **state)
{
	const struct body *body = read_named(*state, "flow");
	const struct switch_table *packed = &body->switches[nth(body, OP_SWITCH, 0)->ref];
	const struct switch_table *sparse = &body->switches[nth(body, OP_SWITCH, 1)->ref];

	assert_int_equal(packed->count, 2);
	assert_int_equal(packed->cases[0].key, 5);
	assert_int_equal(body->insns[packed->cases[0].target].pc, 0x17);
	assert_int_equal(packed->cases[1].key, 6);
	assert_int_equal(body->insns[packed->cases[1].target].pc, 0x21);
	assert_int_equal(sparse->cases[0].key, -1);
	assert_int_equal(sparse->cases[1].key, 0x7fffffff);
	assert_int_equal(body->insns[sparse->cases[1].target].pc, 0x2b);
	assert_int_equal(body->insns[nth(body, OP_GOTO, 0)->target].pc, 0x2b);
	assert_int_equal(nth(body, OP_IF, 0)->sub, IF_EQ);
	assert_int_equal(nth(body, OP_IF, 0)->b, 1);
	assert_int_equal(body->handler_count, 2);
	assert_string_equal(unit_type(body->unit, body->handlers[0].type),
	                    "Ljava/lang/RuntimeException;");
	assert_int_equal(body->insns[body->handlers[0].target].pc, 0x2c);
	assert_int_equal(body->handlers[0].start, 0);
	assert_int_equal(body->insns[body->handlers[0].end].pc, 0x16);
	assert_int_equal(body->handlers[1].type, NO_INDEX);
	assert_int_equal(body->insns[body->handlers[1].target].op, OP_CATCH);
}

/* A long or double takes two registers and is one parameter. */
static void parameters(void **state)
{
	const struct body *body = read_named(*state, "wide");
	static const uint32_t params[] = {6, 8, 9, 11}, three[] = {0, 8, 9},
			      range[] = {6, 8, 9, 11};
	const struct insn *call = nth(body, OP_INVOKE, 0);

	assert_int_equal(body->param_count, 4);
	assert_memory_equal(body->params, params, sizeof params);
	assert_int_equal(call->sub, INVOKE_STATIC);
	assert_int_equal(call->def, 0);
	assert_int_equal(call->count, 3);
	assert_memory_equal(body->args + call->args, three, sizeof three);
	call = nth(body, OP_INVOKE, 1);
	assert_int_equal(call->def, 2);
	assert_int_equal(call->count, 4);
	assert_memory_equal(body->args + call->args, range, sizeof range);
	body = read_named(*state, "things");
	assert_int_equal(body->param_count, 2);
	assert_int_equal(body->params[0], 4);
	assert_int_equal(nth(body, OP_INVOKE, 0)->def, NO_REG);
	assert_int_equal(nth(body, OP_INVOKE, 1)->def, 2);
}

static void members(void **state)
{
	const struct body *body = read_named(*state, "things");
	const struct insn *put = nth(body, OP_PUT, 0);

	assert_int_equal(put->a, 4);
	assert_int_equal(put->b, 0);
	assert_int_equal(nth(body, OP_GET, 0)->a, 4);
	assert_int_equal(nth(body, OP_GET, 0)->def, 2);
	assert_int_equal(nth(body, OP_STATIC_GET, 0)->def, 2);
	assert_int_equal(nth(body, OP_STATIC_PUT, 0)->a, 2);
	assert_string_equal(unit_string(body->unit, nth(body, OP_TEXT, 1)->ref), "jumbo");
	assert_string_equal(unit_type(body->unit, nth(body, OP_NEW, 0)->ref),
	                    "Ljava/lang/StringBuilder;");
	body = read_named(*state, "flow");
	assert_int_equal(nth(body, OP_CAST, 0)->def, 7);
	assert_int_equal(nth(body, OP_CAST, 0)->a, 7);
	assert_int_equal(nth(body, OP_INSTANCE_OF, 0)->a, 7);
	assert_string_equal(unit_type(body->unit, nth(body, OP_CLASS, 0)->ref), "Lt/All;");
}

static void dynamic(void **state)
{
	const struct body *body = read_named(*state, "lambda");
	const struct dynamic *lambda = &body->dynamics[nth(body, OP_DYNAMIC, 0)->ref];
	const struct dynamic *concat = &body->dynamics[nth(body, OP_DYNAMIC, 1)->ref];

	assert_int_equal(lambda->kind, DYNAMIC_LAMBDA);
	assert_string_equal(unit_string(body->unit, lambda->name), "run");
	assert_int_equal(lambda->target, dex_method_ref(body->unit, "Lt/Dyn;", "bodyOf"));
	assert_int_equal(lambda->invoke, INVOKE_STATIC);
	assert_false(lambda->construct);
	assert_int_equal(nth(body, OP_DYNAMIC, 0)->count, 1);
	assert_int_equal(nth(body, OP_DYNAMIC, 0)->def, 0);
	assert_int_equal(concat->kind, DYNAMIC_CONCAT);
	assert_string_equal(concat->recipe, "a\1b\1!");
	assert_int_equal(nth(body, OP_DYNAMIC, 1)->count, 2);
}

static void method_handles(void **state)
{
	const struct body *body = read_named(*state, "poly");

	assert_false(body->partial);
	assert_int_equal(nth(body, OP_OPAQUE, 1)->def, 0);
	assert_int_equal(nth(body, OP_INVOKE, 0)->count, 2);
	assert_int_equal(
		nth(body, OP_INVOKE, 0)->ref,
		dex_method_ref(body->unit, "Ljava/lang/invoke/MethodHandle;", "invokeExact"));
}

static void lines(void **state)
{
	struct dex_test *test = *state;

	assert_true(dex_try(test));
	const struct unit *unit = test->unit;
	const struct method *wide = dex_method(unit, "wide");
	assert_int_equal(unit->read_line(unit, wide, 0), 100);
	assert_int_equal(unit->read_line(unit, wide, 5), 100);
	assert_int_equal(unit->read_line(unit, wide, 7), 110);
	assert_int_equal(unit->read_line(unit, wide, 0x0b), 110);
	assert_int_equal(unit->read_line(unit, wide, 0x0f), 90);
	assert_int_equal(unit->read_line(unit, wide, 1000), 90);
	assert_int_equal(unit->read_line(unit, dex_method(unit, "<init>"), 3), 9);
	assert_int_equal(unit->read_line(unit, dex_method(unit, "three"), 0), 0);
	assert_int_equal(unit->read_line(unit, dex_method(unit, "run"), 0), 0);
}

/* --- damage ------------------------------------------------------------------------------------
 */

/* An instruction that throws stands at the end. */
static void assert_trap(const struct body *body)
{
	assert_true(body->partial);
	assert_true(body->count > 0);
	assert_int_equal(body->insns[body->count - 1].op, OP_THROW);
	assert_int_equal(body->insns[body->count - 1].a, NO_REG);
}

static void wrong_branch(void **state)
{
	struct dex_test *test = *state;
	size_t go = place(test, "flow", 0x16);
	static const uint8_t offsets[] = {0x03, 0x7f, 0x80, 0x1c};

	for (unsigned i = 0; i < sizeof offsets; i++) {
		test->bytes[go + 1] = offsets[i];
		const struct body *body = read_named(test, "flow");
		assert_trap(body);
		assert_int_equal(at(body, 0x16)->target, body->count - 1);
		assert_int_equal(at(body, 0x31)->op, OP_RETURN);
	}
}

static void wrong_instruction(void **state)
{
	struct dex_test *test = *state;

	test->bytes[place(test, "flow", 0x13)] = 0x3e;
	const struct body *body = read_named(test, "flow");
	assert_trap(body);
	assert_int_equal(body->insns[body->count - 2].pc, 0x11);
	assert_non_null(dex_issue_of(test, DIAG_CODE_BODY, "0x3e at unit 19"));
	assert_true(test->unit->partial);
}

static void wrong_register(void **state)
{
	struct dex_test *test = *state;
	size_t shift = place(test, "flow", 0x14);

	test->bytes[shift + 1] = 8;
	assert_trap(read_named(test, "flow"));
	test->bytes[place(test, "wide", 0) + 1] = 11; /* a long in the last register */
	const struct body *body = read_named(test, "wide");
	assert_trap(body);
	assert_int_equal(body->count, 1);
}

static void wrong_index(void **state)
{
	struct dex_test *test = *state;
	size_t call = place(test, "wide", 7);

	test->bytes[call + 2] = 0xff;
	assert_trap(read_named(test, "wide"));
	assert_non_null(dex_issue_of(test, DIAG_CODE_BODY, "0x71 at unit 7"));
	assert_int_equal(test->unit->call_count, 8);
}

/* Registers that do not fit the types: the call is opaque, and the rest is read. */
static void wrong_arguments(void **state)
{
	struct dex_test *test = *state;
	size_t call = place(test, "wide", 7);

	test->bytes[call + 1] = 0x4a;
	const struct body *body = read_named(test, "wide");
	assert_true(body->partial);
	assert_int_equal(at(body, 7)->op, OP_OPAQUE);
	assert_int_equal(at(body, 7)->def, 0);
	assert_int_equal(body->insns[body->count - 1].op, OP_RETURN);
}

static void wrong_data(void **state)
{
	struct dex_test *test = *state;
	size_t data = place(test, "flow", 0x44), fill = place(test, "flow", 0x1a);

	test->bytes[data + 2] = 3; /* bytes of an element */
	assert_trap(read_named(test, "flow"));
	test->bytes[data + 2] = 4;
	test->bytes[data + 6] = 1; /* 65540 elements */
	assert_trap(read_named(test, "flow"));
	test->bytes[data + 6] = 0;
	test->bytes[fill + 2] = 0x29; /* beside the data */
	assert_trap(read_named(test, "flow"));
}

static void wrong_sizes(void **state)
{
	struct dex_test *test = *state;
	size_t code = place(test, "flow", 0) - 16;
	struct body body;

	test->bytes[code + 2] = 2; /* ins */
	assert_true(dex_try(test));
	const struct method *method = dex_method(test->unit, "flow");
	assert_false(body_read(test->unit, method, &test->arena, &body).ok);
	assert_int_equal(fault_last()->code, DIAG_CODE_BODY);
	test->bytes[code + 2] = 3;
	dex_set32(test, code + 12, 0x7fffffff); /* units */
	assert_true(dex_try(test));
	method = dex_method(test->unit, "flow");
	assert_false(body_read(test->unit, method, &test->arena, &body).ok);
	assert_non_null(dex_issue_of(test, DIAG_CODE_BODY, "insns_size"));
}

static void wrong_handlers(void **state)
{
	struct dex_test *test = *state;
	size_t item = place(test, "flow", 0x50);

	test->bytes[item + 6] = 0xff; /* offset of the handlers */
	test->bytes[item + 7] = 0xff;
	const struct body *body = read_named(test, "flow");
	assert_true(body->partial);
	assert_int_equal(body->handler_count, 0);
	assert_int_equal(at(body, 0x31)->op, OP_RETURN);
}

/* A result without a call, and a branch to one. */
static void stray_result(void **state)
{
	struct dex_test *test = *state;
	size_t nop = place(test, "flow", 0x27);

	test->bytes[nop] = 0x0a;
	test->bytes[nop + 1] = 2;
	const struct body *body = read_named(test, "flow");
	assert_false(body->partial);
	assert_int_equal(at(body, 0x27)->op, OP_OPAQUE);
	assert_int_equal(at(body, 0x27)->def, 2);
	test->bytes[place(test, "wide", 0x11) + 2] = 0xfd; /* to unit 0x0e */
	test->bytes[place(test, "wide", 0x11) + 3] = 0xff;
	assert_trap(read_named(test, "wide"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, dex_setup, dex_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers),      TEST(arithmetic),        TEST(arrays),
		TEST(control),      TEST(parameters),        TEST(members),
		TEST(dynamic),      TEST(method_handles),    TEST(lines),
		TEST(wrong_branch), TEST(wrong_instruction), TEST(wrong_register),
		TEST(wrong_index),  TEST(wrong_arguments),   TEST(wrong_data),
		TEST(wrong_sizes),  TEST(wrong_handlers),    TEST(stray_result)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
