/* scan.c - the parent's side: start a worker, listen, and say how it ended. */
#include "scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "formats/json.h"
#include "formats/keys.h"
#include "formats/yara.h"
#include "intake/limits.h"
#include "scan/cage.h"
#include "scan/worker.h"

enum { OUTPUT_KEPT = 4096, THREADS_MAX = 64 };

struct listener {
	const struct scan_request *request;
	struct fact_doc *doc;
	struct scan_run *run;
	struct text in;
	bool bad; /* the worker said something that does not validate */
	bool late;
	uint64_t sampled; /* when memory was last looked at */
	uint64_t facts;   /* bytes of rows so far */
};

struct result scan_start(uint32_t sources)
{
	json_start();
	TRY(keys_start());
	return sources && !(sources & BIT(RULES)) ? OK : rules_compile();
}

void scan_run_free(struct scan_run *run)
{
	text_free(&run->output);
}

static unsigned processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	int count = CPU_COUNT(&set);
	return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (unsigned)count;
}

static RESULT on_source(struct listener *listener, struct cursor payload)
{
	uint8_t source, status;

	TRY(cursor_u8(&payload, &source));
	TRY(cursor_u8(&payload, &status));
	ENSURE(source < SOURCE_COUNT && status <= STATUS_ERROR, WORKER_RECORD, AT_NONE,
	       "source %u in state %u", source, status);
	fact_doc_source_done(listener->doc, (enum source)source, (enum source_status)status);
	return OK;
}

static RESULT on_progress(struct listener *listener, struct cursor payload)
{
	uint64_t done, known;

	TRY(cursor_u64le(&payload, &done));
	TRY(cursor_u64le(&payload, &known));
	if (listener->request->progress)
		listener->request->progress(listener->request->progress_state, done, known);
	return OK;
}

static RESULT on_timing(struct listener *listener, struct cursor payload)
{
	uint64_t time;
	uint8_t stage;

	TRY(cursor_u8(&payload, &stage));
	TRY(cursor_u64le(&payload, &time));
	ENSURE(stage < STAGE_COUNT, WORKER_RECORD, AT_NONE, "stage %u", stage);
	listener->run->stages[stage] = time;
	return OK;
}

static RESULT on_layers(struct listener *listener, struct cursor payload)
{
	uint32_t layers;

	TRY(cursor_u32le(&payload, &layers));
	listener->run->layers = layers & CAGE_ALL;
	return OK;
}

/* The rows stay in the parent, which has no cage. */
static RESULT on_batch(struct listener *listener, struct cursor payload)
{
	listener->facts += payload.size;
	ENSURE(listener->facts <= limit_get(LIMIT_FACTS), WORKER_RECORD, AT_NONE,
	       "the facts are more than %llu bytes (limit facts)",
	       (unsigned long long)limit_get(LIMIT_FACTS));
	return fact_doc_add(listener->doc, payload.data, payload.size);
}

static RESULT on_message(struct listener *listener, enum message_type type, struct cursor payload)
{
	ENSURE(!listener->run->ended, WORKER_RECORD, AT_NONE, "a message after the end");
	switch (type) {
	case MESSAGE_BATCH:
		return on_batch(listener, payload);
	case MESSAGE_SOURCE:
		return on_source(listener, payload);
	case MESSAGE_LAYERS:
		return on_layers(listener, payload);
	case MESSAGE_PROGRESS:
		return on_progress(listener, payload);
	case MESSAGE_TIMING:
		return on_timing(listener, payload);
	case MESSAGE_END:
		listener->run->ended = true;
		return OK;
	}
	return OK;
}

static RESULT take_messages(struct listener *listener)
{
	enum message_type type;
	struct cursor payload;
	size_t used = 0;
	bool whole;

	for (;;) {
		TRY(message_take(&listener->in, &used, &type, &payload, &whole));
		if (!whole)
			break;
		TRY(on_message(listener, type, payload));
	}
	if (used) /* else a long message would be moved for every piece of it */
		memmove(listener->in.data, listener->in.data + used, listener->in.len - used);
	listener->in.len -= used;
	return OK;
}

