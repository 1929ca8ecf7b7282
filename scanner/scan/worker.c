/* worker.c - fork, cage, inspect. */
#include "scan/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "intake/limits.h"
#include "scan/cage.h"
#include "scan/inspect.h"

/* Exit status of a worker that read nothing because its sandbox did not hold. */
enum { EXIT_NO_SANDBOX = 5, EXIT_NO_START = 6 };

static void report_layers(struct outbox *outbox, unsigned layers)
{
	uint8_t payload[4] = {(uint8_t)layers};

	outbox_send(outbox, MESSAGE_LAYERS, payload, sizeof payload);
}

/* Where the worker finds what it inherits. */
enum { FD_BUNDLE = 3, FD_MESSAGES, FD_IDSIG, FD_FREE };

/* Nothing of the parent but the two files and the two pipes stays open. */
static void keep_only(const struct worker_request *request, int messages, int output)
{
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	int null = open("/dev/null", O_RDONLY);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	const int inherited[] = {request->bundle, messages, request->idsig};
	int kept[FD_FREE - FD_BUNDLE];
	for (int i = 0; i < FD_FREE - FD_BUNDLE; i++)
		kept[i] = inherited[i] < 0 ? -1 : fcntl(inherited[i], F_DUPFD, 64);
	for (int fd = FD_BUNDLE; fd < 64; fd++)
		close(fd);
	for (int i = 0; i < FD_FREE - FD_BUNDLE; i++)
		if (kept[i] >= 0)
			dup2(kept[i], FD_BUNDLE + i);
	close_range(FD_FREE, ~0U, 0);
}

/* The bytes of an inherited file, for as long as the worker lives. */
static struct cursor map_file(int fd, uint64_t size)
{
	void *data = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;

	if (data == MAP_FAILED)
		_exit(EXIT_NO_START);
	return cursor_over(data ? data : "", size, DIAG_ARCHIVE_DATA);
}

/* A worker does not outlive its parent. A change of user clears this, so it is asked for again. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(EXIT_NO_START);
}

_Noreturn static void work(const struct worker_request *request, pid_t parent)
{
	struct outbox outbox;
	struct inspector *inspector;
	unsigned layers = 0;

	outbox_init(&outbox, FD_MESSAGES);
	limit_reset(request->size);
	if (request->sandbox)
		layers |= cage_enter();
	die_with(parent);
	struct cursor bundle = map_file(FD_BUNDLE, request->size);
	struct signing_request signing = {.min_sdk = request->min_sdk, .max_sdk = request->max_sdk};
	if (request->idsig >= 0)
		signing.idsig = map_file(FD_IDSIG, request->idsig_size);
	if (!inspect_start(&outbox, request->threads, request->sources, &request->code, &signing, &inspector).ok)
		_exit(EXIT_NO_START);
	if (request->sandbox)
		layers |= cage_close(limit_get(LIMIT_MEMORY), limit_get(LIMIT_CPU));
	report_layers(&outbox, layers);
	if (request->require_sandbox && layers != CAGE_ALL)
		_exit(EXIT_NO_SANDBOX);
	inspect_bundle(inspector, bundle.data, bundle.size, request->name, request->label);
	/* no exit handlers: they belong to the parent, and a sanitizer's would call what is
	 * forbidden */
	_exit(0);
}

struct result worker_start(const struct worker_request *request, struct worker *out)
{
	int messages[2], output[2];
	pid_t parent = getpid();

	ENSURE(pipe2(messages, O_CLOEXEC) == 0, SYSTEM, AT_NONE, "pipe: %s", strerror(errno));
	if (pipe2(output, O_CLOEXEC) != 0) {
		close(messages[0]);
		close(messages[1]);
		FAIL(SYSTEM, AT_NONE, "pipe: %s", strerror(errno));
	}
	pid_t pid = fork();
	if (pid == 0) {
		die_with(parent);
		signal(SIGPIPE, SIG_IGN);
		keep_only(request, messages[1], output[1]);
		work(request, parent);
	}
	close(messages[1]);
	close(output[1]);
	if (pid < 0) {
		close(messages[0]);
		close(output[0]);
		FAIL(SYSTEM, AT_NONE, "cannot start a worker: %s", strerror(errno));
	}
	*out = (struct worker){.pid = pid, .messages = messages[0], .output = output[0]};
	return OK;
}
