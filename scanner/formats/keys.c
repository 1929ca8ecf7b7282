/* keys.c - tells and reads the structures that keys come in. */
#include "formats/keys.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "crypto/pbe.h"

static const struct form {
	const char *format, *kind, *type;
} forms[] = {
	[KEY_PKCS8] = {"pkcs8", "private", NULL},
	[KEY_PKCS8_ENCRYPTED] = {"pkcs8", "private", NULL},
	[KEY_PKCS1] = {"pkcs1", "private", "RSA"},
	[KEY_PKCS1_PUBLIC] = {"pkcs1", "public", "RSA"},
	[KEY_SEC1] = {"sec1", "private", "EC"},
	[KEY_DSA] = {"pkcs1", "private", "DSA"},
	[KEY_SPKI] = {"spki", "public", NULL},
	[KEY_OPENSSH] = {"openssh", "private", NULL},
	[KEY_SSH_PUBLIC] = {"openssh", "public", NULL},
};

const char *keys_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}

/* The tags of the elements inside a SEQUENCE, as far as they go. */
static size_t tags_of(struct cursor c, uint8_t *tags, size_t room)
{
	struct der part;
	size_t count = 0;

	while (count < room && cursor_left(&c) && der_next(&c, &part).ok)
		tags[count++] = part.tag;
	return count;
}

static bool all_integers(const uint8_t *tags, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tags[i] != DER_INTEGER)
			return false;
	return true;
}

