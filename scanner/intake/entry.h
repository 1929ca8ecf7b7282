/*
 * entry.h - entries of a bundle, and the containers they lie in.
 *
 * A container is a ZIP (through zipview, random access), an archive that libarchive reads (tar, 7z,
 * compressed streams; unpacked into memory when opened), or a lone file. Names never reach a file
 * system call.
 */
#ifndef PARASOL_INTAKE_ENTRY_H
#define PARASOL_INTAKE_ENTRY_H

#include "base/arena.h"
#include "base/cursor.h"
#include "facts/facts.h"

enum entry_type { ENTRY_FILE, ENTRY_FOLDER, ENTRY_LINK, ENTRY_SPECIAL };

struct entry {
	struct entry_id id;
	const char *path; /* clean and unique: "outer.zip!/lib/x.so"; see path.h */
	const char *name; /* raw name in its container, NUL-terminated (may hold earlier NULs) */
	size_t name_len;
	/* of ZIP entries by their unix mode: the platform ignores it, so links there are read, too
	 */
	enum entry_type type;
	uint64_t size;   /* announced size after unpacking; a hint, never trusted */
	uint64_t packed; /* bytes it takes in the container */
	struct container *container;
	uint32_t index; /* in its container */
	bool shadowed;  /* another entry of the same name is the one that the loader sees */
};

enum container_kind { CONTAINER_ZIP, CONTAINER_ARCHIVE, CONTAINER_FILE };

struct container {
	enum container_kind kind;
	const char *format;       /* "zip", "tar", "7zip", "gzip" ... or "file" */
	const char *path;         /* clean path of the container itself; "" for the bundle */
	struct container *parent; /* NULL for the bundle */
	uint32_t depth;           /* 0 for the bundle */
	struct entry_id id;
	struct entry *entries; /* in the container's own order */
	size_t count;
	struct arena arena; /* owns everything above */
	void *state;        /* of the reader behind it */
};

/* Bytes of one entry. `data` is valid until bytes_free; what is stored is not copied. */
struct bytes {
	const uint8_t *data;
	size_t size;
	void *owned; /* memory to free, or NULL */
};

void bytes_free(struct bytes *bytes);

/*
 * Opens `data` as a container; it must outlive the container. What is odd or damaged but leaves
 * something to read becomes issues in `facts` (the batch of the container itself); failure means
 * that nothing can be read, or that it is no container: then the code is BUNDLE_TYPE.
 * `path` is the clean path of the container ("" for the bundle).
 */
RESULT container_open(const void *data, size_t size, const char *path, struct container *parent,
                      struct entry_id id, struct facts *facts, struct container **out);

/* A container of one entry: the file itself, called `name`. */
RESULT container_of_file(const void *data, size_t size, const char *name, struct container **out);

void container_close(struct container *container);

/* True if the bytes look like a container that container_open reads (by magic, cheaply). */
bool container_bid(const void *data, size_t size);

/* The entry that the platform's loader sees under a raw name, or NULL. Folders are not found. */
const struct entry *container_find(const struct container *container, const char *name);

/*
 * Counts the bytes that an entry announces against the limit TOTAL. To be called once for each
 * entry before any is read, in their order; an entry for which it fails shall not be read.
 */
RESULT entry_count(const struct entry *entry);

/*
 * Unpacks an entry. Safe to call from several threads. Oddities that do not lose data become issues
 * in `facts`. Counts against the limits (limits.h). Fails with the reason that nothing, or not
 * everything, could be read.
 */
RESULT entry_read(const struct entry *entry, struct facts *facts, struct bytes *out);

/*
 * Unpacks an entry of any size piece by piece: `take` gets pieces in order, `at` counts unpacked
 * bytes from 0. A failure of `take` ends the reading and is returned. entry_read fails with
 * LIMIT_ENTRY for entries above the limit PARSE; this does not. Failures found only at the end,
 * such as damaged data, come after the pieces before them.
 */
typedef struct result (*entry_piece)(void *state, const uint8_t *bytes, size_t len, uint64_t at);
RESULT entry_stream(const struct entry *entry, struct facts *facts, entry_piece take, void *state);

#endif
