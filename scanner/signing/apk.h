/*
 * apk.h - an Android package: which signature schemes count for which platform versions, and
 * whether all versions of a range accept the package (AOSP apksig, ApkVerifier).
 *
 *   from version 33 on v3.1, from 28 on v3, from 24 on v2; the newest that is there counts, and v1
 *   only where none of them is there
 */
#ifndef PARASOL_SIGNING_APK_H
#define PARASOL_SIGNING_APK_H

#include "signing/package.h"
#include "signing/signing.h"

struct apk;

/*
 * True if a container is an Android package, whatever its name and signed or not. `asked`: the user
 * spoke of platform versions, which only such a package has, so that one without any mark of it
 * will do.
 */
bool apk_bid(const struct container *container, bool asked);

/* True if a container is a library (AAR): its manifest is text, its code lies in classes.jar. */
bool apk_is_library(const struct container *container);

/*
 * True if a container is beyond doubt an Android package: its manifest is binary XML, or cannot be
 * read, and code, resources or a signing block lie beside it. Entries that other kinds are known by
 * do not change what Android makes of it.
 */
bool apk_is_package(const struct container *container);

/* As signing.h has them. */
struct apk *apk_open(const struct container *container, struct cursor data,
                     const struct signing_request *request);
void apk_entry(struct apk *apk, const struct entry *entry, struct cursor body,
               const uint8_t *sha256);
void apk_entry_unread(struct apk *apk, const struct entry *entry);
size_t apk_jobs(const struct apk *apk);
void apk_run(struct apk *apk, size_t job);

/* When all entries and jobs are done. The package lives as long as `apk`. */
const struct package *apk_judge(struct apk *apk);

/* Rows below that of the package: blocks, ancestors, the stamp. */
void apk_facts(const struct apk *apk, const struct inspection *inspection, uint32_t signing);

void apk_close(struct apk *apk);

#endif
