/*
 * message.h - what the worker says to its parent over the pipe.
 *
 *   u32 length of what follows, u8 type, then
 *   BATCH     a batch of rows (facts/records.h)
 *   SOURCE    u8 source, u8 status: the source came to its end
 *   LAYERS    u32: the layers of the sandbox that hold
 *   PROGRESS  u64 bytes done, u64 bytes known
 *   TIMING    u8 stage, u64 nanoseconds, of all threads together
 *   END       nothing; the worker is done and nothing was lost
 *
 * Numbers are little-endian. The parent takes none of it on trust.
 */
#ifndef PARASOL_SCAN_MESSAGE_H
#define PARASOL_SCAN_MESSAGE_H

#include "base/cursor.h"
#include "base/text.h"

enum message_type {
	MESSAGE_BATCH = 1,
	MESSAGE_SOURCE,
	MESSAGE_LAYERS,
	MESSAGE_PROGRESS,
	MESSAGE_TIMING,
	MESSAGE_END
};

/* A message that is longer ends the conversation. */
enum { MESSAGE_MAX = 64 << 20 };

enum stage {
	STAGE_OPEN,
	STAGE_UNPACK,
	STAGE_HASH,
	STAGE_PARSE,
	STAGE_RULES,
	STAGE_SIGN,
	STAGE_KEYRING,
	STAGE_CODE,
	STAGE_SEND,
	STAGE_COUNT
};
const char *stage_name(enum stage stage);

void message_put(struct text *out, enum message_type type, const void *payload, size_t len);

/* Takes the first whole message off `in`; false if there is none yet. Fails if it is not valid. */
RESULT message_take(struct text *in, size_t *used, enum message_type *type, struct cursor *payload,
                    bool *whole);

#endif
