/*
 * keytext.c - keys, certificates and key stores written as base64 or hexadecimal strings: in text,
 * in the string pools of resources and among the constants of programs.
 *
 * Text is searched for runs of digits with a table, and looked at only every RUN_MIN bytes where
 * there is none. A run is a candidate by its first bytes: a DER SEQUENCE whose length it can hold,
 * the magic number of a key store, a key of SSH, or a PEM block that was encoded once more. What
 * its parser then reads to the end gets a row; the rest is text. Runs go on over line ends, escapes
 * and strings that are joined, as in PEM blocks (pem.h); the blocks themselves are read elsewhere.
 */
#include <string.h>

#include "crypto/certificate.h"
#include "formats/digits.h"
#include "formats/keyring.h"
#include "formats/keystore.h"
#include "intake/limits.h"

/* Digits in a row before the first escape or line end; in programs, whose long names are all of
 * digits, as many as the shortest key has less its length and padding; bytes of the largest
 * structure; bytes at the start that make a candidate. */
enum { RUN_MIN = 24, PROGRAM_RUN_MIN = 48, STRUCTURE_MAX = 4 << 20, HEAD_LEN = 16 };

/* Digits are decoded for candidates that come to nothing, too: so many times the text, at most. */
enum { WORK_FACTOR = 4, WORK_MIN = 1 << 20 };

struct scan {
	const struct inspection *inspection;
	struct cursor text;
	unsigned width; /* bytes of a character */
	size_t run_min;
	bool binary;
	uint64_t count;
	size_t counted; /* bytes whose line ends are in `line` */
	uint64_t line;
	size_t work; /* digits that may still be decoded */
};

/* A digit of either alphabet of base64, which those of hexadecimal are among; or a backslash, which
 * begins an escape between digits. */
