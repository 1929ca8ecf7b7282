/* message.c - framing of the worker's messages. */
#include "scan/message.h"

const char *stage_name(enum stage stage)
{
	static const char *const names[] = {"open",  "unpack", "hash",    "parse",
	                                    "rules", "sign",   "keyring", "code", "send"};

	return names[stage];
}

void message_put(struct text *out, enum message_type type, const void *payload, size_t len)
{
	size_t size = len + 1;
	char head[5] = {(char)size, (char)(size >> 8), (char)(size >> 16), (char)(size >> 24),
	                (char)type};

	text_add(out, head, sizeof head);
	text_add(out, payload, len);
}

struct result message_take(struct text *in, size_t *used, enum message_type *type,
                           struct cursor *payload, bool *whole)
{
	struct cursor c = cursor_over(in->data, in->len, DIAG_WORKER_RECORD);
	uint32_t size;
	uint8_t number;

	*whole = false;
	if (in->len - *used < 5)
		return OK;
	TRY(cursor_seek(&c, *used));
	TRY(cursor_u32le(&c, &size));
	ENSURE(size >= 1 && size <= MESSAGE_MAX, WORKER_RECORD, *used, "a message of %u bytes",
	       size);
	if (cursor_left(&c) < size)
		return OK;
	TRY(cursor_u8(&c, &number));
	ENSURE(number >= MESSAGE_BATCH && number <= MESSAGE_END, WORKER_RECORD, *used,
	       "a message of type %u", number);
	TRY(cursor_window(&c, size - 1, payload));
	*type = (enum message_type)number;
	*used = c.pos;
	*whole = true;
	return OK;
}
