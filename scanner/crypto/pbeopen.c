/*
 * pbeopen.c - derives keys from passwords, and decrypts with them.
 *
 * JKS (sun.security.provider.KeyProtector): 20 bytes of salt, the key XORed with a stream of
 * SHA-1(password || previous), the salt being the first previous, and SHA-1(password || key).
 * JCEKS: each half of the salt is hashed with the password, `iterations` times with MD5; both give
 * 16 bytes, 24 for the key and 8 for the IV. Passwords are UTF-16BE in the first, ASCII in the
 * second.
 */
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string.h>

#include "crypto/pbe.h"

enum { PASSWORD_MAX = 64, SHA1_LEN = 20, MD5_LEN = 16, KEY_MAX = 64 };
enum { PKCS12_KEY = 1, PKCS12_IV = 2, PKCS12_MAC = 3 }; /* RFC 7292, B.3 */

/* Ciphers by OpenSSL's names. The weak ones stand in a library context of their own, so that
 * nothing else meets them. */
static struct {
	const char *name;
	bool legacy;
	EVP_CIPHER *cipher;
} ciphers[] = {
	{"AES-128-CBC", false, NULL},
	{"AES-192-CBC", false, NULL},
	{"AES-256-CBC", false, NULL},
	{"DES-EDE3-CBC", false, NULL},
	{"DES-EDE-CBC", false, NULL},
	{"SM4-CBC", false, NULL},
	{"CAMELLIA-128-CBC", false, NULL},
	{"CAMELLIA-256-CBC", false, NULL},
	{"DES-CBC", true, NULL},
	{"RC2-CBC", true, NULL},
	{"RC2-64-CBC", true, NULL},
	{"RC2-40-CBC", true, NULL},
	{"RC4", true, NULL},
	{"RC4-40", true, NULL},
};

struct result pbe_start(void)
{
	OSSL_LIB_CTX *legacy = OSSL_LIB_CTX_new();

	ENSURE(legacy, SYSTEM, AT_NONE, "OpenSSL has no memory");
	/* without it, stores that use these ciphers are said not to be read */
	OSSL_PROVIDER_load(legacy, "legacy");
	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
		ciphers[i].cipher =
			EVP_CIPHER_fetch(ciphers[i].legacy ? legacy : NULL, ciphers[i].name, NULL);
	ERR_clear_error();
	return OK;
}

static const EVP_CIPHER *cipher_of(const char *name)
{
	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
		if (strcmp(ciphers[i].name, name) == 0)
			return ciphers[i].cipher;
	return NULL;
}

/* A password as UTF-16BE, with a closing NUL character where `closed`; returns its length. */
static size_t wide(const struct password *password, bool closed, uint8_t out[2 * PASSWORD_MAX])
{
	size_t len = strnlen(password->text, PASSWORD_MAX - 1);

	for (size_t i = 0; i <= len; i++) {
		out[2 * i] = 0;
		out[2 * i + 1] = (uint8_t)(i < len ? password->text[i] : 0);
	}
	return 2 * (closed ? len + 1 : len);
}

static bool derive_pkcs12(const struct password *password, struct cursor salt, int64_t iterations,
                          const char *hash, int purpose, uint8_t *out, size_t len)
{
	uint8_t text[2 * PASSWORD_MAX], octets[1] = {0};
	size_t text_len = password->bare ? 0 : wide(password, true, text);

	if (iterations > INT32_MAX)
		return false;
	/* the function takes what it is given for writable */
	return len == 0 || PKCS12_key_gen_uni(password->bare ? NULL : text, (int)text_len,
	                                      salt.size ? (uint8_t *)(uintptr_t)salt.data : octets,
	                                      (int)salt.size, purpose, (int)iterations, (int)len,
	                                      out, EVP_get_digestbyname(hash)) == 1;
}

