/*
 * sign_hap_pki.c - certificates issued for tests, and SignedData with its content inside (RFC
 * 5652), as HarmonyOS packages and profiles are signed.
 */
#include <string.h>
#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "make_bundle/sign_hap.h"

/* ---- DER ---- */

static void wrap(struct text *out, unsigned tag, const struct text *content)
{
	uint8_t head[6] = {(uint8_t)tag};
	size_t len = content->len, size = 2;

	if (len < 0x80) {
		head[1] = (uint8_t)len;
	} else {
		head[1] = 0x83;
		head[2] = (uint8_t)(len >> 16);
		head[3] = (uint8_t)(len >> 8);
		head[4] = (uint8_t)len;
		size = 5;
	}
	text_add(out, head, size);
	text_add(out, content->data, len);
}

/* Wraps what was added from `start` on. */
static void wrap_tail(struct text *out, size_t start, unsigned tag)
{
	struct text content DEFER(text_free) = {0};

	text_puts(&content, "");
	text_add(&content, out->data + start, out->len - start);
	out->len = start;
	wrap(out, tag, &content);
}

static void add_hex(struct text *out, const char *hex)
{
	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		uint8_t octet = (uint8_t)byte;
		text_add(out, &octet, 1);
	}
}

/* ---- keys and certificates ---- */

/* How a key signs: AlgorithmIdentifiers of hash and signature. */
struct manner {
	const char *hash, *hash_id, *signature_id;
};

static struct manner manner_of(const struct sign_key *key)
{
	bool rsa = EVP_PKEY_is_a(key->key, "RSA");

	if (EVP_PKEY_is_a(key->key, "SM2"))
		return (struct manner){"SM3", "300a06082a811ccf55018311",
		                       "300a06082a811ccf55018375"};
	if (!rsa && EVP_PKEY_get_bits(key->key) > 256)
		return (struct manner){"SHA384", "300b0609608648016503040202",
		                       "300a06082a8648ce3d040303"};
	return (struct manner){"SHA256", "300b0609608648016503040201",
	                       rsa ? "300d06092a864886f70d01010b0500" : "300a06082a8648ce3d040302"};
}

/* GB/T 35276 fixes the distinguishing id. */
static void sm2_sign(const struct sign_key *key, const struct text *message, struct text *out)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *of_key = EVP_PKEY_CTX_new(key->key, NULL);
	unsigned char signature[128];
	size_t len = sizeof signature;

	EVP_PKEY_CTX_set1_id(of_key, "1234567812345678", 16);
	EVP_MD_CTX_set_pkey_ctx(context, of_key);
	if (EVP_DigestSignInit(context, NULL, EVP_sm3(), NULL, key->key) != 1 ||
	    EVP_DigestSign(context, signature, &len, (const unsigned char *)message->data,
	                   message->len) != 1)
		fault_out_of_memory();
	text_add(out, signature, len);
	EVP_MD_CTX_free(context);
	EVP_PKEY_CTX_free(of_key);
}

static RESULT sign_message(const struct sign_key *key, const struct text *message, struct text *out)
{
	if (EVP_PKEY_is_a(key->key, "SM2"))
		sm2_sign(key, message, out);
	else
		return sign_raw(key, sign_key_family(key), manner_of(key).hash, message, out);
	return OK;
}

