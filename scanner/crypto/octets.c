/* octets.c - OCTET STRINGs that are written in pieces. */
#include "crypto/octets.h"

#include <string.h>

enum { CONSTRUCTED = 0x20 };

/* Where the pieces go. */
struct joined {
	uint8_t *bytes;
	size_t len;
};

static RESULT join(const struct der *string, int depth, struct joined *out)
{
	struct cursor c = string->body;
	struct der piece;

	if (string->tag == DER_OCTETS) {
		if (c.size)
			memcpy(out->bytes + out->len, c.data, c.size);
		out->len += c.size;
		return OK;
	}
	ENSURE(string->tag == (DER_OCTETS | CONSTRUCTED), ASN1_LENGTH, string->whole.origin,
	       "ASN.1 tag 0x%02x, expected an OCTET STRING", string->tag);
	ENSURE(depth < OCTETS_DEPTH_MAX, ASN1_DEPTH, string->whole.origin,
	       "OCTET STRING in more than %d layers", OCTETS_DEPTH_MAX);
	while (cursor_left(&c)) {
		TRY(der_next(&c, &piece));
		TRY(join(&piece, depth + 1, out));
	}
	return OK;
}

struct result octets_join(const struct der *string, struct arena *arena, struct cursor *out)
{
	struct joined joined = {0};

	if (string->tag == DER_OCTETS) {
		*out = string->body;
		return OK;
	}
	ALLOC(joined.bytes, arena, string->body.size + 1);
	TRY(join(string, 0, &joined));
	*out = cursor_over(joined.bytes, joined.len, string->body.shortage);
	out->origin = string->body.origin;
	return OK;
}
