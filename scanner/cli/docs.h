/* docs.h - the documents that are made from tables: docs/facts.md, docs/limits.md. */
#ifndef PARASOL_CLI_DOCS_H
#define PARASOL_CLI_DOCS_H

#include "base/text.h"

/* Every source, row and attribute of the facts document, and every diagnostic. */
void docs_facts(struct text *out);

/* Every limit. */
void docs_limits(struct text *out);

#endif
