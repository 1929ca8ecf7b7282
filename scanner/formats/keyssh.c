/*
 * keyssh.c - keys of SSH programs.
 *
 *   public   strings (u32 length, bytes): type, then its numbers (RFC 4253, 6.6; RFC 5656; RFC
 * 8709) OpenSSH  "openssh-key-v1" NUL, strings cipher, kdf, kdf options { salt, u32 rounds }, u32
 * number of keys, string public key, string private keys (PROTOCOL.key of OpenSSH) PuTTY    lines
 * "Name: value"; Public-Lines counts lines of base64 (PuTTY manual, appendix C) SSH2     u32
 * 0x3f6ff9eb, u32 length, strings type, cipher, private key, in base64 between lines of four dashes
 */
#include <string.h>

#include "formats/digits.h"
#include "formats/keys.h"

/* Heads of these files, in which all that is asked for stands. */
enum { HEAD_MAX = 64 << 10 };

static RESULT string(struct cursor *c, struct cursor *out)
{
	uint32_t len = 0;

	TRY(cursor_u32be(c, &len));
	return cursor_window(c, len, out);
}

static bool is(const struct cursor *text, const char *word)
{
	return text->size == strlen(word) && memcmp(text->data, word, text->size) == 0;
}

static int64_t bits_of(struct cursor number)
{
	struct der integer = {.tag = DER_INTEGER, .body = number};

	return der_bits(&integer);
}

static RESULT read_rsa(struct cursor blob, struct arena *arena, struct key *key)
{
	struct cursor exponent, modulus;

	TRY(string(&blob, &exponent));
	TRY(string(&blob, &modulus));
	struct der integers[2] = {
		{DER_INTEGER, modulus, modulus},
		{DER_INTEGER, exponent, exponent},
	};
	TRY(spki_rsa(&integers[0], &integers[1], &key->spki));
	key->info = keyspki_rsa(modulus, exponent, arena);
	return OK;
}

static RESULT read_curve(struct cursor blob, struct arena *arena, struct key *key)
{
	struct cursor name, point;

	TRY(string(&blob, &name));
	TRY(string(&blob, &point));
	key->info = keyspki_curve(key->spki.curve, point, arena);
	return OK;
}

static const struct type {
	const char *name, *type, *curve;
	int64_t bits;
} types[] = {
	{"ssh-rsa", "RSA", NULL, -1},
	{"ssh-dss", "DSA", NULL, -1},
	{"ssh-ed25519", "Ed25519", NULL, 256},
	{"ssh-ed448", "Ed448", NULL, 456},
	{"ecdsa-sha2-nistp256", "EC", "secp256r1", 256},
	{"ecdsa-sha2-nistp384", "EC", "secp384r1", 384},
	{"ecdsa-sha2-nistp521", "EC", "secp521r1", 521},
	{"sk-ssh-ed25519@openssh.com", "Ed25519", NULL, 256},
	{"sk-ecdsa-sha2-nistp256@openssh.com", "EC", "secp256r1", 256},
};

/* Type, curve and size that a name tells; NULL if it is not known. */
static const struct type *set_type(const struct cursor *name, struct key *key)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!is(name, types[i].name))
			continue;
		key_type(key, types[i].type);
		key->spki.curve = types[i].curve;
		key->spki.bits = types[i].bits;
		return &types[i];
	}
	return NULL;
}

struct result keyssh_public(struct cursor blob, struct arena *arena, struct key *key)
{
	const struct type *type;
	struct cursor name, part;

	blob.shortage = DIAG_KEY_PARSE;
	TRY(string(&blob, &name));
	type = set_type(&name, key);
	ENSURE(type, KEY_PARSE, name.origin, "SSH key of an unknown type (RFC 4253, 6.6)");
	if (type->curve)
		return read_curve(blob, arena, key);
	if (strcmp(type->type, "RSA") == 0)
		return read_rsa(blob, arena, key);
	TRY(string(&blob, &part));
	if (strcmp(type->type, "DSA") == 0)
		key->spki.bits = bits_of(part);
	else if (strcmp(type->type, "Ed25519") == 0 && part.size == 32)
		key->info = keyspki_ed25519(part, arena);
	return OK;
}

static void set_cipher(struct key *key, const struct cursor *name)
{
	size_t len = name->size < sizeof key->cipher ? name->size : sizeof key->cipher - 1;

	key->encrypted = !is(name, "none");
	if (key->encrypted && len)
		memcpy(key->cipher, name->data, len);
}

struct result keyssh_private(struct cursor c, struct arena *arena, struct key *key)
{
	static const char magic[] = "openssh-key-v1";
	struct cursor part, salt;
	uint32_t number = 0;

	c.shortage = DIAG_KEY_PARSE;
	key_type(key, "unknown");
	ENSURE(c.size >= sizeof magic && memcmp(c.data, magic, sizeof magic) == 0, KEY_PARSE,
	       c.origin, "OpenSSH key does not begin with %s", magic);
	TRY(cursor_skip(&c, sizeof magic));
	TRY(string(&c, &part));
	set_cipher(key, &part);
	TRY(string(&c, &part));
	TRY(string(&c, &part));
	if (part.size) {
		TRY(string(&part, &salt));
		TRY(cursor_u32be(&part, &number));
		key->iterations = number;
	}
	TRY(cursor_u32be(&c, &number));
	TRY(string(&c, &part));
	return keyssh_public(part, arena, key);
}

static bool starts(const struct cursor *body, const char *word)
{
	size_t len = strlen(word);

	return body->size > len && memcmp(body->data, word, len) == 0;
}

static const char putty[] = "PuTTY-User-Key-File-";
static const char ssh2_private[] = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----";
static const char ssh2_public[] = "---- BEGIN SSH2 PUBLIC KEY ----";