/* Reads what a pipe holds; false at its end. */
static bool read_pipe(int fd, struct text *into)
{
	char part[65536];
	ssize_t got = read(fd, part, sizeof part);

	if (got > 0)
		text_add(into, part, (size_t)got);
	return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

static void hear_output(struct listener *listener, int fd, bool *open)
{
	struct text raw = {0};
	struct text *kept = &listener->run->output;

	*open = read_pipe(fd, &raw);
	if (raw.len && kept->len < OUTPUT_KEPT) {
		size_t room = OUTPUT_KEPT - kept->len;
		text_clean(kept, raw.data, raw.len < room ? raw.len : room);
	}
	text_free(&raw);
}

static void hear_messages(struct listener *listener, int fd, bool *open)
{
	*open = read_pipe(fd, &listener->in);
	if (listener->in.len && !listener->bad && !take_messages(listener).ok)
		listener->bad = true;
	/* a worker that lies is not listened to any longer */
	if (listener->bad)
		*open = false;
}

/* Looks at the memory of the worker, a hundred times a second at most. */
static void sample_memory(struct listener *listener, pid_t pid, uint64_t time)
{
	char path[32], line[128];
	unsigned long long kilobytes;

	if (time - listener->sampled < 10000000U)
		return;
	listener->sampled = time;
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file)) {
		if (sscanf(line, "RssAnon: %llu", &kilobytes) == 1 &&
		    kilobytes * 1024 > listener->run->peak_anonymous)
			listener->run->peak_anonymous = kilobytes * 1024;
	}
	if (file)
		fclose(file);
}

static void listen_to(struct listener *listener, const struct worker *worker, uint64_t deadline)
{
	bool messages = true, output = true;

	while (messages || output) {
		uint64_t time = clock_read(CLOCK_MONOTONIC);
		struct pollfd fds[2] = {{.fd = messages ? worker->messages : -1, .events = POLLIN},
		                        {.fd = output ? worker->output : -1, .events = POLLIN}};
		listener->late = time >= deadline;
		if (listener->late)
			break;
		sample_memory(listener, worker->pid, time);
		uint64_t left = (deadline - time) / 1000000U + 1;
		if (poll(fds, 2, left > 1000 ? 1000 : (int)left) < 0 && errno != EINTR)
			break;
		if (fds[0].revents)
			hear_messages(listener, worker->messages, &messages);
		if (fds[1].revents)
			hear_output(listener, worker->output, &output);
		if (listener->bad)
			break;
	}
	if (listener->late || listener->bad)
		kill(worker->pid, SIGKILL);
}

static const char *signal_cause(int number)
{
	const char *name = sigabbrev_np(number);

	return name ? name : "unknown";
}

/* SIGKILL comes from RLIMIT_CPU, and from others: then the kernel was out of memory, or a person.
 */
