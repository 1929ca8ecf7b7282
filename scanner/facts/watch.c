/*
 * watch.c - the watch lists of rules/watch/ and of packs, read, sorted and digested.
 *
 *   <watch>
 *     <call api="javax.crypto.Cipher.getInstance" arguments="0 1"/>   secret="0" too
 *                                                                     near="true": callers are not asked
 *     <override of="javax.net.ssl.HostnameVerifier.verify"/>
 *     <field name="android.os.Build.FINGERPRINT"/>
 *     <class name="com.example.bank."/>
 *     <text id="su-path" contains="/system/xbin/su"/>                 or equals, starts, ends
 *     <library prefix="androidx."/>
 *   </watch>
 *
 * call, override and field take through="...": further classes, split by spaces, by whose name code
 * may reach the same member; each makes an item of its own. rules/watch.xsd says the same as a
 * schema.
 */
#include "facts/watch.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/content.h"
#include "base/digest.h"
#include "base/text.h"

enum { ARENA_MAX = 64 << 20, FILE_MAX = 4 << 20, FIRST_ROOM = 64, ARGUMENTS_MAX = 32 };

/* The row being read. */
struct place {
	struct watch_list *list;
	const char *file;
	const xmlNode *node;
};

#define REFUSE(place, ...) \
	do { \
		refuse(place, __VA_ARGS__); \
		return FAILED; \
	} while (0)

static __attribute__((format(printf, 2, 3))) void refuse(const struct place *place,
                                                         const char *format, ...)
{
	char why[300];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	fault_note(DIAG_PACK_INVALID, AT_NONE, __FILE__, __LINE__, "%s:%ld: %s", place->file,
	           xmlGetLineNo(place->node), why);
}

static const char *element(const struct place *place)
{
	return (const char *)place->node->name;
}

/* The value of an attribute in the list's arena; NULL in *out if it is not there. */
static RESULT attribute(const struct place *place, const char *name, const char **out)
{
	xmlChar *value = xmlGetNoNsProp(place->node, (const xmlChar *)name);

	*out = NULL;
	if (!value)
		return OK;
	*out = arena_copy(&place->list->arena, value, strlen((const char *)value));
	xmlFree(value);
	return *out ? OK : FAILED;
}

static RESULT needed(const struct place *place, const char *name, const char **out)
{
	TRY(attribute(place, name, out));
	if (!*out || !**out)
		REFUSE(place, "<%s> needs %s", element(place), name);
	return OK;
}

/* A row with an attribute that it does not know would watch something else than was meant. */
static RESULT known(const struct place *place, const char *const *names)
{
	for (const xmlAttr *attr = place->node->properties; attr; attr = attr->next) {
		size_t i = 0;
		while (names[i] && strcmp(names[i], (const char *)attr->name) != 0)
			i++;
		if (!names[i])
			REFUSE(place, "<%s> has no attribute %.60s", element(place),
			       (const char *)attr->name);
	}
	return OK;
}

static bool is_name(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		            c == '$' || c == '-' || c > 127 || (i && c >= '0' && c <= '9');
		if (!good)
			return false;
	}
	return len > 0;
}

/* Names split by full stops; `package`: one more stop at the end, or none. */
static bool is_class(const char *text, size_t len, bool package)
{
	if (package && len > 1 && text[len - 1] == '.')
		len--;
	for (size_t from = 0; from <= len;) {
		const char *stop = memchr(text + from, '.', len - from);
		size_t to = stop ? (size_t)(stop - text) : len;
		if (!is_name(text + from, to - from))
			return false;
		from = to + 1;
	}
	return len > 0;
}

static bool is_member(const char *name)
{
	return strcmp(name, "<init>") == 0 || strcmp(name, "<clinit>") == 0 ||
	       is_name(name, strlen(name));
}

/* Room for one more pointer-sized or larger item: arrays double in the arena. */
static RESULT grow(struct arena *arena, void **items, size_t count, size_t size)
{
	bool full = !count || (count >= FIRST_ROOM && !(count & (count - 1)));

	if (!full)
		return OK;
	void *more = arena_take(arena, count ? 2 * count : FIRST_ROOM, size);
	if (!more)
		return FAILED;
	if (count)
		memcpy(more, *items, count * size);
	*items = more;
	return OK;
}

