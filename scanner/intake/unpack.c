/*
 * unpack.c - libarchive, fenced in.
 *
 * Enabled are the formats tar, 7-Zip and raw, one filter of gzip, bzip2, xz and zstd, and ZIP for
 * archives of one entry that are made here. Never more: other formats open files or start programs,
 * and most memory errors of the library were found in them.
 */
#include "intake/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"
#include "intake/member.h"
#include "intake/onezip.h"

enum {
	TAR_MAGIC_AT = 257,
	METHOD_LZMA = 14,
	DICTIONARY_MAX = 64 << 20,
};

static const struct unpack_kind kinds[] = {
	{"gzip", "\x1f\x8b\x08", 3, 0, ARCHIVE_FILTER_GZIP},
	{"bzip2", "BZh", 3, 0, ARCHIVE_FILTER_BZIP2},
	{"xz",
         "\xfd"
         "7zXZ\0",
         6, 0, ARCHIVE_FILTER_XZ},
	{"zstd", "\x28\xb5\x2f\xfd", 4, 0, ARCHIVE_FILTER_ZSTD},
	{"7zip", "7z\xbc\xaf\x27\x1c", 6, 0, 0},
	{"tar", "ustar", 5, TAR_MAGIC_AT, 0},
};

static const struct unpack_kind *kind_of(const void *data, size_t size)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct unpack_kind *kind = &kinds[i];
		if (size >= kind->at + kind->len &&
		    memcmp((const char *)data + kind->at, kind->magic, kind->len) == 0)
			return kind;
	}
	return NULL;
}

bool unpack_bid(const void *data, size_t size)
{
	return kind_of(data, size) != NULL;
}

static void close_archive(struct archive **archive)
{
	if (*archive)
		archive_read_free(*archive);
}

static const char *reason(struct archive *archive)
{
	const char *why = archive_error_string(archive);

	return why ? why : "unreadable";
}

static RESULT fail_archive(struct archive *archive, enum diag code)
{
	struct text clean = {0};

	if (archive_errno(archive) == ENOMEM)
		code = DIAG_LIMIT_MEMORY;
	text_clean(&clean, reason(archive), strlen(reason(archive)));
	fault_note(code, AT_NONE, __FILE__, __LINE__, "%s", clean.data ? clean.data : "");
	text_free(&clean);
	return FAILED;
}

static RESULT start(const struct unpacked *unpacked, struct archive **out)
{
	struct archive *archive = archive_read_new();

	if (!archive)
		fault_out_of_memory();
	*out = archive;
	if (!unpacked->lone)
		archive_read_support_format_tar(archive);
	if (unpacked->kind->filter) {
		/* set by hand, so that the library does not look for further filters */
		ENSURE(archive_read_append_filter(archive, unpacked->kind->filter) == ARCHIVE_OK,
		       SYSTEM, AT_NONE, "libarchive has no %s", unpacked->kind->format);
		archive_read_support_format_raw(archive);
	} else {
		archive_read_support_format_7zip(archive);
	}
	if (archive_read_open_memory(archive, unpacked->data, unpacked->size) != ARCHIVE_OK)
		return fail_archive(archive, DIAG_ARCHIVE_DATA);
	return OK;
}

/* The bytes of the current member, as they come. Data that come with a warning count. */
static RESULT pieces(struct archive *archive, enum diag code, entry_piece take, void *state)
{
	for (;;) {
		const void *bytes = NULL;
		size_t len = 0;
		int64_t at = 0;
		int done = archive_read_data_block(archive, &bytes, &len, &at);

		if (done == ARCHIVE_EOF)
			return OK;
		if (done != ARCHIVE_OK && done != ARCHIVE_WARN)
			return fail_archive(archive, code);
		ENSURE(at >= 0, ARCHIVE_DATA, AT_NONE, "a piece at a negative offset");
		if (len)
			TRY(take(state, bytes, len, (uint64_t)at));
		else if (done == ARCHIVE_WARN)
			return OK;
	}
}

static enum entry_type type_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) == AE_IFLNK)
		return ENTRY_LINK;
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return ENTRY_FOLDER;
	/* raw streams have no type */
	if (archive_entry_filetype(entry) == AE_IFREG || archive_entry_filetype(entry) == 0)
		return ENTRY_FILE;
	return ENTRY_SPECIAL;
}

/* A lone compressed stream is called as its container without the last suffix. */
static void name_stream(const char *path, struct text *out)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	if (dot && dot > base)
		text_add(out, base, (size_t)(dot - base));
	else
		text_puts(out, "content");
}

static void name_member(const struct container *container, struct archive *archive,
                        struct archive_entry *entry, struct text *out)
{
	const char *name = archive_entry_pathname(entry);

