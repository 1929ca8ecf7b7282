/*
 * vocabulary.h - the names that facts have (vocabulary.def), as enumerations and tables.
 */
#ifndef PARASOL_FACTS_VOCABULARY_H
#define PARASOL_FACTS_VOCABULARY_H

#include "base/fault.h"

enum source {
#define SOURCE(id, name, meaning) SOURCE_##id,
#include "facts/vocabulary.def"
	SOURCE_COUNT
};

#define BIT(id) (1U << SOURCE_##id)

/* Elements: groups and rows share one numbering, so that a path is a chain of parents. */
enum fact_row {
#define GROUP(id, name, parent) ROW_GROUP_##id,
#define ROW(id, name, parent, sources, meaning) ROW_##id,
#include "facts/vocabulary.def"
	ROW_COUNT,
	ROW_NONE = ROW_COUNT
};

enum fact_attr {
#define ATTR(row, id, name, type, flags, meaning) FACT_##row##_##id,
#include "facts/vocabulary.def"
	FACT_COUNT
};

enum fact_type { TYPE_STRING, TYPE_INT, TYPE_BOOL, TYPE_DAY, TYPE_VERSION };
enum fact_flags { FACT_ALWAYS = 1, FACT_SOMETIMES = 2, FACT_KEY = 4, FACT_SHOWN = 8 };

enum source_status {
	STATUS_COMPLETE, /* everything it could read was read */
	STATUS_ABSENT,   /* the bundle holds nothing for it to read */
	STATUS_PARTIAL,
	STATUS_UNSUPPORTED,
	STATUS_LIMIT,
	STATUS_ERROR /* the worst; they are ordered */
};

struct row_info {
	const char *name;
	enum fact_row parent; /* ROW_NONE for the document element */
	bool group;
	uint32_t sources; /* bits of the sources that can write it */
	const char *meaning;
};

struct attr_info {
	const char *name;
	enum fact_row row;
	enum fact_type type;
	unsigned flags;
	const char *meaning;
};

extern const struct row_info fact_rows[ROW_COUNT];
extern const struct attr_info fact_attrs[FACT_COUNT];
extern const char *const source_names[SOURCE_COUNT];
extern const char *const source_meanings[SOURCE_COUNT];

const char *source_status_name(enum source_status status);

/* The status that a diagnostic of this kind gives its source. */
enum source_status source_status_of(enum fault_kind kind);

/* The child element of `parent` with a name, or ROW_NONE. With ROW_NONE as parent: "facts". */
enum fact_row vocabulary_child(enum fact_row parent, const char *name, size_t len);

/* The attribute of a row with a name, or FACT_COUNT. */
enum fact_attr vocabulary_attr(enum fact_row row, const char *name, size_t len);

/* Writes the path of a row, such as "/facts/keys/key", to `out`; returns `out`. */
const char *vocabulary_path(enum fact_row row, char *out, size_t room);

/* The declared name closest to a wrong one, among a row's children or attributes; NULL if none is
 * near. */
const char *vocabulary_near(enum fact_row row, bool attribute, const char *name, size_t len);

#endif
