/* jar.c - JAR signing from META-INF to the last entry. */
#include "signing/jar.h"

#include <stdlib.h>
#include <string.h>

#include "signing/jardigest.h"
#include "signing/jarsigner.h"

/* Parts of META-INF while they are held. */
static const size_t ARENA_LIMIT = 256U << 20;

enum state { UNSEEN, SOUND, UNREAD, MALFORMED, UNLISTED, DIFFERS };

/* What is known of an entry when its bytes were seen: each is written by one thread. */
struct jar_outcome {
	uint8_t state;
	uint8_t kind;  /* of the digest that differs */
	uint8_t kinds; /* 1 << kind of each that was compared */
};

struct jar *jar_open(const struct container *container, const struct jar_request *request,
                     struct scheme *scheme)
{
	struct jar *jar = calloc(1, sizeof *jar);

	if (!jar)
		fault_out_of_memory();
	*jar = (struct jar){.container = container, .request = *request, .scheme = scheme};
	arena_init(&jar->arena, ARENA_LIMIT);
	jar->outcomes = calloc(container->count ? container->count : 1, sizeof *jar->outcomes);
	if (!jar->outcomes)
		fault_out_of_memory();
	jar->stopped = container->kind != CONTAINER_ZIP || !jar_meta_open(jar);
	return jar;
}

/* ---- entries ---- */

/* Entries that must be signed. */
static bool is_content(const struct jar *jar, const struct entry *entry)
{
	if (!jar_is_seen(jar, entry))
		return false;
	return jar->request.java ? !jar_is_signature_part(jar, entry) : !jar_in_meta(jar, entry);
}

static bool equals(const struct jar_digest *stated, struct cursor body, const uint8_t *sha256)
{
	uint8_t computed[DIGEST_MAX];
	const uint8_t *bytes = sha256;
	size_t len = 32;

	if (stated->kind != DIGEST_SHA256) {
		len = digest(stated->kind, body.data, body.size, computed);
		bytes = computed;
	}
	return stated->len == len && memcmp(stated->bytes, bytes, len) == 0;
}

static struct jar_outcome compare(const struct jar_digests *digests, struct cursor body,
                                  const uint8_t *sha256)
{
	struct jar_outcome outcome = {.state = digests->count ? SOUND : UNLISTED};

	for (size_t i = 0; i < digests->count; i++) {
		const struct jar_digest *stated = &digests->list[i];
		if (!body.data && body.size && stated->kind != DIGEST_SHA256)
			return (struct jar_outcome){.state = UNREAD};
		outcome.kinds |= (uint8_t)(1U << stated->kind);
		if (equals(stated, body, sha256))
			continue;
		outcome.state = DIFFERS;
		outcome.kind = (uint8_t)stated->kind;
	}
	return outcome;
}

static struct jar_outcome compare_section(const struct jar *jar, const struct entry *entry,
                                          struct cursor body, const uint8_t *sha256)
{
	const struct jar_section *section =
		jar_manifest_find(&jar->manifest, entry->name, entry->name_len);
	struct jar_digests digests;

	if (!section)
		return (struct jar_outcome){.state = UNLISTED};
	if (!jar_digests_read(&jar->manifest, section, JAR_SUFFIX, jar, &digests).ok)
		return (struct jar_outcome){.state = MALFORMED};
	return compare(&digests, body, sha256);
}

static struct jar_outcome inflate_and_compare(const struct jar *jar, const struct entry *entry)
{
	struct bytes bytes = {0};
	struct jar_outcome outcome = {.state = MALFORMED};
	uint8_t sha256[DIGEST_MAX];

	if (jar_zip_inflate(entry, &bytes).ok && jar_zip_check(entry, bytes.size).ok) {
		digest(DIGEST_SHA256, bytes.data, bytes.size, sha256);
		outcome = compare_section(
			jar, entry, cursor_over(bytes.data, bytes.size, DIAG_ZIP_DATA), sha256);
	}
	bytes_free(&bytes);
	return outcome;
}

static struct jar_outcome look_at(const struct jar *jar, const struct entry *entry,
                                  struct cursor body, const uint8_t *sha256)
{
	if (!jar->request.java && jar_zip_odd_method(entry))
		return inflate_and_compare(jar, entry);
	struct result sound =
		jar->request.java ? jar_zip_check_place(entry) : jar_zip_check(entry, body.size);
	if (!sound.ok)
		return (struct jar_outcome){.state = MALFORMED};
	return compare_section(jar, entry, body, sha256);
}

