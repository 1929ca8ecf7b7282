/*
 * keys.h - keys and certificates in any entry: PEM blocks (format_pem) and whole entries in DER,
 * signature blocks of JAR signing, and key stores (format_der).
 */
#ifndef PARASOL_FORMATS_KEYS_H
#define PARASOL_FORMATS_KEYS_H

#include "formats/pem.h"
#include "formats/x509.h"

/*
 * Loads whatever OpenSSL loads lazily, by reading and using one key and certificate of each kind.
 * Call once, before threads and before a sandbox closes. Fails with SYSTEM.
 */
RESULT keys_start(void);

extern const struct format format_pem, format_der;

/* The version of OpenSSL that runs. */
const char *keys_version(void);

/* The structures that keys come in. */
enum key_form {
	KEY_PKCS8, /* RFC 5958 */
	KEY_PKCS8_ENCRYPTED,
	KEY_PKCS1,        /* RFC 8017, A.1.2 */
	KEY_PKCS1_PUBLIC, /* RFC 8017, A.1.1 */
	KEY_SEC1,         /* RFC 5915 */
	KEY_DSA,          /* as OpenSSL writes it: version, p, q, g, y, x */
	KEY_SPKI,         /* RFC 5280, 4.1.2.7 */
	KEY_OPENSSH,      /* openssh-key-v1 */
	KEY_FORM_NONE
};

/* Which of these a DER structure has the shape of. Its lengths were checked (der_check). */
enum key_form keys_form(struct cursor der);

/*
 * Writes the row of the key in `der`. What cannot be read becomes an issue and a gap. `encrypted`:
 * the bytes are enciphered as a whole (RFC 1421) and not read.
 */
void keys_facts(const struct inspection *inspection, struct cursor der, enum key_form form,
                bool encrypted, const struct place *place);

/* Writes the row of a private key that is recognised by its armour alone: format "pgp" or "putty".
 */
void keys_armour_facts(const struct inspection *inspection, const char *format, const char *type,
                       int encrypted, const struct place *place);

#endif
