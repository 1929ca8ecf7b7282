/* companion.c - see companion.h. */
#include "facts/companion.h"

#include <stdlib.h>
#include <string.h>

struct pair {
	const char *name, *value;
};

struct pairs {
	struct pair *items;
	size_t count, room;
};

static void pairs_add(struct pairs *pairs, const char *name, const char *value)
{
	if (pairs->count == pairs->room) {
		pairs->room = pairs->room ? pairs->room * 2 : 64;
		pairs->items = reallocarray(pairs->items, pairs->room, sizeof *pairs->items);
		if (!pairs->items)
			fault_out_of_memory();
	}
	pairs->items[pairs->count++] = (struct pair){name, value ? value : ""};
}

static int compare_pairs(const void *left, const void *right)
{
	return strcmp(((const struct pair *)left)->name, ((const struct pair *)right)->name);
}

/* All rows of a kind, by one attribute, with another. */
static struct pairs collect(const struct fact_doc *doc, enum fact_row kind, enum fact_attr name,
                            enum fact_attr value)
{
	struct pairs pairs = {0};

	for (const struct doc_row *row = fact_doc_first(doc, kind); row;
	     row = fact_doc_next(doc, row)) {
		const char *text = doc_row_value(doc, row, name);
		if (text)
			pairs_add(&pairs, text, doc_row_value(doc, row, value));
	}
	if (pairs.count)
		qsort(pairs.items, pairs.count, sizeof *pairs.items, compare_pairs);
	return pairs;
}

static const struct pair *find(const struct pairs *pairs, const char *name)
{
	struct pair wanted = {name, NULL};

	return pairs->count ? bsearch(&wanted, pairs->items, pairs->count, sizeof *pairs->items,
	                              compare_pairs)
	                    : NULL;
}

static bool ends(const char *text, const char *ending)
{
	size_t len = strlen(text), size = strlen(ending);

	return len >= size && strcmp(text + len - size, ending) == 0;
}

/* What a packing product may change. */
static bool is_changeable(const char *path)
{
	return ends(path, ".dex") || ends(path, ".so") || ends(path, ".class") ||
	       strncmp(path, "META-INF/", 9) == 0 || strcmp(path, "AndroidManifest.xml") == 0 ||
	       strstr(path, "!/") != NULL;
}

/*
 * The companion's paths begin with its own name. Empty files are alike everywhere and prove
 * nothing.
 */
static void compare_entries(const struct fact_doc *release, const struct fact_doc *before,
                            const char *name, int64_t *compared, int64_t *equal)
{
	static const char empty[] =
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	struct pairs ours = collect(release, ROW_ENTRY, FACT_ENTRY_IN, FACT_ENTRY_SHA256);
	struct pairs theirs = collect(before, ROW_ENTRY, FACT_ENTRY_IN, FACT_ENTRY_SHA256);
	struct text path = {0};

	for (size_t i = 0; i < ours.count; i++) {
		if (is_changeable(ours.items[i].name) || strcmp(ours.items[i].value, empty) == 0)
			continue;
		++*compared;
		path.len = 0;
		text_printf(&path, "%s!/%s", name, ours.items[i].name);
		const struct pair *other = find(&theirs, path.data);
		*equal += other && strcmp(other->value, ours.items[i].value) == 0;
	}
	text_free(&path);
	free(ours.items);
	free(theirs.items);
}

static bool same_value(const struct fact_doc *a, const struct fact_doc *b, enum fact_attr attr)
{
	const char *left = fact_doc_value(a, attr), *right = fact_doc_value(b, attr);

	return left && right && strcmp(left, right) == 0;
}

static void put_difference(struct facts *facts, uint32_t row, const char *kind, const char *name,
                           const char *change)
{
	facts_row(facts, ROW_DIFFERENCE, row);
	facts_text(facts, FACT_DIFFERENCE_KIND, kind);
	facts_clean(facts, FACT_DIFFERENCE_NAME, name);
	facts_text(facts, FACT_DIFFERENCE_CHANGE, change);
}

static void missing_in(struct facts *facts, uint32_t row, const char *kind,
                       const struct pairs *from, const struct pairs *in, const char *change)
{
	for (size_t i = 0; i < from->count; i++)
		if (!find(in, from->items[i].name))
			put_difference(facts, row, kind, from->items[i].name, change);
}

