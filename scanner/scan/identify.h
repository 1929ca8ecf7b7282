/* identify.h - what kind of bundle a container is, by what it holds. */
#ifndef PARASOL_SCAN_IDENTIFY_H
#define PARASOL_SCAN_IDENTIFY_H

#include "intake/entry.h"

struct identity {
	const char *platform; /* bundle/@platform */
	const char *kind;     /* bundle/@kind */
	bool recognised;      /* an app bundle, not just an archive or a file */
	bool supported;       /* its manifest is read by this release */
};

/* `content` is the content kind of a lone file, NULL for a container. */
struct identity identify(const struct container *container, const char *content);

#endif
