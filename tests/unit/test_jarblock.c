/* test_jarblock.c - signature blocks that deviate by a byte, as Android's verifier takes them. */
#include "jarmake.h"

#define NAME "\x06\x03\x55\x04\x03\x0c\x04"
#define RSA_ALGORITHM "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
#define RSA_SHA256 "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"
#define SHA256 "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define KEY_ID "\x06\x03\x55\x1d\x0e"
#define POINT "\x03\x42\x00\x04"

/* A byte, so many behind the beginning of the n-th place (from 0) where the octets stand. */
struct flip {
	const char *octets;
	size_t len;
	int nth, offset;
	uint8_t value;
	const char *code;
};
#define FLIP(octets, nth, offset, value, code) \
	{ \
		octets, sizeof(octets) - 1, nth, offset, value, code \
	}

enum { ISSUER, SUBJECT, NAMED };

static void damage(struct text *block, const struct flip *flip)
{
	size_t at = 0;

	for (int nth = flip->nth; at + flip->len <= block->len; at++)
		if (memcmp(block->data + at, flip->octets, flip->len) == 0 && !nth--)
			break;
	assert_true(at + flip->len <= block->len);
	uint8_t *byte = (uint8_t *)block->data + at + flip->offset;
	*byte = (uint8_t)(*byte ^ flip->value);
}

static void judge(const struct flip *flip)
{
	struct plan plan = usual();
	struct made made;

	make(&plan, &made);
	damage(&made.block, flip);
	add_contents(&made);
	add_meta(&made, "CERT");
	assert_string_equal(look(&made, &android, true).code, flip->code);
	discard(&made);
}

#define JUDGE(flips) \
	for (size_t i = 0; i < sizeof(flips) / sizeof *(flips); i++) \
	judge(&(flips)[i])

static void names_of_certificates_are_read_loosely(void **state)
{
	static const struct flip flips[] = {
		FLIP(NAME, ISSUER, 0, 0x20, ""),
		FLIP(NAME, ISSUER, -2, 0x20, ""),
		FLIP(NAME, ISSUER, -4, 0x20, ""),
		FLIP(NAME, SUBJECT, -4, 0x20, ""),
		FLIP(NAME, SUBJECT, 6, 0x07, ""), /* a byte follows the value */
		FLIP(NAME, SUBJECT, 0, 0x01, "BLOCK_MALFORMED"),
	};

	(void)state;
	JUDGE(flips);
}

static void the_name_by_which_a_signer_is_found_is_read_strictly(void **state)
{
	static const struct flip flips[] = {
		FLIP(NAME, NAMED, 0, 0x20, "SIGNER_UNFIT"),
		FLIP(NAME, NAMED, -2, 0x20, "SIGNER_UNFIT"),
		FLIP(NAME, NAMED, -4, 0x20, "SIGNER_UNFIT"),
		FLIP(NAME, NAMED, -6, 0x20, "SIGNER_UNFIT"),
		FLIP(NAME, NAMED, 7, 0x20, ""), /* the case of a letter */
	};

	(void)state;
	JUDGE(flips);
}

static void keys_are_their_parts(void **state)
{
	static const struct flip flips[] = {
		FLIP(RSA_ALGORITHM, 0, -1, 0x06, ""), /* the key takes in what follows */
		FLIP(RSA_ALGORITHM, 0, 0, 0x20, ""),
		FLIP(RSA_ALGORITHM, 0, 2, 0x20, ""),
		FLIP(RSA_ALGORITHM, 0, 13, 0x04, ""), /* parameters of RSA */
		FLIP(RSA_ALGORITHM, 0, 15, 0x20, ""),
		FLIP(RSA_ALGORITHM, 0, 12, 0x02, "SIGNER_UNFIT"),
	};

	(void)state;
	JUDGE(flips);
}

static void algorithms_are_their_parts(void **state)
{
	static const struct flip flips[] = {
		FLIP(RSA_SHA256, 0, 0, 0x20, ""),
		FLIP(RSA_SHA256, 0, 11, 0x40, ""), /* parameters of another class are none */
		FLIP(RSA_SHA256, 0, 11, 0x01, "BLOCK_MALFORMED"),
		/* a signature of one octet, which says that bits of it are unused */
		FLIP(RSA_SHA256 "\x03\x82\x01\x01", 0, 14, 0x03, "BLOCK_MALFORMED"),
		FLIP(SHA256, 1, 0, 0x20, ""), FLIP(RSA_ALGORITHM, 1, 2, 0x20, ""),
		FLIP(DATA, 0, 1, 0x01, "BLOCK_MALFORMED"), /* an octet that is no element */
	};

	(void)state;
	JUDGE(flips);
}

/* An empty extension is followed by what is no extension: the list counts as none. */
static void lists_of_extensions_that_are_none_do_not_count(void **state)
{
	static const struct flip flips[] = {
		FLIP(KEY_ID, 0, -1, 0x1d, ""),
		FLIP(KEY_ID, 0, 0, 0x01, "BLOCK_MALFORMED"),
	};

	(void)state;
	JUDGE(flips);
}

static void points_are_uncompressed(void **state)
{
	static const struct flip flips[] = {
		FLIP(POINT, 0, 2, 0x00, ""),
		FLIP(POINT, 0, 3, 0x02, "BLOCK_MALFORMED"),
		FLIP(POINT, 0, 3, 0x03, "BLOCK_MALFORMED"),
	};
	EVP_PKEY *kept_key = key;
	X509 *kept = certificate;

	(void)state;
	key = EVP_EC_gen("P-256");
	certificate = self_signed(0);
	JUDGE(flips);
	X509_free(certificate);
	EVP_PKEY_free(key);
	key = kept_key;
	certificate = kept;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_certificates_are_read_loosely),
		cmocka_unit_test(the_name_by_which_a_signer_is_found_is_read_strictly),
		cmocka_unit_test(keys_are_their_parts),
		cmocka_unit_test(algorithms_are_their_parts),
		cmocka_unit_test(lists_of_extensions_that_are_none_do_not_count),
		cmocka_unit_test(points_are_uncompressed),
	};

	if (!digest_start().ok)
		return 1;
	key = EVP_RSA_gen(2048);
	certificate = self_signed(0);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return failed;
}
