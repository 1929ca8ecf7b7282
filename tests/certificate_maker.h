/* certificate_maker.h - for unit tests: certificates of any shape, made with OpenSSL. */
#ifndef PARASOL_TESTS_CERTIFICATE_MAKER_H
#define PARASOL_TESTS_CERTIFICATE_MAKER_H

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What a certificate shall be; what is not set has a default. */
struct recipe {
	const char *subject, *issuer; /* common names; no issuer: the subject's */
	EVP_PKEY *key, *signer;       /* no signer: its own */
	long serial;                  /* default 1 */
	const char *begin, *end;      /* default 20260101000000Z, 20260401000000Z */
	bool generalized;             /* the end is a GeneralizedTime whatever the year */
	const char *constraints;      /* "critical,CA:TRUE"; NULL for no extension, and so on */
	const char *usage, *purposes, *names;
	const EVP_MD *hash; /* default SHA-256, SM3 for SM2 */
	bool rsa_sm3;       /* signed by SM3 with RSA */
	const char *sm2_id; /* NULL for that of GB/T 35276 */
};

struct made {
	uint8_t *der;
	size_t len;
};

static inline void made_name(X509_NAME *name, const char *common)
{
	/* as it is: OpenSSL would refuse one that is too long */
	if (*common)
		X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING, (const uint8_t *)common,
		                           -1, -1, 0);
}

static inline void made_extension(X509 *x509, int nid, const char *value)
{
	X509_EXTENSION *extension = value ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;

	if (extension)
		X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

static inline void made_sign(X509 *x509, EVP_PKEY *key, const struct recipe *recipe)
{
	bool sm2 = EVP_PKEY_is_a(key, "SM2");
	const EVP_MD *hash = recipe->hash ? recipe->hash : sm2 ? EVP_sm3() : EVP_sha256();
	const char *id = recipe->sm2_id ? recipe->sm2_id : "1234567812345678";
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *settings = EVP_PKEY_CTX_new(key, NULL);

	EVP_MD_CTX_set_pkey_ctx(context, settings);
	if (sm2)
		EVP_PKEY_CTX_set1_id(settings, id, (int)strlen(id));
	EVP_DigestSignInit(context, NULL, hash, NULL, key);
	X509_sign_ctx(x509, context);
	EVP_MD_CTX_free(context);
	EVP_PKEY_CTX_free(settings);
}

/* SM3 with RSA (1.2.156.10197.1.504), which OpenSSL reads and does not sign. */
static inline void made_sign_rsa_sm3(X509 *x509, EVP_PKEY *key)
{
	uint8_t info[50] =
		"\x30\x30\x30\x0c\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x11\x05\x00\x04\x20";
	const ASN1_BIT_STRING *bits;
	const X509_ALGOR *outer;
	uint8_t *body = NULL, signature[1024];
	size_t len = sizeof signature;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);

	X509_get0_signature(&bits, &outer, x509);
	X509_ALGOR_set0((X509_ALGOR *)outer, OBJ_nid2obj(NID_sm3WithRSAEncryption), V_ASN1_NULL,
	                NULL);
	X509_ALGOR_set0((X509_ALGOR *)X509_get0_tbs_sigalg(x509),
	                OBJ_nid2obj(NID_sm3WithRSAEncryption), V_ASN1_NULL, NULL);
	int body_len = i2d_re_X509_tbs(x509, &body);
	EVP_Digest(body, (size_t)body_len, info + 18, NULL, EVP_sm3(), NULL);
	EVP_PKEY_sign_init(context);
	EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
	EVP_PKEY_sign(context, signature, &len, info, sizeof info);
	ASN1_STRING_set((ASN1_BIT_STRING *)bits, signature, (int)len);
	((ASN1_BIT_STRING *)bits)->flags = ASN1_STRING_FLAG_BITS_LEFT;
	EVP_PKEY_CTX_free(context);
	OPENSSL_free(body);
}

/* The certificate in DER; free `der`. */
static inline struct made make_certificate(struct recipe recipe)
{
	X509 *x509 = X509_new();
	struct made made = {0};
	uint8_t *der = NULL;
	int len;

	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), recipe.serial ? recipe.serial : 1);
	made_name(X509_get_subject_name(x509), recipe.subject);
	made_name(X509_get_issuer_name(x509), recipe.issuer ? recipe.issuer : recipe.subject);
	ASN1_TIME_set_string_X509(X509_getm_notBefore(x509),
	                          recipe.begin ? recipe.begin : "20260101000000Z");
	ASN1_TIME_set_string_X509(X509_getm_notAfter(x509),
	                          recipe.end ? recipe.end : "20260401000000Z");
	if (recipe.generalized)
		ASN1_GENERALIZEDTIME_set_string(X509_getm_notAfter(x509), recipe.end);
	X509_set_pubkey(x509, recipe.key);
	made_extension(x509, NID_basic_constraints, recipe.constraints);
	made_extension(x509, NID_key_usage, recipe.usage);
	made_extension(x509, NID_ext_key_usage, recipe.purposes);
	made_extension(x509, NID_subject_alt_name, recipe.names);
	if (recipe.rsa_sm3)
		made_sign_rsa_sm3(x509, recipe.signer ? recipe.signer : recipe.key);
	else
		made_sign(x509, recipe.signer ? recipe.signer : recipe.key, &recipe);
	len = i2d_X509(x509, &der);
	made.der = malloc(len > 0 ? (size_t)len : 1);
	if (made.der && len > 0)
		memcpy(made.der, der, (size_t)len);
	made.len = len > 0 ? (size_t)len : 0;
	OPENSSL_free(der);
	X509_free(x509);
	return made;
}

#endif