/* PBKDF1 (RFC 8018, 5.1): 8 bytes of key, 8 of IV. */
static bool derive_pbes1(const struct pbe *pbe, const char *password, uint8_t key[KEY_MAX],
                         uint8_t iv[KEY_MAX])
{
	const EVP_MD *hash = EVP_get_digestbyname(pbe->hash);
	uint8_t value[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned len = 0;
	bool done = context && EVP_DigestInit_ex(context, hash, NULL) &&
	            EVP_DigestUpdate(context, password, strlen(password)) &&
	            EVP_DigestUpdate(context, pbe->salt.data, pbe->salt.size) &&
	            EVP_DigestFinal_ex(context, value, &len);

	for (int64_t i = 1; i < pbe->iterations && done; i++)
		done = EVP_DigestInit_ex(context, hash, NULL) &&
		       EVP_DigestUpdate(context, value, len) &&
		       EVP_DigestFinal_ex(context, value, &len);
	EVP_MD_CTX_free(context);
	memcpy(key, value, 8);
	memcpy(iv, value + 8, 8);
	return done && len >= 16;
}

/* One half of the salt, hashed with the password again and again. */
static bool derive_half(const uint8_t half[4], const char *password, int64_t iterations,
                        uint8_t out[MD5_LEN])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = 4, password_len = strlen(password);
	bool done = context != NULL;

	memcpy(out, half, 4);
	for (int64_t i = 0; i < iterations && done; i++) {
		done = EVP_DigestInit_ex(context, EVP_md5(), NULL) &&
		       EVP_DigestUpdate(context, out, len) &&
		       EVP_DigestUpdate(context, password, password_len) &&
		       EVP_DigestFinal_ex(context, out, NULL);
		len = MD5_LEN;
	}
	EVP_MD_CTX_free(context);
	return done;
}

static bool derive_jceks(const struct pbe *pbe, const char *password, uint8_t key[KEY_MAX],
                         uint8_t iv[KEY_MAX])
{
	uint8_t salt[8], value[2 * MD5_LEN];

	memcpy(salt, pbe->salt.data, sizeof salt);
	/* equal halves would give equal keys; what was meant to reverse the first one does this */
	if (memcmp(salt, salt + 4, 4) == 0) {
		const uint8_t turned[] = {salt[3], salt[0], salt[1], salt[3]};
		memcpy(salt, turned, sizeof turned);
	}
	if (!derive_half(salt, password, pbe->iterations, value) ||
	    !derive_half(salt + 4, password, pbe->iterations, value + MD5_LEN))
		return false;
	memcpy(key, value, 24);
	memcpy(iv, value + 24, 8);
	return true;
}

static bool derive(const struct pbe *pbe, const struct password *password, uint8_t key[KEY_MAX],
                   uint8_t iv[KEY_MAX])
{
	int len = (int)strlen(password->text);

	if (pbe->iv.size && pbe->iv.size <= KEY_MAX)
		memcpy(iv, pbe->iv.data, pbe->iv.size);
	switch (pbe->kind) {
	case PBE_PKCS12:
		return derive_pkcs12(password, pbe->salt, pbe->iterations, pbe->hash, PKCS12_KEY,
		                     key, pbe->key_len) &&
		       derive_pkcs12(password, pbe->salt, pbe->iterations, pbe->hash, PKCS12_IV, iv,
		                     pbe->iv_len);
	case PBE_PBES1:
		return derive_pbes1(pbe, password->text, key, iv);
	case PBE_PBKDF2:
		return pbe->iterations <= INT32_MAX &&
		       PKCS5_PBKDF2_HMAC(password->text, len, pbe->salt.data, (int)pbe->salt.size,
		                         (int)pbe->iterations, EVP_get_digestbyname(pbe->hash),
		                         (int)pbe->key_len, key) == 1;
	case PBE_SCRYPT:
		return EVP_PBE_scrypt(password->text, (size_t)len, pbe->salt.data, pbe->salt.size,
		                      (uint64_t)pbe->scrypt_cost, (uint64_t)pbe->scrypt_block,
		                      (uint64_t)pbe->scrypt_parallel, 48 << 20, key,
		                      pbe->key_len) == 1;
	case PBE_JCEKS:
		return derive_jceks(pbe, password->text, key, iv);
	case PBE_JKS:
	case PBE_UNKNOWN:
		break;
	}
	return false;
}

static bool decipher(const struct pbe *pbe, const struct password *password, struct cursor text,
                     uint8_t *out, size_t *out_len)
{
	const EVP_CIPHER *cipher = cipher_of(pbe->cipher);
	uint8_t key[KEY_MAX], iv[KEY_MAX] = {0};
	EVP_CIPHER_CTX *context;
	int len = 0, last = 0;
	bool done;

	if (!cipher || text.size > INT32_MAX - 64 || !derive(pbe, password, key, iv))
		return false;
	context = EVP_CIPHER_CTX_new();
	done = context && EVP_DecryptInit_ex2(context, cipher, key, iv, NULL) &&
	       EVP_DecryptUpdate(context, out, &len, text.data, (int)text.size) &&
	       EVP_DecryptFinal_ex(context, out + len, &last);
	EVP_CIPHER_CTX_free(context);
	*out_len = (size_t)(len + last);
	return done;
}

