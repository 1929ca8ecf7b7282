/*
 * jartimestamp.h - the time stamp of a signer (RFC 3161; CMS attribute of RFC 3161, appendix A): a
 * SignedData over the hash of the signature and a time.
 */
#ifndef PARASOL_SIGNING_JARTIMESTAMP_H
#define PARASOL_SIGNING_JARTIMESTAMP_H

#include "crypto/pkcs7.h"

/*
 * When the signer's signature was stamped, in seconds since 1970, if the stamp is of this signature
 * and verifies with the certificate in it, whoever issued that. Fails with SIGNED_DATA and the
 * like, also if there is none. Memory comes from `arena`.
 */
RESULT jar_timestamp_read(const struct pkcs7_signer *signer, struct arena *arena, int64_t *second);

#endif
