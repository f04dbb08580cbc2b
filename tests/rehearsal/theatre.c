/* SPDX-License-Identifier: MIT */
#include "tests/rehearsal/theatre.h"

#include "daemon/common/clock.h"
#include "daemon/common/text.h"
#include "daemon/edge/selfsigned.h"
#include "tests/check.h"

#include <errno.h>
#include <unistd.h>

static void answer(struct house *house, uint64_t number, int status, const char *type,
		   const char *body)
{
	edge_answer(house->edge, number,
		    &(struct edge_answer){ .status = status,
					   .content_type = body != NULL ? type : NULL,
					   .body = body,
					   .body_bytes =
						   body != NULL ? strlen(body) : 0 });
}

static void echo(struct house *house, const struct edge_request *request)
{
	struct text token = { 0 };

	house->handshakes++;
	if (house->silent_echo)
		return;
	/* the token has no plus sign and no percent sign of its own */
	for (const char *at = request->query + strlen("validationToken="); *at != '\0';
	     at++) {
		char byte = *at;

		if (byte == '%') {
			const char hex[3] = { at[1], at[2], '\0' };

			byte = (char)strtol(hex, NULL, 16);
			at += 2;
		}
		text_add(&token, &byte, 1);
	}
	if (house->wrong_echo)
		text_addf(&token, "\n");
	answer(house, request->number, 200, "text/plain", text_string(&token));
	text_finish(&token);
}

static void take_activity(struct house *house, const struct edge_request *request)
{
	json_t *const activity = json_parsed(request->body, request->body_bytes);
	const char *const authorization = edge_header(request, "Authorization");

	CHECK(activity != NULL);
	house->asked++;
	if (house->refuse_every > 0 && house->asked % house->refuse_every == 0) {
		json_decref(activity);
		answer(house, request->number, 503, NULL, NULL);
		return;
	}
	house->authorized +=
		authorization != NULL && strncmp(authorization, "Bearer ey", 9) == 0;
	json_array_append(house->activities, activity);
	const bool invoke = strcmp(json_string_at(activity, "type"), "invoke") == 0;
	answer(house, request->number, 200, "application/json",
	       invoke ? house->invoke_answer : NULL);
	if (house->heard != NULL)
		house->heard(house, activity);
	json_decref(activity);
}

static void on_request(void *context, const struct edge_request *request)
{
	struct house *const house = context;

	if (strncmp(request->query, "validationToken=", 16) == 0) {
		echo(house, request);
	} else if (strcmp(request->path, "/api/messages") == 0) {
		take_activity(house, request);
	} else {
		json_array_append_new(house->notifications,
				      json_parsed(request->body, request->body_bytes));
		answer(house, request->number, 202, NULL, NULL);
	}
}

static struct edge_welcome on_upgrade(void *context, const struct edge_request *request)
{
	const bool live = strcmp(request->path, "/live") == 0;
	const char *const authorization = edge_header(request, "Authorization");
	const char *const wanted = live ? "Bearer live-key" : "Bearer events-secret";

	(void)context;
	CHECK_TEXT(wanted, authorization);
	return (struct edge_welcome){ .status = 101,
				      .subprotocol =
					      live ? "plenary.live" : "cloudevents.json",
				      .channel = live };
}

static void on_opened(void *context, uint64_t viewer, unsigned channel)
{
	static const char snapshot[] =
		"{\"type\":\"snapshot\",\"data\":{\"title\":\"Day\"}}";
	static const char delta[] = "{\"type\":\"clock\"}";
	struct house *const house = context;

	if (channel == 0)
		return;
	feed_send(house->feed, viewer, snapshot, strlen(snapshot));
	feed_send(house->feed, viewer, delta, strlen(delta));
}

static void on_event(void *context, uint64_t viewer, const char *text, size_t bytes)
{
	struct house *const house = context;
	json_t *const event = json_parsed(text, bytes);

	CHECK(event != NULL);
	/* the first is lost: the relay must come again with it */
	if (!house->failed_once) {
		house->failed_once = true;
		feed_close(house->feed, viewer, 1011, "lost");
		json_decref(event);
		return;
	}
	json_array_append(house->events, event);
	json_t *const reply =
		json_pack("{s:s,s:{s:s,s:s}}", "type", "plenary.acknowledged", "data",
			  "source", json_string_at(event, "source"), "id",
			  json_string_at(event, "id"));
	char *const written = json_written(reply);
	feed_send(house->feed, viewer, written, strlen(written));
	free(written);
	json_decref(reply);
	json_decref(event);
}

static void on_gone(void *context, uint64_t viewer)
{
	(void)context;
	(void)viewer;
}

/* One pair for all tests; its certificate is also the authority that vouches for it. */
static void certificate_make(struct house *house, const char *directory)
{
	snprintf(house->certificate, sizeof(house->certificate), "%s/house.pem",
		 directory);
	snprintf(house->key, sizeof(house->key), "%s/house.key", directory);
	CHECK_INT(0, selfsigned_make(house->certificate, house->key));
}

