/* SPDX-License-Identifier: MIT */
/* POST /api/messages of the real program: who is let in. */
#include "tests/check.h"
#include "tests/daemon/speaker.h"

static struct house house;

static int send_claims(const struct claims *claims)
{
	return send_with(&house, activity(&house, "typing"), KEY_TEAMS, claims, NULL);
}

static void test_good_token(void)
{
	struct claims claims = good_claims(&house);
	struct reply reply = { 0 };

	CHECK_INT(200, send_activity(&house, activity(&house, "typing"), &reply));
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	claims.audience = "[\"else\",\"" OUTSIDE_APP "\"]";
	CHECK_INT(200, send_claims(&claims));
	claims = good_claims(&house);
	claims.expires = -240;
	CHECK_INT(200, send_claims(&claims));
	claims = good_claims(&house);
	claims.not_before = 240;
	CHECK_INT(200, send_claims(&claims));
	claims = good_claims(&house);
	CHECK_INT(200, send_with(&house, activity(&house, "typing"), KEY_PLAIN, &claims,
				 NULL));
}

static void test_no_token(void)
{
	struct reply reply = { 0 };

	CHECK_INT(401, send_body(&house, "{\"type\":\"typing\"}", NULL, &reply));
	CHECK(strstr(reply.head.data, "WWW-Authenticate: Bearer\r\n") != NULL);
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	CHECK_INT(401, send_body(&house, "{\"type\":\"typing\"}", "", NULL));
	CHECK_INT(401, send_body(&house, "{\"type\":\"typing\"}", "a.b.c", NULL));
	CHECK_INT(401, send_body(&house, "{\"type\":\"typing\"}", "no token", NULL));
	CHECK_INT(401,
		  house_ask(&house, "POST", "/api/messages",
			    "Authorization: Basic YTpi\r\n", "{\"type\":\"t\"}", NULL));
}

static void test_bad_tokens(void)
{
	struct claims claims = good_claims(&house);

	claims.issuer = "https://api.example.test";
	CHECK_INT(401, send_claims(&claims));
	claims = good_claims(&house);
	claims.audience = "\"api://" OUTSIDE_APP "\"";
	CHECK_INT(401, send_claims(&claims));
	claims.audience = "\"another\"";
	CHECK_INT(401, send_claims(&claims));
	claims = good_claims(&house);
	claims.expires = -360;
	CHECK_INT(401, send_claims(&claims));
	claims.expires = 0;
	CHECK_INT(401, send_claims(&claims));
	claims = good_claims(&house);
	claims.not_before = 360;
	CHECK_INT(401, send_claims(&claims));
}

static void test_forged_tokens(void)
{
	const struct claims claims = good_claims(&house);
	char *const token = token_of(&house, KEY_TEAMS, &claims);
	const char *const body = "{\"type\":\"typing\"}";

	CHECK_INT(401, send_with(&house, activity(&house, "typing"), KEY_UNKNOWN, &claims,
				 NULL));
	token[strlen(token) - 2] = token[strlen(token) - 2] == 'A' ? 'B' : 'A';
	CHECK_INT(401, send_body(&house, body, token, NULL));
	*strrchr(token, '.') = '\0';
	CHECK_INT(401, send_body(&house, body, token, NULL));
	/* {"alg":"none","typ":"JWT"} */
	CHECK_INT(401, send_body(&house, body, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.e30.",
				 NULL));
	free(token);
}

static void test_long_token(void)
{
	char *const token = memory_zeroed(7 * 1024 + 1);

	memset(token, 'a', 7 * 1024);
	CHECK_INT(401, send_body(&house, "{\"type\":\"typing\"}", token, NULL));
	free(token);
}

/* A good token that does not fit what it brings: 403. */
static void test_binding(void)
{
	struct claims claims = good_claims(&house);
	json_t *sent;

	CHECK_INT(403, send_with(&house, activity(&house, "typing"), KEY_OTHER_CHANNEL,
				 &claims, NULL));
	claims.service_url = NULL;
	CHECK_INT(403, send_claims(&claims));
	claims.service_url = "https://smba.trafficmanager.net/emea/";
	CHECK_INT(403, send_claims(&claims));
	sent = activity(&house, "typing");
	json_object_del(sent, "serviceUrl");
	CHECK_INT(403, send_activity(&house, sent, NULL));
	sent = activity(&house, "typing");
	json_object_del(sent, "channelId");
	CHECK_INT(403, send_activity(&house, sent, NULL));
	sent = activity(&house, "typing");
	json_object_set_new(sent, "channelId", json_string("webchat"));
	CHECK_INT(403, send_activity(&house, sent, NULL));
}

