/* fuzz_select.c - any bytes as an expression; what is taken prints and is taken again. */
#include <stdlib.h>
#include <string.h>

#include "policy/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(struct arena *arena, const struct selection *selection)
{
	struct selection *second;
	struct text first = {0}, printed = {0};

	select_print(selection->path, FORM_PLAIN, 0, &first);
	/* parentheses and spaces are added, so a long one may pass the limits */
	if (first.len < SELECT_SIZE_MAX / 2 &&
	    select_path(arena, NULL, first.data, first.len, &second).ok) {
		select_print(second->path, FORM_PLAIN, 0, &printed);
		if (strcmp(first.data, printed.data) != 0)
			abort();
	}
	select_print(selection->path, FORM_CERTAIN, BIT(KEYS), &printed);
	select_print(selection->path, FORM_POSSIBLE, BIT(MANIFEST), &printed);
	text_free(&first);
	text_free(&printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct selection *selection;

	arena_init(&arena, 16 << 20);
	if (select_path(&arena, NULL, (const char *)data, size, &selection).ok)
		again(&arena, selection);
	arena_free(&arena);
	return 0;
}
