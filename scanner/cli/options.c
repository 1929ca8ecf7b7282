/* options.c - reading argv, and help, from the tables. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *arguments, *line, *more;
} commands[COMMAND_COUNT] = {
#define COMMAND(id, name, arguments, line, more) {name, arguments, line, more},
#include "cli/commands.def"
};

static const struct {
	char letter;
	const char *name, *argument;
	unsigned commands;
	const char *help;
} options[OPTION_COUNT] = {
#define OPTION(id, letter, name, argument, commands, help) {letter, name, argument, commands, help},
#include "cli/options.def"
};

const char *command_name(enum command command)
{
	return commands[command].name;
}

const char *option_value(const struct arguments *arguments, enum option option)
{
	size_t count = arguments->count[option];

	return count ? arguments->values[option][count - 1] : NULL;
}

static RESULT find_command(const char *word, enum command *out)
{
	for (int i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(word, commands[i].name) == 0) {
			*out = (enum command)i;
			return OK;
		}
	}
	FAIL(USAGE, AT_NONE, "there is no command '%s'; 'parasol help' lists them%s", word,
	     strchr(word, '.') ? ", and 'parasol scan FILE' scans a file" : "");
}

static bool same_name(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && memcmp(name, word, len) == 0;
}

/* Finds a long option ("name" or "name=value") or a letter. */
static RESULT find_option(const char *word, bool is_long, enum command command, enum option *out)
{
	size_t len = is_long ? strcspn(word, "=") : 1;

	for (int i = 0; i < OPTION_COUNT; i++) {
		if (is_long ? !same_name(options[i].name, word, len) : options[i].letter != *word)
			continue;
		ENSURE(options[i].commands >> command & 1, USAGE, AT_NONE,
		       "option --%s does not go with '%s'; 'parasol help %s' lists those that do",
		       options[i].name, commands[command].name, commands[command].name);
		*out = (enum option)i;
		return OK;
	}
	FAIL(USAGE, AT_NONE, "there is no option %s%.*s; 'parasol help %s' lists them",
	     is_long ? "--" : "-", (int)len, word, commands[command].name);
}

static RESULT add_value(struct arguments *arguments, enum option option, const char *value)
{
	size_t at = arguments->count[option];

	ENSURE(at < VALUES_MAX, USAGE, AT_NONE, "option --%s is given more than %d times",
	       options[option].name, VALUES_MAX);
	arguments->values[option][at] = value;
	arguments->count[option]++;
	return OK;
}

/* One option word; `next` is the word after it, which it may take. */
static RESULT read_option(struct arguments *arguments, const char *word, const char *next,
                          bool *took)
{
	bool is_long = word[1] == '-';
	const char *rest = word + (is_long ? 2 : 1);
	const char *inside = is_long ? strchr(rest, '=') : rest[1] ? rest : NULL;
	enum option option;

	*took = false;
	TRY(find_option(rest, is_long, arguments->command, &option));
	if (!options[option].argument) {
		ENSURE(!inside, USAGE, AT_NONE, "option --%s takes no value", options[option].name);
		return add_value(arguments, option, "");
	}
	*took = !inside;
	ENSURE(inside || next, USAGE, AT_NONE, "option --%s needs a value: %s",
	       options[option].name, options[option].argument);
	return add_value(arguments, option, inside ? inside + 1 : next);
}

static RESULT add_operand(struct arguments *arguments, const char *word)
{
	ENSURE(arguments->operand_count < VALUES_MAX, USAGE, AT_NONE, "more than %d files",
	       VALUES_MAX);
	arguments->operands[arguments->operand_count++] = word;
	return OK;
}

struct result options_read(int argc, char **argv, struct arguments *out)
{
	bool only_operands = false, took;

	memset(out, 0, sizeof *out);
	out->command = COMMAND_HELP;
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return OK;
	if (strcmp(argv[1], "--version") == 0) {
		out->command = COMMAND_VERSION;
		return OK;
	}
	TRY(find_command(argv[1], &out->command));
	for (int i = 2; i < argc; i++) {
		if (!only_operands && strcmp(argv[i], "--") == 0) {
			only_operands = true;
		} else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
			TRY(read_option(out, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &took));
			i += took;
		} else {
			TRY(add_operand(out, argv[i]));
		}
	}
	return OK;
}

