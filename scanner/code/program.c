/* program.c - see program.h. */
#include "code/program.h"

#include <stdlib.h>
#include <string.h>

#include "code/multimap.h"

/* Classes above a class that are looked at, so that a cycle ends. */
enum { ABOVE_MAX = 64 };

struct program {
	const struct unit *const *units;
	uint32_t count;
	struct multimap classes;    /* descriptor -> class */
	struct multimap subclasses; /* descriptor of a superclass or interface -> class */
	struct multimap methods;    /* signature -> method_ref */
	struct multimap names;      /* name -> method_ref */
	struct multimap fields;     /* name -> field_ref */
	struct multimap defined;    /* descriptor and signature -> method */
	struct multimap named;      /* descriptor and signature -> method_ref */
	uint64_t **signatures;      /* of each unit: that of each method_ref */
};

struct filings {
	struct filing classes, subclasses, methods, names, fields, defined, named;
};

/* Hashes of a unit's strings, as far as they are asked for. */
struct hashes {
	const struct unit *unit;
	uint64_t *of_string;
};

static uint64_t string_hash(struct hashes *hashes, uint32_t string)
{
	uint64_t *hash = &hashes->of_string[string];

	if (!*hash)
		*hash = hash_text(hashes->unit->strings[string]);
	return *hash;
}

static uint64_t type_hash(struct hashes *hashes, uint32_t type)
{
	return type == NO_INDEX ? 1 : string_hash(hashes, hashes->unit->types[type]);
}

static RESULT hash_protos(struct hashes *hashes, struct arena *arena, uint64_t **out)
{
	const struct unit *unit = hashes->unit;
	uint64_t *protos;

	ALLOC(protos, arena, (size_t)unit->proto_count + 1);
	for (uint32_t i = 0; i < unit->proto_count; i++) {
		const struct proto *proto = &unit->protos[i];
		protos[i] = type_hash(hashes, proto->return_type);
		for (uint32_t k = 0; k < proto->count; k++)
			protos[i] = hash_join(protos[i],
			                      type_hash(hashes, unit->type_list[proto->first + k]));
	}
	*out = protos;
	return OK;
}

static void file_class(struct filings *filings, struct hashes *hashes, uint32_t index)
{
	const struct unit *unit = hashes->unit;
	const struct code_class *class = &unit->classes[index];

	filing_add(&filings->classes, type_hash(hashes, class->type), unit, index);
	if (class->super != NO_INDEX)
		filing_add(&filings->subclasses, type_hash(hashes, class->super), unit, index);
	for (uint32_t i = 0; i < class->interface_count; i++)
		filing_add(&filings->subclasses,
		           type_hash(hashes, unit->type_list[class->interface_first + i]), unit,
		           index);
}

static void file_unit(struct filings *filings, struct hashes *hashes, const uint64_t *protos,
                      uint64_t *signatures)
{
	const struct unit *unit = hashes->unit;

	for (uint32_t i = 0; i < unit->class_count; i++)
		file_class(filings, hashes, i);
	for (uint32_t i = 0; i < unit->method_ref_count; i++) {
		const struct method_ref *ref = &unit->method_refs[i];
		uint64_t name = string_hash(hashes, ref->name);
		filing_add(&filings->names, name, unit, i);
		signatures[i] = hash_join(name, protos[ref->proto]);
		filing_add(&filings->methods, signatures[i], unit, i);
		filing_add(&filings->named, hash_join(type_hash(hashes, ref->type), signatures[i]),
		           unit, i);
	}
	for (uint32_t i = 0; i < unit->field_ref_count; i++)
		filing_add(&filings->fields, string_hash(hashes, unit->field_refs[i].name), unit,
		           i);
	for (uint32_t i = 0; i < unit->method_count; i++) {
		uint64_t signature = signatures[unit->methods[i].ref];
		uint64_t class =
			type_hash(hashes, unit->classes[unit->methods[i].owner].type);
		filing_add(&filings->defined, hash_join(class, signature), unit, i);
	}
}

static RESULT read_unit(struct program *program, uint32_t index, struct filings *filings,
                        struct arena *arena)
{
	const struct unit *unit = program->units[index];
	struct hashes hashes = {
		.unit = unit,
		.of_string = calloc((size_t)unit->string_count + 1, sizeof(uint64_t))};

