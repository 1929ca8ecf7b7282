/* test_signature.c - single signatures, made by OpenSSL's own certificate writer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/certificate.h"
#include "crypto/signature.h"

/* A certificate as a carrier of a signature, an algorithm identifier and a key. */
struct carrier {
	uint8_t der[8192];
	size_t len;
	struct certificate parts;
};

static EVP_PKEY *rsa_key;

static EVP_PKEY *new_dsa(void)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
	EVP_PKEY *parameters = NULL, *key = NULL;

	assert_true(EVP_PKEY_paramgen_init(context) > 0);
	assert_true(EVP_PKEY_CTX_set_dsa_paramgen_bits(context, 1024) > 0);
	assert_true(EVP_PKEY_paramgen(context, &parameters) > 0);
	EVP_PKEY_CTX_free(context);
	context = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
	assert_true(EVP_PKEY_keygen_init(context) > 0 && EVP_PKEY_keygen(context, &key) > 0);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(parameters);
	return key;
}

/* `id`: the distinguishing id of SM2; NULL for other keys. `salt`: of PSS; 0 for none. */
static void sign(struct carrier *carrier, EVP_PKEY *key, const char *hash, const char *id, int salt)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *settings = NULL;
	X509 *certificate = X509_new();
	uint8_t *out = carrier->der;

	X509_set_pubkey(certificate, key);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	assert_int_equal(EVP_DigestSignInit_ex(context, &settings, hash, NULL, NULL, key, NULL), 1);
	if (id)
		assert_true(EVP_PKEY_CTX_set1_id(settings, id, (int)strlen(id)) > 0);
	if (salt)
		assert_true(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) > 0 &&
		            EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, salt) > 0);
	assert_true(X509_sign_ctx(certificate, context) > 0);
	carrier->len = (size_t)i2d_X509(certificate, &out);
	assert_in_range(carrier->len, 1, sizeof carrier->der);
	X509_free(certificate);
	EVP_MD_CTX_free(context);
	assert_true(certificate_split(cursor_over(carrier->der, carrier->len, DIAG_ASN1_LENGTH),
	                              &carrier->parts)
	                    .ok);
}

static struct cursor signature_of(const struct carrier *carrier)
{
	struct cursor bits = carrier->parts.signature.body, out;

	assert_true(cursor_slice(&bits, 1, bits.size - 1, &out).ok);
	return out;
}

static bool verifies(const struct carrier *carrier, const struct signature_algorithm *algorithm)
{
	struct public_key *key;

	assert_true(public_key_open(carrier->parts.key.whole, &key).ok);
	bool ok = signature_verify(key, algorithm, carrier->parts.body.whole, signature_of(carrier),
	                           "signature of the test")
	                  .ok;
	public_key_free(key);
	return ok;
}

static struct signature_algorithm algorithm_of(const struct carrier *carrier, const char *key_type)
{
	struct signature_algorithm algorithm;

	assert_true(
		signature_algorithm_read(carrier->parts.algorithm.body, key_type, &algorithm).ok);
	return algorithm;
}

/* Signs, reads the algorithm back, verifies; then again with the last bit of the message changed.
 */
static void round_trip(EVP_PKEY *key, const char *hash, const char *id, int salt,
                       enum signature_family family, const char *read_hash)
{
	struct carrier carrier;

	sign(&carrier, key, hash, id, salt);
	struct signature_algorithm algorithm = algorithm_of(&carrier, "");
	assert_int_equal(algorithm.family, family);
	if (read_hash)
		assert_string_equal(algorithm.hash, read_hash);
	assert_true(verifies(&carrier, &algorithm));
	/* one digit of a date */
	carrier.der[carrier.parts.not_after.body.data - carrier.der] ^= 1;
	assert_false(verifies(&carrier, &algorithm));
	assert_int_equal(fault_last()->code, DIAG_SIGNATURE_INVALID);
}

static void rsa_signatures(void **state)
{
	static const char *const hashes[] = {"MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		round_trip(rsa_key, hashes[i], NULL, 0, SIGNATURE_RSA_PKCS1, hashes[i]);
		if (i) /* OpenSSL writes no PSS with MD5 */
			round_trip(rsa_key, hashes[i], NULL, 20, SIGNATURE_RSA_PSS, hashes[i]);
	}
}

static void elliptic_signatures(void **state)
{
	static const char *const hashes[] = {"SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};
	EVP_PKEY *p256 = EVP_EC_gen("P-256"), *p521 = EVP_EC_gen("P-521");

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		round_trip(p256, hashes[i], NULL, 0, SIGNATURE_ECDSA, hashes[i]);
		round_trip(p521, hashes[i], NULL, 0, SIGNATURE_ECDSA, hashes[i]);
	}
	EVP_PKEY_free(p256);
	EVP_PKEY_free(p521);
}

static void dsa_signatures(void **state)
{
	EVP_PKEY *key = new_dsa();

	(void)state;
	round_trip(key, "SHA1", NULL, 0, SIGNATURE_DSA, "SHA1");
	round_trip(key, "SHA256", NULL, 0, SIGNATURE_DSA, "SHA256");
	EVP_PKEY_free(key);
}

