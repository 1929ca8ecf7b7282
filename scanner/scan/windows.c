/* windows.c - a window slides over the pieces of an entry. */
#include "scan/windows.h"

#include <string.h>

#include "base/digest.h"
#include "formats/format.h"

/* A match that is longer than the overlap may be missed where two windows meet. */
enum { WINDOW = 8 << 20, OVERLAP = 64 << 10 };

struct window {
	struct rules_scanner *rules;
	struct digest_stream *hash;
	struct text *first;
	struct text held;
	uint64_t base; /* offset of held.data[0] in the entry */
	uint64_t size;
	bool searched; /* what is held was searched to its end */
};

static RESULT search(struct window *window)
{
	struct cursor body = cursor_over(window->held.data, window->held.len, DIAG_ARCHIVE_DATA);

	body.origin = window->base;
	window->searched = true;
	return rules_window(window->rules, body);
}

static void slide(struct window *window)
{
	size_t gone = window->held.len - OVERLAP;

	memmove(window->held.data, window->held.data + gone, OVERLAP);
	window->held.len = OVERLAP;
	window->base += gone;
}

static struct result take(void *state, const uint8_t *bytes, size_t len, uint64_t at)
{
	struct window *window = state;

	window->size = at + len;
	digest_add(window->hash, bytes, len);
	if (window->first->len < FIRST_BYTES) {
		size_t room = FIRST_BYTES - window->first->len;
		text_add(window->first, bytes, len < room ? len : room);
	}
	while (len) {
		size_t room = WINDOW - window->held.len, part = len < room ? len : room;
		text_add(&window->held, bytes, part);
		window->searched = false;
		bytes += part;
		len -= part;
		if (window->held.len < WINDOW)
			continue;
		TRY(search(window));
		slide(window);
	}
	return OK;
}

struct result windows_read(const struct entry *entry, struct rules_scanner *rules,
                           struct facts *facts, uint8_t sha256[32], struct text *first,
                           uint64_t *size)
{
	struct window window = {.rules = rules, .hash = digest_open(DIGEST_SHA256), .first = first};
	uint8_t hash[DIGEST_MAX];

	text_add(first, "", 0);
	/* the content is not known yet; rules that ask for a kind go by the name */
	rules_begin(rules, entry, content_kind(entry, (struct cursor){0}), entry->size);
	struct result done = entry_stream(entry, facts, take, &window);
	if (done.ok && !window.searched && window.held.len)
		done = search(&window);
	rules_end(rules, facts);
	digest_close(window.hash, hash);
	memcpy(sha256, hash, 32);
	*size = window.size;
	text_free(&window.held);
	return done;
}
