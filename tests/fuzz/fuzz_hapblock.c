/*
 * fuzz_hapblock.c - a HarmonyOS package around the input, which is its signature block: sub-blocks,
 * SignedData, certificates, content digest and profile.
 */
#include <stdlib.h>

#include "../unit/zipmake.h"
#include "base/digest.h"
#include "formats/json.h"
#include "formats/keys.h"
#include "intake/limits.h"
#include "signing/hap.h"

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

static void judge(const struct container *container, struct cursor file, struct facts *facts)
{
	struct arena arena;
	struct inspection inspection = {.arena = &arena, .facts = facts, .module = "base"};
	struct hap *hap = hap_open(container, file);

	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < hap_jobs(hap); i++)
		hap_run(hap, i);
	const struct scheme *scheme = hap_judge(hap);
	if (scheme->verified != !scheme->refusals.count)
		abort();
	facts->loose = true;
	hap_facts(hap, &inspection, facts_row(facts, ROW_SIGNING, 0));
	facts_finish(facts);
	hap_close(hap);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zipmake zip = {0};
	struct container *container;
	struct facts facts;

	start();
	zipmake_add(&zip, &(struct zipmake_entry){
				  .name = "module.json",
				  .data = "{\"app\":{\"bundleName\":\"com.example.bank\"}}",
				  .behind = (const char *)data,
				  .behind_len = size});
	zipmake_end(&zip);
	limit_reset(zip.out.len);
	facts_init(&facts, (struct entry_id){0}, "");
	if (container_open(zip.out.data, zip.out.len, "", NULL, (struct entry_id){0}, &facts,
	                   &container)
	            .ok) {
		judge(container, cursor_over(zip.out.data, zip.out.len, DIAG_ZIP_TRUNCATED),
		      &facts);
		container_close(container);
	}
	facts_free(&facts);
	zipmake_free(&zip);
	return 0;
}
