/* test_x509.c - certificates, whole and damaged, and the ASN.1 reader below. */
#include "probe.h"

#include <stdlib.h>

#include "base/digest.h"
#include "formats/keys.h"
#include "key_samples.h"

static void look(struct probe *probe, const char *name, const void *bytes, size_t len)
{
	probe_open(probe, name);
	probe_run(probe, &format_pem, bytes, len);
	probe_run(probe, &format_der, bytes, len);
	probe_finish(probe);
}

static void a_certificate_is_read(void **state)
{
	struct probe probe;

	(void)state;
	look(&probe, "res/raw/ca", sample_certificate_der, sizeof sample_certificate_der);
	assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 1);
	assert_fact(&probe, 0, FACT_CERTIFICATE_ENCODING, "der");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SHA256,
	            "f105f0e8325d3b389135d02cb5d148af887c0cd630fc780f131c062346a1a1ce");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SUBJECT, "CN=p256");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SERIAL, "4ceca8f9ba89efbc8cc81358d2c073f471205410");
	assert_fact(&probe, 0, FACT_CERTIFICATE_NOT_BEFORE, "2026-11-23T12:29:38Z");
	assert_fact(&probe, 0, FACT_CERTIFICATE_NOT_BEFORE_DAY, "20780");
	assert_fact(&probe, 0, FACT_CERTIFICATE_NOT_AFTER, "2126-10-30T12:29:38Z");
	assert_fact(&probe, 0, FACT_CERTIFICATE_NOT_AFTER_DAY, "57280");
	assert_fact(&probe, 0, FACT_CERTIFICATE_KEY_TYPE, "EC");
	assert_fact(&probe, 0, FACT_CERTIFICATE_KEY_BITS, "256");
	assert_fact(&probe, 0, FACT_CERTIFICATE_CURVE, "secp256r1");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, "ecdsa-with-SHA256");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SIGNATURE_HASH, "SHA256");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SELF_SIGNED, "true");
	assert_fact(&probe, 0, FACT_CERTIFICATE_CA, "true");
	assert_fact(&probe, 0, FACT_CERTIFICATE_ROLE, "root");
	assert_fact(&probe, 0, FACT_CERTIFICATE_KEY_SHA256,
	            "3420cd57cc8a3dcc29b2912f07e1405e088e97fd472ba739aab98b9c11e75d83");
	probe_close(&probe);
}

static void an_sm2_certificate_is_read(void **state)
{
	struct probe probe;

	(void)state;
	look(&probe, "gm.pem", sample_certificate_sm2, strlen(sample_certificate_sm2));
	assert_fact(&probe, 0, FACT_CERTIFICATE_KEY_TYPE, "SM2");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, "SM2-with-SM3");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SIGNATURE_HASH, "SM3");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SELF_SIGNED, "true");
	probe_close(&probe);
}

/* A signature that does not verify: the names agree and it is still not self-signed. */
static void a_forged_signature_is_seen(void **state)
{
	uint8_t forged[sizeof sample_certificate_der];
	struct probe probe;

	(void)state;
	memcpy(forged, sample_certificate_der, sizeof forged);
	forged[sizeof forged - 1] ^= 1;
	look(&probe, "a.cer", forged, sizeof forged);
	assert_fact(&probe, 0, FACT_CERTIFICATE_SELF_SIGNED, "false");
	assert_fact(&probe, 0, FACT_CERTIFICATE_ROLE, "unknown");
	probe_close(&probe);
}

static void signers_come_from_signature_blocks(void **state)
{
	struct probe probe;

	(void)state;
	look(&probe, "META-INF/CERT.RSA", sample_signed_der, sizeof sample_signed_der);
	assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 2);
	assert_fact(&probe, 0, FACT_CERTIFICATE_ROLE, "signer");
	assert_fact(&probe, 0, FACT_CERTIFICATE_SUBJECT, "CN=p256");
	assert_fact(&probe, 1, FACT_CERTIFICATE_SUBJECT, "CN=ed25519");
	assert_fact(&probe, 1, FACT_CERTIFICATE_KEY_TYPE, "Ed25519");
	assert_null(probe_value(&probe, 1, FACT_CERTIFICATE_SIGNATURE_HASH));
	probe_close(&probe);
}

