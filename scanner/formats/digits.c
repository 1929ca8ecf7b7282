/* digits.c - base64 and hexadecimal digits. */
#include "formats/digits.h"

int digits_base64(int digit)
{
	if (digit >= 'A' && digit <= 'Z')
		return digit - 'A';
	if (digit >= 'a' && digit <= 'z')
		return digit - 'a' + 26;
	if (digit >= '0' && digit <= '9')
		return digit - '0' + 52;
	if (digit == '+' || digit == '-')
		return 62;
	return digit == '/' || digit == '_' ? 63 : -1;
}

int digits_hex(int digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit |= 0x20;
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static bool is_space(uint8_t byte)
{
	return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

struct result digits_decode(struct cursor *c, struct arena *arena, struct cursor *out,
                            size_t *symbols)
{
	size_t start = c->pos, len = 0, count = 0;
	uint32_t pending = 0;
	unsigned bits = 0;
	uint8_t *bytes;

	/* once to learn how much it is, then for its bytes */
	while (cursor_left(c) &&
	       (is_space(c->data[c->pos]) || digits_base64(c->data[c->pos]) >= 0)) {
		count += !is_space(c->data[c->pos]);
		c->pos++;
	}
	ALLOC(bytes, arena, count / 4 * 3 + 3);
	for (size_t at = start; at < c->pos; at++) {
		int value = digits_base64(c->data[at]);
		if (value < 0)
			continue;
		pending = (pending << 6 | (uint32_t)value) & 0xffffff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		bytes[len++] = (uint8_t)(pending >> bits);
	}
	while (cursor_left(c) && c->data[c->pos] == '=')
		c->pos++;
	*symbols = count;
	*out = cursor_over(bytes, len, DIAG_KEY_PARSE);
	return OK;
}
