/*
 * program.h - all bytecode of a bundle: who defines, extends, names and calls what.
 *
 * Units are given in the order of their entries. Where two define one class, the first one counts,
 * as for the platform's class loaders. Names are compared as text across units; a lookup costs a
 * hash, whatever the number of units.
 */
#ifndef PARASOL_CODE_PROGRAM_H
#define PARASOL_CODE_PROGRAM_H

#include "code/unit.h"

struct class_at {
	const struct unit *unit; /* NULL: none */
	uint32_t index;
};

struct method_at {
	const struct unit *unit; /* NULL: none */
	uint32_t index;
};

struct ref_at {
	const struct unit *unit;
	uint32_t index; /* of a method_ref, or of a field_ref */
};

struct refs {
	const struct ref_at *items;
	uint32_t count;
};

struct classes {
	const struct class_at *items;
	uint32_t count;
};

struct program;

/*
 * Makes the look-up tables over `count` units, which outlive the program; unit i has the order i. Fails with LIMIT_MEMORY.
 * `duplicates`, if not NULL, gets the number of classes that are defined more than once.
 */
RESULT program_new(const struct unit *const *units, uint32_t count, struct arena *arena,
                   struct program **out, uint32_t *duplicates);

const struct unit *const *program_units(const struct program *program, uint32_t *count);

/* The class of a descriptor, or one without a unit. */
struct class_at program_class(const struct program *program, const char *descriptor);

/* Classes that name `descriptor` as their superclass or interface. */
struct classes program_subclasses(const struct program *program, const char *descriptor);

/* Whether `sub` is `super`, or the bundle says that it extends or implements it. */
bool program_extends(const struct program *program, const char *sub, const char *super);

/*
 * The first class from `descriptor` upwards (superclasses, then interfaces) that the bundle does
 * not define, for which `accept` says yes; NULL if there is none. How a call of a subclass's method
 * is known to be one of the platform's.
 */
const char *program_platform(const struct program *program, const char *descriptor,
                             bool (*accept)(void *state, const char *descriptor), void *state);

/* What identifies a method beside its class: name and types. */
uint64_t program_signature(const struct program *program, const struct unit *unit, uint32_t ref);

/* All method_refs of all units that have a signature. */
struct refs program_method_refs(const struct program *program, uint64_t signature);
/* Those of them that name one class. */
struct refs program_class_refs(const struct program *program, const char *descriptor,
                               uint64_t signature);
/* All field_refs of all units that name a field of this name. */
struct refs program_field_refs(const struct program *program, const char *name);
/* All method_refs with a name, whatever their types. */
struct refs program_named_refs(const struct program *program, const char *name);

/* The method with a signature that `where` itself defines. */
struct method_at program_defined(const struct program *program, struct class_at where,
                                 uint64_t signature);

/* The method that a call through `descriptor` finds: in the class, above it, or the default of an
 * interface. */
struct method_at program_resolve(const struct program *program, const char *descriptor,
                                 uint64_t signature);

/* The class that defines the field which a field_ref names (in the class or above it), or none. */
struct class_at program_field_owner(const struct program *program, const struct unit *unit,
                                    uint32_t ref, const struct field **field);

static inline const struct method *method_of(struct method_at at)
{
	return &at.unit->methods[at.index];
}

static inline const struct method_ref *method_ref_of(struct method_at at)
{
	return &at.unit->method_refs[at.unit->methods[at.index].ref];
}

static inline const char *class_name_of(struct class_at at)
{
	return unit_type(at.unit, at.unit->classes[at.index].type);
}

static inline const char *method_class_of(struct method_at at)
{
	return unit_type(at.unit, at.unit->classes[method_of(at)->owner].type);
}

static inline const char *method_name_of(struct method_at at)
{
	return unit_string(at.unit, method_ref_of(at)->name);
}

#endif
