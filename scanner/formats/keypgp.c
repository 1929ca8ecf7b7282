/*
 * keypgp.c - keys in packets of OpenPGP (RFC 4880; RFC 9580 for versions 5 and 6).
 *
 *   packet      octet with its tag, length, body
 *   public key  version, u32 time, (version 3: u16 days), algorithm, (5, 6: u32 length), numbers
 *   secret key  public key, octet of the protection: 0 none; 253 to 255 a cipher and how its key is
 *               made of a passphrase; else the cipher itself
 *   number      u16 bits, bytes
 */
#include <string.h>

#include "formats/keys.h"

enum { TAG_SECRET = 5, TAG_PUBLIC = 6, TAG_SECRET_SUBKEY = 7, TAG_PUBLIC_SUBKEY = 14 };
enum { PACKETS_MAX = 10000 };

struct packet {
	int tag;
	struct cursor body;
};

static RESULT old_length(struct cursor *c, uint8_t head, uint64_t *len)
{
	uint8_t octet = 0;
	uint16_t half = 0;
	uint32_t word = 0;

	switch (head & 3) {
	case 0:
		TRY(cursor_u8(c, &octet));
		*len = octet;
		return OK;
	case 1:
		TRY(cursor_u16be(c, &half));
		*len = half;
		return OK;
	case 2:
		TRY(cursor_u32be(c, &word));
		*len = word;
		return OK;
	default:
		*len = cursor_left(c);
		return OK;
	}
}

static RESULT new_length(struct cursor *c, uint64_t *len)
{
	uint8_t first = 0, second = 0;
	uint32_t word = 0;

	TRY(cursor_u8(c, &first));
	if (first < 192) {
		*len = first;
	} else if (first < 224) {
		TRY(cursor_u8(c, &second));
		*len = (uint64_t)(first - 192) * 256 + second + 192;
	} else {
		ENSURE(first == 255, KEY_PARSE, cursor_at(c),
		       "OpenPGP packet of a key in parts (RFC 4880, 4.2.2.4)");
		TRY(cursor_u32be(c, &word));
		*len = word;
	}
	return OK;
}

static RESULT next_packet(struct cursor *c, struct packet *out)
{
	uint64_t len = 0, at = cursor_at(c);
	uint8_t head = 0;

	TRY(cursor_u8(c, &head));
	ENSURE(head & 0x80, KEY_PARSE, at, "OpenPGP packet begins with 0x%02x (RFC 4880, 4.2)",
	       head);
	if (head & 0x40)
		TRY(new_length(c, &len));
	else
		TRY(old_length(c, head, &len));
	out->tag = head & 0x40 ? head & 0x3f : head >> 2 & 0xf;
	return cursor_window(c, len, &out->body);
}

static bool is_key(int tag)
{
	return tag == TAG_SECRET || tag == TAG_PUBLIC || tag == TAG_SECRET_SUBKEY ||
	       tag == TAG_PUBLIC_SUBKEY;
}

static RESULT number(struct cursor *c, struct cursor *out)
{
	uint16_t bits = 0;

	TRY(cursor_u16be(c, &bits));
	return cursor_window(c, ((uint64_t)bits + 7) / 8, out);
}

static RESULT numbers(struct cursor *c, struct cursor *first, struct cursor *second, int count)
{
	struct cursor rest;

	TRY(number(c, first));
	TRY(number(c, second));
	for (int i = 2; i < count; i++)
		TRY(number(c, &rest));
	return OK;
}

static int64_t bits_of(const struct cursor *number_)
{
	const uint8_t *octets = number_->data;
	int64_t bits = (int64_t)number_->size * 8;

	for (int mask = 0x80; number_->size && mask && !(*octets & mask); mask >>= 1)
		bits--;
	return bits;
}

static RESULT read_rsa(struct cursor *c, struct arena *arena, struct key *key)
{
	struct cursor modulus, exponent;

	key_type(key, "RSA");
	TRY(numbers(c, &modulus, &exponent, 2));
	key->info = keyspki_rsa(modulus, exponent, arena);
	key->spki.bits = bits_of(&modulus);
	key->spki.oversize = key->spki.bits > KEY_BITS_MAX;
	return OK;
}

