/*
 * signing.h - the signatures of one container, judged as its platform judges them.
 *
 * signing_open reads what a signature says before the entries are read; the readers of entries hand
 * their bytes in while they are hot (signing_entry), so that nothing is unpacked twice; when the
 * last entry and the digests of the whole file (signing_run) are done, signing_finish writes the
 * rows.
 *
 *   apk.c, apkjudge.c   an Android package: which schemes count for which platform versions
 *   block.c             the APK Signing Block
 *   v2v3.c, v2.c, v3.c  APK Signature Schemes v2, v3, v3.1; contents.c: their digests
 *   v4.c, stamp.c       the file beside a package; the stamp of a store
 *   jar.c               JAR signing (v1), java.c: archives that have nothing else
 *   hap.c               packages of HarmonyOS
 *   scheme.h, package.h what they find, and the rows made of it; refusals.def: every reason
 */
#ifndef PARASOL_SIGNING_SIGNING_H
#define PARASOL_SIGNING_SIGNING_H

#include "formats/format.h"

struct signing;

/* What the user asked for; -1 where it is left to the manifest. */
struct signing_request {
	int64_t min_sdk, max_sdk;
	struct cursor idsig; /* v4 signature beside the bundle; no data if there is none */
};

/*
 * NULL if the container is of a kind that carries no signature of its own (an archive, a lone
 * file). `data` is the container's file. Safe for hostile input; never fails: what cannot be read
 * is a refusal and becomes an issue.
 */
struct signing *signing_open(const struct container *container, struct cursor data,
                             const struct signing_request *request);

/*
 * The row of a package that cannot be opened at all, for the thread's last failure: nobody accepts
 * it. Only where the user asked about platform versions, since nothing else says that the file was
 * meant to be a package.
 */
void signing_unreadable(const struct signing_request *request, const char *module,
                        struct facts *facts);

/* The sources whose rows it writes, as BIT(...)s. */
uint32_t signing_sources(const struct signing *signing);

/* The unpacked bytes of one entry and their SHA-256. From any thread, once for each entry. */
void signing_entry(struct signing *signing, const struct entry *entry, struct cursor body,
                   const uint8_t *sha256);
/* An entry that could not be read: what covers it cannot be verified. */
void signing_entry_unread(struct signing *signing, const struct entry *entry);

/* Jobs over the whole file, independent of each other and of the entries: run each index once, from
 * any thread. */
size_t signing_jobs(const struct signing *signing);
void signing_run(struct signing *signing, size_t job);

/* Writes the rows into `inspection->facts` (the batch of the container), certificates of signers to
 * the keyring; ends the object. */
void signing_finish(struct signing *signing, const struct inspection *inspection);

#endif
