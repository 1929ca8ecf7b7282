/*
 * zipread.c - the contents of ZIP entries, as the loader sees them.
 *
 * Plain deflate goes through libdeflate, what is stored is not copied, everything else and every
 * very large entry goes through libarchive.
 */
#include "intake/zipread.h"

#include <stdlib.h>
#include <string.h>

#include "intake/inflate.h"
#include "intake/limits.h"
#include "intake/unpack.h"

enum { CIPHER_HEADER = 12 }; /* that traditional encryption puts before the data */

static const uint64_t ratio_free = 64ULL << 20;
static const size_t piece_size = 4U << 20;

/* One entry being read. */
struct reading {
	const struct zipview *view;
	const struct zip_record *record;
	struct facts *facts; /* may be NULL */
	const uint8_t *packed;
};

#define ISSUE(reading, code, ...) \
	do { \
		if ((reading)->facts) \
			facts_issue((reading)->facts, DIAG_##code, (reading)->record->at, \
			            __VA_ARGS__); \
	} while (0)

static bool flagged(const struct zip_record *record)
{
	return (record->flags | record->local_flags) & ZIP_FLAG_ENCRYPTED;
}

static RESULT begin(const struct entry *entry, struct facts *facts, struct reading *out)
{
	const struct zipview *view = entry->container->state;
	const struct zip_record *record = &view->records[entry->index];
	struct cursor packed;

	if (record->refused) {
		fault_note(record->refusal, record->at, __FILE__, __LINE__, "%s", record->why);
		return FAILED;
	}
	ENSURE(!(record->aes && flagged(record)), ZIP_ENCRYPTED, record->at,
	       "the entry is encrypted with AES (APPNOTE 4.5, extra field 0x9901)");
	TRY(cursor_slice(&view->file, record->data, record->packed, &packed));
	*out = (struct reading){view, record, facts, packed.data};
	return OK;
}

/* The most bytes that the entry may unpack to, by its packed size. */
static uint64_t most_by_ratio(const struct zip_record *record)
{
	uint64_t most = record->packed > UINT64_MAX / limit_get(LIMIT_RATIO)
	                        ? UINT64_MAX
	                        : record->packed * limit_get(LIMIT_RATIO);

	return most < ratio_free ? ratio_free : most;
}

bool zipread_expands(const struct zip_record *record, uint64_t size)
{
	return size > most_by_ratio(record);
}

static RESULT fail_ratio(const struct zip_record *record)
{
	FAIL(LIMIT_RATIO, record->at, "%llu packed bytes expand more than %llu to 1",
	     (unsigned long long)record->packed, (unsigned long long)limit_get(LIMIT_RATIO));
}

static RESULT fail_entry(const struct zip_record *record, uint64_t most)
{
	FAIL(LIMIT_ENTRY, record->at, "the entry is larger than %llu bytes",
	     (unsigned long long)most);
}

static RESULT fail_shared(const struct zip_record *record)
{
	FAIL(ZIP_OVERLAP, record->at,
	     "the entry shares bytes with others and is larger than its announced %llu bytes",
	     (unsigned long long)record->size);
}

/* What stands against unpacking more than `size` bytes, if anything. */
static RESULT permit(const struct zip_record *record, uint64_t size, uint64_t most)
{
	if (record->shared && record->method == ZIP_DEFLATED && size > record->size)
		return fail_shared(record);
	if (size > most_by_ratio(record))
		return fail_ratio(record);
	return size > most ? fail_entry(record, most) : OK;
}

static bool random_looking(const struct zip_record *record, uint64_t size)
{
	if (record->method == ZIP_STORED)
		return record->packed == record->size + CIPHER_HEADER;
	return size != record->size;
}

/* Compares what came out with what was announced. `crc` is of the contents. */
static RESULT verify(const struct reading *r, uint64_t size, uint32_t crc)
{
	const struct zip_record *record = r->record;
	bool sound = crc == record->crc;

	if (flagged(record) && !sound && random_looking(record, size))
		FAIL(ZIP_ENCRYPTED, record->at, "the entry is encrypted");
	ENSURE(sound || size >= record->size, ZIP_DATA, record->at,
	       "the data end after %llu of %llu bytes and the CRC-32 is wrong",
	       (unsigned long long)size, (unsigned long long)record->size);
	if (flagged(record))
		ISSUE(r, ZIP_ENCRYPTED_FLAG, "the encryption flag is set, the data are plain");
	if (size != record->size)
		ISSUE(r, ZIP_SIZE, "the entry has %llu bytes, %llu are announced",
		      (unsigned long long)size, (unsigned long long)record->size);
	if (!sound)
		ISSUE(r, ZIP_CRC, "the CRC-32 is %08x, %08x is announced", crc, record->crc);
	return OK;
}

