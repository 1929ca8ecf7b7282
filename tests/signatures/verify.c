/*
 * verify.c - asks the scanner's library about one package and many damaged copies of it, in one
 * process.
 *
 *   verify MIN MAX APK [IDSIG] < LIST     one answer a line: "yes", or "no" and the refusals
 *   verify -g COUNT SEED APK              makes a list: "OFFSET VALUE PLACE"
 *
 * MIN and MAX are versions of the platform, -1 for what the manifest says. A line of a list says
 * which byte is combined by exclusive-or with which value; value 0 leaves the package as it is.
 * Half of the bytes of a list are drawn from the whole package, half from its structures: headers,
 * META-INF, the signing block, the directory, the end record.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "facts/doc.h"
#include "intake/limits.h"
#include "make_bundle/sign.h"
#include "signing/signing.h"

enum { PACKAGE_MAX = 1 << 28 };

/* ---- the library's answer ---- */

static void entries_read(struct signing *signing, const struct container *container,
                         struct facts *facts)
{
	for (size_t i = 0; i < container->count; i++) {
		const struct entry *entry = &container->entries[i];
		struct bytes bytes = {0};
		uint8_t hash[DIGEST_MAX];
		if (!entry_count(entry).ok || !entry_read(entry, facts, &bytes).ok) {
			signing_entry_unread(signing, entry);
			continue;
		}
		digest(DIGEST_SHA256, bytes.data, bytes.size, hash);
		signing_entry(signing, entry,
		              cursor_over(bytes.data, bytes.size, DIAG_ARCHIVE_DATA), hash);
		bytes_free(&bytes);
	}
}

static void signing_ask(const struct container *container, struct cursor data,
                        const struct signing_request *request, struct facts *facts)
{
	struct facts spare;
	struct arena arena;
	struct signing *signing = signing_open(container, data, request);

	if (!signing)
		return;
	facts_init(&spare, container->id, "");
	entries_read(signing, container, &spare);
	facts_free(&spare);
	for (size_t i = 0; i < signing_jobs(signing); i++)
		signing_run(signing, i);
	arena_init(&arena, 64 << 20);
	struct entry whole = {.path = "", .name = ""};
	struct inspection inspection = {
		.entry = &whole, .arena = &arena, .facts = facts, .module = "base"};
	signing_finish(signing, &inspection);
	arena_free(&arena);
}

static void answer(struct facts *facts, bool opened)
{
	struct fact_doc *doc = fact_doc_new();

	fact_doc_add_facts(doc, facts);
	fact_doc_finish(doc);
	const char *verified = fact_doc_value(doc, FACT_SIGNING_VERIFIED);
	printf("%s", verified && !strcmp(verified, "true") ? "yes" : "no");
	if (!opened)
		printf(" %s", diag_name(fault_last()->code));
	else if (!verified)
		printf(" nothing-said");
	for (const struct doc_row *row = fact_doc_first(doc, ROW_REFUSAL); row;
	     row = fact_doc_next(doc, row))
		printf(" %s", doc_row_value(doc, row, FACT_REFUSAL_CODE));
	printf("\n");
	fact_doc_free(doc);
}

static void package_ask(const struct text *package, const struct signing_request *request)
{
	struct container *container = NULL;
	struct facts facts;

	limit_reset(package->len);
	facts_init(&facts, (struct entry_id){0}, "");
	bool opened = container_open(package->data, package->len, "", NULL, (struct entry_id){0},
	                             &facts, &container)
	                      .ok;
	if (opened)
		signing_ask(container, cursor_over(package->data, package->len, DIAG_ARCHIVE_DATA),
		            request, &facts);
	answer(&facts, opened);
	if (opened)
		container_close(container);
	facts_free(&facts);
}

/* ---- the lists ---- */

static uint32_t number(const struct text *apk, size_t at, int width)
{
	uint32_t value = 0;

	while (width--)
		value = value << 8 | (uint8_t)apk->data[at + (size_t)width];
	return value;
}

static bool in_block(const struct text *apk, size_t directory, size_t at, char *out, size_t room)
{
	if (directory < 32 || memcmp(apk->data + directory - 16, "APK Sig Block 42", 16) != 0)
		return false;
	size_t start = directory - number(apk, directory - 24, 4) - 8;
	if (at < start || at >= directory)
		return false;
	for (size_t pair = start + 8; pair < directory - 24; pair += 8 + number(apk, pair, 4))
		if (at >= pair && at < pair + 8 + number(apk, pair, 4)) {
			snprintf(out, room, "block:0x%08x+%zu", number(apk, pair + 8, 4),
			         at - pair - 12);
			return true;
		}
	snprintf(out, room, "block:frame");
	return true;
}

