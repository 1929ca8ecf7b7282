/*
 * summary.c - the summary of a scan on a terminal. The table of counts is set by libsmartcols,
 * which knows how wide characters are.
 *
 * Lines: what happened (1 or 2), one per pack (at most 4), counts (6 and 2 empty ones), what was
 * not read (at most 3), reports (at most 4); findings take two each of those that are left.
 */
#include "render/summary.h"

#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/cause.h"
#include "render/column.h"
#include "render/prose.h"
#include "render/words.h"

enum { PACKS_MAX = 3, FINDINGS_MAX = 5, REPORTS_MAX = 3, WIDTH_DEFAULT = 80, WIDTH_MIN = 40 };

struct page {
	const struct assessment *assessment;
	const struct summary_options *options;
	struct words *words;
	struct text *out;
	size_t width;
	struct causes causes;
};

/* The verdicts that a count is given of, in the order of the columns. */
static const enum verdict shown[] = {VERDICT_FAIL,       VERDICT_ERROR, VERDICT_UNKNOWN,
                                     VERDICT_NOTCHECKED, VERDICT_PASS,  VERDICT_NOTAPPLICABLE};
enum { SHOWN = sizeof shown / sizeof *shown };

static const char *say(const struct page *page, const char *kind, const char *name)
{
	return words_of(page->words, page->options->language, kind, name);
}

static void add_clean(struct text *out, const char *text)
{
	if (text_is_clean(text, strlen(text)))
		text_puts(out, text);
	else
		text_clean(out, text, strlen(text));
}

static void coloured_to(const struct page *page, struct text *out, const char *code,
                        const char *text)
{
	if (page->options->colour)
		text_printf(out, "\x1b[%sm%s\x1b[0m", code, text);
	else
		text_puts(out, text);
}

static void coloured(const struct page *page, const char *code, const char *text)
{
	coloured_to(page, page->out, code, text);
}

static const char *outcome_colour(enum gate_outcome outcome)
{
	static const char *const codes[] = {
		[GATE_PASSED] = "1;32", [GATE_FAILED] = "1;31", [GATE_INCOMPLETE] = "1;33"};

	return codes[outcome];
}

static struct libscols_table *table_new(const struct page *page)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		fault_out_of_memory();
	scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table, page->width);
	scols_table_set_column_separator(table, "  ");
	scols_table_enable_colors(table, page->options->colour);
	return table;
}

static void column(struct libscols_table *table, const char *name, int flags)
{
	if (!scols_table_new_column(table, name, 0, flags))
		fault_out_of_memory();
}

static struct libscols_line *line(struct libscols_table *table)
{
	struct libscols_line *made = scols_table_new_line(table, NULL);

	if (!made)
		fault_out_of_memory();
	return made;
}

static void cell(struct libscols_line *row, size_t at, const char *text)
{
	if (scols_line_set_data(row, at, text) != 0)
		fault_out_of_memory();
}

/* libsmartcols pads every line; what a terminal does not show is left out. */
static void add_lines(struct text *out, const char *lines)
{
	for (const char *at = lines; *at;) {
		size_t len = strcspn(at, "\n");
		size_t kept = len;

		while (kept && at[kept - 1] == ' ')
			kept--;
		text_add(out, at, kept);
		text_puts(out, "\n");
		at += len + (at[len] == '\n');
	}
}

static RESULT table_write(const struct page *page, struct libscols_table *table)
{
	char *lines = NULL;
	int wrong = scols_print_table_to_string(table, &lines);

	scols_unref_table(table);
	ENSURE(wrong == 0 && lines, SYSTEM, AT_NONE, "a table of the summary cannot be printed");
	add_lines(page->out, lines);
	free(lines);
	return OK;
}

/* The words of an id with `value` in the place of {1}. */
static void fill(const struct page *page, struct text *out, const char *id, const char *value)
{
	const char *words = words_find(page->words, page->options->language, id);
	const char *place = strstr(words, "{1}");

	if (!place) {
		text_puts(out, words);
		return;
	}
	text_add(out, words, (size_t)(place - words));
	text_puts(out, value);
	text_puts(out, place + strlen("{1}"));
}

/* "5 requirements" or "1 requirement". */
static void fill_count(const struct page *page, struct text *out, const char *one, const char *many,
                       size_t count)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%zu", count);
	fill(page, out, count == 1 ? one : many, digits);
}

