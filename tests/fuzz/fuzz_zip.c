/* fuzz_zip.c - a ZIP: every header, every entry, the signing block. */
#include "intake/entry.h"
#include "intake/limits.h"
#include "intake/zipview.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct result sum(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	*(uint64_t *)state += at + len + bytes[0] + bytes[len - 1];
	return OK;
}

static void read_all(const struct container *container, struct facts *facts)
{
	for (size_t i = 0; i < container->count; i++) {
		const struct entry *entry = &container->entries[i];
		struct bytes bytes;
		uint64_t total = 0;

		if (!text_is_clean(entry->path, __builtin_strlen(entry->path)))
			__builtin_trap();
		if (entry_read(entry, facts, &bytes).ok)
			bytes_free(&bytes);
		(void)entry_stream(entry, facts, sum, &total).ok;
		(void)container_find(container, entry->name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct container *container = NULL;
	struct entry_id id = {0};
	struct facts facts;
	uint64_t at, len;

	limit_reset(size);
	facts_init(&facts, id, "");
	if (zipend_bid(data, size) &&
	    container_open(data, size, "", NULL, id, &facts, &container).ok) {
		read_all(container, &facts);
		if (zipview_signing_block(container, &at, &len) && (at > size || len > size - at))
			__builtin_trap();
		if (zipview_harmony_block(container, &at, &len) && (at > size || len > size - at))
			__builtin_trap();
		container_close(container);
	}
	facts_free(&facts);
	return 0;
}
