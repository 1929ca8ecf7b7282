/*
 * jaralgorithm.h - which pairs of digest and signature algorithm a signature block may name for
 * which versions of Android (AOSP apksig, OidConstants).
 */
#ifndef PARASOL_SIGNING_JARALGORITHM_H
#define PARASOL_SIGNING_JARALGORITHM_H

#include "crypto/pkcs7.h"

/* True if every platform version from `min_sdk` to `max_sdk` knows what the signer names. */
bool jar_algorithm_known(const struct pkcs7_signer *signer, int64_t min_sdk, int64_t max_sdk);

#endif