void jar_entry(struct jar *jar, const struct entry *entry, struct cursor body,
               const uint8_t *sha256)
{
	if (jar->stopped || !is_content(jar, entry))
		return;
	if (!body.data)
		body.size = entry->size;
	jar->outcomes[entry->index] = look_at(jar, entry, body, sha256);
}

void jar_entry_unread(struct jar *jar, const struct entry *entry)
{
	if (jar->stopped || !is_content(jar, entry))
		return;
	struct jar_outcome *outcome = &jar->outcomes[entry->index];
	*outcome = (struct jar_outcome){.state = UNREAD};
	if (!jar->request.java)
		*outcome = inflate_and_compare(jar, entry);
	if (outcome->state == MALFORMED)
		outcome->state = UNREAD;
}

/* ---- the end ---- */

/* Signers whose signature files name the entry, a bit for each. */
static uint32_t signers_of(const struct jar *jar, const struct entry *entry)
{
	uint32_t signers = 0;

	for (size_t i = 0; i < jar->signer_count; i++)
		if (!jar->signers[i].ignored &&
		    jar_manifest_find(&jar->signers[i].listing, entry->name, entry->name_len))
			signers |= 1U << i;
	return signers;
}

static void read_late(struct jar *jar, const struct entry *entry)
{
	struct bytes bytes = {0};
	uint8_t sha256[DIGEST_MAX];

	if (entry_read(entry, NULL, &bytes).ok) {
		digest(DIGEST_SHA256, bytes.data, bytes.size, sha256);
		jar_entry(jar, entry, cursor_over(bytes.data, bytes.size, DIAG_ARCHIVE_DATA),
		          sha256);
	} else {
		jar_entry_unread(jar, entry);
	}
	bytes_free(&bytes);
}

static void judge_outcome(struct jar *jar, const struct entry *entry)
{
	const struct jar_outcome *outcome = &jar->outcomes[entry->index];

	switch (outcome->state) {
	case SOUND:
		break;
	case UNREAD:
		scheme_refuse(jar->scheme, REFUSAL_ENTRY_UNREAD, 0, entry->path,
		              "the entry was not read");
		break;
	case MALFORMED:
		scheme_refuse(jar->scheme, REFUSAL_ENTRY_MALFORMED, 0, entry->path,
		              "headers, size or digest of the entry cannot be read");
		break;
	case UNLISTED:
		scheme_refuse(jar->scheme, REFUSAL_ENTRY_UNLISTED, 0, entry->path,
		              "the manifest has no digest of the entry that the platform knows");
		break;
	default:
		scheme_refuse(jar->scheme, REFUSAL_ENTRY_DIGEST_WRONG, 0, entry->path,
		              "%s of the entry is not the one in the manifest",
		              digest_name((enum digest_kind)outcome->kind));
	}
}

/* Over all entries that must be signed. */
struct tally {
	uint32_t signers; /* of the first one that is signed */
	uint32_t kinds;
	uint64_t uncovered;
};

/* Android: each entry is signed, and all by the same signers. */
static void judge_android(struct jar *jar, const struct entry *entry, struct tally *tally)
{
	uint32_t signers = signers_of(jar, entry);

	if (!jar_manifest_find(&jar->manifest, entry->name, entry->name_len))
		scheme_refuse(jar->scheme, REFUSAL_ENTRY_UNLISTED, 0, entry->path,
		              "the manifest does not list the entry");
	else if (!signers)
		scheme_refuse(jar->scheme, REFUSAL_ENTRY_UNSIGNED, 0, entry->path,
		              "no signature file lists the entry");
	else if (tally->signers && signers != tally->signers)
		scheme_refuse(jar->scheme, REFUSAL_ENTRY_SIGNERS_DIFFER, 0, entry->path,
		              "entries before it are signed by other signers");
	else
		judge_outcome(jar, entry);
	if (!tally->signers)
		tally->signers = signers;
}

/* Java: what is signed must be sound; what is not signed counts as unprotected. */
static void judge_java(struct jar *jar, const struct entry *entry, struct tally *tally)
{
	const struct jar_outcome *outcome = &jar->outcomes[entry->index];
	uint32_t signers = signers_of(jar, entry);

	if (outcome->state == UNLISTED || !signers) {
		tally->uncovered++;
		if (outcome->state == UNLISTED || outcome->state == SOUND)
			return;
	}
	judge_outcome(jar, entry);
	tally->signers |= signers;
}

