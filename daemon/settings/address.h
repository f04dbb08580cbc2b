/* SPDX-License-Identifier: MIT */
/*
 * address - is what somebody wrote a URL, an address to listen at, an identifier?
 *
 * Each answers NULL when it is good, otherwise what was expected, for a message.
 */
#ifndef PLENARY_ADDRESS_H
#define PLENARY_ADDRESS_H

#include <stdbool.h>

enum { ADDRESS_URL_BYTES = 1024 };

/* https://host[:port][/path], no user, query or fragment.  http only where loopback says
 * that it may be, and then only to 127.0.0.0/8, [::1] and localhost. */
const char *address_url_problem(const char *url, bool loopback);

/* "127.0.0.1:8443", "[::1]:0", "unix:/run/plenary/http.sock" */
const char *address_listen_problem(const char *address);
/* Of a good address or URL's host and port: can only this machine reach it? */
bool address_is_loopback(const char *address);

/* A host name, as a suffix to compare with: letters, digits, dots and hyphens. */
const char *address_host_problem(const char *host);

/* 8-4-4-4-12 hexadecimal digits, as Entra writes its ids. */
bool address_is_guid(const char *text);

/* An IANA time zone's name; whether this machine knows it is another question. */
const char *address_zone_problem(const char *zone);

#endif
