/*
 * countclass.c - countclass FILE.class...: what the reader of class files counts, one line per file
 * that is a class: its name, methods with code, instructions, calls, strings loaded, and bodies
 * that were not read whole. tests/code/javap.sh compares it with javap.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "code/body.h"
#include "code/classfile.h"

enum { FILE_MAX = 64 << 20 };

/* Bodies that are missing or partial. */
static unsigned broken_bodies(const struct unit *unit)
{
	unsigned broken = 0;

	for (uint32_t i = 0; i < unit->method_count; i++) {
		struct arena arena;
		struct body body;
		arena_init(&arena, 256 << 20);
		if (unit->methods[i].code &&
		    (!body_read(unit, &unit->methods[i], &arena, &body).ok || body.partial))
			broken++;
		arena_free(&arena);
	}
	return broken;
}

static void print_unit(const struct unit *unit)
{
	unsigned methods = 0;

	for (uint32_t i = 0; i < unit->method_count; i++)
		methods += unit->methods[i].code != NULL;
	if (!unit->class_count)
		return;
	const char *name = unit_type(unit, unit->classes[0].type) + 1;
	for (size_t i = 0; i + 1 < strlen(name); i++)
		putchar(name[i] == '/' ? '.' : name[i]);
	printf(" %u %llu %llu %llu %u\n", methods, (unsigned long long)unit->instruction_count,
	       (unsigned long long)unit->call_count, (unsigned long long)unit->text_count,
	       broken_bodies(unit));
}

static RESULT count(const char *path)
{
	struct class_reader *reader = class_reader_new();
	struct text bytes = {0};
	struct arena arena;
	struct unit *unit;

	arena_init(&arena, 256 << 20);
	struct result done = file_read(path, FILE_MAX, &bytes);
	if (done.ok)
		class_reader_add(reader, 0, cursor_over(bytes.data, bytes.len, DIAG_SYSTEM));
	struct result made = class_reader_finish(reader, &arena, &unit);
	if (done.ok && made.ok) {
		print_unit(unit);
		for (uint32_t i = 0; i < unit->issue_count; i++)
			fprintf(stderr, "%s: %s: %s\n", path, diag_name(unit->issues[i].code),
			        unit->issues[i].why);
	}
	arena_free(&arena);
	text_free(&bytes);
	return done.ok ? made : done;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!count(argv[i]).ok) {
			fprintf(stderr, "%s: %s\n", argv[i], fault_last()->why);
			return 1;
		}
	}
	return 0;
}
