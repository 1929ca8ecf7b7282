/*
 * fuzz_dex.c - DEX files: reading the unit, all bodies and lines; every index that the reader hands
 * out must be in range.
 */
#include <stdlib.h>
#include <string.h>

#include "code/body.h"
#include "code/dex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODIES_MAX = 300 };

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void check_names(const struct unit *unit)
{
	size_t sum = 0;

	for (uint32_t i = 0; i < unit->string_count; i++)
		sum += strlen(unit->strings[i]);
	for (uint32_t i = 0; i < unit->type_count; i++)
		must(unit->types[i] < unit->string_count);
	for (uint32_t i = 0; i < unit->type_list_count; i++)
		must(unit->type_list[i] < unit->type_count);
	for (uint32_t i = 0; i < unit->proto_count; i++) {
		const struct proto *proto = &unit->protos[i];
		must(proto->return_type < unit->type_count);
		must((uint64_t)proto->first + proto->count <= unit->type_list_count);
	}
	must(unit->string_count == 0 || sum < (size_t)-1);
}

static void check_members(const struct unit *unit)
{
	for (uint32_t i = 0; i < unit->method_ref_count; i++) {
		must(unit->method_refs[i].type < unit->type_count);
		must(unit->method_refs[i].name < unit->string_count);
		must(unit->method_refs[i].proto < unit->proto_count);
	}
	for (uint32_t i = 0; i < unit->field_ref_count; i++) {
		must(unit->field_refs[i].type < unit->type_count);
		must(unit->field_refs[i].name < unit->string_count);
		must(unit->field_refs[i].kind < unit->type_count);
	}
	for (uint32_t i = 0; i < unit->field_count; i++) {
		const struct field *field = &unit->fields[i];
		must(field->ref < unit->field_ref_count && field->owner < unit->class_count);
		must(field->value.kind != CONSTANT_STRING ||
		     field->value.string < unit->string_count);
	}
	for (uint32_t i = 0; i < unit->method_count; i++)
		must(unit->methods[i].ref < unit->method_ref_count &&
		     unit->methods[i].owner < unit->class_count);
}

static void check_classes(const struct unit *unit)
{
	for (uint32_t i = 0; i < unit->class_count; i++) {
		const struct code_class *class = &unit->classes[i];
		must(class->type < unit->type_count);
		must(class->super == NO_INDEX || class->super < unit->type_count);
		must(class->source == NO_INDEX || class->source < unit->string_count);
		must((uint64_t) class->interface_first + class->interface_count <=
		     unit->type_list_count);
		must(class->field_first + class->field_count <= unit->field_count);
		must(class->method_first + class->method_count <= unit->method_count);
		must(unit_find_class(unit, class->type) <= i);
		must(unit_find_type(unit, unit_type(unit, class->type)) != NO_INDEX);
	}
	for (uint32_t i = 0; i < unit->annotation_count; i++) {
		const struct annotation *annotation = &unit->annotations[i];
		must(annotation->type < unit->type_count && annotation->owner < unit->class_count);
		must(annotation->method == NO_INDEX || annotation->method < unit->method_count);
	}
}

static void check_sites(const struct unit *unit, const struct site_index *index, uint32_t items)
{
	for (uint32_t i = 0; i < items; i++)
		must(index->first[i] <= index->first[i + 1]);
	for (uint32_t i = index->first[0]; i < index->first[items]; i++)
		must(index->sites[i].method < unit->method_count);
}

static void check_unit(const struct unit *unit)
{
	check_names(unit);
	check_members(unit);
	check_classes(unit);
	check_sites(unit, &unit->calls, unit->method_ref_count);
	check_sites(unit, &unit->gets, unit->field_ref_count);
	check_sites(unit, &unit->puts, unit->field_ref_count);
	check_sites(unit, &unit->news, unit->type_count);
	check_sites(unit, &unit->texts, unit->string_count);
	for (uint32_t i = 0; i < unit->string_count && i < BODIES_MAX; i++)
		must(unit_find_string(unit, unit->strings[i]) <= i || unit->string_order);
	for (uint32_t i = 0; i < unit->issue_count; i++)
		must(unit->issues[i].why != NULL);
}

