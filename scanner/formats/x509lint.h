/*
 * x509lint.h - rules for certificates: RFC 5280 and what it rests on, and the CA/B baseline for
 * certificates of TLS servers and their CAs.
 *
 * x509lint.def holds every rule in one line; its check is a short function in the file of its theme
 * (x509lintext.c extensions, x509linthost.c alternative names, x509lintkey.c keys and their use,
 * x509lintname.c distinguished names, x509linttime.c times and numbers). A rule holds for
 * certificates issued from its day on, and until its last if it was withdrawn. docs/lints.md is
 * made from the table.
 */
#ifndef PARASOL_FORMATS_X509LINT_H
#define PARASOL_FORMATS_X509LINT_H

#include "base/text.h"
#include "formats/x509read.h"

enum lint_outcome {
	LINT_AWAY,  /* the rule is about other certificates */
	LINT_EARLY, /* the certificate was issued when the rule did not hold */
	LINT_HOLDS,
	LINT_BROKEN
};

/* `any` certificate; or `tls`: certificates of TLS servers, and CAs that may issue such. */
enum lint_scope { LINT_ANY, LINT_TLS };

struct lint {
	const char *id; /* the first letter is its level: error (must), warning (should), notice */
	enum lint_scope scope;
	int64_t since, until; /* first day, and the day it ended, since 1970-01-01; 0 for none */
	enum lint_outcome (*check)(const struct x509 *, const struct lint *);
	const char *oid; /* what the check is about: an extension, a purpose, an attribute */
	size_t oid_len;
	int64_t number; /* its threshold */
	const char *citation, *meaning;
};

extern const struct lint x509lints[];
extern const size_t x509lints_count;

/* error, warning or notice; any or tls. */
const char *x509lint_level(const struct lint *lint);
const char *x509lint_scope(const struct lint *lint);

/* Judges one rule; bounded by the size of the certificate. */
enum lint_outcome x509lint_run(const struct lint *lint, const struct x509 *certificate);

/* The rules that a certificate breaks, as bits by their index in the table. */
enum { X509LINT_WORDS = 4 };
void x509lint_all(const struct x509 *certificate, uint64_t broken[X509LINT_WORDS]);

/* The page docs/lints.md. */
void x509lint_page(struct text *out);

#endif
