/*
 * keystart.c - makes OpenSSL load everything that it would load at first use: the default provider,
 * its configuration, error strings, algorithms and random numbers. A sandbox then forbids it
 * nothing that it still needs but getrandom.
 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "crypto/pbe.h"
#include "formats/keys.h"

static const char *const samples[] = {
#define SAMPLE(label, base64) "-----BEGIN " label "-----\n" base64 "\n-----END " label "-----\n",
#include "formats/samples.def"
};

enum { SAMPLES = sizeof samples / sizeof *samples, SAMPLE_ARENA = 1 << 20 };

/* Signatures on certificates are made with these. */
static const char *const hashes[] = {"MD5",      "SHA1",     "SHA224",   "SHA256",
                                     "SHA384",   "SHA512",   "SM3",      "SHA3-256",
                                     "SHA3-384", "SHA3-512", "RIPEMD160"};

static RESULT read_samples(struct facts *facts)
{
	struct arena arena;
	struct entry entry = {.path = "", .name = "samples.pem", .name_len = 11};
	struct inspection inspection = {.entry = &entry, .arena = &arena, .facts = facts};
	struct result read = OK;

	arena_init(&arena, SAMPLE_ARENA);
	for (int i = 0; i < SAMPLES && read.ok; i++)
		read = format_pem.inspect(
			&inspection, cursor_over(samples[i], strlen(samples[i]), DIAG_PEM_PARSE));
	arena_free(&arena);
	return read;
}

struct result keys_start(void)
{
	struct facts facts;
	uint8_t random[32];
	uint32_t rows;

	if (!OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_ADD_ALL_DIGESTS |
	                                 OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_LOAD_CONFIG,
	                         NULL))
		FAIL(SYSTEM, AT_NONE, "OpenSSL cannot be started");
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		EVP_MD *hash = EVP_MD_fetch(NULL, hashes[i], NULL);
		EVP_MD_free(hash); /* the library keeps it; some builds lack some */
	}
	TRY(pbe_start());
	ENSURE(RAND_bytes(random, sizeof random) == 1, SYSTEM, AT_NONE,
	       "OpenSSL has no random numbers");
	facts_init(&facts, (struct entry_id){0}, "");
	struct result read = read_samples(&facts);
	rows = facts.count[ROW_CERTIFICATE] + facts.count[ROW_KEY];
	facts_free(&facts);
	ERR_clear_error();
	TRY(read);
	ENSURE(rows == SAMPLES, SYSTEM, AT_NONE, "OpenSSL read %u of %d samples", rows, SAMPLES);
	return OK;
}
