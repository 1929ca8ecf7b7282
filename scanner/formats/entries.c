/* entries.c - the row of every entry. */
#include "formats/entries.h"

#include <string.h>
#include <strings.h>

void entry_facts(struct facts *facts, const struct entry *entry, const char *kind, uint64_t size,
                 const uint8_t sha256[32])
{
	facts_row(facts, ROW_ENTRY, 0);
	facts_clean(facts, FACT_ENTRY_IN, entry->path);
	facts_text(facts, FACT_ENTRY_KIND, kind);
	facts_int(facts, FACT_ENTRY_SIZE, (int64_t)size);
	if (entry->packed)
		facts_int(facts, FACT_ENTRY_PACKED, (int64_t)entry->packed);
	facts_hex(facts, FACT_ENTRY_SHA256, sha256, 32);
}

static bool ends(const struct entry *entry, const char *ending)
{
	size_t len = strlen(ending);

	return entry->name_len >= len &&
	       strncasecmp(entry->name + entry->name_len - len, ending, len) == 0;
}

bool entry_name_ends(const struct entry *entry, const char *const *endings)
{
	for (; *endings; endings++)
		if (ends(entry, *endings))
			return true;
	return false;
}

bool entry_is_signature_block(const struct entry *entry)
{
	static const char *const endings[] = {".rsa", ".dsa", ".ec", NULL};
	static const char folder[] = "META-INF/";

	return entry->name_len > sizeof folder - 1 &&
	       strncasecmp(entry->name, folder, sizeof folder - 1) == 0 &&
	       !memchr(entry->name + sizeof folder - 1, '/',
	               entry->name_len - (sizeof folder - 1)) &&
	       entry_name_ends(entry, endings);
}
