/* test_apkdamage.c - signed packages that were stripped, added to or damaged afterwards. */
#include "signing_probe.h"

#include <stdlib.h>

static struct sign_key keys[3];
enum { RSA, P256, P256_NEW };

/* What was signed with a newer scheme says so in the older ones. */
static void stripped_signatures_are_missed(void **state)
{
	const struct sign_request request = {.schemes = SIGN_WITH_V1 | SIGN_WITH_V2 | SIGN_WITH_V3,
	                                     .keys = {&keys[RSA]},
	                                     .key_count = 1};
	struct text whole DEFER(text_free) = signing_signed(VERSIONS_OLD, &request);
	struct text zip DEFER(text_free) = {0};

	(void)state;
	text_add(&zip, whole.data, whole.len);
	assert_true(sign_attack_strip_block(&zip).ok);
	signing_expect(&zip, -1, -1, "SCHEME_STRIPPED");
	signing_expect(&zip, -1, 23, NULL);
	zip.len = 0;
	text_add(&zip, whole.data, whole.len);
	assert_true(sign_attack_strip_pair(&zip, SIGN_V3).ok);
	signing_expect(&zip, -1, -1, "SCHEME_STRIPPED");
	signing_expect(&zip, -1, 27, NULL);
}

static void bytes_where_none_belong(void **state)
{
	const struct sign_request request = {
		.schemes = SIGN_WITH_V2, .keys = {&keys[RSA]}, .key_count = 1};
	struct text whole DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
	struct text zip DEFER(text_free) = {0}, more DEFER(text_free) = {0};
	struct probe probe;

	(void)state;
	text_puts(&more, "hidden");
	signing_expect(&whole, -1, -1, NULL);
	text_add(&zip, whole.data, whole.len);
	assert_true(sign_attack_before_block(&zip, &more).ok);
	signing_expect(&zip, -1, -1, "DIGEST_WRONG");
	zip.len = 0;
	text_add(&zip, whole.data, whole.len);
	assert_true(sign_attack_after_block(&zip, &more).ok);
	signing_expect(&zip, -1, -1, "NOT_SIGNED");
	zip.len = 0;
	text_add(&zip, whole.data, whole.len);
	assert_true(sign_attack_tail(&zip, &more, false).ok);
	signing_expect(&zip, -1, -1, "PACKAGE_UNREADABLE");
	zip.len = 0;
	text_add(&zip, whole.data, whole.len);
	assert_true(sign_attack_prefix(&zip, &more).ok);
	signing_ask(&probe, &zip, -1, -1, NULL);
	assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "false");
	assert_fact(&probe, 0, FACT_SIGNING_PREFIXED, "true");
	probe_close(&probe);
}

/* Offsets that count from behind what was put in front: libraries look for the directory, no
 * platform does. */
static void a_directory_is_where_it_is_said_to_be(void **state)
{
	const struct sign_request request = {
		.schemes = SIGN_WITH_V1, .keys = {&keys[RSA]}, .key_count = 1};
	struct text whole DEFER(text_free) = signing_signed(VERSIONS_OLD, &request);
	struct text zip DEFER(text_free) = {0};

	(void)state;
	signing_expect(&whole, -1, -1, NULL);
	text_puts(&zip, "dex\n035.");
	text_add(&zip, whole.data, whole.len);
	signing_expect(&zip, -1, -1, "PACKAGE_UNREADABLE");
}

