/* signature.c - one signature, one key, through OpenSSL. */
#include "crypto/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "crypto/loose.h"

struct public_key {
	EVP_PKEY *handle;
	struct spki spki;
};

/* GB/T 35276: the signer's id where the two sides agreed on no other. */
static const char sm2_default_id[] = "1234567812345678";

static const struct family {
	const char *name, *key_type;
} families[] = {
	[SIGNATURE_RSA_PKCS1] = {"RSA-PKCS1", "RSA"},
	[SIGNATURE_RSA_PSS] = {"RSA-PSS", "RSA"},
	[SIGNATURE_ECDSA] = {"ECDSA", "EC"},
	[SIGNATURE_DSA] = {"DSA", "DSA"},
	[SIGNATURE_SM2] = {"SM2", "SM2"},
	[SIGNATURE_EDDSA] = {"EdDSA", "Ed25519"},
};

/* An object identifier (its contents) and what it stands for. */
struct named_oid {
	const char *oid;
	size_t len;
	enum signature_family family;
	const char *hash;
};
#define NAMED(oid, family, hash) \
	{ \
		oid, sizeof(oid) - 1, family, hash \
	}
#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define NIST_SIGNATURE "\x60\x86\x48\x01\x65\x03\x04\x03"
#define NIST_HASH "\x60\x86\x48\x01\x65\x03\x04\x02"
#define X962 "\x2a\x86\x48\xce\x3d\x04"
#define OSCCA "\x2a\x81\x1c\xcf\x55\x01"
static const char oid_pss[] = PKCS1 "\x0a", oid_mgf1[] = PKCS1 "\x08";
static const char oid_sm_504[] = OSCCA "\x83\x78";

static const struct named_oid signature_oids[] = {
	NAMED(PKCS1 "\x04", SIGNATURE_RSA_PKCS1, "MD5"),
	NAMED(PKCS1 "\x05", SIGNATURE_RSA_PKCS1, "SHA1"),
	NAMED("\x2b\x0e\x03\x02\x1d", SIGNATURE_RSA_PKCS1, "SHA1"), /* OIW sha1WithRSA */
	NAMED(PKCS1 "\x0e", SIGNATURE_RSA_PKCS1, "SHA224"),
	NAMED(PKCS1 "\x0b", SIGNATURE_RSA_PKCS1, "SHA256"),
	NAMED(PKCS1 "\x0c", SIGNATURE_RSA_PKCS1, "SHA384"),
	NAMED(PKCS1 "\x0d", SIGNATURE_RSA_PKCS1, "SHA512"),
	NAMED("\x2a\x86\x48\xce\x38\x04\x03", SIGNATURE_DSA, "SHA1"),
	NAMED("\x2b\x0e\x03\x02\x1b", SIGNATURE_DSA, "SHA1"), /* OIW dsaWithSHA1 */
	NAMED(NIST_SIGNATURE "\x01", SIGNATURE_DSA, "SHA224"),
	NAMED(NIST_SIGNATURE "\x02", SIGNATURE_DSA, "SHA256"),
	NAMED(NIST_SIGNATURE "\x03", SIGNATURE_DSA, "SHA384"),
	NAMED(NIST_SIGNATURE "\x04", SIGNATURE_DSA, "SHA512"),
	NAMED(X962 "\x01", SIGNATURE_ECDSA, "SHA1"),
	NAMED(X962 "\x03\x01", SIGNATURE_ECDSA, "SHA224"),
	NAMED(X962 "\x03\x02", SIGNATURE_ECDSA, "SHA256"),
	NAMED(X962 "\x03\x03", SIGNATURE_ECDSA, "SHA384"),
	NAMED(X962 "\x03\x04", SIGNATURE_ECDSA, "SHA512"),
	NAMED("\x2b\x65\x70", SIGNATURE_EDDSA, NULL),
	NAMED("\x2b\x65\x71", SIGNATURE_EDDSA, NULL),
	NAMED(OSCCA "\x83\x75", SIGNATURE_SM2, "SM3"),
};

