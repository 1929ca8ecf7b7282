/* hap.c - the signature and the profile of a HarmonyOS package. */
#include "signing/hap.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/octets.h"
#include "formats/profile.h"
#include "intake/zipview.h"
#include "signing/hapchain.h"
#include "signing/hapdigest.h"

static const size_t ARENA_LIMIT = 64U << 20;

struct hap {
	struct arena arena;
	const struct container *container;
	struct cursor file;
	struct scheme scheme;
	size_t doubts; /* refusals that only a device can settle */
	struct hap_block block;
	const struct hap_subblock *signature; /* NULL if the block cannot be read, or has none */
	struct pkcs7 bag;
	struct cursor stated;     /* the content digest that was signed; no data if not read */
	struct hap_digest digest; /* no chunks if there is nothing to compare */
	struct hap_chain chain;   /* of the first signer */
	struct profile profile;
	bool has_profile;
	struct fault unread; /* why block or profile were not read; no file if they were */
};

bool hap_bid(const struct container *container)
{
	uint64_t at, size;

	if (container->kind != CONTAINER_ZIP)
		return false;
	if (zipview_harmony_block(container, &at, &size))
		return true;
	if (container_find(container, "AndroidManifest.xml"))
		return false;
	if (container_find(container, "module.json") || container_find(container, "pack.info"))
		return true;
	if (!container_find(container, "config.json"))
		return false;
	for (size_t i = 0; i < container->count; i++)
		if (!fnmatch("assets/*/resources.index", container->entries[i].name, FNM_PATHNAME))
			return true;
	return false;
}

/* ---- opening ---- */

static void note_unread(struct hap *hap)
{
	hap->unread = *fault_last();
}

static void doubt(struct hap *hap, enum refusal_code code, const char *why)
{
	hap->doubts++;
	scheme_refuse(&hap->scheme, code, 0, NULL, "%s", why);
}

/* Whoever signed last signs for the whole; the signature of the first then counts as content. */
static const struct hap_subblock *find_signature(struct hap *hap)
{
	const struct hap_subblock *found = hapblock_find(&hap->block, HAP_RESIGNATURE);

	if (found)
		doubt(hap, REFUSAL_HAP_RESIGNED, refusal_meaning(REFUSAL_HAP_RESIGNED));
	return found ? found : hapblock_find(&hap->block, HAP_SIGNATURE);
}

static void check_parts(struct hap *hap)
{
	for (size_t i = 0; i < hap->block.count; i++) {
		const struct hap_subblock *part = &hap->block.parts[i];
		if (part->type < HAP_SIGNATURE || part->type > HAP_REPROPERTY)
			scheme_refuse(&hap->scheme, REFUSAL_HAP_BLOCK_UNKNOWN, 0, NULL,
			              "sub-block of type 0x%08x at %llu", part->type,
			              (unsigned long long)part->value.origin);
		if (hap->signature && part != hap->signature && part->value.size &&
		    part->type == hap->signature->type)
			scheme_refuse(&hap->scheme, REFUSAL_HAP_BLOCK, 0, NULL,
			              "a second signature at %llu",
			              (unsigned long long)part->value.origin);
	}
}

/* The algorithm of a content digest; numbers of security_appverify, SignatureAlgorithm. */
static bool digest_kind_of(uint32_t algorithm, enum digest_kind *out)
{
	static const enum digest_kind kinds[] = {DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512};
	uint32_t family = algorithm >> 8, number = (algorithm & 0xff) - 1;

	if (family < 1 || family > 3 || number >= (family == 1 ? 6 : 3))
		return false;
	*out = kinds[number % 3];
	return true;
}

/* The platform takes the first digest and looks neither at the version nor at their number. */
static RESULT read_stated(struct hap *hap, uint32_t *algorithm)
{
	struct cursor c, stated;
	uint32_t version, count, following, len;

	TRY(octets_join(&hap->bag.parts.content, &hap->arena, &c));
	c.shortage = DIAG_HAP_BLOCK;
	TRY(cursor_u32le(&c, &version));
	TRY(cursor_u32le(&c, &count));
	TRY(cursor_u32le(&c, &following));
	TRY(cursor_u32le(&c, algorithm));
	TRY(cursor_u32le(&c, &len));
	ENSURE((uint64_t)len + 8 == following, HAP_BLOCK, cursor_at(&c) - 4,
	       "content digest: %u bytes in a record of %u", len, following);
	TRY(cursor_window(&c, len, &stated));
	hap->stated = stated;
	return OK;
}

