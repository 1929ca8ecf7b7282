/* hapblock.c - the signature block of a HarmonyOS package. */
#include "signing/hapblock.h"

#include <string.h>

enum { TAIL_SIZE = 32, HEAD_SIZE = 12, VERSION_NEW_MAGIC = 3, CODE_SIGNATURES = 0x30000001 };

struct tail {
	uint32_t count;
	uint64_t size;
	const uint8_t *magic;
	int32_t version;
};

static RESULT read_tail(struct cursor c, struct tail *out)
{
	uint32_t version;

	TRY(cursor_u32le(&c, &out->count));
	TRY(cursor_u64le(&c, &out->size));
	TRY(cursor_bytes(&c, 16, &out->magic));
	TRY(cursor_u32le(&c, &version));
	out->version = (int32_t)version;
	return OK;
}

static RESULT check_tail(const struct tail *tail, uint64_t at)
{
	const char *magic =
		tail->version < VERSION_NEW_MAGIC ? "HAP Sig Block 42" : "<hap sign block>";

	ENSURE(memcmp(tail->magic, magic, 16) == 0, HAP_BLOCK, at + 12,
	       "signature block: the magic is not \"%s\", which belongs to version %d", magic,
	       (int)tail->version);
	ENSURE(tail->size >= TAIL_SIZE && tail->size <= HAP_BLOCK_SIZE_MAX &&
	               tail->size <= at + TAIL_SIZE,
	       HAP_BLOCK, at + 4, "signature block: its size is %llu, with %llu bytes before it",
	       (unsigned long long)tail->size, (unsigned long long)at);
	ENSURE(tail->count <= HAP_BLOCKS_MAX, HAP_BLOCK, at,
	       "signature block: %u sub-blocks, more than %d", tail->count, HAP_BLOCKS_MAX);
	return OK;
}

/* `left` counts the bytes of the block that no head or sub-block before it took. */
static RESULT read_part(struct cursor *heads, uint64_t *left, struct hap_subblock *out)
{
	uint64_t at = cursor_at(heads);
	uint32_t type, len, offset;

	TRY(cursor_u32le(heads, &type));
	TRY(cursor_u32le(heads, &len));
	TRY(cursor_u32le(heads, &offset));
	ENSURE(*left >= HEAD_SIZE && len <= *left - HEAD_SIZE, HAP_BLOCK, at + 4,
	       "signature block: sub-block 0x%08x has %u bytes, %llu are left", type, len,
	       (unsigned long long)*left);
	*left -= HEAD_SIZE + len;
	ENSURE(offset <= heads->size && len <= heads->size - offset, HAP_BLOCK, at + 8,
	       "signature block: sub-block 0x%08x lies at %u and has %u bytes, past the end of the "
	       "block",
	       type, offset, len);
	out->type = type;
	return cursor_slice(heads, offset, len, &out->value);
}

static bool overlap(const struct cursor *a, const struct cursor *b)
{
	return a->size && b->size && a->origin < b->origin + b->size &&
	       b->origin < a->origin + a->size;
}

/* Their sizes add up to the block; so if two share bytes, as many belong to none. */
static bool is_hollow(const struct hap_block *block)
{
	uint64_t heads = block->at + HEAD_SIZE * block->count;

	for (size_t i = 0; i < block->count; i++) {
		const struct cursor *value = &block->parts[i].value;
		if (value->size && value->origin < heads)
			return true;
		for (size_t k = 0; k < i; k++)
			if (overlap(value, &block->parts[k].value))
				return true;
	}
	return false;
}

struct result hapblock_read(struct cursor file, uint64_t directory, struct hap_block *out)
{
	struct hap_block block = {0};
	struct tail tail = {0};
	struct cursor c;

	file.shortage = DIAG_HAP_BLOCK;
	ENSURE(directory >= TAIL_SIZE, HAP_BLOCK, directory,
	       "signature block: no room for it before the central directory");
	TRY(cursor_slice(&file, directory - TAIL_SIZE, TAIL_SIZE, &c));
	TRY(read_tail(c, &tail));
	TRY(check_tail(&tail, directory - TAIL_SIZE));
	block.at = directory - tail.size;
	block.size = tail.size;
	block.version = tail.version;
	uint64_t left = tail.size - TAIL_SIZE;
	TRY(cursor_slice(&file, block.at, left, &c));
	for (; block.count < tail.count; block.count++)
		TRY(read_part(&c, &left, &block.parts[block.count]));
	ENSURE(left == 0, HAP_BLOCK, block.at, "signature block: %llu bytes belong to no sub-block",
	       (unsigned long long)left);
	block.hollow = is_hollow(&block);
	*out = block;
	return OK;
}

const struct hap_subblock *hapblock_find(const struct hap_block *block, uint32_t type)
{
	for (size_t i = 0; i < block->count; i++)
		if (block->parts[i].type == type && block->parts[i].value.size)
			return &block->parts[i];
	return NULL;
}

static const struct {
	uint32_t type;
	const char *name, *kind;
} names[] = {
	{HAP_SIGNATURE, "signature", "signature"},
	{HAP_ROTATION, "proof-of-rotation", "signature"},
	{HAP_PROFILE, "profile", "profile"},
	{HAP_RESIGNATURE, "enterprise-signature", "signature"},
	{HAP_REPROPERTY, "enterprise-code-signing", "signature"},
};

static bool is_code_signing(const struct hap_subblock *part)
{
	struct cursor c = part->value;
	uint32_t type;

	return part->type == HAP_PROPERTY && cursor_u32le(&c, &type).ok && type == CODE_SIGNATURES;
}

const char *hapblock_name(const struct hap_subblock *part)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].type == part->type)
			return names[i].name;
	if (part->type != HAP_PROPERTY)
		return "unknown";
	return is_code_signing(part) ? "code-signing" : "property";
}

const char *hapblock_kind(const struct hap_subblock *part)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].type == part->type)
			return names[i].kind;
	return is_code_signing(part) ? "signature" : "unknown";
}
