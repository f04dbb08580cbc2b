/* SPDX-License-Identifier: MIT */
#include "daemon/encode_mail.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "daemon/common/map.h"
#include "daemon/settings/config.h"
#include "daemon/wire/backoff.h"

static void add_cut(struct text *body, const char *text, int most)
{
	struct text cut = { 0 };

	text_add(&cut, text, (size_t)encode_fit(text, most));
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
	text_addf(body, "},\"saveToSentItems\":%s}", mail->keep_copy ? "true" : "false");
}

int encode_mail(const struct words_source *words, uint32_t session, uint32_t person,
		enum effect_kind what, const struct mail *mail,
		struct request_draft *draft)
{
	const struct config *const config = words->config;
	const struct person_row *const row =
		directory_person(words->directory, session, person);
	const char *const sender = config->mail.sender_id;

	assert(mail->subject && mail->body);
	*draft = (struct request_draft){ 0 };
	if (sender == NULL || config->graph.client_id == NULL || row == NULL ||
	    row->email == NULL || row->email[0] == '\0')
		return -1;
	text_addf(&draft->path, "/v1.0/users/");
	text_add_percent(&draft->path, sender, strlen(sender));
	text_addf(&draft->path, "/sendMail");
	add_body(&draft->body, row, mail);
	snprintf(draft->lane, sizeof(draft->lane), "mail %u %u", session, person);
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
