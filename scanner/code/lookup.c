/*
 * lookup.c - what references mean, found once for each trace: hashing names is what looking at code
 * would spend most of its time with.
 */
#include <stdlib.h>

#include "code/tracing.h"

struct lookups {
	struct ref_info **refs;     /* by unit and method_ref */
	struct field_info **fields; /* by unit and field_ref */
	struct field_state **states; /* by unit and field */
	uint32_t units;
};

static void *take(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		fault_out_of_memory();
	return memory;
}

static struct lookups *lookups_of(struct trace *trace)
{
	if (!trace->lookups) {
		struct lookups *lookups = take(1, sizeof *lookups);
		program_units(trace->program, &lookups->units);
		lookups->refs = take(lookups->units, sizeof *lookups->refs);
		lookups->fields = take(lookups->units, sizeof *lookups->fields);
		lookups->states = take(lookups->units, sizeof *lookups->states);
		trace->lookups = lookups;
	}
	return trace->lookups;
}

void lookups_free(struct lookups *lookups)
{
	for (uint32_t i = 0; lookups && i < lookups->units; i++) {
		free(lookups->refs[i]);
		free(lookups->fields[i]);
		free(lookups->states[i]);
	}
	if (lookups) {
		free(lookups->refs);
		free(lookups->fields);
		free(lookups->states);
	}
	free(lookups);
}

const struct ref_info *lookup_method(struct trace *trace, const struct unit *unit, uint32_t ref)
{
	struct ref_info **refs = &lookups_of(trace)->refs[unit->order];

	if (!*refs)
		*refs = take(unit->method_ref_count, sizeof **refs);
	struct ref_info *info = &(*refs)[ref];
	if (!info->known) {
		const char *class = unit_type(unit, unit->method_refs[ref].type);
		info->known = true;
		info->signature = program_signature(trace->program, unit, ref);
		info->inside = program_class(trace->program, class).unit != NULL;
		if (info->inside)
			info->method =
				program_resolve(trace->program, class, info->signature);
		else
			info->model = model_find(
				class, unit_string(unit, unit->method_refs[ref].name));
	}
	return info;
}

const struct field_info *lookup_field(struct trace *trace, const struct unit *unit, uint32_t ref)
{
	struct field_info **fields = &lookups_of(trace)->fields[unit->order];

	if (!*fields)
		*fields = take(unit->field_ref_count, sizeof **fields);
	struct field_info *info = &(*fields)[ref];
	if (!info->known) {
		info->known = true;
		info->owner = program_field_owner(trace->program, unit, ref, &info->field);
	}
	return info;
}

struct field_state *lookup_state(struct trace *trace, const struct field_info *info)
{
	const struct unit *unit = info->owner.unit;
	struct field_state **states = &lookups_of(trace)->states[unit->order];

	if (!*states)
		*states = take(unit->field_count, sizeof **states);
	return &(*states)[info->field - unit->fields];
}
