/*
 * inspector.h - the state that the files of inspect.h share.
 *
 *   inspect.c   one entry: unpacked once, shown to everything that reads it
 *   holder.c    a container while its entries are read, and its signatures
 *   bundle.c    the outermost container, those found in it, and the end
 */
#ifndef PARASOL_SCAN_INSPECTOR_H
#define PARASOL_SCAN_INSPECTOR_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "formats/codebase.h"
#include "formats/format.h"
#include "formats/keyring.h"
#include "formats/yara.h"
#include "scan/inspect.h"
#include "signing/signing.h"

/* Sources that any entry may feed, whatever its kind. */
enum { ANY_ENTRY = BIT(ENTRIES) | BIT(CERTIFICATES) | BIT(KEYS) | BIT(RULES) };

struct nested;

struct inspector {
	struct outbox *outbox;
	struct pool *pool;
	uint32_t sources; /* BIT()s of those that are asked for */
	struct keyring *keyring;
	struct codebase *codebase;
	struct signing_request signing;
	pthread_mutex_t lock; /* of what follows */
	struct nested *nested;
	size_t nested_count, nested_room;
	_Atomic uint64_t stages[STAGE_COUNT]; /* nanoseconds */
	_Atomic uint64_t bytes_known, bytes_done;
	_Atomic uint64_t told; /* when progress was last told, in nanoseconds */
	_Atomic uint32_t seen; /* BIT()s of sources that had something to read */
};

/* A container, the bytes it lies in and its signatures live until the last of its jobs is done. */
struct holder {
	struct inspector *inspector;
	struct holder *parent;
	struct container *container;
	struct bytes bytes;
	struct signing *signing; /* NULL where nothing could be signed */
	const char *module;
	_Atomic size_t users;
};

struct entry_job {
	struct holder *holder;
	const struct entry *entry;
	bool beyond; /* not to be read: the bundle unpacks to more than its limit */
};

/*
 * An entry that is a container itself, with its bytes and its facts so far. It waits until the
 * threads have nothing to do: containers are opened one after the other in the order of entries,
 * so that what the limits of the bundle leave out does not hang on which thread was faster.
 */
struct nested {
	struct entry_job *job;
	struct facts facts;
	struct bytes bytes;
};

/* What a thread keeps between jobs. */
struct thread {
	struct inspector *inspector;
	struct rules_scanner *rules;
	struct text messages;
};

/* A clock to measure stages with, in nanoseconds. */
static inline uint64_t inspector_time(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

/* Adds the time since `start` to a stage and returns the time. */
uint64_t inspector_lap(struct inspector *inspector, enum stage stage, uint64_t start);

/* What only a package of an app is named. */
bool inspector_is_package(const struct entry *entry);

/* Whether the container of an entry is that of an Android app. */
bool inspector_lies_in_app(const struct entry *entry);

/*
 * What a container that cannot be opened keeps from us. A package, or whatever lies in a set of
 * packages, may be a module of the app with a manifest of its own; a damaged archive among an
 * app's assets is not.
 */
uint32_t inspector_container_lost(const struct entry *entry);
uint32_t inspector_all_sources(void);

/* Named like a package, and no container: a module that was not read, unless it is an asset. */
void inspector_no_container(const struct entry *entry, struct facts *facts);

/* Reads one entry: a job of the pool, with a struct entry_job and a struct thread. */
void inspector_entry(void *job, void *thread);

/* Sends the facts of an entry and lets go of it. */
void inspector_entry_done(struct text *messages, struct nested *entry);

/*
 * Takes over a container and its bytes and reads what is signed. The caller is its first user.
 */
struct holder *holder_new(struct inspector *inspector, struct holder *parent,
                          struct container *container, struct cursor data, struct bytes bytes);

/* The entries become jobs, and the digests of what is signed as a whole. */
void holder_start(struct holder *holder);

/* One user less. The last one writes what the signatures turned out to be worth. */
void holder_release(struct holder *holder);

#endif
