/* test_pkcs7.c - SignedData that OpenSSL makes, read and verified without it, whole and damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "crypto/certificate.h"
#include "crypto/pkcs7.h"
#include "crypto/x509name.h"

static const char content[] = "Signature-Version: 1.0\r\n\r\n";

struct made {
	EVP_PKEY *key;
	X509 *certificate;
	uint8_t *der;
	size_t len;
	struct arena arena;
};

static X509 *self_signed(EVP_PKEY *key, const EVP_MD *hash)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509V3_CTX context;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 200);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)"Signer", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
	X509_EXTENSION *id =
		X509V3_EXT_conf_nid(NULL, &context, NID_subject_key_identifier, "hash");
	X509_add_ext(x, id, -1);
	X509_EXTENSION_free(id);
	assert_true(X509_sign(x, key, hash) > 0);
	return x;
}

/* `flags` of CMS_sign */
static void make(struct made *made, EVP_PKEY *key, const EVP_MD *hash, unsigned flags)
{
	BIO *data = BIO_new_mem_buf(content, sizeof content - 1);

	assert_non_null(key);
	made->key = key;
	made->certificate = self_signed(key, hash);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, data, CMS_PARTIAL | CMS_BINARY | flags);
	assert_non_null(CMS_add1_signer(cms, made->certificate, key, hash, CMS_BINARY | flags));
	assert_int_equal(CMS_final(cms, data, NULL, CMS_BINARY | flags), 1);
	made->der = NULL;
	made->len = (size_t)i2d_CMS_ContentInfo(cms, &made->der);
	CMS_ContentInfo_free(cms);
	BIO_free(data);
	arena_init(&made->arena, 1 << 20);
}

static void discard(struct made *made)
{
	arena_free(&made->arena);
	OPENSSL_free(made->der);
	X509_free(made->certificate);
	EVP_PKEY_free(made->key);
}

static struct cursor over(const struct made *made)
{
	return cursor_over(made->der, made->len, DIAG_ASN1_LENGTH);
}

static struct cursor message(void)
{
	return cursor_over(content, sizeof content - 1, DIAG_ASN1_LENGTH);
}

static RESULT verify(struct made *made, struct cursor signed_content)
{
	struct pkcs7 read;
	struct certificate parts;
	struct public_key *key = NULL;

	TRY(pkcs7_read(over(made), &made->arena, &read));
	ENSURE(read.signer_count == 1, SIGNED_DATA, 0, "%zu signers", read.signer_count);
	const struct der *certificate = pkcs7_certificate(&read, &read.signers[0]);
	ENSURE(certificate, CERT_PARSE, 0, "no certificate");
	TRY(certificate_split(certificate->whole, &parts));
	TRY(public_key_open(parts.key.whole, &key));
	struct result done = pkcs7_verify(&read, &read.signers[0], key, signed_content);
	public_key_free(key);
	return done;
}

/* It verifies; not with other content, and not when its last octet, of the signature, changes. */
static void check(EVP_PKEY *key, const EVP_MD *hash, unsigned flags)
{
	struct made made;
	struct cursor other = message();

	make(&made, key, hash, flags);
	assert_true(verify(&made, message()).ok);
	other.size--;
	assert_false(verify(&made, other).ok);
	assert_int_equal(fault_last()->code, DIAG_SIGNATURE_INVALID);
	made.der[made.len - 1] ^= 1;
	assert_false(verify(&made, message()).ok);
	assert_int_equal(fault_last()->code, DIAG_SIGNATURE_INVALID);
	discard(&made);
}

static void signers_verify(void **state)
{
	(void)state;
	check(EVP_RSA_gen(1024), EVP_sha256(), CMS_DETACHED);
	check(EVP_RSA_gen(1024), EVP_sha1(), CMS_DETACHED | CMS_NOATTR);
	check(EVP_RSA_gen(1024), EVP_sha256(), CMS_DETACHED | CMS_USE_KEYID);
	check(EVP_RSA_gen(1536), EVP_sha512(), 0);
	check(EVP_EC_gen("P-256"), EVP_sha384(), CMS_DETACHED);
	check(EVP_EC_gen("P-521"), EVP_sha224(), CMS_DETACHED | CMS_NOATTR);
}

