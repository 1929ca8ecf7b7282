/* outbox.h - the worker's end of the pipe; messages from several threads, each whole. */
#ifndef PARASOL_SCAN_OUTBOX_H
#define PARASOL_SCAN_OUTBOX_H

#include <pthread.h>

#include "facts/facts.h"
#include "scan/message.h"

struct outbox {
	int fd;
	pthread_mutex_t lock;
	bool broken; /* the parent is gone */
};

void outbox_init(struct outbox *outbox, int fd);

/* Writes everything in `messages` and empties it. */
void outbox_flush(struct outbox *outbox, struct text *messages);

/* Adds the rows of `facts` as a message, and flushes when there is enough to send. */
void outbox_facts(struct outbox *outbox, struct text *messages, struct facts *facts);

void outbox_send(struct outbox *outbox, enum message_type type, const void *payload, size_t len);

#endif
