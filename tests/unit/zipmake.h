/*
 * zipmake.h - writes ZIP files for tests, with every field open to be wrong.
 */
#ifndef PARASOL_TESTS_ZIPMAKE_H
#define PARASOL_TESTS_ZIPMAKE_H

#include <string.h>

#include "base/text.h"
#include "facts/doc.h"
#include "intake/entry.h"
#include "intake/inflate.h"

/* An entry; fields that are 0 take the right value, those named `_add` are added to it. */
struct zipmake_entry {
	const char *name; /* NULL: "x" */
	size_t name_len;  /* 0: as long as the string */
	const char *data;
	size_t len; /* 0: as long as the string */
	uint16_t method, flags;
	uint16_t local_method_add, local_flags_add;
	uint32_t crc_add, size_add, packed_add, offset_add;
	uint32_t local_size_add, mode;
	const char *local_name;
	const char *behind; /* bytes behind the data */
	const char *extra;
	size_t behind_len, extra_len;
	bool hidden; /* not in the directory */
};

struct zipmake {
	struct text out, directory;
	uint16_t count;
	/* of the end record */
	uint16_t count_add, disk, comment_add;
	uint32_t size_add, offset_add;
	const char *comment, *behind;
	size_t behind_len;
};

static inline void zipmake_put(struct text *out, unsigned width, uint64_t value)
{
	for (; width; width--, value >>= 8) {
		uint8_t byte = (uint8_t)value;
		text_add(out, &byte, 1);
	}
}

/* Deflate in stored blocks (RFC 1951 3.2.4). */
static inline void zipmake_deflate(struct text *out, const void *data, size_t len)
{
	const uint8_t *at = data;

	do {
		size_t part = len < 65535 ? len : 65535;
		zipmake_put(out, 1, part == len);
		zipmake_put(out, 2, part);
		zipmake_put(out, 2, part ^ 0xffff);
		text_add(out, at, part);
		at += part;
		len -= part;
	} while (len);
}

static inline void zipmake_add(struct zipmake *zip, const struct zipmake_entry *entry)
{
	const char *name = entry->name ? entry->name : "x";
	size_t name_len = entry->name_len ? entry->name_len : strlen(name);
	size_t len = entry->len || !entry->data ? entry->len : strlen(entry->data);
	const char *local = entry->local_name ? entry->local_name : name;
	size_t local_len = entry->local_name ? strlen(local) : name_len;
	uint32_t crc = inflate_crc(0, entry->data, len) + entry->crc_add;
	uint32_t offset = (uint32_t)zip->out.len + entry->offset_add;
	struct text packed = {0};

	text_puts(&packed, "");
	if (entry->method == 8)
		zipmake_deflate(&packed, entry->data, len);
	else if (len)
		text_add(&packed, entry->data, len);
	zipmake_put(&zip->out, 4, 0x04034b50);
	zipmake_put(&zip->out, 2, 20);
	zipmake_put(&zip->out, 2, (uint16_t)(entry->flags + entry->local_flags_add));
	zipmake_put(&zip->out, 2, (uint16_t)(entry->method + entry->local_method_add));
	zipmake_put(&zip->out, 4, 0);
	zipmake_put(&zip->out, 4, crc);
	zipmake_put(&zip->out, 4, (uint32_t)packed.len + entry->packed_add);
	zipmake_put(&zip->out, 4, (uint32_t)len + entry->size_add + entry->local_size_add);
	zipmake_put(&zip->out, 2, local_len);
	zipmake_put(&zip->out, 2, entry->extra_len);
	text_add(&zip->out, local, local_len);
	text_add(&zip->out, entry->extra, entry->extra_len);
	text_add(&zip->out, packed.data, packed.len);
	text_add(&zip->out, entry->behind, entry->behind_len);
	if (!entry->hidden) {
		struct text *d = &zip->directory;
		zipmake_put(d, 4, 0x02014b50);
		zipmake_put(d, 2, 0x0314);
		zipmake_put(d, 2, 20);
		zipmake_put(d, 2, entry->flags);
		zipmake_put(d, 2, entry->method);
		zipmake_put(d, 4, 0);
		zipmake_put(d, 4, crc);
		zipmake_put(d, 4, (uint32_t)packed.len + entry->packed_add);
		zipmake_put(d, 4, (uint32_t)len + entry->size_add);
		zipmake_put(d, 2, name_len);
		zipmake_put(d, 2, entry->extra_len);
		zipmake_put(d, 6, 0);
		zipmake_put(d, 4, entry->mode << 16);
		zipmake_put(d, 4, offset);
		text_add(d, name, name_len);
		text_add(d, entry->extra, entry->extra_len);
		zip->count++;
	}
	text_free(&packed);
}

/* Ends the ZIP; `zip->out` then is the file. */
static inline void zipmake_end(struct zipmake *zip)
{
	size_t at = zip->out.len;
	size_t comment_len = zip->comment ? strlen(zip->comment) : 0;

	text_puts(&zip->directory, "");
	text_add(&zip->out, zip->directory.data, zip->directory.len);
	zipmake_put(&zip->out, 4, 0x06054b50);
	zipmake_put(&zip->out, 2, zip->disk);
	zipmake_put(&zip->out, 2, zip->disk);
	zipmake_put(&zip->out, 2, (uint16_t)(zip->count + zip->count_add));
	zipmake_put(&zip->out, 2, (uint16_t)(zip->count + zip->count_add));
	zipmake_put(&zip->out, 4, zip->directory.len + zip->size_add);
	zipmake_put(&zip->out, 4, at + zip->offset_add);
	zipmake_put(&zip->out, 2, comment_len + zip->comment_add);
	text_add(&zip->out, zip->comment, comment_len);
	text_add(&zip->out, zip->behind, zip->behind_len);
}

static inline void zipmake_free(struct zipmake *zip)
{
	text_free(&zip->out);
	text_free(&zip->directory);
}

/* How many issues with a code the batch holds. */
static inline unsigned zipmake_issues(struct facts *facts, enum diag code)
{
	struct fact_doc *doc = fact_doc_new();
	unsigned count = 0;

	fact_doc_add_facts(doc, facts);
	fact_doc_finish(doc);
	for (const struct doc_row *row = fact_doc_first(doc, ROW_ISSUE); row;
	     row = fact_doc_next(doc, row))
		count += !strcmp(doc_row_value(doc, row, FACT_ISSUE_CODE), diag_name(code));
	fact_doc_free(doc);
	return count;
}

#endif