	if (archive_format(archive) == ARCHIVE_FORMAT_RAW) {
		name_stream(container->path, out);
		return;
	}
	if (!name)
		name = archive_entry_pathname_utf8(entry);
	text_puts(out, name ? name : "");
}

static void refuse(struct member *member)
{
	member->refused = true;
	member->refusal = fault_last()->code;
}

static RESULT store_member(struct unpacked *unpacked, struct archive *archive,
                           struct archive_entry *entry, struct member *member)
{
	struct member_store store = {.unpacked = unpacked, .member = member};

	if (archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0 &&
	    (uint64_t)archive_entry_size(entry) > limit_get(LIMIT_ENTRY)) {
		member->size = (uint64_t)archive_entry_size(entry);
		fault_note(DIAG_LIMIT_ENTRY, AT_NONE, __FILE__, __LINE__,
		           "a member announces %llu bytes", (unsigned long long)member->size);
		refuse(member);
		return OK;
	}
	struct result stored = pieces(archive, DIAG_ARCHIVE_DATA, member_piece, &store);
	member_finish(&store, stored.ok);
	if (!stored.ok)
		refuse(member);
	return stored;
}

static RESULT walk(struct container *container, struct archive *archive, struct oddity_list *odd)
{
	struct unpacked *unpacked = container->state;

	for (;;) {
		struct archive_entry *entry;
		int done = archive_read_next_header(archive, &entry);

		if (done == ARCHIVE_EOF)
			return OK;
		if (done != ARCHIVE_OK && done != ARCHIVE_WARN)
			return fail_archive(archive, DIAG_ARCHIVE_DATA);
		TRY(limit_count_entries(1));
		struct member *member = member_add(unpacked);
		member->type = type_of(entry);
		name_member(container, archive, entry, &member->name);
		member_report(member, odd);
		TRY(store_member(unpacked, archive, entry, member));
	}
}

/* Whether a failure ends the whole container: nothing was read, or the scan's limits are passed. */
static bool hopeless(const struct unpacked *unpacked)
{
	enum diag code = fault_last()->code;

	return !unpacked->count || code == DIAG_LIMIT_ENTRIES || code == DIAG_SYSTEM;
}

static RESULT walk_once(struct container *container, struct oddity_list *odd)
{
	DEFER(close_archive) struct archive *archive = NULL;

	TRY(start(container->state, &archive));
	return walk(container, archive, odd);
}

static RESULT open_archive(struct container *container, struct oddity_list *odd)
{
	struct unpacked *unpacked = container->state;
	struct result walked = walk_once(container, odd);

	/* libarchive takes a stream of zeros for the end of a tar */
	if (walked.ok && !unpacked->count && unpacked->kind->filter) {
		unpacked->lone = true;
		walked = walk_once(container, odd);
	}
	if (!walked.ok && hopeless(unpacked))
		return FAILED;
	if (!walked.ok)
		oddity_damage(odd, fault_last()->code, AT_NONE, "after %zu members: %s",
		              unpacked->count, fault_last()->why);
	ENSURE(unpacked->count, BUNDLE_EMPTY, AT_NONE, "the archive has no members");
	return member_entries(container);
}

struct result unpack_open(struct container *container, const void *data, size_t size,
                          struct facts *facts)
{
	struct unpacked *unpacked;
	struct oddity_list odd;

	ALLOC(unpacked, &container->arena, 1);
	*unpacked = (struct unpacked){.data = data, .size = size, .kind = kind_of(data, size)};
	container->kind = CONTAINER_ARCHIVE;
	container->format = unpacked->kind->format;
	container->state = unpacked;
	oddity_init(&odd, facts);
	struct result done = open_archive(container, &odd);
	oddity_finish(&odd);
	return done;
}

void unpack_close(struct container *container)
{
	struct unpacked *unpacked = container->state;

	if (!unpacked)
		return;
	for (size_t i = 0; i < unpacked->count; i++) {
		text_free(&unpacked->members[i].name);
		free(unpacked->members[i].owned);
	}
	free(unpacked->members);
}

static RESULT usable(const struct member *member)
{
	if (!member->refused)
		return OK;
	fault_note(member->refusal, AT_NONE, __FILE__, __LINE__, "the member was not read: %s",
	           diag_meaning(member->refusal));
	return FAILED;
}

struct result unpack_whole(const struct entry *entry, struct bytes *out)
{
	const struct unpacked *unpacked = entry->container->state;
	const struct member *member = &unpacked->members[entry->index];