static void plan_digest(struct hap *hap)
{
	const struct zipview *view = hap->container->state;
	struct hap_digest plan;
	uint32_t algorithm = 0;
	enum digest_kind kind;

	if (!hap->bag.parts.content.tag || !read_stated(hap, &algorithm).ok) {
		scheme_refuse(&hap->scheme, REFUSAL_DIGEST_MALFORMED, 0, NULL, "%s",
		              hap->bag.parts.content.tag ? fault_last()->why
		                                         : "the SignedData has no content");
	} else if (!digest_kind_of(algorithm, &kind)) {
		scheme_refuse(&hap->scheme, REFUSAL_HAP_DIGEST_UNSUPPORTED, 0, NULL,
		              "content digest: algorithm 0x%08x", algorithm);
	} else if (!hapdigest_open(hap->file, &view->end, hap->block.at, kind, &hap->arena, &plan)
	                    .ok) {
		scheme_fault(&hap->scheme, REFUSAL_HAP_END, 0);
	} else {
		hap->digest = plan;
	}
}

static void read_profile(struct hap *hap)
{
	const struct hap_subblock *part = hapblock_find(&hap->block, HAP_PROFILE);

	if (!part) {
		scheme_refuse(&hap->scheme, REFUSAL_PROFILE_MISSING, 0, NULL,
		              "no sub-block of type 0x%08x", HAP_PROFILE);
		return;
	}
	hap->has_profile = profile_read(part->value, &hap->arena, &hap->profile).ok;
	if (hap->has_profile)
		return;
	note_unread(hap);
	scheme_fault(&hap->scheme, REFUSAL_PROFILE_UNREADABLE, 0);
}

static void read_block(struct hap *hap)
{
	const struct zipview *view = hap->container->state;

	if (!hapblock_read(hap->file, view->end.directory, &hap->block).ok) {
		note_unread(hap);
		scheme_fault(&hap->scheme, REFUSAL_HAP_BLOCK, 0);
		return;
	}
	hap->signature = find_signature(hap);
	check_parts(hap);
	read_profile(hap);
	if (!hap->signature) {
		scheme_refuse(&hap->scheme, REFUSAL_HAP_BLOCK, 0, NULL,
		              "no sub-block of type 0x%08x", HAP_SIGNATURE);
	} else if (!pkcs7_read(hap->signature->value, &hap->arena, &hap->bag).ok) {
		hap->bag = (struct pkcs7){0};
		scheme_fault(&hap->scheme, REFUSAL_HAP_SIGNATURE_UNREADABLE, 0);
	} else {
		plan_digest(hap);
	}
}

struct hap *hap_open(const struct container *container, struct cursor data)
{
	struct hap *hap = calloc(1, sizeof *hap);
	uint64_t at, size;

	if (!hap)
		fault_out_of_memory();
	arena_init(&hap->arena, ARENA_LIMIT);
	hap->container = container;
	hap->file = data;
	scheme_init(&hap->scheme, "harmony", &hap->arena);
	hap->scheme.verified = true;
	hap->scheme.present = hap->scheme.used = zipview_harmony_block(container, &at, &size);
	if (hap->scheme.present)
		read_block(hap);
	else
		scheme_refuse(&hap->scheme, REFUSAL_NOT_SIGNED, 0, NULL,
		              "no signature block before the central directory");
	return hap;
}

void hap_close(struct hap *hap)
{
	if (hap->has_profile)
		profile_close(&hap->profile);
	arena_free(&hap->arena);
	free(hap);
}

size_t hap_jobs(const struct hap *hap)
{
	return hapdigest_jobs(&hap->digest);
}

void hap_run(struct hap *hap, size_t job)
{
	hapdigest_run(&hap->digest, job);
}

