/*
 * reader.h - the files of packs: where they lie, as XML that its schema accepts, and what is wrong
 * with them.
 *
 * Problems are collected, one line each ("FILE:LINE: what; what to do"), so that lint can show all
 * of them and loading the first.
 */
#ifndef PARASOL_POLICY_READER_H
#define PARASOL_POLICY_READER_H

#include <libxml/tree.h>

#include "policy/list.h"
#include "base/text.h"

enum schema {
	SCHEMA_PACK,
	SCHEMA_CONTROLS,
	SCHEMA_LOCALE,
	SCHEMA_TAILORING,
	SCHEMA_WATCH,
	SCHEMA_COUNT
};

struct pack_file {
	const char *path; /* as shown in messages */
	const char *name; /* relative to the folder it was read from, "locale/en.xml" */
	const char *data; /* NUL-terminated */
	size_t size;
	bool built_in; /* embedded in the program, and held against its schema when that was made */
	xmlDoc *doc; /* NULL until parsed, or if it is not valid */
};

struct reader {
	struct arena arena;
	struct text problems; /* lines */
	size_t problem_count;
	struct list docs; /* xmlDoc, freed with the reader */
	bool strict;      /* what is built in is held against its schema again */
	struct _xmlSchema *schemas[SCHEMA_COUNT];
};

void reader_init(struct reader *reader);
void reader_free(struct reader *reader);

void reader_problem(struct reader *reader, const char *file, long line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The last fault as a problem; its text names file and line already. */
void reader_fault(struct reader *reader);

/* Fails with PACK_INVALID and the first problem, if there is any. */
RESULT reader_verdict(const struct reader *reader);

/*
 * The files below a folder, sorted by name. `place` is a folder of the embedded content
 * ("packs/controls/") if `embedded`, else a path on disk, where links, hidden files and *.md are
 * passed over. Fails with USAGE or SYSTEM.
 */
RESULT reader_folder(struct reader *reader, const char *place, bool embedded, struct list *out);

/* One file on disk. */
RESULT reader_file(struct reader *reader, const char *path, struct pack_file **out);

/*
 * Parses and validates; false with a problem noted. What is built in was validated by tests, and is
 * again only where `strict` asks for it: the schemas cost a short scan a tenth of its time.
 */
bool reader_parse(struct reader *reader, struct pack_file *file, enum schema schema);

/* The root element's name without any validation; NULL with a problem noted if it is not XML. */
const char *reader_root(struct reader *reader, struct pack_file *file);

/* The first child element, and the next sibling element, with a name (NULL: any). */
xmlNode *reader_child(const xmlNode *node, const char *name);
xmlNode *reader_next(const xmlNode *node, const char *name);
bool reader_is(const xmlNode *node, const char *name);

/* An attribute's value or NULL; an element's text with outer space removed, NULL if it is empty. */
const char *reader_attr(struct reader *reader, const xmlNode *node, const char *name);
const char *reader_text(struct reader *reader, const xmlNode *node);
unsigned reader_number(struct reader *reader, const xmlNode *node, const char *name,
                       unsigned missing);
bool reader_flag(struct reader *reader, const xmlNode *node, const char *name);
long reader_line(const xmlNode *node);

#endif
