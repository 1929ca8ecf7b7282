/*
 * select_parse.c - reads the selecting language into a tree.
 *
 * Recursive descent; every way down passes through `deeper`, so depth is bounded, and every node
 * through `node_new`, so size is bounded. Names are looked up as they are read: a step or attribute
 * that the vocabulary lacks is an error with the nearest name that it has.
 */
#include "policy/select_parse.h"

#include <string.h>

static RESULT parse_or(struct select_parser *p, enum fact_row row, struct select_node **out);

static void skip_space(struct select_parser *p)
{
	while (p->pos < p->len && strchr(" \t\r\n", p->text[p->pos]))
		p->pos++;
}

static bool at(const struct select_parser *p, const char *token)
{
	size_t len = strlen(token);

	return p->len - p->pos >= len && memcmp(p->text + p->pos, token, len) == 0;
}

static bool take(struct select_parser *p, const char *token)
{
	skip_space(p);
	if (!at(p, token))
		return false;
	p->pos += strlen(token);
	return true;
}

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool name_char(char c)
{
	return name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* The length of the name at the position; 0 if there is none. */
static size_t name_len(const struct select_parser *p)
{
	size_t len = 0;

	if (p->pos < p->len && name_start(p->text[p->pos])) {
		while (p->pos + len < p->len && name_char(p->text[p->pos + len]))
			len++;
	}
	return len;
}

static bool take_word(struct select_parser *p, const char *word)
{
	skip_space(p);
	if (name_len(p) != strlen(word) || !at(p, word))
		return false;
	p->pos += strlen(word);
	return true;
}

static RESULT expect(struct select_parser *p, const char *token)
{
	if (take(p, token))
		return OK;
	if (p->pos == p->len)
		SELECT_FAIL(p->pos + 1, "the expression ends where '%s' is needed", token);
	SELECT_FAIL(p->pos + 1, "'%s' is needed before '%c'", token,
	            p->text[p->pos] > ' ' && p->text[p->pos] < 127 ? p->text[p->pos] : '?');
}

static RESULT deeper(struct select_parser *p)
{
	if (++p->depth > SELECT_DEPTH_MAX)
		SELECT_FAIL(p->pos + 1, "nested deeper than %d", SELECT_DEPTH_MAX);
	return OK;
}

static RESULT node_new(struct select_parser *p, enum select_kind kind, struct select_node **out)
{
	if (++p->nodes > SELECT_ATOMS_MAX)
		SELECT_FAIL(p->pos + 1, "more than %d operands and operators", SELECT_ATOMS_MAX);
	ALLOC(*out, p->arena, 1);
	(*out)->kind = kind;
	(*out)->column = p->pos + 1;
	(*out)->attr = FACT_COUNT;
	return OK;
}

/* What XPath has and this language has not, with what to write instead. */
static RESULT refuse_foreign(const struct select_parser *p)
{
	static const struct {
		const char *token, *advice;
	} foreign[] = {
		{"//", "name every step from /facts on"},
		{"..", "put the condition on the outer row"},
		{"*", "name the row"},
		{".", "name an attribute"},
		{"::", "only child steps and @attributes exist"},
		{"|", "write a step for each path"},
	};

	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		if (at(p, foreign[i].token))
			SELECT_FAIL(p->pos + 1, "'%s' is not part of the selecting language; %s",
			            foreign[i].token, foreign[i].advice);
	}
	return OK;
}

static RESULT unknown_name(const struct select_parser *p, enum fact_row row, bool attribute,
                           size_t len)
{
	char path[128] = "the document";
	const char *name = p->text + p->pos;
	int shown = len > 60 ? 60 : (int)len;
	const char *near;

	if (row == ROW_NONE)
		SELECT_FAIL(p->pos + 1, "a path begins with /facts, not /%.*s", shown, name);
	vocabulary_path(row, path, sizeof path);
	near = vocabulary_near(row, attribute, name, len);
	SELECT_FAIL(p->pos + 1, "%s has no %s '%.*s'%s%s%s", path, attribute ? "attribute" : "row",
	            shown, name, near ? "; did you mean '" : "", near ? near : "",
	            near ? "'?" : "");
}

static RESULT parse_attr(struct select_parser *p, enum fact_row row, enum fact_attr *out)
{
	size_t len;

	skip_space(p);
	len = name_len(p);
	if (!len)
		SELECT_FAIL(p->pos + 1, "an attribute's name is needed after '@'");
	*out = vocabulary_attr(row, p->text + p->pos, len);
	if (*out == FACT_COUNT)
		return unknown_name(p, row, true, len);
	p->pos += len;
	return OK;
}

