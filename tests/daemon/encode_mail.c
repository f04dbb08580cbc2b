/* SPDX-License-Identifier: MIT */
/* Mail through Graph: who sends, to whom alone, what. */
#include "daemon/encode/mail.h"

#include "daemon/settings/config.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/shared.h"

#define SENDER "12345678-1234-1234-1234-123456789012"

static struct world world;
static uint32_t session;
static const struct mail word = { .subject = "Room 2",
				  .body = "You are in room 2.\nA \"quote\" & <mark>" };

/* Somebody enrolled by address alone. */
static uint32_t person_with(const char *name, const char *email)
{
	const struct identity identity = { .name = name, .email = email };

	return directory_meet(world.plenary->directory,
			      journal_batch(world.plenary->journal), session, &identity);
}

static json_t *mail_to(uint32_t person, const struct mail *mail)
{
	struct request_draft draft;

	CHECK_INT(0, encode_mail(&world.plenary->words, session, person,
				 DELIVER_ROOM_NOTICE, mail, &draft));
	CHECK_TEXT("POST", draft.delivery.method);
	CHECK_TEXT("/v1.0/users/" SENDER "/sendMail", draft.delivery.path);
	CHECK_INT(PARTY_GRAPH, draft.delivery.party);
	CHECK_INT(DELIVER_ROOM_NOTICE, draft.delivery.what);
	CHECK_INT(person, draft.delivery.person);
	CHECK_INT(session, draft.delivery.session);
	CHECK(draft.delivery.lane != 0);
	json_t *const body = json_loads(draft.delivery.body, 0, NULL);

	CHECK(body != NULL);
	request_draft_finish(&draft);
	return body;
}

static const json_t *at(const json_t *mail, const char *member)
{
	return json_object_get(json_object_get(mail, "message"), member);
}

static void test_a_word(void)
{
	json_t *const mail = mail_to(person_with("Person 07", "p7@example.test"), &word);
	const json_t *const body = at(mail, "body"), *const to = at(mail, "toRecipients");
	const json_t *const address =
		json_object_get(json_array_get(to, 0), "emailAddress");

	CHECK_TEXT("Room 2", json_string_value(at(mail, "subject")));
	CHECK_TEXT("text", json_string_value(json_object_get(body, "contentType")));
	CHECK_TEXT(word.body, json_string_value(json_object_get(body, "content")));
	CHECK_INT(1, json_array_size(to));
	CHECK_TEXT("p7@example.test",
		   json_string_value(json_object_get(address, "address")));
	CHECK_TEXT("Person 07", json_string_value(json_object_get(address, "name")));
	CHECK(json_is_false(json_object_get(mail, "saveToSentItems")));
	json_decref(mail);
}

static void test_html_and_a_long_subject(void)
{
	char subject[400];
	const struct mail mail = {
		.subject = subject, .body = "<p>x</p>", .html = true, .keep_copy = true
	};

	memset(subject, 'a', 254);
	memcpy(subject + 254, "\xc3\xa9\xc3\xa9", 5);
	json_t *const made = mail_to(person_with("", "p8@example.test"), &mail);

	/* Cut where a letter ends. */
	CHECK_INT(254, strlen(json_string_value(at(made, "subject"))));
	CHECK_TEXT("html",
		   json_string_value(json_object_get(at(made, "body"), "contentType")));
	CHECK(json_is_true(json_object_get(made, "saveToSentItems")));
	json_decref(made);
}

static void test_what_cannot_be_sent(void)
{
	struct config *const config = world.config;
	const char *const sender = config->mail.sender_id;
	const uint32_t reached = person_with("Person 07", "p7@example.test");
	const uint32_t nameless = person_with("Person 09", "");
	struct request_draft draft;

	/* One who has a name only; nothing at all is known of person 500. */
	CHECK_INT(-1, encode_mail(&world.plenary->words, session, nameless,
				  DELIVER_ROOM_NOTICE, &word, &draft));
	request_draft_finish(&draft);
	CHECK_INT(-1, encode_mail(&world.plenary->words, session, 500,
				  DELIVER_ROOM_NOTICE, &word, &draft));
	request_draft_finish(&draft);
	config->mail.sender_id = NULL;
	CHECK_INT(-1, encode_mail(&world.plenary->words, session, reached,
				  DELIVER_ROOM_NOTICE, &word, &draft));
	request_draft_finish(&draft);
	config->mail.sender_id = sender;
}

