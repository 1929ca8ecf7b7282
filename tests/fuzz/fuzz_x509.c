/* fuzz_x509.c - the certificates of a bundle: elements in DER, one behind the other, each alone or
 * a signature block, judged together. */
#include "base/digest.h"
#include "formats/keyring.h"
#include "formats/keys.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *state, struct facts *facts)
{
	*(size_t *)state += facts->rows.len;
}

/* One element as an entry of its own. */
static void hand_in(struct keyring *keyring, uint32_t index, struct cursor der)
{
	static const char *const roles[] = {NULL, "signer", "provisioning"};
	struct entry entry = {.path = "META-INF/A.RSA", .name = "META-INF/A.RSA", .name_len = 14};
	struct place place = {.encoding = "der", .role = roles[index % 3]};
	char path[16];
	struct arena arena;
	struct facts facts;
	struct inspection inspection = {
		.entry = &entry, .arena = &arena, .facts = &facts, .keyring = keyring};

	snprintf(path, sizeof path, "e%u", index);
	arena_init(&arena, 64 << 20);
	facts_init(&facts, (struct entry_id){.depth = 1, .at = {index}}, path);
	if (der.size && der.data[der.size - 1] % 8 == 7)
		keyring_key(&inspection, der, true, &place);
	else
		keyring_certificate(&inspection, der, &place);
	x509_signed_facts(&inspection, der, &place);
	facts_finish(&facts);
	facts_free(&facts);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct cursor body = cursor_over(data, size, DIAG_ASN1_LENGTH);
	struct keyring *keyring;
	size_t written = 0;

	if (!started && (!digest_start().ok || !keys_start().ok))
		abort();
	started = true;
	keyring = size % 2 ? NULL : keyring_new();
	for (uint32_t i = 0; i < 8 && cursor_left(&body); i++) {
		struct cursor rest;
		size_t len = 0;
		if (!cursor_window(&body, cursor_left(&body), &rest).ok)
			abort();
		if (der_check(rest, &len).ok)
			body.pos = rest.origin + len;
		hand_in(keyring, i,
		        (struct cursor){rest.data, len ? len : rest.size, 0, rest.origin,
		                        rest.shortage});
		if (!len)
			break;
	}
	keyring_finish(keyring, take, &written);
	keyring_free(keyring);
	return 0;
}
