/* fuzz_fragment.c - facts documents as XML text: examples of packs and stored documents. */
#include "facts/doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fact_doc *doc;

	if (fact_doc_parse((const char *)data, size, &doc).ok) {
		xmlFreeDoc(fact_doc_xml(doc, NULL));
		fact_doc_free(doc);
	}
	return 0;
}
