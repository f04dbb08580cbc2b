/* SPDX-License-Identifier: MIT */
#include "tests/daemon/speaker.h"

#include <time.h>

#include "tests/check.h"

struct claims good_claims(const struct house *house)
{
	return (struct claims){
		.issuer = "https://api.botframework.com",
		.audience = "\"" OUTSIDE_APP "\"",
		.service_url = house->outside.service_url,
		.more = "",
		.not_before = -60,
		.expires = 3600,
	};
}

char *token_of(struct house *house, enum outside_key key, const struct claims *claims)
{
	const long now = time(NULL);
	struct text text = { 0 };

	text_addf(&text, "{\"iss\":\"%s\",\"aud\":%s,\"nbf\":%ld", claims->issuer,
		  claims->audience, now + claims->not_before);
	if (claims->expires != 0)
		text_addf(&text, ",\"exp\":%ld", now + claims->expires);
	if (claims->service_url != NULL)
		text_addf(&text, ",\"serviceurl\":\"%s\"", claims->service_url);
	text_addf(&text, "%s}", claims->more);
	char *const token = outside_sign(&house->outside, key, text_string(&text));

	text_finish(&text);
	return token;
}

json_t *activity(const struct house *house, const char *type)
{
	static unsigned next_id = 1;
	char id[16];

	snprintf(id, sizeof(id), "%u", next_id++);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s},s:{s:s,s:s},s:{s:s}}",
			 "type", type, "id", id, "timestamp", "2026-11-24T09:00:01Z",
			 "serviceUrl", house->outside.service_url, "channelId", "msteams",
			 "from", "id", "29:u3", "name", "Person 03", "aadObjectId",
			 "00000000-0000-0000-0000-0000000000b3", "conversation", "id",
			 HOUSE_THREAD, "tenantId", OUTSIDE_TENANT, "recipient", "id",
			 "28:" OUTSIDE_APP);
}

json_t *event_activity(const struct house *house, const char *name)
{
	json_t *const sent = activity(house, "event");
	char full[96];

	snprintf(full, sizeof(full), "application/vnd.microsoft.%s", name);
	json_object_set_new(sent, "name", json_string(full));
	json_object_set_new(sent, "value", json_object());
	return sent;
}

int send_body(struct house *house, const char *body, const char *token,
	      struct reply *reply)
{
	struct text headers = { 0 };

	text_addf(&headers, HOUSE_JSON);
	if (token != NULL)
		text_addf(&headers, "Authorization: Bearer %s\r\n", token);
	const int status = house_ask(house, "POST", "/api/messages",
				     text_string(&headers), body, reply);

	text_finish(&headers);
	return status;
}

int send_with(struct house *house, json_t *sent, enum outside_key key,
	      const struct claims *claims, struct reply *reply)
{
	char *const token = token_of(house, key, claims);
	char *const body = json_dumps(sent, JSON_COMPACT);
	const int status = send_body(house, body, token, reply);

	free(token);
	free(body);
	json_decref(sent);
	return status;
}

int send_activity(struct house *house, json_t *sent, struct reply *reply)
{
	const struct claims claims = good_claims(house);

	return send_with(house, sent, KEY_TEAMS, &claims, reply);
}

void check_log_is_discreet(const struct house *house)
{
	char *const log = house_log(house);

	CHECK(strstr(log, "verdict=") != NULL);
	CHECK(strstr(log, "eyJ") == NULL);
	CHECK(strstr(log, "Person 03") == NULL);
	CHECK(strstr(log, "the secret") == NULL);
	CHECK(strstr(log, "token-of-the-test") == NULL);
	free(log);
}