/* ---- the signature ---- */

static void compare_digest(struct hap *hap)
{
	static const char *const names[DIGEST_KINDS] = {[DIGEST_SHA256] = "CHUNKED-SHA256",
	                                                [DIGEST_SHA384] = "CHUNKED-SHA384",
	                                                [DIGEST_SHA512] = "CHUNKED-SHA512"};
	uint8_t computed[DIGEST_MAX];

	if (!hap->digest.chunks)
		return;
	hap->scheme.digests = names[hap->digest.kind];
	size_t len = hapdigest_finish(&hap->digest, &hap->block, hap->signature, computed);
	if (hap->stated.size != len || memcmp(hap->stated.data, computed, len) != 0)
		scheme_refuse(&hap->scheme, REFUSAL_DIGEST_WRONG, 0, NULL,
		              "the %s digest over entries, directory and the other sub-blocks is "
		              "not the signed one at %llu",
		              digest_name(hap->digest.kind),
		              (unsigned long long)hap->stated.origin);
}

static bool is_weak(const char *hash)
{
	return hash && (strcmp(hash, "MD5") == 0 || strcmp(hash, "SHA1") == 0);
}

static bool verify_with_key(struct hap *hap, const struct pkcs7_signer *info, uint32_t position,
                            const struct public_key *key, struct signer *signer)
{
	struct signature_algorithm algorithm;
	struct cursor content;

	if (!pkcs7_algorithm(info, public_key_spki(key)->type, &algorithm).ok) {
		scheme_fault(&hap->scheme, REFUSAL_SIGNATURES_UNSUPPORTED, position);
		return false;
	}
	signer->algorithm = signature_family_name(algorithm.family);
	signer->hash = algorithm.hash;
	hap->scheme.weak_digest |= is_weak(algorithm.hash);
	if (octets_join(&hap->bag.parts.content, &hap->arena, &content).ok &&
	    pkcs7_verify(&hap->bag, info, key, content).ok)
		return true;
	scheme_fault(&hap->scheme, REFUSAL_SIGNATURE_WRONG, position);
	return false;
}

static void verify_signer(struct hap *hap, const struct pkcs7_signer *info, uint32_t position,
                          struct signer *signer)
{
	struct cursor whole = signer->certificate;
	struct certificate certificate;
	struct public_key *key;

	if (!certificate_split(whole, &certificate).ok) {
		scheme_fault(&hap->scheme, REFUSAL_CERTIFICATE_MALFORMED, position);
	} else if (!public_key_open(certificate.key.whole, &key).ok) {
		scheme_fault(&hap->scheme, REFUSAL_KEY_MALFORMED, position);
	} else {
		signer->verified = verify_with_key(hap, info, position, key, signer);
		public_key_free(key);
	}
}

static void judge_chain(struct hap *hap, const struct pkcs7_signer *info, const struct der *leaf,
                        uint32_t position, struct signer *signer)
{
	struct hap_chain chain;

	if (!hapchain_build(&hap->bag, leaf, &chain).ok)
		return;
	signer->known = hapchain_published(&chain);
	if (position == 1)
		hap->chain = chain;
	if (!chain.complete)
		doubt(hap, REFUSAL_HAP_CHAIN_INCOMPLETE,
		      refusal_meaning(REFUSAL_HAP_CHAIN_INCOMPLETE));
	if (!hapchain_check_time(&chain, info).ok)
		scheme_fault(&hap->scheme, REFUSAL_HAP_SIGNING_TIME, position);
}

static void judge_signer(struct hap *hap, size_t index)
{
	const struct pkcs7_signer *info = &hap->bag.signers[index];
	const struct der *leaf = pkcs7_certificate(&hap->bag, info);
	uint32_t position = (uint32_t)index + 1;
	struct signer *signer = leaf ? scheme_signer(&hap->scheme) : NULL;

	if (!signer) {
		scheme_refuse(&hap->scheme, REFUSAL_CERTIFICATES_NONE, position, NULL,
		              "the certificate of signer %u is not in the SignedData", position);
		return;
	}
	signer->certificate = leaf->whole;
	verify_signer(hap, info, position, signer);
	judge_chain(hap, info, leaf, position, signer);
}

