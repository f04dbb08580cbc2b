/* SPDX-License-Identifier: MIT */
#include "daemon/encode/mail.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "daemon/common/map.h"
#include "daemon/common/utf8.h"
#include "daemon/encode/card.h"
#include "daemon/settings/config.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/base64url.h"

static void add_cut(struct text *body, const char *text, int most)
{
	struct text cut = { 0 };

	text_add(&cut, text, (size_t)utf8_fit(text, most));
	text_add_json(body, text_string(&cut));
	text_finish(&cut);
}

static void add_recipient(struct text *body, const struct person_row *person)
{
	text_addf(body, ",\"toRecipients\":[{\"emailAddress\":{\"address\":");
	text_add_json(body, person->email);
	if (person->name != NULL && person->name[0] != '\0') {
		text_addf(body, ",\"name\":");
		text_add_json(body, person->name);
	}
	text_addf(body, "}}]");
}

static void add_attachment(struct text *body, const struct mail_attachment *attachment)
{
	text_addf(body, "{\"@odata.type\":\"#microsoft.graph.fileAttachment\",\"name\":");
	text_add_json(body, attachment->name);
	text_addf(body, ",\"contentType\":");
	text_add_json(body, attachment->content_type);
	text_addf(body, ",\"contentBytes\":\"");
	base64_add(body, attachment->bytes, attachment->count);
	text_addf(body, "\"}");
}

static void add_body(struct text *body, const struct person_row *person,
		     const struct mail *mail)
{
	text_addf(body, "{\"message\":{\"subject\":");
	add_cut(body, mail->subject, MAIL_SUBJECT_BYTES);
	text_addf(body, ",\"body\":{\"contentType\":\"%s\",\"content\":",
		  mail->html ? "html" : "text");
	text_add_json(body, mail->body);
	text_addf(body, "}");
	add_recipient(body, person);
	for (size_t i = 0; i < mail->attachment_count; i++) {
		text_addf(body, i == 0 ? ",\"attachments\":[" : ",");
		add_attachment(body, &mail->attachments[i]);
	}
	text_addf(body, "%s},\"saveToSentItems\":%s}",
		  mail->attachment_count > 0 ? "]" : "",
		  mail->keep_copy ? "true" : "false");
}

static bool fits(const struct mail *mail)
{
	if (mail->attachment_count > MAIL_ATTACHMENTS)
		return false;
	for (size_t i = 0; i < mail->attachment_count; i++) {
		if (mail->attachments[i].count > MAIL_ATTACHMENT_BYTES)
			return false;
	}
	return true;
}

/* Path, body and lane; 0 or -1. */
static int write_mail(const struct words_source *words, uint32_t session, uint32_t person,
		      const struct mail *mail, struct request_draft *draft)
{
	const struct config *const config = words->config;
	const struct person_row *const row =
		directory_person(words->directory, session, person);
	const char *const sender = config->mail.sender_id;

	assert(mail->subject && mail->body);
	if (sender == NULL || config->graph.client_id == NULL || row == NULL ||
	    row->email == NULL || row->email[0] == '\0' || !fits(mail))
		return -1;
	text_addf(&draft->path, "/v1.0/users/");
	text_add_percent(&draft->path, sender, strlen(sender));
	text_addf(&draft->path, "/sendMail");
	add_body(&draft->body, row, mail);
	snprintf(draft->lane, sizeof(draft->lane), "mail %u %u", session, person);
	return 0;
}

int encode_mail(const struct words_source *words, uint32_t session, uint32_t person,
		enum effect_kind what, const struct mail *mail,
		struct request_draft *draft)
{
	*draft = (struct request_draft){ 0 };
	if (write_mail(words, session, person, mail, draft) < 0)
		return -1;
	draft->delivery = (struct delivery){
		.session = session,
		.person = person,
		.what = (uint16_t)what,
		.party = PARTY_GRAPH,
		.place = PLACE_NONE,
		.method = "POST",
		.path = text_string(&draft->path),
		.body = text_string(&draft->body),
		.remote_id = "",
		.lane = map_hash(draft->lane),
	};
	return 0;
}

int encode_room_mail(const struct words_source *words, uint32_t session,
		     const struct effect *effect, struct request_draft *draft)
{
	const struct place_row *const place =
		directory_place(words->directory, session, effect->place);
	const struct session_row *const row =
		directory_session(words->directory, session);
	struct text subject = { 0 }, body = { 0 };
	char until[CARD_TIME_BYTES];

	card_time(effect->to_ms, until);
	text_addf(&subject, "Room %u: %s", effect->place, row->title);
	text_addf(&body, "You are in room %u of %s until %.5s.\n", effect->place,
		  row->title, until);
	if (place != NULL && place->join_url != NULL && place->join_url[0] != '\0')
		text_addf(&body, "\nJoin room %u:\n%s\n", effect->place, place->join_url);
	const struct mail mail = { .subject = text_string(&subject),
				   .body = text_string(&body) };
	const int rc = write_mail(words, session, effect->person, &mail, draft);

	text_finish(&subject);
	text_finish(&body);
	return rc;
}