enum { DIGIT = 1, ESCAPE = 2 };
static const uint8_t kinds[256] = {
	['A'] = 1, ['B'] = 1, ['C'] = 1,      ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1,
	['I'] = 1, ['J'] = 1, ['K'] = 1,      ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1,
	['Q'] = 1, ['R'] = 1, ['S'] = 1,      ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1,
	['Y'] = 1, ['Z'] = 1, ['a'] = 1,      ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
	['g'] = 1, ['h'] = 1, ['i'] = 1,      ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1,
	['o'] = 1, ['p'] = 1, ['q'] = 1,      ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1,
	['w'] = 1, ['x'] = 1, ['y'] = 1,      ['z'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1,
	['4'] = 1, ['5'] = 1, ['6'] = 1,      ['7'] = 1, ['8'] = 1, ['9'] = 1, ['+'] = 1, ['/'] = 1,
	['-'] = 1, ['_'] = 1, ['\\'] = ESCAPE};

static bool digit_at(const struct scan *scan, size_t at)
{
	return kinds[scan->text.data[at]] && (scan->width == 1 || !scan->text.data[at + 1]);
}

/* The next run of `run_min` digits, from `at` on; SIZE_MAX if there is none. */
static size_t find_run(const struct scan *scan, size_t at)
{
	size_t width = scan->width, span = scan->run_min * width;

	while (at <= scan->text.size && scan->text.size - at >= span) {
		size_t back = at + span - width;
		while (digit_at(scan, back)) {
			if (back == at)
				return at;
			back -= width;
		}
		at = back + width;
	}
	return SIZE_MAX;
}

static size_t end_of_run(const struct scan *scan, size_t at)
{
	while (at + scan->width <= scan->text.size && digit_at(scan, at))
		at += scan->width;
	return at;
}

/* Digits as they come in, of one encoding. */
struct digits {
	struct cursor c;
	bool hex;
	uint32_t pending;
	unsigned bits;
};

static int next_digit(struct digits *digits)
{
	struct cursor before;
	int symbol, value;

	for (size_t len = pem_space(&digits->c); len; len = pem_space(&digits->c))
		digits->c.pos += len;
	before = digits->c;
	symbol = pem_symbol(&digits->c);
	value = symbol < 0 || symbol > 0xff ? -1
	        : digits->hex               ? digits_hex(symbol)
	                                    : digits_base64(symbol);
	if (value < 0)
		digits->c = before;
	return value;
}

/* The next byte, or -1. */
static int next_byte(struct digits *digits)
{
	unsigned step = digits->hex ? 4 : 6;

	while (digits->bits < 8) {
		int value = next_digit(digits);
		if (value < 0)
			return -1;
		digits->pending = (digits->pending << step | (uint32_t)value) & 0xffff;
		digits->bits += step;
	}
	digits->bits -= 8;
	return (int)(digits->pending >> digits->bits & 0xff);
}

/* What a candidate may be, by its first bytes. */
enum guess { GUESS_NONE, GUESS_DER, GUESS_STORE, GUESS_SSH, GUESS_SSH_PUBLIC, GUESS_PEM };

static bool begins(const uint8_t head[HEAD_LEN], const char *bytes, size_t len)
{
	return memcmp(head, bytes, len) == 0;
}

/* The size of a SEQUENCE with its header; 0 if it is none, or larger than is read. */
static size_t der_size(const uint8_t head[HEAD_LEN])
{
	size_t octets = head[1] & 0x7f, len = 0;

	if (head[0] != DER_SEQUENCE)
		return 0;
	if (!(head[1] & 0x80))
		return (size_t)head[1] + 2;
	if (octets < 1 || octets > 3)
		return 0;
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | head[2 + i];
	return len >= 0x80 && len <= STRUCTURE_MAX ? len + 2 + octets : 0;
}

/* All that is looked for begins with a SEQUENCE or a small INTEGER, or an RSA key's modulus. */
static bool is_structure(const uint8_t head[HEAD_LEN])
{
	size_t size = der_size(head), at = head[1] & 0x80 ? 2 + (size_t)(head[1] & 0x7f) : 2;

	return size >= 40 &&
	       (head[at] == DER_SEQUENCE || head[at] == DER_INTEGER || head[at] == DER_OID);
}

static enum guess guess_of(const uint8_t head[HEAD_LEN])
{
	if (head[0] == DER_SEQUENCE)
		return is_structure(head) ? GUESS_DER : GUESS_NONE;
	if (begins(head, "\xfe\xed\xfe\xed\0\0\0", 7) ||
	    begins(head, "\xce\xce\xce\xce\0\0\0", 7) || begins(head, "\0\0\0\1\0\0\0\x14", 8) ||
	    begins(head, "\0\0\0\2\0\0\0\x14", 8))
		return GUESS_STORE;
	if (begins(head, "openssh-key-v1", 15))
		return GUESS_SSH;
	if (begins(head, "\0\0\0\7ssh-", 8) || begins(head, "\0\0\0\13ssh-", 8) ||
	    begins(head, "\0\0\0\23ecdsa-", 10))
		return GUESS_SSH_PUBLIC;
	return begins(head, "-----BEGIN ", 11) ? GUESS_PEM : GUESS_NONE;
}

/* The first digits of all of these, so that few runs are decoded at all. */
static bool may_begin(const uint8_t *at, unsigned width, bool *hex)
{
	uint8_t first = at[0], second = at[width];

	*hex = (first == '3' && second == '0') ||
	       ((first | 0x20) == 'f' && (second | 0x20) == 'e') ||
	       ((first | 0x20) == 'c' && (second | 0x20) == 'e') ||
	       (first == '2' && (second | 0x20) == 'd') || (first == '0' && second == '0') ||
	       (first == '6' && (second | 0x20) == 'f');
	if (*hex)
		return true;
	return (first == 'M' && second >= 'A' && second <= 'I') ||
	       (first == '/' && second == 'u') || (first == '_' && second == 'u') ||
	       (first == 'z' && second == 's') || (first == 'A' && second == 'A') ||
	       (first == 'b' && second == '3') || (first == 'L' && second == 'S');
}

/* Characters of two bytes as one each, up to the first that is not ASCII or the end of the string.
 */
static size_t narrow(const struct scan *scan, size_t at, uint8_t *out, size_t room)
{
	const uint8_t *data = scan->text.data;
	size_t len = 0;

	for (; at + 2 <= scan->text.size && data[at] && !data[at + 1]; at += 2, len++) {
		if (out && len < room)
			out[len] = data[at];
		else if (len == room)
			break;
	}
	return len;
}

struct candidate {
	size_t at;
	struct digits digits;
	enum guess guess;
	uint8_t head[HEAD_LEN];
};

static bool read_head(struct digits digits, struct candidate *candidate)
{
	for (int i = 0; i < HEAD_LEN; i++) {
		int byte = next_byte(&digits);
		if (byte < 0)
			return false;
		candidate->head[i] = (uint8_t)byte;
	}
	candidate->guess = guess_of(candidate->head);
	return candidate->guess != GUESS_NONE;
}

/* Decodes a candidate: so many bytes, or for SIZE_MAX as many as there are. */
static RESULT decode(struct scan *scan, struct candidate *candidate, size_t size,
                     struct cursor *out)
{
	struct digits again = candidate->digits;
	size_t count = 0;
	uint8_t *bytes;

	while (count < size && count < scan->work && next_byte(&candidate->digits) >= 0)
		count++;
	scan->work -= count;
	*out = (struct cursor){0};
	if (size != SIZE_MAX && count < size)
		return OK;
	ALLOC(bytes, scan->inspection->arena, count + 1);
	for (size_t i = 0; i < count; i++)
		bytes[i] = (uint8_t)next_byte(&again);
	*out = cursor_over(bytes, count, DIAG_KEY_PARSE);
	return OK;
}

/* A structure ends where its digits end. */
static bool ends_here(const struct digits *digits)
{
	const struct cursor *c = &digits->c;
	uint8_t next = cursor_left(c) ? c->data[c->pos] : 0;

	return digits->hex ? digits_hex(next) < 0 : kinds[next] != DIGIT;
}

static bool confirm_key(const struct inspection *inspection, struct cursor der, enum key_form form,
                        const struct place *place)
{
	struct key key = {.spki.bits = -1};

	if (!keys_read(der, form, inspection->arena, &key).ok || !key.spki.known)
		return false;
	key_row(inspection, &key, place);
	return true;
}

static bool is_signed(struct cursor der)
{
	struct der sequence, oid;

	return der_expect(&der, DER_SEQUENCE, "", &sequence).ok &&
	       der_expect(&sequence.body, DER_OID, "", &oid).ok &&
	       DER_IS(&oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02");
}

static bool confirm_der(const struct inspection *inspection, struct cursor der,
                        const struct place *place)
{
	struct certificate parts;
	enum key_form form;
	size_t len = 0;

	if (!der_check(der, &len).ok || len != der.size)
		return false;
	form = keys_form(der);
	if (form != KEY_FORM_NONE)
		return confirm_key(inspection, der, form, place);
	if (pkcs12_bid(der))
		pkcs12_facts(inspection, der, place);
	else if (certificate_bid(der) && certificate_split(der, &parts).ok)
		keyring_certificate(inspection, der, place);
	else if (is_signed(der))
		x509_signed_facts(inspection, der, place);
	else
		return false;
	return true;
}

static bool confirm(const struct inspection *inspection, enum guess guess, struct cursor bytes,
                    const struct place *place, struct result *read)
{
	switch (guess) {
	case GUESS_DER:
		return confirm_der(inspection, bytes, place);
	case GUESS_STORE:
		if (jks_bid(bytes))
			jks_facts(inspection, bytes, place);
		else if (bks_bid(bytes))
			bks_facts(inspection, bytes, place);
		else
			return false;
		return true;
	case GUESS_SSH:
		return confirm_key(inspection, bytes, KEY_OPENSSH, place);
	case GUESS_SSH_PUBLIC:
		return confirm_key(inspection, bytes, KEY_SSH_PUBLIC, place);
	case GUESS_PEM:
		*read = pem_facts(inspection, bytes, place);
		return true;
	case GUESS_NONE:
		break;
	}
	return false;
}

static uint64_t line_of(struct scan *scan, size_t at)
{
	if (scan->binary)
		return 0;
	for (; scan->counted < at; scan->counted++)
		scan->line += scan->text.data[scan->counted] == '\n';
	return scan->line + 1;
}

static RESULT read_candidate(struct scan *scan, struct candidate *candidate, bool *found)
{
	size_t size = candidate->guess == GUESS_DER ? der_size(candidate->head) : SIZE_MAX;
	struct place place = {.offset = scan->text.origin + candidate->at,
	                      .encoding = candidate->digits.hex ? "hex" : "base64"};
	struct result read = OK;
	struct cursor bytes;

	*found = false;
	TRY(decode(scan, candidate, size, &bytes));
	ENSURE(scan->work, KEY_COUNT, place.offset,
	       "too many strings that look like keys and are none");
	if (!bytes.data || (size != SIZE_MAX && !ends_here(&candidate->digits)))
		return OK;
	place.line = line_of(scan, candidate->at);
	*found = confirm(scan->inspection, candidate->guess, bytes, &place, &read);
	TRY(read);
	ENSURE(!*found || scan->count++ < limit_get(LIMIT_CERTIFICATES), KEY_COUNT, place.offset,
	       "more than %llu keys and certificates as strings",
	       (unsigned long long)limit_get(LIMIT_CERTIFICATES));
	return OK;
}

static uint8_t before(const struct scan *scan, size_t at, unsigned characters)
{
	return at >= characters * scan->width ? scan->text.data[at - characters * scan->width] : 0;
}

/* The body of a PEM block, which is read as such: five dashes stand before it. */
static bool follows_dashes(const struct scan *scan, size_t at)
{
	for (int i = 0; i < 16; i++) {
		uint8_t last = before(scan, at, 1);
		if (last && strchr(" \t\r\n\"'`,;+\\", last))
			at -= scan->width;
		else if ((last == 'n' || last == 'r') && before(scan, at, 2) == '\\')
			at -= 2 * scan->width;
		else
			break;
	}
	for (unsigned i = 1; i <= 5; i++)
		if (before(scan, at, i) != '-')
			return false;
	return true;
}

/* The window from which digits are read; those of two bytes are copied for it. */
static RESULT open_window(struct scan *scan, struct candidate *candidate)
{
	size_t room = scan->text.size - candidate->at;
	uint8_t *bytes;

	if (scan->width == 1)
		return cursor_slice(&scan->text, candidate->at, room, &candidate->digits.c);
	room = narrow(scan, candidate->at, NULL, 2 * STRUCTURE_MAX);
	ENSURE(room < scan->work, KEY_COUNT, scan->text.origin + candidate->at,
	       "too many strings that look like keys and are none");
	scan->work -= room;
	ALLOC(bytes, scan->inspection->arena, room + 1);
	narrow(scan, candidate->at, bytes, room);
	candidate->digits.c = cursor_over(bytes, room, DIAG_KEY_PARSE);
	return OK;
}

static bool is_candidate(const struct scan *scan, size_t at, struct candidate *candidate)
{
	uint8_t head[4 * RUN_MIN];
	struct cursor window;
	size_t left = (scan->text.size - at) / scan->width;
	bool hex;

	if (left < RUN_MIN || !may_begin(scan->text.data + at, scan->width, &hex))
		return false;
	*candidate = (struct candidate){.at = at, .digits.hex = hex};
	left = left < sizeof head ? left : sizeof head;
	if (scan->width == 1)
		memcpy(head, scan->text.data + at, left);
	else
		left = narrow(scan, at, head, sizeof head);
	window = cursor_over(head, left, DIAG_KEY_PARSE);
	candidate->digits.c = window;
	return read_head(candidate->digits, candidate) && !follows_dashes(scan, at);
}

/* Tries what begins at `at`; `next` becomes where the search goes on if it was a key. */
static RESULT try_start(struct scan *scan, size_t at, size_t *next, bool *found)
{
	struct candidate candidate;

	*found = false;
	if (!is_candidate(scan, at, &candidate))
		return OK;
	TRY(open_window(scan, &candidate));
	TRY(read_candidate(scan, &candidate, found));
	if (*found)
		*next = at + candidate.digits.c.pos * scan->width;
	return OK;
}

/* In pools, the length of a string may look like a digit or two before it. */
enum { LENGTH_BYTES = 2 };

/* Where an escape of a line end or tab ends, behind `at`; `end` if there is none in the run. */
static size_t behind_escape(const struct scan *scan, size_t start, size_t at, size_t end)
{
	size_t width = scan->width;
	/* the backslash of an escape that ends behind `at` is the character before it, or later */
	size_t from = at > start ? at - width : start;

	while (from < end) {
		const uint8_t *slash = memchr(scan->text.data + from, '\\', end - from);
		if (!slash)
			return end;
		size_t begin = (size_t)(slash - scan->text.data) + 2 * width;
		if (begin < end && strchr("nrt", before(scan, begin, 1)))
			return begin;
		from = begin - width;
	}
	return end;
}

/* A structure may begin with the run, or behind an escaped line end in it. */
static RESULT read_run(struct scan *scan, size_t start, size_t end, size_t *next)
{
	size_t lengths = scan->binary ? start + LENGTH_BYTES * scan->width : start;
	bool found = false;

	*next = end;
	for (size_t at = start; at < end;) {
		TRY(try_start(scan, at, next, &found));
		if (found)
			break;
		at = at < lengths ? at + scan->width : behind_escape(scan, start, at, end);
	}
	return OK;
}

static RESULT scan_width(const struct inspection *inspection, struct cursor text,
                         enum keytext_form form, unsigned width)
{
	struct scan scan = {.inspection = inspection,
	                    .text = text,
	                    .width = width,
	                    .run_min = form == KEYTEXT_PROGRAM ? PROGRAM_RUN_MIN : RUN_MIN,
	                    .binary = form != KEYTEXT_LINES};
	size_t at = find_run(&scan, 0);

	scan.work = text.size / width * WORK_FACTOR + WORK_MIN;
	while (at != SIZE_MAX) {
		size_t next;
		TRY(read_run(&scan, at, end_of_run(&scan, at), &next));
		at = find_run(&scan, next);
	}
	return OK;
}

struct result keytext_scan(const struct inspection *inspection, struct cursor bytes,
                           enum keytext_form form)
{
	TRY(scan_width(inspection, bytes, form, 1));
	return form == KEYTEXT_POOL ? scan_width(inspection, bytes, form, 2) : OK;
}

/* Kinds of content (kind.c) that are text, or hold strings as text. */
static const struct {
	const char *kind;
	enum keytext_form form;
} searched[] = {
	{"json", KEYTEXT_LINES},       {"js", KEYTEXT_LINES},    {"html", KEYTEXT_LINES},
	{"xml", KEYTEXT_LINES},        {"text", KEYTEXT_LINES},  {"css", KEYTEXT_LINES},
	{"properties", KEYTEXT_LINES}, {"yaml", KEYTEXT_LINES},  {"plist", KEYTEXT_LINES},
	{"script", KEYTEXT_LINES},     {"svg", KEYTEXT_LINES},   {"wxml", KEYTEXT_LINES},
	{"lua", KEYTEXT_LINES},        {"java", KEYTEXT_LINES},  {"kotlin", KEYTEXT_LINES},
	{"sql", KEYTEXT_LINES},        {"pem", KEYTEXT_LINES},   {"axml", KEYTEXT_POOL},
	{"arsc", KEYTEXT_POOL},        {"bplist", KEYTEXT_POOL}, {"dex", KEYTEXT_PROGRAM},
	{"class", KEYTEXT_PROGRAM},    {"elf", KEYTEXT_PROGRAM}, {"macho", KEYTEXT_PROGRAM},
	{"fat", KEYTEXT_PROGRAM},      {"abc", KEYTEXT_PROGRAM}, {"hermes", KEYTEXT_PROGRAM},
	{"wasm", KEYTEXT_PROGRAM},
};

static int find_kind(const struct entry *entry, struct cursor body)
{
	const char *kind = content_kind(entry, body);

	for (size_t i = 0; i < sizeof searched / sizeof *searched; i++)
		if (strcmp(kind, searched[i].kind) == 0)
			return (int)i;
	return -1;
}

static bool bid(const struct entry *entry, struct cursor body)
{
	return body.size >= RUN_MIN && find_kind(entry, body) >= 0;
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	int kind = find_kind(inspection->entry, body);

	return kind < 0 ? OK : keytext_scan(inspection, body, searched[kind].form);
}

const struct format format_keytext = {
	.name = "keytext",
	.sources = BIT(CERTIFICATES) | BIT(KEYS),
	.bid = bid,
	.inspect = inspect,
};
