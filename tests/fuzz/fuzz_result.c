/* fuzz_result.c - a result file from anywhere: it is refused or it is valid, and what is valid can
 * be rendered. */
#include <stdint.h>
#include <stdlib.h>

#include "base/digest.h"
#include "render/node.h"
#include "render/render.h"
#include "render/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A mutated file hardly ever has the digest of what it says, so the page is made of any file that
 * the schema lets through. */
static void render_any(const uint8_t *data, size_t size)
{
	xmlDoc *doc = xmlReadMemory((const char *)data, (int)size, NULL, NULL,
	                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	struct text page = {0};

	if (doc && !doc->intSubset && result_validate(doc).ok) {
		if (!render_report("html", doc, LANG_EN, &page).ok || !page.len)
			abort();
	}
	text_free(&page);
	xmlFreeDoc(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xmlDoc *doc = NULL;

	if (size > 1 << 20 || !digest_start().ok)
		return 0;
	if (result_read(data, size, &doc).ok &&
	    !node_child(xmlDocGetRootElement(doc), "assessment"))
		abort();
	xmlFreeDoc(doc);
	render_any(data, size);
	return 0;
}
