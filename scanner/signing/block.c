/* block.c - finds the APK Signing Block and reads its pairs. */
#include "signing/block.h"

#include <stdio.h>
#include <string.h>

enum {
	END_SIZE = 22,
	END_DIRECTORY_SIZE = 12, /* offset in the end record; the directory's offset follows it */
	END_COMMENT = 20,
	FOOTER_SIZE = 24,
	VALUE_MAX = 256, /* bytes of a channel's text that are shown */
};
static const uint32_t end_signature = 0x06054b50, central_signature = 0x02014b50;
static const char magic[] = "APK Sig Block 42";

static uint32_t word(const struct cursor *file, uint64_t at)
{
	const uint8_t *b = file->data + at;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static RESULT find_end(const struct cursor *file, uint64_t *out)
{
	for (uint64_t comment = 0; comment <= UINT16_MAX && file->size >= END_SIZE + comment;
	     comment++) {
		uint64_t at = file->size - END_SIZE - comment;
		const uint8_t *len = file->data + at + END_COMMENT;
		if (word(file, at) == end_signature &&
		    (uint64_t)(len[0] | len[1] << 8) == comment) {
			*out = at;
			return OK;
		}
	}
	FAIL(ZIP_TRUNCATED, file->size,
	     "no end of central directory record whose comment ends with the file (APPNOTE "
	     "4.3.16)");
}

/* Reads the pairs of the block that ends where the directory begins, if there is one. */
static void find_block(struct sections *sections)
{
	struct cursor file = sections->file, footer, block;
	uint64_t size, first;

	if (sections->directory_end != sections->end || sections->directory < 8 + FOOTER_SIZE ||
	    !cursor_slice(&file, sections->directory - FOOTER_SIZE, FOOTER_SIZE, &footer).ok ||
	    memcmp(footer.data + 8, magic, sizeof magic - 1) != 0 ||
	    !cursor_u64le(&footer, &size).ok)
		return;
	if (size < FOOTER_SIZE || size > INT32_MAX - 8 || size + 8 > sections->directory ||
	    !cursor_slice(&file, sections->directory - size - 8, size + 8, &block).ok ||
	    !cursor_u64le(&block, &first).ok || first != size ||
	    !cursor_window(&block, size - FOOTER_SIZE, &sections->pairs).ok)
		return;
	sections->block = sections->directory - size - 8;
	sections->pairs.shortage = DIAG_SIGNING_BLOCK;
}

struct result sections_find(struct cursor file, struct sections *out)
{
	struct sections sections = {.file = file};
	uint64_t size;

	TRY(find_end(&file, &sections.end));
	size = word(&file, sections.end + END_DIRECTORY_SIZE);
	sections.directory = word(&file, sections.end + END_DIRECTORY_SIZE + 4);
	sections.directory_end = sections.directory + size;
	ENSURE(sections.directory <= sections.end, ZIP_OFFSET,
	       sections.end + END_DIRECTORY_SIZE + 4,
	       "end record: the directory begins at %llu, behind the record at %llu (APPNOTE "
	       "4.3.16)",
	       (unsigned long long)sections.directory, (unsigned long long)sections.end);
	ENSURE(sections.directory_end <= sections.end, ZIP_OFFSET,
	       sections.end + END_DIRECTORY_SIZE,
	       "end record: the directory ends at %llu, behind the record at %llu (APPNOTE 4.3.16)",
	       (unsigned long long)sections.directory_end, (unsigned long long)sections.end);
	/* readers that look for the directory elsewhere when bytes were put in front are no
	 * platform's */
	ENSURE(!size || word(&file, sections.directory) == central_signature, ZIP_OFFSET,
	       sections.end + END_DIRECTORY_SIZE + 4,
	       "end record: no central header at %llu, where the directory begins (APPNOTE 4.3.12)",
	       (unsigned long long)sections.directory);
	sections.block = sections.directory;
	find_block(&sections);
	*out = sections;
	return OK;
}

struct pair {
	uint32_t id;
	struct cursor value;
};

static RESULT next_pair(struct cursor *c, struct pair *out)
{
	uint64_t at = cursor_at(c), len;

	TRY(cursor_u64le(c, &len));
	ENSURE(len >= 4 && len <= cursor_left(c), SIGNING_BLOCK, at,
	       "APK Signing Block: a pair of %llu bytes, %zu are left (APK Signature Scheme v2)",
	       (unsigned long long)len, cursor_left(c));
	TRY(cursor_u32le(c, &out->id));
	return cursor_window(c, len - 4, &out->value);
}

bool block_value(const struct sections *sections, uint32_t id, struct cursor *out)
{
	struct cursor c = sections->pairs;
	struct pair pair;

	while (cursor_left(&c) && next_pair(&c, &pair).ok) {
		if (pair.id == id) {
			*out = pair.value;
			return true;
		}
	}
	return false;
}

static const struct known {
	uint32_t id;
	const char *name, *kind;
} known_blocks[] = {
#define BLOCK(number, name, kind) {number, name, kind},
#include "signing/blocks.def"
#undef BLOCK
};
enum { KNOWN_COUNT = sizeof known_blocks / sizeof *known_blocks };

static const struct known *find_known(uint32_t id)
{
	static const struct known unknown = {0, "unknown", "unknown"};

	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (known_blocks[i].id == id)
			return &known_blocks[i];
	return &unknown;
}

static void write_pair(const struct pair *pair, const struct known *known, struct facts *facts,
                       uint32_t parent)
{
	char id[16];

	snprintf(id, sizeof id, "0x%08x", pair->id);
	facts_row(facts, ROW_SIGNING_BLOCK, parent);
	facts_text(facts, FACT_SIGNING_BLOCK_ID, id);
	facts_text(facts, FACT_SIGNING_BLOCK_NAME, known->name);
	facts_text(facts, FACT_SIGNING_BLOCK_KIND, known->kind);
	facts_int(facts, FACT_SIGNING_BLOCK_OFFSET, (int64_t)pair->value.origin);
	facts_int(facts, FACT_SIGNING_BLOCK_SIZE, (int64_t)pair->value.size);
	if (strcmp(known->kind, "channel") == 0)
		facts_bytes(facts, FACT_SIGNING_BLOCK_VALUE, pair->value.data,
		            pair->value.size < VALUE_MAX ? pair->value.size : VALUE_MAX);
}

/* Padding holds zeros; anything else is data that nobody announced. */
static bool padded_with_data(const struct pair *pair)
{
	for (size_t i = 0; i < pair->value.size; i++)
		if (pair->value.data[i])
			return true;
	return false;
}

/* Of two pairs of one number verifiers read the first; `seen` has a bit for every known one. */
static void look_at(const struct pair *pair, const struct known *known, uint32_t *seen,
                    struct facts *facts)
{
	uint32_t bit = known->id ? 1U << (known - known_blocks) : 0;

	if (*seen & bit)
		facts_issue(facts, DIAG_SIGNING_ODD, pair->value.origin,
		            "APK Signing Block: another pair 0x%08x (%s); verifiers read the first",
		            pair->id, known->name);
	*seen |= bit;
	if (strcmp(known->kind, "padding") == 0 && padded_with_data(pair))
		facts_issue(facts, DIAG_SIGNING_ODD, pair->value.origin,
		            "APK Signing Block: the padding 0x%08x holds data", pair->id);
}

void block_facts(const struct sections *sections, struct facts *facts, uint32_t parent)
{
	struct cursor c = sections->pairs;
	struct pair pair;
	uint32_t seen = 0;

	while (cursor_left(&c)) {
		if (!next_pair(&c, &pair).ok) {
			facts_fault(facts, 0);
			return;
		}
		const struct known *known = find_known(pair.id);
		write_pair(&pair, known, facts, parent);
		look_at(&pair, known, &seen, facts);
	}
}
