/* test.c - runs the examples that stand beside controls. */
#include <string.h>

#include "policy/target.h"

struct run {
	struct target *target;
	struct text *report;
	size_t *count, *failed;
};

static void one(const struct run *run, const struct control *control, xmlNode *example)
{
	const char *want = reader_attr(&run->target->library.reader, example, "verdict");
	enum verdict verdict = VERDICT_ERROR;
	bool judged = target_example(run->target, control, example, &verdict).ok;

	++*run->count;
	if (judged && strcmp(verdict_name(verdict), want) == 0)
		return;
	++*run->failed;
	text_printf(run->report, "%s:%ld: %s: ", control->file->path, reader_line(example),
	            control->id);
	if (judged)
		text_printf(run->report, "the example should give %s and gives %s\n", want,
		            verdict_name(verdict));
	else
		text_printf(run->report, "the example cannot be judged: %s\n", fault_last()->why);
}

static void all(const struct run *run)
{
	for (size_t i = 0; i < run->target->controls.count; i++) {
		const struct control *control = run->target->controls.items[i];
		for (xmlNode *example = reader_child(control->node, "example"); example;
		     example = reader_next(example, "example"))
			one(run, control, example);
	}
}

/* A pack without controls of its own is tested by those that it uses. */
static void add_used(struct target *target)
{
	struct list seen = {0};

	if (!target->pack || target->controls.count)
		return;
	for (size_t i = 0; i < target->pack->requirements.count; i++) {
		if (!requirement_reach(&target->library.reader.arena,
		                       target->pack->requirements.items[i], NULL, &seen,
		                       &target->controls)
		             .ok)
			fault_out_of_memory();
	}
}

struct result pack_test(const char *name, struct text *report, size_t *count, size_t *failed)
{
	struct target target;
	struct run run = {&target, report, count, failed};

	*count = *failed = 0;
	struct result done = target_open(&target, name, false);
	text_add(report, "", 0);
	if (done.ok && target.library.reader.problem_count) {
		/* an expression that did not compile cannot be run */
		text_puts(report, target.library.reader.problems.data);
		*failed = target.library.reader.problem_count;
	} else if (done.ok) {
		add_used(&target);
		all(&run);
	}
	target_free(&target);
	return done;
}
