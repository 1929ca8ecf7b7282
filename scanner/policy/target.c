/* target.c - opens what lint and test are given: a pack, a control library, or one file. */
#include "policy/target.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"

static bool is_folder(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool exists_in(const char *folder, const char *name)
{
	struct text path = {0};
	struct stat about;

	text_printf(&path, "%s/%s", folder, name);
	bool found = stat(path.data, &about) == 0;
	text_free(&path);
	return found;
}

static void take_controls(struct target *target, size_t from)
{
	for (size_t i = from; i < target->library.controls.count; i++)
		library_add(&target->library, &target->controls, target->library.controls.items[i]);
}

/* A lone file of any kind, on top of the built-in library. */
static RESULT open_file(struct target *target, const char *path)
{
	struct library *library = &target->library;
	size_t before = library->controls.count;
	struct pack_file *file;

	TRY(reader_file(&library->reader, path, &file));
	const char *root = reader_root(&library->reader, file);
	if (!root)
		return OK;
	bool params = strcmp(root, "params") == 0;
	if (params || strcmp(root, "controls") == 0) {
		if (reader_parse(&library->reader, file, SCHEMA_CONTROLS))
			(params ? params_load : control_load)(library, file);
		take_controls(target, before);
		return OK;
	}
	if (strcmp(root, "watch") == 0) {
		struct watch_list list;
		bool valid = reader_parse(&library->reader, file, SCHEMA_WATCH);
		if (!watch_list_open(&list).ok ||
		    (valid && !watch_list_add(&list, file->path, file->data, file->size).ok))
			reader_fault(&library->reader);
		watch_list_free(&list);
		return OK;
	}
	if (strcmp(root, "tailoring") == 0 || strcmp(root, "locale") == 0 ||
	    strcmp(root, "standard") == 0) {
		/* what such a file names is checked with its pack */
		reader_parse(&library->reader, file,
		             *root == 't'   ? SCHEMA_TAILORING
		             : *root == 'l' ? SCHEMA_LOCALE
		                            : SCHEMA_PACK);
		return OK;
	}
	return library_pack(library, path, &target->pack);
}

static RESULT open_pack(struct target *target, const char *name)
{
	size_t before = target->library.controls.count;

	TRY(library_pack(&target->library, name, &target->pack));
	take_controls(target, before);
	return OK;
}

static RESULT open_target(struct target *target, const char *name)
{
	size_t len = strlen(name);
	bool library = is_folder(name) && !exists_in(name, "pack.xml");

	if (strcmp(name, "controls") == 0)
		library = false;
	TRY(library_open(&target->library, library ? name : NULL));
	if (library || strcmp(name, "controls") == 0) {
		take_controls(target, 0);
		return OK;
	}
	if (len > 4 && strcmp(name + len - 4, ".xml") == 0)
		return open_file(target, name);
	return open_pack(target, name);
}

struct result target_open(struct target *target, const char *name, bool lint)
{
	*target = (struct target){.library.lint = lint};
	TRY(digest_start());
	xmlInitParser();
	return open_target(target, name);
}

void target_free(struct target *target)
{
	library_free(&target->library);
}

struct setting *target_settings(struct target *target)
{
	const struct list *params = &target->library.params;
	struct setting *settings =
		library_take(&target->library, (params->count + 1) * sizeof *settings);

	for (size_t i = 0; i < params->count; i++) {
		const struct param *param = params->items[i];
		settings[i] = (struct setting){param, param->value};
	}
	return settings;
}

static bool apply_sets(struct target *target, const struct control *control, xmlNode *example,
                       struct setting *settings)
{
	for (xmlNode *set = reader_child(example, "set"); set; set = reader_next(set, "set")) {
		struct setting setting;
		if (!params_setting(&target->library, control->file, set, &setting))
			return false;
		for (size_t i = 0; i < target->library.params.count; i++) {
			if (settings[i].param == setting.param)
				settings[i] = setting;
		}
	}
	return true;
}

static void free_facts(struct fact_doc **doc)
{
	fact_doc_free(*doc);
}

static void free_doc(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

static RESULT run(struct judging *judging, const struct control *control, xmlDoc *doc, int64_t day,
                  enum verdict *out)
{
	struct control_result result = {0};

	TRY(evaluate_open(doc, judging->settings, judging->setting_count, day,
	                  &judging->evaluator));
	struct result done = judge_control(judging, control, &result);
	evaluate_close(judging->evaluator);
	*out = result.verdict;
	return done;
}

struct result target_example(struct target *target, const struct control *control, xmlNode *example,
                             enum verdict *out)
{
	struct reader *reader = &target->library.reader;
	const char *as_of = reader_attr(reader, example, "as-of");
	struct setting *settings = target_settings(target);
	DEFER(free_facts) struct fact_doc *facts = NULL;
	int64_t day = 0;

	ENSURE(params_day(as_of ? as_of : "2026-01-01", &day), PACK_INVALID, AT_NONE,
	       "as-of is not a day");
	ENSURE(apply_sets(target, control, example, settings), PACK_INVALID, AT_NONE,
	       "a parameter of the example is not usable");
	TRY(fact_doc_from_node(reader_child(example, "facts"), &facts));
	DEFER(free_doc) xmlDoc *doc = fact_doc_xml(facts, NULL);
	struct judging judging = {.arena = &reader->arena,
	                          .facts = facts,
	                          .settings = settings,
	                          .setting_count = target->library.params.count,
	                          .incomplete = judge_incomplete(facts),
	                          .budget = EVALUATE_BUDGET};
	return run(&judging, control, doc, day, out);
}
