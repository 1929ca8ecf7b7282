/*
 * select_print.c - the three forms of an expression: as written, certain, possible.
 *
 * An atom (comparison, test, path) is unknown when it looks at an attribute that its row lists in
 * @unread, or finds nothing (or counts) where a source that could write the rows is incomplete. The
 * certain form takes unknown as false and, below not(), as true; the possible form the reverse, so
 * printing not() swaps the forms. The function unread('name') tells whether the row at hand lists
 * an attribute.
 *
 *   atom       certain                                possible
 *   @a = 1     (not(unread('a')) and @a = 1)          (unread('a') or @a = 1)
 *   r/@a = 1   (r[not(unread('a'))]/@a = 1)           (r[unread('a')] or r/@a = 1), or true()
 *   r[...]     (r[certain])                           (r[possible]), or true()
 *   count(r)   what holds for every number of rows between the certain and the possible count
 */
#include "policy/select.h"

#include <string.h>

struct printer {
	struct text *out;
	uint32_t incomplete;
};

static void print_node(const struct printer *p, const struct select_node *node,
                       enum select_form form);

uint32_t select_row_sources(enum fact_row row)
{
	if (row == ROW_ISSUE)
		return BIT(BUNDLE) | BIT(ENTRIES);
	return fact_rows[row].sources;
}

uint32_t select_path_sources(const struct select_node *path)
{
	uint32_t sources = 0;

	for (const struct select_step *step = path->steps; step; step = step->next)
		sources |= select_row_sources(step->row);
	return sources;
}

static enum select_form opposite(enum select_form form)
{
	return form == FORM_CERTAIN ? FORM_POSSIBLE : form == FORM_POSSIBLE ? FORM_CERTAIN : form;
}

static void print_predicates(const struct printer *p, const struct select_step *step,
                             enum select_form form)
{
	for (const struct select_node *part = step->predicates; part; part = part->next) {
		text_puts(p->out, "[");
		print_node(p, part, form);
		text_puts(p->out, "]");
	}
}

/* `guard` is put behind the last step as a predicate; its %s is the attribute's name. */
static void print_path(const struct printer *p, const struct select_node *path,
                       enum select_form form, const char *before, const char *after, bool attr)
{
	const char *slash = path->absolute ? "/" : "";

	for (const struct select_step *step = path->steps; step; step = step->next) {
		text_printf(p->out, "%s%s", slash, fact_rows[step->row].name);
		print_predicates(p, step, form);
		slash = "/";
	}
	if (before)
		text_printf(p->out, "[%s'%s'%s]", before, fact_attrs[path->attr].name, after);
	if (attr && path->attr != FACT_COUNT)
		text_printf(p->out, "%s@%s", path->steps ? "/" : "", fact_attrs[path->attr].name);
}

static bool is_attr(const struct select_node *node)
{
	return node->kind == SELECT_PATH && node->attr != FACT_COUNT;
}

static const char *function_name(enum select_function function)
{
	static const char *const names[] = {"count",           "contains",      "starts-with",
	                                    "ends-with",       "matches",       "lower-case",
	                                    "version-compare", "string-length", "number"};

	return names[function];
}

static const char *operator_name(enum select_operator operator)
{
	static const char *const names[] = {"=", "!=", "<", "<=", ">", ">="};

	return names[operator];
}

/* A value inside an atom. In the certain form rows whose attribute is unread do not count. */
static void print_operand(const struct printer *p, const struct select_node *node,
                          enum select_form form)
{
	switch (node->kind) {
	case SELECT_PATH:
		if (form == FORM_CERTAIN && is_attr(node) && node->steps)
			print_path(p, node, form, "not(unread(", "))", true);
		else
			print_path(p, node, form, NULL, NULL, true);
		return;
	case SELECT_PARAM:
		text_printf(p->out, "$%s", node->text);
		return;
	case SELECT_CALL:
		text_printf(p->out, "%s(", function_name(node->function));
		for (const struct select_node *arg = node->args; arg; arg = arg->next) {
			print_operand(p, arg, form);
			text_puts(p->out, arg->next ? ", " : "");
		}
		text_puts(p->out, ")");
		return;
	default:
		text_puts(p->out, node->text);
	}
}

/* Calls `each` for the attributes of the row itself that an atom looks at. */
static void own_attrs(const struct printer *p, const struct select_node *node, const char *before,
                      const char *after, bool functions_only, bool inside)
{
	if (is_attr(node) && !node->steps && (inside || !functions_only))
		text_printf(p->out, "%s%s%s", before, fact_attrs[node->attr].name, after);
	if (node->kind == SELECT_CALL && node->function == CALL_COUNT)
		return;
	for (const struct select_node *part = node->args; part; part = part->next)
		own_attrs(p, part, before, after, functions_only,
		          inside || node->kind == SELECT_CALL);
}

static const struct select_node *counted(const struct select_node *atom)
{
	if (atom->kind != SELECT_COMPARE)
		return NULL;
	for (const struct select_node *side = atom->args; side; side = side->next) {
		if (side->kind == SELECT_CALL && side->function == CALL_COUNT)
			return side;
	}
	return NULL;
}

static enum select_operator flipped(enum select_operator operator)
{
	static const enum select_operator flips[] = {OP_EQUAL,      OP_UNEQUAL, OP_MORE,
	                                             OP_MORE_EQUAL, OP_LESS,    OP_LESS_EQUAL};

