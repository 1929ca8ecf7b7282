/* library.c - the control library: opening it, looking things up in it, guessing what was meant. */
#include "policy/pack.h"

#include <stdlib.h>
#include <string.h>

void *library_take(struct library *library, size_t size)
{
	void *memory = arena_take(&library->reader.arena, 1, size);

	if (!memory)
		fault_out_of_memory();
	return memory;
}

void library_add(struct library *library, struct list *list, void *item)
{
	if (!list_add(&library->reader.arena, list, item).ok)
		fault_out_of_memory();
}

struct control *library_control(const struct library *library, const char *id)
{
	for (size_t i = 0; i < library->controls.count; i++) {
		struct control *control = library->controls.items[i];
		if (strcmp(control->id, id) == 0)
			return control;
	}
	return NULL;
}

struct param *library_param(const struct library *library, const char *name)
{
	for (size_t i = 0; i < library->params.count; i++) {
		struct param *param = library->params.items[i];
		if (strcmp(param->name, name) == 0)
			return param;
	}
	return NULL;
}

/* How far two ids are apart: what differs between their common start and their common end. */
static size_t apart(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b), head = 0, tail = 0;
	size_t shorter = a_len < b_len ? a_len : b_len;

	while (head < shorter && a[head] == b[head])
		head++;
	while (tail < shorter - head && a[a_len - 1 - tail] == b[b_len - 1 - tail])
		tail++;
	return (a_len > b_len ? a_len : b_len) - head - tail;
}

static void offer(struct suggestion *best, size_t *least, const char *id, const char *other)
{
	size_t far = apart(id, other);

	if (far >= *least)
		return;
	*least = far;
	snprintf(best->text, sizeof best->text, "; did you mean '%.120s'?", other);
}

struct suggestion suggest_control(const struct library *library, const char *id)
{
	struct suggestion best = {""};
	size_t least = strlen(id) / 2;

	for (size_t i = 0; i < library->controls.count; i++)
		offer(&best, &least, id, ((struct control *)library->controls.items[i])->id);
	return best;
}

struct suggestion suggest_param(const struct library *library, const char *name)
{
	struct suggestion best = {""};
	size_t least = strlen(name) / 2;

	for (size_t i = 0; i < library->params.count; i++)
		offer(&best, &least, name, ((struct param *)library->params.items[i])->name);
	return best;
}

struct suggestion suggest_requirement(const struct pack *pack, const char *id)
{
	struct suggestion best = {""};
	size_t least = strlen(id) / 2;

	for (size_t i = 0; i < pack->requirements.count; i++)
		offer(&best, &least, id, ((struct requirement *)pack->requirements.items[i])->id);
	return best;
}

struct suggestion suggest_watch(const struct watch_list *list, enum watch_kind kind, const char *id)
{
	struct suggestion best = {""};
	size_t least = strlen(id) / 2;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind == kind)
			offer(&best, &least, id, list->items[i].id);
	}
	return best;
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return len >= end && strcmp(name + len - end, suffix) == 0;
}

enum part { PART_PARAMS, PART_CONTROLS, PART_LOCALE };

static bool is_part(const char *name, enum part part)
{
	bool locale = strncmp(name, "locale/", 7) == 0, params = strcmp(name, "params.xml") == 0;

	if (!has_suffix(name, ".xml"))
		return false;
	return part == PART_LOCALE ? locale : part == PART_PARAMS ? params : !locale && !params;
}

/* Parameters first, for expressions name them; prose last, for it names controls. */
static void load_part(struct library *library, enum part part)
{
	for (size_t i = 0; i < library->files.count; i++) {
		struct pack_file *file = library->files.items[i];

		if (!is_part(file->name, part) ||
		    !reader_parse(&library->reader, file,
		                  part == PART_LOCALE ? SCHEMA_LOCALE : SCHEMA_CONTROLS))
			continue;
		if (part == PART_PARAMS)
			params_load(library, file);
		else if (part == PART_CONTROLS)
			control_load(library, file);
		else
			locale_load(library, NULL, file);
	}
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct control *const *)a)->id, (*(struct control *const *)b)->id);
}

struct result library_open(struct library *library, const char *folder)
{
	reader_init(&library->reader);
	library->reader.strict = library->lint;
	TRY(reader_folder(&library->reader, folder ? folder : "packs/controls/", !folder,
	                  &library->files));
	load_part(library, PART_PARAMS);
	load_part(library, PART_CONTROLS);
	load_part(library, PART_LOCALE);
	if (library->controls.count > 1)
		qsort(library->controls.items, library->controls.count,
		      sizeof *library->controls.items, by_id);
	return OK;
}

static RESULT add_watches(const struct pack *pack, struct watch_list *out)
{
	for (size_t i = 0; i < pack->files.count; i++) {
		const struct pack_file *file = pack->files.items[i];
		if (pack_watches(file))
			TRY(watch_list_add(out, file->path, file->data, file->size));
	}
	return OK;
}

struct result library_watch(const struct library *library, struct watch_list *out)
{
	TRY(watch_list_open(out));
	for (size_t i = 0; i < library->packs.count; i++)
		TRY(add_watches(library->packs.items[i], out));
	return watch_list_finish(out);
}

void library_free(struct library *library)
{
	reader_free(&library->reader);
}
