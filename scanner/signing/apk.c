/* apk.c - reads what there is of a package's signatures. */
#include "signing/apk.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "formats/keyring.h"
#include "intake/zipview.h"
#include "signing/apkstate.h"

static const size_t arena_limit = 64U << 20;

/* The name in the local header of an entry, which a renamed entry may still have. */
static bool local_name_is(const struct zipview *view, const struct zip_record *record,
                          const char *name)
{
	enum { NAME_LEN = 26, HEADER = 30 };
	size_t len = strlen(name);
	struct cursor header, found;

	return cursor_slice(&view->file, record->local, HEADER, &header).ok &&
	       (size_t)(header.data[NAME_LEN] | header.data[NAME_LEN + 1] << 8) == len &&
	       cursor_slice(&view->file, record->local + HEADER, len, &found).ok &&
	       memcmp(found.data, name, len) == 0;
}

static bool renamed_manifest(const struct container *container)
{
	const struct zipview *view = container->state;

	for (size_t i = 0; i < view->count; i++)
		if (local_name_is(view, &view->records[i], "AndroidManifest.xml"))
			return true;
	return false;
}

/* Text rather than binary XML, whose first bytes Android does not look at. */
static bool manifest_is_text(const struct container *container)
{
	static const char before[] = "\xef\xbb\xbf\xff\xfe \t\r\n";
	const struct entry *manifest = container_find(container, "AndroidManifest.xml");
	struct bytes bytes;
	size_t at = 0;

	if (!manifest || !entry_read(manifest, NULL, &bytes).ok)
		return false;
	while (at < bytes.size && memchr(before, bytes.data[at], sizeof before - 1))
		at++;
	bool text = at < bytes.size && bytes.data[at] == '<';
	bytes_free(&bytes);
	return text;
}

bool apk_is_library(const struct container *container)
{
	return container_find(container, "classes.jar") && manifest_is_text(container);
}

bool apk_is_package(const struct container *container)
{
	uint64_t at, size;

	return container_find(container, "AndroidManifest.xml") &&
	       (container_find(container, "classes.dex") ||
	        container_find(container, "resources.arsc") ||
	        zipview_signing_block(container, &at, &size)) &&
	       !manifest_is_text(container);
}

/* Marks of what holds packages, or is built into one. */
static bool is_other(const struct container *container)
{
	static const char *const marks[] = {"BundleConfig.pb", "classes.jar", "WEB-INF/web.xml",
	                                    "toc.pb", "base.apk"};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (container_find(container, marks[i]))
			return true;
	return false;
}

bool apk_bid(const struct container *container, bool asked)
{
	uint64_t at, size;

	if (container->kind != CONTAINER_ZIP)
		return false;
	if (zipview_signing_block(container, &at, &size))
		return true;
	if (container_find(container, "AndroidManifest.xml"))
		return !apk_is_library(container);
	if (is_other(container))
		return false;
	return renamed_manifest(container) || container_find(container, "classes.dex") ||
	       container_find(container, "resources.arsc") || (asked && !container->depth);
}

static void refuse(struct apk *apk, enum refusal_code code, const char *why)
{
	scheme_refuse(&apk->whole, code, 0, NULL, "%s", why);
	apk->hopeless = true;
}

/*
 * Android refuses what its manifest does not tell; apksig, told the lowest version, takes a damaged
 * manifest for one that declares nothing. It is refused here: no version installs it.
 */
static void read_manifest(struct apk *apk, const struct signing_request *request)
{
	struct apk_manifest *manifest = &apk->manifest;
	bool needed = request->min_sdk < 0 || apk->max_sdk >= SDK_SANDBOX;

	apk_manifest_read(apk->container, manifest);
	if (manifest->present && !manifest->read && package_limited())
		apk->limited = true;
	if (!manifest->present && needed)
		refuse(apk, REFUSAL_MANIFEST_MISSING, "no entry AndroidManifest.xml");
	if (manifest->present &&
	    (!manifest->read || (request->min_sdk < 0 && !manifest->min_known)))
		refuse(apk, REFUSAL_MANIFEST_UNREADABLE, manifest->why);
}

