/* path.c - clean, unique paths, and the names that are reported. */
#include "intake/path.h"

#include <string.h>

enum {
	NAME_KEPT = 1024, /* bytes of a cut name that stay */
	NAME_LONG = 4096, /* longer names are cut, and reported */
};

static bool ends_in_number(const uint8_t *name, size_t len, size_t *mark)
{
	size_t at = len;

	while (at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9')
		at--;
	*mark = at - 1;
	return at < len && at > 0 && name[at - 1] == '#';
}

/* The escaped form of the byte at `at`, or NULL if it stands for itself. */
static const char *escape(const uint8_t *name, size_t len, size_t at, size_t mark)
{
	if (name[at] == '\\')
		return "\\u{5c}";
	if (name[at] == '!' && at + 1 < len && name[at + 1] == '/')
		return "\\u{21}";
	return at == mark ? "\\u{23}" : NULL;
}

static void add_name(struct text *out, const uint8_t *name, size_t len)
{
	size_t mark, plain = 0;

	if (!ends_in_number(name, len, &mark))
		mark = SIZE_MAX;
	for (size_t i = 0; i < len; i++) {
		const char *escaped = escape(name, len, i, mark);
		if (!escaped)
			continue;
		text_clean(out, name + plain, i - plain);
		text_puts(out, escaped);
		plain = i + 1;
	}
	text_clean(out, name + plain, len - plain);
}

void path_add(struct text *out, const char *parent, const uint8_t *name, size_t len, uint32_t index,
              uint32_t ordinal)
{
	if (*parent) {
		text_puts(out, parent);
		text_puts(out, "!/");
	}
	if (!len)
		text_puts(out, "\\{empty}");
	if (len > NAME_LONG) {
		add_name(out, name, NAME_KEPT);
		text_printf(out, "\\{%zu bytes, entry %u}", len, (unsigned)index);
		return;
	}
	add_name(out, name, len);
	if (ordinal > 1)
		text_printf(out, "#%u", (unsigned)ordinal);
}

/* A double-byte character of GBK (GB/T 18030, the two-byte part). */
static bool gbk_pair(const uint8_t *name, size_t len)
{
	return len > 1 && name[0] >= 0x81 && name[0] <= 0xfe && name[1] >= 0x40 &&
	       name[1] != 0x7f && name[1] != 0xff;
}

/* UTF-8 that is not allowed, and that sloppy decoders take for a dot or a slash. */
static bool overlong(const uint8_t *name, size_t len)
{
	return len > 1 && name[0] == 0xc0 && (name[1] == 0xae || name[1] == 0xaf);
}

/* Old Chinese tools write names in GBK without saying so; that is common and harmless. */
static bool is_gbk(const uint8_t *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (name[i] < 0x80) {
			if (name[i] < 0x20 || name[i] == 0x7f)
				return false;
			continue;
		}
		if (!gbk_pair(name + i, len - i) || overlong(name + i, len - i))
			return false;
		i++;
	}
	return true;
}

/* How many bytes from the start are well-formed UTF-8. */
static size_t utf8_span(const uint8_t *name, size_t len)
{
	size_t at = 0, used;
	uint32_t point;

	while (at < len && (used = text_decode(name + at, len - at, &point)))
		at += used;
	return at;
}

/* UTF-8 to the end, but for a last character that is cut off. */
static bool cut_utf8(const uint8_t *name, size_t len)
{
	size_t at = utf8_span(name, len), left = len - at;

	if (left == 0 || left > 3 || name[at] < 0xc2 || name[at] > 0xf4)
		return false;
	for (size_t i = 1; i < left; i++) {
		if ((name[at + i] & 0xc0) != 0x80)
			return false;
	}
	return name[at] >= 0xe0 || left == 1;
}

static const char *unsafe_bytes(const uint8_t *name, size_t len)
{
	if (memchr(name, '\0', len))
		return "holds a NUL byte";
	if (memchr(name, '\\', len))
		return "holds a backslash";
	for (size_t i = 0; i < len; i++) {
		if (name[i] < 0x20 || name[i] == 0x7f)
			return "holds control characters";
	}
	if (text_is_clean(name, len))
		return NULL;
	bool utf8 = utf8_span(name, len) == len;
	return utf8 || cut_utf8(name, len) || !is_gbk(name, len) ? "is not printable text" : NULL;
}

static const char *unsafe_part(const uint8_t *part, size_t len, bool last)
{
	if (len == 0)
		return last ? NULL : "has an empty part";
	if (len == 1 && part[0] == '.')
		return "has the part '.'";
	if (len == 2 && part[0] == '.' && part[1] == '.')
		return "climbs with '..'";
	if (last && (part[len - 1] == '.' || part[len - 1] == ' '))
		return "ends in a dot or a space";
	return NULL;
}

static const char *unsafe_parts(const uint8_t *name, size_t len)
{
	size_t start = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && name[i] != '/')
			continue;
		const char *why = unsafe_part(name + start, i - start, i == len);
		if (why)
			return why;
		start = i + 1;
	}
	return NULL;
}

static bool alphanumeric(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* Characters that HTML and XML take for markup. */
static bool markup(const uint8_t *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '<' || name[i] == '>' || name[i] == '"')
			return true;
		if (name[i] != '&')
			continue;
		size_t end = i + 1;
		while (end < len && (alphanumeric(name[end]) || name[end] == '#'))
			end++;
		if (end < len && end > i + 1 && name[end] == ';')
			return true;
	}
	return false;
}

const char *path_unsafe(const uint8_t *name, size_t len)
{
	if (len == 0)
		return "is empty";
	if (len > NAME_LONG)
		return "is longer than any file system allows";
	if (name[0] == '/')
		return "is absolute";
	if (len > 1 && name[1] == ':' && (name[0] | 0x20) >= 'a' && (name[0] | 0x20) <= 'z')
		return "begins like a drive letter";
	const char *why = unsafe_bytes(name, len);
	if (!why)
		why = unsafe_parts(name, len);
	return !why && markup(name, len) ? "holds markup" : why;
}

const char *path_brief(const uint8_t *name, size_t len, char out[PATH_BRIEF])
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD, for NUL */
	size_t kept = len < 64 ? len : 64, used = 0;

	/* do not cut a character in two */
	while (kept < len && kept > 60 && (name[kept] & 0xc0) == 0x80)
		kept--;
	for (size_t i = 0; i < kept && used < PATH_BRIEF - 8; i++) {
		size_t size = name[i] ? 1 : sizeof replacement - 1;
		memcpy(out + used, name[i] ? (const void *)&name[i] : replacement, size);
		used += size;
	}
	memcpy(out + used, kept < len ? "..." : "\0\0\0", 4);
	return out;
}
