/* render.c - the table of report formats. */
#include "render/render.h"

#include <stdio.h>
#include <string.h>

#include "render/html.h"
#include "render/result.h"

struct format_row {
	const char *name;
	RESULT (*write)(xmlDoc *result, enum language language, struct text *out);
	const char *about;
};

static RESULT write_xml(xmlDoc *result, enum language language, struct text *out)
{
	(void)language; /* a result holds both */
	return result_text(result, out);
}

#define FORMATS(ROW) \
	ROW("xml", write_xml, \
	    "the result itself, valid by result.xsd; every report can be made from it") \
	ROW("html", render_html, "one self-contained page in Chinese and English")

#define TABLE_ROW(name, write, about) {name, write, about},
#define NAME_OF(name, write, about) name,
#define ABOUT_OF(name, write, about) about,

static const struct format_row formats[] = {FORMATS(TABLE_ROW)};
static const char *const format_names[] = {FORMATS(NAME_OF) NULL};
static const char *const format_abouts[] = {FORMATS(ABOUT_OF) NULL};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

static const struct format_row *find(const char *name)
{
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

static RESULT no_such_format(const char *name)
{
	char known[128] = "";
	size_t len = 0;

	for (size_t i = 0; i < FORMAT_COUNT && len < sizeof known; i++)
		len += (size_t)snprintf(known + len, sizeof known - len, "%s%s", i ? ", " : "",
		                        formats[i].name);
	FAIL(USAGE, AT_NONE, "there is no report format '%s'; there are: %s", name, known);
}

RESULT render_report(const char *format, xmlDoc *result, enum language language, struct text *out)
{
	const struct format_row *row = find(format);

	return row ? row->write(result, language, out) : no_such_format(format);
}

bool render_has(const char *format)
{
	return find(format) != NULL;
}

const char *const *render_formats(const char *const **about)
{
	if (about)
		*about = format_abouts;
	return format_names;
}
