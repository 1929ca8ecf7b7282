/*
 * extension.h - the extensions of a certificate (RFC 5280, 4.2), read without a library.
 *
 *   Extensions  ::= SEQUENCE OF SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }
 *   GeneralName ::= [0] otherName, [1] rfc822Name, [2] dNSName, [3] x400Address,
 *                   [4] directoryName, [5] ediPartyName, [6] uniformResourceIdentifier,
 *                   [7] iPAddress, [8] registeredID
 */
#ifndef PARASOL_CRYPTO_EXTENSION_H
#define PARASOL_CRYPTO_EXTENSION_H

#include "base/arena.h"
#include "crypto/certificate.h"

/* Contents of the identifiers; each is below id-ce (2.5.29) or id-pe (1.3.6.1.5.5.7.1). */
#define EXTENSION_DIRECTORY_ATTRIBUTES "\x55\x1d\x09"
#define EXTENSION_SUBJECT_KEY_ID "\x55\x1d\x0e"
#define EXTENSION_KEY_USAGE "\x55\x1d\x0f"
#define EXTENSION_SUBJECT_NAMES "\x55\x1d\x11"
#define EXTENSION_ISSUER_NAMES "\x55\x1d\x12"
#define EXTENSION_BASIC_CONSTRAINTS "\x55\x1d\x13"
#define EXTENSION_NAME_CONSTRAINTS "\x55\x1d\x1e"
#define EXTENSION_CRL_POINTS "\x55\x1d\x1f"
#define EXTENSION_POLICIES "\x55\x1d\x20"
#define EXTENSION_POLICY_MAPPINGS "\x55\x1d\x21"
#define EXTENSION_AUTHORITY_KEY_ID "\x55\x1d\x23"
#define EXTENSION_POLICY_CONSTRAINTS "\x55\x1d\x24"
#define EXTENSION_PURPOSES "\x55\x1d\x25"
#define EXTENSION_FRESHEST_CRL "\x55\x1d\x2e"
#define EXTENSION_INHIBIT_ANY_POLICY "\x55\x1d\x36"
#define EXTENSION_AUTHORITY_ACCESS "\x2b\x06\x01\x05\x05\x07\x01\x01"
#define EXTENSION_SUBJECT_ACCESS "\x2b\x06\x01\x05\x05\x07\x01\x0b"

struct extension {
	struct der oid, value; /* `value` is the OCTET STRING */
	bool critical;
};

/* More than any certificate in use has. */
enum { EXTENSIONS_MAX = 1000, ALTERNATIVE_NAMES_MAX = 1000, PURPOSES_MAX = 100 };

struct extensions {
	struct extension *list;
	size_t count;
	bool whole; /* all of them were read */
};

/*
 * Lists the extensions; windows point into the certificate. Fails with CERT_EXTS above
 * EXTENSIONS_MAX, ASN1_LENGTH when one is not well formed; `out` holds those before it then.
 */
RESULT extensions_read(const struct certificate *certificate, struct arena *arena,
                       struct extensions *out);

/* The first extension with an identifier, or NULL. */
const struct extension *extensions_find(const struct extensions *extensions, const char *oid,
                                        size_t len);
#define EXTENSION(extensions, oid) extensions_find(extensions, oid, sizeof(oid) - 1)

/*
 * The element that an extension's value must be; false, and no element, if it is something else or
 * `extension` is NULL.
 */
bool extension_value(const struct extension *extension, uint8_t tag, struct der *out);

enum general_name_kind {
	NAME_OTHER,
	NAME_MAIL,
	NAME_DNS,
	NAME_X400,
	NAME_DIRECTORY,
	NAME_EDI,
	NAME_URI,
	NAME_ADDRESS,
	NAME_REGISTERED
};

struct general_name {
	enum general_name_kind kind;
	struct cursor body;
};

struct general_names {
	struct general_name *list;
	size_t count;
	bool present; /* the extension is there */
};

/*
 * Reads GeneralNames. Fails with CERT_NAMES above ALTERNATIVE_NAMES_MAX, ASN1_LENGTH when they are
 * not well formed; `out` holds those before it then.
 */
RESULT general_names_read(const struct extension *extension, struct arena *arena,
                          struct general_names *out);

/* The named bits of KeyUsage: 1 << 0 is digitalSignature ... 1 << 8 decipherOnly. */
enum key_usage {
	USAGE_SIGNATURE = 1 << 0,
	USAGE_NON_REPUDIATION = 1 << 1,
	USAGE_KEY_ENCIPHERMENT = 1 << 2,
	USAGE_DATA_ENCIPHERMENT = 1 << 3,
	USAGE_KEY_AGREEMENT = 1 << 4,
	USAGE_CERTIFICATES = 1 << 5,
	USAGE_CRLS = 1 << 6,
	USAGE_ENCIPHER_ONLY = 1 << 7,
	USAGE_DECIPHER_ONLY = 1 << 8
};

/* The bits of the extension; false if it is not there or no BIT STRING. */
bool extension_key_usage(const struct extension *extension, uint32_t *out);
/* Name of the bit 1 << `bit`, as RFC 5280, 4.2.1.3 spells it; NULL beyond. */
const char *key_usage_name(unsigned bit);

/* The purposes of an extended key usage; false if it is not there or not well formed. */
struct purposes {
	struct der list[PURPOSES_MAX];
	size_t count;
};
bool extension_purposes(const struct extension *extension, struct purposes *out);
/* Name of a purpose, such as serverAuth; NULL if it has none here. */
const char *purpose_name(const struct der *oid);
#define PURPOSE_SERVER "\x2b\x06\x01\x05\x05\x07\x03\x01"
#define PURPOSE_CLIENT "\x2b\x06\x01\x05\x05\x07\x03\x02"
#define PURPOSE_CODE "\x2b\x06\x01\x05\x05\x07\x03\x03"
#define PURPOSE_MAIL "\x2b\x06\x01\x05\x05\x07\x03\x04"
#define PURPOSE_TIME "\x2b\x06\x01\x05\x05\x07\x03\x08"
#define PURPOSE_OCSP "\x2b\x06\x01\x05\x05\x07\x03\x09"
#define PURPOSE_ANY "\x55\x1d\x25\x00"
bool purposes_have(const struct purposes *purposes, const char *oid, size_t len);
#define PURPOSE(purposes, oid) purposes_have(purposes, oid, sizeof(oid) - 1)

/* BasicConstraints: path_length is -1 if there is none. */
struct basic_constraints {
	bool ca, well_formed;
	int64_t path_length;
	bool has_path_length, negative;
};
/* False if the extension is not there. */
bool extension_basic_constraints(const struct extension *extension, struct basic_constraints *out);

#endif
