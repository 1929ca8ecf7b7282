/* outbox.c - writing messages to the parent. */
#include "scan/outbox.h"

#include <errno.h>
#include <unistd.h>

#include "facts/records.h"

/* Enough to be worth a system call; what a dying worker may take with it is no more than this. */
enum { FLUSH_AT = 32 * 1024 };

void outbox_init(struct outbox *outbox, int fd)
{
	*outbox = (struct outbox){.fd = fd};
	pthread_mutex_init(&outbox->lock, NULL);
}

void outbox_flush(struct outbox *outbox, struct text *messages)
{
	size_t done = 0;

	pthread_mutex_lock(&outbox->lock);
	while (done < messages->len && !outbox->broken) {
		ssize_t wrote = write(outbox->fd, messages->data + done, messages->len - done);
		if (wrote > 0)
			done += (size_t)wrote;
		else if (errno != EINTR)
			outbox->broken = true;
	}
	pthread_mutex_unlock(&outbox->lock);
	messages->len = 0;
}

void outbox_facts(struct outbox *outbox, struct text *messages, struct facts *facts)
{
	struct text batch = {0};

	batch_write(facts, &batch);
	if (facts->rows.len)
		message_put(messages, MESSAGE_BATCH, batch.data, batch.len);
	text_free(&batch);
	if (messages->len >= FLUSH_AT)
		outbox_flush(outbox, messages);
}

void outbox_send(struct outbox *outbox, enum message_type type, const void *payload, size_t len)
{
	struct text message = {0};

	message_put(&message, type, payload, len);
	outbox_flush(outbox, &message);
	text_free(&message);
}
