/* pem.c - finds and decodes PEM blocks. */
#include "formats/pem.h"

#include <string.h>

#include "formats/digits.h"

static const char dashes[] = "-----";
static const char begin_word[] = "BEGIN ";
static const char end_word[] = "END ";
enum { DASHES = sizeof dashes - 1, LABEL_MAX = 64, HEADER_MAX = 128, JOIN_MAX = 256 };

static bool starts(const struct cursor *c, size_t at, const char *word)
{
	size_t len = strlen(word);

	return at <= c->size && len <= c->size - at && memcmp(c->data + at, word, len) == 0;
}

bool pem_find(struct cursor *c)
{
	size_t at = c->pos;

	/* five dashes in a row cover every fifth byte somewhere */
	for (at += DASHES - 1; at < c->size; at += DASHES) {
		if (c->data[at] != '-')
			continue;
		size_t end = at;
		while (end < c->size && c->data[end] == '-')
			end++;
		if (end >= c->pos + DASHES && starts(c, end - DASHES, dashes) &&
		    starts(c, end, begin_word)) {
			c->pos = end - DASHES;
			return true;
		}
		at = end;
	}
	c->pos = c->size;
	return false;
}

bool pem_begin(struct cursor *c, struct pem_block *out)
{
	size_t start = c->pos + DASHES + sizeof begin_word - 1, end = start;

	if (!starts(c, c->pos, dashes) || !starts(c, c->pos + DASHES, begin_word))
		return false;
	*out = (struct pem_block){.at = c->pos};
	while (end < c->size && end - start < LABEL_MAX && c->data[end] >= ' ' &&
	       c->data[end] < 0x7f && c->data[end] != '-')
		end++;
	if (!starts(c, end, dashes) || !cursor_slice(c, start, end - start, &out->label).ok) {
		c->pos = start;
		return false;
	}
	c->pos = end + DASHES;
	return true;
}

bool pem_is(const struct pem_block *block, const char *label)
{
	return block->label.size == strlen(label) &&
	       memcmp(block->label.data, label, block->label.size) == 0;
}

