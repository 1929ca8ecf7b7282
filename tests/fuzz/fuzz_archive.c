/* fuzz_archive.c - tar, 7-Zip and compressed streams, as deep as they nest. */
#include "intake/entry.h"
#include "intake/limits.h"
#include "intake/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_any(const uint8_t *data, size_t size, const char *path, struct container *parent,
                     struct entry_id id);

static void read_all(struct container *container, struct facts *facts)
{
	for (size_t i = 0; i < container->count; i++) {
		const struct entry *entry = &container->entries[i];
		struct bytes bytes;

		if (!entry_read(entry, facts, &bytes).ok)
			continue;
		if (container_bid(bytes.data, bytes.size))
			open_any(bytes.data, bytes.size, entry->path, container, entry->id);
		bytes_free(&bytes);
	}
}

static void open_any(const uint8_t *data, size_t size, const char *path, struct container *parent,
                     struct entry_id id)
{
	struct container *container = NULL;
	struct facts facts;

	facts_init(&facts, id, path);
	if (container_open(data, size, path, parent, id, &facts, &container).ok) {
		read_all(container, &facts);
		container_close(container);
	}
	facts_free(&facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	limit_reset(size);
	if (unpack_bid(data, size))
		open_any(data, size, "", NULL, (struct entry_id){0});
	return 0;
}
