/* SPDX-License-Identifier: MIT */
/*
 * child - a test that is killed leaves nobody behind: each child that a test forks ends with
 * it, whatever it was doing.
 */
#ifndef PLENARY_TESTS_CHILD_H
#define PLENARY_TESTS_CHILD_H

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/* In the child, first of all.  parent: getpid() before the fork, which may be gone already. */
static inline void child_ends_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}

#endif
