/*
 * attribute.h - attributes of a manifest as the platform's TypedArray gives them: found by resource
 * id, references resolved, text that holds a boolean or a number converted.
 *
 * Source: AOSP frameworks/base, core/java/android/content/res/TypedArray.java and
 * com/android/internal/util/XmlUtils.java.
 */
#ifndef PARASOL_FORMATS_ATTRIBUTE_H
#define PARASOL_FORMATS_ATTRIBUTE_H

#include "formats/arsc.h"

enum attribute {
#define ATTRIBUTE(id, number, name) ATTRIBUTE_##id,
#include "formats/attributes.def"
#undef ATTRIBUTE
	ATTRIBUTE_COUNT
};

struct attribute_reader {
	struct facts *facts;
	struct arena *arena;
	struct arsc *arsc; /* NULL: there is none, or it cannot be read */
	bool *told;        /* the want of a table is told once */
};

/* UNREAD: the attribute is there and has no value of its type; an issue was noted. */
enum found { FOUND_NOTHING, FOUND_VALUE, FOUND_UNREAD };

const char *attribute_name(enum attribute attribute);

/* The raw attribute, or NULL. */
const struct axml_attr *attribute_find(const struct axml_element *element,
                                       enum attribute attribute);

/*
 * A boolean. Where configurations differ, or the platform may miss the attribute, `danger` is the
 * answer if any reading gives it.
 */
enum found attribute_bool(const struct attribute_reader *reader, const struct axml_element *element,
                          enum attribute attribute, bool danger, bool *out);

/* A 32-bit number, sign extended. */
enum found attribute_int(const struct attribute_reader *reader, const struct axml_element *element,
                         enum attribute attribute, int64_t *out);

/* Text; other types as the platform spells them. A framework resource is "@0x01......". */
enum found attribute_text(const struct attribute_reader *reader, const struct axml_element *element,
                          enum attribute attribute, const char **out);

/* Files that an attribute refers to: one for each configuration that has its own. */
struct attribute_files {
	uint32_t id; /* of the resource */
	const char **paths;
	const char **configs;
	size_t count;
};

/* Fails to UNREAD for anything but a reference to files of the package; `id` is set even then. */
enum found attribute_files(const struct attribute_reader *reader,
                           const struct axml_element *element, enum attribute attribute,
                           struct attribute_files *out);

/* The same for an attribute that was found already. */
enum found attribute_files_of(const struct attribute_reader *reader, const struct axml_attr *attr,
                              const char *name, struct attribute_files *out);

/* Text as TypedArray.getBoolean and getInt take it. */
bool attribute_parse_bool(const char *text);
bool attribute_parse_int(const char *text, int64_t *out);

/* Sets a fact from an attribute; nothing is set where the attribute is absent. */
void attribute_put_bool(const struct attribute_reader *reader, const struct axml_element *element,
                        enum attribute attribute, bool danger, enum fact_attr fact);
void attribute_put_text(const struct attribute_reader *reader, const struct axml_element *element,
                        enum attribute attribute, enum fact_attr fact);
void attribute_put_int(const struct attribute_reader *reader, const struct axml_element *element,
                       enum attribute attribute, enum fact_attr fact);

/* Sets a boolean fact that is always there, with the platform's default. */
void attribute_put_default(const struct attribute_reader *reader,
                           const struct axml_element *element, enum attribute attribute,
                           bool fallback, bool danger, enum fact_attr fact);

#endif
