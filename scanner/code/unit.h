/*
 * unit.h - the code of one DEX file, or of all class files of one container, as tables.
 *
 * Both kinds of bytecode are read into the same tables, so that what looks for calls and values
 * knows only one. Names are kept as they stand in the file: NUL-terminated modified UTF-8 (JVMS
 * 4.4.7), types as descriptors ("Ljava/lang/String;", "[B", "I"). Indices that a reader hands out
 * are in range: a broken one becomes NO_INDEX, an issue, and `partial`.
 *
 * A unit is read once by one thread; afterwards it does not change and may be read by all.
 */
#ifndef PARASOL_CODE_UNIT_H
#define PARASOL_CODE_UNIT_H

#include "base/arena.h"
#include "base/cursor.h"

#define NO_INDEX UINT32_MAX

struct body;

/* Access flags that DEX and class files share (JVMS 4.1, 4.6; dex-format "access_flags"). */
enum access_flag {
	ACCESS_PUBLIC = 0x1,
	ACCESS_PRIVATE = 0x2,
	ACCESS_PROTECTED = 0x4,
	ACCESS_STATIC = 0x8,
	ACCESS_FINAL = 0x10,
	ACCESS_BRIDGE = 0x40,
	ACCESS_NATIVE = 0x100,
	ACCESS_INTERFACE = 0x200,
	ACCESS_ABSTRACT = 0x400,
	ACCESS_SYNTHETIC = 0x1000,
	ACCESS_ENUM = 0x4000
};

/* A method's types: `return_type` and `count` parameter types at `unit->type_list[first]`. */
struct proto {
	uint32_t return_type; /* index of a type */
	uint32_t first;
	uint32_t count;
};

/* A method or field as an instruction names it; it need not be defined in the bundle. */
struct method_ref {
	uint32_t type;  /* index of the class that is named, or of an array type */
	uint32_t name;  /* index of a string */
	uint32_t proto; /* index of a proto */
};

struct field_ref {
	uint32_t type; /* index of the class that is named */
	uint32_t name; /* index of a string */
	uint32_t kind; /* index of the field's own type */
};

/* A constant that a file gives for a static field (ConstantValue, encoded_value). */
enum constant_kind { CONSTANT_NONE, CONSTANT_INT, CONSTANT_STRING, CONSTANT_NULL, CONSTANT_OTHER };
struct constant {
	enum constant_kind kind;
	int64_t number; /* CONSTANT_INT: boolean, byte, short, char, int, long; float and double as bits */
	uint32_t string; /* CONSTANT_STRING: index of a string */
};

struct field {
	uint32_t ref; /* index of its field_ref */
	uint32_t flags;
	uint32_t owner; /* index of its class */
	struct constant value; /* static fields */
};

struct method {
	uint32_t ref; /* index of its method_ref */
	uint32_t flags;
	uint32_t owner;      /* index of its class */
	const uint8_t *code; /* DEX: the code_item; class file: the Code attribute's contents; NULL: none */
	uint32_t code_len;   /* bytes that may be read from `code` */
	uint32_t pool;       /* class file: index of the class whose constant pool it uses; else 0 */
};

/* An annotation on a class or method, as far as its type. */
struct annotation {
	uint32_t owner;  /* index of the class */
	uint32_t method; /* index of the method, or NO_INDEX for the class itself */
	uint32_t type;   /* index of the annotation's type */
};

struct code_class {
	uint32_t type; /* index of its own type */
	uint32_t flags;
	uint32_t super;           /* index of a type, or NO_INDEX */
	uint32_t interface_first; /* interfaces: `unit->type_list[interface_first ...]` */
	uint32_t interface_count;
	uint32_t source;       /* index of the string with the source file's name, or NO_INDEX */
	uint32_t field_first;  /* its fields and methods stand together */
	uint32_t field_count;
	uint32_t method_first;
	uint32_t method_count;
	uint32_t entry; /* number of the entry it came from, as given to the reader (class files) */
};

