/* scan_cmd.c - parasol scan: bundle to facts to verdicts to reports. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "facts/companion.h"
#include "policy/policy.h"
#include "render/render.h"
#include "render/result.h"
#include "render/summary.h"
#include "scan/cage.h"

enum { STAMP_SIZE = sizeof "2026-01-01T00:00:00Z" };

struct job {
	const struct arguments *arguments;
	const struct scan_request *request;
	const struct policy *policy;
	enum language language;
	const char *path;
	const char *base; /* last part of the path */
};

static time_t wall_clock(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	char *end;
	long long seconds = fixed ? strtoll(fixed, &end, 10) : 0;

	return fixed && *fixed && !*end ? (time_t)seconds : time(NULL);
}

static void stamp(time_t when, char out[STAMP_SIZE])
{
	struct tm parts;

	gmtime_r(&when, &parts);
	strftime(out, STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* True if the run is to give the same bytes each time (reproducible-builds.org). */
static bool is_reproducible(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");

	return fixed && *fixed;
}

/*
 * A UUID (RFC 9562): random, version 4; where the run is reproducible, version 8 and the start of
 * the SHA-256 over the facts' digest, the time and the file's name.
 */
static void run_id(const struct job *job, const char *facts_digest, const char *began, char out[37])
{
	uint8_t raw[DIGEST_MAX] = {0};
	size_t used = 0;

	if (is_reproducible()) {
		struct text seed = {0};
		text_printf(&seed, "%s %s %s", facts_digest, began, job->base);
		digest(DIGEST_SHA256, seed.data, seed.len, raw);
		text_free(&seed);
	} else if (getrandom(raw, 16, 0) != 16) {
		memcpy(raw, &(pid_t){getpid()}, sizeof(pid_t));
	}
	raw[6] = (uint8_t)((raw[6] & 0x0f) | (is_reproducible() ? 0x80 : 0x40));
	raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < 16; i++) {
		bool dash = i == 4 || i == 6 || i == 8 || i == 10;
		used += (size_t)snprintf(out + used, 37 - used, "%s%02x", dash ? "-" : "", raw[i]);
	}
}

/* Where a report goes: PATH with {name} replaced by the bundle's file name. */
static void output_path(const char *pattern, const char *base, struct text *out)
{
	const char *mark;

	while ((mark = strstr(pattern, "{name}"))) {
		text_add(out, pattern, (size_t)(mark - pattern));
		text_puts(out, base);
		pattern = mark + strlen("{name}");
	}
	text_puts(out, pattern);
}

/* The reports that were written, for the summary. */
struct written {
	struct summary_report reports[VALUES_MAX];
	struct text paths[VALUES_MAX];
	char formats[VALUES_MAX][16];
	size_t count;
};

static void written_free(struct written *written)
{
	for (size_t i = 0; i < written->count; i++)
		text_free(&written->paths[i]);
	free(written);
}

static RESULT write_output(const struct job *job, xmlDoc *result, const char *value,
                           struct written *written)
{
	struct text body = {0}, *path = &written->paths[written->count];
	char *format = written->formats[written->count];
	const char *pattern;

	TRY(cli_output(value, format, &pattern));
	written->count++;
	output_path(pattern, job->base, path);
	struct result done = render_report(format, result, job->language, &body);
	if (done.ok)
		done = file_write(path->data, body.data, body.len);
	written->reports[written->count - 1] = (struct summary_report){format, path->data};
	text_free(&body);
	return done;
}

static RESULT write_outputs(const struct job *job, xmlDoc *result, struct written *written)
{
	static const char *const usual[] = {"html={name}-report.html", "xml={name}-result.xml"};
	size_t count = job->arguments->count[OPTION_OUTPUT];

	for (size_t i = 0; i < count; i++)
		TRY(write_output(job, result, job->arguments->values[OPTION_OUTPUT][i], written));
	for (size_t i = 0; count == 0 && i < 2; i++)
		TRY(write_output(job, result, usual[i], written));
	return OK;
}

static bool to_standard_output(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count[OPTION_OUTPUT]; i++) {
		const char *path = strchr(arguments->values[OPTION_OUTPUT][i], '=');
		if (path && strcmp(path, "=-") == 0)
			return true;
	}
	return false;
}

