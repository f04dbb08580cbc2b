/* SPDX-License-Identifier: MIT */
/* Tokens that are not good, or are good for something else, at the bot's door. */
#include <time.h>

#include "daemon/common/log.h"
#include "tests/check.h"
#include "tests/strangers/visit.h"

static struct visit visit;

#define RS256 "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" OUTSIDE_FORGED "\"}"
#define AS(alg) "{\"alg\":\"" alg "\",\"typ\":\"JWT\",\"kid\":\"" OUTSIDE_FORGED "\"}"

/* Signed with a key that is published and endorsed for Teams. */
static const struct forged {
	const char *what, *header, *more;
	enum forge_way way;
	int status;
} forgeds[] = {
	{ "no fault at all", RS256, NULL, FORGE_RS256, 200 },
	{ "alg none, no signature", AS("none"), NULL, FORGE_EMPTY, 401 },
	{ "alg None", AS("None"), NULL, FORGE_EMPTY, 401 },
	{ "alg none, but signed", AS("none"), NULL, FORGE_RS256, 401 },
	{ "HS256 with the public key for its secret", AS("HS256"), NULL,
	  FORGE_HS256_PUBLIC_KEY, 401 },
	{ "HS256's bytes that say RS256", RS256, NULL, FORGE_HS256_PUBLIC_KEY, 401 },
	{ "RS384", AS("RS384"), NULL, FORGE_RS384, 401 },
	{ "RS512", AS("RS512"), NULL, FORGE_RS512, 401 },
	{ "PS256", AS("PS256"), NULL, FORGE_PS256, 401 },
	{ "PS256's bytes that say RS256", RS256, NULL, FORGE_PS256, 401 },
	{ "no signature, and says RS256", RS256, NULL, FORGE_EMPTY, 401 },
	{ "alg rs256 in lower case", AS("rs256"), NULL, FORGE_RS256, 401 },
	{ "no alg", "{\"typ\":\"JWT\",\"kid\":\"" OUTSIDE_FORGED "\"}", NULL, FORGE_RS256,
	  401 },
	{ "alg twice",
	  "{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"" OUTSIDE_FORGED "\"}", NULL,
	  FORGE_RS256, 401 },
	{ "an extension that must be understood",
	  "{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1,\"kid\":\"" OUTSIDE_FORGED "\"}",
	  NULL, FORGE_RS256, 401 },
	{ "no kid", "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", NULL, FORGE_RS256, 401 },
	{ "the kid of another key",
	  "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"key-teams\"}", NULL, FORGE_RS256,
	  401 },
	{ "a kid that nobody published",
	  "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"../../dev/null\"}", NULL,
	  FORGE_RS256, 401 },
	{ "a key of its own in the header",
	  "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"},"
	  "\"jku\":\"http://127.0.0.1:9/keys\"}",
	  NULL, FORGE_RS256, 401 },
	{ "a header that is a list", "[\"RS256\"]", NULL, FORGE_RS256, 401 },
	{ "another issuer", RS256, "\"iss\":\"https://api.example.test\"", FORGE_RS256,
	  401 },
	{ "an issuer with a slash more", RS256,
	  "\"iss\":\"https://api.botframework.com/\"", FORGE_RS256, 401 },
	{ "no issuer", RS256, "\"iss\":null", FORGE_RS256, 401 },
	{ "issuers in a list", RS256, "\"iss\":[\"https://api.botframework.com\"]",
	  FORGE_RS256, 401 },
	{ "another audience", RS256, "\"aud\":\"99999999-0000-0000-0000-000000000000\"",
	  FORGE_RS256, 401 },
	{ "an audience that begins with api://", RS256,
	  "\"aud\":\"api://" OUTSIDE_APP "\"", FORGE_RS256, 401 },
	{ "no audience", RS256, "\"aud\":null", FORGE_RS256, 401 },
	{ "an empty list of audiences", RS256, "\"aud\":[]", FORGE_RS256, 401 },
	{ "no exp", RS256, "\"exp\":null", FORGE_RS256, 401 },
	{ "an exp in quotes", RS256, "\"exp\":\"4099194000\"", FORGE_RS256, 401 },
	{ "an exp long ago", RS256, "\"exp\":1000000000", FORGE_RS256, 401 },
	{ "a negative exp", RS256, "\"exp\":-1", FORGE_RS256, 401 },
	{ "an nbf far ahead", RS256, "\"nbf\":4099194000", FORGE_RS256, 401 },
	{ "an nbf in quotes", RS256, "\"nbf\":\"1\"", FORGE_RS256, 401 },
	{ "no serviceurl", RS256, "\"serviceurl\":null", FORGE_RS256, 403 },
	{ "another serviceurl", RS256,
	  "\"serviceurl\":\"https://smba.trafficmanager.net/emea/\"", FORGE_RS256, 403 },
};

static int say(const char *token, const char *more)
{
	char *const body = visit_activity(&visit, more);
	const int status = visit_message(&visit, token, body, strlen(body));

	free(body);
	return status;
}

static void test_forged(void)
{
	for (size_t i = 0; i < sizeof(forgeds) / sizeof(forgeds[0]); i++) {
		const struct forged *const forged = &forgeds[i];
		char *const claims = visit_claims(&visit, forged->more);
		char *const token = forge_token(visit.house.outside.forge, forged->header,
						claims, forged->way);
		const int status = say(token, NULL);

		if (status != forged->status)
			fprintf(stderr, "    %s\n", forged->what);
		CHECK_INT(forged->status, status);
		free(claims);
		free(token);
	}
}

