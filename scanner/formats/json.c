/* json.c - jansson behind a look over the text. */
#include "formats/json.h"

#include <jansson.h>

void json_start(void)
{
	json_object_seed(0);
}

/* What a text holds, counted without building anything; brackets in strings do not count. */
struct look {
	size_t depth, values;
	bool quoted, escaped;
};

static void look_string(struct look *look, uint8_t byte)
{
	if (look->escaped)
		look->escaped = false;
	else if (byte == '\\')
		look->escaped = true;
	else if (byte == '"')
		look->quoted = false;
}

static RESULT look_at(struct look *look, uint8_t byte, uint64_t at)
{
	if (look->quoted) {
		look_string(look, byte);
		return OK;
	}
	look->quoted = byte == '"';
	if (byte == ',' || byte == '[' || byte == '{' || byte == ':')
		look->values++;
	if (byte == '[' || byte == '{')
		look->depth++;
	if ((byte == ']' || byte == '}') && look->depth)
		look->depth--;
	ENSURE(look->depth <= JSON_DEPTH_MAX, JSON_LIMIT, at, "JSON is nested more than %d deep",
	       JSON_DEPTH_MAX);
	ENSURE(look->values <= JSON_VALUES_MAX, JSON_LIMIT, at, "JSON has more than %d values",
	       JSON_VALUES_MAX);
	return OK;
}

static RESULT look_over(const struct cursor *text)
{
	struct look look = {0};

	ENSURE(text->size <= JSON_SIZE_MAX, JSON_LIMIT, text->origin,
	       "JSON of %zu bytes, more than %d", text->size, JSON_SIZE_MAX);
	for (size_t i = 0; i < text->size; i++)
		TRY(look_at(&look, text->data[i], text->origin + i));
	return OK;
}

struct result json_read(struct cursor text, struct json **out)
{
	json_error_t error;
	json_t *document;

	TRY(look_over(&text));
	ENSURE(text.size, JSON_PARSE, text.origin, "JSON text is empty (RFC 8259, 2)");
	document = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error);
	if (!document)
		FAIL(JSON_PARSE, text.origin + (error.position > 0 ? (uint64_t)error.position : 0),
		     "JSON, line %d: %s (RFC 8259)", error.line, error.text);
	*out = (struct json *)document;
	return OK;
}

void json_free(struct json *document)
{
	json_decref((json_t *)document);
}

void json_done(struct json **document)
{
	json_free(*document);
}

const struct json *json_member(const struct json *object, const char *name)
{
	return (const struct json *)json_object_get((const json_t *)object, name);
}

size_t json_count(const struct json *array)
{
	return json_array_size((const json_t *)array);
}

const struct json *json_item(const struct json *array, size_t index)
{
	return (const struct json *)json_array_get((const json_t *)array, index);
}

const char *json_text(const struct json *value)
{
	return json_string_value((const json_t *)value);
}

bool json_int(const struct json *value, int64_t *out)
{
	const json_t *number = (const json_t *)value;

	if (!json_is_integer(number))
		return false;
	*out = json_integer_value(number);
	return true;
}
