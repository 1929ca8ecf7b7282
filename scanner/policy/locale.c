/* locale.c - prose of packs, controls and parameters, and the clauses of standards. */
#include "policy/pack.h"

#include <string.h>

struct place {
	struct library *library;
	struct pack *pack; /* NULL for the control library */
	const struct pack_file *file;
	int lang;
};

static struct prose read_prose(const struct place *place, const xmlNode *node, const char *id)
{
	struct reader *reader = &place->library->reader;
	struct prose prose = {
		.title = reader_text(reader, reader_child(node, "title")),
		.description = reader_text(reader, reader_child(node, "description")),
		.fix = reader_text(reader, reader_child(node, "fix")),
	};

	if (!prose.title)
		prose.title = id;
	return prose;
}

static void nothing_named(const struct place *place, const xmlNode *node, const char *what,
                          const char *id, const char *suggestion)
{
	reader_problem(&place->library->reader, place->file->path, reader_line(node),
	               "there is no %s %s%s", what, id, suggestion);
}

static void twice(const struct place *place, const xmlNode *node, bool already, const char *id)
{
	if (already)
		reader_problem(&place->library->reader, place->file->path, reader_line(node),
		               "%s has its texts twice; keep one", id);
}

static void read_control(const struct place *place, const xmlNode *node)
{
	const char *id = reader_attr(&place->library->reader, node, "id");
	struct control *control = library_control(place->library, id);

	if (!control) {
		nothing_named(place, node, "control", id, suggest_control(place->library, id).text);
		return;
	}
	twice(place, node, control->prose_revision[place->lang], id);
	control->prose[place->lang] = read_prose(place, node, control->id);
	control->prose_revision[place->lang] =
		reader_number(&place->library->reader, node, "revision", 1);
}

static void read_param(const struct place *place, const xmlNode *node)
{
	const char *name = reader_attr(&place->library->reader, node, "name");
	struct param *param = library_param(place->library, name);

	if (!param) {
		nothing_named(place, node, "parameter", name,
		              suggest_param(place->library, name).text);
		return;
	}
	twice(place, node, param->in_locale[place->lang], name);
	param->prose[place->lang] = read_prose(place, node, param->name);
	param->in_locale[place->lang] = true;
}

static void read_requirement(const struct place *place, const xmlNode *node)
{
	const char *id = reader_attr(&place->library->reader, node, "id");
	struct requirement *requirement = place->pack ? pack_requirement(place->pack, id) : NULL;

	if (!requirement) {
		nothing_named(place, node, "requirement", id,
		              place->pack ? suggest_requirement(place->pack, id).text : "");
		return;
	}
	twice(place, node, requirement->in_locale[place->lang], id);
	requirement->prose[place->lang] = read_prose(place, node, requirement->id);
	requirement->in_locale[place->lang] = true;
}

static void read_clause(const struct place *place, const struct standard *standard,
                        const xmlNode *node)
{
	const char *id = reader_attr(&place->library->reader, node, "id");

	for (size_t i = 0; i < standard->clauses.count; i++) {
		struct clause *clause = standard->clauses.items[i];
		if (strcmp(clause->id, id) != 0)
			continue;
		twice(place, node, clause->in_locale[place->lang], id);
		clause->prose[place->lang] = read_prose(place, node, clause->number);
		clause->in_locale[place->lang] = true;
		return;
	}
	nothing_named(place, node, "clause", id, "");
}

static struct standard *find_standard(const struct pack *pack, const char *id)
{
	for (size_t i = 0; pack && i < pack->standards.count; i++) {
		struct standard *standard = pack->standards.items[i];
		if (strcmp(standard->id, id) == 0)
			return standard;
	}
	return NULL;
}

static void read_standard(const struct place *place, const xmlNode *node)
{
	const char *id = reader_attr(&place->library->reader, node, "id");
	struct standard *standard = find_standard(place->pack, id);

	if (!standard) {
		nothing_named(place, node, "standard", id, "");
		return;
	}
	twice(place, node, standard->in_locale[place->lang], id);
	standard->prose[place->lang] = read_prose(place, node, standard->id);
	standard->in_locale[place->lang] = true;
	for (xmlNode *part = reader_child(node, "clause"); part; part = reader_next(part, "clause"))
		read_clause(place, standard, part);
}

void locale_load(struct library *library, struct pack *pack, const struct pack_file *file)
{
	xmlNode *root = xmlDocGetRootElement(file->doc);
	const char *name = reader_attr(&library->reader, root, "lang");
	struct place place = {library, pack, file, strcmp(name, "en") == 0 ? LANG_EN : LANG_ZH_CN};

	for (xmlNode *node = reader_child(root, NULL); node; node = reader_next(node, NULL)) {
		if (reader_is(node, "control")) {
			read_control(&place, node);
		} else if (reader_is(node, "param")) {
			read_param(&place, node);
		} else if (reader_is(node, "requirement")) {
			read_requirement(&place, node);
		} else if (reader_is(node, "standard")) {
			read_standard(&place, node);
		} else if (pack) {
			twice(&place, node, pack->in_locale[place.lang], pack->id);
			pack->prose[place.lang] = read_prose(&place, node, pack->id);
			pack->in_locale[place.lang] = true;
		}
	}
}

static void use_row(struct library *library, struct pack *pack, struct clause *clause,
                    const xmlNode *use)
{
	const char *id = reader_attr(&library->reader, use, "requirement");
	struct requirement *requirement = pack_requirement(pack, id);

	if (requirement)
		library_add(library, &clause->requirements, requirement);
	else
		reader_problem(&library->reader, clause->file->path, reader_line(use),
		               "clause %s uses requirement %s, which pack %s has not%s", clause->id,
		               id, pack->id, suggest_requirement(pack, id).text);
}

static void load_clause(struct library *library, struct pack *pack, struct standard *standard,
                        xmlNode *node)
{
	struct reader *reader = &library->reader;
	struct clause *clause = library_take(library, sizeof *clause);

	clause->id = reader_attr(reader, node, "id");
	clause->number = reader_attr(reader, node, "number");
	clause->status = reader_attr(reader, node, "status");
	clause->coverage = reader_attr(reader, node, "coverage");
	clause->file = standard->file;
	clause->node = node;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		clause->prose[lang].title = clause->number;
	for (xmlNode *use = reader_child(node, "use"); use; use = reader_next(use, "use"))
		use_row(library, pack, clause, use);
	for (size_t i = 0; i < standard->clauses.count; i++) {
		const struct clause *other = standard->clauses.items[i];
		if (strcmp(other->id, clause->id) == 0)
			reader_problem(reader, standard->file->path, reader_line(node),
			               "clause %s stands twice in %s", clause->id, standard->id);
	}
	library_add(library, &standard->clauses, clause);
}

void standard_load(struct library *library, struct pack *pack, const struct pack_file *file)
{
	struct reader *reader = &library->reader;
	xmlNode *root = xmlDocGetRootElement(file->doc);
	struct standard *standard = library_take(library, sizeof *standard);

	standard->id = reader_attr(reader, root, "id");
	standard->edition = reader_attr(reader, root, "edition");
	standard->file = file;
	standard->node = root;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		standard->prose[lang].title = standard->id;
	if (find_standard(pack, standard->id))
		reader_problem(reader, file->path, reader_line(root),
		               "standard %s stands in two files", standard->id);
	for (xmlNode *node = reader_child(root, "clause"); node; node = reader_next(node, "clause"))
		load_clause(library, pack, standard, node);
	library_add(library, &pack->standards, standard);
}
