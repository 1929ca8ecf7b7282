/* limits.c - the table of limits, their values for this run, and the counters of this bundle. */
#include "intake/limits.h"

#include <stdatomic.h>
#include <string.h>

const struct limit_info limit_table[LIMIT_COUNT] = {
#define LIMIT(id, name, value, ceiling, unit, reason) {name, value, ceiling, unit, reason},
#include "intake/limits.def"
#undef LIMIT
};

/* Below this sum a bundle may expand as it likes: small files of zeros are no bomb. */
static const uint64_t free_total = 512ULL << 20;

/* Zero means the default. Written by limit_set before threads start, read afterwards. */
static uint64_t chosen[LIMIT_COUNT];

static _Atomic uint64_t bytes_so_far, excess_so_far, entries_so_far;
static _Atomic uint64_t bundle_bytes;

uint64_t limit_get(enum limit limit)
{
	return chosen[limit] ? chosen[limit] : limit_table[limit].value;
}

static bool find(const char *name, size_t len, enum limit *out)
{
	for (int i = 0; i < LIMIT_COUNT; i++) {
		if (strlen(limit_table[i].name) == len &&
		    memcmp(limit_table[i].name, name, len) == 0) {
			*out = (enum limit)i;
			return true;
		}
	}
	return false;
}

static unsigned suffix_bits(const char *suffix)
{
	static const char letters[] = "KMG";
	const char *letter = *suffix ? strchr(letters, *suffix & ~0x20) : NULL;

	return letter && !suffix[1] ? 10 * (unsigned)(letter - letters + 1) : 0;
}

/* Digits, and one of K, M, G in either case. */
static bool parse(const char *text, uint64_t *out)
{
	uint64_t value = 0;
	const char *digits = text;

	for (; *text >= '0' && *text <= '9'; text++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	}
	unsigned bits = suffix_bits(text);
	if (text == digits || (*text && !bits) || value > UINT64_MAX >> bits)
		return false;
	*out = value << bits;
	return true;
}

struct result limit_set(const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	enum limit limit;
	uint64_t value;

	ENSURE(equals, USAGE, AT_NONE, "limit '%s': expected NAME=VALUE, such as depth=4",
	       assignment);
	ENSURE(find(assignment, (size_t)(equals - assignment), &limit), USAGE, AT_NONE,
	       "limit '%.*s': there is no limit of this name", (int)(equals - assignment),
	       assignment);
	const struct limit_info *info = &limit_table[limit];
	ENSURE(parse(equals + 1, &value), USAGE, AT_NONE,
	       "limit '%s': '%s' is no number of %s (digits, then K, M or G if wanted)", info->name,
	       equals + 1, info->unit);
	ENSURE(value >= 1 && value <= info->ceiling, USAGE, AT_NONE,
	       "limit '%s': %llu is out of range; 1 to %llu %s are allowed", info->name,
	       (unsigned long long)value, (unsigned long long)info->ceiling, info->unit);
	chosen[limit] = value;
	return OK;
}

void limit_reset(uint64_t bundle_size)
{
	atomic_store(&bytes_so_far, 0);
	atomic_store(&excess_so_far, 0);
	atomic_store(&entries_so_far, 0);
	atomic_store(&bundle_bytes, bundle_size);
}

uint64_t limit_total(uint64_t packed)
{
	uint64_t total = limit_get(LIMIT_TOTAL), expanded;

	if (packed && !__builtin_mul_overflow(packed, limit_get(LIMIT_RATIO), &expanded)) {
		if (expanded < free_total)
			expanded = free_total;
		total = expanded < total ? expanded : total;
	}
	return total;
}

static RESULT count(_Atomic uint64_t *so_far, uint64_t bytes)
{
	uint64_t total = limit_total(atomic_load(&bundle_bytes));
	uint64_t sum = atomic_fetch_add(so_far, bytes) + bytes;

	ENSURE(sum >= bytes && sum <= total, LIMIT_TOTAL, AT_NONE,
	       "the bundle unpacks to more than %llu bytes", (unsigned long long)total);
	return OK;
}

struct result limit_count_bytes(uint64_t bytes)
{
	return count(&bytes_so_far, bytes);
}

struct result limit_count_excess(uint64_t bytes)
{
	return count(&excess_so_far, bytes);
}

struct result limit_count_entries(uint64_t entries)
{
	uint64_t most = limit_get(LIMIT_ENTRIES);
	uint64_t sum = atomic_fetch_add(&entries_so_far, entries) + entries;

	ENSURE(sum >= entries && sum <= most, LIMIT_ENTRIES, AT_NONE,
	       "the bundle has more than %llu entries", (unsigned long long)most);
	return OK;
}
