/* finding.c - from rows to findings: fingerprints, what was observed, why it is not known. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "policy/judge.h"

/* Rows inside the row of a finding that are shown with it. */
enum { INNER_MAX = 8 };

/* Open addressing over the first eight bytes of fingerprints; the value is an index plus one. */
struct table {
	struct slot {
		uint64_t key;
		size_t index;
	} * slots;
	size_t mask;
};

static void table_free(struct table *table)
{
	free(table->slots);
}

static size_t *table_find(struct table *table, uint64_t key)
{
	size_t at = (size_t)key & table->mask;

	while (table->slots[at].index && table->slots[at].key != key)
		at = (at + 1) & table->mask;
	table->slots[at].key = key;
	return &table->slots[at].index;
}

static const char *value_of(struct arena *arena, const xmlNode *row, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(row, (const xmlChar *)name);
	const char *copy = NULL;

	if (value)
		copy = arena_copy(arena, value, strlen((const char *)value));
	xmlFree(value);
	return copy;
}

/* The value of an attribute in the row or the nearest row around it. */
static const char *nearest(struct arena *arena, const xmlNode *row, const char *name)
{
	for (; row && row->type == XML_ELEMENT_NODE; row = row->parent) {
		const char *value = value_of(arena, row, name);
		if (value)
			return value;
	}
	return NULL;
}

static void add_keys(struct text *text, const xmlNode *row, enum fact_row kind)
{
	while (kind != ROW_NONE && !fact_rows[kind].group) {
		text_printf(text, "%s\n", fact_rows[kind].name);
		for (int attr = 0; attr < FACT_COUNT; attr++) {
			if (fact_attrs[attr].row != kind || !(fact_attrs[attr].flags & FACT_KEY))
				continue;
			xmlChar *value =
				xmlGetNoNsProp(row, (const xmlChar *)fact_attrs[attr].name);
			text_printf(text, "%s=%s\n", fact_attrs[attr].name,
			            value ? (const char *)value : "");
			xmlFree(value);
		}
		kind = fact_rows[kind].parent;
		row = row->parent;
	}
}

