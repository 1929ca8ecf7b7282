/* java.c - Java archives and app bundles. */
#include "signing/java.h"

#include <stdlib.h>

#include "signing/jar.h"

struct java {
	struct arena arena;
	const struct container *container;
	struct scheme scheme;
	struct jar *jar;
	struct package package;
	_Atomic bool limited; /* something was not read for a limit of the scan */
};

static const size_t arena_limit = 64U << 20;

bool java_bid(const struct container *container)
{
	static const char *const marks[] = {"META-INF/MANIFEST.MF", "BundleConfig.pb",
	                                    "classes.jar", "WEB-INF/web.xml"};

	for (size_t i = 0; container->kind == CONTAINER_ZIP && i < 4; i++)
		if (container_find(container, marks[i]))
			return true;
	return false;
}

struct java *java_open(const struct container *container)
{
	const struct jar_request request = {.java = true, .max_sdk = INT32_MAX};
	struct java *java = calloc(1, sizeof *java);

	if (!java)
		fault_out_of_memory();
	java->container = container;
	arena_init(&java->arena, arena_limit);
	scheme_init(&java->scheme, "jar", &java->arena);
	java->scheme.used = true;
	java->jar = jar_open(container, &request, &java->scheme);
	return java;
}

void java_entry(struct java *java, const struct entry *entry, struct cursor body,
                const uint8_t *sha256)
{
	jar_entry(java->jar, entry, body, sha256);
}

void java_entry_unread(struct java *java, const struct entry *entry)
{
	if (package_limited())
		java->limited = true;
	jar_entry_unread(java->jar, entry);
}

const struct package *java_judge(struct java *java)
{
	const struct refusal *first;

	jar_finish(java->jar);
	first = java->scheme.refusals.first;
	java->scheme.unsure =
		java->limited && !java->scheme.verified && package_only_unread(&java->scheme);
	java->package = (struct package){
		.kind = "jar",
		.verified = java->scheme.verified,
		.unsure = java->scheme.unsure,
		.min_sdk = -1,
		.max_sdk = -1,
		.unprotected = jar_unprotected(java->jar),
		.reason = first ? refusal_name(first->code) : NULL,
		.schemes = {&java->scheme},
		.count = 1,
		.signed_by = java->scheme.present ? &java->scheme : NULL,
	};
	return &java->package;
}

void java_close(struct java *java)
{
	jar_free(java->jar);
	arena_free(&java->arena);
	free(java);
}
