/* file.h - reading and writing whole files. */
#ifndef PARASOL_BASE_FILE_H
#define PARASOL_BASE_FILE_H

#include "base/text.h"

/* Reads a file of at most `limit` bytes. Fails with USAGE if it is not there or is larger. */
RESULT file_read(const char *path, size_t limit, struct text *out);

/*
 * Writes a file so that a reader sees the old content or the new, never a part: a temporary file in
 * the same folder, fsync, rename, fsync of the folder. Path "-" is standard output.
 */
RESULT file_write(const char *path, const void *bytes, size_t len);

#endif