static RESULT add_item(struct watch_list *list, const struct watch *item)
{
	void *items = list->items;

	TRY(grow(&list->arena, &items, list->count, sizeof *list->items));
	list->items = items;
	list->items[list->count++] = *item;
	return OK;
}

/* An item for a member of one class; `item` has all but class and id. */
static RESULT add_member(const struct place *place, struct watch item, const char *class,
                         size_t len)
{
	struct text id = {0};

	if (!is_class(class, len, false))
		REFUSE(place, "'%.*s' is no class; write it with full stops, as Java does",
		       (int)(len < 80 ? len : 80), class);
	text_add(&id, class, len);
	text_printf(&id, ".%s", item.name);
	item.class = arena_copy(&place->list->arena, class, len);
	item.id = arena_copy(&place->list->arena, id.data, id.len);
	text_free(&id);
	if (!item.class || !item.id)
		return FAILED;
	return add_item(place->list, &item);
}

static RESULT add_through(const struct place *place, const struct watch *item)
{
	const char *classes;

	TRY(attribute(place, "through", &classes));
	while (classes && *(classes += strspn(classes, " \t\r\n"))) {
		size_t len = strcspn(classes, " \t\r\n");
		TRY(add_member(place, *item, classes, len));
		classes += len;
	}
	return OK;
}

/* The member that an attribute names, "class.name", and the same through other classes. */
static RESULT read_member(const struct place *place, const char *attr, struct watch item)
{
	const char *id;

	TRY(needed(place, attr, &id));
	const char *stop = strrchr(id, '.');
	if (!stop || stop == id || !is_member(stop + 1))
		REFUSE(place, "'%.100s' is not of the form class.name", id);
	item.name = stop + 1;
	TRY(add_member(place, item, id, (size_t)(stop - id)));
	return add_through(place, &item);
}

/* Positions split by spaces, as bits. */
static RESULT read_bits(const struct place *place, const char *attr, uint32_t *out)
{
	const char *text;

	TRY(attribute(place, attr, &text));
	*out = 0;
	while (text && *(text += strspn(text, " \t\r\n"))) {
		char *end;
		unsigned long at = strtoul(text, &end, 10);
		if (end == text || *text < '0' || *text > '9' || at >= ARGUMENTS_MAX ||
		    (*end && !strchr(" \t\r\n", *end)))
			REFUSE(place, "%s=\"%.60s\": positions from 0 to %d, split by spaces", attr,
			       text, ARGUMENTS_MAX - 1);
		*out |= 1U << at;
		text = end;
	}
	return OK;
}

static RESULT read_near(const struct place *place, bool *out)
{
	const char *text;

	TRY(attribute(place, "near", &text));
	*out = text && strcmp(text, "true") == 0;
	if (text && !*out && strcmp(text, "false") != 0)
		REFUSE(place, "near=\"%.60s\": true or false", text);
	return OK;
}

static RESULT read_call(const struct place *place)
{
	static const char *const names[] = {"api", "arguments", "secret", "near", "through", NULL};
	struct watch item = {.kind = WATCH_CALL};

	TRY(known(place, names));
	TRY(read_bits(place, "arguments", &item.arguments));
	TRY(read_bits(place, "secret", &item.secret));
	item.arguments |= item.secret;
	TRY(read_near(place, &item.near));
	return read_member(place, "api", item);
}

static RESULT read_override(const struct place *place)
{
	static const char *const names[] = {"of", "through", NULL};

	TRY(known(place, names));
	return read_member(place, "of", (struct watch){.kind = WATCH_OVERRIDE});
}

static RESULT read_field(const struct place *place)
{
	static const char *const names[] = {"name", "through", NULL};

	TRY(known(place, names));
	return read_member(place, "name", (struct watch){.kind = WATCH_FIELD});
}

static RESULT read_class(const struct place *place)
{
	static const char *const names[] = {"name", NULL};
	struct watch item = {.kind = WATCH_CLASS};

	TRY(known(place, names));
	TRY(needed(place, "name", &item.id));
	if (!is_class(item.id, strlen(item.id), true))
		REFUSE(place, "'%.100s' is no class or package", item.id);
	item.class = item.id;
	return add_item(place->list, &item);
}

