/* test_weak.c - weaknesses of RSA keys: each is found, and a good key has none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/bn.h>

#include "crypto/weak.h"

enum { NUMBER_ROOM = 2100 };

struct sample {
	uint8_t modulus[NUMBER_ROOM], exponent[NUMBER_ROOM];
	struct rsa_numbers numbers;
};

static void put(struct sample *sample, const BIGNUM *modulus, const char *exponent)
{
	BIGNUM *number = NULL;
	int len = BN_bn2bin(modulus, sample->modulus);

	sample->numbers.modulus = cursor_over(sample->modulus, (size_t)len, DIAG_KEY_PARSE);
	assert_true(BN_dec2bn(&number, exponent));
	len = BN_bn2bin(number, sample->exponent);
	sample->numbers.exponent = cursor_over(sample->exponent, (size_t)len, DIAG_KEY_PARSE);
	BN_free(number);
}

static BIGNUM *prime(int bits)
{
	BIGNUM *number = BN_new();

	assert_true(BN_generate_prime_ex(number, bits, 0, NULL, NULL, NULL));
	return number;
}

static BIGNUM *product(const BIGNUM *left, const BIGNUM *right)
{
	BIGNUM *number = BN_new();
	BN_CTX *context = BN_CTX_new();

	assert_true(BN_mul(number, left, right, context));
	BN_CTX_free(context);
	return number;
}

static uint32_t weakness_of(const BIGNUM *modulus, const char *exponent)
{
	struct sample sample;

	put(&sample, modulus, exponent);
	return weak_rsa(&sample.numbers);
}

static void exponents_are_judged(void **state)
{
	static const struct {
		const char *exponent;
		uint32_t weakness;
	} rows[] = {
		{"65537", 0},
		{"65539", 0},
		{"3", 1U << WEAKNESS_SMALL_EXPONENT},
		{"65535", 1U << WEAKNESS_SMALL_EXPONENT},
		{"65536", 1U << WEAKNESS_EVEN_EXPONENT},
		{"2", 1U << WEAKNESS_EVEN_EXPONENT},
		{"1", 1U << WEAKNESS_EXPONENT_ONE},
	};
	BIGNUM *p = prime(256), *q = prime(260), *n = product(p, q);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(weakness_of(n, rows[i].exponent), rows[i].weakness);
	BN_free(p);
	BN_free(q);
	BN_free(n);
}

static void small_factors_are_found(void **state)
{
	static const BN_ULONG factors[] = {3, 257, 65521};
	BIGNUM *p = prime(512);

	(void)state;
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
		BIGNUM *n = BN_dup(p);
		assert_true(BN_mul_word(n, factors[i]));
		assert_int_equal(weakness_of(n, "65537"), 1U << WEAKNESS_SMALL_FACTOR);
		BN_free(n);
	}
	/* 65537 is the first prime that the check leaves alone */
	assert_true(BN_mul_word(p, 65537));
	assert_int_equal(weakness_of(p, "65537"), 0);
	assert_true(BN_mul_word(p, 2));
	assert_int_equal(weakness_of(p, "65537"), 1U << WEAKNESS_EVEN_MODULUS);
	BN_free(p);
}

static void close_factors_are_found(void **state)
{
	BIGNUM *p = prime(512), *q = BN_dup(p), *n;
	BN_CTX *context = BN_CTX_new();

	(void)state;
	n = product(p, p);
	assert_int_equal(weakness_of(n, "65537"), 1U << WEAKNESS_CLOSE_FACTORS);
	BN_free(n);
	/* the next prime */
	do
		assert_true(BN_add_word(q, 2));
	while (!BN_check_prime(q, context, NULL));
	n = product(p, q);
	assert_int_equal(weakness_of(n, "65537"), 1U << WEAKNESS_CLOSE_FACTORS);
	BN_free(n);
	BN_free(q);
	/* as far apart as keys have to be (FIPS 186-4, B.3.3): 2^412 */
	q = BN_new();
	assert_true(BN_set_bit(q, 413) && BN_add(q, q, p));
	while (!BN_check_prime(q, context, NULL))
		assert_true(BN_add_word(q, 2));
	n = product(p, q);
	assert_int_equal(weakness_of(n, "65537"), 0);
	BN_free(n);
	BN_free(p);
	BN_free(q);
	BN_CTX_free(context);
}

