/*
 * words.c - the one table of words, read from the built-in reports/words.xml:
 *
 *   <words><word id="verdict.pass"><zh-CN>符合</zh-CN><en>Pass</en>
 *     <means><zh-CN>…</zh-CN><en>…</en></means></word>…</words>
 */
#include "render/words.h"

#include <libxml/hash.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/content.h"
#include "render/node.h"

struct words {
	xmlDoc *doc;
	xmlHashTable *by_id; /* id -> element */
};

static struct words *words_of_doc(xmlDoc *doc)
{
	struct words *words = calloc(1, sizeof *words);

	if (!words)
		fault_out_of_memory();
	words->doc = doc;
	words->by_id = xmlHashCreate(512);
	if (!words->by_id)
		fault_out_of_memory();
	return words;
}

RESULT words_open(struct words **out)
{
	const struct content *file = content_find("reports/words.xml");

	ENSURE(file, SYSTEM, AT_NONE, "reports/words.xml is not built in");
	xmlDoc *doc = xmlReadMemory(file->data, (int)file->size, "reports/words.xml", NULL,
	                            XML_PARSE_NONET | XML_PARSE_NOBLANKS);
	ENSURE(doc, SYSTEM, AT_NONE, "the built-in reports/words.xml is not well formed");
	struct words *words = words_of_doc(doc);
	xmlNode *root = xmlDocGetRootElement(doc);
	for (xmlNode *word = node_after(root, root); word; word = node_after(word, root)) {
		if (strcmp((const char *)word->name, "word") == 0)
			xmlHashAddEntry(words->by_id, BAD_CAST node_get(word, "id"), word);
	}
	*out = words;
	return OK;
}

void words_close(struct words *words)
{
	if (!words)
		return;
	xmlHashFree(words->by_id, NULL);
	xmlFreeDoc(words->doc);
	free(words);
}

const char *words_find(const struct words *words, enum language language, const char *id)
{
	const xmlNode *word = xmlHashLookup(words->by_id, BAD_CAST id);
	const xmlNode *said = node_child(word, language_name(language));

	if (!said || !said->children || !said->children->content)
		return id;
	return (const char *)said->children->content;
}

const char *words_of(const struct words *words, enum language language, const char *kind,
                     const char *name)
{
	char id[128];
	int len = snprintf(id, sizeof id, "%s%s", kind, name);
	const char *said = words_find(words, language, id);

	/* an id that is not in the table would point into this frame */
	return said == id || len < 0 || (size_t)len >= sizeof id ? name : said;
}

xmlNode *words_root(const struct words *words)
{
	return xmlDocGetRootElement(words->doc);
}
