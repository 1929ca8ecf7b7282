/*
 * sign_jar.c - JAR signing (JAR File Specification, "Signed JAR File"), scheme v1 of Android.
 *
 * META-INF/MANIFEST.MF holds a section with a digest for each entry; META-INF/NAME.SF digests of
 * the manifest and of each of its sections; META-INF/NAME.RSA (.EC, .DSA) the signature of the .SF
 * file as SignedData (RFC 2315, 9.1). Lines have at most 72 bytes; a longer one goes on in the next
 * behind a space.
 */
#include <string.h>
#include <openssl/evp.h>

#include "make_bundle/make_bundle.h"
#include "make_bundle/sign.h"

enum { LINE_MAX_BYTES = 70 };

/* A hash by OpenSSL's name, and as manifests and X.509 write it. */
struct hash_name {
	const char *openssl, *manifest;
	const char *oid; /* DER, with tag and length */
	const char *dsa; /* of signatures of DSA with it, likewise */
};

static const struct hash_name hashes[] = {
	{"SHA1", "SHA1", "\x06\x05\x2b\x0e\x03\x02\x1a", "\x06\x07\x2a\x86\x48\xce\x38\x04\x03"},
	{"SHA256", "SHA-256", "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01",
         "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x02"},
	{"SHA384", "SHA-384", "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02", NULL},
	{"SHA512", "SHA-512", "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03", NULL},
};

static RESULT hash_find(const char *name, const struct hash_name **out)
{
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
		if (!strcmp(hashes[i].openssl, name ? name : "SHA256")) {
			*out = &hashes[i];
			return OK;
		}
	FAIL(USAGE, AT_NONE, "%s: not a hash that JAR files are signed with", name);
}

/* ---- the two text files ---- */

static void line_write(struct text *out, const char *name, const char *value)
{
	struct text line DEFER(text_free) = {0};
	size_t at = 0, room = LINE_MAX_BYTES;

	text_printf(&line, "%s: %s", name, value);
	while (line.len - at > room) {
		text_add(out, line.data + at, room);
		text_puts(out, "\r\n ");
		at += room;
		room = LINE_MAX_BYTES - 1;
	}
	text_add(out, line.data + at, line.len - at);
	text_puts(out, "\r\n");
}

static void digest_write(struct text *out, const struct hash_name *hash, const char *ending,
                         const struct text *body)
{
	struct text digest DEFER(text_free) = {0};
	unsigned char base64[96];
	char name[48];

	sign_digest(hash->openssl, body->len ? body->data : "", body->len, &digest);
	EVP_EncodeBlock(base64, (const unsigned char *)digest.data, (int)digest.len);
	snprintf(name, sizeof name, "%s-Digest%s", hash->manifest, ending);
	line_write(out, name, (const char *)base64);
}

/* The manifest and one .SF file as they grow. */
struct sections {
	const struct sign_jar *jar;
	const struct hash_name *hash;
	struct text manifest, signature;
};

static bool left_out(const struct sign_jar *jar, const char *name)
{
	for (size_t i = 0; jar->leave && jar->leave[i]; i++)
		if (!strcmp(jar->leave[i], name))
			return true;
	return name[strlen(name) - 1] == '/';
}

static RESULT section_add(void *state, const char *name, const struct text *body)
{
	struct sections *to = state;
	struct text section DEFER(text_free) = {0};

	if (!*name || left_out(to->jar, name))
		return OK;
	line_write(&section, "Name", name);
	digest_write(&section, to->hash, "", body);
	text_puts(&section, "\r\n");
	text_add(&to->manifest, section.data, section.len);
	line_write(&to->signature, "Name", name);
	digest_write(&to->signature, to->hash, "", &section);
	text_puts(&to->signature, "\r\n");
	return OK;
}

/* What a .SF file says before its sections. */
static void head_write(const struct sections *of, struct text *out)
{
	line_write(out, "Signature-Version", "1.0");
	line_write(out, "Created-By", "1.0 (make_bundle)");
	digest_write(out, of->hash, "-Manifest", &of->manifest);
	if (of->jar->android)
		line_write(out, "X-Android-APK-Signed", of->jar->android);
	text_puts(out, "\r\n");
}

static void sections_free(struct sections *sections)
{
	text_free(&sections->manifest);
	text_free(&sections->signature);
}

/* ---- SignedData ---- */

static void der_wrap(struct text *out, uint8_t tag, const struct text *body)
{
	size_t len = body->len;

	bytes_u8(out, tag);
	if (len >= 0x10000) {
		bytes_u8(out, 0x83);
		bytes_u8(out, (unsigned)(len >> 16));
		bytes_u8(out, (unsigned)(len >> 8) & 0xff);
	} else if (len >= 0x100) {
		bytes_u8(out, 0x82);
		bytes_u8(out, (unsigned)(len >> 8));
	} else if (len >= 0x80) {
		bytes_u8(out, 0x81);
	}
	bytes_u8(out, (unsigned)len & 0xff);
	text_add(out, body->data ? body->data : "", len);
}

static void oid_add(struct text *out, const char *oid)
{
	text_add(out, oid, 2 + (size_t)oid[1]);
}

static void algorithm_write(struct text *out, const char *oid, bool null)
{
	struct text body DEFER(text_free) = {0};

	oid_add(&body, oid);
	if (null)
		text_add(&body, "\x05\0", 2);
	der_wrap(out, 0x30, &body);
}

#define OID_DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define OID_SIGNED_DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define OID_CONTENT_TYPE "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
#define OID_MESSAGE_DIGEST "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
#define OID_RSA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define OID_EC "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"

