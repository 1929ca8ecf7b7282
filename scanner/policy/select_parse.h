/* select_parse.h - what the parser and the type rules of the selecting language share. */
#ifndef PARASOL_POLICY_SELECT_PARSE_H
#define PARASOL_POLICY_SELECT_PARSE_H

#include "policy/select.h"

struct select_parser {
	const char *text;
	size_t len, pos;
	unsigned depth;
	size_t nodes;
	struct arena *arena;
	const struct select_names *names;
};

/* Fails at a column with a message. */
#define SELECT_FAIL(column, ...) FAIL(PACK_XPATH, (uint64_t)(column), __VA_ARGS__)

/* Begins with a text that is short enough and has no control characters. */
RESULT select_parse_start(struct select_parser *p, struct arena *arena,
                          const struct select_names *names, const char *text, size_t len);

/* The whole text as an absolute path that ends at rows. */
RESULT select_parse_path(struct select_parser *p, struct select_node **out);

/* not( the whole text ), a condition on rows of a kind. */
RESULT select_parse_negated(struct select_parser *p, enum fact_row row, struct select_node **out);

/* The rules of types: what may be compared, tested, called. They set the class of the node. */
RESULT select_type_compare(struct select_node *node);
RESULT select_type_call(struct select_node *node);
RESULT select_type_condition(const struct select_node *node);

#endif
