/* sign_key.c - the keys and certificates that fixtures are signed with. */
#include <string.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "make_bundle/sign.h"

enum { KEY_FILE_MAX = 1 << 20 };

static void bio_free(BIO **bio)
{
	BIO_free(*bio);
}

static void certificate_free(X509 **certificate)
{
	X509_free(*certificate);
}

static void der_add(struct text *out, unsigned char *der, int len)
{
	if (len <= 0)
		fault_out_of_memory();
	text_add(out, der, (size_t)len);
	OPENSSL_free(der);
}

static RESULT private_read(const char *path, EVP_PKEY **out)
{
	struct text file DEFER(text_free) = {0};

	TRY(file_read(path, KEY_FILE_MAX, &file));
	BIO *bio DEFER(bio_free) = BIO_new_mem_buf(file.data, (int)file.len);
	*out = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	const unsigned char *der = (const unsigned char *)file.data;
	if (!*out)
		*out = d2i_AutoPrivateKey(NULL, &der, (long)file.len);
	ENSURE(*out, USAGE, AT_NONE, "%s: no private key that can be read", path);
	return OK;
}

static RESULT certificate_read(const char *path, struct sign_key *key)
{
	struct text file DEFER(text_free) = {0};
	unsigned char *der = NULL;

	TRY(file_read(path, KEY_FILE_MAX, &file));
	BIO *bio DEFER(bio_free) = BIO_new_mem_buf(file.data, (int)file.len);
	X509 *certificate DEFER(certificate_free) = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	ENSURE(certificate, USAGE, AT_NONE, "%s: no certificate in PEM", path);
	int len = i2d_X509(certificate, &der);
	der_add(&key->certificate, der, len);
	der = NULL;
	len = i2d_X509_NAME(X509_get_issuer_name(certificate), &der);
	der_add(&key->issuer, der, len);
	der = NULL;
	len = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
	der_add(&key->serial, der, len);
	return OK;
}

RESULT sign_key_read(const char *key_path, const char *certificate_path, struct sign_key *out)
{
	struct sign_key key = {0};
	unsigned char *der = NULL;
	struct result result = private_read(key_path, &key.key);

	if (result.ok)
		result = certificate_read(certificate_path, &key);
	if (!result.ok) {
		sign_key_free(&key);
		return FAILED;
	}
	int len = i2d_PUBKEY(key.key, &der);
	der_add(&key.spki, der, len);
	*out = key;
	return OK;
}

void sign_key_free(struct sign_key *key)
{
	EVP_PKEY_free(key->key);
	text_free(&key->certificate);
	text_free(&key->spki);
	text_free(&key->issuer);
	text_free(&key->serial);
	*key = (struct sign_key){0};
}

enum sign_family sign_key_family(const struct sign_key *key)
{
	switch (EVP_PKEY_get_base_id(key->key)) {
	case EVP_PKEY_EC:
		return SIGN_ECDSA;
	case EVP_PKEY_DSA:
		return SIGN_DSA;
	default:
		return SIGN_RSA;
	}
}
