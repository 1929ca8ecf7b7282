/* digest.c - OpenSSL's hashes, fetched once. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[DIGEST_KINDS] = {
	[DIGEST_MD5] = "MD5",       [DIGEST_SHA1] = "SHA1",     [DIGEST_SHA224] = "SHA224",
	[DIGEST_SHA256] = "SHA256", [DIGEST_SHA384] = "SHA384", [DIGEST_SHA512] = "SHA512",
	[DIGEST_SM3] = "SM3",
};

static EVP_MD *algorithms[DIGEST_KINDS];

const char *digest_name(enum digest_kind kind)
{
	return names[kind];
}

bool digest_find(const char *name, enum digest_kind *out)
{
	for (int kind = 0; kind < DIGEST_KINDS; kind++) {
		if (strcmp(names[kind], name) == 0) {
			*out = (enum digest_kind)kind;
			return true;
		}
	}
	return false;
}

struct result digest_start(void)
{
	for (size_t i = 0; i < DIGEST_KINDS; i++) {
		if (algorithms[i])
			continue;
		algorithms[i] = EVP_MD_fetch(NULL, names[i], NULL);
		ENSURE(algorithms[i], SYSTEM, AT_NONE, "OpenSSL has no %s", names[i]);
	}
	return OK;
}

struct digest_stream *digest_open(enum digest_kind kind)
{
	EVP_MD_CTX *stream = EVP_MD_CTX_new();

	if (!stream || !EVP_DigestInit_ex2(stream, algorithms[kind], NULL))
		fault_out_of_memory();
	return (struct digest_stream *)stream;
}

void digest_add(struct digest_stream *stream, const void *bytes, size_t len)
{
	if (!EVP_DigestUpdate((EVP_MD_CTX *)stream, bytes, len))
		fault_out_of_memory();
}

size_t digest_close(struct digest_stream *stream, uint8_t *out)
{
	unsigned len = 0;

	if (!EVP_DigestFinal_ex((EVP_MD_CTX *)stream, out, &len))
		fault_out_of_memory();
	EVP_MD_CTX_free((EVP_MD_CTX *)stream);
	return len;
}

size_t digest(enum digest_kind kind, const void *bytes, size_t len, uint8_t *out)
{
	struct digest_stream *stream = digest_open(kind);

	digest_add(stream, bytes, len);
	return digest_close(stream, out);
}

void digest_hex(enum digest_kind kind, const void *bytes, size_t len, char *out)
{
	uint8_t raw[DIGEST_MAX];
	size_t size = digest(kind, bytes, len, raw);

	for (size_t i = 0; i < size; i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
}
