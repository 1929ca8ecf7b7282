/*
 * classfile.h - the class files of one container, read into one unit (JVMS 4, major versions 45 to
 * 67, with or without preview features).
 *
 * Strings, types, protos and references are shared by all files of the unit. The tables hold a few
 * names more than the files: those of attributes and of the platform's factories for dynamic calls.
 */
#ifndef PARASOL_CODE_CLASSFILE_H
#define PARASOL_CODE_CLASSFILE_H

#include "code/unit.h"

struct class_reader;

/* An empty reader on the heap. */
struct class_reader *class_reader_new(void);

/*
 * Reads one class file, which came from entry number `entry`. The bytes must outlive the unit.
 *
 * Damage does not fail: it becomes an issue of the unit (CLASS_PARSE, CLASS_VERSION, CODE_BODY;
 * with the offset in the file) and makes it partial. A file without a sound header or constant pool
 * adds no class; below that, a constant, field, method or attribute is lost alone. A module's file
 * (ACC_MODULE) is no class and adds none.
 */
void class_reader_add(struct class_reader *reader, uint32_t entry, struct cursor file);

/*
 * Makes the unit from what was added, in memory of `arena`, and frees the reader, also on failure.
 * Fails with LIMIT_MEMORY.
 */
RESULT class_reader_finish(struct class_reader *reader, struct arena *arena, struct unit **out);

/* Gives up; NULL is allowed. */
void class_reader_free(struct class_reader *reader);

#endif
