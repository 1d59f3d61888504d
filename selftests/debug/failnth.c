// SPDX-License-Identifier: GPL-2.0-only
/*
 * failnth - do it once for each memory allocation in it, that allocation failing
 *
 *   failnth [-b BEFORE] COMMAND [ARGUMENT...]
 *       run a command so, each time after the shell command BEFORE; counted are the
 *       allocations that the caller's failslab filter admits (a module's text, say),
 *       in the process itself
 *   failnth -l FILE.ko [PARAMETERS]
 *       load a module so; it is unloaded where it loaded nevertheless
 *   failnth -u FILE.ko [PARAMETERS]
 *       load it in peace and unload it so: that must succeed
 *
 * The Nth allocation fails in the Nth run, until a run has fewer: that one must
 * succeed, for nothing was wrong with it. One line tells how it went. Status 0 when
 * the sweep came to its end like that and met an allocation at all, else 1.
 *
 * Documentation/fault-injection: /proc/thread-self/fail-nth, which is 0 afterwards
 * when the failure was delivered. Needs root.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define RUNS_MAX	20000

static const char usage_text[] =
"usage: failnth [-b BEFORE] COMMAND [ARGUMENT...]\n"
"       failnth -l|-u FILE.ko [PARAMETERS]\n";

/* What a run came to. */
struct run {
	int err;	/* 0, errno, or a command's status */
	bool delivered;
};

static void die(const char *what)
{
	fprintf(stderr, "failnth: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Of this very task; opened before it counts, for opening allocates. */
static int counter_open(void)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("/proc/thread-self/fail-nth");
	return fd;
}

static void arm(int fd, unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(fd, text, strlen(text), 0) < 0)
		die("writing fail-nth");
}

/* The kernel counts down; at 0 it has let one fail. */
static bool delivered(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		die("reading fail-nth");
	return !strtoul(text, NULL, 10);
}

/* --- a command ---------------------------------------------------------------- */

static char **command;
static const char *before;

/* A process that has ended, but was not reaped yet. */
static bool delivered_in(pid_t pid)
{
	char path[64];
	bool result;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/fail-nth", pid, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	result = delivered(fd);
	close(fd);
	return result;
}

static struct run run_command(unsigned int n)
{
	struct run run;
	siginfo_t info;
	pid_t pid;
	int status;

	if (before && system(before)) {
		fprintf(stderr, "failnth: %s failed\n", before);
		exit(1);
	}
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		arm(counter_open(), n);
		execvp(command[0], command);
		_exit(127);
	}
	if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT))
		die("waitid");
	run.delivered = delivered_in(pid);
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	run.err = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return run;
}

/* --- a module ----------------------------------------------------------------- */

static const char *module_params = "";
static char module_name[64];
static int module_fd, counter;

static void module_open(const char *path)
{
	const char *base = strrchr(path, '/');

	snprintf(module_name, sizeof(module_name), "%s", base ? base + 1 : path);
	module_name[strcspn(module_name, ".")] = '\0';
	module_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (module_fd < 0)
		die(path);
	counter = counter_open();
}

static int load(void)
{
	return syscall(SYS_finit_module, module_fd, module_params, 0) ? errno : 0;
}

static int unload(void)
{
	return syscall(SYS_delete_module, module_name, O_NONBLOCK) ? errno : 0;
}

static struct run run_load(unsigned int n)
{
	struct run run;

	arm(counter, n);
	run.err = load();
	run.delivered = delivered(counter);
	arm(counter, 0);
	if (!run.err && unload())
		die("unloading it");
	return run;
}

static struct run run_unload(unsigned int n)
{
	struct run run;

	if (load())
		die("loading it");
	arm(counter, n);
	run.err = unload();
	run.delivered = delivered(counter);
	arm(counter, 0);
	if (run.err) {
		errno = run.err;
		die("unloading it");
	}
	return run;
}

/* --- the sweep ------------------------------------------------------------------- */

static int sweep(struct run (*once)(unsigned int n))
{
	unsigned int n, failed = 0;
	struct run run;

	for (n = 1; n <= RUNS_MAX; n++) {
		run = once(n);
		if (!run.delivered)
			break;
		if (run.err)
			failed++;
	}
	printf("%u allocations: %u failures were reported, %u passed over; without one: %s\n",
	       n - 1, failed, n - 1 - failed,
	       n > RUNS_MAX ? "never came to that" : run.err ? "FAILED" : "ok");
	return n > RUNS_MAX || run.err || n == 1;
}

int main(int argc, char **argv)
{
	bool loading = argc > 2 && !strcmp(argv[1], "-l");
	bool unloading = argc > 2 && !strcmp(argv[1], "-u");

	if (loading || unloading) {
		module_open(argv[2]);
		if (argc > 3)
			module_params = argv[3];
		return sweep(loading ? run_load : run_unload);
	}
	if (argc > 3 && !strcmp(argv[1], "-b")) {
		before = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc < 2 || argv[1][0] == '-') {
		fputs(usage_text, stderr);
		return 2;
	}
	command = argv + 1;
	return sweep(run_command);
}
