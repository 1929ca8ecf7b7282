/*
 * watch.h - what packs and rules want to know of code: the watch list.
 *
 * Only what is watched becomes facts, so that the document stays small. The list is made from
 * rules/watch/ and the packs' own watch/ folders before the worker starts, is compiled once, and is
 * inherited by the worker. Names are spelt as Java spells them, with full stops:
 * "javax.crypto.Cipher" and "getInstance"; nested classes with '$'; constructors are "<init>".
 */
#ifndef PARASOL_FACTS_WATCH_H
#define PARASOL_FACTS_WATCH_H

#include "base/arena.h"

enum watch_kind {
	WATCH_CALL,     /* calls of class.name, with values of the arguments asked for */
	WATCH_OVERRIDE, /* methods that implement or override class.name */
	WATCH_FIELD,    /* reads of the static field class.name */
	WATCH_CLASS,    /* the class, or every class of a package ("com.bank.") */
	WATCH_TEXT      /* string constants */
};

enum watch_text_kind { TEXT_EQUALS, TEXT_STARTS, TEXT_CONTAINS, TEXT_ENDS };

struct watch {
	enum watch_kind kind;
	const char *id;    /* WATCH_TEXT: its id; else class and name joined, as facts spell it */
	const char *class; /* "javax.crypto.Cipher"; NULL for WATCH_TEXT */
	const char *name;  /* method or field; NULL for WATCH_CLASS and WATCH_TEXT */
	uint32_t arguments; /* WATCH_CALL: bit i: values of parameter i are wanted */
	uint32_t secret;    /* WATCH_CALL: bit i: constants there are secrets, shown redacted */
	bool near;          /* WATCH_CALL: callers are not asked: parameters stay parameters */
	enum watch_text_kind text_kind;
	const char *text;
};

struct watch_list {
	struct watch *items; /* sorted by kind, class, name, id; no two alike: their bits are joined */
	size_t count;
	char sha256[65]; /* over the sorted items, hexadecimal */
	/* packages (prefixes "androidx.") of known libraries, sorted, from rules/watch/libraries */
	const char **libraries;
	size_t library_count;
	struct arena arena;
};

/*
 * Reads the built-in rules/watch/ files. Fails with USAGE: file, line and what is wrong.
 * watch_list_add reads further ones (a pack's) before watch_list_finish sorts and digests.
 */
RESULT watch_list_open(struct watch_list *list);
RESULT watch_list_add(struct watch_list *list, const char *file, const char *data, size_t size);
RESULT watch_list_finish(struct watch_list *list);
void watch_list_free(struct watch_list *list);

/* The item of a kind by id as facts spell it ("javax.crypto.Cipher.getInstance"), or NULL. */
const struct watch *watch_list_find(const struct watch_list *list, enum watch_kind kind,
                                    const char *id);

/* The longest known library prefix of a class name with full stops, or NULL. */
const char *watch_list_library(const struct watch_list *list, const char *class_name);

#endif
