/*
 * test_zipview.c - ZIPs as the loader sees them, each evasion with its diagnostic.
 *
 * With PARASOL_HOSTILE set to a folder of generated evasions, and aapt installed, the manifest of
 * every package that aapt reads is compared with ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <dirent.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "intake/limits.h"
#include "intake/zipview.h"
#include "unit/zipmake.h"

static const char text[] = "the quick brown fox jumps over the lazy dog";

/* An archive under test, opened. */
struct opened {
	struct zipmake zip;
	struct facts facts;
	struct container *container;
	struct result done;
};

static void open_zip(struct opened *o)
{
	zipmake_end(&o->zip);
	limit_reset(o->zip.out.len);
	facts_init(&o->facts, (struct entry_id){0}, "");
	o->done = container_open(o->zip.out.data, o->zip.out.len, "", NULL, (struct entry_id){0},
	                         &o->facts, &o->container);
}

static void close_zip(struct opened *o)
{
	if (o->done.ok)
		container_close(o->container);
	facts_free(&o->facts);
	zipmake_free(&o->zip);
}

/* Reads an entry, which must hold `want`; NULL: it must fail with `code`. */
static void reads(const struct opened *o, size_t index, const char *want, enum diag code,
                  enum diag issue)
{
	struct facts facts;
	struct bytes bytes = {0};

	assert_true(o->done.ok);
	facts_init(&facts, o->container->entries[index].id, o->container->entries[index].path);
	bool ok = entry_read(&o->container->entries[index], &facts, &bytes).ok;
	if (ok != (want != NULL))
		fail_msg("%s: %s", want ? "not read" : "read", ok ? "" : fault_last()->why);
	if (want) {
		assert_int_equal(bytes.size, strlen(want));
		assert_memory_equal(bytes.data, want, bytes.size);
	} else {
		assert_string_equal(diag_name(fault_last()->code), diag_name(code));
	}
	if (issue != DIAG_COUNT && zipmake_issues(&facts, issue) != 1)
		fail_msg("no %s", diag_name(issue));
	bytes_free(&bytes);
	facts_free(&facts);
}

static void plain_entries_are_read(void **state)
{
	struct opened o = {0};

	(void)state;
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "a/", .mode = 040755});
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "a/x", .data = text});
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "b", .data = text, .method = 8});
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "empty"});
	open_zip(&o);
	assert_true(o.done.ok);
	assert_int_equal(o.container->count, 4);
	assert_int_equal(o.facts.count[ROW_ISSUE], 0);
	assert_int_equal(o.container->entries[0].type, ENTRY_FOLDER);
	assert_int_equal(o.container->entries[2].size, strlen(text));
	assert_int_equal(o.container->entries[2].id.depth, 1);
	assert_int_equal(o.container->entries[2].id.at[0], 2);
	assert_null(container_find(o.container, "a/"));
	assert_null(container_find(o.container, "a"));
	assert_null(container_find(o.container, "B"));
	assert_ptr_equal(container_find(o.container, "b"), &o.container->entries[2]);
	reads(&o, 1, text, DIAG_COUNT, DIAG_COUNT);
	reads(&o, 2, text, DIAG_COUNT, DIAG_COUNT);
	reads(&o, 3, "", DIAG_COUNT, DIAG_COUNT);
	close_zip(&o);
}

static void stored_bytes_are_not_copied(void **state)
{
	struct opened o = {0};
	struct bytes bytes;

	(void)state;
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "x", .data = text});
	open_zip(&o);
	assert_true(entry_read(&o.container->entries[0], NULL, &bytes).ok);
	assert_null(bytes.owned);
	assert_ptr_equal(bytes.data, o.zip.out.data + 31);
	bytes_free(&bytes);
	close_zip(&o);
}

/* One odd entry between two good ones. */
struct oddity {
	struct zipmake_entry entry;
	enum diag issue; /* of the container, or DIAG_COUNT */
	const char *want;
	enum diag failure;     /* of reading, where `want` is NULL */
	enum diag entry_issue; /* of reading, or DIAG_COUNT */
};