/* Stored entries are as long as their size, not their packed size: so does the loader. */
static uint64_t stored_size(const struct reading *r)
{
	uint64_t bound = r->view->end.directory - r->record->data;

	return r->record->method == ZIP_STORED && r->record->size <= bound && !flagged(r->record)
	               ? r->record->size
	               : r->record->packed;
}

/* What was announced was counted when the archive was opened. */
static RESULT count_excess(const struct zip_record *record, uint64_t size)
{
	return size > record->size ? limit_count_excess(size - record->size) : OK;
}

/* Entries that are refused by their announced size alone are never unpacked. */
struct result zipread_count(const struct entry *entry)
{
	const struct zipview *view = entry->container->state;
	const struct zip_record *record = &view->records[entry->index];

	if (record->refused || record->size > limit_get(LIMIT_ENTRY) ||
	    record->size > most_by_ratio(record))
		return OK;
	return limit_count_bytes(record->size);
}

static RESULT read_stored(const struct reading *r, struct bytes *out)
{
	uint64_t size = stored_size(r);

	if (size > limit_get(LIMIT_PARSE))
		return fail_entry(r->record, limit_get(LIMIT_PARSE));
	TRY(verify(r, size, inflate_crc(0, r->packed, (size_t)size)));
	TRY(count_excess(r->record, size));
	*out = (struct bytes){.data = r->packed, .size = (size_t)size};
	return OK;
}

static RESULT damaged(const struct reading *r)
{
	if (flagged(r->record))
		FAIL(ZIP_ENCRYPTED, r->record->at, "the entry is encrypted");
	FAIL(ZIP_DATA, r->record->at, "the compressed data are damaged (RFC 1951)");
}

static RESULT too_large(const struct zip_record *record, uint64_t most)
{
	/* what was unpacked in vain was work, too */
	TRY(count_excess(record, most));
	struct result permitted = permit(record, most + 1, limit_get(LIMIT_PARSE));

	return permitted.ok ? fail_entry(record, most) : permitted;
}

static uint64_t most_in_memory(const struct zip_record *record)
{
	uint64_t most = limit_get(LIMIT_PARSE), ratio = most_by_ratio(record);

	most = ratio < most ? ratio : most;
	return record->shared && record->size < most ? record->size : most;
}

static RESULT keep_inflated(const struct reading *r, const struct inflated *done, struct bytes *out)
{
	TRY(verify(r, done->size, inflate_crc(0, done->data, done->size)));
	TRY(count_excess(r->record, done->size));
	if (done->used < r->record->packed)
		ISSUE(r, ZIP_DATA_TRAILING, "%llu bytes follow the end of the compressed data",
		      (unsigned long long)(r->record->packed - done->used));
	*out = (struct bytes){.data = done->data, .size = done->size, .owned = done->data};
	return OK;
}

static RESULT read_deflated(const struct reading *r, struct bytes *out)
{
	const struct zip_record *record = r->record;
	uint64_t most = most_in_memory(record);
	struct inflated done;

	/* not worth unpacking up to the limit to find that it is passed */
	if (record->size > most_by_ratio(record))
		return fail_ratio(record);
	if (record->size > limit_get(LIMIT_PARSE))
		return fail_entry(record, limit_get(LIMIT_PARSE));
	enum inflate_end end =
		inflate_all(r->packed, (size_t)record->packed, record->size, (size_t)most, &done);
	if (end == INFLATE_TOO_LARGE)
		return too_large(record, most);
	if (end == INFLATE_DAMAGED)
		return damaged(r);
	struct result kept = keep_inflated(r, &done, out);
	if (!kept.ok)
		free(done.data);
	return kept;
}

/* Pieces put together in memory, and counted. */
struct gathered {
	const struct zip_record *record;
	uint8_t *data;
	size_t size, room;
};

static RESULT gather(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	struct gathered *g = state;

	(void)at;
	TRY(permit(g->record, g->size + len, limit_get(LIMIT_PARSE)));
	if (g->size + len > g->room) {
		g->room = 2 * g->room > g->size + len ? 2 * g->room : g->size + len + 4096;
		g->data = realloc(g->data, g->room);
		if (!g->data)
			fault_out_of_memory();
	}
	memcpy(g->data + g->size, bytes, len);
	g->size += len;
	return OK;
}

