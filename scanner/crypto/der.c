/* der.c - tags and lengths of ASN.1 (ITU-T X.690, clauses 8.1.2 and 8.1.3). */
#include "crypto/der.h"

#include <stdio.h>
#include <string.h>

/* An identifier and a length. `len` counts the contents; the position moves to them. */
struct header {
	uint8_t tag;
	bool indefinite;
	uint64_t len;
};

/* Further identifier octets of a tag number from 31 on; no structure that is read here has more. */
enum { TAG_OCTETS_MAX = 4 };

static RESULT header_tag(struct cursor *c, uint8_t *tag)
{
	uint64_t at = cursor_at(c);
	uint8_t octet = 0, more;

	TRY(cursor_u8(c, &octet));
	more = (octet & 0x1f) == 0x1f ? 0x80 : 0;
	for (int i = 0; more & 0x80; i++) {
		ENSURE(i < TAG_OCTETS_MAX, ASN1_LENGTH, at, "ASN.1 tag number is not well formed");
		TRY(cursor_u8(c, &more));
	}
	*tag = octet;
	return OK;
}

static RESULT header_read(struct cursor *c, struct header *out)
{
	uint64_t at = cursor_at(c);
	uint8_t first = 0, octet = 0;
	struct header header = {0};

	TRY(header_tag(c, &header.tag));
	TRY(cursor_u8(c, &first));
	if (first == 0x80) {
		ENSURE(header.tag & 0x20, ASN1_LENGTH, at,
		       "ASN.1 element 0x%02x is primitive and has no length (X.690, 8.1.3.2)",
		       header.tag);
		header.indefinite = true;
	} else if (first & 0x80) {
		ENSURE((first & 0x7f) <= 8, ASN1_LENGTH, at,
		       "ASN.1 length of element 0x%02x takes %d octets", header.tag, first & 0x7f);
		for (int i = 0; i < (first & 0x7f); i++) {
			TRY(cursor_u8(c, &octet));
			header.len = header.len << 8 | octet;
		}
	} else {
		header.len = first;
	}
	ENSURE(header.len <= cursor_left(c), ASN1_LENGTH, at,
	       "ASN.1 element 0x%02x announces %llu bytes, %zu are left", header.tag,
	       (unsigned long long)header.len, cursor_left(c));
	*out = header;
	return OK;
}

/* The ends of the elements that are open; an indefinite one ends with its two zero octets. */
struct walk {
	size_t ends[DER_DEPTH_MAX];
	bool indefinite[DER_DEPTH_MAX];
	int depth;
};

static RESULT walk_close(struct walk *walk, const struct cursor *c)
{
	while (walk->depth > 0 && !walk->indefinite[walk->depth - 1] &&
	       c->pos >= walk->ends[walk->depth - 1]) {
		ENSURE(c->pos == walk->ends[walk->depth - 1], ASN1_LENGTH, cursor_at(c),
		       "ASN.1 element runs past the one it is in");
		walk->depth--;
	}
	return OK;
}

static RESULT walk_open(struct walk *walk, const struct cursor *c, const struct header *header)
{
	size_t end = header->indefinite ? c->size : c->pos + (size_t)header->len;
	size_t outer = walk->depth ? walk->ends[walk->depth - 1] : c->size;

	ENSURE(walk->depth < DER_DEPTH_MAX, ASN1_DEPTH, cursor_at(c),
	       "ASN.1 elements are nested more than %d deep", DER_DEPTH_MAX);
	ENSURE(end <= outer || header->indefinite, ASN1_LENGTH, cursor_at(c),
	       "ASN.1 element 0x%02x runs past the one it is in", header->tag);
	walk->ends[walk->depth] = header->indefinite ? outer : end;
	walk->indefinite[walk->depth++] = header->indefinite;
	return OK;
}

static RESULT walk_step(struct walk *walk, struct cursor *c)
{
	struct header header;
	bool ending = walk->depth > 0 && walk->indefinite[walk->depth - 1];

	if (ending && cursor_left(c) >= 2 && !c->data[c->pos] && !c->data[c->pos + 1]) {
		TRY(cursor_skip(c, 2));
		walk->depth--;
		return walk_close(walk, c);
	}
	TRY(header_read(c, &header));
	if (header.tag & 0x20)
		TRY(walk_open(walk, c, &header));
	else
		TRY(cursor_skip(c, header.len));
	return walk_close(walk, c);
}

struct result der_check(struct cursor input, size_t *len)
{
	struct walk walk = {.depth = 0};