static void name_copy(const struct text *apk, size_t at, size_t len, char out[64])
{
	snprintf(out, 64, "%.*s", len < 60 ? (int)len : 60, apk->data + at);
	for (char *c = out; *c; c++)
		if (*c == ' ')
			*c = '_';
}

/* Names the structure that a byte is part of; true if it is one that is worth damaging. */
static bool place_name(const struct text *apk, const struct sign_zip *zip, size_t at, char *out,
                       size_t room)
{
	char name[64];
	size_t record = zip->directory;

	if (at >= zip->end) {
		snprintf(out, room, "end+%zu", at - zip->end);
		return true;
	}
	if (in_block(apk, zip->directory, at, out, room))
		return true;
	for (unsigned i = 0; i < zip->count; i++) {
		size_t name_len = number(apk, record + 28, 2), local = number(apk, record + 42, 4);
		size_t len =
			46 + name_len + number(apk, record + 30, 2) + number(apk, record + 32, 2);
		size_t head = 30 + number(apk, local + 26, 2) + number(apk, local + 28, 2);
		name_copy(apk, record + 46, name_len, name);
		if (at >= record && at < record + len) {
			snprintf(out, room, "central:%s+%zu", name, at - record);
			return true;
		}
		if (at >= local && at < local + head + number(apk, record + 20, 4)) {
			bool data = at >= local + head;
			snprintf(out, room, "%s:%s+%zu", data ? "data" : "local", name,
			         data ? at - local - head : at - local);
			return !data || !strncmp(name, "META-INF/", 9);
		}
		record += len;
	}
	snprintf(out, room, "gap");
	return true;
}

static uint64_t draw(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dU >> 16;
}

static RESULT list_make(unsigned count, uint64_t seed, const struct text *apk)
{
	struct sign_zip zip;
	char place[128];
	uint64_t state = seed * 0x9e3779b97f4a7c15U + 1;

	TRY(sign_zip_read(apk, &zip));
	printf("0 0 untouched\n");
	for (unsigned i = 0; i < count;) {
		size_t at = (size_t)(draw(&state) % apk->len);
		bool structure = place_name(apk, &zip, at, place, sizeof place);
		if (i % 2 && !structure)
			continue;
		uint64_t value = draw(&state);
		unsigned flip = value % 2 ? 1U << value / 2 % 8 : 1 + (unsigned)(value / 2 % 255);
		printf("%zu %u %s\n", at, flip, place);
		i++;
	}
	return OK;
}

/* ---- the command ---- */

static RESULT list_run(const struct text *apk, const struct signing_request *request)
{
	size_t at;
	unsigned value;

	while (scanf("%zu %u%*[^\n]", &at, &value) == 2) {
		ENSURE(at < apk->len && value < 256, USAGE, AT_NONE,
		       "the list is not for this package");
		/* a copy of its own, so that a sanitizer sees what lies outside */
		struct text copy DEFER(text_free) = {malloc(apk->len), apk->len, apk->len};
		if (!copy.data)
			fault_out_of_memory();
		memcpy(copy.data, apk->data, apk->len);
		copy.data[at] = (char)(copy.data[at] ^ (int)value);
		package_ask(&copy, request);
	}
	return OK;
}

static RESULT run(int argc, char **argv)
{
	struct text apk DEFER(text_free) = {0}, idsig DEFER(text_free) = {0};

	ENSURE(argc >= 4, USAGE, AT_NONE,
	       "usage: verify MIN MAX APK [IDSIG] < LIST, or verify -g COUNT SEED APK");
	bool make = !strcmp(argv[1], "-g");
	TRY(file_read(argv[make ? 4 : 3], PACKAGE_MAX, &apk));
	if (make)
		return list_make((unsigned)strtoul(argv[2], NULL, 10), strtoull(argv[3], NULL, 10),
		                 &apk);
	struct signing_request request = {.min_sdk = strtol(argv[1], NULL, 10),
	                                  .max_sdk = strtol(argv[2], NULL, 10)};
	if (argc > 4) {
		TRY(file_read(argv[4], PACKAGE_MAX, &idsig));
		request.idsig = cursor_over(idsig.data, idsig.len, DIAG_ARCHIVE_DATA);
	}
	TRY(digest_start());
	return list_run(&apk, &request);
}

int main(int argc, char **argv)
{
	if (run(argc, argv).ok)
		return 0;
	fprintf(stderr, "verify: %s\n", fault_last()->why);
	return 1;
}