#define CASE(issue, want, failure, entry_issue, ...) \
	{ \
		.entry = {.data = text, __VA_ARGS__}, DIAG_##issue, want, DIAG_##failure, \
		DIAG_##entry_issue \
	}

static const struct oddity oddities[] = {
	CASE(ZIP_HEADER_MISMATCH, text, COUNT, COUNT, .method = 8, .local_method_add = 7),
	CASE(ZIP_HEADER_MISMATCH, text, COUNT, COUNT, .method = 8, .local_size_add = 7),
	CASE(ZIP_HEADER_MISMATCH, text, COUNT, COUNT, .local_name = "y"),
	CASE(ZIP_METHOD, text, COUNT, COUNT, .method = 0x7c4b),
	CASE(COUNT, text, COUNT, ZIP_ENCRYPTED_FLAG, .flags = 1),
	CASE(COUNT, text, COUNT, ZIP_ENCRYPTED_FLAG, .method = 8, .flags = 0x41, .crc_add = 1),
	CASE(COUNT, text, COUNT, ZIP_ENCRYPTED_FLAG, .method = 8, .local_flags_add = 1),
	CASE(COUNT, NULL, ZIP_ENCRYPTED, COUNT, .flags = 1, .size_add = (uint32_t)-12,
             .crc_add = 1),
	CASE(COUNT, text, COUNT, ZIP_CRC, .method = 8, .crc_add = 1),
	CASE(COUNT, text, COUNT, ZIP_CRC, .crc_add = 1),
	CASE(COUNT, text, COUNT, ZIP_SIZE, .method = 8, .size_add = (uint32_t)-33),
	CASE(COUNT, text, COUNT, ZIP_SIZE, .method = 8, .size_add = 100000),
	CASE(COUNT, NULL, ZIP_DATA, COUNT, .method = 8, .size_add = 100, .crc_add = 1),
	CASE(COUNT, NULL, ZIP_DATA, COUNT, .method = 8, .packed_add = (uint32_t)-9, .behind = "",
             .behind_len = 0),
	CASE(ZIP_SIZE, NULL, ZIP_SIZE, COUNT, .packed_add = 0x70000000),
	CASE(ZIP_OFFSET, NULL, ZIP_OFFSET, COUNT, .offset_add = 3),
	CASE(ZIP_OFFSET, NULL, ZIP_OFFSET, COUNT, .offset_add = 0x7ffffff0),
	CASE(ZIP_GAP, text, COUNT, COUNT, .behind = "hidden", .behind_len = 6),
	CASE(ZIP_HIDDEN_ENTRY, text, COUNT, COUNT, .behind = "PK\3\4hidden", .behind_len = 10),
	CASE(ZIP_DATADESC, text, COUNT, COUNT, .method = 8, .flags = 8),
	CASE(ZIP_EXTRA, text, COUNT, COUNT, .extra = "\1\0\xff\xff", .extra_len = 4),
	CASE(ZIP_NAME, text, COUNT, COUNT, .extra = "\x75\x70\6\0\1....y", .extra_len = 10),
	CASE(ENTRY_LINK, text, COUNT, COUNT, .mode = 0120777),
	CASE(ENTRY_SPECIAL, text, COUNT, COUNT, .mode = 020666),
	CASE(ZIP_DUPLICATE, text, COUNT, COUNT, .name = "first"),
	CASE(ZIP_NAME_COLLISION, text, COUNT, COUNT, .name = "FIRST"),
	CASE(ZIP_NAME_COLLISION, text, COUNT, COUNT, .name = "first/x"),
	CASE(NAME_UNSAFE, text, COUNT, COUNT, .name = "../x"),
	CASE(ZIP_ALIGN, text, COUNT, COUNT, .name = "lib/arm64-v8a/libx.so"),
};

