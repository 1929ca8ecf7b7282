/*
 * mutf8.h - modified UTF-8, the form in which DEX and class files keep text (JVMS 4.4.7).
 *
 * It is UTF-8 with two differences: U+0000 is C0 80, so that 00 can end a string, and a character
 * above U+FFFF is the two surrogates of UTF-16, three bytes each.
 */
#ifndef PARASOL_CODE_MUTF8_H
#define PARASOL_CODE_MUTF8_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What one string looks like. */
struct mutf8 {
	size_t len;     /* bytes before its NUL */
	uint64_t units; /* of UTF-16; where it is not valid, each wrong byte counts as one */
	bool valid;     /* well formed as above, every character in its shortest form */
	bool ended;     /* a NUL ends it within the bytes given */
};

/* How many bytes at the start are ASCII and not NUL. */
static inline size_t mutf8_plain(const uint8_t *bytes, size_t size)
{
	const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
	size_t at = 0;
	uint64_t word, hits = 0;

	for (; size - at >= sizeof word; at += sizeof word) {
		memcpy(&word, bytes + at, sizeof word);
		/* the first hit is a byte that is NUL or not ASCII; further ones may be mistaken */
		hits = ((le64toh(word) - ones) | le64toh(word)) & highs;
		if (hits)
			return at + (size_t)__builtin_ctzll(hits) / 8;
	}
	while (at < size && bytes[at] - 1U < 0x7f)
		at++;
	return at;
}

/* Measures the string at the start of `size` bytes; reads no further than its NUL. */
struct mutf8 mutf8_measure(const uint8_t *bytes, size_t size);

/*
 * Compares two strings in the order of DEX files, that of their UTF-16 units: the order of the
 * bytes, except that C0 80 stands before all others. Total also for bytes that are not valid.
 */
int mutf8_compare(const char *a, const char *b);

#endif
