/*
 * apkmanifest.h - what a package's manifest says of the signatures that it must have (AOSP apksig,
 * ApkUtils: minimum and target platform version, target sandbox version).
 */
#ifndef PARASOL_SIGNING_APKMANIFEST_H
#define PARASOL_SIGNING_APKMANIFEST_H

#include "intake/entry.h"

struct apk_manifest {
	bool present; /* there is an entry AndroidManifest.xml */
	bool read;    /* and it could be read as binary XML */
	bool min_known;
	int64_t min_sdk, target_sdk, sandbox;
	char why[400]; /* what could not be read */
};

/*
 * Reads it. A version that is a codename ("R") is the one before the release of that letter. What
 * is not declared has its default: 1, the minimum, 1.
 */
void apk_manifest_read(const struct container *container, struct apk_manifest *out);

#endif