static RESULT parse_predicates(struct select_parser *p, struct select_step *step)
{
	struct select_node **last = &step->predicates;

	while (take(p, "[")) {
		skip_space(p);
		if (p->pos < p->len && p->text[p->pos] >= '0' && p->text[p->pos] <= '9')
			SELECT_FAIL(p->pos + 1, "positions are not part of the selecting language");
		TRY(parse_or(p, step->row, last));
		TRY(select_type_condition(*last));
		/* a condition may be shared by no other chain, so its `next` is free */
		last = &(*last)->next;
		TRY(expect(p, "]"));
	}
	return OK;
}

static RESULT parse_step(struct select_parser *p, enum fact_row parent, struct select_step **out)
{
	struct select_step *step;
	size_t len;

	skip_space(p);
	TRY(refuse_foreign(p));
	len = name_len(p);
	if (!len)
		SELECT_FAIL(p->pos + 1, "the name of a row is needed");
	ALLOC(step, p->arena, 1);
	step->row = vocabulary_child(parent, p->text + p->pos, len);
	if (step->row == ROW_NONE)
		return unknown_name(p, parent, false, len);
	p->pos += len;
	*out = step;
	return parse_predicates(p, step);
}

/* Steps up to the end of the path; the position is at the first name. */
static RESULT parse_steps(struct select_parser *p, struct select_node *path, enum fact_row row)
{
	struct select_step **last = &path->steps;

	for (;;) {
		skip_space(p);
		if (at(p, "@")) {
			p->pos++;
			TRY(parse_attr(p, row, &path->attr));
			break;
		}
		TRY(parse_step(p, row, last));
		row = (*last)->row;
		last = &(*last)->next;
		if (at(p, "//"))
			return refuse_foreign(p);
		if (!take(p, "/"))
			break;
	}
	path->row = row;
	return OK;
}

static enum select_class class_of_attr(enum fact_attr attr)
{
	static const enum select_class classes[] = {CLASS_TEXT, CLASS_NUMBER, CLASS_TRUTH,
	                                            CLASS_NUMBER, CLASS_TEXT};

	return classes[fact_attrs[attr].type];
}

static RESULT parse_path(struct select_parser *p, enum fact_row context, struct select_node **out)
{
	struct select_node *path;

	skip_space(p);
	TRY(node_new(p, SELECT_PATH, &path));
	TRY(deeper(p));
	if (at(p, "/")) {
		TRY(at(p, "//") ? refuse_foreign(p) : OK);
		p->pos++;
		path->absolute = true;
		context = ROW_NONE;
	}
	TRY(parse_steps(p, path, context));
	p->depth--;
	if (path->attr != FACT_COUNT)
		path->class = class_of_attr(path->attr);
	else if (fact_rows[path->row].group)
		SELECT_FAIL(path->column,
		            "the path ends at the group '%s', which is always there; "
		            "name one of its rows",
		            fact_rows[path->row].name);
	else
		path->class = CLASS_ROWS;
	*out = path;
	return OK;
}

static RESULT parse_string(struct select_parser *p, struct select_node **out)
{
	const char *start = p->text + p->pos;
	const char *end = memchr(start + 1, *start, p->len - p->pos - 1);
	struct select_node *node;

	if (!end)
		SELECT_FAIL(p->pos + 1, "the text that begins here has no closing quote");
	TRY(node_new(p, SELECT_STRING, &node));
	node->text = arena_copy(p->arena, start, (size_t)(end - start) + 1);
	if (!node->text)
		return FAILED;
	node->class = CLASS_TEXT;
	p->pos = (size_t)(end - p->text) + 1;
	*out = node;
	return OK;
}

static RESULT parse_number(struct select_parser *p, struct select_node **out)
{
	struct select_node *node;
	size_t len = p->text[p->pos] == '-';

	while (p->pos + len < p->len && p->text[p->pos + len] >= '0' &&
	       p->text[p->pos + len] <= '9')
		len++;
	if (len > 15 || (len == 1 && p->text[p->pos] == '-'))
		SELECT_FAIL(p->pos + 1, "a number has 1 to 15 digits");
	if (p->pos + len < p->len && p->text[p->pos + len] == '.')
		SELECT_FAIL(p->pos + 1, "numbers are whole");
	TRY(node_new(p, SELECT_NUMBER, &node));
	node->text = arena_copy(p->arena, p->text + p->pos, len);
	if (!node->text)
		return FAILED;
	node->class = CLASS_NUMBER;
	p->pos += len;
	*out = node;
	return OK;
}

static const struct param *find_param(const struct select_names *names, const char *name,
                                      size_t len)
{
	for (size_t i = 0; names && i < names->count; i++) {
		const char *other = names->params[i]->name;

		if (strlen(other) == len && memcmp(other, name, len) == 0)
			return names->params[i];
	}
	return NULL;
}

