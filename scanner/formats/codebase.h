/*
 * codebase.h - the bytecode of a bundle, which is only understood when all of it is there: callers,
 * overrides and values lie in other files.
 *
 * Readers of entries hand in DEX and class files, from any thread; DEX files are read there and
 * then. When all entries are done, codebase_finish reads the class files, looks for what the watch
 * list asks for (facts/watch.h) and writes the rows in the batch of the entry that each is about,
 * in the order of entries: the same for any number of threads.
 */
#ifndef PARASOL_FORMATS_CODEBASE_H
#define PARASOL_FORMATS_CODEBASE_H

#include "code/mapping.h"
#include "facts/watch.h"
#include "formats/format.h"

struct codebase;

/* What is asked of code; both outlive the codebase. */
struct code_request {
	const struct watch_list *watch; /* NULL: nothing is watched */
	const struct mapping *mapping;  /* names that an obfuscator replaced; NULL: none */
};

struct codebase *codebase_new(const struct code_request *request);
void codebase_free(struct codebase *codebase);

/*
 * A DEX file or a class file. The codebase keeps its bytes: it takes over what inspection->bytes
 * owns. Fails where nothing can be read of it.
 */
RESULT codebase_dex(struct inspection *inspection, struct cursor body);
RESULT codebase_class(struct inspection *inspection, struct cursor body);

/* The package name of an app: whose code is its own. */
void codebase_app(const struct inspection *inspection, const char *package);
/* A class that a manifest declares, which the code must define. */
void codebase_declared(const struct inspection *inspection, const char *class_name);
/* A rule that marks a packing product holds for an entry. */
void codebase_packer(struct codebase *codebase, const char *rule);

/* Analyses what came in and calls `send` with one batch for each entry that has rows, in order. The
 * batch is the callee's to encode and is freed afterwards. */
typedef void (*codebase_send)(void *state, struct facts *facts);
void codebase_finish(struct codebase *codebase, codebase_send send, void *state);

#endif
