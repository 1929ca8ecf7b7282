/* stringpool.c - string pools, read within the bounds that the platform checks. */
#include "formats/stringpool.h"

#include <string.h>

enum { FLAG_UTF8 = 0x100, HEADER_LEN = 28, SPAN_END_LEN = 12 };

struct layout {
	uint32_t strings_at, styles_at;
};

#define REFUSE(code, at, ...) \
	do { \
		fault_note(code, at, __FILE__, __LINE__, __VA_ARGS__); \
		return FAILED; \
	} while (0)

static RESULT read_header(struct stringpool *pool, struct layout *layout)
{
	struct cursor c = pool->chunk;
	uint16_t header;
	uint32_t flags;

	TRY(cursor_seek(&c, 2));
	TRY(cursor_u16le(&c, &header));
	TRY(cursor_seek(&c, 8));
	TRY(cursor_u32le(&c, &pool->count));
	TRY(cursor_u32le(&c, &pool->styles));
	TRY(cursor_u32le(&c, &flags));
	TRY(cursor_u32le(&c, &layout->strings_at));
	TRY(cursor_u32le(&c, &layout->styles_at));
	pool->header = header;
	pool->utf8 = flags & FLAG_UTF8;
	uint64_t table = (uint64_t)header + 4 * ((uint64_t)pool->count + pool->styles);
	pool->crowded = pool->count && table > layout->strings_at;
	return OK;
}

/* The end of the string data: the styles, or the end of the chunk. */
static RESULT find_end(const struct stringpool *pool, const struct layout *layout,
                       enum diag malformed, uint64_t *end)
{
	uint64_t origin = pool->chunk.origin;

	*end = pool->chunk.size;
	if (!pool->styles)
		return OK;
	if (layout->styles_at >= pool->chunk.size - 2)
		REFUSE(malformed, origin + 24, "string pool: stylesStart 0x%x is past the chunk",
		       layout->styles_at);
	if (layout->styles_at <= layout->strings_at)
		REFUSE(malformed, origin + 24,
		       "string pool: stylesStart 0x%x is not behind the strings at 0x%x",
		       layout->styles_at, layout->strings_at);
	*end = layout->styles_at;
	return OK;
}

static RESULT open_strings(struct stringpool *pool, const struct layout *layout,
                           enum diag malformed)
{
	uint64_t origin = pool->chunk.origin, end;
	size_t unit = pool->utf8 ? 1 : 2;

	if (pool->header + 4 * (uint64_t)pool->count > pool->chunk.size)
		REFUSE(malformed, origin + 8, "string pool: %u strings do not fit the chunk",
		       pool->count);
	if (layout->strings_at >= pool->chunk.size - 2)
		REFUSE(malformed, origin + 20, "string pool: stringsStart 0x%x is past the chunk",
		       layout->strings_at);
	TRY(find_end(pool, layout, malformed, &end));
	uint64_t len = (end - layout->strings_at) / unit * unit;
	if (!len)
		REFUSE(malformed, origin + 20, "string pool: no room for strings");
	TRY(cursor_slice(&pool->chunk, layout->strings_at, len, &pool->strings));
	const uint8_t *last = pool->strings.data + len - unit;
	if (last[0] || (!pool->utf8 && last[1]))
		REFUSE(malformed, origin + layout->strings_at + len - unit,
		       "string pool: the last string is not terminated");
	return OK;
}

/* The style data must end with a span of 0xffffffff; styles themselves are not needed. */
static RESULT check_styles(const struct stringpool *pool, const struct layout *layout,
                           enum diag malformed)
{
	static const uint8_t end[SPAN_END_LEN] = {255, 255, 255, 255, 255, 255,
	                                          255, 255, 255, 255, 255, 255};
	uint64_t size = pool->chunk.size, at = layout->styles_at;
	struct cursor tail;

