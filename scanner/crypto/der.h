/*
 * der.h - the tags and lengths of ASN.1 (ITU-T X.690), read before any library sees them.
 *
 * An element is an identifier octet (or several, from tag number 31 on), a length in short form,
 * long form (0x81 to 0x88 and that many octets) or, in BER, the indefinite form 0x80 that two zero
 * octets close, and the contents.
 */
#ifndef PARASOL_CRYPTO_DER_H
#define PARASOL_CRYPTO_DER_H

#include "base/cursor.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_TAGGED = 0xa0 /* [0], constructed; [1] is 0xa1 and so on */
};

/* One element: `tag` is its first identifier octet, `body` its contents, `whole` all of it. */
struct der {
	uint8_t tag;
	struct cursor body, whole;
};

/* The next element; the position moves behind it. Fails with ASN1_LENGTH or ASN1_DEPTH. */
RESULT der_next(struct cursor *c, struct der *out);

/* The next element, which must have a tag; `field` names it in the message (code ASN1_LENGTH). */
RESULT der_expect(struct cursor *c, uint8_t tag, const char *field, struct der *out);

/* The tag of the next element, or 0 at the end. */
uint8_t der_peek(const struct cursor *c);

/*
 * Looks at every tag and length of the first element in `input`, to any depth, in linear time.
 * `len` is the length of that element. Fails with ASN1_LENGTH (a length that is not well formed or
 * runs past the structure it is in) or ASN1_DEPTH (nested deeper than DER_DEPTH_MAX).
 */
enum { DER_DEPTH_MAX = 48 };
RESULT der_check(struct cursor input, size_t *len);

/* Writes the bytes, or an identifier and the shortest length, in front of `*at`, which moves back.
 */
void der_put(uint8_t **at, const struct cursor *bytes);
void der_put_header(uint8_t **at, uint8_t tag, size_t len);

/* Compares the contents of an object identifier. */
bool der_is(const struct der *oid, const char *contents, size_t len);
#define DER_IS(oid, contents) der_is(oid, contents, sizeof(contents) - 1)

/* An object identifier in dotted form; false if it is not well formed or does not fit. */
bool der_oid_text(const struct der *oid, char *out, size_t room);

/* The bits of a positive INTEGER, 0 for zero, -1 for a negative or empty one. */
int64_t der_bits(const struct der *integer);

/* The value of an INTEGER of at most 63 bits, or -1. */
int64_t der_int(const struct der *integer);

#endif