static size_t deciding(const struct assessment *assessment)
{
	size_t count = 0;

	for (size_t i = 0; i < assessment->pack_count; i++)
		count += assessment->outcome == GATE_FAILED
		                 ? assessment->packs[i].gate.failed_count
		                 : assessment->packs[i].gate.incomplete_count;
	return assessment->outcome == GATE_PASSED ? 0 : count;
}

/* What happened, in words: "mockbank-1.0.apk: gate failed (5 requirements)". */
static void add_heading(const struct page *page)
{
	const struct assessment *assessment = page->assessment;
	struct text name = {0}, said = {0};

	text_puts(&said, say(page, "summary.gate-", gate_outcome_name(assessment->outcome)));
	size_t count = deciding(assessment);
	if (count && assessment->outcome == GATE_FAILED)
		fill_count(page, &said, "summary.failing-1", "summary.failing", count);
	else if (count)
		fill_count(page, &said, "summary.left-open-1", "summary.left-open", count);
	add_clean(&name, page->options->file_name ? page->options->file_name : "");
	size_t taken = column_width(said.data) + 2;
	column_cut_start(page->out, name.data ? name.data : "",
	                 page->width > taken + 8 ? page->width - taken : 8);
	text_puts(page->out, say(page, "summary.", "colon"));
	coloured(page, outcome_colour(assessment->outcome), said.data);
	text_puts(page->out, "\n");
	if (!assessment->evaluated)
		text_printf(page->out, "%s\n", say(page, "summary.", "nothing"));
	text_free(&name);
	text_free(&said);
}

static void add_pack(const struct page *page, const struct pack_result *pack)
{
	const char *colon = say(page, "summary.", "colon");
	struct text line = {0};

	text_printf(&line, "%s %s:%s", pack->id, pack->version, pack->profile);
	if (page->assessment->pack_count > 1)
		text_printf(&line, "  %s",
		            say(page, "gate.", gate_outcome_name(pack->gate.outcome)));
	text_printf(&line, "  %s", say(page, "gate-id.", pack->gate.id));
	text_printf(&line, "  %s%s", say(page, "summary.", "score"), colon);
	if (pack->score.available)
		text_printf(&line, "%u–%u%%", pack->score.low, pack->score.high);
	else
		text_puts(&line, say(page, "label.", "not-available"));
	column_cut(page->out, line.data, page->width);
	text_puts(page->out, "\n");
	text_free(&line);
}

static void add_packs(const struct page *page)
{
	const struct assessment *assessment = page->assessment;

	for (size_t i = 0; i < assessment->pack_count && i < PACKS_MAX; i++)
		add_pack(page, &assessment->packs[i]);
	if (assessment->pack_count > PACKS_MAX)
		text_printf(page->out, "+ %zu\n", assessment->pack_count - PACKS_MAX);
}

/* Requirements by severity and verdict, over all packs. */
static RESULT add_counts(const struct page *page)
{
	struct libscols_table *table = table_new(page);
	const struct assessment *assessment = page->assessment;

	column(table, say(page, "label.", "severity"), 0);
	for (size_t v = 0; v < SHOWN; v++)
		column(table, say(page, "summary.count-", verdict_name(shown[v])), SCOLS_FL_RIGHT);
	for (size_t s = 0; s < SEVERITY_COUNT; s++) {
		struct libscols_line *row = line(table);

		cell(row, 0, say(page, "severity.", severity_name((enum severity)s)));
		for (size_t v = 0; v < SHOWN; v++) {
			struct text count = {0};
			size_t sum = 0;

			for (size_t p = 0; p < assessment->pack_count; p++)
				sum += assessment->packs[p]
				               .requirement_tally.by_severity[s][shown[v]];
			text_printf(&count, "%zu", sum);
			cell(row, v + 1, count.data);
			text_free(&count);
		}
	}
	return table_write(page, table);
}

static const char *title_of(const struct page *page, const struct control_result *control)
{
	const char *title = control->prose[page->options->language].title;

	return title ? title : control->id;
}

static const char *fix_of(const struct page *page, const struct control_result *control)
{
	const char *fix = control->prose[page->options->language].fix;

	return fix ? fix : "";
}

