/* SPDX-License-Identifier: MIT */
#include "tests/commands/tenant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/check.h"

static const char *usual(struct tenant *tenant, const char *words, int *status)
{
	static const struct {
		const char *begins, *body;
		int status;
	} answers[] = {
		{ "GET " TENANT_ORGANISER "/onlineMeetings", "{\"value\":[]}", 200 },
		{ "GET " TENANT_ORGANISER, "{\"id\":\"b0\"}", 200 },
		{ "GET /graph/beta/subscriptions", "{\"value\":[]}", 200 },
		{ "POST /graph/v1.0/subscriptions", "{\"id\":\"trial-1\"}", 201 },
		{ "DELETE /graph/v1.0/subscriptions/trial-1", "", 204 },
		{ "DELETE /graph/v1.0/subscriptions/former-1", "", 204 },
	};

	*status = 200;
	if (strcmp(words, "GET /metadata") == 0)
		return tenant->metadata;
	if (strcmp(words, "GET /keys") == 0)
		return tenant->keys;
	if (strcmp(words, "POST /token") == 0)
		return tenant->token;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (strncmp(words, answers[i].begins, strlen(answers[i].begins)) == 0) {
			*status = answers[i].status;
			return answers[i].body;
		}
	}
	return "{}";
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char date[SCRIPT_WORD_BYTES];
	struct tenant *const tenant = context;
	char words[2 * SCRIPT_WORD_BYTES];
	const time_t now = time(NULL);

	snprintf(words, sizeof(words), "%s %s", request->method, request->path);
	strftime(date, sizeof(date),
		 "Content-Type: application/json\r\nDate: %a, %d %b %Y %H:%M:%S GMT\r\n",
		 gmtime(&now));
	pthread_mutex_lock(&tenant->mutex);
	text_addf(&tenant->came, "%s\n", words);
	reply->headers = date;
	reply->body = usual(tenant, words, &reply->status);
	for (int i = 0; i < tenant->rule_count; i++) {
		struct tenant_rule *const rule = &tenant->rules[i];

		if (rule->spent ||
		    strncmp(words, rule->begins, strlen(rule->begins)) != 0)
			continue;
		rule->spent = rule->once;
		reply->status = rule->status;
		reply->silent = rule->silent;
		reply->body = rule->body;
		if (rule->headers[0] != '\0')
			reply->headers = rule->headers;
		break;
	}
	pthread_mutex_unlock(&tenant->mutex);
}

static void on_stop(uv_async_t *async)
{
	struct tenant *const tenant = async->data;

	script_finish(&tenant->script);
	uv_close((uv_handle_t *)async, NULL);
}

static void *run(void *context)
{
	uv_run(&((struct tenant *)context)->loop, UV_RUN_DEFAULT);
	return NULL;
}

void tenant_start(struct tenant *tenant)
{
	struct text metadata = { 0 };

	*tenant = (struct tenant){ 0 };
	tenant->signer = auth_signer_create("key-tenant");
	tenant->keys = auth_signer_keys(tenant->signer);
	tenant_grants(tenant, TENANT_ROLES);
	CHECK_INT(0, uv_loop_init(&tenant->loop));
	uv_async_init(&tenant->loop, &tenant->stop, on_stop);
	tenant->stop.data = tenant;
	pthread_mutex_init(&tenant->mutex, NULL);
	script_init(&tenant->script, &tenant->loop, play, tenant);
	tenant->port = tenant->script.port;
	text_addf(&metadata,
		  "{\"issuer\":\"https://api.botframework.com\",\"jwks_uri\":"
		  "\"http://127.0.0.1:%d/keys\"}",
		  tenant->port);
	tenant->metadata = metadata.data;
	CHECK_INT(0, pthread_create(&tenant->thread, NULL, run, tenant));
}

void tenant_stop(struct tenant *tenant)
{
	uv_async_send(&tenant->stop);
	CHECK_INT(0, pthread_join(tenant->thread, NULL));
	CHECK_INT(0, uv_loop_close(&tenant->loop));
	auth_signer_destroy(tenant->signer);
	pthread_mutex_destroy(&tenant->mutex);
	text_finish(&tenant->came);
	free(tenant->keys);
	free(tenant->token);
	free(tenant->metadata);
}

void tenant_says(struct tenant *tenant, const char *begins, int status,
		 const char *headers, const char *body)
{
	pthread_mutex_lock(&tenant->mutex);
	CHECK(tenant->rule_count < TENANT_RULES);
	struct tenant_rule *const rule = &tenant->rules[tenant->rule_count++];

	snprintf(rule->begins, sizeof(rule->begins), "%s", begins);
	snprintf(rule->headers, sizeof(rule->headers), "%s", headers);
	snprintf(rule->body, sizeof(rule->body), "%s", body);
	rule->status = status;
	rule->silent = status == 0;
	rule->once = rule->spent = false;
	pthread_mutex_unlock(&tenant->mutex);
}

void tenant_says_once(struct tenant *tenant, const char *begins, int status,
		      const char *headers, const char *body)
{
	tenant_says(tenant, begins, status, headers, body);
	pthread_mutex_lock(&tenant->mutex);
	tenant->rules[tenant->rule_count - 1].once = true;
	pthread_mutex_unlock(&tenant->mutex);
}

void tenant_behaves(struct tenant *tenant)
{
	tenant_grants(tenant, TENANT_ROLES);
	pthread_mutex_lock(&tenant->mutex);
	tenant->rule_count = 0;
	text_clear(&tenant->came);
	pthread_mutex_unlock(&tenant->mutex);
}

void tenant_grants(struct tenant *tenant, const char *roles)
{
	struct text text = { 0 };

	text_addf(&text, "{\"tid\":\"t\",\"appid\":\"a\",\"exp\":%lld,\"roles\":[%s]}",
		  (long long)time(NULL) + 3600, roles);
	char *const token = auth_signer_token(tenant->signer, text_string(&text));

	text_clear(&text);
	text_addf(
		&text,
		"{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"%s\"}",
		token);
	free(token);
	pthread_mutex_lock(&tenant->mutex);
	free(tenant->token);
	tenant->token = text.data;
	pthread_mutex_unlock(&tenant->mutex);
}

int tenant_heard(struct tenant *tenant, const char *words)
{
	int count = 0;

	pthread_mutex_lock(&tenant->mutex);
	for (const char *at = strstr(text_string(&tenant->came), words); at != NULL;
	     at = strstr(at + 1, words))
		count++;
	pthread_mutex_unlock(&tenant->mutex);
	return count;
}
