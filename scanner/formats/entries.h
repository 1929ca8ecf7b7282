/* entries.h - the row of every entry, and questions about its name. */
#ifndef PARASOL_FORMATS_ENTRIES_H
#define PARASOL_FORMATS_ENTRIES_H

#include "formats/format.h"

/* Writes the row of an entry that was unpacked; `size` and `sha256` are of its bytes. */
void entry_facts(struct facts *facts, const struct entry *entry, const char *kind, uint64_t size,
                 const uint8_t sha256[32]);

/* True if the entry's name ends in one of the endings, upper and lower case alike; NULL ends them.
 */
bool entry_name_ends(const struct entry *entry, const char *const *endings);

/* True if it is a signature block of JAR signing: META-INF/NAME.RSA, .DSA or .EC. */
bool entry_is_signature_block(const struct entry *entry);

#endif
