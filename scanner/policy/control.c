/* control.c - controls of the library: their steps compiled and typed. */
#include "policy/pack.h"

#include <string.h>

struct place {
	struct library *library;
	struct control *control;
	struct select_names names;
};

static void explain(const struct place *place, const xmlNode *node, const char *what)
{
	struct text why = {0};

	select_explain(&why);
	reader_problem(&place->library->reader, place->control->file->path, reader_line(node),
	               "control %s, %s: %s", place->control->id, what, why.data);
	text_free(&why);
}

static void absorb(struct place *place, const struct selection *selection)
{
	struct control *control = place->control;

	control->sources |= selection->sources;
	for (int row = 0; row < ROW_COUNT; row++)
		control->rows[row] = control->rows[row] || selection->rows[row];
	for (size_t i = 0; i < selection->params.count; i++)
		library_add(place->library, &control->params, selection->params.items[i]);
}

static void lint_selection(const struct place *place, const xmlNode *node,
                           const struct selection *selection)
{
	if (place->library->lint && selection->joins > 2)
		reader_problem(
			&place->library->reader, place->control->file->path, reader_line(node),
			"control %s: joins are nested %zu deep, which grows with the power of "
			"the rows; ask for a derived fact",
			place->control->id, selection->joins);
}

static void read_applies(struct place *place, const xmlNode *node)
{
	struct reader *reader = &place->library->reader;
	struct applies *applies = library_take(place->library, sizeof *applies);

	applies->line = reader_line(node);
	applies->text = reader_attr(reader, node, "select");
	if (!select_path(&reader->arena, &place->names, applies->text, strlen(applies->text),
	                 &applies->selection)
	             .ok) {
		explain(place, node, "applies");
		return;
	}
	absorb(place, applies->selection);
	library_add(place->library, &place->control->applies, applies);
}

static bool compile(struct place *place, struct step *step)
{
	struct arena *arena = &place->library->reader.arena;

	if (step->kind == STEP_EACH)
		return select_each(arena, &place->names, step->for_select, step->select,
		                   &step->rows, &step->selection)
		        .ok;
	return select_path(arena, &place->names, step->select, strlen(step->select),
	                   &step->selection)
	        .ok;
}

static enum step_kind kind_of(const xmlNode *node)
{
	return reader_is(node, "forbid")    ? STEP_FORBID
	       : reader_is(node, "require") ? STEP_REQUIRE
	       : reader_is(node, "each")    ? STEP_EACH
	                                    : STEP_MANUAL;
}

static void read_step(struct place *place, const xmlNode *node)
{
	struct reader *reader = &place->library->reader;
	struct step *step = library_take(place->library, sizeof *step);

	step->line = reader_line(node);
	step->kind = kind_of(node);
	step->id = reader_attr(reader, node, "id");
	step->select = reader_attr(reader, node, "select");
	step->for_select = reader_attr(reader, node, "for");
	for (size_t i = 0; i < place->control->steps.count; i++) {
		const struct step *other = place->control->steps.items[i];
		if (strcmp(other->id, step->id) == 0)
			reader_problem(reader, place->control->file->path, reader_line(node),
			               "control %s has two steps '%s'; give each its own id",
			               place->control->id, step->id);
	}
	library_add(place->library, &place->control->steps, step);
	if (step->kind == STEP_MANUAL)
		return;
	if (!compile(place, step)) {
		explain(place, node, step->id);
		return;
	}
	lint_selection(place, node, step->selection);
	absorb(place, step->selection);
}

static void read_head(struct library *library, struct control *control)
{
	struct reader *reader = &library->reader;
	const xmlNode *node = control->node;
	const char *since = reader_attr(reader, node, "since-facts");
	char supported[16];

	control->revision = reader_number(reader, node, "revision", 1);
	control->weight = reader_number(reader, node, "weight", 1);
	control->severity = severity_read(reader_attr(reader, node, "severity"));
	snprintf(supported, sizeof supported, "%d.%d", FACTS_MAJOR, FACTS_MINOR);
	if (since && version_compare(since, supported) > 0)
		reader_problem(reader, control->file->path, reader_line(node),
		               "control %s needs facts %s and this program has %s; update it",
		               control->id, since, supported);
	for (xmlNode *ref = reader_child(node, "reference"); ref;
	     ref = reader_next(ref, "reference"))
		library_add(library, &control->references,
		            (void *)(uintptr_t)reader_text(reader, ref));
}

void control_read(struct library *library, const struct pack_file *file, xmlNode *node)
{
	struct control *control = library_take(library, sizeof *control);
	struct place place = {.library = library,
	                      .control = control,
	                      .names = {(const struct param *const *)library->params.items,
	                                library->params.count}};

	control->file = file;
	control->node = node;
	control->id = reader_attr(&library->reader, node, "id");
	const struct control *other = library_control(library, control->id);
	if (other)
		reader_problem(&library->reader, file->path, reader_line(node),
		               "the id %s is taken by %s:%ld; ids are never reused", control->id,
		               other->file->path, reader_line(other->node));
	read_head(library, control);
	for (xmlNode *part = reader_child(node, NULL); part; part = reader_next(part, NULL)) {
		if (reader_is(part, "applies"))
			read_applies(&place, part);
		else if (!reader_is(part, "reference") && !reader_is(part, "example"))
			read_step(&place, part);
	}
	list_sort_strings(&control->params);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		control->prose[lang].title = control->id;
	library_add(library, &library->controls, control);
}

void control_load(struct library *library, const struct pack_file *file)
{
	xmlNode *root = xmlDocGetRootElement(file->doc);

	for (xmlNode *node = reader_child(root, "control"); node;
	     node = reader_next(node, "control"))
		control_read(library, file, node);
}