static void oddities_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof oddities / sizeof *oddities; i++) {
		const struct oddity *c = &oddities[i];
		struct opened o = {0};

		zipmake_add(&o.zip, &(struct zipmake_entry){.name = "first", .data = "1"});
		zipmake_add(&o.zip, &c->entry);
		zipmake_add(&o.zip,
		            &(struct zipmake_entry){.name = "last", .data = "3", .method = 8});
		open_zip(&o);
		assert_true(o.done.ok);
		if (c->issue != DIAG_COUNT && zipmake_issues(&o.facts, c->issue) != 1)
			fail_msg("case %zu: no %s", i, diag_name(c->issue));
		reads(&o, 1, c->want, c->failure, c->entry_issue);
		reads(&o, 0, "1", DIAG_COUNT, DIAG_COUNT);
		reads(&o, 2, "3", DIAG_COUNT, DIAG_COUNT);
		close_zip(&o);
	}
}

static void end_record(struct zipmake zip, enum diag issue, enum diag failure)
{
	struct opened o = {.zip = zip};

	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "a", .data = text});
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "b", .data = text});
	open_zip(&o);
	if (failure != DIAG_COUNT) {
		assert_false(o.done.ok);
		assert_string_equal(diag_name(fault_last()->code), diag_name(failure));
	} else {
		reads(&o, 1, text, DIAG_COUNT, DIAG_COUNT);
		if (zipmake_issues(&o.facts, issue) != 1)
			fail_msg("no %s", diag_name(issue));
	}
	close_zip(&o);
}

static void end_records_are_checked(void **state)
{
	static const char empty[22] = "PK\5\6";
	char zeros[100] = {0};

	(void)state;
	end_record((struct zipmake){.count_add = 5}, DIAG_ZIP_COUNT, DIAG_COUNT);
	end_record((struct zipmake){.count_add = 65534}, DIAG_ZIP_COUNT, DIAG_COUNT);
	end_record((struct zipmake){.disk = 3}, DIAG_ZIP_MULTIDISK, DIAG_COUNT);
	end_record((struct zipmake){.comment_add = 3}, DIAG_ZIP_EOCD, DIAG_COUNT);
	end_record((struct zipmake){.comment = "abc", .comment_add = 65535}, DIAG_ZIP_EOCD,
	           DIAG_COUNT);
	end_record((struct zipmake){.behind = zeros, .behind_len = 100}, DIAG_ZIP_TRAILING,
	           DIAG_COUNT);
	end_record((struct zipmake){.comment_add = 22, .behind = empty, .behind_len = 22},
	           DIAG_ZIP_EOCD, DIAG_COUNT);
	end_record((struct zipmake){.offset_add = 0x7fffffff}, DIAG_COUNT, DIAG_ZIP_OFFSET);
	end_record((struct zipmake){.size_add = 0x7fffffff}, DIAG_COUNT, DIAG_ZIP_OFFSET);
	end_record((struct zipmake){.size_add = 0xffffff81, .offset_add = 0xffffffb9}, DIAG_COUNT,
	           DIAG_ZIP_OFFSET);
}

static void bytes_in_front_are_told(void **state)
{
	for (int rebased = 0; rebased < 2; rebased++) {
		struct opened o = {0};

		(void)state;
		text_puts(&o.zip.out, "#!/bin/sh\n");
		zipmake_add(&o.zip,
		            &(struct zipmake_entry){.name = "a",
		                                    .data = text,
		                                    .offset_add = rebased ? 0 : (uint32_t)-10});
		o.zip.offset_add = rebased ? 0 : (uint32_t)-10;
		open_zip(&o);
		reads(&o, 0, text, DIAG_COUNT, DIAG_COUNT);
		assert_int_equal(zipmake_issues(&o.facts, DIAG_ZIP_PREFIX), 1);
		close_zip(&o);
	}
}

