/* java.h - Java archives (JAR, WAR, AAR) and app bundles (AAB), signed as jarsigner signs. */
#ifndef PARASOL_SIGNING_JAVA_H
#define PARASOL_SIGNING_JAVA_H

#include "signing/package.h"

struct java;

/* True if a container is such an archive, signed or not. */
bool java_bid(const struct container *container);

/* As signing.h has them. */
struct java *java_open(const struct container *container);
void java_entry(struct java *java, const struct entry *entry, struct cursor body,
                const uint8_t *sha256);
void java_entry_unread(struct java *java, const struct entry *entry);

/* When all entries are done. The package lives as long as `java`. */
const struct package *java_judge(struct java *java);
void java_close(struct java *java);

#endif