static void judge_signature(struct hap *hap)
{
	if (!hap->bag.parts.content_type.tag)
		return;
	if (!hap->bag.signer_count)
		scheme_refuse(&hap->scheme, REFUSAL_SIGNERS_NONE, 0, NULL,
		              "the SignedData has no SignerInfo");
	for (size_t i = 0; i < hap->bag.signer_count; i++)
		judge_signer(hap, i);
	compare_digest(hap);
}

/* ---- the profile ---- */

/* The bundle name that the package gives itself; NULL if none can be read. */
static const char *read_app_id(struct hap *hap)
{
	static const char *const entries[] = {"module.json", "config.json", "pack.info"};
	const char *app_id = NULL;

	for (size_t i = 0; i < sizeof entries / sizeof *entries && !app_id; i++) {
		const struct entry *entry = container_find(hap->container, entries[i]);
		struct bytes bytes = {0};
		struct json *json = NULL;
		if (!entry || !entry_read(entry, NULL, &bytes).ok)
			continue;
		if (json_read(cursor_over(bytes.data, bytes.size, DIAG_JSON_PARSE), &json).ok) {
			const struct json *top = json_member(json, "summary");
			const char *name = json_text(
				json_member(json_member(top ? top : json, "app"), "bundleName"));
			app_id = name ? arena_copy(&hap->arena, name, strlen(name)) : NULL;
			json_free(json);
		}
		bytes_free(&bytes);
	}
	return app_id;
}

static void judge_app(struct hap *hap)
{
	const char *app_id = read_app_id(hap), *allowed = profile_app_id(&hap->profile);

	if (!app_id)
		doubt(hap, REFUSAL_PROFILE_APP_UNKNOWN,
		      refusal_meaning(REFUSAL_PROFILE_APP_UNKNOWN));
	else if (allowed && !profile_allows(&hap->profile, app_id))
		scheme_refuse(&hap->scheme, REFUSAL_PROFILE_APP_DIFFERS, 0, NULL,
		              "the package is %s, the profile is for %s", app_id, allowed);
}

static void judge_allowed(struct hap *hap)
{
	const struct cursor *allowed = &hap->profile.certificate;
	const struct signer *signer = hap->scheme.signers;

	if (!signer || !allowed->size ||
	    (signer->certificate.size == allowed->size &&
	     memcmp(signer->certificate.data, allowed->data, allowed->size) == 0))
		return;
	scheme_refuse(&hap->scheme, REFUSAL_PROFILE_SIGNER_DIFFERS, 1, NULL,
	              "the %s certificate of the profile is not that of the signer",
	              hap->profile.release ? "distribution" : "development");
}

static bool same_key(const struct hap_chain *a, const struct hap_chain *b)
{
	const struct cursor *x = &a->certificates[a->count - 1].key.whole,
			    *y = &b->certificates[b->count - 1].key.whole;

	return x->size == y->size && memcmp(x->data, y->data, x->size) == 0;
}

static void judge_profile_chain(struct hap *hap)
{
	const struct profile *profile = &hap->profile;
	struct hap_chain chain;

	if (!profile->signer || !hapchain_build(&profile->bag, profile->signer, &chain).ok)
		return;
	if (!hapchain_check_time(&chain, &profile->bag.signers[0]).ok)
		scheme_fault(&hap->scheme, REFUSAL_PROFILE_SIGNING_TIME, 0);
	if (!chain.complete)
		doubt(hap, REFUSAL_PROFILE_CHAIN_INCOMPLETE,
		      refusal_meaning(REFUSAL_PROFILE_CHAIN_INCOMPLETE));
	else if (hap->chain.count && hap->chain.complete && !same_key(&chain, &hap->chain))
		scheme_refuse(&hap->scheme, REFUSAL_PROFILE_ROOT_DIFFERS, 0, NULL, "%s",
		              refusal_meaning(REFUSAL_PROFILE_ROOT_DIFFERS));
}

