/*
 * dexfile.h - what the parts of the DEX reader share.
 *
 * A DEX file is a header, seven tables of items of one size each, and a data section that the
 * tables point into. All numbers are little-endian; offsets count from the start of the file (of
 * the container from version 041 on).
 */
#ifndef PARASOL_CODE_DEXFILE_H
#define PARASOL_CODE_DEXFILE_H

#include "code/body.h"
#include "code/unit.h"

enum { DEX_SIZE_LIMIT = 1 << 30 };

/* A call_site_item, as far as it is understood, and the methods that its handles name. */
struct dex_site {
	struct dynamic dynamic;
	uint32_t target_first, target_count; /* state->targets[...]: indices of method_refs */
};

/* unit->state: what bodies and lines need after reading. */
struct dex {
	struct cursor file;
	/* as in the file: behind them a table may have one more item, that for broken references */
	uint32_t string_count, type_count, proto_count;
	struct dex_site *sites;
	uint32_t site_count;
	uint32_t *targets;
	uint32_t target_count;
};

struct dex_reader {
	struct unit *unit;
	struct dex *dex;
	struct cursor header;
	uint64_t budget;      /* bytes of tables and data that may still be read */
	uint64_t code_budget; /* the same of instructions */
	uint32_t type_list_room, annotation_room, field_room, method_room;
	uint32_t more_issues; /* beyond those that are listed */
	bool broken;          /* the items for broken references are needed */
};

/* The fields of the header (header_item) by their offsets. */
enum dex_header {
	HEADER_CHECKSUM = 8,
	HEADER_FILE_SIZE = 32,
	HEADER_SIZE = 36,
	HEADER_ENDIAN = 40,
	HEADER_MAP = 52,
	HEADER_STRINGS = 56,
	HEADER_TYPES = 64,
	HEADER_PROTOS = 72,
	HEADER_FIELDS = 80,
	HEADER_METHODS = 88,
	HEADER_CLASSES = 96,
	HEADER_END = 112,
	HEADER_CONTAINER_SIZE = 112,
	HEADER_OFFSET = 116,
	HEADER_END_041 = 120
};

/* --- numbers: the caller has checked that the bytes are there --------------------------------- */

