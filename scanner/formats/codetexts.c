/*
 * codetexts.c - watched string constants, static fields and classes.
 *
 * String constants are many and patterns are some: all patterns are looked for in one pass over
 * each text (Aho and Corasick, CACM 18(6), 1975).
 */
#include <stdlib.h>
#include <string.h>

#include "code/mutf8.h"
#include "formats/codeparts.h"

/* Rows about one text constant; more places of it say nothing new. */
enum { PLACES_MAX = 20 };

struct state {
	uint32_t next[256];
	uint32_t fail;
	uint32_t found; /* 1 + index of the watch item that ends here; 0: none */
	uint32_t other; /* the next state on the way of `fail` with a `found` */
};

struct automaton {
	struct state *states;
	uint32_t count, room;
	uint32_t *chain; /* of each watch item: 1 + the next item with the same text */
};

static uint32_t add_state(struct automaton *automaton)
{
	if (automaton->count == automaton->room) {
		automaton->room = automaton->room ? automaton->room * 2 : 256;
		automaton->states = reallocarray(automaton->states, automaton->room,
		                                 sizeof *automaton->states);
		if (!automaton->states)
			fault_out_of_memory();
	}
	automaton->states[automaton->count] = (struct state){.fail = 0};
	return automaton->count++;
}

static void add_pattern(struct automaton *automaton, const char *text, uint32_t item)
{
	uint32_t at = 0;

	for (; *text; text++) {
		uint32_t next = automaton->states[at].next[(uint8_t)*text];
		if (!next) {
			next = add_state(automaton);
			automaton->states[at].next[(uint8_t)*text] = next;
		}
		at = next;
	}
	automaton->chain[item] = automaton->states[at].found;
	automaton->states[at].found = item + 1;
}

/* Fills in where to go on when a text departs from a pattern, breadth first. */
static void link_states(struct automaton *automaton)
{
	uint32_t *queue = calloc(automaton->count + 1U, sizeof *queue), head = 0, tail = 0;

	if (!queue)
		fault_out_of_memory();
	for (int c = 0; c < 256; c++)
		if (automaton->states[0].next[c])
			queue[tail++] = automaton->states[0].next[c];
	while (head < tail) {
		uint32_t at = queue[head++];
		struct state *state = &automaton->states[at];
		const struct state *fail = &automaton->states[state->fail];
		state->other = fail->found ? state->fail : fail->other;
		for (int c = 0; c < 256; c++) {
			uint32_t next = state->next[c];
			if (!next) {
				state->next[c] = fail->next[c];
				continue;
			}
			automaton->states[next].fail = fail->next[c];
			queue[tail++] = next;
		}
	}
	free(queue);
}

static bool fits(const struct watch *watch, const char *text, size_t len, size_t end)
{
	size_t size = strlen(watch->text);

	switch (watch->text_kind) {
	case TEXT_EQUALS:
		return len == size;
	case TEXT_STARTS:
		return end == size;
	case TEXT_ENDS:
		return end == len;
	default:
		(void)text;
		return true;
	}
}

static const struct code_place text_names = {FACT_TEXT_IN, FACT_TEXT_CLASS, FACT_TEXT_METHOD,
                                             FACT_TEXT_LINE, FACT_TEXT_PARTY};

static void write_text(struct code_work *work, const struct watch *watch, const struct unit *unit,
                       uint32_t string)
{
	uint32_t first = unit->texts.first[string], end = unit->texts.first[string + 1];

	for (uint32_t i = first; i < end && i - first < PLACES_MAX; i++) {
		struct method_at method = {unit, unit->texts.sites[i].method};
		struct place_at place = {method, unit->texts.sites[i].pc};
		struct facts *facts = code_facts(work, code_class_of(method));
		trace_forget(work->trace);
		if (!trace_reaches(work->trace, place))
			continue;
		facts_row(facts, ROW_TEXT, 0);
		facts_text(facts, FACT_TEXT_WATCH, watch->id);
		code_text(facts, FACT_TEXT_VALUE, unit->strings[string]);
		code_place(work, facts, method, place.pc, &text_names);
	}
}

/* One text may hold several patterns, and each once. */
static void search_text(struct code_work *work, const struct automaton *automaton,
                        const struct unit *unit, uint32_t string, uint32_t *last)
{
	const char *text = unit->strings[string];
	size_t len = strlen(text);
	uint32_t at = 0;

	for (size_t i = 0; i < len; i++) {
		at = automaton->states[at].next[(uint8_t)text[i]];
		uint32_t hit = automaton->states[at].found ? at : automaton->states[at].other;
		for (; hit; hit = automaton->states[hit].other) {
			uint32_t item = automaton->states[hit].found;
			for (; item; item = automaton->chain[item - 1]) {
				const struct watch *watch = &work->watch->items[item - 1];
				if (last[item - 1] == string + 1 || !fits(watch, text, len, i + 1))
					continue;
				last[item - 1] = string + 1;
				write_text(work, watch, unit, string);
			}
		}
	}
}