/* An elliptic curve by its OID, without tag and length, and a point. */
static RESULT read_curve(struct cursor *c, int algorithm, struct arena *arena, struct key *key)
{
	static const char curve25519[] = "\x2b\x06\x01\x04\x01\x97\x55\x01\x05\x01";
	uint8_t len = 0, oid[34] = {DER_OID};
	struct cursor name, point;

	TRY(cursor_u8(c, &len));
	TRY(cursor_window(c, len, &name));
	ENSURE(len && len <= 32, KEY_PARSE, name.origin, "OpenPGP curve of %u bytes", len);
	TRY(number(c, &point));
	if (algorithm == 22 || (len == 10 && !memcmp(name.data, curve25519, len))) {
		key_type(key, algorithm == 22 ? "Ed25519" : "X25519");
		key->spki.bits = algorithm == 22 ? 256 : 253;
		/* an octet 0x40 precedes the point */
		if (algorithm == 22 && point.size == 33 && cursor_skip(&point, 1).ok &&
		    cursor_window(&point, 32, &name).ok)
			key->info = keyspki_ed25519(name, arena);
		return OK;
	}
	key_type(key, "EC");
	oid[1] = len;
	memcpy(oid + 2, name.data, len);
	TRY(spki_curve(cursor_over(oid, (size_t)len + 2, DIAG_KEY_PARSE), &key->spki));
	key->info = keyspki_curve(key->spki.curve, point, arena);
	return OK;
}

/* Keys of a fixed length (RFC 9580, 5.5.5). */
static RESULT read_fixed(struct cursor *c, int algorithm, struct arena *arena, struct key *key)
{
	static const struct {
		const char *type;
		int bits, len;
	} types[] = {
		{"X25519", 253, 32}, {"X448", 448, 56}, {"Ed25519", 256, 32}, {"Ed448", 456, 57}};
	struct cursor point;

	key_type(key, types[algorithm - 25].type);
	key->spki.bits = types[algorithm - 25].bits;
	TRY(cursor_window(c, (uint64_t)types[algorithm - 25].len, &point));
	if (algorithm == 27)
		key->info = keyspki_ed25519(point, arena);
	return OK;
}

static RESULT read_numbers(struct cursor *c, int algorithm, struct arena *arena, struct key *key)
{
	struct cursor first, second;
	uint8_t len = 0;

	switch (algorithm) {
	case 1:
	case 2:
	case 3:
		return read_rsa(c, arena, key);
	case 16:
	case 20:
		key_type(key, "ElGamal");
		TRY(numbers(c, &first, &second, 3));
		key->spki.bits = bits_of(&first);
		return OK;
	case 17:
		key_type(key, "DSA");
		TRY(numbers(c, &first, &second, 4));
		key->spki.bits = bits_of(&first);
		return OK;
	case 18:
		TRY(read_curve(c, algorithm, arena, key));
		TRY(cursor_u8(c, &len)); /* of the parameters of its key derivation */
		return cursor_skip(c, len);
	case 19:
	case 22:
		return read_curve(c, algorithm, arena, key);
	case 25:
	case 26:
	case 27:
	case 28:
		return read_fixed(c, algorithm, arena, key);
	default:
		FAIL(KEY_PARSE, cursor_at(c), "OpenPGP key algorithm %d (RFC 9580, 9.1)",
		     algorithm);
	}
}

static RESULT read_public(struct cursor *c, struct arena *arena, struct key *key, uint8_t *version)
{
	uint8_t algorithm = 0;
	uint32_t word = 0;

	TRY(cursor_u8(c, version));
	ENSURE(*version >= 2 && *version <= 6, KEY_PARSE, c->origin,
	       "OpenPGP key of version %u (RFC 9580, 5.5.2)", *version);
	TRY(cursor_u32be(c, &word));
	if (*version < 4)
		TRY(cursor_skip(c, 2));
	TRY(cursor_u8(c, &algorithm));
	if (*version > 4)
		TRY(cursor_u32be(c, &word));
	return read_numbers(c, algorithm, arena, key);
}

static void set_cipher(struct key *key, uint8_t algorithm)
{
	static const char *const names[] = {
		"unknown",     "IDEA",         "3DES",         "CAST5",       "Blowfish",
		"SAFER",       "DES",          "AES-128",      "AES-192",     "AES-256",
		"Twofish-256", "Camellia-128", "Camellia-192", "Camellia-256"};
	const char *name = algorithm < sizeof names / sizeof *names ? names[algorithm] : "unknown";

	key->encrypted = true;
	memcpy(key->cipher, name, strlen(name) + 1);
}

