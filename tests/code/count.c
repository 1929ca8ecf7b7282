/*
 * count.c - counts what DEX files hold, to be compared with what other tools count.
 *
 * count [-d] [-b] [-n TIMES] FILE...: for each file one line "methods instructions calls strings":
 * methods with code, their instructions, invoke instructions and const-string instructions. -d: the
 * same for each class, by the sites; -b: all bodies and lines are read as well, and those that are
 * partial counted; -n: reads all files so often and says how long the quickest reading took.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "code/body.h"
#include "code/dex.h"

struct options {
	bool classes, bodies;
	unsigned times;
};

static struct cursor map_file(const char *path)
{
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &about) != 0) {
		perror(path);
		exit(2);
	}
	size_t size = (size_t)about.st_size;
	void *data = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0) : NULL;
	close(fd);
	if (data == MAP_FAILED) {
		perror(path);
		exit(2);
	}
	return cursor_over(data, size, DIAG_SYSTEM);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void print_classes(const struct unit *unit)
{
	uint64_t *calls = calloc((size_t)unit->class_count + 1, sizeof *calls);

	for (uint32_t i = 0; i < unit->calls.first[unit->method_ref_count]; i++)
		calls[unit->methods[unit->calls.sites[i].method].owner]++;
	for (uint32_t i = 0; i < unit->class_count; i++)
		printf("%s %u fields %u methods %llu calls\n",
		       unit_type(unit, unit->classes[i].type), unit->classes[i].field_count,
		       unit->classes[i].method_count, (unsigned long long)calls[i]);
	free(calls);
}

static void read_bodies(const struct unit *unit)
{
	uint64_t bodies = 0, partial = 0, failed = 0, insns = 0, lines = 0;

	for (uint32_t i = 0; i < unit->method_count; i++) {
		struct arena arena;
		struct body body;
		if (!unit->methods[i].code)
			continue;
		arena_init(&arena, 1U << 30);
		if (body_read(unit, &unit->methods[i], &arena, &body).ok) {
			bodies++;
			partial += body.partial;
			insns += body.count;
		} else {
			failed++;
		}
		lines += unit->read_line(unit, &unit->methods[i], 0) != 0;
		arena_free(&arena);
	}
	printf("bodies %llu partial %llu failed %llu instructions %llu with lines %llu\n",
	       (unsigned long long)bodies, (unsigned long long)partial, (unsigned long long)failed,
	       (unsigned long long)insns, (unsigned long long)lines);
}

static void print(const struct unit *unit, const struct options *options)
{
	uint32_t methods = 0;

	for (uint32_t i = 0; i < unit->method_count; i++)
		methods += unit->methods[i].code != NULL;
	printf("%u %llu %llu %llu\n", methods, (unsigned long long)unit->instruction_count,
	       (unsigned long long)unit->call_count, (unsigned long long)unit->text_count);
	for (uint32_t i = 0; i < unit->issue_count; i++)
		fprintf(stderr, "%s at 0x%llx: %s\n", diag_name(unit->issues[i].code),
		        (unsigned long long)unit->issues[i].at, unit->issues[i].why);
	if (options->classes)
		print_classes(unit);
	if (options->bodies)
		read_bodies(unit);
}

static bool count(const char *path, struct cursor file, const struct options *options, bool quiet)
{
	struct arena arena;
	struct unit *unit;

	arena_init(&arena, SIZE_MAX / 2);
	struct result read = dex_read(file, &arena, &unit);
	if (!read.ok)
		fprintf(stderr, "%s: %s: %s\n", path, diag_name(fault_last()->code),
		        fault_last()->why);
	else if (!quiet)
		print(unit, options);
	arena_free(&arena);
	return read.ok;
}

int main(int argc, char **argv)
{
	struct options options = {.times = 1};
	bool ok = true;
	int option;

	while ((option = getopt(argc, argv, "dbn:")) != -1) {
		options.classes |= option == 'd';
		options.bodies |= option == 'b';
		if (option == 'n')
			options.times = (unsigned)strtoul(optarg, NULL, 10);
		if (option == '?')
			return 2;
	}
	struct cursor *files = calloc((size_t)argc, sizeof *files);
	size_t bytes = 0;
	for (int i = optind; i < argc; i++) {
		files[i] = map_file(argv[i]);
		bytes += files[i].size;
		ok &= count(argv[i], files[i], &options, false);
	}
	double best = 0;
	for (unsigned n = 1; n < options.times; n++) {
		double start = seconds();
		for (int i = optind; i < argc; i++)
			ok &= count(argv[i], files[i], &options, true);
		double took = seconds() - start;
		best = n == 1 || took < best ? took : best;
	}
	if (options.times > 1)
		printf("%zu bytes in %.1f ms\n", bytes, best * 1e3);
	free(files);
	return ok ? 0 : 1;
}
