/* params.c - values of parameters: reading, comparing, floors. */
#include "policy/params.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool find(const char *const *names, int count, const char *name, int *out)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

bool params_type(const char *name, enum param_type *out)
{
	static const char *const names[] = {"int", "bool", "string", "list", "day"};
	int at = 0;
	bool found = find(names, 5, name, &at);

	*out = (enum param_type)at;
	return found;
}

bool params_stricter(const char *name, enum stricter *out)
{
	static const char *const names[] = {"none",   "higher", "lower", "superset",
	                                    "subset", "true",   "false", "allow"};
	int at = 0;
	bool found = find(names, 8, name, &at);

	*out = (enum stricter)at;
	return found;
}

bool params_fit(enum param_type type, enum stricter stricter)
{
	switch (stricter) {
	case STRICTER_HIGHER:
	case STRICTER_LOWER:
		return type == PARAM_INT || type == PARAM_DAY;
	case STRICTER_SUPERSET:
	case STRICTER_SUBSET:
	case STRICTER_ALLOW:
		return type == PARAM_LIST;
	case STRICTER_TRUE:
	case STRICTER_FALSE:
		return type == PARAM_BOOL;
	default:
		return true;
	}
}

/* Digits at `text` up to `len`, all of them. */
static bool digits(const char *text, size_t len, int64_t *out)
{
	int64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*out = value;
	return len > 0;
}

static bool leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool params_day(const char *text, int64_t *out)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	int64_t year, month, day;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &year) ||
	    !digits(text + 5, 2, &month) || !digits(text + 8, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1)
		return false;
	int64_t length = before[month] - before[month - 1] + (month == 2 && leap(year));
	if (day > length)
		return false;
	int64_t past = year - 1;
	*out = past * 365 + past / 4 - past / 100 + past / 400 + before[month - 1] +
	       (month > 2 && leap(year)) + day - 1 - 719162;
	return true;
}

static RESULT read_int(const char *text, struct param_value *out)
{
	bool minus = text[0] == '-';
	size_t len = strlen(text + minus);

	ENSURE(len <= 15 && digits(text + minus, len, &out->number), PACK_INVALID, AT_NONE,
	       "'%s' is not a whole number of at most 15 digits", text);
	if (minus)
		out->number = -out->number;
	return OK;
}

struct result params_read(struct arena *arena, enum param_type type, const char *text,
                          struct param_value *out)
{
	struct param_value value = {.set = true, .text = text};

	switch (type) {
	case PARAM_INT:
		TRY(read_int(text, &value));
		break;
	case PARAM_DAY:
		ENSURE(params_day(text, &value.number), PACK_INVALID, AT_NONE,
		       "'%s' is not a day; write YYYY-MM-DD", text);
		break;
	case PARAM_BOOL:
		ENSURE(strcmp(text, "true") == 0 || strcmp(text, "false") == 0, PACK_INVALID,
		       AT_NONE, "'%s' is neither true nor false", text);
		break;
	case PARAM_LIST:
		FAIL(PACK_INVALID, AT_NONE, "a list has no value attribute; write <item> elements");
	default:
		break;
	}
	value.text = arena_copy(arena, text, strlen(text));
	if (!value.text)
		return FAILED;
	*out = value;
	return OK;
}

/* The digits of a fingerprint in lower case, at most `room`; how many there are, or 0 if anything
 * but digits and colons between all pairs, or between none, stands there. */
static size_t fingerprint_digits(const char *text, size_t len, char *out, size_t room)
{
	size_t step = len > 2 && text[2] == ':' ? 3 : 2, count = 0;

	for (size_t i = 0; i < len; i++) {
		if (i % step == 2 && text[i] == ':')
			continue;
		if (i % step == 2 || !isxdigit((unsigned char)text[i]))
			return 0;
		if (count < room)
			out[count] = (char)tolower((unsigned char)text[i]);
		count++;
	}
	return len && text[len - 1] == ':' ? 0 : count;
}

struct result params_item(struct arena *arena, enum item_form form, const char *text,
                          const char **out)
{
	static const char blank[] = " \t\r\n";
	char digits[64];

	*out = text;
	if (form == ITEM_TEXT)
		return OK;
	text += strspn(text, blank);
	size_t len = strlen(text);
	while (len && strchr(blank, text[len - 1]))
		len--;
	size_t count = fingerprint_digits(text, len, digits, sizeof digits);
	ENSURE(count == sizeof digits, PACK_INVALID, AT_NONE,
	       "'%.*s' is no SHA-256 fingerprint%s; write its 64 hexadecimal digits, with or "
	       "without "
	       "colons between the pairs, as 'keytool -list -v' shows it behind SHA256",
	       (int)len, text,
	       count == 40   ? " but as long as a SHA-1"
	       : count == 32 ? " but as long as an MD5"
	                     : "");
	*out = arena_copy(arena, digits, sizeof digits);
	return *out ? OK : FAILED;
}

struct result params_list(struct arena *arena, struct param_value *value)
{
	struct text joined = {0};

	list_sort_strings(&value->items);
	text_add(&joined, "", 0);
	for (size_t i = 0; i < value->items.count; i++)
		text_printf(&joined, "%s%s", i ? ", " : "", (const char *)value->items.items[i]);
	value->text = arena_copy(arena, joined.data, joined.len);
	text_free(&joined);
	value->set = true;
	return value->text ? OK : FAILED;
}

static bool contains_all(const struct list *large, const struct list *small)
{
	for (size_t i = 0; i < small->count; i++) {
		if (!list_has(large, small->items[i]))
			return false;
	}
	return true;
}

/* -1 looser, 0 equal, 1 stricter, 2 neither */
static int direction(const struct param *param, const struct param_value *from,
                     const struct param_value *to)
{
	int step = (to->number > from->number) - (to->number < from->number);
	bool more = contains_all(&to->items, &from->items);
	bool less = contains_all(&from->items, &to->items);

	if (param->stricter == STRICTER_ALLOW && (!from->items.count || !to->items.count))
		return (to->items.count > 0) - (from->items.count > 0);
	switch (param->stricter) {
	case STRICTER_HIGHER:
		return step;
	case STRICTER_LOWER:
		return -step;
	case STRICTER_SUPERSET:
		return more && less ? 0 : more ? 1 : less ? -1 : 2;
	case STRICTER_SUBSET:
	case STRICTER_ALLOW:
		return more && less ? 0 : less ? 1 : more ? -1 : 2;
	case STRICTER_TRUE:
		return (strcmp(to->text, "true") == 0) - (strcmp(from->text, "true") == 0);
	case STRICTER_FALSE:
		return (strcmp(to->text, "false") == 0) - (strcmp(from->text, "false") == 0);
	default:
		return strcmp(from->text, to->text) == 0 ? 0 : 2;
	}
}

enum param_change params_compare(const struct param *param, const struct param_value *from,
                                 const struct param_value *to)
{
	static const enum param_change changes[] = {CHANGE_LOOSENED, CHANGE_NONE, CHANGE_TIGHTENED,
	                                            CHANGE_OTHER};

	return changes[direction(param, from, to) + 1];
}

bool params_above_floor(const struct param *param, const struct param_value *value)
{
	int step = param->floor.set ? direction(param, &param->floor, value) : 0;

	return step == 0 || step == 1;
}
