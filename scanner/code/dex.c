/*
 * dex.c - reads DEX files: the header, and the order in which the parts are read.
 *
 * header_item: u8[8] magic "dex\n035\0", u32 checksum (Adler-32 of all that follows), u8[20]
 * signature, u32 file_size, u32 header_size 0x70, u32 endian_tag 0x12345678, u32 link_size, u32
 * link_off, u32 map_off, then u32 size and u32 off of string_ids, type_ids, proto_ids, field_ids,
 * method_ids, class_defs and data; from version 041 on u32 container_size and u32 header_offset.
 */
#include "code/dex.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code/dexfile.h"

enum { ISSUES_MAX = 32, ENDIAN = 0x12345678, ENDIAN_SWAPPED = 0x78563412 };

/* How often the bytes of a file may be read, as items may be shared: more is an attack. */
enum { TABLE_TIMES = 8, CODE_TIMES = 4, BUDGET_LEAST = 1 << 16 };

/* --- issues and budgets ----------------------------------------------------------------------- */

static void add_issue(struct dex_reader *reader, enum diag code, uint64_t at, const char *why)
{
	struct unit *unit = reader->unit;
	char *copy = arena_copy(unit->arena, why, strlen(why));

	unit->issues[unit->issue_count++] =
		(struct code_issue){.code = code, .at = at, .why = copy ? copy : "no memory left"};
}

void dex_issue(struct dex_reader *reader, enum diag code, uint64_t at, const char *format, ...)
{
	char why[sizeof(((struct fault *)0)->why)];
	va_list args;

	if (diag_kind(code) != FAULT_NOTICE)
		reader->unit->partial = true;
	if (reader->unit->issue_count == ISSUES_MAX) {
		reader->more_issues++;
		return;
	}
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	add_issue(reader, code, at, why);
}

void dex_note(struct dex_reader *reader)
{
	const struct fault *fault = fault_last();

	dex_issue(reader, fault->code, fault->at, "%s", fault->why);
}

static void close_issues(struct dex_reader *reader)
{
	char why[80];

	if (!reader->more_issues)
		return;
	snprintf(why, sizeof why, "%u more problems of this file are not listed",
	         reader->more_issues);
	add_issue(reader, DIAG_DEX_PARSE, AT_NONE, why);
}

bool dex_spent(struct dex_reader *reader)
{
	if (reader->budget)
		dex_issue(reader, DIAG_CODE_BUDGET, AT_NONE,
		          "items of the DEX file overlap so much that reading them takes more than "
		          "%d times its size",
		          TABLE_TIMES);
	reader->budget = 0;
	return false;
}

/* --- numbers and places ----------------------------------------------------------------------- */

struct result dex_uleb_long(struct cursor *c, uint32_t *out)
{
	const uint8_t *at = c->data + c->pos, *end = c->data + c->size;
	uint32_t value = 0;

	end = end - at > 5 ? at + 5 : end;
	for (unsigned shift = 0; at < end; shift += 7) {
		value |= (*at & 0x7fU) << shift;
		if (*at++ < 0x80) {
			c->pos = (size_t)(at - c->data);
			*out = value;
			return OK;
		}
	}
	fault_note(c->shortage, cursor_at(c), __FILE__, __LINE__,
	           "a number of more than five bytes, or cut off (dex-format, LEB128)");
	return FAILED;
}

struct result dex_sleb(struct cursor *c, int32_t *out)
{
	size_t from = c->pos;
	uint32_t value;

	TRY(dex_uleb(c, &value));
	unsigned bits = (unsigned)(c->pos - from) * 7;
	if (bits < 32 && value >> (bits - 1))
		value |= UINT32_MAX << bits;
	*out = (int32_t)value;
	return OK;
}

