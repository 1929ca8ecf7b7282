/*
 * pkcs12.c - the key stores of PKCS #12 (RFC 7292).
 *
 *   PFX          SEQUENCE { 3, ContentInfo, MacData OPTIONAL }
 *   ContentInfo  SEQUENCE { OID data, [0] OCTET STRING } or { OID encryptedData, [0] SEQUENCE {
 *                version, SEQUENCE { OID, AlgorithmIdentifier, [0] OCTET STRING } } }
 *   The first content is a SEQUENCE OF ContentInfo; each of those holds a SEQUENCE OF
 *   SafeBag      SEQUENCE { OID, [0] value, SET OF attributes OPTIONAL }
 *   bags: a PrivateKeyInfo, an EncryptedPrivateKeyInfo, a certificate, a revocation list, a secret,
 *   and more bags
 */
#include <stdio.h>
#include <string.h>

#include "crypto/certificate.h"
#include "formats/keystore.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define BAG "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"
#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"

enum { BAG_DEPTH_MAX = 8, CHAIN_MAX = 20, COMPARED_MAX = 2000000 };

/* A certificate before it is known whose chain it is of. */
struct loose {
	struct cursor der, id;
	const char *alias; /* NULL if it has none */
	bool trusted;      /* Java marks those that are entries by themselves */
	bool taken;
	uint64_t offset;
	struct der subject, issuer;
	struct loose *next;
};

struct reader {
	struct keystore store;
	struct loose *certificates, **last;
	size_t certificate_count;
	size_t compared;   /* pairs of names, or of identifiers, while chains are built */
	unsigned nameless; /* entries without a name: Java numbers them */
	bool encrypted;    /* some content or key is */
	bool inside;       /* offsets are those in decrypted bytes */
};

/* What a bag carries beside its value. */
struct labels {
	const char *name;
	struct cursor id;
	bool trusted;
};

/* An OCTET STRING may come in parts (X.690, 8.7.3); they are joined in the arena. */
static RESULT octets_of(struct der element, struct arena *arena, struct cursor *out)
{
	struct der part;
	uint8_t *joined;
	size_t len = 0;

	*out = element.body;
	if (!(element.tag & 0x20))
		return OK;
	ALLOC(joined, arena, element.body.size + 1);
	while (cursor_left(&element.body)) {
		TRY(der_next(&element.body, &part));
		if (part.body.size)
			memcpy(joined + len, part.body.data, part.body.size);
		len += part.body.size;
	}
	*out = cursor_over(joined, len, DIAG_KEYSTORE_PARSE);
	return OK;
}

/* A BMPString as clean text, in the arena. */
static const char *bmp_text(struct cursor c, struct arena *arena)
{
	struct text clean = {0};
	uint16_t unit = 0, low = 0;
	const char *copy;

	while (cursor_u16be(&c, &unit).ok) {
		struct cursor next = c;
		uint32_t point = unit;
		if (unit >> 10 == 0x36 && cursor_u16be(&next, &low).ok && low >> 10 == 0x37) {
			point = 0x10000 + ((uint32_t)(unit & 0x3ff) << 10) + (low & 0x3ff);
			c = next;
		}
		text_clean_point(&clean, point);
	}
	copy = arena_copy(arena, clean.data ? clean.data : "", clean.len);
	text_free(&clean);
	return copy;
}

/* SET OF SEQUENCE { OID, SET OF value } */
static RESULT read_labels(struct reader *reader, struct cursor c, struct labels *out)
{
	struct der attribute, oid, values, value;

	*out = (struct labels){0};
	if (der_peek(&c) != DER_SET)
		return OK;
	TRY(der_next(&c, &values));
	c = values.body;
	while (cursor_left(&c)) {
		TRY(der_expect(&c, DER_SEQUENCE, "attribute of the bag", &attribute));
		TRY(der_expect(&attribute.body, DER_OID, "kind of the attribute", &oid));
		TRY(der_expect(&attribute.body, DER_SET, "values of the attribute", &values));
		if (DER_IS(&oid, "\x60\x86\x48\x01\x86\xf9\x66\xad\xca\x7b\x01\x01"))
			out->trusted = true;
		if (!cursor_left(&values.body))
			continue;
		TRY(der_next(&values.body, &value));
		if (DER_IS(&oid, PKCS9 "\x14"))
			out->name = bmp_text(value.body, reader->store.arena);
		else if (DER_IS(&oid, PKCS9 "\x15"))
			out->id = value.body;
	}
	return OK;
}

static const char *name_of(struct reader *reader, const char *name)
{
	char number[16];

	if (name)
		return name;
	snprintf(number, sizeof number, "%u", ++reader->nameless);
	return arena_copy(reader->store.arena, number, strlen(number));
}

