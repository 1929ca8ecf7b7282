/* cli.h - the commands; each returns the exit status of the program. */
#ifndef PARASOL_CLI_CLI_H
#define PARASOL_CLI_CLI_H

#include "cli/options.h"
#include "policy/assessment.h"
#include "scan/scan.h"

enum exit_status { EXIT_PASSED, EXIT_FAILED, EXIT_INCOMPLETE, EXIT_USAGE, EXIT_SYSTEM };

/* The command table. */
int cli_run(int argc, char **argv);

int scan_command(const struct arguments *arguments);
int facts_command(const struct arguments *arguments);
int report_command(const struct arguments *arguments);
int pack_command(const struct arguments *arguments);
int doctor_command(const struct arguments *arguments);
int version_command(const struct arguments *arguments);
int help_command(const struct arguments *arguments);

/* Prints the thread's last failure as one line; returns EXIT_USAGE or EXIT_SYSTEM by its kind. */
int cli_fault(void);

/* Prints on standard output; a full disk or closed pipe is EXIT_SYSTEM. */
int cli_print(const struct text *text, int status);

/* Language of --lang, or of the environment. Fails with USAGE. */
RESULT cli_language(const struct arguments *arguments, enum language *out);

/* Splits "FORMAT=PATH"; fails with USAGE if it is not of that form or there is no such format. */
RESULT cli_output(const char *value, char format[16], const char **path);

/* The scan request that the options make; sets limits. Fails with USAGE. */
RESULT cli_scan_request(const struct arguments *arguments, struct scan_request *out);

/* Stage times as TSV on standard error, if they were asked for. */
void cli_timings(const struct arguments *arguments, const struct scan_run *run);

/* The libraries in use and their versions; the table ends with a NULL name. */
struct library {
	const char *name, *version;
};
const struct library *cli_libraries(void);

#endif