/* The package's signature covers the profile, and the certificate in it has signed nothing here. */
static void take_stores_word(struct hap *hap, bool covered)
{
	struct profile *profile = &hap->profile;

	if (!profile->bag.signer_count) {
		profile->verified = covered;
		profile->open = !hap->chain.complete;
	}
	profile->certificate = (struct cursor){0};
}

static void judge_profile(struct hap *hap)
{
	bool covered = !hap->scheme.refusals.count;
	const char *missing;

	if (!hap->has_profile)
		return;
	missing = profile_lacks(&hap->profile);
	if (missing)
		scheme_refuse(&hap->scheme, REFUSAL_PROFILE_FIELD, 0, NULL,
		              "field %s is missing or not usable", missing);
	judge_app(hap);
	if (hapchain_of_store(&hap->chain)) {
		take_stores_word(hap, covered);
		return;
	}
	if (!hap->profile.verified)
		scheme_refuse(&hap->scheme, REFUSAL_PROFILE_WRONG, 0, NULL, "%s",
		              hap->profile.why.why);
	judge_profile_chain(hap);
	judge_allowed(hap);
}

const struct scheme *hap_judge(struct hap *hap)
{
	judge_signature(hap);
	judge_profile(hap);
	hap->scheme.unsure = hap->doubts && hap->scheme.refusals.count == hap->doubts;
	return &hap->scheme;
}

/* ---- rows ---- */

static void block_rows(const struct hap *hap, struct facts *facts, uint32_t signing)
{
	for (size_t i = 0; i < hap->block.count; i++) {
		const struct hap_subblock *part = &hap->block.parts[i];
		char id[16];
		snprintf(id, sizeof id, "0x%08x", part->type);
		facts_row(facts, ROW_SIGNING_BLOCK, signing);
		facts_text(facts, FACT_SIGNING_BLOCK_ID, id);
		facts_text(facts, FACT_SIGNING_BLOCK_NAME, hapblock_name(part));
		facts_text(facts, FACT_SIGNING_BLOCK_KIND, hapblock_kind(part));
		facts_int(facts, FACT_SIGNING_BLOCK_OFFSET, (int64_t)part->value.origin);
		facts_int(facts, FACT_SIGNING_BLOCK_SIZE, (int64_t)part->value.size);
	}
	if (hap->block.hollow)
		facts_issue(facts, DIAG_HAP_BLOCK_GAP, hap->block.at,
		            "sub-blocks share bytes, so that others of the block belong to none");
}

/* `leaf` tells signers from what issued them. */
static void give_certificates(const struct inspection *inspection, const struct pkcs7 *bag,
                              const char *leaf, const char *other)
{
	for (size_t i = 0; i < bag->certificate_count; i++) {
		const struct der *der = &bag->certificates[i];
		struct place place = {.offset = der->whole.origin,
		                      .encoding = "der",
		                      .role = other,
		                      .store = "pkcs7"};
		for (size_t k = 0; k < bag->signer_count; k++)
			if (pkcs7_certificate(bag, &bag->signers[k]) == der)
				place.role = leaf;
		if (der->tag == DER_SEQUENCE)
			keyring_certificate(inspection, der->whole, &place);
	}
}

static void profile_rows(const struct hap *hap, const struct inspection *inspection)
{
	const struct profile *profile = &hap->profile;
	const struct place place = {
		.offset = profile->content.origin, .encoding = "pem", .role = "provisioning"};

	profile_facts(inspection, profile);
	give_certificates(inspection, &profile->bag, "provisioning", "provisioning");
	if (profile->certificate.size)
		keyring_certificate(inspection, profile->certificate, &place);
}

void hap_facts(const struct hap *hap, const struct inspection *inspection, uint32_t signing)
{
	block_rows(hap, inspection->facts, signing);
	give_certificates(inspection, &hap->bag, "signer", NULL);
	if (hap->has_profile)
		profile_rows(hap, inspection);
	if (!hap->unread.file)
		return;
	facts_issue(inspection->facts, hap->unread.code, hap->unread.at, "%s", hap->unread.why);
	facts_gap(inspection->facts, SOURCE_PROFILES, STATUS_ERROR, hap->unread.code);
}
