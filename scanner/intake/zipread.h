/* zipread.h - the contents of ZIP entries. */
#ifndef PARASOL_INTAKE_ZIPREAD_H
#define PARASOL_INTAKE_ZIPREAD_H

#include "intake/zipview.h"

/* As entry_count, entry_read and entry_stream (entry.h), for entries of a ZIP. */
RESULT zipread_count(const struct entry *entry);
RESULT zipread_whole(const struct entry *entry, struct facts *facts, struct bytes *out);
RESULT zipread_stream(const struct entry *entry, struct facts *facts, entry_piece take,
                      void *state);

/* Whether `size` bytes are more than the limit RATIO lets the entry unpack to. */
bool zipread_expands(const struct zip_record *record, uint64_t size);

#endif
