/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/common/text.h"

enum { WORDS_MOST = 8, LOOK_MS = 10, NOT_STARTED = 127 };

static void become(char *const arguments[], int said, int log)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (dup2(said >= 0 ? said : log, STDOUT_FILENO) < 0 ||
	    dup2(log, STDERR_FILENO) < 0)
		_exit(NOT_STARTED);
	execv("/proc/self/exe", arguments);
	_exit(NOT_STARTED);
}

int rehearse_child_start(struct rehearse_child *child, char *const words[],
			 const char *log_path, bool heard)
{
	char program[] = "plenary";
	char *arguments[WORDS_MOST + 2] = { program };
	int pipe_ends[2] = { -1, -1 };
	const int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	for (size_t i = 0; i < WORDS_MOST && words[i] != NULL; i++)
		arguments[i + 1] = words[i];
	if (log < 0)
		return -errno;
	if (heard && pipe2(pipe_ends, O_CLOEXEC) < 0) {
		close(log);
		return -errno;
	}
	const pid_t pid = fork();
	if (pid == 0)
		become(arguments, pipe_ends[1], log);
	const int error = errno;
	close(log);
	if (heard)
		close(pipe_ends[1]);
	if (pid < 0) {
		if (heard)
			close(pipe_ends[0]);
		return -error;
	}
	*child = (struct rehearse_child){ .pid = pid, .said = pipe_ends[0] };
	return 0;
}

static void gone(struct rehearse_child *child, int status)
{
	child->pid = 0;
	child->status = status;
}

bool rehearse_child_runs(struct rehearse_child *child)
{
	int status = 0;

	if (child->pid == 0)
		return false;
	if (waitpid(child->pid, &status, WNOHANG) == 0)
		return true;
	gone(child, status);
	return false;
}

void rehearse_child_kill(struct rehearse_child *child)
{
	int status = 0;

	if (child->pid == 0)
		return;
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	gone(child, status);
}

/* What it still says is read and let go, or a full pipe would keep it from ending. */
static void drain(const struct rehearse_child *child)
{
	char piece[4096];

	while (child->said >= 0 && read(child->said, piece, sizeof(piece)) > 0)
		continue;
}

bool rehearse_child_stop(struct rehearse_child *child, int within_ms)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };

	if (child->said >= 0)
		fcntl(child->said, F_SETFL, O_NONBLOCK);
	if (child->pid != 0)
		kill(child->pid, SIGTERM);
	for (int waited = 0; waited < within_ms && rehearse_child_runs(child);
	     waited += LOOK_MS) {
		drain(child);
		nanosleep(&pause, NULL);
	}
	rehearse_child_kill(child);
	if (child->said >= 0)
		close(child->said);
	child->said = -1;
	return WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0;
}