static RESULT key_read(const char *folder, const char *name, struct sign_key *out)
{
	struct text path DEFER(text_free) = {0}, file DEFER(text_free) = {0};
	unsigned char *der = NULL;

	if (!strcmp(name, "sm2")) {
		out->key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	} else {
		text_printf(&path, "%s/%s.pem", folder, name);
		TRY(file_read(path.data, 1 << 20, &file));
		BIO *bio = BIO_new_mem_buf(file.data, (int)file.len);
		out->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	ENSURE(out->key, USAGE, AT_NONE, "%s: no private key", name);
	int len = i2d_PUBKEY(out->key, &der);
	text_add(&out->spki, der, (size_t)len);
	OPENSSL_free(der);
	return OK;
}

static void add_part(X509_NAME *name, const char *type, const char *value)
{
	X509_NAME_add_entry_by_txt(name, type, MBSTRING_ASC, (const unsigned char *)value, -1, -1,
	                           0);
}

static const char store[] = "HOS AppGallery Application Release";

static void add_name(struct text *out, const char *common)
{
	X509_NAME *name = X509_NAME_new();
	unsigned char *der = NULL;

	add_part(name, "C", "CN");
	add_part(name, "O", common == store ? "Huawei" : "Parasol Test");
	if (common == store)
		add_part(name, "OU", "HOS AppGallery");
	add_part(name, "CN", common);
	int len = i2d_X509_NAME(name, &der);
	text_add(out, der, (size_t)len);
	OPENSSL_free(der);
	X509_NAME_free(name);
}

static void body_write(struct text *out, const struct sign_key *subject, unsigned serial,
                       const char *const names[2], const char *signature_id)
{
	size_t start = out->len;
	char number[16];

	snprintf(number, sizeof number, "020200%02x", 0x80 | serial);
	add_hex(out, "a003020102");
	add_hex(out, number);
	add_hex(out, signature_id);
	add_name(out, names[0]);
	size_t validity = out->len;
	text_puts(out, "\x17\x0d"
	               "200101000000Z"
	               "\x17\x0d"
	               "491231235959Z");
	wrap_tail(out, validity, 0x30);
	add_name(out, names[1]);
	text_add(out, subject->spki.data, subject->spki.len);
	/* basicConstraints: the first two are authorities */
	add_hex(out, serial < 2 ? "a3133011300f0603551d130101ff040530030101ff"
	                        : "a30d300b30090603551d1304023000");
	wrap_tail(out, start, 0x30);
}

static RESULT issue(struct sign_key *subject, const struct sign_key *issuer, unsigned serial,
                    const char *const names[2])
{
	struct text body DEFER(text_free) = {0}, signature DEFER(text_free) = {0};
	const char *id = manner_of(issuer).signature_id;
	struct text *out = &subject->certificate;
	char number[16];

	body_write(&body, subject, serial, names, id);
	text_add(&signature, "", 1);
	TRY(sign_message(issuer, &body, &signature));
	text_add(out, body.data, body.len);
	add_hex(out, id);
	wrap(out, 0x03, &signature);
	wrap_tail(out, 0, 0x30);
	add_name(&subject->issuer, names[0]);
	snprintf(number, sizeof number, "020200%02x", 0x80 | serial);
	add_hex(&subject->serial, number);
	return OK;
}

static RESULT make_all(const char *folder, const char *const names[HAP_PARTIES], const char *app,
                       struct hap_pki *out)
{
	const char *const common[HAP_PARTIES] = {"Root CA", "Application CA", app,
	                                         "Profile Release", "Stranger"};
	*out = (struct hap_pki){0};
	for (unsigned i = 0; i < HAP_PARTIES; i++) {
		unsigned above = i < 2 ? 0 : 1;
		TRY(key_read(folder, names[i], &out->party[i]));
		TRY(issue(&out->party[i], &out->party[above], i,
		          (const char *const[]){common[above], common[i]}));
	}
	return OK;
}

RESULT hap_pki_make(const char *folder, const char *const names[HAP_PARTIES], struct hap_pki *out)
{
	return make_all(folder, names, "App Release", out);
}

RESULT hap_pki_make_store(const char *folder, const char *const names[HAP_PARTIES],
                          struct hap_pki *out)
{
	return make_all(folder, names, store, out);
}

void hap_pki_free(struct hap_pki *pki)
{
	for (int i = 0; i < HAP_PARTIES; i++)
		sign_key_free(&pki->party[i]);
}

/* ---- SignedData ---- */

static void attribute(struct text *out, const char *oid, unsigned tag, const void *value,
                      size_t len)
{
	struct text inner DEFER(text_free) = {0};
	size_t start = out->len;

	text_add(&inner, value, len);
	add_hex(out, oid);
	size_t set = out->len;
	wrap(out, tag, &inner);
	wrap_tail(out, set, 0x31);
	wrap_tail(out, start, 0x30);
}

/* The signed attributes (RFC 5652, 11) as the SET that is signed. */
static void attributes_write(const struct hap_signed *how, const struct manner *manner,
                             const struct text *content, struct text *out)
{
	static const char data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
	const char *time = how->time ? how->time : "260101000000Z";
	struct text digest DEFER(text_free) = {0};

	attribute(out, "06092a864886f70d010903", 0x06, data, sizeof data - 1);
	if (*time)
		attribute(out, "06092a864886f70d010905", 0x17, time, strlen(time));
	sign_digest(manner->hash, content->data, content->len, &digest);
	attribute(out, "06092a864886f70d010904", 0x04, digest.data, digest.len);
	wrap_tail(out, 0, 0x31);
}

static RESULT signer_write(const struct hap_signed *how, const struct text *content,
                           struct text *out)
{
	const struct sign_key *key = &how->pki->party[how->signer];
	const struct manner manner = manner_of(key);
	struct text attributes DEFER(text_free) = {0}, signature DEFER(text_free) = {0};
	size_t start = out->len;

	add_hex(out, "020101");
	size_t name = out->len;
	text_add(out, key->issuer.data, key->issuer.len);
	text_add(out, key->serial.data, key->serial.len);
	wrap_tail(out, name, 0x30);
	add_hex(out, manner.hash_id);
	attributes_write(how, &manner, content, &attributes);
	TRY(sign_message(key, &attributes, &signature));
	attributes.data[0] = (char)0xa0;
	text_add(out, attributes.data, attributes.len);
	add_hex(out, manner.signature_id);
	wrap(out, 0x04, &signature);
	wrap_tail(out, start, 0x30);
	return OK;
}

static void content_write(const struct hap_signed *how, const struct text *content,
                          struct text *out)
{
	size_t start = out->len;

	add_hex(out, "06092a864886f70d010701");
	size_t tagged = out->len;
	if (how->pieces) {
		struct text first = {content->data, content->len / 2, 0};
		struct text rest = {content->data + first.len, content->len - first.len, 0};
		wrap(out, 0x04, &first);
		wrap(out, 0x04, &rest);
		wrap_tail(out, tagged, 0x24);
	} else {
		wrap(out, 0x04, content);
	}
	wrap_tail(out, tagged, 0xa0);
	wrap_tail(out, start, 0x30);
}

static void certificates_write(const struct hap_signed *how, struct text *out)
{
	const enum hap_party order[] = {how->signer, HAP_ROOT, HAP_CA};
	size_t start = out->len;

	for (size_t i = 0; i < 3 && how->before[i]; i++)
		text_add(out, how->before[i]->certificate.data, how->before[i]->certificate.len);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const struct text *certificate = &how->pki->party[order[i]].certificate;
		if (order[i] == HAP_ROOT ? !how->rootless : i || !how->leafless)
			text_add(out, certificate->data, certificate->len);
	}
	wrap_tail(out, start, 0xa0);
}

RESULT hap_signed_data(const struct hap_signed *how, const struct text *content, struct text *out)
{
	const struct manner manner = manner_of(&how->pki->party[how->signer]);
	size_t start = out->len;

	add_hex(out, "06092a864886f70d010702");
	size_t tagged = out->len;
	add_hex(out, "020101");
	size_t hashes = out->len;
	add_hex(out, manner.hash_id);
	wrap_tail(out, hashes, 0x31);
	content_write(how, content, out);
	certificates_write(how, out);
	size_t signers = out->len;
	TRY(signer_write(how, content, out));
	wrap_tail(out, signers, 0x31);
	wrap_tail(out, tagged, 0x30);
	wrap_tail(out, tagged, 0xa0);
	wrap_tail(out, start, 0x30);
	return OK;
}
