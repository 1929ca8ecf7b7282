/* keystore.c - what readers of key stores have in common. */
#include "formats/keyring.h"
#include "formats/keystore.h"

#include <stdio.h>
#include <string.h>

#include "crypto/certificate.h"
#include "formats/keyring.h"

int64_t keystore_rounds_max = 2000000;

const struct password keystore_passwords[] = {
	{"", true},          {"", false},       {"changeit", false}, {"changeme", false},
	{"password", false}, {"123456", false}, {"12345678", false}, {"android", false},
	{"secret", false},   {"store", false},  {"key", false},      {"test", false},
};
const size_t keystore_password_count = sizeof keystore_passwords / sizeof *keystore_passwords;

const char *keystore_password_name(const struct password *password)
{
	return *password->text ? password->text : "empty";
}

struct keystore keystore_at(const struct inspection *inspection, const char *kind,
                            const struct place *place)
{
	return (struct keystore){.kind = kind,
	                         .offset = place->offset,
	                         .encoding = place->encoding,
	                         .line = place->line,
	                         .arena = inspection->arena,
	                         .rounds = keystore_rounds_max};
}

static RESULT grow(struct keystore *store)
{
	struct keystore_entry *more;
	size_t room = store->room ? store->room * 2 : 16;

	ENSURE(store->count < KEYSTORE_ENTRIES_MAX, FACTS_COUNT, store->offset,
	       "more than %d entries in one key store", KEYSTORE_ENTRIES_MAX);
	if (store->count < store->room)
		return OK;
	ALLOC(more, store->arena, room);
	if (store->count)
		memcpy(more, store->entries, store->count * sizeof *more);
	store->entries = more;
	store->room = room;
	return OK;
}

const char *keystore_alias(struct keystore *store, struct cursor alias)
{
	struct text clean = {0};
	const char *copy;

	text_clean(&clean, alias.data, alias.size);
	copy = arena_copy(store->arena, clean.data ? clean.data : "", clean.len);
	text_free(&clean);
	return copy;
}

struct result keystore_add(struct keystore *store, enum keystore_kind kind, const char *alias,
                           uint64_t offset, struct keystore_entry **out)
{
	if (!alias)
		return FAILED;
	TRY(grow(store));
	*out = &store->entries[store->count++];
	**out = (struct keystore_entry){.kind = kind, .alias = alias, .offset = offset};
	return OK;
}

struct result keystore_add_certificate(struct keystore *store, struct keystore_entry *entry,
                                       struct cursor der)
{
	struct cursor *more;
	size_t count = entry->certificate_count;

	ENSURE(store->certificates++ < KEYSTORE_CERTIFICATES_MAX, CERT_COUNT, store->offset,
	       "more than %d certificates in one key store", KEYSTORE_CERTIFICATES_MAX);
	/* room is a power of two: it is used up when the count is one */
	if (!(count & (count - 1))) {
		ALLOC(more, store->arena, count ? 2 * count : 1);
		if (count)
			memcpy(more, entry->certificates, count * sizeof *more);
		entry->certificates = more;
	}
	entry->certificates[entry->certificate_count++] = der;
	entry->chain++;
	return OK;
}

int64_t keystore_cost(int64_t rounds, size_t bytes)
{
	int64_t more = (int64_t)(bytes / 16);

	if (rounds == PBE_COST_NONE)
		return rounds;
	return rounds > PBE_COST_ENDLESS - more ? PBE_COST_ENDLESS : rounds + more;
}

bool keystore_spend(struct keystore *store, int64_t cost)
{
	if (cost > store->rounds)
		return false;
	store->rounds -= cost;
	return true;
}

void keystore_damaged(struct keystore *store)
{
	store->fault = *fault_last();
	store->damaged = store->locked = true;
}

void keystore_untried(struct keystore *store, int64_t cost)
{
	store->tried = cost == PBE_COST_NONE ? TRIED_FEW_CIPHER : TRIED_FEW_COST;
	store->asked = cost;
}

void keystore_cipher(struct keystore *store, const struct pbe *pbe)
{
	size_t i = 0;

	if (pbe->iterations > 0 && (!store->iterations || pbe->iterations < store->iterations))
		store->iterations = pbe->iterations;
	while (i < store->cipher_count && strcmp(store->ciphers[i], pbe->name) != 0)
		i++;
	if (i < store->cipher_count || i == sizeof store->ciphers / sizeof *store->ciphers)
		return;
	const char *name = arena_copy(store->arena, pbe->name, strlen(pbe->name));
	if (name)
		store->ciphers[store->cipher_count++] = name;
}

