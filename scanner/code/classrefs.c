/* classrefs.c - instructions that name fields, methods and types (JVMS 6.5), as those of body.h. */
#include "code/classbody.h"

/* The index of the constant that an instruction names, which must be of one of the kinds. */
static RESULT find(const struct maker *maker, const struct class_op *op, unsigned tags,
                   uint32_t *out)
{
	uint32_t index = class_index(maker->state, maker->method->pool, op->index, tags);

	ENSURE(index != NO_INDEX, CODE_BODY, maker->code.bytes.origin + op->pc,
	       "constant %u at %u is missing, damaged or of the wrong kind (opcode 0x%02x)",
	       op->index, op->pc, op->opcode);
	*out = index;
	return OK;
}

/* --- fields ----------------------------------------------------------------------------------- */

static RESULT field_get(struct maker *maker, const struct class_op *op, uint32_t slots,
                        uint32_t ref)
{
	bool is_static = op->opcode == JAVA_GETSTATIC;
	uint32_t object = NO_REG, def;

	if (!is_static)
		TRY(maker_pop(maker, 1, &object));
	TRY(maker_push(maker, slots, &def));
	struct insn *insn = maker_put(maker, is_static ? OP_STATIC_GET : OP_GET);
	insn->def = def;
	insn->a = object;
	insn->ref = ref;
	insn->wide = slots == 2;
	return OK;
}

static RESULT field_put(struct maker *maker, const struct class_op *op, uint32_t slots,
                        uint32_t ref)
{
	bool is_static = op->opcode == JAVA_PUTSTATIC;
	uint32_t object = NO_REG, value;

	TRY(maker_pop(maker, slots, &value));
	if (!is_static)
		TRY(maker_pop(maker, 1, &object));
	struct insn *insn = maker_put(maker, is_static ? OP_STATIC_PUT : OP_PUT);
	insn->a = is_static ? value : object;
	insn->b = is_static ? NO_REG : value;
	insn->ref = ref;
	insn->wide = slots == 2;
	return OK;
}

static RESULT field(struct maker *maker, const struct class_op *op)
{
	uint32_t ref;

	TRY(find(maker, op, 1U << TAG_FIELD, &ref));
	uint32_t slots = class_slots_of(maker->unit, maker->unit->field_refs[ref].kind);
	if (op->opcode == JAVA_GETSTATIC || op->opcode == JAVA_GETFIELD)
		return field_get(maker, op, slots, ref);
	return field_put(maker, op, slots, ref);
}

/* --- calls ------------------------------------------------------------------------------------ */

/* Pops the arguments, of which `first` stand before the parameters, and pushes the result. */
static RESULT put_call(struct maker *maker, enum code_op op, const struct proto *proto,
                       uint32_t first, struct insn **out)
{
	const struct unit *unit = maker->unit;
	uint32_t slots = first, reg, def = NO_REG;
	uint32_t returned = class_slots_of(unit, proto->return_type);

	for (uint32_t i = 0; i < proto->count; i++)
		slots += class_slots_of(unit, unit->type_list[proto->first + i]);
	TRY(maker_pop(maker, slots, &reg));
	if (returned)
		TRY(maker_push(maker, returned, &def));
	struct insn *insn = maker_put(maker, op);
	insn->def = def;
	insn->wide = returned == 2;
	insn->count = first + proto->count;
	for (uint32_t i = 0; i < first; i++)
		maker_put_arg(maker, reg++);
	for (uint32_t i = 0; i < proto->count; i++) {
		maker_put_arg(maker, reg);
		reg += class_slots_of(unit, unit->type_list[proto->first + i]);
	}
	*out = insn;
	return OK;
}

/* invokespecial calls constructors and the class's own methods, or those above the class. */
static enum invoke_kind special_kind(const struct maker *maker, const struct method_ref *ref)
{
	const struct unit *unit = maker->unit;

	if (ref->name == KNOWN_INIT || ref->type == unit->classes[maker->method->owner].type)
		return INVOKE_DIRECT;
	return INVOKE_SUPER;
}

static RESULT invoke(struct maker *maker, const struct class_op *op)
{
	enum invoke_kind kind = INVOKE_VIRTUAL;
	struct insn *insn;
	uint32_t ref;

	TRY(find(maker, op, METHOD_TAGS, &ref));
	const struct method_ref *method = &maker->unit->method_refs[ref];
	if (op->opcode == JAVA_INVOKESPECIAL)
		kind = special_kind(maker, method);
	else if (op->opcode != JAVA_INVOKEVIRTUAL)
		kind = op->opcode == JAVA_INVOKESTATIC ? INVOKE_STATIC : INVOKE_INTERFACE;
	TRY(put_call(maker, OP_INVOKE, &maker->unit->protos[method->proto], kind != INVOKE_STATIC,
	             &insn));
	insn->sub = (uint8_t)kind;
	insn->ref = ref;
	return OK;
}

