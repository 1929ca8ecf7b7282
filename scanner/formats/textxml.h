/*
 * textxml.h - text XML met in bundles: whether it is well formed, and what it tries.
 *
 * A filter of our own goes over the text before any XML library sees it, since a library expands
 * what it is given: entity declarations are refused, and depth, attributes and names are bounded.
 * Only then does libxml2 check that the document is well formed (Extensible Markup Language 1.0);
 * it builds no tree, loads nothing and expands nothing.
 */
#ifndef PARASOL_FORMATS_TEXTXML_H
#define PARASOL_FORMATS_TEXTXML_H

#include "formats/format.h"

/*
 * Checks a document. External identifiers become issues XML_EXTERNAL_ENTITY in `facts`. Fails with
 * the XML_ diagnostics, or LIMIT_ENTRY above the limit for text XML.
 */
RESULT textxml_check(struct cursor body, struct facts *facts);

/* True if the bytes begin like text XML, in UTF-8 or UTF-16. */
bool textxml_begins(struct cursor body);

extern const struct format format_textxml;

#endif