/* S2K kind 101 of GnuPG says that the secret half is somewhere else. */
static RESULT read_protection(struct cursor *c, uint8_t version, struct key *key)
{
	uint8_t usage = 0, octet = 0, kind = 0;

	TRY(cursor_u8(c, &usage));
	if (version > 4 && (usage || version == 5))
		TRY(cursor_u8(c, &octet));
	if (!usage)
		return OK;
	if (usage < 253) {
		set_cipher(key, usage);
		return OK;
	}
	TRY(cursor_u8(c, &octet));
	set_cipher(key, octet);
	if (usage == 253)
		TRY(cursor_u8(c, &octet));
	if (version == 6)
		TRY(cursor_u8(c, &octet));
	TRY(cursor_u8(c, &kind));
	if (kind == 101) {
		key->kind = "public";
		key->encrypted = false;
		key->cipher[0] = '\0';
	}
	return OK;
}

static RESULT read_key(const struct packet *packet, struct arena *arena, struct key *key)
{
	struct cursor c = packet->body;
	uint8_t version = 0;

	c.shortage = DIAG_KEY_PARSE;
	TRY(read_public(&c, arena, key, &version));
	if (packet->tag == TAG_PUBLIC || packet->tag == TAG_PUBLIC_SUBKEY)
		return OK;
	return read_protection(&c, version, key);
}

/* A first packet that is a key with a version and an algorithm that exist. */
static bool begins_with_key(struct cursor c)
{
	struct packet packet;
	uint8_t version = 0;

	return next_packet(&c, &packet).ok &&
	       (packet.tag == TAG_SECRET || packet.tag == TAG_PUBLIC) && packet.body.size > 12 &&
	       cursor_u8(&packet.body, &version).ok && version >= 3 && version <= 6;
}

bool keypgp_bid(struct cursor c)
{
	struct packet packet;
	int count = 0;

	if (!c.size || !(c.data[0] & 0x80) || !begins_with_key(c))
		return false;
	while (cursor_left(&c) && count++ < PACKETS_MAX)
		if (!next_packet(&c, &packet).ok || !packet.tag)
			return false;
	return true;
}

struct result keypgp_facts(const struct inspection *inspection, struct cursor c,
                           const struct place *place)
{
	struct packet packet;
	size_t keys = 0;

	c.shortage = DIAG_KEY_PARSE;
	for (int count = 0; cursor_left(&c); count++) {
		struct place at = *place;
		struct key key = {.format = "pgp", .spki.bits = -1};
		if (strcmp(place->encoding, "der") == 0)
			at.offset = cursor_at(&c);
		ENSURE(count < PACKETS_MAX, KEY_PARSE, cursor_at(&c),
		       "more than %d OpenPGP packets", PACKETS_MAX);
		TRY(next_packet(&c, &packet));
		if (!is_key(packet.tag))
			continue;
		keys++;
		key.kind = packet.tag == TAG_SECRET || packet.tag == TAG_SECRET_SUBKEY ? "private"
		                                                                       : "public";
		if (!read_key(&packet, inspection->arena, &key).ok) {
			struct fault fault = *fault_last();
			fault_note(DIAG_KEY_PARSE, fault.at, fault.file, fault.line, "%s",
			           fault.why);
			key.encryption_unknown = true;
			place_fault(inspection, &at, BIT(KEYS));
		}
		key_row(inspection, &key, &at);
	}
	ENSURE(keys, KEY_PARSE, place->offset, "OpenPGP key block without a key");
	return OK;
}

void keypgp_armour_facts(const struct inspection *inspection, struct cursor packets, bool secret,
                         const struct place *place)
{
	struct key key = {.format = "pgp", .spki.bits = -1, .encryption_unknown = true};
	uint32_t before = inspection->facts->count[ROW_KEY];

	if (keypgp_facts(inspection, packets, place).ok)
		return;
	place_fault(inspection, place, BIT(KEYS));
	/* the armour alone tells that there is a key */
	key.kind = secret ? "private" : "public";
	if (inspection->facts->count[ROW_KEY] == before)
		key_row(inspection, &key, place);
}