static RESULT read_text(const struct place *place)
{
	static const char *const kinds[] = {"equals", "starts", "contains", "ends"};
	static const char *const names[] = {"id", "equals", "starts", "contains", "ends", NULL};
	struct watch item = {.kind = WATCH_TEXT};

	TRY(known(place, names));
	TRY(needed(place, "id", &item.id));
	if (!is_name(item.id, strlen(item.id)))
		REFUSE(place, "'%.60s' is no id; use letters, digits and '-'", item.id);
	for (int kind = TEXT_EQUALS; kind <= TEXT_ENDS; kind++) {
		const char *text;
		TRY(attribute(place, kinds[kind], &text));
		if (text && item.text)
			REFUSE(place, "text %s: one of equals, starts, contains and ends", item.id);
		if (!text)
			continue;
		item.text = text;
		item.text_kind = (enum watch_text_kind)kind;
	}
	if (!item.text || !*item.text)
		REFUSE(place, "text %s needs one of equals, starts, contains and ends", item.id);
	return add_item(place->list, &item);
}

static RESULT read_library(const struct place *place)
{
	static const char *const names[] = {"prefix", NULL};
	struct watch_list *list = place->list;
	const char *prefix;

	TRY(known(place, names));
	TRY(needed(place, "prefix", &prefix));
	size_t len = strlen(prefix);
	if (prefix[len - 1] != '.' || !is_class(prefix, len, true))
		REFUSE(place, "'%.100s' is no package; end it with a full stop", prefix);
	void *items = list->libraries;
	TRY(grow(&list->arena, &items, list->library_count, sizeof *list->libraries));
	list->libraries = items;
	list->libraries[list->library_count++] = prefix;
	return OK;
}

static RESULT read_row(const struct place *place)
{
	static const struct {
		const char *name;
		struct result (*read)(const struct place *place);
	} rows[] = {{"call", read_call},   {"override", read_override}, {"field", read_field},
	            {"class", read_class}, {"text", read_text},         {"library", read_library}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(rows[i].name, element(place)) == 0)
			return rows[i].read(place);
	}
	REFUSE(place,
	       "<%.60s> is no row of a watch list; use call, override, field, class, text "
	       "or library",
	       element(place));
}

static RESULT read_rows(struct place *place, const xmlDoc *doc)
{
	place->node = xmlDocGetRootElement(doc);
	if (!place->node || strcmp(element(place), "watch") != 0)
		REFUSE(place, "the root is not <watch>");
	for (place->node = place->node->children; place->node; place->node = place->node->next) {
		if (place->node->type == XML_ELEMENT_NODE)
			TRY(read_row(place));
	}
	return OK;
}

/* Keeps the first error alone. */
static void note_error(void *data, xmlErrorPtr error)
{
	struct text *why = data;

	if (!why->len)
		text_printf(why, "%d: %.*s", error->line,
		            (int)strcspn(error->message ? error->message : "", "\n"),
		            error->message ? error->message : "");
}

