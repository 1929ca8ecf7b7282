/*
 * records.h - how rows travel from the worker to its parent, and how they are kept.
 *
 * A batch holds the rows of one entry:
 *
 *   u32 depth, u32 index[depth]                       the entry
 *   then rows until the batch ends:
 *   u16 kind, u32 serial, u32 parent, u16 count       all numbers little-endian
 *   count times: u16 attribute, u32 length, bytes, NUL
 *
 * Attribute 0xffff is @unread. A gap has no parent row; its `parent` is the number of its source.
 * The parent process treats a batch as hostile: batch_check says whether it may be used.
 */
#ifndef PARASOL_FACTS_RECORDS_H
#define PARASOL_FACTS_RECORDS_H

#include "base/cursor.h"
#include "base/text.h"
#include "facts/facts.h"

enum { ATTR_UNREAD = 0xffff };

/* One row inside a batch; `attrs` is a window over its attributes. */
struct record {
	enum fact_row kind;
	uint32_t serial, parent;
	uint16_t count;
	struct cursor attrs;
};

/* Ends the rows of `facts` and adds them to `out` as one batch. */
void batch_write(struct facts *facts, struct text *out);

/* Reads the head of a batch. */
RESULT batch_open(const void *bytes, size_t len, struct entry_id *id, struct cursor *rows);

/* The next row; `rows` moves on. Fails with WORKER_RECORD if it is not well formed. */
RESULT record_next(struct cursor *rows, struct record *out);

/* The next attribute of a row: its number and its value, NUL-terminated, inside the batch. */
RESULT record_attr(struct cursor *attrs, uint16_t *attr, const char **value, size_t *len);

/* Checks everything about a batch that the rest of the program relies on. */
RESULT batch_check(const void *bytes, size_t len);

/* Adds one attribute in the wire form; for facts.c. */
void record_put_attr(struct text *row, uint16_t attr, const char *value, size_t len);

/* Adds a row's head in the wire form; for facts.c. */
void record_put_head(struct text *rows, enum fact_row kind, uint32_t serial, uint32_t parent,
                     uint16_t count);

#endif
