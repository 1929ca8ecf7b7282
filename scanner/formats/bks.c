/*
 * bks.c - the key stores BKS and UBER of Bouncy Castle (BcKeyStoreSpi).
 *
 *   u32 version 1 or 2, u32 length and salt, u32 iterations, then
 *   BKS   entries, 20 bytes of HMAC-SHA1 over them
 *   UBER  entries and their SHA-1, all of it encrypted with Twofish
 *   entries, closed by a zero: u8 type, UTF alias, u64 date, u32 count of certificates; then
 *     1  a certificate           2  u8 kind (0 private, 1 public, 2 secret), UTF format, UTF
 * algorithm, 3  u32 length, secret         u32 length, encoded key: it lies there in the clear 4
 * u32 length, a sealed key: u32 length and salt, u32 iterations, an encrypted key as in 2
 *   certificate: UTF type, u32 length, DER
 */
#include <stdio.h>
#include <string.h>

#include "formats/entries.h"
#include "formats/keystore.h"

enum { TYPE_END, TYPE_CERTIFICATE, TYPE_KEY, TYPE_SECRET, TYPE_SEALED };
enum { KEY_OF_PRIVATE, KEY_OF_PUBLIC, KEY_OF_SECRET };
enum { DIGEST_LEN = 20, SALT_MAX = 1024, TWOFISH_BLOCK = 16 };

struct reader {
	struct keystore store;
	struct cursor c, salt;
	int64_t iterations;
	size_t start; /* of the entries */
};

static RESULT read_head(struct reader *reader)
{
	uint32_t version = 0, iterations = 0;

	TRY(cursor_u32be(&reader->c, &version));
	TRY(keystore_sized(&reader->c, &reader->salt));
	TRY(cursor_u32be(&reader->c, &iterations));
	ENSURE(version >= 1 && version <= 2 && reader->salt.size && reader->salt.size <= SALT_MAX &&
	               iterations,
	       KEYSTORE_PARSE, reader->c.origin, "head of the key store");
	reader->store.version = version;
	reader->iterations = iterations;
	reader->start = reader->c.pos;
	return OK;
}

/* The salt of all writers has 20 bytes; they take 1,024 iterations and some more. */
bool bks_bid(struct cursor body)
{
	struct reader reader = {.c = body};

	return read_head(&reader).ok && reader.salt.size == 20 && reader.iterations < 1 << 24 &&
	       cursor_left(&reader.c) >= DIGEST_LEN;
}

static RESULT read_certificate(struct reader *reader, struct keystore_entry *entry)
{
	struct cursor type, der;

	TRY(keystore_utf(&reader->c, &type));
	TRY(keystore_sized(&reader->c, &der));
	if (!memmem(type.data, type.size, "509", 3))
		return OK;
	return keystore_add_certificate(&reader->store, entry, der);
}

/* A key as it lies behind its kind, format and algorithm. */
static RESULT read_key(struct cursor *c, struct arena *arena, struct key *key)
{
	struct cursor format, algorithm, encoded;
	uint8_t kind = 0;
	char name[64] = {0};

	TRY(cursor_u8(c, &kind));
	TRY(keystore_utf(c, &format));
	TRY(keystore_utf(c, &algorithm));
	TRY(keystore_sized(c, &encoded));
	ENSURE(kind <= KEY_OF_SECRET, KEYSTORE_PARSE, c->origin, "key of kind %u", kind);
	*key = (struct key){.spki.bits = -1};
	if (kind != KEY_OF_SECRET)
		return keys_read(encoded, kind == KEY_OF_PRIVATE ? KEY_PKCS8 : KEY_SPKI, arena,
		                 key);
	key->format = key->kind = "secret";
	memcpy(name, algorithm.data, algorithm.size < sizeof name ? algorithm.size : 0);
	key_type(key, *name ? name : "unknown");
	key->spki.bits = (int64_t)encoded.size * 8;
	return OK;
}

static bool read_opened(const struct keystore *store, struct cursor plain, struct key *key)
{
	return read_key(&plain, store->arena, key).ok;
}

static void set_kind(struct keystore_entry *entry)
{
	const char *kind = entry->key.kind;

	entry->has_key = true;
	entry->kind = strcmp(kind, "private") == 0  ? KEYSTORE_PRIVATE
	              : strcmp(kind, "secret") == 0 ? KEYSTORE_SECRET
	                                            : KEYSTORE_OTHER;
}

static RESULT read_bare(struct reader *reader, struct keystore_entry *entry)
{
	TRY(read_key(&reader->c, reader->store.arena, &entry->key));
	set_kind(entry);
	return OK;
}

/* Private keys have certificates in these stores, others have none. */
static void close_key(struct keystore_entry *entry)
{
	bool chain = entry->certificate_count > 0;
	struct key *key = &entry->key;

	*key = (struct key){.format = "bks", .spki.bits = -1};
	key->kind = chain ? "private" : "secret";
	key_type(key, "unknown");
	if (chain)
		keystore_public(entry, entry->certificates[0]);
	set_kind(entry);
	if (!chain)
		entry->kind = KEYSTORE_SEALED;
}