/* The day of the assessment has two spellings and needs no declaration. */
static bool is_as_of(const char *name, size_t len)
{
	return (len == 5 && memcmp(name, "as-of", 5) == 0) ||
	       (len == 9 && memcmp(name, "as-of-day", 9) == 0);
}

/* $as-of-plus-NAME: the day that lies as many days after the assessment as the parameter says. */
static RESULT parse_days_on(struct select_parser *p, const char *name, size_t len,
                            struct select_node *node)
{
	size_t head = strlen(PARAMS_DAYS_ON);

	if (len > head && memcmp(name, PARAMS_DAYS_ON, head) == 0)
		node->param = find_param(p->names, name + head, len - head);
	if (!node->param)
		SELECT_FAIL(node->column, "no parameter '$%.*s' is declared",
		            len > 60 ? 60 : (int)len, name);
	if (node->param->type != PARAM_INT)
		SELECT_FAIL(node->column, "$%.*s counts days, and $%s is no whole number",
		            len > 60 ? 60 : (int)len, name, node->param->name);
	node->text = arena_copy(p->arena, name, len);
	return node->text ? OK : FAILED;
}

static RESULT parse_param(struct select_parser *p, struct select_node **out)
{
	static const enum select_class classes[] = {CLASS_NUMBER, CLASS_TRUTH, CLASS_TEXT,
	                                            CLASS_LIST, CLASS_NUMBER};
	struct select_node *node;
	size_t len;

	TRY(node_new(p, SELECT_PARAM, &node));
	p->pos++;
	len = name_len(p);
	if (!len)
		SELECT_FAIL(p->pos + 1, "a parameter's name is needed after '$'");
	const char *name = p->text + p->pos;
	node->param = find_param(p->names, name, len);
	node->class = node->param ? classes[node->param->type] : CLASS_NUMBER;
	node->text = node->param ? node->param->name : "as-of";
	if (!node->param && !is_as_of(name, len))
		TRY(parse_days_on(p, name, len, node));
	p->pos += len;
	*out = node;
	return OK;
}

static enum select_function function_of(const char *name, size_t len)
{
	static const char *const names[] = {"count",           "contains",      "starts-with",
	                                    "ends-with",       "matches",       "lower-case",
	                                    "version-compare", "string-length", "number"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return (enum select_function)i;
	}
	return CALL_UNKNOWN;
}

static RESULT parse_operand(struct select_parser *p, enum fact_row row, struct select_node **out);

/* The arguments of a function, up to and with the closing parenthesis. */
static RESULT parse_arguments(struct select_parser *p, enum fact_row row, struct select_node *call)
{
	static const unsigned wants[] = {1, 2, 2, 2, 2, 1, 2, 1, 1};
	struct select_node **last = &call->args;

	for (unsigned i = 0; i < wants[call->function]; i++) {
		if (i)
			TRY(expect(p, ","));
		TRY(parse_operand(p, row, last));
		last = &(*last)->next;
	}
	TRY(expect(p, ")"));
	return select_type_call(call);
}

static RESULT parse_call(struct select_parser *p, enum fact_row row, size_t len,
                         struct select_node **out)
{
	const char *name = p->text + p->pos;
	enum select_function function = function_of(name, len);
	struct select_node *call;

	if (function == CALL_UNKNOWN)
		SELECT_FAIL(p->pos + 1, "the selecting language has no function '%.*s'",
		            len > 60 ? 60 : (int)len, name);
	TRY(node_new(p, SELECT_CALL, &call));
	call->function = function;
	p->pos += len;
	TRY(expect(p, "("));
	TRY(deeper(p));
	TRY(parse_arguments(p, row, call));
	p->depth--;
	*out = call;
	return OK;
}

static RESULT parse_operand(struct select_parser *p, enum fact_row row, struct select_node **out)
{
	skip_space(p);
	if (p->pos == p->len)
		SELECT_FAIL(p->pos + 1, "the expression ends where an operand is needed");
	char c = p->text[p->pos];
	if (c == '\'' || c == '"')
		return parse_string(p, out);
	if ((c >= '0' && c <= '9') || c == '-')
		return parse_number(p, out);
	if (c == '$')
		return parse_param(p, out);
	size_t len = name_len(p), after = p->pos + len;
	while (after < p->len && p->text[after] == ' ')
		after++;
	if (len && after < p->len && p->text[after] == '(')
		return parse_call(p, row, len, out);
	if (len && after + 1 < p->len && p->text[after] == ':' && p->text[after + 1] == ':')
		SELECT_FAIL(p->pos + 1, "axes are not part of the selecting language; only child "
		                        "steps and @attributes exist");
	return parse_path(p, row, out);
}