/* Replaces `from` by `to`, of equal length, at its first place; runs the reader; closes nothing. */
static void look_changed(struct probe *probe, const void *from, const void *to, size_t len)
{
	static uint8_t changed[sizeof sample_certificate_der];

	memcpy(changed, sample_certificate_der, sizeof changed);
	uint8_t *at = memmem(changed, sizeof changed, from, len);
	assert_non_null(at);
	memcpy(at, to, len);
	look(probe, "a.crt", changed, sizeof changed);
}

static void damage_has_its_diagnostic(void **state)
{
	static const struct {
		const char *from, *to;
		size_t len;
		const char *code;
		enum fact_attr unread;
	} cases[] = {
		{"261123122938Z", "269923122938Z", 13, "CERT_TIME",
	         FACT_CERTIFICATE_NOT_BEFORE_DAY},
		{"\xa0\x03\x02\x01\x02", "\xa0\x03\x02\x01\x07", 5, "CERT_VERSION", FACT_COUNT},
		{"\x0c\x04p256",
	         "\x0c\x04p\xff"
	         "56",
	         6, "CERT_NAME_ENCODING", FACT_COUNT},
		{"\x0c\x04p256",
	         "\x0c\x04p\0"
	         "56",
	         6, "CERT_NAME_NUL", FACT_COUNT},
		{"\x0c\x04p256", "\x1e\x04p256", 6, NULL, FACT_COUNT},
		{"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
	         "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x7f", 10, "CERT_KEY",
	         FACT_CERTIFICATE_KEY_BITS},
		{"\x03\x42\x00\x04", "\x03\x42\x00\x05", 4, "CERT_KEY", FACT_CERTIFICATE_KEY_TYPE},
		{"\x30\x13\x06\x07", "\x30\x7f\x06\x07", 4, "ASN1_LENGTH", FACT_COUNT},
		{"\x30\x59\x30\x13", "\x31\x59\x30\x13", 4, "CERT_PARSE", FACT_COUNT},
	};
	struct probe probe;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		look_changed(&probe, cases[i].from, cases[i].to, cases[i].len);
		if (cases[i].code)
			assert_true(probe_issue(&probe, cases[i].code));
		else
			assert_int_equal(fact_doc_count(probe.doc, ROW_ISSUE), 0);
		if (cases[i].unread != FACT_COUNT)
			assert_null(probe_value(&probe, 0, cases[i].unread));
		probe_close(&probe);
	}
}

/* The text of a name is not cut at a NUL and holds no raw bytes. */
static void names_are_clean(void **state)
{
	struct probe probe;

	(void)state;
	look_changed(&probe, "\x0c\x04p256",
	             "\x0c\x04p\0"
	             "56",
	             6);
	assert_fact(&probe, 0, FACT_CERTIFICATE_ISSUER, "CN=p\\0056");
	probe_close(&probe);
	look_changed(&probe, "\x0c\x04p256",
	             "\x0c\x04p\xff"
	             "56",
	             6);
	assert_fact(&probe, 0, FACT_CERTIFICATE_ISSUER, "CN=p\\x{ff}56");
	probe_close(&probe);
}

static void every_cut_is_survived(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof sample_certificate_der; len++) {
		struct probe probe;
		uint8_t *bytes = malloc(len + !len);
		assert_non_null(bytes);
		memcpy(bytes, sample_certificate_der, len);
		look(&probe, "a.cer", bytes, len);
		assert_true(probe_issue(&probe, "ASN1_LENGTH"));
		assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 0);
		assert_int_equal(fact_doc_count(probe.doc, ROW_GAP), 1);
		probe_close(&probe);
		free(bytes);
	}
}

