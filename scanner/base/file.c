/* file.c - whole files, written by rename. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

struct result file_read(const char *path, size_t limit, struct text *out)
{
	DEFER(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;

	ENSURE(fd >= 0, USAGE, AT_NONE, "cannot open '%s': %s", path, strerror(errno));
	ENSURE(fstat(fd, &about) == 0, SYSTEM, AT_NONE, "cannot read '%s': %s", path,
	       strerror(errno));
	ENSURE(!S_ISDIR(about.st_mode), USAGE, AT_NONE, "'%s' is a folder, not a file", path);
	for (;;) {
		char part[65536];
		ssize_t got = read(fd, part, sizeof part);

		if (got < 0 && errno == EINTR)
			continue;
		ENSURE(got >= 0, SYSTEM, AT_NONE, "cannot read '%s': %s", path, strerror(errno));
		if (got == 0)
			break;
		text_add(out, part, (size_t)got);
		ENSURE(out->len <= limit, USAGE, AT_NONE, "'%s' is larger than %zu bytes", path,
		       limit);
	}
	text_add(out, "", 0);
	return OK;
}

static RESULT write_all(int fd, const char *path, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t wrote = write(fd, at, len);

		if (wrote < 0 && errno == EINTR)
			continue;
		ENSURE(wrote >= 0, SYSTEM, AT_NONE, "cannot write '%s': %s", path, strerror(errno));
		at += wrote;
		len -= (size_t)wrote;
	}
	return OK;
}

/* The folder of a path, so that the rename itself reaches the disk. */
static void sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct text folder = {0};

	if (slash)
		text_add(&folder, path, (size_t)(slash - path) + 1);
	else
		text_puts(&folder, ".");
	int fd = open(folder.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	text_free(&folder);
}

static RESULT replace(const char *path, const char *temporary, int fd, const void *bytes,
                      size_t len)
{
	struct stat about;
	mode_t mask = umask(0);

	umask(mask);
	TRY(write_all(fd, path, bytes, len));
	/* mkstemp gives 0600; a report is as readable as the user's other files */
	ENSURE(fchmod(fd, stat(path, &about) == 0 ? about.st_mode & 0777 : 0666 & ~mask) == 0,
	       SYSTEM, AT_NONE, "cannot set the mode of '%s': %s", path, strerror(errno));
	ENSURE(fsync(fd) == 0, SYSTEM, AT_NONE, "cannot write '%s': %s", path, strerror(errno));
	ENSURE(rename(temporary, path) == 0, SYSTEM, AT_NONE, "cannot write '%s': %s", path,
	       strerror(errno));
	sync_folder(path);
	return OK;
}

static RESULT write_temporary(const char *path, struct text *temporary, const void *bytes,
                              size_t len)
{
	DEFER(close_fd) int fd = mkstemp(temporary->data);

	ENSURE(fd >= 0, SYSTEM, AT_NONE, "cannot write '%s': %s", path, strerror(errno));
	struct result done = replace(path, temporary->data, fd, bytes, len);
	if (!done.ok)
		unlink(temporary->data);
	return done;
}

/* Whoever interrupts the program finds the old file or the new one, and no other. */
static RESULT write_beside(const char *path, const void *bytes, size_t len)
{
	struct text temporary = {0};
	sigset_t ending, before;

	sigemptyset(&ending);
	sigaddset(&ending, SIGHUP);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, &before);
	text_printf(&temporary, "%s.XXXXXX", path);
	struct result done = write_temporary(path, &temporary, bytes, len);
	text_free(&temporary);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return done;
}

struct result file_write(const char *path, const void *bytes, size_t len)
{
	struct stat about;

	if (strcmp(path, "-") == 0)
		return write_all(STDOUT_FILENO, "standard output", bytes, len);
	if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
		/* a pipe or a device such as /dev/full is written, never replaced */
		DEFER(close_fd) int fd = open(path, O_WRONLY | O_CLOEXEC);
		ENSURE(fd >= 0, USAGE, AT_NONE, "cannot write '%s': %s", path, strerror(errno));
		return write_all(fd, path, bytes, len);
	}
	return write_beside(path, bytes, len);
}
