/*
 * pattern.c - the regular expressions of matches(): POSIX extended ones, as glibc reads them.
 *
 * They are compiled and run in the C locale, so that a verdict does not depend on the user's. The
 * type rules of the selecting language refuse back references, which alone make glibc's matcher
 * backtrack; a large or nested repeat count, which makes its automaton large, is refused here. A
 * pattern is found anywhere in the text unless it has anchors.
 */
#include "policy/evaluate.h"

#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct pattern {
	regex_t regex;
	locale_t locale;
};

/* The product of all repeat counts bounds the automaton. */
static RESULT check_repeats(const char *text)
{
	unsigned long product = 1;

	for (const char *at = text; *at; at++) {
		char *end;
		if (*at == '\\' && at[1]) {
			at++;
			continue;
		}
		if (*at != '{' || at[1] < '0' || at[1] > '9')
			continue;
		unsigned long count = strtoul(at + 1, &end, 10);
		if (*end == ',' && end[1] >= '0' && end[1] <= '9') {
			unsigned long most = strtoul(end + 1, NULL, 10);
			count = most > count ? most : count;
		}
		ENSURE(count <= 256, PACK_XPATH, AT_NONE,
		       "the repeat count %lu of a pattern is above 256", count);
		product *= count ? count : 1;
		ENSURE(product <= 4096, PACK_XPATH, AT_NONE,
		       "the repeat counts of a pattern multiply to more than 4096");
	}
	return OK;
}

struct result pattern_open(const char *text, struct pattern **out)
{
	char why[200];

	ENSURE(strlen(text) <= 256, PACK_XPATH, AT_NONE, "a pattern has at most 256 bytes");
	TRY(check_repeats(text));
	struct pattern *pattern = calloc(1, sizeof *pattern);
	if (!pattern)
		fault_out_of_memory();
	pattern->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(pattern->locale);
	int status = regcomp(&pattern->regex, text, REG_EXTENDED | REG_NOSUB);
	if (status)
		regerror(status, &pattern->regex, why, sizeof why);
	uselocale(before);
	if (status) {
		freelocale(pattern->locale);
		free(pattern);
		FAIL(PACK_XPATH, AT_NONE, "the pattern '%.100s' is not valid: %s", text, why);
	}
	*out = pattern;
	return OK;
}

bool pattern_found(const struct pattern *pattern, const char *text)
{
	locale_t before = uselocale(pattern->locale);
	bool found = regexec(&pattern->regex, text, 0, NULL, 0) == 0;

	uselocale(before);
	return found;
}

void pattern_close(struct pattern *pattern)
{
	if (!pattern)
		return;
	regfree(&pattern->regex);
	freelocale(pattern->locale);
	free(pattern);
}
