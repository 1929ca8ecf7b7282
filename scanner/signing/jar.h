/*
 * jar.h - JAR signing ("v1" of an Android package): the manifest, the signature files, the blocks.
 *
 *   META-INF/MANIFEST.MF  digests of entries, one section for each
 *   META-INF/NAME.SF      digests of the manifest, of its main attributes, and of its sections
 *   META-INF/NAME.RSA     (.DSA, .EC) SignedData over the signature file, with certificates
 *
 * Sources: JAR File Specification (Signed JAR File); AOSP apksig, V1SchemeVerifier, for Android,
 * whose rules hang on the platform versions in question; JDK, JarVerifier and jarsigner, for Java.
 *
 * jar_open reads META-INF and verifies what lies there; the digests of entries are compared while
 * their bytes are at hand (jar_entry); jar_finish decides. Nothing fails: what stands against the
 * signature is a refusal of the scheme.
 */
#ifndef PARASOL_SIGNING_JAR_H
#define PARASOL_SIGNING_JAR_H

#include "intake/entry.h"
#include "signing/scheme.h"

struct jar_request {
	bool java; /* as jarsigner of the JDK verifies; else as Android, for this range: */
	int64_t min_sdk, max_sdk; /* max_sdk: INT32_MAX for no end */
	/*
	 * APK signature schemes by their numbers (bit 2 for v2, bit 3 for v3): those that the
	 * platforms in question know, and those that are there. A signature file that names one
	 * (X-Android-APK-Signed) which is known and not there was stripped of it.
	 */
	uint32_t schemes_known, schemes_found;
};

struct jar;

/*
 * Fills `scheme` (of scheme_init: name v1 or jar) as far as META-INF goes: present, signers in the
 * order of their blocks, refusals. Container and scheme must outlive the object.
 */
struct jar *jar_open(const struct container *container, const struct jar_request *request,
                     struct scheme *scheme);

/*
 * An entry of the container, unpacked, with its SHA-256; `body` has no data if it is too large for
 * memory. Each entry at most once, from any thread.
 */
void jar_entry(struct jar *jar, const struct entry *entry, struct cursor body,
               const uint8_t *sha256);
/* An entry that could not be read. */
void jar_entry_unread(struct jar *jar, const struct entry *entry);

/*
 * After the last entry; entries that were not handed in are read here. Completes the scheme:
 * refusals of entries in their order, verified, digests, weak_digest.
 */
void jar_finish(struct jar *jar);

/* After jar_finish: entries that no verified signature covers, those of the signature aside. All of
 * them if it does not verify. */
uint64_t jar_unprotected(const struct jar *jar);

/* APK signature schemes that the signature files name, as in struct jar_request; from jar_open on.
 */
uint32_t jar_schemes_named(const struct jar *jar);

void jar_free(struct jar *jar);

#endif