	if (!hashes.of_string)
		fault_out_of_memory();
	uint64_t *protos = NULL, *signatures = NULL;
	struct result read = hash_protos(&hashes, arena, &protos);
	if (read.ok) {
		signatures = arena_take(arena, (size_t)unit->method_ref_count + 1, sizeof *signatures);
		read = signatures ? OK : FAILED;
	}
	if (read.ok)
		file_unit(filings, &hashes, protos, signatures);
	program->signatures[index] = signatures;
	free(hashes.of_string);
	return read;
}

static void filings_free(struct filings *filings)
{
	filing_free(&filings->classes);
	filing_free(&filings->subclasses);
	filing_free(&filings->methods);
	filing_free(&filings->names);
	filing_free(&filings->fields);
	filing_free(&filings->defined);
	filing_free(&filings->named);
}

static RESULT make_maps(struct program *program, struct filings *filings, struct arena *arena)
{
	TRY(multimap_make(&filings->classes, arena, &program->classes));
	TRY(multimap_make(&filings->subclasses, arena, &program->subclasses));
	TRY(multimap_make(&filings->methods, arena, &program->methods));
	TRY(multimap_make(&filings->names, arena, &program->names));
	TRY(multimap_make(&filings->fields, arena, &program->fields));
	TRY(multimap_make(&filings->defined, arena, &program->defined));
	return multimap_make(&filings->named, arena, &program->named);
}

static uint32_t count_duplicates(const struct program *program)
{
	uint32_t found = 0;

	for (size_t i = 0; i < program->classes.slots; i++)
		if (program->classes.hashes[i] && program->classes.counts[i] > 1)
			found += program->classes.counts[i] - 1;
	return found;
}

static RESULT fill(struct program *program, struct filings *filings, struct arena *arena)
{
	ALLOC(program->signatures, arena, (size_t)program->count + 1);
	for (uint32_t i = 0; i < program->count; i++)
		TRY(read_unit(program, i, filings, arena));
	return make_maps(program, filings, arena);
}

struct result program_new(const struct unit *const *units, uint32_t count, struct arena *arena,
                          struct program **out, uint32_t *duplicates)
{
	struct filings filings = {0};
	struct program *program;

	ALLOC(program, arena, 1);
	program->units = units;
	program->count = count;
	struct result filled = fill(program, &filings, arena);
	filings_free(&filings);
	if (!filled.ok)
		return FAILED;
	if (duplicates)
		*duplicates = count_duplicates(program);
	*out = program;
	return OK;
}

const struct unit *const *program_units(const struct program *program, uint32_t *count)
{
	*count = program->count;
	return program->units;
}

struct class_at program_class(const struct program *program, const char *descriptor)
{
	uint32_t count;
	const struct pair_at *found =
		multimap_find(&program->classes, hash_text(descriptor), &count);

	for (uint32_t i = 0; i < count; i++) {
		struct class_at at = {found[i].unit, found[i].index};
		if (strcmp(class_name_of(at), descriptor) == 0)
			return at;
	}
	return (struct class_at){0};
}

struct classes program_subclasses(const struct program *program, const char *descriptor)
{
	struct classes found;

	/* struct pair_at and struct class_at say the same; a copy would cost for nothing */
	_Static_assert(sizeof(struct pair_at) == sizeof(struct class_at), "one layout");
	found.items = (const struct class_at *)multimap_find(&program->subclasses,
	                                                     hash_text(descriptor), &found.count);
	return found;
}

struct refs program_method_refs(const struct program *program, uint64_t signature)
{
	struct refs found;

	found.items = (const struct ref_at *)multimap_find(&program->methods, signature,
	                                                   &found.count);
	return found;
}

struct refs program_class_refs(const struct program *program, const char *descriptor,
                               uint64_t signature)
{
	struct refs found;

	found.items = (const struct ref_at *)multimap_find(
		&program->named, hash_join(hash_text(descriptor), signature), &found.count);
	return found;
}

struct refs program_named_refs(const struct program *program, const char *name)
{
	struct refs found;

	found.items = (const struct ref_at *)multimap_find(&program->names, hash_text(name),
	                                                   &found.count);
	return found;
}

struct refs program_field_refs(const struct program *program, const char *name)
{
	struct refs found;

