/*
 * json.h - reading JSON (RFC 8259) that was met in a bundle.
 *
 * A text is first looked over for its size, depth and number of values, so that the library behind
 * it never takes more than a bounded amount of memory and stack. Duplicate names are refused: which
 * of two values a platform takes differs between its readers.
 */
#ifndef PARASOL_FORMATS_JSON_H
#define PARASOL_FORMATS_JSON_H

#include "base/cursor.h"

enum { JSON_SIZE_MAX = 8 << 20, JSON_DEPTH_MAX = 64, JSON_VALUES_MAX = 200000 };

/* A value; those inside a document live as long as it does. */
struct json;

/* Draws the seed of hash tables. Call once, before threads and before a sandbox closes. */
void json_start(void);

/* The document of a whole text. Fails with JSON_PARSE or JSON_LIMIT. Free with json_free. */
RESULT json_read(struct cursor text, struct json **out);
void json_free(struct json *document);
/* For DEFER. */
void json_done(struct json **document);

/* Of an object: the value of a name; NULL if it is not there, or `object` is none (or NULL). */
const struct json *json_member(const struct json *object, const char *name);

/* Items of an array, 0 for anything else; one item by its position from 0. */
size_t json_count(const struct json *array);
const struct json *json_item(const struct json *array, size_t index);

/* A string, NUL-terminated UTF-8 without NUL inside; NULL for anything else. */
const char *json_text(const struct json *value);

/* A number without a fraction; false for anything else. */
bool json_int(const struct json *value, int64_t *out);

#endif