/* PBEWithSHAAnd3-KeyTripleDES-CBC of PKCS #12, with a salt of its own. */
static RESULT read_sealed(struct reader *reader, struct keystore_entry *entry)
{
	struct pbe pbe = {.kind = PBE_PKCS12,
	                  .name = "PBE-SHA1-3DES",
	                  .cipher = "DES-EDE3-CBC",
	                  .hash = "SHA1",
	                  .key_len = 24,
	                  .iv_len = 8};
	struct cursor sealed;
	struct key *key = &entry->key;
	uint32_t iterations = 0;
	enum key_guess guess;

	TRY(keystore_sized(&reader->c, &sealed));
	TRY(keystore_sized(&sealed, &pbe.salt));
	TRY(cursor_u32be(&sealed, &iterations));
	ENSURE(iterations && pbe.salt.size <= SALT_MAX, KEYSTORE_PARSE, sealed.origin,
	       "parameters of a sealed key");
	pbe.iterations = iterations;
	keystore_cipher(&reader->store, &pbe);
	TRY(cursor_window(&sealed, cursor_left(&sealed), &sealed));
	guess = keystore_try(&reader->store, &pbe, sealed, read_opened, key);
	if (guess == GUESS_FITS)
		set_kind(entry);
	else
		close_key(entry);
	key->encrypted = true;
	key->guess = guess;
	snprintf(key->cipher, sizeof key->cipher, "%s", pbe.name);
	key->iterations = pbe.iterations;
	return OK;
}

static RESULT read_entry(struct reader *reader, uint8_t type, uint64_t at)
{
	struct keystore_entry *entry;
	struct cursor alias, secret;
	uint64_t date = 0;
	uint32_t count = 0;

	ENSURE(type <= TYPE_SEALED, KEYSTORE_PARSE, at, "type %u of a key store entry", type);
	TRY(keystore_utf(&reader->c, &alias));
	TRY(cursor_u64be(&reader->c, &date));
	TRY(cursor_u32be(&reader->c, &count));
	TRY(keystore_add(&reader->store,
	                 type == TYPE_CERTIFICATE ? KEYSTORE_CERTIFICATE
	                 : type == TYPE_SECRET    ? KEYSTORE_OTHER
	                                          : KEYSTORE_SEALED,
	                 keystore_alias(&reader->store, alias), at, &entry));
	for (uint32_t i = 0; i < count; i++)
		TRY(read_certificate(reader, entry));
	switch (type) {
	case TYPE_CERTIFICATE:
		return read_certificate(reader, entry);
	case TYPE_KEY:
		return read_bare(reader, entry);
	case TYPE_SEALED:
		return read_sealed(reader, entry);
	default:
		return keystore_sized(&reader->c, &secret);
	}
}

static RESULT read_entries(struct reader *reader)
{
	uint64_t at = cursor_at(&reader->c);
	uint8_t type = 0;

	TRY(cursor_u8(&reader->c, &type));
	for (; type != TYPE_END; at = cursor_at(&reader->c) - 1) {
		TRY(read_entry(reader, type, at));
		TRY(cursor_u8(&reader->c, &type));
	}
	ENSURE(cursor_left(&reader->c) == DIGEST_LEN, KEYSTORE_PARSE, cursor_at(&reader->c),
	       "%zu bytes follow the entries, expected %d", cursor_left(&reader->c), DIGEST_LEN);
	return OK;
}

static void try_passwords(struct reader *reader)
{
	struct cursor entries, digest;
	size_t len = reader->c.size - reader->start;

	snprintf(reader->store.mac.name, sizeof reader->store.mac.name, "SHA1");
	reader->store.mac.iterations = reader->iterations;
	if (len < DIGEST_LEN ||
	    !cursor_slice(&reader->c, reader->start, len - DIGEST_LEN, &entries).ok ||
	    !cursor_slice(&reader->c, reader->c.size - DIGEST_LEN, DIGEST_LEN, &digest).ok)
		return;
	for (size_t i = 0; i < keystore_password_count && !reader->store.password; i++) {
		if (!keystore_spend(&reader->store, keystore_cost(reader->iterations, len))) {
			keystore_untried(&reader->store, reader->iterations);
			return;
		}
		if (pbe_bks_mac_fits(&keystore_passwords[i], reader->store.version, reader->salt,
		                     reader->iterations, entries, digest))
			reader->store.password = &keystore_passwords[i];
	}
}

/* Nothing in it can be told without Twofish, which OpenSSL does not have. */
static void close_uber(struct reader *reader)
{
	struct pbe pbe = {.name = "PBE-SHA1-Twofish", .iterations = reader->iterations};

	reader->store.kind = "uber";
	keystore_cipher(&reader->store, &pbe);
	keystore_untried(&reader->store, PBE_COST_NONE);
	reader->store.locked = true;
}

void bks_facts(const struct inspection *inspection, struct cursor body, const struct place *place)
{
	struct reader reader = {.c = body}, closed;
	size_t len;

	reader.store = keystore_at(inspection, "bks", place);
	reader.c.shortage = DIAG_KEYSTORE_PARSE;
	if (!read_head(&reader).ok) {
		keystore_damaged(&reader.store);
		keystore_facts(inspection, &reader.store);
		return;
	}
	closed = reader;
	len = cursor_left(&reader.c);
	try_passwords(&reader);
	if (!read_entries(&reader).ok) {
		keystore_damaged(&reader.store);
		/* whole blocks in which the other kind of store finds no entries */
		if (!reader.store.count && len && len % TWOFISH_BLOCK == 0) {
			close_uber(&closed);
			reader = closed;
		}
	}
	keystore_facts(inspection, &reader.store);
}
