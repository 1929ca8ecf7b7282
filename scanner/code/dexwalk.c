/*
 * dexwalk.c - one pass over all instructions of a DEX file, for what refers to what.
 *
 * Every scan pays for this pass, so it does little. For each method a first loop goes from
 * instruction to instruction by the table of lengths and remembers where those are that refer to
 * something; it has no branch that depends on which instruction it is. A second loop takes their
 * indices and counts them. When all methods are through, a counting sort makes the site indices.
 */
#include <stdlib.h>
#include <string.h>

#include "code/dexop.h"

enum { AHEAD = 8 }; /* methods whose code is fetched into the cache before its turn */
enum { ROOM_LEAST = 1 << 12 };

/* A reference: what instruction of its method, and to what. The items of all lists are numbered
 * through: item i of list l is bases[l] + i. */
struct reference {
	uint32_t pc, item;
};

struct walk {
	struct dex_reader *reader;
	uint32_t limits[STEP_LISTS]; /* items that instructions may refer to */
	uint32_t bases[STEP_LISTS + 1];
	uint32_t *first; /* while counting: the count of item i at i + 1 */
	struct code_site *sites;
	struct reference *references;
	size_t count, room;
	const uint8_t **places; /* of one method: the instructions that refer */
	size_t place_room;
	uint32_t *ends; /* by method: how many references there are up to its end */
	uint64_t instructions;
	int64_t more_calls, more_texts; /* beside the references to methods and strings */
};

/* The pass over one method. */
struct pass {
	const uint8_t *start, *end;
	size_t place_count;
	uint64_t instructions;
	const uint8_t *wrong; /* the first instruction that is wrong, or NULL */
};

static void *grow(void *items, size_t *room, size_t need, size_t size)
{
	if (need <= *room)
		return items;
	if (!*room)
		*room = ROOM_LEAST;
	while (*room < need)
		*room *= 2;
	items = reallocarray(items, *room, size);
	if (!items)
		fault_out_of_memory();
	return items;
}

/* --- from instruction to instruction ---------------------------------------------------------- */

static void set_wrong(struct pass *pass, const uint8_t *at)
{
	if (!pass->wrong || at < pass->wrong)
		pass->wrong = at;
}

/* A nop, or data, which is no instruction; or one that is not defined. Returns its length. */
static size_t odd_bytes(struct pass *pass, const uint8_t *at)
{
	uint64_t left = (uint64_t)(pass->end - at) / 2;
	uint64_t units = dex_payload_units(at, left);

	if (dex_ops[at[0]].step == STEP_BAD)
		set_wrong(pass, at);
	if (dex_ops[at[0]].step != STEP_NOP || !units)
		return 2;
	pass->instructions--;
	if (units <= left)
		return 2 * (size_t)units;
	set_wrong(pass, at);
	return 2 * (size_t)left;
}

static void find_places(struct walk *walk, struct pass *pass)
{
	const uint8_t *at = pass->start, *end = pass->end, *last = at;
	const uint8_t **places = walk->places;
	size_t count = 0;
	uint64_t instructions = 0;

	while (at < end) {
		const struct dex_op *op = &dex_ops[*at];
		places[count] = last = at;
		count += op->refers;
		instructions++;
		at += op->bytes ? op->bytes : odd_bytes(pass, at);
	}
	if (at > end) { /* the last one is cut off */
		set_wrong(pass, last);
		instructions--;
		count -= dex_ops[*last].refers;
	}
	pass->place_count = count;
	pass->instructions += instructions;
}

/* --- references ------------------------------------------------------------------------------- */

static inline void refer(struct walk *walk, const struct pass *pass, const uint8_t *at,
                         uint32_t item)
{
	walk->first[item + 1]++;
	walk->references[walk->count++] =
		(struct reference){(uint32_t)(at - pass->start) / 2, item};
}

/* Handles that a call site passes on: what a lambda runs is called by the method that makes it. */
static bool refer_site(struct walk *walk, const struct pass *pass, const uint8_t *at)
{
	const struct dex *dex = walk->reader->dex;
	uint32_t index = dex_u16(at + 2);

	walk->more_calls++;
	if (index >= dex->site_count)
		return false;
	const struct dex_site *site = &dex->sites[index];
	walk->references = grow(walk->references, &walk->room,
	                        walk->count + site->target_count + pass->place_count,
	                        sizeof *walk->references);
	for (uint32_t i = 0; i < site->target_count; i++)
		refer(walk, pass, at,
		      walk->bases[STEP_CALL] + dex->targets[site->target_first + i]);
	walk->more_calls -= site->target_count;
	return true;
}

/* An instruction that is none of the usual ones, or has a wrong index: false. */
static bool refer_other(struct walk *walk, const struct pass *pass, const uint8_t *at)
{
	unsigned step = dex_ops[at[0]].step;

	if (step == STEP_SITE)
		return refer_site(walk, pass, at);
	if (step == STEP_JUMBO && dex_u32(at + 2) < walk->limits[STEP_TEXT]) {
		refer(walk, pass, at, walk->bases[STEP_TEXT] + dex_u32(at + 2));
		return true;
	}
	/* it counts all the same */
	walk->more_calls += step == STEP_CALL;
	walk->more_texts += step == STEP_TEXT || step == STEP_JUMBO;
	return false;
}

static void take_places(struct walk *walk, struct pass *pass)
{
	for (size_t i = 0; i < pass->place_count; i++) {
		const uint8_t *at = walk->places[i];
		unsigned step = dex_ops[at[0]].step;
		uint32_t item = dex_u16(at + 2);
		if (step < STEP_LISTS && item < walk->limits[step])
			refer(walk, pass, at, walk->bases[step] + item);
		else if (!refer_other(walk, pass, at))
			set_wrong(pass, at);
	}
}

