/*
 * watched.c - holds what controls compare with against the watch list: a call, override, field,
 * text or class that nobody watches is never a fact, so a control that names it would always pass.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/evaluate.h"
#include "policy/pack.h"

struct check {
	struct library *library;
	const struct control *control;
	const struct watch_list *list;
	long line;
};

/* A condition on call/@api that holds together with what is looked at. */
struct scope {
	const struct select_node *atom;
	const struct scope *outer;
};

static const struct {
	enum fact_attr attr;
	enum watch_kind kind;
	const char *what;
} watched[] = {{FACT_CALL_API, WATCH_CALL, "call"},
               {FACT_OVERRIDE_OF, WATCH_OVERRIDE, "override"},
               {FACT_FIELD_READ_FIELD, WATCH_FIELD, "field"},
               {FACT_TEXT_WATCH, WATCH_TEXT, "text"},
               {FACT_CODE_CLASS_NAME, WATCH_CLASS, "class"}};

enum { WATCHED_COUNT = sizeof watched / sizeof *watched };

/* The watched attribute among the sides of an atom, as an index of the table; else the count. */
static size_t find_watched(const struct select_node *atom)
{
	for (const struct select_node *side = atom->args; side; side = side->next) {
		for (size_t i = 0; i < WATCHED_COUNT; i++) {
			if (side->kind == SELECT_PATH && side->attr == watched[i].attr)
				return i;
		}
	}
	return WATCHED_COUNT;
}

/* The literal among the sides, without quotes; NULL if there is none. The caller frees it. */
static char *literal_of(const struct select_node *atom)
{
	for (const struct select_node *side = atom->args; side; side = side->next) {
		if (side->kind == SELECT_STRING)
			return strndup(side->text + 1, strlen(side->text) - 2);
	}
	return NULL;
}

static bool ends(const char *text, const char *end)
{
	size_t len = strlen(text), want = strlen(end);

	return len >= want && strcmp(text + len - want, end) == 0;
}

/* Whether a string function with a literal can hold for a watched id. */
static bool holds(const struct select_node *atom, const struct pattern *pattern,
                  const char *literal, const char *id)
{
	switch (atom->function) {
	case CALL_STARTS_WITH:
		return strncmp(id, literal, strlen(literal)) == 0;
	case CALL_ENDS_WITH:
		return ends(id, literal);
	case CALL_CONTAINS:
		return strstr(id, literal);
	case CALL_MATCHES:
		return !pattern || pattern_found(pattern, id);
	default:
		return true;
	}
}

/* Whether one item of a kind fits an atom; with `argument` it must ask for that one. */
static bool some_fits(const struct check *check, const struct select_node *atom,
                      enum watch_kind kind, const char *literal, uint32_t argument)
{
	struct pattern *pattern = NULL;
	bool found = false;

	if (atom->kind == SELECT_COMPARE) {
		const struct watch *item = watch_list_find(check->list, kind, literal);
		return item && (item->arguments & argument) == argument;
	}
	if (atom->function == CALL_MATCHES && !pattern_open(literal, &pattern).ok)
		return true; /* the pattern itself is refused elsewhere */
	for (size_t i = 0; i < check->list->count && !found; i++) {
		const struct watch *item = &check->list->items[i];
		found = item->kind == kind && (item->arguments & argument) == argument &&
		        holds(atom, pattern, literal, item->id);
	}
	pattern_close(pattern);
	return found;
}

static void check_atom(const struct check *check, const struct select_node *atom)
{
	size_t at = find_watched(atom);
	char *literal = at < WATCHED_COUNT ? literal_of(atom) : NULL;

	if (literal && !some_fits(check, atom, watched[at].kind, literal, 0)) {
		struct suggestion near = suggest_watch(check->list, watched[at].kind, literal);
		reader_problem(&check->library->reader, check->control->file->path, check->line,
		               "control %s: no watch list has the %s '%s', so it is never a "
		               "fact%s",
		               check->control->id, watched[at].what, literal, near.text);
	}
	free(literal);
}

static bool is_api_atom(const struct select_node *node)
{
	bool atom = (node->kind == SELECT_COMPARE && node->operator== OP_EQUAL) ||
	            (node->kind == SELECT_CALL && node->class == CLASS_CONDITION);

	if (node->kind == SELECT_OR) {
		for (const struct select_node *part = node->args; part; part = part->next) {
			if (!is_api_atom(part))
				return false;
		}
		return true;
	}
	for (const struct select_node *side = node->args; atom && side; side = side->next) {
		if (side->kind == SELECT_PATH && side->attr == FACT_CALL_API && !side->steps)
			return true;
	}
	return false;
}