/* Build tools fill space with headers that have no name and nothing but zeros behind them. */
static void padding_is_no_prefix(void **state)
{
	static const char padding[2 * 30 + 100] = {
		'P', 'K', 3, 4, [8] = 0x21, 8, [28] = 100, [130] = 'P', 'K', 3, 4};
	static const struct {
		size_t len, at; /* a letter in the padding */
		const char *prefixed;
		const char letter;
	} rows[] = {
		{160, 0, "false", 'P'}, {130, 0, "false", 'P'},  {160, 0, "true", 'p'},
		{160, 26, "true", 1},   {160, 18, "true", 1},    {160, 29, "true", 1},
		{160, 77, "true", 'x'}, {160, 130, "true", 'x'}, {140, 0, "true", 'P'},
	};
	const struct sign_request request = {
		.schemes = SIGN_WITH_V1, .keys = {&keys[RSA]}, .key_count = 1};
	struct text whole DEFER(text_free) = signing_signed(VERSIONS_OLD, &request);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text zip DEFER(text_free) = {0}, more DEFER(text_free) = {0};
		struct probe probe;
		text_add(&zip, whole.data, whole.len);
		text_add(&more, padding, rows[i].len);
		more.data[rows[i].at] = rows[i].letter;
		assert_true(sign_attack_prefix(&zip, &more).ok);
		signing_ask(&probe, &zip, -1, -1, NULL);
		assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, "true");
		assert_fact(&probe, 0, FACT_SIGNING_PREFIXED, rows[i].prefixed);
		assert_true(probe_issue(&probe, "ZIP_PREFIX") == !strcmp(rows[i].prefixed, "true"));
		probe_close(&probe);
	}
}

/* Writes a number over what begins the value of a pair of the signing block. */
static void overwrite_pair(struct text *zip, const char *id, uint32_t number)
{
	struct probe probe;
	size_t at = 0;

	signing_ask(&probe, zip, -1, -1, NULL);
	for (size_t i = 0; i < fact_doc_count(probe.doc, ROW_SIGNING_BLOCK); i++)
		if (!strcmp(probe_value(&probe, i, FACT_SIGNING_BLOCK_ID), id))
			at = (size_t)atoi(probe_value(&probe, i, FACT_SIGNING_BLOCK_OFFSET));
	probe_close(&probe);
	assert_true(at > 0);
	bytes_put_u32(zip, at, number);
}

/* The row of a scheme must say that it is used and does not verify. */
static void assert_scheme_refused(const struct probe *probe, const char *name, const char *reason)
{
	size_t i = 0;

	while (strcmp(probe_value(probe, i, FACT_SCHEME_NAME), name) != 0)
		i++;
	assert_fact(probe, i, FACT_SCHEME_USED, "true");
	assert_fact(probe, i, FACT_SCHEME_VERIFIED, "false");
	assert_fact(probe, i, FACT_SCHEME_REASON, reason);
	for (i = 0; strcmp(probe_value(probe, i, FACT_REFUSAL_CODE), reason) != 0 ||
	            strcmp(probe_value(probe, i, FACT_REFUSAL_SCHEME), name) != 0;)
		i++;
}

/*
 * A list of signers that runs past its end: Android's verifier goes by the other schemes, if there
 * are any. One of a negative length stops it.
 */
