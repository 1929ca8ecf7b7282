/* fuzz_keys.c - whole entries in DER: keys of every structure, and key stores. */
#include "base/digest.h"
#include "formats/keys.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct entry entry = {.path = "a", .name = "a", .name_len = 1};
	struct arena arena;
	struct facts facts;
	struct inspection inspection = {.entry = &entry, .arena = &arena, .facts = &facts};
	static const struct place place = {.encoding = "der"};
	struct cursor body = cursor_over(data, size, DIAG_ARCHIVE_DATA);

	if (!started && (!digest_start().ok || !keys_start().ok))
		abort();
	started = true;
	arena_init(&arena, 64 << 20);
	facts_init(&facts, entry.id, entry.path);
	(void)format_der.bid(&entry, body);
	if (!format_der.inspect(&inspection, body).ok)
		facts_fault(&facts, format_der.sources);
	for (int form = 0; form < KEY_FORM_NONE; form++)
		keys_facts(&inspection, body, (enum key_form)form, NULL, &place);
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
	return 0;
}