static void every_cut_is_told(void **state)
{
	struct zipmake zip = {0};
	struct container *container;
	struct facts facts;

	(void)state;
	zipmake_add(&zip, &(struct zipmake_entry){.name = "a", .data = text, .method = 8});
	zipmake_add(&zip, &(struct zipmake_entry){.name = "b", .data = text});
	zipmake_end(&zip);
	limit_reset(0);
	for (size_t len = 0; len < zip.out.len; len++) {
		char *cut = malloc(len ? len : 1);
		assert_non_null(cut);
		memcpy(cut, zip.out.data, len);
		facts_init(&facts, (struct entry_id){0}, "");
		assert_false(
			container_open(cut, len, "", NULL, (struct entry_id){0}, &facts, &container)
				.ok);
		assert_int_equal(fault_last()->code, len ? DIAG_ZIP_TRUNCATED : DIAG_BUNDLE_EMPTY);
		facts_free(&facts);
		free(cut);
	}
	zipmake_free(&zip);
}

static void duplicates_are_shadowed(void **state)
{
	struct opened o = {0};

	(void)state;
	for (int i = 0; i < 2000; i++)
		zipmake_add(&o.zip,
		            &(struct zipmake_entry){.name = "m.xml", .data = i ? "b" : "a"});
	open_zip(&o);
	assert_int_equal(zipmake_issues(&o.facts, DIAG_ZIP_DUPLICATE), 1);
	assert_ptr_equal(container_find(o.container, "m.xml"), &o.container->entries[0]);
	assert_false(o.container->entries[0].shadowed);
	assert_true(o.container->entries[1999].shadowed);
	assert_string_equal(o.container->entries[0].path, "m.xml");
	assert_string_equal(o.container->entries[1999].path, "m.xml#2000");
	reads(&o, 1999, "b", DIAG_COUNT, DIAG_COUNT);
	close_zip(&o);
}

static void shared_bytes_have_a_budget(void **state)
{
	static char big[8 << 20];
	struct opened o = {0};

	(void)state;
	zipmake_add(&o.zip, &(struct zipmake_entry){
				    .name = "0", .data = big, .len = sizeof big, .method = 8});
	struct text first = o.zip.directory;
	struct text all = {0};
	for (int i = 0; i < 40; i++) {
		size_t start = all.len;
		text_add(&all, first.data, first.len);
		all.data[start + 46] = (char)('0' + i);
	}
	text_free(&first);
	o.zip.directory = all;
	o.zip.count = 40;
	open_zip(&o);
	assert_true(zipmake_issues(&o.facts, DIAG_ZIP_OVERLAP) > 1);
	assert_true(o.facts.count[ROW_ISSUE] < 40);
	struct bytes bytes;
	unsigned read = 0;
	for (size_t i = 0; i < 40; i++) {
		if (!entry_read(&o.container->entries[i], NULL, &bytes).ok) {
			assert_int_equal(fault_last()->code, DIAG_ZIP_OVERLAP);
			continue;
		}
		read++;
		bytes_free(&bytes);
	}
	assert_in_range(read, 7, 8);
	close_zip(&o);
}

struct streamed {
	uint64_t size;
	uint32_t crc;
};

static struct result stream(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	struct streamed *s = state;

	assert_int_equal(at, s->size);
	s->crc = inflate_crc(s->crc, bytes, len);
	s->size += len;
	return OK;
}

static void large_entries_are_streamed(void **state)
{
	static char big[5 << 20];

	(void)state;
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(i * i >> 7);
	assert_true(limit_set("parse=1M").ok);
	for (uint16_t method = 0; method <= 8; method += 8) {
		struct opened o = {0};
		struct streamed s = {0};

		zipmake_add(&o.zip,
		            &(struct zipmake_entry){
				    .name = "b", .data = big, .len = sizeof big, .method = method});
		open_zip(&o);
		reads(&o, 0, NULL, DIAG_LIMIT_ENTRY, DIAG_COUNT);
		assert_true(entry_stream(&o.container->entries[0], NULL, stream, &s).ok);
		assert_int_equal(s.size, sizeof big);
		assert_int_equal(s.crc, inflate_crc(0, big, sizeof big));
		assert_true(limit_set("entry=2M").ok);
		assert_false(
			entry_stream(&o.container->entries[0], NULL, stream, &(struct streamed){0})
				.ok);
		assert_int_equal(fault_last()->code, DIAG_LIMIT_ENTRY);
		assert_true(limit_set("entry=2G").ok);
		close_zip(&o);
	}
	assert_true(limit_set("parse=192M").ok);
}

