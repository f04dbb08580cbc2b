/* SPDX-License-Identifier: MIT */
#include "daemon/settings/address.h"

#include <assert.h>
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HOST_BYTES = 256, UNIX_PATH_BYTES = 107 };

static const char host_characters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

/* host[:port] or [v6][:port] into its two; false when it is neither.  *port is -1 if absent. */
static bool split(const char *text, char host[HOST_BYTES], long *port)
{
	const bool bracket = text[0] == '[';
	const char *end = bracket ? strchr(text, ']') : text + strcspn(text, ":");

	if (end == NULL)
		return false;
	const char *begin = text + bracket;
	const size_t length = (size_t)(end - begin);
	if (length == 0 || length >= HOST_BYTES)
		return false;
	assert(length < HOST_BYTES);
	memcpy(host, begin, length);
	host[length] = '\0';
	const char *rest = end + bracket;
	*port = -1;
	if (*rest == '\0')
		return true;
	if (*rest != ':' || rest[1] == '\0' || strlen(rest + 1) > 5 ||
	    strspn(rest + 1, "0123456789") != strlen(rest + 1))
		return false;
	*port = strtol(rest + 1, NULL, 10);
	assert(*port >= 0);
	return *port <= 65535;
}

static bool is_v6(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET6, host, &address) == 1;
}

static bool is_v4(const char *host)
{
	struct in_addr address;

	return inet_pton(AF_INET, host, &address) == 1;
}

static bool is_loopback_host(const char *host)
{
	if (is_v4(host))
		return strncmp(host, "127.", 4) == 0;
	return strcmp(host, "::1") == 0 || strcasecmp(host, "localhost") == 0;
}

const char *address_host_problem(const char *host)
{
	const size_t length = strlen(host);

	if (length == 0 || length >= HOST_BYTES ||
	    strspn(host, host_characters) != length)
		return "a host name";
	if (host[0] == '.' || host[0] == '-' || host[length - 1] == '.' ||
	    strstr(host, "..") != NULL)
		return "a host name, neither beginning nor ending in a dot";
	return NULL;
}

const char *address_url_problem(const char *url, bool loopback)
{
	static const char https[] = "https://", http[] = "http://";
	const bool plain = strncmp(url, http, strlen(http)) == 0;
	char authority[HOST_BYTES + 16], host[HOST_BYTES];
	long port;

	if (!plain && strncmp(url, https, strlen(https)) != 0)
		return "a URL that begins with https://";
	if (strlen(url) > ADDRESS_URL_BYTES)
		return "a shorter URL";
	for (const char *at = url; *at != '\0'; at++) {
		if (!isgraph((unsigned char)*at) || strchr("?#@\\\"<>", *at) != NULL)
			return "a URL without blanks, user, query or fragment";
	}
	url += plain ? strlen(http) : strlen(https);
	const size_t length = strcspn(url, "/");
	if (length >= sizeof(authority))
		return "a URL with a shorter host";
	snprintf(authority, sizeof(authority), "%.*s", (int)length, url);
	if (!split(authority, host, &port) || port == 0)
		return "a URL with a host, and a port of 1 to 65535 if any";
	if (!is_v6(host) && address_host_problem(host) != NULL)
		return "a URL with a host name";
	if (plain && !(loopback && is_loopback_host(host)))
		return "https:// (http:// only to loopback, with `allow_loopback_peers`)";
	return NULL;
}

const char *address_listen_problem(const char *address)
{
	char host[HOST_BYTES];
	long port;

	if (strncmp(address, "unix:", 5) == 0) {
		if (address[5] != '/')
			return "unix: followed by an absolute path";
		return strlen(address + 5) > UNIX_PATH_BYTES ? "a shorter path" : NULL;
	}
	if (!split(address, host, &port) || port < 0)
		return "an address and port, like 127.0.0.1:8443, [::1]:8443 or"
		       " unix:/run/plenary/http.sock";
	if (address[0] == '[' ? !is_v6(host) : !is_v4(host))
		return "a numeric address, like 0.0.0.0:8443 or [::]:8443";
	return NULL;
}

bool address_is_loopback(const char *address)
{
	char host[HOST_BYTES];
	long port;

	if (strncmp(address, "unix:", 5) == 0)
		return true;
	return split(address, host, &port) && is_loopback_host(host);
}

bool address_is_guid(const char *text)
{
	if (strlen(text) != 36)
		return false;
	for (int i = 0; i < 36; i++) {
		const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return true;
}

const char *address_zone_problem(const char *zone)
{
	static const char wanted[] = "a time zone like Europe/London";
	const size_t length = strlen(zone);

	if (length == 0 || length > 64 || !isalpha((unsigned char)zone[0]))
		return wanted;
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)zone[i]) && strchr("/_+-", zone[i]) == NULL)
			return wanted;
	}
	return NULL;
}
