/* digest.h - hashes (FIPS 180-4, RFC 1321, GB/T 32905) and CRC-32, in one pass. */
#ifndef PARASOL_BASE_DIGEST_H
#define PARASOL_BASE_DIGEST_H

#include "base/fault.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SM3 };
enum { DIGEST_MAX = 32 };

/* Fetches the algorithms; call once, before threads and before a sandbox closes. */
RESULT digest_start(void);

/* The digest of `len` bytes; returns its length. `out` has room for DIGEST_MAX bytes. */
size_t digest(enum digest_kind kind, const void *bytes, size_t len, uint8_t *out);

/* The digest as lower-case hexadecimal digits and NUL. */
void digest_hex(enum digest_kind kind, const void *bytes, size_t len, char out[2 * DIGEST_MAX + 1]);

/* A digest over bytes that come in parts. */
struct digest_stream;
struct digest_stream *digest_open(enum digest_kind kind);
void digest_add(struct digest_stream *stream, const void *bytes, size_t len);
/* Ends and frees the stream. */
size_t digest_close(struct digest_stream *stream, uint8_t *out);

#endif
