/* member.c - the members of an archive, kept within the limits. */
#include "intake/member.h"

#include <stdlib.h>
#include <string.h>

#include "intake/limits.h"
#include "intake/path.h"
#include "intake/zipview.h"

static const uint64_t ratio_free = 64ULL << 20;

struct member *member_add(struct unpacked *unpacked)
{
	if (unpacked->count == unpacked->room) {
		unpacked->room = unpacked->room ? 2 * unpacked->room : 16;
		unpacked->members =
			realloc(unpacked->members, unpacked->room * sizeof *unpacked->members);
		if (!unpacked->members)
			fault_out_of_memory();
	}
	struct member *member = &unpacked->members[unpacked->count++];
	*member = (struct member){0};
	return member;
}

void member_report(const struct member *member, struct oddity_list *odd)
{
	char brief[PATH_BRIEF];
	const uint8_t *name = (const uint8_t *)member->name.data;
	size_t len = member->name.len;
	bool current = len > 2 && name[0] == '.' && name[1] == '/'; /* common and harmless */
	const char *why = path_unsafe(current ? name + 2 : name, current ? len - 2 : len);

	path_brief(name, len, brief);
	if (why && !(member->type == ENTRY_FOLDER && len <= 2))
		oddity_add(odd, DIAG_NAME_UNSAFE, AT_NONE, "'%s': the name %s", brief, why);
	if (member->type == ENTRY_LINK)
		oddity_add(odd, DIAG_ENTRY_LINK, AT_NONE, "'%s' is a link", brief);
	if (member->type == ENTRY_SPECIAL)
		oddity_add(odd, DIAG_ENTRY_SPECIAL, AT_NONE, "'%s' is a device or a pipe", brief);
}

/* The most bytes that an archive of this size may unpack to. */
static uint64_t most_by_ratio(const struct unpacked *unpacked)
{
	uint64_t most = unpacked->size * limit_get(LIMIT_RATIO);

	return most < ratio_free ? ratio_free : most;
}

static bool lies_within(const struct unpacked *unpacked, const uint8_t *bytes, size_t len)
{
	return bytes >= unpacked->data && bytes < unpacked->data + unpacked->size &&
	       len <= (size_t)(unpacked->data + unpacked->size - bytes);
}

static void drop(struct member_store *s)
{
	struct member *member = s->member;

	s->unpacked->kept -= member->owned ? s->room : 0;
	free(member->owned);
	member->owned = NULL;
	member->data = NULL;
	s->drop = true;
}

static bool make_room(struct member_store *s, uint64_t size)
{
	uint64_t room = s->room ? s->room : 4096;

	while (room < size)
		room *= 2;
	if (room == s->room)
		return true;
	uint64_t left = limit_get(LIMIT_PARSE) - (s->unpacked->kept - s->room);
	if (size > left)
		return false;
	if (room > left)
		room = left;
	uint8_t *owned = realloc(s->member->owned, (size_t)room);
	if (!owned)
		fault_out_of_memory();
	if (!s->member->owned && s->member->size)
		memcpy(owned, s->member->data, (size_t)s->member->size);
	s->unpacked->kept += room - s->room;
	s->room = (size_t)room;
	s->member->owned = owned;
	s->member->data = owned;
	return true;
}

/* Stored members are contiguous in the archive's own bytes. */
static bool refer(struct member_store *s, const uint8_t *bytes, size_t len, uint64_t at)
{
	struct member *member = s->member;

	if (member->owned || at != member->size || !lies_within(s->unpacked, bytes, len))
		return false;
	if (member->size && member->data + member->size != bytes)
		return false;
	if (!member->size)
		member->data = bytes;
	return true;
}

struct result member_piece(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	struct member_store *s = state;
	struct member *member = s->member;
	uint64_t end, grown;

	ENSURE(at >= member->size && !__builtin_add_overflow(at, len, &end), ARCHIVE_DATA, AT_NONE,
	       "pieces of a member overlap");
	grown = end - member->size;
	ENSURE(end <= limit_get(LIMIT_ENTRY), LIMIT_ENTRY, AT_NONE,
	       "a member is larger than %llu bytes", (unsigned long long)limit_get(LIMIT_ENTRY));
	ENSURE(s->unpacked->total + grown <= most_by_ratio(s->unpacked), LIMIT_RATIO, AT_NONE,
	       "%zu bytes expand more than %llu to 1", s->unpacked->size,
	       (unsigned long long)limit_get(LIMIT_RATIO));
	TRY(limit_count_bytes(grown));
	s->unpacked->total += grown;
	if (!s->drop && !refer(s, bytes, len, at)) {
		if (make_room(s, end)) {
			memset(member->owned + member->size, 0, (size_t)(at - member->size));
			memcpy(member->owned + at, bytes, len);
		} else {
			drop(s);
		}
	}
	member->size = end;
	return OK;
}

void member_finish(struct member_store *store, bool kept)
{
	struct member *member = store->member;

	if (!kept) {
		drop(store);
	} else if (member->owned && store->room > member->size && member->size) {
		uint8_t *fitted = realloc(member->owned, (size_t)member->size);
		if (!fitted)
			fault_out_of_memory();
		member->owned = fitted;
		member->data = fitted;
		store->unpacked->kept -= store->room - member->size;
	}
}

static int by_name(const void *left, const void *right, void *state)
{
	const struct member *members = state;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int order = zipview_compare((const uint8_t *)members[a].name.data, members[a].name.len,
	                            (const uint8_t *)members[b].name.data, members[b].name.len);

	return order ? order : a < b ? -1 : a > b;
}

static RESULT fill_entry(struct container *container, uint32_t index, uint32_t ordinal,
                         bool shadowed)
{
	const struct unpacked *unpacked = container->state;
	const struct member *member = &unpacked->members[index];
	struct entry *entry = &container->entries[index];
	struct text path = {0};

	path_add(&path, container->path, (const uint8_t *)member->name.data, member->name.len,
	         index, ordinal);
	*entry = (struct entry){
		.id = container->id,
		.path = arena_copy(&container->arena, path.data, path.len),
		.name = member->name.data,
		.name_len = member->name.len,
		.type = member->type,
		.size = member->size,
		.packed = unpacked->kind->filter && unpacked->count == 1 ? unpacked->size
	                                                                 : member->size,
		.container = container,
		.index = index,
		.shadowed = shadowed,
	};
	text_free(&path);
	entry->id.at[entry->id.depth++] = index;
	return entry->path ? OK : FAILED;
}

static bool same_name(const struct member *a, const struct member *b)
{
	return a->name.len == b->name.len && memcmp(a->name.data, b->name.data, a->name.len) == 0;
}

/* Of several members with one name, the last is what unpacking would leave. */
struct result member_entries(struct container *container)
{
	const struct unpacked *unpacked = container->state;
	uint32_t *order, ordinal = 0;

	ALLOC(container->entries, &container->arena, unpacked->count);
	ALLOC(order, &container->arena, unpacked->count);
	container->count = unpacked->count;
	for (size_t i = 0; i < unpacked->count; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, unpacked->count, sizeof *order, by_name, unpacked->members);
	for (size_t i = 0; i < unpacked->count; i++) {
		const struct member *member = &unpacked->members[order[i]];
		bool again = i && same_name(member, &unpacked->members[order[i - 1]]);
		bool later = i + 1 < unpacked->count &&
		             same_name(member, &unpacked->members[order[i + 1]]);
		ordinal = again ? ordinal + 1 : 1;
		TRY(fill_entry(container, order[i], ordinal, later));
	}
	return OK;
}