/* What was wrong while reading; the rest was still read. */
struct code_issue {
	enum diag code;
	uint64_t at;   /* offset in the entry, or AT_NONE */
	uint32_t entry; /* as code_class.entry; 0 for DEX */
	const char *why;
};

/* One instruction that refers to something: the index that the walk of all code makes. */
struct code_site {
	uint32_t method; /* index of the method that holds it */
	uint32_t pc;     /* DEX: in 16-bit units; class file: in bytes */
};

/* Sites by what they refer to: those of item i are sites[first[i]] to sites[first[i + 1] - 1], in
 * the order of methods and instructions. Indices may share `sites`: first[0] need not be 0. */
struct site_index {
	uint32_t *first; /* count of items + 1 */
	struct code_site *sites;
};

enum unit_kind { UNIT_DEX, UNIT_CLASSES };

struct unit {
	enum unit_kind kind;
	struct arena *arena; /* owns every table */
	uint32_t order;      /* place among the units of the bundle: that of its entry */
	void *owner;         /* the caller's, such as the entry it came from */

	const char **strings; /* sorted as the file has them; never NULL */
	uint32_t string_count;
	uint32_t *types; /* index of the string with the descriptor */
	uint32_t type_count;
	uint32_t *type_list; /* types of protos and interfaces: indices of types */
	uint32_t type_list_count;
	struct proto *protos;
	uint32_t proto_count;
	struct method_ref *method_refs;
	uint32_t method_ref_count;
	struct field_ref *field_refs;
	uint32_t field_ref_count;
	struct code_class *classes;
	uint32_t class_count;
	struct field *fields;
	uint32_t field_count;
	struct method *methods;
	uint32_t method_count;
	struct annotation *annotations;
	uint32_t annotation_count;

	/* What unit_index makes, for the look-ups below. An order is a permutation of the table sorted
	 * by text (mutf8_compare), or NULL if the table itself is so sorted. */
	bool strings_sorted; /* the reader has seen that they are, and no two alike */
	uint32_t *string_order;
	uint32_t *type_order;
	uint32_t *class_of_type; /* for each type the first class that defines it, or NO_INDEX */

	struct site_index calls;  /* by method_ref: invoke instructions, and handles in lambdas */
	struct site_index gets;   /* by field_ref: iget, sget */
	struct site_index puts;   /* by field_ref: iput, sput */
	struct site_index news;   /* by type: new-instance */
	struct site_index texts;  /* by string: const-string */

	uint64_t instruction_count, call_count, text_count; /* of all code that could be read */
	uint32_t version;      /* DEX: 35 ...; class files: highest major version */
	const char *marker;    /* R8's or D8's marker string, or NULL */
	bool partial;          /* something was not read: absence proves nothing */
	struct code_issue *issues;
	uint32_t issue_count;

	void *state; /* of the reader */
	/* Decodes one method; see body.h. Memory comes from `arena`. */
	struct result (*read_body)(const struct unit *unit, const struct method *method,
	                           struct arena *arena, struct body *out);
	/* The source line of a pc by the method's debug information; 0 if it has none. */
	uint32_t (*read_line)(const struct unit *unit, const struct method *method, uint32_t pc);
};

/* The descriptor of a type; "" for NO_INDEX. */
static inline const char *unit_type(const struct unit *unit, uint32_t type)
{
	return type == NO_INDEX ? "" : unit->strings[unit->types[type]];
}

static inline const char *unit_string(const struct unit *unit, uint32_t string)
{
	return string == NO_INDEX ? "" : unit->strings[string];
}

/*
 * Makes the look-up tables of a unit whose strings, types and classes are complete; for readers.
 * Takes n log n comparisons where a table is not sorted, and fails with LIMIT_MEMORY alone.
 */
RESULT unit_index(struct unit *unit);

/* Looked up by text; NO_INDEX if the unit does not have it. Sorted tables are searched by halves. */
uint32_t unit_find_type(const struct unit *unit, const char *descriptor);
uint32_t unit_find_string(const struct unit *unit, const char *text);
/* The class that defines a type, or NO_INDEX. */
uint32_t unit_find_class(const struct unit *unit, uint32_t type);

#endif
