/* cli.c - the command table, and what commands share. */
#include "cli/cli.h"

#include <fcntl.h>
#include <libxml/parser.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "cli/docs.h"
#include "formats/x509lint.h"
#include "intake/limits.h"
#include "render/render.h"

/* Largest mapping.txt; those of large apps have some hundred megabytes. */
static const size_t MAPPING_MAX = (size_t)1 << 30;

static int (*const run[COMMAND_COUNT])(const struct arguments *) = {
	[COMMAND_SCAN] = scan_command,     [COMMAND_FACTS] = facts_command,
	[COMMAND_REPORT] = report_command, [COMMAND_PACK] = pack_command,
	[COMMAND_DOCTOR] = doctor_command, [COMMAND_VERSION] = version_command,
	[COMMAND_HELP] = help_command,
};

int cli_fault(void)
{
	const struct fault *fault = fault_last();
	struct text line = {0};

	text_clean(&line, fault->why, strlen(fault->why));
	fprintf(stderr, "parasol: %s\n", line.data);
	text_free(&line);
	return diag_kind(fault->code) == FAULT_SYSTEM ? EXIT_SYSTEM : EXIT_USAGE;
}

int cli_print(const struct text *text, int status)
{
	if (!file_write("-", text->data ? text->data : "", text->len).ok)
		return cli_fault();
	return status;
}

static bool environment_is_chinese(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}

struct result cli_language(const struct arguments *arguments, enum language *out)
{
	const char *asked = option_value(arguments, OPTION_LANGUAGE);

	for (int i = 0; asked && i < LANG_COUNT; i++) {
		if (strcmp(asked, language_name((enum language)i)) == 0) {
			*out = (enum language)i;
			return OK;
		}
	}
	ENSURE(!asked, USAGE, AT_NONE, "--lang is '%s'; it can be zh-CN or en", asked);
	*out = environment_is_chinese() ? LANG_ZH_CN : LANG_EN;
	return OK;
}

static const char *format_list(char *out, size_t room)
{
	size_t used = 0;

	out[0] = '\0';
	for (const char *const *name = render_formats(NULL); *name && used < room; name++)
		used += (size_t)snprintf(out + used, room - used, "%s%s", used ? ", " : "", *name);
	return out;
}

struct result cli_output(const char *value, char format[16], const char **path)
{
	size_t len = strcspn(value, "=");
	char known[128];

	ENSURE(value[len] == '=' && value[len + 1] && len > 0 && len < 16, USAGE, AT_NONE,
	       "-o is '%s'; it is FORMAT=PATH with FORMAT one of: %s", value,
	       format_list(known, sizeof known));
	memcpy(format, value, len);
	format[len] = '\0';
	ENSURE(render_has(format), USAGE, AT_NONE, "-o %s: there is no format '%s'; there are: %s",
	       value, format, format_list(known, sizeof known));
	*path = value + len + 1;
	return OK;
}

static RESULT read_threads(const char *value, unsigned *out)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	ENSURE(*value >= '1' && *value <= '9' && !*end && number <= 64, USAGE, AT_NONE,
	       "--threads is '%s'; it can be 1 to 64", value);
	*out = (unsigned)number;
	return OK;
}

/* An API level; -1 if the option was not given. */
static RESULT read_sdk(const struct arguments *arguments, enum option option, const char *name,
                       int64_t *out)
{
	const char *value = option_value(arguments, option);
	char *end;

	*out = -1;
	if (!value)
		return OK;
	unsigned long number = strtoul(value, &end, 10);
	ENSURE(*value >= '0' && *value <= '9' && !*end && number <= INT32_MAX, USAGE, AT_NONE,
	       "--%s is '%s'; give an API level, such as 24", name, value);
	*out = (int64_t)number;
	return OK;
}

static RESULT read_sdk_range(const struct arguments *arguments, struct scan_request *out)
{
	TRY(read_sdk(arguments, OPTION_MIN_SDK, "min-sdk", &out->min_sdk));
	TRY(read_sdk(arguments, OPTION_MAX_SDK, "max-sdk", &out->max_sdk));
	ENSURE(out->max_sdk < 0 || out->min_sdk <= out->max_sdk, USAGE, AT_NONE,
	       "--min-sdk %lld is above --max-sdk %lld; exchange them", (long long)out->min_sdk,
	       (long long)out->max_sdk);
	return OK;
}

