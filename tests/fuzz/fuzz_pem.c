/* fuzz_pem.c - the search for PEM blocks, and what is decoded from them. */
#include "base/digest.h"
#include "formats/keys.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct entry entry = {.path = "a.pem", .name = "a.pem", .name_len = 5};
	struct arena arena;
	struct facts facts;
	struct inspection inspection = {.entry = &entry, .arena = &arena, .facts = &facts};
	struct cursor body = cursor_over(data, size, DIAG_ARCHIVE_DATA);

	if (!started && (!digest_start().ok || !keys_start().ok))
		abort();
	started = true;
	arena_init(&arena, 64 << 20);
	facts_init(&facts, entry.id, entry.path);
	(void)format_pem.bid(&entry, body);
	if (!format_pem.inspect(&inspection, body).ok)
		facts_fault(&facts, format_pem.sources);
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
	return 0;
}
