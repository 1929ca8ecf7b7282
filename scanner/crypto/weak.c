/*
 * weak.c - known weaknesses of RSA keys.
 *
 * Small factors: the product of the odd primes below 2^16, reduced by the modulus, has a divisor in
 * common with it. Close factors: n = a^2 - b^2 with a just above the root of n (Fermat, 1643).
 * ROCA: primes were chosen as k * M + (65537^a mod M), M the product of the first primes, so that
 * the modulus is a power of 65537 modulo each of them (Nemec and others, "The Return of
 * Coppersmith's Attack", 2017, section 2).
 */
#include "crypto/weak.h"

#include <openssl/bn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRIME_LIMIT = 1 << 16, FERMAT_STEPS = 100, ROOT_STEPS = 32 };

/* M of the smallest keys ends with the prime 167; those of larger keys have more primes. */
enum { ROCA_GENERATOR = 65537, ROCA_PRIME_LAST = 167, ROCA_PRIMES = 38 };

/* Multiplications of 64-bit words that weak_shared may take. */
static const uint64_t SHARED_WORK = 1ULL << 31;

static BIGNUM *primorial; /* of the odd primes below PRIME_LIMIT */
static pthread_once_t primorial_once = PTHREAD_ONCE_INIT;

/* The program has no use for a number that it has no memory for. */
static BIGNUM *need(BIGNUM *number)
{
	if (!number)
		fault_out_of_memory();
	return number;
}

static void must(int done)
{
	if (!done)
		fault_out_of_memory();
}

static void make_primorial(void)
{
	static uint8_t composite[PRIME_LIMIT];

	primorial = need(BN_new());
	must(BN_one(primorial));
	for (uint32_t n = 3; n < PRIME_LIMIT; n += 2) {
		if (composite[n])
			continue;
		must(BN_mul_word(primorial, n));
		for (uint32_t multiple = 3 * n; multiple < PRIME_LIMIT; multiple += 2 * n)
			composite[multiple] = 1;
	}
}

bool weak_numbers(struct cursor spki, struct rsa_numbers *out)
{
	struct der info, algorithm, bits, key, modulus, exponent;
	struct spki kind;
	struct cursor body;

	if (!der_expect(&spki, DER_SEQUENCE, "", &info).ok || !spki_read(&info, &kind).ok ||
	    strcmp(kind.type, "RSA") != 0 || kind.oversize)
		return false;
	body = info.body;
	if (!der_next(&body, &algorithm).ok || !der_next(&body, &bits).ok ||
	    !cursor_skip(&bits.body, 1).ok || !der_next(&bits.body, &key).ok ||
	    !der_next(&key.body, &modulus).ok || !der_next(&key.body, &exponent).ok)
		return false;
	if (der_bits(&exponent) > KEY_BITS_MAX)
		return false;
	*out = (struct rsa_numbers){modulus.body, exponent.body};
	return true;
}

static BIGNUM *number_of(const struct cursor *integer)
{
	return need(BN_bin2bn(integer->data, (int)integer->size, NULL));
}

/* Euclid's: BN_gcd hides its operands by taking as long as it can, and these are public. */
static void greatest_divisor(BIGNUM *out, const BIGNUM *left, const BIGNUM *right, BN_CTX *context)
{
	BIGNUM *a = need(BN_dup(left)), *b = need(BN_dup(right));

	while (!BN_is_zero(b)) {
		must(BN_mod(a, a, b, context));
		BN_swap(a, b);
	}
	must(BN_copy(out, a) != NULL);
	BN_free(a);
	BN_free(b);
}

static bool has_small_factor(const BIGNUM *modulus, BN_CTX *context)
{
	BIGNUM *rest = need(BN_new());
	bool found;

	pthread_once(&primorial_once, make_primorial);
	must(BN_mod(rest, primorial, modulus, context));
	greatest_divisor(rest, rest, modulus, context);
	found = !BN_is_one(rest);
	BN_free(rest);
	return found;
}

/* The integer root, by Newton's method from above: each step doubles the digits that are right. */
static void root_of(BIGNUM *out, const BIGNUM *number, BN_CTX *context)
{
	BIGNUM *next = need(BN_new());

	BN_zero(out);
	must(BN_set_bit(out, (BN_num_bits(number) + 1) / 2));
	for (int step = 0; step < ROOT_STEPS; step++) {
		must(BN_div(next, NULL, number, out, context));
		must(BN_add(next, next, out));
		must(BN_rshift1(next, next));
		if (BN_cmp(next, out) >= 0)
			break;
		BN_swap(out, next);
	}
	BN_free(next);
}

