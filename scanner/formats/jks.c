/*
 * jks.c - the key stores JKS and JCEKS (sun.security.provider.JavaKeyStore,
 * com.sun.crypto.provider.JceKeyStore).
 *
 *   u32 magic 0xfeedfeed (JKS) or 0xcececece (JCEKS), u32 version 1 or 2, u32 count
 *   each: u32 tag, UTF alias, u64 date in milliseconds, then
 *     1  private key: u32 length, EncryptedPrivateKeyInfo; u32 count of certificates
 *     2  a certificate
 *     3  JCEKS: a secret key, as a serialized SealedObject
 *   certificate: UTF type (version 2), u32 length, DER
 *   20 bytes of SHA-1 over the password, the words "Mighty Aphrodite" and all of the above
 * UTF is u16 length and modified UTF-8 (java.io.DataInput).
 */
#include <stdio.h>
#include <string.h>

#include "formats/jksobject.h"
#include "formats/keystore.h"

enum { TAG_PRIVATE = 1, TAG_CERTIFICATE = 2, TAG_SECRET = 3, DIGEST_LEN = 20 };

static const uint32_t jks_magic = 0xfeedfeed, jceks_magic = 0xcececece;

struct reader {
	const struct inspection *inspection;
	struct keystore store;
	struct cursor c;
};

bool jks_bid(struct cursor body)
{
	uint32_t magic = 0, version = 0;

	return cursor_u32be(&body, &magic).ok && (magic == jks_magic || magic == jceks_magic) &&
	       cursor_u32be(&body, &version).ok && (version == 1 || version == 2);
}

/* Certificates of another type than X.509 are passed over. */
static RESULT read_certificate(struct reader *reader, struct keystore_entry *entry)
{
	struct cursor type = {0}, der;

	if (reader->store.version == 2)
		TRY(keystore_utf(&reader->c, &type));
	TRY(keystore_sized(&reader->c, &der));
	if (type.size && !memmem(type.data, type.size, "509", 3))
		return OK;
	return keystore_add_certificate(&reader->store, entry, der);
}

static RESULT read_private(struct reader *reader, struct keystore_entry *entry)
{
	struct cursor key;
	uint32_t count = 0;

	TRY(keystore_sized(&reader->c, &key));
	TRY(cursor_u32be(&reader->c, &count));
	for (uint32_t i = 0; i < count; i++)
		TRY(read_certificate(reader, entry));
	TRY(keystore_private(&reader->store, entry, key));
	if (entry->certificate_count)
		keystore_public(entry, entry->certificates[0]);
	return OK;
}

/* The parameters of a sealed object are those of an encrypted private key. */
static bool read_parameters(const struct jksobject *sealed, struct pbe *pbe)
{
	static const char oid[] = "\x06\x09\x2b\x06\x01\x04\x01\x2a\x02\x13\x01";
	uint8_t algorithm[128];
	struct cursor parameters;
	size_t len = sizeof oid - 1;

	if (!jksobject_field(sealed, "encodedParams", &parameters) ||
	    parameters.size > sizeof algorithm - len)
		return false;
	memcpy(algorithm, oid, len);
	memcpy(algorithm + len, parameters.data, parameters.size);
	if (!pbe_read(cursor_over(algorithm, len + parameters.size, DIAG_KEYSTORE_PARSE), pbe).ok ||
	    pbe->kind != PBE_JCEKS)
		return false;
	/* the salt stays where it came from */
	pbe->salt.data = parameters.data + ((size_t)(pbe->salt.data - algorithm) - len);
	return true;
}

/* The key inside of a sealed object: SecretKeySpec has `key`, KeyRep has `encoded`. */
static bool read_sealed_key(const struct keystore *store, struct cursor plain, struct key *key)
{
	struct cursor algorithm, bytes;
	struct jksobject inner;
	char name[64] = {0};

	(void)store;
	if (!jksobject_read(&plain, &inner).ok)
		return false;
	if (jksobject_field(&inner, "algorithm", &algorithm) && algorithm.size &&
	    algorithm.size < sizeof name) {
		memcpy(name, algorithm.data, algorithm.size);
		key_type(key, name);
	}
	if (jksobject_field(&inner, "key", &bytes) || jksobject_field(&inner, "encoded", &bytes))
		key->spki.bits = (int64_t)bytes.size * 8;
	return true;
}

