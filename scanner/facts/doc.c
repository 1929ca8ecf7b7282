/* doc.c - the facts document: batches are kept as they came, and an index over their rows. */
#include "facts/doc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "facts/records.h"

/* Gaps of one source that are listed one by one; its status counts all of them. */
enum { GAPS_MAX = 200 };

struct batch {
	struct entry_id id;
	size_t order; /* of arrival, among equal ids */
	char *bytes;
	size_t len;
	bool adopted; /* from another document: only rows of the sources that were adopted count */
};

struct doc_row {
	enum fact_row kind;
	uint32_t attr_bytes;
	uint16_t attr_count;
	const uint8_t *attrs;
	size_t parent; /* index of the parent row, or SIZE_MAX */
	size_t next;   /* index of the next row of this kind, or SIZE_MAX */
};

struct fact_doc {
	struct batch *batches;
	size_t batch_count, batch_room;
	struct doc_row *rows;
	size_t row_count, row_room;
	size_t first[ROW_COUNT], last[ROW_COUNT], count[ROW_COUNT];
	uint32_t unasked;                      /* BIT()s of sources that nobody wants to know of */
	enum source_status done[SOURCE_COUNT]; /* what the source said of itself */
	enum source_status status[SOURCE_COUNT]; /* with its gaps */
	uint32_t adopted;       /* BIT()s of sources that another document speaks for */
	enum fact_row kept;     /* a kind that it does not speak for all the same */
	size_t own_batches;     /* without that of the sources, which is made last */
	bool finished;
};

struct fact_doc *fact_doc_new(void)
{
	struct fact_doc *doc = calloc(1, sizeof *doc);

	if (!doc)
		fault_out_of_memory();
	for (int i = 0; i < SOURCE_COUNT; i++)
		doc->done[i] = doc->status[i] = STATUS_ERROR;
	for (int i = 0; i < ROW_COUNT; i++)
		doc->first[i] = doc->last[i] = SIZE_MAX;
	return doc;
}

void fact_doc_free(struct fact_doc *doc)
{
	if (!doc)
		return;
	for (size_t i = 0; i < doc->batch_count; i++)
		free(doc->batches[i].bytes);
	free(doc->batches);
	free(doc->rows);
	free(doc);
}

/* Makes room for one more item of `size` bytes in an array. */
static void *grow(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room ? *room * 2 : 16;
	void *grown = reallocarray(array, *room, size);
	if (!grown)
		fault_out_of_memory();
	return grown;
}

static void keep_batch(struct fact_doc *doc, struct entry_id id, const void *bytes, size_t len)
{
	char *copy = malloc(len ? len : 1);

	if (!copy)
		fault_out_of_memory();
	if (len)
		memcpy(copy, bytes, len);
	doc->batches = grow(doc->batches, doc->batch_count, &doc->batch_room, sizeof *doc->batches);
	doc->batches[doc->batch_count] =
		(struct batch){.id = id, .order = doc->batch_count, .bytes = copy, .len = len};
	doc->batch_count++;
}

struct result fact_doc_add(struct fact_doc *doc, const void *batch, size_t len)
{
	struct cursor rows;
	struct entry_id id;

	TRY(batch_check(batch, len));
	TRY(batch_open(batch, len, &id, &rows));
	keep_batch(doc, id, rows.data, rows.size);
	return OK;
}

void fact_doc_add_facts(struct fact_doc *doc, struct facts *facts)
{
	facts_finish(facts);
	keep_batch(doc, facts->entry, facts->rows.data, facts->rows.len);
}

void fact_doc_ask(struct fact_doc *doc, uint32_t sources)
{
	doc->unasked = ~sources;
}

void fact_doc_source_done(struct fact_doc *doc, enum source source, enum source_status status)
{
	doc->done[source] = status;
}

/*
 * The bundle's own entries before those of containers in it, so that the first manifest is that of
 * the bundle; entries in the order of their container.
 */
static int by_entry(const void *left, const void *right)
{
	const struct batch *a = left, *b = right;

	if (a->id.depth != b->id.depth)
		return a->id.depth < b->id.depth ? -1 : 1;
	for (uint32_t i = 0; i < a->id.depth; i++) {
		if (a->id.at[i] != b->id.at[i])
			return a->id.at[i] < b->id.at[i] ? -1 : 1;
	}
	return a->order < b->order ? -1 : 1;
}