static void house_open(struct house *house, uv_loop_t *loop, bool whole,
		       const char *directory)
{
	static const char *const subprotocols[] = { "cloudevents.json", "plenary.live",
						    NULL };
	const struct feed_events events = { .opened = on_opened,
					    .message = on_event,
					    .drained = on_gone,
					    .closed = on_gone,
					    .context = house };

	*house = (struct house){
		.loop = loop,
		.activities = json_array(),
		.notifications = json_array(),
		.events = json_array(),
		.invoke_answer = "{\"statusCode\":200,\"type\":"
				 "\"application/vnd.microsoft.activity.message\","
				 "\"value\":\"Counted.\"}",
	};
	if (whole) {
		certificate_make(house, directory);
		CHECK_INT(0, feed_create(&house->feed, loop, subprotocols, &events));
	}
	const struct edge_config config = {
		.loop = loop,
		.feed = house->feed,
		.on_request = on_request,
		.on_upgrade = on_upgrade,
		.context = house,
		.certificate_path = whole ? house->certificate : NULL,
		.key_path = whole ? house->key : NULL,
	};
	CHECK_INT(0, edge_create(&house->edge, &config));
	house->port = edge_listen(house->edge, "127.0.0.1:0", whole);
	CHECK(house->port > 0);
	CHECK_INT(0, client_create(&house->client, loop, NULL));
}

static void on_walk(uv_handle_t *handle, void *context)
{
	if (!uv_is_closing(handle))
		(*(int *)context)++;
}

static void house_close(struct house *house)
{
	int left = 0;

	client_destroy(house->client);
	edge_destroy(house->edge);
	if (house->feed != NULL)
		feed_destroy(house->feed);
	uv_run(house->loop, UV_RUN_DEFAULT);
	uv_walk(house->loop, on_walk, &left);
	CHECK_INT(0, left);
	CHECK_INT(0, uv_loop_close(house->loop));
	json_decref(house->activities);
	json_decref(house->notifications);
	json_decref(house->events);
}

static void add_people(struct text *json, const struct theatre_plan *wish,
		       unsigned session)
{
	for (unsigned i = 0; i < wish->people; i++) {
		const unsigned id = session * wish->people + i;

		text_addf(json,
			  "%s{\"name\":\"Person %02u\",\"object_id\":"
			  "\"00000000-0000-0000-0000-%012u\",\"teams_id\":\"29:u%u\","
			  "\"email\":\"p%u@example.test\",\"role\":\"%s\"}",
			  i ? "," : "", id, id, id, id,
			  i == 0 ? "facilitator" : "participant");
	}
	for (unsigned i = 0; i < wish->relayed; i++)
		text_addf(json,
			  ",{\"name\":\"Relayed %02u\",\"email\":\"r%u@example.test\","
			  "\"role\":\"participant\"}",
			  i, i);
}

/* The first session has the ids of the samples. */
static void add_session(struct text *json, const struct theatre_plan *wish,
			unsigned number)
{
	const int64_t starts_ms = 1795500000000;
	char thread[16] = "MDAw";

	if (number > 0)
		snprintf(thread, sizeof(thread), "M%u", number);
	text_addf(json,
		  "%s{\"uid\":\"day-%u\",\"title\":\"Day %u\",\"starts_ms\":%lld,"
		  "\"ends_ms\":%lld,\"organiser_id\":\"00000000-0000-0000-0000-%012u\","
		  "\"main_thread_id\":\"19:meeting_%s@thread.v2\",\"main_join_url\":"
		  "\"https://teams.microsoft.com/l/meetup-join/"
		  "19%%3ameeting_%s%%40thread.v2"
		  "/0?context=%%7b%%7d\",\"main_meeting_id\":\"%s\",\"people\":[",
		  number ? "," : "", number + 1, number + 1, (long long)starts_ms,
		  (long long)starts_ms + wish->lasts_ms, number * wish->people, thread,
		  thread, number ? "" : "MSpNQUlO");
	add_people(json, wish, number);
	text_addf(json, "]}");
}

static struct plan plan_made(const struct theatre_plan *wish, const struct house *house)
{
	const int64_t starts_ms = 1795500000000;
	struct text json = { 0 };
	struct plan plan;

	text_addf(&json,
		  "{\"listen\":\"127.0.0.1:0\",\"plenary\":\"http%s://127.0.0.1:%d\","
		  "\"ca_file\":\"%s\",\"app_id\":\"" APP "\",\"tenant_id\":\"" TENANT
		  "\","
		  "\"client_secret\":\"s~+/ecret\",\"events_secret\":\"events-secret\","
		  "\"live_key\":\"%s\",\"seed\":11,\"trouble\":{\"throttle_every\":%d},"
		  "\"clock\":{\"from_ms\":%lld,\"anchor_ms\":%lld,\"speed\":%d},"
		  "\"sessions\":[",
		  wish->relayed ? "s" : "", house->port, house->certificate,
		  wish->relayed ? "live-key" : "", wish->throttle_every,
		  (long long)(starts_ms - wish->before_ms), (long long)clock_real_ms(),
		  wish->speed);
	for (unsigned i = 0; i < (wish->sessions ? wish->sessions : 1); i++)
		add_session(&json, wish, i);
	text_addf(&json, "]}");
	CHECK_INT(0, plan_parse(&plan, json.data, json.length));
	text_finish(&json);
	return plan;
}