static void open_secret(struct reader *reader, const struct jksobject *sealed, struct key *key)
{
	struct cursor text;
	struct pbe pbe;

	if (!jksobject_field(sealed, "encryptedContent", &text) || !read_parameters(sealed, &pbe))
		return;
	snprintf(key->cipher, sizeof key->cipher, "%s", pbe.name);
	key->iterations = pbe.iterations;
	keystore_cipher(&reader->store, &pbe);
	key->guess = keystore_try(&reader->store, &pbe, text, read_sealed_key, key);
}

static const char java_scheme[] = "PBEWithMD5AndTripleDES";

static RESULT read_secret(struct reader *reader, struct keystore_entry *entry)
{
	struct jksobject sealed;
	struct cursor scheme;
	struct key *key = &entry->key;

	entry->has_key = true;
	*key = (struct key){.format = "secret", .kind = "secret", .spki.bits = -1};
	key->encrypted = true;
	key_type(key, "unknown");
	TRY(jksobject_read(&reader->c, &sealed));
	if (!jksobject_field(&sealed, "sealAlg", &scheme))
		return OK;
	if (scheme.size == sizeof java_scheme - 1 && !memcmp(scheme.data, java_scheme, scheme.size))
		open_secret(reader, &sealed, key);
	else if (scheme.size < sizeof key->cipher)
		memcpy(key->cipher, scheme.data, scheme.size);
	return OK;
}

static RESULT read_entry(struct reader *reader)
{
	uint64_t at = cursor_at(&reader->c), date = 0;
	struct keystore_entry *entry;
	struct cursor alias;
	uint32_t tag = 0;

	TRY(cursor_u32be(&reader->c, &tag));
	ENSURE(tag >= TAG_PRIVATE &&
	               tag <= (strcmp(reader->store.kind, "jks") ? TAG_SECRET : TAG_CERTIFICATE),
	       KEYSTORE_PARSE, at, "tag %u of a key store entry", tag);
	TRY(keystore_utf(&reader->c, &alias));
	TRY(cursor_u64be(&reader->c, &date));
	TRY(keystore_add(&reader->store,
	                 tag == TAG_PRIVATE       ? KEYSTORE_PRIVATE
	                 : tag == TAG_CERTIFICATE ? KEYSTORE_CERTIFICATE
	                                          : KEYSTORE_SECRET,
	                 keystore_alias(&reader->store, alias), at, &entry));
	if (tag == TAG_PRIVATE)
		return read_private(reader, entry);
	return tag == TAG_SECRET ? read_secret(reader, entry) : read_certificate(reader, entry);
}

/* The digest is tried first: it tells the password that keys are then opened with. */
static void try_passwords(struct reader *reader)
{
	struct cursor content = reader->c, digest;

	snprintf(reader->store.mac.name, sizeof reader->store.mac.name, "SHA1");
	if (content.size < DIGEST_LEN ||
	    !cursor_slice(&reader->c, content.size - DIGEST_LEN, DIGEST_LEN, &digest).ok)
		return;
	content.size -= DIGEST_LEN;
	for (size_t i = 0; i < keystore_password_count && !reader->store.password; i++) {
		if (!keystore_spend(&reader->store, keystore_cost(0, content.size))) {
			keystore_untried(&reader->store, keystore_cost(0, content.size));
			return;
		}
		if (pbe_java_digest_fits(&keystore_passwords[i], content, digest))
			reader->store.password = &keystore_passwords[i];
	}
}

static RESULT read_entries(struct reader *reader)
{
	uint32_t magic = 0, version = 0, count = 0;

	TRY(cursor_u32be(&reader->c, &magic));
	TRY(cursor_u32be(&reader->c, &version));
	reader->store.version = version;
	TRY(cursor_u32be(&reader->c, &count));
	for (uint32_t i = 0; i < count; i++)
		TRY(read_entry(reader));
	ENSURE(cursor_left(&reader->c) >= DIGEST_LEN, KEYSTORE_PARSE, cursor_at(&reader->c),
	       "key store ends before its digest");
	if (cursor_left(&reader->c) > DIGEST_LEN)
		facts_issue(reader->inspection->facts, DIAG_ASN1_TRAILING,
		            cursor_at(&reader->c) + DIGEST_LEN, "%zu bytes follow the key store",
		            cursor_left(&reader->c) - DIGEST_LEN);
	return OK;
}

void jks_facts(const struct inspection *inspection, struct cursor body, const struct place *place)
{
	struct reader reader = {.inspection = inspection, .c = body};

	reader.c.shortage = DIAG_KEYSTORE_PARSE;
	reader.store = keystore_at(inspection, body.data[0] == 0xfe ? "jks" : "jceks", place);
	try_passwords(&reader);
	if (!read_entries(&reader).ok)
		keystore_damaged(&reader.store);
	keystore_facts(inspection, &reader.store);
}
