/* container.c - opens whatever holds entries, and hands calls on to the reader behind it. */
#include "intake/entry.h"

#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"
#include "intake/path.h"
#include "intake/unpack.h"
#include "intake/zipread.h"

/* Headers, names and paths of one container. */
static const size_t arena_limit = 192U << 20;

void bytes_free(struct bytes *bytes)
{
	free(bytes->owned);
	*bytes = (struct bytes){0};
}

bool container_bid(const void *data, size_t size)
{
	return zipend_bid(data, size) || unpack_bid(data, size);
}

static struct container *create(const char *path, struct container *parent, struct entry_id id)
{
	struct container *container = calloc(1, sizeof *container);

	if (!container)
		fault_out_of_memory();
	arena_init(&container->arena, arena_limit);
	container->path = arena_copy(&container->arena, path, strlen(path));
	container->parent = parent;
	container->depth = parent ? parent->depth + 1 : 0;
	container->id = id;
	return container;
}

static RESULT open_any(struct container *container, const void *data, size_t size,
                       struct facts *facts)
{
	ENSURE(container->path, LIMIT_MEMORY, AT_NONE, "the path of the container is too long");
	ENSURE(size, BUNDLE_EMPTY, AT_NONE, "the file is empty");
	ENSURE(container->depth <= limit_get(LIMIT_DEPTH) && container->id.depth < ENTRY_DEPTH_MAX,
	       LIMIT_DEPTH, AT_NONE, "containers are nested deeper than %llu levels",
	       (unsigned long long)limit_get(LIMIT_DEPTH));
	if (unpack_bid(data, size))
		return unpack_open(container, data, size, facts);
	return zipview_open(container, data, size, facts);
}

struct result container_open(const void *data, size_t size, const char *path,
                             struct container *parent, struct entry_id id, struct facts *facts,
                             struct container **out)
{
	struct container *container = create(path, parent, id);
	struct result done = open_any(container, data, size, facts);

	if (!done.ok)
		container_close(container);
	else
		*out = container;
	return done;
}

static RESULT fill_file(struct container *container, const void *data, size_t size,
                        const char *name)
{
	struct bytes *bytes;
	struct text path = {0};

	container->kind = CONTAINER_FILE;
	container->format = "file";
	ALLOC(bytes, &container->arena, 1);
	ALLOC(container->entries, &container->arena, 1);
	*bytes = (struct bytes){.data = data, .size = size};
	container->state = bytes;
	path_add(&path, "", (const uint8_t *)name, strlen(name), 0, 1);
	container->entries[0] = (struct entry){
		.id = {.depth = 1},
		.path = arena_copy(&container->arena, path.data, path.len),
		.name = arena_copy(&container->arena, name, strlen(name)),
		.name_len = strlen(name),
		.type = ENTRY_FILE,
		.size = size,
		.packed = size,
		.container = container,
	};
	text_free(&path);
	container->count = 1;
	return container->entries[0].path && container->entries[0].name ? OK : FAILED;
}

struct result container_of_file(const void *data, size_t size, const char *name,
                                struct container **out)
{
	struct container *container = create("", NULL, (struct entry_id){0});
	struct result done = fill_file(container, data, size, name);

	if (!done.ok)
		container_close(container);
	else
		*out = container;
	return done;
}

void container_close(struct container *container)
{
	if (!container)
		return;
	if (container->kind == CONTAINER_ARCHIVE)
		unpack_close(container);
	arena_free(&container->arena);
	free(container);
}

const struct entry *container_find(const struct container *container, const char *name)
{
	size_t len = strlen(name);

	if (container->kind == CONTAINER_ZIP)
		return zipview_find(container, name);
	for (size_t i = 0; i < container->count; i++) {
		const struct entry *entry = &container->entries[i];
		if (entry->type == ENTRY_FILE && !entry->shadowed && entry->name_len == len &&
		    memcmp(entry->name, name, len) == 0)
			return entry;
	}
	return NULL;
}

static RESULT file_whole(const struct entry *entry, struct bytes *out)
{
	const struct bytes *file = entry->container->state;

	ENSURE(file->size <= limit_get(LIMIT_PARSE), LIMIT_ENTRY, AT_NONE,
	       "the file is larger than %llu bytes", (unsigned long long)limit_get(LIMIT_PARSE));
	*out = (struct bytes){.data = file->data, .size = file->size};
	return OK;
}

struct result entry_count(const struct entry *entry)
{
	const struct bytes *file = entry->container->state;

	switch (entry->container->kind) {
	case CONTAINER_ZIP:
		return zipread_count(entry);
	case CONTAINER_ARCHIVE:
		break; /* counted as it was unpacked */
	case CONTAINER_FILE:
		return limit_count_bytes(file->size);
	}
	return OK;
}

struct result entry_read(const struct entry *entry, struct facts *facts, struct bytes *out)
{
	switch (entry->container->kind) {
	case CONTAINER_ZIP:
		return zipread_whole(entry, facts, out);
	case CONTAINER_ARCHIVE:
		return unpack_whole(entry, out);
	case CONTAINER_FILE:
		break;
	}
	return file_whole(entry, out);
}

struct result entry_stream(const struct entry *entry, struct facts *facts, entry_piece take,
                           void *state)
{
	const struct bytes *file = entry->container->state;

	switch (entry->container->kind) {
	case CONTAINER_ZIP:
		return zipread_stream(entry, facts, take, state);
	case CONTAINER_ARCHIVE:
		return unpack_stream(entry, take, state);
	case CONTAINER_FILE:
		break;
	}
	ENSURE(file->size <= limit_get(LIMIT_ENTRY), LIMIT_ENTRY, AT_NONE,
	       "the file is larger than %llu bytes", (unsigned long long)limit_get(LIMIT_ENTRY));
	return file->size ? take(state, file->data, file->size, 0) : OK;
}
