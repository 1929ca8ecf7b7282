/*
 * mapping.h - names and lines that R8 or ProGuard replaced, from their mapping.txt.
 *
 *   com.bank.Login -> a.b:
 *       1:4:void check(java.lang.String):20:23 -> c
 *       java.lang.String pin -> d
 *
 * The first range counts lines of the obfuscated method, the second those of the source. Where
 * several rows of one range stand together, methods were inlined into each other: the first is the
 * innermost, in whose source the code stands.
 * Format: "Retrace" of the Android Studio and R8 documentation, ProGuard manual "ReTrace".
 */
#ifndef PARASOL_CODE_MAPPING_H
#define PARASOL_CODE_MAPPING_H

#include "base/arena.h"

struct mapping;

/* Reads a mapping. The text is copied. Fails with USAGE, naming the line, if it is none. */
RESULT mapping_read(const char *text, size_t size, struct mapping **out);
void mapping_free(struct mapping *mapping);

/* The original name of a class, both with full stops; the name itself if it is not mapped. `mapping`
 * may be NULL. */
const char *mapping_class(const struct mapping *mapping, const char *name);

struct mapped_method {
	const char *class; /* original; of an inlined method that of its own */
	const char *name;
	uint32_t line; /* original; 0 if it is not known */
};

/* The original of a method by obfuscated class, name and line (0: not known). */
struct mapped_method mapping_method(const struct mapping *mapping, const char *class,
                                    const char *name, uint32_t line);

#endif
