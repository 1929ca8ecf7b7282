/* test_unpack.c - tar and compressed streams, by archives that are written here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "intake/limits.h"
#include "intake/unpack.h"
#include "unit/zipmake.h"

/* A ustar header (POSIX pax, "ustar Interchange Format") and its data. */
static void tar_add(struct text *tar, const char *name, char type, const char *link,
                    const char *data, size_t len)
{
	char head[512] = {0};
	unsigned sum = 0;

	snprintf(head, 100, "%s", name);
	memcpy(head + 100, "0000644\0000000000\0000000000", 24);
	snprintf(head + 124, 12, "%011zo", len);
	memcpy(head + 136, "00000000000", 12);
	memset(head + 148, ' ', 8);
	head[156] = type;
	snprintf(head + 157, 100, "%s", link);
	memcpy(head + 257, "ustar\00000", 8);
	memcpy(head + 329, "0000000\0000000000", 16);
	for (size_t i = 0; i < sizeof head; i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	text_add(tar, head, sizeof head);
	text_add(tar, data, len);
	while (tar->len % 512)
		text_add(tar, "", 1);
}

static void tar_end(struct text *tar)
{
	char zeros[1024] = {0};

	text_add(tar, zeros, sizeof zeros);
}

/* One gzip member (RFC 1952) of stored blocks. */
static void gzip(struct text *out, const void *data, size_t len)
{
	static const char head[10] = "\x1f\x8b\x08";

	text_add(out, head, sizeof head);
	zipmake_deflate(out, data, len);
	zipmake_put(out, 4, inflate_crc(0, data, len));
	zipmake_put(out, 4, len);
}

struct opened {
	struct facts facts;
	struct container *container;
	struct result done;
};

static struct opened open_archive(const struct text *file, const char *path)
{
	struct opened o = {0};

	limit_reset(file->len);
	facts_init(&o.facts, (struct entry_id){0}, path);
	o.done = container_open(file->data, file->len, path, NULL, (struct entry_id){0}, &o.facts,
	                        &o.container);
	return o;
}

static void close_archive(struct opened *o)
{
	if (o->done.ok)
		container_close(o->container);
	facts_free(&o->facts);
}

static void holds(const struct opened *o, size_t index, const char *path, const char *want)
{
	struct bytes bytes;

	assert_true(o->done.ok);
	assert_string_equal(o->container->entries[index].path, path);
	assert_true(entry_read(&o->container->entries[index], NULL, &bytes).ok);
	assert_int_equal(bytes.size, strlen(want));
	assert_memory_equal(bytes.data, want, bytes.size);
	bytes_free(&bytes);
}

static void make_tar(struct text *tar)
{
	tar_add(tar, "d/", '5', "", "", 0);
	tar_add(tar, "d/a.txt", '0', "", "first", 5);
	tar_add(tar, "l", '2', "/etc/passwd", "", 0);
	tar_add(tar, "h", '1', "d/a.txt", "", 0);
	tar_add(tar, "null", '3', "", "", 0);
	tar_add(tar, "../up", '0', "", "up", 2);
	tar_add(tar, "d/a.txt", '0', "", "second", 6);
	tar_end(tar);
}

static void tars_are_read(void **state)
{
	for (int packed = 0; packed < 2; packed++) {
		struct text tar = {0}, file = {0};

		(void)state;
		make_tar(&tar);
		if (packed)
			gzip(&file, tar.data, tar.len);
		else
			text_add(&file, tar.data, tar.len);
		assert_true(container_bid(file.data, file.len));
		struct opened o = open_archive(&file, "x");
		assert_true(o.done.ok);
		assert_string_equal(o.container->format, packed ? "gzip" : "tar");
		assert_int_equal(o.container->count, 7);
		assert_int_equal(o.container->entries[0].type, ENTRY_FOLDER);
		assert_int_equal(o.container->entries[2].type, ENTRY_LINK);
		assert_int_equal(o.container->entries[3].type, ENTRY_LINK);
		assert_int_equal(o.container->entries[4].type, ENTRY_SPECIAL);
		holds(&o, 1, "x!/d/a.txt", "first");
		holds(&o, 6, "x!/d/a.txt#2", "second");
		assert_true(o.container->entries[1].shadowed);
		assert_ptr_equal(container_find(o.container, "d/a.txt"), &o.container->entries[6]);
		assert_int_equal(zipmake_issues(&o.facts, DIAG_ENTRY_LINK), 2);
		assert_int_equal(zipmake_issues(&o.facts, DIAG_ENTRY_SPECIAL), 1);
		assert_int_equal(zipmake_issues(&o.facts, DIAG_NAME_UNSAFE), 1);
		close_archive(&o);
		text_free(&tar);
		text_free(&file);
	}
}

static void lone_streams_are_read(void **state)
{
	struct text file = {0};

	(void)state;
	gzip(&file, "hello", 5);
	gzip(&file, " world", 6);
	struct opened o = open_archive(&file, "a.apk!/notes.txt.gz");
	assert_true(o.done.ok);
	assert_int_equal(o.container->count, 1);
	holds(&o, 0, "a.apk!/notes.txt.gz!/notes.txt", "hello world");
	close_archive(&o);
	text_free(&file);
}

static bool has_gap(struct facts *facts)
{
	struct fact_doc *doc = fact_doc_new();

	fact_doc_add_facts(doc, facts);
	fact_doc_finish(doc);
	bool found = fact_doc_first(doc, ROW_GAP) != NULL;
	fact_doc_free(doc);
	return found;
}

static void cut_archives_are_damaged(void **state)
{
	struct text tar = {0};

	(void)state;
	make_tar(&tar);
	tar.len = 512 + 512 + 512 + 100;
	struct opened o = open_archive(&tar, "x");
	assert_true(o.done.ok);
	assert_int_equal(zipmake_issues(&o.facts, DIAG_ARCHIVE_DATA), 1);
	assert_true(has_gap(&o.facts));
	holds(&o, 1, "x!/d/a.txt", "first");
	close_archive(&o);
	tar.len = 300;
	o = open_archive(&tar, "x");
	assert_false(o.done.ok);
	assert_int_equal(fault_last()->code, DIAG_ARCHIVE_DATA);
	close_archive(&o);
	text_free(&tar);
}

static struct result count(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	uint64_t *sum = state;

	assert_int_equal(at, *sum);
	assert_int_equal(bytes[0], 'z');
	*sum += len;
	return OK;
}

static void large_members_are_streamed(void **state)
{
	static char big[3 << 20];
	struct text tar = {0}, file = {0};
	struct bytes bytes;
	uint64_t sum = 0;

	(void)state;
	memset(big, 'z', sizeof big);
	tar_add(&tar, "small", '0', "", "s", 1);
	tar_add(&tar, "big", '0', "", big, sizeof big);
	tar_end(&tar);
	gzip(&file, tar.data, tar.len);
	assert_true(limit_set("parse=1M").ok);
	struct opened o = open_archive(&file, "");
	assert_true(o.done.ok);
	holds(&o, 0, "small", "s");
	assert_false(entry_read(&o.container->entries[1], NULL, &bytes).ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_ENTRY);
	assert_true(entry_stream(&o.container->entries[1], NULL, count, &sum).ok);
	assert_int_equal(sum, sizeof big);
	close_archive(&o);
	assert_true(limit_set("entry=2M").ok);
	o = open_archive(&file, "");
	assert_false(entry_stream(&o.container->entries[1], NULL, count, &sum).ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_ENTRY);
	close_archive(&o);
	assert_true(limit_set("entry=2G").ok);
	assert_true(limit_set("parse=192M").ok);
	text_free(&tar);
	text_free(&file);
}

static void other_formats_are_refused(void **state)
{
	static const char *const files[] = {"#mtree\n./x type=file contents=/etc/passwd\n",
	                                    "LRZI\1\6xxxxxxxxxxxxxxxxxxxxxxxx",
	                                    "!<arch>\nx/              0",
	                                    "070701FFFFFFFFFFFFFFFF",
	                                    "WARC/1.0\r\n\r\n",
	                                    "Rar!\x1a\x07\x01",
	                                    "MSCF\xff\xff\xff\xff",
	                                    "xar!\x1c\x1c\1\1",
	                                    "begin 644 x\nM!!!\n",
	                                    "not a zip\n"};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct text file = {0};
		text_puts(&file, files[i]);
		assert_false(container_bid(file.data, file.len));
		struct opened o = open_archive(&file, "");
		assert_false(o.done.ok);
		assert_int_equal(fault_last()->code, DIAG_BUNDLE_TYPE);
		close_archive(&o);
		text_free(&file);
	}
}

static void zeros_are_no_tar(void **state)
{
	static char zeros[4096];
	struct text file = {0};

	(void)state;
	gzip(&file, zeros, sizeof zeros);
	struct opened o = open_archive(&file, "");
	assert_true(o.done.ok);
	assert_int_equal(o.container->entries[0].size, sizeof zeros);
	close_archive(&o);
	text_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tars_are_read),
		cmocka_unit_test(lone_streams_are_read),
		cmocka_unit_test(cut_archives_are_damaged),
		cmocka_unit_test(large_members_are_streamed),
		cmocka_unit_test(other_formats_are_refused),
		cmocka_unit_test(zeros_are_no_tar),
	};

	return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
