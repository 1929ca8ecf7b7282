/*
 * zipview.h - the entries of a ZIP as the platform's loader sees them.
 *
 * Central header (APPNOTE.TXT 4.3.12), little-endian, 46 bytes, then name, extra field, comment:
 *   0 signature 02014b50  4 made by  6 needed  8 flags  10 method  12 time  14 date  16 CRC-32
 *   20 packed size  24 size  28 name length  30 extra length  32 comment length  34 disk
 *   36 internal attributes  38 external attributes  42 offset of the local header
 * Local header (4.3.7), 30 bytes, then name, extra field, data:
 *   0 signature 04034b50  4 needed  6 flags  8 method  10 time  12 date  14 CRC-32
 *   18 packed size  22 size  26 name length  28 extra length
 *
 * Sizes, method and CRC come from the central header, the place of the data from the local one:
 * so does libziparchive (AOSP system/libziparchive, zip_archive.cc). Everything runs in linear or
 * n log n time, whatever the headers say.
 */
#ifndef PARASOL_INTAKE_ZIPVIEW_H
#define PARASOL_INTAKE_ZIPVIEW_H

#include "intake/entry.h"
#include "intake/zipend.h"

enum {
	ZIP_FLAG_ENCRYPTED = 1,
	ZIP_FLAG_DESCRIPTOR = 8,
	ZIP_STORED = 0,
	ZIP_DEFLATED = 8,
	ZIP_HARMONY_TAIL = 32, /* bytes that end the signature block of a HarmonyOS package */
};

struct zip_record {
	uint64_t at;     /* of the central header */
	uint64_t local;  /* of the local header */
	uint64_t data;   /* of the packed bytes */
	uint64_t end;    /* behind the packed bytes and their data descriptor */
	uint64_t packed; /* size */
	uint64_t size;
	const uint8_t *name, *extra;
	uint32_t crc, attributes;
	uint16_t name_len, extra_len, flags, method, disk, made_by;
	uint16_t local_flags;
	bool aes;      /* the extra field says AES (APPNOTE 4.5, 0x9901) */
	bool shared;   /* bytes of other entries lie in its own */
	bool loadable; /* the local header is there, the data lie before the directory */
	/* why it is not read, if `refused` */
	bool refused;
	enum diag refusal;
	const char *why;
};

struct zipview {
	struct cursor file;
	struct zip_end end;
	uint64_t directory_end; /* behind the last central header */
	bool prefixed;          /* bytes precede the first entry, headers that only pad aside */
	struct zip_record *records;
	size_t count;
	uint32_t *by_name;     /* indices, sorted by zipview_compare */
	uint64_t signing_at;   /* of the signature block before the directory, of either kind */
	uint64_t signing_size; /* of the APK Signing Block; 0 if there is none */
	uint64_t harmony_size; /* of the HarmonyOS one; 0 if there is none or its size does not fit
	                        */
	bool harmony;          /* its magic is there */
};

/* Fills a container that has its arena, path and id. Issues go to `facts`. */
RESULT zipview_open(struct container *container, const void *data, size_t size,
                    struct facts *facts);

/*
 * Orders two names by their letters without case (ASCII), "/" first, then by their bytes, so that
 * equal names, names that differ by case, and a file and the entries below it stand together.
 */
int zipview_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* The first entry of a name, or NULL. */
const struct entry *zipview_find(const struct container *container, const char *name);

/*
 * Where the APK Signing Block lies (AOSP, APK Signature Scheme v2: it ends with its size and
 * "APK Sig Block 42" directly before the central directory), and its size with both size fields.
 * False if there is none, or the container is no ZIP.
 */
bool zipview_signing_block(const struct container *container, uint64_t *at, uint64_t *size);

/*
 * Where the signature block of a HarmonyOS package lies (OpenHarmony developtools_hapsigner): it
 * ends directly before the central directory with 4 bytes number of sub-blocks, 8 bytes size of the
 * whole, "<hap sign block>" (before version 3 "HAP Sig Block 42") and 4 bytes version. False if
 * there is none, or the container is no ZIP; `size` is 0, and `at` that of these 32 bytes, if the
 * size does not fit the file.
 */
bool zipview_harmony_block(const struct container *container, uint64_t *at, uint64_t *size);

/* Marks an entry as not to be read; the first reason stays. */
void zipview_refuse(struct zip_record *record, enum diag code, const char *why);

#endif