static uint64_t fingerprint(const struct control *control, const struct step *step,
                            const xmlNode *row, const char *in, char out[17])
{
	struct text text = {0};
	uint8_t raw[DIGEST_MAX];
	uint64_t key;

	text_printf(&text, "parasol-finding-1\n%s\n%s\n%s\n", control->id, step->id, in);
	add_keys(&text, row, step->selection->row);
	digest(DIGEST_SHA256, text.data, text.len, raw);
	text_free(&text);
	for (int i = 0; i < 8; i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
	memcpy(&key, raw, sizeof key);
	return key;
}

static bool is_observed(const struct selection *selection, enum fact_row kind, int attr)
{
	return fact_attrs[attr].row == kind &&
	       (fact_attrs[attr].flags & (FACT_KEY | FACT_SHOWN) || selection->attrs[attr]);
}

/* Attributes of one row; those of a row around or inside it get its name before theirs. What a row
 * around it leaves empty is left out. */
static RESULT observe_row(struct arena *arena, struct list *out, const struct selection *selection,
                          const xmlNode *row, enum fact_row kind)
{
	for (int attr = 0; attr < FACT_COUNT; attr++) {
		struct named_value *item;
		char name[96];

		if (!is_observed(selection, kind, attr))
			continue;
		const char *value = value_of(arena, row, fact_attrs[attr].name);
		if (!value || (!*value && kind != selection->row))
			continue;
		snprintf(name, sizeof name, "%s%s%s",
		         kind == selection->row ? "" : fact_rows[kind].name,
		         kind == selection->row ? "" : "/", fact_attrs[attr].name);
		ALLOC(item, arena, 1);
		item->value = value;
		item->name = arena_copy(arena, name, strlen(name));
		TRY(list_add(arena, out, item->name ? item : NULL));
	}
	return OK;
}

static bool looks_at(const struct selection *selection, enum fact_row kind)
{
	for (int attr = 0; attr < FACT_COUNT; attr++) {
		if (fact_attrs[attr].row == kind && selection->attrs[attr])
			return true;
	}
	return false;
}

/* Rows inside a row that the condition rests on: the schemes, where none is good enough. */
static RESULT observe_inner(struct arena *arena, struct list *out,
                            const struct selection *selection, const xmlNode *row)
{
	size_t left = INNER_MAX;

	for (const xmlNode *inner = row->children; inner && left; inner = inner->next) {
		for (int kind = 0; kind < ROW_COUNT; kind++) {
			if (fact_rows[kind].parent != selection->row ||
			    inner->type != XML_ELEMENT_NODE ||
			    strcmp((const char *)inner->name, fact_rows[kind].name) != 0 ||
			    !looks_at(selection, (enum fact_row)kind))
				continue;
			TRY(observe_row(arena, out, selection, inner, (enum fact_row)kind));
			left--;
		}
	}
	return OK;
}

static RESULT observe(struct arena *arena, const struct selection *selection, const xmlNode *row,
                      struct finding *finding)
{
	struct list items = {0};
	enum fact_row kinds[16], kind = selection->row;
	const xmlNode *rows[16], *finding_row = row;
	size_t depth = 0;

	for (; kind != ROW_NONE && !fact_rows[kind].group && depth < 16; depth++) {
		kinds[depth] = kind;
		rows[depth] = row;
		kind = fact_rows[kind].parent;
		row = row->parent;
	}
	while (depth--)
		TRY(observe_row(arena, &items, selection, rows[depth], kinds[depth]));
	TRY(observe_inner(arena, &items, selection, finding_row));
	ALLOC(finding->observed, arena, items.count);
	for (size_t i = 0; i < items.count; i++)
		finding->observed[i] = *(struct named_value *)items.items[i];
	finding->observed_count = items.count;
	return OK;
}

struct collector {
	struct judging *judging;
	const struct control *control;
	const struct step *step;
	struct step_result *out;
	struct table table;
	const char *path;
};

static RESULT describe(struct collector *c, const xmlNode *row, const char *in,
                       struct finding *finding)
{
	struct arena *arena = c->judging->arena;

	finding->row = c->path;
	finding->in = arena_copy(arena, in, strlen(in));
	finding->offset = value_of(arena, row, "offset");
	finding->excerpt = value_of(arena, row, "excerpt");
	return observe(arena, c->step->selection, row, finding);
}

static RESULT add_row(struct collector *c, const xmlNode *row, bool possible)
{
	struct finding finding = {.count = 1, .possible = possible};
	const char *in = nearest(&c->judging->scratch, row, "in");

	in = in ? in : "";
	size_t *index = table_find(&c->table,
	                           fingerprint(c->control, c->step, row, in, finding.fingerprint));
	if (*index) {
		if (*index <= c->out->finding_count)
			c->out->findings[*index - 1].count++;
		return OK;
	}
	*index = ++c->out->findings_total;
	if (c->out->finding_count == FINDINGS_MAX)
		return OK;
	TRY(describe(c, row, in, &finding));
	c->out->findings[c->out->finding_count++] = finding;
	return OK;
}

static RESULT add_rows(struct collector *c, const struct node_list *certain,
                       const struct node_list *possible)
{
	size_t next = 0;

	for (size_t i = 0; i < certain->count; i++)
		TRY(add_row(c, certain->items[i], false));
	for (size_t i = 0; i < possible->count; i++) {
		if (next < certain->count && possible->items[i] == certain->items[next])
			next++;
		else
			TRY(add_row(c, possible->items[i], true));
	}
	return OK;
}

struct result finding_collect(struct judging *judging, const struct control *control,
                              const struct step *step, const struct node_list *certain,
                              const struct node_list *possible, struct step_result *out)
{
	struct collector c = {judging, control, step, out, {0}, NULL};
	size_t rows = certain->count + possible->count, size = 16;
	char path[160];

	if (!rows)
		return OK;
	while (size < rows * 2)
		size *= 2;
	vocabulary_path(step->selection->row, path, sizeof path);
	c.path = arena_copy(judging->arena, path, strlen(path));
	ALLOC(out->findings, judging->arena, rows < FINDINGS_MAX ? rows : FINDINGS_MAX);
	if (!c.path)
		return FAILED;
	DEFER(table_free) struct table table = {calloc(size, sizeof *table.slots), size - 1};
	if (!table.slots)
		fault_out_of_memory();
	c.table = table;
	return add_rows(&c, certain, possible);
}

static void reason_unread(struct judging *judging, const struct selection *selection,
                          struct text *out)
{
	for (int attr = 0; attr < FACT_COUNT; attr++) {
		struct text query = {0};
		char path[160];
		size_t count = 0;

		if (!selection->attrs[attr])
			continue;
		vocabulary_path(fact_attrs[attr].row, path, sizeof path);
		text_printf(&query, "%s[unread('%s')]", path, fact_attrs[attr].name);
		if (evaluate_count(judging->evaluator, query.data, &count).ok && count)
			text_printf(out, "%sunread %s/@%s", out->len ? "; " : "", path,
			            fact_attrs[attr].name);
		text_free(&query);
	}
}

struct result finding_reason(struct judging *judging, const struct selection *selection,
                             const char **out)
{
	struct text reason = {0};

	for (int source = 0; source < SOURCE_COUNT; source++) {
		if (!(selection->sources & judging->incomplete & (1U << source)))
			continue;
		text_printf(
			&reason, "%ssource %s: %s", reason.len ? "; " : "", source_names[source],
			source_status_name(fact_doc_source(judging->facts, (enum source)source)));
	}
	evaluate_refill(judging->evaluator, judging->budget);
	reason_unread(judging, selection, &reason);
	*out = reason.len ? arena_copy(judging->arena, reason.data, reason.len) : NULL;
	bool full = reason.len && !*out;
	text_free(&reason);
	return full ? FAILED : OK;
}