static bool is_register(const struct body *body, uint32_t reg)
{
	return reg == NO_REG || reg < body->registers;
}

static void check_ref(const struct body *body, const struct insn *insn)
{
	const struct unit *unit = body->unit;

	switch (insn->op) {
	case OP_TEXT:
		must(insn->ref < unit->string_count);
		break;
	case OP_CLASS:
	case OP_NEW:
	case OP_NEW_ARRAY:
	case OP_FILLED_ARRAY:
	case OP_CAST:
	case OP_INSTANCE_OF:
		must(insn->ref < unit->type_count);
		break;
	case OP_GET:
	case OP_PUT:
	case OP_STATIC_GET:
	case OP_STATIC_PUT:
		must(insn->ref < unit->field_ref_count);
		break;
	case OP_INVOKE:
		must(insn->ref < unit->method_ref_count);
		break;
	case OP_DYNAMIC:
		must(insn->ref < body->dynamic_count);
		must(body->dynamics[insn->ref].proto < unit->proto_count);
		must(body->dynamics[insn->ref].kind != DYNAMIC_LAMBDA ||
		     body->dynamics[insn->ref].target < unit->method_ref_count);
		break;
	case OP_SWITCH:
		must(insn->ref < body->switch_count);
		break;
	default:
		must(insn->ref == NO_INDEX);
	}
}

static unsigned check_insn(const struct body *body, const struct insn *insn)
{
	unsigned sum = 0;

	must(is_register(body, insn->def) && is_register(body, insn->a));
	must(is_register(body, insn->b) && is_register(body, insn->c));
	check_ref(body, insn);
	if (insn->op == OP_IF || insn->op == OP_GOTO)
		must(insn->target < body->count);
	if (insn->op == OP_ARRAY_DATA)
		for (uint64_t i = 0; i < insn->count * (uint64_t)insn->number; i++)
			sum += insn->data[i];
	else
		for (uint32_t i = 0; i < insn->count; i++)
			must(body->args[insn->args + i] < body->registers);
	return sum;
}

static void check_body(const struct body *body)
{
	for (uint32_t i = 0; i < body->count; i++) {
		check_insn(body, &body->insns[i]);
		must(i == 0 || body->insns[i - 1].pc <= body->insns[i].pc);
		must(body_at(body, body->insns[i].pc) <= i);
	}
	for (uint32_t i = 0; i < body->switch_count; i++)
		for (uint32_t k = 0; k < body->switches[i].count; k++)
			must(body->switches[i].cases[k].target < body->count);
	for (uint32_t i = 0; i < body->handler_count; i++) {
		const struct handler *handler = &body->handlers[i];
		must(handler->start < handler->end && handler->end <= body->count);
		must(handler->target < body->count);
		must(handler->type == NO_INDEX || handler->type < body->unit->type_count);
	}
	for (uint32_t i = 0; i < body->param_count; i++)
		must(body->params[i] < body->registers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct unit *unit;
	unsigned lines = 0;

	arena_init(&arena, 256 << 20);
	if (dex_read(cursor_over(data, size, DIAG_SYSTEM), &arena, &unit).ok) {
		check_unit(unit);
		for (uint32_t i = 0; i < unit->method_count && i < BODIES_MAX; i++) {
			struct arena own;
			struct body body;
			arena_init(&own, 64 << 20);
			if (body_read(unit, &unit->methods[i], &own, &body).ok)
				check_body(&body);
			lines += unit->read_line(unit, &unit->methods[i], 3) != 0;
			arena_free(&own);
		}
	}
	arena_free(&arena);
	return lines > BODIES_MAX ? -1 : 0;
}