static void read_range(struct apk *apk, const struct signing_request *request)
{
	apk->max_asked = request->max_sdk >= 0;
	apk->max_sdk = apk->max_asked ? request->max_sdk : RANGE_MAX;
	read_manifest(apk, request);
	apk->min_open = request->min_sdk < 0 && apk->manifest.present && !apk->manifest.min_known;
	apk->min_sdk = request->min_sdk >= 0 ? request->min_sdk : apk->manifest.min_sdk;
	if (apk->min_sdk <= apk->max_sdk)
		return;
	scheme_refuse(&apk->whole, REFUSAL_RANGE_EMPTY, 0, NULL,
	              "the lowest version %lld is above the highest, %lld", (long long)apk->min_sdk,
	              (long long)apk->max_sdk);
	apk->hopeless = true;
}

/* The part of the range that knows a scheme; all versions that do if there is no such part. */
static struct apk_range part_of(const struct apk *apk, int64_t since)
{
	return (struct apk_range){
		.min_sdk = apk->min_sdk > since ? apk->min_sdk : since,
		.max_sdk = apk->max_sdk >= since ? apk->max_sdk : RANGE_MAX,
	};
}

static void read_v31(struct apk *apk)
{
	struct apk_range range = part_of(apk, SDK_V31);
	struct cursor block;

	if (!block_value(&apk->sections, BLOCK_V31, &block))
		return;
	v3_read(&apk->v31, block, &range, true);
	apk->v31.scheme.used = apk->max_sdk >= SDK_V31;
}

static int64_t rotation_min_sdk(const struct apk_scheme *v31)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < v31->signer_count; i++)
		if (v31->signers[i].min_sdk < least)
			least = v31->signers[i].min_sdk;
	return v31->signer_count && least > 0 ? least : 0;
}

static void read_v3(struct apk *apk)
{
	struct apk_range range = part_of(apk, SDK_V3);
	struct cursor block;

	if (block_value(&apk->sections, BLOCK_V3, &block)) {
		if (apk->v31.scheme.used || apk->max_sdk < SDK_V3)
			range.rotation_min_sdk = rotation_min_sdk(&apk->v31);
		v3_read(&apk->v3, block, &range, false);
		apk->v3.scheme.used = apk->max_sdk >= SDK_V3;
	} else if (apk->v31.scheme.used) {
		scheme_refuse(&apk->whole, REFUSAL_ROTATION_ALONE, 0, NULL,
		              "a signature of scheme v3.1, none of v3");
	}
}

static bool newer_than_v2(const struct apk *apk)
{
	return apk->v31.scheme.used || apk->v3.scheme.used;
}

static void read_v2(struct apk *apk)
{
	struct apk_range range = part_of(apk, SDK_V2);
	struct cursor block;

	if (!block_value(&apk->sections, BLOCK_V2, &block))
		return;
	range.v3_found = apk->v3.scheme.present;
	v2_read(&apk->v2, block, &range);
	apk->v2.scheme.used =
		apk->max_sdk >= SDK_V2 && (apk->min_sdk < SDK_V3 || !newer_than_v2(apk));
	apk->v2.scheme.perhaps = newer_than_v2(apk) && apk->min_open;
}

static void read_v1(struct apk *apk)
{
	struct jar_request request = {.min_sdk = apk->min_sdk, .max_sdk = apk->max_sdk};
	bool found = newer_than_v2(apk) || apk->v2.scheme.used || apk->v4.scheme.used;

	if (apk->max_sdk >= SDK_V2) {
		request.schemes_known |= 1U << 2;
		request.schemes_found |= (uint32_t)apk->v2.scheme.present << 2;
	}
	if (apk->max_sdk >= SDK_V3) {
		request.schemes_known |= 1U << 3;
		request.schemes_found |= (uint32_t)apk->v3.scheme.present << 3;
	}
	apk->jar = jar_open(apk->container, &request, &apk->v1);
	apk->v1.used = apk->min_sdk < SDK_V2 || !found;
	apk->v1.perhaps = found && apk->min_open;
}

