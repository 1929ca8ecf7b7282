/* attribute.c - typed attributes, with the resources they refer to. */
#include "formats/attribute.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	uint32_t id;
	const char *name;
} table[] = {
#define ATTRIBUTE(id, number, name) {number, name},
#include "formats/attributes.def"
#undef ATTRIBUTE
};

/* The values that an attribute has: one, or one for each configuration. */
struct values {
	struct arsc_value *list;
	size_t count;
	struct arsc_value own;
};

const char *attribute_name(enum attribute attribute)
{
	return table[attribute].name;
}

const struct axml_attr *attribute_find(const struct axml_element *element, enum attribute attribute)
{
	return element ? axml_attr_by_id(element, table[attribute].id) : NULL;
}

static enum found missing(const struct attribute_reader *reader, const struct axml_attr *attr,
                          const char *name)
{
	if (!reader->arsc) {
		if (*reader->told)
			return FOUND_UNREAD;
		*reader->told = true;
	}
	facts_issue(reader->facts, DIAG_RESOURCE_MISSING, attr->at,
	            "%s: resource 0x%08x cannot be resolved", name, attr->data);
	return FOUND_UNREAD;
}

static enum found unfit(const struct attribute_reader *reader, const struct axml_attr *attr,
                        const char *name, const char *wanted)
{
	facts_issue(reader->facts, DIAG_MANIFEST_VALUE, attr->at,
	            "%s: a value of type 0x%02x (0x%08x) is no %s", name, attr->type, attr->data,
	            wanted);
	return FOUND_UNREAD;
}

static bool is_reference(const struct axml_attr *attr)
{
	return attr->type == VALUE_REFERENCE || attr->type == VALUE_DYNAMIC_REFERENCE;
}

static enum found resolve(const struct attribute_reader *reader, const struct axml_attr *attr,
                          const char *name, struct values *out)
{
	if (!reader->arsc)
		return missing(reader, attr, name);
	if (!arsc_resolve(reader->arsc, attr->data, &out->list, &out->count).ok) {
		facts_issue(reader->facts, fault_last()->code, fault_last()->at, "%s: %s", name,
		            fault_last()->why);
		return FOUND_UNREAD;
	}
	return out->count ? FOUND_VALUE : missing(reader, attr, name);
}

/* `out` must stay where it is: its list may point into it. */
static enum found read_values(const struct attribute_reader *reader, const struct axml_attr *attr,
                              const char *name, struct values *out)
{
	*out = (struct values){0};
	if (!attr || attr->type == VALUE_NULL || (is_reference(attr) && !attr->data))
		return FOUND_NOTHING;
	if (is_reference(attr))
		return resolve(reader, attr, name, out);
	out->own = (struct arsc_value){.type = attr->type,
	                               .data = attr->data,
	                               .string = attr->string,
	                               .config = "",
	                               .at = attr->at};
	out->list = &out->own;
	out->count = 1;
	return FOUND_VALUE;
}

bool attribute_parse_bool(const char *text)
{
	return strcmp(text, "1") == 0 || strcmp(text, "true") == 0 || strcmp(text, "TRUE") == 0;
}

bool attribute_parse_int(const char *text, int64_t *out)
{
	bool negative = *text == '-';
	const char *digits = text + negative;
	int base = 10;
	char *end;

	if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
		base = 16;
		digits += 2;
	} else if (digits[0] == '0' && digits[1]) {
		base = 8;
		digits++;
	} else if (digits[0] == '#') {
		base = 16;
		digits++;
	}
	if (!(*digits >= '0' && *digits <= '9') && !(base == 16 && strchr("abcdefABCDEF", *digits)))
		return false;
	errno = 0;
	long long value = strtoll(digits, &end, base);
	if (end == digits || *end || errno || value > UINT32_MAX)
		return false;
	*out = negative ? -value : value;
	return true;
}

static bool is_int(uint8_t type)
{
	return type >= VALUE_INT_FIRST && type <= VALUE_INT_LAST;
}

static bool to_bool(const struct arsc_value *value, bool *out)
{
	if (is_int(value->type) && !value->complex)
		*out = value->data != 0;
	else if (value->type == VALUE_STRING && value->string && !value->complex)
		*out = attribute_parse_bool(value->string);
	else
		return false;
	return true;
}

enum found attribute_bool(const struct attribute_reader *reader, const struct axml_element *element,
                          enum attribute attribute, bool danger, bool *out)
{
	const struct axml_attr *attr = attribute_find(element, attribute);
	const char *name = table[attribute].name;
	bool answer = !danger, one, differ = false;
	struct values values;
	enum found found = read_values(reader, attr, name, &values);

	if (found != FOUND_VALUE)
		return found;
	for (size_t i = 0; i < values.count; i++) {
		if (!to_bool(&values.list[i], &one))
			return unfit(reader, attr, name, "boolean");
		differ = differ || (i && one != answer);
		if (one == danger)
			answer = danger;
	}
	if (differ)
		facts_issue(reader->facts, DIAG_RESOURCE_DIFFERS, attr->at,
		            "%s: resource 0x%08x is %s in some configurations only; that is taken",
		            name, attr->data, danger ? "true" : "false");
	/* the platform may miss a hidden attribute: it must not bring safety */
	if (attr->hidden && answer != danger)
		return FOUND_NOTHING;
	*out = answer;
	return FOUND_VALUE;
}

enum found attribute_int(const struct attribute_reader *reader, const struct axml_element *element,
                         enum attribute attribute, int64_t *out)
{
	const struct axml_attr *attr = attribute_find(element, attribute);
	const char *name = table[attribute].name;
	struct values values;
	enum found found = read_values(reader, attr, name, &values);

