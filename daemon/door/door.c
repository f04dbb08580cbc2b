/* SPDX-License-Identifier: MIT */
#include "daemon/door/door_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/door/arrival.h"
#include "daemon/common/clock.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/store/directory.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/keyring.h"

struct seen {
	struct seen *next;
	int64_t at_ms;
	char key[];
};

/* -- repeats --------------------------------------------------------------------------------- */

static void forget_oldest(struct door *door)
{
	struct seen *const oldest = door->oldest;

	door->oldest = oldest->next;
	if (door->oldest == NULL)
		door->newest = NULL;
	map_remove(&door->seen, oldest->key);
	free(oldest);
}

void door_restore_seen(struct door *door, const char *key, int64_t at_ms)
{
	const size_t bytes = strlen(key) + 1;
	struct seen *const seen = memory_zeroed(sizeof(*seen) + bytes);

	while (door->oldest != NULL && (door->seen.count >= DOOR_SEEN ||
					door->oldest->at_ms < at_ms - DOOR_SEEN_MS))
		forget_oldest(door);
	seen->at_ms = at_ms;
	memcpy(seen->key, key, bytes);
	if (map_put(&door->seen, key, seen) != NULL)
		abort(); /* asked for before */
	if (door->newest != NULL)
		door->newest->next = seen;
	else
		door->oldest = seen;
	door->newest = seen;
}

bool door_is_repeat(struct door *door, const char *key)
{
	const int64_t now_ms = clock_now_ms(door->turn->clock);

	if (map_get(&door->seen, key) != NULL) {
		door->counts.repeated++;
		return true;
	}
	door_restore_seen(door, key, now_ms);
	batch_seen(journal_batch(door->turn->journal), key, now_ms);
	if (now_ms - door->forgot_ms > DOOR_FORGET_MS) {
		batch_forget_seen(journal_batch(door->turn->journal),
				  now_ms - DOOR_SEEN_MS);
		door->forgot_ms = now_ms;
	}
	return false;
}

/* -- answers --------------------------------------------------------------------------------- */

void door_answer(struct door *door, uint64_t request, int status,
		 const char *content_type, const char *body)
{
	const struct edge_answer answer = {
		.status = status,
		.content_type = content_type,
		.body = body,
		.body_bytes = body != NULL ? strlen(body) : 0,
	};
	turn_answer(door->turn, request, &answer);
}

static struct edge_answer refusal(const struct problem *problem, struct text *body)
{
	struct edge_answer answer = {
		.status = problem->status,
		.content_type = "application/problem+json",
	};

	problem_write(problem, body);
	answer.body = text_string(body);
	answer.body_bytes = body->length;
	if (problem->status == 401)
		answer.headers = "WWW-Authenticate: Bearer\r\n";
	if (problem->status == 503)
		answer.headers = "Retry-After: 5\r\n";
	return answer;
}

void door_refuse(struct door *door, uint64_t request, const struct problem *problem)
{
	struct text body = { 0 };
	const struct edge_answer answer = refusal(problem, &body);

	edge_answer(door->edge, request, &answer);
	door->counts.refused++;
	text_finish(&body);
}

void door_refuse_rest(struct door *door, uint64_t request, const struct problem *problem)
{
	struct text body = { 0 };
	const struct edge_answer answer = refusal(problem, &body);

	turn_answer(door->turn, request, &answer);
	door->counts.refused++;
	text_finish(&body);
}

void door_tell_refused(struct door *door, const char *what, const char *why)
{
	uint64_t left_out;

	if (log_may(&door->refusals, clock_real_ms(), &left_out))
		log_warning("door", "%s why=\"%s\" not_logged_before=%llu", what, why,
			    (unsigned long long)left_out);
}

static void refuse(struct door *door, uint64_t request, int status, const char *detail)
{
	struct problem problem;

	problem_say(&problem, status, "%s", detail);
	door_refuse(door, request, &problem);
}

bool door_bearer_is(const struct edge_request *request, const char *secret)
{
	const char *const header = edge_header(request, "Authorization");

	return secret != NULL && header != NULL &&
	       strncasecmp(header, "Bearer ", 7) == 0 && auth_same(header + 7, secret);
}

