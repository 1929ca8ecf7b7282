/*
 * version.c - the order of version numbers, and ranges of them.
 *
 * A version is a run of numbers and words; everything else only separates them. Numbers are
 * compared as numbers of any length, a missing one counts as 0. A word that announces a release
 * (alpha, beta, rc, snapshot ...) comes before no word, any other after it ("1.1.1w" is after
 * "1.1.1"). What follows '+' is the build and has no order (Semantic Versioning 2.0.0, 10).
 */
#include "policy/evaluate.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct part {
	enum { PART_EARLY, PART_END, PART_NUMBER, PART_WORD } kind;
	const char *text;
	size_t len;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool announces(const char *text, size_t len)
{
	static const char *const words[] = {"alpha",    "beta",      "rc", "pre",
	                                    "preview",  "dev",       "m",  "cr",
	                                    "snapshot", "milestone", "ea"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i]) == len && strncasecmp(words[i], text, len) == 0)
			return true;
	}
	return false;
}

static struct part next_part(const char **at)
{
	struct part part = {.kind = PART_END};
	const char *c = *at;

	while (*c && *c != '+' && !is_digit(*c) && !is_letter(*c))
		c++;
	if (!*c || *c == '+') {
		*at = c;
		return part;
	}
	bool number = is_digit(*c);
	part.text = c;
	while (number ? is_digit(*c) : is_letter(*c))
		c++;
	part.len = (size_t)(c - part.text);
	part.kind = number ? PART_NUMBER : announces(part.text, part.len) ? PART_EARLY : PART_WORD;
	while (number && part.len > 1 && *part.text == '0') {
		part.text++;
		part.len--;
	}
	*at = c;
	return part;
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static bool is_zero(const struct part *part)
{
	return part->kind == PART_NUMBER && part->len == 1 && *part->text == '0';
}

static int compare_parts(const struct part *a, const struct part *b)
{
	if ((a->kind == PART_END && is_zero(b)) || (b->kind == PART_END && is_zero(a)))
		return 0;
	/* "1.1.1w" against "1.1.1.2": a number is more than a word */
	if (a->kind != b->kind) {
		static const int rank[] = {0, 1, 3, 2};
		return sign(rank[a->kind] - rank[b->kind]);
	}
	if (a->kind == PART_NUMBER && a->len != b->len)
		return a->len < b->len ? -1 : 1;
	size_t shorter = a->len < b->len ? a->len : b->len;
	int order = a->kind == PART_NUMBER ? strncmp(a->text, b->text, shorter)
	                                   : strncasecmp(a->text, b->text, shorter);
	return order ? sign(order) : (a->len > b->len) - (a->len < b->len);
}

int version_compare(const char *left, const char *right)
{
	for (;;) {
		struct part a = next_part(&left), b = next_part(&right);

		if (a.kind == PART_END && b.kind == PART_END)
			return 0;
		int order = compare_parts(&a, &b);
		if (order)
			return order;
	}
}

/* One comparator such as ">=0.1"; moves behind it. */
static bool comparator(const char **range, const char *version, bool *holds)
{
	const char *at = *range;
	bool less = *at == '<', more = *at == '>', equal;
	char bound[32];
	size_t len = 0;

	at += less || more;
	equal = *at == '=';
	at += equal;
	while (at[len] && at[len] != ' ')
		len++;
	if (!(less || more || equal) || !is_digit(*at) || len >= sizeof bound)
		return false;
	memcpy(bound, at, len);
	bound[len] = '\0';
	int order = version_compare(version, bound);
	*holds = *holds && ((equal && order == 0) || (less && order < 0) || (more && order > 0));
	*range = at + len;
	return true;
}

static bool read_range(const char *range, const char *version, bool *holds)
{
	bool any = false;

	*holds = true;
	for (;;) {
		while (*range == ' ')
			range++;
		if (!*range)
			return any;
		if (!comparator(&range, version, holds))
			return false;
		any = true;
	}
}

bool version_within(const char *version, const char *range)
{
	bool holds;

	return read_range(range, version, &holds) && holds;
}

bool version_range(const char *range)
{
	bool holds;

	return read_range(range, "0", &holds);
}