uint32_t dex_items(struct dex_reader *reader, uint32_t count, uint32_t offset, uint32_t item_size,
                   const char *name, struct cursor *out)
{
	const struct cursor *file = &reader->dex->file;
	uint64_t room = offset < file->size ? (file->size - offset) / item_size : 0;

	*out = (struct cursor){.data = file->data + (room ? offset : 0),
	                       .origin = offset,
	                       .shortage = file->shortage};
	if (count > room) {
		dex_issue(reader, DIAG_DEX_PARSE, offset,
		          "%s: %u items at offset 0x%x do not fit, %u do (dex-format)", name, count,
		          offset, (unsigned)room);
		count = (uint32_t)room;
	}
	out->size = (size_t)count * item_size;
	return count;
}

uint32_t dex_table(struct dex_reader *reader, enum dex_header field, uint32_t item_size,
                   const char *name, struct cursor *out)
{
	const uint8_t *at = reader->header.data + field;

	return dex_items(reader, dex_u32(at), dex_u32(at + 4), item_size, name, out);
}

/* --- the header ------------------------------------------------------------------------------- */

static bool is_digits(const uint8_t *at)
{
	for (unsigned i = 0; i < 3; i++)
		if (at[i] < '0' || at[i] > '9')
			return false;
	return true;
}

static RESULT read_magic(struct cursor file, uint32_t *version)
{
	const uint8_t *at;

	TRY(cursor_bytes(&file, 8, &at));
	ENSURE(memcmp(at, "dey\n", 4) != 0, DEX_VERSION, 0,
	       "an optimised DEX file (odex, \"dey\"), which belongs to one device");
	ENSURE(memcmp(at, "cdex", 4) != 0, DEX_VERSION, 0,
	       "a compact DEX file (\"cdex\"), which belongs to one device");
	ENSURE(memcmp(at, "dex\n", 4) == 0, DEX_PARSE, 0,
	       "magic: not \"dex\\n\" (dex-format, DEX_FILE_MAGIC)");
	ENSURE(is_digits(at + 4) && at[7] == 0, DEX_VERSION, 4,
	       "magic: the version is not three digits and a NUL (dex-format, DEX_FILE_MAGIC)");
	uint32_t found = (at[4] - (uint32_t)'0') * 100 + (at[5] - (uint32_t)'0') * 10 +
	                 (at[6] - (uint32_t)'0');
	ENSURE(found >= 35 && found <= 41, DEX_VERSION, 4,
	       "magic: version %03u is none of 035 to 041 (dex-format, DEX_FILE_MAGIC)", found);
	*version = found;
	return OK;
}

/*
 * Adler-32 (RFC 1950, 8.2): a is 1 plus the sum of all bytes, b the sum of all values that a takes.
 * A stripe of 16 bytes is summed in 16 columns, and so are the sums before each stripe, for as many
 * stripes as 16 bits can hold. Eight lanes of 16 bits have two columns each, in either byte.
 */
enum { ADLER_BASE = 65521, COLUMNS = 16, STRIPES = 16, ADLER_BLOCK = COLUMNS * STRIPES };
typedef uint16_t lanes __attribute__((vector_size(COLUMNS)));
typedef uint32_t wide_lanes __attribute__((vector_size(COLUMNS)));

static wide_lanes widen(lanes of)
{
	wide_lanes both = (wide_lanes)of;

	return (both & 0xffff) + (both >> 16);
}

static uint32_t add_lanes(wide_lanes of)
{
	return of[0] + of[1] + of[2] + of[3];
}

static void adler_block(const uint8_t *data, uint32_t *a, uint32_t *b)
{
	const lanes even = {16, 14, 12, 10, 8, 6, 4, 2}, odd = even - 1;
	const bool swapped = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	lanes low = {0}, high = {0}, low_before = {0}, high_before = {0};

	for (unsigned s = 0; s < STRIPES; s++) {
		lanes stripe;
		memcpy(&stripe, data + s * COLUMNS, sizeof stripe);
		low_before += low;
		high_before += high;
		low += stripe & 0xff;
		high += stripe >> 8;
	}
	wide_lanes weighted = widen(low * (swapped ? odd : even)) +
	                      widen(high * (swapped ? even : odd)) +
	                      (widen(low_before) + widen(high_before)) * COLUMNS;
	*b = (*b + ADLER_BLOCK * *a + add_lanes(weighted)) % ADLER_BASE;
	*a = (*a + add_lanes(widen(low + high))) % ADLER_BASE;
}

