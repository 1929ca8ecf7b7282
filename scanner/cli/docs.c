/* docs.c - Markdown from the vocabulary, the diagnostics and the limits. */
#include "cli/docs.h"

#include "facts/vocabulary.h"
#include "intake/limits.h"

static void sources(struct text *out)
{
	text_puts(out, "## Sources\n\n| source | what it reads |\n|---|---|\n");
	for (int i = 0; i < SOURCE_COUNT; i++)
		text_printf(out, "| `%s` | %s |\n", source_names[i], source_meanings[i]);
}

static void row_sources(enum fact_row row, struct text *out)
{
	bool first = true;

	for (int i = 0; i < SOURCE_COUNT; i++) {
		if (!(fact_rows[row].sources >> i & 1))
			continue;
		text_printf(out, "%s%s", first ? " Written by: " : ", ", source_names[i]);
		first = false;
	}
	text_puts(out, first ? "\n\n" : ".\n\n");
}

static const char *type_name(enum fact_type type)
{
	static const char *const names[] = {"string", "integer", "boolean", "day", "version"};

	return names[type];
}

static void row(enum fact_row kind, struct text *out)
{
	char path[128];

	text_printf(out, "### `%s`\n\n%s.", vocabulary_path(kind, path, sizeof path),
	            fact_rows[kind].meaning);
	row_sources(kind, out);
	text_puts(out, "| attribute | type | always | key | meaning |\n|---|---|---|---|---|\n");
	for (int i = 0; i < FACT_COUNT; i++) {
		const struct attr_info *attr = &fact_attrs[i];
		if (attr->row != kind)
			continue;
		text_printf(out, "| `@%s` | %s | %s | %s | %s |\n", attr->name,
		            type_name(attr->type), attr->flags & FACT_ALWAYS ? "yes" : "",
		            attr->flags & FACT_KEY ? "yes" : "", attr->meaning);
	}
	text_puts(out, "\n");
}

static void diagnostics(struct text *out)
{
	static const char *const kinds[] = {"notice",      "malformed", "limit",
	                                    "unsupported", "usage",     "system"};

	text_puts(out, "## Diagnostics\n\nThe codes of `/facts/issues/issue/@code`. A notice says "
	               "that something is odd and was\n"
	               "read all the same; the other kinds mean that something was not read, and "
	               "no verdict rests\n"
	               "on its absence.\n\n| code | kind | meaning |\n|---|---|---|\n");
	for (int i = 0; i < DIAG_COUNT; i++)
		text_printf(out, "| `%s` | %s | %s |\n", diag_name((enum diag)i),
		            kinds[diag_kind((enum diag)i)], diag_meaning((enum diag)i));
}

void docs_facts(struct text *out)
{
	text_puts(out, "# The facts document\n\n"
	               "Made from `scanner/facts/vocabulary.def` and "
	               "`scanner/base/diagnostics.def` by `make docs`;\n"
	               "do not edit. `parasol facts FILE` prints the document of a bundle.\n\n"
	               "Every row may carry `@unread`, the names of attributes that should be "
	               "there and could not be\n"
	               "read. Paths of entries are clean: `outer.apk!/inner.zip!/name`, foreign "
	               "bytes as `\\x{ff}`,\n"
	               "control characters as `\\u{1b}`. Days count from 1970-01-01, UTC.\n\n");
	sources(out);
	text_puts(out, "\n## Rows\n\n");
	for (int i = 0; i < ROW_COUNT; i++) {
		if (!fact_rows[i].group)
			row((enum fact_row)i, out);
	}
	diagnostics(out);
}

void docs_limits(struct text *out)
{
	text_puts(out,
	          "# Limits\n\nMade from `scanner/intake/limits.def` by `make docs`; do not edit. "
	          "A limit that is reached is\n"
	          "reported, and is never a pass. `--limit NAME=VALUE` changes one, up to its "
	          "ceiling.\n\n"
	          "| limit | default | ceiling | unit | what it bounds |\n|---|---|---|---|---|\n");
	for (int i = 0; i < LIMIT_COUNT; i++) {
		const struct limit_info *limit = &limit_table[i];
		text_printf(out, "| `%s` | %llu | %llu | %s | %s |\n", limit->name,
		            (unsigned long long)limit->value, (unsigned long long)limit->ceiling,
		            limit->unit, limit->reason);
	}
}
