/* jarmeta.c - META-INF: finds manifest, signature files and blocks, and verifies them. */
#include <stdlib.h>
#include <string.h>

#include "signing/jarsigner.h"

/* Signature files and blocks that are held at a time. */
static const size_t HELD_MAX = 128U << 20;

static RESULT read_part(struct jar *jar, const struct entry *entry, struct bytes *out)
{
	ENSURE(entry->size <= JAR_MANIFEST_BYTES_MAX, LIMIT_ENTRY, AT_NONE,
	       "the entry has %llu bytes, read are up to %d", (unsigned long long)entry->size,
	       JAR_MANIFEST_BYTES_MAX);
	if (jar->request.java) {
		TRY(jar_zip_check_place(entry));
		return entry_read(entry, NULL, out);
	}
	if (jar_zip_odd_method(entry) || !entry_read(entry, NULL, out).ok)
		TRY(jar_zip_inflate(entry, out));
	return jar_zip_check(entry, out->size);
}

static bool take_part(struct jar *jar, const struct entry *entry, struct bytes *out)
{
	if (read_part(jar, entry, out).ok)
		return true;
	if (diag_kind(fault_last()->code) == FAULT_LIMIT)
		return JAR_REFUSE(jar, LISTING_LARGE, entry->path, "%s", fault_last()->why);
	return JAR_REFUSE(jar, ENTRY_MALFORMED, entry->path, "%s", fault_last()->why);
}

static const struct entry *find(const struct jar *jar,
                                bool (*is)(const struct jar *, const struct entry *),
                                const struct entry *block)
{
	for (size_t i = 0; i < jar->container->count; i++) {
		const struct entry *entry = &jar->container->entries[i];
		if (jar_is_seen(jar, entry) && is(jar, entry) &&
		    (!block || jar_are_pair(jar, block, entry)))
			return entry;
	}
	return NULL;
}

static size_t count_blocks(const struct jar *jar)
{
	size_t count = 0;

	for (size_t i = 0; i < jar->container->count; i++)
		count += jar_is_seen(jar, &jar->container->entries[i]) &&
		         jar_is_block(jar, &jar->container->entries[i]);
	return count;
}

static bool find_signers(struct jar *jar)
{
	size_t most = jar->request.java ? JAR_JAVA_SIGNERS_MAX : JAR_ANDROID_SIGNERS_MAX;
	size_t blocks = count_blocks(jar);

	/* each block costs a search: a bound on the work, far above what is accepted */
	if (blocks <= 16 * most)
		jar->signers = arena_take(&jar->arena, blocks, sizeof *jar->signers);
	for (size_t i = 0; i < jar->container->count && jar->signers; i++) {
		const struct entry *block = &jar->container->entries[i];
		if (!jar_is_seen(jar, block) || !jar_is_block(jar, block))
			continue;
		const struct entry *file = find(jar, jar_is_file, block);
		if (!file)
			continue;
		jar->signers[jar->signer_count++] =
			(struct jar_signer){.block_entry = block, .file_entry = file};
	}
	jar->scheme->present = jar->signer_count > 0 || !jar->signers;
	if (jar->signers && jar->signer_count <= most)
		return true;
	return JAR_REFUSE(jar, SIGNERS_TOO_MANY, NULL,
	                  "there are %zu signature blocks, the most are %zu",
	                  jar->signers ? jar->signer_count : blocks, most);
}

static bool check_listed(struct jar *jar)
{
	const struct jar_manifest *manifest = &jar->manifest;
	const struct jar_section *twice = jar_manifest_twice(manifest);

	if (jar->request.java)
		return true;
	if (manifest->named < manifest->count)
		return JAR_REFUSE(jar, SECTION_UNNAMED, jar->manifest_entry->path,
		                  "a section has no name of an entry");
	if (!twice)
		return true;
	return JAR_REFUSE(jar, SECTION_TWICE, jar->manifest_entry->path,
	                  "the section at %zu names what one before names", twice->at);
}

static bool read_manifest(struct jar *jar)
{
	struct cursor body;

	if (!take_part(jar, jar->manifest_entry, &jar->manifest_bytes))
		return false;
	body = cursor_over(jar->manifest_bytes.data, jar->manifest_bytes.size, DIAG_ARCHIVE_DATA);
	if (!jar_manifest_read(body, &jar->arena, &jar->manifest).ok)
		return JAR_REFUSE(jar, LISTING_LARGE, jar->manifest_entry->path, "%s",
		                  fault_last()->why);
	return check_listed(jar);
}

static bool same_name(const struct entry *a, const struct entry *b)
{
	return a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0;
}