/* A good token with an activity it was not made for. */
static const struct binding {
	const char *what, *more;
	int status;
} bindings[] = {
	{ "a good token, and another serviceUrl",
	  "\"serviceUrl\":\"https://smba.trafficmanager.net/emea/\"", 403 },
	{ "a good token, and a serviceUrl with user-info",
	  "\"serviceUrl\":\"https://smba.trafficmanager.net@example.test/\"", 403 },
	{ "a good token, and no serviceUrl", "\"serviceUrl\":null", 403 },
	{ "a good token, and another channel", "\"channelId\":\"webchat\"", 403 },
	{ "a good token, and no channel", "\"channelId\":null", 403 },
	{ "a good token, and another tenant",
	  "\"conversation\":{\"id\":\"19:x@thread.v2\",\"tenantId\":"
	  "\"00000000-0000-0000-0000-0000000000ff\"}",
	  403 },
	{ "a good token, and another tenant in channelData",
	  "\"conversation\":{\"id\":\"19:x@thread.v2\"},\"channelData\":{\"tenant\":{"
	  "\"id\":\"00000000-0000-0000-0000-0000000000ff\"}}",
	  403 },
	{ "a good token, and no activity type", "\"type\":null", 400 },
};

static void test_bound(void)
{
	char *const token = visit_token(&visit);

	for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++) {
		const int status = say(token, bindings[i].more);

		if (status != bindings[i].status)
			fprintf(stderr, "    %s\n", bindings[i].what);
		CHECK_INT(bindings[i].status, status);
	}
	free(token);
}

/* One bit of a good token after the other. */
static void test_tampered(void)
{
	char *const token = visit_token(&visit);
	const size_t length = strlen(token);

	for (size_t at = 0; at < length; at += 7) {
		const char kept = token[at];

		token[at] = kept == 'x' ? 'y' : 'x';
		CHECK_INT(401, say(token, NULL));
		token[at] = kept;
	}
	CHECK_INT(200, say(token, NULL));
	free(token);
}

/* What was recorded on the way and comes again is answered like the first, and is not taken
 * again; see messages.c.  With its time over it is refused. */
static void test_replayed(void)
{
	char *const body = visit_activity(&visit, NULL);
	char *const token = visit_token(&visit);
	const long long repeats = house_figure(&visit.house, "repeats_total");

	for (int i = 0; i < 3; i++)
		CHECK_INT(200, visit_message(&visit, token, body, strlen(body)));
	CHECK_INT(repeats + 2, house_figure(&visit.house, "repeats_total"));
	free(token);
	free(body);
}

static void headers(const char *what, const char *header, int status, bool only_list)
{
	if (only_list) {
		visit_row(what, status);
		return;
	}
	char *const body = visit_activity(&visit, NULL);
	const int got = visit_post(&visit, "/api/messages", header, body, strlen(body));

	if (got != status)
		fprintf(stderr, "    %s\n", what);
	CHECK_INT(status, got);
	free(body);
}

static void all_headers(bool only_list)
{
	headers("no Authorization", "", 401, only_list);
	headers("Basic", "Authorization: Basic YTpi\r\n", 401, only_list);
	headers("Bearer and nothing", "Authorization: Bearer\r\n", 401, only_list);
	headers("Bearer and words", "Authorization: Bearer let me in\r\n", 401,
		only_list);
	headers("three parts that are no base64url", "Authorization: Bearer $.$.$\r\n",
		401, only_list);
	headers("four parts", "Authorization: Bearer e30.e30.e30.e30\r\n", 401,
		only_list);
	headers("the relay's secret at the bot's door", HOUSE_BEARER, 401, only_list);
}

static void test_headers(void)
{
	all_headers(false);
}

enum { FLOOD = 10000 };

static long long lines_of(const char *log, const char *words)
{
	long long count = 0;

	for (const char *at = strstr(log, words); at != NULL; at = strstr(at + 1, words))
		count++;
	return count;
}

/* A minute more may begin with each minute that passes. */
static void test_flood(void)
{
	static const char request[] =
		"POST /api/messages HTTP/1.1\r\nHost: e\r\nAuthorization: Bearer "
		"e30.e30.e30\r\nContent-Length: 2\r\n\r\n{}";
	const long long before = house_figure(&visit.house, "tokens_refused_total");
	char *log = house_log(&visit.house);
	const long long lines = lines_of(log, "activity_refused");
	const time_t begun = time(NULL);
	struct client client;
	struct reply reply = { 0 };

	free(log);
	client_open(&client, &visit.house.server, WAY_PLAIN);
	for (int i = 0; i < FLOOD; i++) {
		client_send(&client, request, sizeof(request) - 1);
		client_reply(&client, &reply, false);
		CHECK_INT(401, reply.status);
	}
	client_close(&client);
	CHECK_INT(before + FLOOD, house_figure(&visit.house, "tokens_refused_total"));
	log = house_log(&visit.house);
	CHECK(lines_of(log, "activity_refused") > 0);
	CHECK(lines_of(log, "activity_refused") - lines <=
	      LOG_QUOTA_LINES * (2 + (time(NULL) - begun) / 60));
	free(log);
	reply_finish(&reply);
}

static void list(void)
{
	all_headers(true);
	for (size_t i = 1; i < sizeof(forgeds) / sizeof(forgeds[0]); i++)
		visit_row(forgeds[i].what, forgeds[i].status);
	for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++)
		visit_row(bindings[i].what, bindings[i].status);
	printf("| 10,000 bad tokens | 401 each; counted, %d lines a minute in the log "
	       "|\n",
	       LOG_QUOTA_LINES);
	visit_row("any seventh byte of a good token changed", 401);
	visit_row("an activity that was recorded and is sent again: not taken again",
		  200);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	visit_begin(&visit);
	RUN(test_headers);
	RUN(test_forged);
	RUN(test_bound);
	RUN(test_tampered);
	RUN(test_replayed);
	RUN(test_flood);
	visit_end(&visit);
	return check_done();
}
