/*
 * pem.h - textual encodings of keys and certificates (RFC 7468; RFC 1421 for the older headers).
 *
 *   -----BEGIN label-----
 *   [header: value ... blank line]
 *   base64
 *   -----END label-----
 *
 * Armoured blocks of OpenPGP (RFC 4880, 6.2) are alike, with a checksum behind the base64.
 *
 * Blocks are found anywhere in any content: source code and JSON hold them with line ends written
 * as \n, a / as \/, or as several quoted strings that are joined; all of that is read.
 */
#ifndef PARASOL_FORMATS_PEM_H
#define PARASOL_FORMATS_PEM_H

#include "base/arena.h"
#include "base/cursor.h"

struct pem_block {
	size_t at;            /* of the begin line in the window that was searched */
	struct cursor label;  /* "RSA PRIVATE KEY" */
	bool encrypted;       /* Proc-Type: 4,ENCRYPTED */
	struct cursor cipher; /* of DEK-Info (RFC 1421, 4.6.1.3) */
	struct cursor text;   /* what stands between the two lines */
	const uint8_t *der;   /* decoded; owned by the arena */
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

/*
 * What base64 in source code is read with: the length of white space at the position, in any of the
 * forms it is written in (0 for none), and the next character with \/ and \u003d resolved (-1 at
 * the end or for another escape; the position moves only behind what was read).
 */
size_t pem_space(const struct cursor *c);
int pem_symbol(struct cursor *c);

/* Compares a label. */
bool pem_is(const struct pem_block *block, const char *label);

#endif
