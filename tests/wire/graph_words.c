/* SPDX-License-Identifier: MIT */
#include "daemon/wire/graph_words.h"
#include "tests/check.h"
#include "tests/wire/shared.h"

#include <jansson.h>

static const struct graph_self self = { .client_id =
						"11112222-3333-4444-5555-666677778888",
					.tenant_id = "tenant.example.test" };
static const char room_path[] = "/v1.0/users/organiser-7/onlineMeetings/createOrGet";

static struct graph_refusal refused(enum graph_task task, const char *path, int status,
				    const char *body)
{
	struct graph_refusal refusal;

	graph_refusal_read(&refusal, task, path, status, body, strlen(body));
	return refusal;
}

static void test_what_a_request_is_for(void)
{
	static const struct {
		const char *method, *path, *body;
		enum graph_task task;
	} rows[] = {
		{ "POST", room_path, NULL, GRAPH_TASK_MEETING_WRITE },
		{ "PATCH", "/v1.0/users/u/onlineMeetings/m", "{}",
		  GRAPH_TASK_MEETING_WRITE },
		{ "GET", "/v1.0/users/u/onlineMeetings?$filter=x", NULL,
		  GRAPH_TASK_MEETING_READ },
		{ "GET", "/v1.0/users/u/onlineMeetings/m/attendanceReports/r", NULL,
		  GRAPH_TASK_REPORTS },
		{ "GET", "/v1.0/solutions/virtualEvents/webinars/w/registrations", NULL,
		  GRAPH_TASK_WEBINARS },
		{ "POST", "/beta/subscriptions",
		  "{\"resource\":\"communications/onlineMeetings(joinWebUrl='x')/"
		  "meetingCallEvents\"}",
		  GRAPH_TASK_CALL_EVENTS },
		{ "POST", "/v1.0/subscriptions",
		  "{\"resource\":\"solutions/virtualEvents/webinars/w/registrations\"}",
		  GRAPH_TASK_WEBINARS },
		{ "PATCH", "/v1.0/subscriptions/s", "{}", GRAPH_TASK_OTHER },
		{ "POST", "/v1.0/users/u/sendMail", "{}", GRAPH_TASK_MAIL },
		{ "POST", "/v1.0/users/u/messages", "{}", GRAPH_TASK_MAIL_DRAFT },
		{ "GET", "/v1.0/users/u?$select=id", NULL, GRAPH_TASK_USERS },
		{ "GET", "/v1.0/organization", NULL, GRAPH_TASK_OTHER },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_INT(rows[i].task,
			  graph_task_of(rows[i].method, rows[i].path, rows[i].body));
}

static void test_a_missing_permission_is_named(void)
{
	struct text words = { 0 };
	struct graph_refusal refusal =
		refused(GRAPH_TASK_REPORTS, "/v1.0/users/u/onlineMeetings", 403,
			"{\"error\":{\"code\":\"Forbidden\",\"message\":\"x\","
			"\"innerError\":{\"code\":\"Deep\",\"innererror\":{"
			"\"code\":\"Deepest\",\"request-id\":\"r-1\","
			"\"date\":\"2099-01-02T03:04:05\"}}}}");

	CHECK_INT(GRAPH_LACK_PERMISSION, refusal.lack);
	CHECK_TEXT("Deepest", refusal.code);
	CHECK_TEXT("r-1", refusal.request_id);
	graph_words_add(&words, &refusal, &self, "\n");
	CHECK(strstr(words.data, "OnlineMeetingArtifact.Read.All"));
	CHECK(strstr(words.data, "/tenant.example.test/adminconsent?client_id=1111"));
	CHECK(strstr(words.data, "status 403, code Deepest, request-id r-1, date 2099"));
	/* Graph knows better than our table, and headers better than the body. */
	refusal = refused(
		GRAPH_TASK_REPORTS, "/", 403,
		"{\"error\":{\"code\":\"Forbidden\",\"message\":\"Missing role "
		"permissions. API requires one of 'Other.Read.All, B'. Roles\"}}");
	CHECK_TEXT("Other.Read.All", refusal.permission);
	graph_refusal_headers(&refusal, "header;$(id)", "");
	CHECK_TEXT("headerid", refusal.request_id);
	text_finish(&words);
}

static void policy_is_asked_for(int status, const char *body, size_t bytes)
{
	struct graph_refusal refusal;
	struct text words = { 0 };

	graph_refusal_read(&refusal, GRAPH_TASK_MEETING_WRITE, room_path, status, body,
			   bytes);
	CHECK_INT(GRAPH_LACK_POLICY, refusal.lack);
	CHECK_TEXT("organiser-7", refusal.user);
	graph_words_add(&words, &refusal, &self, "\n");
	CHECK(strstr(words.data, "\nConnect-MicrosoftTeams\n"));
	CHECK(strstr(words.data,
		     "\nNew-CsApplicationAccessPolicy -Identity Plenary-Policy "
		     "-AppIds \"11112222-3333-4444-5555-666677778888\""));
	CHECK(strstr(words.data, "\nGrant-CsApplicationAccessPolicy -PolicyName "
				 "Plenary-Policy -Identity \"organiser-7\"\n"));
	CHECK(strstr(words.data, "rooms cannot be made"));
	text_finish(&words);
}

static void test_the_access_policy_is_three_lines(void)
{
	static const char old[] =
		"{\"error\":{\"code\":\"Unauthorized\",\"message\":\"App x "
		"is not authorized to Create meeting on behalf of user "
		"y\"}}";
	static const char new[] = "{\"error\":{\"code\":\"Forbidden\",\"message\":\"No "
				  "application access policy found for this app\"}}";

	policy_is_asked_for(401, old, strlen(old));
	policy_is_asked_for(403, new, strlen(new));
}

static void test_other_refusals(void)
{
	CHECK_INT(GRAPH_LACK_TENANT,
		  refused(GRAPH_TASK_CALL_EVENTS, "/", 403,
			  "{\"error\":{\"code\":\"ExtensionError\",\"message\":\"The "
			  "meeting tenant does not match the token tenant.\"}}")
			  .lack);
	CHECK_INT(GRAPH_LACK_QUOTA,
		  refused(GRAPH_TASK_CALL_EVENTS, "/", 403,
			  "{\"error\":{\"message\":\"Quota exceeded\"}}")
			  .lack);
	CHECK_INT(GRAPH_LACK_NOTHING, refused(GRAPH_TASK_USERS, "/", 401, "").lack);
	CHECK_INT(GRAPH_LACK_NOTHING, refused(GRAPH_TASK_USERS, "/", 404, "<html>").lack);
	CHECK_TEXT("http 404", refused(GRAPH_TASK_USERS, "/", 404, "<html>").code);
	/* Whatever it says, one printable line is all that is shown. */
	struct text clean = { 0 };

	graph_words_clean(&clean, "{\"a\":\r\n\x1b[31m\xc3\xa9}", 12);
	CHECK_TEXT("{'a':[31m", text_string(&clean));
	text_finish(&clean);
}

/* Microsoft's own examples. */
static void test_samples(void)
{
	static const struct {
		const char *name;
		int status;
		enum graph_lack lack;
		const char *code, *request_id;
	} rows[] = {
		{ "graph/error-403-no-application-access-policy.json", 403,
		  GRAPH_LACK_POLICY, "Forbidden",
		  "599d9cb0-56ac-4dc5-b6f8-1456a1414609" },
		{ "graph/error-401-app-not-authorized-on-behalf-of-user.json", 401,
		  GRAPH_LACK_POLICY, "Unauthorized",
		  "599d9cb0-56ac-4dc5-b6f8-1456a1414609" },
		{ "graph/error-generic.json", 416, GRAPH_LACK_NOTHING, "invalidRange",
		  "request-id" },
		{ "graph/error-subscription-403-tenant-mismatch.json", 403,
		  GRAPH_LACK_TENANT, NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct graph_refusal refusal;
		size_t bytes;
		char *const body = shared_sample(rows[i].name, &bytes);

		if (body == NULL)
			continue;
		graph_refusal_read(&refusal, GRAPH_TASK_MEETING_WRITE, room_path,
				   rows[i].status, body, bytes);
		CHECK_INT(rows[i].lack, refusal.lack);
		if (rows[i].code != NULL)
			CHECK_TEXT(rows[i].code, refusal.code);
		if (rows[i].request_id != NULL)
			CHECK_TEXT(rows[i].request_id, refusal.request_id);
		if (rows[i].lack == GRAPH_LACK_POLICY)
			policy_is_asked_for(rows[i].status, body, bytes);
		free(body);
	}
}

int main(void)
{
	RUN(test_what_a_request_is_for);
	RUN(test_a_missing_permission_is_named);
	RUN(test_the_access_policy_is_three_lines);
	RUN(test_other_refusals);
	RUN(test_samples);
	return check_done();
}
