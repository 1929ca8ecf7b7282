/* x509namesame.c - compares distinguished names (RFC 5280, 7.1; RFC 4518 as far as ASCII goes). */
#include <string.h>

#include "crypto/loose.h"
#include "crypto/x509name.h"

/* Attributes whose values are text to all readers: commonName, countryName, localityName,
 * stateOrProvinceName, streetAddress, organizationName, organizationalUnitName, and
 * domainComponent and userId of RFC 4519. */
static bool is_text_type(const struct der *type)
{
	static const char common[] = "\x03\x06\x07\x08\x09\x0a\x0b";
	static const char rfc4519[] = "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01";
	const struct cursor *oid = &type->body;

	if (oid->size == 3 && memcmp(oid->data, "\x55\x04", 2) == 0)
		return memchr(common, oid->data[2], sizeof common - 1) != NULL;
	return oid->size == 10 && memcmp(oid->data, rfc4519, 9) == 0 &&
	       (oid->data[9] == 1 || oid->data[9] == 25);
}

static bool is_text(const struct der *value)
{
	return value->tag == 0x0c || value->tag == 0x13; /* UTF8String, PrintableString */
}

static bool is_ascii(const struct der *value)
{
	for (size_t i = 0; i < value->body.size; i++)
		if (value->body.data[i] & 0x80)
			return false;
	return true;
}

/* Both are text to all readers, and the same characters where the octets are the same. */
static bool are_texts(const struct der *a, const struct der *b)
{
	return is_text(a) && is_text(b) && (a->tag == b->tag || is_ascii(a));
}

/* Without spaces and control characters at the ends. */
static struct cursor trimmed(struct cursor text)
{
	while (text.size && text.data[text.size - 1] <= ' ')
		text.size--;
	while (text.size && *text.data <= ' ') {
		text.data++;
		text.size--;
	}
	return text;
}

/* The next character as it is compared: spaces in a row are one; -1 at the end. */
static int next_letter(struct cursor *c)
{
	if (!cursor_left(c))
		return -1;
	uint8_t letter = c->data[c->pos++];
	while (letter == ' ' && cursor_left(c) && c->data[c->pos] == ' ')
		c->pos++;
	return letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter;
}

static bool same_text(struct cursor a, struct cursor b)
{
	int left, right;

	a = trimmed(a);
	b = trimmed(b);

	do {
		left = next_letter(&a);
		right = next_letter(&b);
	} while (left == right && left >= 0);
	return left == right;
}

static bool same_body(const struct der *a, const struct der *b)
{
	return a->body.size == b->body.size &&
	       memcmp(a->body.data, b->body.data, a->body.size) == 0;
}

static bool same_bytes(const struct der *a, const struct der *b)
{
	return a->whole.size == b->whole.size &&
	       memcmp(a->whole.data, b->whole.data, a->whole.size) == 0;
}

static bool same_pair(struct cursor *a, struct cursor *b)
{
	struct der pair_a, pair_b, type_a, type_b, value_a, value_b;

	if (!loose_part(a, DER_SEQUENCE, "", &pair_a).ok ||
	    !loose_part(b, DER_SEQUENCE, "", &pair_b).ok ||
	    !loose_oid(&pair_a.body, "", &type_a).ok || !loose_oid(&pair_b.body, "", &type_b).ok ||
	    !der_next(&pair_a.body, &value_a).ok || !der_next(&pair_b.body, &value_b).ok ||
	    !same_body(&type_a, &type_b))
		return false;
	if (is_text_type(&type_a) && are_texts(&value_a, &value_b))
		return same_text(value_a.body, value_b.body);
	return same_bytes(&value_a, &value_b);
}

bool x509name_same(const struct der *a, const struct der *b)
{
	struct cursor left = a->body, right = b->body;
	struct der set_a, set_b;

	if (same_bytes(a, b))
		return true;
	while (cursor_left(&left) && cursor_left(&right)) {
		if (!loose_part(&left, DER_SET, "", &set_a).ok ||
		    !loose_part(&right, DER_SET, "", &set_b).ok)
			return false;
		while (cursor_left(&set_a.body) && cursor_left(&set_b.body))
			if (!same_pair(&set_a.body, &set_b.body))
				return false;
		if (cursor_left(&set_a.body) || cursor_left(&set_b.body))
			return false;
	}
	return !cursor_left(&left) && !cursor_left(&right);
}
