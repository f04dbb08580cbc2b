/* SPDX-License-Identifier: MIT */
/* Every row of the connector's table of errors, and the captured answers where they are. */
#include "daemon/wire/refusal.h"

#include <glob.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/wire/backoff.h"
#include "tests/check.h"

static const struct row {
	int status;
	const char *code;
	enum reply_class class;
	enum refusal refusal;
} rows[] = {
	{ 400, "BadArgument", REPLY_GIVE_UP, REFUSAL_OTHER },
	{ 400, "BadSyntax", REPLY_GIVE_UP, REFUSAL_OTHER },
	{ 401, "BotNotRegistered", REPLY_GIVE_UP, REFUSAL_NOT_REGISTERED },
	{ 401, "Unauthorized", REPLY_FRESH_TOKEN, REFUSAL_OTHER },
	{ 403, "BotDisabledByAdmin", REPLY_GIVE_UP, REFUSAL_DISABLED },
	{ 403, "BotNotInConversationRoster", REPLY_GIVE_UP, REFUSAL_UNINSTALLED },
	{ 403, "ConversationBlockedByUser", REPLY_GIVE_UP, REFUSAL_BLOCKED },
	{ 403, "MessageWritesBlocked", REPLY_GIVE_UP, REFUSAL_BLOCKED },
	{ 403, "ForbiddenOperationException", REPLY_GIVE_UP, REFUSAL_NOT_PERSONAL },
	{ 403, "InvalidBotApiHost", REPLY_GIVE_UP, REFUSAL_WRONG_HOST },
	{ 403, "NotEnoughPermissions", REPLY_GIVE_UP, REFUSAL_NO_PERMISSION },
	{ 403, "SomethingNew", REPLY_GIVE_UP, REFUSAL_OTHER },
	{ 404, "ActivityNotFoundInConversation", REPLY_GIVE_UP, REFUSAL_NO_ACTIVITY },
	{ 404, "ConversationNotFound", REPLY_GIVE_UP, REFUSAL_NO_CHAT },
	{ 412, "PreconditionFailed", REPLY_RETRY, REFUSAL_OTHER },
	{ 413, "MessageSizeTooBig", REPLY_GIVE_UP, REFUSAL_TOO_BIG },
	{ 413, "RequestEntityTooLarge", REPLY_GIVE_UP, REFUSAL_TOO_BIG },
	{ 429, "Throttled", REPLY_RETRY, REFUSAL_OTHER },
	{ 500, "ServiceError", REPLY_GIVE_UP, REFUSAL_OTHER },
	{ 502, "BadGateway", REPLY_RETRY, REFUSAL_OTHER },
	{ 503, "", REPLY_RETRY, REFUSAL_OTHER },
	{ 504, "", REPLY_RETRY, REFUSAL_OTHER },
	{ 418, "", REPLY_GIVE_UP, REFUSAL_OTHER },
	{ 507, "", REPLY_GIVE_UP, REFUSAL_OTHER },
};

static void check_row(const struct row *row, const char *body)
{
	char code[REPLY_CODE_BYTES];

	CHECK_INT(row->class,
		  reply_judge(PARTY_CONNECTOR, row->status, 0, body, strlen(body), code));
	CHECK_INT(row->refusal, refusal_of(row->status, code));
}

static void test_the_table(void)
{
	struct text body = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_clear(&body);
		text_addf(&body, "{\"error\":{\"code\":\"%s\",\"message\":\"no\"}}",
			  rows[i].code);
		check_row(&rows[i], text_string(&body));
	}
	text_finish(&body);
}

/* A word of one status says nothing with another, and a page of HTML says nothing at all. */
static void test_other_words(void)
{
	CHECK_INT(REFUSAL_OTHER, refusal_of(404, "BotNotInConversationRoster"));
	CHECK_INT(REFUSAL_OTHER, refusal_of(403, "ConversationNotFound"));
	CHECK_INT(REFUSAL_OTHER, refusal_of(403, ""));
	CHECK_INT(REFUSAL_UNINSTALLED, refusal_of(403, "botnotinconversationroster"));
	check_row(&(struct row){ 403, "", REPLY_GIVE_UP, REFUSAL_OTHER },
		  "<html><h1>Forbidden</h1></html>");
	check_row(&(struct row){ 502, "", REPLY_RETRY, REFUSAL_OTHER }, "<html>");
	check_row(&(struct row){ 413, "", REPLY_GIVE_UP, REFUSAL_TOO_BIG }, "");
}

static void test_permissions(void)
{
	CHECK_TEXT("OnlineMeetingNotification.Send.Chat",
		   refusal_permission("POST", "/v1/meetings/x/notification"));
	CHECK_TEXT("OnlineMeetingParticipant.Read.Chat",
		   refusal_permission("GET", "/v1/meetings/x/participants/y"));
	CHECK_TEXT("OnlineMeeting.ReadBasic.Chat",
		   refusal_permission("GET", "/v1/meetings/x"));
	CHECK_TEXT("ChatMember.Read.Chat",
		   refusal_permission("GET", "/v3/conversations/x/pagedmembers"));
	CHECK(strstr(refusal_permission("POST", "/v3/conversations/x/activities"),
		     "installed") != NULL);
}

static void check_captured(const char *path)
{
	json_t *const root = json_load_file(path, 0, NULL);
	const json_t *const response = json_object_get(root, "response");
	const int status = (int)json_integer_value(json_object_get(response, "status"));
	char *const body = json_dumps(json_object_get(response, "body"), JSON_ENCODE_ANY);
	char code[REPLY_CODE_BYTES];
	bool found = false;

	CHECK(status >= 400 && body != NULL);
	reply_judge(PARTY_CONNECTOR, status, 0, body, strlen(body), code);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].status != status ||
		    (strcmp(rows[i].code, code) != 0 && status != 502))
			continue;
		check_row(&rows[i], body);
		found = true;
	}
	if (!found)
		CHECK_TEXT("a row of the table", path);
	free(body);
	json_decref(root);
}

static void test_captured_answers(void)
{
	glob_t names = { 0 };

	if (glob("../shared/protocols/samples/bot/http-error-*.json", 0, NULL, &names) !=
	    0) {
		printf("    (no captured answers here)\n");
		globfree(&names);
		return;
	}
	CHECK(names.gl_pathc >= 10);
	for (size_t i = 0; i < names.gl_pathc; i++)
		check_captured(names.gl_pathv[i]);
	globfree(&names);
}

int main(void)
{
	RUN(test_the_table);
	RUN(test_other_words);
	RUN(test_permissions);
	RUN(test_captured_answers);
	return check_done();
}
