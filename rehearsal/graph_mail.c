/* SPDX-License-Identifier: MIT */
/*
 * Mail that Plenary sends through somebody's mailbox: accepted is not delivered, but here it
 * arrives at once, and its reader follows the link in it.  Rules: "user: sendMail".
 */
#include "rehearsal/crowd.h"
#include "rehearsal/graph.h"
#include "rehearsal/said.h"
#include "rehearsal/stage.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAIL_BYTES = 4 * 1024 * 1024, ATTACHMENT_BYTES = 3 * 1024 * 1024 };

/* NULL, or the code of what is wrong. */
static const char *fault_of(const json_t *message)
{
	const json_t *const body = json_object_get(message, "body");
	const char *const type = json_string_at(body, "contentType");
	const json_t *attachment;
	size_t i;

	if (!json_is_object(message) || !json_is_object(body) ||
	    (strcasecmp(type, "text") != 0 && strcasecmp(type, "html") != 0))
		return "RequestBodyRead";
	if (json_array_size(json_object_get(message, "toRecipients")) == 0)
		return "ErrorInvalidRecipients";
	json_array_foreach (json_object_get(message, "attachments"), i, attachment) {
		const char *const bytes = json_string_at(attachment, "contentBytes");

		if (strcmp(json_string_at(attachment, "@odata.type"),
			   "#microsoft.graph.fileAttachment") != 0 ||
		    json_string_at(attachment, "name")[0] == '\0')
			return "RequestBodyRead";
		if (strlen(bytes) / 4 * 3 >= ATTACHMENT_BYTES)
			return "ErrorMessageSizeExceeded";
	}
	return NULL;
}

static void arrives(struct exchange *exchange, const json_t *message, const char *address)
{
	struct stage *const stage = exchange->stage;
	const uint32_t person = world_find(&stage->world.by_email, address);

	/* elsewhere it is none of our business */
	if (person == NOBODY)
		return;
	const struct hearers hearers = {
		.conversation = world_mailbox_of(&stage->world, person),
		.only = NOBODY,
	};
	char *const text = json_canonical(message);
	const uint32_t post = crowd_hears(stage, &hearers, message, text);

	stage->world.posts[post].unheard = exchange->back.lost;
	said_keep(stage, "MAIL", post, text);
	free(text);
}

void graph_send_mail(struct exchange *exchange)
{
	const uint32_t user = graph_user_named(exchange);
	const json_t *const message = json_object_get(exchange->json, "message");
	const json_t *recipient;
	size_t i;

	if (user == NOBODY)
		return;
	const char *const fault = strlen(exchange->body) > MAIL_BYTES
					  ? "ErrorMessageSizeExceeded"
					  : fault_of(message);
	if (fault != NULL) {
		answer_graph_error(exchange, 400, fault, "The message cannot be sent.");
		return;
	}
	json_array_foreach (json_object_get(message, "toRecipients"), i, recipient) {
		arrives(exchange, message,
			json_string_at(json_object_get(recipient, "emailAddress"),
				       "address"));
	}
	answer_json(exchange->stage, &exchange->back, 202, NULL);
}
