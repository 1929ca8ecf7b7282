/* x509lintcheck.h - what the checks of x509lint.def share. */
#ifndef PARASOL_FORMATS_X509LINTCHECK_H
#define PARASOL_FORMATS_X509LINTCHECK_H

#include <string.h>

#include "formats/x509lint.h"

/* Declares every check of the table. */
#define LINT(level, name, scope, check, oid, number, since, until, citation, meaning) \
	enum lint_outcome lint_##check(const struct x509 *x, const struct lint *lint);
#include "formats/x509lint.def"

/* Begins the definition of a check. */
#define CHECK(name) enum lint_outcome lint_##name(const struct x509 *x, const struct lint *lint)

/* Days of dates, as constant expressions. */
#define YEAR(y, m) ((int64_t)(y) - ((m) <= 2))
#define DATE(y, m, d) \
	(YEAR(y, m) * 365 + YEAR(y, m) / 4 - YEAR(y, m) / 100 + YEAR(y, m) / 400 + \
	 (153 * (((m) + 9) % 12) + 2) / 5 + (d)-1 - 719468)

static inline enum lint_outcome lint_broken_if(bool broken)
{
	return broken ? LINT_BROKEN : LINT_HOLDS;
}

static inline bool lint_is_ca(const struct x509 *x)
{
	return x->ca == ANSWER_YES;
}

static inline bool lint_is_root(const struct x509 *x)
{
	return lint_is_ca(x) && x->self_signed == ANSWER_YES;
}

static inline bool lint_is_sub_ca(const struct x509 *x)
{
	return lint_is_ca(x) && x->self_signed != ANSWER_YES;
}

/* A subscriber's certificate, in the words of the baseline. */
static inline bool lint_is_leaf(const struct x509 *x)
{
	return !lint_is_ca(x) && x->self_signed != ANSWER_YES;
}

/* Whom a rule concerns, where its number says so. */
enum { ALL, CA, ROOT, SUB_CA, LEAF };

static inline bool lint_concerns(const struct x509 *x, int64_t whom)
{
	return whom == ALL || (whom == CA && lint_is_ca(x)) || (whom == ROOT && lint_is_root(x)) ||
	       (whom == SUB_CA && lint_is_sub_ca(x)) || (whom == LEAF && lint_is_leaf(x));
}

static inline bool lint_key_is(const struct x509 *x, const char *type)
{
	return strcmp(x->key.type, type) == 0;
}

static inline const struct extension *lint_extension(const struct x509 *x, const struct lint *lint)
{
	return extensions_find(&x->extensions, lint->oid, lint->oid_len);
}

/* The first attribute of a type in a name, or NULL. */
const struct name_part *lint_attribute(const struct name_parts *name, const char *oid, size_t len);
#define ATTRIBUTE(name, oid) lint_attribute(name, oid, sizeof(oid) - 1)

/* True if a certificate policy with an identifier is listed. */
bool lint_has_policy(const struct x509 *x, const char *oid, size_t len);
#define POLICY(x, oid) lint_has_policy(x, oid, sizeof(oid) - 1)
#define POLICY_ANY "\x55\x1d\x20\x00"
#define POLICY_DV "\x67\x81\x0c\x01\x02\x01"
#define POLICY_OV "\x67\x81\x0c\x01\x02\x02"
#define POLICY_IV "\x67\x81\x0c\x01\x02\x03"
#define POLICY_EV "\x67\x81\x0c\x01\x01"

/* Bytes begin with a word, letters of either case alike. */
bool lint_starts(const struct cursor *bytes, const char *word);

/* An IPv4 (4 bytes) or IPv6 (16) address that no host on the internet has (IANA's special-purpose
 * registries). */
bool lint_is_reserved_address(const uint8_t *bytes, size_t len);

/* Reads an address from text; returns its length, 0 if it is none. */
size_t lint_read_address(const struct cursor *text, uint8_t out[16]);

#endif
