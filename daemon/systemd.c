/* SPDX-License-Identifier: MIT */
#include "daemon/systemd.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum systemd_reach systemd_socket_reach(int fd)
{
	static const unsigned char loopback6[16] = { [15] = 1 };
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
		struct sockaddr_storage room;
	} address = { .any.sa_family = AF_UNSPEC };
	socklen_t length = sizeof(address);

	if (getsockname(fd, &address.any, &length) < 0)
		return REACH_ANYWHERE;
	if (address.any.sa_family == AF_UNIX)
		return REACH_UNIX;
	if (address.any.sa_family == AF_INET &&
	    (ntohl(address.four.sin_addr.s_addr) >> 24) == 127)
		return REACH_LOOPBACK;
	if (address.any.sa_family == AF_INET6 &&
	    memcmp(&address.six.sin6_addr, loopback6, sizeof(loopback6)) == 0)
		return REACH_LOOPBACK;
	return REACH_ANYWHERE;
}

#ifdef PLENARY_SYSTEMD
#include <stdio.h>
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
