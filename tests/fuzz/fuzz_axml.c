/* fuzz_axml.c - binary XML, and the facts of a manifest made of it. */
#include "formats/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entry entry = {.path = "AndroidManifest.xml", .name = "AndroidManifest.xml"};
	struct inspection inspection = {.entry = &entry, .module = "base"};
	struct facts facts;
	struct arena arena;

	arena_init(&arena, 256 << 20);
	facts_init(&facts, (struct entry_id){0}, entry.path);
	inspection.arena = &arena;
	inspection.facts = &facts;
	struct result result =
		format_manifest.inspect(&inspection, cursor_over(data, size, DIAG_SYSTEM));
	if (!result.ok)
		facts_fault(&facts, format_manifest.sources);
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
	return 0;
}
