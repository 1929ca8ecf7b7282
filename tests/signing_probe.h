/*
 * signing_probe.h - for tests of package signatures: packages made and signed in memory, and what
 * the library says of them.
 */
#ifndef PARASOL_TESTS_SIGNING_PROBE_H
#define PARASOL_TESTS_SIGNING_PROBE_H

#include "probe.h"

#include "base/digest.h"
#include "intake/limits.h"
#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"
#include "signing/signing.h"

static inline struct sign_key signing_key(const char *name)
{
	struct text path DEFER(text_free) = {0};
	struct sign_key key = {0};

	text_printf(&path, "tests/signatures/keys/TEST-%s.pem", name);
	if (!sign_key_read(path.data, path.data, &key).ok)
		fail_msg("%s", fault_last()->why);
	return key;
}

/* An unsigned package; `versions` are the attributes of uses-sdk, `more` those of the manifest. */
static inline struct text signing_package(const char *versions, const char *more)
{
	struct axml_options options = {.utf8 = true};
	struct text xml DEFER(text_free) = {0}, manifest = {0}, body = {0}, out = {0};
	struct zip_maker zip = {0};

	text_printf(&xml,
	            "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" "
	            "package=\"cn.example.signed\" %s><uses-sdk %s/><application/></manifest>",
	            more, versions);
	if (!make_axml_text(xml.data, "AndroidManifest.xml", NULL, &options, &manifest).ok)
		fail_msg("%s", fault_last()->why);
	for (unsigned i = 0; i < 4000; i++)
		text_printf(&body, "line %u\n", i);
	zip_maker_add(&zip, "AndroidManifest.xml", &manifest, true);
	zip_maker_add(&zip, "assets/lines.txt", &body, false);
	assert_true(zip_maker_write(&zip, &out).ok);
	zip_maker_free(&zip);
	return out;
}

/* The versions of packages whose oldest platforms know v1 alone, or v2 as well. */
#define VERSIONS_OLD "android:minSdkVersion='19' android:targetSdkVersion='29'"
#define VERSIONS_NEW "android:minSdkVersion='24' android:targetSdkVersion='34'"

static inline struct text signing_signed(const char *versions, const struct sign_request *request)
{
	struct text zip = signing_package(versions, "");

	if (!sign_apk(&zip, request).ok)
		fail_msg("%s", fault_last()->why);
	return zip;
}

static inline void signing_hand_in(struct signing *signing, const struct container *container,
                                   struct facts *facts)
{
	for (size_t i = 0; i < container->count; i++) {
		const struct entry *entry = &container->entries[i];
		uint8_t hash[DIGEST_MAX];
		struct bytes bytes;
		if (!entry_read(entry, facts, &bytes).ok) {
			signing_entry_unread(signing, entry);
			continue;
		}
		digest(DIGEST_SHA256, bytes.data, bytes.size, hash);
		signing_entry(signing, entry,
		              cursor_over(bytes.data, bytes.size, DIAG_ARCHIVE_DATA), hash);
		bytes_free(&bytes);
	}
}

/* Reads a package as the scan would; the facts are in `probe`, to be closed with probe_close. */
static inline void signing_ask(struct probe *probe, const struct text *zip, int64_t min_sdk,
                               int64_t max_sdk, const struct text *idsig)
{
	struct signing_request request = {.min_sdk = min_sdk, .max_sdk = max_sdk};
	struct cursor data = cursor_over(zip->data, zip->len, DIAG_ZIP_TRUNCATED);
	struct container *container = NULL;
	struct inspection inspection = {.facts = &probe->facts, .module = "base"};

	if (idsig)
		request.idsig = cursor_over(idsig->data, idsig->len, DIAG_SIGNING_BLOCK);
	probe_open(probe, "");
	limit_reset(0);
	if (!container_open(zip->data, zip->len, "", NULL, (struct entry_id){0}, &probe->facts,
	                    &container)
	             .ok) {
		signing_unreadable(&request, "base", &probe->facts);
		probe_finish(probe);
		return;
	}
	struct signing *signing = signing_open(container, data, &request);
	if (signing) {
		signing_hand_in(signing, container, NULL);
		for (size_t i = 0; i < signing_jobs(signing); i++)
			signing_run(signing, i);
		signing_finish(signing, &inspection);
	}
	container_close(container);
	probe_finish(probe);
}

/* The first reason of a package, "" if it is verified. */
static inline const char *signing_reason(const struct probe *probe)
{
	const char *reason = probe_value(probe, 0, FACT_SIGNING_REASON);

	return reason ? reason : "";
}

/* Asks and compares: the verdict is yes if `reason` is NULL. */
static inline void signing_expect(const struct text *zip, int64_t min_sdk, int64_t max_sdk,
                                  const char *reason)
{
	struct probe probe;

	signing_ask(&probe, zip, min_sdk, max_sdk, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, reason ? "false" : "true");
	assert_string_equal(signing_reason(&probe), reason ? reason : "");
	probe_close(&probe);
}

/* True if some row has the value. */
static inline bool signing_has(const struct probe *probe, enum fact_attr attr, const char *value)
{
	size_t count = fact_doc_count(probe->doc, fact_attrs[attr].row);

	for (size_t i = 0; i < count; i++) {
		const char *got = probe_value(probe, i, attr);
		if (got && strcmp(got, value) == 0)
			return true;
	}
	return false;
}

#endif
