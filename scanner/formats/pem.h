/*
 * pem.h - textual encodings of keys and certificates (RFC 7468; RFC 1421 for the older headers).
 *
 *   -----BEGIN label-----
 *   [header: value ... blank line]
 *   base64
 *   -----END label-----
 *
 * Blocks are found anywhere in any content: source code and JSON hold them with line ends written
 * as \n, a / as \/, or as several quoted strings that are joined; all of that is read.
 */
#ifndef PARASOL_FORMATS_PEM_H
#define PARASOL_FORMATS_PEM_H

#include "base/arena.h"
#include "base/cursor.h"

struct pem_block {
	size_t at;           /* of the begin line in the window that was searched */
	struct cursor label; /* "RSA PRIVATE KEY" */
	bool encrypted;      /* Proc-Type: 4,ENCRYPTED */
	struct cursor text;  /* what stands between the two lines */
	const uint8_t *der;  /* decoded; owned by the arena */
	size_t der_len;
	size_t symbols; /* base64 characters read, also when reading failed */
};

/* Moves to the next begin line; false if there is none. Reads one byte in five. */
bool pem_find(struct cursor *c);

/* Reads the label of the begin line at the position and moves behind it; false if it is none. */
bool pem_begin(struct cursor *c, struct pem_block *out);

/*
 * Reads and decodes the rest of a block after pem_begin. On failure (PEM_PARSE) the position stands
 * where reading ended, so that a search can go on from there in linear time.
 */
RESULT pem_decode(struct cursor *c, struct arena *arena, struct pem_block *out);

/* As pem_decode, and leaves the text alone: for blocks that are not read. */
RESULT pem_skip(struct cursor *c, struct pem_block *out);

/* Compares a label. */
bool pem_is(const struct pem_block *block, const char *label);

#endif