static void a_list_of_signers_is_lost(void **state)
{
	static const struct {
		unsigned schemes;
		const char *id, *scheme;
		uint32_t number;
		const char *verified;
	} rows[] = {
		{SIGN_WITH_V2 | SIGN_WITH_V3, "0xf05368c0", "v3", 0x7fffffff, "true"},
		{SIGN_WITH_V2 | SIGN_WITH_V3, "0xf05368c0", "v3", 0x80000000, "false"},
		{SIGN_WITH_V2 | SIGN_WITH_V3, "0x7109871a", "v2", 0x7fffffff, "true"},
		{SIGN_WITH_V2 | SIGN_WITH_V3, "0x7109871a", "v2", 0xffffffff, "false"},
		{SIGN_WITH_V2, "0x7109871a", "v2", 0x7fffffff, "false"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct sign_request request = {
			.schemes = rows[i].schemes, .keys = {&keys[RSA]}, .key_count = 1};
		struct text zip DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
		struct probe probe;
		overwrite_pair(&zip, rows[i].id, rows[i].number);
		signing_ask(&probe, &zip, -1, -1, NULL);
		assert_fact(&probe, 0, FACT_SIGNING_VERIFIED, rows[i].verified);
		assert_scheme_refused(&probe, rows[i].scheme, "SIGNERS_MALFORMED");
		assert_string_equal(signing_reason(&probe),
		                    *rows[i].verified == 't' ? "" : "SIGNERS_MALFORMED");
		probe_close(&probe);
	}
}

/* A stamp says nothing against the package, unless Android's verifier stops at it. */
static void a_stamp_may_stop_the_verifier(void **state)
{
	static const struct {
		uint32_t number;
		const char *reason;
	} rows[] = {{0x7fffffff, NULL}, {0x80000000, "STAMP_MALFORMED"}};
	const struct sign_request request = {.schemes = SIGN_WITH_V2 | SIGN_WITH_V3,
	                                     .keys = {&keys[RSA]},
	                                     .key_count = 1,
	                                     .stamp = &keys[P256]};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct text zip DEFER(text_free) = signing_signed(VERSIONS_NEW, &request);
		struct probe probe;
		overwrite_pair(&zip, "0x6dff800d", rows[i].number);
		signing_expect(&zip, -1, -1, rows[i].reason);
		signing_ask(&probe, &zip, -1, -1, NULL);
		assert_fact(&probe, 0, FACT_STAMP_VERIFIED, "false");
		assert_fact(&probe, 0, FACT_STAMP_REASON, "STAMP_MALFORMED");
		probe_close(&probe);
	}
}

/*
 * Any damage to the signing block is refused, and none crashes the reader. The length of a list of
 * signers stands against its scheme only.
 */
static void damaged_blocks_are_refused(void **state)
{
	struct sign_request request = {.schemes = SIGN_WITH_V3 | SIGN_WITH_V31,
	                               .keys = {&keys[P256_NEW]},
	                               .key_count = 1,
	                               .lineage = {&keys[P256]},
	                               .lineage_count = 1};
	struct text zip DEFER(text_free) = signing_signed("android:minSdkVersion='28'", &request);
	struct probe probe;

	(void)state;
	signing_expect(&zip, -1, -1, NULL);
	signing_ask(&probe, &zip, -1, -1, NULL);
	size_t begin = (size_t)atoi(probe_value(&probe, 0, FACT_SIGNING_BLOCK_OFFSET)) - 20;
	size_t size = (size_t)atoi(probe_value(&probe, 0, FACT_SIGNING_BLOCK_SIZE)) +
	              (size_t)atoi(probe_value(&probe, 1, FACT_SIGNING_BLOCK_SIZE)) + 56;
	probe_close(&probe);
	for (size_t at = begin; at < begin + size; at += 3) {
		zip.data[at] ^= 0x41;
		signing_ask(&probe, &zip, -1, -1, NULL);
		bool verified = !strcmp(probe_value(&probe, 0, FACT_SIGNING_VERIFIED), "true");
		if (verified && !signing_has(&probe, FACT_SCHEME_REASON, "SIGNERS_MALFORMED"))
			fail_msg("byte %zu of the block", at - begin);
		assert_true(verified || probe_value(&probe, 0, FACT_SIGNING_REASON));
		probe_close(&probe);
		zip.data[at] ^= 0x41;
	}
}

static int read_keys(void **state)
{
	static const char *const names[] = {"rsa2048", "p256", "p256-new"};

	(void)state;
	if (!digest_start().ok)
		return -1;
	for (int i = 0; i < 3; i++)
		keys[i] = signing_key(names[i]);
	return 0;
}

static int free_keys(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		sign_key_free(&keys[i]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stripped_signatures_are_missed),
		cmocka_unit_test(bytes_where_none_belong),
		cmocka_unit_test(a_directory_is_where_it_is_said_to_be),
		cmocka_unit_test(padding_is_no_prefix),
		cmocka_unit_test(a_list_of_signers_is_lost),
		cmocka_unit_test(a_stamp_may_stop_the_verifier),
		cmocka_unit_test(damaged_blocks_are_refused),
	};

	return cmocka_run_group_tests(tests, read_keys, free_keys);
}
