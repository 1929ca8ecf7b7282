/*
 * classreader.h - what the parts of the reader of class files share.
 *
 * While files are added, the tables of `reader->unit` lie on the heap and grow; strings are bytes
 * in the files. class_reader_finish moves all of it into an arena. Constant pools stay where they
 * are: for each constant there is the offset of its tag in the file, and the index of what it
 * names.
 */
#ifndef PARASOL_CODE_CLASSREADER_H
#define PARASOL_CODE_CLASSREADER_H

#include "code/classfile.h"
#include "code/sites.h"

/* Tags of constants (JVMS 4.4). */
enum class_tag {
	TAG_UTF8 = 1,
	TAG_INTEGER = 3,
	TAG_FLOAT = 4,
	TAG_LONG = 5,
	TAG_DOUBLE = 6,
	TAG_CLASS = 7,
	TAG_STRING = 8,
	TAG_FIELD = 9,
	TAG_METHOD = 10,
	TAG_INTERFACE_METHOD = 11,
	TAG_NAME_AND_TYPE = 12,
	TAG_HANDLE = 15,
	TAG_METHOD_TYPE = 16,
	TAG_DYNAMIC = 17,
	TAG_INVOKE_DYNAMIC = 18,
	TAG_MODULE = 19,
	TAG_PACKAGE = 20
};

enum { METHOD_TAGS = 1U << TAG_METHOD | 1U << TAG_INTERFACE_METHOD };

/* Names that the reader compares with: they are the first strings of every unit. */
enum class_known {
	KNOWN_INIT,
	KNOWN_METAFACTORY,
	KNOWN_ALT_METAFACTORY,
	KNOWN_CONCAT,
	KNOWN_CONCAT_CONSTANTS,
	KNOWN_COUNT
};

/* Likewise the first types. The arrays stand in the order of newarray's codes 4 to 11. */
enum class_known_type {
	KNOWN_TYPE_LAMBDA,
	KNOWN_TYPE_CONCAT,
	KNOWN_TYPE_BOOLEANS,
	KNOWN_TYPE_COUNT = KNOWN_TYPE_BOOLEANS + 8
};

/*
 * A constant of a pool. `index` is that of the string, type, field_ref, method_ref or (of an
 * invokedynamic or method type) proto; of a name and type, that of the name's string; of a handle,
 * that of what it refers to; of numbers 0. NO_INDEX: it is damaged.
 */
struct class_constant {
	uint32_t at; /* offset of its tag in the file; 0: the number is not to be used */
	uint32_t index;
};

/* The index of text that nothing has asked for, such as names of local variables. */
enum { TEXT_UNUSED = 0x7fffffff };

struct class_pool {
	struct cursor file;
	uint32_t first, count; /* state->constants[first ...], counted as in the file */
	uint32_t bootstrap_first, bootstrap_count; /* state->bootstraps[...] */
};

/* What bodies need beside the unit: unit->state. */
struct class_state {
	struct class_pool *pools; /* as many as classes */
	struct class_constant *constants;
	uint32_t *bootstraps;  /* offset of each bootstrap method's entry in the file of its pool */
	uint32_t *array_types; /* by type: the type of arrays of it, or NO_INDEX */
};

struct class_string {
	const uint8_t *bytes;
	uint32_t len;
	uint32_t type;  /* the type that it is the descriptor of, or NO_INDEX */
	uint32_t named; /* the type that it is the class name of, or NO_INDEX */
	uint32_t proto; /* the proto that it is the descriptor of, or NO_INDEX */
};

/* A hash table of indices, open addressing. */
struct class_slot {
	uint32_t hash;
	uint32_t next; /* the index plus one; 0: free */
};

struct class_slots {
	struct class_slot *items;
	size_t room;
	uint32_t count;
};

struct class_reader {
	struct unit unit;
	struct class_state state;
	uint32_t constant_count, bootstrap_count;
	struct class_string *strings;
	struct class_slots string_slots, method_slots, field_slots;
	uint64_t key[2];   /* of the hash: nobody can make names that collide */
	struct arena made; /* descriptors that no file spells out */
	struct site_list calls, gets, puts, news, texts;
	uint32_t entry; /* of the file that is being read */
};

/* Room for one more item on the heap; rooms are powers of two. */
void *class_grow(void *items, uint32_t count, size_t size);

/* A pointer to a new last item of a table. */
#define CLASS_ADD(items, count) \
	((items) = class_grow(items, count, sizeof *(items)), &(items)[(count)++])

/* Records the thread's last fault as an issue of the file that is being read. */
void class_note(struct class_reader *reader);

/* --- names: classname.c ----------------------------------------------------------------------- */

void class_names_start(struct class_reader *reader);

/* The index of a string; `bytes` must outlive the unit's making. */
uint32_t class_string(struct class_reader *reader, const uint8_t *bytes, uint32_t len);

/* The type with a descriptor (JVMS 4.3.2), or NO_INDEX if the string is none. */
uint32_t class_type(struct class_reader *reader, uint32_t string);

/* The type that CONSTANT_Class names (JVMS 4.4.1), or NO_INDEX if the string is no name. */
uint32_t class_named_type(struct class_reader *reader, uint32_t string);

/* The type of arrays of `type`, or NO_INDEX if it has 255 dimensions. */
uint32_t class_array_type(struct class_reader *reader, uint32_t type);

/* The proto with a method descriptor (JVMS 4.3.3), or NO_INDEX if the string is none. */
uint32_t class_proto(struct class_reader *reader, uint32_t string);

