/* version_cmd.c - parasol version, and parasol doctor. */
#include <libxml/parser.h>
#include <libxslt/xslt.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/content.h"
#include "cli/cli.h"
#include "intake/limits.h"
#include "intake/unpack.h"
#include "formats/keys.h"
#include "formats/yara.h"
#include "scan/cage.h"

const struct library *cli_libraries(void)
{
	static struct library table[8];

	table[0] = (struct library){"libarchive", unpack_version()};
	table[1] = (struct library){"yara", rules_version()};
	table[2] = (struct library){"openssl", keys_version()};
	table[3] = (struct library){"libxml2", xmlParserVersion};
	table[4] = (struct library){"libxslt", xsltEngineVersion};
	return table;
}

static void put_version(struct text *out)
{
	text_puts(out, "parasol " PARASOL_VERSION "\n");
	for (const struct library *library = cli_libraries(); library->name; library++)
		text_printf(out, "%s %s\n", library->name, library->version);
}

int version_command(const struct arguments *arguments)
{
	struct text out = {0};

	(void)arguments;
	put_version(&out);
	int status = cli_print(&out, EXIT_PASSED);
	text_free(&out);
	return status;
}

/* Closes a cage around a child that does nothing else; its exit status says what held. */
static unsigned try_cage(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		unsigned layers = cage_enter();
		layers |= cage_close(limit_get(LIMIT_MEMORY), limit_get(LIMIT_CPU));
		_exit((int)layers);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return 0;
	return (unsigned)WEXITSTATUS(status);
}

static void put_limits(struct text *out)
{
	text_puts(out, "\nlimits (change with --limit NAME=VALUE):\n");
	for (int i = 0; i < LIMIT_COUNT; i++) {
		const struct limit_info *info = &limit_table[i];
		text_printf(out, "  %-13s %12llu, at most %13llu %s: %s\n", info->name,
		            (unsigned long long)info->value, (unsigned long long)info->ceiling,
		            info->unit, info->reason);
	}
	text_puts(out, "\nsources (parasol facts FILE --only SOURCE):\n");
	for (int i = 0; i < SOURCE_COUNT; i++)
		text_printf(out, "  %-15s %s\n", source_names[i], source_meanings[i]);
}

int doctor_command(const struct arguments *arguments)
{
	struct text out = {0};
	struct utsname system;
	char held[64], missing[64];

	(void)arguments;
	put_version(&out);
	if (uname(&system) == 0)
		text_printf(&out, "kernel %s %s %s\n", system.sysname, system.release,
		            system.machine);
	unsigned layers = try_cage();
	text_printf(&out, "\nsandbox layers that hold: %s\n",
	            cage_layers(layers, held, sizeof held));
	bool good = layers == CAGE_ALL;
	if (!good)
		text_printf(&out,
		            "missing: %s (scans go on without them and say so; containers often\n"
		            "forbid them: allow landlock and seccomp there)\n",
		            cage_layers(CAGE_ALL & ~layers, missing, sizeof missing));
	text_printf(&out, "built-in files: %zu\n", content_count);
	if (scan_start(0).ok) {
		text_puts(&out, "rules: compiled\n");
	} else {
		text_printf(&out, "rules: %s\n", fault_last()->why);
		good = false;
	}
	put_limits(&out);
	text_printf(&out, "\n%s\n", good ? "All is well." : "Something is missing; see above.");
	int status = cli_print(&out, good ? EXIT_PASSED : EXIT_SYSTEM);
	text_free(&out);
	return status;
}
