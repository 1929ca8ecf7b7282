/*
 * fuzz_class.c - class files: reading, and every body and line. The input is one class file, or
 * several: two bytes of length (big-endian) before each. What a body promises is checked.
 */
#include <stdlib.h>

#include "code/body.h"
#include "code/classfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_register(const struct body *body, uint32_t reg)
{
	must(reg == NO_REG || reg < body->registers);
}

static uint32_t refs_of(const struct body *body, const struct insn *insn)
{
	const struct unit *unit = body->unit;

	switch (insn->op) {
	case OP_TEXT:
		return unit->string_count;
	case OP_CLASS:
	case OP_NEW:
	case OP_NEW_ARRAY:
	case OP_CAST:
	case OP_INSTANCE_OF:
		return unit->type_count;
	case OP_GET:
	case OP_PUT:
	case OP_STATIC_GET:
	case OP_STATIC_PUT:
		return unit->field_ref_count;
	case OP_INVOKE:
		return unit->method_ref_count;
	case OP_DYNAMIC:
		return body->dynamic_count;
	case OP_SWITCH:
		return body->switch_count;
	default:
		return UINT32_MAX;
	}
}

static void check_insn(const struct body *body, uint32_t i)
{
	const struct insn *insn = &body->insns[i];
	uint32_t refs = refs_of(body, insn);

	check_register(body, insn->def);
	check_register(body, insn->a);
	check_register(body, insn->b);
	check_register(body, insn->c);
	must(refs == UINT32_MAX ? insn->ref == NO_INDEX : insn->ref < refs);
	must(insn->target < body->count);
	must(!i || body->insns[i - 1].pc <= insn->pc);
	for (uint32_t k = 0; k < insn->count; k++)
		must(body->args[insn->args + k] < body->registers);
	if (insn->op == OP_INVOKE) {
		const struct method_ref *ref = &body->unit->method_refs[insn->ref];
		must(insn->count ==
		     body->unit->protos[ref->proto].count + (insn->sub != INVOKE_STATIC));
	}
}

static void check_tables(const struct body *body)
{
	for (uint32_t i = 0; i < body->switch_count; i++)
		for (uint32_t k = 0; k < body->switches[i].count; k++)
			must(body->switches[i].cases[k].target < body->count);
	for (uint32_t i = 0; i < body->handler_count; i++) {
		const struct handler *handler = &body->handlers[i];
		must(handler->start < handler->end && handler->end <= body->count);
		must(body->insns[handler->target].op == OP_CATCH);
		must(handler->type == NO_INDEX || handler->type < body->unit->type_count);
	}
	for (uint32_t i = 0; i < body->dynamic_count; i++) {
		const struct dynamic *dynamic = &body->dynamics[i];
		must(dynamic->name < body->unit->string_count);
		must(dynamic->proto < body->unit->proto_count);
		must((dynamic->kind == DYNAMIC_LAMBDA) == (dynamic->target != NO_INDEX));
		must((dynamic->kind == DYNAMIC_CONCAT) == (dynamic->recipe != NULL));
	}
	for (uint32_t i = 0; i < body->param_count; i++)
		must(body->params[i] < body->registers);
}

/* No path runs out of the body. */
static void check_end(const struct body *body)
{
	uint8_t op = body->insns[body->count - 1].op;

	must(op == OP_GOTO || op == OP_RETURN || op == OP_THROW);
}

static void read_method(const struct unit *unit, const struct method *method)
{
	struct arena arena;
	struct body body;

	arena_init(&arena, 256 << 20);
	if (method->code && body_read(unit, method, &arena, &body).ok) {
		for (uint32_t i = 0; i < body.count; i++) {
			check_insn(&body, i);
			unit->read_line(unit, method, body.insns[i].pc);
		}
		check_tables(&body);
		check_end(&body);
	}
	arena_free(&arena);
}

static void check_sites(const struct unit *unit, const struct site_index *index, uint32_t items)
{
	for (uint32_t i = 0; i < index->first[items]; i++)
		must(index->sites[i].method < unit->method_count);
}

static void read_unit(const struct unit *unit)
{
	check_sites(unit, &unit->calls, unit->method_ref_count);
	check_sites(unit, &unit->gets, unit->field_ref_count);
	check_sites(unit, &unit->puts, unit->field_ref_count);
	check_sites(unit, &unit->news, unit->type_count);
	check_sites(unit, &unit->texts, unit->string_count);
	must(unit->partial == (unit->issue_count > 0));
	for (uint32_t i = 0; i < unit->method_count; i++)
		read_method(unit, &unit->methods[i]);
}

static void add_files(struct class_reader *reader, const uint8_t *data, size_t size)
{
	if (size >= 2 && data[0] == 0xca && data[1] == 0xfe) {
		class_reader_add(reader, 1, cursor_over(data, size, DIAG_SYSTEM));
		return;
	}
	for (uint32_t entry = 1; size >= 2; entry++) {
		size_t len = (size_t)data[0] << 8 | data[1];
		len = len < size - 2 ? len : size - 2;
		class_reader_add(reader, entry, cursor_over(data + 2, len, DIAG_SYSTEM));
		data += len + 2;
		size -= len + 2;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct class_reader *reader = class_reader_new();
	struct arena arena;
	struct unit *unit;

	arena_init(&arena, 256 << 20);
	add_files(reader, data, size);
	if (class_reader_finish(reader, &arena, &unit).ok)
		read_unit(unit);
	arena_free(&arena);
	return 0;
}
