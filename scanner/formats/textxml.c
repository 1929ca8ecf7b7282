/* textxml.c - the filter for text XML, and libxml2 behind it. */
#include "formats/textxml.h"

#include <libxml/parser.h>
#include <string.h>

#include "formats/axml.h"
#include "intake/limits.h"

enum { LEVELS_MAX = 200, ATTRIBUTES_MAX = 1000, NAME_LEN_MAX = 1000 };

/* The text as UTF-8 without its declaration, and a position in it. */
struct scan {
	const char *text;
	size_t len, at;
	unsigned depth;
	bool element; /* there was an element */
	struct facts *facts;
};

bool textxml_begins(struct cursor body)
{
	static const uint8_t boms[][3] = {{0xef, 0xbb, 0xbf}, {0xff, 0xfe, 0}, {0xfe, 0xff, 0}};
	size_t at = 0;

	if (body.size >= 2 &&
	    (memcmp(body.data, boms[1], 2) == 0 || memcmp(body.data, boms[2], 2) == 0))
		return true;
	if (body.size >= 3 && memcmp(body.data, boms[0], 3) == 0)
		at = 3;
	while (at < body.size && body.data[at] && strchr(" \t\r\n", body.data[at]))
		at++;
	return at < body.size && body.data[at] == '<';
}

static void put_utf8(struct text *out, uint32_t point)
{
	char bytes[4];
	size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = len - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (point & 0x3f));
		point >>= 6;
	}
	bytes[0] = (char)(lead[len] | point);
	text_add(out, bytes, len);
}

static RESULT from_utf16(struct cursor c, bool big, struct text *out)
{
	uint16_t unit, low;

	ENSURE(c.size % 2 == 0, XML_ENCODING, c.size, "UTF-16 text of an odd number of bytes");
	TRY(cursor_seek(&c, 2));
	while (cursor_left(&c)) {
		uint64_t at = cursor_at(&c);
		TRY(big ? cursor_u16be(&c, &unit) : cursor_u16le(&c, &unit));
		if (unit < 0xd800 || unit > 0xdfff) {
			put_utf8(out, unit);
			continue;
		}
		ENSURE(unit < 0xdc00 && cursor_left(&c), XML_ENCODING, at, "unpaired surrogate");
		TRY(big ? cursor_u16be(&c, &low) : cursor_u16le(&c, &low));
		ENSURE(low >= 0xdc00 && low <= 0xdfff, XML_ENCODING, at, "unpaired surrogate");
		put_utf8(out, 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (low - 0xdc00U));
	}
	return OK;
}

static void from_latin1(const uint8_t *bytes, size_t len, struct text *out)
{
	for (size_t i = 0; i < len; i++)
		put_utf8(out, bytes[i]);
}

/* How the bytes of a declared encoding are taken. */
enum encoding { ENCODING_UTF8, ENCODING_LATIN1, ENCODING_ASCII_ONLY, ENCODING_UNREAD };

static enum encoding encoding_of(const char *name, size_t len)
{
	static const struct {
		const char *name;
		enum encoding encoding;
	} known[] = {
		{"UTF-8", ENCODING_UTF8},
		{"UTF8", ENCODING_UTF8},
		{"US-ASCII", ENCODING_ASCII_ONLY},
		{"ASCII", ENCODING_ASCII_ONLY},
		{"ISO-8859-1", ENCODING_LATIN1},
		{"LATIN1", ENCODING_LATIN1},
		{"GBK", ENCODING_ASCII_ONLY},
		{"GB2312", ENCODING_ASCII_ONLY},
		{"GB18030", ENCODING_ASCII_ONLY},
		{"BIG5", ENCODING_ASCII_ONLY},
		{"WINDOWS-1252", ENCODING_ASCII_ONLY},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strlen(known[i].name) == len && strncasecmp(known[i].name, name, len) == 0)
			return known[i].encoding;
	}
	return ENCODING_UNREAD;
}

/* The XML declaration ends at `end`; finds the encoding that it names. */
static RESULT declared_encoding(const char *text, size_t end, enum encoding *out)
{
	const char *found = memmem(text, end, "encoding", 8);
	size_t at;

	*out = ENCODING_UTF8;
	if (!found)
		return OK;
	at = (size_t)(found - text) + 8;
	while (at < end && strchr(" \t\r\n=", text[at]))
		at++;
	ENSURE(at < end && (text[at] == '"' || text[at] == '\''), XML_PARSE, at,
	       "XML declaration: the encoding is not quoted");
	const char *close = memchr(text + at + 1, text[at], end - at - 1);
	ENSURE(close, XML_PARSE, at, "XML declaration: the encoding is not closed");
	*out = encoding_of(text + at + 1, (size_t)(close - text) - at - 1);
	ENSURE(*out != ENCODING_UNREAD, XML_ENCODING, at, "an encoding that is not read");
	return OK;
}

/* Length of the XML declaration, 0 for none. */
static RESULT declaration_len(const char *text, size_t len, size_t *out)
{
	const char *end;

	*out = 0;
	if (len < 6 || memcmp(text, "<?xml", 5) != 0 || !strchr(" \t\r\n", text[5]))
		return OK;
	end = memmem(text, len, "?>", 2);
	ENSURE(end, XML_PARSE, 0, "the XML declaration is not closed");
	*out = (size_t)(end - text) + 2;
	return OK;
}