static uint32_t adler32(const uint8_t *data, size_t size)
{
	uint32_t a = 1, b = 0;

	for (; size >= ADLER_BLOCK; size -= ADLER_BLOCK, data += ADLER_BLOCK)
		adler_block(data, &a, &b);
	for (size_t i = 0; i < size; i++) {
		a += data[i];
		b += a;
	}
	return b % ADLER_BASE << 16 | a % ADLER_BASE;
}

static void check_sum(struct dex_reader *reader, uint32_t file_size)
{
	const struct cursor *file = &reader->dex->file;
	uint32_t named = dex_u32(reader->header.data + HEADER_CHECKSUM);
	uint32_t found;

	if (file_size < HEADER_END || file_size > file->size)
		return;
	found = adler32(file->data + 12, file_size - 12);
	if (found != named)
		dex_issue(reader, DIAG_DEX_HEADER, HEADER_CHECKSUM,
		          "checksum: 0x%08x, the file has 0x%08x (dex-format, header_item)", named,
		          found);
}

static void check_endian(struct dex_reader *reader)
{
	uint32_t tag = dex_u32(reader->header.data + HEADER_ENDIAN);

	if (tag != ENDIAN)
		dex_issue(reader, DIAG_DEX_HEADER, HEADER_ENDIAN,
		          "endian_tag: 0x%08x is not 0x12345678 (dex-format, ENDIAN_CONSTANT)",
		          tag);
}

/* One file may hold several from version 041 on, which share data. The first is read. */
static void check_container(struct dex_reader *reader)
{
	uint32_t size = dex_u32(reader->header.data + HEADER_CONTAINER_SIZE);
	uint32_t offset = dex_u32(reader->header.data + HEADER_OFFSET);
	uint32_t own = dex_u32(reader->header.data + HEADER_FILE_SIZE);

	if (offset)
		dex_issue(reader, DIAG_DEX_HEADER, HEADER_OFFSET,
		          "header_offset: 0x%x of the first header (dex-format, header_item)",
		          offset);
	if (size != reader->dex->file.size)
		dex_issue(reader, DIAG_DEX_HEADER, HEADER_CONTAINER_SIZE,
		          "container_size: %u bytes, the file has %zu (dex-format, header_item)",
		          size, reader->dex->file.size);
	if (own < reader->dex->file.size)
		dex_issue(
			reader, DIAG_DEX_VERSION, own,
			"a container of several DEX files, of which the first is read (dex-format, "
			"container)");
}

static void check_header(struct dex_reader *reader)
{
	const uint8_t *header = reader->header.data;
	uint32_t file_size = dex_u32(header + HEADER_FILE_SIZE);
	uint32_t header_size = dex_u32(header + HEADER_SIZE);
	bool container = reader->unit->version >= 41;
	uint32_t expected = container ? HEADER_END_041 : HEADER_END;

	if (header_size != expected)
		dex_issue(reader, DIAG_DEX_HEADER, HEADER_SIZE,
		          "header_size: 0x%x is not 0x%x (dex-format, header_item)", header_size,
		          expected);
	if (reader->unit->version == 36)
		dex_issue(reader, DIAG_DEX_HEADER, 4,
		          "magic: version 036, which no release of Android takes");
	if (container && reader->header.size >= HEADER_END_041)
		check_container(reader);
	else if (file_size != reader->dex->file.size)
		dex_issue(reader, DIAG_DEX_HEADER, HEADER_FILE_SIZE,
		          "file_size: %u bytes, the file has %zu (dex-format, header_item)",
		          file_size, reader->dex->file.size);
	check_endian(reader);
	check_sum(reader, file_size);
}