	return flips[operator];
}

static void print_count(const struct printer *p, const struct select_node *count,
                        enum select_form form, const char *operator,
                        const struct select_node * other)
{
	print_operand(p, count, form);
	text_printf(p->out, " %s ", operator);
	print_operand(p, other, form);
}

/* The certain and possible forms of `count(path) operator other`; the sources are complete. */
static void print_count_bounds(const struct printer *p, const struct select_node *atom,
                               const struct select_node *count, enum select_form form)
{
	bool certain = form == FORM_CERTAIN, left = count == atom->args;
	const struct select_node *other = left ? atom->args->next : atom->args;
	enum select_operator operator= left ? atom->operator: flipped(atom->operator);
	const char *name = operator_name(operator);

	switch (operator) {
	case OP_MORE:
	case OP_MORE_EQUAL:
		print_count(p, count, form, name, other);
		return;
	case OP_LESS:
	case OP_LESS_EQUAL:
		print_count(p, count, opposite(form), name, other);
		return;
	case OP_EQUAL:
		print_count(p, count, FORM_CERTAIN, certain ? "=" : "<=", other);
		text_puts(p->out, " and ");
		print_count(p, count, FORM_POSSIBLE, certain ? "=" : ">=", other);
		return;
	default:
		text_puts(p->out, "(");
		print_count(p, count, FORM_CERTAIN, certain ? ">" : "!=", other);
		text_puts(p->out, " or ");
		print_count(p, count, FORM_POSSIBLE, certain ? "<" : "!=", other);
		text_puts(p->out, ")");
	}
}

/* What the author wrote, its paths in the given form. */
static void print_core(const struct printer *p, const struct select_node *atom,
                       enum select_form form)
{
	const struct select_node *count = counted(atom);

	if (count && form != FORM_PLAIN) {
		print_count_bounds(p, atom, count, form);
	} else if (atom->kind == SELECT_COMPARE) {
		print_operand(p, atom->args, form);
		text_printf(p->out, " %s ", operator_name(atom->operator));
		print_operand(p, atom->args->next, form);
	} else {
		print_operand(p, atom, form);
	}
}

/* True if an atom rests on rows of an incomplete source. */
static bool open_ended(const struct printer *p, const struct select_node *node)
{
	if (node->kind == SELECT_PATH && (select_path_sources(node) & p->incomplete))
		return true;
	for (const struct select_node *part = node->args; part; part = part->next) {
		if (open_ended(p, part))
			return true;
	}
	return false;
}

static void print_certain(const struct printer *p, const struct select_node *atom)
{
	const struct select_node *count = counted(atom);

	if (count && open_ended(p, count)) {
		text_puts(p->out, "false()");
		return;
	}
	text_puts(p->out, "(");
	own_attrs(p, atom, "not(unread('", "')) and ", false, false);
	own_attrs(p, atom, "@", " and ", !count, false);
	print_core(p, atom, FORM_CERTAIN);
	text_puts(p->out, ")");
}

/* `path[unread('a')] or ` for every attribute that an atom looks at in other rows. */
static void print_other_unread(const struct printer *p, const struct select_node *node)
{
	if (is_attr(node) && node->steps) {
		print_path(p, node, FORM_POSSIBLE, "unread(", ")", false);
		text_puts(p->out, " or ");
	}
	for (const struct select_node *part = node->args; part; part = part->next)
		print_other_unread(p, part);
}

static void print_possible(const struct printer *p, const struct select_node *atom)
{
	if (open_ended(p, atom)) {
		text_puts(p->out, "true()");
		return;
	}
	text_puts(p->out, "(");
	own_attrs(p, atom, "unread('", "') or ", false, false);
	print_other_unread(p, atom);
	text_puts(p->out, "(");
	own_attrs(p, atom, "@", " and ", !counted(atom), false);
	print_core(p, atom, FORM_POSSIBLE);
	text_puts(p->out, "))");
}

static void print_chain(const struct printer *p, const struct select_node *node,
                        enum select_form form)
{
	text_puts(p->out, "(");
	for (const struct select_node *part = node->args; part; part = part->next) {
		print_node(p, part, form);
		text_puts(p->out, !part->next ? "" : node->kind == SELECT_OR ? " or " : " and ");
	}
	text_puts(p->out, ")");
}

/* Depth is bounded by SELECT_DEPTH_MAX: the tree came from the parser. */
static void print_node(const struct printer *p, const struct select_node *node,
                       enum select_form form)
{
	if (node->kind == SELECT_OR || node->kind == SELECT_AND) {
		print_chain(p, node, form);
	} else if (node->kind == SELECT_NOT) {
		text_puts(p->out, "not(");
		print_node(p, node->args, opposite(form));
		text_puts(p->out, ")");
	} else if (form == FORM_PLAIN) {
		print_core(p, node, form);
	} else if (form == FORM_CERTAIN) {
		print_certain(p, node);
	} else {
		print_possible(p, node);
	}
}

void select_print(const struct select_node *path, enum select_form form, uint32_t incomplete,
                  struct text *out)
{
	struct printer printer = {.out = out, .incomplete = incomplete};

	print_path(&printer, path, form, NULL, NULL, true);
}
