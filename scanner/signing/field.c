/* field.c - fields with a length in front. */
#include "signing/field.h"

struct result field_u32(struct cursor *c, const char *what, uint32_t *out)
{
	ENSURE(cursor_left(c) >= 4, SIGNING_BLOCK, cursor_at(c),
	       "%s: 4 bytes needed, %zu left (APK Signature Scheme v2)", what, cursor_left(c));
	return cursor_u32le(c, out);
}

struct result field_next(struct cursor *c, const char *what, struct cursor *out)
{
	uint64_t at = cursor_at(c);
	uint32_t len;

	TRY(field_u32(c, what, &len));
	if (len > cursor_left(c)) {
		c->pos -= 4;
		FAIL(SIGNING_BLOCK, at,
		     "%s: %u bytes announced, %zu left (APK Signature Scheme v2)", what, len,
		     cursor_left(c) - 4);
	}
	return cursor_window(c, len, out);
}

bool field_negative(const struct cursor *c)
{
	struct cursor ahead = *c;
	uint32_t len;

	return cursor_left(c) >= 4 && cursor_u32le(&ahead, &len).ok && len > INT32_MAX;
}
