/* jaralgorithm.c - digest and signature algorithms by versions of Android. */
#include "signing/jaralgorithm.h"

#include "crypto/loose.h"

/* Versions up to `until`, and those from `since` to `last`. */
struct versions {
	int until, since, last;
};
#define ALWAYS \
	{ \
		-1, 0, INT32_MAX \
	}
#define SINCE(n) \
	{ \
		-1, n, INT32_MAX \
	}
#define BUT(until, since) \
	{ \
		until, since, INT32_MAX \
	} /* not those between */
#define NEVER \
	{ \
		-1, 0, -1 \
	}

/*
 * A hash with a key: where the signature algorithm names the key alone (`plain`) and where it names
 * both and the digest algorithm is the same hash (`both`).
 */
static const struct {
	enum signature_family family;
	enum digest_kind hash;
	struct versions plain, both;
} pairs[] = {
	{SIGNATURE_RSA_PKCS1, DIGEST_MD5, ALWAYS, BUT(8, 21)},
	{SIGNATURE_RSA_PKCS1, DIGEST_SHA1, ALWAYS, ALWAYS},
	{SIGNATURE_RSA_PKCS1, DIGEST_SHA224, BUT(8, 21), BUT(8, 21)},
	{SIGNATURE_RSA_PKCS1, DIGEST_SHA256, BUT(8, 18), BUT(8, 18)},
	{SIGNATURE_RSA_PKCS1, DIGEST_SHA384, SINCE(18), SINCE(21)},
	{SIGNATURE_RSA_PKCS1, DIGEST_SHA512, SINCE(18), SINCE(21)},
	{SIGNATURE_DSA, DIGEST_SHA1, ALWAYS, SINCE(9)},
	{SIGNATURE_DSA, DIGEST_SHA224, SINCE(22), SINCE(21)},
	{SIGNATURE_DSA, DIGEST_SHA256, SINCE(22), SINCE(21)},
	{SIGNATURE_ECDSA, DIGEST_SHA1, SINCE(18), SINCE(18)},
	{SIGNATURE_ECDSA, DIGEST_SHA224, SINCE(21), SINCE(21)},
	{SIGNATURE_ECDSA, DIGEST_SHA256, SINCE(18), SINCE(21)},
	{SIGNATURE_ECDSA, DIGEST_SHA384, SINCE(18), SINCE(21)},
	{SIGNATURE_ECDSA, DIGEST_SHA512, SINCE(18), SINCE(21)},
};

/* Where the two hashes differ, Android 5.0 to 6.0 takes the one of the signature algorithm; some
 * pairs failed again from 5.1 on. */
static const struct versions differing = {-1, 21, 23};
static const struct versions only_21 = {-1, 21, 21};
static const struct {
	enum digest_kind digest, signature;
} failing[] = {
	{DIGEST_SHA224, DIGEST_SHA256},
	{DIGEST_SHA256, DIGEST_SHA1},
	{DIGEST_SHA512, DIGEST_SHA384},
};

/* Numbers of signature algorithms; `plain` names the key alone. */
static const struct number {
	const char *oid;
	size_t len;
	enum signature_family family;
	bool plain;
	enum digest_kind hash;
} numbers[] = {
#define PLAIN(oid, family) \
	{ \
		oid, sizeof(oid) - 1, SIGNATURE_##family, true, 0 \
	}
#define BOTH(oid, family, hash) \
	{ \
		oid, sizeof(oid) - 1, SIGNATURE_##family, false, DIGEST_##hash \
	}
#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define NIST "\x60\x86\x48\x01\x65\x03\x04\x03"
#define X962 "\x2a\x86\x48\xce\x3d\x04"
	PLAIN(PKCS1 "\x01", RSA_PKCS1),
	BOTH(PKCS1 "\x04", RSA_PKCS1, MD5),
	BOTH(PKCS1 "\x05", RSA_PKCS1, SHA1),
	BOTH(PKCS1 "\x0e", RSA_PKCS1, SHA224),
	BOTH(PKCS1 "\x0b", RSA_PKCS1, SHA256),
	BOTH(PKCS1 "\x0c", RSA_PKCS1, SHA384),
	BOTH(PKCS1 "\x0d", RSA_PKCS1, SHA512),
	PLAIN("\x2a\x86\x48\xce\x38\x04\x01", DSA),
	BOTH("\x2a\x86\x48\xce\x38\x04\x03", DSA, SHA1),
	BOTH(NIST "\x01", DSA, SHA224),
	BOTH(NIST "\x02", DSA, SHA256),
	PLAIN("\x2a\x86\x48\xce\x3d\x02\x01", ECDSA),
	BOTH(X962 "\x01", ECDSA, SHA1),
	BOTH(X962 "\x03\x01", ECDSA, SHA224),
	BOTH(X962 "\x03\x02", ECDSA, SHA256),
	BOTH(X962 "\x03\x03", ECDSA, SHA384),
	BOTH(X962 "\x03\x04", ECDSA, SHA512),
};

static const struct number *find_number(const struct pkcs7_signer *signer)
{
	struct cursor c = signer->signature_algorithm.body;
	struct der oid;

	if (!loose_oid(&c, "signatureAlgorithm (RFC 5652, 5.3)", &oid).ok)
		return NULL;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (der_is(&oid, numbers[i].oid, numbers[i].len))
			return &numbers[i];
	return NULL;
}

static struct versions same_hash(const struct number *number, enum digest_kind digest)
{
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i].family == number->family && pairs[i].hash == digest)
			return number->plain ? pairs[i].plain : pairs[i].both;
	return (struct versions)NEVER;
}

static struct versions versions_of(const struct number *number, enum digest_kind digest)
{
	if (number->plain || number->hash == digest)
		return same_hash(number, digest);
	for (size_t i = 0; i < sizeof failing / sizeof *failing; i++)
		if (number->family == SIGNATURE_RSA_PKCS1 && failing[i].digest == digest &&
		    failing[i].signature == number->hash)
			return only_21;
	return differing;
}

bool jar_algorithm_known(const struct pkcs7_signer *signer, int64_t min_sdk, int64_t max_sdk)
{
	const struct number *number = find_number(signer);
	enum digest_kind digest;

	if (!number || !pkcs7_hash(signer, &digest).ok || digest == DIGEST_SM3)
		return false;
	struct versions versions = versions_of(number, digest);
	return max_sdk <= versions.until || (min_sdk >= versions.since && max_sdk <= versions.last);
}
