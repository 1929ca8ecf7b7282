/* apkstate.h - an Android package while it is read and judged; shared by apk.c and apkjudge.c. */
#ifndef PARASOL_SIGNING_APKSTATE_H
#define PARASOL_SIGNING_APKSTATE_H

#include "signing/apk.h"
#include "signing/apkmanifest.h"
#include "signing/contents.h"
#include "signing/jar.h"
#include "signing/stamp.h"
#include "signing/v2v3.h"
#include "signing/v4.h"

/* Platform versions that brought a scheme or a rule. */
enum { SDK_V2 = 24, SDK_SANDBOX = 26, SDK_V3 = 28, SDK_STAMP = 30, SDK_V31 = 33 };

/* From this target version on v1 alone is not enough. */
enum { TARGET_V2 = 30 };

struct apk {
	struct arena arena;
	const struct container *container;
	struct cursor data;
	struct sections sections;
	struct apk_manifest manifest;
	int64_t min_sdk, max_sdk; /* the range judged; RANGE_MAX for no end */
	bool max_asked, min_open;
	struct apk_scheme v2, v3, v31;
	struct scheme v1;
	struct v4 v4;
	struct scheme whole; /* what is refused about the package itself */
	struct stamp stamp;
	struct jar *jar;
	struct contents *contents;
	struct package package;
	bool hopeless;        /* refused before any scheme was looked at */
	_Atomic bool limited; /* something was not read for a limit of the scan */
	bool v32;             /* a scheme is there that is not known */
};

/* Decides when everything was read: fills the package. */
void apkjudge(struct apk *apk);

#endif