struct theatre *theatre_open(const struct theatre_plan *wish)
{
	static char directory[] = "/tmp/plenary-stage-XXXXXX";
	static bool made;
	static uv_loop_t loop;
	struct theatre *const theatre = memory_zeroed(sizeof(*theatre));

	if (!made)
		CHECK(mkdtemp(directory) != NULL);
	made = true;
	CHECK_INT(0, uv_loop_init(&loop));
	house_open(&theatre->house, &loop, wish->relayed > 0, directory);
	struct plan plan = plan_made(wish, &theatre->house);
	CHECK_INT(0, stage_init(&theatre->stage, &plan, directory));
	return theatre;
}

static void turn_both(struct theatre *theatre)
{
	uv_run(&theatre->stage.loop, UV_RUN_NOWAIT);
	uv_run(theatre->house.loop, UV_RUN_NOWAIT);
}

void theatre_close(struct theatre *theatre)
{
	stage_finish(&theatre->stage);
	house_close(&theatre->house);
	free(theatre);
}

bool theatre_until(struct theatre *theatre, bool (*claim)(struct theatre *),
		   int within_ms)
{
	const int64_t until_ms = clock_real_ms() + within_ms;

	while (!claim(theatre)) {
		if (clock_real_ms() > until_ms)
			return false;
		turn_both(theatre);
		usleep(200);
	}
	return true;
}

struct waiting {
	struct asked asked;
	bool done;
};

static void on_reply(void *context, const struct client_reply *reply)
{
	struct waiting *const waiting = context;

	waiting->asked.status = reply->error != 0 ? reply->error : reply->status;
	waiting->asked.json = json_parsed(reply->body, reply->body_bytes);
	waiting->done = true;
}

struct asked theatre_ask(struct theatre *theatre, const char *method, const char *url,
			 const char *authorization, const char *body)
{
	const bool form = body != NULL && body[0] != '{';
	struct waiting waiting = { 0 };
	struct text whole = { 0 };

	if (url[0] == '/')
		text_addf(&whole, "http://127.0.0.1:%d", theatre->stage.port);
	text_addf(&whole, "%s", url);
	const struct client_request request = {
		.method = method,
		.once = true,
		.url = text_string(&whole),
		.headers = { form ? "Content-Type: application/x-www-form-urlencoded"
				  : "Content-Type: application/json",
			     authorization },
		.body = body,
		.body_bytes = body != NULL ? strlen(body) : 0,
	};
	client_send(theatre->house.client, &request, on_reply, &waiting);
	while (!waiting.done) {
		turn_both(theatre);
		usleep(200);
	}
	text_finish(&whole);
	return waiting.asked;
}

int theatre_status(struct theatre *theatre, const char *method, const char *url,
		   const char *authorization, const char *body)
{
	const struct asked asked = theatre_ask(theatre, method, url, authorization, body);

	json_decref(asked.json);
	return asked.status;
}

static void sign_in(struct theatre *theatre, const char *scope, char *header)
{
	struct text body = { 0 };

	text_addf(&body, "grant_type=client_credentials&client_id=" APP
			 "&client_secret=s%%7E%%2B%%2F"
			 "ecret&scope=");
	text_add_percent(&body, scope, strlen(scope));
	const struct asked asked =
		theatre_ask(theatre, "POST", "/" TENANT "/oauth2/v2.0/token", NULL,
			    text_string(&body));
	text_finish(&body);
	CHECK_INT(200, asked.status);
	CHECK_TEXT("Bearer", json_string_at(asked.json, "token_type"));
	CHECK_INT(3599, json_number_at(asked.json, "expires_in"));
	snprintf(header, THEATRE_HEADER_BYTES, "Authorization: Bearer %s",
		 json_string_at(asked.json, "access_token"));
	json_decref(asked.json);
}

void theatre_sign_in(struct theatre *theatre)
{
	sign_in(theatre, "https://graph.microsoft.com/.default", theatre->graph);
	sign_in(theatre, "https://api.botframework.com/.default", theatre->connector);
}

struct theatre *theatre_quiet(unsigned people)
{
	struct theatre *const theatre =
		theatre_open(&(struct theatre_plan){ .people = people,
						     .speed = 1,
						     .before_ms = 3600000,
						     .lasts_ms = 3600000 });

	theatre_sign_in(theatre);
	return theatre;
}

const char *asked_error(const struct asked *asked)
{
	return json_string_at(json_object_get(asked->json, "error"), "code");
}
