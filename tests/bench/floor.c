/*
 * floor.c - the physical floor of a bundle scan, to measure the scanner against: map the file, read
 * the central directory, and for each entry inflate, CRC-32, SHA-256 and the project's own rules,
 * over threads, largest entry first. It judges nothing, writes nothing and trusts its input.
 *
 * usage: floor BUNDLE THREADS RUNS    prints the median of RUNS in milliseconds
 */
#include <fcntl.h>
#include <libdeflate.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <yara.h>

#include "base/content.h"

struct item {
	const uint8_t *data;
	uint32_t packed, size, crc;
	uint16_t method;
};

static struct item *items;
static size_t count;
static atomic_size_t next;
static YR_RULES *rules;

static uint32_t le(const uint8_t *bytes, int width)
{
	uint32_t value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

static int larger_first(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	return a->size < b->size ? 1 : a->size > b->size ? -1 : 0;
}

static void read_directory(const uint8_t *map, size_t size)
{
	const uint8_t *end = map + size - 22;

	while (end > map && le(end, 4) != 0x06054b50)
		end--;
	count = le(end + 10, 2);
	items = calloc(count, sizeof *items);
	const uint8_t *at = map + le(end + 16, 4);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *local = map + le(at + 42, 4);
		items[i] = (struct item){.data = local + 30 + le(local + 26, 2) + le(local + 28, 2),
		                         .packed = le(at + 20, 4),
		                         .size = le(at + 24, 4),
		                         .crc = le(at + 16, 4),
		                         .method = (uint16_t)le(at + 10, 2)};
		at += 46 + le(at + 28, 2) + le(at + 30, 2) + le(at + 32, 2);
	}
	qsort(items, count, sizeof *items, larger_first);
}

static int ignore(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	(void)context;
	(void)message;
	(void)data;
	(void)user;
	return CALLBACK_CONTINUE;
}

static void *work(void *argument)
{
	struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
	YR_SCANNER *scanner;
	uint8_t *buffer = NULL, hash[32];
	size_t room = 0, i;

	yr_scanner_create(rules, &scanner);
	yr_scanner_set_callback(scanner, ignore, NULL);
	while ((i = atomic_fetch_add(&next, 1)) < count) {
		const uint8_t *data = items[i].data;
		if (items[i].method == 8) {
			if (room < items[i].size)
				buffer = realloc(buffer, room = items[i].size);
			if (libdeflate_deflate_decompress(inflater, data, items[i].packed, buffer,
			                                  items[i].size, NULL))
				exit(1);
			data = buffer;
		}
		if (libdeflate_crc32(0, data, items[i].size) != items[i].crc)
			exit(1);
		EVP_Digest(data, items[i].size, hash, NULL, EVP_sha256(), NULL);
		yr_scanner_scan_mem(scanner, data, items[i].size);
	}
	yr_scanner_destroy(scanner);
	libdeflate_free_decompressor(inflater);
	free(buffer);
	return argument;
}

static void compile_rules(void)
{
	YR_COMPILER *compiler;

	yr_initialize();
	yr_compiler_create(&compiler);
	yr_compiler_define_string_variable(compiler, "path", "");
	yr_compiler_define_string_variable(compiler, "kind", "");
	yr_compiler_define_integer_variable(compiler, "size", 0);
	for (const struct content *file = NULL; (file = content_next("rules/", file));) {
		if (yr_compiler_add_string(compiler, file->data, NULL))
			exit(1);
	}
	yr_compiler_get_rules(compiler, &rules);
	yr_compiler_destroy(compiler);
}

static double run(unsigned threads)
{
	struct timespec start, end;
	pthread_t ids[64];

	atomic_store(&next, 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (unsigned i = 1; i < threads; i++)
		pthread_create(&ids[i], NULL, work, NULL);
	work(NULL);
	for (unsigned i = 1; i < threads; i++)
		pthread_join(ids[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - start.tv_sec) * 1e3 +
	       (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

static int smaller_first(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

int main(int argc, char **argv)
{
	struct stat about;
	double times[101];

	if (argc != 4)
		return 3;
	unsigned threads = (unsigned)strtoul(argv[2], NULL, 10) % 64,
		 runs = (unsigned)strtoul(argv[3], NULL, 10) % 100;
	int fd = open(argv[1], O_RDONLY);
	if (fd < 0 || fstat(fd, &about) || !threads || !runs)
		return 3;
	const uint8_t *map = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	compile_rules();
	read_directory(map, (size_t)about.st_size);
	run(threads); /* the first run warms the page cache */
	for (unsigned i = 0; i < runs; i++)
		times[i] = run(threads);
	qsort(times, runs, sizeof *times, smaller_first);
	printf("%.1f\n", times[runs / 2]);
	return 0;
}
