/*
 * facts.h - writing facts about one entry.
 *
 * The rows of an entry are encoded as they are written and sent to the parent process in one batch
 * when the entry is finished (records.h). A row's attributes are set right after it was begun;
 * beginning the next row ends it. In test builds a row that ends without an attribute that it must
 * always have, or an attribute set on a row it does not belong to, aborts the program; otherwise
 * the attribute is listed in @unread.
 */
#ifndef PARASOL_FACTS_FACTS_H
#define PARASOL_FACTS_FACTS_H

#include "base/text.h"
#include "facts/vocabulary.h"

/* How deep containers may nest, at the very most. */
enum { ENTRY_DEPTH_MAX = 8 };

/* The place of an entry: its index in each container on the way to it. Depth 0 is the bundle. */
struct entry_id {
	uint32_t depth;
	uint32_t at[ENTRY_DEPTH_MAX];
};

/* The order of entries, for qsort: a container stands before what lies in it. */
int entry_id_compare(const struct entry_id *a, const struct entry_id *b);

struct facts {
	struct text rows;   /* finished rows, encoded (records.h) */
	struct text row;    /* attributes of the row being written, encoded */
	struct text unread; /* names for its @unread */
	struct text side;   /* issues and gaps, which may be noted while a row is written */
	const char *in;     /* clean path of the entry, for issues and gaps; "" for the bundle */
	struct entry_id entry;
	uint32_t serial;    /* of the last row; rows count from 1 within a batch */
	uint32_t parent;    /* of the row being written */
	enum fact_row kind; /* of the row being written, or ROW_NONE */
	uint16_t attrs;     /* attributes in `row` */
	uint64_t set[(FACT_COUNT + 63) / 64]; /* attributes the row being written has */
	uint32_t count[ROW_COUNT];            /* rows of each kind in this batch */
	bool dropped; /* the row being written is refused: too many of its kind */
	bool loose;   /* rows may lack attributes: a fragment, not a scan */
};

/* The longest value that is kept; what is beyond is replaced by a note of the length. */
enum { FACT_VALUE_MAX = 8192 };

/* `in` must live as long as `facts`. */
void facts_init(struct facts *facts, struct entry_id entry, const char *in);
void facts_free(struct facts *facts);

/*
 * Begins a row and returns its serial, by which child rows name it as their parent. `parent` is 0
 * for a row directly below a group. When an entry has more rows of one kind than the limit, the row
 * and its attributes are dropped, the issue FACTS_COUNT is noted once and its sources get a gap.
 */
uint32_t facts_row(struct facts *facts, enum fact_row kind, uint32_t parent);

/* Attributes of the row being written. Text is made clean; NULL sets nothing. */
void facts_text(struct facts *facts, enum fact_attr attr, const char *value);
void facts_bytes(struct facts *facts, enum fact_attr attr, const void *bytes, size_t len);
/* Text that is clean already, such as the path of an entry: its escapes are not escaped again. */
void facts_clean(struct facts *facts, enum fact_attr attr, const char *value);
void facts_int(struct facts *facts, enum fact_attr attr, int64_t value);
void facts_bool(struct facts *facts, enum fact_attr attr, bool value);
void facts_hex(struct facts *facts, enum fact_attr attr, const void *bytes, size_t len);

/* The attribute should be there and could not be read. */
void facts_unread(struct facts *facts, enum fact_attr attr);

/* A diagnostic about this entry. `why` names field and reason; `at` may be AT_NONE. */
void facts_issue(struct facts *facts, enum diag code, uint64_t at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* `source` could not read this entry, or all of it. Not for STATUS_COMPLETE. */
void facts_gap(struct facts *facts, enum source source, enum source_status status, enum diag code);

/* The same for every source in the bits of `sources`. */
void facts_gaps(struct facts *facts, uint32_t sources, enum source_status status, enum diag code);

/*
 * The thread's last failure becomes an issue, and every source in the bits of `sources` gets a gap
 * whose status follows from the kind of the failure.
 */
void facts_fault(struct facts *facts, uint32_t sources);

/* Ends the row being written. Call before the rows are sent. */
void facts_finish(struct facts *facts);

#endif
