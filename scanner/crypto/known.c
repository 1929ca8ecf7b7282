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

static const char *find(struct cursor der, bool key)
{
	char hex[2 * DIGEST_MAX + 1];

	digest_hex(DIGEST_SHA256, der.data, der.size, hex);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(key ? known[i].key : known[i].certificate, hex) == 0)
			return known[i].name;
	return NULL;
}

const char *known_key(struct cursor spki)
{
	return find(spki, true);
}

const char *known_certificate(struct cursor der)
{
	return find(der, false);
}
