/*
 * member.h - the members of an archive on their way into memory and into a container's entries.
 */
#ifndef PARASOL_INTAKE_MEMBER_H
#define PARASOL_INTAKE_MEMBER_H

#include "intake/entry.h"
#include "intake/oddity.h"

/* A member of an archive. */
struct member {
	struct text name;
	enum entry_type type;
	const uint8_t *data; /* NULL if not kept */
	uint8_t *owned;
	uint64_t size;
	bool refused;
	enum diag refusal;
};

/* What an archive is by its first bytes. */
struct unpack_kind {
	const char *format;
	const char *magic;
	size_t len, at;
	int filter; /* of libarchive, or 0 */
};

struct unpacked {
	const uint8_t *data;
	size_t size;
	const struct unpack_kind *kind;
	struct member *members;
	size_t count, room;
	bool lone;      /* a compressed stream that is no tar */
	uint64_t kept;  /* bytes in memory */
	uint64_t total; /* bytes of all members */
};

struct member *member_add(struct unpacked *unpacked);

/* Reports an unsafe name, a link, a device. */
void member_report(const struct member *member, struct oddity_list *odd);

/* One member on its way into memory. */
struct member_store {
	struct unpacked *unpacked;
	struct member *member;
	size_t room;
	bool drop; /* too large to be kept; counted only */
};

/* An entry_piece: takes the next piece of the member, within the limits. `state` is the store. */
RESULT member_piece(void *state, const uint8_t *bytes, size_t len, uint64_t at);

/* Ends a store: gives back memory that is not needed, or all if the member was not `kept`. */
void member_finish(struct member_store *store, bool kept);

/* Makes the entries of the container, whose state is a struct unpacked. */
RESULT member_entries(struct container *container);

#endif