/* Squares are rare among numbers, and rarer among their remainders: most need no root. */
static bool is_square(const BIGNUM *number, BIGNUM *root, BN_CTX *context)
{
	static const uint16_t divisors[] = {64, 63, 65, 11, 17, 19, 23, 31};
	bool square;

	if (BN_is_zero(number))
		return true;
	for (size_t i = 0; i < sizeof divisors / sizeof *divisors; i++) {
		BN_ULONG rest = BN_mod_word(number, divisors[i]), n = 0;
		while (n < divisors[i] && n * n % divisors[i] != rest)
			n++;
		if (n == divisors[i])
			return false;
	}
	root_of(root, number, context);
	BIGNUM *square_of = need(BN_new());
	must(BN_sqr(square_of, root, context));
	square = BN_cmp(square_of, number) == 0;
	BN_free(square_of);
	return square;
}

static bool has_close_factors(const BIGNUM *modulus, BN_CTX *context)
{
	BIGNUM *a = need(BN_new()), *rest = need(BN_new()), *root = need(BN_new());
	bool found = false;

	root_of(a, modulus, context);
	must(BN_sqr(rest, a, context));
	if (BN_cmp(rest, modulus) < 0) {
		must(BN_add_word(a, 1));
		must(BN_sqr(rest, a, context));
	}
	must(BN_sub(rest, rest, modulus));
	for (int step = 0; step < FERMAT_STEPS && !found; step++) {
		found = is_square(rest, root, context);
		/* (a + 1)^2 - n = a^2 - n + 2a + 1 */
		must(BN_add(rest, rest, a));
		must(BN_add_word(a, 1));
		must(BN_add(rest, rest, a));
	}
	BN_free(a);
	BN_free(rest);
	BN_free(root);
	return found;
}

static bool is_prime(uint32_t n)
{
	for (uint32_t divisor = 3; divisor * divisor <= n; divisor += 2)
		if (n % divisor == 0)
			return false;
	return true;
}

/* The power of 65537 that a remainder is modulo a prime, and the order of 65537; -1 for none. */
static int power_of(uint32_t remainder, uint32_t prime, int *order)
{
	uint32_t value = 1;
	int power = -1;

	*order = 0;
	do {
		if (value == remainder)
			power = *order;
		value = value * (ROCA_GENERATOR % prime) % prime;
		++*order;
	} while (value != 1);
	return power;
}

static int common(int a, int b)
{
	return b ? common(b, a % b) : a;
}

/*
 * One power for all primes: those found for two primes have to agree modulo what their orders have
 * in common. Without this, one modulus in some hundred million would look like it by chance.
 */
static bool is_roca(const BIGNUM *modulus)
{
	int powers[ROCA_PRIMES], orders[ROCA_PRIMES], count = 0;

	for (uint32_t prime = 3; prime <= ROCA_PRIME_LAST; prime += 2) {
		if (!is_prime(prime))
			continue;
		int order, power = power_of((uint32_t)BN_mod_word(modulus, prime), prime, &order);
		if (power < 0)
			return false;
		for (int i = 0; i < count; i++)
			if ((power - powers[i]) % common(order, orders[i]) != 0)
				return false;
		powers[count] = power;
		orders[count++] = order;
	}
	return true;
}

static uint32_t exponent_weakness(const BIGNUM *exponent)
{
	if (!BN_is_odd(exponent))
		return 1U << WEAKNESS_EVEN_EXPONENT;
	if (BN_is_one(exponent))
		return 1U << WEAKNESS_EXPONENT_ONE;
	return BN_num_bits(exponent) <= 16 ? 1U << WEAKNESS_SMALL_EXPONENT : 0;
}

uint32_t weak_rsa(const struct rsa_numbers *numbers)
{
	BIGNUM *modulus = number_of(&numbers->modulus), *exponent = number_of(&numbers->exponent);
	BN_CTX *context = BN_CTX_new();
	uint32_t found = exponent_weakness(exponent);

	if (!context)
		fault_out_of_memory();
	if (!BN_is_odd(modulus)) {
		found |= 1U << WEAKNESS_EVEN_MODULUS;
	} else if (!BN_is_one(modulus)) {
		if (has_small_factor(modulus, context))
			found |= 1U << WEAKNESS_SMALL_FACTOR;
		if (has_close_factors(modulus, context))
			found |= 1U << WEAKNESS_CLOSE_FACTORS;
		if (is_roca(modulus))
			found |= 1U << WEAKNESS_ROCA;
	}
	BN_CTX_free(context);
	BN_free(modulus);
	BN_free(exponent);
	return found;
}