/* Numbers in the other byte order would make all tables nonsense. */
static RESULT check_order(const struct cursor *header)
{
	bool swapped = dex_u32(header->data + HEADER_ENDIAN) == ENDIAN_SWAPPED &&
	               dex_u32(header->data + HEADER_SIZE) == (uint32_t)HEADER_END << 24;

	ENSURE(!swapped, DEX_VERSION, HEADER_ENDIAN,
	       "endian_tag: a file of big-endian numbers (dex-format, REVERSE_ENDIAN_CONSTANT)");
	return OK;
}

/* --- all of it -------------------------------------------------------------------------------- */

static RESULT start(struct cursor file, struct arena *arena, struct dex_reader *reader)
{
	struct unit *unit;
	struct dex *dex;
	uint32_t version;

	ENSURE(file.size <= DEX_SIZE_LIMIT, LIMIT_ENTRY, AT_NONE, "a DEX file of more than 1 GiB");
	TRY(read_magic(file, &version));
	size_t header = version >= 41 && file.size >= HEADER_END_041 ? HEADER_END_041 : HEADER_END;
	TRY(cursor_slice(&file, 0, header, &reader->header));
	TRY(check_order(&reader->header));
	ALLOC(unit, arena, 1);
	ALLOC(dex, arena, 1);
	ALLOC(unit->issues, arena, ISSUES_MAX + 1);
	dex->file = file;
	unit->kind = UNIT_DEX;
	unit->arena = arena;
	unit->version = version;
	unit->state = dex;
	unit->read_body = dex_read_body;
	unit->read_line = dex_read_line;
	reader->unit = unit;
	reader->dex = dex;
	reader->budget = (uint64_t)TABLE_TIMES * file.size + BUDGET_LEAST;
	reader->code_budget = (uint64_t)CODE_TIMES * file.size + BUDGET_LEAST;
	return OK;
}

/* The items for broken references, which stand behind their tables, join them if they are used. */
static void add_broken(struct dex_reader *reader)
{
	if (!reader->broken)
		return;
	reader->unit->strings_sorted = false;
	reader->unit->string_count++;
	reader->unit->type_count++;
	reader->unit->proto_count++;
}

/* Tables that grew on the heap move into the arena, also after a failure. */
static RESULT keep(struct arena *arena, void *table, size_t size, void **out)
{
	void *copy = arena_take(arena, size + 1, 1);

	*out = copy;
	if (copy && size)
		memcpy(copy, table, size);
	free(table);
	return copy ? OK : FAILED;
}

static RESULT keep_tables(struct unit *unit)
{
	void *list, *notes;
	struct result kept =
		keep(unit->arena, unit->type_list, unit->type_list_count * sizeof(uint32_t), &list);
	struct result also = keep(unit->arena, unit->annotations,
	                          unit->annotation_count * sizeof(struct annotation), &notes);

	unit->type_list = list;
	unit->annotations = notes;
	return kept.ok && also.ok ? OK : FAILED;
}

static RESULT read_parts(struct dex_reader *reader)
{
	check_header(reader);
	TRY(dex_read_tables(reader));
	TRY(dex_read_classes(reader));
	return dex_read_sites(reader);
}

struct result dex_read(struct cursor file, struct arena *arena, struct unit **out)
{
	struct dex_reader reader = {0};

	file = cursor_over(file.data, file.size, DIAG_DEX_PARSE);
	TRY(start(file, arena, &reader));
	struct result read = read_parts(&reader);
	TRY(keep_tables(reader.unit));
	TRY(read);
	add_broken(&reader);
	TRY(unit_index(reader.unit));
	TRY(dex_walk(&reader));
	close_issues(&reader);
	*out = reader.unit;
	return OK;
}