/* Kept until the program ends: every bundle of a run is scanned with it. */
static RESULT read_mapping(const char *path, struct scan_request *out)
{
	static struct mapping *mapping;
	struct text text = {0};

	if (!path)
		return OK;
	TRY(file_read(path, MAPPING_MAX, &text));
	mapping_free(mapping);
	mapping = NULL;
	struct result read = mapping_read(text.data ? text.data : "", text.len, &mapping);
	text_free(&text);
	out->code.mapping = mapping;
	return read;
}

struct result cli_scan_request(const struct arguments *arguments, struct scan_request *out)
{
	const char *threads = option_value(arguments, OPTION_THREADS);

	*out = (struct scan_request){.sandbox = !arguments->count[OPTION_NO_SANDBOX],
	                             .require_sandbox =
	                                     arguments->count[OPTION_REQUIRE_SANDBOX] > 0,
	                             .idsig = option_value(arguments, OPTION_IDSIG)};
	ENSURE(out->sandbox || !out->require_sandbox, USAGE, AT_NONE,
	       "--no-sandbox and --require-sandbox exclude each other; give one of them");
	for (size_t i = 0; i < arguments->count[OPTION_LIMIT]; i++)
		TRY(limit_set(arguments->values[OPTION_LIMIT][i]));
	if (threads)
		TRY(read_threads(threads, &out->threads));
	TRY(read_mapping(option_value(arguments, OPTION_MAPPING), out));
	return read_sdk_range(arguments, out);
}

void cli_timings(const struct arguments *arguments, const struct scan_run *scan)
{
	if (!arguments->count[OPTION_TIMINGS])
		return;
	fprintf(stderr, "stage\tmilliseconds\n");
	for (int i = 0; i < STAGE_COUNT; i++)
		fprintf(stderr, "%s\t%.3f\n", stage_name((enum stage)i),
		        (double)scan->stages[i] / 1e6);
	fprintf(stderr, "scan-wall\t%.3f\n", (double)scan->wall / 1e6);
	fprintf(stderr, "worker-anonymous-bytes\t%llu\n", (unsigned long long)scan->peak_anonymous);
	fprintf(stderr, "worker-peak-bytes\t%llu\n", (unsigned long long)scan->peak_memory);
}

/* Documents that are made from tables, for 'make docs'; not listed in the help. */
static const struct {
	const char *name;
	void (*write)(struct text *out);
} documents[] = {{"manual", options_manual},
                 {"facts-document", docs_facts},
                 {"limits", docs_limits},
                 {"lints", x509lint_page},
                 {"signatures", docs_signatures}};

static RESULT help_on(const char *word, struct text *out)
{
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
		if (strcmp(word, documents[i].name) == 0) {
			documents[i].write(out);
			return OK;
		}
	}
	for (int command = 0; command < COMMAND_COUNT; command++) {
		if (strcmp(word, command_name((enum command)command)) == 0) {
			options_command_help((enum command)command, out);
			return OK;
		}
	}
	FAIL(USAGE, AT_NONE, "there is no command '%s'; 'parasol help' lists them", word);
}

int help_command(const struct arguments *arguments)
{
	struct text text = {0};

	if (!arguments->operand_count)
		options_help(&text);
	else if (!help_on(arguments->operands[0], &text).ok)
		return cli_fault();
	int status = cli_print(&text, EXIT_PASSED);
	text_free(&text);
	return status;
}

static int command_help(enum command command)
{
	struct text text = {0};

	options_command_help(command, &text);
	int status = cli_print(&text, EXIT_PASSED);
	text_free(&text);
	return status;
}

/* No XML that this program reads, ours or a bundle's, may name another file. */
static xmlParserInputPtr load_nothing(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

/*
 * Started without standard streams, no file of ours may take their numbers: a message would be
 * written into a report. Reads find the end, writes fail.
 */
static void hold_standard_streams(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

int cli_run(int argc, char **argv)
{
	static struct arguments arguments;

	hold_standard_streams();
	/* what is written never depends on the user's locale; widths of CJK characters need UTF-8
	 */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "C");
	xmlSetExternalEntityLoader(load_nothing);
	if (!digest_start().ok || !options_read(argc, argv, &arguments).ok)
		return cli_fault();
	if (arguments.count[OPTION_HELP])
		return command_help(arguments.command);
	return run[arguments.command](&arguments);
}
