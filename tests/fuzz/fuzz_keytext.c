/* fuzz_keytext.c - keys as strings, in text and in pools of strings. */
#include "base/digest.h"
#include "formats/keystore.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct entry entry = {.path = "a.txt", .name = "a.txt", .name_len = 5};
	struct arena arena;
	struct facts facts;
	struct inspection inspection = {.entry = &entry, .arena = &arena, .facts = &facts};
	struct cursor body = cursor_over(data, size, DIAG_ARCHIVE_DATA);

	if (!started && (!digest_start().ok || !keys_start().ok))
		abort();
	started = true;
	keystore_rounds_max = 20000;
	arena_init(&arena, 64 << 20);
	facts_init(&facts, entry.id, entry.path);
	for (int form = KEYTEXT_LINES; form <= KEYTEXT_POOL; form++)
		if (!keytext_scan(&inspection, body, (enum keytext_form)form).ok)
			facts_fault(&facts, format_keytext.sources);
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
	return 0;
}
