/*
 * unpack.h - libarchive, fenced in: tar, 7-Zip and compressed streams, and inflating what is not
 * plain in a ZIP. One filter (gzip, bzip2, xz or zstd) is set by hand from the magic bytes, so that
 * libarchive never stacks filters by itself and never starts another program; what lies below a
 * second filter is a container inside the first.
 */
#ifndef PARASOL_INTAKE_UNPACK_H
#define PARASOL_INTAKE_UNPACK_H

#include "intake/zipview.h"

bool unpack_bid(const void *data, size_t size);

/*
 * Opens an archive and unpacks its members into memory, up to the limit PARSE in all; what is
 * stored without compression is not copied. Larger members are listed, and read by unpack_stream.
 */
RESULT unpack_open(struct container *container, const void *data, size_t size, struct facts *facts);
void unpack_close(struct container *container);

RESULT unpack_whole(const struct entry *entry, struct bytes *out);
RESULT unpack_stream(const struct entry *entry, entry_piece take, void *state);

/*
 * Unpacks the packed bytes of a ZIP record by a method that libarchive knows, through a ZIP of this
 * one entry that is made in memory. Sizes and CRC are not compared. Fails with ZIP_DATA.
 */
RESULT unpack_record(const struct zip_record *record, const uint8_t *packed, uint16_t method,
                     entry_piece take, void *state);

/* The version of libarchive that runs. */
const char *unpack_version(void);

/* Whether unpack_record knows a method. */
bool unpack_knows(uint16_t method);

#endif