	if (at >= size)
		REFUSE(malformed, pool->chunk.origin + 24,
		       "string pool: stylesStart 0x%x is past the chunk", layout->styles_at);
	uint64_t words = (size - at) / 4;
	if (words < 3)
		REFUSE(malformed, pool->chunk.origin + at,
		       "string pool: styles are not terminated");
	TRY(cursor_slice(&pool->chunk, at + 4 * (words - 3), SPAN_END_LEN, &tail));
	if (memcmp(tail.data, end, sizeof end) != 0)
		REFUSE(malformed, tail.origin, "string pool: styles are not terminated");
	return OK;
}

struct result stringpool_open(struct cursor chunk, enum diag malformed, struct arena *arena,
                              struct stringpool *out)
{
	struct layout layout;

	*out = (struct stringpool){.chunk = chunk, .arena = arena};
	if (chunk.size < HEADER_LEN)
		REFUSE(malformed, chunk.origin, "string pool: %zu bytes are less than its header",
		       chunk.size);
	TRY(read_header(out, &layout));
	if (out->header < HEADER_LEN || out->header > chunk.size)
		REFUSE(malformed, chunk.origin + 2, "string pool: header size %u", out->header);
	if (out->count) {
		TRY(open_strings(out, &layout, malformed));
		ALLOC(out->read, arena, out->count);
	}
	if (out->styles)
		TRY(check_styles(out, &layout, malformed));
	return OK;
}

/* Collects UTF-8; with no room it only counts. */
struct writer {
	char *data;
	size_t len;
	uint32_t high; /* a high surrogate that waits for its partner, or 0 */
};

static void put_byte(struct writer *w, uint32_t byte)
{
	if (w->data)
		w->data[w->len] = (char)byte;
	w->len++;
}

static void put_encoded(struct writer *w, uint32_t point)
{
	if (point && point < 0x80) {
		put_byte(w, point);
	} else if (point < 0x800) {
		put_byte(w, 0xc0 | point >> 6);
		put_byte(w, 0x80 | (point & 0x3f));
	} else if (point < 0x10000) {
		put_byte(w, 0xe0 | point >> 12);
		put_byte(w, 0x80 | (point >> 6 & 0x3f));
		put_byte(w, 0x80 | (point & 0x3f));
	} else {
		put_byte(w, 0xf0 | (point >> 18 & 7));
		put_byte(w, 0x80 | (point >> 12 & 0x3f));
		put_byte(w, 0x80 | (point >> 6 & 0x3f));
		put_byte(w, 0x80 | (point & 0x3f));
	}
}

static void put_flush(struct writer *w)
{
	if (w->high)
		put_encoded(w, w->high);
	w->high = 0;
}

static void put_point(struct writer *w, uint32_t point)
{
	if (w->high && point >= 0xdc00 && point <= 0xdfff) {
		point = 0x10000 + ((w->high - 0xd800) << 10) + (point - 0xdc00);
		w->high = 0;
	}
	put_flush(w);
	if (point >= 0xd800 && point <= 0xdbff)
		w->high = point;
	else
		put_encoded(w, point);
}

/* A string as it lies in the pool. */
struct stored {
	const uint8_t *data;
	size_t len; /* in units of the pool */
	bool utf8;
};

/* Length of a character by its first byte, as the platform's unchecked decoder takes it. */
static size_t lenient_len(uint8_t first)
{
	return ((0xe5000000U >> (first >> 3 & 0x1e)) & 3) + 1;
}

static uint32_t lenient_point(const uint8_t *s, size_t len)
{
	static const uint8_t mask[] = {0, 0xff, 0x1f, 0x0f, 0x07};
	uint32_t point = s[0] & mask[len];

	for (size_t i = 1; i < len; i++)
		point = point << 6 | (s[i] & 0x3f);
	return point;
}

