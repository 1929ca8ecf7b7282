/* content.c - look-ups in the embedded files; the table itself is made by embed.sh. */
#include "base/content.h"

#include <string.h>

const struct content *content_find(const char *path)
{
	for (size_t i = 0; i < content_count; i++) {
		if (strcmp(content_table[i].path, path) == 0)
			return &content_table[i];
	}
	return NULL;
}

const struct content *content_next(const char *prefix, const struct content *previous)
{
	size_t i = previous ? (size_t)(previous - content_table) + 1 : 0;

	for (; i < content_count; i++) {
		if (strncmp(content_table[i].path, prefix, strlen(prefix)) == 0)
			return &content_table[i];
	}
	return NULL;
}