static const struct named_oid hash_oids[] = {
	NAMED("\x2a\x86\x48\x86\xf7\x0d\x02\x05", 0, "MD5"),
	NAMED("\x2b\x0e\x03\x02\x1a", 0, "SHA1"),
	NAMED(NIST_HASH "\x04", 0, "SHA224"),
	NAMED(NIST_HASH "\x01", 0, "SHA256"),
	NAMED(NIST_HASH "\x02", 0, "SHA384"),
	NAMED(NIST_HASH "\x03", 0, "SHA512"),
	NAMED(OSCCA "\x83\x11", 0, "SM3"),
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct named_oid *find(const struct named_oid *table, size_t count,
                                    const struct der *oid)
{
	for (size_t i = 0; i < count; i++)
		if (der_is(oid, table[i].oid, table[i].len))
			return &table[i];
	return NULL;
}

const char *signature_family_name(enum signature_family family)
{
	return families[family].name;
}

static RESULT unknown(const struct der *oid, const char *what)
{
	char text[KEY_TYPE_ROOM] = "of absurd length";

	(void)der_oid_text(oid, text, sizeof text);
	FAIL(CERT_SIGALG, oid->whole.origin, "%s %s is not known", what, text);
}

struct result signature_hash_read(struct cursor algorithm, const char **out)
{
	struct der oid;

	TRY(loose_oid(&algorithm, "hash algorithm", &oid));
	const struct named_oid *named = find(hash_oids, COUNT(hash_oids), &oid);
	if (!named)
		return unknown(&oid, "hash algorithm");
	*out = named->hash;
	return OK;
}

/* An AlgorithmIdentifier inside the explicit tag that PSS puts around its parameters. */
static RESULT pss_part(struct cursor tagged, const char *field, struct cursor *out)
{
	struct der sequence;

	TRY(der_expect(&tagged, DER_SEQUENCE, field, &sequence));
	*out = sequence.body;
	return OK;
}

static RESULT pss_mgf(struct cursor tagged, struct signature_algorithm *out)
{
	struct cursor algorithm, hash;
	struct der oid;

	TRY(pss_part(tagged, "mask generation of RSASSA-PSS", &algorithm));
	TRY(der_expect(&algorithm, DER_OID, "mask generation of RSASSA-PSS", &oid));
	if (!der_is(&oid, oid_mgf1, sizeof oid_mgf1 - 1))
		return unknown(&oid, "mask generation");
	TRY(pss_part(algorithm, "hash of MGF1", &hash));
	return signature_hash_read(hash, &out->mgf_hash);
}

static RESULT pss_number(struct cursor tagged, const char *field, int64_t most, int64_t *out)
{
	struct der integer;

	TRY(der_expect(&tagged, DER_INTEGER, field, &integer));
	int64_t value = der_int(&integer);
	ENSURE(value >= 0 && value <= most, CERT_SIGALG, integer.whole.origin,
	       "%s is out of range (RFC 8017, A.2.3)", field);
	*out = value;
	return OK;
}

static RESULT pss_parameter(const struct der *part, struct signature_algorithm *out)
{
	struct cursor algorithm;
	int64_t number;

	switch (part->tag) {
	case DER_TAGGED:
		TRY(pss_part(part->body, "hash of RSASSA-PSS", &algorithm));
		return signature_hash_read(algorithm, &out->hash);
	case DER_TAGGED + 1:
		return pss_mgf(part->body, out);
	case DER_TAGGED + 2:
		TRY(pss_number(part->body, "salt length of RSASSA-PSS", KEY_BITS_MAX / 8, &number));
		out->salt_len = (int)number;
		return OK;
	case DER_TAGGED + 3:
		return pss_number(part->body, "trailer field of RSASSA-PSS", 1, &number);
	default:
		FAIL(CERT_SIGALG, part->whole.origin,
		     "parameter of RSASSA-PSS with tag 0x%02x (RFC 8017, A.2.3)", part->tag);
	}
}

/* RFC 8017, A.2.3; what is not there has its default: SHA-1, MGF1 with SHA-1, 20 bytes of salt. */
static RESULT pss_read(struct cursor parameters, struct signature_algorithm *out)
{
	struct signature_algorithm pss = {SIGNATURE_RSA_PSS, "SHA1", "SHA1", 20, false};
	struct der sequence, part;

	TRY(der_expect(&parameters, DER_SEQUENCE, "parameters of RSASSA-PSS", &sequence));
	while (cursor_left(&sequence.body)) {
		TRY(der_next(&sequence.body, &part));
		TRY(pss_parameter(&part, &pss));
	}
	*out = pss;
	return OK;
}

struct result signature_algorithm_read(struct cursor algorithm, const char *key_type,
                                       struct signature_algorithm *out)
{
	struct der oid;

	TRY(loose_oid(&algorithm, "signature algorithm (RFC 5280, 4.1.1.2)", &oid));
	if (der_is(&oid, oid_pss, sizeof oid_pss - 1))
		return pss_read(algorithm, out);
	if (der_is(&oid, oid_sm_504, sizeof oid_sm_504 - 1)) {
		ENSURE(!strcmp(key_type, "RSA"), CERT_SIGALG, oid.whole.origin,
		       "signature algorithm 1.2.156.10197.1.504 with a key of type %s is "
		       "ambiguous",
		       key_type);
		*out = (struct signature_algorithm){.family = SIGNATURE_RSA_PKCS1, .hash = "SM3"};
		return OK;
	}
	const struct named_oid *named = find(signature_oids, COUNT(signature_oids), &oid);
	if (!named)
		return unknown(&oid, "signature algorithm");
	*out = (struct signature_algorithm){.family = named->family, .hash = named->hash};
	return OK;
}

static RESULT open_positive(struct cursor info, struct public_key *key)
{
	const uint8_t *octets = info.data;
	struct der whole;

	TRY(der_expect(&info, DER_SEQUENCE, "public key (RFC 5280, 4.1.2.7)", &whole));
	ENSURE(!cursor_left(&info), CERT_KEY, cursor_at(&info),
	       "%zu bytes follow the public key (RFC 5280, 4.1.2.7)", cursor_left(&info));
	TRY(spki_read(&whole, &key->spki));
	ENSURE(spki_usable(&key->spki), CERT_KEY, whole.whole.origin,
	       "public key of type %s and %lld bits is not used", key->spki.type,
	       (long long)key->spki.bits);
	key->handle = d2i_PUBKEY(NULL, &octets, (long)whole.whole.size);
	ERR_clear_error();
	ENSURE(key->handle, CERT_KEY, whole.whole.origin, "public key is no valid %s key",
	       key->spki.type);
	return OK;
}

static RESULT open_handle(struct cursor info, struct public_key *key)
{
	struct cursor positive;
	struct arena arena;

	arena_init(&arena, 2 * info.size + 4096);
	struct result done = spki_positive(info, &arena, &positive);
	if (done.ok)
		done = open_positive(positive, key);
	arena_free(&arena);
	return done;
}

struct result public_key_open(struct cursor spki, struct public_key **out)
{
	struct public_key *key = calloc(1, sizeof *key);

	if (!key)
		fault_out_of_memory();
	struct result done = open_handle(spki, key);
	if (done.ok)
		*out = key;
	else
		public_key_free(key);
	return done;
}

void public_key_free(struct public_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->handle);
	free(key);
}

