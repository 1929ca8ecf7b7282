/* apkjudge.c - decides whether every platform version of a range accepts a package. */
#include <string.h>

#include "signing/apkstate.h"

#define REFUSE(apk, code, ...) scheme_refuse(&(apk)->whole, REFUSAL_##code, 0, NULL, __VA_ARGS__)

static bool same(struct cursor a, struct cursor b)
{
	return a.size == b.size && a.size && memcmp(a.data, b.data, a.size) == 0;
}

static bool relied_on(const struct scheme *scheme)
{
	return scheme->used && scheme->verified;
}

static void settle(struct scheme *scheme)
{
	scheme->verified = scheme->present && !scheme->refusals.count;
}

static bool has_signer(const struct scheme *scheme, struct cursor certificate)
{
	for (const struct signer *s = scheme->signers; s; s = s->next)
		if (same(s->certificate, certificate))
			return true;
	return false;
}

/* The signers by v1 and v2 must be the same; one difference each way is told. */
static void compare_v1_v2(struct apk *apk, const struct scheme *a, const struct scheme *b)
{
	for (const struct signer *s = a->signers; s; s = s->next) {
		if (has_signer(b, s->certificate))
			continue;
		REFUSE(apk, SIGNER_STRIPPED, "a signer by %s does not sign by %s", a->name,
		       b->name);
		return;
	}
}

static void compare_lineage(struct apk *apk, const struct lineage *lineage,
                            const struct signer *old)
{
	if (lineage_find(lineage, old->certificate) != 0)
		REFUSE(apk, PAST_SIGNER_DIFFERS,
		       "the proof of rotation does not begin with the signer by v1 or v2");
}

/* Older platforms must have known the signer that the newer ones know, or its oldest ancestor. */
static void compare_past(struct apk *apk)
{
	const struct scheme *past = relied_on(&apk->v1) ? &apk->v1 : &apk->v2.scheme;
	const struct lineage *lineage = relied_on(&apk->v31.scheme) && apk->v31.lineage.count
	                                        ? &apk->v31.lineage
	                                        : &apk->v3.lineage;
	const struct signer *old = past->signers, *present = apk->v3.scheme.signers;

	if (!relied_on(&apk->v3.scheme) || !relied_on(past) || !old || !present)
		return;
	if (past->signer_count != 1)
		REFUSE(apk, PAST_SIGNERS_MANY, "%zu signers by %s beside v3", past->signer_count,
		       past->name);
	if (lineage->count) {
		compare_lineage(apk, lineage, old);
		return;
	}
	if (apk->v3.scheme.signer_count != 1)
		REFUSE(apk, SIGNERS_MANY, "%zu signers by v3 without a proof of rotation",
		       apk->v3.scheme.signer_count);
	if (!same(old->certificate, present->certificate))
		REFUSE(apk, PAST_SIGNER_DIFFERS, "v3 has another signer than %s", past->name);
}

/* The digest by which a v4 signature names the contents. */
static struct cursor best_digest(const struct apk_signer *signer)
{
	struct cursor best = {0};
	int rank = 0;

	for (size_t i = 0; i < signer->content_count; i++) {
		int mine = content_digest_rank(signer->contents[i].algorithm->content);
		if (mine < rank)
			continue;
		rank = mine;
		best = signer->contents[i].value;
	}
	return best;
}

static void compare_v4(struct apk *apk, const struct apk_scheme *scheme, size_t index)
{
	const struct signer *v4 = apk->v4.scheme.signers;

	for (size_t i = 0; v4 && i < index; i++)
		v4 = v4->next;
	if (scheme->signer_count != 1 || !v4) {
		REFUSE(apk, SIGNERS_MANY, "%zu signers by %s beside v4", scheme->signer_count,
		       scheme->scheme.name);
		return;
	}
	if (!same(v4->certificate, scheme->scheme.signers->certificate))
		REFUSE(apk, TREE_SIGNER_DIFFERS, "v4 has another signer than %s",
		       scheme->scheme.name);
	if (!same(apk->v4.content_digests[index], best_digest(&scheme->signers[0])))
		REFUSE(apk, TREE_DIGEST_DIFFERS, "v4 names another content digest than %s",
		       scheme->scheme.name);
}

static void check_v4(struct apk *apk)
{
	bool v31 = relied_on(&apk->v31.scheme);
	size_t wanted = v31 ? 2 : 1;

	if (!relied_on(&apk->v4.scheme))
		return;
	if (!relied_on(&apk->v3.scheme) && !relied_on(&apk->v2.scheme)) {
		REFUSE(apk, TREE_ALONE, "a v4 signature, none by v2 or v3 that verifies");
		return;
	}
	if (apk->v4.signer_count != wanted) {
		REFUSE(apk, SIGNERS_MANY, "%zu signers by v4, there must be %zu",
		       apk->v4.signer_count, wanted);
		return;
	}
	compare_v4(apk, relied_on(&apk->v3.scheme) ? &apk->v3 : &apk->v2, 0);
	if (v31)
		compare_v4(apk, &apk->v31, 1);
}

