/* apkmanifest.c - platform versions of a package. */
#include "signing/apkmanifest.h"

#include <stdio.h>
#include <string.h>

#include "formats/axml.h"

static const uint32_t attribute_min_sdk = 0x0101020c;
static const uint32_t attribute_target_sdk = 0x01010270;
static const uint32_t attribute_target_sandbox = 0x0101054c;

static const size_t arena_limit = 64U << 20;

/*
 * The version before the one that a codename was released as, since what is new in a release is not
 * there from the first day of its codename. Letters behind the last one count on.
 */
static bool codename_version(const char *codename, int64_t *out)
{
	static const struct {
		char letter;
		int version;
	} letters[] = {{'A', 1},  {'C', 2},  {'D', 3},  {'E', 4},  {'F', 7},  {'G', 8},  {'H', 10},
	               {'I', 13}, {'J', 15}, {'K', 18}, {'L', 20}, {'M', 22}, {'N', 23}, {'O', 25}};
	size_t i = sizeof letters / sizeof *letters;

	if (!codename || *codename < 'A' || *codename > 'Z')
		return false;
	while (letters[--i].letter > *codename)
		;
	/* A and B were never released */
	*out = i ? letters[i].version + (*codename - letters[i].letter) : 1;
	return true;
}

static bool is_number(const struct axml_attr *attr)
{
	return attr->type == VALUE_INT_FIRST || attr->type == VALUE_INT_HEX;
}

static RESULT min_version(const struct axml_attr *attr, int64_t *out)
{
	if (is_number(attr)) {
		*out = (int32_t)attr->data;
		return OK;
	}
	ENSURE(attr->type == VALUE_STRING && codename_version(attr->string, out), MANIFEST_VALUE,
	       attr->at, "minSdkVersion is neither a number nor a codename");
	return OK;
}

/* The highest minSdkVersion of all uses-sdk elements; 1 without any. */
static RESULT read_min(const struct axml_element *root, int64_t *out)
{
	const struct axml_element *element = axml_child(root, "uses-sdk");
	int64_t version = 1, most = 1;

	for (; element; element = axml_next(element->next, "uses-sdk")) {
		const struct axml_attr *attr = axml_attr_by_id(element, attribute_min_sdk);
		if (element->space || !attr)
			continue;
		TRY(min_version(attr, &version));
		if (version > most)
			most = version;
	}
	*out = most;
	return OK;
}

/* Elements in the order of the document. */
static const struct axml_element *following(const struct axml_element *element)
{
	if (element->first)
		return element->first;
	while (element && !element->next)
		element = element->parent;
	return element ? element->next : NULL;
}

/* The number of the first element of a name that has the attribute. */
static bool read_number(const struct axml_element *root, const char *name, uint32_t id,
                        int64_t *out)
{
	for (const struct axml_element *element = root; element; element = following(element)) {
		const struct axml_attr *attr;
		if (!element->name || strcmp(element->name, name) != 0)
			continue;
		attr = axml_attr_by_id(element, id);
		if (!attr)
			continue;
		if (is_number(attr))
			*out = (int32_t)attr->data;
		return is_number(attr);
	}
	return false;
}

static RESULT parse(const struct bytes *bytes, struct arena *arena, struct apk_manifest *out)
{
	struct cursor body = cursor_over(bytes->data, bytes->size, DIAG_AXML_TRUNCATED);
	struct axml xml = {0};

	TRY(axml_parse(body, arena, &xml));
	out->read = true;
	if (!read_number(xml.root, "manifest", attribute_target_sandbox, &out->sandbox))
		out->sandbox = 1;
	struct result min = read_min(xml.root, &out->min_sdk);
	out->min_known = min.ok;
	if (!read_number(xml.root, "uses-sdk", attribute_target_sdk, &out->target_sdk))
		out->target_sdk = min.ok ? out->min_sdk : 1;
	return min;
}

static RESULT read_entry(const struct entry *entry, struct apk_manifest *out)
{
	struct bytes bytes;
	struct arena arena;

	TRY(entry_read(entry, NULL, &bytes));
	arena_init(&arena, arena_limit);
	struct result parsed = parse(&bytes, &arena, out);
	arena_free(&arena);
	bytes_free(&bytes);
	return parsed;
}

void apk_manifest_read(const struct container *container, struct apk_manifest *out)
{
	const struct entry *entry = container_find(container, "AndroidManifest.xml");

	*out = (struct apk_manifest){.min_sdk = 1, .target_sdk = 1, .sandbox = 1};
	out->present = entry != NULL;
	if (entry && !read_entry(entry, out).ok)
		snprintf(out->why, sizeof out->why, "%s", fault_last()->why);
}
