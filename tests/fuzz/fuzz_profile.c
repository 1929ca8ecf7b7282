/* fuzz_profile.c - a provisioning profile: its SignedData, its JSON, its certificate in PEM. */
#include <stdlib.h>

#include "base/digest.h"
#include "formats/keys.h"
#include "formats/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	json_start();
	if (!digest_start().ok || !keys_start().ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entry entry = {.path = "a.p7b", .name = "a.p7b", .name_len = 5};
	struct cursor body = cursor_over(data, size, DIAG_ARCHIVE_DATA);
	struct arena arena;
	struct facts facts;
	struct inspection inspection = {
		.entry = &entry, .arena = &arena, .facts = &facts, .module = "base"};
	struct profile profile;

	start();
	arena_init(&arena, 64 << 20);
	facts_init(&facts, entry.id, entry.path);
	if (profile_bid(body) && format_profile.inspect(&inspection, body).ok &&
	    !facts.count[ROW_PROFILE])
		abort();
	/* the bare form */
	if (profile_read(body, &arena, &profile).ok) {
		(void)profile_lacks(&profile);
		(void)profile_allows(&profile, "com.example.bank");
		profile_close(&profile);
	}
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
	return 0;
}
