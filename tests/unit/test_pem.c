/* test_pem.c - PEM blocks: where they are found, in which dress, and what is not one. */
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/digest.h"
#include "formats/keys.h"
#include "key_samples.h"

/* Runs the format over text; the caller closes the probe. */
static bool look(struct probe *probe, const char *name, const void *bytes, size_t len)
{
	probe_open(probe, name);
	bool bid = probe_run(probe, &format_pem, bytes, len);
	probe_finish(probe);
	return bid;
}

static void blocks_are_found_at_any_distance(void **state)
{
	static char bytes[200];

	(void)state;
	for (size_t at = 0; at < 40; at++) {
		for (size_t run = 5; run < 12; run++) {
			memset(bytes, 'x', sizeof bytes);
			memset(bytes + at, '-', run);
			memcpy(bytes + at + run, "BEGIN A-----", 12);
			struct cursor c = cursor_over(bytes, sizeof bytes, DIAG_PEM_PARSE);
			assert_true(pem_find(&c));
			assert_int_equal(c.pos, at + run - 5);
			struct pem_block block;
			assert_true(pem_begin(&c, &block));
			assert_true(pem_is(&block, "A"));
			assert_false(pem_find(&c));
		}
	}
	struct cursor c = cursor_over("----BEGIN A-----", 16, DIAG_PEM_PARSE);
	assert_false(pem_find(&c));
}

static void a_key_in_text_is_read(void **state)
{
	struct probe probe;
	char text[1000];
	int len = snprintf(text, sizeof text, "notes\n-- \n%s\nend", sample_pkcs8_ec);

	(void)state;
	assert_true(look(&probe, "notes.txt", text, (size_t)len));
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 1);
	assert_fact(&probe, 0, FACT_KEY_OFFSET, "10");
	assert_fact(&probe, 0, FACT_KEY_TYPE, "EC");
	assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
	probe_close(&probe);
}

/* Line ends written as \n, a slash as \/, and strings that are joined, as source code has them. */
static void keys_in_source_code_are_read(void **state)
{
	static const char *const names[] = {"account.json", "joined.js"};
	const char *const texts[] = {sample_json_account, sample_joined_script};
	struct probe plain, probe;

	(void)state;
	look(&plain, "plain.pem", sample_pkcs8_ec, strlen(sample_pkcs8_ec));
	for (int i = 0; i < 2; i++) {
		assert_true(look(&probe, names[i], texts[i], strlen(texts[i])));
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 1);
		assert_fact(&probe, 0, FACT_KEY_SHA256, probe_value(&plain, 0, FACT_KEY_SHA256));
		assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
		probe_close(&probe);
	}
	probe_close(&plain);
}

static void several_blocks_and_others_between(void **state)
{
	struct probe probe;
	char text[4000];
	int len = snprintf(text, sizeof text, "%s%s%s%s", sample_certificate_ec, sample_request,
	                   sample_pkcs8_sm2, sample_certificate_rsa);

	(void)state;
	assert_true(look(&probe, "assets/a.bin", text, (size_t)len));
	assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 2);
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 1);
	assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
	probe_close(&probe);
}

/* Code that deals with PEM speaks of its lines; that is no broken key. */
static void talk_of_blocks_is_no_block(void **state)
{
	static const char *const talk[] = {
		"x = '-----BEGIN RSA PRIVATE KEY-----\\n' + body + '\\n-----END RSA PRIVATE "
		"KEY-----'",
		"put -----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE----- here",
		"\x7f"
		"ELF -----BEGIN %s-----",
		"-- -----BEGIN PRIVATE KEY-----",
	};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof talk / sizeof *talk; i++) {
		look(&probe, "lib.js", talk[i], strlen(talk[i]));
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
		assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
		probe_close(&probe);
	}
}

static void broken_blocks_are_reported(void **state)
{
	static const struct {
		const char *text;
		enum source lost, whole;
	} broken[] = {
		{"-----BEGIN CERTIFICATE-----\nMIIBdTCCARugAwIBAgIUTOyo\n", SOURCE_CERTIFICATES,
	         SOURCE_KEYS},
		{"-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49!!!\n-----END PRIVATE "
	         "KEY-----\n",
	         SOURCE_KEYS, SOURCE_CERTIFICATES},
		{"-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PUBLIC KEY-----\n",
	         SOURCE_KEYS, SOURCE_CERTIFICATES},
		{"-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49A\n-----END PRIVATE KEY-----\n",
	         SOURCE_KEYS, SOURCE_CERTIFICATES},
	};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		assert_true(look(&probe, "a.txt", broken[i].text, strlen(broken[i].text)));
		assert_true(probe_issue(&probe, "PEM_PARSE"));
		assert_int_equal(fact_doc_count(probe.doc, ROW_GAP), 1);
		assert_fact(&probe, 0, FACT_GAP_CODE, "PEM_PARSE");
		assert_int_equal(fact_doc_source(probe.doc, broken[i].lost), STATUS_ERROR);
		assert_int_equal(fact_doc_source(probe.doc, broken[i].whole), STATUS_COMPLETE);
		assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 0);
		probe_close(&probe);
	}
}

static double seconds_for(const char *line, size_t times, struct probe *probe)
{
	size_t len = strlen(line);
	char *text = malloc(len * times);
	clock_t start;

	assert_non_null(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * len, line, len);
	start = clock();
	look(probe, "ca.pem", text, len * times);
	double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	free(text);
	return seconds;
}

/* Half a million begin lines: quadratic reading would take minutes. */
static void time_is_linear(void **state)
{
	struct probe probe;

	(void)state;
	assert_true(seconds_for("-----BEGIN CERTIFICATE-----\n", 500000, &probe) < 10);
	assert_true(probe_issue(&probe, "PEM_PARSE"));
	assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 1);
	probe_close(&probe);
	assert_true(seconds_for("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", 300000, &probe) < 10);
	assert_true(probe_issue(&probe, "PEM_PARSE"));
	probe_close(&probe);
	assert_true(seconds_for("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: a\n", 300000, &probe) <
	            10);
	probe_close(&probe);
}

static void the_number_is_limited(void **state)
{
	struct probe probe;

	(void)state;
	seconds_for(sample_public_rsa, 1001, &probe);
	assert_true(probe_issue(&probe, "CERT_COUNT"));
	assert_int_equal(fact_doc_count(probe.doc, ROW_KEY), 1000);
	assert_int_equal(fact_doc_count(probe.doc, ROW_GAP), 2);
	probe_close(&probe);
}

static int start(void **state)
{
	(void)state;
	return digest_start().ok && keys_start().ok ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_found_at_any_distance),
		cmocka_unit_test(a_key_in_text_is_read),
		cmocka_unit_test(keys_in_source_code_are_read),
		cmocka_unit_test(several_blocks_and_others_between),
		cmocka_unit_test(talk_of_blocks_is_no_block),
		cmocka_unit_test(broken_blocks_are_reported),
		cmocka_unit_test(time_is_linear),
		cmocka_unit_test(the_number_is_limited),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
