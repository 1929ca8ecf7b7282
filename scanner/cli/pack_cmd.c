/* pack_cmd.c - parasol pack: list, show, lint, test. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "policy/policy.h"

static int list(const char *operand, struct text *out)
{
	(void)operand;
	return policy_list(out).ok ? EXIT_PASSED : cli_fault();
}

static int show(const char *operand, struct text *out)
{
	return policy_show(operand, out).ok ? EXIT_PASSED : cli_fault();
}

static int lint(const char *operand, struct text *out)
{
	size_t problems = 0;

	if (!pack_lint(operand, out, &problems).ok)
		return cli_fault();
	text_printf(out, "%s: %zu problems\n", operand, problems);
	return problems ? EXIT_USAGE : EXIT_PASSED;
}

static int test(const char *operand, struct text *out)
{
	size_t run = 0, failed = 0;

	if (!pack_test(operand, out, &run, &failed).ok)
		return cli_fault();
	text_printf(out, "%s: %zu examples, %zu do not hold\n", operand, run, failed);
	/* nothing tested is not a success */
	return failed || !run ? EXIT_FAILED : EXIT_PASSED;
}

static const struct {
	const char *name;
	size_t operands;
	int (*run)(const char *operand, struct text *out);
} actions[] = {{"list", 0, list}, {"show", 1, show}, {"lint", 1, lint}, {"test", 1, test}};

int pack_command(const struct arguments *arguments)
{
	const char *word = arguments->operand_count ? arguments->operands[0] : "";
	struct text out = {0};

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		if (strcmp(actions[i].name, word) != 0)
			continue;
		if (arguments->operand_count != actions[i].operands + 1) {
			fprintf(stderr, "parasol: 'pack %s' takes %s\n", word,
			        actions[i].operands
			                ? "one pack: a built-in name, a folder or a file"
			                : "nothing more");
			return EXIT_USAGE;
		}
		int status = actions[i].run(arguments->operands[1], &out);
		if (out.len)
			status = cli_print(&out, status);
		text_free(&out);
		return status;
	}
	fprintf(stderr,
	        "parasol: 'pack' takes list, show, lint or test; 'parasol help pack' shows how\n");
	return EXIT_USAGE;
}
