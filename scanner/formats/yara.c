/* yara.c - compiles rules and scans memory with them (libyara 4.2 or later). */
#include "formats/yara.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yara.h>

#include "base/content.h"
#include "formats/yarasource.h"
#include "intake/limits.h"

enum { COUNT_MAX = 1000, EXCERPT_MAX = 80, REDACTED_KEEP = 4, STACK_DEFAULT = 16384 };

static const char redaction[] = "********";

struct rule_source {
	char *name, *text;
	struct rule_source *next;
};

/* A rule as far as it is asked for by name. */
struct rule_info {
	const char *name;
	const YR_RULE *rule;
	struct text tags;
};

/* Written by rules_add and rules_compile before threads start, read afterwards. */
static struct {
	struct rule_source *sources;
	YR_RULES *rules;
	struct rule_info *infos; /* sorted by name */
	size_t count;
	struct text warnings;
	bool added_only;
} compiled;

/* What was found of one rule in the entry that is scanned. */
struct found {
	bool holds, seen; /* `seen`: a string of it matched */
	uint64_t count, offset;
	char *excerpt;
	size_t excerpt_len;
};

struct rules_scanner {
	YR_SCANNER *scanner;
	struct found *found; /* for each rule, in order of name */
	const struct entry *entry;
	struct cursor window;
	uint64_t scanned; /* the end of the windows before */
	bool too_many;
};

static void *need(void *memory)
{
	if (!memory)
		fault_out_of_memory();
	return memory;
}

void rules_add(const char *name, const char *text)
{
	struct rule_source *source = need(calloc(1, sizeof *source));
	struct rule_source **end = &compiled.sources;

	source->name = need(strdup(name));
	source->text = need(strdup(text));
	while (*end)
		end = &(*end)->next;
	*end = source;
}

void rules_without_embedded(void)
{
	compiled.added_only = true;
}

/* What the compiler says while it reads one source. */
struct report {
	const char *name;
	char error[300];
};

static void hear(int level, const char *file, int line, const YR_RULE *rule, const char *message,
                 void *user)
{
	struct report *report = user;

	(void)file;
	(void)rule;
	if (level == YARA_ERROR_LEVEL_WARNING)
		text_printf(&compiled.warnings, "%s:%d: %s\n", report->name, line, message);
	else if (!*report->error)
		snprintf(report->error, sizeof report->error, "%s:%d: %s", report->name, line,
		         message);
}

static RESULT compile_source(YR_COMPILER *compiler, const char *name, const char *text)
{
	struct report report = {.name = name};
	int line = yarasource_import(text);

	ENSURE(!line, USAGE, AT_NONE, "%s:%d: rules may not import modules", name, line);
	yr_compiler_set_callback(compiler, hear, &report);
	if (yr_compiler_add_string(compiler, text, NULL) > 0)
		FAIL(USAGE, AT_NONE, "%s", *report.error ? report.error : name);
	return OK;
}

static RESULT compile_all(YR_COMPILER *compiler)
{
	for (const struct content *file = content_next("rules/", NULL);
	     file && !compiled.added_only; file = content_next("rules/", file)) {
		size_t len = strlen(file->path);
		if (len > 4 && strcmp(file->path + len - 4, ".yar") == 0)
			TRY(compile_source(compiler, file->path, file->data));
	}
	for (struct rule_source *source = compiled.sources; source; source = source->next)
		TRY(compile_source(compiler, source->name, source->text));
	return OK;
}

