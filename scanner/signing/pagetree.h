/*
 * pagetree.h - the hash tree of fs-verity (Linux Documentation/filesystems/fsverity.rst, "Merkle
 * tree"): SHA-256 of pages of 4 KiB, each behind a salt; a level is the digests of the one below,
 * filled with zeros to whole pages. Levels stand topmost first.
 */
#ifndef PARASOL_SIGNING_PAGETREE_H
#define PARASOL_SIGNING_PAGETREE_H

#include "base/cursor.h"

enum { PAGETREE_PAGE = 4096, PAGETREE_HASH = 32, PAGETREE_SALT_MAX = 32 };

struct pagetree;

/* Over parts in a row, which must outlive it. `salt` is copied. */
struct pagetree *pagetree_new(const struct cursor *parts, size_t count, const uint8_t *salt,
                              size_t salt_len);
void pagetree_free(struct pagetree *tree);

/* Hashes the pages of one job out of `jobs`, which may run at the same time. */
void pagetree_run(struct pagetree *tree, uint64_t job, uint64_t jobs);

/* The levels above and the root, when all jobs have run. */
void pagetree_finish(struct pagetree *tree);

/* The root, and all levels below it. */
const uint8_t *pagetree_root(const struct pagetree *tree);
const uint8_t *pagetree_bytes(const struct pagetree *tree, size_t *size);

#endif
