/* bytecode.c - DEX and class files are handed to the bundle's codebase. */
#include <string.h>

#include "formats/codebase.h"
#include "formats/entries.h"

static bool is_kind(const struct entry *entry, struct cursor body, const char *const *kinds,
                    const char *const *names)
{
	for (const char *kind = body.data ? content_kind(entry, body) : ""; *kinds; kinds++)
		if (strcmp(kind, *kinds) == 0)
			return true;
	/* a damaged file under its proper name is one all the same */
	return entry_name_ends(entry, names);
}

static bool dex_bid(const struct entry *entry, struct cursor body)
{
	static const char *const kinds[] = {"dex", "cdex", "odex", NULL};
	static const char *const names[] = {".dex", NULL};

	return is_kind(entry, body, kinds, names);
}

static bool class_bid(const struct entry *entry, struct cursor body)
{
	static const char *const kinds[] = {"class", NULL};
	static const char *const names[] = {".class", NULL};

	return is_kind(entry, body, kinds, names);
}

static RESULT dex_inspect(struct inspection *inspection, struct cursor body)
{
	return inspection->codebase ? codebase_dex(inspection, body) : OK;
}

static RESULT class_inspect(struct inspection *inspection, struct cursor body)
{
	return inspection->codebase ? codebase_class(inspection, body) : OK;
}

const struct format format_dex = {
	.name = "dex",
	.sources = BIT(CODE),
	.bid = dex_bid,
	.inspect = dex_inspect,
};

const struct format format_class = {
	.name = "class",
	.sources = BIT(CODE),
	.bid = class_bid,
	.inspect = class_inspect,
};