static int compare_infos(const void *left, const void *right)
{
	const struct rule_info *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static void list_rules(void)
{
	YR_RULE *rule;
	const char *tag;
	size_t count = 0;

	yr_rules_foreach(compiled.rules, rule)
	{
		count++;
	}
	compiled.infos = need(calloc(count + 1, sizeof *compiled.infos));
	yr_rules_foreach(compiled.rules, rule)
	{
		struct rule_info *info = &compiled.infos[compiled.count++];
		info->name = rule->identifier;
		info->rule = rule;
		yr_rule_tags_foreach(rule, tag)
		{
			if (info->tags.len)
				text_puts(&info->tags, " ");
			text_puts(&info->tags, tag);
		}
	}
	qsort(compiled.infos, compiled.count, sizeof *compiled.infos, compare_infos);
}

static RESULT engine_start(void)
{
	uint32_t stack = STACK_DEFAULT, match_data = 0;

	ENSURE(yr_initialize() == ERROR_SUCCESS, SYSTEM, AT_NONE, "libyara cannot be started");
	yr_set_configuration(YR_CONFIG_STACK_SIZE, &stack);
	/* excerpts are taken from the scanned bytes; copies of a million matches would fill memory
	 */
	yr_set_configuration(YR_CONFIG_MAX_MATCH_DATA, &match_data);
	return OK;
}

static RESULT compile_with(YR_COMPILER *compiler)
{
	yr_compiler_set_include_callback(compiler, NULL, NULL, NULL);
	yr_compiler_define_string_variable(compiler, "path", "");
	yr_compiler_define_string_variable(compiler, "kind", "");
	yr_compiler_define_integer_variable(compiler, "size", 0);
	TRY(compile_all(compiler));
	ENSURE(yr_compiler_get_rules(compiler, &compiled.rules) == ERROR_SUCCESS, SYSTEM, AT_NONE,
	       "libyara cannot finish the rules");
	return OK;
}

struct result rules_compile(void)
{
	YR_COMPILER *compiler = NULL;

	if (compiled.rules)
		return OK;
	TRY(engine_start());
	ENSURE(yr_compiler_create(&compiler) == ERROR_SUCCESS, SYSTEM, AT_NONE,
	       "libyara has no compiler");
	struct result done = compile_with(compiler);
	yr_compiler_destroy(compiler);
	if (!done.ok) {
		yr_finalize();
		return FAILED;
	}
	list_rules();
	return OK;
}

void rules_forget(void)
{
	struct rule_source *next;

	for (struct rule_source *source = compiled.sources; source; source = next) {
		next = source->next;
		free(source->name);
		free(source->text);
		free(source);
	}
	for (size_t i = 0; i < compiled.count; i++)
		text_free(&compiled.infos[i].tags);
	free(compiled.infos);
	text_free(&compiled.warnings);
	if (compiled.rules) {
		yr_rules_destroy(compiled.rules);
		yr_finalize();
	}
	memset(&compiled, 0, sizeof compiled);
}

const char *rules_warnings(void)
{
	return compiled.warnings.data ? compiled.warnings.data : "";
}

size_t rules_count(void)
{
	return compiled.count;
}

const char *rules_name(size_t index)
{
	return compiled.infos[index].name;
}

const char *rules_version(void)
{
	return YR_VERSION;
}

static const struct rule_info *info_of(const char *name)
{
	const struct rule_info wanted = {.name = name};

	if (!compiled.count)
		return NULL;
	return bsearch(&wanted, compiled.infos, compiled.count, sizeof wanted, compare_infos);
}

static const char *meta_value(const YR_RULE *rule, const char *key)
{
	static _Thread_local char number[24];
	YR_META *meta;

	yr_rule_metas_foreach(rule, meta)
	{
		if (strcmp(meta->identifier, key) != 0)
			continue;
		if (meta->type == META_TYPE_STRING)
			return meta->string;
		if (meta->type == META_TYPE_BOOLEAN)
			return meta->integer ? "true" : "false";
		snprintf(number, sizeof number, "%lld", (long long)meta->integer);
		return number;
	}
	return NULL;
}

const char *rules_meta(const char *rule, const char *key)
{
	const struct rule_info *info = info_of(rule);

	return info ? meta_value(info->rule, key) : NULL;
}

static bool is_redacted(const YR_RULE *rule)
{
	const char *value = meta_value(rule, "redact");

	return value && strcmp(value, "true") == 0;
}

static void keep_excerpt(struct rules_scanner *scanner, struct found *found, uint64_t at,
                         size_t len)
{
	if (at > scanner->window.size)
		return;
	if (len > scanner->window.size - at)
		len = scanner->window.size - (size_t)at;
	if (len > EXCERPT_MAX)
		len = EXCERPT_MAX;
	if (!found->excerpt)
		found->excerpt = need(malloc(EXCERPT_MAX));
	memcpy(found->excerpt, scanner->window.data + at, len);
	found->excerpt_len = len;
}

static void note_match(struct rules_scanner *scanner, struct found *found, const YR_MATCH *match)
{
	uint64_t at = (uint64_t)(match->base + match->offset);
	uint64_t offset = scanner->window.origin + at;
	uint64_t end = offset + (uint64_t)match->match_length;

	/* seen before, in the part that windows share */
	if (end <= scanner->scanned)
		return;
	found->count++;
	if (found->seen && offset >= found->offset)
		return;
	found->seen = true;
	found->offset = offset;
	keep_excerpt(scanner, found, at, (size_t)match->match_length);
}

static void note_rule(struct rules_scanner *scanner, YR_SCAN_CONTEXT *scan, const YR_RULE *rule)
{
	const struct rule_info *info = info_of(rule->identifier);
	struct found *found;
	YR_STRING *string;
	YR_MATCH *match;

	if (!info)
		return;
	found = &scanner->found[info - compiled.infos];
	found->holds = true;
	yr_rule_strings_foreach(rule, string)
	{
		if (STRING_IS_PRIVATE(string))
			continue;
		/* ordered by offset, so what is beyond the cap is not the first */
		uint64_t seen = 0;
		yr_string_matches_foreach(scan, string, match)
		{
			note_match(scanner, found, match);
			if (++seen > COUNT_MAX)
				break;
		}
	}
}

static int hear_scan(YR_SCAN_CONTEXT *scan, int message, void *data, void *user)
{
	struct rules_scanner *scanner = user;

	if (message == CALLBACK_MSG_RULE_MATCHING)
		note_rule(scanner, scan, data);
	if (message == CALLBACK_MSG_TOO_MANY_MATCHES)
		scanner->too_many = true;
	return CALLBACK_CONTINUE;
}

struct rules_scanner *rules_open(void)
{
	struct rules_scanner *scanner = need(calloc(1, sizeof *scanner));

	scanner->found = need(calloc(compiled.count + 1, sizeof *scanner->found));
	if (!compiled.rules)
		return scanner;
	if (yr_scanner_create(compiled.rules, &scanner->scanner) != ERROR_SUCCESS)
		fault_out_of_memory();
	yr_scanner_set_callback(scanner->scanner, hear_scan, scanner);
	yr_scanner_set_flags(scanner->scanner,
	                     SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING);
	return scanner;
}

void rules_close(struct rules_scanner *scanner)
{
	if (!scanner)
		return;
	if (scanner->scanner)
		yr_scanner_destroy(scanner->scanner);
	for (size_t i = 0; i < compiled.count; i++)
		free(scanner->found[i].excerpt);
	free(scanner->found);
	free(scanner);
}

void rules_begin(struct rules_scanner *scanner, const struct entry *entry, const char *kind,
                 uint64_t size)
{
	scanner->entry = entry;
	scanner->scanned = 0;
	for (size_t i = 0; i < compiled.count; i++) {
		struct found *found = &scanner->found[i];
		char *excerpt = found->excerpt;
		*found = (struct found){.excerpt = excerpt};
	}
	if (!scanner->scanner)
		return;
	yr_scanner_define_string_variable(scanner->scanner, "path", entry->path);
	yr_scanner_define_string_variable(scanner->scanner, "kind", kind);
	yr_scanner_define_integer_variable(scanner->scanner, "size", (int64_t)size);
	yr_scanner_set_timeout(scanner->scanner, (int)limit_get(LIMIT_RULES));
}

static RESULT outcome(const struct rules_scanner *scanner, int status)
{
	uint64_t at = scanner->window.origin;

	switch (status) {
	case ERROR_SUCCESS:
		ENSURE(!scanner->too_many, YARA_MATCHES, at,
		       "a string of a rule matched a million times; the rest was not counted");
		return OK;
	case ERROR_SCAN_TIMEOUT:
		FAIL(YARA_TIMEOUT, at, "rules took longer than %llu seconds",
		     (unsigned long long)limit_get(LIMIT_RULES));
	case ERROR_TOO_MANY_MATCHES:
		FAIL(YARA_MATCHES, at, "a string of a rule matched more often than libyara counts");
	case ERROR_INSUFFICIENT_MEMORY:
		FAIL(LIMIT_MEMORY, at, "rules needed more memory than there is");
	default:
		FAIL(YARA_SCAN, at, "libyara failed with its error %d", status);
	}
}

struct result rules_window(struct rules_scanner *scanner, struct cursor window)
{
	int status = ERROR_SUCCESS;
	static const uint8_t nothing[1];

	scanner->window = window;
	scanner->too_many = false;
	if (scanner->scanner)
		status = yr_scanner_scan_mem(scanner->scanner, window.data ? window.data : nothing,
		                             window.size);
	scanner->scanned = window.origin + window.size;
	return outcome(scanner, status);
}

/* A redacted match shows its first characters only, and not how long it is. */
static void write_excerpt(const struct rule_info *info, const struct found *found,
                          struct facts *facts)
{
	struct text text = {0};
	size_t len = found->excerpt_len, keep = 0;

	if (is_redacted(info->rule)) {
		for (int i = 0; i < REDACTED_KEEP && keep < len; i++) {
			uint32_t point;
			size_t step = text_decode((const uint8_t *)found->excerpt + keep,
			                          len - keep, &point);
			keep += step ? step : 1;
		}
		text_add(&text, found->excerpt, keep);
		text_puts(&text, redaction);
	} else {
		text_add(&text, found->excerpt, len);
	}
	facts_bytes(facts, FACT_MATCH_EXCERPT, text.data, text.len);
	text_free(&text);
}

static void write_match(const struct rules_scanner *scanner, size_t index, struct facts *facts)
{
	const struct rule_info *info = &compiled.infos[index];
	const struct found *found = &scanner->found[index];

	facts_row(facts, ROW_MATCH, 0);
	facts_text(facts, FACT_MATCH_RULE, info->name);
	facts_clean(facts, FACT_MATCH_IN, scanner->entry->path);
	facts_text(facts, FACT_MATCH_TAGS, info->tags.data ? info->tags.data : "");
	if (found->seen)
		facts_int(facts, FACT_MATCH_OFFSET, (int64_t)found->offset);
	facts_int(facts, FACT_MATCH_COUNT,
	          (int64_t)(found->count < COUNT_MAX ? found->count : COUNT_MAX));
	if (found->seen)
		write_excerpt(info, found, facts);
}

const char *rules_tagged(const struct rules_scanner *scanner, const char *tag)
{
	size_t len = strlen(tag);

	for (size_t i = 0; i < compiled.count; i++) {
		const char *tags = compiled.infos[i].tags.data;
		if (!scanner->found[i].holds || !tags)
			continue;
		for (const char *at = strstr(tags, tag); at; at = strstr(at + 1, tag))
			if ((at == tags || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
				return compiled.infos[i].name;
	}
	return NULL;
}

void rules_end(struct rules_scanner *scanner, struct facts *facts)
{
	for (size_t i = 0; i < compiled.count; i++)
		if (scanner->found[i].holds)
			write_match(scanner, i, facts);
	scanner->window = (struct cursor){0};
	scanner->entry = NULL;
}

struct result rules_scan(struct rules_scanner *scanner, const struct entry *entry, const char *kind,
                         struct cursor body, struct facts *facts)
{
	rules_begin(scanner, entry, kind, body.size);
	struct result scanned = rules_window(scanner, body);
	rules_end(scanner, facts);
	return scanned;
}
