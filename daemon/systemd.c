/* SPDX-License-Identifier: MIT */
#include "daemon/systemd.h"

#ifdef PLENARY_SYSTEMD
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

void systemd_tell(const char *state)
{
	struct timespec now;
	char text[160];

	if (strcmp(state, "RELOADING=1") != 0) {
		sd_notify(0, state);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	sd_notify(0, text);
}

uint64_t systemd_watchdog_ms(void)
{
	uint64_t microseconds = 0;

	return sd_watchdog_enabled(0, &microseconds) > 0 ? microseconds / 2000 : 0;
}

int systemd_sockets(void)
{
	const int count = sd_listen_fds(1);

	return count > 0 ? count : 0;
}

#else

void systemd_tell(const char *state)
{
	(void)state;
}

uint64_t systemd_watchdog_ms(void)
{
	return 0;
}

int systemd_sockets(void)
{
	return 0;
}

#endif
