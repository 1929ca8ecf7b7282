/* codefacts.c - calls with the values of their arguments; whose code it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/codeparts.h"

enum { SHOWN_SECRET = 2 };

static const char redaction[] = "********";

/*
 * One character of modified UTF-8 (JVMS 4.4.7) at `text`, which ends in NUL: two halves of a
 * surrogate pair are one, 0xc0 0x80 is U+0000. Returns its length; 0 if it is not well formed.
 */
static size_t take_point(const uint8_t *text, uint32_t *point)
{
	uint32_t low;

	if (text[0] < 0x80) {
		*point = text[0];
		return 1;
	}
	if ((text[0] & 0xe0) == 0xc0 && (text[1] & 0xc0) == 0x80) {
		*point = (uint32_t)(text[0] & 0x1f) << 6 | (text[1] & 0x3f);
		return 2;
	}
	if ((text[0] & 0xf0) != 0xe0 || (text[1] & 0xc0) != 0x80 || (text[2] & 0xc0) != 0x80)
		return 0;
	*point = (uint32_t)(text[0] & 0x0f) << 12 | (uint32_t)(text[1] & 0x3f) << 6 |
	         (text[2] & 0x3f);
	if (*point >= 0xd800 && *point < 0xdc00 && text[3] == 0xed && take_point(text + 3, &low) &&
	    low >= 0xdc00 && low < 0xe000) {
		*point = 0x10000 + ((*point - 0xd800) << 10) + (low - 0xdc00);
		return 6;
	}
	return 3;
}

static void clean_modified(struct text *out, const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + len;

	while (at < end) {
		uint32_t point;
		size_t step = take_point(at, &point);
		if (step)
			text_clean_point(out, point);
		else
			text_clean(out, at, 1);
		at += step ? step : 1;
	}
}

void code_text(struct facts *facts, enum fact_attr attr, const char *text)
{
	struct text clean = {0};

	clean_modified(&clean, text, strlen(text));
	facts_clean(facts, attr, clean.data ? clean.data : "");
	text_free(&clean);
}

void code_class_name(const struct code_work *work, struct facts *facts, enum fact_attr attr,
                     const char *descriptor)
{
	char name[CODE_NAME_ROOM];

	name_of_class(descriptor, name, sizeof name);
	code_text(facts, attr, mapping_class(work->mapping, name));
}

static bool starts_with(const char *name, const char *prefix, size_t len)
{
	return strncmp(name, prefix, len) == 0 && (name[len] == '.' || name[len] == '\0');
}

/* The first two labels of a package: com.bank of com.bank.mobile. */
static size_t two_labels(const char *package)
{
	const char *dot = strchr(package, '.');
	const char *second = dot ? strchr(dot + 1, '.') : NULL;

	return second ? (size_t)(second - package) : strlen(package);
}

const char *code_party(const struct code_work *work, const char *name)
{
	for (size_t i = 0; i < work->package_count; i++)
		if (starts_with(name, work->packages[i], strlen(work->packages[i])))
			return "first";
	if (watch_list_library(work->watch, name))
		return "third";
	for (size_t i = 0; i < work->package_count; i++)
		if (starts_with(name, work->packages[i], two_labels(work->packages[i])))
			return "first";
	return "other";
}

struct class_at code_class_of(struct method_at method)
{
	return (struct class_at){method.unit, method_of(method)->owner};
}

void code_place(struct code_work *work, struct facts *facts, struct method_at method, uint32_t pc,
                const struct code_place *names)
{
	char name[CODE_NAME_ROOM];
	struct class_at class = code_class_of(method);
	const struct code_entry *entry =
		method.unit->kind == UNIT_DEX
			? method.unit->owner
			: &work->entries[method.unit->classes[class.index].entry];
	uint32_t line = method.unit->read_line(method.unit, method_of(method), pc);

	name_of_class(class_name_of(class), name, sizeof name);
	struct mapped_method source =
		mapping_method(work->mapping, name, method_name_of(method), line);
	facts_clean(facts, names->in, entry->path);
	code_text(facts, names->class, source.class);
	code_text(facts, names->method, source.name);
	if (source.line)
		facts_int(facts, names->line, source.line);
	facts_text(facts, names->party, code_party(work, source.class));
}

