/* jarmake.h - for unit tests: signs packages by JAR signing, with OpenSSL and text, and judges
 * them.
 */
#ifndef PARASOL_TESTS_JARMAKE_H
#define PARASOL_TESTS_JARMAKE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

#include "base/digest.h"
#include "signing/jar.h"
#include "zipmake.h"

static const char content_a[] = "first", content_b[] = "second\n";

/* What is signed, and how; fields that are NULL or 0 take the usual. */
struct plan {
	const char *digest;       /* "SHA-256" */
	const char *manifest_add; /* text behind the manifest's sections, signed as well */
	const char *file_head;    /* attributes of the signature file's main section */
	const char *file;         /* the signature file, instead of the right one */
	const char *end;          /* of lines */
	unsigned flags;           /* of CMS_sign, beside detached and binary */
	const EVP_MD *hash;       /* of the block */
	int signers;
	bool only_sections; /* no digest of the manifest as a whole */
};

struct made {
	struct text manifest, file, block;
	struct zipmake zip;
};

static EVP_PKEY *key;
static X509 *certificate;

/* Called with a block before it is written. */
static void (*before_block)(CMS_ContentInfo *cms);

static inline X509 *self_signed(int usage)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509V3_CTX context;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)"Bank", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
	X509_EXTENSION *id =
		X509V3_EXT_conf_nid(NULL, &context, NID_subject_key_identifier, "hash");
	X509_add_ext(x, id, -1);
	X509_EXTENSION_free(id);
	if (usage) {
		X509_EXTENSION *extension =
			X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, "critical,keyEncipherment");
		X509_add_ext(x, extension, -1);
		X509_EXTENSION_free(extension);
	}
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

static inline void add_digest(struct text *out, const char *name, const char *suffix,
                              const void *bytes, size_t len, const char *end)
{
	uint8_t raw[DIGEST_MAX], encoded[2 * DIGEST_MAX];
	enum digest_kind kind = strcmp(name, "SHA1") == 0      ? DIGEST_SHA1
	                        : strcmp(name, "SHA-512") == 0 ? DIGEST_SHA512
	                        : strcmp(name, "MD5") == 0     ? DIGEST_MD5
	                                                       : DIGEST_SHA256;
	int size = (int)digest(kind, bytes, len, raw);

	EVP_EncodeBlock(encoded, raw, size);
	text_printf(out, "%s%s: %s%s", name, suffix, (const char *)encoded, end);
}

/* Sections of the two entries; returns where each begins and ends. */
static inline void write_manifest(const struct plan *plan, struct made *made, size_t at[4])
{
	const char *end = plan->end, *names[] = {"a.txt", "dir/b.txt"};
	const char *contents[] = {content_a, content_b};

	text_printf(&made->manifest, "Manifest-Version: 1.0%s%s", end, end);
	at[0] = made->manifest.len;
	for (int i = 0; i < 2; i++) {
		text_printf(&made->manifest, "Name: %.5s%s %s%s", names[i], end, names[i] + 5, end);
		add_digest(&made->manifest, plan->digest, "-Digest", contents[i],
		           strlen(contents[i]), end);
		text_puts(&made->manifest, end);
		at[i + 1] = made->manifest.len;
	}
	text_puts(&made->manifest, plan->manifest_add ? plan->manifest_add : "");
}

static inline void write_file(const struct plan *plan, struct made *made, const size_t at[4])
{
	static const char *const names[] = {"a.txt", "dir/b.txt"};
	const char *end = plan->end;

	if (plan->file) {
		text_puts(&made->file, plan->file);
		return;
	}
	text_printf(&made->file, "%s%s",
	            plan->file_head ? plan->file_head : "Signature-Version: 1.0", end);
	if (!plan->only_sections)
		add_digest(&made->file, plan->digest, "-Digest-Manifest", made->manifest.data,
		           made->manifest.len, end);
	text_puts(&made->file, end);
	for (int i = 0; i < 2; i++) {
		text_printf(&made->file, "Name: %s%s", names[i], end);
		add_digest(&made->file, plan->digest, "-Digest", made->manifest.data + at[i],
		           at[i + 1] - at[i], end);
		text_puts(&made->file, end);
	}
}

static inline void write_block(const struct plan *plan, struct made *made)
{
	BIO *data = BIO_new_mem_buf(made->file.data, (int)made->file.len);
	unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | plan->flags;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, data, CMS_PARTIAL | flags);
	uint8_t *der = NULL;

	for (int i = 0; i < (plan->signers ? plan->signers : 1); i++)
		assert_non_null(CMS_add1_signer(cms, certificate, key, plan->hash,
		                                flags | (i ? CMS_NOCERTS : 0)));
	assert_int_equal(CMS_final(cms, data, NULL, flags), 1);
	if (before_block)
		before_block(cms);
	int len = i2d_CMS_ContentInfo(cms, &der);
	text_add(&made->block, der, (size_t)len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(data);
}