void public_key_done(struct public_key **key)
{
	public_key_free(*key);
}

const struct spki *public_key_spki(const struct public_key *key)
{
	return &key->spki;
}

bool public_key_fits(const struct public_key *key, const struct signature_algorithm *algorithm)
{
	const char *type = key->spki.type;

	return !strcmp(type, families[algorithm->family].key_type) ||
	       (algorithm->family == SIGNATURE_EDDSA && !strcmp(type, "Ed448"));
}

static void context_free(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
	ERR_clear_error();
}

static bool set_pss(EVP_PKEY_CTX *settings, const struct signature_algorithm *algorithm)
{
	int salt = algorithm->salt_len == SIGNATURE_SALT_ANY ? RSA_PSS_SALTLEN_AUTO
	                                                     : algorithm->salt_len;
	const char *mgf = algorithm->mgf_hash ? algorithm->mgf_hash : algorithm->hash;

	return EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, salt) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md_name(settings, mgf, NULL) > 0;
}

static bool set_up(EVP_PKEY_CTX *settings, const struct signature_algorithm *algorithm)
{
	int id_len = algorithm->empty_id ? 0 : (int)sizeof sm2_default_id - 1;

	switch (algorithm->family) {
	case SIGNATURE_RSA_PKCS1:
		return EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PADDING) > 0;
	case SIGNATURE_RSA_PSS:
		return set_pss(settings, algorithm);
	case SIGNATURE_SM2:
		return EVP_PKEY_CTX_set1_id(settings, sm2_default_id, id_len) > 0;
	default:
		return true;
	}
}

