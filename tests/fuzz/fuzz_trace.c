/*
 * fuzz_trace.c - the values at every call of hostile code. The first byte says what the rest is: a
 * DEX file (d), or class files (c), each behind its length in two bytes.
 */
#include "code/classfile.h"
#include "code/dex.h"
#include "code/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Calls that one input is asked about: a budget is spent on each. */
enum { CALLS_MAX = 24, METHODS_MAX = 12 };

static void touch(const struct values *values)
{
	char name[256];

	for (uint32_t i = 0; values && i < values->count; i++) {
		trace_identity(&values->items[i], name, sizeof name);
		trace_source(&values->items[i], name, sizeof name);
	}
}

static void ask_calls(struct trace *trace, const struct unit *unit)
{
	uint32_t asked = 0;

	for (uint32_t ref = 0; ref < unit->method_ref_count; ref++) {
		for (uint32_t i = unit->calls.first[ref];
		     i < unit->calls.first[ref + 1] && asked < CALLS_MAX; i++, asked++) {
			struct place_at place = {{unit, unit->calls.sites[i].method},
			                         unit->calls.sites[i].pc};
			struct trace_call call = {0};
			if (!trace_call(trace, place, UINT32_MAX, false, &call).ok)
				continue;
			for (uint32_t k = 0; k < call.count; k++)
				touch(call.arguments[k]);
			touch(trace_result(trace, &call));
		}
	}
}

static void ask_shapes(struct trace *trace, const struct unit *unit)
{
	struct shape shape;

	for (uint32_t i = 0, asked = 0; i < unit->method_count && asked < METHODS_MAX; i++) {
		if (!unit->methods[i].code)
			continue;
		asked++;
		if (shape_read(trace, (struct method_at){unit, i}, &shape).ok && shape.count > 4096)
			__builtin_trap();
		trace_forget(trace);
	}
}

static void analyse(const struct unit *unit, struct arena *arena)
{
	const struct unit *units[] = {unit}; /* its order is 0 */
	struct program *program;

	if (!program_new(units, 1, arena, &program, NULL).ok)
		return;
	struct trace *trace = trace_new(program);
	ask_calls(trace, unit);
	trace_forget(trace);
	ask_shapes(trace, unit);
	trace_free(trace);
}

static bool read_classes(struct cursor input, struct arena *arena, struct unit **unit)
{
	struct class_reader *reader = class_reader_new();
	struct cursor file;
	uint16_t len;

	for (uint32_t i = 0; i < 16 && cursor_u16be(&input, &len).ok; i++) {
		if (!cursor_window(&input, len, &file).ok)
			break;
		class_reader_add(reader, i, file);
	}
	return class_reader_finish(reader, arena, unit).ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct unit *unit = NULL;

	if (size < 2)
		return 0;
	arena_init(&arena, 256U << 20);
	struct cursor rest = cursor_over(data + 1, size - 1, DIAG_CLASS_PARSE);
	bool read = data[0] == 'd' ? dex_read(rest, &arena, &unit).ok
	                           : data[0] == 'c' && read_classes(rest, &arena, &unit);
	if (read)
		analyse(unit, &arena);
	arena_free(&arena);
	return 0;
}