/* Primes of the form k * M + (65537^a mod M), as the broken library made them for 512 bits. */
static BIGNUM *roca_prime(BN_ULONG power)
{
	BIGNUM *product_of = BN_new(), *base = BN_new(), *exponent = BN_new(), *number = BN_new();
	BN_CTX *context = BN_CTX_new();

	assert_true(BN_one(product_of));
	for (BN_ULONG n = 2; n <= 167; n++) {
		BN_ULONG divisor = 2;
		while (n % divisor)
			divisor++;
		if (divisor == n)
			assert_true(BN_mul_word(product_of, n));
	}
	assert_true(BN_set_word(base, 65537) && BN_set_word(exponent, power));
	assert_true(BN_mod_exp(number, base, exponent, product_of, context));
	assert_true(BN_lshift(base, product_of, 30));
	assert_true(BN_add(number, number, base));
	while (!BN_check_prime(number, context, NULL))
		assert_true(BN_add(number, number, product_of));
	BN_free(product_of);
	BN_free(base);
	BN_free(exponent);
	BN_CTX_free(context);
	return number;
}

static void roca_is_found(void **state)
{
	BIGNUM *p = roca_prime(1234567), *q = roca_prime(7654321), *other = prime(256), *n;

	(void)state;
	n = product(p, q);
	assert_int_equal(weakness_of(n, "65537"), 1U << WEAKNESS_ROCA);
	BN_free(n);
	n = product(p, other);
	assert_int_equal(weakness_of(n, "65537"), 0);
	BN_free(n);
	BN_free(p);
	BN_free(q);
	BN_free(other);
}

static void shared_primes_are_found(void **state)
{
	BIGNUM *primes[12], *numbers[7];
	static const int pairs[7][2] = {{0, 1}, {2, 3}, {4, 5}, {6, 1}, {7, 8}, {7, 8}, {9, 4}};
	static uint8_t bytes[7][256];
	struct cursor moduli[7];
	size_t partner[7];

	(void)state;
	for (int i = 0; i < 12; i++)
		primes[i] = prime(256);
	for (int i = 0; i < 7; i++) {
		numbers[i] = product(primes[pairs[i][0]], primes[pairs[i][1]]);
		moduli[i] = cursor_over(bytes[i], (size_t)BN_bn2bin(numbers[i], bytes[i]),
		                        DIAG_KEY_PARSE);
		BN_free(numbers[i]);
	}
	for (int i = 0; i < 12; i++)
		BN_free(primes[i]);
	assert_int_equal(weak_shared(moduli, 7, partner), 7);
	assert_true(partner[0] == 3 && partner[3] == 0);
	assert_true(partner[2] == 6 && partner[6] == 2);
	assert_true(partner[1] == SIZE_MAX);
	/* the same modulus twice shares nothing with another */
	assert_true(partner[4] == SIZE_MAX && partner[5] == SIZE_MAX);
	assert_int_equal(weak_shared(moduli, 0, partner), 0);
}

/* Moduli that all have a factor in common and are as large as keys may be. */
static void shared_primes_take_bounded_work(void **state)
{
	enum { COUNT = 3000 };
	static uint8_t bytes[COUNT][2048];
	static struct cursor moduli[COUNT];
	static size_t partner[COUNT];
	size_t compared;

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		memset(bytes[i], 0xff, sizeof bytes[i]);
		bytes[i][5] = (uint8_t)i;
		bytes[i][6] = (uint8_t)(i >> 8);
		moduli[i] = cursor_over(bytes[i], sizeof bytes[i], DIAG_KEY_PARSE);
	}
	compared = weak_shared(moduli, COUNT, partner);
	assert_in_range(compared, 2, COUNT - 1);
	assert_true(partner[COUNT - 1] == SIZE_MAX);
}

