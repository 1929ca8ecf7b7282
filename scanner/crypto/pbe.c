/* pbe.c - reads the parameters of encryption by password. */
#include "crypto/pbe.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* Salts are 8 to 64 bytes; a longer one costs what no budget of rounds counts. */
enum { SALT_MAX = 4096, KEY_LEN_MAX = 64, SCRYPT_MEMORY_MAX = 32 << 20 };

struct scheme {
	const char *oid;
	size_t len;
	const char *name;
	enum pbe_kind kind;
	const char *cipher, *hash;
	size_t key_len, iv_len;
};

#define OID(bytes) bytes, sizeof(bytes) - 1
#define PKCS12_PBE(last) OID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01" last)
#define PKCS5(last) OID("\x2a\x86\x48\x86\xf7\x0d\x01\x05" last)

static const struct scheme schemes[] = {
	{PKCS12_PBE("\x01"), "PBE-SHA1-RC4-128", PBE_PKCS12, "RC4", "SHA1", 16, 0},
	{PKCS12_PBE("\x02"), "PBE-SHA1-RC4-40", PBE_PKCS12, "RC4-40", "SHA1", 5, 0},
	{PKCS12_PBE("\x03"), "PBE-SHA1-3DES", PBE_PKCS12, "DES-EDE3-CBC", "SHA1", 24, 8},
	{PKCS12_PBE("\x04"), "PBE-SHA1-2DES", PBE_PKCS12, "DES-EDE-CBC", "SHA1", 16, 8},
	{PKCS12_PBE("\x05"), "PBE-SHA1-RC2-128", PBE_PKCS12, "RC2-CBC", "SHA1", 16, 8},
	{PKCS12_PBE("\x06"), "PBE-SHA1-RC2-40", PBE_PKCS12, "RC2-40-CBC", "SHA1", 5, 8},
	{PKCS5("\x01"), "PBE-MD2-DES", PBE_UNKNOWN, NULL, NULL, 0, 0},
	{PKCS5("\x03"), "PBE-MD5-DES", PBE_PBES1, "DES-CBC", "MD5", 8, 8},
	{PKCS5("\x04"), "PBE-MD2-RC2-64", PBE_UNKNOWN, NULL, NULL, 0, 0},
	{PKCS5("\x06"), "PBE-MD5-RC2-64", PBE_PBES1, "RC2-64-CBC", "MD5", 8, 8},
	{PKCS5("\x0a"), "PBE-SHA1-DES", PBE_PBES1, "DES-CBC", "SHA1", 8, 8},
	{PKCS5("\x0b"), "PBE-SHA1-RC2-64", PBE_PBES1, "RC2-64-CBC", "SHA1", 8, 8},
	{PKCS5("\x0d"), "PBES2", PBE_PBKDF2, NULL, NULL, 0, 0},
	{OID("\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01"), "JKS-SHA1", PBE_JKS, NULL, "SHA1", 0, 0},
	{OID("\x2b\x06\x01\x04\x01\x2a\x02\x13\x01"), "PBE-MD5-3DES", PBE_JCEKS, "DES-EDE3-CBC",
         "MD5", 24, 8},
};

#define AES(last) OID("\x60\x86\x48\x01\x65\x03\x04\x01" last)

/* Encryption schemes of PBES2. */
static const struct scheme ciphers[] = {
	{AES("\x02"), "AES-128-CBC", PBE_PBKDF2, "AES-128-CBC", NULL, 16, 16},
	{AES("\x16"), "AES-192-CBC", PBE_PBKDF2, "AES-192-CBC", NULL, 24, 16},
	{AES("\x2a"), "AES-256-CBC", PBE_PBKDF2, "AES-256-CBC", NULL, 32, 16},
	{AES("\x06"), "AES-128-GCM", PBE_UNKNOWN, NULL, NULL, 0, 0},
	{AES("\x1a"), "AES-192-GCM", PBE_UNKNOWN, NULL, NULL, 0, 0},
	{AES("\x2e"), "AES-256-GCM", PBE_UNKNOWN, NULL, NULL, 0, 0},
	{OID("\x2a\x86\x48\x86\xf7\x0d\x03\x07"), "DES-EDE3-CBC", PBE_PBKDF2, "DES-EDE3-CBC", NULL,
         24, 8},
	{OID("\x2b\x0e\x03\x02\x07"), "DES-CBC", PBE_PBKDF2, "DES-CBC", NULL, 8, 8},
	{OID("\x2a\x86\x48\x86\xf7\x0d\x03\x02"), "RC2-CBC", PBE_PBKDF2, "RC2-CBC", NULL, 16, 8},
	{OID("\x2a\x81\x1c\xcf\x55\x01\x68\x02"), "SM4-CBC", PBE_PBKDF2, "SM4-CBC", NULL, 16, 16},
	{OID("\x2a\x83\x1a\x8c\x9a\x4b\x3d\x01\x01\x01\x02"), "CAMELLIA-128-CBC", PBE_PBKDF2,
         "CAMELLIA-128-CBC", NULL, 16, 16},
	{OID("\x2a\x83\x1a\x8c\x9a\x4b\x3d\x01\x01\x01\x04"), "CAMELLIA-256-CBC", PBE_PBKDF2,
         "CAMELLIA-256-CBC", NULL, 32, 16},
};

