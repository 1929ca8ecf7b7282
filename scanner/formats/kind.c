/* kind.c - content kinds: a table of magic numbers, then what text looks like, then names. */
#include "formats/format.h"

#include <string.h>
#include <strings.h>

#include "crypto/der.h"
#include "formats/entries.h"

struct magic {
	const char *kind;
	size_t at;
	const char *bytes;
	size_t len;
};

#define MAGIC(kind, at, bytes) \
	{ \
		kind, at, bytes, sizeof(bytes) - 1 \
	}

/* The first that fits is the kind. */
static const struct magic magics[] = {
	MAGIC("dex", 0, "dex\n"),
	MAGIC("cdex", 0, "cdex"),
	MAGIC("odex", 0, "dey\n"),
	MAGIC("oat", 0, "oat\n"),
	MAGIC("vdex", 0, "vdex"),
	MAGIC("elf", 0,
              "\x7f"
              "ELF"),
	MAGIC("macho", 0, "\xfe\xed\xfa\xce"),
	MAGIC("macho", 0, "\xfe\xed\xfa\xcf"),
	MAGIC("macho", 0, "\xce\xfa\xed\xfe"),
	MAGIC("macho", 0, "\xcf\xfa\xed\xfe"),
	MAGIC("fat", 0, "\xca\xfe\xba\xbf"),
	MAGIC("axml", 0, "\x03\x00\x08\x00"),
	MAGIC("arsc", 0, "\x02\x00\x0c\x00"),
	MAGIC("zip", 0, "PK\x03\x04"),
	MAGIC("zip", 0, "PK\x05\x06"),
	MAGIC("gzip", 0, "\x1f\x8b\x08"),
	MAGIC("7z", 0, "7z\xbc\xaf\x27\x1c"),
	MAGIC("xz", 0,
              "\xfd"
              "7zXZ\0"),
	MAGIC("bzip2", 0, "BZh"),
	MAGIC("zstd", 0, "\x28\xb5\x2f\xfd"),
	MAGIC("lz4", 0, "\x04\x22\x4d\x18"),
	MAGIC("rar", 0, "Rar!\x1a\x07"),
	MAGIC("tar", 257, "ustar"),
	MAGIC("png", 0, "\x89PNG\r\n\x1a\n"),
	MAGIC("jpeg", 0, "\xff\xd8\xff"),
	MAGIC("gif", 0, "GIF87a"),
	MAGIC("gif", 0, "GIF89a"),
	MAGIC("webp", 8, "WEBP"),
	MAGIC("wav", 8, "WAVE"),
	MAGIC("bmp", 0, "BM"),
	MAGIC("heif", 4, "ftypheic"),
	MAGIC("heif", 4, "ftypmif1"),
	MAGIC("mp4", 4, "ftyp"),
	MAGIC("ttf", 0, "\x00\x01\x00\x00\x00"),
	MAGIC("ttf", 0, "true"),
	MAGIC("ttf", 0, "ttcf"),
	MAGIC("otf", 0, "OTTO"),
	MAGIC("woff", 0, "wOFF"),
	MAGIC("woff", 0, "wOF2"),
	MAGIC("ogg", 0, "OggS"),
	MAGIC("flac", 0, "fLaC"),
	MAGIC("mp3", 0, "ID3"),
	MAGIC("mp3", 0, "\xff\xfb"),
	MAGIC("mp3", 0, "\xff\xf3"),
	MAGIC("webm", 0, "\x1a\x45\xdf\xa3"),
	MAGIC("jks", 0, "\xfe\xed\xfe\xed\x00\x00\x00"),
	MAGIC("jceks", 0, "\xce\xce\xce\xce\x00\x00\x00"),
	MAGIC("bks", 0, "\x00\x00\x00\x01\x00\x00\x00\x14"),
	MAGIC("bks", 0, "\x00\x00\x00\x02\x00\x00\x00\x14"),
	MAGIC("bplist", 0, "bplist0"),
	MAGIC("sqlite", 0, "SQLite format 3"),
	MAGIC("wasm", 0, "\0asm"),
	MAGIC("hermes", 0, "\xc6\x1f\xbc\x03\xc1\x03\x19\x1f"),
	MAGIC("abc", 0, "PANDA\0\0\0"),
	MAGIC("luac", 0, "\x1bLua"),
	MAGIC("pdf", 0, "%PDF-"),
	MAGIC("flatbuffer", 4, "TFL3"),
	MAGIC("crx", 0, "Cr24"),
	MAGIC("putty", 0, "PuTTY-User-Key-File-"),
};

/* Words that text of a kind begins with, upper and lower case alike. */
static const struct magic openings[] = {
	MAGIC("pem", 0, "-----BEGIN "), MAGIC("html", 0, "<!DOCTYPE html"),
	MAGIC("html", 0, "<html"),      MAGIC("svg", 0, "<svg"),
	MAGIC("plist", 0, "<plist"),    MAGIC("plist", 0, "<!DOCTYPE plist"),
	MAGIC("xml", 0, "<?xml"),       MAGIC("script", 0, "#!"),
};

static const struct named {
	const char *ending, *kind;
} text_names[] = {
	{".json", "json"},   {".js", "js"},     {".mjs", "js"},    {".cjs", "js"},
	{".jsbundle", "js"}, {".bundle", "js"}, {".css", "css"},   {".html", "html"},
	{".htm", "html"},    {".xml", "xml"},   {".svg", "svg"},   {".plist", "plist"},
	{".wxml", "wxml"},   {".wxss", "css"},  {".ets", "js"},    {".ts", "js"},
	{".lua", "lua"},     {".java", "java"}, {".kt", "kotlin"}, {".properties", "properties"},
	{".yml", "yaml"},    {".yaml", "yaml"}, {".sql", "sql"},   {".md", "text"},
	{".txt", "text"},
};

