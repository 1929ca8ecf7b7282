/* jarsigner.h - one signer of a JAR while it is verified, shared by the files jar*.c. */
#ifndef PARASOL_SIGNING_JARSIGNER_H
#define PARASOL_SIGNING_JARSIGNER_H

#include "crypto/pkcs7.h"
#include "signing/jar.h"
#include "signing/jarmanifest.h"

/* More signers than Android takes are refused; Java sets no number. */
enum { JAR_ANDROID_SIGNERS_MAX = 10, JAR_JAVA_SIGNERS_MAX = 32 };

struct jar_signer {
	const struct entry *block_entry, *file_entry;
	struct bytes block, file;
	struct jar_manifest listing; /* of the signature file */
	struct signer *row;
	uint32_t position; /* from 1 */
	/* The platform passes over it, for this reason; the others count. */
	bool ignored;
	enum refusal_code ignored_code;
	const char *ignored_why;
	uint32_t schemes_named; /* X-Android-APK-Signed */
};

struct jar {
	const struct container *container;
	struct jar_request request;
	struct scheme *scheme;
	struct arena arena;
	const struct entry *manifest_entry;
	struct bytes manifest_bytes;
	struct jar_manifest manifest;
	struct jar_signer *signers;
	size_t signer_count;
	/* Java: some signer was not stamped in time for SHA-1 to count. */
	bool no_sha1;
	bool stopped;                 /* META-INF alone is reason enough to refuse */
	struct jar_outcome *outcomes; /* of entries, by their index */
	uint64_t unprotected;
};

/* False, for callers that end there. */
#define JAR_REFUSE(jar, code, path, ...) \
	(scheme_refuse((jar)->scheme, REFUSAL_##code, 0, path, __VA_ARGS__), false)

/* jarnames.c: what a name means. A name that ends in "/" is a folder whatever it holds. */
bool jar_is_folder(const struct entry *entry);
/* Entries that the platform passes over are not seen: folders. */
bool jar_is_seen(const struct jar *jar, const struct entry *entry);
bool jar_in_meta(const struct jar *jar, const struct entry *entry);
bool jar_is_manifest(const struct jar *jar, const struct entry *entry);
bool jar_is_block(const struct jar *jar, const struct entry *entry);
bool jar_is_file(const struct jar *jar, const struct entry *entry);
/* True if a signature file is the one of a block. */
bool jar_are_pair(const struct jar *jar, const struct entry *block, const struct entry *file);
/* Java: what the signature itself is made of. */
bool jar_is_signature_part(const struct jar *jar, const struct entry *entry);

/* jarmeta.c: reads and verifies META-INF. False if that is reason enough to refuse. */
bool jar_meta_open(struct jar *jar);

/*
 * jarblock.c: verifies the signature block over the signature file; fills the signer's row. False
 * if it was refused.
 */
bool jar_block_verify(struct jar *jar, struct jar_signer *signer);

/* jarfile.c: verifies the manifest against the signature file. False if it was refused. */
bool jar_file_verify(struct jar *jar, struct jar_signer *signer);

/*
 * jarzip.c: fails with ZIP_... if Android's verifier would not read the entry: headers that
 * disagree, a size that is not the announced one (`size`; pass the announced one if not known).
 */
RESULT jar_zip_check(const struct entry *entry, uint64_t size);

/* Java: fails with ZIP_... if it would find the data, or their end, elsewhere. */
RESULT jar_zip_check_place(const struct entry *entry);

/*
 * Android's verifier inflates what has a compression method that is none, which its loader takes
 * for stored, and takes a deflate stream that lacks its end. Fails with ZIP_... Free with
 * bytes_free.
 */
bool jar_zip_odd_method(const struct entry *entry);
RESULT jar_zip_inflate(const struct entry *entry, struct bytes *out);

/* jarzip.c: fails with ZIP_COUNT if the directory is not as long as the end record says. */
RESULT jar_zip_directory(const struct container *container);

#endif