static bool wants_colour(const struct arguments *arguments)
{
	const char *when = option_value(arguments, OPTION_COLOR);
	const char *no = getenv("NO_COLOR");

	if (when && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(STDOUT_FILENO) && !(no && *no);
}

static size_t terminal_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static enum summary_sandbox sandbox_of(const struct scan_run *run)
{
	return !run->sandbox             ? SUMMARY_SANDBOX_OFF
	       : run->layers != CAGE_ALL ? SUMMARY_SANDBOX_PARTIAL
	                                 : SUMMARY_SANDBOX_WHOLE;
}

static RESULT summarise(const struct job *job, const struct assessment *assessment,
                        const struct scan_run *run, const struct written *written)
{
	struct summary_options options = {.language = job->language,
	                                  .colour = wants_colour(job->arguments),
	                                  .width = terminal_width(),
	                                  .file_name = job->base,
	                                  .sandbox = sandbox_of(run),
	                                  .reports = written->reports,
	                                  .report_count = written->count};
	struct text out = {0};

	if (job->arguments->count[OPTION_QUIET] || to_standard_output(job->arguments))
		return OK;
	struct result done = summary_text(assessment, &options, &out);
	if (done.ok)
		done = file_write("-", out.data, out.len);
	text_free(&out);
	return done;
}

/* The options that bear on the result, as they were given. */
static size_t shown_options(const struct arguments *arguments, const char **out, size_t room)
{
	size_t count = 0;

	if (arguments->count[OPTION_NO_SANDBOX] && count < room)
		out[count++] = "--no-sandbox";
	for (size_t i = 0; i < arguments->count[OPTION_LIMIT] && count < room; i++)
		out[count++] = arguments->values[OPTION_LIMIT][i];
	return count;
}

static size_t layer_names(unsigned layers, const char **out, char buffer[5][16])
{
	size_t count = 0;

	for (unsigned bit = 1; bit <= CAGE_SECCOMP; bit <<= 1) {
		if (!(layers & bit))
			continue;
		out[count] = cage_layers(layers & bit, buffer[count], 16);
		count++;
	}
	return count;
}

static size_t run_timings(const struct scan_run *run, struct run_timing *out)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		out[i] = (struct run_timing){stage_name((enum stage)i), run->stages[i] / 1000};
	return STAGE_COUNT;
}

static size_t warnings(const struct scan_run *run, const char **out)
{
	size_t count = 0;

	if (!run->sandbox)
		out[count++] = "the sandbox was switched off (--no-sandbox)";
	else if (run->layers != CAGE_ALL)
		out[count++] = "not every layer of the sandbox holds on this system";
	if (run->output.len)
		out[count++] = run->output.data;
	return count;
}

static RESULT make_result(const struct job *job, const struct assessment *assessment,
                          const struct scan_run *run, time_t started, xmlDoc **out)
{
	char id[37], began[STAMP_SIZE], ended[STAMP_SIZE], layers[5][16];
	const char *options[VALUES_MAX + 1], *names[5], *warned[3];
	struct run_timing timings[STAGE_COUNT];
	struct named_value libraries[8];
	struct run_info info = {.id = id,
	                        .revision = 1,
	                        .started = began,
	                        .finished = ended,
	                        .tool_version = PARASOL_VERSION,
	                        .file_name = job->base,
	                        .libraries = libraries,
	                        .options = options,
	                        .sandbox_layers = names,
	                        .threads = run->threads,
	                        .peak_memory = run->peak_memory,
	                        .timings = timings,
	                        .warnings = warned};

	stamp(started, began);
	run_id(job, assessment->facts_digest, began, id);
	stamp(wall_clock(), ended);
	info.report_number = option_value(job->arguments, OPTION_REPORT_NUMBER);
	for (const struct library *library = cli_libraries(); library->name; library++)
		libraries[info.library_count++] =
			(struct named_value){library->name, library->version};
	info.option_count = shown_options(job->arguments, options, VALUES_MAX + 1);
	info.sandbox_count = layer_names(run->layers, names, layers);
	info.timing_count = run_timings(run, timings);
	if (is_reproducible())
		info.timing_count = info.peak_memory = 0;
	info.warning_count = warnings(run, warned);
	return result_xml(assessment, &info, out);
}

static int outcome_status(enum gate_outcome outcome)
{
	return outcome == GATE_PASSED   ? EXIT_PASSED
	       : outcome == GATE_FAILED ? EXIT_FAILED
	                                : EXIT_INCOMPLETE;
}

static RESULT write_and_tell(const struct job *job, const struct assessment *assessment,
                             const struct scan_run *run, xmlDoc *result)
{
	struct written *written = calloc(1, sizeof *written);

	if (!written)
		fault_out_of_memory();
	struct result done = write_outputs(job, result, written);
	if (done.ok)
		done = summarise(job, assessment, run, written);
	written_free(written);
	return done;
}

static RESULT report(const struct job *job, const struct fact_doc *facts,
                     const struct scan_run *run, time_t started, int *status)
{
	struct assessment *assessment;
	xmlDoc *result;

	TRY(policy_judge(job->policy, facts, &assessment));
	struct result done = make_result(job, assessment, run, started, &result);
	if (done.ok) {
		*status = outcome_status(assessment->outcome);
		done = write_and_tell(job, assessment, run, result);
		xmlFreeDoc(result);
	}
	assessment_free(assessment);
	return done;
}

/* The build from before hardening, where one is named: code is judged on it once it is proved. */
static RESULT scan_companion(const struct job *job, const struct scan_request *release,
                             struct fact_doc *facts)
{
	const char *path = option_value(job->arguments, OPTION_PREHARDENING);
	struct scan_request request = *release;
	struct fact_doc *before;
	struct scan_run run;