static inline uint32_t dex_u16(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static inline uint32_t dex_u32(const uint8_t *at)
{
	return dex_u16(at) | dex_u16(at + 2) << 16;
}

RESULT dex_uleb_long(struct cursor *c, uint32_t *out);

/* uleb128 of at most five bytes. Fails with the cursor's code. */
static inline struct result dex_uleb(struct cursor *c, uint32_t *out)
{
	if (c->pos < c->size && c->data[c->pos] < 0x80) {
		*out = c->data[c->pos++];
		return OK;
	}
	if (c->size - c->pos >= 2 && c->data[c->pos + 1] < 0x80) {
		*out = (c->data[c->pos] & 0x7fU) | (uint32_t)c->data[c->pos + 1] << 7;
		c->pos += 2;
		return OK;
	}
	return dex_uleb_long(c, out);
}

/* sleb128 of at most five bytes. */
RESULT dex_sleb(struct cursor *c, int32_t *out);

/* --- reading: dex.c --------------------------------------------------------------------------- */

/* Adds an issue; all but notices make the unit partial. */
void dex_issue(struct dex_reader *reader, enum diag code, uint64_t at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds the thread's last fault as an issue. */
void dex_note(struct dex_reader *reader);

/* Ends the budget, with an issue; false. */
bool dex_spent(struct dex_reader *reader);

/* Takes from the budget of tables and data; false once it is used up. */
static inline bool dex_spend(struct dex_reader *reader, uint64_t bytes)
{
	if (bytes > reader->budget)
		return dex_spent(reader);
	reader->budget -= bytes;
	return true;
}

/* A cursor at `offset` of the file; `what` names it in the fault, DEX_PARSE. */
static inline struct result dex_seek(const struct dex *dex, uint32_t offset, const char *what,
                                     struct cursor *out)
{
	ENSURE(offset <= dex->file.size, DEX_PARSE, offset,
	       "%s: offset 0x%x is past the end (%zu bytes)", what, offset, dex->file.size);
	*out = dex->file;
	out->pos = offset;
	return OK;
}

/*
 * A table whose count and offset stand at `field` of the header, cut to the items that fit, which
 * is an issue. `name` names it. Returns the number of items, the first at `out->data`.
 */
uint32_t dex_table(struct dex_reader *reader, enum dex_header field, uint32_t item_size,
                   const char *name, struct cursor *out);

/* `count` items from `offset`, cut to those that fit, which is an issue. */
uint32_t dex_items(struct dex_reader *reader, uint32_t count, uint32_t offset, uint32_t item_size,
                   const char *name, struct cursor *out);

/* --- dextable.c ------------------------------------------------------------------------------- */

/* Strings, types, protos, fields and methods. Fails with LIMIT_MEMORY alone. */
RESULT dex_read_tables(struct dex_reader *reader);

/* The indices, or those of the items for broken references, with an issue. `at`: where it stands.
 */
uint32_t dex_string_index(struct dex_reader *reader, uint32_t index, uint64_t at);
uint32_t dex_type_index(struct dex_reader *reader, uint32_t index, uint64_t at);

/* Appends the type_list at `offset` (0: none) to unit->type_list. */
void dex_type_list(struct dex_reader *reader, uint32_t offset, uint32_t *first, uint32_t *count);

/* --- dexclass.c, dexnotes.c ------------------------------------------------------------------- */

/* Classes with their members, static values and annotations. Fails with LIMIT_MEMORY alone. */
RESULT dex_read_classes(struct dex_reader *reader);

/* The annotations_directory_item of a class whose members are read. */
void dex_read_annotations(struct dex_reader *reader, uint32_t class, uint32_t offset);

/* --- dexvalue.c ------------------------------------------------------------------------------- */

enum dex_value_type {
	ENCODED_BYTE = 0x00,
	ENCODED_SHORT = 0x02,
	ENCODED_CHAR = 0x03,
	ENCODED_INT = 0x04,
	ENCODED_LONG = 0x06,
	ENCODED_FLOAT = 0x10,
	ENCODED_DOUBLE = 0x11,
	ENCODED_METHOD_TYPE = 0x15,
	ENCODED_METHOD_HANDLE = 0x16,
	ENCODED_STRING = 0x17,
	ENCODED_TYPE = 0x18,
	ENCODED_FIELD = 0x19,
	ENCODED_METHOD = 0x1a,
	ENCODED_ENUM = 0x1b,
	ENCODED_ARRAY = 0x1c,
	ENCODED_ANNOTATION = 0x1d,
	ENCODED_NULL = 0x1e,
	ENCODED_BOOLEAN = 0x1f
};

struct dex_value {
	enum dex_value_type type;
	int64_t number; /* numbers, floats by their bits; else the index, 0 for what has none */
};

/* Reads one encoded_value; arrays and annotations are skipped. Fails with DEX_PARSE. */
RESULT dex_value(struct cursor *c, struct dex_value *out);

/* Gives the static fields of a class the values of the encoded_array at `offset`. */
void dex_static_values(struct dex_reader *reader, struct field *fields, uint32_t count,
                       uint32_t offset);

/* --- dexsite.c -------------------------------------------------------------------------------- */

/* Call sites and method handles, by way of the map. Fails with LIMIT_MEMORY alone. */
RESULT dex_read_sites(struct dex_reader *reader);

/* --- dexwalk.c -------------------------------------------------------------------------------- */

/* Walks the code of every method and makes the site indices. Fails with LIMIT_MEMORY alone. */
RESULT dex_walk(struct dex_reader *reader);

/* --- dexcode.c -------------------------------------------------------------------------------- */

enum { DEX_CODE_HEADER = 16 };

/* A code_item. */
struct dex_code {
	uint32_t registers, ins, tries, debug;
	uint32_t size;        /* of the instructions, in 16-bit units */
	const uint8_t *insns; /* all `size` units are in the file */
	uint32_t at;          /* their offset in the file */
};

/* Fails with CODE_BODY. */
RESULT dex_code_open(const struct dex *dex, const struct method *method, struct dex_code *out);

uint32_t dex_read_line(const struct unit *unit, const struct method *method, uint32_t pc);

/* --- dexbody.c -------------------------------------------------------------------------------- */

struct result dex_read_body(const struct unit *unit, const struct method *method,
                            struct arena *arena, struct body *out);

#endif