/* --- sites ------------------------------------------------------------------------------------- */

/* A watched call, before it is looked at. */
struct site {
	const struct watch *watch;
	struct method_at method;
	uint32_t pc;
};

struct sites {
	struct site *items;
	size_t count, room;
};

static void sites_add(struct sites *sites, const struct site *site)
{
	if (sites->count == sites->room) {
		sites->room = sites->room ? sites->room * 2 : 256;
		sites->items = reallocarray(sites->items, sites->room, sizeof *sites->items);
		if (!sites->items)
			fault_out_of_memory();
	}
	sites->items[sites->count++] = *site;
}

void code_descriptor(const char *name, char *out, size_t room)
{
	size_t len = strlen(name);

	if (len + 3 > room)
		len = room - 3;
	out[0] = 'L';
	for (size_t i = 0; i < len; i++)
		out[i + 1] = name[i] == '.' ? '/' : name[i];
	memcpy(out + len + 1, ";", 2);
}

static bool is_this(void *state, const char *descriptor)
{
	return strcmp(state, descriptor) == 0;
}

/* A call through a subclass that the bundle defines is a call of the platform's method. */
static bool names_watched(const struct code_work *work, const struct unit *unit, uint32_t type,
                          char *descriptor, bool constructor)
{
	const char *named = unit_type(unit, type);

	if (strcmp(named, descriptor) == 0)
		return true;
	return !constructor && program_class(work->program, named).unit &&
	       program_platform(work->program, named, is_this, descriptor) != NULL;
}

static void find_calls(const struct code_work *work, const struct watch *watch,
                       struct sites *sites)
{
	char descriptor[CODE_NAME_ROOM];
	struct refs refs = program_named_refs(work->program, watch->name);
	bool constructor = strcmp(watch->name, "<init>") == 0;

	code_descriptor(watch->class, descriptor, sizeof descriptor);
	for (uint32_t i = 0; i < refs.count; i++) {
		const struct unit *unit = refs.items[i].unit;
		uint32_t ref = refs.items[i].index;
		uint32_t first = unit->calls.first[ref], end = unit->calls.first[ref + 1];
		if (first == end || !names_watched(work, unit, unit->method_refs[ref].type,
		                                   descriptor, constructor))
			continue;
		for (uint32_t k = first; k < end; k++) {
			const struct code_site *site = &unit->calls.sites[k];
			sites_add(sites, &(struct site){watch, {unit, site->method}, site->pc});
		}
	}
}

static int compare_sites(const void *left, const void *right)
{
	const struct site *a = left, *b = right;

	if (a->method.unit != b->method.unit)
		return a->method.unit->order < b->method.unit->order ? -1 : 1;
	if (a->method.index != b->method.index)
		return a->method.index < b->method.index ? -1 : 1;
	if (a->pc != b->pc)
		return a->pc < b->pc ? -1 : 1;
	return a->watch < b->watch ? -1 : a->watch > b->watch;
}

/* --- arguments --------------------------------------------------------------------------------- */

static void put_secret(struct facts *facts, const char *text, size_t len)
{
	struct text shown = {0};
	size_t keep = len < SHOWN_SECRET ? len : SHOWN_SECRET;

	while (keep && ((unsigned char)text[keep] & 0xc0) == 0x80)
		keep--;
	text_add(&shown, text, len > 3 * SHOWN_SECRET ? keep : 0);
	text_puts(&shown, redaction);
	facts_clean(facts, FACT_ARGUMENT_VALUE, shown.data);
	text_free(&shown);
}

