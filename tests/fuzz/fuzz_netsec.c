/* fuzz_netsec.c - network security configurations in binary XML. */
#include "formats/netsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct netsec netsec;
	struct axml axml;
	unsigned pins = 0;

	arena_init(&arena, 256 << 20);
	if (axml_parse(cursor_over(data, size, DIAG_SYSTEM), &arena, &axml).ok &&
	    netsec_read(axml.root, 30, size % 2, &arena, &netsec).ok) {
		for (struct netsec_config *c = netsec.domains; c; c = c->next)
			pins += netsec_pins_of(c)->valid_pins && netsec_cleartext(c);
	}
	arena_free(&arena);
	return pins > 100000000 ? -1 : 0;
}
