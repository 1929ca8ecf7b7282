/* classhash.c - a keyed hash, so that no input can choose which names collide. */
#include "code/classreader.h"

#include <string.h>
#include <sys/auxv.h>

struct sip {
	uint64_t a, b, c, d;
};

static uint64_t turn(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(struct sip *s)
{
	s->a += s->b;
	s->b = turn(s->b, 13) ^ s->a;
	s->a = turn(s->a, 32);
	s->c += s->d;
	s->d = turn(s->d, 16) ^ s->c;
	s->a += s->d;
	s->d = turn(s->d, 21) ^ s->a;
	s->c += s->b;
	s->b = turn(s->b, 17) ^ s->c;
	s->c = turn(s->c, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
	s->d ^= word;
	sip_round(s);
	s->a ^= word;
}

uint64_t class_hash(const uint64_t key[2], const void *bytes, size_t len)
{
	struct sip s = {key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU,
	                key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U};
	const uint8_t *at = bytes;
	uint64_t word, last = (uint64_t)len << 56;
	size_t left = len;

	for (; left >= 8; left -= 8, at += 8) {
		memcpy(&word, at, 8);
		sip_word(&s, word);
	}
	for (size_t i = 0; i < left; i++)
		last |= (uint64_t)at[i] << (8 * i);
	sip_word(&s, last);
	s.c ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}

void class_hash_key(uint64_t key[2])
{
	/* 16 random bytes that the kernel gives every process (getauxval(3)) */
	const void *random = (const void *)getauxval(AT_RANDOM);

	key[0] = 0x243f6a8885a308d3U;
	key[1] = 0x13198a2e03707344U;
	if (random)
		memcpy(key, random, 16);
}