/* Each api that an atom of a scope names must be watched with the argument. */
static void check_argument(const struct check *check, const struct select_node *atom,
                           const struct select_node *number)
{
	unsigned long index = strtoul(number->text, NULL, 10);

	if (atom->kind == SELECT_OR) {
		for (const struct select_node *part = atom->args; part; part = part->next)
			check_argument(check, part, number);
		return;
	}
	char *literal = literal_of(atom);
	/* what nobody watches at all is said by check_atom */
	if (literal && index < 32 && some_fits(check, atom, WATCH_CALL, literal, 0) &&
	    !some_fits(check, atom, WATCH_CALL, literal, 1U << index))
		reader_problem(&check->library->reader, check->control->file->path, check->line,
		               "control %s: argument %lu of '%s' is not watched; ask for it in the "
		               "watch list",
		               check->control->id, index, literal);
	free(literal);
}

/* argument[@index = N] beside a condition on the call's @api. */
static void check_index(const struct check *check, const struct select_node *atom,
                        const struct scope *scope)
{
	const struct select_node *index = NULL, *number = NULL;

	for (const struct select_node *side = atom->args; side; side = side->next) {
		if (side->kind == SELECT_PATH && side->attr == FACT_ARGUMENT_INDEX && !side->steps)
			index = side;
		if (side->kind == SELECT_NUMBER)
			number = side;
	}
	if (scope && index && number && atom->operator== OP_EQUAL)
		check_argument(check, scope->atom, number);
}

static void walk(const struct check *check, const struct select_node *node,
                 const struct scope *scope);

/* Conditions that hold together: those on @api are the scope of the others. */
static void walk_together(const struct check *check, const struct select_node *parts,
                          const struct select_node *part, const struct scope *scope)
{
	if (!part) {
		for (const struct select_node *each = parts; each; each = each->next)
			walk(check, each, scope);
		return;
	}
	struct scope inner = {part, scope};
	walk_together(check, parts, part->next, is_api_atom(part) ? &inner : scope);
}

/* Predicates of a step hold together, and so do the parts of an `and` that one consists of. */
static void walk_predicates(const struct check *check, const struct select_node *predicates,
                            const struct select_node *part, const struct scope *scope)
{
	if (!part) {
		walk_together(check, predicates, predicates, scope);
		return;
	}
	for (const struct select_node *each = part->kind == SELECT_AND ? part->args : NULL; each;
	     each = each->next) {
		if (is_api_atom(each)) {
			struct scope inner = {each, scope};
			walk_predicates(check, predicates, part->next, &inner);
			return;
		}
	}
	walk_predicates(check, predicates, part->next, scope);
}

/* The condition on @api that a step of calls sets for the steps below it; `own` is its room. */
static const struct scope *scope_of(const struct select_step *step, struct scope *own)
{
	for (const struct select_node *part = step->predicates; part; part = part->next) {
		const struct select_node *each = part->kind == SELECT_AND ? part->args : part;
		for (; each; each = part->kind == SELECT_AND ? each->next : NULL) {
			if (is_api_atom(each)) {
				*own = (struct scope){each, NULL};
				return own;
			}
		}
	}
	return NULL;
}

static void walk_path(const struct check *check, const struct select_node *path,
                      const struct scope *scope)
{
	struct scope own;

	if (path->absolute)
		scope = NULL;
	for (const struct select_step *step = path->steps; step; step = step->next) {
		if (step->row == ROW_CALL)
			scope = scope_of(step, &own);
		walk_predicates(check, step->predicates, step->predicates, scope);
	}
}

static void walk(const struct check *check, const struct select_node *node,
                 const struct scope *scope)
{
	switch (node->kind) {
	case SELECT_PATH:
		walk_path(check, node, scope);
		return;
	case SELECT_AND:
		walk_together(check, node->args, node->args, scope);
		return;
	case SELECT_COMPARE:
		check_index(check, node, scope);
		break;
	default:
		break;
	}
	if (node->kind == SELECT_COMPARE || node->kind == SELECT_CALL)
		check_atom(check, node);
	for (const struct select_node *part = node->args; part; part = part->next)
		walk(check, part, scope);
}

void control_watched(struct library *library, const struct control *control,
                     const struct watch_list *list)
{
	struct check check = {library, control, list, 0};

	for (size_t i = 0; i < control->applies.count; i++) {
		const struct applies *applies = control->applies.items[i];
		check.line = applies->line;
		walk(&check, applies->selection->path, NULL);
	}
	for (size_t i = 0; i < control->steps.count; i++) {
		const struct step *step = control->steps.items[i];
		check.line = step->line;
		/* of `each` the violating rows, whose path holds both expressions */
		if (step->selection)
			walk(&check, step->selection->path, NULL);
	}
}