#define HMAC_WITH(last) OID("\x2a\x86\x48\x86\xf7\x0d\x02" last)
#define NIST_HASH(last) OID("\x60\x86\x48\x01\x65\x03\x04\x02" last)

/* Hashes, by the OIDs of their HMAC and of themselves. */
static const struct hash {
	const char *oid;
	size_t len;
	const char *name;
	bool hmac;
} hashes[] = {
	{HMAC_WITH("\x07"), "SHA1", true},
	{HMAC_WITH("\x08"), "SHA224", true},
	{HMAC_WITH("\x09"), "SHA256", true},
	{HMAC_WITH("\x0a"), "SHA384", true},
	{HMAC_WITH("\x0b"), "SHA512", true},
	{HMAC_WITH("\x0c"), "SHA512-224", true},
	{HMAC_WITH("\x0d"), "SHA512-256", true},
	{OID("\x2a\x81\x1c\xcf\x55\x01\x83\x11\x02"), "SM3", true},
	{OID("\x2a\x81\x1c\xcf\x55\x01\x83\x11\x03\x01"), "SM3", true},
	{OID("\x2a\x86\x48\x86\xf7\x0d\x02\x05"), "MD5", false},
	{OID("\x2b\x0e\x03\x02\x1a"), "SHA1", false},
	{NIST_HASH("\x04"), "SHA224", false},
	{NIST_HASH("\x01"), "SHA256", false},
	{NIST_HASH("\x02"), "SHA384", false},
	{NIST_HASH("\x03"), "SHA512", false},
	{NIST_HASH("\x05"), "SHA512-224", false},
	{NIST_HASH("\x06"), "SHA512-256", false},
	{OID("\x2a\x81\x1c\xcf\x55\x01\x83\x11"), "SM3", false},
	{OID("\x2a\x81\x1c\xcf\x55\x01\x83\x11\x01"), "SM3", false},
};

static const struct scheme *scheme_of(const struct scheme *table, size_t count,
                                      const struct der *oid)
{
	for (size_t i = 0; i < count; i++)
		if (der_is(oid, table[i].oid, table[i].len))
			return &table[i];
	return NULL;
}

static const char *hash_of(const struct der *oid, bool hmac)
{
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
		if (hashes[i].hmac == hmac && der_is(oid, hashes[i].oid, hashes[i].len))
			return hashes[i].name;
	return NULL;
}

/* A count of rounds: none is zero or negative, and what has too many bits is very many. */
static RESULT read_count(struct cursor *c, const char *field, int64_t *out)
{
	struct der number;

	TRY(der_expect(c, DER_INTEGER, field, &number));
	ENSURE(der_bits(&number) > 0, P12_COST, number.whole.origin,
	       "%s is not positive (RFC 8018, A.2)", field);
	*out = der_bits(&number) > 63 ? INT64_MAX : der_int(&number);
	return OK;
}

/* SEQUENCE { salt OCTET STRING, iterations INTEGER } */
static RESULT read_salted(struct cursor parameters, struct pbe *pbe)
{
	struct der sequence, salt;

	TRY(der_expect(&parameters, DER_SEQUENCE, "parameters of the encryption", &sequence));
	TRY(der_expect(&sequence.body, DER_OCTETS, "salt of the encryption", &salt));
	TRY(read_count(&sequence.body, "iterations of the encryption", &pbe->iterations));
	pbe->salt = salt.body;
	return OK;
}