/* All have one factor in common, so that the work ends in naming who shares it with whom. */
static void shared_primes_stop_among_partners(void **state)
{
	enum { COUNT = 200, LEN = 2047 };
	static uint8_t bytes[COUNT][LEN + 1];
	struct cursor moduli[COUNT];
	size_t partner[COUNT], again[COUNT], compared;
	BIGNUM *factor = BN_new(), *number = BN_new();

	(void)state;
	assert_true(BN_set_bit(factor, 8 * LEN - 1) && BN_set_bit(factor, 0));
	for (unsigned i = 0; i < COUNT; i++) {
		assert_true(BN_copy(number, factor) && BN_mul_word(number, 2 * i + 3));
		int len = BN_bn2bin(number, bytes[i]);
		moduli[i] = cursor_over(bytes[i], (size_t)len, DIAG_KEY_PARSE);
	}
	compared = weak_shared(moduli, COUNT, partner);
	/* far fewer than where naming costs nothing */
	assert_in_range(compared, 10, 60);
	assert_int_equal(partner[0], 1);
	for (size_t i = 1; i < compared; i++)
		assert_int_equal(partner[i], 0);
	for (size_t i = compared + 1; i < COUNT; i++)
		assert_true(partner[i] == SIZE_MAX);
	/* as many as were compared can be compared */
	assert_int_equal(weak_shared(moduli, compared, again), compared);
	assert_memory_equal(again, partner, compared * sizeof *again);
	BN_free(factor);
	BN_free(number);
}

/* The smallest moduli: it is the calls that take the time. */
static void small_moduli_take_bounded_work(void **state)
{
	enum { COUNT = 20000 };
	static uint8_t bytes[COUNT][3];
	static struct cursor moduli[COUNT];
	static size_t partner[COUNT];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		bytes[i][0] = 1;
		bytes[i][1] = (uint8_t)(i >> 7);
		bytes[i][2] = (uint8_t)(i << 1 | 1);
		moduli[i] = cursor_over(bytes[i], sizeof bytes[i], DIAG_KEY_PARSE);
	}
	assert_in_range(weak_shared(moduli, COUNT, partner), 100, 5000);
}

static void exponents_are_written(void **state)
{
	char text[WEAK_EXPONENT_ROOM];
	struct sample sample;
	BIGNUM *one = BN_new();

	(void)state;
	assert_true(BN_one(one));
	put(&sample, one, "65537");
	weak_exponent(&sample.numbers, text);
	assert_string_equal(text, "65537");
	put(&sample, one, "18446744073709551615");
	weak_exponent(&sample.numbers, text);
	assert_string_equal(text, "18446744073709551615");
	put(&sample, one, "18446744073709551616");
	weak_exponent(&sample.numbers, text);
	assert_string_equal(text, "0x010000000000000000");
	memset(sample.exponent, 0xab, sizeof sample.exponent);
	sample.numbers.exponent = cursor_over(sample.exponent, 2000, DIAG_KEY_PARSE);
	weak_exponent(&sample.numbers, text);
	assert_string_equal(text + strlen(text) - 5, "ab...");
	BN_free(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exponents_are_judged),
		cmocka_unit_test(small_factors_are_found),
		cmocka_unit_test(close_factors_are_found),
		cmocka_unit_test(roca_is_found),
		cmocka_unit_test(shared_primes_are_found),
		cmocka_unit_test(shared_primes_take_bounded_work),
		cmocka_unit_test(shared_primes_stop_among_partners),
		cmocka_unit_test(small_moduli_take_bounded_work),
		cmocka_unit_test(exponents_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
