/* test_rotation.c - proofs of rotation that no signer writes. */
#include "signing_probe.h"

static struct sign_key own;

static void put_number(struct text *out, uint32_t value)
{
	for (int i = 0; i < 32; i += 8)
		text_add(out, (const uint8_t[]){(uint8_t)(value >> i)}, 1);
}

static void put_field(struct text *out, const struct text *value)
{
	put_number(out, (uint32_t)value->len);
	text_add(out, value->data, value->len);
}

/* A proof of rotation of one node, the signer's own, so many times. */
static struct text with_proofs(int count)
{
	struct text data DEFER(text_free) = {0}, node DEFER(text_free) = {0};
	struct text proof DEFER(text_free) = {0};
	struct sign_signer signer = {.key = &own, .min_sdk = 28, .max_sdk = INT32_MAX};
	struct sign_scheme scheme = {.id = SIGN_V3, .signers = &signer, .count = 1};
	struct sign_block block = {.schemes = &scheme, .scheme_count = 1};
	struct text zip = signing_package("android:minSdkVersion='28'", "");

	put_field(&data, &own.certificate);
	put_number(&data, 0);
	put_field(&node, &data);
	for (int i = 0; i < 3; i++) /* flags, algorithm, no signature */
		put_number(&node, 0);
	put_number(&proof, 1);
	put_field(&proof, &node);
	for (int i = 0; i < count; i++)
		sign_attribute(&signer.attributes, SIGN_LINEAGE, proof.data, proof.len);
	if (!sign_block(&zip, &block).ok)
		fail_msg("%s", fault_last()->why);
	text_free(&signer.attributes);
	return zip;
}

static void proofs_of_rotation_are_counted(void **state)
{
	struct text few DEFER(text_free) = with_proofs(4), many DEFER(text_free) = with_proofs(5);

	(void)state;
	signing_expect(&few, -1, -1, NULL);
	signing_expect(&many, -1, -1, "LINEAGE_LONG");
}

static int read_key(void **state)
{
	(void)state;
	if (!digest_start().ok)
		return -1;
	own = signing_key("p256");
	return 0;
}

static int free_key(void **state)
{
	(void)state;
	sign_key_free(&own);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proofs_of_rotation_are_counted),
	};

	return cmocka_run_group_tests(tests, read_key, free_key);
}
