/* test_container.c - containers inside containers, lone files, depth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "intake/limits.h"
#include "unit/zipmake.h"

static struct container *open_in(const struct bytes *bytes, const char *path,
                                 struct container *parent, struct entry_id id)
{
	struct container *container = NULL;

	if (!container_open(bytes->data, bytes->size, path, parent, id, NULL, &container).ok)
		return NULL;
	return container;
}

/* Opens what the single entry of each container holds, until it is refused. */
static unsigned descend(struct container *container)
{
	const struct entry *entry = &container->entries[0];
	struct bytes bytes;
	unsigned depth = 0;

	assert_true(entry_read(entry, NULL, &bytes).ok);
	struct container *inner = open_in(&bytes, entry->path, container, entry->id);
	if (inner) {
		assert_int_equal(inner->depth, container->depth + 1);
		assert_int_equal(inner->id.depth, inner->depth);
		depth = 1 + descend(inner);
		container_close(inner);
	}
	bytes_free(&bytes);
	return depth;
}

static void depth_is_limited(void **state)
{
	struct text inner = {0};

	(void)state;
	text_puts(&inner, "innermost");
	for (int i = 0; i < 12; i++) {
		struct zipmake zip = {0};
		zipmake_add(&zip, &(struct zipmake_entry){.name = "n.zip",
		                                          .data = inner.data,
		                                          .len = inner.len,
		                                          .method = 8});
		zipmake_end(&zip);
		text_free(&inner);
		inner = zip.out;
		zip.out = (struct text){0};
		zipmake_free(&zip);
	}
	limit_reset(0);
	struct bytes bytes = {.data = (const uint8_t *)inner.data, .size = inner.len};
	struct container *outer = open_in(&bytes, "", NULL, (struct entry_id){0});
	assert_non_null(outer);
	assert_int_equal(descend(outer), 6);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_DEPTH);
	assert_true(limit_set("depth=2").ok);
	assert_int_equal(descend(outer), 2);
	/* the ceiling of the option is what an entry's place has room for */
	assert_true(limit_set("depth=8").ok);
	assert_int_equal(descend(outer), 7);
	assert_true(limit_set("depth=6").ok);
	container_close(outer);
	text_free(&inner);
}

static void nested_paths_and_places(void **state)
{
	struct zipmake inner = {0}, outer = {0};
	struct container *out, *in;
	struct bytes bytes;

	(void)state;
	limit_reset(0);
	zipmake_add(&inner, &(struct zipmake_entry){.name = "a", .data = "1"});
	zipmake_add(&inner, &(struct zipmake_entry){.name = "b", .data = "2"});
	zipmake_end(&inner);
	zipmake_add(&outer, &(struct zipmake_entry){.name = "first", .data = "1"});
	zipmake_add(&outer, &(struct zipmake_entry){.name = "in.zip",
	                                            .data = inner.out.data,
	                                            .len = inner.out.len});
	zipmake_end(&outer);
	assert_true(container_open(outer.out.data, outer.out.len, "", NULL, (struct entry_id){0},
	                           NULL, &out)
	                    .ok);
	assert_true(entry_read(&out->entries[1], NULL, &bytes).ok);
	assert_true(container_bid(bytes.data, bytes.size));
	assert_false(container_bid("1", 1));
	assert_true(container_open(bytes.data, bytes.size, out->entries[1].path, out,
	                           out->entries[1].id, NULL, &in)
	                    .ok);
	assert_string_equal(in->entries[1].path, "in.zip!/b");
	assert_int_equal(in->entries[1].id.depth, 2);
	assert_int_equal(in->entries[1].id.at[0], 1);
	assert_int_equal(in->entries[1].id.at[1], 1);
	container_close(in);
	bytes_free(&bytes);
	container_close(out);
	zipmake_free(&inner);
	zipmake_free(&outer);
}

static void a_file_is_its_own_entry(void **state)
{
	struct container *container;
	struct bytes bytes;

	(void)state;
	limit_reset(0);
	assert_true(container_of_file("MZ", 2, "x\n.exe", &container).ok);
	assert_int_equal(container->count, 1);
	assert_string_equal(container->entries[0].path, "x\\u{a}.exe");
	assert_ptr_equal(container_find(container, "x\n.exe"), &container->entries[0]);
	assert_true(entry_read(&container->entries[0], NULL, &bytes).ok);
	assert_int_equal(bytes.size, 2);
	container_close(container);
}

static void entries_are_limited(void **state)
{
	struct container *container;
	struct zipmake zip = {0};

	(void)state;
	for (int i = 0; i < 10; i++)
		zipmake_add(&zip, &(struct zipmake_entry){.name = "a"});
	zipmake_end(&zip);
	limit_reset(0);
	assert_true(limit_set("entries=9").ok);
	assert_false(container_open(zip.out.data, zip.out.len, "", NULL, (struct entry_id){0}, NULL,
	                            &container)
	                     .ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_ENTRIES);
	assert_true(limit_set("entries=200000").ok);
	zipmake_free(&zip);
}

static void expansion_is_limited(void **state)
{
	static char zeros[1 << 20];
	struct container *container;
	struct zipmake zip = {0};
	struct bytes bytes;

	(void)state;
	/* announces more than the ratio lets it unpack to, and does so before any work */
	zipmake_add(&zip, &(struct zipmake_entry){
				  .name = "bomb", .data = "x", .method = 8, .size_add = 1U << 30});
	zipmake_add(&zip, &(struct zipmake_entry){
				  .name = "good", .data = zeros, .len = sizeof zeros, .method = 8});
	zipmake_end(&zip);
	limit_reset(zip.out.len);
	assert_true(container_open(zip.out.data, zip.out.len, "", NULL, (struct entry_id){0}, NULL,
	                           &container)
	                    .ok);
	assert_false(entry_read(&container->entries[0], NULL, &bytes).ok);
	assert_int_equal(fault_last()->code, DIAG_LIMIT_RATIO);
	assert_true(entry_read(&container->entries[1], NULL, &bytes).ok);
	assert_int_equal(bytes.size, sizeof zeros);
	bytes_free(&bytes);
	container_close(container);
	zipmake_free(&zip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(nested_paths_and_places),
		cmocka_unit_test(a_file_is_its_own_entry),
		cmocka_unit_test(entries_are_limited),
		cmocka_unit_test(expansion_is_limited),
	};

	return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
