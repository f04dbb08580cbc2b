/* SPDX-License-Identifier: MIT */
/* Mail over a real socket: accepted, lost, and in pieces when it is large. */
#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/encode/mail.h"
#include "daemon/outbox/mail_upload.h"
#include "daemon/settings/config.h"
#include "daemon/wire/base64url.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

#define SENDER "12345678-1234-1234-1234-123456789012"
#define MESSAGES "/graph/v1.0/users/" SENDER "/messages"

enum { LARGE = 9 * 1000 * 1000 };

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct text asked; /* "METHOD PATH RANGE\n" */
static struct text tokens_at_upload;
static struct script_reply next_send; /* what `send` and sendMail say; status 0: 202 */
static const char *upload_url;
static size_t refused_chunk; /* the number of the range that gets 500, once; 0: none */
static size_t chunks;
static char *large;   /* what is attached */
static char *arrived; /* what came in ranges */
static bool is_whole; /* and is the same */
static uint32_t session, person;

/* -- the mail service ----------------------------------------------------------------------------- */

static void take_range(const struct script_request *request, struct script_reply *reply)
{
	static char body[128];
	const char *const range = strcasestr(request->head, "Content-Range: bytes ");
	unsigned long from, to, of;
	char *end;

	CHECK(range != NULL);
	from = strtoul(range + strlen("Content-Range: bytes "), &end, 10);
	CHECK_INT('-', *end);
	to = strtoul(end + 1, &end, 10);
	CHECK_INT('/', *end);
	of = strtoul(end + 1, &end, 10);
	CHECK_INT('\r', *end);
	CHECK_INT(to - from + 1, request->body_bytes);
	CHECK_INT(LARGE, of);
	CHECK_INT(0, from % (320 * 1024));
	CHECK(request->body_bytes <= 4 * 1000 * 1000);
	if (strcasestr(request->head, "Authorization:") != NULL)
		text_addf(&tokens_at_upload, "a token\n");
	if (++chunks == refused_chunk) {
		refused_chunk = 0;
		reply->status = 500;
		return;
	}
	memcpy(arrived + from, request->body, request->body_bytes);
	reply->status = to + 1 == of ? 201 : 200;
	snprintf(body, sizeof(body), "{\"nextExpectedRanges\":[\"%lu-\"]}", to + 1);
	reply->body = to + 1 == of ? "" : body;
	if (to + 1 == of)
		is_whole = memcmp(arrived, large, LARGE) == 0;
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char body[512];
	const char *const path = request->path;

	(void)context;
	if (strcmp(path, "/token") == 0) {
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
		return;
	}
	if (strncmp(path, "/graph/v1.0/users/" SENDER, 54) != 0 &&
	    strcmp(path, "/upload") != 0) {
		reply->status = 404;
		return;
	}
	text_addf(&asked, "%s %s\n", request->method, path);
	reply->body = body;
	body[0] = '\0';
	if (strcmp(path, "/upload") == 0) {
		take_range(request, reply);
	} else if (strcmp(request->method, "DELETE") == 0) {
		reply->status = 204;
	} else if (strcmp(path, MESSAGES) == 0) {
		CHECK(strstr(request->body, "contentBytes") == NULL);
		reply->status = 201;
		snprintf(body, sizeof(body), "{\"id\":\"AAMk+/=\"}");
	} else if (strstr(path, "createUploadSession") != NULL) {
		CHECK(strstr(request->body, "\"size\":9000000") != NULL);
		reply->status = 201;
		snprintf(body, sizeof(body), "{\"uploadUrl\":\"%s\"}", upload_url);
	} else if (strstr(path, "/attachments") != NULL) {
		CHECK(strstr(request->body, "contentBytes") != NULL);
		reply->status = 201;
	} else {
		*reply = next_send;
		next_send = (struct script_reply){ 0 };
		if (reply->status == 0)
			reply->status = 202;
	}
}

static void wait_done(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;

	do {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
		CHECK(clock_real_ms() < until_ms);
	} while (world.plenary->outbox.counts.waiting > 0 ||
		 !turn_is_quiet(&world.plenary->turn));
	for (int i = 0; i < 20; i++) {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
	}
}

static void send_mail(const struct mail *mail)
{
	struct request_draft draft;

	text_clear(&asked);
	CHECK_INT(0, encode_mail(&world.plenary->words, session, person,
				 DELIVER_ROOM_MAIL, mail, &draft));
	outbox_post(&world.plenary->outbox, &draft);
	wait_done();
}

/* -- small ones ------------------------------------------------------------------------------------- */

static const struct mail word = { .subject = "Room 2", .body = "You are in room 2." };

static void test_accepted(void)
{
	const uint64_t done = world.plenary->outbox.counts.done;

	send_mail(&word);
	CHECK_TEXT("POST /graph/v1.0/users/" SENDER "/sendMail\n", text_string(&asked));
	CHECK_INT(done + 1, world.plenary->outbox.counts.done);
}

