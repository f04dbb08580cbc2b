/* SPDX-License-Identifier: MIT */
/*
 * rehearse_child - this program once more, as a process of its own with another word.
 *
 * A child is in a process group of its own, so that Ctrl-C reaches it through us and in
 * order, and is told to end when we die.  It starts with no signal blocked.
 */
#ifndef PLENARY_REHEARSE_CHILD_H
#define PLENARY_REHEARSE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct rehearse_child {
	pid_t pid;  /* 0: it does not run */
	int said;   /* its standard output, or -1 */
	int status; /* as waitpid() has it, once it has ended */
};

/*
 * words: the arguments, from the word on, ended by NULL.  What it writes on standard error
 * is added to the log; what it says goes to child->said when heard, else to the log too.
 * 0 or a negative errno.
 */
int rehearse_child_start(struct rehearse_child *child, char *const words[],
			 const char *log, bool heard);
/* Whether it is still there. */
bool rehearse_child_runs(struct rehearse_child *child);
/* SIGTERM, and SIGKILL when it has not ended in so many milliseconds.  True when it ended
 * with status 0. */
bool rehearse_child_stop(struct rehearse_child *child, int within_ms);
void rehearse_child_kill(struct rehearse_child *child);

#endif