/* Clean text. */
static void put_clean(struct facts *facts, const struct text *text, bool secret)
{
	const char *data = text->data ? text->data : "";

	if (secret)
		put_secret(facts, data, text->len);
	else
		facts_clean(facts, FACT_ARGUMENT_VALUE, data);
}

static void put_text(struct facts *facts, const struct value *value, bool secret)
{
	struct text text = {0};

	clean_modified(&text, value->text, value->len);
	put_clean(facts, &text, secret);
	text_free(&text);
}

static void put_number(struct facts *facts, int64_t number, const char *type)
{
	if (type[0] == 'Z')
		facts_bool(facts, FACT_ARGUMENT_VALUE, number != 0);
	else if (number == 0 && (type[0] == 'L' || type[0] == '['))
		facts_text(facts, FACT_ARGUMENT_VALUE, "null");
	else if (type[0] == 'F' || type[0] == 'D')
		facts_unread(facts, FACT_ARGUMENT_VALUE);
	else
		facts_int(facts, FACT_ARGUMENT_VALUE, number);
}

static void add_chars(struct text *text, const struct value *value)
{
	for (uint32_t i = 0; i < value->len; i++)
		text_clean_point(text, value->bytes[2 * i] | (uint32_t)value->bytes[2 * i + 1] << 8);
}

static void put_array(struct facts *facts, const struct value *value, const char *type,
                      bool secret)
{
	struct text text = {0};

	if (value->width == 2 && strcmp(type, "[S") != 0)
		add_chars(&text, value);
	else
		text_hex(&text, value->bytes, (size_t)value->len * value->width);
	put_clean(facts, &text, secret);
	text_free(&text);
}

static const char *const origins[] = {
	[VALUE_NUMBER] = "constant", [VALUE_TEXT] = "constant",   [VALUE_ARRAY] = "constant",
	[VALUE_CLASS] = "constant",  [VALUE_FIELD] = "constant",  [VALUE_OBJECT] = "object",
	[VALUE_DERIVED] = "derived", [VALUE_PARAM] = "parameter", [VALUE_RUNTIME] = "runtime"};

static void put_identity(struct facts *facts, enum fact_attr attr, const struct value *value)
{
	char name[CODE_NAME_ROOM];

	if (*trace_identity(value, name, sizeof name))
		code_text(facts, attr, name);
}

static void put_value(const struct code_work *work, struct facts *facts, const struct value *value, const char *type,
                      bool secret)
{
	char name[CODE_NAME_ROOM];

	if (value->kind == VALUE_CUT) {
		static const enum fact_attr lost[] = {
			FACT_ARGUMENT_ORIGIN, FACT_ARGUMENT_VALUE, FACT_ARGUMENT_SOURCE,
			FACT_ARGUMENT_TYPE, FACT_ARGUMENT_OBJECT};
		for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
			facts_unread(facts, lost[i]);
		return;
	}
	facts_text(facts, FACT_ARGUMENT_ORIGIN, origins[value->kind]);
	if (value->kind == VALUE_NUMBER)
		put_number(facts, value->number, type);
	else if (value->kind == VALUE_TEXT || value->kind == VALUE_FIELD)
		put_text(facts, value, secret && value->kind == VALUE_TEXT);
	else if (value->kind == VALUE_CLASS)
		code_class_name(work, facts, FACT_ARGUMENT_VALUE, value->text);
	else if (value->kind == VALUE_ARRAY)
		put_array(facts, value, type, secret);
	else if (value->kind == VALUE_DERIVED)
		facts_unread(facts, FACT_ARGUMENT_VALUE);
	if (value->text && !secret &&
	    (value->kind == VALUE_RUNTIME || value->kind == VALUE_DERIVED ||
	     value->kind == VALUE_PARAM))
		code_text(facts, FACT_ARGUMENT_PREFIX, value->text);
	if ((value->kind == VALUE_ARRAY || value->kind == VALUE_TEXT) && !secret)
		facts_int(facts, FACT_ARGUMENT_LENGTH, value->len);
	if (*trace_source(value, name, sizeof name))
		code_text(facts, FACT_ARGUMENT_SOURCE, name);
	if (*trace_type(value))
		code_class_name(work, facts, FACT_ARGUMENT_TYPE, trace_type(value));
	put_identity(facts, FACT_ARGUMENT_OBJECT, value);
}

