/* fuzz_pack.c - any bytes as a controls file or a pack: parsed, validated, compiled. */
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "policy/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load(struct library *library, struct pack_file *file)
{
	const char *root = reader_root(&library->reader, file);

	if (!root)
		return;
	if (strcmp(root, "locale") == 0) {
		if (reader_parse(&library->reader, file, SCHEMA_LOCALE))
			locale_load(library, NULL, file);
	} else if (strcmp(root, "tailoring") == 0) {
		reader_parse(&library->reader, file, SCHEMA_TAILORING);
	} else if (strcmp(root, "pack") == 0 || strcmp(root, "standard") == 0) {
		reader_parse(&library->reader, file, SCHEMA_PACK);
	} else if (reader_parse(&library->reader, file, SCHEMA_CONTROLS)) {
		(strcmp(root, "params") == 0 ? params_load : control_load)(library, file);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct library library = {.lint = true};
	struct pack_file file = {.path = "fuzz.xml", .name = "fuzz.xml"};

	if (!digest_start().ok)
		abort();
	reader_init(&library.reader);
	file.data = arena_copy(&library.reader.arena, data, size);
	file.size = size;
	if (file.data)
		load(&library, &file);
	library_free(&library);
	return 0;
}