static void test_other_tenant(void)
{
	json_t *sent = activity(&house, "typing");

	json_object_set_new(json_object_get(sent, "conversation"), "tenantId",
			    json_string("00000000-0000-0000-0000-0000000000ff"));
	CHECK_INT(403, send_activity(&house, sent, NULL));
	sent = activity(&house, "typing");
	json_object_del(json_object_get(sent, "conversation"), "tenantId");
	json_object_set_new(sent, "channelData",
			    json_pack("{s:{s:s}}", "tenant", "id",
				      "00000000-0000-0000-0000-0000000000ff"));
	CHECK_INT(403, send_activity(&house, sent, NULL));
}

static void test_service_url_alike(void)
{
	struct claims claims = good_claims(&house);
	char without[64];

	snprintf(without, sizeof(without), "%s", claims.service_url);
	without[strlen(without) - 1] = '\0';
	claims.service_url = without;
	CHECK_INT(200, send_claims(&claims));
	memcpy(without, "HTTP", 4);
	CHECK_INT(200, send_claims(&claims));
	without[strlen(without) - 1] = 'T'; /* "/boT": a path has its case */
	CHECK_INT(403, send_claims(&claims));
}

static void test_no_activity(void)
{
	const struct claims claims = good_claims(&house);
	char *const token = token_of(&house, KEY_TEAMS, &claims);
	struct reply reply = { 0 };

	CHECK_INT(400, send_body(&house, "{", token, &reply));
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	CHECK_INT(400, send_body(&house, "[]", token, NULL));
	CHECK_INT(400, send_body(&house, "{\"id\":\"1\"}", token, NULL));
	CHECK_INT(400, send_body(&house, "", token, NULL));
	free(token);
}

static void test_too_large(void)
{
	const struct claims claims = good_claims(&house);
	char *const token = token_of(&house, KEY_TEAMS, &claims);
	struct text body = { 0 };

	text_addf(&body, "{\"type\":\"typing\",\"text\":\"");
	while (body.length < 1024 * 1024)
		text_addf(&body, "%064d", 7);
	text_addf(&body, "\"}");
	CHECK_INT(413, send_body(&house, text_string(&body), token, NULL));
	while (body.length <= 4 * 1024 * 1024)
		text_addf(&body, "%064d", 7);
	CHECK_INT(413, send_body(&house, text_string(&body), token, NULL));
	text_finish(&body);
	free(token);
}

static void test_other_methods(void)
{
	static const char *const methods[] = { "GET", "PUT", "DELETE", "PATCH" };
	struct reply reply = { 0 };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		CHECK_INT(405,
			  house_ask(&house, methods[i], "/api/messages", "", "", &reply));
		CHECK(strstr(reply.head.data, "\r\nAllow: POST\r\n") != NULL);
		reply_finish(&reply);
	}
}

static void test_nothing_secret_is_logged(void)
{
	check_log_is_discreet(&house);
}

/* Without keys nobody can be judged: come again, which Teams does; 401 would be final. */
static void test_no_keys_yet(void)
{
	const struct claims claims = good_claims(&house);
	char *const token = token_of(&house, KEY_TEAMS, &claims);
	struct reply reply = { 0 };

	CHECK_INT(503, send_body(&house, "{\"type\":\"typing\"}", token, &reply));
	CHECK(strstr(reply.head.data, "\r\nRetry-After: ") != NULL);
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	free(token);
}

/* A house to which nobody gives the keys. */
static void open_without_keys(void)
{
	char config[8192] = "";

	house_begin(&house);
	FILE *const file = fopen(house_path(&house, "plenary.yaml"), "r");

	CHECK(file != NULL);
	CHECK(fread(config, 1, sizeof(config) - 1, file) > 0);
	fclose(file);
	char *const bot = strstr(config, "bot:");
	char *const address = bot != NULL ? strstr(bot, "/metadata") : NULL;

	CHECK(address != NULL);
	address[1] = 'n';
	house_write(&house, "plenary.yaml", config);
	house_open(&house);
}

int main(void)
{
	house_begin(&house);
	house_start(&house);
	house_schedule(&house, "leep-1");
	RUN(test_good_token);
	RUN(test_no_token);
	RUN(test_bad_tokens);
	RUN(test_forged_tokens);
	RUN(test_long_token);
	RUN(test_binding);
	RUN(test_other_tenant);
	RUN(test_service_url_alike);
	RUN(test_no_activity);
	RUN(test_too_large);
	RUN(test_other_methods);
	RUN(test_nothing_secret_is_logged);
	house_end(&house);
	open_without_keys();
	RUN(test_no_keys_yet);
	house_end(&house);
	return check_done();
}