bool keystore_decrypt(struct keystore *store, const struct pbe *pbe, struct cursor text,
                      struct cursor *out)
{
	return store->password && keystore_spend(store, keystore_cost(pbe_cost(pbe), text.size)) &&
	       pbe_decrypt(pbe, store->password, text, store->arena, out);
}

void keystore_public(struct keystore_entry *entry, struct cursor certificate)
{
	struct certificate parts;
	struct spki spki;

	if (entry->key.guess == GUESS_FITS || !certificate_split(certificate, &parts).ok ||
	    !spki_read(&parts.key, &spki).ok)
		return;
	entry->key.spki = spki;
	entry->key.info = parts.key.whole;
}

enum key_guess keystore_try(struct keystore *store, const struct pbe *pbe, struct cursor text,
                            keystore_reader reader, struct key *key)
{
	enum key_guess guess = GUESS_FAILS;
	struct cursor plain;

	if (keystore_decrypt(store, pbe, text, &plain) && reader(store, plain, key))
		return GUESS_FITS;
	for (size_t i = 0; i < keystore_password_count; i++) {
		const struct password *password = &keystore_passwords[i];
		if (password == store->password)
			continue;
		if (!keystore_spend(store, keystore_cost(pbe_cost(pbe), text.size)))
			return GUESS_UNKNOWN;
		if (!pbe_decrypt(pbe, password, text, store->arena, &plain) ||
		    !reader(store, plain, key))
			continue;
		/* without an integrity check, this is the password of the store */
		if (!store->password && !*store->mac.name)
			store->password = password;
		return GUESS_FITS;
	}
	return guess;
}

static bool read_private(const struct keystore *store, struct cursor plain, struct key *key)
{
	*key = (struct key){.spki.bits = -1};
	return keys_form(plain) == KEY_PKCS8 && keys_read(plain, KEY_PKCS8, store->arena, key).ok;
}

struct result keystore_private(struct keystore *store, struct keystore_entry *entry,
                               struct cursor der)
{
	struct der sequence, algorithm, text;
	struct key *key = &entry->key;
	enum key_guess guess;
	struct pbe pbe;

	entry->has_key = true;
	*key = (struct key){.format = "jks", .kind = "private", .spki.bits = -1};
	key->encrypted = true;
	TRY(der_expect(&der, DER_SEQUENCE, "private key of the store (RFC 5958, 3)", &sequence));
	TRY(der_expect(&sequence.body, DER_SEQUENCE, "algorithm of the encryption", &algorithm));
	TRY(der_expect(&sequence.body, DER_OCTETS, "encrypted private key", &text));
	TRY(pbe_read(algorithm.body, &pbe));
	keystore_cipher(store, &pbe);
	guess = keystore_try(store, &pbe, text.body, read_private, key);
	if (guess != GUESS_FITS) {
		*key = (struct key){.spki.bits = -1};
		key_type(key, "unknown");
	}
	key->format = pbe.kind == PBE_JKS || pbe.kind == PBE_JCEKS ? "jks" : "pkcs8";
	key->kind = "private";
	key->encrypted = true;
	key->guess = guess;
	snprintf(key->cipher, sizeof key->cipher, "%s", pbe.name);
	key->iterations = pbe.iterations;
	return OK;
}

static const char *kind_name(enum keystore_kind kind)
{
	static const char *const names[] = {"private-key", "trusted-certificate", "secret-key",
	                                    "sealed", "other"};

	return names[kind];
}

static void write_ciphers(struct facts *facts, const struct keystore *store)
{
	struct text names = {0};

	for (size_t i = 0; i < store->cipher_count; i++)
		text_printf(&names, "%s%s", i ? " " : "", store->ciphers[i]);
	if (names.len)
		facts_text(facts, FACT_KEYSTORE_CIPHERS, names.data);
	text_free(&names);
	if (store->iterations)
		facts_int(facts, FACT_KEYSTORE_ITERATIONS, store->iterations);
}

static void write_opened(struct facts *facts, const struct keystore *store)
{
	bool open = store->password || store->unprotected;

	facts_bool(facts, FACT_KEYSTORE_OPENED, !store->locked);
	if (store->password)
		facts_text(facts, FACT_KEYSTORE_PASSWORD, keystore_password_name(store->password));
	else if (store->unprotected)
		facts_text(facts, FACT_KEYSTORE_PASSWORD, "none");
	if (!open && (store->tried != TRIED_ALL || store->damaged))
		facts_unread(facts, FACT_KEYSTORE_GUESSABLE);
	else
		facts_bool(facts, FACT_KEYSTORE_GUESSABLE, open);
	if (*store->mac.name) {
		facts_text(facts, FACT_KEYSTORE_MAC, store->mac.name);
		if (store->mac.iterations)
			facts_int(facts, FACT_KEYSTORE_MAC_ITERATIONS, store->mac.iterations);
	}
}

