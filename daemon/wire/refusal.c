/* SPDX-License-Identifier: MIT */
#include "daemon/wire/refusal.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
	int status;
	const char *code;
	enum refusal refusal;
} words[] = {
	{ 401, "BotNotRegistered", REFUSAL_NOT_REGISTERED },
	{ 403, "BotDisabledByAdmin", REFUSAL_DISABLED },
	{ 403, "BotNotInConversationRoster", REFUSAL_UNINSTALLED },
	{ 403, "ConversationBlockedByUser", REFUSAL_BLOCKED },
	{ 403, "MessageWritesBlocked", REFUSAL_BLOCKED },
	{ 403, "ForbiddenOperationException", REFUSAL_NOT_PERSONAL },
	{ 403, "InvalidBotApiHost", REFUSAL_WRONG_HOST },
	{ 403, "NotEnoughPermissions", REFUSAL_NO_PERMISSION },
	{ 404, "ActivityNotFoundInConversation", REFUSAL_NO_ACTIVITY },
	{ 404, "ConversationNotFound", REFUSAL_NO_CHAT },
	{ 413, NULL, REFUSAL_TOO_BIG },
};

enum refusal refusal_of(int status, const char *code)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].status == status &&
		    (words[i].code == NULL || strcasecmp(words[i].code, code) == 0))
			return words[i].refusal;
	}
	return REFUSAL_OTHER;
}

const char *refusal_permission(const char *method, const char *path)
{
	if (strstr(path, "/v1/meetings/") != NULL) {
		if (strcmp(method, "POST") == 0)
			return "OnlineMeetingNotification.Send.Chat";
		return strstr(path, "/participants/") != NULL
			       ? "OnlineMeetingParticipant.Read.Chat"
			       : "OnlineMeeting.ReadBasic.Chat";
	}
	if (strstr(path, "members") != NULL)
		return "ChatMember.Read.Chat";
	return "the app installed in this chat, with the bot in its manifest";
}