static void bytes_behind_are_told(void **state)
{
	uint8_t longer[sizeof sample_certificate_der + 3] = {0};
	struct probe probe;

	(void)state;
	memcpy(longer, sample_certificate_der, sizeof sample_certificate_der);
	look(&probe, "a.cer", longer, sizeof longer);
	assert_true(probe_issue(&probe, "ASN1_TRAILING"));
	assert_int_equal(fact_doc_count(probe.doc, ROW_CERTIFICATE), 1);
	probe_close(&probe);
}

static void check(const char *bytes, size_t len, bool ok, enum diag code)
{
	size_t used = 0;
	struct result result = der_check(cursor_over(bytes, len, DIAG_ASN1_LENGTH), &used);

	assert_int_equal(result.ok, ok);
	if (ok)
		assert_int_equal(used, len);
	else
		assert_int_equal(fault_last()->code, code);
}

static void lengths_are_checked(void **state)
{
	char deep[400];

	(void)state;
	check("\x30\x03\x02\x01\x05", 5, true, 0);
	check("\x30\x80\x02\x01\x05\0\0", 7, true, 0);
	check("\x30\x81\x03\x02\x01\x05", 6, true, 0);
	check("\x30\x03\x02\x02\x05", 5, false, DIAG_ASN1_LENGTH);
	check("\x30\x84\xff\xff\xff\xff", 6, false, DIAG_ASN1_LENGTH);
	check("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff", 10, false, DIAG_ASN1_LENGTH);
	check("\x30\x89\1\1\1\1\1\1\1\1\1", 11, false, DIAG_ASN1_LENGTH);
	check("\x02\x80\0\0", 4, false, DIAG_ASN1_LENGTH);
	check("\x30\x80\x02\x01\x05", 5, false, DIAG_ASN1_LENGTH);
	check("\x3f\xff\xff\xff\xff\xff\x01\0", 8, false, DIAG_ASN1_LENGTH);
	check("", 0, false, DIAG_ASN1_LENGTH);
	memset(deep, 0, sizeof deep);
	for (size_t i = 0; i < 200; i++)
		memcpy(deep + 2 * i, "\x30\x80", 2);
	check(deep, sizeof deep, false, DIAG_ASN1_DEPTH);
}

static void identifiers_are_written(void **state)
{
	struct der oid = {.tag = DER_OID};
	char text[32];

	(void)state;
	oid.body = cursor_over("\x2a\x86\x48\x86\xf7\x0d", 6, DIAG_ASN1_LENGTH);
	assert_true(der_oid_text(&oid, text, sizeof text));
	assert_string_equal(text, "1.2.840.113549");
	oid.body = cursor_over("\x88\x37\x03", 3, DIAG_ASN1_LENGTH);
	assert_true(der_oid_text(&oid, text, sizeof text));
	assert_string_equal(text, "2.999.3");
	oid.body = cursor_over("\x2a\x86", 2, DIAG_ASN1_LENGTH);
	assert_false(der_oid_text(&oid, text, sizeof text));
	oid.body =
		cursor_over("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, DIAG_ASN1_LENGTH);
	assert_false(der_oid_text(&oid, text, sizeof text));
}

static int start(void **state)
{
	(void)state;
	return digest_start().ok && keys_start().ok ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_read),
		cmocka_unit_test(an_sm2_certificate_is_read),
		cmocka_unit_test(a_forged_signature_is_seen),
		cmocka_unit_test(signers_come_from_signature_blocks),
		cmocka_unit_test(damage_has_its_diagnostic),
		cmocka_unit_test(names_are_clean),
		cmocka_unit_test(every_cut_is_survived),
		cmocka_unit_test(bytes_behind_are_told),
		cmocka_unit_test(lengths_are_checked),
		cmocka_unit_test(identifiers_are_written),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
