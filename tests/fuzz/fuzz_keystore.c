/* fuzz_keystore.c - key stores of every kind; the allowance of rounds bounds what an input costs.
 */
#include "base/digest.h"
#include "formats/keystore.h"

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
	size_t len = 0;

	if (!started && (!digest_start().ok || !keys_start().ok))
		abort();
	started = true;
	keystore_rounds_max = 20000;
	arena_init(&arena, 64 << 20);
	facts_init(&facts, entry.id, entry.path);
	if (jks_bid(body))
		jks_facts(&inspection, body, &place);
	else if (bks_bid(body))
		bks_facts(&inspection, body, &place);
	else if (der_check(body, &len).ok && pkcs12_bid(body))
		pkcs12_facts(&inspection, body, &place);
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
	return 0;
}