static void index_row(struct fact_doc *doc, const struct record *record, size_t parent)
{
	size_t at = doc->row_count;
	enum fact_row kind = record->kind;

	doc->rows = grow(doc->rows, at, &doc->row_room, sizeof *doc->rows);
	doc->rows[at] = (struct doc_row){.kind = kind,
	                                 .attr_bytes = (uint32_t)record->attrs.size,
	                                 .attr_count = record->count,
	                                 .attrs = record->attrs.data,
	                                 .parent = parent,
	                                 .next = SIZE_MAX};
	if (doc->first[kind] == SIZE_MAX)
		doc->first[kind] = at;
	else
		doc->rows[doc->last[kind]].next = at;
	doc->last[kind] = at;
	doc->count[kind]++;
	doc->row_count++;
}

static const char *record_value(const struct record *record, uint16_t wanted)
{
	struct cursor attrs = record->attrs;
	const char *value;
	uint16_t attr;
	size_t len;

	for (uint16_t i = 0; i < record->count; i++) {
		if (!record_attr(&attrs, &attr, &value, &len).ok)
			return NULL;
		if (attr == wanted)
			return value;
	}
	return NULL;
}

static enum source_status status_named(const char *name)
{
	for (int status = STATUS_COMPLETE; status < STATUS_ERROR; status++) {
		if (name && strcmp(name, source_status_name((enum source_status)status)) == 0)
			return (enum source_status)status;
	}
	return STATUS_ERROR;
}

/* Gaps wait until all sources are known; they become children of their source's row. */
struct gaps {
	struct record *list[SOURCE_COUNT];
	size_t count[SOURCE_COUNT], room[SOURCE_COUNT];
};

static void keep_gap(struct fact_doc *doc, struct gaps *gaps, const struct record *record)
{
	uint32_t source = record->parent;
	const char *name = record_value(record, FACT_GAP_STATUS);
	enum source_status status = status_named(name);

	if (status > doc->status[source])
		doc->status[source] = status;
	if (gaps->count[source] >= GAPS_MAX)
		return;
	gaps->list[source] = grow(gaps->list[source], gaps->count[source], &gaps->room[source],
	                          sizeof **gaps->list);
	gaps->list[source][gaps->count[source]++] = *record;
}

static bool is_about(const struct fact_doc *doc, const struct record *record)
{
	enum diag code;
	const char *name = record->kind == ROW_ISSUE ? record_value(record, FACT_ISSUE_CODE) : NULL;

	if (record->kind == ROW_GAP)
		return doc->adopted >> record->parent & 1;
	if (name)
		return diag_find(name, &code) && strncmp(name, "CODE_HIDDEN", 11) != 0 &&
		       doc->adopted & BIT(CODE) &&
		       (strncmp(name, "DEX_", 4) == 0 || strncmp(name, "CLASS_", 6) == 0 ||
		        strncmp(name, "CODE_", 5) == 0);
	return fact_rows[record->kind].sources && record->kind != doc->kept &&
	       !(fact_rows[record->kind].sources & ~doc->adopted);
}

/* Where another document speaks for a source, this one is silent, and the other on all else. */
static bool is_silent(const struct fact_doc *doc, const struct batch *batch,
                      const struct record *record)
{
	return doc->adopted && is_about(doc, record) != batch->adopted;
}

static void index_batch(struct fact_doc *doc, const struct batch *batch, struct gaps *gaps)
{
	struct cursor rows = cursor_over(batch->bytes, batch->len, DIAG_WORKER_RECORD);
	size_t room = 0, count = 0;
	size_t *serials = NULL; /* row index by serial */
	struct record record;

	while (cursor_left(&rows) && record_next(&rows, &record).ok) {
		if (gaps && is_silent(doc, batch, &record)) {
			if (record.serial) {
				serials = grow(serials, count, &room, sizeof *serials);
				serials[count++] = SIZE_MAX;
			}
			continue;
		}
		if (record.kind == ROW_GAP && gaps) {
			keep_gap(doc, gaps, &record);
			continue;
		}
		size_t parent = record.parent ? serials[record.parent - 1] : SIZE_MAX;
		if (record.serial) {
			serials = grow(serials, count, &room, sizeof *serials);
			serials[count++] = doc->row_count;
		}
		index_row(doc, &record, parent);
	}
	free(serials);
}