/* -- forms and queries ------------------------------------------------------------------------- */

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = (char)(digit | 0x20);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* One decoded byte of what follows; 0 at the end of the field, -1 when it is malformed. */
static int decoded(const char **at)
{
	const char byte = **at;

	if (byte == '\0' || byte == '&')
		return 0;
	(*at)++;
	if (byte == '+')
		return ' ';
	if (byte != '%')
		return (unsigned char)byte;
	const int high = hex_digit((*at)[0]);
	const int low = high < 0 ? -1 : hex_digit((*at)[1]);

	if (low < 0 || high * 16 + low == 0)
		return -1;
	*at += 2;
	return high * 16 + low;
}

bool form_value(const char *form, const char *name, char *value, size_t bytes)
{
	const size_t length = strlen(name);
	size_t used = 0;

	while (strncmp(form, name, length) != 0 || form[length] != '=') {
		form = strchr(form, '&');
		if (form == NULL)
			return false;
		form++;
	}
	form += length + 1;
	for (;;) {
		const int byte = decoded(&form);

		if (byte < 0 || used >= bytes)
			return false;
		value[used] = (char)byte;
		if (byte == 0)
			return true;
		used++;
	}
}

/* The session to look at when none is named: one that is running, else the next that is
 * open, else the newest. */
static uint32_t session_of_interest(const struct door *door)
{
	const struct session *open = NULL;

	for (uint32_t i = door->sessions->highest; i >= 1; i--) {
		const struct session *const session = sessions_get(door->sessions, i);

		if (session != NULL && session->state == SESSION_RUNNING)
			return i;
		if (session != NULL && session->state == SESSION_OPEN &&
		    (open == NULL || session->starts_ms < open->starts_ms))
			open = session;
	}
	return open != NULL ? open->number : directory_sessions(door->words->directory);
}

uint32_t door_session_of_query(const struct door *door, const char *query)
{
	const struct directory *const directory = door->words->directory;
	char value[160];
	char *end;

	if (!form_value(query, "session", value, sizeof(value)))
		return session_of_interest(door);
	const unsigned long number = strtoul(value, &end, 10);

	if (value[0] != '\0' && *end == '\0' && number <= directory_sessions(directory))
		return (uint32_t)number;
	return directory_session_of_uid(directory, value);
}

/* -- routes -------------------------------------------------------------------------------------- */

static void say_plainly(struct door *door, uint64_t request, int status, const char *text)
{
	const struct edge_answer answer = { .status = status,
					    .content_type = "text/plain; charset=utf-8",
					    .body = text,
					    .body_bytes = strlen(text) };

	edge_answer(door->edge, request, &answer);
}

static void livez(struct door *door, const struct edge_request *request)
{
	say_plainly(door, request->number, 200, "alive\n");
}

static void readyz(struct door *door, const struct edge_request *request)
{
	const bool keys = door->keyring == NULL || keyring_ready(door->keyring);

	if (door->ready && keys && !door->stopping)
		say_plainly(door, request->number, 200, "ready\n");
	else
		say_plainly(door, request->number, 503,
			    door->stopping ? "stopping\n"
			    : !keys        ? "waiting for the bot's signing keys\n"
					   : "starting\n");
}

static void metrics(struct door *door, const struct edge_request *request)
{
	door_metrics(door, request->number);
}

typedef void route_fn(struct door *door, const struct edge_request *request);

/* Whether the head alone is refused, and has been answered. */
typedef bool refused_fn(struct door *door, const struct edge_request *request);

static const struct route {
	const char *method, *path;
	route_fn *go;
	size_t body_bytes; /* or limits.body_bytes, where that is less */
	refused_fn *refused;
} routes[] = {
	{ "POST", "/api/messages", door_activity, DOOR_ACTIVITY_BYTES,
	  door_activity_refused },
	{ "POST", "/events", door_cloudevents, EDGE_BODY_BYTES,
	  door_cloudevents_refused },
	{ "POST", "/graph/lifecycle", door_notifications, EDGE_BODY_BYTES, NULL },
	{ "POST", "/graph/notifications", door_notifications, EDGE_BODY_BYTES, NULL },
	{ "GET", "/come-back", door_come_back, 0, NULL },
	{ "GET", "/livez", livez, 0, NULL },
	{ "GET", "/metrics", metrics, 0, NULL },
	{ "GET", "/readyz", readyz, 0, NULL },
};

