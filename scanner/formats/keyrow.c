/* keyrow.c - the row of a key. */
#include <string.h>

#include "base/digest.h"
#include "crypto/known.h"
#include "crypto/weak.h"
#include "formats/keyring.h"
#include "formats/keys.h"

void key_type(struct key *key, const char *type)
{
	size_t len = strnlen(type, sizeof key->spki.type - 1);

	memcpy(key->spki.type, type, len);
	key->spki.type[len] = '\0';
	key->spki.known = true;
}

static void write_place(struct facts *facts, const struct place *place)
{
	facts_clean(facts, FACT_KEY_IN, facts->in);
	facts_int(facts, FACT_KEY_OFFSET, (int64_t)place->offset);
	facts_text(facts, FACT_KEY_ENCODING, place->encoding);
	facts_text(facts, FACT_KEY_STORE, place->store);
	facts_clean(facts, FACT_KEY_ALIAS, place->alias);
	if (place->line)
		facts_int(facts, FACT_KEY_LINE, (int64_t)place->line);
}

static void write_kind(struct facts *facts, const struct key *key)
{
	facts_text(facts, FACT_KEY_FORMAT, key->format);
	facts_text(facts, FACT_KEY_KIND, key->kind);
	if (*key->spki.type)
		facts_text(facts, FACT_KEY_TYPE, key->spki.type);
	else
		facts_unread(facts, FACT_KEY_TYPE);
	if (key->spki.bits > 0)
		facts_int(facts, FACT_KEY_BITS, key->spki.bits);
	else
		facts_unread(facts, FACT_KEY_BITS);
	facts_text(facts, FACT_KEY_CURVE, key->spki.curve);
}

static void write_cover(struct facts *facts, const struct key *key)
{
	if (key->encryption_unknown)
		facts_unread(facts, FACT_KEY_ENCRYPTED);
	else
		facts_bool(facts, FACT_KEY_ENCRYPTED, key->encrypted);
	if (key->guess == GUESS_UNKNOWN)
		facts_unread(facts, FACT_KEY_GUESSABLE);
	else if (key->guess != GUESS_NOT_TRIED)
		facts_bool(facts, FACT_KEY_GUESSABLE, key->guess == GUESS_FITS);
	if (*key->cipher)
		facts_text(facts, FACT_KEY_CIPHER, key->cipher);
	if (key->iterations > 0)
		facts_int(facts, FACT_KEY_ITERATIONS, key->iterations);
}

static void write_weaknesses(struct facts *facts, const struct rsa_numbers *numbers, uint32_t row)
{
	uint32_t found = weak_rsa(numbers);

	for (int i = 0; i < WEAKNESS_COUNT; i++) {
		if (!(found >> i & 1))
			continue;
		facts_row(facts, ROW_KEY_WEAKNESS, row);
		facts_text(facts, FACT_KEY_WEAKNESS_KIND, weak_name((enum weakness)i));
	}
}

static void write_public(const struct inspection *inspection, const struct key *key, uint32_t row)
{
	struct facts *facts = inspection->facts;
	char exponent[WEAK_EXPONENT_ROOM];
	uint8_t hash[DIGEST_MAX];
	struct rsa_numbers numbers;

	if (!key->info.data) {
		if (strcmp(key->kind, "secret") != 0)
			facts_unread(facts, FACT_KEY_SHA256);
		return;
	}
	digest(DIGEST_SHA256, key->info.data, key->info.size, hash);
	facts_hex(facts, FACT_KEY_SHA256, hash, 32);
	facts_text(facts, FACT_KEY_KNOWN, known_key(key->info));
	if (!weak_numbers(key->info, &numbers))
		return;
	weak_exponent(&numbers, exponent);
	facts_text(facts, FACT_KEY_EXPONENT, exponent);
	write_weaknesses(facts, &numbers, row);
}

static void notice(struct facts *facts, enum diag code, const struct place *place, const char *what)
{
	facts_issue(facts, code, place->offset, "%s", what);
}

static void write_notices(struct facts *facts, const struct key *key, const struct place *place)
{
	if (key->encrypted && key->guess != GUESS_FITS)
		notice(facts, DIAG_KEY_ENCRYPTED, place,
		       strcmp(key->kind, "secret") ? "private key is encrypted"
		                                   : "secret key is encrypted");
	if (key->spki.oversize)
		notice(facts, DIAG_CERT_KEY_OVERSIZE, place,
		       "key is larger than 16384 bits and was not used");
	else if (key->spki.odd)
		notice(facts, DIAG_CERT_KEY_ODD, place,
		       "modulus or exponent of the key is unusual; it was not used");
}

/* A private half that anybody can read. */
static bool is_readable(const struct key *key)
{
	return strcmp(key->kind, "private") == 0 && !key->encryption_unknown &&
	       (!key->encrypted || key->guess == GUESS_FITS);
}

void key_row(const struct inspection *inspection, const struct key *key, const struct place *place)
{
	struct facts *facts = inspection->facts;
	uint32_t row = facts_row(facts, ROW_KEY, 0);

	write_place(facts, place);
	write_kind(facts, key);
	write_cover(facts, key);
	write_public(inspection, key, row);
	write_notices(facts, key, place);
	if (inspection->keyring && key->info.data)
		keyring_key(inspection, key->info, is_readable(key), place);
}
