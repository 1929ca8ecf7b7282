/* params_load.c - parameters as the control library declares them and profiles set them. */
#include "policy/pack.h"

#include <string.h>

static bool read_items(struct library *library, const struct pack_file *file, const xmlNode *node,
                       const struct param *param, struct param_value *value)
{
	struct reader *reader = &library->reader;
	bool good = true;

	for (xmlNode *item = reader_child(node, "item"); item; item = reader_next(item, "item")) {
		const char *text = reader_text(reader, item), *kept;
		if (params_item(&reader->arena, param->items, text ? text : "", &kept).ok) {
			library_add(library, &value->items, (void *)(uintptr_t)kept);
			continue;
		}
		reader_problem(reader, file->path, reader_line(item), "parameter %s: %s",
		               param->name, fault_last()->why);
		good = false;
	}
	return good && params_list(&reader->arena, value).ok;
}

/* The value that stands in an attribute or, for a list, in item elements. */
static bool read_value(struct library *library, const struct pack_file *file, const xmlNode *node,
                       const struct param *param, const char *attribute, struct param_value *out)
{
	struct reader *reader = &library->reader;
	const char *text = reader_attr(reader, node, attribute);
	struct param_value value = {0};

	if (param->type == PARAM_LIST && !text)
		return read_items(library, file, node, param, out);
	if (text && params_read(&reader->arena, param->type, text, &value).ok) {
		*out = value;
		return true;
	}
	reader_problem(reader, file->path, reader_line(node), "parameter %s: %s", param->name,
	               text ? fault_last()->why : "the attribute value is missing");
	return false;
}

static void read_floor(struct library *library, const struct pack_file *file, const xmlNode *node,
                       struct param *param)
{
	const xmlNode *list = reader_child(node, "floor");

	if (param->type == PARAM_LIST && list)
		read_items(library, file, list, param, &param->floor);
	else if (reader_attr(&library->reader, node, "floor"))
		read_value(library, file, node, param, "floor", &param->floor);
	if (param->floor.set && !params_above_floor(param, &param->value))
		reader_problem(&library->reader, file->path, reader_line(node),
		               "parameter %s: the default '%s' is under the floor '%s'",
		               param->name, param->value.text, param->floor.text);
}

static void read_param(struct library *library, const struct pack_file *file, const xmlNode *node)
{
	struct reader *reader = &library->reader;
	struct param *param = library_take(library, sizeof *param);
	const char *stricter = reader_attr(reader, node, "stricter");
	const char *items = reader_attr(reader, node, "items");

	param->name = reader_attr(reader, node, "name");
	param->file = file->path;
	param->line = reader_line(node);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		param->prose[lang].title = param->name;
	params_type(reader_attr(reader, node, "type"), &param->type);
	param->items = items && strcmp(items, "sha256") == 0 ? ITEM_SHA256 : ITEM_TEXT;
	if (stricter)
		params_stricter(stricter, &param->stricter);
	if (library_param(library, param->name) || strcmp(param->name, "as-of") == 0 ||
	    strcmp(param->name, "as-of-day") == 0 ||
	    strncmp(param->name, PARAMS_DAYS_ON, strlen(PARAMS_DAYS_ON)) == 0)
		reader_problem(reader, file->path, param->line,
		               "the parameter name %s is taken; choose another", param->name);
	if (items && param->type != PARAM_LIST)
		reader_problem(reader, file->path, param->line,
		               "parameter %s: items=\"%s\" has a meaning for lists only",
		               param->name, items);
	if (!params_fit(param->type, param->stricter))
		reader_problem(reader, file->path, param->line,
		               "parameter %s: stricter=\"%s\" has no meaning for its type",
		               param->name, stricter);
	else if (read_value(library, file, node, param, "value", &param->value))
		read_floor(library, file, node, param);
	library_add(library, &library->params, param);
}

void params_load(struct library *library, const struct pack_file *file)
{
	xmlNode *root = xmlDocGetRootElement(file->doc);

	for (xmlNode *node = reader_child(root, "param"); node; node = reader_next(node, "param"))
		read_param(library, file, node);
}

bool params_setting(struct library *library, const struct pack_file *file, xmlNode *set,
                    struct setting *out)
{
	const char *name = reader_attr(&library->reader, set, "param");
	const struct param *param = library_param(library, name);
	struct param_value value = {0};

	if (!param) {
		reader_problem(&library->reader, file->path, reader_line(set),
		               "there is no parameter %s%s", name,
		               suggest_param(library, name).text);
		return false;
	}
	if (!read_value(library, file, set, param, "value", &value))
		return false;
	if (!params_above_floor(param, &value)) {
		reader_problem(&library->reader, file->path, reader_line(set),
		               "parameter %s: '%s' is under the floor '%s'", name, value.text,
		               param->floor.text);
		return false;
	}
	*out = (struct setting){param, value};
	return true;
}