static void judge_entries(struct jar *jar, struct tally *tally)
{
	for (size_t i = 0; i < jar->container->count; i++) {
		const struct entry *entry = &jar->container->entries[i];
		if (!is_content(jar, entry))
			continue;
		if (jar->outcomes[i].state == UNSEEN)
			read_late(jar, entry);
		if (jar->request.java)
			judge_java(jar, entry, tally);
		else
			judge_android(jar, entry, tally);
		tally->kinds |= jar->outcomes[i].kinds;
	}
}

/* What is neither content nor part of the signature: other files of META-INF, for Android. */
static uint64_t count_beside(const struct jar *jar)
{
	uint64_t count = 0;

	for (size_t i = 0; i < jar->container->count; i++) {
		const struct entry *entry = &jar->container->entries[i];
		bool part = entry == jar->manifest_entry;
		for (size_t k = 0; k < jar->signer_count; k++)
			part = part ||
			       (!jar->signers[k].ignored && (entry == jar->signers[k].block_entry ||
			                                     entry == jar->signers[k].file_entry));
		count += jar_is_seen(jar, entry) && !is_content(jar, entry) && !part;
	}
	return count;
}

static uint64_t count_all(const struct jar *jar)
{
	uint64_t count = 0;

	for (size_t i = 0; i < jar->container->count; i++)
		count += jar_is_seen(jar, &jar->container->entries[i]) &&
		         !jar_is_signature_part(jar, &jar->container->entries[i]);
	return count;
}

static void name_digests(struct jar *jar, uint32_t kinds)
{
	struct text names = {0};
	uint32_t weak = 1U << DIGEST_MD5 | 1U << DIGEST_SHA1;

	for (int kind = 0; kind < DIGEST_KINDS; kind++)
		if (kinds >> kind & 1)
			text_printf(&names, "%s%s", names.len ? " " : "",
			            digest_name((enum digest_kind)kind));
	if (names.len)
		jar->scheme->digests = arena_copy(jar->scheme->arena, names.data, names.len);
	jar->scheme->weak_digest = kinds & weak;
	for (const struct signer *row = jar->scheme->signers; row; row = row->next)
		if (row->hash && (!strcmp(row->hash, "MD5") || !strcmp(row->hash, "SHA1")))
			jar->scheme->weak_digest = true;
	text_free(&names);
}

/* Signers of no entry are passed over as well. */
static void drop_idle(struct jar *jar, uint32_t signers)
{
	for (size_t i = 0; i < jar->signer_count; i++) {
		if (signers >> i & 1)
			continue;
		jar->signers[i].ignored = true;
		jar->signers[i].row->verified = false;
	}
}

void jar_finish(struct jar *jar)
{
	struct tally tally = {0};

	if (!jar->stopped)
		judge_entries(jar, &tally);
	if (!jar->stopped && !tally.signers)
		scheme_refuse(jar->scheme, REFUSAL_ENTRIES_NONE, 0, NULL, "no entry is signed");
	if (!jar->stopped && !jar->scheme->refusals.count)
		drop_idle(jar, tally.signers);
	name_digests(jar, tally.kinds);
	jar->scheme->verified = !jar->stopped && !jar->scheme->refusals.count;
	jar->unprotected = !jar->scheme->verified ? count_all(jar)
	                   : jar->request.java    ? tally.uncovered
	                                          : count_beside(jar);
}

uint64_t jar_unprotected(const struct jar *jar)
{
	return jar->unprotected;
}

uint32_t jar_schemes_named(const struct jar *jar)
{
	uint32_t schemes = 0;

	for (size_t i = 0; i < jar->signer_count; i++)
		schemes |= jar->signers[i].schemes_named;
	return schemes;
}

void jar_free(struct jar *jar)
{
	if (!jar)
		return;
	bytes_free(&jar->manifest_bytes);
	for (size_t i = 0; i < jar->signer_count; i++) {
		bytes_free(&jar->signers[i].block);
		bytes_free(&jar->signers[i].file);
	}
	free(jar->outcomes);
	arena_free(&jar->arena);
	free(jar);
}
