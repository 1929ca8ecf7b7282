/* lint.c - what is wrong with a pack or the control library, all of it. */
#include <string.h>

#include "policy/target.h"
#include "policy/verdict.h"

struct lint {
	struct target *target;
	struct reader *reader;
};

/* Adds the {names} of a text, sorted. */
static void placeholders(const struct lint *l, const char *text, struct list *out)
{
	while (text && (text = strchr(text, '{'))) {
		size_t len = strcspn(++text, "{} \n");
		if (text[len] != '}')
			continue;
		char *name = arena_copy(&l->reader->arena, text, len);
		if (!name)
			fault_out_of_memory();
		library_add(&l->target->library, out, name);
	}
	list_sort_strings(out);
}

static bool same_strings(const struct list *a, const struct list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	}
	return true;
}

static void check_part(const struct lint *l, const struct pack_file *file, long line,
                       const char *id, const char *what, const char *zh, const char *en)
{
	struct list left = {0}, right = {0};

	if (!zh != !en)
		reader_problem(l->reader, file->path, line, "%s has a %s in %s only", id, what,
		               zh ? "zh-CN" : "en");
	placeholders(l, zh, &left);
	placeholders(l, en, &right);
	if (zh && en && !same_strings(&left, &right))
		reader_problem(l->reader, file->path, line,
		               "the %s of %s has other {placeholders} in zh-CN than in en", what,
		               id);
	for (size_t i = 0; i < left.count; i++) {
		if (!library_param(&l->target->library, left.items[i]))
			reader_problem(l->reader, file->path, line,
			               "the %s of %s names {%s}, which is no parameter", what, id,
			               (const char *)left.items[i]);
	}
}

static void check_prose(const struct lint *l, const struct pack_file *file, long line,
                        const char *id, const struct prose *prose, const bool *has)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!has[lang])
			reader_problem(l->reader, file->path, line, "%s has no texts in %s", id,
			               language_name((enum language)lang));
	}
	if (!has[LANG_ZH_CN] || !has[LANG_EN])
		return;
	check_part(l, file, line, id, "title", prose[0].title, prose[1].title);
	check_part(l, file, line, id, "description", prose[0].description, prose[1].description);
	check_part(l, file, line, id, "fix", prose[0].fix, prose[1].fix);
}

static bool has_example(const struct lint *l, const struct control *control, enum verdict verdict)
{
	for (xmlNode *node = reader_child(control->node, "example"); node;
	     node = reader_next(node, "example")) {
		if (strcmp(reader_attr(l->reader, node, "verdict"), verdict_name(verdict)) == 0)
			return true;
	}
	return false;
}

/* Which verdicts a control can reach at all. */
static void reachable(const struct control *control, bool *reach)
{
	bool manual = false, automatic = false, rows_needed = true;

	for (size_t i = 0; i < control->steps.count; i++) {
		const struct step *step = control->steps.items[i];
		manual = manual || step->kind == STEP_MANUAL;
		automatic = automatic || step->kind != STEP_MANUAL;
		rows_needed = rows_needed && step->kind == STEP_EACH;
	}
	reach[VERDICT_FAIL] = automatic;
	reach[VERDICT_PASS] = automatic && !manual;
	reach[VERDICT_UNKNOWN] = control->sources != 0 && automatic;
	reach[VERDICT_NOTCHECKED] = manual;
	reach[VERDICT_NOTAPPLICABLE] = control->applies.count || (rows_needed && automatic);
}

static void check_control(const struct lint *l, const struct control *control)
{
	bool reach[VERDICT_COUNT] = {false};
	bool has[LANG_COUNT] = {control->prose_revision[0], control->prose_revision[1]};
	long line = reader_line(control->node);

	reachable(control, reach);
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		if (reach[verdict] && !has_example(l, control, (enum verdict)verdict))
			reader_problem(l->reader, control->file->path, line,
			               "control %s has no example for %s", control->id,
			               verdict_name((enum verdict)verdict));
	}
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (has[lang] && control->prose_revision[lang] != control->revision)
			reader_problem(l->reader, control->file->path, line,
			               "control %s is at revision %u and its texts in %s at %u",
			               control->id, control->revision,
			               language_name((enum language)lang),
			               control->prose_revision[lang]);
	}
	check_prose(l, control->file, line, control->id, control->prose, has);
}

