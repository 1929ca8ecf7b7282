/*
 * doc.h - the facts document: every row that was found, in order, and how far each source came.
 *
 * Rows are kept compactly; XML is made only of the rows that are asked for. Rows stand in the order
 * of the entries they come from, so the document does not depend on threads.
 */
#ifndef PARASOL_FACTS_DOC_H
#define PARASOL_FACTS_DOC_H

#include <libxml/tree.h>
#include <libxml/xpath.h>

#include "base/arena.h"
#include "facts/facts.h"

struct fact_doc;

struct fact_doc *fact_doc_new(void);
void fact_doc_free(struct fact_doc *doc);

/* Only these sources (BIT()s) were asked for: the document says nothing of how far others came. */
void fact_doc_ask(struct fact_doc *doc, uint32_t sources);

/* Adds a batch as the worker sent it; validates everything. Fails with WORKER_RECORD. */
RESULT fact_doc_add(struct fact_doc *doc, const void *batch, size_t len);

/* Adds the rows that facts.h has written in this process. */
void fact_doc_add_facts(struct fact_doc *doc, struct facts *facts);

/*
 * The source has run to its end over everything it was given. Until this is said of a source, its
 * status is error, whatever rows it sent.
 */
void fact_doc_source_done(struct fact_doc *doc, enum source source, enum source_status status);

/* Sorts rows and works out the status of every source; call once, after the last batch. */
void fact_doc_finish(struct fact_doc *doc);

/*
 * Another document's word is taken for what some sources (BIT()s) say: the rows, issues and gaps of
 * these sources are replaced by those of `other`, whose batches are taken over. Both are finished
 * documents; so is the result. Rows of kind `kept` stay those of `doc`. The rows in `more` are added.
 */
void fact_doc_adopt(struct fact_doc *doc, struct fact_doc *other, uint32_t sources,
                    enum fact_row kept, struct facts *more);

enum source_status fact_doc_source(const struct fact_doc *doc, enum source source);

/* A whole facts document from XML text (an example of a control, a stored document). For tests of
 * packs: a source is complete unless /facts/sources says otherwise. Fails with USAGE and a line. */
RESULT fact_doc_parse(const char *xml, size_t len, struct fact_doc **out);
RESULT fact_doc_from_node(xmlNode *facts, struct fact_doc **out);

/*
 * The XML of all rows whose bit is set in `rows` (ROW_COUNT booleans; NULL means all), with their
 * parents and groups. Every group is there even if it is empty. The caller frees it with
 * xmlFreeDoc.
 */
xmlDoc *fact_doc_xml(const struct fact_doc *doc, const bool *rows);

/* SHA-256, hexadecimal, over all rows and source states. */
void fact_doc_digest(const struct fact_doc *doc, char out[65]);

size_t fact_doc_count(const struct fact_doc *doc, enum fact_row row);

/*
 * The value of an attribute in the first row of its kind, NULL if there is none. For the summary of
 * a result; packs use XPath.
 */
const char *fact_doc_value(const struct fact_doc *doc, enum fact_attr attr);

/* Visits rows of one kind in order. `value(row, attr)` is NULL where the row has no such attribute.
 */
struct doc_row;
const struct doc_row *fact_doc_first(const struct fact_doc *doc, enum fact_row kind);
const struct doc_row *fact_doc_next(const struct fact_doc *doc, const struct doc_row *row);
const char *doc_row_value(const struct fact_doc *doc, const struct doc_row *row,
                          enum fact_attr attr);

#endif
