/*
 * make_bundle.h - builds Android packages from text, for tests and for the demo.
 *
 * The parts can be used alone: a unit test makes one binary XML file or one resource table in
 * memory and gives it to the reader under test. Everything is deterministic: the same sources give
 * the same bytes. Failures carry DIAG_USAGE and name the file, the line or the attribute that is
 * wrong.
 */
#ifndef PARASOL_MAKE_BUNDLE_H
#define PARASOL_MAKE_BUNDLE_H

#include <libxml/tree.h>

#include "base/text.h"

/* ---- bytes.c: little-endian output ---- */

void bytes_u8(struct text *out, unsigned value);
void bytes_u16(struct text *out, unsigned value);
void bytes_u32(struct text *out, uint32_t value);
void bytes_put_u16(struct text *out, size_t at, unsigned value);
void bytes_put_u32(struct text *out, size_t at, uint32_t value);
void bytes_zero(struct text *out, size_t len);
void bytes_align(struct text *out, size_t step);

/* Makes room for one more of `count` items of `size` bytes; returns the array, which may have
 * moved. */
void *bytes_room(void *items, size_t count, size_t *room, size_t size);

/* ---- strings.c: the string pool of AXML and ARSC (ResourceTypes.h, ResStringPool_header) ---- */

struct strings {
	struct strings_item {
		char *text;
		uint32_t id; /* resource id of an attribute name; 0 for any other string */
	} * items;
	size_t count, room;
};

void strings_free(struct strings *strings);
/* Index of the string, added if it is not there. A name with an id is another string than one
 * without. */
uint32_t strings_add(struct strings *strings, const char *text, uint32_t id);
/* Adds the whole chunk: UTF-16, or UTF-8 if `utf8`. Fails if a string is too long or not UTF-8. */
RESULT strings_write(const struct strings *strings, bool utf8, struct text *out);

/* ---- values.c: typed values (ResourceTypes.h, Res_value) ---- */

enum value_type {
	VALUE_NULL = 0x00,
	VALUE_REFERENCE = 0x01,
	VALUE_STRING = 0x03,
	VALUE_FLOAT = 0x04,
	VALUE_DIMENSION = 0x05,
	VALUE_INT = 0x10,
	VALUE_HEX = 0x11,
	VALUE_BOOL = 0x12,
	VALUE_ARGB8 = 0x1c,
	VALUE_RGB8 = 0x1d,
	VALUE_ARGB4 = 0x1e,
	VALUE_RGB4 = 0x1f
};

/* What an attribute or a resource may hold. Words are in addition to these. */
enum value_format {
	FORMAT_STRING = 1,
	FORMAT_INT = 2,
	FORMAT_BOOL = 4,
	FORMAT_COLOR = 8,
	FORMAT_DIMENSION = 16,
	FORMAT_FLOAT = 32,
	FORMAT_ANY = 63
};

struct value {
	enum value_type type;
	uint32_t data;    /* for VALUE_STRING: not set, the text is `text` */
	const char *text; /* as written; owned by the caller of value_read */
};

struct value_word {
	const char *name;
	uint32_t value;
};

struct attribute {
	const char *name;
	uint32_t id;
	unsigned formats;
	const struct value_word *words; /* NULL, or names of values up to a NULL name */
	bool flags;                     /* words may be joined by | */
};

struct resources;

/* The framework's attribute of that name; NULL if it is not in the table. */
const struct attribute *attribute_find(const char *name);

/*
 * Reads a value in one of the formats or words of `attribute`. References are always taken; those
 * of the app are looked up in `resources`, which may be NULL if there are none.
 */
RESULT value_read(const char *text, const struct attribute *attribute,
                  const struct resources *resources, struct value *out);

/* ---- axml.c ---- */

struct axml_options {
	bool utf8; /* string pool in UTF-8, as aapt2 writes it; aapt wrote UTF-16 */
};

/* Adds the binary form of a parsed text XML document. */
RESULT make_axml(const xmlDoc *doc, const struct resources *resources,
                 const struct axml_options *options, struct text *out);

/* The same from text; `name` stands in messages. */
RESULT make_axml_text(const char *xml, const char *name, const struct resources *resources,
                      const struct axml_options *options, struct text *out);

/* ---- resources.c, config.c: the resources of one package ---- */

/* The parts of ResTable_config that the sources can name. */
struct config {
	uint8_t language[2], country[2];
	uint8_t orientation; /* 1 portrait, 2 landscape */
	uint16_t density;    /* dpi; 0xfffe any, 0xffff none */
	uint16_t sdk;
	uint16_t smallest_width; /* dp */
	uint8_t night;           /* uiMode: 0x10 day, 0x20 night */
};

/* Reads qualifiers such as "zh-rCN-v31"; "" is the default configuration. */
RESULT config_read(const char *qualifiers, struct config *out);
/* Qualifiers in the platform's order, with the version that others imply. */
void config_name(const struct config *config, struct text *out);
void config_write(const struct config *config, struct text *out);
int config_compare(const struct config *a, const struct config *b);

/* A value of a resource. A bag (array or style) has items; any other has one text. */
struct resource_item {
	char *name; /* attribute of a style item; NULL in an array */
	char *text;
};
struct resource_value {
	struct config config;
	bool bag, file; /* file: the text is the path in the package and always a string */
	char *parent;   /* of a style; NULL if there is none */
	struct resource_item *items;
	size_t count, room;
};
struct resource {
	char *type, *name;
	struct resource_value *values;
	size_t count, room;
	uint32_t id; /* after resources_number */
};
struct resources {
	char *package;
	struct resource *items;
	size_t count, room;
};

struct resources *resources_open(const char *package);
void resources_close(struct resources *resources);

/*
 * Sets the value of a resource for a configuration. A later value replaces an earlier one, so that
 * one folder of sources can overlay another.
 */
RESULT resources_add(struct resources *resources, const char *type, const char *name,
                     const char *qualifiers, const char *text);
RESULT resources_add_file(struct resources *resources, const char *type, const char *name,
                          const char *qualifiers, const char *path);

/* Adds what a values file holds: string, bool, integer, color, dimen, arrays and styles. */
RESULT resources_add_values(struct resources *resources, const xmlDoc *doc, const char *qualifiers);

/* Gives ids 0x7fTTEEEE in the order of types and names. Needed before find, make_axml, make_arsc.
 */
void resources_number(struct resources *resources);

/* The id of "type/name"; 0 if there is none. */
uint32_t resources_find(const struct resources *resources, const char *reference);

/* ---- arsc.c ---- */

/* Adds the resource table. Call resources_number before. */
RESULT make_arsc(const struct resources *resources, bool utf8, struct text *out);

/* ---- zip.c: APPNOTE.TXT, fixed times, entries in the order of their names, data aligned ---- */

struct zip_maker {
	struct zip_item {
		char *name;
		struct text body;
		bool deflate;
	} * items;
	size_t count, room;
};

/* Adds an entry, or replaces the one of that name. Takes the bytes of `body`. */
void zip_maker_add(struct zip_maker *zip, const char *name, struct text *body, bool deflate);
RESULT zip_maker_write(struct zip_maker *zip, struct text *out);
void zip_maker_free(struct zip_maker *zip);

/* Adds the deflated bytes; false, and nothing is added, if they are no shorter. */
bool zip_pack(const struct text *body, struct text *out);

#endif