static RESULT read_foreign(const struct reading *r, struct bytes *out)
{
	struct gathered g = {.record = r->record};
	struct result done = unpack_record(r->record, r->packed, r->record->method, gather, &g);

	if (done.ok)
		done = verify(r, g.size, inflate_crc(0, g.data, g.size));
	if (done.ok)
		done = count_excess(r->record, g.size);
	if (!done.ok) {
		free(g.data);
		return done;
	}
	*out = (struct bytes){.data = g.data, .size = g.size, .owned = g.data};
	return OK;
}

/*
 * Some releases of Android take a method they do not know for stored, others for deflated. What
 * matches the CRC is what the author meant; failing that, what can be read at all.
 */
static RESULT read_unknown(const struct reading *r, struct bytes *out)
{
	const struct zip_record *record = r->record;
	bool stored = record->packed == record->size;

	if (stored && record->packed <= limit_get(LIMIT_PARSE) &&
	    inflate_crc(0, r->packed, (size_t)record->packed) == record->crc)
		return read_stored(r, out);
	if (read_deflated(r, out).ok)
		return OK;
	if (diag_kind(fault_last()->code) == FAULT_LIMIT)
		return FAILED;
	if (unpack_knows(record->method) && read_foreign(r, out).ok)
		return OK;
	if (stored)
		return read_stored(r, out);
	ENSURE(!flagged(record), ZIP_ENCRYPTED, record->at, "the entry is encrypted");
	FAIL(ZIP_METHOD_UNREAD, record->at + 10,
	     "compression method %u is not read, and the data are neither stored nor deflate",
	     record->method);
}

struct result zipread_whole(const struct entry *entry, struct facts *facts, struct bytes *out)
{
	struct reading r;

	TRY(begin(entry, facts, &r));
	if (r.record->method == ZIP_STORED)
		return read_stored(&r, out);
	if (r.record->method == ZIP_DEFLATED)
		return read_deflated(&r, out);
	return read_unknown(&r, out);
}

/* A stream on its way to the caller: checked, counted, and summed up. */
struct flow {
	const struct reading *r;
	entry_piece take;
	void *state;
	uint64_t size;
	uint32_t crc;
};

static RESULT pass(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	struct flow *flow = state;

	(void)at;
	TRY(permit(flow->r->record, flow->size + len, limit_get(LIMIT_ENTRY)));
	if (flow->size + len > flow->r->record->size)
		TRY(limit_count_excess(len));
	flow->crc = inflate_crc(flow->crc, bytes, len);
	TRY(flow->take(flow->state, bytes, len, flow->size));
	flow->size += len;
	return OK;
}

static RESULT stream_stored(struct flow *flow)
{
	uint64_t size = stored_size(flow->r);

	for (uint64_t at = 0; at < size; at += piece_size) {
		uint64_t left = size - at;
		TRY(pass(flow, flow->r->packed + at, left < piece_size ? (size_t)left : piece_size,
		         at));
	}
	return OK;
}

static RESULT stream_large(const struct reading *r, entry_piece take, void *state)
{
	struct flow flow = {.r = r, .take = take, .state = state};
	const struct zip_record *record = r->record;

	TRY(permit(record, record->method == ZIP_STORED ? 0 : record->size,
	           limit_get(LIMIT_ENTRY)));
	if (record->method == ZIP_STORED)
		TRY(stream_stored(&flow));
	else
		TRY(unpack_record(record, r->packed, ZIP_DEFLATED, pass, &flow));
	return verify(r, flow.size, flow.crc);
}

struct result zipread_stream(const struct entry *entry, struct facts *facts, entry_piece take,
                             void *state)
{
	struct bytes bytes;
	struct reading r;

	TRY(begin(entry, facts, &r));
	/* entries that fit in memory are read whole, which also finds out about odd methods */
	if (r.record->size <= limit_get(LIMIT_PARSE) &&
	    r.record->packed <= limit_get(LIMIT_PARSE)) {
		if (zipread_whole(entry, facts, &bytes).ok) {
			struct result taken =
				bytes.size ? take(state, bytes.data, bytes.size, 0) : OK;
			bytes_free(&bytes);
			return taken;
		}
		if (fault_last()->code != DIAG_LIMIT_ENTRY)
			return FAILED;
	}
	return stream_large(&r, take, state);
}