/* PBES1, PBES2 (RFC 8018), the schemes of PKCS #12 (RFC 7292) and of Java's key stores. */
static bool is_password_scheme(struct cursor algorithm)
{
	static const char pkcs5[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x05";
	static const char pkcs12[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01";
	static const char java[] = "\x2b\x06\x01\x04\x01\x2a\x02";
	struct der oid;

	if (!der_expect(&algorithm, DER_OID, "", &oid).ok)
		return false;
	if (oid.body.size >= sizeof java && !memcmp(oid.body.data, java, sizeof java - 1))
		return true;
	return (oid.body.size == sizeof pkcs5 && !memcmp(oid.body.data, pkcs5, sizeof pkcs5 - 1)) ||
	       (oid.body.size == sizeof pkcs12 &&
	        !memcmp(oid.body.data, pkcs12, sizeof pkcs12 - 1));
}

static enum key_form form_of_sequence(struct cursor body, const uint8_t *tags, size_t count)
{
	struct der algorithm;
	struct spki spki;

	if (count != 2 || !der_next(&body, &algorithm).ok)
		return KEY_FORM_NONE;
	if (tags[1] == DER_OCTETS && is_password_scheme(algorithm.body))
		return KEY_PKCS8_ENCRYPTED;
	/* many structures look like this one; a known algorithm tells */
	if (tags[1] == DER_BITS && (!spki_algorithm(algorithm.body, &spki).ok || spki.known))
		return der_peek(&algorithm.body) == DER_OID ? KEY_SPKI : KEY_FORM_NONE;
	return KEY_FORM_NONE;
}

static enum key_form form_of_integer(struct cursor body, const uint8_t *tags, size_t count)
{
	struct der first, second = {0};
	int64_t version;

	if (!der_next(&body, &first).ok || !der_next(&body, &second).ok)
		return KEY_FORM_NONE;
	version = der_int(&first);
	if (version == 1 && tags[1] == DER_OCTETS && count <= 4 && second.body.size <= 72)
		return KEY_SEC1;
	if ((version == 0 || version == 1) && tags[1] == DER_SEQUENCE && count >= 3 &&
	    tags[2] == DER_OCTETS && der_peek(&second.body) == DER_OID)
		return KEY_PKCS8;
	if (!all_integers(tags, count))
		return KEY_FORM_NONE;
	if (count == 9 && version == 0)
		return KEY_PKCS1;
	if (count == 6 && version == 0)
		return KEY_DSA;
	return count == 2 && der_bits(&first) >= 256 && der_bits(&second) <= KEY_EXPONENT_BITS_MAX
	               ? KEY_PKCS1_PUBLIC
	               : KEY_FORM_NONE;
}

enum key_form keys_form(struct cursor der)
{
	struct der sequence;
	uint8_t tags[12];
	size_t count;

	if (!der_expect(&der, DER_SEQUENCE, "", &sequence).ok)
		return KEY_FORM_NONE;
	count = tags_of(sequence.body, tags, sizeof tags);
	if (count >= 2 && tags[0] == DER_INTEGER)
		return form_of_integer(sequence.body, tags, count);
	if (count >= 2 && tags[0] == DER_SEQUENCE)
		return form_of_sequence(sequence.body, tags, count);
	return KEY_FORM_NONE;
}

/* PKCS #1: `skip` integers, then modulus and exponent. */
static RESULT read_rsa(struct cursor c, int skip, struct arena *arena, struct key *key)
{
	struct der sequence, number, modulus, exponent;

	key_type(key, "RSA");
	TRY(der_expect(&c, DER_SEQUENCE, "RSA key (RFC 8017, A.1)", &sequence));
	while (skip-- > 0)
		TRY(der_expect(&sequence.body, DER_INTEGER, "version of the RSA key", &number));
	TRY(der_expect(&sequence.body, DER_INTEGER, "modulus of the RSA key", &modulus));
	TRY(der_expect(&sequence.body, DER_INTEGER, "exponent of the RSA key", &exponent));
	TRY(spki_rsa(&modulus, &exponent, &key->spki));
	if (!key->spki.oversize)
		key->info = keyspki_rsa(modulus.body, exponent.body, arena);
	return OK;
}

static RESULT read_sec1(struct cursor c, struct key *key)
{
	struct der sequence, part;

	key_type(key, "EC");
	TRY(der_expect(&c, DER_SEQUENCE, "EC key (RFC 5915, 3)", &sequence));
	c = sequence.body;
	TRY(der_expect(&c, DER_INTEGER, "version of the EC key", &part));
	TRY(der_expect(&c, DER_OCTETS, "private key of the EC key", &part));
	ENSURE(der_peek(&c) == DER_TAGGED, KEY_PARSE, cursor_at(&c),
	       "EC key names no curve (RFC 5915, 3)");
	TRY(der_next(&c, &part));
	return spki_curve(part.body, &key->spki);
}

static RESULT read_dsa(struct cursor c, struct key *key)
{
	struct der sequence, prime;

	key_type(key, "DSA");
	TRY(der_expect(&c, DER_SEQUENCE, "DSA key", &sequence));
	TRY(der_expect(&sequence.body, DER_INTEGER, "version of the DSA key", &prime));
	TRY(der_expect(&sequence.body, DER_INTEGER, "prime p of the DSA key", &prime));
	key->spki.bits = der_bits(&prime);
	ENSURE(key->spki.bits > 0, KEY_PARSE, prime.whole.origin, "prime p of the DSA key");
	key->spki.oversize = key->spki.bits > KEY_BITS_MAX;
	return OK;
}

static RESULT read_pkcs8(struct cursor c, struct arena *arena, struct key *key)
{
	struct der sequence, part, algorithm, secret;

	TRY(der_expect(&c, DER_SEQUENCE, "private key info (RFC 5958, 2)", &sequence));
	c = sequence.body;
	TRY(der_expect(&c, DER_INTEGER, "version of the private key info", &part));
	TRY(der_expect(&c, DER_SEQUENCE, "algorithm of the private key info", &algorithm));
	TRY(der_expect(&c, DER_OCTETS, "private key of the private key info", &secret));
	TRY(spki_algorithm(algorithm.body, &key->spki));
	return strcmp(key->spki.type, "RSA") == 0 ? read_rsa(secret.body, 1, arena, key) : OK;
}

static RESULT read_spki(struct cursor c, struct key *key)
{
	struct der info;

	TRY(der_expect(&c, DER_SEQUENCE, "public key info (RFC 5280, 4.1)", &info));
	TRY(spki_read(&info, &key->spki));
	key->info = info.whole;
	return OK;
}

/* EncryptedPrivateKeyInfo (RFC 5958, 3): how it is encrypted is read, and no more. */
static RESULT read_encrypted(struct cursor c, struct key *key)
{
	struct der sequence, algorithm;
	struct pbe pbe;

	key->encrypted = true;
	key_type(key, "unknown");
	TRY(der_expect(&c, DER_SEQUENCE, "encrypted private key info (RFC 5958, 3)", &sequence));
	TRY(der_expect(&sequence.body, DER_SEQUENCE, "algorithm of the encryption", &algorithm));
	TRY(pbe_read(algorithm.body, &pbe));
	snprintf(key->cipher, sizeof key->cipher, "%s", pbe.name);
	key->iterations = pbe.iterations;
	return OK;
}

static RESULT read_form(struct cursor der, enum key_form form, struct arena *arena, struct key *key)
{
	switch (form) {
	case KEY_PKCS8:
		return read_pkcs8(der, arena, key);
	case KEY_PKCS1:
		return read_rsa(der, 1, arena, key);
	case KEY_PKCS1_PUBLIC:
		return read_rsa(der, 0, arena, key);
	case KEY_SEC1:
		return read_sec1(der, key);
	case KEY_DSA:
		return read_dsa(der, key);
	case KEY_SPKI:
		return read_spki(der, key);
	case KEY_OPENSSH:
		return keyssh_private(der, arena, key);
	case KEY_SSH_PUBLIC:
		return keyssh_public(der, arena, key);
	case KEY_PKCS8_ENCRYPTED:
	case KEY_FORM_NONE:
		break;
	}
	return read_encrypted(der, key);
}

static EVP_PKEY *load(struct cursor der, enum key_form form)
{
	const uint8_t *octets = der.data;
	long len = (long)der.size;

	switch (form) {
	case KEY_PKCS8:
	case KEY_PKCS1:
	case KEY_SEC1:
	case KEY_DSA:
		return d2i_AutoPrivateKey(NULL, &octets, len);
	case KEY_PKCS1_PUBLIC:
		return d2i_PublicKey(EVP_PKEY_RSA, NULL, &octets, len);
	default:
		return d2i_PUBKEY(NULL, &octets, len);
	}
}

/* Gives the key to OpenSSL, for its public part. */
static RESULT verify(struct cursor der, enum key_form form, struct arena *arena, struct key *key)
{
	uint8_t *info = NULL, *copy = NULL;
	EVP_PKEY *loaded;
	int len = 0;

	if (!spki_usable(&key->spki) || key->encrypted || form == KEY_OPENSSH ||
	    form == KEY_SSH_PUBLIC)
		return OK;
	loaded = load(der, form);
	if (loaded)
		len = i2d_PUBKEY(loaded, &info);
	EVP_PKEY_free(loaded);
	ERR_clear_error();
	ENSURE(len > 0, KEY_PARSE, der.origin, "%s key of %lld bits is not valid", key->spki.type,
	       (long long)key->spki.bits);
	if (!key->info.data)
		copy = arena_take(arena, (size_t)len, 1);
	if (copy) {
		memcpy(copy, info, (size_t)len);
		key->info = cursor_over(copy, (size_t)len, DIAG_KEY_PARSE);
	}
	OPENSSL_free(info);
	return OK;
}

struct result keys_read(struct cursor der, enum key_form form, struct arena *arena, struct key *key)
{
	size_t len = 0;

	key->format = forms[form].format;
	key->kind = forms[form].kind;
	if (form != KEY_OPENSSH && form != KEY_SSH_PUBLIC) {
		TRY(der_check(der, &len));
		TRY(cursor_slice(&der, 0, len, &der));
	}
	if (!read_form(der, form, arena, key).ok) {
		struct fault fault = *fault_last();
		FAIL(KEY_PARSE, fault.at, "%s", fault.why);
	}
	return verify(der, form, arena, key);
}

void keys_facts(const struct inspection *inspection, struct cursor der, enum key_form form,
                const char *cipher, const struct place *place)
{
	struct key key = {.spki.bits = -1};

	if (cipher) {
		key = (struct key){.format = forms[form].format,
		                   .kind = forms[form].kind,
		                   .spki.bits = -1,
		                   .encrypted = true};
		key_type(&key, forms[form].type ? forms[form].type : "unknown");
		snprintf(key.cipher, sizeof key.cipher, "%s", cipher);
	} else if (!keys_read(der, form, inspection->arena, &key).ok) {
		place_fault(inspection, place, BIT(KEYS));
	}
	key_row(inspection, &key, place);
}