	TRY(usable(member));
	ENSURE(member->size <= limit_get(LIMIT_PARSE), LIMIT_ENTRY, AT_NONE,
	       "the member is larger than %llu bytes", (unsigned long long)limit_get(LIMIT_PARSE));
	ENSURE(member->data || !member->size, LIMIT_MEMORY, AT_NONE,
	       "the members before it fill the memory that one archive may take");
	*out = (struct bytes){.data = member->data, .size = (size_t)member->size};
	return OK;
}

/* A member that is not kept in memory, read again. Holes of sparse files are given as zeros. */
struct again {
	entry_piece take;
	void *state;
	uint64_t size, most;
};

static RESULT give(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	static const uint8_t zeros[64 * 1024];
	struct again *again = state;

	ENSURE(at <= again->most && len <= again->most - at, LIMIT_ENTRY, AT_NONE,
	       "the member is larger than when it was first read");
	TRY(limit_count_excess(len));
	while (again->size < at) {
		uint64_t left = at - again->size;
		size_t part = left < sizeof zeros ? (size_t)left : sizeof zeros;
		TRY(again->take(again->state, zeros, part, again->size));
		again->size += part;
	}
	TRY(again->take(again->state, bytes, len, at));
	again->size = at + len;
	return OK;
}

struct result unpack_stream(const struct entry *entry, entry_piece take, void *state)
{
	const struct unpacked *unpacked = entry->container->state;
	const struct member *member = &unpacked->members[entry->index];
	struct again again = {.take = take, .state = state, .most = member->size};
	DEFER(close_archive) struct archive *archive = NULL;

	TRY(usable(member));
	if (member->data || !member->size)
		return member->size ? take(state, member->data, (size_t)member->size, 0) : OK;
	TRY(start(unpacked, &archive));
	for (uint32_t i = 0; i <= entry->index; i++) {
		struct archive_entry *found;
		int done = archive_read_next_header(archive, &found);
		if (done != ARCHIVE_OK && done != ARCHIVE_WARN)
			return fail_archive(archive, DIAG_ARCHIVE_DATA);
	}
	return pieces(archive, DIAG_ARCHIVE_DATA, give, &again);
}

static la_ssize_t one_read(struct archive *archive, void *state, const void **out)
{
	(void)archive;
	return (la_ssize_t)onezip_read(state, out);
}

static la_int64_t one_seek(struct archive *archive, void *state, la_int64_t offset, int whence)
{
	struct onezip *zip = state;
	int64_t size = (int64_t)onezip_size(zip);
	int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)zip->pos : size;

	(void)archive;
	if (offset > size - from || offset < -from)
		return ARCHIVE_FATAL;
	zip->pos = (uint64_t)(from + offset);
	return (la_int64_t)zip->pos;
}

bool unpack_knows(uint16_t method)
{
	/* bzip2, LZMA, Zstandard (APPNOTE 4.4.5) */
	return method == 12 || method == METHOD_LZMA || method == 93;
}

/* The dictionary is taken at once, whatever there is to unpack (APPNOTE 5.8.8). */
static RESULT check_lzma(const struct zip_record *record, const uint8_t *packed)
{
	struct cursor c = cursor_over(packed, (size_t)record->packed, DIAG_ZIP_DATA);
	uint32_t dictionary;

	TRY(cursor_skip(&c, 5));
	TRY(cursor_u32le(&c, &dictionary));
	ENSURE(dictionary <= DICTIONARY_MAX, LIMIT_MEMORY, record->at,
	       "LZMA dictionary of %u bytes", (unsigned)dictionary);
	return OK;
}

struct result unpack_record(const struct zip_record *record, const uint8_t *packed, uint16_t method,
                            entry_piece take, void *state)
{
	DEFER(close_archive) struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	struct onezip zip;

	if (!archive)
		fault_out_of_memory();
	ENSURE(record->packed < UINT32_MAX - 1024, LIMIT_ENTRY, record->at,
	       "the entry has %llu packed bytes", (unsigned long long)record->packed);
	if (method == METHOD_LZMA)
		TRY(check_lzma(record, packed));
	onezip_init(&zip, packed, record->packed, record->size, record->crc, method);
	archive_read_support_format_zip_seekable(archive);
	archive_read_set_read_callback(archive, one_read);
	archive_read_set_seek_callback(archive, one_seek);
	archive_read_set_callback_data(archive, &zip);
	int done = archive_read_open1(archive);
	if (done >= ARCHIVE_WARN)
		done = archive_read_next_header(archive, &entry);
	if (done != ARCHIVE_OK && done != ARCHIVE_WARN)
		return fail_archive(archive, DIAG_ZIP_DATA);
	return pieces(archive, DIAG_ZIP_DATA, take, state);
}

const char *unpack_version(void)
{
	return archive_version_string() + strlen("libarchive ");
}
