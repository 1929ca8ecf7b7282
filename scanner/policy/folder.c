/* folder.c - the files of a pack: embedded in the program, or below a folder on disk. */
#include "policy/reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/content.h"
#include "base/file.h"

enum { FILES_MAX = 2000, FOLDER_DEPTH_MAX = 6, FILE_SIZE_MAX = 16 << 20 };

static const char *copied(struct reader *reader, const char *text)
{
	const char *copy = arena_copy(&reader->arena, text, strlen(text));

	if (!copy)
		fault_out_of_memory();
	return copy;
}

static RESULT add_file(struct reader *reader, struct list *out, struct pack_file file)
{
	struct pack_file *kept;

	ENSURE(out->count < FILES_MAX, PACK_INVALID, AT_NONE, "'%s': more than %d files", file.path,
	       FILES_MAX);
	ALLOC(kept, &reader->arena, 1);
	*kept = file;
	return list_add(&reader->arena, out, kept);
}

static RESULT add_embedded(struct reader *reader, const char *prefix, struct list *out)
{
	const struct content *content = NULL;

	while ((content = content_next(prefix, content))) {
		TRY(add_file(reader, out,
		             (struct pack_file){.path = content->path,
		                                .name = content->path + strlen(prefix),
		                                .data = content->data,
		                                .built_in = true,
		                                .size = content->size}));
	}
	return OK;
}

struct result reader_file(struct reader *reader, const char *path, struct pack_file **out)
{
	struct text bytes = {0};
	struct pack_file *file;

	struct result got = file_read(path, FILE_SIZE_MAX, &bytes);
	if (!got.ok) {
		text_free(&bytes);
		return got;
	}
	file = arena_take(&reader->arena, 1, sizeof *file);
	const char *data = arena_copy(&reader->arena, bytes.data, bytes.len);
	size_t size = bytes.len;
	text_free(&bytes);
	if (!file || !data)
		return FAILED;
	struct text shown = {0};
	text_clean(&shown, path, strlen(path));
	file->path = copied(reader, shown.data);
	file->name = file->path;
	file->data = data;
	file->size = size;
	text_free(&shown);
	*out = file;
	return OK;
}

static bool passed_over(const char *name)
{
	size_t len = strlen(name);

	return name[0] == '.' || (len > 3 && strcmp(name + len - 3, ".md") == 0);
}

static RESULT walk(struct reader *reader, const char *root, const char *below, unsigned depth,
                   struct list *out);

static RESULT visit(struct reader *reader, const char *root, const char *name, unsigned depth,
                    struct list *out)
{
	struct text path = {0};
	struct stat about;
	struct pack_file *file = NULL;
	struct result done = OK;

	text_printf(&path, "%s/%s", root, name);
	if (lstat(path.data, &about) == 0 && S_ISDIR(about.st_mode)) {
		done = walk(reader, root, name, depth + 1, out);
	} else if (S_ISREG(about.st_mode)) {
		done = reader_file(reader, path.data, &file);
		if (done.ok) {
			file->name = copied(reader, name);
			done = list_add(&reader->arena, out, file);
		}
	}
	text_free(&path);
	return done;
}

static void close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

static RESULT walk(struct reader *reader, const char *root, const char *below, unsigned depth,
                   struct list *out)
{
	struct text path = {0};
	struct dirent *item;

	ENSURE(depth <= FOLDER_DEPTH_MAX && out->count <= FILES_MAX, PACK_INVALID, AT_NONE,
	       "'%s' holds more than %d files or %d levels of folders", root, FILES_MAX,
	       FOLDER_DEPTH_MAX);
	text_printf(&path, "%s/%s", root, below);
	DEFER(close_folder) DIR *folder = opendir(path.data);
	text_free(&path);
	ENSURE(folder || errno != ENOTDIR, USAGE, AT_NONE,
	       "'%s' is no pack: a pack is a folder with a pack.xml, and a part of one is an XML "
	       "file",
	       root);
	ENSURE(folder, USAGE, AT_NONE, "cannot open the folder '%s': %s", root, strerror(errno));
	while ((item = readdir(folder))) {
		struct text name = {0};
		if (passed_over(item->d_name))
			continue;
		text_printf(&name, "%s%s%s", below, *below ? "/" : "", item->d_name);
		struct result done = visit(reader, root, name.data, depth, out);
		text_free(&name);
		TRY(done);
	}
	return OK;
}

static int by_name(const void *a, const void *b)
{
	const struct pack_file *left = *(struct pack_file *const *)a;
	const struct pack_file *right = *(struct pack_file *const *)b;

	return strcmp(left->name, right->name);
}

struct result reader_folder(struct reader *reader, const char *place, bool embedded,
                            struct list *out)
{
	TRY(embedded ? add_embedded(reader, place, out) : walk(reader, place, "", 0, out));
	if (out->count > 1)
		qsort(out->items, out->count, sizeof *out->items, by_name);
	return OK;
}
