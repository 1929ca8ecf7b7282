/* x509lint.c - the table of rules, and how one is run. */
#include <strings.h>
#include <time.h>

#include "formats/x509lintcheck.h"

#define LINT(level, name, scope, check, oid, number, since, until, citation, meaning) \
	{#level "_" #name, LINT_##scope,       since,  until,    lint_##check, \
	 "" oid,           sizeof("" oid) - 1, number, citation, meaning},
#define RFC2459 DATE(1999, 1, 1)
#define RFC3280 DATE(2002, 4, 1)
#define RFC5280 DATE(2008, 5, 1)
#define RFC6818 DATE(2013, 1, 1)
#define BR1 DATE(2012, 7, 1)
#define BR2 DATE(2023, 9, 15)
const struct lint x509lints[] = {
#include "formats/x509lint.def"
};

const size_t x509lints_count = sizeof x509lints / sizeof *x509lints;

const char *x509lint_level(const struct lint *lint)
{
	return lint->id[0] == 'e' ? "error" : lint->id[0] == 'w' ? "warning" : "notice";
}

const char *x509lint_scope(const struct lint *lint)
{
	return lint->scope == LINT_TLS ? "tls" : "any";
}

/* The baseline is about certificates that TLS servers may use, or that CAs of such may. */
static bool is_for_servers(const struct x509 *x)
{
	return !x->has_purposes || !x->purposes.count || PURPOSE(&x->purposes, PURPOSE_SERVER) ||
	       PURPOSE(&x->purposes, PURPOSE_ANY);
}

enum lint_outcome x509lint_run(const struct lint *lint, const struct x509 *certificate)
{
	enum lint_outcome outcome;

	if (lint->scope == LINT_TLS && !is_for_servers(certificate))
		return LINT_AWAY;
	outcome = lint->check(certificate, lint);
	if (outcome == LINT_AWAY || !certificate->has_not_before)
		return outcome;
	if (certificate->not_before.day < lint->since ||
	    (lint->until && certificate->not_before.day >= lint->until))
		return LINT_EARLY;
	return outcome;
}

_Static_assert(sizeof x509lints / sizeof *x509lints <= 64 * X509LINT_WORDS, "one bit a rule");

void x509lint_all(const struct x509 *certificate, uint64_t broken[X509LINT_WORDS])
{
	memset(broken, 0, X509LINT_WORDS * sizeof *broken);
	for (size_t i = 0; i < x509lints_count; i++) {
		if (x509lint_run(&x509lints[i], certificate) == LINT_BROKEN)
			broken[i / 64] |= 1ULL << i % 64;
	}
}

bool lint_has_policy(const struct x509 *x, const char *oid, size_t len)
{
	struct der list, policy, id;

	if (!extension_value(EXTENSION(&x->extensions, EXTENSION_POLICIES), DER_SEQUENCE, &list))
		return false;
	while (cursor_left(&list.body)) {
		if (!der_expect(&list.body, DER_SEQUENCE, "policy", &policy).ok ||
		    !der_expect(&policy.body, DER_OID, "policy", &id).ok)
			return false;
		if (der_is(&id, oid, len))
			return true;
	}
	return false;
}

const struct name_part *lint_attribute(const struct name_parts *name, const char *oid, size_t len)
{
	for (size_t i = 0; i < name->count; i++) {
		if (der_is(&name->list[i].type, oid, len))
			return &name->list[i];
	}
	return NULL;
}

bool lint_starts(const struct cursor *bytes, const char *word)
{
	size_t len = strlen(word);

	return bytes->size >= len && strncasecmp((const char *)bytes->data, word, len) == 0;
}

static void page_day(struct text *out, int64_t day)
{
	char text[32] = "";
	time_t seconds = (time_t)(day * 86400);
	struct tm tm;

	if (day && gmtime_r(&seconds, &tm))
		strftime(text, sizeof text, "%Y-%m-%d", &tm);
	text_printf(out, " %s |", text);
}

void x509lint_page(struct text *out)
{
	text_printf(
		out,
		"# Rules for certificates\n\nMade from `scanner/formats/x509lint.def` by `make "
		"docs`; do not edit. %zu rules.\n\nA rule is judged for certificates issued (their "
		"notBefore) from its first day on. A row `certificate/lint` stands for a\nrule "
		"that "
		"a certificate breaks, if its role makes the rule apply: scope `any` applies to "
		"every certificate,\n`tls` to those with the role `server`, and to CAs that may "
		"issue for TLS servers. Names are those by which the rules are publicly\nknown, so "
		"that results can be compared with other linters.\n\n"
		"| rule | level | scope | from | until | clause | a certificate breaks it when "
		"|\n|---|---|---|---|---|---|---|\n",
		x509lints_count);
	for (size_t i = 0; i < x509lints_count; i++) {
		const struct lint *lint = &x509lints[i];
		text_printf(out, "| `%s` | %s | %s |", lint->id, x509lint_level(lint),
		            x509lint_scope(lint));
		page_day(out, lint->since);
		page_day(out, lint->until);
		text_printf(out, " %s | %s |\n", lint->citation, lint->meaning);
	}
}
