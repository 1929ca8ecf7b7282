/*
 * column.h - text cut to columns of a terminal; a Chinese character takes two. Text is clean UTF-8.
 * Widths are right only where LC_CTYPE is a UTF-8 locale; the program's is.
 */
#ifndef PARASOL_RENDER_COLUMN_H
#define PARASOL_RENDER_COLUMN_H

#include "base/text.h"

/* How many columns the text takes. */
size_t column_width(const char *text);

/* Adds as much of the text as fits, with an ellipsis where something is left out: at its end, or at
 * its start. Returns the columns that were taken. */
size_t column_cut(struct text *out, const char *text, size_t columns);
size_t column_cut_start(struct text *out, const char *text, size_t columns);

/* Adds the text and spaces up to `columns`. */
void column_pad(struct text *out, const char *text, size_t columns);

#endif