/* The rows of /facts/sources, which are made here and come last. */
static void index_sources(struct fact_doc *doc, struct gaps *gaps)
{
	struct facts facts;

	facts_init(&facts, (struct entry_id){0}, "");
	facts.loose = true; /* a gap that a lying worker sent may lack what it should have */
	for (int source = 0; source < SOURCE_COUNT; source++) {
		if (doc->unasked >> source & 1)
			continue;
		uint32_t serial = facts_row(&facts, ROW_SOURCE, 0);
		facts_text(&facts, FACT_SOURCE_NAME, source_names[source]);
		facts_text(&facts, FACT_SOURCE_STATUS, source_status_name(doc->status[source]));
		for (size_t i = 0; i < gaps->count[source]; i++) {
			const struct record *gap = &gaps->list[source][i];
			facts_row(&facts, ROW_GAP, serial);
			facts_clean(&facts, FACT_GAP_IN, record_value(gap, FACT_GAP_IN));
			facts_clean(&facts, FACT_GAP_STATUS, record_value(gap, FACT_GAP_STATUS));
			facts_clean(&facts, FACT_GAP_CODE, record_value(gap, FACT_GAP_CODE));
		}
	}
	fact_doc_add_facts(doc, &facts);
	index_batch(doc, &doc->batches[doc->batch_count - 1], NULL);
	facts_free(&facts);
}

void fact_doc_finish(struct fact_doc *doc)
{
	struct gaps gaps = {0};

	if (doc->finished)
		return;
	doc->finished = true;
	memcpy(doc->status, doc->done, sizeof doc->status);
	if (doc->batch_count)
		qsort(doc->batches, doc->batch_count, sizeof *doc->batches, by_entry);
	for (size_t i = 0; i < doc->batch_count; i++)
		index_batch(doc, &doc->batches[i], &gaps);
	doc->own_batches = doc->batch_count;
	index_sources(doc, &gaps);
	for (int source = 0; source < SOURCE_COUNT; source++)
		free(gaps.list[source]);
}

static void unfinish(struct fact_doc *doc)
{
	while (doc->batch_count > doc->own_batches)
		free(doc->batches[--doc->batch_count].bytes);
	doc->row_count = 0;
	for (int i = 0; i < ROW_COUNT; i++) {
		doc->first[i] = doc->last[i] = SIZE_MAX;
		doc->count[i] = 0;
	}
	doc->finished = false;
}

void fact_doc_adopt(struct fact_doc *doc, struct fact_doc *other, uint32_t sources,
                    enum fact_row kept, struct facts *more)
{
	unfinish(doc);
	fact_doc_add_facts(doc, more);
	doc->adopted = sources;
	doc->kept = kept;
	for (size_t i = 0; sources && i < other->own_batches; i++) {
		struct batch *batch = &other->batches[i];
		keep_batch(doc, batch->id, batch->bytes, batch->len);
		doc->batches[doc->batch_count - 1].adopted = true;
	}
	for (int source = 0; source < SOURCE_COUNT; source++)
		if (sources >> source & 1)
			doc->done[source] = other->done[source];
	fact_doc_finish(doc);
}

enum source_status fact_doc_source(const struct fact_doc *doc, enum source source)
{
	return doc->unasked >> source & 1 ? STATUS_ABSENT : doc->status[source];
}

size_t fact_doc_count(const struct fact_doc *doc, enum fact_row row)
{
	return doc->count[row];
}

const struct doc_row *fact_doc_first(const struct fact_doc *doc, enum fact_row kind)
{
	return doc->first[kind] == SIZE_MAX ? NULL : &doc->rows[doc->first[kind]];
}

const struct doc_row *fact_doc_next(const struct fact_doc *doc, const struct doc_row *row)
{
	return row->next == SIZE_MAX ? NULL : &doc->rows[row->next];
}

static struct record row_record(const struct doc_row *row)
{
	return (struct record){
		.kind = row->kind,
		.count = row->attr_count,
		.attrs = cursor_over(row->attrs, row->attr_bytes, DIAG_WORKER_RECORD)};
}

const char *doc_row_value(const struct fact_doc *doc, const struct doc_row *row,
                          enum fact_attr attr)
{
	struct record record = row_record(row);

	(void)doc;
	return record_value(&record, (uint16_t)attr);
}