/* Bytes that were decrypted have no place in the entry but that of the store. */
static uint64_t offset_of(const struct reader *reader, const struct cursor *c)
{
	return reader->inside ? reader->store.offset : c->origin;
}

static RESULT add_key(struct reader *reader, const struct labels *labels, struct cursor value,
                      enum keystore_kind kind, struct keystore_entry **out)
{
	TRY(keystore_add(&reader->store, kind, name_of(reader, labels->name),
	                 offset_of(reader, &value), out));
	(*out)->id = labels->id;
	return OK;
}

static RESULT read_plain_key(struct reader *reader, const struct labels *labels,
                             struct cursor value)
{
	struct keystore_entry *entry;

	TRY(add_key(reader, labels, value, KEYSTORE_PRIVATE, &entry));
	entry->has_key = true;
	entry->key = (struct key){.spki.bits = -1};
	TRY(keys_read(value, KEY_PKCS8, reader->store.arena, &entry->key));
	/* behind an encryption that was opened, it is not the key's own that protects it */
	if (reader->inside) {
		entry->key.encrypted = true;
		entry->key.guess = GUESS_FITS;
	}
	return OK;
}

static RESULT read_shrouded_key(struct reader *reader, const struct labels *labels,
                                struct cursor value)
{
	struct keystore_entry *entry;

	reader->encrypted = true;
	TRY(add_key(reader, labels, value, KEYSTORE_PRIVATE, &entry));
	return keystore_private(&reader->store, entry, value);
}

/* CertBag: SEQUENCE { OID x509Certificate, [0] OCTET STRING } */
static RESULT read_certificate(struct reader *reader, const struct labels *labels,
                               struct cursor value)
{
	struct der bag, oid, wrap, octets;
	struct certificate parts;
	struct loose *loose;
	struct cursor der;

	TRY(der_expect(&value, DER_SEQUENCE, "certificate bag (RFC 7292, 4.2.3)", &bag));
	TRY(der_expect(&bag.body, DER_OID, "kind of the certificate", &oid));
	if (!DER_IS(&oid, PKCS9 "\x16\x01"))
		return OK;
	TRY(der_expect(&bag.body, DER_TAGGED, "certificate", &wrap));
	TRY(der_next(&wrap.body, &octets));
	TRY(octets_of(octets, reader->store.arena, &der));
	ENSURE(reader->certificate_count++ < KEYSTORE_ENTRIES_MAX, FACTS_COUNT, value.origin,
	       "more than %d certificates in one key store", KEYSTORE_ENTRIES_MAX);
	ALLOC(loose, reader->store.arena, 1);
	*loose = (struct loose){.der = der,
	                        .id = labels->id,
	                        .alias = labels->name,
	                        .trusted = labels->trusted,
	                        .offset = offset_of(reader, &der)};
	if (certificate_split(der, &parts).ok) {
		loose->subject = parts.subject;
		loose->issuer = parts.issuer;
	}
	*reader->last = loose;
	reader->last = &loose->next;
	return OK;
}

/* The names of algorithms of secret keys that Java writes. */
static const char *secret_type(const struct der *oid, char *dotted, size_t room)
{
	if (oid->body.size >= 8 && !memcmp(oid->body.data, "\x60\x86\x48\x01\x65\x03\x04\x01", 8))
		return "AES";
	if (DER_IS(oid, "\x2a\x86\x48\x86\xf7\x0d\x03\x07"))
		return "DESede";
	return der_oid_text(oid, dotted, room) ? dotted : "unknown";
}

/* A secret key in the form of a private key: version, algorithm, octets. */
static bool read_secret_key(const struct keystore *store, struct cursor plain, struct key *key)
{
	struct der sequence, part, algorithm, oid;
	char dotted[64];

	(void)store;
	if (!der_expect(&plain, DER_SEQUENCE, "", &sequence).ok ||
	    !der_expect(&sequence.body, DER_INTEGER, "", &part).ok ||
	    !der_expect(&sequence.body, DER_SEQUENCE, "", &algorithm).ok ||
	    !der_expect(&algorithm.body, DER_OID, "", &oid).ok ||
	    !der_expect(&sequence.body, DER_OCTETS, "", &part).ok)
		return false;
	key_type(key, secret_type(&oid, dotted, sizeof dotted));
	key->spki.bits = (int64_t)part.body.size * 8;
	return true;
}