const char *weak_name(enum weakness weakness)
{
	static const char *const names[] = {
		[WEAKNESS_EVEN_EXPONENT] = "even-exponent",
		[WEAKNESS_EXPONENT_ONE] = "exponent-one",
		[WEAKNESS_SMALL_EXPONENT] = "small-exponent",
		[WEAKNESS_EVEN_MODULUS] = "even-modulus",
		[WEAKNESS_SMALL_FACTOR] = "small-factor",
		[WEAKNESS_CLOSE_FACTORS] = "close-factors",
		[WEAKNESS_ROCA] = "roca",
	};

	return names[weakness];
}

void weak_exponent(const struct rsa_numbers *numbers, char out[WEAK_EXPONENT_ROOM])
{
	struct cursor c = numbers->exponent;
	uint64_t value = 0;
	size_t len = 2;

	while (cursor_left(&c) && !c.data[c.pos])
		c.pos++;
	if (cursor_left(&c) <= 8) {
		for (; cursor_left(&c); c.pos++)
			value = value << 8 | c.data[c.pos];
		snprintf(out, WEAK_EXPONENT_ROOM, "%llu", (unsigned long long)value);
		return;
	}
	snprintf(out, WEAK_EXPONENT_ROOM, "0x");
	for (; cursor_left(&c) && len + 6 < WEAK_EXPONENT_ROOM; c.pos++, len += 2)
		snprintf(out + len, WEAK_EXPONENT_ROOM - len, "%02x", c.data[c.pos]);
	if (cursor_left(&c))
		snprintf(out + len, WEAK_EXPONENT_ROOM - len, "...");
}

/* What a greatest common divisor costs, and a product modulo a number, in multiplications; the call
 * alone costs as much as a step on small numbers. */
static uint64_t cost_of(const BIGNUM *number, uint64_t steps)
{
	enum { CALL_COST = 256 };
	uint64_t words = (uint64_t)BN_num_bits(number) / 64 + 1;

	return (CALL_COST + words * words) * steps;
}

static bool spend(uint64_t *work, uint64_t cost)
{
	if (*work < cost)
		return false;
	*work -= cost;
	return true;
}

struct moduli {
	BIGNUM **numbers;
	size_t *partner;
	uint64_t work; /* that may still be spent */
	BN_CTX *context;
};

/* Finds which of the moduli before number `index` have a part of `divisor`. */
static bool note_partners(struct moduli *moduli, size_t index, const BIGNUM *divisor)
{
	const BIGNUM *modulus = moduli->numbers[index];
	BIGNUM *common_divisor = need(BN_new());
	bool done = true;

	for (size_t i = 0; i < index && done; i++) {
		const BIGNUM *other = moduli->numbers[i];
		if (BN_cmp(other, modulus) == 0)
			continue;
		done = spend(&moduli->work, cost_of(other, 64));
		if (!done)
			break;
		greatest_divisor(common_divisor, other, divisor, moduli->context);
		if (BN_is_one(common_divisor))
			continue;
		if (moduli->partner[index] == SIZE_MAX)
			moduli->partner[index] = i;
		if (moduli->partner[i] == SIZE_MAX)
			moduli->partner[i] = index;
	}
	BN_free(common_divisor);
	return done;
}

/*
 * Multiplies the moduli before number `index` modulo it: what one of them has in common with it
 * divides the product as well. False when there is no work left for it.
 */
static bool compare_before(struct moduli *moduli, size_t index)
{
	const BIGNUM *modulus = moduli->numbers[index];
	BIGNUM *product = need(BN_new());
	bool done;

	must(BN_one(product));
	done = spend(&moduli->work, cost_of(modulus, 2 * index + 64));
	for (size_t i = 0; i < index && done; i++) {
		if (BN_cmp(moduli->numbers[i], modulus) != 0)
			must(BN_mod_mul(product, product, moduli->numbers[i], modulus,
			                moduli->context));
	}
	if (done) {
		greatest_divisor(product, product, modulus, moduli->context);
		if (!BN_is_one(product))
			done = note_partners(moduli, index, product);
	}
	BN_free(product);
	return done;
}

size_t weak_shared(const struct cursor *moduli, size_t count, size_t *partner)
{
	struct moduli all = {.numbers = calloc(count + 1, sizeof *all.numbers),
	                     .partner = partner,
	                     .work = SHARED_WORK,
	                     .context = BN_CTX_new()};
	size_t compared = 0;

	if (!all.numbers || !all.context)
		fault_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		all.numbers[i] = number_of(&moduli[i]);
		partner[i] = SIZE_MAX;
	}
	while (compared < count && compare_before(&all, compared))
		compared++;
	for (size_t i = 0; i < count; i++)
		BN_free(all.numbers[i]);
	free(all.numbers);
	BN_CTX_free(all.context);
	return compared;
}
