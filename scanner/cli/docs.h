/* docs.h - the documents that are made from tables: docs/facts.md, docs/limits.md,
 * docs/signatures.md. */
#ifndef PARASOL_CLI_DOCS_H
#define PARASOL_CLI_DOCS_H

#include "base/text.h"

/* Every source, row and attribute of the facts document, and every diagnostic. */
void docs_facts(struct text *out);

/* Every reason to refuse a signature, and what Android's own verifier calls it. */
void docs_signatures(struct text *out);

/* Every limit. */
void docs_limits(struct text *out);

#endif
