/* loose.c - ASN.1 (X.690) as far as signatures need it strict. */
#include "crypto/loose.h"

#include <string.h>

enum { CONSTRUCTED = 0x20, CLASS = 0xc0 };

static bool has_tag(uint8_t tag, uint8_t expected)
{
	return (tag & ~CONSTRUCTED) == (expected & ~CONSTRUCTED);
}

struct result loose_part(struct cursor *c, uint8_t tag, const char *field, struct der *out)
{
	struct der element;
	uint64_t at = cursor_at(c);

	TRY(der_next(c, &element));
	ENSURE(has_tag(element.tag, tag), SIGNED_DATA, at, "%s: ASN.1 tag 0x%02x, expected 0x%02x",
	       field, element.tag, tag);
	*out = element;
	return OK;
}

struct result loose_option(struct cursor *c, uint8_t tag, struct der *out)
{
	*out = (struct der){0};
	if (!cursor_left(c) || !has_tag(der_peek(c), tag))
		return OK;
	return der_next(c, out);
}

struct result loose_last_option(struct cursor *c, uint8_t tag, struct der *out)
{
	*out = (struct der){0};
	while (cursor_left(c) && !out->tag) {
		TRY(loose_option(c, tag, out));
		if (!out->tag)
			TRY(der_next(c, &(struct der){0}));
	}
	return OK;
}

static RESULT check_oid(const struct der *oid, const char *field)
{
	char dotted[512];

	ENSURE(der_oid_text(oid, dotted, sizeof dotted), SIGNED_DATA, oid->whole.origin,
	       "%s: object identifier is not well formed (X.690, 8.19)", field);
	return OK;
}

struct result loose_oid(struct cursor *c, const char *field, struct der *out)
{
	struct der oid;

	TRY(loose_part(c, DER_OID, field, &oid));
	oid.tag = DER_OID;
	TRY(check_oid(&oid, field));
	*out = oid;
	return OK;
}

struct result loose_algorithm_parts(const struct der *algorithm, const char *field, struct der *oid,
                                    struct der *parameters)
{
	struct cursor c = algorithm->body;

	*parameters = (struct der){0};
	TRY(loose_oid(&c, field, oid));
	while (cursor_left(&c) && !parameters->whole.size) {
		TRY(der_next(&c, parameters));
		if (parameters->tag & CLASS)
			*parameters = (struct der){0};
	}
	return OK;
}

struct result loose_algorithm(struct cursor *c, const char *field, struct der *out)
{
	struct der algorithm, oid, parameters;

	TRY(loose_part(c, DER_SEQUENCE, field, &algorithm));
	TRY(loose_algorithm_parts(&algorithm, field, &oid, &parameters));
	*out = algorithm;
	return OK;
}

struct result loose_elements(struct cursor c)
{
	struct der element;

	while (cursor_left(&c))
		TRY(der_next(&c, &element));
	return OK;
}

bool loose_same_integer(const struct der *left, const struct der *right)
{
	struct cursor a = left->body, b = right->body;
	struct cursor *sides[] = {&a, &b};

	for (size_t i = 0; i < 2; i++) {
		struct cursor *c = sides[i];
		while (c->size > 1 && ((c->data[0] == 0x00 && !(c->data[1] & 0x80)) ||
		                       (c->data[0] == 0xff && c->data[1] & 0x80))) {
			c->data++;
			c->size--;
		}
	}
	return a.size == b.size && a.size && memcmp(a.data, b.data, a.size) == 0;
}