/* Where the control's first finding is: the component's name, or the entry. */
static const char *place_of(const struct control_result *control, size_t *findings)
{
	const struct finding *first = NULL;

	*findings = 0;
	for (size_t i = 0; i < control->step_count; i++) {
		const struct step_result *step = &control->steps[i];

		if (step->verdict != VERDICT_FAIL)
			continue;
		*findings += step->findings_total;
		if (!first && step->finding_count)
			first = &step->findings[0];
	}
	if (!first)
		return "";
	if (strncmp(first->row, "/facts/components", strlen("/facts/components")) != 0 &&
	    *first->in)
		return first->in;
	for (size_t i = 0; i < first->observed_count; i++) {
		if (strcmp(first->observed[i].name, "name") == 0)
			return first->observed[i].value;
	}
	return first->in;
}

/* The place takes at most half of the line; its end is what tells one from another. */
static size_t add_place(const struct page *page, const struct control_result *control, size_t room)
{
	struct text clean = {0};
	size_t findings, taken;
	const char *place = place_of(control, &findings);

	if (!*place)
		return 0;
	add_clean(&clean, place);
	taken = column_cut_start(page->out, clean.data, room / 2);
	text_free(&clean);
	if (findings > 1) {
		struct text more = {0};

		text_printf(&more, " +%zu", findings - 1);
		text_puts(page->out, more.data);
		taken += column_width(more.data);
		text_free(&more);
	}
	const char *colon = say(page, "summary.", "colon");
	text_puts(page->out, colon);
	return taken + column_width(colon);
}

static void add_prose(const struct page *page, const char *prose, size_t room)
{
	struct text line = {0};

	prose_line(&line, prose);
	column_cut(page->out, line.data ? line.data : "", room);
	text_puts(page->out, "\n");
	text_free(&line);
}

/* Severity, id and title; below it where it is and what to do. */
static void add_finding(const struct page *page, const struct control_result *control,
                        size_t indent, size_t id_width)
{
	struct text severity = {0};
	size_t left = indent + id_width;

	column_pad(&severity, say(page, "severity.", severity_name(control->severity)), indent);
	if (control->severity <= SEVERITY_HIGH)
		coloured(page, "31", severity.data);
	else
		text_puts(page->out, severity.data);
	text_free(&severity);
	column_pad(page->out, control->id, id_width);
	add_prose(page, title_of(page, control), page->width - left);
	for (size_t i = 0; i < indent; i++)
		text_puts(page->out, " ");
	size_t room = page->width - indent;
	size_t taken = add_place(page, control, room);
	add_prose(page, fix_of(page, control), room > taken ? room - taken : 0);
}

/* The worst findings first; within a severity in the order of ids. */
static size_t choose(const struct assessment *assessment, const struct control_result **out,
                     size_t room)
{
	size_t kept = 0;

	for (size_t s = 0; s < SEVERITY_COUNT; s++) {
		for (size_t i = 0; i < assessment->control_count && kept < room; i++) {
			const struct control_result *control = &assessment->controls[i];

			if (control->verdict == VERDICT_FAIL &&
			    control->severity == (enum severity)s)
				out[kept++] = control;
		}
	}
	return kept;
}

static void add_findings(const struct page *page, size_t room)
{
	const struct control_result *chosen[FINDINGS_MAX];
	size_t failed = page->assessment->control_tally.by_verdict[VERDICT_FAIL];
	size_t count = choose(page->assessment, chosen, room < FINDINGS_MAX ? room : FINDINGS_MAX);
	size_t indent = 0, id_width = 0;

	for (size_t i = 0; i < count; i++) {
		size_t severity =
			column_width(say(page, "severity.", severity_name(chosen[i]->severity)));
		size_t id = column_width(chosen[i]->id);

		indent = severity + 2 > indent ? severity + 2 : indent;
		id_width = id + 2 > id_width ? id + 2 : id_width;
	}
	if (count)
		text_printf(page->out, "%s\n", say(page, "summary.", "failing-controls"));
	for (size_t i = 0; i < count; i++)
		add_finding(page, chosen[i], indent, id_width);
	if (failed > count) {
		fill_count(page, page->out, "summary.more-1", "summary.more", failed - count);
		text_puts(page->out, "\n");
	}
}