static bool is_space(uint8_t byte)
{
	return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* "..." + "...": from a quote to the next of its kind, over nothing but an operator. */
static size_t join_len(const struct cursor *c)
{
	uint8_t quote = c->data[c->pos];

	if (quote != '"' && quote != '\'' && quote != '`')
		return 0;
	for (size_t at = c->pos + 1; at < c->size && at - c->pos < JOIN_MAX; at++) {
		if (c->data[at] == quote)
			return at + 1 - c->pos;
		if (!is_space(c->data[at]) && !strchr("+.,&\\", c->data[at]))
			return 0;
	}
	return 0;
}

/* A line end as a character reference of XML. */
static size_t reference_len(const struct cursor *c)
{
	static const char *const references[] = {"&#10;", "&#13;", "&#xA;",
	                                         "&#xD;", "&#xa;", "&#xd;"};

	for (size_t i = 0; i < sizeof references / sizeof *references; i++)
		if (starts(c, c->pos, references[i]))
			return strlen(references[i]);
	return 0;
}

size_t pem_space(const struct cursor *c)
{
	const uint8_t *next = c->data + c->pos;

	if (!cursor_left(c))
		return 0;
	if (is_space(*next))
		return 1;
	if (*next == '&')
		return reference_len(c);
	if (*next != '\\')
		return join_len(c);
	if (cursor_left(c) >= 2 && (strchr("nrt", next[1]) ? next[1] : is_space(next[1])))
		return 2;
	/* an escape that was escaped once more */
	return cursor_left(c) >= 3 && next[1] == '\\' && (next[2] == 'n' || next[2] == 'r') ? 3 : 0;
}

static void skip_space(struct cursor *c)
{
	for (size_t len = pem_space(c); len; len = pem_space(c))
		c->pos += len;
}

static const char dek_info[] = "DEK-Info: ";

/* "AES-128-CBC,0123...": the name of a cipher ends with a comma. */
static struct cursor cipher_of(const struct cursor *c, size_t start, size_t end)
{
	const uint8_t *comma = memchr(c->data + start, ',', end - start);

	return cursor_over(c->data + start, comma ? (size_t)(comma - c->data) - start : end - start,
	                   c->shortage);
}

/* "Proc-Type: 4,ENCRYPTED": true if a header stands at the position; moves behind it. */
static bool skip_header(struct cursor *c, struct pem_block *out)
{
	size_t end = c->pos;
	bool colon = false;

	while (end < c->size && end - c->pos < HEADER_MAX && c->data[end] >= ' ' &&
	       !starts(c, end, "\\n") && !starts(c, end, "\\r")) {
		colon |= c->data[end] == ':' && end > c->pos;
		end++;
	}
	if (!colon)
		return false;
	if (starts(c, c->pos, "Proc-Type:") &&
	    memmem(c->data + c->pos, end - c->pos, "ENCRYPTED", 9))
		out->encrypted = true;
	if (starts(c, c->pos, dek_info))
		out->cipher = cipher_of(c, c->pos + sizeof dek_info - 1, end);
	c->pos = end;
	return true;
}

int pem_symbol(struct cursor *c)
{
	const uint8_t *next = c->data + c->pos;

	if (!cursor_left(c))
		return -1;
	if (*next != '\\') {
		c->pos++;
		return *next;
	}
	if (cursor_left(c) >= 2 && next[1] == '/') {
		c->pos += 2;
		return '/';
	}
	if (cursor_left(c) < 6 || !starts(c, c->pos, "\\u00") || digits_hex(next[4]) < 0 ||
	    digits_hex(next[5]) < 0)
		return -1;
	c->pos += 6;
	return digits_hex(next[4]) << 4 | digits_hex(next[5]);
}

/* Base64 (RFC 4648) as it comes in; `len` counts the bytes that are complete. */
struct decoder {
	uint8_t *out;
	size_t len, room, symbols;
	uint32_t pending;
	unsigned bits;
	bool padded;
	bool checksum; /* "=" and four digits end an OpenPGP block */
};

static bool decoder_put(struct decoder *decoder, int symbol)
{
	int value = symbol == '-' || symbol == '_' ? -1 : digits_base64(symbol);

	if (symbol == '=' && decoder->symbols) {
		decoder->padded = true;
		return true;
	}
	if (value < 0 || decoder->padded)
		return value >= 0 && decoder->checksum;
	decoder->symbols++;
	decoder->pending = (decoder->pending << 6 | (uint32_t)value) & 0xffffff;
	decoder->bits += 6;
	if (decoder->bits >= 8) {
		decoder->bits -= 8;
		if (decoder->len < decoder->room)
			decoder->out[decoder->len++] = (uint8_t)(decoder->pending >> decoder->bits);
	}
	return true;
}

static RESULT read_end(struct cursor *c, struct pem_block *out)
{
	size_t at = c->pos + DASHES;
	size_t after = at + sizeof end_word - 1;

	ENSURE(starts(c, c->pos, dashes) && starts(c, at, end_word), PEM_PARSE, c->origin + out->at,
	       "PEM block of %.*s is not closed (RFC 7468, 2)", (int)out->label.size,
	       (const char *)out->label.data);
	ENSURE(after <= c->size && c->size - after >= out->label.size &&
	               memcmp(c->data + after, out->label.data, out->label.size) == 0 &&
	               starts(c, after + out->label.size, dashes),
	       PEM_PARSE, c->origin + out->at, "PEM block of %.*s is closed by another label",
	       (int)out->label.size, (const char *)out->label.data);
	c->pos = after + out->label.size + DASHES;
	return OK;
}

static bool decode_text(struct cursor *c, struct decoder *decoder)
{
	for (skip_space(c); cursor_left(c) && c->data[c->pos] != '-'; skip_space(c)) {
		size_t before = c->pos;
		if (!decoder_put(decoder, pem_symbol(c))) {
			c->pos = before;
			return false;
		}
	}
	return true;
}

struct result pem_decode(struct cursor *c, struct arena *arena, struct pem_block *out)
{
	bool checksum = out->label.size > 4 && memcmp(out->label.data, "PGP ", 4) == 0;
	struct decoder decoder = {.checksum = checksum};
	size_t start = c->pos;
	bool decoded;

	skip_space(c);
	while (skip_header(c, out))
		skip_space(c);
	/* once to learn how much it is, then for its bytes: a long text that is no block takes no
	 * memory */
	struct cursor again = *c;
	decoded = decode_text(c, &decoder);
	out->symbols = decoder.symbols;
	ENSURE(decoded, PEM_PARSE, cursor_at(c), "PEM block of %.*s holds what is not base64",
	       (int)out->label.size, (const char *)out->label.data);
	size_t end = c->pos;
	TRY(read_end(c, out));
	ENSURE(decoder.symbols % 4 != 1, PEM_PARSE, c->origin + out->at,
	       "base64 of the PEM block of %.*s lacks its end", (int)out->label.size,
	       (const char *)out->label.data);
	decoder = (struct decoder){.checksum = checksum, .room = decoder.symbols / 4 * 3 + 3};
	ALLOC(decoder.out, arena, decoder.room);
	decode_text(&again, &decoder);
	out->der = decoder.out;
	out->der_len = decoder.len;
	return cursor_slice(c, start, end - start, &out->text);
}
