/*
 * fault.h - how a function says no, and why.
 *
 * A function that can fail returns `struct result`, which the compiler does not let a caller ignore
 * and which cannot be mistaken for a number. The reason stands in the thread's fault record until
 * the next failure. Every reason has a diagnostic code (diagnostics.def), and the code decides what
 * the failure means: MALFORMED, LIMIT and UNSUPPORTED speak of the input and become facts, so the
 * scan goes on; USAGE and SYSTEM end it.
 */
#ifndef PARASOL_BASE_FAULT_H
#define PARASOL_BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
	FAULT_NOTICE, /* nothing is missing: an oddity worth reporting, such as an evasion */
	FAULT_MALFORMED,
	FAULT_LIMIT,
	FAULT_UNSUPPORTED,
	FAULT_USAGE,
	FAULT_SYSTEM
};

enum diag {
#define DIAG(name, kind, meaning) DIAG_##name,
#include "base/diagnostics.def"
#undef DIAG
	DIAG_COUNT
};

/* An offset that is not known, or has no meaning. */
#define AT_NONE UINT64_MAX

struct fault {
	enum diag code;
	uint64_t at;      /* offset in the input that the message speaks of, or AT_NONE */
	const char *file; /* where in this program */
	int line;
	char why[400]; /* one line, clean UTF-8 */
};

struct result {
	bool ok;
};

#define RESULT __attribute__((warn_unused_result)) struct result
#define OK ((struct result){true})
#define FAILED ((struct result){false})
#define DEFER(done) __attribute__((cleanup(done)))

/* Returns the failure of `call`, if it is one. */
#define TRY(call) \
	do { \
		if (!(call).ok) \
			return FAILED; \
	} while (0)

/* Notes the reason in the thread's fault record and returns failure. */
#define FAIL(code, at, ...) \
	do { \
		fault_note(DIAG_##code, (at), __FILE__, __LINE__, __VA_ARGS__); \
		return FAILED; \
	} while (0)

/* Fails unless `condition` holds. */
#define ENSURE(condition, code, at, ...) \
	do { \
		if (!(condition)) \
			FAIL(code, at, __VA_ARGS__); \
	} while (0)

/* The last failure of this thread. Valid until the next one; owned by the thread. */
const struct fault *fault_last(void);

void fault_note(enum diag code, uint64_t at, const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The printed name of a code ("AXML_TRUNCATED"), its kind, and its meaning in one sentence. */
const char *diag_name(enum diag code);
enum fault_kind diag_kind(enum diag code);
const char *diag_meaning(enum diag code);

/* Finds the code of a printed name; false if there is none. */
bool diag_find(const char *name, enum diag *out);

/* Ends the process for want of memory: exit status 4 with one line on stderr. */
_Noreturn void fault_out_of_memory(void);

#endif
