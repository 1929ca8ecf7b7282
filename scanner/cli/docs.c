/* docs.c - Markdown from the vocabulary, the diagnostics, the refusals and the limits. */
#include "cli/docs.h"

#include "facts/vocabulary.h"
#include "intake/limits.h"
#include "signing/scheme.h"

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

static void refusals(struct text *out)
{
	text_puts(out, "## Reasons\n\nThe codes of `/facts/signing/refusal/@code`.\n\n"
	               "| code | family | meaning |\n|---|---|---|\n");
	for (int i = 0; i < REFUSAL_COUNT; i++)
		text_printf(out, "| `%s` | %s | %s |\n", refusal_name((enum refusal_code)i),
		            refusal_family((enum refusal_code)i),
		            refusal_meaning((enum refusal_code)i));
}

static void issues(struct text *out)
{
	static const struct {
		const char *name;
		enum refusal_code code;
	} all[] = {
#define ISSUE(name, code) {#name, REFUSAL_##code},
#include "signing/androidissues.def"
#undef ISSUE
	};

	text_puts(out,
	          "\n## Names of Android's verifier\n\nWhat apksig (`ApkVerifier.Issue`) calls a "
	          "reason. Where it throws an exception instead, the package is\n"
	          "refused here with `PACKAGE_UNREADABLE`, `MANIFEST_MISSING` or "
	          "`MANIFEST_UNREADABLE`.\n\n| apksig | code | family |\n|---|---|---|\n");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		text_printf(out, "| `%s` | `%s` | %s |\n", all[i].name, refusal_name(all[i].code),
		            refusal_family(all[i].code));
}

void docs_signatures(struct text *out)
{
	text_puts(
		out,
		"# Package signatures\n\nMade from `scanner/signing/refusals.def` and "
		"`androidissues.def` by `make docs`; do not edit.\n\n"
		"An Android package is judged for a range of platform versions: from "
		"`--min-sdk` (default: the\n"
		"manifest's minimum) to `--max-sdk` (default: all later ones). It is verified if "
		"every version of the\n"
		"range accepts it. Versions from 33 on take v3.1, from 28 on v3, from 24 on v2, "
		"where they are there;\n"
		"v1 counts for older versions, and where nothing newer is there. What is refused "
		"about a scheme that no\n"
		"version of the range relies on does not count. The rules are those of AOSP's "
		"apksig, with these exceptions:\n\n"
		"- A manifest that is there and cannot be read is refused even if `--min-sdk` is "
		"given: no version installs it.\n"
		"- What is wrong with a scheme as a whole (its list of signers, its ranges of "
		"versions) refuses the package. apksig does so\n"
		"  as well; its release 31, in Debian 12, loses such errors where another scheme "
		"verifies.\n"
		"- More than 10 signers of v3, more than 64 certificates in a proof of rotation "
		"and more than 64 digests of a signer\n"
		"  are refused; apksig has no such limits.\n"
		"- Where a signature of scheme v3.2 is there, which this release does not verify, "
		"the answer is open.\n\n"
		"A source stamp is verified on its own and never decides about the package; "
		"apksig ends with an exception on some\n"
		"damaged stamps.\n\n");
	refusals(out);
	issues(out);
}
