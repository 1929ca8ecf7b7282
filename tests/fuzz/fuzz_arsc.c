/* fuzz_arsc.c - resource tables: opening, and resolving ids of the first types. */
#include "formats/arsc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct arsc *arsc;
	struct arsc_value *values;
	size_t count;
	unsigned found = 0;

	arena_init(&arena, 256 << 20);
	if (arsc_open(cursor_over(data, size, DIAG_SYSTEM), &arena, &arsc).ok) {
		for (uint32_t type = 1; type < 6; type++) {
			for (uint32_t entry = 0; entry < 6; entry++) {
				uint32_t id = 0x7f000000 | type << 16 | entry;
				found += arsc_resolve(arsc, id, &values, &count).ok && count;
			}
		}
	}
	arena_free(&arena);
	return found > 1000 ? -1 : 0;
}
