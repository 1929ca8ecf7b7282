/* lints.c - prints what every rule says of certificates, whatever their role: lints FILE... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "formats/pem.h"
#include "formats/x509lint.h"

static const char *const words[] = {
	[LINT_AWAY] = "na", [LINT_EARLY] = "ne", [LINT_HOLDS] = "pass", [LINT_BROKEN] = "broken"};

/* The certificate as OpenSSL's tools print it: the first PEM block, or DER. */
static bool first_certificate(struct cursor body, struct arena *arena, struct cursor *out)
{
	struct pem_block block;
	struct cursor c = body;

	while (pem_find(&c)) {
		if (pem_begin(&c, &block) && pem_decode(&c, arena, &block).ok &&
		    pem_is(&block, "CERTIFICATE")) {
			*out = cursor_over(block.der, block.der_len, DIAG_ASN1_LENGTH);
			return true;
		}
	}
	*out = body;
	return body.size && body.data[0] == DER_SEQUENCE;
}

static void print(const char *path, const struct x509 *certificate)
{
	const char *name = strrchr(path, '/');

	for (size_t i = 0; i < x509lints_count; i++) {
		enum lint_outcome outcome = x509lint_run(&x509lints[i], certificate);
		const char *level = x509lint_level(&x509lints[i]);
		const char *word = outcome != LINT_BROKEN      ? words[outcome]
		                   : !strcmp(level, "warning") ? "warn"
		                                               : level;
		printf("%s\t%s\t%s\n", name ? name + 1 : path, x509lints[i].id, word);
	}
}

static bool lint(const char *path)
{
	struct text file = {0};
	struct cursor der;
	struct arena arena;
	struct x509 certificate = {0};
	bool good;

	arena_init(&arena, 64 << 20);
	good = file_read(path, 16 << 20, &file).ok &&
	       first_certificate(cursor_over(file.data, file.len, DIAG_ASN1_LENGTH), &arena,
	                         &der) &&
	       x509_read(der, &arena, &certificate).ok;
	if (good)
		print(path, &certificate);
	else
		fprintf(stderr, "%s: %s\n", path, fault_last()->why);
	x509_close(&certificate);
	arena_free(&arena);
	text_free(&file);
	return good;
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (!digest_start().ok)
		return EXIT_FAILURE;
	for (int i = 1; i < argc; i++)
		failed += !lint(argv[i]);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
