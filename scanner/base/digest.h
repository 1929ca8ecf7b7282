/* digest.h - hashes (FIPS 180-4, RFC 1321, GB/T 32905) and CRC-32, in one pass. */
#ifndef PARASOL_BASE_DIGEST_H
#define PARASOL_BASE_DIGEST_H

#include "base/fault.h"

enum digest_kind {
	DIGEST_MD5,
	DIGEST_SHA1,
	DIGEST_SHA224,
	DIGEST_SHA256,
	DIGEST_SHA384,
	DIGEST_SHA512,
	DIGEST_SM3,
	DIGEST_KINDS
};
enum { DIGEST_MAX = 64 };

/* Fetches the algorithms; call once, before threads and before a sandbox closes. */
RESULT digest_start(void);

/* OpenSSL's name of a kind ("SHA256"), and the kind of such a name; false if there is none. */
const char *digest_name(enum digest_kind kind);
bool digest_find(const char *name, enum digest_kind *out);

/* The digest of `len` bytes; returns its length. `out` has room for DIGEST_MAX bytes. */
size_t digest(enum digest_kind kind, const void *bytes, size_t len, uint8_t *out);

/* The digest as lower-case hexadecimal digits and NUL: two for each of its bytes. */
void digest_hex(enum digest_kind kind, const void *bytes, size_t len, char *out);

/* A digest over bytes that come in parts. */
struct digest_stream;
struct digest_stream *digest_open(enum digest_kind kind);
void digest_add(struct digest_stream *stream, const void *bytes, size_t len);
/* Ends and frees the stream. */
size_t digest_close(struct digest_stream *stream, uint8_t *out);

#endif