static void signing_block_is_no_gap(void **state)
{
	struct opened o = {0};
	struct text block = {0};
	uint64_t at = 0, size = 0;

	(void)state;
	zipmake_put(&block, 8, 40);
	zipmake_put(&block, 8, 8);
	zipmake_put(&block, 8, 0x7109871a);
	zipmake_put(&block, 8, 40);
	text_puts(&block, "APK Sig Block 42");
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "a",
	                                            .data = text,
	                                            .behind = block.data,
	                                            .behind_len = block.len});
	size_t start = o.zip.out.len - block.len;
	open_zip(&o);
	assert_true(o.done.ok);
	assert_int_equal(o.facts.count[ROW_ISSUE], 0);
	assert_true(zipview_signing_block(o.container, &at, &size));
	assert_int_equal(at, start);
	assert_int_equal(size, block.len);
	text_free(&block);
	close_zip(&o);
}

/* Opens a ZIP with `size` announced for a block of 44 bytes; true if anything was reported. */
static bool harmony_block(const char *magic, uint64_t size, uint64_t *at, uint64_t *len)
{
	struct opened o = {0};
	struct text block = {0};

	text_puts(&block, "twelve bytes");
	zipmake_put(&block, 4, 0);
	zipmake_put(&block, 8, size);
	text_puts(&block, magic);
	zipmake_put(&block, 4, 3);
	zipmake_add(&o.zip, &(struct zipmake_entry){.name = "a",
	                                            .data = text,
	                                            .behind = block.data,
	                                            .behind_len = block.len});
	open_zip(&o);
	assert_true(o.done.ok);
	*at = *len = 0;
	if (!zipview_harmony_block(o.container, at, len))
		*at = UINT64_MAX;
	assert_false(zipview_signing_block(o.container, &(uint64_t){0}, &(uint64_t){0}));
	bool reported = o.facts.count[ROW_ISSUE] != 0;
	text_free(&block);
	close_zip(&o);
	return reported;
}

static void harmony_block_is_no_gap(void **state)
{
	uint64_t start = 31 + strlen(text), at, size;

	(void)state;
	assert_false(harmony_block("<hap sign block>", 44, &at, &size));
	assert_int_equal(at, start);
	assert_int_equal(size, 44);
	assert_false(harmony_block("HAP Sig Block 42", 44, &at, &size));
	assert_int_equal(at, start);
	assert_true(harmony_block("<hap sign blocK>", 44, &at, &size));
	assert_true(at == UINT64_MAX);
	/* sizes that do not fit: bytes of no entry, and said to be a block all the same */
	assert_true(harmony_block("<hap sign block>", 31, &at, &size));
	assert_int_equal(at, start + 12);
	assert_int_equal(size, 0);
	assert_true(harmony_block("<hap sign block>", start + 45, &at, &size));
	assert_int_equal(size, 0);
	/* shorter than the bytes there are: those before it belong to nothing */
	assert_true(harmony_block("<hap sign block>", 32, &at, &size));
	assert_int_equal(at, start + 12);
	assert_int_equal(size, 32);
}

static void names_sort_as_a_tree(void **state)
{
	(void)state;
#define ORDER(a, b) \
	zipview_compare((const uint8_t *)(a), strlen(a), (const uint8_t *)(b), strlen(b))
	assert_int_equal(ORDER("a", "a"), 0);
	assert_true(ORDER("a", "a/") < 0);
	assert_true(ORDER("a/x", "a!") < 0);
	assert_true(ORDER("A", "a/x") < 0);
	assert_true(ORDER("A", "a") < 0);
	assert_true(ORDER("b", "A") > 0);
#undef ORDER
}

