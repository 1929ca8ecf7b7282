/*
 * replay.c - runs a fuzz target over files, for builds without libFuzzer: every file named, and
 * every file of every folder named.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long files;

static void one(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat about;

	if (!file || fstat(fileno(file), &about) != 0) {
		perror(path);
		exit(1);
	}
	/* exactly as large as the input, so that a sanitizer sees the first byte beyond it */
	size_t size = (size_t)about.st_size;
	uint8_t *data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size) {
		perror(path);
		exit(1);
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	files++;
}

static void walk(const char *path)
{
	struct stat about;

	if (stat(path, &about) != 0) {
		perror(path);
		exit(1);
	}
	if (!S_ISDIR(about.st_mode)) {
		one(path);
		return;
	}
	DIR *folder = opendir(path);
	struct dirent *item;
	while (folder && (item = readdir(folder))) {
		char below[4096];
		if (item->d_name[0] == '.')
			continue;
		snprintf(below, sizeof below, "%s/%s", path, item->d_name);
		walk(below);
	}
	if (folder)
		closedir(folder);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		walk(argv[i]);
	printf("%s: %lu files\n", argv[0], files);
	return 0;
}
