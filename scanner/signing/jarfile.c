/*
 * jarfile.c - signature files: their digests of the manifest, of its main section and of its
 * sections (JAR File Specification, Signature File and Signature Validation).
 */
#include <stdlib.h>
#include <string.h>

#include "signing/jardigest.h"
#include "signing/jarsigner.h"

enum { ANDROID_7 = 24 };

/* A signature file being compared with the manifest. */
struct look {
	struct jar *jar;
	struct jar_signer *signer;
	bool signtool; /* made by a tool that leaves out the last empty line of a section */
	bool whole;    /* the manifest as a whole is the one that was signed */
};

#define REFUSE_FILE(look, code, ...) \
	(scheme_refuse((look)->jar->scheme, REFUSAL_##code, (look)->signer->position, \
	               (look)->signer->file_entry->path, __VA_ARGS__), \
	 false)

/* The platform passes over the signer; the first reason is kept. */
static void ignore(struct look *look, enum refusal_code code, const char *why)
{
	if (look->signer->ignored)
		return;
	look->signer->ignored = true;
	look->signer->ignored_code = code;
	look->signer->ignored_why = why;
}

static RESULT read_digests(const struct look *look, const struct jar_section *section,
                           const char *suffix, struct jar_digests *out)
{
	return jar_digests_read(&look->signer->listing, section, suffix, look->jar, out);
}

static const uint8_t *bytes_of(const struct look *look, const struct jar_section *section)
{
	return look->jar->manifest.body.data + section->at;
}

/* Numbers of X-Android-APK-Signed: those of schemes, joined by commas. */
static uint32_t read_schemes(const char *text)
{
	uint32_t schemes = 0;
	char *end;

	for (const char *at = text; *at; at = *end ? end + 1 : end) {
		long number = strtol(at, &end, 10);
		bool alone = end != at;
		for (; *end && *end != ','; end++)
			alone = alone && *end == ' ';
		if (alone && number >= 0 && number < 32)
			schemes |= 1U << number;
	}
	return schemes;
}

static bool check_stripped(struct look *look)
{
	const struct jar_request *request = &look->jar->request;
	uint32_t missing =
		look->signer->schemes_named & request->schemes_known & ~request->schemes_found;

	if (request->java || request->max_sdk < ANDROID_7 || !missing)
		return true;
	return REFUSE_FILE(
		look, SCHEME_STRIPPED,
		"X-Android-APK-Signed says that a signature of scheme v%d is there; there is "
		"none",
		__builtin_ctz(missing));
}

static bool check_version(struct look *look)
{
	static const char name[] = "Signature-Version";
	struct text value = {0};
	bool there = jar_manifest_value(&look->signer->listing, &look->signer->listing.main, name,
	                                &value);

	if (look->jar->request.java)
		there = there && value.len == 3 && !memcmp(value.data, "1.0", 3);
	if (!there)
		ignore(look, REFUSAL_FILE_VERSION_MISSING,
		       "the signature file has no Signature-Version that is known");
	text_free(&value);
	return there;
}

static void read_main(struct look *look)
{
	const struct jar_manifest *listing = &look->signer->listing;
	struct text value = {0};

	if (jar_manifest_value(listing, &listing->main, "X-Android-APK-Signed", &value))
		look->signer->schemes_named = read_schemes(value.data ? value.data : "");
	if (!look->jar->request.java &&
	    jar_manifest_value(listing, &listing->main, "Created-By", &value))
		look->signtool = value.len && memmem(value.data, value.len, "signtool", 8);
	text_free(&value);
}

/* True if some digest (Java) or every one that counts (Android) is that of the bytes. */
static bool fits(const struct look *look, const struct jar_digests *digests, const void *bytes,
                 size_t len)
{
	if (!look->jar->request.java)
		return digests->count && !jar_digests_differ(digests, bytes, len);
	for (size_t i = 0; i < digests->count; i++) {
		struct jar_digests one = {.list = {digests->list[i]}, .count = 1};
		if (!jar_digests_differ(&one, bytes, len))
			return true;
	}
	return false;
}

