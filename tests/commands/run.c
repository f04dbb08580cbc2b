/* SPDX-License-Identifier: MIT */
#include "tests/commands/run.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/child.h"

int run_program(const char *const words[], struct text *said)
{
	const char *list[RUN_WORDS + 2] = { PLENARY_PROGRAM };
	int ends[2], status;
	char chunk[4096];

	for (int i = 0; words[i] != NULL; i++) {
		CHECK(i < RUN_WORDS);
		list[i + 1] = words[i];
	}
	CHECK_INT(0, pipe2(ends, O_CLOEXEC));
	const pid_t test = getpid(), pid = fork();
	if (pid == 0) {
		child_ends_with(test);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execv(PLENARY_PROGRAM, (char *const *)list);
		_exit(127);
	}
	close(ends[1]);
	text_clear(said);
	for (ssize_t got; (got = read(ends[0], chunk, sizeof(chunk))) > 0;)
		text_add(said, chunk, (size_t)got);
	close(ends[0]);
	CHECK_INT(pid, waitpid(pid, &status, 0));
	if (!WIFEXITED(status))
		fprintf(stderr, "%s\n", text_string(said));
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}