static void read_stamp(struct apk *apk)
{
	bool found = newer_than_v2(apk) || apk->v2.scheme.used;
	const struct stamp_subject subject = {
		.container = apk->container,
		.sections = &apk->sections,
		.min_sdk = apk->min_sdk,
		.max_sdk = apk->max_sdk,
		.v2 = apk->v2.scheme.used ? &apk->v2 : NULL,
		.v3 = apk->v3.scheme.used ? &apk->v3 : NULL,
		.v31 = apk->v31.scheme.used ? &apk->v31 : NULL,
		.v1 = apk->min_sdk < SDK_V2 || !found,
	};

	stamp_read(&apk->stamp, &subject);
	if (apk->stamp.fatal)
		scheme_refuse(
			&apk->whole, REFUSAL_STAMP_MALFORMED, 0, NULL,
			"a length in the source stamp is negative; Android's verifier stops there");
}

/* Digests of kind verity ask for whole pages around the block. */
static void check_alignment(struct apk *apk, struct apk_scheme *scheme)
{
	const struct sections *sections = &apk->sections;

	if (!(scheme->contents >> CONTENT_VERITY & 1) ||
	    (sections->block % 4096 == 0 && sections->directory % 4096 == 0))
		return;
	scheme_refuse(&scheme->scheme, REFUSAL_BLOCK_UNALIGNED, 0, NULL,
	              "the signing block lies at %llu to %llu, not between pages",
	              (unsigned long long)sections->block, (unsigned long long)sections->directory);
}

static void read_schemes(struct apk *apk, const struct signing_request *request)
{
	struct cursor block;

	read_v31(apk);
	read_v3(apk);
	read_v2(apk);
	check_alignment(apk, &apk->v31);
	check_alignment(apk, &apk->v3);
	check_alignment(apk, &apk->v2);
	if (request->idsig.data && !apk->container->depth)
		v4_read(&apk->v4, request->idsig, apk->data.size);
	apk->v32 = block_value(&apk->sections, BLOCK_V32, &block);
	apk->contents = contents_new(&apk->sections,
	                             apk->v2.contents | apk->v3.contents | apk->v31.contents,
	                             apk->v4.scheme.present);
}

static void init(struct apk *apk)
{
	arena_init(&apk->arena, arena_limit);
	scheme_init(&apk->v31.scheme, "v3.1", &apk->arena);
	scheme_init(&apk->v3.scheme, "v3", &apk->arena);
	scheme_init(&apk->v2.scheme, "v2", &apk->arena);
	scheme_init(&apk->v1, "v1", &apk->arena);
	scheme_init(&apk->v4.scheme, "v4", &apk->arena);
	scheme_init(&apk->stamp.scheme, "stamp", &apk->arena);
	scheme_init(&apk->whole, "", &apk->arena);
}

struct apk *apk_open(const struct container *container, struct cursor data,
                     const struct signing_request *request)
{
	struct apk *apk = calloc(1, sizeof *apk);

	if (!apk)
		fault_out_of_memory();
	apk->container = container;
	apk->data = data;
	init(apk);
	struct result found = sections_find(data, &apk->sections);
	if (!found.ok)
		refuse(apk, REFUSAL_PACKAGE_UNREADABLE, fault_last()->why);
	read_range(apk, request);
	if (found.ok)
		read_schemes(apk, request);
	read_v1(apk);
	if (found.ok)
		read_stamp(apk);
	return apk;
}

void apk_entry(struct apk *apk, const struct entry *entry, struct cursor body,
               const uint8_t *sha256)
{
	jar_entry(apk->jar, entry, body, sha256);
}

void apk_entry_unread(struct apk *apk, const struct entry *entry)
{
	if (package_limited())
		apk->limited = true;
	jar_entry_unread(apk->jar, entry);
}

size_t apk_jobs(const struct apk *apk)
{
	return apk->contents ? contents_jobs(apk->contents) : 0;
}