static RESULT decode_bytes(struct cursor body, struct text *out)
{
	const char *text = (const char *)body.data;
	enum encoding encoding;
	size_t declared;

	if (body.size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		body.size -= 3;
	}
	TRY(declaration_len(text, body.size, &declared));
	TRY(declared_encoding(text, declared, &encoding));
	for (size_t i = declared; encoding == ENCODING_ASCII_ONLY && i < body.size; i++)
		ENSURE((unsigned char)text[i] < 0x80, XML_ENCODING, i,
		       "a byte outside ASCII in an encoding that is not read");
	if (encoding == ENCODING_LATIN1)
		from_latin1((const uint8_t *)text + declared, body.size - declared, out);
	else
		text_add(out, text + declared, body.size - declared);
	return OK;
}

static RESULT decode(struct cursor body, struct text *out)
{
	size_t declared;

	if (body.size < 2 ||
	    (memcmp(body.data, "\xff\xfe", 2) != 0 && memcmp(body.data, "\xfe\xff", 2) != 0))
		return decode_bytes(body, out);
	TRY(from_utf16(body, body.data[0] == 0xfe, out));
	TRY(declaration_len(out->data ? out->data : "", out->len, &declared));
	if (declared) {
		out->len -= declared;
		memmove(out->data, out->data + declared, out->len + 1);
	}
	return OK;
}

static bool allowed(uint32_t point)
{
	return point == '\t' || point == '\n' || point == '\r' ||
	       (point >= 0x20 && point <= 0xd7ff) || (point >= 0xe000 && point <= 0xfffd) ||
	       (point >= 0x10000 && point <= 0x10ffff);
}

static RESULT check_characters(const struct scan *s)
{
	uint32_t point;
	size_t step;

	for (size_t at = 0; at < s->len; at += step) {
		step = text_decode((const uint8_t *)s->text + at, s->len - at, &point);
		ENSURE(step, XML_ENCODING, at, "a byte that is not UTF-8");
		ENSURE(allowed(point), XML_CHAR, at, "character U+%04X", point);
	}
	return OK;
}

static bool starts(const struct scan *s, const char *with)
{
	size_t len = strlen(with);

	return s->len - s->at >= len && memcmp(s->text + s->at, with, len) == 0;
}

/* Moves behind the next `end`. */
static RESULT skip_to(struct scan *s, const char *end, const char *what)
{
	const char *found = memmem(s->text + s->at, s->len - s->at, end, strlen(end));

	ENSURE(found, XML_PARSE, s->at, "%s is not closed", what);
	s->at = (size_t)(found - s->text) + strlen(end);
	return OK;
}

/* A character reference must name a character of XML 1.0. */
static RESULT check_reference(struct scan *s)
{
	size_t at = s->at + 2;
	bool hex = at < s->len && s->text[at] == 'x';
	uint32_t point = 0;

	for (at += hex; at < s->len && s->text[at] != ';'; at++) {
		char c = s->text[at];
		uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
		                 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
		                 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
		                                        : 99;
		ENSURE(digit < (hex ? 16U : 10U), XML_PARSE, s->at,
		       "a character reference is not a number");
		point = point > 0x110000 ? point : point * (hex ? 16 : 10) + digit;
	}
	ENSURE(allowed(point), XML_CHAR, s->at, "a reference to U+%04X", point);
	s->at = at;
	return OK;
}

/* True if an entity declaration in the subset refers to something outside. */
static bool has_external(const char *subset, size_t len)
{
	const char *at = subset, *end = subset + len;

	while ((at = memmem(at, (size_t)(end - at), "<!ENTITY", 8))) {
		const char *close = memchr(at, '>', (size_t)(end - at));
		size_t span = (size_t)((close ? close : end) - at);
		if (memmem(at, span, "SYSTEM", 6) || memmem(at, span, "PUBLIC", 6))
			return true;
		at += 8;
	}
	return false;
}

/*
 * A document type may name an external subset, which is never loaded. An internal subset can
 * declare entities and is refused.
 */
static RESULT read_doctype(struct scan *s)
{
	size_t start = s->at;
	char quote = 0;

	for (; s->at < s->len; s->at++) {
		char c = s->text[s->at];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '[' || c == '>')
			break;
	}
	ENSURE(s->at < s->len, XML_PARSE, start, "the document type is not closed");
	bool subset = s->text[s->at] == '[';
	const char *head = s->text + start;
	if (memmem(head, s->at - start, "SYSTEM", 6) || memmem(head, s->at - start, "PUBLIC", 6) ||
	    (subset && has_external(s->text + s->at, s->len - s->at)))
		facts_issue(s->facts, DIAG_XML_EXTERNAL_ENTITY, start,
		            "the document type refers to something outside the file");
	ENSURE(!subset, XML_ENTITY, s->at, "the document type has an internal subset");
	s->at++;
	return OK;
}

