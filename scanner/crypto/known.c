/* known.c - looks keys up by their digest. */
#include "crypto/known.h"

#include <string.h>

#include "base/digest.h"

static const struct {
	const char *name, *certificate, *key;
} known[] = {
#define KNOWN(name, certificate, key) {name, certificate, key},
#include "crypto/known.def"
#undef KNOWN
};

enum { KNOWN_COUNT = sizeof known / sizeof *known };

const char *known_key(struct cursor spki)
{
	char hex[2 * DIGEST_MAX + 1];

	digest_hex(DIGEST_SHA256, spki.data, spki.size, hex);
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (strcmp(known[i].key, hex) == 0)
			return known[i].name;
	return NULL;
}

const char *known_certificate(struct cursor der)
{
	char hex[2 * DIGEST_MAX + 1];

	digest_hex(DIGEST_SHA256, der.data, der.size, hex);
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (strcmp(known[i].certificate, hex) == 0)
			return known[i].name;
	return NULL;
}
