/* select_types.c - what the selecting language lets be compared, tested and called. */
#include "policy/select_parse.h"

#include <string.h>

static const char *const class_names[] = {"a condition", "rows",          "text",
                                          "a number",    "true or false", "a list"};

static bool is_attr(const struct select_node *node)
{
	return node->kind == SELECT_PATH && node->attr != FACT_COUNT;
}

static bool is_count(const struct select_node *node)
{
	return node->kind == SELECT_CALL && node->function == CALL_COUNT;
}

static bool is_constant(const struct select_node *node)
{
	if (node->kind == SELECT_CALL) {
		for (const struct select_node *part = node->args; part; part = part->next) {
			if (!is_constant(part))
				return false;
		}
		return true;
	}
	return node->kind != SELECT_PATH;
}

/* A bool parameter: a profile switches a part of a rule on with it. */
static bool is_switch(const struct select_node *node)
{
	return node->kind == SELECT_PARAM && node->class == CLASS_TRUTH;
}

static bool ordering(enum select_operator operator)
{
	return operator!= OP_EQUAL && operator!= OP_UNEQUAL;
}

/* A text literal beside @flag or a bool parameter must be 'true' or 'false'. */
static RESULT check_truth(const struct select_node *truth, const struct select_node *other)
{
	if (other->class == CLASS_TRUTH)
		return OK;
	if (other->kind == SELECT_STRING &&
	    (strncmp(other->text + 1, "true", strlen(other->text) - 2) == 0 ||
	     strncmp(other->text + 1, "false", strlen(other->text) - 2) == 0) &&
	    (strlen(other->text) == 6 || strlen(other->text) == 7))
		return OK;
	SELECT_FAIL(other->column, "%s%s is true or false; compare it with 'true' or 'false'",
	            is_attr(truth) ? "@" : "$",
	            is_attr(truth) ? fact_attrs[truth->attr].name : truth->text);
}

static RESULT check_list(const struct select_node *node, const struct select_node *list,
                         const struct select_node *other)
{
	if (other->class != CLASS_TEXT || is_constant(other))
		SELECT_FAIL(node->column, "the list $%s is compared with a text attribute",
		            list->text);
	if (node->operator!= OP_EQUAL)
		SELECT_FAIL(node->column,
		            "a list is compared with '='; for none of its items "
		            "write not(@name = $%s)",
		            list->text);
	return OK;
}

static RESULT check_order(const struct select_node *node, const struct select_node *side)
{
	if (side->class == CLASS_NUMBER)
		return OK;
	if (is_attr(side))
		SELECT_FAIL(node->column, "'<' and '>' need numbers, and @%s is %s%s",
		            fact_attrs[side->attr].name, class_names[side->class],
		            fact_attrs[side->attr].type == TYPE_VERSION
		                    ? "; use version-compare(@version, '1.2') < 0"
		                    : "");
	SELECT_FAIL(node->column, "'<' and '>' need numbers, and one side is %s",
	            class_names[side->class]);
}

static RESULT check_classes(const struct select_node *left, const struct select_node *right)
{
	if (left->class == CLASS_TRUTH)
		return check_truth(left, right);
	if (right->class == CLASS_TRUTH)
		return check_truth(right, left);
	if (left->class != right->class)
		SELECT_FAIL(left->column, "%s is compared with %s%s", class_names[left->class],
		            class_names[right->class],
		            left->class == CLASS_NUMBER && right->kind == SELECT_STRING
		                    ? "; write the number without quotes"
		                    : "");
	return OK;
}

/* version-compare gives an order only, and a count must stand beside something that is one value.
 */
static RESULT check_counts(const struct select_node *left, const struct select_node *right)
{
	const struct select_node *other = is_count(left) ? right : left;

	if (!is_count(left) && !is_count(right))
		return OK;
	if (is_count(other) || (is_attr(other) && other->steps) || other->kind == SELECT_CALL)
		SELECT_FAIL(left->column, "a count is compared with a number, a parameter or an "
		                          "attribute of the same row");
	return OK;
}

struct result select_type_compare(struct select_node *node)
{
	const struct select_node *left = node->args, *right = left->next;

