/*
 * result.h - the result document, the one product of a scan that all reports are made from.
 *
 *   <result version="1.0">
 *     <run>         everything volatile: run id, times, host-independent tool data, warnings
 *     <assessment>  everything that follows from bundle, packs, tailoring and day; same bytes for
 *                   the same input, whatever the run was like
 *     <prose>       the words of packs in both languages, by key, so that a result can be rendered
 *                   without its packs
 *
 * reports/result.xsd is its schema.
 *
 * The digest of an assessment is the SHA-256 over the Canonical XML 1.0 form (inclusive, without
 * comments, W3C REC-xml-c14n-20010315) of a document whose root is the <assessment> element without
 * its attribute `digest`. The element has no namespace and no xml: attributes above it, so the
 * canonical form of the element does not depend on the rest of the result. White space between
 * elements is part of it.
 */
#ifndef PARASOL_RENDER_RESULT_H
#define PARASOL_RENDER_RESULT_H

#include <libxml/tree.h>

#include "base/text.h"
#include "policy/assessment.h"

/* How long a stage of the run took. */
struct run_timing {
	const char *stage;
	uint64_t microseconds;
};

/* What is volatile about a run. Text need not be clean; NULL where something is not known. */
struct run_info {
	const char *id;                 /* unique for the run */
	const char *report_number;      /* given by the user, or NULL */
	unsigned revision;              /* of the report under that number, from 1 */
	const char *previous_digest;    /* of the previous result's assessment, or NULL */
	const char *started, *finished; /* UTC, YYYY-MM-DDThh:mm:ssZ */
	const char *tool_version;
	const struct named_value *libraries; /* name and version */
	size_t library_count;
	const char *file_name;      /* of the bundle, without folders */
	const char *const *options; /* of the command line, those that bear on the result */
	size_t option_count;
	const char *const *sandbox_layers; /* those that held; none means no sandbox */
	size_t sandbox_count;
	unsigned threads;
	uint64_t peak_memory; /* bytes, of the worker; 0 if not known */
	const struct run_timing *timings;
	size_t timing_count;
	const char *const *warnings;
	size_t warning_count;
};

/* Makes the result document. The caller frees it with xmlFreeDoc. Fails with SYSTEM only. */
RESULT result_xml(const struct assessment *assessment, const struct run_info *run, xmlDoc **out);

/* The digest of the document's assessment as 64 hexadecimal digits. Fails with USAGE if it has
 * none. */
RESULT result_digest(xmlDoc *result, char out[65]);

/* The document as it is written to a file: UTF-8 with an XML declaration. */
RESULT result_text(xmlDoc *result, struct text *out);

/*
 * Reads a result file: no DOCTYPE, no network, valid by result.xsd, and with the digest it says it
 * has. Fails with USAGE and a line that says where. The caller frees it with xmlFreeDoc.
 */
RESULT result_read(const void *bytes, size_t len, xmlDoc **out);

/* Validates by the built-in reports/result.xsd. Fails with USAGE and the first error. */
RESULT result_validate(xmlDoc *result);

#endif