/* One item of a list that goes on in a second line where the first is full. */
static void add_item(const struct page *page, struct text *out, size_t *taken, const char *item)
{
	if (*taken + column_width(item) > page->width && *taken > 2) {
		while (out->data[out->len - 1] == ' ')
			out->data[--out->len] = '\0';
		text_puts(out, "\n  ");
		*taken = 2;
	}
	*taken += column_cut(out, item, page->width - *taken);
}

static void add_source(const struct page *page, struct text *out, enum source source, bool code)
{
	const char *meaning = page->causes.codes[source];

	text_puts(out, say(page, "source.", source_names[source]));
	if (!code || !*meaning)
		return;
	text_printf(out, "%s%s%s", say(page, "summary.", "open-bracket"),
	            say(page, "diag.", meaning), say(page, "summary.", "close-bracket"));
}

/* What was not read for one cause, and how many requirements that leaves open. The diagnostics are
 * said where they are few. */
static void add_unread(const struct page *page, struct text *out, const char *label,
                       uint32_t sources, bool codes, size_t open)
{
	struct text head = {0};

	if (!sources && !open)
		return;
	text_puts(&head, say(page, "summary.", label));
	fill_count(page, &head, "summary.open-1", "summary.open", open);
	if (sources)
		text_puts(&head, say(page, "summary.", "colon"));
	size_t taken = column_cut(out, head.data, page->width);
	for (size_t s = 0; s < SOURCE_COUNT; s++) {
		struct text item = {0};

		if (!(sources & UINT32_C(1) << s))
			continue;
		add_source(page, &item, (enum source)s, codes && __builtin_popcount(sources) <= 2);
		if (sources >> s > 1)
			text_puts(&item, say(page, "summary.", "comma"));
		add_item(page, out, &taken, item.data);
		text_free(&item);
	}
	text_puts(out, "\n");
	text_free(&head);
}

static void add_open(const struct page *page, struct text *out)
{
	const struct causes *causes = &page->causes;

	/* what is no bundle has nothing else that could have been read */
	add_unread(page, out, "unread-bundle",
	           causes->bundle & BIT(BUNDLE) ? BIT(BUNDLE) : causes->bundle, true,
	           cause_count(causes, page->assessment, CAUSE_BUNDLE));
	add_unread(page, out, "unread-release", causes->release, false,
	           cause_count(causes, page->assessment, CAUSE_RELEASE));
	if (page->options->sandbox == SUMMARY_SANDBOX_WHOLE)
		return;
	const char *word = page->options->sandbox == SUMMARY_SANDBOX_OFF ? "off" : "partial";
	coloured_to(page, out, "33", say(page, "summary.sandbox-", word));
	text_puts(out, "\n");
}

static void add_reports(const struct page *page, struct text *out)
{
	const struct summary_options *options = page->options;

	for (size_t i = 0; i < options->report_count && i < REPORTS_MAX; i++) {
		text_printf(out, "%s %s%s", say(page, "summary.", "reports"),
		            options->reports[i].format, say(page, "summary.", "colon"));
		add_clean(out, options->reports[i].path);
		text_puts(out, "\n");
	}
	if (options->report_count > REPORTS_MAX)
		text_printf(out, "+ %zu\n", options->report_count - REPORTS_MAX);
}

static size_t lines_of(const struct text *text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text->len; i++)
		lines += text->data[i] == '\n';
	return lines;
}

/* What follows the findings is made first: they take the lines that are left. */
static RESULT add_all(const struct page *page)
{
	struct text end = {0};

	add_heading(page);
	add_packs(page);
	text_puts(page->out, "\n");
	TRY(add_counts(page));
	add_open(page, &end);
	add_reports(page, &end);
	text_puts(page->out, "\n");
	size_t used = lines_of(page->out) + lines_of(&end) + 2;
	add_findings(page, used < SUMMARY_LINES_MAX ? (SUMMARY_LINES_MAX - used) / 2 : 0);
	text_puts(page->out, end.data ? end.data : "");
	text_free(&end);
	return OK;
}

RESULT summary_text(const struct assessment *assessment, const struct summary_options *options,
                    struct text *out)
{
	struct page page = {.assessment = assessment, .options = options, .out = out};

	page.width = options->width ? options->width : WIDTH_DEFAULT;
	if (page.width < WIDTH_MIN)
		page.width = WIDTH_MIN;
	TRY(words_open(&page.words));
	causes_of(assessment, &page.causes);
	struct result done = add_all(&page);
	words_close(page.words);
	return done;
}
