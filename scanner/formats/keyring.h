/*
 * keyring.h - what is only known of certificates and keys when a whole bundle was read: their
 * roles, who issued whom, what they share.
 *
 * Readers of entries, of key stores and of signatures hand in what they find, from any thread. When
 * all entries are done, keyring_finish judges it together and writes the rows of certificates (and
 * rows about keys that hang on others) in the batch of the entry where each was found, in the order
 * of entries: the same for any number of threads.
 */
#ifndef PARASOL_FORMATS_KEYRING_H
#define PARASOL_FORMATS_KEYRING_H

#include "formats/format.h"
#include "formats/x509.h"

struct keyring;

struct keyring *keyring_new(void);
void keyring_free(struct keyring *keyring);

/*
 * A certificate that lies at `place` of the entry being inspected. The bytes are copied. What is no
 * certificate is refused there and then by an issue and a gap. Beyond KEYRING_BYTES_MAX the limit
 * KEYRING is an issue and a gap.
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
typedef void (*keyring_send)(void *state, const struct facts *facts);
void keyring_finish(struct keyring *keyring, keyring_send send, void *state);

#endif
