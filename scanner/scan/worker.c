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

/* Nothing of the parent but the bundle and the two pipes stays open. */
static void keep_only(int bundle, int messages, int output)
{
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	int null = open("/dev/null", O_RDONLY);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	int kept = fcntl(bundle, F_DUPFD, 64), pipe = fcntl(messages, F_DUPFD, 64);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	dup2(kept, 3);
	dup2(pipe, 4);
	close_range(5, ~0U, 0);
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

	outbox_init(&outbox, 4);
	limit_reset(request->size);
	if (request->sandbox)
		layers |= cage_enter();
	die_with(parent);
	if (!inspect_start(&outbox, request->threads, &inspector).ok)
		_exit(EXIT_NO_START);
	const void *data = "";
	if (request->size) {
		data = mmap(NULL, request->size, PROT_READ, MAP_PRIVATE, 3, 0);
		if (data == MAP_FAILED)
			_exit(EXIT_NO_START);
	}
	if (request->sandbox)
		layers |= cage_close(limit_get(LIMIT_MEMORY), limit_get(LIMIT_CPU));
	report_layers(&outbox, layers);
	if (request->require_sandbox && layers != CAGE_ALL)
		_exit(EXIT_NO_SANDBOX);
	inspect_bundle(inspector, data, request->size, request->name);
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
		keep_only(request->bundle, messages[1], output[1]);
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