	if (found != FOUND_VALUE)
		return found;
	const struct arsc_value *value = &values.list[0];
	if (is_int(value->type) && !value->complex)
		*out = (int32_t)value->data;
	else if (value->type != VALUE_STRING || value->complex || !value->string ||
	         !attribute_parse_int(value->string, out))
		return unfit(reader, attr, name, "number");
	return FOUND_VALUE;
}

/* TypedValue.coerceToString; NULL for what has no text. */
static const char *to_text(struct arena *arena, const struct arsc_value *value)
{
	char text[48];
	float number;

	if (value->complex)
		return NULL;
	if (value->type == VALUE_STRING)
		return value->string;
	if (value->type == VALUE_BOOLEAN)
		return value->data ? "true" : "false";
	if (value->type == VALUE_INT_HEX) {
		snprintf(text, sizeof text, "0x%x", value->data);
	} else if (value->type == VALUE_FLOAT) {
		memcpy(&number, &value->data, sizeof number);
		snprintf(text, sizeof text, "%.9g", (double)number);
	} else if (value->type >= 0x1c && value->type <= VALUE_INT_LAST) {
		snprintf(text, sizeof text, "#%x", value->data);
	} else if (is_int(value->type)) {
		snprintf(text, sizeof text, "%d", (int)value->data);
	} else {
		return NULL;
	}
	return arena_copy(arena, text, strlen(text));
}

enum found attribute_text(const struct attribute_reader *reader, const struct axml_element *element,
                          enum attribute attribute, const char **out)
{
	const struct axml_attr *attr = attribute_find(element, attribute);
	const char *name = table[attribute].name, *text;
	struct values values;
	char id[16];

	if (attr && is_reference(attr) && attr->data >> 24 == 1) {
		snprintf(id, sizeof id, "@0x%08x", attr->data);
		*out = arena_copy(reader->arena, id, strlen(id));
		return *out ? FOUND_VALUE : FOUND_UNREAD;
	}
	enum found found = read_values(reader, attr, name, &values);
	if (found != FOUND_VALUE)
		return found;
	text = to_text(reader->arena, &values.list[0]);
	if (!text)
		return unfit(reader, attr, name, "text");
	*out = text;
	return FOUND_VALUE;
}

static bool known_file(const struct attribute_files *files, const char *path)
{
	for (size_t i = 0; i < files->count; i++) {
		if (strcmp(files->paths[i], path) == 0)
			return true;
	}
	return false;
}

enum found attribute_files_of(const struct attribute_reader *reader, const struct axml_attr *attr,
                              const char *name, struct attribute_files *out)
{
	struct values values;

	*out = (struct attribute_files){0};
	if (attr && attr->type != VALUE_NULL && !is_reference(attr))
		return unfit(reader, attr, name, "reference");
	if (attr)
		out->id = attr->data;
	enum found found = read_values(reader, attr, name, &values);
	if (found != FOUND_VALUE)
		return found;
	out->paths = arena_take(reader->arena, values.count, sizeof *out->paths);
	out->configs = arena_take(reader->arena, values.count, sizeof *out->configs);
	if (!out->paths || !out->configs)
		return FOUND_UNREAD;
	for (size_t i = 0; i < values.count; i++) {
		const struct arsc_value *value = &values.list[i];
		if (value->complex || value->type != VALUE_STRING || !value->string)
			return unfit(reader, attr, name, "file");
		if (known_file(out, value->string))
			continue;
		out->configs[out->count] = value->config;
		out->paths[out->count++] = value->string;
	}
	return FOUND_VALUE;
}

enum found attribute_files(const struct attribute_reader *reader,
                           const struct axml_element *element, enum attribute attribute,
                           struct attribute_files *out)
{
	return attribute_files_of(reader, attribute_find(element, attribute), table[attribute].name,
	                          out);
}

void attribute_put_bool(const struct attribute_reader *reader, const struct axml_element *element,
                        enum attribute attribute, bool danger, enum fact_attr fact)
{
	bool value;
	enum found found = attribute_bool(reader, element, attribute, danger, &value);

	if (found == FOUND_VALUE)
		facts_bool(reader->facts, fact, value);
	else if (found == FOUND_UNREAD)
		facts_unread(reader->facts, fact);
}

void attribute_put_text(const struct attribute_reader *reader, const struct axml_element *element,
                        enum attribute attribute, enum fact_attr fact)
{
	const char *value;
	enum found found = attribute_text(reader, element, attribute, &value);

	if (found == FOUND_VALUE)
		facts_text(reader->facts, fact, value);
	else if (found == FOUND_UNREAD)
		facts_unread(reader->facts, fact);
}

void attribute_put_int(const struct attribute_reader *reader, const struct axml_element *element,
                       enum attribute attribute, enum fact_attr fact)
{
	int64_t value;
	enum found found = attribute_int(reader, element, attribute, &value);

	if (found == FOUND_VALUE)
		facts_int(reader->facts, fact, value);
	else if (found == FOUND_UNREAD)
		facts_unread(reader->facts, fact);
}

void attribute_put_default(const struct attribute_reader *reader,
                           const struct axml_element *element, enum attribute attribute,
                           bool fallback, bool danger, enum fact_attr fact)
{
	bool value = fallback;

	if (attribute_bool(reader, element, attribute, danger, &value) == FOUND_UNREAD)
		facts_unread(reader->facts, fact);
	else
		facts_bool(reader->facts, fact, value);
}
