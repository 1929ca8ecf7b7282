/* keys.c - rows of keys. */
#include "formats/keys.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "crypto/spki.h"

/* What is known of a key. */
struct key {
	struct spki spki;
	bool encrypted;
	bool hashed; /* `hash` is the SHA-256 of its SubjectPublicKeyInfo */
	uint8_t hash[DIGEST_MAX];
};

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

/* PBES1, PBES2 (RFC 8018) and the schemes of PKCS #12 (RFC 7292). */
static bool is_password_scheme(struct cursor algorithm)
{
	static const char pkcs5[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x05";
	static const char pkcs12[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01";
	struct der oid;

	if (!der_expect(&algorithm, DER_OID, "", &oid).ok)
		return false;
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

static void set_type(struct key *key, const char *type)
{
	snprintf(key->spki.type, sizeof key->spki.type, "%s", type);
	key->spki.known = true;
}

/* PKCS #1: `skip` integers, then modulus and exponent. */
static RESULT read_rsa(struct cursor c, int skip, struct key *key)
{
	struct der sequence, number, modulus, exponent;

	set_type(key, "RSA");
	TRY(der_expect(&c, DER_SEQUENCE, "RSA key (RFC 8017, A.1)", &sequence));
	while (skip-- > 0)
		TRY(der_expect(&sequence.body, DER_INTEGER, "version of the RSA key", &number));
	TRY(der_expect(&sequence.body, DER_INTEGER, "modulus of the RSA key", &modulus));
	TRY(der_expect(&sequence.body, DER_INTEGER, "exponent of the RSA key", &exponent));
	return spki_rsa(&modulus, &exponent, &key->spki);
}

static RESULT read_sec1(struct cursor c, struct key *key)
{
	struct der sequence, part;

	set_type(key, "EC");
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

	set_type(key, "DSA");
	TRY(der_expect(&c, DER_SEQUENCE, "DSA key", &sequence));
	TRY(der_expect(&sequence.body, DER_INTEGER, "version of the DSA key", &prime));
	TRY(der_expect(&sequence.body, DER_INTEGER, "prime p of the DSA key", &prime));
	key->spki.bits = der_bits(&prime);
	ENSURE(key->spki.bits > 0, KEY_PARSE, prime.whole.origin, "prime p of the DSA key");
	key->spki.oversize = key->spki.bits > KEY_BITS_MAX;
	return OK;
}

static RESULT read_pkcs8(struct cursor c, struct key *key)
{
	struct der sequence, part, algorithm, secret;

	TRY(der_expect(&c, DER_SEQUENCE, "private key info (RFC 5958, 2)", &sequence));
	c = sequence.body;
	TRY(der_expect(&c, DER_INTEGER, "version of the private key info", &part));
	TRY(der_expect(&c, DER_SEQUENCE, "algorithm of the private key info", &algorithm));
	TRY(der_expect(&c, DER_OCTETS, "private key of the private key info", &secret));
	TRY(spki_algorithm(algorithm.body, &key->spki));
	return strcmp(key->spki.type, "RSA") == 0 ? read_rsa(secret.body, 1, key) : OK;
}

static RESULT read_spki(struct cursor c, struct key *key)
{
	struct der info;

	TRY(der_expect(&c, DER_SEQUENCE, "public key info (RFC 5280, 4.1)", &info));
	TRY(spki_read(&info, &key->spki));
	digest(DIGEST_SHA256, info.whole.data, info.whole.size, key->hash);
	key->hashed = true;
	return OK;
}

static RESULT ssh_string(struct cursor *c, struct cursor *out)
{
	uint32_t len = 0;

	TRY(cursor_u32be(c, &len));
	return cursor_window(c, len, out);
}

static bool ssh_is(const struct cursor *string, const char *word)
{
	return string->size == strlen(word) && memcmp(string->data, word, string->size) == 0;
}

static void ssh_type(struct cursor blob, struct key *key)
{
	static const struct {
		const char *name, *type, *curve;
		int64_t bits;
	} types[] = {
		{"ssh-rsa", "RSA", NULL, -1},
		{"ssh-dss", "DSA", NULL, -1},
		{"ssh-ed25519", "Ed25519", NULL, 256},
		{"ecdsa-sha2-nistp256", "EC", "secp256r1", 256},
		{"ecdsa-sha2-nistp384", "EC", "secp384r1", 384},
		{"ecdsa-sha2-nistp521", "EC", "secp521r1", 521},
	};
	struct cursor name, exponent, modulus;

	if (!ssh_string(&blob, &name).ok)
		return;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!ssh_is(&name, types[i].name))
			continue;
		set_type(key, types[i].type);
		key->spki.curve = types[i].curve;
		key->spki.bits = types[i].bits;
	}
	if (ssh_is(&name, "ssh-rsa") && ssh_string(&blob, &exponent).ok &&
	    ssh_string(&blob, &modulus).ok) {
		struct der number = {.tag = DER_INTEGER, .body = modulus};
		key->spki.bits = der_bits(&number);
	}
}

/* "openssh-key-v1" NUL, then strings: cipher, kdf, kdf options; number of keys; a public key. */
static RESULT read_openssh(struct cursor c, struct key *key)
{
	static const char magic[] = "openssh-key-v1";
	struct cursor cipher, part;
	uint32_t count = 0;

	c.shortage = DIAG_KEY_PARSE;
	set_type(key, "unknown");
	ENSURE(c.size >= sizeof magic && memcmp(c.data, magic, sizeof magic) == 0, KEY_PARSE,
	       c.origin, "OpenSSH key does not begin with %s", magic);
	TRY(cursor_skip(&c, sizeof magic));
	TRY(ssh_string(&c, &cipher));
	key->encrypted = !ssh_is(&cipher, "none");
	TRY(ssh_string(&c, &part));
	TRY(ssh_string(&c, &part));
	TRY(cursor_u32be(&c, &count));
	TRY(ssh_string(&c, &part));
	ssh_type(part, key);
	return OK;
}

static RESULT read_form(struct cursor der, enum key_form form, struct key *key)
{
	switch (form) {
	case KEY_PKCS8:
		return read_pkcs8(der, key);
	case KEY_PKCS1:
		return read_rsa(der, 1, key);
	case KEY_PKCS1_PUBLIC:
		return read_rsa(der, 0, key);
	case KEY_SEC1:
		return read_sec1(der, key);
	case KEY_DSA:
		return read_dsa(der, key);
	case KEY_SPKI:
		return read_spki(der, key);
	case KEY_OPENSSH:
		return read_openssh(der, key);
	case KEY_PKCS8_ENCRYPTED:
	case KEY_FORM_NONE:
		break;
	}
	key->encrypted = true;
	set_type(key, "unknown");
	return OK;
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
static RESULT verify(struct cursor der, enum key_form form, struct key *key)
{
	uint8_t *info = NULL;
	EVP_PKEY *loaded;
	int len = 0;

	if (!spki_usable(&key->spki) || key->encrypted || form == KEY_OPENSSH)
		return OK;
	loaded = load(der, form);
	if (loaded)
		len = i2d_PUBKEY(loaded, &info);
	EVP_PKEY_free(loaded);
	ERR_clear_error();
	ENSURE(len > 0, KEY_PARSE, der.origin, "%s key of %lld bits is not valid", key->spki.type,
	       (long long)key->spki.bits);
	if (!key->hashed)
		digest(DIGEST_SHA256, info, (size_t)len, key->hash);
	key->hashed = true;
	OPENSSL_free(info);
	return OK;
}

/* Reads a key as far as it goes: what was read before a failure stays in `key`. */
static RESULT read_key(struct cursor der, enum key_form form, struct key *key)
{
	size_t len = 0;

	if (form != KEY_OPENSSH) {
		TRY(der_check(der, &len));
		TRY(cursor_slice(&der, 0, len, &der));
	}
	if (!read_form(der, form, key).ok) {
		struct fault fault = *fault_last();
		FAIL(KEY_PARSE, fault.at, "%s", fault.why);
	}
	return verify(der, form, key);
}

static void write_row(struct facts *facts, const struct form *form, const struct key *key,
                      const struct place *place)
{
	facts_row(facts, ROW_KEY, 0);
	facts_clean(facts, FACT_KEY_IN, facts->in);
	facts_int(facts, FACT_KEY_OFFSET, (int64_t)place->offset);
	facts_text(facts, FACT_KEY_ENCODING, place->encoding);
	facts_text(facts, FACT_KEY_FORMAT, form->format);
	facts_text(facts, FACT_KEY_KIND, form->kind);
	if (*key->spki.type)
		facts_text(facts, FACT_KEY_TYPE, key->spki.type);
	else
		facts_unread(facts, FACT_KEY_TYPE);
	if (key->spki.bits > 0)
		facts_int(facts, FACT_KEY_BITS, key->spki.bits);
	else
		facts_unread(facts, FACT_KEY_BITS);
	facts_text(facts, FACT_KEY_CURVE, key->spki.curve);
	facts_bool(facts, FACT_KEY_ENCRYPTED, key->encrypted);
	if (key->hashed)
		facts_hex(facts, FACT_KEY_SHA256, key->hash, 32);
	else
		facts_unread(facts, FACT_KEY_SHA256);
}

static void notice(struct facts *facts, enum diag code, const struct place *place, const char *what)
{
	facts_issue(facts, code, place->offset, "%s", what);
}

static void write_notices(struct facts *facts, const struct key *key, const struct place *place)
{
	if (key->encrypted)
		notice(facts, DIAG_KEY_ENCRYPTED, place, "private key is encrypted");
	if (key->spki.oversize)
		notice(facts, DIAG_CERT_KEY_OVERSIZE, place,
		       "key is larger than 16384 bits and was not used");
	else if (key->spki.odd)
		notice(facts, DIAG_CERT_KEY_ODD, place,
		       "modulus or exponent of the key is unusual; it was not used");
}

void keys_facts(const struct inspection *inspection, struct cursor der, enum key_form form,
                bool encrypted, const struct place *place)
{
	struct key key = {.spki.bits = -1};

	if (encrypted) {
		key.encrypted = true;
		set_type(&key, forms[form].type ? forms[form].type : "unknown");
	} else if (!read_key(der, form, &key).ok) {
		place_fault(inspection, place, BIT(KEYS));
	}
	write_row(inspection->facts, &forms[form], &key, place);
	write_notices(inspection->facts, &key, place);
}

void keys_armour_facts(const struct inspection *inspection, const char *format, const char *type,
                       int encrypted, const struct place *place)
{
	const struct form form = {format, "private", type};
	struct facts *facts = inspection->facts;

	facts_row(facts, ROW_KEY, 0);
	facts_clean(facts, FACT_KEY_IN, facts->in);
	facts_int(facts, FACT_KEY_OFFSET, (int64_t)place->offset);
	facts_text(facts, FACT_KEY_ENCODING, place->encoding);
	facts_text(facts, FACT_KEY_FORMAT, form.format);
	facts_text(facts, FACT_KEY_KIND, form.kind);
	if (type)
		facts_text(facts, FACT_KEY_TYPE, type);
	else
		facts_unread(facts, FACT_KEY_TYPE);
	facts_unread(facts, FACT_KEY_BITS);
	if (encrypted < 0)
		facts_unread(facts, FACT_KEY_ENCRYPTED);
	else
		facts_bool(facts, FACT_KEY_ENCRYPTED, encrypted > 0);
	facts_unread(facts, FACT_KEY_SHA256);
	if (encrypted > 0)
		notice(facts, DIAG_KEY_ENCRYPTED, place, "private key is encrypted");
}