/* Attribute ::= SEQUENCE { type, SET { value } } */
static void attribute_write(struct text *out, const char *oid, const struct text *value)
{
	struct text body DEFER(text_free) = {0};

	oid_add(&body, oid);
	der_wrap(&body, 0x31, value);
	der_wrap(out, 0x30, &body);
}

static void attributes_make(const struct hash_name *hash, const struct text *content,
                            struct text *out)
{
	struct text type DEFER(text_free) = {0}, digest DEFER(text_free) = {0};
	struct text value DEFER(text_free) = {0};

	oid_add(&type, OID_DATA);
	attribute_write(out, OID_CONTENT_TYPE, &type);
	sign_digest(hash->openssl, content->data, content->len, &digest);
	der_wrap(&value, 0x04, &digest);
	attribute_write(out, OID_MESSAGE_DIGEST, &value);
}

static RESULT signature_algorithm(const struct sign_key *key, const struct hash_name *hash,
                                  struct text *out)
{
	switch (sign_key_family(key)) {
	case SIGN_ECDSA:
		algorithm_write(out, OID_EC, false);
		return OK;
	case SIGN_DSA:
		ENSURE(hash->dsa, USAGE, AT_NONE, "DSA does not sign %s", hash->openssl);
		algorithm_write(out, hash->dsa, false);
		return OK;
	default:
		algorithm_write(out, OID_RSA, true);
		return OK;
	}
}

/* SignerInfo: version 1, issuer and serial, digest algorithm, [0] attributes, signature. */
static RESULT signer_write(const struct sign_key *key, const struct hash_name *hash,
                           bool attributes, const struct text *content, struct text *out)
{
	struct text body DEFER(text_free) = {0}, name DEFER(text_free) = {0};
	struct text signature DEFER(text_free) = {0}, list DEFER(text_free) = {0};
	struct text set DEFER(text_free) = {0};

	text_add(&body, "\x02\x01\x01", 3);
	text_add(&name, key->issuer.data, key->issuer.len);
	text_add(&name, key->serial.data, key->serial.len);
	der_wrap(&body, 0x30, &name);
	algorithm_write(&body, hash->oid, true);
	if (attributes) {
		attributes_make(hash, content, &list);
		der_wrap(&body, 0xa0, &list);
		der_wrap(&set, 0x31, &list);
	}
	TRY(signature_algorithm(key, hash, &body));
	TRY(sign_raw(key, sign_key_family(key), hash->openssl, attributes ? &set : content,
	             &signature));
	der_wrap(&body, 0x04, &signature);
	der_wrap(out, 0x30, &body);
	return OK;
}

RESULT sign_pkcs7(const struct sign_key *key, const char *hash_name, bool attributes,
                  const struct text *content, struct text *out)
{
	struct text body DEFER(text_free) = {0}, part DEFER(text_free) = {0};
	struct text whole DEFER(text_free) = {0}, data DEFER(text_free) = {0};
	const struct hash_name *hash = NULL;

	TRY(hash_find(hash_name, &hash));
	text_add(&body, "\x02\x01\x01", 3);
	algorithm_write(&part, hash->oid, true);
	der_wrap(&body, 0x31, &part);
	part.len = 0;
	oid_add(&part, OID_DATA);
	der_wrap(&body, 0x30, &part);
	der_wrap(&body, 0xa0, &key->certificate);
	part.len = 0;
	TRY(signer_write(key, hash, attributes, content, &part));
	der_wrap(&body, 0x31, &part);
	der_wrap(&whole, 0x30, &body);
	oid_add(&data, OID_SIGNED_DATA);
	der_wrap(&data, 0xa0, &whole);
	der_wrap(out, 0x30, &data);
	return OK;
}

/* ---- the files in the package ---- */

static RESULT signer_append(struct text *zip, const struct sections *sections,
                            const struct sign_key *key)
{
	static const char *const endings[] = {"RSA", "RSA", "EC", "DSA"};
	const struct sign_jar *jar = sections->jar;
	struct text file DEFER(text_free) = {0}, block DEFER(text_free) = {0};
	struct text name DEFER(text_free) = {0};

	head_write(sections, &file);
	text_add(&file, sections->signature.data ? sections->signature.data : "",
	         sections->signature.len);
	TRY(sign_pkcs7(key, jar->hash, jar->attributes, &file, &block));
	text_printf(&name, "META-INF/%s.SF", jar->name ? jar->name : "CERT");
	TRY(sign_zip_append(zip, name.data, &file));
	name.len -= 2;
	text_puts(&name, endings[sign_key_family(key)]);
	return sign_zip_append(zip, name.data, &block);
}

/* One manifest for all signers, who therefore use one hash. */
RESULT sign_jar(struct text *zip, const struct sign_jar *jars, const struct sign_key *const *keys,
                size_t count)
{
	struct text unsigned_zip DEFER(text_free) = {0};

	text_add(&unsigned_zip, zip->data, zip->len);
	for (size_t i = 0; i < count; i++) {
		struct sections sections DEFER(sections_free) = {.jar = &jars[i]};
		TRY(hash_find(jars[i].hash, &sections.hash));
		ENSURE(i == 0 || !strcmp(jars[i].hash ? jars[i].hash : "SHA256",
		                         jars[0].hash ? jars[0].hash : "SHA256"),
		       USAGE, AT_NONE, "signers of one manifest use one hash");
		line_write(&sections.manifest, "Manifest-Version", "1.0");
		line_write(&sections.manifest, "Created-By", "1.0 (make_bundle)");
		text_puts(&sections.manifest, "\r\n");
		TRY(sign_zip_visit(&unsigned_zip, section_add, &sections));
		if (i == 0)
			TRY(sign_zip_append(zip, "META-INF/MANIFEST.MF", &sections.manifest));
		TRY(signer_append(zip, &sections, keys[i]));
	}
	return OK;
}