bool keyssh_bid(struct cursor body)
{
	return starts(&body, putty) || starts(&body, ssh2_private) || starts(&body, ssh2_public);
}

/* The rest of the line after the first `name` in the head; the position of `c` moves behind it. */
static bool line_of(struct cursor *c, const char *name, struct cursor *out)
{
	const uint8_t *found = memmem(c->data, c->size, name, strlen(name)), *end;
	size_t at, len;

	if (!found)
		return false;
	at = (size_t)(found - c->data) + strlen(name);
	end = memchr(c->data + at, '\n', c->size - at);
	len = end ? (size_t)(end - c->data) - at : c->size - at;
	c->pos = at + len;
	while (len && c->data[at + len - 1] == '\r')
		len--;
	return cursor_slice(c, at, len, out).ok;
}

static int64_t number_of(const struct cursor *digits)
{
	int64_t value = 0;

	for (size_t i = 0; i < digits->size && i < 9; i++) {
		if (digits->data[i] < '0' || digits->data[i] > '9')
			break;
		value = value * 10 + digits->data[i] - '0';
	}
	return value;
}

/* The lines of base64 that "Public-Lines: 6" counts. */
static RESULT putty_public(struct cursor head, struct arena *arena, struct cursor *out)
{
	struct cursor count, text;
	size_t start, end, symbols;

	ENSURE(line_of(&head, "Public-Lines: ", &count), KEY_PARSE, head.origin,
	       "PuTTY key has no Public-Lines");
	start = end = head.pos;
	for (int64_t lines = number_of(&count); lines >= 0 && end < head.size; lines--) {
		const uint8_t *next = memchr(head.data + end, '\n', head.size - end);
		end = next ? (size_t)(next - head.data) + 1 : head.size;
	}
	TRY(cursor_slice(&head, start, end - start, &text));
	return digits_decode(&text, arena, out, &symbols);
}

static RESULT read_putty(struct cursor head, struct arena *arena, struct key *key)
{
	struct cursor value, blob;

	key->format = "putty";
	key->encryption_unknown = true;
	if (line_of(&head, ": ", &value))
		set_type(&value, key);
	if (line_of(&head, "Encryption: ", &value)) {
		key->encryption_unknown = false;
		set_cipher(key, &value);
	}
	if (line_of(&head, "Argon2-Passes: ", &value))
		key->iterations = number_of(&value);
	TRY(putty_public(head, arena, &blob));
	return keyssh_public(blob, arena, key);
}

/* Behind the lines of headers, which a backslash at their end continues. */
static void skip_headers(struct cursor *c)
{
	bool continued = false;

	while (cursor_left(c)) {
		const uint8_t *line = c->data + c->pos, *end = memchr(line, '\n', cursor_left(c));
		size_t len = end ? (size_t)(end - line) : cursor_left(c);
		if (!continued && !memchr(line, ':', len))
			return;
		while (len && line[len - 1] == '\r')
			len--;
		continued = len && line[len - 1] == '\\';
		c->pos = end ? (size_t)(end - c->data) + 1 : c->size;
	}
}

static RESULT read_ssh2_private(struct cursor c, struct key *key)
{
	struct cursor type, cipher;
	uint32_t magic = 0, len = 0;

	c.shortage = DIAG_KEY_PARSE;
	key->encryption_unknown = true;
	TRY(cursor_u32be(&c, &magic));
	ENSURE(magic == 0x3f6ff9eb, KEY_PARSE, c.origin, "SSH2 key begins with 0x%08x", magic);
	TRY(cursor_u32be(&c, &len));
	TRY(string(&c, &type));
	TRY(string(&c, &cipher));
	key->encryption_unknown = false;
	set_cipher(key, &cipher);
	if (memmem(type.data, type.size, "{rsa-", 5))
		key_type(key, "RSA");
	else if (memmem(type.data, type.size, "{dsa-", 5))
		key_type(key, "DSA");
	return OK;
}

static RESULT read_ssh2(struct cursor head, struct arena *arena, struct key *key)
{
	bool is_public = starts(&head, ssh2_public);
	struct cursor blob;
	size_t symbols;

	key->format = "ssh2";
	key->kind = is_public ? "public" : "private";
	TRY(cursor_skip(&head, is_public ? sizeof ssh2_public - 1 : sizeof ssh2_private - 1));
	while (cursor_left(&head) && strchr("\r\n", head.data[head.pos]))
		head.pos++;
	skip_headers(&head);
	/* the dashes of the last line are digits of the other alphabet of base64 */
	const uint8_t *end = memmem(head.data + head.pos, cursor_left(&head), "---- END", 8);
	ENSURE(end, KEY_PARSE, head.origin, "SSH2 key is not closed (RFC 4716, 3.2)");
	head.size = (size_t)(end - head.data);
	TRY(digits_decode(&head, arena, &blob, &symbols));
	return is_public ? keyssh_public(blob, arena, key) : read_ssh2_private(blob, key);
}

void keyssh_facts(const struct inspection *inspection, struct cursor body)
{
	const struct place place = {.offset = body.origin, .encoding = "pem", .line = 1};
	struct key key = {.kind = "private", .spki.bits = -1};
	struct result read;

	if (body.size > HEAD_MAX)
		body.size = HEAD_MAX;
	read = starts(&body, putty) ? read_putty(body, inspection->arena, &key)
	                            : read_ssh2(body, inspection->arena, &key);
	if (!read.ok) {
		struct fault fault = *fault_last();
		fault_note(DIAG_KEY_PARSE, place.offset, fault.file, fault.line, "%s", fault.why);
		place_fault(inspection, &place, BIT(KEYS));
	}
	key_row(inspection, &key, &place);
}