/* --- methods ---------------------------------------------------------------------------------- */

static void note_wrong(struct walk *walk, const struct pass *pass, uint32_t method)
{
	const uint8_t *at = pass->wrong;

	dex_issue(
		walk->reader, DIAG_CODE_BODY, (uint64_t)(at - walk->reader->dex->file.data),
		"method %u: the instruction 0x%02x at unit %u is not defined, has a wrong index or "
		"is cut off (dalvik-bytecode)",
		walk->reader->unit->methods[method].ref, at[0], (uint32_t)(at - pass->start) / 2);
}

/* False, with an issue, once methods share more code than is read. */
static bool spend_code(struct dex_reader *reader, const struct dex_code *code)
{
	uint64_t bytes = 2 * (uint64_t)code->size;

	if (bytes <= reader->code_budget) {
		reader->code_budget -= bytes;
		return true;
	}
	if (reader->code_budget)
		dex_issue(reader, DIAG_CODE_BUDGET, code->at,
		          "methods share so much code that the rest was not read");
	reader->code_budget = 0;
	return false;
}

static void walk_method(struct walk *walk, uint32_t index)
{
	struct dex_reader *reader = walk->reader;
	struct dex_code code;

	if (!dex_code_open(reader->dex, &reader->unit->methods[index], &code).ok) {
		dex_note(reader);
		return;
	}
	if (!spend_code(reader, &code))
		return;
	struct pass pass = {.start = code.insns, .end = code.insns + 2 * (size_t)code.size};
	/* one that refers has two units or more, but the last of all may be cut off */
	walk->places =
		grow(walk->places, &walk->place_room, code.size / 2 + 2, sizeof *walk->places);
	find_places(walk, &pass);
	walk->references = grow(walk->references, &walk->room, walk->count + pass.place_count,
	                        sizeof *walk->references);
	take_places(walk, &pass);
	walk->instructions += pass.instructions;
	if (pass.wrong)
		note_wrong(walk, &pass, index);
}

/* --- indices ---------------------------------------------------------------------------------- */

/*
 * From counts to where each item's sites begin; put_method moves each to where they end, which is
 * where the next begins; and so all move up by one at last. The lists share one table: their sites
 * follow each other in it.
 */
static void sum_up(uint32_t *first, uint32_t items)
{
	for (uint32_t i = 0; i < items; i++)
		first[i + 1] += first[i];
}

static void put_method(const struct walk *walk, uint32_t method, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		struct reference reference = walk->references[i];
		walk->sites[walk->first[reference.item]++] =
			(struct code_site){method, reference.pc};
	}
}

static RESULT make_indices(struct walk *walk, struct site_index *const *out)
{
	const struct unit *unit = walk->reader->unit;
	uint32_t items = walk->bases[STEP_LISTS];

	ALLOC(walk->sites, unit->arena, walk->count + 1);
	sum_up(walk->first, items);
	for (uint32_t i = 0; i < unit->method_count; i++)
		put_method(walk, i, i ? walk->ends[i - 1] : 0, walk->ends[i]);
	memmove(walk->first + 1, walk->first, items * sizeof *walk->first);
	walk->first[0] = 0;
	for (unsigned i = 0; i < STEP_LISTS; i++)
		*out[i] = (struct site_index){walk->first + walk->bases[i], walk->sites};
	return OK;
}

static RESULT walk_all(struct walk *walk, struct site_index *const *out)
{
	struct unit *unit = walk->reader->unit;

	ALLOC(walk->first, unit->arena, (size_t)walk->bases[STEP_LISTS] + 1);
	walk->ends = calloc((size_t)unit->method_count + 1, sizeof *walk->ends);
	if (!walk->ends)
		fault_out_of_memory();
	for (uint32_t i = 0; i < unit->method_count; i++) {
		if (i + AHEAD < unit->method_count)
			__builtin_prefetch(unit->methods[i + AHEAD].code);
		if (unit->methods[i].code)
			walk_method(walk, i);
		walk->ends[i] = (uint32_t)walk->count;
	}
	return make_indices(walk, out);
}

static uint64_t list_count(const struct site_index *index, uint32_t items, int64_t more)
{
	return (uint64_t)(index->first[items] - index->first[0] + more);
}

struct result dex_walk(struct dex_reader *reader)
{
	struct unit *unit = reader->unit;
	struct site_index *const out[STEP_LISTS] = {&unit->calls, &unit->gets, &unit->puts,
	                                            &unit->news, &unit->texts};
	const uint32_t items[STEP_LISTS] = {unit->method_ref_count, unit->field_ref_count,
	                                    unit->field_ref_count, unit->type_count,
	                                    unit->string_count};
	struct walk walk = {.reader = reader,
	                    .limits = {unit->method_ref_count, unit->field_ref_count,
	                               unit->field_ref_count, reader->dex->type_count,
	                               reader->dex->string_count}};

	for (unsigned i = 0; i < STEP_LISTS; i++)
		walk.bases[i + 1] = walk.bases[i] + items[i];
	struct result walked = walk_all(&walk, out);
	free(walk.references);
	free(walk.places);
	free(walk.ends);
	TRY(walked);
	unit->instruction_count = walk.instructions;
	unit->call_count = list_count(&unit->calls, items[STEP_CALL], walk.more_calls);
	unit->text_count = list_count(&unit->texts, items[STEP_TEXT], walk.more_texts);
	return OK;
}
