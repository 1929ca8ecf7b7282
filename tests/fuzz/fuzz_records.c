/* fuzz_records.c - batches as a hostile worker could send them. */
#include "base/digest.h"
#include "facts/doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fact_doc *doc = fact_doc_new();
	char hex[65];

	if (!digest_start().ok)
		return 0;
	if (fact_doc_add(doc, data, size).ok) {
		fact_doc_finish(doc);
		fact_doc_digest(doc, hex);
		xmlFreeDoc(fact_doc_xml(doc, NULL));
	}
	fact_doc_free(doc);
	return 0;
}
