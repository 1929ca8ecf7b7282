/* classwalk.c - the walk over a method's instructions in the order of the file, dead ones too. */
#include "code/body.h"
#include "code/classop.h"
#include "code/classreader.h"

struct walk {
	struct class_reader *reader;
	const struct class_state *state;
	uint32_t pool, method;
};

static void add(const struct walk *walk, struct site_list *list, uint32_t item, uint32_t pc)
{
	if (item != NO_INDEX)
		site_list_add(list, item, (struct code_site){walk->method, pc});
}

static void add_text(const struct walk *walk, const struct class_op *op)
{
	uint32_t string = class_index(walk->state, walk->pool, op->index, 1U << TAG_STRING);

	if (string == NO_INDEX)
		return;
	walk->reader->unit.text_count++;
	add(walk, &walk->reader->texts, string, op->pc);
}

/* The method that a lambda will call counts as called where the lambda is made. */
static RESULT add_dynamic(const struct walk *walk, const struct class_op *op)
{
	const struct class_constant *dynamic = class_constant(walk->state, walk->pool, op->index);
	struct class_bootstrap bootstrap;
	uint8_t kind;

	if (!dynamic || class_tag(walk->state, walk->pool, dynamic) != TAG_INVOKE_DYNAMIC)
		return OK;
	TRY(class_bootstrap(walk->state, walk->pool, dynamic, &bootstrap));
	if (class_factory(&walk->reader->unit, &bootstrap) == DYNAMIC_LAMBDA)
		add(walk, &walk->reader->calls,
		    class_lambda_target(walk->state, walk->pool, &bootstrap, &kind), op->pc);
	return OK;
}

/* Bodies look array types up: they are made here. */
static void make_array_type(const struct walk *walk, const struct class_op *op)
{
	uint32_t type = class_index(walk->state, walk->pool, op->index, 1U << TAG_CLASS);

	if (type != NO_INDEX)
		class_array_type(walk->reader, type);
}

static RESULT walk_op(const struct walk *walk, const struct class_op *op)
{
	struct class_reader *reader = walk->reader;
	uint32_t field = class_index(walk->state, walk->pool, op->index, 1U << TAG_FIELD);

	switch (op->opcode) {
	case JAVA_LDC:
	case JAVA_LDC + 1:
		add_text(walk, op);
		break;
	case JAVA_GETSTATIC:
	case JAVA_GETFIELD:
		add(walk, &reader->gets, field, op->pc);
		break;
	case JAVA_PUTSTATIC:
	case JAVA_PUTFIELD:
		add(walk, &reader->puts, field, op->pc);
		break;
	case JAVA_INVOKEVIRTUAL:
	case JAVA_INVOKESPECIAL:
	case JAVA_INVOKESTATIC:
	case JAVA_INVOKEINTERFACE:
		reader->unit.call_count++;
		add(walk, &reader->calls,
		    class_index(walk->state, walk->pool, op->index, METHOD_TAGS), op->pc);
		break;
	case JAVA_INVOKEDYNAMIC:
		reader->unit.call_count++;
		return add_dynamic(walk, op);
	case JAVA_NEW:
		add(walk, &reader->news,
		    class_index(walk->state, walk->pool, op->index, 1U << TAG_CLASS), op->pc);
		break;
	case JAVA_ANEWARRAY:
		make_array_type(walk, op);
		break;
	}
	return OK;
}

struct result class_walk(struct class_reader *reader, uint32_t method)
{
	const struct method *m = &reader->unit.methods[method];
	struct walk walk = {reader, &reader->state, m->pool, method};
	struct class_code code;
	struct class_op op = {.next = 0};

	TRY(class_code_open(&reader->state, m, &code));
	while (op.next < code.bytes.size) {
		TRY(class_op_read(&code.bytes, op.next, &op));
		reader->unit.instruction_count++;
		/* a site whose bootstrap method is missing is lost alone */
		if (!walk_op(&walk, &op).ok)
			class_note(reader);
	}
	return OK;
}