static int by_name(const void *left, const void *right)
{
	const struct entry *a = *(const struct entry *const *)left;
	const struct entry *b = *(const struct entry *const *)right;
	size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = len ? memcmp(a->name, b->name, len) : 0;

	if (order || a->name_len != b->name_len)
		return order ? order : a->name_len < b->name_len ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* The entries that are seen, by their names. */
static const struct entry **sorted(struct jar *jar, size_t *count)
{
	const struct entry **list =
		arena_take(&jar->arena, jar->container->count, sizeof(const struct entry *));

	*count = 0;
	for (size_t i = 0; list && i < jar->container->count; i++)
		if (jar_is_seen(jar, &jar->container->entries[i]))
			list[(*count)++] = &jar->container->entries[i];
	if (list)
		qsort(list, *count, sizeof *list, by_name);
	return list;
}

static bool check_twice(struct jar *jar, const struct entry **list, size_t count)
{
	bool sound = true;

	for (size_t i = 1; i < count; i++)
		if (same_name(list[i - 1], list[i]) && (i < 2 || !same_name(list[i - 2], list[i])))
			sound = JAR_REFUSE(jar, NAME_TWICE, list[i]->path,
			                   "another entry has the same name (CVE-2013-4787)");
	return sound;
}

/* Both lists are sorted by their names. */
static bool check_missing(struct jar *jar, const struct entry **list, size_t count)
{
	const struct jar_manifest *manifest = &jar->manifest;
	bool sound = true;

	for (size_t i = 0, at = 0; i < manifest->named; i++) {
		const struct jar_section *section = &manifest->sections[manifest->by_name[i]];
		const struct entry wanted = {.name = section->name, .name_len = section->name_len};
		const struct entry *key = &wanted;
		while (at < count && by_name(&list[at], &key) < 0 && !same_name(list[at], key))
			at++;
		if (at < count && same_name(list[at], key))
			continue;
		sound = JAR_REFUSE(jar, ENTRY_MISSING, jar->manifest_entry->path,
		                   "the section at %zu names no entry", section->at);
	}
	return sound;
}

static bool add_row(struct jar *jar, struct jar_signer *signer)
{
	signer->row = scheme_signer(jar->scheme);
	if (!signer->row)
		return JAR_REFUSE(jar, LISTING_LARGE, signer->block_entry->path,
		                  "the signer needs more memory than the limit");
	signer->row->name = signer->block_entry->path;
	return true;
}

/* Every block, then every signature file: a refusal ends it after all of a kind were looked at. */
static bool verify_signers(struct jar *jar)
{
	size_t held = 0;
	bool sound = true;

	for (size_t i = 0; i < jar->signer_count; i++) {
		struct jar_signer *signer = &jar->signers[i];
		signer->position = (uint32_t)i + 1;
		if (!add_row(jar, signer) || !take_part(jar, signer->block_entry, &signer->block) ||
		    !take_part(jar, signer->file_entry, &signer->file))
			return false;
		held += signer->block.size + signer->file.size;
		if (held > HELD_MAX)
			return JAR_REFUSE(jar, LISTING_LARGE, signer->file_entry->path,
			                  "signature files are together larger than the limit");
		sound = jar_block_verify(jar, signer) && sound;
	}
	for (size_t i = 0; i < jar->signer_count && sound; i++)
		sound = jar_file_verify(jar, &jar->signers[i]);
	return sound;
}

/* Signers that are passed over are told of when none is left. */
static bool some_left(struct jar *jar)
{
	size_t left = 0;

	for (size_t i = 0; i < jar->signer_count; i++) {
		left += !jar->signers[i].ignored;
		if (jar->signers[i].ignored)
			jar->signers[i].row->verified = false;
	}
	if (left)
		return true;
	scheme_refuse(
		jar->scheme, REFUSAL_NOT_SIGNED, 0, NULL,
		"there is no signature block with a signature file that the platform looks at");
	for (size_t i = 0; i < jar->signer_count; i++)
		scheme_refuse(jar->scheme, jar->signers[i].ignored_code, jar->signers[i].position,
		              jar->signers[i].file_entry->path, "%s", jar->signers[i].ignored_why);
	return false;
}

bool jar_meta_open(struct jar *jar)
{
	size_t count;
	const struct entry **list = sorted(jar, &count);
	bool found = find_signers(jar);

	if (!list)
		return JAR_REFUSE(jar, LISTING_LARGE, NULL, "%s", fault_last()->why);
	if (!jar->request.java && !jar_zip_directory(jar->container).ok)
		return JAR_REFUSE(jar, PACKAGE_UNREADABLE, NULL, "%s", fault_last()->why);
	if (!jar->request.java && !check_twice(jar, list, count))
		return false;
	jar->manifest_entry = find(jar, jar_is_manifest, NULL);
	if (!jar->manifest_entry)
		return JAR_REFUSE(jar, NOT_SIGNED, NULL, "there is no META-INF/MANIFEST.MF");
	if (!read_manifest(jar) || (!jar->request.java && !check_missing(jar, list, count)))
		return false;
	return found && some_left(jar) && verify_signers(jar) && some_left(jar);
}