	if (!path)
		return OK;
	const char *slash = strrchr(path, '/');
	struct text label = {0};
	text_clean(&label, slash ? slash + 1 : path, strlen(slash ? slash + 1 : path));
	request.path = path;
	request.label = label.data;
	struct result scanned = scan_bundle(&request, &before, &run);
	if (scanned.ok) {
		if (!companion_link(facts, before, label.data))
			fprintf(stderr,
			        "parasol: warning: '%s' was not shown to be the build from before "
			        "hardening (%s); code stays unjudged\n",
			        label.data, fact_doc_value(facts, FACT_COMPANION_REASON));
		scan_run_free(&run);
		fact_doc_free(before);
	}
	text_free(&label);
	return scanned;
}

static int scan_one(const struct job *job)
{
	struct scan_request request = *job->request;
	struct progress progress;
	struct fact_doc *facts;
	struct scan_run run;
	time_t started = wall_clock();
	int status = EXIT_SYSTEM;

	progress_start(&progress, job->arguments->count[OPTION_QUIET] > 0);
	request.path = job->path;
	request.code.watch = policy_watch(job->policy);
	request.progress = progress_tell;
	request.progress_state = &progress;
	if (!scan_bundle(&request, &facts, &run).ok)
		return cli_fault();
	if (!scan_companion(job, &request, facts).ok) {
		scan_run_free(&run);
		fact_doc_free(facts);
		return cli_fault();
	}
	progress_finish(&progress);
	if (!run.sandbox || run.layers != CAGE_ALL)
		fprintf(stderr, "parasol: warning: %s\n",
		        run.sandbox ? "not every layer of the sandbox holds; 'parasol doctor' says "
		                      "which"
		                    : "the sandbox is off");
	if (!report(job, facts, &run, started, &status).ok)
		status = cli_fault();
	cli_timings(job->arguments, &run);
	scan_run_free(&run);
	fact_doc_free(facts);
	return status;
}

/* A certain failure outweighs an incomplete scan; what stopped the program outweighs both. */
static int worse(int one, int other)
{
	static const int rank[] = {0, 2, 1, 3, 4};

	return rank[one] >= rank[other] ? one : other;
}

static RESULT load_policy(const struct arguments *arguments, struct policy **out)
{
	char today[STAMP_SIZE];
	struct policy_request request = {.packs = arguments->values[OPTION_PACK],
	                                 .pack_count = arguments->count[OPTION_PACK]};

	stamp(wall_clock(), today);
	today[10] = '\0';
	request.tailoring = option_value(arguments, OPTION_TAILORING);
	request.fail_on = option_value(arguments, OPTION_FAIL_ON);
	request.gate = option_value(arguments, OPTION_GATE);
	request.as_of = option_value(arguments, OPTION_AS_OF);
	if (!request.as_of)
		request.as_of = today;
	return policy_load(&request, out);
}

/* What can be wrong with the command line is found before the bundle is read. */
static RESULT check_outputs(const struct arguments *arguments)
{
	const char *colour = option_value(arguments, OPTION_COLOR);
	const char *path;
	char format[16];

	ENSURE(arguments->operand_count > 0, USAGE, AT_NONE,
	       "'scan' needs a file, such as 'parasol scan app.apk'; 'parasol help scan' shows "
	       "more");
	ENSURE(!colour || strcmp(colour, "auto") == 0 || strcmp(colour, "always") == 0 ||
	               strcmp(colour, "never") == 0,
	       USAGE, AT_NONE, "--color is '%s'; it can be auto, always or never", colour);
	for (size_t i = 0; i < arguments->count[OPTION_OUTPUT]; i++) {
		const char *value = arguments->values[OPTION_OUTPUT][i];
		TRY(cli_output(value, format, &path));
		ENSURE(arguments->operand_count == 1 || strstr(path, "{name}"), USAGE, AT_NONE,
		       "-o %s: with several files PATH must hold {name}, which stands for the file",
		       value);
	}
	return OK;
}

static void *start(void *done)
{
	*(bool *)done = scan_start(0).ok;
	return NULL;
}

/* Loads the packs, and meanwhile in a thread what a worker needs: together most of a short scan. */
static RESULT prepare(const struct arguments *arguments, struct policy **out)
{
	bool started = false;
	pthread_t thread;

	TRY(digest_start());
	bool apart = pthread_create(&thread, NULL, start, &started) == 0;
	struct result loaded = load_policy(arguments, out);
	if (apart)
		pthread_join(thread, NULL);
	/* a fault of another thread is not ours to tell: the same happens again */
	if (loaded.ok && !started && !scan_start(0).ok) {
		policy_free(*out);
		return FAILED;
	}
	return loaded;
}

int scan_command(const struct arguments *arguments)
{
	struct scan_request request;
	struct job job = {.arguments = arguments, .request = &request};
	struct policy *policy;
	int status = EXIT_PASSED;

	if (!check_outputs(arguments).ok || !cli_language(arguments, &job.language).ok ||
	    !cli_scan_request(arguments, &request).ok || !prepare(arguments, &policy).ok)
		return cli_fault();
	job.policy = policy;
	for (size_t i = 0; i < arguments->operand_count; i++) {
		const char *slash = strrchr(arguments->operands[i], '/');
		job.path = arguments->operands[i];
		job.base = slash ? slash + 1 : job.path;
		status = worse(scan_one(&job), status);
	}
	policy_free(policy);
	return status;
}