static void settings_free(EVP_PKEY_CTX **settings)
{
	EVP_PKEY_CTX_free(*settings);
	ERR_clear_error();
}

/* PKCS #1 with SM3, which OpenSSL names and does not verify: what the signature holds is compared
 * with the DigestInfo (RFC 8017, 9.2) of the message. */
static bool verify_rsa_sm3(const struct public_key *key, struct cursor message,
                           struct cursor signature)
{
	static const char head[] = "\x30\x30\x30\x0c\x06\x08" OSCCA "\x83\x11\x05\x00\x04\x20";
	enum { HEAD_LEN = sizeof head - 1, SM3_LEN = 32 };
	DEFER(settings_free) EVP_PKEY_CTX *settings = EVP_PKEY_CTX_new(key->handle, NULL);
	uint8_t held[KEY_BITS_MAX / 8], hash[DIGEST_MAX];
	size_t len = sizeof held;

	if (!settings)
		fault_out_of_memory();
	digest(DIGEST_SM3, message.data, message.size, hash);
	return EVP_PKEY_verify_recover_init(settings) == 1 &&
	       EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PADDING) > 0 &&
	       EVP_PKEY_verify_recover(settings, held, &len, signature.data, signature.size) == 1 &&
	       len == HEAD_LEN + SM3_LEN && !memcmp(held, head, HEAD_LEN) &&
	       !memcmp(held + HEAD_LEN, hash, SM3_LEN);
}

struct result signature_verify(const struct public_key *key,
                               const struct signature_algorithm *algorithm, struct cursor message,
                               struct cursor signature, const char *what)
{
	DEFER(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *settings = NULL; /* dies with the context */

	if (!context)
		fault_out_of_memory();
	ENSURE(public_key_fits(key, algorithm), SIGNATURE_INVALID, signature.origin,
	       "%s: %s is not for a key of type %s", what, families[algorithm->family].name,
	       key->spki.type);
	if (algorithm->family == SIGNATURE_RSA_PKCS1 && !strcmp(algorithm->hash, "SM3")) {
		ENSURE(verify_rsa_sm3(key, message, signature), SIGNATURE_INVALID, signature.origin,
		       "%s does not verify", what);
		return OK;
	}
	ENSURE(EVP_DigestVerifyInit_ex(context, &settings, algorithm->hash, NULL, NULL, key->handle,
	                               NULL) == 1 &&
	               set_up(settings, algorithm),
	       SIGNATURE_INVALID, signature.origin, "%s: %s with %s is not possible with the key",
	       what, families[algorithm->family].name,
	       algorithm->hash ? algorithm->hash : "its own hash");
	ENSURE(EVP_DigestVerify(context, signature.data, signature.size, message.data,
	                        message.size) == 1,
	       SIGNATURE_INVALID, signature.origin, "%s does not verify", what);
	return OK;
}
