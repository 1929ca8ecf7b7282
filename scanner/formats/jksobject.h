/*
 * jksobject.h - serialized Java objects (Java Object Serialization Specification, 6), as far as a
 * key store holds them: they are walked to their end and never made.
 */
#ifndef PARASOL_FORMATS_JKSOBJECT_H
#define PARASOL_FORMATS_JKSOBJECT_H

#include "base/cursor.h"

enum { JKSOBJECT_FIELDS_MAX = 16 };

/* Fields of the outermost object that are strings or arrays of bytes. */
struct jksobject {
	struct {
		struct cursor name, value;
	} fields[JKSOBJECT_FIELDS_MAX];
	size_t count;
};

/*
 * Walks the stream that begins at the position, over one object; the position moves behind it.
 * Fails with KEYSTORE_PARSE.
 */
RESULT jksobject_read(struct cursor *c, struct jksobject *out);

/* The value of a field; false if the object has none of that name. */
bool jksobject_field(const struct jksobject *object, const char *name, struct cursor *out);

#endif