void options_help(struct text *out)
{
	text_puts(out,
	          "parasol " PARASOL_VERSION
	          " - compliance scanner for financial app bundles / 金融应用安装包合规扫描器\n\n"
	          "Start with:  parasol scan app.apk\n\nCommands:\n");
	for (int i = 0; i < COMMAND_COUNT; i++)
		text_printf(out, "  %-8s %s\n", commands[i].name, commands[i].line);
	text_puts(out, "\n'parasol help COMMAND' shows the options of a command. Nothing is sent "
	               "anywhere: the\n"
	               "program works offline.\n");
}

static void option_help(enum option option, struct text *out)
{
	char left[64];
	size_t used = 0;

	if (options[option].letter)
		used += (size_t)snprintf(left, sizeof left, "  -%c, ", options[option].letter);
	else
		used += (size_t)snprintf(left, sizeof left, "      ");
	snprintf(left + used, sizeof left - used, "--%s%s%s", options[option].name,
	         options[option].argument ? " " : "",
	         options[option].argument ? options[option].argument : "");
	text_printf(out, "%-32s %s\n", left, options[option].help);
}

void options_command_help(enum command command, struct text *out)
{
	text_printf(out, "usage: parasol %s [OPTION]... %s\n\n%s.\n\n", commands[command].name,
	            commands[command].arguments, commands[command].line);
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (options[i].commands >> command & 1)
			option_help((enum option)i, out);
	}
	text_printf(out, "\n%s", commands[command].more);
}

/* mdoc reads a dot or quote at the start of a line, and a backslash anywhere, as its own. */
static void manual_text(const char *words, struct text *out)
{
	for (; *words; words++) {
		if (*words == '\\')
			text_puts(out, "\\e");
		else if (*words == '-')
			text_puts(out, "\\-");
		else
			text_add(out, words, 1);
	}
}

static void manual_option(enum option option, struct text *out)
{
	text_puts(out, ".It ");
	if (options[option].letter)
		text_printf(out, "Fl %c , ", options[option].letter);
	text_printf(out, "Fl Fl %s", options[option].name);
	if (options[option].argument)
		text_printf(out, " Ar %s", options[option].argument);
	text_puts(out, "\n");
	manual_text(options[option].help, out);
	text_puts(out, ".\n");
}

void options_manual(struct text *out)
{
	text_puts(out,
	          ".\\\" Made by the program from its option table; do not edit.\n"
	          ".Dd $Mdocdate$\n.Dt PARASOL 1\n.Os\n.Sh NAME\n.Nm parasol\n"
	          ".Nd compliance scanner for financial app bundles\n.Sh SYNOPSIS\n"
	          ".Nm\n.Ar command\n.Op Ar option ...\n.Op Ar file ...\n.Sh DESCRIPTION\n.Nm\n"
	          "opens an app bundle, establishes facts about it in a sandboxed worker, judges "
	          "them\n"
	          "against packs and writes reports in Chinese and English.\n"
	          "It works offline.\n.Pp\nThe commands are:\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		text_printf(out, ".Ss %s %s\n", commands[i].name, commands[i].arguments);
		manual_text(commands[i].line, out);
		text_puts(out, ".\n");
		if (commands[i].more[0]) {
			text_puts(out, ".Pp\n");
			manual_text(commands[i].more, out);
		}
		text_puts(out, ".Bl -tag -width Ds\n");
		for (int k = 0; k < OPTION_COUNT; k++) {
			if (options[k].commands >> i & 1)
				manual_option((enum option)k, out);
		}
		text_puts(out, ".El\n");
	}
	text_puts(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev NO_COLOR\n"
	               "If set and not empty, the summary has no colours.\n.It Ev LC_ALL , "
	               "LC_MESSAGES , LANG\n"
	               "Choose the language of the summary when it starts with zh.\n.El\n"
	               ".Sh EXIT STATUS\n0 the gate passed, 1 it failed, 2 incomplete, 3 wrong "
	               "option, pack or\n"
	               "tailoring, 4 the system refused something.\n");
}
