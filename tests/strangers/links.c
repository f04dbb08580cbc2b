/* SPDX-License-Identifier: MIT */
/*
 * Addresses from outside that we might be made to call, or to show: serviceUrl, join links,
 * files, the next page of a list, redirects; and quotes that would end an OData literal.
 */
#include "tests/check.h"
#include "tests/strangers/visit.h"

static struct visit visit;

/* -- links and ids that a schedule may not bring ---------------------------------------------------- */

static const struct link {
	const char *what, *member, *url;
} links[] = {
	{ "a join link of plain http", "join_url", "http://teams.example.test/l/1" },
	{ "a join link that is a script", "join_url", "javascript:alert(1)" },
	{ "a join link that is data", "join_url", "data:text/html,hello" },
	{ "a join link that is a file", "join_url", "file:///etc/passwd" },
	{ "a join link without a host", "join_url", "https:///l/1" },
	{ "a join link with user-info", "join_url",
	  "https://teams.example.test@evil.test/" },
	{ "a join link with a backslash", "join_url", "https://evil.test\\@teams.test/" },
	{ "a join link with a blank", "join_url", "https://teams.example.test/l 1" },
	{ "a join link with a line end", "join_url", "https://teams.example.test/\n" },
	{ "a join link with a quotation mark", "join_url",
	  "https://teams.example.test/\"onclick=\"x" },
	{ "a join link with markup", "join_url", "https://teams.example.test/<b>" },
	{ "a service URL elsewhere", "service_url", "https://smba.example.test/emea/" },
	{ "a service URL below a name that only ends alike", "service_url",
	  "https://notbotframework.com/" },
	{ "a service URL of the metadata service of a cloud", "service_url",
	  "http://169.254.169.254/latest/" },
	{ "an organiser who is the folder above", "organiser_id", ".." },
	{ "an organiser with a slash", "organiser_id", "me/../others" },
	{ "an organiser with a query", "organiser_id", "me?$select=id" },
	{ "an organiser with half an escape", "organiser_id", "me%2f" },
	{ "an organiser with a blank", "organiser_id", "me eq" },
	{ "a tenant with a fragment", "tenant_id", "aa#bb" },
	{ "a chat with a slash", "thread_id", "19:a/../b@thread.v2" },
	{ "a meeting with a query", "meeting_id", "MSo1?$expand=all" },
	{ "a service URL that is a number", "service_url", "https://2130706433/" },
};

static char *plan_with(const char *member, const char *url)
{
	json_t *const plan =
		json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:{s:s,s:s},s:[{s:s,s:s}]}", "uid",
			  "strange", "programme", "x", "module", 1, "starts",
			  "2099-11-24T09:00:00Z", "organiser_id",
			  "00000000-0000-0000-0000-0000000000b0", "tenant_id",
			  OUTSIDE_TENANT, "meeting", "thread_id", "19:strange@thread.v2",
			  "join_url", "https://teams.example.test/l/strange", "people",
			  "name", "Person 01", "role", "participant");

	if (strcmp(member, "join_url") == 0 || strcmp(member, "thread_id") == 0 ||
	    strcmp(member, "meeting_id") == 0)
		json_object_set_new(json_object_get(plan, "meeting"), member,
				    json_string(url));
	else
		json_object_set_new(plan, member, json_string(url));
	char *const data = json_dumps(plan, JSON_COMPACT);

	json_decref(plan);
	return data;
}

static void test_links(void)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		char *const data = plan_with(links[i].member, links[i].url);
		struct reply reply = { 0 };
		char id[16];

		snprintf(id, sizeof(id), "link-%zu", i);
		CHECK_INT(422, house_event(&visit.house, id, "session_scheduled", data,
					   &reply));
		if (strstr(text_string(&reply.body), links[i].member) == NULL)
			fprintf(stderr, "    %s: %s\n", links[i].what,
				text_string(&reply.body));
		CHECK(strstr(text_string(&reply.body), links[i].member) != NULL);
		reply_finish(&reply);
		free(data);
	}
}

/* -- a service URL that the channel vouches for, on a host that is not on the list ----------- */

#define ELSEWHERE "http://127.0.0.2:9/bot/"

/* It is recorded, for attendance must not be lost; and nothing is ever sent there: what is
 * typed is answered where the session's own service is. */
static void test_service_url(void)
{
	char *const claims = visit_claims(&visit, "\"serviceurl\":\"" ELSEWHERE "\"");
	char *const token = outside_sign(&visit.house.outside, KEY_TEAMS, claims);
	char *const body = visit_activity(
		&visit,
		"\"serviceUrl\":\"" ELSEWHERE
		"\",\"type\":\"message\",\"text\":\"<at>Plenary</at> help\","
		"\"entities\":[{\"type\":\"mention\",\"text\":\"<at>Plenary</at>\","
		"\"mentioned\":{\"id\":\"28:" OUTSIDE_APP "\"}}]");

	CHECK_INT(200, visit_message(&visit, token, body, strlen(body)));
	outside_wait(&visit.house.outside, "You can say", 1);
	char *const log = house_log(&visit.house);

	CHECK(strstr(log, "service_host_not_allowed") != NULL);
	free(log);
	free(body);
	free(token);
	free(claims);
}

/* A file somebody attached is named by an address; nobody here fetches it. */
static void test_content_url(void)
{
	char *const token = visit_token(&visit);
	struct text more = { 0 };

	text_addf(&more,
		  "\"type\":\"message\",\"text\":\"\",\"attachments\":[{\"contentType\":"
		  "\"application/vnd.microsoft.teams.file.download.info\",\"contentUrl\":"
		  "\"%sfile.csv\",\"content\":{\"downloadUrl\":\"%sfile.csv\"}}]",
		  visit.house.outside.service_url, visit.house.outside.service_url);
	char *const body = visit_activity(&visit, text_string(&more));

	CHECK_INT(200, visit_message(&visit, token, body, strlen(body)));
	/* Behind it on the same way out: had it been fetched, it would have been by now. */
	CHECK_INT(200, house_ask(&visit.house, "GET", "/readyz", "", "", NULL));
	CHECK_INT(0, outside_heard(&visit.house.outside, "file.csv"));
	free(body);
	text_finish(&more);
	free(token);
}

static void list(void)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		visit_row(links[i].what, 422);
	visit_row(
		"a vouched-for serviceUrl on a host that is not allowed: recorded, never "
		"called",
		200);
	visit_row("a file's contentUrl or downloadUrl: never fetched", 200);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	visit_begin(&visit);
	RUN(test_links);
	RUN(test_service_url);
	RUN(test_content_url);
	visit_end(&visit);
	return check_done();
}
