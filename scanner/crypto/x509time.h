/* x509time.h - the two time types of certificates (RFC 5280, 4.1.2.5). */
#ifndef PARASOL_CRYPTO_X509TIME_H
#define PARASOL_CRYPTO_X509TIME_H

#include "crypto/der.h"

struct moment {
	char text[80];  /* 2026-11-23T08:00:00Z */
	int64_t day;    /* since 1970-01-01 */
	int64_t second; /* since 1970-01-01T00:00:00Z */
};

/* Reads a UTCTime or GeneralizedTime. `field` names it. Fails with CERT_TIME. */
RESULT x509time_read(const struct der *time, const char *field, struct moment *out);

#endif
