/* fuzz_x509.c - certificates in DER, alone and in signature blocks. */
#include "base/digest.h"
#include "formats/keys.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct entry entry = {.path = "META-INF/A.RSA", .name = "META-INF/A.RSA", .name_len = 14};
	struct arena arena;
	struct facts facts;
	struct inspection inspection = {.entry = &entry, .arena = &arena, .facts = &facts};
	struct cursor body = cursor_over(data, size, DIAG_ARCHIVE_DATA);
	static const struct place place = {.encoding = "der"};

	if (!started && (!digest_start().ok || !keys_start().ok))
		abort();
	started = true;
	arena_init(&arena, 64 << 20);
	facts_init(&facts, entry.id, entry.path);
	if (size % 2)
		x509_facts(&inspection, body, &place);
	else
		x509_signed_facts(&inspection, body, &place);
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
	return 0;
}
