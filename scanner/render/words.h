/*
 * words.h - the one table of words (reports/words.xml), in both languages.
 *
 * A word is found by its id, such as "verdict.pass"; ids are part of the table and not of the
 * program's interface.
 */
#ifndef PARASOL_RENDER_WORDS_H
#define PARASOL_RENDER_WORDS_H

#include <libxml/tree.h>

#include "base/fault.h"
#include "policy/assessment.h"

struct words;

/* Reads the table that is built in. */
RESULT words_open(struct words **out);
void words_close(struct words *words);

/* The word of an id; the id itself if the table has none. Valid until words_close. */
const char *words_find(const struct words *words, enum language language, const char *id);

/* "verdict." and "pass" give the word of "verdict.pass". */
const char *words_of(const struct words *words, enum language language, const char *kind,
                     const char *name);

/* The table's root element, for style sheets. Owned by `words`. */
xmlNode *words_root(const struct words *words);

#endif