void door_wrong_method(struct door *door, uint64_t request, const char *allowed)
{
	struct problem problem;
	struct text body = { 0 };
	char headers[64];

	problem_say(&problem, 405, "this address takes %s", allowed);
	struct edge_answer answer = refusal(&problem, &body);

	snprintf(headers, sizeof(headers), "Allow: %s\r\n", allowed);
	answer.headers = headers;
	edge_answer(door->edge, request, &answer);
	door->counts.refused++;
	text_finish(&body);
}

/* A kilobyte may swell to a gigabyte: nothing here is ever decompressed. */
static bool is_coded(const struct edge_request *request)
{
	const char *const coding = edge_header(request, "Content-Encoding");

	return coding != NULL && coding[0] != '\0' && strcasecmp(coding, "identity") != 0;
}

static const struct route *route_of(const struct edge_request *request)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (strcmp(routes[i].path, request->path) == 0)
			return &routes[i];
	}
	return NULL;
}

/* What is refused wherever something is posted. */
static bool is_refused(struct door *door, const struct edge_request *request)
{
	if (door->stopping || batch_full(journal_batch(door->turn->journal)))
		refuse(door, request->number, 503, "please send it again in a moment");
	else if (request->body_bytes > (size_t)door->config->limits.body_bytes)
		refuse(door, request->number, 413, "the body is over limits.body_bytes");
	else if (is_coded(request))
		refuse(door, request->number, 415,
		       "bodies are taken as they are, not compressed");
	else
		return false;
	return true;
}

void door_request(void *context, const struct edge_request *request)
{
	struct door *const door = context;
	const struct route *const named = route_of(request);

	if (named == NULL && strcmp(request->path, "/live") == 0) {
		refuse(door, request->number, 426, "this is a websocket: ask to upgrade");
	} else if (named == NULL) {
		if (!door_page(door, request))
			refuse(door, request->number, 404,
			       "there is nothing at this address");
	} else if (strcmp(named->method, request->method) != 0 &&
		   !(named->method[0] == 'G' && strcmp(request->method, "HEAD") == 0)) {
		door_wrong_method(door, request->number,
				  named->method[0] == 'G' ? "GET, HEAD" : "POST");
	} else if (named->method[0] == 'G' || !is_refused(door, request)) {
		named->go(door, request);
	}
}

/* Nobody's body is kept for an answer that is certain without it. */
size_t door_head(void *context, const struct edge_request *request)
{
	struct door *const door = context;
	const struct route *const named = route_of(request);
	const bool is_post = strcmp(request->method, "POST") == 0;
	const size_t most = (size_t)door->config->limits.body_bytes;
	size_t room = 0;

	if (named != NULL && strcmp(named->method, request->method) == 0)
		room = named->body_bytes < most ? named->body_bytes : most;
	else if (is_post && strcmp(request->path, "/login") == 0)
		room = DOOR_FORM_BYTES;
	if (room == 0) /* nothing there, or nothing that looks at a body */
		door_request(door, request);
	else if (named == NULL && request->body_bytes > room)
		refuse(door, request->number, 413, "no key is as long as this");
	else if (named != NULL && !is_refused(door, request) && named->refused != NULL)
		named->refused(door, request);
	return room;
}

/* -- keys ------------------------------------------------------------------------------------------- */

/* Of the key alone: who was let in stays in when the program starts again, and is out when
 * the key is another. */
static void make_cookie(struct door *door, const char *key)
{
	struct text told = { 0 };
	uint8_t digest[32];

	if (key == NULL) {
		auth_random_hex(door->cookie, 32);
		return;
	}
	text_addf(&told, "plenary live page, cookie of the key %s", key);
	auth_sha256(text_string(&told), told.length, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(door->cookie + 2 * i, 3, "%02x", digest[i]);
	text_finish(&told);
}

void door_set_live_key(struct door *door, char *key)
{
	if (key == NULL || door->live_key == NULL || !auth_same(key, door->live_key))
		make_cookie(door, key);
	free(door->live_key);
	door->live_key = key;
}

void door_finish(struct door *door)
{
	arrivals_finish(door);
	while (door->oldest != NULL)
		forget_oldest(door);
	map_finish(&door->seen);
	free(door->events_secret);
	free(door->live_key);
}