/* Whether it went out nobody can tell: it is not sent again. */
static void test_a_lost_answer(void)
{
	const uint64_t unknown = world.plenary->outbox.counts.unknown;

	next_send = (struct script_reply){ .reset = true, .raw = "HTTP/1.1 2" };
	send_mail(&word);
	CHECK_TEXT("POST /graph/v1.0/users/" SENDER "/sendMail\n", text_string(&asked));
	CHECK_INT(unknown + 1, world.plenary->outbox.counts.unknown);
}

static void test_throttled(void)
{
	const uint64_t done = world.plenary->outbox.counts.done;

	next_send =
		(struct script_reply){ .status = 429, .headers = "Retry-After: 1\r\n" };
	send_mail(&word);
	CHECK_TEXT("POST /graph/v1.0/users/" SENDER "/sendMail\n"
		   "POST /graph/v1.0/users/" SENDER "/sendMail\n",
		   text_string(&asked));
	CHECK_INT(done + 1, world.plenary->outbox.counts.done);
}

/* -- large ones ------------------------------------------------------------------------------------- */

#define DRAFT MESSAGES "/AAMk%2B%2F%3D"
#define MADE "POST " MESSAGES "\nPOST " DRAFT "/attachments/createUploadSession\n"
#define RANGES "PUT /upload\nPUT /upload\nPUT /upload\n"

static void send_large(void)
{
	const struct mail_attachment files[] = {
		{ "certificate.pdf", "application/pdf", large, LARGE },
		{ "note.txt", "text/plain", "Hello", 5 },
	};
	const struct mail mail = { .subject = "Your certificate",
				   .body = "Here it is.",
				   .attachments = files,
				   .attachment_count = 2 };

	is_whole = false;
	chunks = 0;
	memset(arrived, 0, LARGE);
	send_mail(&mail);
}

static void test_in_pieces(void)
{
	const uint64_t done = world.plenary->outbox.counts.done;

	upload_url = script_url(&script, "/upload");
	send_large();
	CHECK_TEXT(MADE RANGES "POST " DRAFT "/attachments\nPOST " DRAFT "/send\n",
		   text_string(&asked));
	CHECK(is_whole);
	CHECK_INT(done + 1, world.plenary->outbox.counts.done);
	/* Who has the upload URL may write there: no token goes with it. */
	CHECK_TEXT("", text_string(&tokens_at_upload));
}

/* The draft is removed, and all is made again. */
static void test_a_piece_fails(void)
{
	const uint64_t done = world.plenary->outbox.counts.done;

	refused_chunk = 2;
	send_large();
	CHECK_TEXT(MADE "PUT /upload\nPUT /upload\nDELETE " DRAFT "\n" MADE RANGES
			"POST " DRAFT "/attachments\nPOST " DRAFT "/send\n",
		   text_string(&asked));
	CHECK(is_whole);
	CHECK_INT(done + 1, world.plenary->outbox.counts.done);
}

static void test_the_answer_to_send_is_lost(void)
{
	const uint64_t unknown = world.plenary->outbox.counts.unknown;

	next_send = (struct script_reply){ .reset = true, .raw = "HTTP/1.1 2" };
	send_large();
	CHECK_TEXT(MADE RANGES "POST " DRAFT "/attachments\nPOST " DRAFT "/send\n",
		   text_string(&asked));
	CHECK_INT(unknown + 1, world.plenary->outbox.counts.unknown);
}

/* A file goes to Microsoft's mail service and nowhere else. */
static void test_a_foreign_upload_url(void)
{
	static const char *const wrong[] = { "https://evil.example.test/upload",
					     "https://outlook.office.com.evil.test/x",
					     "https://user@outlook.office.com/x",
					     "file:///etc/passwd", "" };
	const uint64_t given_up = world.plenary->outbox.counts.given_up;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		upload_url = wrong[i];
		send_large();
		CHECK_TEXT(MADE "DELETE " DRAFT "\n", text_string(&asked));
		CHECK_INT(given_up + i + 1, world.plenary->outbox.counts.given_up);
	}
}

int main(void)
{
	const struct identity seven = { .name = "Person 07", .email = "p7@example.test" };

	large = malloc(LARGE);
	arrived = malloc(LARGE);
	CHECK(large != NULL && arrived != NULL);
	for (size_t i = 0; i < LARGE; i++)
		large[i] = (char)(i * 7 + i / 251);
	world_begin(&world);
	world.more = "mail: {sender_id: " SENDER "}\n";
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	world_open(&world, script.port);
	json_t *const plan = world_plan(&world);
	struct problem problem;

	CHECK_INT(0, world_try_schedule(&world, plan, &problem));
	json_decref(plan);
	session = 1;
	person = directory_meet(world.plenary->directory,
				journal_batch(world.plenary->journal), session, &seven);
	wait_done();
	RUN(test_accepted);
	RUN(test_a_lost_answer);
	RUN(test_throttled);
	RUN(test_in_pieces);
	RUN(test_a_piece_fails);
	RUN(test_the_answer_to_send_is_lost);
	RUN(test_a_foreign_upload_url);
	world_close(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	text_finish(&asked);
	text_finish(&tokens_at_upload);
	free(large);
	free(arrived);
	world_end(&world);
	return check_done();
}
