/* fuzz_der.c - the walk over ASN.1, and what reads its structures without a library. */
#include "base/digest.h"
#include "crypto/certificate.h"
#include "crypto/pbe.h"
#include "crypto/weak.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Elements inside of elements, as readers go down them. */
static void walk(struct cursor c, int depth)
{
	struct der element;
	char text[64];

	while (depth < 16 && cursor_left(&c) && der_next(&c, &element).ok) {
		if (element.body.size > element.whole.size)
			abort();
		der_oid_text(&element, text, sizeof text);
		if (der_int(&element) >= 0 && der_bits(&element) < 0)
			abort();
		if (element.tag & 0x20)
			walk(element.body, depth + 1);
	}
}

static void read_structures(struct cursor c)
{
	struct certificate certificate;
	struct rsa_numbers numbers;
	char exponent[WEAK_EXPONENT_ROOM];
	struct pbe_mac mac;
	struct pbe pbe;

	(void)certificate_bid(c);
	if (certificate_split(c, &certificate).ok && weak_numbers(certificate.key.whole, &numbers))
		(void)weak_rsa(&numbers);
	if (weak_numbers(c, &numbers)) {
		(void)weak_rsa(&numbers);
		weak_exponent(&numbers, exponent);
	}
	if (pbe_read(c, &pbe).ok && pbe_cost(&pbe) < 0)
		abort();
	if (pbe_mac_read(c, &mac).ok && pbe_mac_cost(&mac) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_over(data, size, DIAG_ASN1_LENGTH);
	size_t len = 0;

	if (der_check(c, &len).ok && (!len || len > size))
		abort();
	walk(c, 0);
	read_structures(c);
	return 0;
}
