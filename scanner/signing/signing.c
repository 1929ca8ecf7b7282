/* signing.c - leads each container to those who read signatures of its kind. */
#include "signing/signing.h"

#include <stdlib.h>

#include "signing/apk.h"
#include "signing/hap.h"
#include "signing/java.h"

struct signing {
	const struct container *container;
	struct apk *apk; /* one of them */
	struct hap *hap;
	struct java *java;
};

static bool asked(const struct signing_request *request)
{
	return request->min_sdk >= 0 || request->max_sdk >= 0;
}

void signing_unreadable(const struct signing_request *request, const char *module,
                        struct facts *facts)
{
	const char *why = fault_last()->why;

	if (asked(request))
		package_unreadable(why, module, facts);
}

struct signing *signing_open(const struct container *container, struct cursor data,
                             const struct signing_request *request)
{
	struct signing *signing = calloc(1, sizeof *signing);

	if (!signing)
		fault_out_of_memory();
	signing->container = container;
	if (hap_bid(container))
		signing->hap = hap_open(container, data);
	else if (apk_bid(container, asked(request)))
		signing->apk = apk_open(container, data, request);
	else if (java_bid(container))
		signing->java = java_open(container);
	if (signing->apk || signing->hap || signing->java)
		return signing;
	free(signing);
	return NULL;
}

uint32_t signing_sources(const struct signing *signing)
{
	return BIT(SIGNING) | (signing->hap ? BIT(PROFILES) : 0);
}

void signing_entry(struct signing *signing, const struct entry *entry, struct cursor body,
                   const uint8_t *sha256)
{
	if (signing->apk)
		apk_entry(signing->apk, entry, body, sha256);
	if (signing->java)
		java_entry(signing->java, entry, body, sha256);
}

void signing_entry_unread(struct signing *signing, const struct entry *entry)
{
	if (signing->apk)
		apk_entry_unread(signing->apk, entry);
	if (signing->java)
		java_entry_unread(signing->java, entry);
}

size_t signing_jobs(const struct signing *signing)
{
	if (signing->apk)
		return apk_jobs(signing->apk);
	return signing->hap ? hap_jobs(signing->hap) : 0;
}

void signing_run(struct signing *signing, size_t job)
{
	if (signing->apk)
		apk_run(signing->apk, job);
	else
		hap_run(signing->hap, job);
}

static void finish_apk(struct signing *signing, const struct inspection *inspection)
{
	const struct package *package = apk_judge(signing->apk);
	uint32_t row = package_facts(package, signing->container, inspection);

	apk_facts(signing->apk, inspection, row);
	package_certificates(package, inspection);
	apk_close(signing->apk);
}

static void finish_java(struct signing *signing, const struct inspection *inspection)
{
	package_facts(java_judge(signing->java), signing->container, inspection);
	java_close(signing->java);
}

static void finish_hap(struct signing *signing, const struct inspection *inspection)
{
	const struct scheme *scheme = hap_judge(signing->hap);
	const struct package package = {
		.kind = "harmony",
		.verified = scheme->verified,
		.unsure = scheme->unsure,
		.min_sdk = -1,
		.max_sdk = -1,
		.unprotected = scheme->verified ? 0 : package_files(signing->container),
		.reason =
			scheme->refusals.first ? refusal_name(scheme->refusals.first->code) : NULL,
		.schemes = {scheme},
		.count = 1,
		.signed_by = scheme->present ? scheme : NULL,
	};

	hap_facts(signing->hap, inspection,
	          package_facts(&package, signing->container, inspection));
	hap_close(signing->hap);
}

void signing_finish(struct signing *signing, const struct inspection *inspection)
{
	if (signing->apk)
		finish_apk(signing, inspection);
	else if (signing->java)
		finish_java(signing, inspection);
	else
		finish_hap(signing, inspection);
	free(signing);
}