static void write_stored(const struct stored *s, struct writer *w)
{
	size_t step;

	for (size_t i = 0; i < s->len; i += step) {
		step = s->utf8 ? lenient_len(s->data[i]) : 1;
		if (s->utf8)
			put_point(w, lenient_point(s->data + i, step));
		else
			put_point(w, s->data[2 * i] | (uint32_t)s->data[2 * i + 1] << 8);
	}
	put_flush(w);
}

/* UTF-16 units that UTF-8 takes, or SIZE_MAX when a character is cut off at the end. */
static size_t measure_utf8(const uint8_t *s, size_t len)
{
	size_t units = 0;

	for (size_t i = 0; i < len;) {
		size_t step = lenient_len(s[i]);
		if (step > len - i)
			return SIZE_MAX;
		units += lenient_point(s + i, step) > 0xffff ? 2 : 1;
		i += step;
	}
	return units;
}

/* A length of one or two units; false at the end of the data. */
static bool decode_length(const struct stringpool *pool, size_t *at, size_t *out)
{
	const uint8_t *d = pool->strings.data;
	size_t unit = pool->utf8 ? 1 : 2, left = (pool->strings.size - *at) / unit;

	if (!left)
		return false;
	uint32_t high = pool->utf8 ? d[*at] : d[*at] | (uint32_t)d[*at + 1] << 8;
	uint32_t flag = pool->utf8 ? 0x80 : 0x8000;
	*at += unit;
	*out = high;
	if (!(high & flag))
		return true;
	if (left < 2)
		return false;
	uint32_t low = pool->utf8 ? d[*at] : d[*at] | (uint32_t)d[*at + 1] << 8;
	*out = (size_t)(high & (flag - 1)) << (8 * unit) | low;
	*at += unit;
	return true;
}

static bool locate_utf16(const struct stringpool *pool, size_t at, struct stored *out)
{
	size_t len;

	at &= ~(size_t)1;
	if (at + 2 >= pool->strings.size || !decode_length(pool, &at, &len))
		return false;
	const uint8_t *data = pool->strings.data + at;
	size_t left = (pool->strings.size - at) / 2;
	if (len >= left || data[2 * len] || data[2 * len + 1])
		return false;
	*out = (struct stored){data, len, false};
	return true;
}

static bool locate_utf8(const struct stringpool *pool, size_t at, struct stored *out)
{
	size_t units, len;

	if (at + 1 >= pool->strings.size || !decode_length(pool, &at, &units) ||
	    !decode_length(pool, &at, &len))
		return false;
	const uint8_t *data = pool->strings.data + at;
	size_t left = pool->strings.size - at;
	/* Old build tools cut lengths above 0x7fff; the platform tries the longer ones. */
	while (len < left && data[len])
		len += 0x8000;
	if (len >= left)
		return false;
	size_t measured = measure_utf8(data, len);
	if (measured == SIZE_MAX || (measured & 0x7fff) != units)
		return false;
	*out = (struct stored){data, len, true};
	return true;
}

static RESULT store(struct stringpool *pool, const struct stored *stored, const char **out)
{
	struct writer count = {0}, writer = {0};

	write_stored(stored, &count);
	ALLOC(writer.data, pool->arena, count.len + 1);
	write_stored(stored, &writer);
	*out = writer.data;
	return OK;
}

struct result stringpool_find(struct stringpool *pool, uint32_t index, const char **out)
{
	struct cursor c = pool->chunk;
	struct stored stored;
	uint32_t at;

	*out = NULL;
	if (index >= pool->count)
		return OK;
	if (!pool->read[index]) {
		TRY(cursor_seek(&c, pool->header + 4 * (uint64_t)index));
		TRY(cursor_u32le(&c, &at));
		if (at >= pool->strings.size)
			return OK;
		if (!(pool->utf8 ? locate_utf8(pool, at, &stored)
		                 : locate_utf16(pool, at, &stored)))
			return OK;
		TRY(store(pool, &stored, &pool->read[index]));
	}
	*out = pool->read[index];
	return OK;
}