static bool used_by_some(const struct library *library, const char *name)
{
	for (size_t i = 0; i < library->controls.count; i++) {
		const struct control *control = library->controls.items[i];
		if (list_has(&control->params, name))
			return true;
	}
	return false;
}

static bool of_target(const struct lint *l, const char *file)
{
	for (size_t i = 0; l->target->pack && i < l->target->pack->files.count; i++) {
		if (strcmp(((struct pack_file *)l->target->pack->files.items[i])->path, file) == 0)
			return true;
	}
	return !l->target->pack;
}

static void check_params(const struct lint *l)
{
	const struct library *library = &l->target->library;

	for (size_t i = 0; i < library->params.count; i++) {
		const struct param *param = library->params.items[i];
		struct pack_file file = {.path = param->file};
		if (!of_target(l, param->file))
			continue;
		if (!used_by_some(library, param->name))
			reader_problem(l->reader, param->file, param->line,
			               "no control uses the parameter %s; remove it", param->name);
		check_prose(l, &file, param->line, param->name, param->prose, param->in_locale);
	}
}

/* A clause that says how far it is covered must agree with what serves it. */
static void check_coverage(const struct lint *l, const struct clause *clause)
{
	struct list seen = {0}, controls = {0};
	bool none = strcmp(clause->coverage, "not-covered") == 0;
	bool some = strcmp(clause->coverage, "automated") == 0 ||
	            strcmp(clause->coverage, "partial") == 0;

	for (size_t i = 0; i < clause->requirements.count; i++) {
		if (!requirement_reach(&l->reader->arena, clause->requirements.items[i], NULL,
		                       &seen, &controls)
		             .ok)
			fault_out_of_memory();
	}
	if ((none && controls.count) || (some && !controls.count))
		reader_problem(l->reader, clause->file->path, reader_line(clause->node),
		               "clause %s is %s and %zu controls serve it", clause->id,
		               clause->coverage, controls.count);
}

static void check_pack(const struct lint *l, const struct pack *pack)
{
	check_prose(l, pack->file, reader_line(pack->node), pack->id, pack->prose, pack->in_locale);
	for (size_t i = 0; i < pack->requirements.count; i++) {
		const struct requirement *requirement = pack->requirements.items[i];
		check_prose(l, pack->file, reader_line(requirement->node), requirement->id,
		            requirement->prose, requirement->in_locale);
	}
	for (size_t i = 0; i < pack->standards.count; i++) {
		const struct standard *standard = pack->standards.items[i];
		check_prose(l, standard->file, reader_line(standard->node), standard->id,
		            standard->prose, standard->in_locale);
		for (size_t j = 0; j < standard->clauses.count; j++) {
			const struct clause *clause = standard->clauses.items[j];
			check_prose(l, clause->file, reader_line(clause->node), clause->id,
			            clause->prose, clause->in_locale);
			check_coverage(l, clause);
		}
	}
}

/* The built-in rows are held against their schema as well, where no pack is asked about. */
static void check_watches(const struct lint *l)
{
	struct library *library = &l->target->library;
	struct list files = {0};
	struct watch_list list = {0};

	if (!reader_folder(l->reader, "rules/watch/", true, &files).ok)
		reader_fault(l->reader);
	for (size_t i = 0; i < files.count && !l->target->pack; i++)
		(void)reader_parse(l->reader, files.items[i], SCHEMA_WATCH);
	if (!library_watch(library, &list).ok) {
		reader_fault(l->reader);
	} else {
		for (size_t i = 0; i < l->target->controls.count; i++)
			control_watched(library, l->target->controls.items[i], &list);
	}
	watch_list_free(&list);
}

struct result pack_lint(const char *name, struct text *report, size_t *problems)
{
	struct target target;
	struct lint lint = {&target, &target.library.reader};

	*problems = 0;
	struct result done = target_open(&target, name, true);
	text_add(report, "", 0);
	if (done.ok) {
		for (size_t i = 0; i < target.controls.count; i++)
			check_control(&lint, target.controls.items[i]);
		check_watches(&lint);
		check_params(&lint);
		if (target.pack)
			check_pack(&lint, target.pack);
		*problems = target.library.reader.problem_count;
		if (*problems)
			text_puts(report, target.library.reader.problems.data);
	}
	target_free(&target);
	return done;
}
