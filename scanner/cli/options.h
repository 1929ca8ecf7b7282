/* options.h - the command line, read by one table (options.def, commands.def). */
#ifndef PARASOL_CLI_OPTIONS_H
#define PARASOL_CLI_OPTIONS_H

#include "base/text.h"

enum command {
#define COMMAND(id, name, arguments, line, more) COMMAND_##id,
#include "cli/commands.def"
	COMMAND_COUNT
};

enum option {
#define OPTION(id, letter, name, argument, commands, help) OPTION_##id,
#include "cli/options.def"
	OPTION_COUNT
};

enum { VALUES_MAX = 64 };

/* What the user said. Strings belong to argv. */
struct arguments {
	enum command command;
	const char *operands[VALUES_MAX];
	size_t operand_count;
	const char *values[OPTION_COUNT][VALUES_MAX]; /* in the order given */
	size_t count[OPTION_COUNT];                   /* times given */
};

/* Reads argv; fails with USAGE and one line that says what, where and what to do. */
RESULT options_read(int argc, char **argv, struct arguments *out);

/* The last value of an option, or NULL. */
const char *option_value(const struct arguments *arguments, enum option option);

/* Help of the program, or of one command. */
void options_help(struct text *out);
void options_command_help(enum command command, struct text *out);

/* The manual page parasol(1), in mdoc. */
void options_manual(struct text *out);

const char *command_name(enum command command);

#endif
