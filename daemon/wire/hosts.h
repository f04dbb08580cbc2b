/* SPDX-License-Identifier: MIT */
/*
 * hosts - who may be handed a bearer token.
 *
 * Whoever receives the bot's token can speak as the bot, and the address to answer to
 * arrives from outside.  So a token goes only to https, port 443, a host named by the
 * list or below it, without user-info and never to an IP literal.  A URL that different
 * parsers could read differently (backslash, percent or non-ASCII in the authority,
 * blanks, empty labels) is nobody's.  Host names are compared in lower case, one final
 * dot dropped. Pure: libc only.
 */
#ifndef PLENARY_HOSTS_H
#define PLENARY_HOSTS_H

#include <stdbool.h>

enum { HOST_BYTES = 254 };

/* suffixes: ends in NULL; an entry matches itself and whatever ends in "." + entry.
 * loopback_allowed (rehearsals and tests): also http or https to 127.0.0.1, localhost or
 * [::1] on any port. */
bool host_may_receive(const char *url, const char *const *suffixes,
		      bool loopback_allowed);

/* http or https to 127.0.0.1, localhost or [::1]. */
bool host_is_loopback(const char *url);

/* Scheme, host and port are the same, and both URLs are sound. */
bool host_same(const char *url, const char *other);

/* The host alone, lower case; false (and nothing written) when the URL is not sound. */
bool host_read(const char *url, char host[HOST_BYTES]);

#endif
