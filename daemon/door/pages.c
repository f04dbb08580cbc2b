/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/door/door_parts.h"
#include "daemon/edge/feed.h"
#include "daemon/encode/live.h"
#include "daemon/page_parts.h"
#include "daemon/sessions.h"
#include "daemon/store/directory.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "web/markup.h"
#include "web/page.h"

enum { KEY_BYTES = 512 };

static const char page_headers[] = "Content-Security-Policy: " WEB_POLICY "\r\n"
				   "Referrer-Policy: no-referrer\r\n"
				   "Cache-Control: no-store\r\n";

static void send_page(struct door *door, uint64_t request, int status, struct text *page,
		      const char *headers)
{
	const struct edge_answer answer = { .status = status,
					    .content_type = "text/html; charset=utf-8",
					    .headers = headers,
					    .body = text_string(page),
					    .body_bytes = page->length };

	edge_answer(door->edge, request, &answer);
	text_finish(page);
}

static void redirect(struct door *door, uint64_t request, const char *headers)
{
	const struct edge_answer answer = { .status = 303, .headers = headers };

	edge_answer(door->edge, request, &answer);
}

/* Teams shows it in a frame of its own pages. */
static const char framed_headers[] =
	"Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors "
	"'self' https://*.cloud.microsoft https://teams.microsoft.com "
	"https://*.teams.microsoft.com https://*.microsoft365.com "
	"https://*.office.com\r\n"
	"Referrer-Policy: no-referrer\r\n"
	"Cache-Control: no-store\r\n";

void door_come_back(struct door *door, const struct edge_request *request)
{
	struct text page = { 0 };

	markup_notice(&page, "Time is up", "Please come back to the main meeting.");
	send_page(door, request->number, 200, &page, framed_headers);
}

/* -- who may look ---------------------------------------------------------------------------- */

static bool has_cookie(const struct door *door, const struct edge_request *request)
{
	static const char name[] = "plenary=";
	const char *at = edge_header(request, "Cookie");
	char value[sizeof(door->cookie)];

	while (at != NULL && *at != '\0') {
		at += strspn(at, "; ");
		const size_t length = strcspn(at, ";");

		if (strncmp(at, name, sizeof(name) - 1) == 0 &&
		    length == sizeof(name) - 1 + sizeof(value) - 1) {
			memcpy(value, at + sizeof(name) - 1, sizeof(value) - 1);
			value[sizeof(value) - 1] = '\0';
			return auth_same(value, door->cookie);
		}
		at += length;
	}
	return false;
}

/* A browser sends its cookie along with a websocket that any page opens: only our own
 * page may. */
static bool is_from_here(const struct edge_request *request)
{
	const char *const origin = edge_header(request, "Origin");
	const char *const host = edge_header(request, "Host");
	const char *at = origin != NULL ? strstr(origin, "://") : NULL;

	return origin == NULL ||
	       (at != NULL && host != NULL && strcmp(at + 3, host) == 0);
}

bool door_viewer_allowed(const struct door *door, const struct edge_request *request)
{
	if (door->live_key == NULL)
		return false;
	if (door_bearer_is(request, door->live_key))
		return true;
	return has_cookie(door, request) && is_from_here(request);
}

static void ask_for_key(struct door *door, uint64_t request, int status,
			const char *error)
{
	struct text page = { 0 };

	markup_login(&page, error);
	send_page(door, request, status, &page, page_headers);
}

/* Guessing is slow: so many wrong keys a minute, from all together. */
static bool too_many_wrong_keys(struct door *door)
{
	const int64_t now_ms = clock_real_ms();

	if (now_ms - door->wrong_keys_since_ms >= 60 * 1000) {
		door->wrong_keys_since_ms = now_ms;
		door->wrong_keys = 0;
	}
	return door->wrong_keys >= DOOR_WRONG_KEYS;
}

static void sign_in(struct door *door, const struct edge_request *request)
{
	char key[KEY_BYTES], headers[256];

	if (too_many_wrong_keys(door)) {
		ask_for_key(door, request->number, 429,
			    "Too many wrong keys. Wait a minute, then try again.");
	} else if (door->live_key == NULL) {
		ask_for_key(door, request->number, 403,
			    "No key has been set for this page. Ask the person who runs "
			    "Plenary.");
	} else if (!form_value(request->body, "key", key, sizeof(key)) ||
		   !auth_same(key, door->live_key)) {
		door->counts.refused++;
		door->wrong_keys++;
		ask_for_key(door, request->number, 403, "That key is not right.");
	} else {
		snprintf(headers, sizeof(headers),
			 "Location: /\r\nSet-Cookie: plenary=%s; HttpOnly; "
			 "SameSite=Strict; "
			 "Path=/%s\r\n",
			 door->cookie, request->secure ? "; Secure" : "");
		redirect(door, request->number, headers);
	}
}

/* -- pages ----------------------------------------------------------------------------------- */

static void live_page(struct door *door, const struct edge_request *request)
{
	const uint32_t number = door_session_of_query(door, request->query);
	const struct session *const session = sessions_get(door->sessions, number);
	struct text page = { 0 };

	if (!door_viewer_allowed(door, request)) {
		redirect(door, request->number,
			 "Location: /login\r\nCache-Control: no-store\r\n");
		return;
	}
	if (session == NULL)
		markup_problem(
			&page, "No session yet",
			"Nothing has been scheduled. Sessions show here once they are.");
	else
		page_live(&page, door->words, session, clock_now_ms(door->turn->clock),
			  door->config);
	send_page(door, request->number, session == NULL ? 404 : 200, &page,
		  page_headers);
}

static const struct web_file *public_file(const char *path)
{
	static const char *const public[] = { "plenary.css", "live.js", "icon.svg" };

	for (size_t i = 0; i < sizeof(public) / sizeof(public[0]); i++) {
		if (strcmp(path + 1, public[i]) == 0)
			return web_find(public[i]);
	}
	return NULL;
}

static void static_file(struct door *door, const struct edge_request *request)
{
	const struct web_file *const file = public_file(request->path);
	const char *const known = edge_header(request, "If-None-Match");
	char headers[160];

	snprintf(headers, sizeof(headers), "ETag: %s\r\nCache-Control: no-cache\r\n",
		 file->etag);
	const bool same = known != NULL && strcmp(known, file->etag) == 0;
	const struct edge_answer answer = { .status = same ? 304 : 200,
					    .content_type =
						    same ? NULL : file->content_type,
					    .headers = headers,
					    .body = same ? NULL : file->bytes,
					    .body_bytes = same ? 0 : file->count };
	edge_answer(door->edge, request->number, &answer);
}

bool door_page(struct door *door, const struct edge_request *request)
{
	const bool is_login = strcmp(request->path, "/login") == 0;
	const bool is_live = strcmp(request->path, "/") == 0;
	const bool get = strcmp(request->method, "GET") == 0 ||
			 strcmp(request->method, "HEAD") == 0;

	if (!is_login && !is_live && public_file(request->path) == NULL)
		return false;
	if (is_login && strcmp(request->method, "POST") == 0)
		sign_in(door, request);
	else if (!get)
		door_wrong_method(door, request->number,
				  is_login ? "GET, HEAD, POST" : "GET, HEAD");
	else if (is_login)
		ask_for_key(door, request->number, 200, NULL);
	else if (is_live)
		live_page(door, request);
	else
		static_file(door, request);
	return true;
}
