/* mapping.c - see mapping.h. */
#include "code/mapping.h"

#include <stdlib.h>
#include <string.h>

static const size_t MEMORY = 1U << 30;

struct member {
	const char *obfuscated;
	const char *class; /* of an inlined method; NULL: the class itself */
	const char *name;
	uint32_t first, last;  /* obfuscated lines; 0: any */
	uint32_t source_first; /* 0: not known */
	uint32_t source_last;
	uint32_t order; /* in the file */
};

struct mapped_class {
	const char *obfuscated;
	const char *name;
	struct member *members; /* by obfuscated name, then order */
	uint32_t count, room;
};

struct mapping {
	struct arena arena;
	struct mapped_class *classes; /* by obfuscated name */
	uint32_t count, room;
};

static struct mapped_class *add_class(struct mapping *mapping)
{
	if (mapping->count == mapping->room) {
		mapping->room = mapping->room ? mapping->room * 2 : 256;
		mapping->classes =
			reallocarray(mapping->classes, mapping->room, sizeof *mapping->classes);
		if (!mapping->classes)
			fault_out_of_memory();
	}
	struct mapped_class *class = &mapping->classes[mapping->count++];
	*class = (struct mapped_class){0};
	return class;
}

static struct member *add_member(struct mapped_class *class)
{
	if (class->count == class->room) {
		class->room = class->room ? class->room * 2 : 8;
		class->members =
			reallocarray(class->members, class->room, sizeof *class->members);
		if (!class->members)
			fault_out_of_memory();
	}
	struct member *member = &class->members[class->count];
	*member = (struct member){.order = class->count++};
	return member;
}

