/*
 * keyspki.c - makes the SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 8017, A.1.1; RFC 5480;
 * RFC 8410) of keys that come in other forms, so that the same key has the same digest everywhere.
 */
#include <openssl/objects.h>
#include <string.h>

#include "formats/keys.h"

/* Bytes are put from the end to the start: a length is known when its contents are there. */
struct writer {
	uint8_t *bytes;
	size_t start, room;
};

static bool writer_open(struct writer *writer, struct arena *arena, size_t contents)
{
	/* headers and identifiers take less than this */
	*writer = (struct writer){.room = contents + 128, .start = contents + 128};
	writer->bytes = arena_take(arena, writer->room, 1);
	return writer->bytes != NULL;
}

static void put(struct writer *writer, const void *bytes, size_t len)
{
	if (len)
		memcpy(writer->bytes + writer->start - len, bytes, len);
	writer->start -= len;
}

static void put_byte(struct writer *writer, uint8_t byte)
{
	put(writer, &byte, 1);
}

/* Tag and length of what was put since `end`. */
static void put_header(struct writer *writer, uint8_t tag, size_t end)
{
	size_t len = end - writer->start;
	uint8_t octets = 0;

	if (len < 0x80) {
		put_byte(writer, (uint8_t)len);
	} else {
		for (; len; len >>= 8, octets++)
			put_byte(writer, (uint8_t)len);
		put_byte(writer, 0x80 | octets);
	}
	put_byte(writer, tag);
}

static void put_integer(struct writer *writer, struct cursor number)
{
	size_t end = writer->start;

	while (number.size && !*number.data) {
		number.data++;
		number.size--;
	}
	put(writer, number.data, number.size);
	if (!number.size || *number.data & 0x80)
		put_byte(writer, 0);
	put_header(writer, DER_INTEGER, end);
}

/* The BIT STRING of what was put since `end`, an AlgorithmIdentifier before it, and all of it. */
static struct cursor finish(struct writer *writer, const void *algorithm, size_t len)
{
	put_byte(writer, 0);
	put_header(writer, DER_BITS, writer->room);
	put(writer, algorithm, len);
	put_header(writer, DER_SEQUENCE, writer->room);
	return cursor_over(writer->bytes + writer->start, writer->room - writer->start,
	                   DIAG_KEY_PARSE);
}

struct cursor keyspki_rsa(struct cursor modulus, struct cursor exponent, struct arena *arena)
{
	static const char algorithm[] = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05";
	struct writer writer;

	if (!writer_open(&writer, arena, modulus.size + exponent.size))
		return (struct cursor){0};
	put_integer(&writer, exponent);
	put_integer(&writer, modulus);
	put_header(&writer, DER_SEQUENCE, writer.room);
	return finish(&writer, algorithm, sizeof algorithm);
}

struct cursor keyspki_curve(const char *curve, struct cursor point, struct arena *arena)
{
	static const char algorithm[] = "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
	const char *name = strcmp(curve, "secp256r1") == 0 ? "prime256v1" : curve;
	const ASN1_OBJECT *object = OBJ_nid2obj(OBJ_sn2nid(name));
	uint8_t parts[64];
	struct writer writer;
	size_t len = object ? OBJ_length(object) : 0, head = sizeof algorithm - 1;

	if (!len || len > 20 || !writer_open(&writer, arena, point.size))
		return (struct cursor){0};
	parts[0] = DER_SEQUENCE;
	parts[1] = (uint8_t)(head + 2 + len);
	memcpy(parts + 2, algorithm, head);
	parts[2 + head] = DER_OID;
	parts[3 + head] = (uint8_t)len;
	memcpy(parts + 4 + head, OBJ_get0_data(object), len);
	put(&writer, point.data, point.size);
	return finish(&writer, parts, 4 + head + len);
}

struct cursor keyspki_ed25519(struct cursor point, struct arena *arena)
{
	static const char algorithm[] = "\x30\x05\x06\x03\x2b\x65\x70";
	struct writer writer;

	if (!writer_open(&writer, arena, point.size))
		return (struct cursor){0};
	put(&writer, point.data, point.size);
	return finish(&writer, algorithm, sizeof algorithm - 1);
}