/* What the manifest asks for. */
static void check_minimum(struct apk *apk)
{
	const struct apk_manifest *manifest = &apk->manifest;
	bool newer = apk->v31.scheme.used || apk->v3.scheme.used || apk->v2.scheme.used ||
	             apk->v4.scheme.used;
	bool verified = relied_on(&apk->v2.scheme) || relied_on(&apk->v3.scheme) ||
	                relied_on(&apk->v31.scheme);

	if (!manifest->read)
		return;
	if (manifest->sandbox > 1 && apk->max_sdk >= SDK_SANDBOX && !newer)
		REFUSE(apk, SCHEME_TOO_OLD, "targetSandboxVersion %lld asks for v2 or newer",
		       (long long)manifest->sandbox);
	else if (manifest->target_sdk >= TARGET_V2 && apk->max_sdk >= manifest->target_sdk &&
	         !verified)
		REFUSE(apk, SCHEME_TOO_OLD, "target version %lld asks for v2 or newer",
		       (long long)manifest->target_sdk);
}

/* The refusal that verifiers come upon first. */
static const struct refusal *first_refusal(const struct apk *apk)
{
	const struct scheme *order[] = {&apk->v31.scheme, &apk->v3.scheme, &apk->v2.scheme,
	                                &apk->v4.scheme, &apk->v1};

	if (apk->hopeless)
		return apk->whole.refusals.first;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (order[i]->used && order[i]->refusals.first)
			return order[i]->refusals.first;
	return apk->whole.refusals.first;
}

/* The scheme that a platform version relies on. */
static const struct scheme *scheme_for(const struct apk *apk, int64_t sdk)
{
	if (sdk >= SDK_V31 && apk->v31.scheme.used)
		return &apk->v31.scheme;
	if (sdk >= SDK_V3 && apk->v3.scheme.used)
		return &apk->v3.scheme;
	if (sdk >= SDK_V2 && apk->v2.scheme.used)
		return &apk->v2.scheme;
	return &apk->v1;
}

static uint64_t unprotected(const struct apk *apk)
{
	const struct scheme *oldest = scheme_for(apk, apk->min_sdk);

	if (oldest == &apk->v1)
		return jar_unprotected(apk->jar);
	return oldest->verified ? 0 : package_files(apk->container);
}

/*
 * Android's verifier goes by the other schemes where it cannot read the list of a scheme's signers
 * (ApkVerifier of its build tools 31; a length that is negative stops it). The refusal stays with
 * the scheme, which is not verified.
 */
static bool verified(const struct apk *apk)
{
	const struct scheme *schemes[] = {&apk->v31.scheme, &apk->v3.scheme, &apk->v2.scheme,
	                                  &apk->v4.scheme, &apk->v1};
	bool any = false;

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (schemes[i]->used && !schemes[i]->verified && !schemes[i]->lost)
			return false;
		any = any || relied_on(schemes[i]);
	}
	return any && !apk->whole.refusals.count;
}

/* Whether all that stands against the package is that a limit of the scan hid some of it. */
static bool only_unread(const struct apk *apk)
{
	const struct scheme *newer[] = {&apk->v31.scheme, &apk->v3.scheme, &apk->v2.scheme,
	                                &apk->v4.scheme};

	for (size_t i = 0; i < sizeof newer / sizeof *newer; i++)
		if (newer[i]->used && newer[i]->refusals.count)
			return false;
	/* without the manifest nothing is known of the versions that v1 counts for */
	if (apk->hopeless)
		return apk->manifest.present && !apk->manifest.read;
	return package_only_unread(&apk->v1) && !apk->whole.refusals.count;
}

static void fill_package(struct apk *apk)
{
	struct package *package = &apk->package;
	const struct scheme *newest = scheme_for(apk, apk->max_sdk);
	const struct refusal *first = first_refusal(apk);

	*package = (struct package){
		.kind = "apk",
		.verified = verified(apk),
		.min_sdk = apk->min_sdk,
		.min_open = apk->min_open,
		.max_sdk = apk->max_asked ? apk->max_sdk : -1,
		.unprotected = unprotected(apk),
		.schemes = {&apk->v1, &apk->v2.scheme, &apk->v3.scheme, &apk->v31.scheme,
	                    &apk->v4.scheme, &apk->stamp.scheme, &apk->whole},
		.count = 7,
		.signed_by = newest->present ? newest : NULL,
		.last_signer_only = newest == &apk->v3.scheme || newest == &apk->v31.scheme,
	};
	/* a platform that knows v3.2 would ask for it */
	package->unsure = package->verified ? apk->v32 : apk->limited && only_unread(apk);
	if (!package->verified && first)
		package->reason = refusal_name(first->code);
}

void apkjudge(struct apk *apk)
{
	settle(&apk->v31.scheme);
	settle(&apk->v3.scheme);
	settle(&apk->v2.scheme);
	settle(&apk->v4.scheme);
	if (apk->v1.used && !apk->v1.present && !apk->v1.refusals.count)
		REFUSE(apk, NOT_SIGNED, "no signature that versions below %d look for", SDK_V2);
	if (relied_on(&apk->v1) && relied_on(&apk->v2.scheme)) {
		compare_v1_v2(apk, &apk->v1, &apk->v2.scheme);
		compare_v1_v2(apk, &apk->v2.scheme, &apk->v1);
	}
	apk->v1.unsure = apk->limited && !apk->v1.verified && package_only_unread(&apk->v1);
	compare_past(apk);
	check_v4(apk);
	check_minimum(apk);
	fill_package(apk);
}
