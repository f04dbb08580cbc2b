/* SPDX-License-Identifier: MIT */
#include "tests/daemon/outside.h"

#include <jansson.h>
#include <time.h>

#include "tests/check.h"

static const char *const key_names[] = { "key-teams", "key-other", "key-plain",
					 "key-unknown" };

static json_t *key_of(const struct auth_signer *signer, json_t *endorsements)
{
	char *const text = auth_signer_keys(signer);
	json_t *const set = json_loads(text, 0, NULL);
	json_t *const key = json_incref(json_array_get(json_object_get(set, "keys"), 0));

	CHECK(json_is_object(key));
	json_object_del(key, "endorsements");
	if (endorsements != NULL)
		json_object_set_new(key, "endorsements", endorsements);
	json_decref(set);
	free(text);
	return key;
}

static json_t *forged_key(const struct outside *outside)
{
	char *const text = forge_key(outside->forge, "\"kid\":\"" OUTSIDE_FORGED "\","
						     "\"endorsements\":[\"msteams\"],");
	json_t *const key = json_loads(text, 0, NULL);

	CHECK(json_is_object(key));
	free(text);
	return key;
}

static char *published(struct outside *outside)
{
	json_t *const set = json_pack(
		"{s:[o,o,o,o]}", "keys",
		key_of(outside->signers[KEY_TEAMS], json_pack("[s]", "msteams")),
		key_of(outside->signers[KEY_OTHER_CHANNEL], json_pack("[s]", "webchat")),
		key_of(outside->signers[KEY_PLAIN], NULL), forged_key(outside));
	char *const text = json_dumps(set, JSON_COMPACT);

	json_decref(set);
	return text;
}

static void add(struct outside *outside, const struct script_request *request)
{
	pthread_mutex_lock(&outside->mutex);
	text_addf(&outside->came, "%s %s\n%.*s\n", request->method, request->path,
		  (int)request->body_bytes, request->body);
	pthread_mutex_unlock(&outside->mutex);
}

static bool ends_in(const char *path, const char *end)
{
	const size_t length = strlen(path), tail = strlen(end);

	return length >= tail && strcmp(path + length - tail, end) == 0;
}

/* A new subscription is named after its clientState, a renewed one after its path. */
static void subscription(const struct script_request *request, char body[512])
{
	const char *const named = strstr(request->path, "/subscriptions/");
	const char *const state = strstr(request->body, "\"clientState\":\"");
	char id[64];

	if (named != NULL)
		snprintf(id, sizeof(id), "%.63s", named + 15);
	else
		snprintf(id, sizeof(id), "sub-%.16s", state != NULL ? state + 15 : "");
	snprintf(body, 512,
		 "{\"id\":\"%s\",\"expirationDateTime\":\"2099-11-24T13:00:00Z\"}", id);
}

static const char *answer(struct outside *outside, const struct script_request *request)
{
	static char body[512];
	const char *const path = request->path;

	if (strcmp(path, "/metadata") == 0)
		snprintf(body, sizeof(body),
			 "{\"issuer\":\"https://api.botframework.com\",\"jwks_uri\":"
			 "\"http://127.0.0.1:%d/keys\","
			 "\"id_token_signing_alg_values_supported\":[\"RS256\"]}",
			 outside->port);
	else if (strcmp(path, "/token") == 0)
		snprintf(body, sizeof(body),
			 "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			 "\"access_token\":\"token-of-the-test\"}");
	else if (strstr(path, "/subscriptions") != NULL)
		subscription(request, body);
	else if (ends_in(path, "/createOrGet"))
		snprintf(body, sizeof(body),
			 "{\"id\":\"meeting-%u\",\"joinWebUrl\":"
			 "\"https://teams.example.test/l/%u\","
			 "\"chatInfo\":{\"threadId\":\"19:room-%u@thread.v2\"}}",
			 outside->activities, outside->activities, outside->activities);
	else
		snprintf(body, sizeof(body), "{\"id\":\"activity-%u\"}",
			 outside->activities);
	return body;
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	struct outside *const outside = context;

	outside->activities++;
	reply->headers = "Content-Type: application/json\r\n";
	if (strcmp(request->path, "/keys") == 0) {
		reply->body = outside->keys;
		return;
	}
	reply->body = answer(outside, request);
	if (strncmp(request->path, "/bot/", 5) == 0 ||
	    strncmp(request->path, "/graph/", 7) == 0) {
		add(outside, request);
		reply->status = 201;
	}
}

static void on_stop(uv_async_t *async)
{
	struct outside *const outside = async->data;

	script_finish(&outside->script);
	uv_close((uv_handle_t *)async, NULL);
}

static void *run(void *context)
{
	uv_run(&((struct outside *)context)->loop, UV_RUN_DEFAULT);
	return NULL;
}

void outside_start(struct outside *outside)
{
	*outside = (struct outside){ 0 };
	for (int i = 0; i < OUTSIDE_KEYS; i++)
		outside->signers[i] = auth_signer_create(key_names[i]);
	outside->forge = forge_create(2048);
	outside->keys = published(outside);
	CHECK_INT(0, uv_loop_init(&outside->loop));
	uv_async_init(&outside->loop, &outside->stop, on_stop);
	outside->stop.data = outside;
	pthread_mutex_init(&outside->mutex, NULL);
	script_init(&outside->script, &outside->loop, play, outside);
	outside->port = outside->script.port;
	snprintf(outside->service_url, sizeof(outside->service_url),
		 "http://127.0.0.1:%d/bot/", outside->port);
	CHECK_INT(0, pthread_create(&outside->thread, NULL, run, outside));
}

void outside_stop(struct outside *outside)
{
	uv_async_send(&outside->stop);
	CHECK_INT(0, pthread_join(outside->thread, NULL));
	CHECK_INT(0, uv_loop_close(&outside->loop));
	for (int i = 0; i < OUTSIDE_KEYS; i++)
		auth_signer_destroy(outside->signers[i]);
	forge_destroy(outside->forge);
	pthread_mutex_destroy(&outside->mutex);
	text_finish(&outside->came);
	free(outside->keys);
}

char *outside_sign(struct outside *outside, enum outside_key key, const char *claims)
{
	return auth_signer_token(outside->signers[key], claims);
}

bool outside_copy(struct outside *outside, const char *words, char *text, size_t bytes)
{
	pthread_mutex_lock(&outside->mutex);
	const char *const at = strstr(text_string(&outside->came), words);

	if (at != NULL)
		snprintf(text, bytes, "%s", at + strlen(words));
	pthread_mutex_unlock(&outside->mutex);
	return at != NULL;
}

int outside_heard(struct outside *outside, const char *words)
{
	int count = 0;

	pthread_mutex_lock(&outside->mutex);
	for (const char *at = strstr(text_string(&outside->came), words); at != NULL;
	     at = strstr(at + 1, words))
		count++;
	pthread_mutex_unlock(&outside->mutex);
	return count;
}

void outside_wait(struct outside *outside, const char *words, int times)
{
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; i < 6000; i++) {
		if (outside_heard(outside, words) >= times)
			return;
		nanosleep(&moment, NULL);
	}
	fprintf(stderr, "%s has not come %d times in:\n%s\n", words, times,
		text_string(&outside->came));
	exit(1);
}