/* SecretBag: SEQUENCE { OID, [0] value }; Java puts an EncryptedPrivateKeyInfo there. */
static RESULT read_secret(struct reader *reader, const struct labels *labels, struct cursor value)
{
	struct der bag, oid, wrap, octets, info, algorithm, text;
	struct keystore_entry *entry;
	struct pbe pbe;

	TRY(add_key(reader, labels, value, KEYSTORE_SECRET, &entry));
	entry->has_key = true;
	entry->key = (struct key){.format = "secret", .kind = "secret", .spki.bits = -1};
	key_type(&entry->key, "unknown");
	TRY(der_expect(&value, DER_SEQUENCE, "secret bag (RFC 7292, 4.2.5)", &bag));
	TRY(der_expect(&bag.body, DER_OID, "kind of the secret", &oid));
	TRY(der_expect(&bag.body, DER_TAGGED, "secret", &wrap));
	if (!DER_IS(&oid, BAG "\x02") || !der_next(&wrap.body, &octets).ok ||
	    !der_expect(&octets.body, DER_SEQUENCE, "", &info).ok)
		return OK;
	TRY(der_expect(&info.body, DER_SEQUENCE, "algorithm of the encryption", &algorithm));
	TRY(der_expect(&info.body, DER_OCTETS, "encrypted secret key", &text));
	TRY(pbe_read(algorithm.body, &pbe));
	reader->encrypted = true;
	entry->key.encrypted = true;
	entry->key.iterations = pbe.iterations;
	snprintf(entry->key.cipher, sizeof entry->key.cipher, "%s", pbe.name);
	keystore_cipher(&reader->store, &pbe);
	entry->key.guess =
		keystore_try(&reader->store, &pbe, text.body, read_secret_key, &entry->key);
	return OK;
}

static RESULT read_bags(struct reader *reader, struct cursor c, int depth);

static RESULT read_bag(struct reader *reader, struct cursor c, int depth)
{
	struct labels labels;
	struct der oid, wrap;

	TRY(der_expect(&c, DER_OID, "kind of the bag (RFC 7292, 4.2)", &oid));
	TRY(der_expect(&c, DER_TAGGED, "value of the bag", &wrap));
	TRY(read_labels(reader, c, &labels));
	if (DER_IS(&oid, BAG "\x01"))
		return read_plain_key(reader, &labels, wrap.body);
	if (DER_IS(&oid, BAG "\x02"))
		return read_shrouded_key(reader, &labels, wrap.body);
	if (DER_IS(&oid, BAG "\x03"))
		return read_certificate(reader, &labels, wrap.body);
	if (DER_IS(&oid, BAG "\x05"))
		return read_secret(reader, &labels, wrap.body);
	if (DER_IS(&oid, BAG "\x06"))
		return read_bags(reader, wrap.body, depth + 1);
	/* revocation lists say nothing of keys */
	ENSURE(DER_IS(&oid, BAG "\x04"), KEYSTORE_PARSE, oid.whole.origin,
	       "bag of an unknown kind (RFC 7292, 4.2)");
	return OK;
}

static RESULT read_bags(struct reader *reader, struct cursor c, int depth)
{
	struct der sequence, bag;

	ENSURE(depth < BAG_DEPTH_MAX, KEYSTORE_PARSE, cursor_at(&c),
	       "bags are nested more than %d deep", BAG_DEPTH_MAX);
	TRY(der_expect(&c, DER_SEQUENCE, "safe contents (RFC 7292, 4.2)", &sequence));
	while (cursor_left(&sequence.body)) {
		TRY(der_expect(&sequence.body, DER_SEQUENCE, "bag", &bag));
		TRY(read_bag(reader, bag.body, depth));
	}
	return OK;
}

/* A content that is encrypted: how, and its octets. */
static RESULT read_encrypted(struct reader *reader, struct cursor c, struct pbe *pbe,
                             struct cursor *text)
{
	struct der sequence, part, info, algorithm;

	TRY(der_expect(&c, DER_SEQUENCE, "EncryptedData (RFC 2315, 13)", &sequence));
	TRY(der_expect(&sequence.body, DER_INTEGER, "version of EncryptedData", &part));
	TRY(der_expect(&sequence.body, DER_SEQUENCE, "encrypted content", &info));
	TRY(der_expect(&info.body, DER_OID, "kind of the encrypted content", &part));
	TRY(der_expect(&info.body, DER_SEQUENCE, "algorithm of the encryption", &algorithm));
	TRY(pbe_read(algorithm.body, pbe));
	TRY(der_next(&info.body, &part));
	return octets_of(part, reader->store.arena, text);
}

