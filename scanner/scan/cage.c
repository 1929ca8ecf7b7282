/* cage.c - giving up rights: uid, no_new_privs, Landlock, rlimits, seccomp. */
#include "scan/cage.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The user and group that own nothing on any Linux distribution. */
enum { NOBODY = 65534 };

/* linux/landlock.h of the build machine may be older than the running kernel (Landlock ABI 6). */
struct ruleset {
	uint64_t files, network, scopes;
};
#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_restrict_self 446
#endif

static bool leave_root(void)
{
	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	       setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

static bool landlock(void)
{
	/* access rights grew with the ABI: 13 bits in 1, then refer, truncate, ioctl on devices */
	static const uint64_t files[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
	long abi = syscall(__NR_landlock_create_ruleset, NULL, 0, 1U);

	if (abi < 1)
		return false;
	struct ruleset rules = {.files = files[abi > 5 ? 5 : abi],
	                        .network = abi >= 4 ? 3 : 0,
	                        .scopes = abi >= 6 ? 3 : 0};
	size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	int fd = (int)syscall(__NR_landlock_create_ruleset, &rules, size, 0U);
	if (fd < 0)
		return false;
	bool held = syscall(__NR_landlock_restrict_self, fd, 0U) == 0;
	close(fd);
	return held;
}

unsigned cage_enter(void)
{
	unsigned layers = 0;

	if (leave_root())
		layers |= CAGE_USER;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
		layers |= CAGE_PRIVS;
	if (landlock())
		layers |= CAGE_LANDLOCK;
	return layers;
}

static bool limit(__rlimit_resource_t what, uint64_t most)
{
	struct rlimit rule = {most, most};

	return setrlimit(what, &rule) == 0;
}

static bool limits(uint64_t memory, uint64_t cpu_seconds)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	memory = RLIM_INFINITY; /* shadow memory counts as data */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
	memory = RLIM_INFINITY;
#endif
#endif
	return limit(RLIMIT_DATA, memory) && limit(RLIMIT_CPU, cpu_seconds) &&
	       limit(RLIMIT_NPROC, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0);
}

/* What computing, allocating, locking, waiting and writing to an open pipe need. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pread64),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(lseek),
	SCMP_SYS(poll),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getrusage),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getrandom),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
};

/* What only an attacker wants: an attempt ends the process, so that the parent learns of it. */
static const int fatal[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(ptrace),
	SCMP_SYS(kill),
	SCMP_SYS(tkill),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(bpf),
	SCMP_SYS(unshare),
	SCMP_SYS(mount),
};

static bool add_rules(scmp_filter_ctx filter)
{
	pid_t self = getpid();
	int failed = 0;

	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, fatal[i], 0);
	/* an abort is told from a crash by the signal that it sends to itself */
	failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
	                           SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)self, 0));
	failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(tgkill), 1,
	                           SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)self, 0));
	/* a thread may start, a process may not; clone3 hides its flags in memory */
	failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	                           SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), 1,
	                           SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return failed == 0;
}

static bool filter_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (!filter)
		return false;
	bool held = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && add_rules(filter) &&
	            seccomp_load(filter) == 0;
	seccomp_release(filter);
	return held;
}

unsigned cage_close(uint64_t memory, uint64_t cpu_seconds)
{
	unsigned layers = 0;

	if (limits(memory, cpu_seconds))
		layers |= CAGE_LIMITS;
	if (filter_calls())
		layers |= CAGE_SECCOMP;
	return layers;
}

const char *cage_layers(unsigned layers, char *out, size_t room)
{
	static const char *const names[] = {"user", "no-new-privs", "landlock", "limits",
	                                    "seccomp"};
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < 5; i++) {
		if (layers >> i & 1 && used < room)
			used += (size_t)snprintf(out + used, room - used, "%s%s", used ? " " : "",
			                         names[i]);
	}
	return out;
}