/* A count of what was seen; what is closed may hold more. */
static void write_count(struct facts *facts, const struct keystore *store, enum fact_attr attr,
                        size_t count)
{
	if (store->locked)
		facts_unread(facts, attr);
	else
		facts_int(facts, attr, (int64_t)count);
}

static void write_counts(struct facts *facts, const struct keystore *store)
{
	size_t private_keys = 0, secret_keys = 0, certificates = 0;

	for (size_t i = 0; i < store->count; i++) {
		private_keys += store->entries[i].kind == KEYSTORE_PRIVATE;
		secret_keys += store->entries[i].kind == KEYSTORE_SECRET;
		certificates += store->entries[i].certificate_count;
	}
	write_count(facts, store, FACT_KEYSTORE_PRIVATE_KEYS, private_keys);
	write_count(facts, store, FACT_KEYSTORE_SECRET_KEYS, secret_keys);
	write_count(facts, store, FACT_KEYSTORE_CERTIFICATES, certificates);
}

static void write_store(struct facts *facts, const struct keystore *store)
{
	uint32_t row = facts_row(facts, ROW_KEYSTORE, 0);

	facts_clean(facts, FACT_KEYSTORE_IN, facts->in);
	facts_int(facts, FACT_KEYSTORE_OFFSET, (int64_t)store->offset);
	facts_text(facts, FACT_KEYSTORE_KIND, store->kind);
	facts_int(facts, FACT_KEYSTORE_VERSION, store->version);
	write_opened(facts, store);
	write_ciphers(facts, store);
	write_counts(facts, store);
	for (size_t i = 0; i < store->count; i++) {
		const struct keystore_entry *entry = &store->entries[i];
		facts_row(facts, ROW_ALIAS, row);
		facts_clean(facts, FACT_ALIAS_NAME, entry->alias);
		facts_text(facts, FACT_ALIAS_KIND, kind_name(entry->kind));
		facts_int(facts, FACT_ALIAS_CERTIFICATES, (int64_t)entry->chain);
	}
}

static void note_locked(const struct inspection *inspection, const struct keystore *store,
                        const struct place *place)
{
	uint32_t sources = BIT(CERTIFICATES) | BIT(KEYS);
	const struct fault *fault = &store->fault;

	if (store->damaged)
		fault_note(fault->code, fault->at, fault->file, fault->line, "%s key store: %s",
		           store->kind, fault->why);
	else if (store->tried == TRIED_FEW_COST)
		fault_note(
			DIAG_P12_COST, store->offset, __FILE__, __LINE__,
			"%s key store: a password takes %s%lld rounds of key derivation, %lld are "
			"spent on all of them; a part was not opened",
			store->kind, store->asked >= PBE_COST_ENDLESS ? "more than " : "",
			(long long)store->asked, (long long)keystore_rounds_max);
	else
		fault_note(DIAG_KEYSTORE_UNREAD, store->offset, __FILE__, __LINE__,
		           "%s key store: a part is encrypted and was not opened", store->kind);
	place_fault(inspection, place, sources);
}

void keystore_facts(const struct inspection *inspection, const struct keystore *store)
{
	struct place place = {
		.encoding = store->encoding, .store = store->kind, .line = store->line};

	write_store(inspection->facts, store);
	for (size_t i = 0; i < store->count; i++) {
		const struct keystore_entry *entry = &store->entries[i];
		/* offsets in bytes that were decoded mean nothing to a reader of the entry */
		place.offset = strcmp(store->encoding, "der") ? store->offset : entry->offset;
		place.alias = entry->alias;
		if (entry->has_key)
			key_row(inspection, &entry->key, &place);
		for (size_t j = 0; j < entry->certificate_count; j++)
			keyring_certificate(inspection, entry->certificates[j], &place);
	}
	place = (struct place){.offset = store->offset, .encoding = store->encoding};
	if (store->locked)
		note_locked(inspection, store, &place);
}

struct result keystore_utf(struct cursor *c, struct cursor *out)
{
	uint16_t len = 0;

	TRY(cursor_u16be(c, &len));
	return cursor_window(c, len, out);
}

struct result keystore_sized(struct cursor *c, struct cursor *out)
{
	uint32_t len = 0;

	TRY(cursor_u32be(c, &len));
	return cursor_window(c, len, out);
}
