/* select.c - expressions as packs use them: parsed, with what they touch. */
#include "policy/select.h"

#include <string.h>

#include "policy/select_parse.h"

static void note_node(struct selection *selection, const struct select_node *node, size_t joins);

static void note_path(struct selection *selection, const struct select_node *path, size_t joins)
{
	for (const struct select_step *step = path->steps; step; step = step->next) {
		selection->rows[step->row] = !fact_rows[step->row].group;
		for (const struct select_node *part = step->predicates; part; part = part->next)
			note_node(selection, part, joins + 1);
	}
	if (path->attr != FACT_COUNT)
		selection->attrs[path->attr] = true;
	if (path->absolute && joins > selection->joins)
		selection->joins = joins;
}

/* Depth is bounded by SELECT_DEPTH_MAX: the tree came from the parser. */
static void note_node(struct selection *selection, const struct select_node *node, size_t joins)
{
	if (node->kind == SELECT_PATH)
		note_path(selection, node, joins);
	for (const struct select_node *part = node->args; part; part = part->next)
		note_node(selection, part, joins);
}

static RESULT note_params(struct arena *arena, struct list *params, const struct select_node *node)
{
	const struct select_node *part;

	if (node->kind == SELECT_PARAM && node->param)
		TRY(list_add(arena, params, (void *)(uintptr_t)node->param->name));
	for (part = node->args; part; part = part->next)
		TRY(note_params(arena, params, part));
	for (const struct select_step *step = node->steps; step; step = step->next) {
		for (part = step->predicates; part; part = part->next)
			TRY(note_params(arena, params, part));
	}
	return OK;
}

static RESULT bare_path(struct arena *arena, const struct select_node *path,
                        struct select_node **out)
{
	struct select_node *bare;

	ALLOC(bare, arena, 1);
	*bare = *path;
	bare->next = NULL;
	struct select_step **last = &bare->steps;
	for (const struct select_step *step = path->steps; step; step = step->next) {
		ALLOC(*last, arena, 1);
		(*last)->row = step->row;
		last = &(*last)->next;
	}
	*last = NULL;
	*out = bare;
	return OK;
}

static RESULT complete(struct arena *arena, struct select_node *path, struct selection **out)
{
	struct selection *selection;

	ALLOC(selection, arena, 1);
	selection->path = path;
	selection->row = path->row;
	selection->main_sources = select_path_sources(path);
	TRY(bare_path(arena, path, &selection->main));
	note_path(selection, path, 0);
	TRY(note_params(arena, &selection->params, path));
	list_sort_strings(&selection->params);
	for (int row = 0; row < ROW_COUNT; row++) {
		if (selection->rows[row])
			selection->sources |= select_row_sources((enum fact_row)row);
	}
	*out = selection;
	return OK;
}

struct result select_path(struct arena *arena, const struct select_names *names, const char *text,
                          size_t len, struct selection **out)
{
	struct select_parser parser;
	struct select_node *path;

	TRY(select_parse_start(&parser, arena, names, text, len));
	TRY(select_parse_path(&parser, &path));
	return complete(arena, path, out);
}

struct result select_each(struct arena *arena, const struct select_names *names, const char *rows,
                          const char *condition, struct selection **all,
                          struct selection **violations)
{
	struct select_parser parser;
	struct select_node *path, *negation;
	struct selection *every;

	TRY(select_path(arena, names, rows, strlen(rows), &every));
	TRY(select_parse_start(&parser, arena, names, rows, strlen(rows)));
	TRY(select_parse_path(&parser, &path));
	TRY(select_parse_start(&parser, arena, names, condition, strlen(condition)));
	TRY(select_parse_negated(&parser, path->row, &negation));
	struct select_step *last = path->steps;
	while (last->next)
		last = last->next;
	struct select_node **end = &last->predicates;
	while (*end)
		end = &(*end)->next;
	*end = negation;
	TRY(complete(arena, path, violations));
	*all = every;
	return OK;
}

struct result select_check(const char *expression, size_t len)
{
	struct arena arena;
	struct selection *selection;

	arena_init(&arena, 4 << 20);
	struct result result = select_path(&arena, NULL, expression, len, &selection);
	arena_free(&arena);
	return result;
}

void select_explain(struct text *out)
{
	const struct fault *fault = fault_last();

	if (fault->at != AT_NONE)
		text_printf(out, "column %llu: ", (unsigned long long)fault->at);
	text_puts(out, fault->why);
}
