/* mutf8.c - measuring and comparing; see mutf8.h. */
#include "code/mutf8.h"

static bool follows(const uint8_t *bytes, size_t size, size_t at)
{
	return at < size && (bytes[at] & 0xc0) == 0x80;
}

/* The length of the valid character of two or three bytes at the start, or 0. */
static size_t character(const uint8_t *bytes, size_t size)
{
	if ((bytes[0] & 0xe0) == 0xc0 && follows(bytes, size, 1))
		return bytes[0] >= 0xc2 || (bytes[0] == 0xc0 && bytes[1] == 0x80) ? 2 : 0;
	if ((bytes[0] & 0xf0) == 0xe0 && follows(bytes, size, 1) && follows(bytes, size, 2))
		return bytes[0] > 0xe0 || bytes[1] >= 0xa0 ? 3 : 0;
	return 0;
}

struct mutf8 mutf8_measure(const uint8_t *bytes, size_t size)
{
	struct mutf8 found = {.valid = true};
	size_t at = 0;

	for (;;) {
		size_t run = mutf8_plain(bytes + at, size - at);
		at += run;
		found.units += run;
		if (at == size || !bytes[at])
			break;
		size_t len = character(bytes + at, size - at);
		found.valid &= len > 0;
		at += len ? len : 1;
		found.units++;
	}
	found.len = at;
	found.ended = at < size;
	return found;
}

static unsigned rank(const uint8_t *at)
{
	if (at[0] == 0xc0 && at[1] == 0x80)
		return 1;
	return at[0] ? at[0] + 1U : 0;
}

int mutf8_compare(const char *a, const char *b)
{
	const uint8_t *x = (const uint8_t *)a, *y = (const uint8_t *)b;

	if (a == b)
		return 0;
	while (*x && *x == *y) {
		x++;
		y++;
	}
	if (*x == *y)
		return 0;
	/* where they differ may be the second byte of a NUL */
	if (x != (const uint8_t *)a && x[-1] == 0xc0) {
		x--;
		y--;
	}
	unsigned left = rank(x), right = rank(y);
	if (left != right)
		return left < right ? -1 : 1;
	return x[1] < y[1] ? -1 : 1;
}
