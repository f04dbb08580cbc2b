/* SPDX-License-Identifier: MIT */
#include "daemon/wire/hosts.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PORT_HTTP = 80, PORT_HTTPS = 443, PORT_MAX = 65535 };

struct place {
	bool secure;
	bool literal; /* an IP address, whatever its spelling */
	int port;
	char host[HOST_BYTES];
};

/* Whatever the locale says. */
static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static bool read_scheme(const char **at, struct place *place)
{
	place->secure = strncasecmp(*at, "https://", 8) == 0;
	if (!place->secure && strncasecmp(*at, "http://", 7) != 0)
		return false;
	*at += place->secure ? 8 : 7;
	place->port = place->secure ? PORT_HTTPS : PORT_HTTP;
	return true;
}

static bool read_port(const char *digits, size_t count, struct place *place)
{
	int port = 0;

	if (count == 0 || count > 5)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!isdigit((unsigned char)digits[i]))
			return false;
		port = port * 10 + (digits[i] - '0');
	}
	if (port == 0 || port > PORT_MAX)
		return false;
	place->port = port;
	return true;
}

/* 1.2.3.4, but also 2130706433, 127.1 and 0x7f.1: resolvers take them all. */
static bool is_numeric(const char *host)
{
	const char *const dot = strrchr(host, '.');
	const char *const last = dot ? dot + 1 : host;

	if (last[0] == '0' && last[1] == 'x')
		return true;
	return last[strspn(last, "0123456789")] == '\0';
}

static bool read_name(const char *name, size_t count, struct place *place)
{
	size_t label = 0;

	if (count > 0 && name[count - 1] == '.')
		count--;
	if (count == 0 || count >= HOST_BYTES)
		return false;
	for (size_t i = 0; i < count; i++) {
		const unsigned char byte = (unsigned char)name[i];

		if (byte == '.' ? label == 0 : !isalnum(byte) && byte != '-')
			return false;
		label = byte == '.' ? 0 : label + 1;
		place->host[i] = lower(name[i]);
	}
	place->host[count] = '\0';
	place->literal = is_numeric(place->host);
	return label > 0;
}

static bool read_literal(const char *name, size_t count, struct place *place)
{
	if (count < 4 || count >= HOST_BYTES || name[count - 1] != ']')
		return false;
	for (size_t i = 1; i < count - 1; i++) {
		if (!isxdigit((unsigned char)name[i]) && !strchr(":.", name[i]))
			return false;
	}
	for (size_t i = 0; i < count; i++)
		place->host[i] = lower(name[i]);
	place->host[count] = '\0';
	place->literal = true;
	return true;
}

static bool url_is_plain(const char *url)
{
	for (const char *at = url; *at; at++) {
		if ((unsigned char)*at <= ' ' || *at == 0x7f || *at == '\\')
			return false;
	}
	return true;
}

static bool place_read(const char *url, struct place *place)
{
	const char *at = url;

	*place = (struct place){ 0 };
	if (url == NULL || !url_is_plain(url) || !read_scheme(&at, place))
		return false;

	const size_t bytes = strcspn(at, "/?#");
	const char *const bracket = *at == '[' ? memchr(at, ']', bytes) : NULL;
	const char *const from = bracket ? bracket : at;
	const char *const colon = memchr(from, ':', bytes - (size_t)(from - at));
	const size_t name = colon ? (size_t)(colon - at) : bytes;

	if (colon && !read_port(colon + 1, bytes - name - 1, place))
		return false;
	return *at == '[' ? read_literal(at, name, place) : read_name(at, name, place);
}

static bool place_is_loopback(const struct place *place)
{
	return strcmp(place->host, "127.0.0.1") == 0 ||
	       strcmp(place->host, "localhost") == 0 || strcmp(place->host, "[::1]") == 0;
}

static bool host_ends_in(const char *host, const char *suffix)
{
	const size_t bytes = strlen(host), tail = strlen(suffix);

	if (tail == 0 || bytes < tail || strcasecmp(host + bytes - tail, suffix) != 0)
		return false;
	return bytes == tail || host[bytes - tail - 1] == '.';
}

bool host_may_receive(const char *url, const char *const *suffixes, bool loopback_allowed)
{
	struct place place;

	if (!place_read(url, &place))
		return false;
	if (loopback_allowed && place_is_loopback(&place))
		return true;
	if (!place.secure || place.literal || place.port != PORT_HTTPS)
		return false;
	for (; *suffixes; suffixes++) {
		if (host_ends_in(place.host, *suffixes))
			return true;
	}
	return false;
}

bool host_is_loopback(const char *url)
{
	struct place place;

	return place_read(url, &place) && place_is_loopback(&place);
}

bool host_same(const char *url, const char *other)
{
	struct place one, two;

	return place_read(url, &one) && place_read(other, &two) &&
	       one.secure == two.secure && one.port == two.port &&
	       strcmp(one.host, two.host) == 0;
}

bool host_read(const char *url, char host[HOST_BYTES])
{
	struct place place;

	if (!place_read(url, &place))
		return false;
	memcpy(host, place.host, HOST_BYTES);
	return true;
}
