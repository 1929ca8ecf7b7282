/* whole.c - digests of the whole file, and the row of the bundle. */
#include "scan/whole.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"

struct job {
	struct whole whole;
	uint8_t md5[DIGEST_MAX], sha256[DIGEST_MAX], sm3[DIGEST_MAX];
	_Atomic int left;
};

/* An app whose manifest is not read is a module all the same. */
static void unread_module(const struct job *job, struct facts *facts)
{
	facts_row(facts, ROW_MODULE, 0);
	facts_text(facts, FACT_MODULE_ID, "base");
	facts_text(facts, FACT_MODULE_KIND, job->whole.identity.kind);
	facts_text(facts, FACT_MODULE_IN, "");
	facts_unread(facts, FACT_MODULE_APP_ID);
	facts_unread(facts, FACT_MODULE_LABEL);
	facts_unread(facts, FACT_MODULE_VERSION_CODE);
	facts_unread(facts, FACT_MODULE_VERSION_NAME);
}

static void bundle_row(const struct job *job, struct facts *facts)
{
	facts_row(facts, ROW_BUNDLE, 0);
	facts_text(facts, FACT_BUNDLE_PLATFORM, job->whole.identity.platform);
	facts_text(facts, FACT_BUNDLE_KIND, job->whole.identity.kind);
	facts_int(facts, FACT_BUNDLE_SIZE, (int64_t)job->whole.size);
	facts_hex(facts, FACT_BUNDLE_MD5, job->md5, 16);
	facts_hex(facts, FACT_BUNDLE_SHA256, job->sha256, 32);
	facts_hex(facts, FACT_BUNDLE_SM3, job->sm3, 32);
	facts_int(facts, FACT_BUNDLE_ENTRIES, (int64_t)job->whole.entries);
	if (job->whole.identity.recognised && !job->whole.identity.supported)
		unread_module(job, facts);
}

static void send_row(struct job *job)
{
	struct text messages = {0};
	struct facts facts;

	facts_init(&facts, (struct entry_id){0}, "");
	bundle_row(job, &facts);
	outbox_facts(job->whole.outbox, &messages, &facts);
	outbox_flush(job->whole.outbox, &messages);
	facts_free(&facts);
	text_free(&messages);
}

static void run(struct job *job, enum digest_kind kind, uint8_t *out)
{
	uint64_t start = clock_read(CLOCK_MONOTONIC);

	digest(kind, job->whole.data, job->whole.size, out);
	atomic_fetch_add(job->whole.time, clock_read(CLOCK_MONOTONIC) - start);
	if (atomic_fetch_sub(&job->left, 1) != 1)
		return;
	send_row(job);
	free(job);
}

static void md5_run(void *job, void *state)
{
	(void)state;
	run(job, DIGEST_MD5, ((struct job *)job)->md5);
}

static void sha256_run(void *job, void *state)
{
	(void)state;
	run(job, DIGEST_SHA256, ((struct job *)job)->sha256);
}

static void sm3_run(void *job, void *state)
{
	(void)state;
	run(job, DIGEST_SM3, ((struct job *)job)->sm3);
}

void whole_add(struct pool *pool, const struct whole *whole)
{
	struct job *job = calloc(1, sizeof *job);

	if (!job)
		fault_out_of_memory();
	job->whole = *whole;
	job->left = 3;
	/* SM3 and MD5 have no instructions of their own: the longest jobs start first */
	pool_add(pool, sm3_run, job, UINT64_MAX);
	pool_add(pool, md5_run, job, UINT64_MAX - 1);
	pool_add(pool, sha256_run, job, UINT64_MAX - 2);
}