static bool fits(const struct magic *magic, const struct cursor *body)
{
	return body->size >= magic->len && magic->at <= body->size - magic->len &&
	       memcmp(body->data + magic->at, magic->bytes, magic->len) == 0;
}

/* 0xcafebabe begins a Java class (then its version, 45 at least) and a fat Mach-O (then a count).
 */
static const char *cafebabe(const struct cursor *body)
{
	struct cursor c = *body;
	uint32_t magic = 0, next = 0;

	c.pos = 0;
	if (!cursor_u32be(&c, &magic).ok || magic != 0xcafebabe || !cursor_u32be(&c, &next).ok)
		return NULL;
	return (next & 0xffff) >= 45 && next >> 16 < 0x100 ? "class" : "fat";
}

/* A package of a mini program: 0xbe, twelve bytes of numbers, 0xed. */
static bool is_wxapkg(const struct cursor *body)
{
	return body->size >= 14 && body->data[0] == 0xbe && body->data[13] == 0xed;
}

/* A WAV or WEBP stands in a RIFF; a BMP needs more than its two letters. */
static bool confirmed(const struct magic *magic, const struct cursor *body)
{
	if (magic->at == 8)
		return memcmp(body->data, "RIFF", 4) == 0;
	if (strcmp(magic->kind, "bmp") == 0)
		return body->size > 26 && !body->data[6] && !body->data[7] && !body->data[8] &&
		       !body->data[9];
	if (strcmp(magic->kind, "bzip2") == 0)
		return body->size > 10 && memcmp(body->data + 4, "1AY&SY", 6) == 0;
	return true;
}

/* SEQUENCE { 3, SEQUENCE { OID 1.2.840.113549.1.7. } } */
static bool is_p12(struct cursor content)
{
	static const char oid[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";
	struct der part;

	return der_next(&content, &part).ok && der_int(&part) == 3 &&
	       der_next(&content, &part).ok && part.tag == DER_SEQUENCE &&
	       part.body.size > sizeof oid && !memcmp(part.body.data, oid, sizeof oid - 1);
}

static const char *der_kind(struct cursor body)
{
	struct der element;

	body.pos = 0;
	if (body.size < 4 || body.data[0] != DER_SEQUENCE || body.data[1] == 0x80 ||
	    !der_next(&body, &element).ok || cursor_left(&body))
		return NULL;
	return is_p12(element.body) ? "p12" : "der";
}

static const char *binary_kind(const struct cursor *body)
{
	const char *kind = cafebabe(body);

	if (kind)
		return kind;
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (fits(&magics[i], body) && confirmed(&magics[i], body))
			return magics[i].kind;
	return is_wxapkg(body) ? "wxapkg" : der_kind(*body);
}

/* The first bytes are UTF-8 without control characters. */
static bool is_text(const struct cursor *body)
{
	size_t len = body->size < 1024 ? body->size : 1024, step;
	uint32_t point;

	for (size_t at = 0; at < len; at += step) {
		step = text_decode(body->data + at, body->size - at, &point);
		if (!step || !point || (point < ' ' && !strchr("\t\n\r\f\x1b", (int)point)))
			return false;
	}
	return len > 0;
}

static size_t text_start(const struct cursor *body)
{
	size_t at = body->size >= 3 && memcmp(body->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (at < body->size && at < 256 && strchr(" \t\r\n", body->data[at]) && body->data[at])
		at++;
	return at;
}

static bool opens_with(const struct cursor *body, size_t at, const struct magic *opening)
{
	return body->size - at >= opening->len &&
	       strncasecmp((const char *)body->data + at, opening->bytes, opening->len) == 0;
}

/* XML declares itself before it says what it is. */
static const char *xml_kind(const struct cursor *body)
{
	size_t len = body->size < 512 ? body->size : 512;

	if (memmem(body->data, len, "<plist", 6) || memmem(body->data, len, "DOCTYPE plist", 13))
		return "plist";
	if (memmem(body->data, len, "<svg", 4))
		return "svg";
	return memmem(body->data, len, "<html", 5) ? "html" : "xml";
}

static const char *named_kind(const struct entry *entry)
{
	for (size_t i = 0; i < sizeof text_names / sizeof *text_names; i++) {
		const char *const ending[] = {text_names[i].ending, NULL};
		if (entry_name_ends(entry, ending))
			return text_names[i].kind;
	}
	return NULL;
}

static const char *text_kind(const struct entry *entry, const struct cursor *body)
{
	size_t at = text_start(body);
	const char *named = named_kind(entry);

	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
		if (!opens_with(body, at, &openings[i]))
			continue;
		return strcmp(openings[i].kind, "xml") == 0 ? xml_kind(body) : openings[i].kind;
	}
	if (named)
		return named;
	if (at < body->size && (body->data[at] == '{' || body->data[at] == '['))
		return "json";
	return at < body->size && body->data[at] == '<' ? "xml" : "text";
}

const char *content_kind(const struct entry *entry, struct cursor body)
{
	const char *kind;

	if (!body.size)
		return "empty";
	kind = binary_kind(&body);
	if (kind)
		return kind;
	/* UTF-16 with its mark is text in a form that is not looked into */
	if (body.size >= 2 && body.size % 2 == 0 &&
	    (!memcmp(body.data, "\xff\xfe", 2) || !memcmp(body.data, "\xfe\xff", 2)))
		return named_kind(entry) ? named_kind(entry) : "text";
	return is_text(&body) ? text_kind(entry, &body) : "data";
}
