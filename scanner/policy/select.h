/*
 * select.h - the selecting language of packs: a closed subset of XPath 1.0, typed against the facts
 * vocabulary.
 *
 *   path       := ('/' step)+                                absolute, child steps only
 *   step       := name ('[' condition ']')*
 *   condition  := or; or := and ('or' and)*; and := atom ('and' atom)*
 *   atom       := 'not' '(' or ')' | '(' or ')' | operand (('='|'!='|'<'|'<='|'>'|'>=') operand)?
 *   operand    := @attr | step ('/' step)* ('/' @attr)? | path ('/' @attr)? | 'text' | number
 *               | $param | $as-of-plus-param | count(path) | string-length(x) | number(x)
 *               | lower-case(x) | contains(x, y) | starts-with(x, y) | ends-with(x, y)
 *               | matches(x, 'pattern') | version-compare(x, y)
 *
 * Two rules differ from plain XPath, both in favour of the reader: an absent attribute makes every
 * comparison and string test false, inside functions as well; and what could not be read is unknown
 * (select_print).
 */
#ifndef PARASOL_POLICY_SELECT_H
#define PARASOL_POLICY_SELECT_H

#include "base/text.h"
#include "policy/params.h"

enum {
	SELECT_SIZE_MAX = 8192, /* bytes of an expression */
	SELECT_DEPTH_MAX = 64,  /* parentheses, predicates and functions within each other */
	SELECT_ATOMS_MAX =
		256 /* nodes of the tree: keeps libxml2 far below its own recursion limit */
};

enum select_kind {
	SELECT_OR,
	SELECT_AND,
	SELECT_NOT,
	SELECT_COMPARE,
	SELECT_PATH,
	SELECT_STRING,
	SELECT_NUMBER,
	SELECT_PARAM,
	SELECT_CALL
};

enum select_operator { OP_EQUAL, OP_UNEQUAL, OP_LESS, OP_LESS_EQUAL, OP_MORE, OP_MORE_EQUAL };

enum select_function {
	CALL_COUNT,
	CALL_CONTAINS,
	CALL_STARTS_WITH,
	CALL_ENDS_WITH,
	CALL_MATCHES,
	CALL_LOWER_CASE,
	CALL_VERSION_COMPARE,
	CALL_STRING_LENGTH,
	CALL_NUMBER,
	CALL_UNKNOWN
};

/* What an operand is to a comparison. */
enum select_class {
	CLASS_CONDITION,
	CLASS_ROWS,
	CLASS_TEXT,
	CLASS_NUMBER,
	CLASS_TRUTH, /* true or false, as text */
	CLASS_LIST
};

struct select_step {
	enum fact_row row;
	struct select_node *predicates; /* chained by `next` */
	struct select_step *next;
};

struct select_node {
	enum select_kind kind;
	enum select_class class;
	size_t column;            /* from 1 */
	struct select_node *args; /* OR, AND, NOT, COMPARE, CALL; chained by `next` */
	struct select_node *next;
	enum select_operator operator;
	enum select_function function;
	bool absolute;             /* PATH */
	struct select_step *steps; /* PATH; NULL for a lone @attr */
	enum fact_row row;         /* PATH: the row it ends at */
	enum fact_attr attr;       /* PATH: FACT_COUNT if it ends at rows */
	const char *text; /* STRING with its quotes, NUMBER as written, PARAM the variable */
	const struct param *param; /* PARAM; NULL for the day of the assessment itself */
};

struct selection {
	struct select_node *path; /* absolute, ends at rows */
	struct select_node *main; /* the same without predicates */
	enum fact_row row;        /* that it selects */
	uint32_t main_sources;    /* bits of the sources that can write rows of the main path */
	uint32_t sources;         /* bits of all sources that it touches */
	bool rows[ROW_COUNT];     /* rows that it touches */
	bool attrs[FACT_COUNT];   /* attributes that it looks at */
	struct list params;       /* names, sorted */
	size_t joins;             /* deepest nesting of absolute paths in predicates */
};

enum select_form {
	FORM_PLAIN,    /* as the author reads it */
	FORM_CERTAIN,  /* true only where it holds whatever could not be read */
	FORM_POSSIBLE, /* true where it may hold */
};

struct select_names {
	const struct param *const *params;
	size_t count;
};

/* An absolute path. Fails with PACK_XPATH, `at` being the column. Memory is the arena's. */
RESULT select_path(struct arena *arena, const struct select_names *names, const char *text,
                   size_t len, struct selection **out);

/*
 * What violates `each`: the rows of the path `rows` (also given on its own) for which `condition`
 * does not hold.
 */
RESULT select_each(struct arena *arena, const struct select_names *names, const char *rows,
                   const char *condition, struct selection **all, struct selection **violations);

/*
 * Prints a path for libxml2. `incomplete` has the bits of the sources that did not come to their
 * end: atoms that rest on them and find nothing are unknown. PLAIN and paths without predicates do
 * not depend on it.
 */
void select_print(const struct select_node *path, enum select_form form, uint32_t incomplete,
                  struct text *out);

/* The sources that can write a row. A diagnostic rests on the walk over the entries. */
uint32_t select_row_sources(enum fact_row row);

/* The incomplete sources that a path's atoms and main path rest on. */
uint32_t select_path_sources(const struct select_node *path);

/* Whether an expression is a path of the language, without parameters. Fails like select_path. */
RESULT select_check(const char *expression, size_t len);

/* One line "column 7: ...": the last failure of select_path or select_each. */
void select_explain(struct text *out);

#endif