static bool used_up(const struct rusage *usage)
{
	time_t seconds = usage->ru_utime.tv_sec + usage->ru_stime.tv_sec +
	                 (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000000;

	/* the kernel samples; it may stop a tick early */
	return (uint64_t)seconds + 1 >= limit_get(LIMIT_CPU);
}

/* Says in one issue why the worker did not come to its end. */
static void ending(struct facts *facts, const struct listener *listener, int status,
                   const struct rusage *usage)
{
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (listener->late)
		facts_issue(facts, DIAG_WORKER_TIMEOUT, AT_NONE,
		            "stopped after %llu seconds (limit time)",
		            (unsigned long long)limit_get(LIMIT_TIME));
	else if (listener->bad)
		facts_issue(facts, DIAG_WORKER_RECORD, AT_NONE, "%s", fault_last()->why);
	else if (number == SIGXCPU || (number == SIGKILL && used_up(usage)))
		facts_issue(facts, DIAG_WORKER_TIMEOUT, AT_NONE,
		            "stopped by the kernel: limit cpu is %llu seconds",
		            (unsigned long long)limit_get(LIMIT_CPU));
	else if (number == SIGSYS)
		facts_issue(facts, DIAG_WORKER_SECCOMP, AT_NONE, "a forbidden system call");
	else if (number)
		facts_issue(facts, DIAG_WORKER_CRASH, AT_NONE, "signal %s", signal_cause(number));
	else if (WEXITSTATUS(status) == 4)
		facts_issue(facts, DIAG_WORKER_MEMORY, AT_NONE, "limit memory is %llu bytes",
		            (unsigned long long)limit_get(LIMIT_MEMORY));
	else
		facts_issue(facts, DIAG_WORKER_CRASH, AT_NONE, "exit status %d",
		            WEXITSTATUS(status));
}

/* Whatever the sources said, they are not complete if the worker did not end well. */
static void note_death(struct listener *listener, int status, const struct rusage *usage)
{
	struct facts facts;

	listener->run->ended = false;
	facts_init(&facts, (struct entry_id){0}, "");
	ending(&facts, listener, status, usage);
	fact_doc_add_facts(listener->doc, &facts);
	facts_free(&facts);
	for (int source = 0; source < SOURCE_COUNT; source++)
		fact_doc_source_done(listener->doc, (enum source)source,
		                     listener->late ? STATUS_LIMIT : STATUS_ERROR);
}

static RESULT run_worker(const struct worker_request *request, struct listener *listener)
{
	struct worker worker;
	struct rusage usage;
	int status = 0;

	TRY(worker_start(request, &worker));
	listen_to(listener, &worker,
	          clock_read(CLOCK_MONOTONIC) + limit_get(LIMIT_TIME) * 1000000000U);
	close(worker.messages);
	close(worker.output);
	while (wait4(worker.pid, &status, 0, &usage) < 0 && errno == EINTR)
		;
	listener->run->peak_memory = (uint64_t)usage.ru_maxrss * 1024U;
	bool well = listener->run->ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	ENSURE(!(WIFEXITED(status) && WEXITSTATUS(status) == 5), SYSTEM, AT_NONE,
	       "the sandbox does not hold on this system and --require-sandbox was given; "
	       "'parasol doctor' says which layer is missing");
	if (!well)
		note_death(listener, status, &usage);
	return OK;
}

static RESULT open_file(const char *path, enum limit limit, int *fd, uint64_t *size)
{
	struct stat about;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ENSURE(*fd >= 0, SYSTEM, AT_NONE, "cannot open '%s': %s", path, strerror(errno));
	ENSURE(fstat(*fd, &about) == 0, SYSTEM, AT_NONE, "cannot read '%s': %s", path,
	       strerror(errno));
	ENSURE(!S_ISDIR(about.st_mode), USAGE, AT_NONE, "'%s' is a folder; name the %s", path,
	       limit == LIMIT_INPUT ? "bundle file, such as app.apk"
	                            : "signature file, such as app.apk.idsig");
	ENSURE(S_ISREG(about.st_mode), USAGE, AT_NONE, "'%s' is not a regular file", path);
	ENSURE((uint64_t)about.st_size <= limit_get(limit), USAGE, AT_NONE,
	       "'%s' is larger than %llu bytes; --limit %s=SIZE raises that", path,
	       (unsigned long long)limit_get(limit), limit_table[limit].name);
	*size = (uint64_t)about.st_size;
	return OK;
}

/* The signature that was named must be there; the one beside the bundle may be. */
static RESULT open_idsig(const struct scan_request *request, int *fd, uint64_t *size)
{
	struct text beside = {0};
	struct result opened = OK;
	struct stat about;

	if (request->idsig)
		return open_file(request->idsig, LIMIT_PARSE, fd, size);
	text_printf(&beside, "%s.idsig", request->path);
	if (stat(beside.data, &about) == 0 && S_ISREG(about.st_mode))
		opened = open_file(beside.data, LIMIT_PARSE, fd, size);
	text_free(&beside);
	return opened;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

struct result scan_bundle(const struct scan_request *request, struct fact_doc **facts,
                          struct scan_run *run)
{
	DEFER(close_fd) int fd = -1, idsig = -1;
	const char *slash = strrchr(request->path, '/');
	struct worker_request work = {.name = slash ? slash + 1 : request->path,
	                              .label = request->label ? request->label : "",
	                              .threads = request->threads ? request->threads : processors(),
	                              .min_sdk = request->min_sdk,
	                              .max_sdk = request->max_sdk,
	                              .sources = request->sources ? request->sources : UINT32_MAX,
	                              .code = request->code,
	                              .sandbox = request->sandbox,
	                              .require_sandbox = request->require_sandbox};
	uint64_t start = clock_read(CLOCK_MONOTONIC);

	*run = (struct scan_run){.sandbox = request->sandbox, .threads = work.threads};
	TRY(open_file(request->path, LIMIT_INPUT, &fd, &work.size));
	TRY(open_idsig(request, &idsig, &work.idsig_size));
	work.bundle = fd;
	work.idsig = idsig;
	struct listener listener = {.request = request, .doc = fact_doc_new(), .run = run};
	fact_doc_ask(listener.doc, work.sources);
	struct result ran = run_worker(&work, &listener);
	text_free(&listener.in);
	if (!ran.ok) {
		fact_doc_free(listener.doc);
		return FAILED;
	}
	fact_doc_finish(listener.doc);
	run->wall = clock_read(CLOCK_MONOTONIC) - start;
	*facts = listener.doc;
	return OK;
}
