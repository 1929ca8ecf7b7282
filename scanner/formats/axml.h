/*
 * axml.h - Android binary XML as a tree.
 *
 * A document is a chunk that holds chunks; every chunk starts with
 *
 *   +0 u16 type   +2 u16 header size   +4 u32 size of the chunk with its header
 *
 * The root chunk (0x0003) holds a string pool (0x0001), the resource ids of attribute names
 * (0x0180) and the nodes: namespaces (0x0100, 0x0101), elements (0x0102, 0x0103) and text (0x0104).
 * A node's header has 16 bytes: line and comment follow the chunk header. An element's attributes
 * have 20 bytes each: namespace, name, raw value, then size, type and data of the typed value.
 *
 * Source: AOSP frameworks/base, libs/androidfw, ResourceTypes.h and ResourceTypes.cpp (ResXMLTree,
 * ResXMLParser), core/java/android/content/res/XmlBlock.java. What the platform reads is read, and
 * what no build tool writes is noted as an oddity; what the platform refuses fails.
 */
#ifndef PARASOL_FORMATS_AXML_H
#define PARASOL_FORMATS_AXML_H

#include "facts/facts.h"
#include "formats/stringpool.h"

/* Types of values (Res_value::dataType). */
enum value_type {
	VALUE_NULL = 0x00,
	VALUE_REFERENCE = 0x01,
	VALUE_ATTRIBUTE = 0x02,
	VALUE_STRING = 0x03,
	VALUE_FLOAT = 0x04,
	VALUE_DYNAMIC_REFERENCE = 0x07,
	VALUE_INT_FIRST = 0x10,
	VALUE_INT_HEX = 0x11,
	VALUE_BOOLEAN = 0x12,
	VALUE_INT_LAST = 0x1f
};

struct axml_attr {
	const char *space;  /* namespace URI; NULL for none */
	const char *name;   /* NULL where its index finds no string */
	const char *string; /* the value if it is a string; else the raw text, or NULL */
	uint32_t id;        /* resource id of the name, 0 for none */
	uint32_t data;
	uint8_t type;
	bool hidden; /* a higher id stands before it, so the platform's ordered search misses it */
	uint64_t at;
};

struct axml_element {
	const char *space, *name; /* NULL as above */
	const char *text;         /* all text directly inside; NULL for none */
	struct axml_attr *attrs;
	size_t attr_count;
	struct axml_element *parent, *first, *last, *next;
	uint64_t at;
};

/* What no build tool writes and the platform reads all the same. */
enum axml_oddity {
#define ODDITY(id, text) AXML_ODDITY_##id,
#include "formats/axml_oddities.def"
#undef ODDITY
	AXML_ODDITY_COUNT
};

struct axml {
	struct axml_element *root;
	struct {
		uint32_t count;
		uint64_t at; /* of the first */
	} oddities[AXML_ODDITY_COUNT];
};

/*
 * Reads a document into memory of the arena. Fails with AXML_TRUNCATED where it ends before what it
 * announces, AXML_DEPTH above 200 levels, 200,000 elements, a million attributes or the limit of
 * bytes, AXML_PARSE where the platform refuses it. The oddities met so far are set even then.
 */
RESULT axml_parse(struct cursor body, struct arena *arena, struct axml *out);

/* Writes the oddities as issues AXML_EVASION, and AXML_ORDER. */
void axml_report(const struct axml *axml, struct facts *facts);

/* True if the bytes begin like binary XML, whatever the type of the root chunk says. */
bool axml_begins(struct cursor body);

/* The next element of a name among `from` and its later siblings; NULL name finds any. */
const struct axml_element *axml_next(const struct axml_element *from, const char *name);

/* The first child of a name, or NULL. */
const struct axml_element *axml_child(const struct axml_element *element, const char *name);

/* The attribute of a resource id: the first, as the platform takes it; NULL for none. */
const struct axml_attr *axml_attr_by_id(const struct axml_element *element, uint32_t id);

/* The attribute without a namespace of a name, or NULL. */
const struct axml_attr *axml_attr_by_name(const struct axml_element *element, const char *name);

#endif
