/*
 * cage.h - the sandbox of the worker, in layers.
 *
 * Order matters: privileges and the file system are given up first (Landlock does not reach threads
 * that already run), then the threads start, then resource limits (NPROC 0 would stop them from
 * starting) and the system call filter, which is set for all threads, close the cage.
 */
#ifndef PARASOL_SCAN_CAGE_H
#define PARASOL_SCAN_CAGE_H

#include "base/fault.h"

enum cage_layer {
	CAGE_USER = 1,     /* not root */
	CAGE_PRIVS = 2,    /* no new privileges, not dumpable */
	CAGE_LANDLOCK = 4, /* no path can be opened, no TCP, no signals to others */
	CAGE_LIMITS = 8,   /* data, processor time, processes, file size, core files */
	CAGE_SECCOMP = 16, /* system calls on an allow-list */
	CAGE_ALL = 31
};

/* Before threads start. Returns the layers that hold. */
unsigned cage_enter(void);

/* After the threads have started and before the first hostile byte. Returns the layers that hold.
 */
unsigned cage_close(uint64_t memory, uint64_t cpu_seconds);

/* "user no-new-privs landlock limits seccomp", or those of them that are set. */
const char *cage_layers(unsigned layers, char *out, size_t room);

#endif