	node->class = CLASS_CONDITION;
	if (left->class <= CLASS_ROWS || right->class <= CLASS_ROWS)
		SELECT_FAIL(node->column, "%s cannot be compared; name an attribute, or count()",
		            class_names[left->class <= CLASS_ROWS ? left->class : right->class]);
	if (is_constant(left) && is_constant(right) && !is_switch(left) && !is_switch(right))
		SELECT_FAIL(node->column, "both sides are constant; compare an attribute");
	if (left->class == CLASS_LIST)
		return check_list(node, left, right);
	if (right->class == CLASS_LIST)
		return check_list(node, right, left);
	if (ordering(node->operator)) {
		TRY(check_order(node, left));
		TRY(check_order(node, right));
	}
	TRY(check_classes(left, right));
	return check_counts(left, right);
}

/* An argument of a string function is one value: text, or a text attribute of the row itself. */
static RESULT check_text(const struct select_node *arg)
{
	if (arg->kind == SELECT_PATH && arg->steps)
		SELECT_FAIL(arg->column, "string functions take an attribute of the row itself; "
		                         "write row[contains(@name, 'x')]");
	if (arg->class == CLASS_LIST)
		SELECT_FAIL(arg->column, "the list $%s is compared with '=' only", arg->text);
	if (arg->class != CLASS_TEXT)
		SELECT_FAIL(arg->column, "text is needed here, and this is %s",
		            class_names[arg->class]);
	return OK;
}

/*
 * Patterns are POSIX extended regular expressions without what makes matching slow or dependent on
 * the locale: ASCII only, no back references, counts of at most 64.
 */
static RESULT check_pattern(const struct select_node *arg)
{
	if (arg->kind != SELECT_STRING &&
	    !(arg->kind == SELECT_PARAM && arg->param && arg->param->type == PARAM_STRING))
		SELECT_FAIL(arg->column, "a pattern is a text or a string parameter");
	if (arg->kind == SELECT_PARAM)
		return OK;
	size_t len = strlen(arg->text);
	if (len > 258)
		SELECT_FAIL(arg->column, "a pattern has at most 256 bytes");
	for (size_t i = 1; i + 1 < len; i++) {
		if ((unsigned char)arg->text[i] > 126)
			SELECT_FAIL(arg->column, "a pattern is ASCII");
		if (arg->text[i] == '\\' && strchr("123456789wWsSbB<>`'", arg->text[i + 1]))
			SELECT_FAIL(arg->column, "'\\%c' is not allowed in a pattern",
			            arg->text[i + 1]);
		if (arg->text[i] == '\\')
			i++;
	}
	return OK;
}

static RESULT check_versions(const struct select_node *call)
{
	for (const struct select_node *arg = call->args; arg; arg = arg->next) {
		TRY(check_text(arg));
		if (is_attr(arg) && fact_attrs[arg->attr].type != TYPE_VERSION)
			SELECT_FAIL(arg->column, "@%s is not a version",
			            fact_attrs[arg->attr].name);
	}
	return OK;
}

static RESULT check_strings(const struct select_node *call)
{
	for (const struct select_node *arg = call->args; arg; arg = arg->next)
		TRY(check_text(arg));
	if (is_constant(call))
		SELECT_FAIL(call->column, "every argument is constant; name an attribute");
	return OK;
}

struct result select_type_call(struct select_node *node)
{
	static const enum select_class classes[] = {
		CLASS_NUMBER, CLASS_CONDITION, CLASS_CONDITION, CLASS_CONDITION, CLASS_CONDITION,
		CLASS_TEXT,   CLASS_NUMBER,    CLASS_NUMBER,    CLASS_NUMBER};

	node->class = classes[node->function];
	if (node->function == CALL_COUNT) {
		if (node->args->class != CLASS_ROWS)
			SELECT_FAIL(node->args->column, "count() takes a path that ends at rows");
		return OK;
	}
	if (node->function == CALL_VERSION_COMPARE)
		return check_versions(node);
	TRY(check_strings(node));
	return node->function == CALL_MATCHES ? check_pattern(node->args->next) : OK;
}

struct result select_type_condition(const struct select_node *node)
{
	if (node->class == CLASS_CONDITION || node->class == CLASS_ROWS)
		return OK;
	/* a list alone asks whether it has items */
	if (node->class == CLASS_LIST)
		return OK;
	if (!is_attr(node))
		SELECT_FAIL(node->column, "a condition is needed, and this is %s",
		            class_names[node->class]);
	if (node->class == CLASS_TRUTH && (fact_attrs[node->attr].flags & FACT_ALWAYS))
		SELECT_FAIL(node->column, "@%s is always there; compare it with 'true' or 'false'",
		            fact_attrs[node->attr].name);
	return OK;
}