uint32_t class_method_ref(struct class_reader *reader, struct method_ref ref);
uint32_t class_field_ref(struct class_reader *reader, struct field_ref ref);

/* --- hashing: classhash.c --------------------------------------------------------------------- */

/* A key that other processes do not know, without a system call. */
void class_hash_key(uint64_t key[2]);

/* SipHash-1-3 (Aumasson, Bernstein 2012). */
uint64_t class_hash(const uint64_t key[2], const void *bytes, size_t len);

/* --- constants: classpool.c ------------------------------------------------------------------- */

/*
 * Reads a constant pool into a new pool of `reader`, whose number is that of the next class.
 * Damaged constants are noted; fails with CLASS_PARSE if the pool cannot be walked.
 */
RESULT class_pool_read(struct class_reader *reader, struct cursor *file);

/* The sound constant number `n` of a pool, or NULL. */
const struct class_constant *class_constant(const struct class_state *state, uint32_t pool,
                                            uint32_t n);

static inline enum class_tag class_tag(const struct class_state *state, uint32_t pool,
                                       const struct class_constant *constant)
{
	return state->pools[pool].file.data[constant->at];
}

/* The index of constant `n` if it is sound and its tag is in the set `tags`; else NO_INDEX. Text
 * has its index only after class_text. */
uint32_t class_index(const struct class_state *state, uint32_t pool, uint32_t n, unsigned tags);

/* The string of the text (CONSTANT_Utf8) number `n` of a pool, or NO_INDEX if it is none. */
uint32_t class_text(struct class_reader *reader, uint32_t pool, uint32_t n);

/* The bytes of the text number `n` of a pool; NULL if it is none. */
const uint8_t *class_text_bytes(const struct class_state *state, uint32_t pool, uint32_t n,
                                uint32_t *len);

/* The big-endian 16-bit field at `offset` of a constant, which has one there. */
uint32_t class_operand(const struct class_state *state, uint32_t pool,
                       const struct class_constant *constant, uint32_t offset);

/* The value of an int, float, long or double; floats by their bits. */
int64_t class_number(const struct class_state *state, uint32_t pool,
                     const struct class_constant *constant);

/* --- attributes: classattr.c ------------------------------------------------------------------ */

/* Attributes that are read. */
enum class_attribute_name {
	ATTRIBUTE_CODE,
	ATTRIBUTE_CONSTANT_VALUE,
	ATTRIBUTE_SOURCE_FILE,
	ATTRIBUTE_LINES,
	ATTRIBUTE_BOOTSTRAPS,
	ATTRIBUTE_VISIBLE,
	ATTRIBUTE_INVISIBLE,
	ATTRIBUTE_OTHER
};

struct class_attribute {
	enum class_attribute_name name;
	struct cursor body;
};

/* The next attribute_info (JVMS 4.7). */
RESULT class_attribute(const struct class_state *state, uint32_t pool, struct cursor *c,
                       struct class_attribute *out);

/* Runtime(In)VisibleAnnotations of a class, or of a method (JVMS 4.7.16). */
RESULT class_annotations(struct class_reader *reader, struct cursor body, uint32_t class,
                         uint32_t method);

/* ConstantValue (JVMS 4.7.2). */
RESULT class_constant_value(struct class_reader *reader, struct cursor body, uint32_t pool,
                            struct constant *out);

/* BootstrapMethods of the class that is being read (JVMS 4.7.23). */
RESULT class_bootstraps(struct class_reader *reader, struct cursor body, uint32_t pool);

/* --- code: classcode.c, classwalk.c, classbody.c ---------------------------------------------- */

/* The parts of a Code attribute (JVMS 4.7.3). */
struct class_code {
	uint16_t max_stack, max_locals;
	struct cursor bytes;      /* 1 to 65535 bytes */
	struct cursor handlers;   /* 8 bytes each */
	struct cursor attributes; /* starts with their count */
};

/* Fails with CODE_BODY. */
RESULT class_code_open(const struct class_state *state, const struct method *method,
                       struct class_code *out);

/* A bootstrap method: the static method that makes call sites, and its further arguments. */
struct class_bootstrap {
	uint32_t method;         /* index of a method_ref, or NO_INDEX */
	struct cursor arguments; /* numbers of constants */
	uint32_t count;
};

/* That of a constant invokedynamic. Fails with CODE_BODY. */
RESULT class_bootstrap(const struct class_state *state, uint32_t pool,
                       const struct class_constant *dynamic, struct class_bootstrap *out);

/* Constant number of an argument, or 0 if there are fewer. */
uint32_t class_bootstrap_argument(const struct class_bootstrap *bootstrap, uint32_t index);

/* Which of the platform's factories a bootstrap method is: enum dynamic_kind. */
unsigned class_factory(const struct unit *unit, const struct class_bootstrap *bootstrap);

/* The method_ref that a lambda's handle names, and the handle's kind (JVMS 4.4.8); or NO_INDEX. */
uint32_t class_lambda_target(const struct class_state *state, uint32_t pool,
                             const struct class_bootstrap *bootstrap, uint8_t *kind);

/* Adds what a method's instructions refer to, to the lists of sites. Fails with CODE_BODY. */
RESULT class_walk(struct class_reader *reader, uint32_t method);

struct result class_read_body(const struct unit *unit, const struct method *method,
                              struct arena *arena, struct body *out);
uint32_t class_read_line(const struct unit *unit, const struct method *method, uint32_t pc);

#endif
