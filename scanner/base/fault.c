/* fault.c - the thread's fault record and the table of diagnostics. */
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	enum fault_kind kind;
	const char *meaning;
} diags[DIAG_COUNT] = {
#define DIAG(name, kind, meaning) {#name, FAULT_##kind, meaning},
#include "base/diagnostics.def"
#undef DIAG
};

static _Thread_local struct fault last;

const struct fault *fault_last(void)
{
	return &last;
}

void fault_note(enum diag code, uint64_t at, const char *file, int line, const char *format, ...)
{
	char why[sizeof last.why];
	va_list args;

	/* the arguments may point into the record that is about to be overwritten */
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	memcpy(last.why, why, sizeof why);
	last.code = code;
	last.at = at;
	last.file = file;
	last.line = line;
}

const char *diag_name(enum diag code)
{
	return diags[code].name;
}

enum fault_kind diag_kind(enum diag code)
{
	return diags[code].kind;
}

const char *diag_meaning(enum diag code)
{
	return diags[code].meaning;
}

bool diag_find(const char *name, enum diag *out)
{
	for (int i = 0; i < DIAG_COUNT; i++) {
		if (strcmp(diags[i].name, name) == 0) {
			*out = (enum diag)i;
			return true;
		}
	}
	return false;
}

void fault_out_of_memory(void)
{
	static const char line[] = "parasol: out of memory\n";
	ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);

	(void)written;
	_exit(4);
}