static void content_is_found(void **state)
{
	struct made made;
	struct pkcs7 read;

	(void)state;
	make(&made, EVP_EC_gen("P-256"), EVP_sha256(), 0);
	assert_true(pkcs7_read(over(&made), &made.arena, &read).ok);
	assert_int_equal(read.parts.content.tag, DER_OCTETS);
	assert_int_equal(read.parts.content.body.size, sizeof content - 1);
	assert_true(DER_IS(&read.parts.content_type, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"));
	assert_int_equal(read.certificate_count, 1);
	assert_false(read.parts.trailing);
	discard(&made);
	make(&made, EVP_EC_gen("P-256"), EVP_sha256(), CMS_DETACHED | CMS_NOCERTS);
	assert_true(pkcs7_read(over(&made), &made.arena, &read).ok);
	assert_int_equal(read.parts.content.tag, 0);
	assert_int_equal(read.certificate_count, 0);
	assert_null(pkcs7_certificate(&read, &read.signers[0]));
	discard(&made);
}

/* Replaces octets where they first stand behind the certificate. */
static void change(struct made *made, const char *from, const char *to, size_t len)
{
	size_t start = 0;
	for (size_t at = 0; at + 10 < made->len; at++)
		if (!memcmp(made->der + at, "Signer", 6))
			start = at;
	uint8_t *at = memmem(made->der + start, made->len - start, from, len);

	assert_non_null(at);
	memcpy(at, to, len);
}

static void attributes_must_fit(void **state)
{
	static const struct {
		const char *from, *to;
		enum diag code;
	} cases[] = {
		/* messageDigest becomes challengePassword, contentType data becomes enveloped */
		{"\x01\x09\x04\x31", "\x01\x09\x07\x31", DIAG_SIGNED_DATA},
		{"\x01\x09\x03\x31", "\x01\x09\x07\x31", DIAG_SIGNED_DATA},
		{"\x0d\x01\x07\x01", "\x0d\x01\x07\x03", DIAG_SIGNATURE_INVALID},
		/* messageDigest twice; its length too long */
		{"\x01\x09\x05\x31", "\x01\x09\x04\x31", DIAG_SIGNED_DATA},
		{"\x01\x09\x04\x31", "\x01\x09\x04\x30", DIAG_SIGNED_DATA},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made made;
		make(&made, EVP_EC_gen("P-256"), EVP_sha256(), CMS_DETACHED | CMS_NOSMIMECAP);
		change(&made, cases[i].from, cases[i].to, 4);
		assert_false(verify(&made, message()).ok);
		assert_int_equal(fault_last()->code, cases[i].code);
		discard(&made);
	}
}

/* Every cut fails, names ASN.1 or the structure, and no octet beyond the input is read (asan). */
static void damage_is_refused(void **state)
{
	struct made made;
	struct pkcs7 read;
	struct cursor cut;

	(void)state;
	make(&made, EVP_EC_gen("P-256"), EVP_sha256(), CMS_DETACHED);
	for (size_t len = 0; len < made.len; len++) {
		cut = cursor_over(made.der, len, DIAG_ASN1_LENGTH);
		assert_false(pkcs7_read(cut, &made.arena, &read).ok);
	}
	made.der[4] ^= 1; /* tag of the content type */
	assert_false(pkcs7_read(over(&made), &made.arena, &read).ok);
	discard(&made);
}

/* An element of up to 65535 octets, its length in three. */
static void add_element(struct text *out, uint8_t tag, const void *body, size_t len)
{
	uint8_t head[4] = {tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len};

	text_add(out, head, sizeof head);
	text_add(out, body, len);
}

static void wrap(struct text *text, uint8_t tag)
{
	struct text outer = {0};

	add_element(&outer, tag, text->data, text->len);
	text_free(text);
	*text = outer;
}

/* SignedData with `count` things where certificates stand and no signer. */
static void make_many(struct text *out, size_t count)
{
	struct text list = {0}, inner = {0};

	for (size_t i = 0; i < count; i++)
		add_element(&list, DER_SEQUENCE, "", 0);
	wrap(&list, DER_TAGGED);
	text_add(&inner, "\x02\x01\x01\x31\x00\x30\x03\x06\x01\x2a", 10);
	text_add(&inner, list.data, list.len);
	text_add(&inner, "\x31\x00", 2);
	wrap(&inner, DER_SEQUENCE);
	wrap(&inner, DER_TAGGED);
	text_add(out, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11);
	text_add(out, inner.data, inner.len);
	wrap(out, DER_SEQUENCE);
	text_free(&list);
	text_free(&inner);
}

static struct result read_many(size_t count)
{
	struct text bytes = {0};
	struct arena arena;
	struct pkcs7 read = {0};

	make_many(&bytes, count);
	arena_init(&arena, 1 << 20);
	struct result done =
		pkcs7_read(cursor_over(bytes.data, bytes.len, DIAG_ASN1_LENGTH), &arena, &read);
	if (done.ok)
		assert_int_equal(read.certificate_count, count);
	text_free(&bytes);
	arena_free(&arena);
	return done;
}

static void lists_are_limited(void **state)
{
	(void)state;
	assert_true(read_many(PKCS7_CERTIFICATES_MAX).ok);
	assert_false(read_many(PKCS7_CERTIFICATES_MAX + 1).ok);
	assert_int_equal(fault_last()->code, DIAG_CERT_COUNT);
}

/* A name of one attribute. */
static void make_name(struct text *out, const char *type, uint8_t tag, const char *value)
{
	struct text pair = {0};

	add_element(&pair, DER_OID, type, strlen(type));
	add_element(&pair, tag, value, strlen(value));
	wrap(&pair, DER_SEQUENCE);
	wrap(&pair, DER_SET);
	wrap(&pair, DER_SEQUENCE);
	text_free(out);
	*out = pair;
}

static bool same(const char *type, uint8_t tag_a, const char *a, uint8_t tag_b, const char *b)
{
	struct text left = {0}, right = {0};
	struct der name_a, name_b;

	make_name(&left, type, tag_a, a);
	make_name(&right, type, tag_b, b);
	struct cursor c = cursor_over(left.data, left.len, DIAG_ASN1_LENGTH);
	assert_true(der_next(&c, &name_a).ok);
	c = cursor_over(right.data, right.len, DIAG_ASN1_LENGTH);
	assert_true(der_next(&c, &name_b).ok);
	bool answer = x509name_same(&name_a, &name_b);
	assert_int_equal(answer, x509name_same(&name_b, &name_a));
	text_free(&left);
	text_free(&right);
	return answer;
}

static void names_are_compared(void **state)
{
	static const char common[] = "\x55\x04\x03", serial[] = "\x55\x04\x05";
	enum { UTF8 = 0x0c, PRINTABLE = 0x13, IA5 = 0x16 };

	(void)state;
	assert_true(same(common, UTF8, "Bank", UTF8, "Bank"));
	assert_true(same(common, UTF8, "Bank", PRINTABLE, "bANK"));
	assert_true(same(common, UTF8, " A  big Bank ", UTF8, "a big bank"));
	assert_true(same(common, UTF8, "\x1f\tBank\x01", UTF8, "bank"));
	assert_true(same(common, UTF8, " \t", UTF8, ""));
	assert_false(same(common, UTF8, "A Bank", UTF8, "A\tBank"));
	assert_false(same(common, UTF8, "A Bank", UTF8,
	                  "A\x1f"
	                  "Bank"));
	assert_false(same(common, UTF8, "A Bank", UTF8, "ABank"));
	assert_false(same(common, UTF8, "Bank", UTF8, "Banks"));
	assert_false(same(common, UTF8, "Bank", IA5, "Bank"));
	assert_true(same(common, IA5, "Bank", IA5, "Bank"));
	assert_false(same(common, IA5, "Bank", IA5, "bank"));
	assert_true(same(serial, UTF8, "x", UTF8, "x"));
	assert_false(same(serial, UTF8, "x", UTF8, "X"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signers_verify),      cmocka_unit_test(content_is_found),
		cmocka_unit_test(attributes_must_fit), cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(lists_are_limited),   cmocka_unit_test(names_are_compared),
	};

	if (!digest_start().ok)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
