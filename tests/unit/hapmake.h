/*
 * hapmake.h - signed HarmonyOS packages for tests: made from a recipe, opened and judged.
 */
#ifndef PARASOL_TESTS_HAPMAKE_H
#define PARASOL_TESTS_HAPMAKE_H

#include "probe.h"

#include "intake/limits.h"
#include "intake/zipview.h"
#include "make_bundle/make_bundle.h"
#include "make_bundle/sign_hap.h"
#include "signing/hap.h"
#include "signing/hapblock.h"

#define KEYS "tests/signatures/keys"

/* A sub-block of a literal. */
#define PART(type, literal) \
	((struct hap_part){type, {(char *)(uintptr_t)(literal), sizeof(literal) - 1, 0}})

/* The authority of the program; keys that every test shares. */
static struct hap_pki pki;

/* A package under test, from its recipe to its scheme. */
struct package {
	struct text zip, json, profile;
	struct hap_profile says;
	struct hap_signed profile_signed;
	struct hap_recipe recipe;
	bool bare, unprofiled, large;
	const char *app_id, *entry;
	/* judged */
	struct container *container;
	struct hap *hap;
	const struct scheme *scheme;
	struct probe probe;
};

static inline void prepare(struct package *p)
{
	*p = (struct package){
		.says = {.allowed = &pki.party[HAP_APP]},
		.profile_signed = {.pki = &pki, .signer = HAP_PROFILES},
		.recipe = {.signature = {.pki = &pki, .signer = HAP_APP}},
		.app_id = "com.example.bank",
		.entry = "module.json",
	};
}

static inline void zip_make(struct package *p)
{
	struct zip_maker zip = {0};
	struct text manifest = {0}, large = {0};

	text_printf(&manifest,
	            strcmp(p->entry, "pack.info")
	                    ? "{\"app\":{\"bundleName\":\"%s\"},\"module\":{\"name\":\"entry\"}}"
	                    : "{\"summary\":{\"app\":{\"bundleName\":\"%s\"}}}",
	            p->app_id);
	for (int i = 0; i < (p->large ? 9 << 20 : 1 << 14) / 16; i++)
		text_printf(&large, "%015d\n", i);
	zip_maker_add(&zip, p->entry, &manifest, true);
	zip_maker_add(&zip, "libs/arm64-v8a/libentry.so", &large, false);
	assert_true(zip_maker_write(&zip, &p->zip).ok);
	zip_maker_free(&zip);
}

static inline void sign(struct package *p)
{
	zip_make(p);
	hap_profile_json(&p->says, &p->json);
	if (p->bare)
		text_add(&p->profile, p->json.data, p->json.len);
	else
		assert_true(hap_signed_data(&p->profile_signed, &p->json, &p->profile).ok);
	if (!p->unprofiled)
		p->recipe.profile = p->profile;
	assert_true(sign_hap(&p->zip, &p->recipe).ok);
}

/* Judges without writing facts of certificates, which takes most of the time. */
static inline void judge_scheme(struct package *p)
{
	struct cursor data = cursor_over(p->zip.data, p->zip.len, DIAG_ZIP_TRUNCATED);

	limit_reset(p->zip.len);
	probe_open(&p->probe, "");
	if (!container_open(data.data, data.size, "", NULL, (struct entry_id){0}, &p->probe.facts,
	                    &p->container)
	             .ok)
		fail_msg("%s", fault_last()->why);
	assert_true(hap_bid(p->container));
	p->hap = hap_open(p->container, data);
	for (size_t i = hap_jobs(p->hap); i--;)
		hap_run(p->hap, i);
	p->scheme = hap_judge(p->hap);
}

static inline void judge(struct package *p)
{
	struct arena arena;

	judge_scheme(p);
	arena_init(&arena, 1 << 20);
	struct inspection inspection = {
		.arena = &arena, .facts = &p->probe.facts, .module = "base"};
	facts_row(&p->probe.facts, ROW_SIGNING, 0);
	p->probe.facts.loose = true;
	hap_facts(p->hap, &inspection, 1);
	probe_finish(&p->probe);
	arena_free(&arena);
}

static inline void discard(struct package *p)
{
	hap_close(p->hap);
	container_close(p->container);
	probe_close(&p->probe);
	text_free(&p->zip);
	text_free(&p->json);
	text_free(&p->profile);
}

/* The first reason for a package whose bytes were changed. */
static inline enum refusal_code reason(struct package *p)
{
	enum refusal_code code;

	judge_scheme(p);
	code = p->scheme->refusals.first ? p->scheme->refusals.first->code : REFUSAL_COUNT;
	assert_int_equal(p->scheme->verified, code == REFUSAL_COUNT);
	hap_close(p->hap);
	container_close(p->container);
	facts_free(&p->probe.facts);
	return code;
}

/* Where the block of a signed package lies. */
static inline void find_block(struct package *p, uint64_t *at, uint64_t *size)
{
	judge_scheme(p);
	assert_true(zipview_harmony_block(p->container, at, size));
	hap_close(p->hap);
	container_close(p->container);
	facts_free(&p->probe.facts);
}

static inline void forget(struct package *p)
{
	text_free(&p->zip);
	text_free(&p->json);
	text_free(&p->profile);
}

static inline bool make_pki(void)
{
	static const char *const names[HAP_PARTIES] = {"TEST-p384", "TEST-rsa2048", "TEST-p256",
	                                               "TEST-p256-new", "TEST-rsa2048-new"};

	return hap_pki_make(KEYS, names, &pki).ok;
}

#endif
