/*
 * fuzz_jarsig.c - META-INF of a signed package: the input is manifest, signature file and signature
 * block, each behind its length (u16, little-endian), put into a ZIP beside two entries.
 */
#include <stdlib.h>

#include "../unit/zipmake.h"
#include "base/digest.h"
#include "intake/limits.h"
#include "signing/jar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add(struct zipmake *zip, const char *name, const void *data, size_t len)
{
	zipmake_add(zip,
	            &(struct zipmake_entry){.name = name, .data = len ? data : NULL, .len = len});
}

/* The next part; what is announced and not there is cut. */
static struct cursor part(struct cursor *c)
{
	struct cursor out = {0};
	uint16_t len = 0;

	if (!cursor_u16le(c, &len).ok)
		return out;
	if (len > cursor_left(c))
		len = (uint16_t)cursor_left(c);
	(void)!cursor_window(c, len, &out).ok;
	return out;
}

static void judge(const struct container *container, const struct jar_request *request)
{
	struct scheme scheme;
	struct arena arena;

	arena_init(&arena, 16 << 20);
	scheme_init(&scheme, "v1", &arena);
	struct jar *jar = jar_open(container, request, &scheme);
	jar_finish(jar);
	jar_free(jar);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"META-INF/MANIFEST.MF", "META-INF/A.SF",
	                                    "META-INF/A.RSA"};
	static bool started;
	struct cursor c = cursor_over(data, size, DIAG_ARCHIVE_DATA);
	struct zipmake zip = {0};
	struct container *container;
	struct facts facts;

	if (!started && !digest_start().ok)
		abort();
	started = true;
	limit_reset(0);
	for (int i = 0; i < 3; i++) {
		struct cursor body = part(&c);
		add(&zip, names[i], body.data, body.size);
	}
	add(&zip, "a.txt", "first", 5);
	add(&zip, "dir/b.txt", "second\n", 7);
	zipmake_end(&zip);
	facts_init(&facts, (struct entry_id){0}, "");
	if (container_open(zip.out.data, zip.out.len, "", NULL, (struct entry_id){0}, &facts,
	                   &container)
	            .ok) {
		judge(container, &(struct jar_request){.min_sdk = 9, .max_sdk = INT32_MAX});
		judge(container, &(struct jar_request){.min_sdk = 24, .max_sdk = 28});
		judge(container, &(struct jar_request){.java = true});
		container_close(container);
	}
	facts_free(&facts);
	zipmake_free(&zip);
	return 0;
}