static bool parse_operator(struct select_parser *p, enum select_operator *out)
{
	/* longer ones first */
	static const struct {
		const char *token;
		enum select_operator operator;
	} operators[] = {{"!=", OP_UNEQUAL}, {"<=", OP_LESS_EQUAL}, {">=", OP_MORE_EQUAL},
	                 {"=", OP_EQUAL},    {"<", OP_LESS},        {">", OP_MORE}};

	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		if (take(p, operators[i].token)) {
			*out = operators[i].operator;
			return true;
		}
	}
	return false;
}

static RESULT parse_comparison(struct select_parser *p, enum fact_row row, struct select_node **out)
{
	struct select_node *left, *node;
	enum select_operator operator;

	TRY(parse_operand(p, row, &left));
	if (!parse_operator(p, &operator)) {
		*out = left;
		return OK;
	}
	TRY(node_new(p, SELECT_COMPARE, &node));
	node->column = left->column;
	node->operator= operator;
	node->args = left;
	TRY(parse_operand(p, row, &left->next));
	*out = node;
	return select_type_compare(node);
}

/* `( condition )`, the position being at the parenthesis. */
static RESULT parse_group(struct select_parser *p, enum fact_row row, struct select_node **out)
{
	TRY(expect(p, "("));
	TRY(deeper(p));
	TRY(parse_or(p, row, out));
	TRY(select_type_condition(*out));
	p->depth--;
	return expect(p, ")");
}

static RESULT parse_atom(struct select_parser *p, enum fact_row row, struct select_node **out)
{
	size_t start = (skip_space(p), p->pos);

	if (at(p, "("))
		return parse_group(p, row, out);
	if (take_word(p, "not") && (skip_space(p), at(p, "("))) {
		TRY(node_new(p, SELECT_NOT, out));
		(*out)->column = start + 1;
		return parse_group(p, row, &(*out)->args);
	}
	p->pos = start;
	return parse_comparison(p, row, out);
}

/* One or several parts joined by a word; a single part stands for itself. */
static RESULT parse_chain(struct select_parser *p, enum fact_row row, enum select_kind kind,
                          struct select_node **out)
{
	struct select_node *first, *chain, **last;
	bool outer = kind == SELECT_OR;

	TRY(outer ? parse_chain(p, row, SELECT_AND, &first) : parse_atom(p, row, &first));
	*out = first;
	if (!take_word(p, outer ? "or" : "and"))
		return OK;
	TRY(node_new(p, kind, &chain));
	TRY(select_type_condition(first));
	/* a group in parentheses may be such a chain itself, so parts hang on nodes of their own */
	chain->args = first;
	last = &first->next;
	do {
		TRY(outer ? parse_chain(p, row, SELECT_AND, last) : parse_atom(p, row, last));
		TRY(select_type_condition(*last));
		last = &(*last)->next;
	} while (take_word(p, outer ? "or" : "and"));
	*out = chain;
	return OK;
}

static RESULT parse_or(struct select_parser *p, enum fact_row row, struct select_node **out)
{
	return parse_chain(p, row, SELECT_OR, out);
}

struct result select_parse_start(struct select_parser *p, struct arena *arena,
                                 const struct select_names *names, const char *text, size_t len)
{
	*p = (struct select_parser){.text = text, .len = len, .arena = arena, .names = names};
	if (len > SELECT_SIZE_MAX)
		SELECT_FAIL(1, "longer than %d bytes", SELECT_SIZE_MAX);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r'))
			SELECT_FAIL(i + 1, "control characters are not allowed");
	}
	return OK;
}

static RESULT finish(struct select_parser *p)
{
	skip_space(p);
	if (p->pos == p->len)
		return OK;
	TRY(refuse_foreign(p));
	SELECT_FAIL(p->pos + 1, "the expression should end here");
}

struct result select_parse_path(struct select_parser *p, struct select_node **out)
{
	skip_space(p);
	if (!at(p, "/")) {
		TRY(refuse_foreign(p));
		SELECT_FAIL(p->pos + 1, "a path that begins with /facts is needed");
	}
	TRY(parse_path(p, ROW_NONE, out));
	TRY(finish(p));
	if ((*out)->attr != FACT_COUNT)
		SELECT_FAIL((*out)->column, "the path must end at rows, not at @%s",
		            fact_attrs[(*out)->attr].name);
	return OK;
}

struct result select_parse_negated(struct select_parser *p, enum fact_row row,
                                   struct select_node **out)
{
	struct select_node *negation;

	TRY(node_new(p, SELECT_NOT, &negation));
	TRY(parse_or(p, row, &negation->args));
	TRY(select_type_condition(negation->args));
	TRY(finish(p));
	*out = negation;
	return OK;
}