static bool is_bags(struct cursor plain)
{
	struct der sequence, bag, oid;

	return der_expect(&plain, DER_SEQUENCE, "", &sequence).ok && !cursor_left(&plain) &&
	       (!cursor_left(&sequence.body) ||
	        (der_expect(&sequence.body, DER_SEQUENCE, "", &bag).ok &&
	         der_expect(&bag.body, DER_OID, "", &oid).ok));
}

/* Without an integrity check that can be carried out, decrypting tells whether a password fits. */
static bool try_content(struct reader *reader, const struct pbe *pbe, struct cursor text,
                        struct cursor *plain)
{
	struct keystore *store = &reader->store;
	int64_t cost = keystore_cost(pbe_cost(pbe), text.size);

	for (size_t i = 0; i < keystore_password_count; i++) {
		if (!keystore_spend(store, cost)) {
			keystore_untried(store, cost);
			return false;
		}
		if (pbe_decrypt(pbe, &keystore_passwords[i], text, store->arena, plain) &&
		    is_bags(*plain)) {
			store->password = &keystore_passwords[i];
			return true;
		}
	}
	return false;
}

static bool open_content(struct reader *reader, const struct pbe *pbe, struct cursor text,
                         struct cursor *plain)
{
	if (!reader->store.password)
		return !reader->store.mac.hash && try_content(reader, pbe, text, plain);
	if (keystore_cost(pbe_cost(pbe), text.size) > reader->store.rounds)
		keystore_untried(&reader->store, keystore_cost(pbe_cost(pbe), text.size));
	return keystore_decrypt(&reader->store, pbe, text, plain) && is_bags(*plain);
}

static RESULT read_content(struct reader *reader, struct cursor c)
{
	struct der oid, wrap, octets;
	struct cursor text, plain;
	struct pbe pbe;

	TRY(der_expect(&c, DER_OID, "kind of the content (RFC 7292, 4.1)", &oid));
	TRY(der_expect(&c, DER_TAGGED, "content", &wrap));
	if (DER_IS(&oid, PKCS7 "\x01")) {
		TRY(der_next(&wrap.body, &octets));
		TRY(octets_of(octets, reader->store.arena, &plain));
		return read_bags(reader, plain, 0);
	}
	reader->encrypted = true;
	if (!DER_IS(&oid, PKCS7 "\x06")) {
		/* to a public key: no password opens it */
		reader->store.locked = true;
		return OK;
	}
	TRY(read_encrypted(reader, wrap.body, &pbe, &text));
	keystore_cipher(&reader->store, &pbe);
	if (!open_content(reader, &pbe, text, &plain)) {
		reader->store.locked = true;
		return OK;
	}
	reader->inside = true;
	TRY(read_bags(reader, plain, 0));
	reader->inside = false;
	return OK;
}

static RESULT read_contents(struct reader *reader, struct cursor c)
{
	struct der sequence, content;

	TRY(der_expect(&c, DER_SEQUENCE, "authenticated safe (RFC 7292, 4.1)", &sequence));
	while (cursor_left(&sequence.body)) {
		TRY(der_expect(&sequence.body, DER_SEQUENCE, "content", &content));
		TRY(read_content(reader, content.body));
	}
	return OK;
}

static void try_passwords(struct reader *reader, struct cursor content)
{
	struct keystore *store = &reader->store;
	int64_t cost = keystore_cost(pbe_mac_cost(&store->mac), content.size);

	if (!store->mac.hash)
		return;
	for (size_t i = 0; i < keystore_password_count && !store->password; i++) {
		if (!keystore_spend(store, cost)) {
			keystore_untried(store, cost);
			return;
		}
		if (pbe_mac_fits(&store->mac, &keystore_passwords[i], content))
			store->password = &keystore_passwords[i];
	}
}

static bool same(const struct cursor *left, const struct cursor *right)
{
	return left->size && left->size == right->size &&
	       memcmp(left->data, right->data, left->size) == 0;
}

static struct loose *find_issuer(struct reader *reader, const struct loose *of)
{
	struct loose *loose = reader->certificates;

	for (; loose; loose = loose->next, reader->compared++)
		if (loose != of && same(&loose->subject.whole, &of->issuer.whole))
			break;
	return loose;
}

static struct loose *find_own(struct reader *reader, const struct keystore_entry *entry)
{
	struct loose *loose = reader->certificates;

	for (; loose && !same(&loose->id, &entry->id); loose = loose->next)
		reader->compared++;
	return loose;
}

static RESULT take(struct reader *reader, struct keystore_entry *entry, struct loose *loose)
{
	if (loose->taken) {
		entry->chain++;
		return OK;
	}
	loose->taken = true;
	return keystore_add_certificate(&reader->store, entry, loose->der);
}

