/* prose.c - titles, descriptions and advice of everything a result names. */
#include "render/prose.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "render/node.h"

/* A line break inside Chinese text stands for nothing, elsewhere for a space. */
static bool needs_space(const struct text *line, const char *next)
{
	if (!line->len || !*next)
		return false;
	return !((unsigned char)line->data[line->len - 1] & 0x80 && (unsigned char)*next & 0x80);
}

void prose_line(struct text *out, const char *words)
{
	for (const char *at = words; *at;) {
		size_t gap = strspn(at, " \t\r\n");
		size_t len = strcspn(at + gap, " \t\r\n");

		if (gap && needs_space(out, at + gap))
			text_puts(out, " ");
		text_add(out, at + gap, len);
		at += gap + len;
	}
}

static void add_part(xmlNode *said, const char *name, const char *words)
{
	struct text line = {0};

	if (words)
		prose_line(&line, words);
	node_add_text(said, name, line.data);
	text_free(&line);
}

__attribute__((format(printf, 3, 4))) static void add_item(xmlNode *parent,
                                                           const struct prose *prose,
                                                           const char *format, ...)
{
	char key[512];
	va_list args;

	va_start(args, format);
	vsnprintf(key, sizeof key, format, args);
	va_end(args);
	xmlNode *item = node_add(parent, "item");
	node_set(item, "key", key);
	for (size_t i = 0; i < LANG_COUNT; i++) {
		xmlNode *said = node_add(item, language_name((enum language)i));

		add_part(said, "title", prose[i].title ? prose[i].title : "");
		add_part(said, "description", prose[i].description);
		add_part(said, "fix", prose[i].fix);
	}
}

static void add_standard(xmlNode *parent, const char *pack, const struct standard_result *standard)
{
	add_item(parent, standard->prose, "standard|%s|%s", pack, standard->id);
	for (size_t i = 0; i < standard->clause_count; i++)
		add_item(parent, standard->clauses[i].prose, "clause|%s|%s|%zu", pack, standard->id,
		         i + 1);
}

static void add_pack(xmlNode *parent, const struct pack_result *pack)
{
	add_item(parent, pack->prose, "pack|%s", pack->id);
	for (size_t i = 0; i < pack->requirement_count; i++)
		add_item(parent, pack->requirements[i].prose, "requirement|%s|%s", pack->id,
		         pack->requirements[i].id);
	for (size_t i = 0; i < pack->standard_count; i++)
		add_standard(parent, pack->id, &pack->standards[i]);
}

void prose_add(xmlNode *result, const struct assessment *assessment)
{
	xmlNode *prose = node_add(result, "prose");

	for (size_t i = 0; i < assessment->pack_count; i++)
		add_pack(prose, &assessment->packs[i]);
	for (size_t i = 0; i < assessment->control_count; i++)
		add_item(prose, assessment->controls[i].prose, "control|%s",
		         assessment->controls[i].id);
}