static const char *parameter_type(struct method_at method, const struct trace_call *call,
                                  uint32_t index)
{
	const struct insn *insn = call->call;
	const struct unit *unit = method.unit;
	const struct proto *proto;

	if (insn->op != OP_INVOKE || insn->ref == NO_INDEX)
		return "";
	proto = &unit->protos[unit->method_refs[insn->ref].proto];
	return index < proto->count ? unit_type(unit, unit->type_list[proto->first + index]) : "";
}

static void write_arguments(const struct code_work *work, struct facts *facts, uint32_t row, const struct site *site,
                            const struct trace_call *call)
{
	uint32_t first = call->is_static ? 0 : 1;

	for (uint32_t i = first; i < call->count && i - first < 32; i++) {
		const struct values *values = call->arguments[i];
		uint32_t index = i - first;
		if (!(site->watch->arguments >> index & 1) || !values)
			continue;
		for (uint32_t k = 0; k < values->count; k++) {
			facts_row(facts, ROW_ARGUMENT, row);
			facts_int(facts, FACT_ARGUMENT_INDEX, index);
			put_value(work, facts, &values->items[k],
			          parameter_type(site->method, call, index),
			          site->watch->secret >> index & 1);
		}
	}
}

static void put_object(struct facts *facts, enum fact_attr attr, const struct values *values)
{
	if (values && values->count == 1)
		put_identity(facts, attr, &values->items[0]);
	else if (values && values_have(values, VALUE_CUT))
		facts_unread(facts, attr);
}

static void write_call(struct code_work *work, const struct site *site)
{
	static const struct code_place names = {FACT_CALL_IN, FACT_CALL_CLASS, FACT_CALL_METHOD,
	                                        FACT_CALL_LINE, FACT_CALL_PARTY};
	struct facts *facts = code_facts(work, code_class_of(site->method));
	struct trace_call call = {0};
	struct place_at place = {site->method, site->pc};

	if (!trace_call(work->trace, place, site->watch->arguments, site->watch->near,
	                &call).ok) {
		facts_fault(facts, BIT(CODE));
		return;
	}
	if (!call.reached)
		return;
	uint32_t row = facts_row(facts, ROW_CALL, 0);
	facts_text(facts, FACT_CALL_API, site->watch->id);
	code_place(work, facts, site->method, site->pc, &names);
	facts_int(facts, FACT_CALL_PC, site->pc);
	if (!call.is_static && call.count)
		put_object(facts, FACT_CALL_OBJECT, call.arguments[0]);
	put_object(facts, FACT_CALL_RESULT, trace_result(work->trace, &call));
	write_arguments(work, facts, row, site, &call);
}

static bool same_method(const struct site *a, const struct site *b)
{
	return a->method.unit == b->method.unit && a->method.index == b->method.index;
}

void code_write_calls(struct code_work *work)
{
	struct sites sites = {0};

	for (size_t i = 0; i < work->watch->count; i++)
		if (work->watch->items[i].kind == WATCH_CALL)
			find_calls(work, &work->watch->items[i], &sites);
	if (sites.count)
		qsort(sites.items, sites.count, sizeof *sites.items, compare_sites);
	for (size_t i = 0; i < sites.count; i++) {
		/* what one method asks for has frames and values in common */
		if (i == 0 || !same_method(&sites.items[i - 1], &sites.items[i]))
			trace_forget(work->trace);
		write_call(work, &sites.items[i]);
	}
	free(sites.items);
}