/* SHA-1 of up to three parts. */
static void sha1(const struct cursor *parts, size_t count, uint8_t out[SHA1_LEN])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && EVP_DigestInit_ex(context, EVP_sha1(), NULL);

	for (size_t i = 0; i < count && done; i++)
		done = EVP_DigestUpdate(context, parts[i].data, parts[i].size);
	if (!done || !EVP_DigestFinal_ex(context, out, NULL))
		fault_out_of_memory();
	EVP_MD_CTX_free(context);
}

static bool decipher_jks(const struct password *password, struct cursor text, uint8_t *out,
                         size_t *out_len)
{
	uint8_t secret[2 * PASSWORD_MAX], stream[SHA1_LEN];
	size_t len;
	struct cursor parts[2];

	if (text.size <= 2 * SHA1_LEN)
		return false;
	len = text.size - 2 * SHA1_LEN;
	parts[0] = cursor_over(secret, wide(password, false, secret), DIAG_KEYSTORE_PARSE);
	parts[1] = cursor_over(text.data, SHA1_LEN, DIAG_KEYSTORE_PARSE);
	for (size_t at = 0; at < len; at++) {
		if (at % SHA1_LEN == 0) {
			sha1(parts, 2, stream);
			parts[1].data = stream;
		}
		out[at] = text.data[SHA1_LEN + at] ^ stream[at % SHA1_LEN];
	}
	parts[1] = cursor_over(out, len, DIAG_KEYSTORE_PARSE);
	sha1(parts, 2, stream);
	*out_len = len;
	return memcmp(stream, text.data + SHA1_LEN + len, SHA1_LEN) == 0;
}

bool pbe_decrypt(const struct pbe *pbe, const struct password *password, struct cursor text,
                 struct arena *arena, struct cursor *out)
{
	uint8_t *plain = arena_take(arena, text.size + EVP_MAX_BLOCK_LENGTH, 1);
	size_t len = 0;
	bool done;

	if (!plain)
		return false;
	if (pbe->kind == PBE_JKS)
		done = decipher_jks(password, text, plain, &len);
	else
		done = pbe->kind != PBE_UNKNOWN && decipher(pbe, password, text, plain, &len);
	ERR_clear_error();
	if (done)
		*out = cursor_over(plain, len, DIAG_KEYSTORE_PARSE);
	return done;
}

static bool hmac_fits(const char *hash, const uint8_t *key, size_t key_len, struct cursor content,
                      struct cursor digest)
{
	uint8_t value[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	return HMAC(EVP_get_digestbyname(hash), key, (int)key_len, content.data, content.size,
	            value, &len) &&
	       len == digest.size && memcmp(value, digest.data, len) == 0;
}

bool pbe_mac_fits(const struct pbe_mac *mac, const struct password *password, struct cursor content)
{
	uint8_t key[EVP_MAX_MD_SIZE];
	size_t len = mac->key_len;
	bool derived;

	if (!mac->hash || mac->iterations > INT32_MAX)
		return false;
	if (mac->kdf) {
		derived =
			PKCS5_PBKDF2_HMAC(password->text, (int)strlen(password->text),
		                          mac->salt.data, (int)mac->salt.size, (int)mac->iterations,
		                          EVP_get_digestbyname(mac->kdf), (int)len, key) == 1;
	} else {
		len = (size_t)EVP_MD_get_size(EVP_get_digestbyname(mac->hash));
		derived = derive_pkcs12(password, mac->salt, mac->iterations, mac->hash, PKCS12_MAC,
		                        key, len);
	}
	ERR_clear_error();
	return derived && hmac_fits(mac->hash, key, len, content, mac->digest);
}

bool pbe_java_digest_fits(const struct password *password, struct cursor content,
                          struct cursor digest)
{
	static const char whitener[] = "Mighty Aphrodite";
	uint8_t secret[2 * PASSWORD_MAX], value[SHA1_LEN];
	const struct cursor parts[] = {
		cursor_over(secret, wide(password, false, secret), DIAG_KEYSTORE_PARSE),
		cursor_over(whitener, sizeof whitener - 1, DIAG_KEYSTORE_PARSE),
		content,
	};

	sha1(parts, 3, value);
	return digest.size == SHA1_LEN && memcmp(value, digest.data, SHA1_LEN) == 0;
}

bool pbe_bks_mac_fits(const struct password *password, int64_t version, struct cursor salt,
                      int64_t iterations, struct cursor content, struct cursor digest)
{
	uint8_t key[SHA1_LEN];
	size_t len = version == 2 ? SHA1_LEN : 2;
	bool derived = derive_pkcs12(password, salt, iterations, "SHA1", PKCS12_MAC, key, len);

	ERR_clear_error();
	return derived && hmac_fits("SHA1", key, len, content, digest);
}
