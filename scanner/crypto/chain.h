/*
 * chain.h - who signed whom: chains of certificates (RFC 5280, 6), verified by OpenSSL.
 *
 * Time is left out: expiry is judged by packs. Whatever is given to OpenSSL has a key that
 * spki_usable accepts; how many certificates and how deep is bounded here, and how often by the
 * caller.
 */
#ifndef PARASOL_CRYPTO_CHAIN_H
#define PARASOL_CRYPTO_CHAIN_H

#include "crypto/spki.h"

/* Deeper than any chain in use; candidates beyond are not offered. */
enum { CHAIN_DEPTH_MAX = 16, CHAIN_CANDIDATES_MAX = 64 };

/* A certificate as OpenSSL holds it. */
struct chain_certificate;

/* NULL if its key must not be used or OpenSSL refuses the certificate. `der` is one certificate. */
struct chain_certificate *chain_open(struct cursor der, const struct spki *key);
void chain_close(struct chain_certificate *certificate);

/* A number that certificates of equal names have in common (RFC 5280, 7.1), and some others. */
uint32_t chain_subject_hash(const struct chain_certificate *certificate);
uint32_t chain_issuer_hash(const struct chain_certificate *certificate);

/*
 * True if `issuer`'s key verifies the signature of `certificate`. With an SM2 key the
 * distinguishing id of GB/T 35276 is tried first, then none; the one that fits stays with the
 * certificate, and `sm2_id` becomes "default" or "empty".
 */
bool chain_signed_by(struct chain_certificate *certificate, const struct chain_certificate *issuer,
                     const char **sm2_id);

enum chain_purpose { CHAIN_ANY, CHAIN_SERVER, CHAIN_CLIENT };
enum chain_state { CHAIN_COMPLETE, CHAIN_INCOMPLETE, CHAIN_INVALID };

struct chain_question {
	struct chain_certificate *certificate;
	struct chain_certificate *const *trusted; /* anchors, each self-signed */
	size_t trusted_count;
	struct chain_certificate *const *others; /* that may lie between */
	size_t other_count;
	enum chain_purpose purpose;
	int level; /* OpenSSL's security level: 0 leaves the strength of keys and hashes to packs */
};

struct chain_answer {
	enum chain_state state;
	const char *error; /* OpenSSL's words; NULL for a complete chain; static */
	int length;        /* certificates of a complete chain */
};

void chain_verify(const struct chain_question *question, struct chain_answer *out);

#endif