static void test_attachments(void)
{
	static char large[MAIL_ATTACHMENT_BYTES + 1];
	const struct mail_attachment two[] = {
		{ "certificate.pdf", "application/pdf", "Hello World!", 12 },
		{ "note \"1\".txt", "text/plain", "\xff\xfe", 2 },
	};
	struct mail mail = {
		.subject = "s", .body = "b", .attachments = two, .attachment_count = 2
	};
	const struct mail_attachment too_large = { "x", "y/z", large, sizeof(large) };
	const uint32_t person = person_with("", "p8@example.test");
	json_t *const made = mail_to(person, &mail);
	const json_t *const list = at(made, "attachments");
	struct request_draft draft;

	CHECK_INT(2, json_array_size(list));
	CHECK_TEXT("#microsoft.graph.fileAttachment",
		   json_string_value(
			   json_object_get(json_array_get(list, 0), "@odata.type")));
	CHECK_TEXT("SGVsbG8gV29ybGQh",
		   json_string_value(
			   json_object_get(json_array_get(list, 0), "contentBytes")));
	CHECK_TEXT("//4=", json_string_value(json_object_get(json_array_get(list, 1),
							     "contentBytes")));
	json_decref(made);
	mail.attachments = &too_large;
	mail.attachment_count = 1;
	CHECK_INT(-1, encode_mail(&world.plenary->words, session, person,
				  DELIVER_ROOM_NOTICE, &mail, &draft));
	request_draft_finish(&draft);
	mail.attachment_count = MAIL_ATTACHMENTS + 1;
	CHECK_INT(-1, encode_mail(&world.plenary->words, session, person,
				  DELIVER_ROOM_NOTICE, &mail, &draft));
	request_draft_finish(&draft);
}

/* The last rung of the ladder: which room, until when, the way there. */
static void test_a_room_by_mail(void)
{
	const struct place_row place = { .session = session,
					 .place = 2,
					 .join_url = "https://x.test/room?2" };
	struct effect effect = effect_blank(DELIVER_ROOM_MAIL);
	struct request_draft draft;

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &place);
	effect.person = person_with("Person 07", "p7@example.test");
	effect.place = 2;
	effect.block = 1;
	effect.to_ms = 4099195800000; /* half past nine */
	CHECK_INT(0, encode_delivery(&world.plenary->words,
				     journal_batch(world.plenary->journal), session, 1,
				     &effect, &draft));
	json_t *const mail = json_loads(draft.delivery.body, 0, NULL);
	const char *const words =
		json_string_value(json_object_get(at(mail, "body"), "content"));

	CHECK_INT(PARTY_GRAPH, draft.delivery.party);
	CHECK_INT(DELIVER_ROOM_MAIL, draft.delivery.what);
	CHECK_INT(2, draft.delivery.place);
	CHECK_INT(1, draft.delivery.block);
	CHECK(strncmp(json_string_value(at(mail, "subject")), "Room 2: ", 8) == 0);
	CHECK(strstr(words, "You are in room 2 of "));
	CHECK(strstr(words, " until 09:30."));
	CHECK(strstr(words, "https://x.test/room?2\n"));
	json_decref(mail);
	request_draft_finish(&draft);
	effect.person = 500;
	CHECK_INT(-1, encode_delivery(&world.plenary->words,
				      journal_batch(world.plenary->journal), session, 1,
				      &effect, &draft));
	CHECK_INT(DELIVER_ROOM_MAIL, draft.delivery.what);
	request_draft_finish(&draft);
}

/* Every member we write is one that the documents' example has. */
static void test_sample(void)
{
	size_t bytes;
	char *const text =
		shared_sample("graph/sendMail-request.attachment.json", &bytes);

	if (text == NULL)
		return;
	json_t *const sample = json_loadb(text, bytes, 0, NULL);
	const struct mail_attachment attachment = { "attachment.txt", "text/plain",
						    "Hello World!", 12 };
	struct mail certificate = word;

	certificate.attachments = &attachment;
	certificate.attachment_count = 1;
	json_t *const mail = mail_to(person_with("", "p8@example.test"), &certificate);
	const char *name;
	json_t *value;

	json_object_foreach (mail, name, value)
		CHECK(json_object_get(sample, name) != NULL);
	json_object_foreach (json_object_get(mail, "message"), name, value)
		CHECK(at(sample, name) != NULL);
	CHECK_INT(JSON_STRING,
		  json_typeof(json_object_get(at(sample, "body"), "content")));
	json_decref(mail);
	json_decref(sample);
	free(text);
}

int main(void)
{
	world_begin(&world);
	world.more = "mail: {sender_id: " SENDER "}\n";
	world_open(&world, 0);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	RUN(test_a_word);
	RUN(test_html_and_a_long_subject);
	RUN(test_what_cannot_be_sent);
	RUN(test_attachments);
	RUN(test_a_room_by_mail);
	RUN(test_sample);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