/* What aapt says of a package's manifest; false if it does not read it. */
static bool aapt(const char *path, struct text *out)
{
	struct text command = {0};
	char buffer[4096];
	size_t len;

	text_printf(&command, "aapt dump xmltree '%s' AndroidManifest.xml 2>/dev/null", path);
	FILE *pipe = popen(command.data, "r");
	text_free(&command);
	assert_non_null(pipe);
	out->len = 0;
	while ((len = fread(buffer, 1, sizeof buffer, pipe)))
		text_add(out, buffer, len);
	return pclose(pipe) == 0 && out->len;
}

/* The manifest that we read, alone in a new package. */
static bool ours(const char *path, const char *copy)
{
	struct container *container;
	struct text file = {0};
	struct zipmake zip = {0};
	struct bytes bytes;
	bool read = false;

	assert_true(file_read(path, 64 << 20, &file).ok);
	limit_reset(file.len);
	if (container_open(file.data, file.len, "", NULL, (struct entry_id){0}, NULL, &container)
	            .ok) {
		const struct entry *entry = container_find(container, "AndroidManifest.xml");
		read = entry && entry_read(entry, NULL, &bytes).ok;
		if (read) {
			zipmake_add(&zip, &(struct zipmake_entry){.name = "AndroidManifest.xml",
			                                          .data = (const char *)bytes.data,
			                                          .len = bytes.size});
			zipmake_end(&zip);
			assert_true(file_write(copy, zip.out.data, zip.out.len).ok);
			zipmake_free(&zip);
			bytes_free(&bytes);
		}
		container_close(container);
	}
	text_free(&file);
	return read;
}

static void manifests_are_those_of_the_loader(void **state)
{
	const char *hostile = getenv("PARASOL_HOSTILE");
	char path[4096], copy[] = "/tmp/parasol-manifest.XXXXXX";
	struct text theirs = {0}, mine = {0};
	unsigned files = 0, loaded = 0, equal = 0, more = 0;
	struct dirent *item;

	(void)state;
	if (!hostile || system("aapt version >/dev/null 2>&1") != 0)
		skip();
	int fd = mkstemp(copy);
	DIR *folder = opendir(hostile);
	assert_non_null(folder);
	while ((item = readdir(folder))) {
		if (!strstr(item->d_name, ".apk"))
			continue;
		snprintf(path, sizeof path, "%s/%s", hostile, item->d_name);
		files++;
		bool loads = aapt(path, &theirs), read = ours(path, copy);
		loaded += loads;
		more += read && !loads;
		if (loads && read && aapt(copy, &mine) && mine.len == theirs.len &&
		    memcmp(mine.data, theirs.data, mine.len) == 0)
			equal++;
		else if (loads)
			print_message("%s: differs from what aapt reads\n", item->d_name);
	}
	closedir(folder);
	close(fd);
	unlink(copy);
	print_message(
		"%u packages: aapt reads %u, the same manifest in %u; %u more are read here\n",
		files, loaded, equal, more);
	text_free(&theirs);
	text_free(&mine);
	assert_int_equal(equal, loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_entries_are_read),
		cmocka_unit_test(stored_bytes_are_not_copied),
		cmocka_unit_test(oddities_are_told),
		cmocka_unit_test(end_records_are_checked),
		cmocka_unit_test(bytes_in_front_are_told),
		cmocka_unit_test(every_cut_is_told),
		cmocka_unit_test(duplicates_are_shadowed),
		cmocka_unit_test(shared_bytes_have_a_budget),
		cmocka_unit_test(large_entries_are_streamed),
		cmocka_unit_test(signing_block_is_no_gap),
		cmocka_unit_test(harmony_block_is_no_gap),
		cmocka_unit_test(names_sort_as_a_tree),
		cmocka_unit_test(manifests_are_those_of_the_loader),
	};

	return cmocka_run_group_tests_name("zipview", tests, NULL, NULL);
}
