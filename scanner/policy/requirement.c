/* requirement.c - requirements of a pack and what they use. */
#include "policy/pack.h"

#include <stdlib.h>
#include <string.h>

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct requirement *const *)a)->id, (*(struct requirement *const *)b)->id);
}

static void read_one(struct library *library, struct pack *pack, xmlNode *node)
{
	struct reader *reader = &library->reader;
	struct requirement *requirement = library_take(library, sizeof *requirement);

	requirement->id = reader_attr(reader, node, "id");
	requirement->severity = severity_read(reader_attr(reader, node, "severity"));
	requirement->weight = reader_number(reader, node, "weight", 1);
	requirement->manual = reader_flag(reader, node, "manual");
	requirement->pack = pack;
	requirement->node = node;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		requirement->prose[lang].title = requirement->id;
	if (pack_requirement(pack, requirement->id))
		reader_problem(reader, pack->file->path, reader_line(node),
		               "requirement %s stands twice; ids are unique", requirement->id);
	library_add(library, &pack->requirements, requirement);
}

void requirement_load(struct library *library, struct pack *pack)
{
	for (xmlNode *node = reader_child(pack->node, "requirement"); node;
	     node = reader_next(node, "requirement"))
		read_one(library, pack, node);
	if (pack->requirements.count > 1)
		qsort(pack->requirements.items, pack->requirements.count,
		      sizeof *pack->requirements.items, by_id);
}

static void use_control(struct library *library, struct requirement *requirement,
                        const xmlNode *use, const char *id)
{
	struct control *control = library_control(library, id);

	if (control)
		library_add(library, &requirement->controls, control);
	else
		reader_problem(&library->reader, requirement->pack->file->path, reader_line(use),
		               "requirement %s uses control %s, which the library has not%s",
		               requirement->id, id, suggest_control(library, id).text);
}

static void use_requirement(struct library *library, struct requirement *requirement,
                            const xmlNode *use, const char *id)
{
	struct pack *pack = requirement->pack;
	const char *name = reader_attr(&library->reader, use, "pack");

	if (name && strcmp(name, pack->id) != 0 && !library_pack(library, name, &pack).ok)
		pack = NULL;
	if (!pack) {
		reader_problem(&library->reader, requirement->pack->file->path, reader_line(use),
		               "requirement %s uses pack %s, which cannot be loaded",
		               requirement->id, name);
		return;
	}
	struct requirement *used = pack_requirement(pack, id);
	if (used)
		library_add(library, &requirement->requirements, used);
	else
		reader_problem(&library->reader, requirement->pack->file->path, reader_line(use),
		               "requirement %s uses requirement %s, which pack %s has not%s",
		               requirement->id, id, pack->id, suggest_requirement(pack, id).text);
}

static void resolve(struct library *library, struct requirement *requirement)
{
	for (xmlNode *use = reader_child(requirement->node, "use"); use;
	     use = reader_next(use, "use")) {
		const char *control = reader_attr(&library->reader, use, "control");
		const char *other = reader_attr(&library->reader, use, "requirement");

		if (!control == !other)
			reader_problem(&library->reader, requirement->pack->file->path,
			               reader_line(use),
			               "a use row of %s names a control or a "
			               "requirement, one of both",
			               requirement->id);
		else if (control)
			use_control(library, requirement, use, control);
		else
			use_requirement(library, requirement, use, other);
	}
}

/* Depth-first; a requirement met while it is still open uses itself. Depth is bounded below. */
static void find_cycle(struct library *library, struct requirement *requirement, unsigned depth)
{
	if (requirement->walk == REQUIREMENT_DONE)
		return;
	if (requirement->walk == REQUIREMENT_OPEN || depth > 32) {
		reader_problem(&library->reader, requirement->pack->file->path,
		               reader_line(requirement->node),
		               "requirement %s uses itself through others, or 32 levels deep",
		               requirement->id);
		requirement->requirements.count = 0;
		return;
	}
	requirement->walk = REQUIREMENT_OPEN;
	for (size_t i = 0; i < requirement->requirements.count; i++)
		find_cycle(library, requirement->requirements.items[i], depth + 1);
	requirement->walk = REQUIREMENT_DONE;
}

void requirement_resolve(struct library *library, struct pack *pack)
{
	for (size_t i = 0; i < pack->requirements.count; i++)
		resolve(library, pack->requirements.items[i]);
}

void requirement_cycles(struct library *library, struct pack *pack)
{
	for (size_t i = 0; i < pack->requirements.count; i++)
		find_cycle(library, pack->requirements.items[i], 0);
}

static bool holds(const struct list *list, const void *item)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i] == item)
			return true;
	}
	return false;
}

/* Each requirement is entered once, and cycles were refused when the pack was loaded. */
struct result requirement_reach(struct arena *arena, struct requirement *requirement,
                                const struct list *without, struct list *requirements,
                                struct list *controls)
{
	if (holds(requirements, requirement) || (without && list_has(without, requirement->id)))
		return OK;
	TRY(list_add(arena, requirements, requirement));
	for (size_t i = 0; i < requirement->controls.count; i++) {
		if (!holds(controls, requirement->controls.items[i]))
			TRY(list_add(arena, controls, requirement->controls.items[i]));
	}
	for (size_t i = 0; i < requirement->requirements.count; i++)
		TRY(requirement_reach(arena, requirement->requirements.items[i], without,
		                      requirements, controls));
	return OK;
}