static void free_doc(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

struct result watch_list_add(struct watch_list *list, const char *file, const char *data,
                             size_t size)
{
	struct place place = {.list = list, .file = file};
	DEFER(text_free) struct text why = {0};

	ENSURE(size <= FILE_MAX && !memchr(data, 0, size), PACK_INVALID, AT_NONE,
	       "%s:1: NUL bytes or more than %d MiB", file, FILE_MAX >> 20);
	xmlSetStructuredErrorFunc(&why, note_error);
	DEFER(free_doc)
	xmlDoc *doc = xmlReadMemory(data, (int)size, file, "UTF-8",
	                            XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOXINCNODE |
	                                    XML_PARSE_BIG_LINES);
	xmlSetStructuredErrorFunc(NULL, NULL);
	ENSURE(doc, PACK_INVALID, AT_NONE, "%s:%s", file, why.len ? why.data : "1: not XML");
	ENSURE(!doc->intSubset, PACK_INVALID, AT_NONE, "%s:1: a DOCTYPE is not allowed", file);
	return read_rows(&place, doc);
}

struct result watch_list_open(struct watch_list *list)
{
	const struct content *content = NULL;

	*list = (struct watch_list){0};
	arena_init(&list->arena, ARENA_MAX);
	while ((content = content_next("rules/watch/", content)))
		TRY(watch_list_add(list, content->path, content->data, content->size));
	return OK;
}

void watch_list_free(struct watch_list *list)
{
	arena_free(&list->arena);
	*list = (struct watch_list){0};
}

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_items(const void *left, const void *right)
{
	const struct watch *a = left, *b = right;
	int order = (int)a->kind - (int)b->kind;

	order = order ? order : compare_text(a->class, b->class);
	order = order ? order : compare_text(a->name, b->name);
	order = order ? order : compare_text(a->id, b->id);
	order = order ? order : (int)a->text_kind - (int)b->text_kind;
	return order ? order : compare_text(a->text, b->text);
}

static int compare_prefixes(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void join_alike(struct watch_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct watch *last = kept ? &list->items[kept - 1] : NULL;
		if (last && compare_items(last, &list->items[i]) == 0) {
			last->arguments |= list->items[i].arguments;
			last->secret |= list->items[i].secret;
			last->near &= list->items[i].near;
		} else {
			list->items[kept++] = list->items[i];
		}
	}
	list->count = kept;
	kept = 0;
	for (size_t i = 0; i < list->library_count; i++) {
		if (!kept || strcmp(list->libraries[kept - 1], list->libraries[i]) != 0)
			list->libraries[kept++] = list->libraries[i];
	}
	list->library_count = kept;
}

static void make_digest(struct watch_list *list)
{
	struct text lines = {0};

	text_puts(&lines, "parasol-watch 1\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct watch *item = &list->items[i];
		text_printf(&lines, "%d %s %x %x %d %d %s\n", (int)item->kind, item->id,
		            item->arguments, item->secret, item->near, (int)item->text_kind,
		            item->text ? item->text : "");
	}
	for (size_t i = 0; i < list->library_count; i++)
		text_printf(&lines, "%s\n", list->libraries[i]);
	/* its room is for other digests as well */
	char hex[2 * DIGEST_MAX + 1];
	digest_hex(DIGEST_SHA256, lines.data, lines.len, hex);
	memcpy(list->sha256, hex, sizeof list->sha256);
	text_free(&lines);
}

struct result watch_list_finish(struct watch_list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof *list->items, compare_items);
	if (list->library_count)
		qsort(list->libraries, list->library_count, sizeof *list->libraries,
		      compare_prefixes);
	join_alike(list);
	make_digest(list);
	return OK;
}

struct wanted {
	enum watch_kind kind;
	const char *id;
	size_t class_len; /* of the class in `id`; the name stands behind one full stop */
};

/* As compare_items, by kind, class and name. */
static int compare_wanted(const struct wanted *wanted, const struct watch *item)
{
	const char *class = item->class ? item->class : item->id;
	int order = (int)wanted->kind - (int)item->kind;

	order = order ? order : strncmp(wanted->id, class, wanted->class_len);
	if (!order && class[wanted->class_len])
		order = -1;
	if (order || !item->name)
		return order;
	return strcmp(wanted->id + wanted->class_len + 1, item->name);
}

const struct watch *watch_list_find(const struct watch_list *list, enum watch_kind kind,
                                    const char *id)
{
	struct wanted wanted = {kind, id, strlen(id)};
	size_t low = 0, high = list->count;

	if (kind == WATCH_CALL || kind == WATCH_OVERRIDE || kind == WATCH_FIELD) {
		const char *stop = strrchr(id, '.');
		if (!stop)
			return NULL;
		wanted.class_len = (size_t)(stop - id);
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_wanted(&wanted, &list->items[middle]) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	bool found = low < list->count && compare_wanted(&wanted, &list->items[low]) == 0;
	return found ? &list->items[low] : NULL;
}

/* A prefix of `len` bytes among the libraries. */
static const char *find_library(const struct watch_list *list, const char *name, size_t len)
{
	size_t low = 0, high = list->library_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *prefix = list->libraries[middle];
		int order = strncmp(name, prefix, len);
		if (order == 0 && !prefix[len])
			return prefix;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *watch_list_library(const struct watch_list *list, const char *class_name)
{
	for (size_t len = strlen(class_name); len; len--) {
		const char *found =
			class_name[len - 1] == '.' ? find_library(list, class_name, len) : NULL;
		if (found)
			return found;
	}
	return NULL;
}