/* PBKDF2-params (RFC 8018, A.2): salt, iterations, key length OPTIONAL, prf DEFAULT HMAC-SHA1 */
static RESULT read_pbkdf2(struct cursor c, struct cursor *salt, int64_t *iterations,
                          int64_t *key_len, const char **hash)
{
	struct der sequence, part;

	TRY(der_expect(&c, DER_SEQUENCE, "parameters of PBKDF2 (RFC 8018, A.2)", &sequence));
	c = sequence.body;
	TRY(der_expect(&c, DER_OCTETS, "salt of PBKDF2", &part));
	*salt = part.body;
	TRY(read_count(&c, "iterations of PBKDF2", iterations));
	*key_len = 0;
	*hash = "SHA1";
	if (der_peek(&c) == DER_INTEGER)
		TRY(read_count(&c, "key length of PBKDF2", key_len));
	if (der_peek(&c) == DER_SEQUENCE) {
		TRY(der_next(&c, &sequence));
		TRY(der_expect(&sequence.body, DER_OID, "function of PBKDF2", &part));
		*hash = hash_of(&part, true);
	}
	return OK;
}

static RESULT read_scrypt(struct cursor c, struct pbe *pbe, int64_t *key_len)
{
	struct der sequence, salt;

	TRY(der_expect(&c, DER_SEQUENCE, "parameters of scrypt (RFC 7914, 7)", &sequence));
	c = sequence.body;
	TRY(der_expect(&c, DER_OCTETS, "salt of scrypt", &salt));
	pbe->salt = salt.body;
	TRY(read_count(&c, "cost of scrypt", &pbe->scrypt_cost));
	TRY(read_count(&c, "block size of scrypt", &pbe->scrypt_block));
	TRY(read_count(&c, "parallelization of scrypt", &pbe->scrypt_parallel));
	pbe->iterations = pbe->scrypt_cost;
	*key_len = 0;
	if (der_peek(&c) == DER_INTEGER)
		TRY(read_count(&c, "key length of scrypt", key_len));
	return OK;
}

/* RC2 names its effective bits by numbers of its own (RFC 2268, 6). */
static bool read_rc2(struct cursor *parameters, struct pbe *pbe)
{
	struct der sequence, version;

	if (!der_expect(parameters, DER_SEQUENCE, "", &sequence).ok ||
	    !der_expect(&sequence.body, DER_INTEGER, "", &version).ok)
		return false;
	*parameters = sequence.body;
	switch (der_int(&version)) {
	case 58:
		return true;
	case 120:
		pbe->cipher = "RC2-64-CBC";
		pbe->key_len = 8;
		return true;
	case 160:
		pbe->cipher = "RC2-40-CBC";
		pbe->key_len = 5;
		return true;
	default:
		return false;
	}
}

static RESULT read_cipher(struct cursor c, struct pbe *pbe)
{
	const struct scheme *cipher;
	struct der sequence, oid, iv;
	char dotted[48] = "?";

	TRY(der_expect(&c, DER_SEQUENCE, "encryption scheme of PBES2 (RFC 8018, A.4)", &sequence));
	TRY(der_expect(&sequence.body, DER_OID, "encryption scheme of PBES2", &oid));
	cipher = scheme_of(ciphers, sizeof ciphers / sizeof *ciphers, &oid);
	der_oid_text(&oid, dotted, sizeof dotted);
	snprintf(pbe->name, sizeof pbe->name, "PBES2-%s", cipher ? cipher->name : dotted);
	if (!cipher || cipher->kind == PBE_UNKNOWN) {
		pbe->kind = PBE_UNKNOWN;
		return OK;
	}
	pbe->cipher = cipher->cipher;
	pbe->key_len = cipher->key_len;
	pbe->iv_len = cipher->iv_len;
	if ((!strcmp(cipher->name, "RC2-CBC") && !read_rc2(&sequence.body, pbe)) ||
	    !der_expect(&sequence.body, DER_OCTETS, "", &iv).ok || iv.body.size != pbe->iv_len)
		FAIL(KEYSTORE_PARSE, oid.whole.origin,
		     "parameters of the cipher %s (RFC 8018, B.2)", cipher->name);
	pbe->iv = iv.body;
	return OK;
}

/* SEQUENCE { SEQUENCE { OID of the key derivation, its parameters }, ... }: `rest` is what follows
 * the derivation, `derivation` what follows its number. Both names are for messages. */