static void search_unit(struct code_work *work, const struct automaton *automaton,
                        const struct unit *unit)
{
	uint32_t *last = calloc(work->watch->count + 1, sizeof *last);

	if (!last)
		fault_out_of_memory();
	for (uint32_t i = 0; i < unit->string_count; i++)
		if (unit->texts.first[i] != unit->texts.first[i + 1])
			search_text(work, automaton, unit, i, last);
	free(last);
}

void code_write_texts(struct code_work *work)
{
	struct automaton automaton = {
		.chain = calloc(work->watch->count + 1, sizeof *automaton.chain)};
	uint32_t count;
	const struct unit *const *units = program_units(work->program, &count);

	if (!automaton.chain)
		fault_out_of_memory();
	add_state(&automaton);
	for (size_t i = 0; i < work->watch->count; i++)
		if (work->watch->items[i].kind == WATCH_TEXT)
			add_pattern(&automaton, work->watch->items[i].text, (uint32_t)i);
	link_states(&automaton);
	for (uint32_t i = 0; i < count; i++)
		search_unit(work, &automaton, units[i]);
	free(automaton.states);
	free(automaton.chain);
}

/* --- static fields ----------------------------------------------------------------------------- */

static void write_reads(struct code_work *work, const struct watch *watch, struct ref_at ref)
{
	static const struct code_place names = {FACT_FIELD_READ_IN, FACT_FIELD_READ_CLASS,
	                                        FACT_FIELD_READ_METHOD, FACT_FIELD_READ_LINE,
	                                        FACT_FIELD_READ_PARTY};
	const struct site_index *gets = &ref.unit->gets;

	for (uint32_t i = gets->first[ref.index]; i < gets->first[ref.index + 1]; i++) {
		struct method_at method = {ref.unit, gets->sites[i].method};
		struct place_at place = {method, gets->sites[i].pc};
		struct facts *facts = code_facts(work, code_class_of(method));
		trace_forget(work->trace);
		if (!trace_reaches(work->trace, place))
			continue;
		facts_row(facts, ROW_FIELD_READ, 0);
		facts_text(facts, FACT_FIELD_READ_FIELD, watch->id);
		code_place(work, facts, method, place.pc, &names);
	}
}

void code_write_field_reads(struct code_work *work)
{
	char descriptor[CODE_NAME_ROOM];

	for (size_t i = 0; i < work->watch->count; i++) {
		const struct watch *watch = &work->watch->items[i];
		if (watch->kind != WATCH_FIELD)
			continue;
		struct refs refs = program_field_refs(work->program, watch->name);
		code_descriptor(watch->class, descriptor, sizeof descriptor);
		for (uint32_t k = 0; k < refs.count; k++) {
			const struct unit *unit = refs.items[k].unit;
			uint32_t type = unit->field_refs[refs.items[k].index].type;
			if (strcmp(unit_type(unit, type), descriptor) == 0)
				write_reads(work, watch, refs.items[k]);
		}
	}
}

/* --- classes ----------------------------------------------------------------------------------- */

static bool is_package(const struct watch *watch)
{
	size_t len = strlen(watch->class);

	return len && watch->class[len - 1] == '.';
}

static uint32_t type_at(const struct unit *unit, uint32_t place)
{
	return unit->type_order ? unit->type_order[place] : place;
}

/* Whether a unit defines a class of a package, or else names one: types are sorted by name. */
static bool find_package(const struct unit *unit, const char *prefix, bool defined)
{
	uint32_t low = 0, high = unit->type_count;
	size_t len = strlen(prefix);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (mutf8_compare(unit_type(unit, type_at(unit, middle)), prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < unit->type_count; low++) {
		uint32_t type = type_at(unit, low);
		if (strncmp(unit_type(unit, type), prefix, len) != 0)
			return false;
		if (!defined || unit_find_class(unit, type) != NO_INDEX)
			return true;
	}
	return false;
}

static bool find_class(const struct unit *unit, const struct watch *watch, bool defined)
{
	char descriptor[CODE_NAME_ROOM];

	code_descriptor(watch->class, descriptor, sizeof descriptor);
	if (is_package(watch)) {
		descriptor[strlen(descriptor) - 1] = '\0';
		return find_package(unit, descriptor, defined);
	}
	uint32_t type = unit_find_type(unit, descriptor);
	return type != NO_INDEX && (!defined || unit_find_class(unit, type) != NO_INDEX);
}

static void write_class(struct code_work *work, const struct watch *watch)
{
	uint32_t count;
	const struct unit *const *units = program_units(work->program, &count);

	for (int defined = 1; defined >= 0; defined--) {
		for (uint32_t i = 0; i < count; i++) {
			if (!find_class(units[i], watch, defined))
				continue;
			struct facts *facts = code_unit_facts(work, units[i]);
			facts_row(facts, ROW_CODE_CLASS, 0);
			facts_text(facts, FACT_CODE_CLASS_NAME, watch->class);
			facts_clean(facts, FACT_CODE_CLASS_IN, facts->in);
			facts_bool(facts, FACT_CODE_CLASS_DEFINED, defined);
			return;
		}
	}
}

void code_write_classes(struct code_work *work)
{
	for (size_t i = 0; i < work->watch->count; i++)
		if (work->watch->items[i].kind == WATCH_CLASS)
			write_class(work, &work->watch->items[i]);
}
