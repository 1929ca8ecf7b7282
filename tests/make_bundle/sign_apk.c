/* sign_apk.c - a whole package, signed as Android's own tool does it. */
#include <string.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

enum { SDK_V3 = 28, SDK_ROTATION = 33, SDK_LAST = 0x7fffffff };

/* The request, worked out: who signs what, and which schemes .SF files speak of. */
struct plan {
	const struct sign_request *request;
	struct sign_signer old[SIGN_SIGNERS], base, rotated;
	struct sign_scheme schemes[3];
	size_t scheme_count;
	const struct sign_key *chain[SIGN_SIGNERS + 1];
	char android[16];
};

static bool with(const struct plan *plan, unsigned scheme)
{
	return plan->request->schemes & scheme;
}

static void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < SIGN_SIGNERS; i++)
		text_free(&plan->old[i].attributes);
	text_free(&plan->base.attributes);
	text_free(&plan->rotated.attributes);
}

/* The keys of v1 and v2: with a lineage, its oldest. */
static size_t old_keys(const struct sign_request *request, const struct sign_key **out)
{
	if (request->lineage_count > 0) {
		out[0] = request->lineage[0];
		return 1;
	}
	memcpy(out, request->keys, request->key_count * sizeof *out);
	return request->key_count;
}

static void number_add(struct text *attributes, uint32_t id, uint32_t number)
{
	struct text value DEFER(text_free) = {0};

	bytes_u32(&value, number);
	sign_attribute(attributes, id, value.data, value.len);
}

static void v2_plan(struct plan *plan)
{
	const struct sign_key *keys[SIGN_SIGNERS];
	size_t count = old_keys(plan->request, keys);

	for (size_t i = 0; i < count; i++) {
		plan->old[i].key = keys[i];
		plan->old[i].algorithms[0] = plan->request->algorithm;
		if (with(plan, SIGN_WITH_V3))
			number_add(&plan->old[i].attributes, SIGN_STRIPPING, 3);
	}
	plan->schemes[plan->scheme_count++] = (struct sign_scheme){SIGN_V2, plan->old, count};
}

/* v3 by the newest key with its lineage; or, before v3.1, by the oldest alone. */
static void v3_plan(struct plan *plan)
{
	const struct sign_request *request = plan->request;
	uint32_t rotation = request->rotation ? request->rotation : SDK_ROTATION;
	struct sign_signer newest = {.key = request->keys[0],
	                             .algorithms = {request->algorithm},
	                             .min_sdk = request->min_sdk ? request->min_sdk : SDK_V3,
	                             .max_sdk = SDK_LAST};

	if (request->lineage_count > 0) {
		memcpy(plan->chain, request->lineage, request->lineage_count * sizeof *plan->chain);
		plan->chain[request->lineage_count] = request->keys[0];
		newest.lineage = plan->chain;
		newest.lineage_count = request->lineage_count + 1;
	}
	plan->base = newest;
	if (with(plan, SIGN_WITH_V31)) {
		plan->base.key = request->lineage[0];
		plan->base.lineage_count = 0;
		plan->base.max_sdk = rotation - 1;
		number_add(&plan->base.attributes, SIGN_ROTATION_SDK, rotation);
		plan->rotated = newest;
		plan->rotated.min_sdk = rotation;
		plan->schemes[plan->scheme_count++] =
			(struct sign_scheme){SIGN_V31, &plan->rotated, 1};
	}
	plan->schemes[plan->scheme_count++] = (struct sign_scheme){SIGN_V3, &plan->base, 1};
}

static RESULT plan_check(const struct sign_request *request)
{
	bool v3 = request->schemes & (SIGN_WITH_V3 | SIGN_WITH_V31);

	ENSURE(request->key_count > 0 && request->schemes, USAGE, AT_NONE,
	       "a key and a scheme are needed");
	ENSURE(request->key_count == 1 || !(v3 || request->lineage_count), USAGE, AT_NONE,
	       "scheme v3 and a lineage take one signer");
	ENSURE(!(request->schemes & SIGN_WITH_V31) ||
	               (request->lineage_count > 0 && request->schemes & SIGN_WITH_V3),
	       USAGE, AT_NONE, "scheme v3.1 needs v3 and a lineage");
	return OK;
}

static RESULT jar_sign(const struct plan *plan, struct text *zip)
{
	const struct sign_request *request = plan->request;
	const struct sign_key *keys[SIGN_SIGNERS];
	struct sign_jar jars[SIGN_SIGNERS] = {{0}};
	char names[SIGN_SIGNERS][64];
	size_t count = old_keys(request, keys);

	for (size_t i = 0; i < count; i++) {
		snprintf(names[i], sizeof names[i], i ? "%.40s%zu" : "%.40s",
		         request->name ? request->name : "CERT", i);
		jars[i] = (struct sign_jar){.name = names[i],
		                            .hash = request->hash,
		                            .attributes = request->attributes,
		                            .android = *plan->android ? plan->android : NULL};
	}
	return sign_jar(zip, jars, keys, count);
}

RESULT sign_apk(struct text *zip, const struct sign_request *request)
{
	struct plan plan DEFER(plan_free) = {.request = request};

	TRY(plan_check(request));
	if (with(&plan, SIGN_WITH_V2))
		v2_plan(&plan);
	if (with(&plan, SIGN_WITH_V3))
		v3_plan(&plan);
	snprintf(plan.android, sizeof plan.android, "%s%s%s", with(&plan, SIGN_WITH_V2) ? "2" : "",
	         with(&plan, SIGN_WITH_V2) && with(&plan, SIGN_WITH_V3) ? ", " : "",
	         with(&plan, SIGN_WITH_V3) ? "3" : "");
	if (request->stamp)
		TRY(sign_stamp_entry(zip, request->stamp));
	if (with(&plan, SIGN_WITH_V1))
		TRY(jar_sign(&plan, zip));
	if (plan.scheme_count == 0 && request->pair_count == 0)
		return OK;
	struct sign_block block = {plan.schemes, plan.scheme_count, request->pairs,
	                           request->pair_count, request->stamp};
	return sign_block(zip, &block);
}
