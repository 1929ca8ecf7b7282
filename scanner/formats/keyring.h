/*
 * keyring.h - what is only known of certificates and keys when a whole bundle was read: their
 * roles, who issued whom, what they share.
 *
 * Readers of entries, of key stores and of signatures hand in what they find, from any thread.
 * Certificates are read there and then, each once for all its copies. When all entries are done,
 * keyring_finish judges them together and writes the rows of certificates (and those about keys
 * that hang on others) in the batch of the entry where each was found, in the order of entries: the
 * same for any number of threads.
 *
 * The role of a certificate is the first of these that fits (docs/formats.md):
 *   signer, stamp, provisioning   as the reader of a signature or profile says of the place
 *   trust-anchor                  a network security configuration names the entry
 *   client                        no CA, and its private key lies readable in the bundle
 *   server                        no CA, and it is for TLS servers: by its extended key usage, or
 *                                 it has none and names hosts
 *   root                          a CA that signed itself
 *   intermediate                  a CA that another one issued
 *   unknown
 */
#ifndef PARASOL_FORMATS_KEYRING_H
#define PARASOL_FORMATS_KEYRING_H

#include "formats/format.h"
#include "formats/x509.h"

struct keyring;

/*
 * What a bundle may hold; more of it, in the order of entries, is told by the issue KEYRING and a
 * gap, and not judged. Bytes count the certificates and what was read of them.
 */
enum { KEYRING_FINDS_MAX = 20000, KEYRING_BYTES_MAX = 256 << 20 };

struct keyring *keyring_new(void);
void keyring_free(struct keyring *keyring);

/*
 * A certificate that lies at `place` of the entry being inspected. The bytes are copied. What is no
 * certificate is refused there and then by an issue and a gap. Without a keyring (tests, fuzzing)
 * the row is written at once, as if the certificate were alone in its bundle.
 */
void keyring_certificate(const struct inspection *inspection, struct cursor der,
                         const struct place *place);

/*
 * A key (SubjectPublicKeyInfo) whose own row was written to the entry's batch: what it shares with
 * others is told at the end. `private_key`: its private half lies there, readable.
 */
void keyring_key(const struct inspection *inspection, struct cursor spki, bool private_key,
                 const struct place *place);

/* An entry (clean path) whose certificates are trust anchors by a network security config. */
void keyring_anchor(const struct inspection *inspection, const char *path);

/*
 * Judges what came in and calls `send` with one batch for each entry that has rows, in order. The
 * batch is the callee's to encode and is freed afterwards.
 */
typedef void (*keyring_send)(void *state, struct facts *facts);
void keyring_finish(struct keyring *keyring, keyring_send send, void *state);

#endif
