/*
 * loose.h - ASN.1 as the platforms' readers of signatures take it: the bit of a tag that says
 * "constructed" is not insisted on where the structure settles it, and an element that is not the
 * expected one may be an absent option.
 */
#ifndef PARASOL_CRYPTO_LOOSE_H
#define PARASOL_CRYPTO_LOOSE_H

#include "crypto/der.h"

/* The next element, which must have a tag; `field` names it. Fails with SIGNED_DATA. */
RESULT loose_part(struct cursor *c, uint8_t tag, const char *field, struct der *out);

/* The next element if it has the tag; else it stays, and `out` has tag 0. */
RESULT loose_option(struct cursor *c, uint8_t tag, struct der *out);

/* The same for the last part of a structure: other elements in front of it are passed over. */
RESULT loose_last_option(struct cursor *c, uint8_t tag, struct der *out);

/* The next element, a well-formed object identifier. */
RESULT loose_oid(struct cursor *c, const char *field, struct der *out);

/* AlgorithmIdentifier ::= SEQUENCE { OID, parameters ANY OPTIONAL } */
RESULT loose_algorithm(struct cursor *c, const char *field, struct der *out);

/*
 * The parts of one; `parameters` has no bytes if there are none. An element of another class than
 * UNIVERSAL is none, and is passed over.
 */
RESULT loose_algorithm_parts(const struct der *algorithm, const char *field, struct der *oid,
                             struct der *parameters);

/* All that is left is elements. */
RESULT loose_elements(struct cursor c);

/* Equal INTEGERs, whether or not they are written with octets to spare. */
bool loose_same_integer(const struct der *a, const struct der *b);

#endif
