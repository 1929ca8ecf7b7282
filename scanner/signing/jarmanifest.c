/* jarmanifest.c - sections and attributes of MANIFEST.MF and signature files. */
#include "signing/jarmanifest.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The next line without its end; false at the end of the window. */
static bool next_line(struct cursor *c, const uint8_t **line, size_t *len)
{
	size_t end = c->pos;

	if (!cursor_left(c))
		return false;
	while (end < c->size && c->data[end] != '\n' && c->data[end] != '\r')
		end++;
	*line = c->data + c->pos;
	*len = end - c->pos;
	if (end < c->size)
		end += end + 1 < c->size && c->data[end] == '\r' && c->data[end + 1] == '\n' ? 2
		                                                                             : 1;
	c->pos = end;
	return true;
}

/* The next section; empty lines before it are passed over. */
static bool next_section(struct cursor *c, struct jar_section *out)
{
	const uint8_t *line;
	size_t len = 0;

	do
		out->at = c->pos;
	while (next_line(c, &line, &len) && !len);
	if (out->at == c->size)
		return false;
	while (next_line(c, &line, &len) && len)
		;
	out->len = c->pos - out->at;
	return true;
}

void jar_walk_start(struct jar_walk *walk, const struct jar_manifest *manifest,
                    const struct jar_section *section)
{
	*walk = (struct jar_walk){.lines = manifest->body};
	walk->lines.pos = section->at;
	walk->lines.size = section->at + section->len;
}

static bool continues(const struct cursor *lines)
{
	return cursor_left(lines) && lines->data[lines->pos] == ' ';
}

static void split(const char *bytes, size_t len, struct jar_attribute *out)
{
	const char *mark = memmem(bytes, len, ": ", 2);

	*out = (struct jar_attribute){.name = bytes, .name_len = len, .value = bytes + len};
	if (mark) {
		out->separated = true;
		out->name_len = (size_t)(mark - bytes);
		out->value = mark + 2;
		out->value_len = len - out->name_len - 2;
	}
}

bool jar_walk_next(struct jar_walk *walk, struct jar_attribute *out)
{
	const uint8_t *line;
	size_t len;

	if (!next_line(&walk->lines, &line, &len) || !len)
		return false;
	if (!continues(&walk->lines)) {
		split((const char *)line, len, out);
		return true;
	}
	walk->joined.len = 0;
	text_add(&walk->joined, line, len);
	while (continues(&walk->lines) && next_line(&walk->lines, &line, &len))
		text_add(&walk->joined, line + 1, len - 1);
	split(walk->joined.data, walk->joined.len, out);
	return true;
}

void jar_walk_done(struct jar_walk *walk)
{
	text_free(&walk->joined);
}

bool jar_attribute_is(const struct jar_attribute *attribute, const char *name)
{
	return attribute->name_len == strlen(name) &&
	       strncasecmp(attribute->name, name, attribute->name_len) == 0;
}

bool jar_manifest_value(const struct jar_manifest *manifest, const struct jar_section *section,
                        const char *name, struct text *out)
{
	struct jar_attribute attribute;
	struct jar_walk walk;
	bool found = false;

	jar_walk_start(&walk, manifest, section);
	while (!found && jar_walk_next(&walk, &attribute)) {
		found = jar_attribute_is(&attribute, name);
		if (found) {
			out->len = 0;
			text_add(out, attribute.value, attribute.value_len);
		}
	}
	jar_walk_done(&walk);
	return found;
}

/* The name is copied only if it goes over several lines. */
static RESULT name_section(const struct jar_manifest *manifest, struct arena *arena,
                           struct jar_section *section)
{
	struct jar_attribute first;
	struct jar_walk walk;
	bool copied = true;

	jar_walk_start(&walk, manifest, section);
	if (jar_walk_next(&walk, &first) && jar_attribute_is(&first, "Name")) {
		section->name = first.value;
		section->name_len = first.value_len;
		if (walk.joined.len) {
			section->name = arena_copy(arena, first.value, first.value_len);
			copied = section->name != NULL;
		}
	}
	jar_walk_done(&walk);
	return copied ? OK : FAILED;
}

static int compare_names(const struct jar_section *a, const char *name, size_t len)
{
	size_t common = a->name_len < len ? a->name_len : len;
	int order = common ? memcmp(a->name, name, common) : 0;

	return order ? order : a->name_len < len ? -1 : a->name_len > len;
}

static int by_name(const void *left, const void *right, void *state)
{
	const struct jar_section *sections = state;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int order = compare_names(&sections[a], sections[b].name, sections[b].name_len);

	return order ? order : a < b ? -1 : a > b;
}

static RESULT sort_sections(struct jar_manifest *manifest, struct arena *arena)
{
	ALLOC(manifest->by_name, arena, manifest->count);
	for (size_t i = 0; i < manifest->count; i++)
		if (manifest->sections[i].name)
			manifest->by_name[manifest->named++] = (uint32_t)i;
	qsort_r(manifest->by_name, manifest->named, sizeof *manifest->by_name, by_name,
	        manifest->sections);
	return OK;
}

struct result jar_manifest_read(struct cursor body, struct arena *arena, struct jar_manifest *out)
{
	struct jar_manifest manifest = {.body = body};
	struct jar_section section = {0};
	struct cursor c = body;

	ENSURE(body.size <= JAR_MANIFEST_BYTES_MAX, LIMIT_ENTRY, AT_NONE,
	       "file of %zu bytes, read are up to %d", body.size, JAR_MANIFEST_BYTES_MAX);
	if (next_section(&c, &manifest.main))
		TRY(name_section(&manifest, arena, &manifest.main));
	else
		manifest.main = (struct jar_section){0};
	for (struct cursor ahead = c; next_section(&ahead, &section);)
		manifest.count++;
	ALLOC(manifest.sections, arena, manifest.count);
	for (size_t i = 0; i < manifest.count; i++) {
		next_section(&c, &manifest.sections[i]);
		TRY(name_section(&manifest, arena, &manifest.sections[i]));
	}
	TRY(sort_sections(&manifest, arena));
	*out = manifest;
	return OK;
}

const struct jar_section *jar_manifest_find(const struct jar_manifest *manifest, const char *name,
                                            size_t len)
{
	size_t low = 0, high = manifest->named;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct jar_section *section = &manifest->sections[manifest->by_name[middle]];
		if (compare_names(section, name, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == manifest->named)
		return NULL;
	const struct jar_section *found = &manifest->sections[manifest->by_name[low]];
	return compare_names(found, name, len) == 0 ? found : NULL;
}

const struct jar_section *jar_manifest_twice(const struct jar_manifest *manifest)
{
	for (size_t i = 1; i < manifest->named; i++) {
		const struct jar_section *section = &manifest->sections[manifest->by_name[i]];
		const struct jar_section *before = &manifest->sections[manifest->by_name[i - 1]];
		if (compare_names(before, section->name, section->name_len) == 0)
			return section;
	}
	return NULL;
}