static bool check_whole(struct look *look)
{
	const struct cursor *manifest = &look->jar->manifest.body;
	struct jar_digests digests;

	if (!read_digests(look, &look->signer->listing.main,
	                  look->signtool ? JAR_SUFFIX : JAR_SUFFIX_MANIFEST, &digests)
	             .ok)
		return REFUSE_FILE(look, LISTING_MALFORMED, "%s", fault_last()->why);
	look->whole = fits(look, &digests, manifest->data, manifest->size);
	return true;
}

static bool check_main(struct look *look)
{
	const struct jar_section *main = &look->jar->manifest.main;
	struct jar_digests digests;

	if (look->signtool || (look->jar->request.java && look->whole))
		return true;
	if (!read_digests(look, &look->signer->listing.main, JAR_SUFFIX_MAIN, &digests).ok)
		return REFUSE_FILE(look, LISTING_MALFORMED, "%s", fault_last()->why);
	const struct jar_digest *wrong =
		jar_digests_differ(&digests, bytes_of(look, main), main->len);
	if (wrong)
		return REFUSE_FILE(
			look, MAIN_DIGEST_WRONG,
			"%s of the manifest's main section is not the one that was signed",
			digest_name(wrong->kind));
	return true;
}

static bool check_section(struct look *look, const struct jar_section *stated,
                          const struct jar_section *section)
{
	const uint8_t *bytes = bytes_of(look, section);
	size_t len = section->len;
	struct jar_digests digests;

	if (!read_digests(look, stated, JAR_SUFFIX, &digests).ok)
		return REFUSE_FILE(look, LISTING_MALFORMED, "section at %zu: %s", stated->at,
		                   fault_last()->why);
	if (!digests.count)
		return REFUSE_FILE(look, SECTION_DIGEST_MISSING,
		                   "the section at %zu has no digest that the platform knows",
		                   stated->at);
	if (look->signtool && len >= 2 && bytes[len - 1] == '\n' && bytes[len - 2] == '\n')
		len--;
	if (!fits(look, &digests, bytes, len))
		return REFUSE_FILE(
			look, SECTION_DIGEST_WRONG,
			"%s of the manifest's section at %zu is not the one that was signed",
			digest_name(digests.list[0].kind), section->at);
	return true;
}

static const struct jar_section *listed(const struct look *look, const struct jar_section *stated)
{
	return jar_manifest_find(&look->jar->manifest, stated->name, stated->name_len);
}

static bool names_are_sound(const struct look *look)
{
	const struct jar_manifest *listing = &look->signer->listing;

	if (listing->named < listing->count)
		return false;
	if (look->jar->request.java)
		return true;
	for (size_t i = 0; i < listing->count && !look->whole; i++)
		if (!listed(look, &listing->sections[i]))
			return false;
	return !jar_manifest_twice(listing);
}

static bool check_sections(struct look *look)
{
	const struct jar_manifest *listing = &look->signer->listing;

	if (!names_are_sound(look)) {
		ignore(look, REFUSAL_FILE_SECTION_ODD,
		       "a section of the signature file has no name, one that stands there twice, "
		       "or "
		       "one that the manifest does not list");
		return true;
	}
	for (size_t i = 0; i < listing->count && !look->whole; i++) {
		const struct jar_section *stated = &listing->sections[i];
		const struct jar_section *section = listed(look, stated);
		if (!section)
			return REFUSE_FILE(
				look, FILE_SECTION_ODD,
				"the section at %zu names what the manifest does not list",
				stated->at);
		if (!check_section(look, stated, section))
			return false;
	}
	return true;
}

bool jar_file_verify(struct jar *jar, struct jar_signer *signer)
{
	struct look look = {.jar = jar, .signer = signer};
	struct cursor body = cursor_over(signer->file.data, signer->file.size, DIAG_ARCHIVE_DATA);

	if (!jar_manifest_read(body, &jar->arena, &signer->listing).ok)
		return REFUSE_FILE(&look, LISTING_LARGE, "%s", fault_last()->why);
	if (!signer->listing.main.len)
		return REFUSE_FILE(&look, LISTING_MALFORMED, "the signature file is empty");
	if (!check_version(&look))
		return true;
	read_main(&look);
	if (!check_stripped(&look) || !check_whole(&look) || !check_main(&look))
		return false;
	return check_sections(&look);
}