	found.items = (const struct ref_at *)multimap_find(&program->fields, hash_text(name),
	                                                   &found.count);
	return found;
}

uint64_t program_signature(const struct program *program, const struct unit *unit, uint32_t ref)
{
	return program->signatures[unit->order][ref];
}

/* The classes above a class, breadth first. */
struct above {
	const char *items[ABOVE_MAX];
	uint32_t count;
};

static void above_add(struct above *above, const char *descriptor)
{
	for (uint32_t i = 0; i < above->count; i++)
		if (strcmp(above->items[i], descriptor) == 0)
			return;
	if (above->count < ABOVE_MAX)
		above->items[above->count++] = descriptor;
}

static void above_next(struct above *above, struct class_at at)
{
	const struct code_class *class = &at.unit->classes[at.index];

	if (class->super != NO_INDEX)
		above_add(above, unit_type(at.unit, class->super));
	for (uint32_t i = 0; i < class->interface_count; i++)
		above_add(above,
		          unit_type(at.unit, at.unit->type_list[class->interface_first + i]));
}

bool program_extends(const struct program *program, const char *sub, const char *super)
{
	struct above above = {.items = {sub}, .count = 1};

	for (uint32_t i = 0; i < above.count; i++) {
		if (strcmp(above.items[i], super) == 0)
			return true;
		struct class_at at = program_class(program, above.items[i]);
		if (at.unit)
			above_next(&above, at);
	}
	return false;
}

const char *program_platform(const struct program *program, const char *descriptor,
                             bool (*accept)(void *state, const char *descriptor), void *state)
{
	struct above above = {.items = {descriptor}, .count = 1};

	for (uint32_t i = 0; i < above.count; i++) {
		struct class_at at = program_class(program, above.items[i]);
		if (at.unit)
			above_next(&above, at);
		else if (accept(state, above.items[i]))
			return above.items[i];
	}
	return NULL;
}

struct method_at program_defined(const struct program *program, struct class_at where,
                                 uint64_t signature)
{
	uint32_t count;
	const char *descriptor = class_name_of(where);
	const struct pair_at *found = multimap_find(
		&program->defined, hash_join(hash_text(descriptor), signature), &count);

	for (uint32_t i = 0; i < count; i++) {
		struct method_at at = {found[i].unit, found[i].index};
		if (at.unit == where.unit && method_of(at)->owner == where.index)
			return at;
	}
	return (struct method_at){0};
}

struct method_at program_resolve(const struct program *program, const char *descriptor,
                                 uint64_t signature)
{
	struct above above = {.items = {descriptor}, .count = 1};
	struct method_at fallback = {0};

	/* an array's methods are Object's */
	for (uint32_t i = 0; i < above.count; i++) {
		struct class_at at = program_class(program, above.items[i]);
		if (!at.unit)
			continue;
		struct method_at method = program_defined(program, at, signature);
		if (method.unit && method_of(method)->code)
			return method;
		if (method.unit && !fallback.unit)
			fallback = method;
		above_next(&above, at);
	}
	return fallback;
}

static const struct field *defined_field(struct class_at at, const char *name, const char *kind)
{
	const struct code_class *class = &at.unit->classes[at.index];

	for (uint32_t i = 0; i < class->field_count; i++) {
		const struct field *field = &at.unit->fields[class->field_first + i];
		const struct field_ref *ref = &at.unit->field_refs[field->ref];
		if (strcmp(unit_string(at.unit, ref->name), name) == 0 &&
		    strcmp(unit_type(at.unit, ref->kind), kind) == 0)
			return field;
	}
	return NULL;
}

struct class_at program_field_owner(const struct program *program, const struct unit *unit,
                                    uint32_t ref, const struct field **field)
{
	const struct field_ref *named = &unit->field_refs[ref];
	struct above above = {.items = {unit_type(unit, named->type)}, .count = 1};

	for (uint32_t i = 0; i < above.count; i++) {
		struct class_at at = program_class(program, above.items[i]);
		if (!at.unit)
			continue;
		*field = defined_field(at, unit_string(unit, named->name),
		                       unit_type(unit, named->kind));
		if (*field)
			return at;
		above_next(&above, at);
	}
	return (struct class_at){0};
}
