/* classlist.h - for unit tests: a body as text, one line for each instruction. */
#ifndef PARASOL_TESTS_CLASSLIST_H
#define PARASOL_TESTS_CLASSLIST_H

#include <string.h>

#include "base/text.h"
#include "code/body.h"

static const char *const list_ops[] = {
	"nop",    "move",    "number", "text",   "class",   "new",    "newarray", "filled",
	"data",   "aget",    "aput",   "length", "get",     "put",    "sget",     "sput",
	"invoke", "dynamic", "unary",  "binary", "compare", "if",     "goto",     "switch",
	"return", "throw",   "cast",   "is",     "catch",   "opaque",
};
static const char *const list_arithmetic[] = {
	"add",  "sub",  "mul", "div", "rem", "and",  "or",   "xor",  "shl",   "shr",
	"ushr", "rsub", "neg", "not", "int", "long", "byte", "char", "short", "floating",
};
static const char *const list_conditions[] = {"eq", "ne", "lt", "ge", "gt", "le"};
static const char *const list_invokes[] = {"virtual", "super", "direct", "static", "interface"};

static inline void list_sub(struct text *out, const struct insn *insn)
{
	if (insn->op == OP_UNARY || insn->op == OP_BINARY || insn->op == OP_COMPARE)
		text_printf(out, " %s", list_arithmetic[insn->sub]);
	else if (insn->op == OP_IF)
		text_printf(out, " %s", list_conditions[insn->sub]);
	else if (insn->op == OP_INVOKE)
		text_printf(out, " %s", list_invokes[insn->sub]);
}

/* The registers that it reads, then what it names. */
static inline void list_operands(struct text *out, const struct insn *insn)
{
	const uint32_t regs[] = {insn->a, insn->b, insn->c};

	for (int i = 0; i < 3; i++)
		if (regs[i] != NO_REG)
			text_printf(out, " %u", regs[i]);
	if (insn->op == OP_NUMBER || (insn->op == OP_BINARY && insn->b == NO_REG))
		text_printf(out, " #%lld", (long long)insn->number);
}

static inline void list_dynamic(struct text *out, const struct body *body, const struct insn *insn)
{
	const struct unit *unit = body->unit;
	const struct dynamic *dynamic = &body->dynamics[insn->ref];

	text_printf(out, " %s", unit_string(unit, dynamic->name));
	if (dynamic->kind == DYNAMIC_LAMBDA)
		text_printf(out, " %s %s.%s%s", list_invokes[dynamic->invoke],
		            unit_type(unit, unit->method_refs[dynamic->target].type),
		            unit_string(unit, unit->method_refs[dynamic->target].name),
		            dynamic->construct ? " constructs" : "");
	text_puts(out, dynamic->recipe ? " " : "");
	for (const char *at = dynamic->recipe; at && *at; at++)
		text_printf(out, *at < 3 ? "\\%d" : "%c", *at);
}

static inline void list_ref(struct text *out, const struct body *body, const struct insn *insn)
{
	const struct unit *unit = body->unit;

	switch (insn->op) {
	case OP_TEXT:
		text_printf(out, " \"%s\"", unit_string(unit, insn->ref));
		break;
	case OP_CLASS:
	case OP_NEW:
	case OP_NEW_ARRAY:
	case OP_CAST:
	case OP_INSTANCE_OF:
		text_printf(out, " %s", unit_type(unit, insn->ref));
		break;
	case OP_GET:
	case OP_PUT:
	case OP_STATIC_GET:
	case OP_STATIC_PUT:
		text_printf(out, " %s", unit_string(unit, unit->field_refs[insn->ref].name));
		break;
	case OP_INVOKE:
		text_printf(out, " %s", unit_string(unit, unit->method_refs[insn->ref].name));
		break;
	case OP_DYNAMIC:
		list_dynamic(out, body, insn);
		break;
	default:
		break;
	}
}

static inline void list_insn(struct text *out, const struct body *body, uint32_t i)
{
	const struct insn *insn = &body->insns[i];

	text_printf(out, "%u ", i);
	if (insn->def != NO_REG)
		text_printf(out, "%u = ", insn->def);
	text_printf(out, "%s%s", list_ops[insn->op], insn->wide ? "2" : "");
	list_sub(out, insn);
	list_operands(out, insn);
	for (uint32_t k = 0; k < insn->count; k++)
		text_printf(out, "%s%u", k ? "," : " (", body->args[insn->args + k]);
	text_puts(out, insn->count ? ")" : "");
	list_ref(out, body, insn);
	if (insn->op == OP_IF || insn->op == OP_GOTO)
		text_printf(out, " -> %u", insn->target);
	for (uint32_t k = 0; insn->op == OP_SWITCH && k < body->switches[insn->ref].count; k++)
		text_printf(out, " %lld:%u", (long long)body->switches[insn->ref].cases[k].key,
		            body->switches[insn->ref].cases[k].target);
	text_puts(out, "\n");
}

/* The instructions and handlers of a body; "partial" at the end if it is. */
static inline void list_body(struct text *out, const struct body *body)
{
	for (uint32_t i = 0; i < body->count; i++)
		list_insn(out, body, i);
	for (uint32_t i = 0; i < body->handler_count; i++)
		text_printf(out, "[%u,%u) -> %u %s\n", body->handlers[i].start,
		            body->handlers[i].end, body->handlers[i].target,
		            unit_type(body->unit, body->handlers[i].type));
	if (body->partial)
		text_puts(out, "partial\n");
}

/* The method with a name, or NULL. */
static inline const struct method *list_method(const struct unit *unit, const char *name)
{
	for (uint32_t i = 0; i < unit->method_count; i++)
		if (strcmp(unit_string(unit, unit->method_refs[unit->methods[i].ref].name), name) ==
		    0)
			return &unit->methods[i];
	return NULL;
}

#endif
