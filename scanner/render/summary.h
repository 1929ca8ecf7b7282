/*
 * summary.h - what a scan found, in at most 25 lines for a terminal.
 */
#ifndef PARASOL_RENDER_SUMMARY_H
#define PARASOL_RENDER_SUMMARY_H

#include "base/text.h"
#include "policy/assessment.h"

enum { SUMMARY_LINES_MAX = 25 };

/* A report that was written; `path` is shown as it is given, made clean. */
struct summary_report {
	const char *format, *path;
};

/* How much of the sandbox held while the bundle was read. */
enum summary_sandbox { SUMMARY_SANDBOX_WHOLE, SUMMARY_SANDBOX_PARTIAL, SUMMARY_SANDBOX_OFF };

struct summary_options {
	enum language language;
	bool colour;
	size_t width; /* columns of the terminal; 0 means 80 */
	const char *file_name;
	enum summary_sandbox sandbox;
	const struct summary_report *reports;
	size_t report_count;
};

/*
 * Appends the summary. Widths are right for Chinese only where LC_CTYPE is a UTF-8 locale; the
 * program's is. Fails with SYSTEM only.
 */
RESULT summary_text(const struct assessment *assessment, const struct summary_options *options,
                    struct text *out);

#endif
