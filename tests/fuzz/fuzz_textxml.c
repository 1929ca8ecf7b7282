/* fuzz_textxml.c - text XML. */
#include "formats/textxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts facts;
	struct result result;

	facts_init(&facts, (struct entry_id){0}, "x.xml");
	result = textxml_check(cursor_over(data, size, DIAG_XML_PARSE), &facts);
	if (!result.ok)
		facts_fault(&facts, 0);
	facts_finish(&facts);
	facts_free(&facts);
	return 0;
}
