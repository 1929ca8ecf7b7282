/*
 * classcode.c - Code attributes (JVMS 4.7.3), their line numbers (4.7.12), and the bootstrap
 * methods of dynamic call sites (4.7.23).
 *
 *   u2 max_stack, max_locals; u4 code_length, code; u2 count, exception table of 8 bytes each;
 *   u2 count, attributes
 */
#include "code/body.h"
#include "code/classreader.h"

enum { CODE_MAX = 65535 };

struct result class_code_open(const struct class_state *state, const struct method *method,
                              struct class_code *out)
{
	const struct cursor *file = &state->pools[method->pool].file;
	struct cursor c = cursor_over(method->code, method->code_len, DIAG_CODE_BODY);
	struct class_code code;
	uint32_t len;
	uint16_t handlers;

	c.origin = (uint64_t)(method->code - file->data);
	TRY(cursor_u16be(&c, &code.max_stack));
	TRY(cursor_u16be(&c, &code.max_locals));
	TRY(cursor_u32be(&c, &len));
	ENSURE(len >= 1 && len <= CODE_MAX, CODE_BODY, cursor_at(&c) - 4,
	       "code_length %u at offset %llu (JVMS 4.7.3)", len,
	       (unsigned long long)cursor_at(&c) - 4);
	TRY(cursor_window(&c, len, &code.bytes));
	TRY(cursor_u16be(&c, &handlers));
	TRY(cursor_window(&c, 8 * (uint64_t)handlers, &code.handlers));
	TRY(cursor_slice(&c, c.pos, cursor_left(&c), &code.attributes));
	*out = code;
	return OK;
}

/* --- lines ------------------------------------------------------------------------------------ */

struct line {
	uint32_t pc, number;
	bool exact;
};

/* The entry at `pc`, or else the last of those nearest before it. */
static RESULT search_lines(struct cursor c, uint32_t pc, struct line *best)
{
	uint16_t count, start, number;

	TRY(cursor_u16be(&c, &count));
	for (uint16_t i = 0; i < count && !best->exact; i++) {
		TRY(cursor_u16be(&c, &start));
		TRY(cursor_u16be(&c, &number));
		if (start <= pc && start >= best->pc)
			*best = (struct line){start, number, start == pc};
	}
	return OK;
}

static RESULT find_line(const struct class_state *state, const struct method *method, uint32_t pc,
                        struct line *best)
{
	struct class_attribute attribute;
	struct class_code code;
	uint16_t count;

	TRY(class_code_open(state, method, &code));
	TRY(cursor_u16be(&code.attributes, &count));
	for (uint16_t i = 0; i < count && !best->exact; i++) {
		TRY(class_attribute(state, method->pool, &code.attributes, &attribute));
		if (attribute.name == ATTRIBUTE_LINES)
			TRY(search_lines(attribute.body, pc, best));
	}
	return OK;
}

uint32_t class_read_line(const struct unit *unit, const struct method *method, uint32_t pc)
{
	struct line best = {0};
	bool whole = method->code && find_line(unit->state, method, pc, &best).ok;

	(void)whole; /* of a damaged table, the part before the damage still counts */
	return best.number;
}

/* --- dynamic call sites ----------------------------------------------------------------------- */

struct result class_bootstrap(const struct class_state *state, uint32_t pool,
                              const struct class_constant *dynamic, struct class_bootstrap *out)
{
	const struct class_pool *p = &state->pools[pool];
	uint32_t n = class_operand(state, pool, dynamic, 0);
	struct class_bootstrap bootstrap = {.method = NO_INDEX};
	struct cursor c = p->file;
	uint16_t handle, count;

	ENSURE(n < p->bootstrap_count, CODE_BODY, dynamic->at + 1,
	       "bootstrap method %u of %u at offset %u (JVMS 4.7.23)", n, p->bootstrap_count,
	       dynamic->at + 1);
	TRY(cursor_seek(&c, state->bootstraps[p->bootstrap_first + n]));
	TRY(cursor_u16be(&c, &handle));
	TRY(cursor_u16be(&c, &count));
	TRY(cursor_window(&c, 2 * (uint64_t)count, &bootstrap.arguments));
	bootstrap.count = count;
	const struct class_constant *h = class_constant(state, pool, handle);
	if (h && class_tag(state, pool, h) == TAG_HANDLE && p->file.data[h->at + 1] >= 5)
		bootstrap.method = h->index;
	*out = bootstrap;
	return OK;
}

uint32_t class_bootstrap_argument(const struct class_bootstrap *bootstrap, uint32_t index)
{
	if (index >= bootstrap->count)
		return 0;
	const uint8_t *at = bootstrap->arguments.data + 2 * (size_t)index;
	return (uint32_t)at[0] << 8 | at[1];
}

unsigned class_factory(const struct unit *unit, const struct class_bootstrap *bootstrap)
{
	if (bootstrap->method == NO_INDEX)
		return DYNAMIC_OTHER;
	const struct method_ref *ref = &unit->method_refs[bootstrap->method];
	if (ref->type == KNOWN_TYPE_LAMBDA &&
	    (ref->name == KNOWN_METAFACTORY || ref->name == KNOWN_ALT_METAFACTORY))
		return DYNAMIC_LAMBDA;
	if (ref->type == KNOWN_TYPE_CONCAT &&
	    (ref->name == KNOWN_CONCAT || ref->name == KNOWN_CONCAT_CONSTANTS))
		return DYNAMIC_CONCAT;
	return DYNAMIC_OTHER;
}

uint32_t class_lambda_target(const struct class_state *state, uint32_t pool,
                             const struct class_bootstrap *bootstrap, uint8_t *kind)
{
	/* implMethod is the second of the arguments that the file gives */
	const struct class_constant *handle =
		class_constant(state, pool, class_bootstrap_argument(bootstrap, 1));

	if (!handle || class_tag(state, pool, handle) != TAG_HANDLE)
		return NO_INDEX;
	*kind = state->pools[pool].file.data[handle->at + 1];
	return *kind >= 5 ? handle->index : NO_INDEX;
}
