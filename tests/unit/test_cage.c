/*
 * test_cage.c - what the worker may not do, tried from inside the cage: as root (which leaves root
 * behind), as an ordinary user, and with standard error on a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pool.h"
#include "scan/cage.h"

enum { ORDINARY = 1234, DENIED = 40, ALLOWED = 41, NOT_CAGED = 42 };

static int try_open(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EPERM ? DENIED : ALLOWED;
}

static int try_create(void)
{
	return open("/tmp/parasol-cage-test", O_WRONLY | O_CREAT, 0600) < 0 && errno == EPERM
	               ? DENIED
	               : ALLOWED;
}

static int try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? DENIED : ALLOWED;
}

static int try_execve(void)
{
	char *argv[] = {(char[]){"true"}, NULL};

	execve("/bin/true", argv, NULL);
	return DENIED;
}

static int try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? DENIED : ALLOWED;
}

static int try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? DENIED : ALLOWED;
}

static int try_kill(void)
{
	return kill(getppid(), 0) < 0 ? DENIED : ALLOWED;
}

static int try_abort(void)
{
	abort();
}

static int try_memory(void)
{
	/* volatile: the compiler knows malloc too well */
	char *volatile memory = malloc(512U << 20);

	return memory ? ALLOWED : DENIED;
}

static int try_work(void)
{
	char *volatile memory = malloc(1 << 20);

	if (!memory)
		return DENIED;
	memset(memory, 1, 1 << 20);
	free(memory);
	return ALLOWED;
}

static void job(void *argument, void *state)
{
	(void)state;
	*(int *)argument = try_open();
}

/* A thread that was started before the cage closed is inside it as well. */
static struct pool *threads;

static int try_thread(void)
{
	int result = ALLOWED;

	pool_add(threads, job, &result, 1);
	pool_finish(threads);
	return result;
}

/* Ends with the exit status of `probe` in a cage, or dies of a signal. Returns the wait status. */
static int in_cage(int (*probe)(void), bool ordinary)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
		dup2(file, STDERR_FILENO);
		if (ordinary && (setgroups(0, NULL) || setgid(ORDINARY) || setuid(ORDINARY)))
			_exit(NOT_CAGED);
		unsigned layers = cage_enter();
		if (!pool_start(2, NULL, NULL, NULL, &threads).ok)
			_exit(NOT_CAGED);
		layers |= cage_close(256U << 20, 10);
		_exit(layers == CAGE_ALL ? probe() : NOT_CAGED);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* The cage needs a kernel that offers all layers; where it does not, the test says so. */
static bool kernel_offers_all(void)
{
	int status = in_cage(try_work, false);

	if (WIFEXITED(status) && WEXITSTATUS(status) == ALLOWED)
		return true;
	print_message("skipped: this kernel does not offer every layer of the sandbox\n");
	return false;
}

static void expect_exit(int (*probe)(void), int wanted)
{
	for (int ordinary = 0; ordinary <= (geteuid() == 0); ordinary++) {
		int status = in_cage(probe, ordinary);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), wanted);
	}
}

static void expect_signal(int (*probe)(void), int wanted)
{
	for (int ordinary = 0; ordinary <= (geteuid() == 0); ordinary++) {
		int status = in_cage(probe, ordinary);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), wanted);
	}
}

static void files_cannot_be_opened(void **state)
{
	(void)state;
	if (!kernel_offers_all())
		skip();
	expect_exit(try_open, DENIED);
	expect_exit(try_create, DENIED);
	expect_exit(try_thread, DENIED);
}

static void attacks_end_the_process(void **state)
{
	(void)state;
	if (!kernel_offers_all())
		skip();
	expect_signal(try_socket, SIGSYS);
	expect_signal(try_execve, SIGSYS);
	expect_signal(try_fork, SIGSYS);
	expect_signal(try_ptrace, SIGSYS);
	expect_signal(try_kill, SIGSYS);
}

static void abort_is_told_from_a_crash(void **state)
{
	(void)state;
	if (!kernel_offers_all())
		skip();
	expect_signal(try_abort, SIGABRT);
}

static void memory_is_limited(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	if (!kernel_offers_all())
		skip();
	expect_exit(try_memory, DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_cannot_be_opened),
		cmocka_unit_test(attacks_end_the_process),
		cmocka_unit_test(abort_is_told_from_a_crash),
		cmocka_unit_test(memory_is_limited),
	};

	return cmocka_run_group_tests_name("cage", tests, NULL, NULL);
}