static RESULT invoke_dynamic(struct maker *maker, const struct class_op *op)
{
	struct dynamic dynamic;
	struct insn *insn;
	uint32_t proto;

	TRY(find(maker, op, 1U << TAG_INVOKE_DYNAMIC, &proto));
	TRY(put_call(maker, OP_DYNAMIC, &maker->unit->protos[proto], 0, &insn));
	if (maker->dry)
		return OK;
	TRY(class_make_dynamic(maker, class_constant(maker->state, maker->method->pool, op->index),
	                       &dynamic));
	insn->ref = maker->body.dynamic_count;
	*CLASS_ADD(maker->body.dynamics, maker->body.dynamic_count) = dynamic;
	return OK;
}

/* --- objects and arrays ----------------------------------------------------------------------- */

/* Takes `popped` slots and pushes one, the result of an instruction on type `type`. */
static RESULT put_typed(struct maker *maker, enum code_op op, uint32_t popped, uint32_t type)
{
	uint32_t a = NO_REG, def;

	if (popped)
		TRY(maker_pop(maker, popped, &a));
	TRY(maker_push(maker, 1, &def));
	struct insn *insn = maker_put(maker, op);
	insn->def = def;
	insn->a = a;
	insn->ref = type;
	return OK;
}

static RESULT new_array(struct maker *maker, const struct class_op *op)
{
	uint32_t type;

	if (op->opcode == JAVA_NEWARRAY) {
		ENSURE(op->index >= 4 && op->index <= 11, CODE_BODY,
		       maker->code.bytes.origin + op->pc,
		       "newarray at %u: atype %u (JVMS 6.5, newarray)", op->pc, op->index);
		return put_typed(maker, OP_NEW_ARRAY, 1, KNOWN_TYPE_BOOLEANS + op->index - 4);
	}
	TRY(find(maker, op, 1U << TAG_CLASS, &type));
	if (op->opcode == JAVA_ANEWARRAY)
		type = maker->state->array_types[type];
	ENSURE(type != NO_INDEX, CODE_BODY, maker->code.bytes.origin + op->pc,
	       "anewarray at %u: more than 255 dimensions (JVMS 4.9.1)", op->pc);
	uint32_t dimensions = op->opcode == JAVA_ANEWARRAY ? 1 : (uint32_t)op->number;
	ENSURE(dimensions, CODE_BODY, maker->code.bytes.origin + op->pc,
	       "multianewarray at %u: no dimension (JVMS 4.9.1)", op->pc);
	return put_typed(maker, OP_NEW_ARRAY, dimensions, type);
}

/* new, checkcast and instanceof. */
static RESULT on_type(struct maker *maker, const struct class_op *op)
{
	uint32_t type;

	TRY(find(maker, op, 1U << TAG_CLASS, &type));
	if (op->opcode == JAVA_NEW)
		return put_typed(maker, OP_NEW, 0, type);
	return put_typed(maker, op->opcode == JAVA_CHECKCAST ? OP_CAST : OP_INSTANCE_OF, 1, type);
}

/* athrow and the monitors, which take an object and give nothing. */
static RESULT on_object(struct maker *maker, const struct class_op *op)
{
	uint32_t object;

	TRY(maker_pop(maker, 1, &object));
	if (op->opcode == JAVA_ATHROW)
		maker_put(maker, OP_THROW)->a = object;
	else
		maker_put(maker, OP_NOP);
	return OK;
}

struct result class_emit_reference(struct maker *maker, const struct class_op *op)
{
	switch (op->opcode) {
	case JAVA_GETSTATIC:
	case JAVA_PUTSTATIC:
	case JAVA_GETFIELD:
	case JAVA_PUTFIELD:
		return field(maker, op);
	case JAVA_INVOKEVIRTUAL:
	case JAVA_INVOKESPECIAL:
	case JAVA_INVOKESTATIC:
	case JAVA_INVOKEINTERFACE:
		return invoke(maker, op);
	case JAVA_INVOKEDYNAMIC:
		return invoke_dynamic(maker, op);
	case JAVA_NEWARRAY:
	case JAVA_ANEWARRAY:
	case JAVA_MULTIANEWARRAY:
		return new_array(maker, op);
	case JAVA_ARRAYLENGTH:
		return put_typed(maker, OP_LENGTH, 1, NO_INDEX);
	case JAVA_NEW:
	case JAVA_CHECKCAST:
	case JAVA_INSTANCEOF:
		return on_type(maker, op);
	default:
		return on_object(maker, op);
	}
}
