/* test_hapblock.c - signature blocks of HarmonyOS packages that lie, end early or were changed. */
#include "hapmake.h"

#include <stdlib.h>

#include "base/digest.h"
#include "scan/scan.h"

static void changed_bytes_are_found(void **state)
{
	struct package p;
	struct sign_zip zip;
	uint64_t at, size;

	(void)state;
	prepare(&p);
	p.large = true;
	sign(&p);
	assert_true(sign_zip_read(&p.zip, &zip).ok);
	find_block(&p, &at, &size);
	/* data of an entry, in the first and in the last chunk; the directory; the end record */
	const size_t places[] = {2000, (size_t)at - 100, zip.directory + 16, zip.end + 4};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		p.zip.data[places[i]] ^= 1;
		assert_int_equal(reason(&p), REFUSAL_DIGEST_WRONG);
		p.zip.data[places[i]] ^= 1;
	}
	/* the profile is covered by the package's signature, too */
	p.zip.data[zip.directory - 40] ^= 1;
	assert_true(reason(&p) != REFUSAL_COUNT);
	p.zip.data[zip.directory - 40] ^= 1;
	assert_int_equal(reason(&p), REFUSAL_COUNT);
	forget(&p);
}

/* Every bit of the block is held by something: no byte of it may change and leave the answer. */
static void no_byte_of_the_block_is_free(void **state)
{
	struct package p;
	uint64_t at, size, free_bytes = 0;

	(void)state;
	prepare(&p);
	sign(&p);
	find_block(&p, &at, &size);
	for (uint64_t i = 0; i < size; i += 7) {
		p.zip.data[at + i] ^= 0x40;
		free_bytes += reason(&p) == REFUSAL_COUNT;
		p.zip.data[at + i] ^= 0x40;
	}
	/* names and other parts of certificates that are in the bag and do not decide */
	if (free_bytes > size / 7 / 10)
		fail_msg("%llu of %llu", (unsigned long long)free_bytes,
		         (unsigned long long)size / 7);
	forget(&p);
}

/* Heads that lie about the block. */
static void hostile_heads_are_refused(void **state)
{
	static const struct {
		int from_tail; /* bytes before the end of the block, or -1: from its start */
		size_t at;
		uint32_t value;
	} lies[] = {
		{-1, 4, 0xffffffff},  {-1, 4, 0},  {-1, 8, 0xffffffff},  {-1, 16, 0x7fffffff},
		{-1, 20, 0x7fffffff}, {32, 0, 11}, {32, 0, 0xffffffff},  {32, 0, 1},
		{32, 0, 3},           {32, 4, 31}, {32, 4, 0},           {32, 8, 1},
		{32, 8, 0xffffffff},  {32, 28, 2}, {32, 28, 0xffffffff}, {32, 12, 0x41414141},
	};
	struct package p;
	uint64_t at, size;

	(void)state;
	prepare(&p);
	sign(&p);
	find_block(&p, &at, &size);
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		char *field = p.zip.data + at + lies[i].at +
		              (lies[i].from_tail < 0 ? 0 : size - (uint64_t)lies[i].from_tail);
		char kept[4];
		memcpy(kept, field, 4);
		memcpy(field, &lies[i].value, 4);
		if (reason(&p) == REFUSAL_COUNT)
			fail_msg("lie %zu is believed", i);
		memcpy(field, kept, 4);
	}
	assert_int_equal(reason(&p), REFUSAL_COUNT);
	forget(&p);
}

/* The block alone, cut off at every byte: refused, and never read past its end. */
static void blocks_may_end_anywhere(void **state)
{
	const struct hap_part parts[] = {PART(0x20000000, "signature"),
	                                 PART(0x20000002, "profile")};
	struct text block = {0};
	struct hap_block read;

	(void)state;
	hap_block_write(parts, 2, 3, &block);
	for (size_t cut = 0; cut <= block.len; cut++) {
		size_t len = block.len - cut;
		uint8_t *copy = malloc(len ? len : 1);
		memcpy(copy, block.data + cut, len);
		struct cursor file = cursor_over(copy, len, DIAG_ZIP_TRUNCATED);
		assert_int_equal(hapblock_read(file, len, &read).ok, cut == 0);
		free(copy);
	}
	for (size_t len = 0; len < block.len; len++)
		assert_false(
			hapblock_read(cursor_over(block.data, len, DIAG_ZIP_TRUNCATED), len, &read)
				.ok);
	text_free(&block);
}

/* A block of `count` empty sub-blocks, of which the tail announces `announced`. */
static bool reads(size_t count, uint32_t announced, const char *gap)
{
	struct hap_part parts[12] = {{0, {0}}};
	struct text block = {0};
	struct hap_block read;

	parts[0] = (struct hap_part){1, {(char *)(uintptr_t)gap, strlen(gap), 0}};
	hap_block_write(parts, count, 3, &block);
	memcpy(block.data + block.len - 32, &announced, 4);
	bool ok = hapblock_read(cursor_over(block.data, block.len, DIAG_ZIP_TRUNCATED), block.len,
	                        &read)
	                  .ok;
	if (!ok)
		assert_string_equal(diag_name(fault_last()->code), "HAP_BLOCK");
	text_free(&block);
	return ok;
}

static void every_byte_belongs_to_a_sub_block(void **state)
{
	(void)state;
	assert_true(reads(HAP_BLOCKS_MAX, HAP_BLOCKS_MAX, ""));
	assert_false(reads(HAP_BLOCKS_MAX + 1, HAP_BLOCKS_MAX + 1, ""));
	assert_false(reads(2, 1, ""));
	assert_false(reads(2, 3, ""));
	assert_true(reads(1, 1, "eleven bytes"));
	assert_false(reads(1, 0, "eleven bytes"));
}

static void shared_bytes_are_told(void **state)
{
	const struct hap_part parts[] = {PART(0x20000000, "signature"),
	                                 PART(0x20000002, "signature")};
	struct text block = {0};
	struct hap_block read;
	uint32_t first = 24;

	(void)state;
	hap_block_write(parts, 2, 3, &block);
	assert_true(hapblock_read(cursor_over(block.data, block.len, DIAG_ZIP_TRUNCATED), block.len,
	                          &read)
	                    .ok);
	assert_false(read.hollow);
	memcpy(block.data + 20, &first, 4);
	assert_true(hapblock_read(cursor_over(block.data, block.len, DIAG_ZIP_TRUNCATED), block.len,
	                          &read)
	                    .ok);
	assert_true(read.hollow);
	text_free(&block);
}

/* Keys that verify fast: hundreds of packages are judged here. */
static int start(void **state)
{
	static const char *const names[HAP_PARTIES] = {"TEST-rsa3072", "TEST-rsa2048", "TEST-p256",
	                                               "TEST-p256-new", "TEST-rsa2048-new"};

	(void)state;
	return digest_start().ok && scan_start(0).ok && hap_pki_make(KEYS, names, &pki).ok ? 0 : -1;
}

static int finish(void **state)
{
	(void)state;
	hap_pki_free(&pki);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_bytes_are_found),
		cmocka_unit_test(no_byte_of_the_block_is_free),
		cmocka_unit_test(hostile_heads_are_refused),
		cmocka_unit_test(blocks_may_end_anywhere),
		cmocka_unit_test(every_byte_belongs_to_a_sub_block),
		cmocka_unit_test(shared_bytes_are_told),
	};

	return cmocka_run_group_tests_name("hapblock", tests, start, finish);
}