	input.shortage = DIAG_ASN1_LENGTH;
	TRY(cursor_seek(&input, 0));
	ENSURE(input.size, ASN1_LENGTH, input.origin, "no ASN.1 structure: there are no bytes");
	do
		TRY(walk_step(&walk, &input));
	while (walk.depth > 0);
	*len = input.pos;
	return OK;
}

static RESULT indefinite_body(struct cursor *c, size_t start, size_t contents, struct der *out)
{
	struct cursor rest;
	size_t len = 0;

	TRY(cursor_slice(c, start, c->size - start, &rest));
	TRY(der_check(rest, &len));
	TRY(cursor_slice(c, start, len, &out->whole));
	TRY(cursor_slice(c, contents, len - 2 - (contents - start), &out->body));
	return cursor_seek(c, start + len);
}

struct result der_next(struct cursor *c, struct der *out)
{
	struct cursor walk = *c;
	struct header header;
	struct der element = {0};

	walk.shortage = DIAG_ASN1_LENGTH;
	TRY(header_read(&walk, &header));
	element.tag = header.tag;
	if (header.indefinite) {
		TRY(indefinite_body(&walk, c->pos, walk.pos, &element));
	} else {
		TRY(cursor_window(&walk, header.len, &element.body));
		TRY(cursor_slice(&walk, c->pos, walk.pos - c->pos, &element.whole));
	}
	c->pos = walk.pos;
	*out = element;
	return OK;
}

struct result der_expect(struct cursor *c, uint8_t tag, const char *field, struct der *out)
{
	struct der element;
	uint64_t at = cursor_at(c);

	TRY(der_next(c, &element));
	ENSURE(element.tag == tag, ASN1_LENGTH, at, "%s: ASN.1 tag 0x%02x, expected 0x%02x", field,
	       element.tag, tag);
	*out = element;
	return OK;
}

uint8_t der_peek(const struct cursor *c)
{
	return cursor_left(c) ? c->data[c->pos] : 0;
}

void der_put(uint8_t **at, const struct cursor *bytes)
{
	*at -= bytes->size;
	if (bytes->size)
		memcpy(*at, bytes->data, bytes->size);
}

void der_put_header(uint8_t **at, uint8_t tag, size_t len)
{
	int octets = 0;

	for (size_t rest = len; len > 0x7f && rest; rest >>= 8, octets++)
		*--*at = (uint8_t)rest;
	*--*at = octets ? (uint8_t)(0x80 | octets) : (uint8_t)len;
	*--*at = tag;
}

bool der_is(const struct der *oid, const char *contents, size_t len)
{
	return oid->tag == DER_OID && oid->body.size == len &&
	       memcmp(oid->body.data, contents, len) == 0;
}

static bool oid_arc(struct cursor *c, uint64_t *out)
{
	uint64_t arc = 0;
	uint8_t octet = 0;

	do {
		if (arc >> 56 || !cursor_u8(c, &octet).ok)
			return false;
		arc = arc << 7 | (octet & 0x7f);
	} while (octet & 0x80);
	*out = arc;
	return true;
}

bool der_oid_text(const struct der *oid, char *out, size_t room)
{
	struct cursor c = oid->body;
	uint64_t arc;
	int len;

	if (oid->tag != DER_OID || !oid_arc(&c, &arc))
		return false;
	uint64_t top = arc < 80 ? arc / 40 : 2;
	len = snprintf(out, room, "%llu.%llu", (unsigned long long)top,
	               (unsigned long long)(arc - top * 40));
	while (len > 0 && (size_t)len < room && cursor_left(&c)) {
		if (!oid_arc(&c, &arc))
			return false;
		out += len;
		room -= (size_t)len;
		len = snprintf(out, room, ".%llu", (unsigned long long)arc);
	}
	return len > 0 && (size_t)len < room;
}

int64_t der_bits(const struct der *integer)
{
	const uint8_t *octets = integer->body.data;
	size_t count = integer->body.size;
	int64_t bits;

	if (integer->tag != DER_INTEGER || !count || octets[0] & 0x80)
		return -1;
	while (count && !*octets) {
		octets++;
		count--;
	}
	bits = (int64_t)count * 8;
	for (int mask = 0x80; count && mask && !(*octets & mask); mask >>= 1)
		bits--;
	return bits;
}

int64_t der_int(const struct der *integer)
{
	int64_t bits = der_bits(integer), value = 0;

	if (bits < 0 || bits > 63)
		return -1;
	for (size_t i = 0; i < integer->body.size; i++)
		value = value << 8 | integer->body.data[i];
	return value;
}