static struct plan usual(void)
{
	return (struct plan){
		.digest = "SHA-256", .end = "\r\n", .hash = EVP_sha256(), .flags = CMS_NOATTR};
}

static inline void make(const struct plan *plan, struct made *made)
{
	size_t at[4];

	*made = (struct made){0};
	write_manifest(plan, made, at);
	write_file(plan, made, at);
	write_block(plan, made);
}

static inline void add(struct made *made, const char *name, const void *data, size_t len,
                       uint16_t method)
{
	zipmake_add(&made->zip, &(struct zipmake_entry){
					.name = name, .data = data, .len = len, .method = method});
}

static inline void add_contents(struct made *made)
{
	add(made, "dir/", "", 0, 0);
	add(made, "a.txt", content_a, strlen(content_a), 8);
	add(made, "dir/b.txt", content_b, strlen(content_b), 0);
}

static inline void add_meta(struct made *made, const char *stem)
{
	char name[64];

	add(made, "META-INF/MANIFEST.MF", made->manifest.data, made->manifest.len, 8);
	snprintf(name, sizeof name, "META-INF/%s.SF", stem);
	add(made, name, made->file.data, made->file.len, 8);
	snprintf(name, sizeof name, "META-INF/%s.RSA", stem);
	add(made, name, made->block.data, made->block.len, 0);
}

static inline void discard(struct made *made)
{
	text_free(&made->manifest);
	text_free(&made->file);
	text_free(&made->block);
	zipmake_free(&made->zip);
}

/* The verdict over the ZIP: the code of the first refusal, or "". */
struct verdict {
	char code[64], entry[64], digests[64];
	size_t signers, refusals;
	uint64_t unprotected;
	uint32_t schemes;
	bool present, weak, verified_signer;
};

static inline void hand_in(struct jar *jar, const struct container *container)
{
	for (size_t i = 0; i < container->count; i++) {
		const struct entry *entry = &container->entries[i];
		struct bytes bytes = {0};
		uint8_t sha256[DIGEST_MAX];
		if (entry->type != ENTRY_FILE)
			continue;
		if (!entry_read(entry, NULL, &bytes).ok) {
			jar_entry_unread(jar, entry);
			continue;
		}
		digest(DIGEST_SHA256, bytes.data, bytes.size, sha256);
		jar_entry(jar, entry, cursor_over(bytes.data, bytes.size, DIAG_ZIP_DATA), sha256);
		bytes_free(&bytes);
	}
}

static inline struct verdict look(struct made *made, const struct jar_request *request, bool hand)
{
	struct verdict verdict = {0};
	struct container *container;
	struct scheme scheme;
	struct facts facts;
	struct arena arena;

	facts_init(&facts, (struct entry_id){0}, "");
	arena_init(&arena, 4 << 20);
	zipmake_end(&made->zip);
	assert_true(container_open(made->zip.out.data, made->zip.out.len, "", NULL,
	                           (struct entry_id){0}, &facts, &container)
	                    .ok);
	scheme_init(&scheme, "v1", &arena);
	struct jar *jar = jar_open(container, request, &scheme);
	if (hand)
		hand_in(jar, container);
	jar_finish(jar);
	verdict.present = scheme.present;
	verdict.weak = scheme.weak_digest;
	verdict.signers = scheme.signer_count;
	verdict.refusals = scheme.refusals.count;
	verdict.unprotected = jar_unprotected(jar);
	verdict.schemes = jar_schemes_named(jar);
	verdict.verified_signer = scheme.signers && scheme.signers->verified;
	snprintf(verdict.digests, sizeof verdict.digests, "%s",
	         scheme.digests ? scheme.digests : "");
	if (scheme.refusals.first) {
		snprintf(verdict.code, sizeof verdict.code, "%s",
		         refusal_name(scheme.refusals.first->code));
		snprintf(verdict.entry, sizeof verdict.entry, "%s",
		         scheme.refusals.first->entry ? scheme.refusals.first->entry : "");
	}
	assert_int_equal(scheme.verified, !scheme.refusals.count);
	jar_free(jar);
	container_close(container);
	arena_free(&arena);
	facts_free(&facts);
	return verdict;
}

static const struct jar_request android = {.min_sdk = 24, .max_sdk = INT32_MAX};
static const struct jar_request java = {.java = true, .max_sdk = INT32_MAX};

static inline struct verdict plain(const struct plan *plan, const struct jar_request *request)
{
	struct made made;

	make(plan, &made);
	add_contents(&made);
	add_meta(&made, "CERT");
	struct verdict verdict = look(&made, request, true);
	discard(&made);
	return verdict;
}

#endif