static const char *cut_spaces(char *text)
{
	size_t len;

	while (*text == ' ' || *text == '\t')
		text++;
	len = strlen(text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		text[--len] = '\0';
	return text;
}

/* "12:" at the start of *text; moves behind it. */
static bool take_line(char **text, uint32_t *out)
{
	char *end;
	unsigned long number = strtoul(*text, &end, 10);

	if (end == *text || *end != ':' || number > UINT32_MAX)
		return false;
	*out = (uint32_t)number;
	*text = end + 1;
	return true;
}

/* Lines behind a method's closing parenthesis: ":20:23", ":20" or nothing. */
static void take_source(const char *text, struct member *member)
{
	char *end;

	if (*text != ':')
		return;
	member->source_first = (uint32_t)strtoul(text + 1, &end, 10);
	member->source_last = *end == ':' ? (uint32_t)strtoul(end + 1, NULL, 10)
	                                  : member->source_first;
}

/* "1:4:void com.bank.Login.check(int):20:23"; fields have no parenthesis and are passed over. */
static void read_member(struct mapped_class *class, char *left, const char *obfuscated)
{
	char *open = strchr(left, '('), *close = open ? strchr(open, ')') : NULL;
	uint32_t first = 0, last = 0;

	if (!open || !close || !class)
		return;
	if (take_line(&left, &first) && !take_line(&left, &last))
		last = first;
	*open = '\0';
	char *name = strrchr(left, ' ');
	name = name ? name + 1 : left;
	struct member *member = add_member(class);
	char *dot = strrchr(name, '.');
	member->obfuscated = obfuscated;
	member->first = first;
	member->last = last;
	if (dot) {
		*dot = '\0';
		member->class = name;
		name = dot + 1;
	}
	member->name = name;
	take_source(close + 1, member);
}

static RESULT read_line(struct mapping *mapping, char *line, uint32_t number,
                        struct mapped_class **class)
{
	bool member = line[0] == ' ' || line[0] == '\t';
	char *arrow = strstr(line, " -> ");
	size_t len;

	if (*cut_spaces(line) == '#' || *cut_spaces(line) == '\0')
		return OK;
	ENSURE(arrow, USAGE, AT_NONE,
	       "line %u of the mapping has no ' -> '; is it the mapping.txt of R8?", number);
	*arrow = '\0';
	char *right = (char *)cut_spaces(arrow + 4);
	if (member) {
		read_member(*class, (char *)cut_spaces(line), right);
		return OK;
	}
	len = strlen(right);
	ENSURE(len > 1 && right[len - 1] == ':', USAGE, AT_NONE,
	       "line %u of the mapping: the name of a class must end in ':'", number);
	right[len - 1] = '\0';
	*class = add_class(mapping);
	(*class)->name = cut_spaces(line);
	(*class)->obfuscated = right;
	return OK;
}

static int compare_classes(const void *left, const void *right)
{
	return strcmp(((const struct mapped_class *)left)->obfuscated,
	              ((const struct mapped_class *)right)->obfuscated);
}

static int compare_members(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = strcmp(a->obfuscated, b->obfuscated);

	return order ? order : a->order < b->order ? -1 : 1;
}

static RESULT read_lines(struct mapping *mapping, const char *text, size_t size)
{
	struct mapped_class *class = NULL;
	char *copy = arena_copy(&mapping->arena, text, size);
	uint32_t number = 0;

	if (!copy)
		return FAILED;
	ENSURE(strlen(copy) == size, USAGE, AT_NONE, "the mapping holds a byte 0: it is no text");
	for (char *line = copy, *end; line && *line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		size_t len = strlen(line);
		if (len && line[len - 1] == '\r')
			line[len - 1] = '\0';
		TRY(read_line(mapping, line, ++number, &class));
	}
	return OK;
}

struct result mapping_read(const char *text, size_t size, struct mapping **out)
{
	struct mapping *mapping = calloc(1, sizeof *mapping);

	if (!mapping)
		fault_out_of_memory();
	arena_init(&mapping->arena, MEMORY);
	if (!read_lines(mapping, text, size).ok) {
		mapping_free(mapping);
		return FAILED;
	}
	if (mapping->count)
		qsort(mapping->classes, mapping->count, sizeof *mapping->classes, compare_classes);
	for (uint32_t i = 0; i < mapping->count; i++)
		if (mapping->classes[i].count)
			qsort(mapping->classes[i].members, mapping->classes[i].count,
			      sizeof *mapping->classes[i].members, compare_members);
	*out = mapping;
	return OK;
}

void mapping_free(struct mapping *mapping)
{
	if (!mapping)
		return;
	for (uint32_t i = 0; i < mapping->count; i++)
		free(mapping->classes[i].members);
	free(mapping->classes);
	arena_free(&mapping->arena);
	free(mapping);
}

static const struct mapped_class *find_class(const struct mapping *mapping, const char *name)
{
	struct mapped_class wanted = {.obfuscated = name};

	return mapping && mapping->count
	               ? bsearch(&wanted, mapping->classes, mapping->count,
	                         sizeof *mapping->classes, compare_classes)
	               : NULL;
}

const char *mapping_class(const struct mapping *mapping, const char *name)
{
	const struct mapped_class *class = find_class(mapping, name);

	return class ? class->name : name;
}

/* The first member of a name whose lines hold `line`, or the first of the name. */
static const struct member *find_member(const struct mapped_class *class, const char *name,
                                        uint32_t line)
{
	const struct member *any = NULL;

	for (uint32_t i = 0; i < class->count; i++) {
		const struct member *member = &class->members[i];
		if (strcmp(member->obfuscated, name) != 0)
			continue;
		if (line && member->first && line >= member->first && line <= member->last)
			return member;
		if (!any)
			any = member;
	}
	return any;
}

struct mapped_method mapping_method(const struct mapping *mapping, const char *class_name,
                                    const char *name, uint32_t line)
{
	const struct mapped_class *class = find_class(mapping, class_name);
	const struct member *member = class ? find_member(class, name, line) : NULL;
	struct mapped_method found = {class ? class->name : class_name, name, line};

	if (!member)
		return found;
	found.name = member->name;
	if (member->class)
		found.class = member->class;
	bool inside = member->first && line >= member->first && line <= member->last;
	if (inside && member->source_first)
		found.line = member->source_last > member->source_first
		                     ? member->source_first + (line - member->first)
		                     : member->source_first;
	return found;
}