static bool ends_name(char c)
{
	return c == '\0' || strchr(" \t\r\n/>=<\"'", c);
}

static RESULT read_name(struct scan *s)
{
	size_t start = s->at;

	while (s->at < s->len && !ends_name(s->text[s->at]))
		s->at++;
	ENSURE(s->at > start, XML_PARSE, start, "a name is missing");
	ENSURE(s->at - start <= NAME_LEN_MAX, XML_NAME, start, "a name of %zu bytes",
	       s->at - start);
	return OK;
}

static RESULT read_value(struct scan *s)
{
	size_t start = s->at;
	char quote = s->text[s->at++];

	for (; s->at < s->len && s->text[s->at] != quote; s->at++) {
		if (starts(s, "&#"))
			TRY(check_reference(s));
	}
	ENSURE(s->at < s->len, XML_PARSE, start, "an attribute value is not closed");
	s->at++;
	return OK;
}

/* The inside of a start tag, up to its end; counts attributes. */
static RESULT read_attributes(struct scan *s, size_t start)
{
	int count = 0;

	while (s->at < s->len && s->text[s->at] != '>' && !starts(s, "/>")) {
		char c = s->text[s->at];
		if (c == '"' || c == '\'') {
			TRY(read_value(s));
		} else if (strchr(" \t\r\n=", c)) {
			s->at++;
		} else {
			ENSURE(++count <= ATTRIBUTES_MAX, XML_ATTRS, s->at,
			       "an element with more than %d attributes", ATTRIBUTES_MAX);
			TRY(read_name(s));
		}
	}
	ENSURE(s->at < s->len, XML_PARSE, start, "a tag is not closed");
	return OK;
}

static RESULT read_tag(struct scan *s)
{
	size_t start = s->at++;
	bool end = s->at < s->len && s->text[s->at] == '/';

	s->at += end;
	TRY(read_name(s));
	TRY(read_attributes(s, start));
	bool single = s->text[s->at] == '/';
	s->at += single ? 2 : 1;
	s->element = true;
	if (end) {
		ENSURE(s->depth, XML_PARSE, start, "an end tag closes nothing");
		s->depth--;
	} else if (!single) {
		ENSURE(++s->depth <= LEVELS_MAX, XML_DEPTH, start,
		       "elements are nested deeper than %d", LEVELS_MAX);
	}
	return OK;
}

static RESULT read_markup(struct scan *s)
{
	if (starts(s, "<!--")) {
		s->at += 4;
		return skip_to(s, "-->", "a comment");
	}
	if (starts(s, "<![CDATA["))
		return skip_to(s, "]]>", "a CDATA section");
	if (starts(s, "<?"))
		return skip_to(s, "?>", "a processing instruction");
	if (starts(s, "<!DOCTYPE"))
		return read_doctype(s);
	return read_tag(s);
}

static RESULT filter(struct scan *s)
{
	TRY(check_characters(s));
	while (s->at < s->len) {
		if (s->text[s->at] == '<')
			TRY(read_markup(s));
		else if (starts(s, "&#"))
			TRY(check_reference(s));
		else
			s->at++;
	}
	ENSURE(s->element, XML_EMPTY, AT_NONE, "no element");
	return OK;
}

static void silent(void *state, const char *format, ...)
{
	(void)state;
	(void)format;
}

/* No handler but those for errors: nothing is built and nothing is loaded. */
static RESULT parse(const struct scan *s)
{
	xmlSAXHandler handler = {.error = silent, .fatalError = silent, .warning = silent};
	int failed = xmlSAXUserParseMemory(&handler, NULL, s->text, (int)s->len);

	ENSURE(!failed, XML_PARSE, AT_NONE, "not well formed (libxml2 error %d)", failed);
	return OK;
}

struct result textxml_check(struct cursor body, struct facts *facts)
{
	struct scan scan = {.facts = facts};
	struct text text = {0};

	ENSURE(body.size, XML_EMPTY, 0, "no byte");
	ENSURE(body.size <= limit_get(LIMIT_TEXT_XML), LIMIT_ENTRY, 0,
	       "%zu bytes of text XML are above the limit of %llu", body.size,
	       (unsigned long long)limit_get(LIMIT_TEXT_XML));
	struct result result = decode(body, &text);
	scan.text = text.data ? text.data : "";
	scan.len = text.len;
	if (result.ok)
		result = filter(&scan);
	if (result.ok)
		result = parse(&scan);
	text_free(&text);
	return result;
}

static bool bid(const struct entry *entry, struct cursor body)
{
	bool named =
		entry->name_len > 4 && memcmp(entry->name + entry->name_len - 4, ".xml", 4) == 0;

	if (!entry->container || entry->container->kind == CONTAINER_FILE)
		named = named || (body.size > 5 && memcmp(body.data, "<?xml", 5) == 0);
	return named && (!body.size || textxml_begins(body));
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	if (body.size && !textxml_begins(body))
		return OK; /* bid on its name before it was unpacked */
	return textxml_check(body, inspection->facts);
}

const struct format format_textxml = {
	.name = "textxml", .sources = 0, .bid = bid, .inspect = inspect};