static void compare_rows(struct facts *facts, uint32_t row, const struct fact_doc *release,
                         const struct fact_doc *before, const char *kind, enum fact_row rows,
                         enum fact_attr name)
{
	struct pairs ours = collect(release, rows, name, name);
	struct pairs theirs = collect(before, rows, name, name);

	missing_in(facts, row, kind, &ours, &theirs, "added");
	missing_in(facts, row, kind, &theirs, &ours, "removed");
	free(ours.items);
	free(theirs.items);
}

static void compare_manifests(struct facts *facts, uint32_t row, const struct fact_doc *release,
                              const struct fact_doc *before)
{
	for (int attr = 0; attr < FACT_COUNT; attr++) {
		const char *ours, *theirs;
		if (fact_attrs[attr].row != ROW_MANIFEST || attr == FACT_MANIFEST_IN)
			continue;
		ours = fact_doc_value(release, (enum fact_attr)attr);
		theirs = fact_doc_value(before, (enum fact_attr)attr);
		if ((ours || theirs) && (!ours || !theirs || strcmp(ours, theirs) != 0))
			put_difference(facts, row, "manifest", fact_attrs[attr].name,
			               !theirs ? "added" : !ours ? "removed" : "changed");
	}
	compare_rows(facts, row, release, before, "component", ROW_COMPONENT, FACT_COMPONENT_NAME);
	compare_rows(facts, row, release, before, "permission", ROW_PERMISSION,
	             FACT_PERMISSION_NAME);
}

static const char *signers(const struct fact_doc *release, const struct fact_doc *before)
{
	if (!fact_doc_value(before, FACT_SIGNER_SHA256))
		return "none";
	return same_value(release, before, FACT_SIGNER_SHA256) ? "same" : "other";
}

/* Why the link is not proved; NULL if it is. */
static const char *doubt(const struct fact_doc *release, const struct fact_doc *before,
                         int64_t compared, int64_t equal)
{
	if (!same_value(release, before, FACT_MANIFEST_PACKAGE))
		return "package";
	if (!same_value(release, before, FACT_MANIFEST_VERSION_CODE))
		return "version";
	if (!compared || equal * 100 < compared * COMPANION_SHARE)
		return "entries";
	if (fact_doc_first(before, ROW_HIDDEN_CODE) || !fact_doc_first(before, ROW_UNIT))
		return "hidden";
	return NULL;
}

static void put_number(struct facts *facts, enum fact_attr attr, const char *number)
{
	if (number)
		facts_int(facts, attr, strtoll(number, NULL, 10));
}

bool companion_link(struct fact_doc *release, struct fact_doc *before, const char *name)
{
	int64_t compared = 0, equal = 0;
	struct facts facts;

	compare_entries(release, before, name, &compared, &equal);
	const char *reason = doubt(release, before, compared, equal);
	facts_init(&facts, (struct entry_id){0}, "");
	uint32_t row = facts_row(&facts, ROW_COMPANION, 0);
	facts_text(&facts, FACT_COMPANION_NAME, name);
	facts_clean(&facts, FACT_COMPANION_SHA256, fact_doc_value(before, FACT_BUNDLE_SHA256));
	put_number(&facts, FACT_COMPANION_SIZE, fact_doc_value(before, FACT_BUNDLE_SIZE));
	facts_bool(&facts, FACT_COMPANION_PROVED, !reason);
	facts_text(&facts, FACT_COMPANION_REASON, reason);
	facts_clean(&facts, FACT_COMPANION_PACKAGE, fact_doc_value(before, FACT_MANIFEST_PACKAGE));
	put_number(&facts, FACT_COMPANION_VERSION_CODE,
	           fact_doc_value(before, FACT_MANIFEST_VERSION_CODE));
	facts_int(&facts, FACT_COMPANION_COMPARED, compared);
	facts_int(&facts, FACT_COMPANION_EQUAL, equal);
	facts_text(&facts, FACT_COMPANION_SIGNER, signers(release, before));
	compare_manifests(&facts, row, release, before);
	fact_doc_adopt(release, before, reason ? 0 : BIT(CODE), ROW_HIDDEN_CODE, &facts);
	facts_free(&facts);
	return !reason;
}