static void edwards_signatures(void **state)
{
	static const char *const names[] = {"ED25519", "ED448"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, names[i]);
		round_trip(key, NULL, NULL, 0, SIGNATURE_EDDSA, NULL);
		EVP_PKEY_free(key);
	}
}

/* The default id of GB/T 35276, the empty one, and neither. */
static void sm2_signatures(void **state)
{
	struct signature_algorithm algorithm;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	struct carrier carrier;

	(void)state;
	round_trip(key, "SM3", "1234567812345678", 0, SIGNATURE_SM2, "SM3");
	sign(&carrier, key, "SM3", "", 0);
	algorithm = algorithm_of(&carrier, "SM2");
	assert_false(verifies(&carrier, &algorithm));
	algorithm.empty_id = true;
	assert_true(verifies(&carrier, &algorithm));
	sign(&carrier, key, "SM3", "ALICE123@YAHOO.COM", 0);
	assert_false(verifies(&carrier, &algorithm));
	EVP_PKEY_free(key);
}

/* Another family, another hash, another salt: the signature is good and does not count. */
static void the_algorithm_must_fit(void **state)
{
	struct carrier carrier;

	(void)state;
	sign(&carrier, rsa_key, "SHA256", NULL, 32);
	struct signature_algorithm algorithm = algorithm_of(&carrier, "RSA");
	assert_int_equal(algorithm.salt_len, 32);
	assert_string_equal(algorithm.mgf_hash, "SHA256");
	assert_true(verifies(&carrier, &algorithm));
	algorithm.mgf_hash = NULL;
	assert_true(verifies(&carrier, &algorithm));
	algorithm.salt_len = 20;
	assert_false(verifies(&carrier, &algorithm));
	algorithm.salt_len = SIGNATURE_SALT_ANY;
	assert_true(verifies(&carrier, &algorithm));
	algorithm.hash = "SHA512";
	assert_false(verifies(&carrier, &algorithm));
	algorithm = (struct signature_algorithm){.family = SIGNATURE_RSA_PKCS1, .hash = "SHA256"};
	assert_false(verifies(&carrier, &algorithm));
	algorithm = (struct signature_algorithm){.family = SIGNATURE_ECDSA, .hash = "SHA256"};
	assert_false(verifies(&carrier, &algorithm));
}

static bool reads(const char *bytes, size_t len, const char *key_type,
                  struct signature_algorithm *out)
{
	return signature_algorithm_read(cursor_over(bytes, len, DIAG_ASN1_LENGTH), key_type, out)
	        .ok;
}

/* What 1.2.156.10197.1.504 means is decided by the key. */
static void the_ambiguous_number(void **state)
{
	static const char oid[] = "\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x78";
	struct signature_algorithm algorithm;

	(void)state;
	assert_true(reads(oid, sizeof oid - 1, "RSA", &algorithm));
	assert_int_equal(algorithm.family, SIGNATURE_RSA_PKCS1);
	assert_string_equal(algorithm.hash, "SM3");
	assert_false(reads(oid, sizeof oid - 1, "SM2", &algorithm));
	assert_int_equal(fault_last()->code, DIAG_CERT_SIGALG);
}

static void unknown_algorithms(void **state)
{
	static const char oid[] = "\x06\x03\x2a\x03\x04";
	struct signature_algorithm algorithm;
	const char *hash;

	(void)state;
	assert_false(reads(oid, sizeof oid - 1, "RSA", &algorithm));
	assert_int_equal(fault_last()->code, DIAG_CERT_SIGALG);
	assert_non_null(strstr(fault_last()->why, "1.2.3.4"));
	assert_false(reads("\x06\x03\x2a", 3, "RSA", &algorithm));
	assert_false(
		signature_hash_read(cursor_over(oid, sizeof oid - 1, DIAG_ASN1_LENGTH), &hash).ok);
}

/* Keys that are refused before OpenSSL sees them. */
static void keys_that_are_not_opened(void **state)
{
	struct carrier carrier;
	struct public_key *key;

	(void)state;
	sign(&carrier, rsa_key, "SHA256", NULL, 0);
	struct cursor spki = carrier.parts.key.whole, longer = spki;
	longer.size++;
	assert_false(public_key_open(longer, &key).ok);
	assert_int_equal(fault_last()->code, DIAG_CERT_KEY);
	/* the last octet of an RSA key is that of its exponent 65537 */
	carrier.der[spki.data - carrier.der + (ptrdiff_t)spki.size - 1] = 0;
	assert_false(public_key_open(spki, &key).ok);
	assert_int_equal(fault_last()->code, DIAG_CERT_KEY);
	spki.size = 20;
	assert_false(public_key_open(spki, &key).ok);
}

static int make_keys(void **state)
{
	(void)state;
	rsa_key = EVP_RSA_gen(2048);
	return rsa_key ? 0 : -1;
}

static int free_keys(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa_key);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rsa_signatures),
		cmocka_unit_test(elliptic_signatures),
		cmocka_unit_test(dsa_signatures),
		cmocka_unit_test(edwards_signatures),
		cmocka_unit_test(sm2_signatures),
		cmocka_unit_test(the_algorithm_must_fit),
		cmocka_unit_test(the_ambiguous_number),
		cmocka_unit_test(unknown_algorithms),
		cmocka_unit_test(keys_that_are_not_opened),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