/* The certificate of a key is found by its localKeyId, those above it by their names. */
static RESULT link_chain(struct reader *reader, struct keystore_entry *entry)
{
	struct loose *loose = find_own(reader, entry);

	if (loose)
		keystore_public(entry, loose->der);
	for (int i = 0; loose && i < CHAIN_MAX; i++) {
		TRY(take(reader, entry, loose));
		ENSURE(reader->compared < COMPARED_MAX, FACTS_COUNT, reader->store.offset,
		       "too many keys and certificates to tell which belong together");
		if (same(&loose->subject.whole, &loose->issuer.whole))
			break;
		loose = find_issuer(reader, loose);
	}
	return OK;
}

static RESULT link_certificates(struct reader *reader)
{
	size_t keys = reader->store.count;
	struct keystore_entry *entry;

	for (size_t i = 0; i < keys; i++)
		if (reader->store.entries[i].kind == KEYSTORE_PRIVATE)
			TRY(link_chain(reader, &reader->store.entries[i]));
	for (struct loose *loose = reader->certificates; loose; loose = loose->next) {
		if (loose->taken && !loose->trusted)
			continue;
		const char *alias = loose->trusted ? name_of(reader, loose->alias) : loose->alias;
		TRY(keystore_add(&reader->store,
		                 loose->trusted ? KEYSTORE_CERTIFICATE : KEYSTORE_OTHER,
		                 alias ? alias : "", loose->offset, &entry));
		TRY(take(reader, entry, loose));
	}
	return OK;
}

/* The parts of the outermost structure: the content, and the MAC's data if there is one. */
static RESULT split(struct reader *reader, struct cursor der, struct cursor *content)
{
	struct der pfx, part, safe, oid, wrap, octets;

	TRY(der_expect(&der, DER_SEQUENCE, "PFX (RFC 7292, 4)", &pfx));
	TRY(der_expect(&pfx.body, DER_INTEGER, "version of the PFX", &part));
	reader->store.version = der_int(&part);
	TRY(der_expect(&pfx.body, DER_SEQUENCE, "authenticated safe", &safe));
	TRY(der_expect(&safe.body, DER_OID, "kind of the authenticated safe", &oid));
	if (cursor_left(&pfx.body)) {
		TRY(der_expect(&pfx.body, DER_SEQUENCE, "MAC of the store", &part));
		/* what is not encrypted is read all the same */
		if (!pbe_mac_read(part.body, &reader->store.mac).ok)
			keystore_damaged(&reader->store);
	}
	ENSURE(DER_IS(&oid, PKCS7 "\x01"), KEYSTORE_UNREAD, oid.whole.origin,
	       "contents are not protected by a password but signed");
	/* a MAC over nothing is not computed (CVE-2024-0727) */
	ENSURE(der_peek(&safe.body) == DER_TAGGED, P12_COST, safe.whole.origin,
	       "store without contents (RFC 7292, 4)");
	TRY(der_next(&safe.body, &wrap));
	ENSURE((der_peek(&wrap.body) & ~0x20) == DER_OCTETS, P12_COST, safe.whole.origin,
	       "contents of the store are no octets (RFC 7292, 4)");
	TRY(der_next(&wrap.body, &octets));
	return octets_of(octets, reader->store.arena, content);
}

static RESULT read_store(struct reader *reader, struct cursor der)
{
	struct cursor content;

	TRY(split(reader, der, &content));
	try_passwords(reader, content);
	return read_contents(reader, content);
}

void pkcs12_facts(const struct inspection *inspection, struct cursor der, const struct place *place)
{
	struct reader reader = {.store = keystore_at(inspection, "pkcs12", place)};

	reader.last = &reader.certificates;
	if (!read_store(&reader, der).ok) {
		keystore_damaged(&reader.store);
		if (reader.inside)
			reader.store.fault.at = place->offset;
		reader.inside = false;
	}
	if (!link_certificates(&reader).ok)
		keystore_damaged(&reader.store);
	reader.store.unprotected = !reader.encrypted && !reader.store.damaged;
	keystore_facts(inspection, &reader.store);
}

bool pkcs12_bid(struct cursor der)
{
	struct der sequence, part, content;

	return der_expect(&der, DER_SEQUENCE, "", &sequence).ok &&
	       der_expect(&sequence.body, DER_INTEGER, "", &part).ok && der_int(&part) == 3 &&
	       der_expect(&sequence.body, DER_SEQUENCE, "", &content).ok &&
	       der_expect(&content.body, DER_OID, "", &part).ok && part.body.size == 9 &&
	       memcmp(part.body.data, PKCS7, 8) == 0;
}