void apk_run(struct apk *apk, size_t job)
{
	contents_run(apk->contents, job);
}

const struct package *apk_judge(struct apk *apk)
{
	struct cursor digests[CONTENT_COUNT];

	if (apk->contents) {
		contents_finish(apk->contents, digests);
		v2v3_compare(&apk->v31, digests);
		v2v3_compare(&apk->v3, digests);
		v2v3_compare(&apk->v2, digests);
		if (apk->v4.scheme.present)
			v4_compare(&apk->v4, apk->contents);
	}
	jar_finish(apk->jar);
	apkjudge(apk);
	return &apk->package;
}

void apk_close(struct apk *apk)
{
	jar_free(apk->jar);
	contents_free(apk->contents);
	arena_free(&apk->arena);
	free(apk);
}

static void write_flags(const struct lineage_node *node, struct facts *facts)
{
	static const char *const names[] = {"installed-data", "shared-uid", "permission",
	                                    "rollback", "auth"};
	struct text text = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (node->flags >> i & 1)
			text_printf(&text, "%s%s", text.len ? " " : "", names[i]);
	facts_text(facts, FACT_ANCESTOR_ALLOWS, text.data ? text.data : "");
	text_free(&text);
}

static void write_lineage(const struct lineage *lineage, const char *scheme, struct facts *facts,
                          uint32_t row)
{
	uint8_t hash[DIGEST_MAX];

	for (size_t i = 0; i < lineage->count; i++) {
		const struct lineage_node *node = &lineage->nodes[i];
		facts_row(facts, ROW_ANCESTOR, row);
		facts_text(facts, FACT_ANCESTOR_SCHEME, scheme);
		facts_int(facts, FACT_ANCESTOR_INDEX, (int64_t)i + 1);
		facts_hex(facts, FACT_ANCESTOR_SHA256, hash,
		          digest(DIGEST_SHA256, node->certificate.data, node->certificate.size,
		                 hash));
		write_flags(node, facts);
	}
}

static void write_stamp(const struct apk *apk, const struct inspection *inspection, uint32_t row)
{
	const struct stamp *stamp = &apk->stamp;
	struct facts *facts = inspection->facts;
	const struct place place = {
		.offset = stamp->certificate.origin, .encoding = "der", .role = "stamp"};
	uint8_t hash[DIGEST_MAX];

	if (!stamp->scheme.present)
		return;
	facts_row(facts, ROW_STAMP, row);
	facts_bool(facts, FACT_STAMP_VERIFIED, stamp->scheme.verified);
	if (stamp->scheme.refusals.first)
		facts_text(facts, FACT_STAMP_REASON,
		           refusal_name(stamp->scheme.refusals.first->code));
	if (stamp->certificate.size)
		facts_hex(facts, FACT_STAMP_SHA256, hash,
		          digest(DIGEST_SHA256, stamp->certificate.data, stamp->certificate.size,
		                 hash));
	if (stamp->time >= 0)
		facts_int(facts, FACT_STAMP_TIME, stamp->time);
	if (stamp->certificate.size && inspection->keyring)
		keyring_certificate(inspection, stamp->certificate, &place);
	write_lineage(&stamp->lineage, "stamp", facts, row);
}

void apk_facts(const struct apk *apk, const struct inspection *inspection, uint32_t signing)
{
	struct facts *facts = inspection->facts;

	block_facts(&apk->sections, facts, signing);
	write_lineage(&apk->v3.lineage, "v3", facts, signing);
	write_lineage(&apk->v31.lineage, "v3.1", facts, signing);
	write_stamp(apk, inspection, signing);
	if (!apk->v32)
		return;
	facts_issue(facts, DIAG_UNSUPPORTED_SIGNING, AT_NONE,
	            "APK Signature Scheme v3.2 is there; this release does not verify it");
	facts_gap(facts, SOURCE_SIGNING, STATUS_UNSUPPORTED, DIAG_UNSUPPORTED_SIGNING);
}
