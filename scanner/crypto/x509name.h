/* x509name.h - distinguished names of certificates (RFC 5280, 4.1.2.4) as text (RFC 2253). */
#ifndef PARASOL_CRYPTO_X509NAME_H
#define PARASOL_CRYPTO_X509NAME_H

#include "base/arena.h"
#include "base/text.h"
#include "crypto/der.h"

/* What is odd about a name that was read. */
struct name_oddity {
	bool nul;      /* a value holds a NUL, which some readers take as its end */
	bool encoding; /* a value is not what its string type allows */
	bool cut;      /* the text was cut; a mark stands at its end */
};

enum { NAME_TEXT_MAX = 4096, NAME_DER_MAX = 1 << 20, NAME_PARTS_MAX = 200 };

/*
 * Adds the text of a Name to `out`, UTF-8 as far as its strings are. Fails with CERT_PARSE or, when
 * the name is larger than NAME_DER_MAX bytes or has more than NAME_PARTS_MAX parts, CERT_NAMES.
 * `oddity` is written in either case.
 */
RESULT x509name_text(const struct der *name, struct text *out, struct name_oddity *oddity);

/*
 * True if two Names are the same as certificates refer to each other (RFC 5280, 7.1): values of
 * common attributes that are PrintableString or UTF8String are compared without regard to case
 * (ASCII), to runs of spaces and to spaces at the ends; all else byte by byte.
 */
bool x509name_same(const struct der *a, const struct der *b);
/* One attribute of a name. */
struct name_part {
	struct der type, value;
	size_t set; /* the relative distinguished name it is in, from 0 */
};

struct name_parts {
	struct name_part *list;
	size_t count, sets; /* sets that are not empty */
};

/* Contents of the identifiers of attribute types (X.520; RFC 5280, A.1). */
#define NAME_COMMON "\x55\x04\x03"
#define NAME_SURNAME "\x55\x04\x04"
#define NAME_SERIAL "\x55\x04\x05"
#define NAME_COUNTRY "\x55\x04\x06"
#define NAME_LOCALITY "\x55\x04\x07"
#define NAME_STATE "\x55\x04\x08"
#define NAME_STREET "\x55\x04\x09"
#define NAME_ORGANIZATION "\x55\x04\x0a"
#define NAME_UNIT "\x55\x04\x0b"
#define NAME_CATEGORY "\x55\x04\x0f"
#define NAME_POSTAL_CODE "\x55\x04\x11"
#define NAME_GIVEN "\x55\x04\x2a"
#define NAME_ORGANIZATION_ID "\x55\x04\x61"
#define NAME_DOMAIN "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"
#define NAME_EMAIL "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
#define NAME_JURISDICTION_COUNTRY "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03"

/* Takes a Name apart; windows point into it. Fails as x509name_text. */
RESULT x509name_split(const struct der *name, struct arena *arena, struct name_parts *out);

#endif