static RESULT open_derivation(struct cursor parameters, const char *whole, const char *part,
                              struct der *rest, struct der *derivation, struct der *oid)
{
	TRY(der_expect(&parameters, DER_SEQUENCE, whole, rest));
	TRY(der_expect(&rest->body, DER_SEQUENCE, part, derivation));
	return der_expect(&derivation->body, DER_OID, part, oid);
}

static RESULT read_pbes2(struct cursor parameters, struct pbe *pbe)
{
	struct der sequence, derivation, oid;
	int64_t key_len = 0;

	TRY(open_derivation(parameters, "parameters of PBES2 (RFC 8018, A.4)",
	                    "key derivation of PBES2", &sequence, &derivation, &oid));
	TRY(read_cipher(sequence.body, pbe));
	if (DER_IS(&oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c")) {
		TRY(read_pbkdf2(derivation.body, &pbe->salt, &pbe->iterations, &key_len,
		                &pbe->hash));
		if (!pbe->hash)
			pbe->kind = PBE_UNKNOWN;
	} else if (DER_IS(&oid, "\x2b\x06\x01\x04\x01\xda\x47\x04\x0b")) {
		TRY(read_scrypt(derivation.body, pbe, &key_len));
		if (pbe->kind != PBE_UNKNOWN)
			pbe->kind = PBE_SCRYPT;
	} else {
		pbe->kind = PBE_UNKNOWN;
	}
	pbe->excessive = key_len > KEY_LEN_MAX;
	if (key_len && !pbe->excessive && (uint64_t)key_len != pbe->key_len)
		pbe->kind = PBE_UNKNOWN;
	return OK;
}

static RESULT read_parameters(struct cursor algorithm, struct pbe *pbe)
{
	switch (pbe->kind) {
	case PBE_PBKDF2:
		return read_pbes2(algorithm, pbe);
	case PBE_PKCS12:
	case PBE_PBES1:
	case PBE_JCEKS:
		return read_salted(algorithm, pbe);
	default:
		return OK;
	}
}

/* Whatever is wrong with the ASN.1 is wrong with the store. */
static RESULT refuse(const struct fault *fault, const char *what)
{
	if (fault->code == DIAG_P12_COST)
		FAIL(P12_COST, fault->at, "%s: %s", what, fault->why);
	FAIL(KEYSTORE_PARSE, fault->at, "%s: %s", what, fault->why);
}

struct result pbe_read(struct cursor algorithm, struct pbe *out)
{
	struct pbe pbe = {.kind = PBE_UNKNOWN};
	const struct scheme *scheme;
	struct der oid;

	TRY(der_expect(&algorithm, DER_OID, "algorithm of the encryption (RFC 8018, A)", &oid));
	scheme = scheme_of(schemes, sizeof schemes / sizeof *schemes, &oid);
	if (scheme) {
		pbe = (struct pbe){.kind = scheme->kind,
		                   .cipher = scheme->cipher,
		                   .hash = scheme->hash,
		                   .key_len = scheme->key_len,
		                   .iv_len = scheme->iv_len};
		snprintf(pbe.name, sizeof pbe.name, "%s", scheme->name);
	} else if (!der_oid_text(&oid, pbe.name, sizeof pbe.name)) {
		snprintf(pbe.name, sizeof pbe.name, "unknown");
	}
	if (!read_parameters(algorithm, &pbe).ok) {
		struct fault fault = *fault_last();
		return refuse(&fault, pbe.name);
	}
	pbe.excessive |= pbe.salt.size > SALT_MAX;
	if (pbe.kind == PBE_JCEKS && pbe.salt.size != 8)
		pbe.kind = PBE_UNKNOWN;
	*out = pbe;
	return OK;
}

static int64_t times(int64_t rounds, int64_t factor)
{
	return rounds > PBE_COST_ENDLESS / factor ? PBE_COST_ENDLESS : rounds * factor;
}

static int64_t blocks(size_t len, const char *hash)
{
	int size = EVP_MD_get_size(EVP_get_digestbyname(hash));

	return size > 0 ? (int64_t)((len + (size_t)size - 1) / (size_t)size) : 1;
}

/* A step of scrypt mixes 128 bytes r times twice: about as much as four rounds of a hash each. */
static int64_t scrypt_rounds(const struct pbe *pbe)
{
	int64_t memory = times(times(pbe->scrypt_block, 128), pbe->scrypt_cost);

	if (memory > SCRYPT_MEMORY_MAX || pbe->scrypt_parallel > 16)
		return PBE_COST_ENDLESS;
	return times(times(memory / 128, 4), pbe->scrypt_parallel);
}

int64_t pbe_cost(const struct pbe *pbe)
{
	if (pbe->excessive)
		return PBE_COST_ENDLESS;
	switch (pbe->kind) {
	case PBE_PKCS12:
		return times(pbe->iterations,
		             blocks(pbe->key_len, pbe->hash) + blocks(pbe->iv_len, pbe->hash));
	case PBE_PBES1:
		return times(pbe->iterations, 1);
	case PBE_PBKDF2:
		return times(pbe->iterations, 2 * blocks(pbe->key_len, pbe->hash));
	case PBE_SCRYPT:
		return scrypt_rounds(pbe);
	case PBE_JKS:
		return 1;
	case PBE_JCEKS:
		return times(pbe->iterations, 2);
	case PBE_UNKNOWN:
		break;
	}
	return PBE_COST_NONE;
}

/* PBMAC1 (RFC 9579): parameters { PBKDF2 with a key length, HMAC } stand in the digest algorithm.
 */
static RESULT read_pbmac1(struct cursor parameters, struct pbe_mac *mac)
{
	struct der sequence, derivation, oid;
	int64_t key_len = 0;

	TRY(open_derivation(parameters, "parameters of PBMAC1 (RFC 8018, A.5)",
	                    "key derivation of PBMAC1", &sequence, &derivation, &oid));
	if (DER_IS(&oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"))
		TRY(read_pbkdf2(derivation.body, &mac->salt, &mac->iterations, &key_len,
		                &mac->kdf));
	TRY(der_expect(&sequence.body, DER_SEQUENCE, "MAC of PBMAC1", &sequence));
	TRY(der_expect(&sequence.body, DER_OID, "MAC of PBMAC1", &oid));
	mac->hash = hash_of(&oid, true);
	mac->excessive = key_len > KEY_LEN_MAX;
	mac->key_len = mac->excessive ? 0 : (size_t)key_len;
	if (!mac->kdf || key_len <= 0)
		mac->hash = NULL;
	snprintf(mac->name, sizeof mac->name, "PBMAC1%s%s", mac->hash ? "-" : "",
	         mac->hash ? mac->hash : "");
	return OK;
}

static RESULT read_mac(struct cursor c, struct pbe_mac *mac)
{
	struct der info, algorithm, oid, part;

	TRY(der_expect(&c, DER_SEQUENCE, "MAC of the store (RFC 7292, 4)", &info));
	TRY(der_expect(&info.body, DER_SEQUENCE, "algorithm of the MAC", &algorithm));
	TRY(der_expect(&info.body, DER_OCTETS, "value of the MAC", &part));
	mac->digest = part.body;
	TRY(der_expect(&algorithm.body, DER_OID, "algorithm of the MAC", &oid));
	if (DER_IS(&oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e"))
		return read_pbmac1(algorithm.body, mac);
	mac->hash = hash_of(&oid, false);
	if (mac->hash)
		snprintf(mac->name, sizeof mac->name, "%s", mac->hash);
	else if (!der_oid_text(&oid, mac->name, sizeof mac->name))
		snprintf(mac->name, sizeof mac->name, "unknown");
	TRY(der_expect(&c, DER_OCTETS, "salt of the MAC", &part));
	mac->salt = part.body;
	mac->iterations = 1;
	return cursor_left(&c) ? read_count(&c, "iterations of the MAC", &mac->iterations) : OK;
}

struct result pbe_mac_read(struct cursor data, struct pbe_mac *out)
{
	struct pbe_mac mac = {.iterations = 0};

	if (!read_mac(data, &mac).ok) {
		struct fault fault = *fault_last();
		return refuse(&fault, "MAC");
	}
	mac.excessive |= mac.salt.size > SALT_MAX;
	*out = mac;
	return OK;
}

int64_t pbe_mac_cost(const struct pbe_mac *mac)
{
	if (!mac->hash)
		return PBE_COST_NONE;
	if (mac->excessive)
		return PBE_COST_ENDLESS;
	return times(mac->iterations, mac->kdf ? 2 * blocks(mac->key_len, mac->kdf) : 1);
}
