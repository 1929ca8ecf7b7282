/* x509name.h - distinguished names of certificates (RFC 5280, 4.1.2.4) as text (RFC 2253). */
#ifndef PARASOL_CRYPTO_X509NAME_H
#define PARASOL_CRYPTO_X509NAME_H

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

#endif