const char *fact_doc_value(const struct fact_doc *doc, enum fact_attr attr)
{
	const struct doc_row *row = fact_doc_first(doc, fact_attrs[attr].row);

	return row ? doc_row_value(doc, row, attr) : NULL;
}

static void add_attributes(xmlNode *node, const struct doc_row *row)
{
	struct record record = row_record(row);
	const char *value;
	uint16_t attr;
	size_t len;

	for (uint16_t i = 0; i < record.count; i++) {
		if (!record_attr(&record.attrs, &attr, &value, &len).ok)
			return;
		const char *name = attr == ATTR_UNREAD ? "unread" : fact_attrs[attr].name;
		if (!xmlNewProp(node, (const xmlChar *)name, (const xmlChar *)value))
			fault_out_of_memory();
	}
}

/* A row is made if it is asked for, or if a row below it is. */
static void complete_parents(const bool *asked, bool *wanted)
{
	for (int row = 0; row < ROW_COUNT; row++)
		wanted[row] = !asked || asked[row];
	for (int row = 0; row < ROW_COUNT; row++) {
		enum fact_row up = fact_rows[row].parent;
		for (; wanted[row] && up != ROW_NONE; up = fact_rows[up].parent)
			wanted[up] = true;
	}
}

static xmlNode *new_child(xmlNode *parent, const char *name)
{
	xmlNode *node = xmlNewChild(parent, NULL, (const xmlChar *)name, NULL);

	if (!node)
		fault_out_of_memory();
	return node;
}

static xmlDoc *groups_xml(xmlNode **groups)
{
	xmlDoc *xml = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *root = xml ? xmlNewNode(NULL, (const xmlChar *)"facts") : NULL;

	if (!root)
		fault_out_of_memory();
	xmlDocSetRootElement(xml, root);
	groups[ROW_GROUP_FACTS] = root;
	for (int row = 0; row < ROW_COUNT; row++) {
		if (fact_rows[row].group && row != ROW_GROUP_FACTS)
			groups[row] = new_child(root, fact_rows[row].name);
	}
	return xml;
}

/* A row directly below the document element stands where the vocabulary has it among the groups. */
static xmlNode *new_top(xmlNode **groups, enum fact_row kind)
{
	xmlNode *node = new_child(groups[ROW_GROUP_FACTS], fact_rows[kind].name);

	for (int next = (int)kind + 1; next < ROW_COUNT; next++) {
		if (groups[next])
			return xmlAddPrevSibling(groups[next], node);
	}
	return node;
}

xmlDoc *fact_doc_xml(const struct fact_doc *doc, const bool *rows)
{
	xmlNode *groups[ROW_COUNT] = {0};
	bool wanted[ROW_COUNT];
	xmlNode **nodes = calloc(doc->row_count + 1, sizeof *nodes);

	if (!nodes)
		fault_out_of_memory();
	complete_parents(rows, wanted);
	xmlDoc *xml = groups_xml(groups);
	for (size_t i = 0; i < doc->row_count; i++) {
		const struct doc_row *row = &doc->rows[i];
		if (!wanted[row->kind])
			continue;
		enum fact_row up = fact_rows[row->kind].parent;
		xmlNode *parent = row->parent == SIZE_MAX ? groups[up] : nodes[row->parent];
		nodes[i] = up == ROW_GROUP_FACTS ? new_top(groups, row->kind)
		                                 : new_child(parent, fact_rows[row->kind].name);
		add_attributes(nodes[i], row);
	}
	free(nodes);
	xmlXPathOrderDocElems(xml);
	return xml;
}

void fact_doc_digest(const struct fact_doc *doc, char out[65])
{
	struct digest_stream *stream = digest_open(DIGEST_SHA256);
	uint8_t raw[DIGEST_MAX];

	for (size_t i = 0; i < doc->batch_count; i++) {
		uint8_t head[4 + 4 * ENTRY_DEPTH_MAX] = {0};
		const struct batch *batch = &doc->batches[i];
		head[0] = (uint8_t)batch->id.depth;
		for (uint32_t at = 0; at < 4 * batch->id.depth; at++)
			head[4 + at] = (uint8_t)(batch->id.at[at / 4] >> 8 * (at % 4));
		digest_add(stream, head, 4 + 4 * batch->id.depth);
		digest_add(stream, batch->bytes, batch->len);
	}
	size_t size = digest_close(stream, raw);
	for (size_t i = 0; i < size; i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
}
