/* report_cmd.c - parasol report: a result file, rendered again. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "render/render.h"
#include "render/result.h"

static const size_t RESULT_MAX = 512U << 20;

static RESULT write_one(xmlDoc *result, enum language language, const char *value, bool quiet)
{
	struct text body = {0};
	const char *path;
	char format[16];

	TRY(cli_output(value, format, &path));
	struct result done = render_report(format, result, language, &body);
	if (done.ok)
		done = file_write(path, body.data, body.len);
	if (done.ok && !quiet && strcmp(path, "-") != 0)
		printf("%s\n", path);
	text_free(&body);
	return done;
}

static RESULT render_all(const struct arguments *arguments, enum language language)
{
	struct text bytes = {0};
	xmlDoc *result;

	ENSURE(arguments->operand_count == 1 && arguments->count[OPTION_OUTPUT], USAGE, AT_NONE,
	       "'report' takes one result file and -o FORMAT=PATH; 'parasol help report' shows "
	       "more");
	TRY(file_read(arguments->operands[0], RESULT_MAX, &bytes));
	struct result done = result_read(bytes.data, bytes.len, &result);
	text_free(&bytes);
	TRY(done);
	for (size_t i = 0; done.ok && i < arguments->count[OPTION_OUTPUT]; i++)
		done = write_one(result, language, arguments->values[OPTION_OUTPUT][i],
		                 arguments->count[OPTION_QUIET] > 0);
	xmlFreeDoc(result);
	return done;
}

int report_command(const struct arguments *arguments)
{
	enum language language;

	if (!cli_language(arguments, &language).ok || !render_all(arguments, language).ok)
		return cli_fault();
	return EXIT_PASSED;
}
